"""The agenda in its channel, the same for one person before it is posted, and the recap that closes it."""

from collections.abc import Mapping, Sequence
from itertools import islice

from bot.blocks.agendas import ids
from bot.blocks.kit import Drawn, Json, actions, button, clip, context, escape, moment, section
from bot.domain import spoken
from bot.domain.agendas import Topic, TopicStatus
from bot.domain.cadences import OccurrenceStatus
from bot.domain.decisions import Decision
from bot.domain.messages import AgendaPost, MeetingRecap
from bot.usecases.agendas import ComingAgenda

TITLE_LIMIT = 160  # of an item's title in a list; its reply in the thread has all of it
OUTCOME_LIMIT = 200
NAME_LIMIT = 60
MOST_LINES = 30
LINES_A_SECTION = 6  # each at most some 450 characters: within a section's 3000
MOST_LEFT = 8
LATE_FROM = 5  # minutes
TEXT_LIMIT = 4000


def draw_agenda(message: AgendaPost) -> Drawn:
    """One screen: what, for how long, who brings it; what did not fit; what to press."""
    name, facts = _head(message.name, message.minutes, message.names.get(message.chair_id))
    head = f"{name} · {moment(message.starts_at)} · {facts}"
    lines = _lines(message.topics, message.names)
    used = sum(topic.minutes for topic in message.topics if topic.status is not TopicStatus.CARRIED)
    footer = [_footer(message.topics, message.left_over, used, message.minutes)]
    if message.status == OccurrenceStatus.HELD:
        footer = ["This meeting is over. Its recap is in the thread."]
    elif message.late_minutes >= LATE_FROM and message.status == OccurrenceStatus.POSTED:
        footer.append(f"Sent {spoken.span(message.late_minutes)} late: I was not running in time.")
    blocks = [section(head), *_sections(lines), context(*footer), *_buttons(message)]
    return Drawn(clip("\n".join([head, *lines, *footer]), TEXT_LIMIT), blocks)


def draw_coming(found: Sequence[ComingAgenda]) -> Drawn:
    """For one person alone: each coming agenda as it stands, with a way to add to it."""
    blocks: list[Json] = []
    texts: list[str] = []
    for each in found[:5]:
        cadence = each.cadence
        name, facts = _head(cadence.name, cadence.minutes, each.names.get(cadence.chair_id))
        when = moment(each.starts_at) if each.starts_at else "no date planned"
        where = f"posted in <#{cadence.channel}>" if each.occurrence else f"not posted yet, <#{cadence.channel}>"
        head = f"{name} · {when} · {facts} · {where}"
        lines = _lines(each.agenda.topics, each.names)
        footer = _footer(each.agenda.topics, each.agenda.left_over, each.agenda.used, cadence.minutes)
        blocks += [section(head), *_sections(lines), context(footer)]
        blocks.append(actions(button("Add item", ids.ADD_ITEM, cadence.id)))
        texts += [head, *lines, footer]
    return Drawn(clip("\n".join(texts), TEXT_LIMIT), blocks)


def draw_recap(message: MeetingRecap) -> Drawn:
    """What came of it, what waits for the next one, and what was decided in the thread."""
    head = f"*Recap of {clip(escape(message.name), NAME_LIMIT)}*, {moment(message.starts_at)}"
    parts = [
        _part("Done", [_done(topic) for topic in message.done]),
        _part("Decided", [_decided(decision) for decision in message.decisions]),
        _part("Carried over to the next one", [_carried(topic) for topic in message.carried]),
        _part("Dropped", [_title(topic) for topic in message.dropped]),
    ]
    said = [part for part in parts if part] or ["Nothing was on the agenda."]
    blocks = [section(head), *(section(part) for part in said)]
    if message.by_itself:
        blocks.append(context("Nobody closed this meeting, so I did."))
    return Drawn(clip("\n".join([head, *said]), TEXT_LIMIT), blocks)


def _head(name: str, minutes: int, chair: str | None) -> tuple[str, str]:
    runs = f" · {clip(escape(chair), NAME_LIMIT)} runs it" if chair else ""
    return f"*{clip(escape(name), NAME_LIMIT)}*", f"{minutes} min{runs}"


def _lines(topics: Sequence[Topic], names: Mapping[str, str]) -> list[str]:
    if not topics:
        return ["Nothing on it yet. Add the first item below."]
    lines = [_line(topic, number, names) for number, topic in enumerate(topics[:MOST_LINES], start=1)]
    hidden = len(topics) - MOST_LINES
    return [*lines, f"… and {hidden} more in the thread"] if hidden > 0 else lines


def _line(topic: Topic, number: int, names: Mapping[str, str]) -> str:
    number = topic.position or number
    title = _title(topic)
    if topic.status is TopicStatus.DONE:
        outcome = f": {clip(escape(topic.outcome), OUTCOME_LIMIT)}" if topic.outcome else ""
        return f"✓ {number}  {title}{outcome}"
    if topic.status is TopicStatus.DROPPED:
        return f"✕ {number}  {title} · dropped"
    if topic.status is TopicStatus.CARRIED:
        return f"↪ {number}  {title} · to the next meeting"
    name = names.get(topic.added_by)
    facts = [f"{number}  {'🔺 ' if topic.urgent else ''}*{title}*{_bumps(topic)}"]
    if name:
        facts.append(clip(escape(name), NAME_LIMIT))
    facts.append(f"{topic.minutes} min")
    if topic.carried:
        facts.append(f"carried over {times(topic.carried)}")
    return " · ".join(facts)


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _bumps(topic: Topic) -> str:
    return f"; bumps {clip(escape(topic.bumps), 120)}" if topic.bumps else ""


def _title(topic: Topic) -> str:
    return clip(escape(topic.title).replace("*", "∗").replace("~", "∼"), TITLE_LIMIT)


def _footer(topics: Sequence[Topic], left_over: Sequence[Topic], used: int, minutes: int) -> str:
    """How full it is, and what did not fit. What an urgent item bumps is named there already."""
    bumped = {topic.bumps_id for topic in topics if topic.bumps_id}
    left = [_title(topic) for topic in left_over if topic.id not in bumped]
    words = f"{used} of {minutes} min."
    if left:
        more = f" and {len(left) - MOST_LEFT} more" if len(left) > MOST_LEFT else ""
        words += f" Did not fit: {' · '.join(left[:MOST_LEFT])}{more}"
    return words


def _buttons(message: AgendaPost) -> list[Json]:
    add = button("Add item", ids.ADD_ITEM, message.cadence_id)
    if message.status == OccurrenceStatus.POSTED:
        return [actions(add, button("Start meeting", ids.START, message.occurrence_id))]
    if message.status == OccurrenceStatus.STARTED:
        return [actions(add, button("Close meeting", ids.CLOSE, message.occurrence_id, style="primary"))]
    return []


def _sections(lines: Sequence[str]) -> list[Json]:
    rest = iter(lines)
    found = []
    while chunk := list(islice(rest, LINES_A_SECTION)):
        found.append(section("\n".join(chunk)))
    return found


def _part(head: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    shown, length = [], len(head)
    for line in lines[:MOST_LINES]:
        length += len(line) + 3
        if length > 2800:
            break
        shown.append(f"• {line}")
    hidden = len(lines) - len(shown)
    return "\n".join([f"*{head}*", *shown, *([f"… and {hidden} more"] if hidden else [])])


def _done(topic: Topic) -> str:
    return f"{_title(topic)}: {clip(escape(topic.outcome), OUTCOME_LIMIT)}" if topic.outcome else _title(topic)


def _carried(topic: Topic) -> str:
    """`carried` counts the meetings before this one."""
    return f"{_title(topic)} ({times(topic.carried + 1)} now)" if topic.carried else _title(topic)


def _decided(decision: Decision) -> str:
    return f"{decision.ref} {clip(escape(decision.title), TITLE_LIMIT)}"
