"""Putting something on an agenda: typed after `/agenda`, taken from a message, or written in the window."""

from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks import agendas as blocks
from bot.blocks.agendas import ids, windows
from bot.blocks.agendas.post import draw_coming
from bot.blocks.agendas.windows import Form, Frame
from bot.blocks.help import build_help
from bot.blocks.kit import Drawn, Json
from bot.domain.agendas import DEFAULT_MINUTES, TITLE_LIMIT, NewTopic
from bot.domain.decisions import Source
from bot.domain.errors import Conflict, ExternalFailure, InvalidInput, NotAllowed
from bot.domain.phrases import first_sentence, readable, split_minutes
from bot.domain.workspaces import EVERYONE, Audience, ConversationId
from bot.usecases import agendas, decisions
from bot.usecases.agendas import Choice
from handlers.asker import Asker, at_leisure, in_time
from handlers.kit import Asked, Body, Desk, answer, metadata, pressed, state_of, text_of
from handlers.windows import fill_again, show, show_then_fill

TITLE = "Add to agenda"


def agenda(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """`/agenda` shows what is coming; with words it adds them, at once where it is clear to which meeting."""
    if request.text.lower() == "help":
        answer(ack, build_help(blocks.HELP, desk.commands))
        return
    asker = in_time(desk, request)
    if not request.text:
        answer(ack, _coming(asker))
        return
    title, minutes = split_minutes(readable(request.text)[0])
    new = NewTopic.checked(title=title, minutes=minutes)  # before a window could cut what was typed
    audience = _audience_of_words(asker, request.conversation)
    found = _choices(asker, audience)
    only = _clear(found, request.conversation)
    source = Source(request.conversation)
    if only is None:
        form = Form(title=new.title, minutes=new.minutes)
        show(desk, client, request, windows.build_adding(form, Frame(source, audience), found), typed=request.text)
        ack()
        return
    answer(ack, _add(asker, only, new, Frame(source, audience), key=request.key))


def add_message(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Add to agenda*: filled from the message, with its link."""
    show_then_fill(desk, client, request, title=TITLE, build=lambda: _from_message(desk, request, body))
    ack()


def open_adding(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Add item*: words of one's own for this meeting, whose readers the window names."""
    asker, wanted = in_time(desk, request), pressed(body)
    found = [each for each in _choices(asker, EVERYONE) if each.cadence.id == wanted]
    if not found:
        raise asker.viewer.unseen(Conflict("That meeting was stopped. `/agenda` shows the others."))
    frame = Frame(Source(request.conversation), EVERYONE, wanted)
    show(desk, client, request, windows.build_adding(Form(), frame, found))
    ack()


def ask_again(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Urgent* was ticked, or another meeting chosen: the window asks what gets bumped there."""
    ack()
    view = body["view"]
    fill_again(desk, client, body, lambda: _drawn_again(at_leisure(desk, request), view))


def add(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The window was sent."""
    asker, view = in_time(desk, request), body["view"]
    frame, form = windows.read_frame(metadata(view)), windows.read_adding(state_of(view))
    if form.urgent and not windows.asks_what_is_bumped(view):
        ack(response_action="update", view=_drawn_again(asker, view))
        return
    try:
        chosen = _chosen(asker, form, frame)
        drawn = _add(asker, chosen, windows.new_topic(form), frame, key=request.key)
    except InvalidInput as error:
        raise windows.with_words(error, view) from error
    ack(response_action="update", view=windows.build_added(drawn))


def _from_message(desk: Desk, request: Asked, body: Body) -> Json:
    asker, message = at_leisure(desk, request), body.get("message") or {}
    conversation, ts = request.conversation, str(message.get("ts") or body.get("message_ts") or "")
    if conversation is None or not ts:
        raise InvalidInput("I can't tell which message that was. Use `/agenda` instead.")
    place = decisions.place_of(asker.services, asker.person.workspace_id, conversation)
    found = _choices(asker, place.audience)
    author, root = message.get("user"), message.get("thread_ts")
    source = Source(
        conversation,
        ts,
        str(root or ts),
        _permalink(asker, conversation, ts),
        author if isinstance(author, str) else None,
    )
    text, minutes = split_minutes(readable(text_of(message))[0])
    form = Form(title=first_sentence(text, TITLE_LIMIT), minutes=minutes or DEFAULT_MINUTES)
    return windows.build_adding(form, Frame(source, place.audience), found)


def _permalink(asker: Asker, conversation: ConversationId, ts: str) -> str | None:
    try:
        return asker.services.directory.permalink(asker.person.workspace_id, conversation, ts)
    except ExternalFailure:
        return None


def _add(asker: Asker, choice: Choice, new: NewTopic, frame: Frame, *, key: str) -> Drawn:
    cadence = choice.cadence
    topic = agendas.add(
        asker.services,
        asker.person,
        cadence.id,
        new.title,
        new.minutes,
        key=key,
        source=frame.source,
        audience=frame.audience,
        urgent=new.urgent,
        bumps=new.bumps,
        bumps_id=new.bumps_id,
        viewer=asker.viewer,
    )
    return windows.added(topic, cadence, starts_at=agendas.goes_to(asker.services, topic, cadence))


def _drawn_again(asker: Asker, view: dict[str, Any]) -> Json:
    frame, form = windows.read_frame(metadata(view)), windows.read_adding(state_of(view))
    found = _choices(asker, frame.audience)
    if frame.cadence_id is not None:
        found = [each for each in found if each.cadence.id == frame.cadence_id]
    return windows.build_adding(form, frame, found)


def _choices(asker: Asker, audience: Audience) -> list[Choice]:
    """The meetings that may take it. Raises NotAllowed with what to do where there is none."""
    workspace = asker.person.workspace_id
    found = agendas.choices(asker.services, asker.viewer, audience, workspace=workspace)
    if found:
        return found
    if agendas.has_meetings(asker.services, asker.viewer, workspace=workspace):
        raise NotAllowed(
            "This conversation is private, and not everybody who reads a meeting's agenda is in it. Say it in words "
            "of your own in the meeting's channel: `/agenda` and what to talk about."
        )
    raise asker.viewer.unseen(NotAllowed(windows.NO_MEETING))


def _clear(found: Sequence[Choice], here: ConversationId | None) -> Choice | None:
    """The one meeting that is meant: this channel's, or the only one."""
    local = [each for each in found if each.cadence.channel == here]
    for these in (local, list(found)):
        if len(these) == 1:
            return these[0]
    return None


def _chosen(asker: Asker, form: Form, frame: Frame) -> Choice:
    found = _choices(asker, frame.audience)
    wanted = form.cadence_id or frame.cadence_id
    chosen = next((each for each in found if each.cadence.id == wanted), None)
    if chosen is None and wanted is None and len(found) == 1:
        chosen = found[0]
    if chosen is None:
        raise asker.viewer.unseen(InvalidInput("Which meeting is it for?", field=ids.CADENCE))
    return chosen


def _audience_of_words(asker: Asker, conversation: ConversationId | None) -> Audience:
    """Words typed in a DM are meant for the meeting; those typed in a private channel stay among its members."""
    place = decisions.place_of(asker.services, asker.person.workspace_id, conversation)
    return EVERYONE if place.is_dm else place.audience


def _coming(asker: Asker) -> Drawn:
    now = asker.services.clock.now()
    found = agendas.coming(asker.services, asker.viewer, workspace=asker.person.workspace_id, at=now)
    if not found:
        none = NotAllowed("There is no recurring meeting yet. Plan one with `/backbeat meetings`.")
        raise asker.viewer.unseen(none)
    return draw_coming(found)
