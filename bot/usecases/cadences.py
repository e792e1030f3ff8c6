"""Recurring meetings: planned, changed, stopped, and listed with their next dates."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from bot.domain.cadences import (
    LONGEST,
    MOST_LEAD_DAYS,
    NAME_LIMIT,
    SHORTEST,
    Cadence,
    CadenceKind,
    Meeting,
    Occurrence,
    OccurrenceStatus,
    meeting_on,
    meetings,
    next_agenda,
)
from bot.domain.calendars import validate_place
from bot.domain.errors import ExternalFailure, InvalidInput, NotAllowed
from bot.domain.hours import local_day
from bot.domain.ids import new_id
from bot.domain.recurrence import Rule, check_zone
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Audience, ConversationId, Person, UserId, Viewer, WorkspaceId
from bot.usecases.agendas.planning import plan_agenda, plan_end
from bot.usecases.agendas.reading import cadence_seen
from bot.usecases.agendas.showing import renew_agenda
from bot.usecases.people import may_set_up, person_known, viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

SHOWN = 3  # next dates
INVITE = "I'm not in that channel yet. Type `/invite @Backbeat` there, then save again."
NOT_TOLD = "Slack couldn't tell me about that channel just now. Please try again."


@dataclass(frozen=True, slots=True)
class CadencePlan:
    """What planning a meeting asks. `when` is in words ("Tuesdays at 13:00"), `place` a holiday calendar ("PT")."""

    name: str
    channel: ConversationId
    when: str
    zone: str
    chair_id: UserId
    minutes: int = 60
    lead_days: int = 1
    place: str | None = None
    kind: CadenceKind = CadenceKind.TRADEOFFS


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting with its next dates, and what became of the last one (None before the first)."""

    cadence: Cadence
    upcoming: tuple[Meeting, ...]
    last: Occurrence | None
    may_post: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The meetings that somebody may see, those that were stopped last; and whether they may change them."""

    planned: tuple[Planned, ...]
    may_set_up: bool
    team_channel: ConversationId | None


def plan(
    services: Services,
    person: Person,
    plan: CadencePlan,
    *,
    key: str,
    at: datetime | None = None,
    admins: frozenset[UserId] = frozenset(),
    viewer: Viewer | None = None,
) -> Cadence:
    """A new recurring meeting; the clock posts its agendas from now on.

    A repeat of `key` returns the meeting of the first time. Raises NotAllowed, InvalidInput naming the field.
    """
    now = at or services.clock.now()
    ready = _checked(services, person, plan, at=now, viewer=viewer)
    with services.store.begin(person.workspace_id) as uow:
        require_set_up(uow, person, admins)
        if not uow.inbox.take(key, at=now):
            return uow.cadences.get(uow.inbox.outcome(key) or "")
        cadence = replace(ready, id=new_id(now), created_at=now)
        uow.cadences.add(cadence)
        plan_agenda(uow, cadence, next_agenda(cadence, after=now), at=now)
        uow.audit.add(by=person.id, action="meeting.planned", at=now, subject=cadence.id)
        uow.inbox.note(key, cadence.id)
        uow.commit()
    services.nudge()
    return cadence


def change(
    services: Services,
    person: Person,
    cadence_id: str,
    plan: CadencePlan,
    *,
    key: str,
    at: datetime | None = None,
    admins: frozenset[UserId] = frozenset(),
    viewer: Viewer | None = None,
) -> Cadence:
    """Plan it otherwise; one that was stopped goes on. An agenda that is out follows. Raises as `plan` does."""
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    ready = _checked(services, person, plan, at=now, viewer=viewer)
    with services.store.begin(person.workspace_id) as uow:
        require_set_up(uow, person, admins)
        before = cadence_seen(uow, cadence_id, viewer, lock=True)
        if not uow.inbox.take(key, at=now):
            return before
        rule = ready.rule
        if rule.rrule == before.rule.rrule:  # "every other Tuesday" goes on counting from where it began
            rule = replace(rule, anchor=before.rule.anchor)
        cadence = replace(ready, id=before.id, rule=rule, created_at=before.created_at)
        uow.cadences.save(cadence)
        _replan(uow, cadence, at=now)
        uow.audit.add(by=person.id, action="meeting.changed", at=now, subject=cadence.id)
        uow.commit()
    services.nudge()
    return cadence


def stop(
    services: Services,
    person: Person,
    cadence_id: str,
    *,
    key: str,
    at: datetime | None = None,
    admins: frozenset[UserId] = frozenset(),
    viewer: Viewer | None = None,
) -> Cadence:
    """No further agendas. Its items stay, in case it is planned again. Raises NotFound, NotAllowed."""
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        require_set_up(uow, person, admins)
        cadence = cadence_seen(uow, cadence_id, viewer, lock=True)
        if not cadence.active or not uow.inbox.take(key, at=now):
            return cadence
        stopped = replace(cadence, active=False)
        uow.cadences.save(stopped)
        uow.schedules.remove(ScheduleKind.AGENDA, cadence.id)
        uow.audit.add(by=person.id, action="meeting.stopped", at=now, subject=cadence.id)
        uow.commit()
    return stopped


def listing(
    services: Services,
    person: Person,
    viewer: Viewer,
    *,
    at: datetime,
    admins: frozenset[UserId] = frozenset(),
) -> Listing:
    """The meetings of the workspace, as far as `viewer` may know of them."""
    with services.store.read(person.workspace_id) as uow:
        allowed = may_set_up(uow, person, admins)
        seen = [each for each in uow.cadences.all(active=False) if each.is_seen_by(viewer)]
        planned = [
            Planned(
                cadence,
                upcoming(cadence, after=at) if cadence.active else (),
                next(iter(uow.cadences.occurrences(cadence.id, limit=1)), None),
                may_post=cadence.active and (allowed or person.id == cadence.chair_id),
            )
            for cadence in sorted(seen, key=lambda each: (not each.active, each.name.lower(), each.id))
        ]
        return Listing(tuple(planned), allowed, uow.workspaces.get().team_channel)


def get(services: Services, viewer: Viewer, cadence_id: str, *, workspace: WorkspaceId) -> Cadence:
    """Raises NotFound."""
    with services.store.read(workspace) as uow:
        return cadence_seen(uow, cadence_id, viewer)


def upcoming(cadence: Cadence, *, after: datetime, count: int = SHOWN) -> tuple[Meeting, ...]:
    """The next `count` dates, with those that a holiday skips."""
    begin = (after - timedelta(days=2)).date()
    later = (each for each in meetings(cadence, start=begin) if each.starts_at > after)
    return tuple(islice(later, count))


def require_set_up(uow: UnitOfWork, person: Person, admins: frozenset[UserId]) -> None:
    """Raises NotAllowed unless `person` may plan meetings."""
    if not may_set_up(uow, person, admins):
        raise NotAllowed(
            "Recurring meetings are planned by the CTO or an admin. Ask one of them to run `/backbeat meetings`."
        )


def _checked(services: Services, person: Person, plan: CadencePlan, *, at: datetime, viewer: Viewer | None) -> Cadence:
    """The plan as a cadence without an id. Asks Slack about its channel and its chair."""
    name = " ".join(plan.name.split())
    if not name:
        raise InvalidInput("What is the meeting called? “Tradeoffs” will do.", field="name")
    if len(name) > NAME_LIMIT:
        raise InvalidInput(f"Keep the name under {NAME_LIMIT} characters.", field="name")
    zone = check_zone(plan.zone)
    try:
        rule = Rule.parse(plan.when, zone=zone, today=local_day(zone, at))
    except InvalidInput as error:
        raise InvalidInput(error.words, field="zone" if error.field == "zone" else "when") from error
    if not SHORTEST <= plan.minutes <= LONGEST:
        raise InvalidInput(f"Pick between {SHORTEST} and {LONGEST} minutes.", field="minutes")
    if not 1 <= plan.lead_days <= MOST_LEAD_DAYS:
        raise InvalidInput(f"Pick between 1 and {MOST_LEAD_DAYS} working days.", field="lead_days")
    place = validate_place(plan.place) if plan.place and plan.place.strip() else None
    _check_chair(services, person, plan.chair_id)
    return Cadence(
        workspace_id=person.workspace_id,
        id="",
        kind=plan.kind,
        name=name,
        channel=plan.channel,
        rule=rule,
        chair_id=plan.chair_id,
        minutes=plan.minutes,
        lead_days=plan.lead_days,
        place=place,
        audience=_audience_of(services, person, plan.channel, viewer),
    )


def _audience_of(services: Services, person: Person, channel: ConversationId, viewer: Viewer | None) -> Audience:
    """Who reads the channel. Raises InvalidInput where an agenda can't or shouldn't be posted there."""
    if not channel:
        raise InvalidInput("Which channel does the agenda go to?", field="channel")
    try:
        info = services.directory.conversation(person.workspace_id, channel)
    except ExternalFailure as failure:
        words = INVITE if failure.permanent else NOT_TOLD
        raise InvalidInput(words, field="channel") from failure
    if info.is_dm:
        raise InvalidInput("Pick a channel: an agenda is for all who meet.", field="channel")
    if info.is_shared:
        raise InvalidInput(
            "People of another company are in that channel. Pick one that is yours alone.", field="channel"
        )
    if not info.is_member:
        raise InvalidInput(INVITE, field="channel")
    if not info.is_private:
        return Audience()
    viewer = viewer or viewer_for(services, person)
    if channel not in viewer.conversations:
        raise InvalidInput("Pick a channel that you are in." if viewer.is_whole else NOT_TOLD, field="channel")
    return Audience(channel)


def _check_chair(services: Services, person: Person, chair: UserId) -> None:
    if not chair:
        raise InvalidInput("Who runs it? Pick one person.", field="chair")
    if chair == person.id:
        return
    try:
        found = person_known(services, person.workspace_id, chair)
    except ExternalFailure as failure:
        raise InvalidInput("Slack couldn't tell me about this person just now. Please try again.", "chair") from failure
    if not found.may_act:
        raise InvalidInput("A meeting is run by a member of this workspace: no app, no leaver.", "chair")


def _replan(uow: UnitOfWork, cadence: Cadence, *, at: datetime) -> None:
    """The clock's next agenda by the new rule, and an agenda that is out at its new time."""
    planned = uow.schedules.find(ScheduleKind.AGENDA, cadence.id)
    is_due = planned is not None and planned.next_at is not None and planned.next_at <= at
    overdue = meeting_on(cadence, planned.slot) if planned is not None and is_due else None
    plan_agenda(uow, cadence, overdue or next_agenda(cadence, after=at), at=at)
    for occurrence in uow.cadences.occurrences(cadence.id):
        if not occurrence.is_open:
            continue
        moved = meeting_on(cadence, occurrence.slot)
        if moved is not None and occurrence.status is OccurrenceStatus.POSTED:
            occurrence = replace(occurrence, starts_at=moved.starts_at)  # noqa: PLW2901 - the same meeting, moved
            uow.cadences.save_occurrence(occurrence)
            plan_end(uow, cadence, occurrence, began=occurrence.starts_at, at=at)
        renew_agenda(uow, cadence, occurrence, at=at)
