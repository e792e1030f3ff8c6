"""A draft from the thread: asked for in the window of a message that is being logged, reviewed from its DM."""

from dataclasses import replace

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.decisions.form import carried_over, notice
from bot.blocks.decisions.form_read import read_form
from bot.blocks.decisions.form_state import fresh_form, read_frame
from bot.blocks.decisions.ids import NOTE_BLOCK
from bot.blocks.decisions.words import build_logged_already
from bot.blocks.kit import Json
from bot.domain.decisions import Source
from bot.domain.drafts import DRAFTED, Drafted
from bot.domain.errors import Conflict, NotFound
from bot.usecases import decisions
from handlers.asker import Asker, at_leisure, in_time
from handlers.decisions.forms import drawn, filled_form, form_from
from handlers.kit import Asked, Body, Desk, metadata, pressed, state_of
from handlers.windows import fill_again, show_then_fill

READING = "I'm reading the thread. The draft comes to you in a DM; nothing is saved before you have seen it."
BELOW = ("goal", "constraint", "smallest_test", "options")  # the inputs under *Add detail*
GONE = "I can't find that message any more."


def draft_it(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Draft it from the thread*: the answer comes by DM, and what was typed in the window stays there."""
    asker, view = in_time(desk, request), body["view"]
    frame = read_frame(metadata(view))
    decisions.ask_draft(asker.services, asker.person, frame.source, key=request.key)
    ack()
    form, note = read_form(state_of(view)), carried_over(view, NOTE_BLOCK)
    undrafted, top = replace(frame, drafts=False), notice(READING)
    fill_again(desk, client, body, lambda: drawn(asker, form, undrafted, note=note, top=top))


def review(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Review and log*: the window, filled with the draft; where there is none, with the message."""
    draft_id = pressed(body)
    ack()
    show_then_fill(
        desk, client, request, title="Log a decision", build=lambda: _form(at_leisure(desk, request), draft_id)
    )


def try_again(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    decisions.try_again(asker.services, asker.person, pressed(body), key=request.key)
    ack()


def discard(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    decisions.discard_draft(asker.services, asker.person, pressed(body), key=request.key)
    ack()


def _form(asker: Asker, draft_id: str) -> Json:
    source = decisions.source_of(asker.services, asker.person, draft_id)
    conversation, ts = source.conversation or "", source.ts or ""
    known = asker.logged_from(conversation, ts)
    if known is not None:
        return build_logged_already(known)
    try:
        _, made = decisions.drafted(asker.services, asker.person, draft_id)
    except Conflict:
        made = None
    if made is not None and made.fields:
        return _filled(asker, made, source=source)
    heard = asker.services.directory.message(asker.person.workspace_id, conversation, ts)
    if heard is None:
        raise NotFound(GONE)
    return form_from(asker, heard[0].text, source)


def _filled(asker: Asker, made: Drafted, *, source: Source) -> Json:
    blank = fresh_form(owner=asker.person.id, today=asker.today)
    form = replace(blank, **{name: made.text_of(name) for name in DRAFTED})
    place = decisions.place_of(asker.services, asker.person.workspace_id, source.conversation)
    return filled_form(asker, form, place, source, more=any(made.text_of(name) for name in BELOW))
