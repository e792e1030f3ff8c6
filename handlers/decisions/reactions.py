"""A reaction on a message, and what is pressed on the proposal that it leads to."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.decisions.words import build_logged_already
from bot.blocks.kit import Json
from bot.domain.decisions import Source
from bot.domain.errors import NotFound
from bot.usecases import decisions
from handlers.asker import at_leisure, in_time
from handlers.decisions.forms import form_from
from handlers.kit import Asked, Body, Desk, pressed
from handlers.windows import show_then_fill

_MESSAGE = re.compile(r"([A-Z0-9]{1,20}):([0-9]{1,12}\.[0-9]{1,8})")
GONE = "I can't find that message any more."


def reacted(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Most reactions mean nothing here."""
    event = body["event"]
    item = event.get("item")
    if isinstance(item, Mapping) and item.get("type") == "message" and _name(event) == desk.reaction:
        decisions.react(
            desk.services,
            request.workspace,
            request.person_id,
            str(item.get("channel")),
            str(item.get("ts")),
            author=event.get("item_user"),
            key=request.key,
        )
    ack()


def log_it(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Log it*: the window, filled from the message as it stands now."""
    conversation, ts = _message_of(body)
    ack()

    def build() -> Json:
        asker = at_leisure(desk, request)
        if conversation not in asker.viewer.conversations:
            raise NotFound(GONE)
        known = asker.logged_from(conversation, ts)
        if known is not None:
            return build_logged_already(known)
        heard = asker.services.directory.message(asker.person.workspace_id, conversation, ts)
        if heard is None:
            raise NotFound(GONE)
        message, root = heard
        return form_from(asker, message.text, Source(conversation, ts, root, author_id=message.author_id or None))

    show_then_fill(desk, client, request, title="Log a decision", build=build)


def not_now(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    conversation, ts = _message_of(body)
    asker = in_time(desk, request)
    decisions.dismiss(asker.services, asker.person, conversation, ts, key=request.key)
    ack()


def _name(event: Mapping[str, Any]) -> str:
    """Without the tone of skin."""
    return str(event.get("reaction")).partition("::")[0]


def _message_of(body: Body) -> tuple[str, str]:
    """Raises NotFound where the button's value is none that we gave it."""
    found = _MESSAGE.fullmatch(pressed(body))
    if found is None:
        raise NotFound(GONE)
    return found[1], found[2]
