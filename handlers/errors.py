"""The one error boundary: what a person or Slack is told when a handler could not do what it was asked."""

import re
from collections.abc import Mapping
from concurrent.futures import Executor
from http.client import HTTPException
from typing import Any

import structlog
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.blocks.kit import clip, error_view, escape
from bot.domain.errors import BackbeatError, ExternalFailure, InvalidInput
from bot.domain.ids import random_id
from handlers.shapes import Body, kind_of

log = structlog.get_logger(__name__)
OUT_OF_REACH = (SlackClientError, OSError, HTTPException)  # what a call to Slack may fail with
ERROR_LIMIT = 2000  # what a modal shows under a field
UNKNOWN_WINDOW = "I don't know this window any more. Copy your words, close it, and open it again."
_MENTION = re.compile(r"&lt;([@#][A-Z0-9]+(?:\|[^&]*)?)&gt;")


class Boundary:
    """Turns every error into an answer. `later` runs what must not hold up the acknowledgement."""

    def __init__(self, later: Executor) -> None:
        self._later = later

    def __call__(self, error: Exception, request: BoltRequest) -> BoltResponse:
        """Bolt's error handler: for listeners, middleware, and requests that nothing matched."""
        body: Body = request.body
        kind = kind_of(body)
        if isinstance(error, BoltUnhandledRequestError):
            return _unmatched(kind, body)
        words = words_of(error, kind=kind, name=_name(body))
        if kind == "event":
            # Slack sends it again after a 500: worth it unless it would end the same way.
            again = not isinstance(error, BackbeatError) or (isinstance(error, ExternalFailure) and not error.permanent)
            return BoltResponse(status=500 if again else 200, body="")
        if kind == "command":
            return ephemeral(f"{words}{typed(body)}")
        if kind == "submission":
            return _beside_field(words, error, body)
        if kind == "suggestion":
            return BoltResponse(status=200, body={"options": []})
        if kind in {"action", "shortcut"}:
            self._later.submit(_tell, request.context.client, body, words)
        return BoltResponse(status=200, body="")


def words_of(error: Exception, *, kind: str, name: str | None) -> str:
    """What to tell a person. What we don't understand gets a reference that the log has too."""
    if isinstance(error, BackbeatError):
        log.info("refused", kind=kind, request=name, why=type(error).__name__, code=getattr(error, "code", None))
        return error.words
    reference = f"BB-{random_id()[:5].upper()}"
    log.error("request_failed", kind=kind, request=name, reference=reference, exc_info=error)
    return f"Something went wrong on my side. Please try again; if it stays so, name {reference} to whoever runs me."


def ephemeral(text: str) -> BoltResponse:
    """An answer to a slash command that only its author sees."""
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})


def typed(body: Mapping[str, Any]) -> str:
    """What somebody typed after a command, given back so that nothing is lost."""
    return given_back(str(body.get("text") or ""))


def given_back(text: str) -> str:
    """People's own words as a line of an answer to them; nothing where they typed nothing."""
    kept = _MENTION.sub(r"<\1>", escape(text.strip()))  # people and channels stay what they are, <!channel> does not
    return f"\nYour text: {kept}" if kept else ""


def _unmatched(kind: str, body: Body) -> BoltResponse:
    """Acknowledged all the same: Slack would send it again, or show a person that it failed."""
    if kind == "command":
        log.warning("unmatched_request", kind=kind, request=_name(body))
        return ephemeral(
            f"I don't answer to `{escape(str(body['command']))}` here. Try the other commands' `help`.{typed(body)}"
        )
    log.info("unmatched_request", kind=kind, request=_name(body))
    if kind == "submission":  # an empty answer would close the window, and what was typed in it would be gone
        return _beside_field(UNKNOWN_WINDOW, None, body)
    return BoltResponse(status=200, body={"options": []} if kind == "suggestion" else "")


def _beside_field(words: str, error: Exception | None, body: Body) -> BoltResponse:
    """Under the field it is about, or under the first one: the modal stays open with all that was typed in it."""
    blocks = body["view"].get("blocks")
    blocks = blocks if isinstance(blocks, list) else []
    inputs = [str(each.get("block_id")) for each in blocks if isinstance(each, dict) and each.get("type") == "input"]
    named = error.field if isinstance(error, InvalidInput) else None
    field = named if named in inputs else next(iter(inputs), None)
    if field is None:
        view = error_view("Backbeat", Told(words))
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: clip(words, ERROR_LIMIT)}})


class Told(BackbeatError):
    """Words that were chosen already."""


def _tell(client: WebClient, body: Body, words: str) -> None:
    """To the asker alone: in the conversation where there is one, else in a window."""
    url = body.get("response_url")
    try:
        if url:
            WebhookClient(url, timeout=5).send(text=words, response_type="ephemeral", replace_original=False)
            return
        is_modal = (body.get("view") or {}).get("type") == "modal"
        show = client.views_push if is_modal else client.views_open
        show(trigger_id=str(body.get("trigger_id")), view=error_view("Backbeat", Told(words)))
    except OUT_OF_REACH as error:
        log.warning("answer_not_delivered", error=str(error))


def _name(body: Mapping[str, Any]) -> str | None:
    """Which request it was, never what it said."""
    actions = body.get("actions") or [{}]
    view, event = body.get("view") or {}, body.get("event") or {}
    found = (
        body.get("command")
        or actions[0].get("action_id")
        or body.get("callback_id")
        or view.get("callback_id")
        or event.get("type")
    )
    return str(found)[:80] if found else None
