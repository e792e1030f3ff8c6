"""What a request from Slack may look like. Whatever is shaped otherwise is refused before anything reads it."""

from collections.abc import Mapping
from typing import Any

Body = dict[str, Any]

KINDS = {
    "event_callback": "event",
    "view_submission": "submission",
    "view_closed": "closed",
    "block_actions": "action",
    "message_action": "shortcut",
    "shortcut": "shortcut",
    "block_suggestion": "suggestion",
}
_MAPPINGS = ("event", "view", "container", "message", "bot", "event_context_info")
_MAPPINGS_OR_IDS = ("team", "user", "channel", "enterprise")
_TEXTS = (
    "type", "command", "text", "trigger_id", "response_url", "callback_id", "team_id", "user_id", "channel_id",
    "event_id", "enterprise_id", "api_app_id", "block_id", "action_id",
)  # fmt: skip
_DEEPEST = 100  # Slack nests some twenty levels; a thousand would exhaust the stack of whoever walks them


def kind_of(body: Mapping[str, Any]) -> str:
    """command, event, submission, action, …; "other" where it is none that we know."""
    if "command" in body and "type" not in body:
        return "command"
    return KINDS.get(str(body.get("type")), "other")


def problem_with(body: Any) -> str | None:
    """What is wrong with its shape; None where nothing is."""
    if not isinstance(body, dict):
        return "not an object"
    problem = _texts(body, _TEXTS) or _mappings(body, _MAPPINGS) or _people_and_places(body) or _lists(body)
    if problem is None and kind_of(body) == "event" and not isinstance((body.get("event") or {}).get("type"), str):
        problem = "event has no type"
    if problem is None and kind_of(body) == "action" and not all(map(_is_named, body.get("actions") or [{}])):
        problem = "actions name none"
    if problem is None and kind_of(body) == "submission":
        problem = _submission(body.get("view"))
    return problem or ("nested too deeply" if _depth_exceeds(body, _DEEPEST) else None)


def without_nul(value: Any) -> Any:
    """The same without NUL characters, which PostgreSQL can't keep in text."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {without_nul(key): without_nul(each) for key, each in value.items()}
    return [without_nul(each) for each in value] if isinstance(value, list) else value


def is_encodable(value: Any) -> bool:
    """Whether every text can be written as UTF-8: JSON can spell half of a surrogate pair."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
        return True
    if isinstance(value, dict):
        return all(is_encodable(key) and is_encodable(each) for key, each in value.items())
    return all(is_encodable(each) for each in value) if isinstance(value, list) else True


def has_half_characters(text: str, body: Any) -> bool:
    """Whether the JSON `text`, read as `body`, spells half of a surrogate pair. Cheap where there is no sign of one."""
    return "\\ud" in text.lower() and not is_encodable(body)


def _texts(body: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((f"{name} is no text" for name in names if not isinstance(body.get(name, ""), str | None)), None)


def _mappings(body: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((f"{name} is no object" for name in names if not isinstance(body.get(name), dict | None)), None)


def _people_and_places(body: Mapping[str, Any]) -> str | None:
    for name in _MAPPINGS_OR_IDS:
        value = body.get(name)
        if isinstance(value, dict):
            problem = _texts(value, ("id", "team_id", "name", "enterprise_id"))
            if problem is not None:
                return f"{name}'s {problem}"
        elif not isinstance(value, str | None):
            return f"{name} is neither an object nor an id"
    return None


def _lists(body: Mapping[str, Any]) -> str | None:
    for name in ("actions", "authorizations", "response_urls"):
        value = body.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(each, dict) for each in value)):
            return f"{name} is no list of objects"
        check = _action if name == "actions" else _names_text
        problem = next(filter(None, map(check, value or ())), None)
        if problem is not None:
            return problem
    return None


def _names_text(each: Mapping[str, Any]) -> str | None:
    return _texts(each, ("team_id",))


def _action(each: Mapping[str, Any]) -> str | None:
    chosen = each.get("selected_option") or {}
    return (
        _texts(each, ("action_id", "block_id", "value", "selected_user", "selected_conversation"))
        or _mappings(each, ("selected_option",))
        or _texts(chosen, ("value",))
    )


def _is_named(action: Mapping[str, Any]) -> bool:
    return isinstance(action.get("action_id"), str)


def _submission(view: Any) -> str | None:
    if not isinstance(view, dict) or not isinstance(view.get("id"), str) or not isinstance(view.get("type"), str):
        return "view has no id or no type"
    state = view.get("state")
    values = (state or {}).get("values") if isinstance(state, dict | None) else 0
    if not isinstance(values, dict | None) or not all(_is_filled_in(each) for each in (values or {}).values()):
        return "the view's state is no object"
    return _texts(view, ("callback_id", "private_metadata", "hash", "external_id"))


def _is_filled_in(block: Any) -> bool:
    return isinstance(block, dict) and all(isinstance(each, dict) for each in block.values())


def _depth_exceeds(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            child
            for each in level
            for child in (each.values() if isinstance(each, dict) else each)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
