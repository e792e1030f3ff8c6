"""Standups in Slack: setting one up, answering in a window or in the prompt's thread, clearing what was stuck."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.blocks.help import build_help, named
from bot.blocks.kit import Json
from bot.blocks.standups import (
    HELP,
    NO_TEAM,
    TITLE,
    Frame,
    build_form,
    build_not_there,
    build_planned,
    build_sheet,
    build_thanks,
    draw_standing,
    ids,
    parse_form,
    parse_sheet,
    read_frame,
    stopped,
)
from bot.domain.errors import BackbeatError, ExternalFailure, InvalidInput
from bot.domain.outbox import Destination
from bot.domain.standups import MOST_QUESTIONS, Standup
from bot.domain.workspaces import Person
from bot.usecases import standups
from handlers.asker import in_time
from handlers.errors import OUT_OF_REACH
from handlers.kit import WRITTEN_BY_PEOPLE, Asked, Body, Desk, answer, bound, metadata, pressed, state_of
from handlers.windows import show, show_then_fill

log = structlog.get_logger(__name__)


def register(app: App, desk: Desk) -> None:
    app.command(desk.commands["/standup"])(bound(desk, standup))
    app.action(ids.OPEN)(bound(desk, open_form))
    app.action(ids.EDIT)(bound(desk, edit))
    app.action(ids.STOP)(bound(desk, stop))
    app.action(ids.ANSWER)(bound(desk, open_sheet))
    app.action(ids.ANSWER_NOW)(bound(desk, answer_now))
    app.action(ids.SKIP)(bound(desk, skip))
    app.action(ids.MORE)(bound(desk, more))
    app.action(ids.CLEAR)(bound(desk, clear))
    app.view(ids.FORM)(bound(desk, save_form))
    app.view(ids.ANSWERS)(bound(desk, save_answers))
    app.event("message", matchers=[is_answer(desk)])(bound(desk, reply))


# --- /standup -------------------------------------------------------------------------------------------------------


def standup(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """In a channel with a standup: how it stands. Without one: the window to set it up."""
    if request.text.lower() == "help":
        answer(ack, build_help(HELP, desk.commands))
        return
    person = in_time(desk, request).person
    channel = request.conversation or ""
    known = standups.find(desk.services, person, channel)
    if known is not None and known.active:
        answer(ack, draw_standing(standups.standing(desk.services, person, known)))
        return
    show_then_fill(desk, client, request, title=TITLE, build=lambda: _form_for(desk, person, channel, known))
    ack()


def open_form(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Home's *Standups*: the channel is chosen in the window."""
    person = in_time(desk, request).person
    show(desk, client, request, build_form(Frame(), zone=person.zone))
    ack()


def edit(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    known = standups.get(asker.services, asker.person, pressed(body), viewer=asker.viewer)
    show(desk, client, request, build_form(Frame(known.channel, known.id), zone=known.zone, standup=known))
    ack()


def stop(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    known = standups.stop(asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer)
    desk.background.submit(desk.tell, request, named(stopped(known), desk.commands))
    ack()


def save_form(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Saved, and shown back as it was understood. Who may is asked again: a window can be kept open, or forged."""
    asker, view = in_time(desk, request), body["view"]
    frame = read_frame(metadata(view))
    wanted = parse_form(state_of(view), frame)
    if frame.standup_id is not None:
        saved = standups.edit(
            asker.services, asker.person, frame.standup_id, wanted, key=request.key, viewer=asker.viewer
        )
    else:
        saved = standups.plan(asker.services, asker.person, wanted, key=request.key)
    try:
        asks = standups.first_asks(asker.services, asker.person, saved.id)
    except ExternalFailure:
        ack(response_action="update", view=build_planned(saved, None))
        desk.background.submit(_fill_in_asks, desk, client, asker.person, saved, str(view["id"]))
    else:
        ack(response_action="update", view=build_planned(saved, asks))


def _form_for(desk: Desk, person: Person, channel: str, known: Standup | None) -> Json:
    """Empty, or with what a stopped one had. Where I'm not in the channel, that is said before anybody types."""
    info = standups.channel_of(desk.services, person, channel)
    if channel.startswith("D") or (info is not None and info.is_dm):
        return build_form(Frame(), zone=person.zone)
    if info is None or not info.is_member:
        return build_not_there(info.name if info else None)
    return build_form(Frame(channel), zone=person.zone, standup=known)


def _fill_in_asks(desk: Desk, client: WebClient, person: Person, saved: Standup, view_id: str) -> None:
    """For a background thread: it never raises."""
    try:
        view = build_planned(saved, standups.first_asks(desk.services, person, saved.id))
    except BackbeatError as error:
        log.warning("team_not_known", why=error.words)
        view = build_planned(saved, None, note=NO_TEAM)
    try:
        client.views_update(view_id=view_id, view=view)
    except OUT_OF_REACH as error:  # closed meanwhile, most likely
        log.info("view_not_updated", error=str(error))


# --- answering ------------------------------------------------------------------------------------------------------


def open_sheet(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The DM's *Answer* and *Edit*."""
    person = in_time(desk, request).person
    sheet = standups.sheet(desk.services, person, pressed(body))
    show(desk, client, request, build_sheet(sheet))
    ack()


def answer_now(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Without having been asked, or before it."""
    asker = in_time(desk, request)
    prompt = standups.take_part(asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer)
    sheet = standups.sheet(asker.services, asker.person, prompt.id)
    show(desk, client, request, build_sheet(sheet, has_message=False))
    ack()


def save_answers(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    person = in_time(desk, request).person
    view = body["view"]
    prompt_id, count, has_message = _read_sheet(metadata(view))
    texts = parse_sheet(state_of(view), count)
    standups.answer(desk.services, person, prompt_id, texts, key=request.key)
    if has_message:
        ack()
    else:
        ack(response_action="update", view=build_thanks(desk.commands))


def skip(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    person = in_time(desk, request).person
    standups.skip(desk.services, person, pressed(body), key=request.key)
    ack()


def more(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """⋯: later today, or away."""
    person = in_time(desk, request).person
    verb, _, prompt_id = pressed(body).partition(":")
    if verb == ids.More.LATER:
        standups.later(desk.services, person, prompt_id, key=request.key)
    elif verb == ids.More.AWAY:
        standups.skip(desk.services, person, prompt_id, key=request.key, why=standups.AWAY)
    ack()


def clear(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Cleared*, in the digest or in its owner's DM."""
    asker = in_time(desk, request)
    standups.clear(asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer)
    ack()


# --- a reply in the prompt's thread ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote in a thread of a DM, or made of it by an edit: then `before` is what it was."""

    user: str
    channel: str
    thread: str
    text: str
    before: str | None = None


def is_answer(desk: Desk) -> Callable[..., bool]:
    """Matches what a person writes or edits in the thread of a prompt of theirs, and nothing else."""

    def matches(event: dict[str, Any], context: BoltContext) -> bool:
        written, installed = _written(event), context.authorize_result
        if written is None or installed is None:
            return False
        workspace, where = str(installed.team_id), (written.user, written.channel, written.thread)
        return standups.prompt_of_thread(desk.services, workspace, *where) is not None

    return matches


def reply(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The prompt itself shows what was understood; what cannot be taken is said in the thread."""
    written = _written(body["event"])
    if written is not None:
        person = in_time(desk, replace(request, person_id=written.user)).person
        where = (person.id, written.channel, written.thread)
        prompt = standups.prompt_of_thread(desk.services, request.workspace, *where)
        if prompt is not None:
            to = Destination(conversation=written.channel, thread_ts=written.thread)
            standups.reply(
                desk.services, person, prompt.id, written.text, key=request.key, to=to, before=written.before
            )
    ack()


def _written(event: dict[str, Any]) -> Written | None:
    """None for whatever is no person's reply: an app's, a deletion, a link that unfolds."""
    message, before = event, None
    if event.get("subtype") == "message_changed":
        message, was = event.get("message") or {}, event.get("previous_message") or {}
        if not isinstance(message, dict) or not isinstance(was, dict) or message.get("text") == was.get("text"):
            return None
        before = str(was.get("text") or "")
    user, channel, thread = message.get("user"), event.get("channel"), message.get("thread_ts")
    if event.get("channel_type") != "im" or message.get("subtype") not in WRITTEN_BY_PEOPLE or message.get("bot_id"):
        return None
    if not (isinstance(user, str) and isinstance(channel, str) and isinstance(thread, str)):
        return None
    return Written(user, channel, thread, str(message.get("text") or ""), before)


# --- reading --------------------------------------------------------------------------------------------------------


def _read_sheet(found: dict[str, Any]) -> tuple[str, int, bool]:
    """Raises InvalidInput where the window's metadata is not what was put there."""
    prompt_id, count = found.get("p"), found.get("n")
    if not isinstance(prompt_id, str) or not isinstance(count, int) or not 0 < count <= MOST_QUESTIONS:
        raise InvalidInput("I can't make sense of this window any more. Copy your words and open it again.")
    return prompt_id, count, bool(found.get("m"))
