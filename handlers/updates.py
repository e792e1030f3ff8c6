"""Summarising a thread, in Slack: the message shortcut, the draft's buttons, and the window to edit it in."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks import updates as blocks
from bot.blocks.kit import Json
from bot.domain.decisions import Source
from bot.domain.errors import InvalidInput
from bot.domain.phrases import OneLine
from bot.domain.updates import Update, title_of
from bot.usecases import updates
from bot.usecases.decisions import place_of
from bot.usecases.threads import must_reach
from handlers.asker import at_leisure, in_time
from handlers.decisions.forms import new_form
from handlers.kit import Asked, Body, Desk, bound, metadata, pressed
from handlers.windows import show, show_then_fill


def register(app: App, desk: Desk) -> None:
    app.message_shortcut(blocks.SUMMARISE)(bound(desk, summarise))
    app.action(blocks.POST)(bound(desk, post))
    app.action(blocks.EDIT)(bound(desk, edit))
    app.action(blocks.LOG)(bound(desk, log_decision))
    app.action(blocks.DISCARD)(bound(desk, discard))
    app.action(blocks.TRY_AGAIN)(bound(desk, try_again))
    app.view_submission(blocks.EDITING)(bound(desk, save_edit))


def summarise(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    """On a message, or anywhere in a thread: the whole thread. The answer comes by DM."""
    asker, message = in_time(desk, request), body.get("message") or {}
    thread = message.get("thread_ts") or message.get("ts")
    if request.conversation is None or not isinstance(thread, str):
        raise InvalidInput("I can't find that message. Use *Summarise thread* on a message in a channel.")
    updates.ask(
        asker.services,
        asker.person,
        conversation=request.conversation,
        thread_ts=thread,
        thread_author=_author_of_thread(message, thread),
        key=request.key,
    )
    ack()


def post(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    asker = in_time(desk, request)
    updates.post(asker.services, asker.person, pressed(body), key=request.key)
    ack()


def discard(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    asker = in_time(desk, request)
    updates.discard(asker.services, asker.person, pressed(body), key=request.key)
    ack()


def try_again(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    asker = in_time(desk, request)
    updates.try_again(asker.services, asker.person, pressed(body), key=request.key)
    ack()


def edit(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    update = updates.ready(asker.services, asker.person, pressed(body))
    show(desk, client, request, blocks.build_edit(update))
    ack()


def save_edit(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    asker, view = in_time(desk, request), body["view"]
    update_id, text = str(metadata(view).get("u")), blocks.read_edit(view)
    updates.edit(asker.services, asker.person, update_id, text, key=request.key)
    ack()


def log_decision(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The window of a decision, filled with the first thing that was decided in the thread."""
    asker = in_time(desk, request)
    update = updates.ready(asker.services, asker.person, pressed(body))
    build = partial(_decision_form, desk, request, update)
    show_then_fill(desk, client, request, title="Log a decision", build=build)
    ack()


def _decision_form(desk: Desk, request: Asked, update: Update) -> Json:
    asker = at_leisure(desk, request)
    must_reach(asker.services, asker.person, update.conversation)
    place = place_of(asker.services, update.workspace_id, update.conversation)
    source = Source(update.conversation, update.thread_ts, update.thread_ts, author_id=update.thread_author_id)
    return new_form(asker, OneLine(title_of(update)), place, source)


def _author_of_thread(message: dict[str, Any], thread: str) -> str | None:
    """Whose thread it is, as far as the message tells: in a reply Slack names the first message's author."""
    author = message.get("user") if message.get("ts") == thread else message.get("parent_user_id")
    return author if isinstance(author, str) and author else None
