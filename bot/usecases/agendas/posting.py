"""Posting an agenda: when the clock says so, or when somebody does. Each meeting's goes out once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape

from bot.domain import spoken
from bot.domain.agendas import TopicStatus, arrange
from bot.domain.cadences import (
    Cadence,
    Meeting,
    Occurrence,
    OccurrenceStatus,
    first_held,
    meeting_on,
    next_meeting,
)
from bot.domain.errors import NotAllowed
from bot.domain.hours import local_day
from bot.domain.ids import new_id
from bot.domain.messages import Note
from bot.domain.outbox import Destination
from bot.domain.schedules import LATE_LIMIT, Schedule, ScheduleKind
from bot.domain.workspaces import Person, UserId, Viewer
from bot.usecases.agendas.contents import gather
from bot.usecases.agendas.planning import plan_agenda_after, plan_end
from bot.usecases.agendas.reading import cadence_seen
from bot.usecases.agendas.showing import agenda_of, say_item, subject_of
from bot.usecases.agendas.surroundings import Surroundings, around, in_step
from bot.usecases.outgoing import say
from bot.usecases.people import may_set_up, viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

SOON = timedelta(days=7)  # *Post it now* is about the coming meeting if that is no further away


@dataclass(frozen=True, slots=True)
class PostedNow:
    """`already`: the agenda was out before, and nothing was posted."""

    cadence: Cadence
    occurrence: Occurrence
    already: bool = False


def post_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """The clock: the agenda of `schedule.slot`, or a record of why there is none. `at` is now, UTC."""
    with services.store.read(schedule.workspace_id) as uow:
        cadence = uow.cadences.get(schedule.subject_id)
    meeting = meeting_on(cadence, schedule.slot)
    found = around(services, cadence, meeting.starts_at) if meeting is not None else Surroundings()
    with services.store.begin(schedule.workspace_id) as uow:
        cadence = uow.cadences.get(schedule.subject_id, lock=True)
        claimed = uow.schedules.claim(schedule.id, at=at)
        if claimed is None or claimed.slot != schedule.slot:
            return
        if not cadence.active:
            uow.schedules.remove(ScheduleKind.AGENDA, cadence.id)
        else:
            cadence = in_step(uow, cadence, found)
            _serve(uow, cadence, claimed, found, at=at)
            plan_agenda_after(uow, cadence, claimed.slot, at=at)
        uow.commit()
    services.nudge()


def post_now(
    services: Services,
    person: Person,
    cadence_id: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
    admins: frozenset[UserId] = frozenset(),
) -> PostedNow:
    """By hand: the coming meeting's agenda, at once, and then the clock does not post it again.

    Where the coming meeting is more than a week away, or there is none, it is a meeting of its own (slot `now:<id>`)
    that begins now. While an agenda is out and its meeting not over, nothing is posted: a second click changes nothing.
    Raises NotFound, NotAllowed.
    """
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    with services.store.read(person.workspace_id) as uow:
        cadence = cadence_seen(uow, cadence_id, viewer)
    meeting = _coming(cadence, now)
    found = around(services, cadence, meeting.starts_at if meeting else now)
    with services.store.begin(person.workspace_id) as uow:
        cadence = cadence_seen(uow, cadence_id, viewer, lock=True)
        if person.id != cadence.chair_id and not may_set_up(uow, person, admins):
            raise NotAllowed("Whoever runs this meeting can post its agenda, or the CTO. Ask one of them.")
        out = next((each for each in uow.cadences.occurrences(cadence.id) if each.is_open), None)
        if out is not None:
            return PostedNow(cadence, out, already=True)
        _must_be_open(cadence, found)
        if not uow.inbox.take(key, at=now):
            return PostedNow(cadence, uow.cadences.occurrences(cadence.id, limit=1)[0], already=True)
        cadence = in_step(uow, cadence, found)
        occurrence = _by_hand(uow, cadence, meeting, now)
        _post(uow, cadence, occurrence, found, at=now, by_hand=True)
        uow.audit.add(by=person.id, action="agenda.posted_now", at=now, subject=cadence.id)
        uow.commit()
    services.nudge()
    return PostedNow(cadence, occurrence)


def _serve(uow: UnitOfWork, cadence: Cadence, schedule: Schedule, found: Surroundings, *, at: datetime) -> None:
    """Post this slot's agenda, or record why not. A slot that somebody served by hand is left alone."""
    meeting = meeting_on(cadence, schedule.slot)
    if meeting is None:
        return
    occurrence = Occurrence(
        workspace_id=cadence.workspace_id,
        id=new_id(at),
        cadence_id=cadence.id,
        slot=schedule.slot,
        starts_at=meeting.starts_at,
        status=OccurrenceStatus.POSTED,
        created_at=at,
    )
    due = schedule.next_at or at
    if meeting.skipped is not None:
        skipped = replace(occurrence, status=OccurrenceStatus.SKIPPED, reason=meeting.skipped)
        if uow.cadences.add_occurrence(skipped) and at < meeting.starts_at:
            _say_skipped(uow, cadence, meeting, at)
        return
    missed = _why_missed(due, meeting, at) or found.refused
    if missed is not None:
        lost = replace(occurrence, status=OccurrenceStatus.MISSED, reason=missed)
        if uow.cadences.add_occurrence(lost) and at < meeting.starts_at:
            _tell_chair(uow, cadence, meeting, missed, at)
        return
    if uow.cadences.add_occurrence(occurrence):
        late = int((at - due).total_seconds() // 60)
        _post(uow, cadence, occurrence, found, at=at, late_minutes=late)


def _why_missed(due: datetime, meeting: Meeting, at: datetime) -> str | None:
    if at >= meeting.starts_at:
        return "I was not running before the meeting began"
    if at - due > LATE_LIMIT[ScheduleKind.AGENDA]:
        return f"I was not running when it was due, {int((at - due).total_seconds() // 3600)} hours ago"
    return None


def _tell_chair(uow: UnitOfWork, cadence: Cadence, meeting: Meeting, why: str, at: datetime) -> None:
    """While there is still time to do something about it."""
    name = escape(cadence.name, quote=False)
    text = f"No agenda of *{name}* for {spoken.weekday(meeting.day)}: {why}. `/backbeat meetings` posts it now."
    say(uow, Note(text), Destination(person=cadence.chair_id), at=at, not_after=meeting.starts_at)


def _say_skipped(uow: UnitOfWork, cadence: Cadence, meeting: Meeting, at: datetime) -> None:
    name, day = escape(cadence.name, quote=False), spoken.weekday(meeting.day)
    text = f"No *{name}* on {day}: public holiday, {meeting.skipped}."
    following = first_held(cadence, meeting)
    if following is not None:
        text += f" The next one is on {spoken.weekday(following.day)}."
    to = Destination(conversation=cadence.channel)
    say(uow, Note(text), to, at=at, not_after=meeting.starts_at, fallback=cadence.chair_id)


def _post(
    uow: UnitOfWork,
    cadence: Cadence,
    occurrence: Occurrence,
    found: Surroundings,
    *,
    at: datetime,
    by_hand: bool = False,
    late_minutes: int = 0,
) -> None:
    """The agenda, a reply for each item, who is off, and when the meeting ends by itself."""
    day = local_day(cadence.rule.zone, occurrence.starts_at)
    contents = gather(uow, cadence, day, at=at)
    for topic in contents.settled:
        uow.topics.save(topic)
    agenda = arrange(contents.topics, minutes=cadence.minutes, pressing=contents.pressing)
    chosen = [
        replace(topic, status=TopicStatus.ON_AGENDA, occurrence_id=occurrence.id, position=number)
        for number, topic in enumerate(agenda.topics, start=1)
    ]
    for topic in [*chosen, *agenda.left_over]:
        if topic.id in contents.fresh:
            uow.topics.add(topic)
        elif topic in chosen:
            uow.topics.save(topic)
    message = agenda_of(uow, cadence, occurrence, by_hand=by_hand, late_minutes=late_minutes)
    channel = Destination(conversation=cadence.channel)
    row = say(
        uow,
        message,
        channel,
        at=at,
        subject=subject_of(occurrence.id),
        not_after=None if by_hand else occurrence.starts_at,
        fallback=cadence.chair_id,
    )
    for topic in chosen:
        say_item(uow, cadence, topic, row, at=at)
    if found.away:
        text = "\n".join(escape(line, quote=False) for line in found.away)
        say(uow, Note(text), channel, at=at, after_id=row)
    plan_end(uow, cadence, occurrence, began=occurrence.starts_at, at=at)


def _coming(cadence: Cadence, now: datetime) -> Meeting | None:
    meeting = next_meeting(cadence, after=now)
    return meeting if meeting is not None and meeting.starts_at - now <= SOON else None


def _by_hand(uow: UnitOfWork, cadence: Cadence, meeting: Meeting | None, now: datetime) -> Occurrence:
    """The occurrence to post for: the coming meeting's, which may have been missed, or one of its own."""
    name = new_id(now)
    slot = meeting.day.isoformat() if meeting else f"now:{name}"
    starts_at = meeting.starts_at if meeting else now
    known = uow.cadences.occurrence_for(cadence.id, slot)
    if known is not None and known.status is OccurrenceStatus.HELD:  # closed before its time: this is an extra one
        known, slot, starts_at = None, f"now:{name}", now
    if known is not None:
        occurrence = replace(known, status=OccurrenceStatus.POSTED, starts_at=starts_at, reason=None)
        uow.cadences.save_occurrence(occurrence)
    else:
        occurrence = Occurrence(
            cadence.workspace_id, name, cadence.id, slot, starts_at, OccurrenceStatus.POSTED, created_at=now
        )
        uow.cadences.add_occurrence(occurrence)
    planned = uow.schedules.find(ScheduleKind.AGENDA, cadence.id)
    if planned is not None and planned.slot == slot:
        plan_agenda_after(uow, cadence, slot, at=now)
    return occurrence


def _must_be_open(cadence: Cadence, found: Surroundings) -> None:
    if not cadence.active:
        raise NotAllowed("That meeting was stopped. Plan it again first: `/backbeat meetings`.")
    if not found.can_post:
        raise NotAllowed(f"I'm not in <#{cadence.channel}>. `/invite @Backbeat` there, then post it again.")
    if found.refused:
        raise NotAllowed(f"I can't post an agenda in <#{cadence.channel}>: {found.refused}.")
