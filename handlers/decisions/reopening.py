"""What is pressed under the notice that a matter was settled before: supersede it, or keep a link to it."""

from collections.abc import Callable
from dataclasses import replace

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.decisions.form import carried_over, note_saying, notice
from bot.blocks.decisions.form_read import audience_of, read_form
from bot.blocks.decisions.form_state import MOST_RELATED, Form, Frame, Mode, read_frame
from bot.blocks.decisions.ids import NOTE_BLOCK
from bot.blocks.decisions.reopened import linked, replaces, settled
from bot.blocks.kit import Json, escape
from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.errors import BackbeatError, Conflict
from bot.usecases import decisions
from handlers.asker import Asker, at_leisure
from handlers.decisions.forms import drawn, frame_of, must_stand
from handlers.decisions.log import number_of
from handlers.kit import Asked, Body, Desk, metadata, state_of
from handlers.windows import fill_again

Answer = Callable[[Asker, Form, Frame, Decision, Json | None], Json]


def supersede_it(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The window turns into the one that supersedes it, with all that was typed."""
    ack()
    _answer(desk, request, body, client, _superseding)


def relate(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Related*: the new decision stands beside it, and says so."""
    ack()
    _answer(desk, request, body, client, _relating)


def unrelate(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Not related*: the notice is back as it was."""
    ack()
    _answer(desk, request, body, client, _unrelating)


def _answer(desk: Desk, request: Asked, body: Body, client: WebClient, answer: Answer) -> None:
    """What was typed stays, whatever comes of it: what can't be done is said above it, and changes nothing."""

    def build() -> Json:
        view, asker = body["view"], at_leisure(desk, request)
        frame, form = read_frame(metadata(view)), read_form(state_of(view))
        note = carried_over(view, NOTE_BLOCK)
        try:
            if frame.mode is not Mode.NEW:
                raise Conflict("This window supersedes a decision already.")
            return answer(asker, form, frame, asker.decision(number_of(body)), note)
        except BackbeatError as error:
            above = notice(escape(error.words))
            standing = asker.decision(frame.number) if frame.number is not None else None
            return drawn(asker, form, frame, standing=standing, note=note, top=above)

    fill_again(desk, client, body, build)


def _superseding(asker: Asker, form: Form, frame: Frame, old: Decision, _note: Json | None) -> Json:
    must_stand(old)
    form = replace(form, status=DecisionStatus.DECIDED.value, audience=None)
    frame = frame_of(old, Mode.SUPERSEDE, more=frame.more)
    return drawn(asker, form, frame, standing=old, note=note_saying(replaces(old)))


def _relating(asker: Asker, form: Form, frame: Frame, old: Decision, note: Json | None) -> Json:
    decisions.must_be_open_to(old, audience_of(form, frame))
    related = (*(each for each in frame.related if each != old.number), old.number)[-MOST_RELATED:]
    frame = replace(frame, told=old.number, related=related)
    return drawn(asker, form, frame, note=note, top=linked(old.number))


def _unrelating(asker: Asker, form: Form, frame: Frame, old: Decision, note: Json | None) -> Json:
    related = tuple(each for each in frame.related if each != old.number)
    frame = replace(frame, told=old.number, related=related)
    return drawn(asker, form, frame, note=note, top=settled(old, asker.today))
