"""The window in which a decision is written: opened from many places, widened, and sent."""

from dataclasses import replace
from datetime import date

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.decisions.form import build_form, carried_over, note_of, note_saying, notice, read_place
from bot.blocks.decisions.form_read import audience_of, draft_of, must_ask_of_cost, read_form, ruled_by
from bot.blocks.decisions.form_state import (
    Form,
    Frame,
    Mode,
    amending,
    form_of,
    fresh_form,
    read_frame,
    superseding,
    widened,
)
from bot.blocks.decisions.ids import NOTE_BLOCK, NOTICE_BLOCK
from bot.blocks.decisions.reopened import settled
from bot.blocks.decisions.words import COSTS, build_logged_already
from bot.blocks.kit import Json, escape
from bot.domain.decisions import TEXT_LIMIT, TITLE_LIMIT, Decision, Detail, Source
from bot.domain.errors import BackbeatError, Conflict, ExternalFailure, InvalidInput, NotAllowed
from bot.domain.phrases import OneLine, first_sentence, read_message
from bot.usecases import decisions
from bot.usecases.decisions import Place
from handlers.asker import Asker, at_leisure, in_time
from handlers.kit import Asked, Body, Desk, metadata, state_of, text_of
from handlers.windows import fill_again, show

ABOVE = ("title", "why", "not_doing", "status", "owner", "revisit")  # the inputs that are there from the start


def new_form(asker: Asker, line: OneLine, place: Place, source: Source) -> Json:
    """The window of a new decision, filled from `line`. Says where it goes, who sees it, and what covered it before."""
    form = fresh_form(owner=asker.person.id, today=asker.today, line=_fitting(line))
    return filled_form(asker, form, place, source, more=line.cost is not None)


def filled_form(asker: Asker, form: Form, place: Place, source: Source, *, more: bool) -> Json:
    """The window of a new decision with these inputs. `more`: the detail is open."""
    drafts = source.ts is not None and asker.services.drafter is not None
    before = covering(asker, form.title, form.why)
    told = before.number if before is not None else None
    frame = Frame(source=source, audience=place.audience, more=more, drafts=drafts, told=told)
    top = settled(before, asker.today) if before is not None else (notice(COSTS) if form.cost else None)
    return drawn(asker, form, frame, note=note_of(place, in_thread=source.thread_ts is not None), top=top)


def drawn(
    asker: Asker,
    form: Form,
    frame: Frame,
    *,
    standing: Decision | None = None,
    note: Json | None = None,
    top: Json | None = None,
) -> Json:
    """The window as it stands, and who decides. `standing`: the decision that is edited or replaced."""
    edits = frame.mode is Mode.EDIT
    foreseen = decisions.foresee(
        asker.services, asker.person, ruled_by(form), standing=standing, edits=edits, offers_areas=frame.more
    )
    return build_form(form, frame, note=note, notice=top, foreseen=foreseen)


def open_new(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Log a decision* from anywhere: the shortcut, Home, an empty log, and after setup."""
    asker = in_time(desk, request)
    form = fresh_form(owner=asker.person.id, today=asker.today)
    view = drawn(asker, form, Frame(chooses=True), note=_note(asker, decisions.HOME))
    show(desk, client, request, view)
    ack()


def choose_place(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """A channel was picked for the card, or none: the window says anew where it goes and who sees it."""
    ack()

    def build() -> Json:
        view, asker = body["view"], at_leisure(desk, request)
        frame, form = read_frame(metadata(view)), read_form(state_of(view))
        try:
            place = _picked(asker, view)
            note = _note(asker, place)
        except (InvalidInput, ExternalFailure) as error:
            place, note = decisions.HOME, note_saying(escape(error.words))
        top = carried_over(view, NOTICE_BLOCK)
        return drawn(asker, form, _placed(frame, place), note=note, top=top)

    fill_again(desk, client, body, build)


def rule_again(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Another area or sum: the window says anew who decides. What was typed stays, whatever comes of that."""
    ack()

    def build() -> Json:
        view = body["view"]
        frame, form = read_frame(metadata(view)), read_form(state_of(view))
        note, top = carried_over(view, NOTE_BLOCK), carried_over(view, NOTICE_BLOCK)
        try:
            asker = at_leisure(desk, request)
            standing, form = _whole(asker, form, frame)
            return drawn(asker, form, frame, standing=standing, note=note, top=top)
        except BackbeatError:
            return build_form(form, frame, note=note, notice=top)

    fill_again(desk, client, body, build)


def log_message(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Log as decision*: filled from the message, unless it was logged before."""
    asker, message = in_time(desk, request), body.get("message") or {}
    conversation, ts = request.conversation, str(message.get("ts") or body.get("message_ts") or "")
    if conversation is None or not ts:
        raise InvalidInput("I can't tell which message that was. Use `/decide` instead.")
    known = asker.logged_from(conversation, ts)
    if known is not None:
        view = build_logged_already(known)
    else:
        author, root = message.get("user"), message.get("thread_ts")
        source = Source(conversation, ts, str(root or ts), author_id=author if isinstance(author, str) else None)
        view = form_from(asker, text_of(message), source)
    show(desk, client, request, view)
    ack()


def form_from(asker: Asker, text: str, source: Source) -> Json:
    """The window of a new decision, filled from a message. Its card answers in that message's thread."""
    line = read_message(text, today=asker.today, title_limit=TITLE_LIMIT, why_limit=TEXT_LIMIT)
    place = decisions.place_of(asker.services, asker.person.workspace_id, source.conversation)
    return new_form(asker, line, place, source)


def change_form(asker: Asker, number: int, mode: Mode) -> Json:
    """The window to edit, amend or supersede a decision. Raises NotFound, NotAllowed, Conflict."""
    decision = asker.decision(number)
    must_stand(decision)
    if mode is Mode.EDIT and asker.person.id not in decision.involved:
        raise NotAllowed(f"Only its author or owner can edit {decision.ref}. Amend or supersede it instead.")
    # What stands under Add detail is shown where it would be kept, so that nothing is carried over unseen.
    more = mode is not Mode.SUPERSEDE and decision.detail != Detail()
    form, frame = _as_it_stands(decision, mode, asker.today), frame_of(decision, mode, more=more)
    return drawn(asker, form, frame, standing=decision)


def add_detail(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The rest of the window. What was typed so far stays."""
    ack()

    def build() -> Json:
        view, asker = body["view"], at_leisure(desk, request)
        frame = read_frame(metadata(view))
        standing, form = _whole(asker, read_form(state_of(view)), frame)
        note, top = carried_over(view, NOTE_BLOCK), carried_over(view, NOTICE_BLOCK)
        return drawn(asker, form, widened(frame), standing=standing, note=note, top=top)

    fill_again(desk, client, body, build)


def submit(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The window was sent: a new decision, or a changed one."""
    view = body["view"]
    frame, form = read_frame(metadata(view)), read_form(state_of(view))
    asker = in_time(desk, request)
    if frame.mode is Mode.NEW and frame.chooses:
        frame = _placed(frame, _picked(asker, view))  # it may differ from what the window could say so far
    note = carried_over(view, NOTE_BLOCK)
    before = _untold(asker, form, frame, key=request.key) if frame.mode is Mode.NEW else None
    if before is not None:  # with what a cost asks for, where it has one: it comes back once for both
        frame = replace(frame, told=before.number, came_back=True)
        ack(response_action="update", view=drawn(asker, form, frame, note=note, top=settled(before, asker.today)))
        return
    if must_ask_of_cost(form, frame):
        ack(response_action="update", view=_asking_of_cost(asker, view, form, frame))
        return
    if frame.mode is not Mode.NEW:
        _change(asker, form, frame, key=request.key)
        ack()
        return
    try:
        _log(asker, form, frame, key=request.key)
    except decisions.LoggedMeanwhile as first:  # what was typed stays, with the way to what there is now
        above = notice(first.words, number=first.number)
        again = drawn(asker, form, replace(frame, told=None, came_back=True), note=note, top=above)
        ack(response_action="update", view=again)
    else:
        ack()


def must_stand(decision: Decision) -> None:
    """Said before anybody types. Raises Conflict."""
    if not decision.is_active:
        raise Conflict(f"{decision.ref} is {decision.status} already.")


def _asking_of_cost(asker: Asker, view: Json, form: Form, frame: Frame) -> Json:
    """The window once more, with what a cost asks for, and all that was typed."""
    standing, whole = _whole(asker, form, frame)
    note, top = carried_over(view, NOTE_BLOCK), carried_over(view, NOTICE_BLOCK)
    return drawn(asker, whole, frame, standing=standing, note=note, top=top or notice(COSTS))


def _log(asker: Asker, form: Form, frame: Frame, *, key: str) -> Decision:
    services, person = asker.services, asker.person
    draft = draft_of(form, frame, today=asker.today)
    place = decisions.place_of(services, person.workspace_id, frame.source.conversation)
    promised = audience_of(form, frame)
    # A channel that has become private since keeps what is made in it, unless the person chose everyone themselves.
    chose_everyone = promised.is_workspace and not frame.audience.is_workspace
    keeps = chose_everyone or not place.is_known
    audience = promised if keeps else decisions.narrower(promised, place.audience)
    return decisions.log(
        services,
        person,
        draft,
        key=key,
        source=frame.source,
        audience=audience,
        can_post=place.can_post,
        related=frame.related,
        viewer=asker.viewer if frame.related else None,
    )


def _picked(asker: Asker, view: Json) -> Place:
    """The channel that was picked for the card. Raises InvalidInput, ExternalFailure."""
    channel = read_place(state_of(view))
    return decisions.chosen(asker.services, asker.person, channel) if channel else decisions.HOME


def _placed(frame: Frame, place: Place) -> Frame:
    return replace(frame, source=Source(place.conversation), audience=place.audience)


def _note(asker: Asker, place: Place) -> Json:
    return note_of(place, channel=decisions.decision_channel(asker.services, asker.person.workspace_id))


def _change(asker: Asker, form: Form, frame: Frame, *, key: str) -> Decision:
    services, person, viewer, number = asker.services, asker.person, asker.viewer, frame.number or 0
    standing = asker.decision(number)
    draft = draft_of(form, frame, today=asker.today, standing=standing)
    if frame.mode is Mode.EDIT:
        return decisions.edit(services, person, number, draft, key=key, version=frame.version, viewer=viewer)
    put = decisions.amend if frame.mode is Mode.AMEND else decisions.supersede
    place = decisions.place_of(services, person.workspace_id, standing.source.conversation)
    return put(services, person, number, draft, key=key, viewer=viewer, can_post=place.can_post)


def _whole(asker: Asker, form: Form, frame: Frame) -> tuple[Decision | None, Form]:
    """The decision that is edited or replaced, and what stands in the inputs, with what is not shown as it stands.

    Raises NotFound.
    """
    if frame.number is None:
        return None, form
    standing = asker.decision(frame.number)
    if frame.more:
        return standing, form
    shown = ABOVE + (("area",) if frame.asks_area else ()) + (("cost", "currency") if frame.asks_cost else ())
    below = _as_it_stands(standing, frame.mode, asker.today)
    return standing, replace(below, **{name: getattr(form, name) for name in shown})


def frame_of(decision: Decision, mode: Mode, *, more: bool) -> Frame:
    source = Source(decision.source.conversation, None, decision.source.thread_ts or decision.source.ts)
    return Frame(mode, decision.number, decision.version, source, decision.audience, more)


def _as_it_stands(decision: Decision, mode: Mode, today: date) -> Form:
    if mode is Mode.EDIT:
        return form_of(decision)
    return amending(decision, today=today) if mode is Mode.AMEND else superseding(decision, today=today)


def covering(asker: Asker, title: str, why: str, *, key: str = "") -> Decision | None:
    """What was decided about it before, where something was. None for a repeat of what was logged under `key`."""
    workspace = asker.person.workspace_id
    return decisions.alike(asker.services, asker.viewer, title, why, workspace=workspace, key=key)


def _untold(asker: Asker, form: Form, frame: Frame, *, key: str) -> Decision | None:
    """What the window goes over again without its having said so: that is said once. Raises InvalidInput."""
    if frame.came_back:
        return None
    draft = draft_of(form, frame, today=asker.today)
    before = covering(asker, draft.title, draft.why, key=key)
    if before is None or before.number == frame.told or _is_from(before, frame.source):
        return None
    return before


def _is_from(decision: Decision, source: Source) -> bool:
    """Whether it was logged from that very message, of which logging it again tells by itself."""
    kept = decision.source
    return source.ts is not None and (kept.conversation, kept.ts) == (source.conversation, source.ts)


def _fitting(line: OneLine) -> OneLine:
    """With a title that fits its input: what is longer begins it, and stands in full under Why. Raises InvalidInput."""
    if len(line.title) > TITLE_LIMIT:
        why = f"{line.title}\n{line.why}" if line.why else line.title
        line = replace(line, title=first_sentence(line.title, TITLE_LIMIT), why=why)
    if len(line.why or "") > TEXT_LIMIT or len(line.not_doing or "") > TEXT_LIMIT:
        raise InvalidInput(f"That is too long for one decision: keep it under {TEXT_LIMIT} characters.")
    return line
