"""Summarising a thread, in Slack: the message shortcut, the draft's buttons, and the window to edit it in."""

from datetime import date
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks import updates as blocks
from bot.blocks.decisions.form import build_form, note_of
from bot.blocks.decisions.form_state import Form, Frame
from bot.blocks.kit import Json
from bot.domain.decisions import DEFAULT_REVISIT, TITLE_LIMIT, Source
from bot.domain.errors import InvalidInput
from bot.domain.hours import today_for
from bot.domain.updates import Update, title_of
from bot.domain.workspaces import Person
from bot.usecases import updates
from bot.usecases.decisions import place_of
from handlers.kit import Asked, Desk, bound, metadata
from handlers.shapes import Body


def register(app: App, desk: Desk) -> None:
    app.shortcut(blocks.SUMMARISE)(bound(desk, summarise))
    app.action(blocks.POST)(bound(desk, post))
    app.action(blocks.EDIT)(bound(desk, edit))
    app.action(blocks.LOG)(bound(desk, log_decision))
    app.action(blocks.DISCARD)(bound(desk, discard))
    app.action(blocks.TRY_AGAIN)(bound(desk, try_again))
    app.view(blocks.EDITING)(bound(desk, save_edit))


def summarise(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    """On a message, or anywhere in a thread: the whole thread. The answer comes by DM."""
    message: dict[str, Any] = body.get("message") or {}
    thread = message.get("thread_ts") or message.get("ts")
    if request.conversation is None or not isinstance(thread, str):
        raise InvalidInput("I can't find that message. Use *Summarise thread* on a message in a channel.")
    updates.ask(
        desk.services,
        desk.person(request),
        conversation=request.conversation,
        thread_ts=thread,
        thread_author=_author_of_thread(message, thread),
        key=request.key,
    )
    ack()


def post(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    updates.post(desk.services, desk.person(request), _pressed(body), key=request.key)
    ack()


def edit(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    update = updates.ready(desk.services, desk.person(request), _pressed(body))
    desk.open_view(client, request, blocks.build_edit(update))
    ack()


def save_edit(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    view = body["view"]
    text = blocks.read_edit(view)
    updates.edit(desk.services, desk.person(request), str(metadata(view).get("u")), text, key=request.key)
    ack()


def discard(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    updates.discard(desk.services, desk.person(request), _pressed(body), key=request.key)
    ack()


def try_again(desk: Desk, request: Asked, body: Body, ack: Ack, _: WebClient) -> None:
    updates.try_again(desk.services, desk.person(request), _pressed(body), key=request.key)
    ack()


def log_decision(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The window of a decision, with the first thing that was decided in it, for the thread it came from."""
    person = desk.person(request)
    update = updates.ready(desk.services, person, _pressed(body))
    today = today_for(person, desk.services.clock.now())
    desk.open_then_fill(client, request, "Log a decision", partial(_decision_form, desk, person, update, today))
    ack()


def _decision_form(desk: Desk, person: Person, update: Update, today: date) -> Json:
    place = place_of(desk.services, person.workspace_id, update.conversation)
    form = Form(title=title_of(update)[:TITLE_LIMIT], owner=person.id, revisit=(today + DEFAULT_REVISIT).isoformat())
    source = Source(update.conversation, ts=update.thread_ts, author_id=update.thread_author_id)
    frame = Frame(source=source, audience=place.audience)
    return build_form(form, frame, note=note_of(place, in_thread=True))


def _author_of_thread(message: dict[str, Any], thread: str) -> str | None:
    """Whose thread it is, as far as the message tells: in a reply Slack names the first message's author."""
    author = message.get("user") if message.get("ts") == thread else message.get("parent_user_id")
    return author if isinstance(author, str) and author else None


def _pressed(body: Body) -> str:
    return str((body.get("actions") or [{}])[0].get("value") or "")
