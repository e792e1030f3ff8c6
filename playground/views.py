"""Modals and Home tabs: what an app draws for one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.messages import Json, elements_in, short_id, with_ids

Kind = Literal["modal", "home"]
DEEPEST = 3  # modals on top of each other

# The key of each element's value in `state.values`, and what it begins with.
VALUES: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "file_input": ("files", ""),
}
State = dict[str, dict[str, Json]]


@dataclass(slots=True)
class View:
    """`source` is what the app sent; `hash` changes with every change of it."""

    id: str
    kind: Kind
    user: str
    source: Json
    blocks: list[Json]
    hash: str
    root_id: str
    previous_id: str | None = None
    elements: dict[tuple[str, str], Json] = field(default_factory=dict)

    def redraw(self, source: Mapping[str, Any], new_hash: str) -> None:
        self.source = dict(source)
        self.blocks = with_ids(source.get("blocks") or ())
        self.hash = new_hash
        self.elements.update(elements_in(self.blocks))

    @property
    def notifies(self) -> bool:
        return bool(self.source.get("notify_on_close"))

    @property
    def external_id(self) -> str:
        return str(self.source.get("external_id") or "")


def new_view(
    kind: Kind, user: str, source: Mapping[str, Any], *, view_id: str, new_hash: str, below: View | None
) -> View:
    view = View(
        view_id,
        kind,
        user,
        {},
        [],
        new_hash,
        root_id=below.root_id if below else view_id,
        previous_id=below.id if below else None,
    )
    view.redraw(source, new_hash)
    return view


def view_object(view: View, *, team_id: str, app_id: str, bot_id: str, state: State | None = None) -> Json:
    """Slack's view object. `state` is given where somebody has filled it in."""
    source = view.source
    return {
        "id": view.id,
        "team_id": team_id,
        "type": view.kind,
        "blocks": view.blocks,
        "private_metadata": source.get("private_metadata") or "",
        "callback_id": source.get("callback_id") or "",
        "external_id": view.external_id,
        "title": source.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "submit": source.get("submit"),
        "close": source.get("close"),
        "clear_on_close": bool(source.get("clear_on_close")),
        "notify_on_close": view.notifies,
        "hash": view.hash,
        "state": {"values": state if state is not None else {}},
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": app_id,
        "app_installed_team_id": team_id,
        "bot_id": bot_id,
    }


# --- what somebody has filled in --------------------------------------------------------------------------------------


def blank_state(blocks: Sequence[Mapping[str, Any]]) -> State:
    """The values before anybody has touched them."""
    state: State = {}
    for (block_id, action_id), element in elements_in(blocks).items():
        known = VALUES.get(str(element.get("type")))
        if known is not None:
            name, initial = known
            empty: Any = [] if name.endswith("s") else None
            state.setdefault(block_id, {})[action_id] = {"type": element["type"], name: element.get(initial, empty)}
    return state


def filled_state(blocks: Sequence[Mapping[str, Any]], given: Mapping[str, Any] | None) -> State:
    """The blank state with what was filled in; what belongs to no element here is left out, as Slack does."""
    state = blank_state(blocks)
    for block_id, actions in state.items():
        theirs = (given or {}).get(block_id)
        if isinstance(theirs, Mapping):
            actions.update({name: dict(value) for name, value in theirs.items() if name in actions})
    return state


def incomplete(blocks: Sequence[Mapping[str, Any]], state: State) -> dict[str, str]:
    """What Slack's own client says beside a field before it sends the view."""
    errors = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        values = state.get(str(block["block_id"]), {}).get(str(element.get("action_id")), {})
        value = next((each for name, each in values.items() if name != "type"), None)
        problem = _problem(element, value, is_optional=bool(block.get("optional")))
        if problem:
            errors[str(block["block_id"])] = problem
    return errors


def _problem(element: Mapping[str, Any], value: Any, *, is_optional: bool) -> str | None:
    if value is None or value in ("", []):
        return None if is_optional else "Please complete this required field."
    if not isinstance(value, str):
        return None
    if len(value) < int(element.get("min_length") or 0):
        return f"Please use at least {element['min_length']} characters."
    if len(value) > int(element.get("max_length") or 3000):
        return f"Please use at most {element.get('max_length') or 3000} characters."
    return None


def new_hash(now: float) -> str:
    return f"{int(now)}.{short_id()}{short_id()}"
