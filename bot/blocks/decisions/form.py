"""The window in which a decision is written: to log one, edit it, amend it or supersede it.

What is in it survives *Add detail*: the same inputs keep their ids, and what was typed is put back.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.blocks.decisions import ids
from bot.blocks.decisions.form_read import EVERYBODY, MEMBERS, raises_questions
from bot.blocks.decisions.form_state import Form, Frame, Mode, to_metadata
from bot.blocks.decisions.reopened import answers
from bot.blocks.kit import (
    Json,
    actions,
    button,
    channel_select,
    context,
    date_input,
    escape,
    field,
    modal,
    option,
    people_select,
    section,
    select,
    text_input,
    value_of,
)
from bot.domain.decisions import TEXT_LIMIT, TITLE_LIMIT, DecisionStatus, Door
from bot.domain.workspaces import ConversationId
from bot.usecases.decisions import Foreseen, Place

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "INR", "JPY", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN", "BRL", "SGD")
DOORS = {Door.TWO_WAY: "Two-way: easy to undo", Door.ONE_WAY: "One-way: hard to undo"}
PURCHASE = {  # field: its label, and what one may write
    "total_cost": ("What does it cost in all, over three years?", "Licences, setup, the people who run it, leaving it"),
    "maintenance": ("Who maintains it, and how much work is that?", "Platform, two days a month"),
    "integration": ("What must it be integrated with?", "Single sign-on, the warehouse, on-call"),
    "security": ("What does it mean for security?", "It holds customer data; SOC 2 report seen"),
}


def build_form(
    form: Form,
    frame: Frame,
    *,
    note: Json | None = None,
    notice: Json | None = None,
    foreseen: Foreseen | None = None,
) -> Json:
    """The window. `note` says where it will be posted and who sees it; `notice` stands on top of it.

    `foreseen`: what is said of who decides; without it, the window keeps the inputs that it has.
    """
    form, frame = _as_foreseen(form, frame, foreseen)
    frame = replace(frame, buying=raises_questions(form) and (frame.more or frame.asks_cost))
    foreseen = foreseen or Foreseen()
    titles = {Mode.NEW: "Log a decision", Mode.EDIT: "Edit", Mode.AMEND: "Amend", Mode.SUPERSEDE: "Supersede"}
    submits = {Mode.NEW: "Log decision", Mode.EDIT: "Save", Mode.AMEND: "Amend", Mode.SUPERSEDE: "Supersede"}
    title = titles[frame.mode] + (f" D-{frame.number}" if frame.number else "")
    blocks = [*([notice, *answers(frame)] if notice else []), *_main(form, frame, foreseen)]
    blocks += _detail(form, frame, foreseen) if frame.more else []
    blocks += _openers(frame)
    blocks += [_place(frame)] if frame.chooses else []
    blocks += [note] if note else []
    return modal(title, blocks, callback_id=ids.FORM, submit=submits[frame.mode], metadata=to_metadata(frame))


def _openers(frame: Frame) -> list[Json]:
    buttons = [] if frame.more else [button("Add detail", ids.ADD_DETAIL)]
    buttons += [button("Draft from the thread", ids.DRAFT_IT)] if frame.drafts else []
    return [actions(*buttons, block_id="more")] if buttons else []


def _as_foreseen(form: Form, frame: Frame, foreseen: Foreseen | None) -> tuple[Form, Frame]:
    """What was chosen before the choice went away is remembered; a sum is begun in the currency of the limits."""
    form = replace(form, status=frame.status) if frame.status else form
    if foreseen is None:
        return form, frame
    if foreseen.asks_cost and form.currency is None:
        form = replace(form, currency=foreseen.currency)
    status = None if foreseen.decides else form.status
    return form, replace(frame, asks_area=foreseen.asks_area, asks_cost=foreseen.asks_cost, status=status)


def _main(form: Form, frame: Frame, foreseen: Foreseen) -> list[Json]:
    blocks = [
        field("Decision", _line("title", form.title, TITLE_LIMIT, "Use Postgres for the event store"), "title"),
        field(
            "Why",
            _lines("why", form.why, "We run it already; Kafka needs a hire"),
            "why",
            hint="One sentence is enough.",
        ),
        field(
            "What we are not doing",
            _lines("not_doing", form.not_doing, "Kafka this quarter"),
            "not_doing",
            optional=True,
        ),
    ]
    blocks += [_area(form, foreseen)] if frame.asks_area else []
    blocks += _sum(form, frame, foreseen) if frame.asks_cost else []
    blocks += [context(foreseen.words) | {"block_id": ids.DECIDING_BLOCK}] if foreseen.words else []
    if not frame.status and (frame.mode is Mode.NEW or form.status == DecisionStatus.PROPOSED):
        choices = [option("Decided", DecisionStatus.DECIDED.value), option("Proposed", DecisionStatus.PROPOSED.value)]
        blocks.append(field("Status", select("status", choices, initial=form.status), "status"))
    blocks += [
        field("Owner", people_select("owner", initial=form.owner), "owner"),
        field("Look at it again on", date_input("revisit", initial=_day(form.revisit)), "revisit", optional=True),
    ]
    return blocks


def _place(frame: Frame) -> Json:
    """Where the card goes, of a window that was opened from nowhere. The note follows what is picked."""
    select = channel_select(ids.PLACE, initial=frame.source.conversation)
    hint = "A channel that you and I are in. Who can read it sees the decision."
    return field("Post the card in", select, "post_in", optional=True, hint=hint, dispatch=True)


def _area(form: Form, foreseen: Foreseen) -> Json:
    """Who decides may depend on it: we are told at once."""
    areas = _with_current(foreseen.areas, form.area)
    menu = select("area", areas, initial=form.area, placeholder="Pick one")
    return field("Area", menu, "area", optional=True, dispatch=foreseen.asks_area)


def _sum(form: Form, frame: Frame, foreseen: Foreseen) -> list[Json]:
    """What it costs. Enter tells us of a sum, and any choice of a currency does."""
    known = (foreseen.currency, *(each for each in CURRENCIES if each != foreseen.currency))
    currencies = _with_current(tuple(each for each in known if each), form.currency)
    tells = foreseen.asks_cost
    typed = _line("cost", form.cost, 40, "12000 or 12k")
    hint = "Total cost, with upkeep." + (" Press Enter to see whose sign-off it needs." if tells else "")
    return [
        field("Cost", typed, "cost", optional=True, hint=hint, dispatch=tells),
        field(
            "Currency",
            select("currency", currencies, initial=form.currency),
            "currency",
            optional=True,
            dispatch=tells,
        ),
        *(_buying(form) if frame.buying else []),
    ]


def _buying(form: Form) -> list[Json]:
    """What a cost asks for. They may all stay empty."""
    return [
        field(label, _lines(name, getattr(form, name), example), name, optional=True)
        for name, (label, example) in PURCHASE.items()
    ]


def _detail(form: Form, frame: Frame, foreseen: Foreseen) -> list[Json]:
    blocks = [] if frame.asks_area else [_area(form, foreseen)]
    blocks += [] if frame.asks_cost else _sum(form, frame, foreseen)
    questions = (
        ("goal", "What outcome are we optimising for?"),
        ("constraint", "What is the constraint?"),
        ("smallest_test", "What is the smallest test that proves it?"),
    )
    doors = [option(words, door.value) for door, words in DOORS.items()]
    blocks += [field(label, _lines(name, getattr(form, name)), name, optional=True) for name, label in questions]
    blocks += [
        field(
            "Options considered",
            _lines(
                "options", form.options, "Postgres\n+ we run it already\n- slower than Kafka\nKafka\n- needs a hire"
            ),
            "options",
            optional=True,
            hint="An option a line. Under it, + before what speaks for it and - before what speaks against it.",
        ),
        field(
            "Can it be undone?", select("door", doors, initial=form.door, placeholder="Pick one"), "door", optional=True
        ),
        _measure("One outcome metric", "outcome_metric", form.outcome_metric, "Orders lost in a month: under 10"),
        _measure("One guardrail metric", "guardrail", form.guardrail, "The 99th percentile stays under 200 ms"),
    ]
    blocks += _risk(form)
    if frame.mode is Mode.NEW and frame.source.conversation is not None:
        choices = [option("Everyone in the workspace", EVERYBODY), option("Members of this conversation", MEMBERS)]
        chosen = form.audience or (EVERYBODY if frame.audience.is_workspace else MEMBERS)
        blocks.append(field("Who sees it", select("audience", choices, initial=chosen), "audience"))
    return blocks


def _measure(label: str, name: str, text: str, example: str) -> Json:
    return field(label, _lines(name, text, example), name, optional=True)


def _risk(form: Form) -> list[Json]:
    until, accepted_by = date_input("risk_until", initial=_day(form.risk_until)), form.accepted_by
    return [
        field("Risk accepted until", until, "risk_until", optional=True, hint="For a risk: it comes back on this day."),
        field("Who accepts the risk", people_select("accepted_by", initial=accepted_by), "accepted_by", optional=True),
        field("What holds the risk down until then", _lines("controls", form.controls), "controls", optional=True),
    ]


# --- the words around it -------------------------------------------------------------------------------------------


def note_of(place: Place, *, in_thread: bool = False, channel: ConversationId | None = None) -> Json:
    """Where the card will go and who will see it: said before anybody types. `channel`: where decisions are posted."""
    if place.conversation is None and channel is not None:
        return note_saying(f"I'll DM you the card, and post it in <#{channel}>. Visible to everyone.")
    return note_saying(_note(place, in_thread=in_thread))


def note_saying(text: str) -> Json:
    return context(text) | {"block_id": ids.NOTE_BLOCK}


def read_place(state: Mapping[str, Any]) -> ConversationId | None:
    """The channel that was picked for the card."""
    found = value_of(state, "post_in", ids.PLACE)
    return found if isinstance(found, str) and found else None


def notice(text: str, *, number: int | None = None) -> Json:
    accessory = button(f"Open D-{number}", ids.OPEN, str(number)) if number else None
    return section(text, accessory=accessory, block_id=ids.NOTICE_BLOCK)


def carried_over(view: Mapping[str, Any], block_id: str) -> Json | None:
    """A block of the window as it stands, to be drawn again as it was."""
    return next((dict(each) for each in view.get("blocks", []) if each.get("block_id") == block_id), None)


def _note(place: Place, *, in_thread: bool) -> str:
    name = f"#{escape(place.name)}" if place.name else "this channel"
    if place.conversation is None:
        return "I'll DM you the card. Visible to everyone."
    if not place.is_known:
        return "Posts here if I may, else I'll DM you the card. Visible to members of this channel."
    if place.is_dm:
        if place.can_post:
            return "Posts here. Visible to you only."
        return "I can't post in this conversation. I'll DM you the card. Visible to the people in this conversation."
    seen = "Visible to everyone." if place.audience.is_workspace else "Visible to members of this private channel."
    if place.is_shared:
        return f"People of another company are in {name}. I'll DM you the card. {seen}"
    if not place.can_post:
        return f"I'm not in {name}. I'll DM you the card; `/invite @Backbeat` to post it here. {seen}"
    return f"Posts in {'this thread' if in_thread else name}. {seen}"


# --- its inputs -----------------------------------------------------------------------------------------------------


def _with_current(values: tuple[str, ...], current: str | None) -> list[Json]:
    known = values if current is None or current in values else (*values, current)
    return [option(value, value) for value in known]


def _line(name: str, initial: str, limit: int, placeholder: str | None = None) -> Json:
    return text_input(
        name, initial=initial, limit=limit, placeholder=placeholder, focus=name == "title" and not initial
    )


def _lines(name: str, initial: str, placeholder: str | None = None) -> Json:
    return text_input(name, initial=initial, limit=TEXT_LIMIT, placeholder=placeholder, multiline=True)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
