"""What the clock will do next, in words: where *Skip ahead* goes, and whom it reaches there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.demo.tidewater import EVERYBODY
from bot.domain.calendars import guess_place
from bot.domain.errors import NotFound
from bot.domain.hours import WorkingHours, is_working_day, local_moment
from bot.domain.messages import ApprovalRequest
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.standups import Standup
from bot.domain.workspaces import ConversationId, UserId, Viewer
from bot.usecases import pending
from bot.usecases.decisions import subject_of
from bot.usecases.mornings import hours_of
from bot.usecases.ports import UnitOfWork
from bot.usecases.revisits import coming_back

LOOK_AHEAD = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that will be said. `at` is UTC; `zone` is its reader's. To a person by DM, or in a channel."""

    at: datetime
    what: str
    zone: str
    person: UserId | None = None
    channel: ConversationId | None = None
    is_silent: bool = False  # nothing is said then, but it must not be passed over: what comes next is planned

    @property
    def when(self) -> str:
        """Fri 09:00 Tokyo."""
        local = self.at.astimezone(ZoneInfo(self.zone))
        return f"{local:%a %H:%M} {self.zone.rpartition('/')[2].replace('_', ' ')}"


def upcoming(uow: UnitOfWork, queued: Iterable[str] = ()) -> list[Moment]:
    """All that is planned, soonest first. `queued`: ids of messages that wait for somebody's morning."""
    found = [moment for each in uow.schedules.upcoming(limit=LOOK_AHEAD) for moment in _moments(uow, each)]
    found += [moment for each in queued for moment in _on_its_way(uow, uow.outbox.get(each))]
    return sorted(found, key=lambda moment: (moment.at, moment.is_silent))


def _on_its_way(uow: UnitOfWork, row: OutboxMessage) -> Iterator[Moment]:
    person = row.destination.person
    if row.status is OutboxStatus.QUEUED and row.operation is Operation.POST and person is not None:
        name, zone = _who(uow, person)
        what = f"{name}'s approval" if isinstance(row.message, ApprovalRequest) else f"a message for {name}"
        yield Moment(row.next_at, what, zone, person=person)


def _moments(uow: UnitOfWork, schedule: Schedule) -> Iterator[Moment]:
    at, subject = schedule.next_at, schedule.subject_id
    if at is None:
        return
    try:
        match schedule.kind:
            case ScheduleKind.AGENDA:
                cadence = uow.cadences.get(subject)
                yield Moment(at, f"the agenda of {cadence.name}", cadence.rule.zone, channel=cadence.channel)
            case ScheduleKind.MEETING_END:
                cadence = uow.cadences.get(uow.cadences.occurrence(subject).cadence_id)
                yield Moment(at, f"the recap of {cadence.name}", cadence.rule.zone, channel=cadence.channel)
            case ScheduleKind.WAITING:
                yield from _revisit(uow, subject, at)
                yield from _reminder(uow, subject, at)
            case ScheduleKind.APPROVAL:
                yield Moment(at, "a look at what waits for approval", "UTC", is_silent=True)
            case ScheduleKind.MONTHLY:
                name, zone = _who(uow, subject)
                yield Moment(at, f"{name}'s monthly note", zone, person=subject)
            case ScheduleKind.EXPIRY:
                yield Moment(at, "the end of a risk acceptance", "UTC", is_silent=True)
            case ScheduleKind.STANDUP_ROUND:
                standup = uow.standups.get(subject)
                yield Moment(at, "a standup", standup.zone, is_silent=True)
                yield from _asks(uow, standup, date.fromisoformat(schedule.slot), at)
            case ScheduleKind.STANDUP_PROMPT:
                prompt = uow.standups.prompt(subject)
                name, zone = _who(uow, prompt.person_id)
                yield Moment(at, f"{name}'s standup", zone, person=prompt.person_id)
            case ScheduleKind.STANDUP_DIGEST:
                standup = uow.standups.get(uow.standups.round(subject).standup_id)
                nothing = not uow.standups.answers(subject)  # then there is no digest
                yield Moment(at, "the standup digest", standup.zone, channel=standup.channel, is_silent=nothing)
    except NotFound:
        return  # what it was planned for is gone


def _asks(uow: UnitOfWork, standup: Standup, day: date, opens: datetime) -> Iterator[Moment]:
    """Whom the round that opens then will ask, and when: its prompts are not planned yet."""
    for person in uow.people.get_many(EVERYBODY).values():
        hours = WorkingHours.of(replace(person, place=person.place or guess_place(person.zone)))
        at = local_moment(person.zone, day, standup.at)
        if is_working_day(hours, day) and at > opens:
            yield Moment(at, f"{person.name}'s standup", person.zone, person=person.id)


def _revisit(uow: UnitOfWork, person: UserId, at: datetime) -> Iterator[Moment]:
    """Only where something comes back then that this person was not asked about already."""
    name, zone = _who(uow, person)
    hours = hours_of(uow.people.find(person))
    for back in coming_back(uow, Viewer.system(), hours, at=at, owner=person):
        asked = uow.reminders.of(subject_of(back.decision.number))
        if (person, back.due_on) not in {(each.person_id, each.due_on) for each in asked}:
            yield Moment(at, f"{name}'s revisit", zone, person=person)
            return


def _reminder(uow: UnitOfWork, person: UserId, at: datetime) -> Iterator[Moment]:
    """Only where an answer of theirs is late by then."""
    waiting, hours = pending.pending_for(uow, person, {}), hours_of(uow.people.find(person))
    if pending.to_nudge(uow, waiting, person, hours, at=at):
        name, zone = _who(uow, person)
        yield Moment(at, f"a reminder for {name}", zone, person=person)


def _who(uow: UnitOfWork, person: UserId) -> tuple[str, str]:
    known = uow.people.find(person)
    return (known.name.split()[0], known.zone) if known is not None else (person, "UTC")
