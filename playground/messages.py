"""A message, as it is kept and as Slack's API shows it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(slots=True)
class Message:
    """`only_for` is the one person who sees an ephemeral message. `elements` is every element it ever showed."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    by_app: bool = False
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    is_broadcast: bool = False
    is_deleted: bool = False
    only_for: str | None = None
    elements: dict[tuple[str, str], Json] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def __post_init__(self) -> None:
        self.elements.update(elements_in(self.blocks))

    def show(self, blocks: Sequence[Json]) -> None:
        """Other blocks from now on. What was there may still be clicked by somebody who has not seen the change."""
        self.blocks = list(blocks)
        self.elements.update(elements_in(self.blocks))


def short_id() -> str:
    """As Slack makes block and action ids."""
    return "".join(secrets.choice(_LETTERS) for _ in range(5))


def with_ids(blocks: Sequence[Mapping[str, Any]]) -> list[Json]:
    """The blocks as Slack keeps them: each with a block_id, each interactive element with an action_id."""
    made = []
    for block in blocks:
        kept: Json = {**block, "block_id": block.get("block_id") or short_id()}
        for name in ("element", "accessory"):
            if isinstance(kept.get(name), Mapping):
                kept[name] = _with_action_id(kept[name])
        if kept.get("type") in {"actions", "context_actions"}:
            kept["elements"] = [_with_action_id(element) for element in kept.get("elements") or ()]
        made.append(kept)
    return made


def _with_action_id(element: Mapping[str, Any]) -> Json:
    if element.get("type") == "image" or element.get("action_id"):
        return dict(element)
    return {**element, "action_id": short_id()}


def elements_in(blocks: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Json]:
    """Every interactive element, by its block_id and action_id."""
    found: dict[tuple[str, str], Json] = {}
    for block in blocks:
        inner = list(block.get("elements") or ()) if block.get("type") in {"actions", "context_actions", "card"} else []
        inner += [*(block.get("actions") or ())] if block.get("type") == "card" else []
        inner += [block[name] for name in ("element", "accessory") if isinstance(block.get(name), Mapping)]
        for element in inner:
            if isinstance(element, Mapping) and element.get("action_id"):
                found[str(block.get("block_id")), str(element["action_id"])] = dict(element)
    return found


@dataclass(frozen=True, slots=True)
class Author:
    """The app, as its messages name it."""

    app_id: str
    bot_id: str
    bot_user: str
    name: str
    team_id: str


def message_object(
    message: Message, author: Author, *, replies: Sequence[Message] = (), with_metadata: bool = False
) -> Json:
    """Slack's message object. `replies` is given for the root of a thread."""
    made: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": author.team_id,
    }
    if message.subtype:
        made["subtype"] = message.subtype
    if message.blocks:
        made["blocks"] = message.blocks
    if message.by_app:
        made |= _bot_fields(author)
    made |= _thread_fields(message, replies)
    if message.edited:
        made["edited"] = message.edited
    if message.reactions:
        made["reactions"] = reactions_of(message)
    if message.files:
        made["files"] = message.files
    if with_metadata and message.metadata:
        made["metadata"] = message.metadata
    return made


def reactions_of(message: Message) -> list[Json]:
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]


def _bot_fields(author: Author) -> Json:
    profile = {
        "id": author.bot_id, "app_id": author.app_id, "user_id": author.bot_user, "name": author.name,
        "team_id": author.team_id, "deleted": False, "updated": 0,
    }  # fmt: skip
    return {"bot_id": author.bot_id, "app_id": author.app_id, "bot_profile": profile}


def _thread_fields(message: Message, replies: Sequence[Message]) -> Json:
    if message.is_reply:
        return {"thread_ts": message.thread_ts}
    if not replies:
        return {}
    writers = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": writers[:5],
        "reply_users_count": len(writers),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }
