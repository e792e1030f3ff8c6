"""The pieces that messages and modals are made of, within Slack's limits, with people's words made safe."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain import spoken
from bot.domain.errors import BackbeatError

Json = dict[str, Any]
SECTION_LIMIT = 3000
LINK_LIMIT = 1000
MARK = "…"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message as Slack takes it. `text` is the whole of it in words: notifications and screen readers read that."""

    text: str
    blocks: list[Json]


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, with a mark where something was cut; never cuts through an escaped character."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    amp = cut.rfind("&")
    if amp > len(cut) - 6 and ";" not in cut[amp:]:
        cut = cut[:amp]
    return cut.rstrip() + MARK


day = spoken.day
escape = spoken.escape


def moment(value: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """A moment in each reader's own time, with UTC for whatever cannot show it."""
    return f"<!date^{int(value.timestamp())}^{form}|{value:%d %b %H:%M} UTC>"


def person(user_id: str) -> str:
    """A mention. It pings: use it for somebody who has something to do, and `escape(name)` otherwise."""
    return f"<@{user_id}>"


def link(url: str | None, label: str, *, longest: int = LINK_LIMIT) -> str | None:
    """`label`, safe already, as a link; None where `url` is none to follow, or too long. It can't break out of it."""
    if not url or len(url) > longest or not url.startswith(("https://", "http://")):
        return None
    safe = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{safe}|{label.replace('|', '/')}>"


def mrkdwn(text: str, limit: int = SECTION_LIMIT) -> Json:
    return {"type": "mrkdwn", "text": clip(text, limit)}


def plain(text: str, limit: int = 75) -> Json:
    return {"type": "plain_text", "text": clip(text, limit), "emoji": True}


def section(text: str, *, accessory: Json | None = None, block_id: str | None = None) -> Json:
    return _with({"type": "section", "text": mrkdwn(text)}, accessory=accessory, block_id=block_id)


def context(*texts: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def header(text: str) -> Json:
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Json:
    return {"type": "divider"}


def actions(*elements: Json, block_id: str | None = None) -> Json:
    return _with({"type": "actions", "elements": list(elements)}, block_id=block_id)


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: str | None = None,
    url: str | None = None,
    confirm: Json | None = None,
) -> Json:
    """`style` is primary or danger."""
    return _with(
        {"type": "button", "text": plain(text), "action_id": action_id},
        value=value or None,
        style=style,
        url=url,
        confirm=confirm,
    )


def confirm(title: str, text: str, yes: str, no: str = "Keep it") -> Json:
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Json:
    """The ⋯ menu: at most five (text, value)."""
    return {"type": "overflow", "action_id": action_id, "options": [option(text, value) for text, value in options[:5]]}


def option(text: str, value: str, description: str | None = None) -> Json:
    return _with({"text": plain(text), "value": value}, description=plain(description) if description else None)


def select(
    action_id: str, options: Sequence[Json], *, initial: str | None = None, placeholder: str | None = None
) -> Json:
    """A menu of at most 100 options, with the one of value `initial` chosen where there is one."""
    chosen = next((item for item in options if item["value"] == initial), None)
    return _with(
        {"type": "static_select", "action_id": action_id, "options": list(options[:100])},
        initial_option=chosen,
        placeholder=plain(placeholder, 150) if placeholder else None,
    )


def text_input(
    action_id: str,
    *,
    initial: str | None = None,
    placeholder: str | None = None,
    multiline: bool = False,
    limit: int = SECTION_LIMIT,
    focus: bool = False,
) -> Json:
    return _with(
        {"type": "plain_text_input", "action_id": action_id, "multiline": multiline, "max_length": limit},
        initial_value=initial[:limit] if initial else None,
        placeholder=plain(placeholder, 150) if placeholder else None,
        focus_on_load=True if focus else None,
    )


def people_select(action_id: str, *, initial: str | None = None) -> Json:
    return _with({"type": "users_select", "action_id": action_id}, initial_user=initial)


def several_people(action_id: str, *, initial: Sequence[str] = (), most: int | None = None) -> Json:
    return _with(
        {"type": "multi_users_select", "action_id": action_id},
        initial_users=list(initial) or None,
        max_selected_items=most,
    )


def several(action_id: str, options: Sequence[Json], *, initial: Iterable[str] = ()) -> Json:
    """A menu of at most 100 options, any of which may be chosen."""
    wanted, offered = set(initial), list(options[:100])
    chosen = [item for item in offered if item["value"] in wanted]
    return _with(
        {"type": "multi_static_select", "action_id": action_id, "options": offered}, initial_options=chosen or None
    )


def channel_select(action_id: str, *, initial: str | None = None) -> Json:
    """Public and private channels, not DMs."""
    return _with(
        {
            "type": "conversations_select",
            "action_id": action_id,
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        },
        initial_conversation=initial,
    )


def date_input(action_id: str, *, initial: date | None = None) -> Json:
    return _with({"type": "datepicker", "action_id": action_id}, initial_date=initial.isoformat() if initial else None)


def time_input(action_id: str, *, initial: str | None = None) -> Json:
    return _with({"type": "timepicker", "action_id": action_id}, initial_time=initial)


def checkboxes(action_id: str, options: Sequence[Json], *, initial: Iterable[str] = ()) -> Json:
    wanted = set(initial)
    chosen = [item for item in options if item["value"] in wanted]
    return _with(
        {"type": "checkboxes", "action_id": action_id, "options": list(options[:10])}, initial_options=chosen or None
    )


def field(
    label: str, element: Json, block_id: str, *, optional: bool = False, hint: str | None = None, dispatch: bool = False
) -> Json:
    """An input with its label. `dispatch`: tell us at once when it changes."""
    return _with(
        {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element, "optional": optional},
        hint=plain(hint, 2000) if hint else None,
        dispatch_action=True if dispatch else None,
    )


def modal(
    title: str,
    blocks: Sequence[Json],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Cancel",
    metadata: Mapping[str, Any] | None = None,
) -> Json:
    """A modal. `metadata` must stay under 3000 characters as JSON: ids, never people's words."""
    return _with(
        {
            "type": "modal",
            "callback_id": callback_id,
            "title": plain(title, 24),
            "close": plain(close, 24),
            "blocks": list(blocks[:100]),
        },
        submit=plain(submit, 24) if submit else None,
        private_metadata=json.dumps(metadata, separators=(",", ":")) if metadata else None,
    )


def loading_view(title: str) -> Json:
    return modal(title, [section("One moment…")], callback_id="loading", close="Close")


def error_view(title: str, error: Exception) -> Json:
    words = (
        error.words
        if isinstance(error, BackbeatError)
        else "Something went wrong on my side. Please try again in a minute."
    )
    return modal(title, [section(words)], callback_id="failed", close="Close")


def value_of(state: Mapping[str, Any], block_id: str, action_id: str) -> Any:
    """What a person put into one input of `view.state.values`: str, list of str, or None where it is empty."""
    element = (state.get(block_id) or {}).get(action_id) or {}
    for key in (
        "value",
        "selected_date",
        "selected_time",
        "selected_user",
        "selected_channel",
        "selected_conversation",
    ):
        if element.get(key) is not None:
            return element[key]
    if element.get("selected_option"):
        return element["selected_option"]["value"]
    for key in ("selected_users", "selected_conversations", "selected_channels"):
        if key in element:
            return list(element[key] or [])
    if "selected_options" in element:
        return [item["value"] for item in element["selected_options"] or []]
    return None


def _with(base: Json, **extra: Any) -> Json:
    return base | {key: value for key, value in extra.items() if value is not None}
