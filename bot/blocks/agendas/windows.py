"""The windows: to put something on an agenda, and to say what came of an item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.blocks.agendas import ids
from bot.blocks.kit import (
    Drawn,
    Json,
    actions,
    button,
    checkboxes,
    clip,
    context,
    escape,
    field,
    modal,
    moment,
    option,
    section,
    select,
    text_input,
    value_of,
)
from bot.domain.agendas import (
    BUMPS_LIMIT,
    DEFAULT_MINUTES,
    OUTCOME_LIMIT,
    TITLE_LIMIT,
    NewTopic,
    Topic,
    TopicStatus,
)
from bot.domain.cadences import Cadence
from bot.domain.decisions import Source
from bot.domain.errors import InvalidInput
from bot.domain.workspaces import EVERYONE, Audience
from bot.usecases.agendas import Choice

MINUTES = (5, 10, 15, 20, 25, 30, 45, 60, 90)
MOST_OPTIONS = 100
YES = "yes"
NO_MEETING = "There is no recurring meeting yet. Plan one with `/backbeat meetings`; keep your words until then."
TAKEN_OFF = "It's off the agenda."


@dataclass(frozen=True, slots=True)
class Frame:
    """What the window must remember beside its inputs: ids, and the link to a message, never people's words."""

    source: Source = Source()
    audience: Audience = EVERYONE
    cadence_id: str | None = None  # the meeting, where there is no choice


@dataclass(frozen=True, slots=True)
class Form:
    """The inputs as they stand."""

    title: str = ""
    minutes: int = DEFAULT_MINUTES
    cadence_id: str | None = None
    urgent: bool = False
    bumps_id: str | None = None
    bumps_text: str = ""


def build_adding(form: Form, frame: Frame, choices: Sequence[Choice]) -> Json:
    """The window. Where several meetings may take it, it asks for which one."""
    chosen = _chosen(form, frame, choices)
    blocks = [
        field(
            "What to talk about",
            text_input(
                "title", initial=form.title, placeholder="Heroku or AWS?", limit=TITLE_LIMIT, focus=not form.title
            ),
            "title",
        ),
        field("Minutes", select("minutes", _minutes(form.minutes), initial=str(form.minutes)), "minutes"),
    ]
    if len(choices) > 1:
        meetings = [
            option(f"{each.cadence.name} · {each.cadence.rule.describe()}", each.cadence.id) for each in choices
        ]
        menu = select(ids.CADENCE, meetings, initial=chosen.cadence.id if chosen else None)
        blocks.append(field("Meeting", menu, ids.CADENCE, dispatch=True))
    box = checkboxes(ids.URGENT, [option("Urgent: it takes the place of something else", YES)], initial=_ticked(form))
    blocks.append(field("Can it wait its turn?", box, ids.URGENT, optional=True, dispatch=True))
    if form.urgent:
        blocks += _bumps(form, chosen.items if chosen else ())
    if len(choices) == 1:
        cadence = choices[0].cadence
        blocks.append(context(f"Goes on the next agenda of *{escape(cadence.name)}* in <#{cadence.channel}>."))
    return modal("Add to agenda", blocks, callback_id=ids.ADDING, submit="Add", metadata=_to_metadata(frame))


def read_adding(state: Mapping[str, Any]) -> Form:
    """What stands in the inputs, checked by nobody yet."""
    minutes = str(value_of(state, "minutes", "minutes") or DEFAULT_MINUTES)
    return Form(
        title=value_of(state, "title", "title") or "",
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 4 else DEFAULT_MINUTES,
        cadence_id=value_of(state, ids.CADENCE, ids.CADENCE),
        urgent=YES in (value_of(state, ids.URGENT, ids.URGENT) or []),
        bumps_id=value_of(state, "bumps", "bumps"),
        bumps_text=value_of(state, "bumps_text", "bumps_text") or "",
    )


def new_topic(form: Form) -> NewTopic:
    """Raises InvalidInput naming the input. An item chosen from the menu counts more than words."""
    return NewTopic.checked(
        title=form.title, minutes=form.minutes, urgent=form.urgent, bumps=form.bumps_text, bumps_id=form.bumps_id
    )


def asks_what_is_bumped(view: Mapping[str, Any]) -> bool:
    """Whether the window shows the question that *Urgent* brings."""
    return any(each.get("block_id") == "bumps_text" for each in view.get("blocks") or ())


def build_finishing(topic: Topic, *, outcome: str = "") -> Json:
    blocks = [
        section(clip(f"*{escape(topic.title)}*", 600)),
        field(
            "What came of it?",
            text_input(
                "outcome", initial=outcome, placeholder="Stay on Heroku until 50 customers", limit=OUTCOME_LIMIT,
                focus=True,
            ),
            "outcome",
            optional=True,
            hint="One line, for the recap.",
        ),
    ]  # fmt: skip
    return modal("Done", blocks, callback_id=ids.FINISHING, submit="Done", metadata={"t": topic.id})


def outcome_in(state: Mapping[str, Any]) -> str:
    return value_of(state, "outcome", "outcome") or ""


def added(topic: Topic, cadence: Cadence, *, starts_at: datetime | None) -> Drawn:
    """For the asker alone: what was understood, where it goes, and the way back."""
    name = f"*{escape(cadence.name)}*"
    when = f", {moment(starts_at)}" if starts_at else ""
    title = f"*{clip(escape(topic.title), 400)}* · {topic.minutes} min"
    if topic.status is TopicStatus.ON_AGENDA:
        text = f"{title}\nIt's on the agenda of {name}{when}, in <#{cadence.channel}>."
    else:
        text = f"{title}\nAdded. It goes on the next agenda of {name}{when}."
    blocks = [section(text), actions(button("Take it off", ids.DROP, topic.id))]
    return Drawn(text, blocks)


def build_added(said: Drawn) -> Json:
    """What stands in the window's place once the item is added."""
    return modal("Added", said.blocks, callback_id="agendas.added", close="Done")


def build_taken_off() -> Json:
    return modal("Taken off", [section(TAKEN_OFF)], callback_id="agendas.taken_off", close="Done")


def read_frame(found: Mapping[str, Any]) -> Frame:
    """From a window's metadata. Raises InvalidInput where it is not what was put there."""
    texts = {key: found.get(key) for key in "cthapwm"}
    if any(value is not None and not isinstance(value, str) for value in texts.values()):
        raise InvalidInput("I can't make sense of this window any more. Close it and open it again.")
    source = Source(
        conversation=texts["c"],
        ts=texts["t"],
        thread_ts=texts["h"],
        author_id=texts["a"],
        permalink=texts["p"],
    )
    return Frame(source, Audience(texts["w"]), texts["m"])


def _to_metadata(frame: Frame) -> dict[str, Any]:
    source = frame.source
    found = {
        "c": source.conversation,
        "t": source.ts,
        "h": source.thread_ts,
        "a": source.author_id,
        "p": source.permalink if source.permalink and len(source.permalink) < 1000 else None,
        "w": frame.audience.conversation,
        "m": frame.cadence_id,
    }
    return {key: value for key, value in found.items() if value is not None}


def _chosen(form: Form, frame: Frame, choices: Sequence[Choice]) -> Choice | None:
    wanted = form.cadence_id or frame.cadence_id
    here = [each for each in choices if each.cadence.channel == frame.source.conversation]
    return next((each for each in choices if each.cadence.id == wanted), next(iter([*here, *choices]), None))


def _bumps(form: Form, items: Sequence[Topic]) -> list[Json]:
    blocks: list[Json] = []
    if items:
        options = [option(topic.title, topic.id) for topic in items[:MOST_OPTIONS]]
        menu = select("bumps", options, initial=form.bumps_id, placeholder="Pick an item")
        blocks.append(field("What gets bumped?", menu, "bumps", optional=True))
    label = "Or something that isn't on the list" if items else "What gets bumped?"
    words = text_input("bumps_text", initial=form.bumps_text, placeholder="SOC 2 evidence", limit=BUMPS_LIMIT)
    return [*blocks, field(label, words, "bumps_text", optional=True)]


def _minutes(current: int) -> list[Json]:
    values = sorted({*MINUTES, current})
    return [option(f"{value} min", str(value)) for value in values]


def _ticked(form: Form) -> list[str]:
    return [YES] if form.urgent else []


def with_words(error: InvalidInput, view: Mapping[str, Any]) -> InvalidInput:
    """The same error at an input that the window has: the menu of items is missing where there are none."""
    shown = {each.get("block_id") for each in view.get("blocks") or ()}
    if error.field == "bumps" and "bumps" not in shown:
        return InvalidInput(error.words, field="bumps_text")
    return error
