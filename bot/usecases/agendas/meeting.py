"""The meeting itself: started, closed by somebody or by the clock, and summed up in a recap."""

from dataclasses import replace
from datetime import date, datetime

from bot.domain.agendas import UNFINISHED, Topic, TopicKind, TopicStatus, carried_over, finished
from bot.domain.cadences import Cadence, Occurrence, OccurrenceStatus
from bot.domain.decisions import ACTIVE, Decision
from bot.domain.errors import Conflict
from bot.domain.hours import local_day
from bot.domain.messages import MeetingRecap
from bot.domain.outbox import Destination
from bot.domain.schedules import LATE_LIMIT, Schedule, ScheduleKind
from bot.domain.workspaces import Person, Viewer
from bot.usecases.agendas.contents import outcome_of
from bot.usecases.agendas.planning import plan_end
from bot.usecases.agendas.reading import cadence_seen
from bot.usecases.agendas.showing import agenda_row, item_subject, renew_agenda, renew_item
from bot.usecases.outgoing import say
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

MOST_DECISIONS = 50  # the latest ones, among which those of a meeting are looked for


def start(
    services: Services,
    person: Person,
    occurrence_id: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Occurrence:
    """Mark the meeting as begun. Nothing happens where it has. Raises NotFound, Conflict once it is over."""
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        cadence = cadence_seen(uow, uow.cadences.occurrence(occurrence_id).cadence_id, viewer, lock=True)
        occurrence = uow.cadences.occurrence(occurrence_id)
        if occurrence.status is OccurrenceStatus.STARTED or not uow.inbox.take(key, at=now):
            return occurrence
        _must_be_open(occurrence)
        started = replace(occurrence, status=OccurrenceStatus.STARTED)
        uow.cadences.save_occurrence(started)
        plan_end(uow, cadence, started, began=max(now, started.starts_at), at=now)
        renew_agenda(uow, cadence, started, at=now)
        uow.commit()
    services.nudge()
    return started


def close(
    services: Services,
    person: Person,
    occurrence_id: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Occurrence:
    """The meeting is over: a recap in its thread, and what is unfinished waits for the next one.

    Nothing happens where it is over already. Raises NotFound.
    """
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        cadence = cadence_seen(uow, uow.cadences.occurrence(occurrence_id).cadence_id, viewer, lock=True)
        occurrence = uow.cadences.occurrence(occurrence_id)
        if occurrence.status is OccurrenceStatus.HELD or not uow.inbox.take(key, at=now):
            return occurrence
        _must_be_open(occurrence)
        held = _end(uow, cadence, occurrence, at=now)
        uow.commit()
    services.nudge()
    return held


def end_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """The clock: close the meeting that nobody closed. Later than `LATE_LIMIT` it is closed without a recap."""
    with services.store.begin(schedule.workspace_id) as uow:
        cadence = uow.cadences.get(uow.cadences.occurrence(schedule.subject_id).cadence_id, lock=True)
        claimed = uow.schedules.claim(schedule.id, at=at)
        if claimed is None or claimed.next_at is None:
            return
        occurrence = uow.cadences.occurrence(schedule.subject_id)
        if occurrence.is_open:
            late = at - claimed.next_at
            reason = None
            if late > LATE_LIMIT[ScheduleKind.MEETING_END]:
                reason = f"closed {int(late.total_seconds() // 3600)} hours late, without a recap"
            _end(uow, cadence, occurrence, at=at, by_itself=True, no_recap=reason)
        else:
            uow.schedules.remove(ScheduleKind.MEETING_END, occurrence.id)
        uow.commit()
    services.nudge()


def _must_be_open(occurrence: Occurrence) -> None:
    if not occurrence.is_open:
        raise Conflict("That meeting is over already.")


def _end(
    uow: UnitOfWork,
    cadence: Cadence,
    occurrence: Occurrence,
    *,
    at: datetime,
    by_itself: bool = False,
    no_recap: str | None = None,
) -> Occurrence:
    held = replace(occurrence, status=OccurrenceStatus.HELD, reason=no_recap)
    uow.cadences.save_occurrence(held)
    uow.schedules.remove(ScheduleKind.MEETING_END, occurrence.id)
    day = local_day(cadence.rule.zone, occurrence.starts_at)
    topics = [_as_it_stands(uow, cadence, each, day) for each in uow.topics.on_agenda(occurrence.id, Viewer.system())]
    for topic in topics:
        uow.topics.save(topic)
    renew_agenda(uow, cadence, held, at=at)
    for topic in topics:
        renew_item(uow, cadence, topic, held, at=at)
    if no_recap is None:
        _recap(uow, cadence, held, topics, at=at, by_itself=by_itself)
    for topic in topics:
        if topic.status is TopicStatus.CARRIED:
            uow.topics.save(carried_over(topic))
    return held


def _as_it_stands(uow: UnitOfWork, cadence: Cadence, topic: Topic, day: date) -> Topic:
    """Done, where the log or the standup says so; else carried over."""
    if topic.status not in UNFINISHED:
        return topic
    decision = decision_from(uow, cadence, topic)
    outcome = f"{decision.ref} {decision.title}" if decision is not None else outcome_of(uow, topic, by=day)
    if outcome is None:
        return replace(topic, status=TopicStatus.CARRIED)
    return finished(topic, outcome)


def suggested_outcome(services: Services, topic: Topic, cadence: Cadence) -> str:
    """What *Done* is filled with: the decision that was logged from the item, where there is one."""
    with services.store.read(cadence.workspace_id) as uow:
        decision = decision_from(uow, cadence, topic)
    return f"{decision.ref} {decision.title}" if decision is not None else ""


def decision_from(uow: UnitOfWork, cadence: Cadence, topic: Topic) -> Decision | None:
    """The decision that was logged from the item's own message in the thread: what *Decide* leads to."""
    if topic.kind not in {TopicKind.ITEM, TopicKind.STUCK}:
        return None
    for shown in uow.outbox.shown(item_subject(topic.id)):
        if shown.ts is not None:
            found = uow.decisions.from_message(cadence.channel, shown.ts, cadence.readers)
            if found is not None:
                return found
    return None


def _recap(
    uow: UnitOfWork, cadence: Cadence, held: Occurrence, topics: list[Topic], *, at: datetime, by_itself: bool
) -> None:
    """In the agenda's thread; where the agenda never arrived, there is nothing to sum up."""
    row = agenda_row(uow, held.id)
    if row is None:
        return
    seen = [topic for topic in topics if cadence.may_take(topic.audience)]
    by_status = {status: tuple(topic for topic in seen if topic.status is status) for status in TopicStatus}
    message = MeetingRecap(
        name=cadence.name,
        starts_at=held.starts_at,
        done=by_status[TopicStatus.DONE],
        carried=by_status[TopicStatus.CARRIED],
        dropped=by_status[TopicStatus.DROPPED],
        decisions=tuple(_logged_in(uow, cadence, row.ts)),
        by_itself=by_itself,
    )
    say(uow, message, Destination(conversation=cadence.channel), at=at, after_id=row.id)


def _logged_in(uow: UnitOfWork, cadence: Cadence, thread_ts: str | None) -> list[Decision]:
    """The decisions that were logged in the agenda's thread, in their order."""
    if thread_ts is None:
        return []
    latest = uow.decisions.latest(cadence.readers, limit=MOST_DECISIONS, statuses=ACTIVE)
    return [
        each
        for each in reversed(latest)
        if each.source.conversation == cadence.channel and each.source.thread_ts == thread_ts
    ]
