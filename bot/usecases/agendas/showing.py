"""An agenda in its channel, its items in the thread: how they are said, and how they are kept up to date."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.agendas import Topic
from bot.domain.cadences import Cadence, Occurrence, OccurrenceStatus
from bot.domain.decisions import Decision
from bot.domain.errors import NotFound
from bot.domain.messages import AgendaItem, AgendaPost
from bot.domain.outbox import Destination, OutboxMessage
from bot.domain.workspaces import UserId
from bot.usecases.outgoing import NOT_THERE, change, say
from bot.usecases.ports import UnitOfWork


def subject_of(occurrence_id: str) -> str:
    """What the outbox calls the agenda of a meeting."""
    return f"agenda:{occurrence_id}"


def item_subject(topic_id: str) -> str:
    """What the outbox calls every message that shows an item: one for each meeting that it was on."""
    return f"topic:{topic_id}"


def agenda_of(
    uow: UnitOfWork, cadence: Cadence, occurrence: Occurrence, *, by_hand: bool = False, late_minutes: int = 0
) -> AgendaPost:
    """The agenda as it stands, cut down to what every reader of the channel may see."""
    topics = uow.topics.on_agenda(occurrence.id, cadence.readers)
    left = uow.topics.open_for(cadence.id, cadence.readers) if occurrence.is_open else []
    return AgendaPost(
        cadence_id=cadence.id,
        occurrence_id=occurrence.id,
        name=cadence.name,
        starts_at=occurrence.starts_at,
        minutes=cadence.minutes,
        chair_id=cadence.chair_id,
        topics=tuple(topics),
        left_over=tuple(left),
        status=occurrence.status.value,
        by_hand=by_hand,
        late_minutes=late_minutes,
        names=names_of(uow, [cadence.chair_id, *(topic.added_by for topic in topics)]),
    )


def say_item(uow: UnitOfWork, cadence: Cadence, topic: Topic, agenda_row: str, *, at: datetime) -> None:
    """The item's own reply in the agenda's thread."""
    names = names_of(uow, [topic.added_by])
    message = AgendaItem(topic, topic.position or 0, _decision_of(uow, cadence, topic), names.get(topic.added_by))
    say(
        uow,
        message,
        Destination(conversation=cadence.channel),
        at=at,
        subject=item_subject(topic.id),
        after_id=agenda_row,
    )


def agenda_row(uow: UnitOfWork, occurrence_id: str) -> OutboxMessage | None:
    """The post that is the meeting's agenda, unless it never arrived."""
    shown = uow.outbox.shown(subject_of(occurrence_id))
    return shown[0] if shown and shown[0].status not in NOT_THERE else None


def renew_agenda(uow: UnitOfWork, cadence: Cadence, occurrence: Occurrence, *, at: datetime) -> None:
    """Bring a posted agenda up to date."""
    row = agenda_row(uow, occurrence.id)
    if row is None or not isinstance(row.message, AgendaPost):
        return
    said = row.message
    now = agenda_of(uow, cadence, occurrence, by_hand=said.by_hand, late_minutes=said.late_minutes)
    change(uow, row, now, at=at)


def renew_open(uow: UnitOfWork, cadence: Cadence, *, at: datetime) -> None:
    """Bring the agendas of meetings that are not over up to date: what did not fit is named there."""
    for occurrence in uow.cadences.occurrences(cadence.id):
        if occurrence.is_open:
            renew_agenda(uow, cadence, occurrence, at=at)


def renew_item(uow: UnitOfWork, cadence: Cadence, topic: Topic, occurrence: Occurrence | None, *, at: datetime) -> None:
    """Bring an item up to date in every thread. `occurrence`: the meeting that it is on, None where it is on none."""
    decision = _decision_of(uow, cadence, topic)
    for shown in uow.outbox.shown(item_subject(topic.id)):
        if not isinstance(shown.message, AgendaItem):
            continue
        here = occurrence is not None and shown.message.topic.occurrence_id == occurrence.id
        is_over = not here or (occurrence is not None and occurrence.status is OccurrenceStatus.HELD)
        change(uow, shown, replace(shown.message, topic=topic, decision=decision, is_over=is_over), at=at)


def names_of(uow: UnitOfWork, people: Iterable[UserId]) -> dict[str, str]:
    return {each.id: each.name for each in uow.people.get_many(frozenset(people)).values()}


def _decision_of(uow: UnitOfWork, cadence: Cadence, topic: Topic) -> Decision | None:
    if topic.decision_number is None:
        return None
    try:
        return uow.decisions.get(topic.decision_number, cadence.readers)
    except NotFound:
        return None
