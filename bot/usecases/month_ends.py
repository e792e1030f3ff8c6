"""When the monthly note is due: each CTO has a row in the schedule, whose slot is the month that they read about next.

A row without a moment is a note that its reader stopped.
"""

from dataclasses import replace
from datetime import date, datetime

from bot.domain.hours import WorkingHours, local_day
from bot.domain.months import begins_at, month_before, month_of, note_at
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.workspaces import Person, Role, UserId, WorkspaceId
from bot.usecases.mornings import hours_of
from bot.usecases.ports import Store, UnitOfWork
from bot.usecases.schedules import plan


def see_to_notes(store: Store, workspace: WorkspaceId, *, at: datetime) -> None:
    """Also in a workspace that was set up before there were such notes."""
    with store.begin(workspace) as uow:
        see_to_month_ends(uow, at=at)
        uow.commit()


def see_to_month_ends(uow: UnitOfWork, *, at: datetime) -> None:
    """Each CTO of a workspace that is set up has a note coming, by their days as they are now, unless they stopped it.

    The first is of the month that is due next, if the workspace was set up by its end.
    """
    if uow.workspaces.get().setup_at is None:
        return
    for user in sorted(uow.workspaces.roles().get(Role.CTO, ())):
        person = uow.people.find(user)
        if uow.schedules.find(ScheduleKind.MONTHLY, user) is None:
            plan_note(uow, user, person, _next_month(uow, hours_of(person), at), at=at)
        elif person is not None:
            follow_month_end(uow, person, at=at)


def plan_note(uow: UnitOfWork, user: UserId, person: Person | None, first: date, *, at: datetime) -> Schedule:
    """The note of the month `first`, at the start of their first working day after it; at once where that has come."""
    moment = max(note_at(hours_of(person), first), at)
    return plan(uow, ScheduleKind.MONTHLY, user, slot=slot_of(first), next_at=moment, at=at)


def stop_notes(uow: UnitOfWork, user: UserId, *, at: datetime) -> None:
    """They want none until they say so."""
    known = uow.schedules.find(ScheduleKind.MONTHLY, user)
    slot = known.slot if known is not None else slot_of(month_of(at.date()))
    plan(uow, ScheduleKind.MONTHLY, user, slot=slot, next_at=None, at=at)


def resume_notes(uow: UnitOfWork, user: UserId, person: Person, *, at: datetime) -> Schedule:
    """The next note is of the month that is due next, and never of one that they were told about already."""
    known, upcoming = uow.schedules.find(ScheduleKind.MONTHLY, user), _next_month(uow, hours_of(person), at)
    first = max(upcoming, month_in(known)) if known is not None else upcoming
    return plan_note(uow, user, person, first, at=at)


def are_on(uow: UnitOfWork, user: UserId) -> bool:
    known = uow.schedules.find(ScheduleKind.MONTHLY, user)
    return known is not None and known.next_at is not None


def follow_month_end(uow: UnitOfWork, person: Person, *, at: datetime) -> None:
    """Their zone or their days may be others now: the note that is planned moves with them."""
    known = uow.schedules.find(ScheduleKind.MONTHLY, person.id)
    if known is None or known.next_at is None or known.next_at <= at:
        return  # one whose moment has come is dealt with first
    moment = max(note_at(hours_of(person), month_in(known)), at)
    if moment != known.next_at:
        uow.schedules.save(replace(known, next_at=moment))


def _next_month(uow: UnitOfWork, hours: WorkingHours, at: datetime) -> date:
    """The month whose note is due next for somebody who works `hours`: the last one, in the first days of a month."""
    present, setup_at = month_of(local_day(hours.zone, at)), uow.workspaces.get().setup_at
    was_set_up = setup_at is not None and setup_at < begins_at(present, hours.zone)
    return month_before(present) if was_set_up and note_at(hours, month_before(present)) > at else present


def slot_of(first: date) -> str:
    """2026-10"""
    return f"{first:%Y-%m}"


def month_in(schedule: Schedule) -> date:
    return date.fromisoformat(f"{schedule.slot}-01")
