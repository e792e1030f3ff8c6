"""What the tests of the decision log's handlers share: people who type, press and send, and a Slack that looks on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from bot.blocks.decisions.card import draw_card_elsewhere, draw_decision_card
from bot.blocks.kit import Drawn
from bot.domain.decisions import Decision
from bot.domain.errors import NotFound
from bot.domain.messages import CardElsewhere, DecisionCard
from bot.domain.outbox import OutboxMessage
from bot.domain.workspaces import Viewer
from bot.usecases.ports import Drafter
from handlers import decisions
from handlers.app import Installed, build_app
from playground.rules import message_problem, view_problem
from storage.store import SqlStore
from tests.support import AtOnce, SlackServer, Surroundings, a_desk, a_person, services_on, slack_server

DANA, KENJI, GUEST, STRANGER = "U1", "U2", "U3", "U4"
PEOPLE = (
    a_person(DANA),
    a_person(KENJI, name="Kenji", zone="Asia/Tokyo"),
    a_person(GUEST, name="Gus", is_guest=True),
    a_person(STRANGER, name="Stella", team_id="T2"),
)
ONE_LINE = "Use Postgres because we run it already, revisit in 60 days"
PRESSED = (
    ("decisions.open", "1"),
    ("decisions.share", "1"),
    ("decisions.edit", "1"),
    ("decisions.undo", "1"),
    ("decisions.accept", "1"),
    ("decisions.reject", "1"),
    ("decisions.keep", "1"),
    ("decisions.change", "1"),
    ("decisions.replace", "1"),
    ("decisions.snooze", "1"),
    ("decisions.reverse", "1"),
    ("decisions.more", "amend:1"),
    ("decisions.more", "supersede:1"),
    ("decisions.more", "reverse:1"),
    ("decisions.more", "undo:1"),
)
_INITIALS = {
    "plain_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_static_select": ("selected_options", "initial_options"),
}


@dataclass
class Team:
    """Tidewater: Dana and Kenji in public #platform (C1) and #random (C2), Dana alone in private #board (G1)."""

    around: Surroundings
    slack: SlackServer
    app: App
    store: SqlStore
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    # --- doing ---

    def slash(
        self, person: str, text: str, *, command: str = "/decide", channel: str = "C1", trigger: str | None = None
    ) -> dict[str, Any]:
        """The body of the acknowledgement."""
        return self.send(
            {
                "command": command,
                "text": text,
                "team_id": "T1",
                "user_id": person,
                "channel_id": channel,
                "trigger_id": trigger or self._trigger(),
                "response_url": self.slack.response_url,
            }
        )

    def shortcut(self, person: str, text: str, *, channel: str = "C1", ts: str = "1.1", **message: Any) -> None:
        self.send(
            {
                "type": "message_action",
                "callback_id": "decisions.log_message",
                "team": {"id": "T1"},
                "user": {"id": person, "team_id": "T1"},
                "channel": {"id": channel, "name": "platform"},
                "message": {"type": "message", "ts": ts, "text": text, "user": KENJI, **message},
                "message_ts": ts,
                "trigger_id": self._trigger(),
                "response_url": self.slack.response_url,
            }
        )

    def press(
        self, person: str, action_id: str, value: str = "", *, channel: str = "C1", ephemeral: bool = False
    ) -> None:
        """A button of a message, or a choice of its ⋯ menu."""
        container = {"type": "message", "channel_id": channel, "message_ts": "9.9", "is_ephemeral": ephemeral}
        self.send(
            {
                **self._click(person, action_id, value),
                "channel": {"id": channel, "name": "platform"},
                "container": container,
                "response_url": self.slack.response_url,
            }
        )

    def press_in(self, person: str, view: dict[str, Any], action_id: str, value: str = "", **values: Any) -> None:
        """A button of a window (or of Home), with its inputs as they were filled in."""
        shown = view if view["type"] == "home" else {**view, "state": {"values": fill(view, **values)}}
        self.send({**self._click(person, action_id, value), "view": shown, "container": {"type": "view"}})

    def submit(self, person: str, view: dict[str, Any], **values: Any) -> dict[str, Any]:
        """Send a window with these inputs filled in."""
        shown = {**view, "state": {"values": fill(view, **values)}}
        who = {"id": person, "team_id": "T1"}
        return self.send({"type": "view_submission", "team": {"id": "T1"}, "user": who, "view": shown})

    def send(self, payload: dict[str, Any]) -> dict[str, Any]:
        answer: BoltResponse = self.app.dispatch(BoltRequest(mode="socket_mode", body=payload))
        assert answer.status == 200, answer.body
        body = _json(answer.body)
        if body.get("response_type") == "ephemeral":
            assert message_problem({"channel": "C1", **body}) is None, message_problem({"channel": "C1", **body})
        if "view" in body:
            assert view_problem(body["view"], kind="modal") is None, view_problem(body["view"], kind="modal")
        return body

    def log(self, text: str = ONE_LINE, *, who: str = DANA, channel: str = "C1") -> Decision:
        """Log by one line; the newest decision."""
        before = len(self.decisions())
        self.slash(who, text, channel=channel)
        found = self.decisions()
        assert len(found) == before + 1, self.told()
        return found[0]

    # --- looking ---

    def window(self) -> dict[str, Any]:
        """The window that was opened or changed last, as Slack has it. Slack would have taken it."""
        calls = [(method, args) for method, args in self.slack.calls if method.startswith("views.")]
        assert calls, "no window was opened"
        for _, args in calls:
            assert view_problem(args["view"], kind="modal") is None, view_problem(args["view"], kind="modal")
        _, args = calls[-1]
        return {**args["view"], "id": args.get("view_id") or f"V{self._opened()}", "hash": "1.a"}

    def windows(self) -> list[str]:
        """How windows were opened or changed: open, push, update."""
        return [method.removeprefix("views.") for method, _ in self.slack.calls if method.startswith("views.")]

    def told(self) -> list[dict[str, Any]]:
        """What was said to somebody alone, after the acknowledgement."""
        return self.slack.calls_of("response")

    def decisions(self) -> list[Decision]:
        with self.store.read("T1") as uow:
            return uow.decisions.latest(Viewer.system(), limit=100, statuses=frozenset(_STATUSES))

    def decision(self, number: int = 1) -> Decision:
        with self.store.read("T1") as uow:
            return uow.decisions.get(number, Viewer.system())

    def exists(self, number: int) -> bool:
        try:
            self.decision(number)
        except NotFound:
            return False
        return True

    def cards(self, number: int = 1) -> list[OutboxMessage]:
        with self.store.read("T1") as uow:
            return uow.outbox.shown(f"decision:{number}")

    def drawn(self, number: int = 1) -> list[Drawn]:
        """The cards as Slack would be given them, and would take them."""
        found = [_draw(row.message) for row in self.cards(number)]
        for each in found:
            payload = {"channel": "C1", "text": each.text, "blocks": each.blocks}
            assert message_problem(payload) is None, message_problem(payload)
        return found

    def _click(self, person: str, action_id: str, value: str) -> dict[str, Any]:
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        if ":" in value:
            action = {"type": "overflow", "action_id": action_id, "block_id": "b", "selected_option": {"value": value}}
        return {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": {"id": person, "team_id": "T1"},
            "trigger_id": self._trigger(),
            "actions": [action],
        }

    def _opened(self) -> int:
        return len([each for each in self.windows() if each in {"open", "push"}])

    def _trigger(self) -> str:
        return f"trigger-{next(self._numbers)}"


@contextmanager
def a_team(store: SqlStore, *, drafter: Drafter | None = None) -> Iterator[Team]:
    around = services_on(store, *PEOPLE)
    around.services = replace(around.services, drafter=drafter)
    around.directory.conversations["D1"] = around.directory.conversations["G1"].__class__(
        "D1", None, is_private=True, is_dm=True, is_member=True
    )
    with slack_server() as slack:
        installed = Installed()
        installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
        app = build_app(
            a_desk(around.services),
            installed=installed,
            client_of=lambda _: slack.client,
            base_client=slack.client,
            executor=AtOnce(),
            register=[decisions.register],
        )
        yield Team(around, slack, app, store)


def propose(team: Team, *, who: str = DANA) -> None:
    team.slash(who, "Use Postgres")
    team.submit(who, team.window(), why="We run it", status="proposed")


def fill(view: dict[str, Any], **values: Any) -> dict[str, Any]:
    """`view.state.values` with what stands in the inputs, and `values` by block id in the place of some of it."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        elements = [block["element"]] if block["type"] == "input" else block.get("elements") or []
        for element in elements:
            if element["type"] not in _INITIALS:
                continue
            name, initial = _INITIALS[element["type"]]
            value = element.get(initial)
            if block.get("block_id") in values:
                value = values[block["block_id"]]
                value = {"value": value} if name == "selected_option" else value
                value = [{"value": each} for each in value] if name == "selected_options" else value
            state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], name: value}
    missing = values.keys() - state.keys()
    assert not missing, f"the window has no {missing}"
    return state


def inputs(view: dict[str, Any]) -> dict[str, Any]:
    """What stands in each input, by block id."""
    return {
        block: next(iter({name: value for name, value in each.items() if name != "type"}.values()))
        for block, elements in fill(view).items()
        for each in elements.values()
    }


def said_in(thing: Any) -> str:
    """Every text in a view or a message, one after the other."""
    if isinstance(thing, str):
        return thing
    if isinstance(thing, dict):
        return "\n".join(said_in(value) for key, value in thing.items() if key not in {"type", "action_id"})
    return "\n".join(said_in(each) for each in thing) if isinstance(thing, list) else ""


def _json(body: Any) -> dict[str, Any]:
    import json

    if not body:
        return {}
    found = json.loads(body) if isinstance(body, str) else body
    return found if isinstance(found, dict) else {}


_DRAW: dict[type, Callable[[Any], Drawn]] = {DecisionCard: draw_decision_card, CardElsewhere: draw_card_elsewhere}
_STATUSES = ("proposed", "decided", "amended", "superseded", "reversed", "rejected", "withdrawn")


def _draw(message: Any) -> Drawn:
    return _DRAW[type(message)](message)
