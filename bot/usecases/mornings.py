"""A person's mornings: when the daily *Waiting for you* is due for them. At the start of their own working hours."""

from datetime import date, datetime, timedelta

from bot.domain.calendars import guess_place
from bot.domain.hours import WorkingHours, next_prompt
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.workspaces import WEEKDAYS, Person, UserId
from bot.usecases.ports import UnitOfWork
from bot.usecases.schedules import plan
from bot.usecases.watching import look_again


def hours_of(person: Person | None) -> WorkingHours:
    """Their working hours, with the holidays of the country that their zone lies in unless they named a place.

    Somebody who is not known yet is taken to be in UTC.
    """
    if person is None:
        return WorkingHours()
    place = person.place or guess_place(person.zone)
    return WorkingHours(person.days or WEEKDAYS, person.starts, person.ends, person.zone, place)


def expect(uow: UnitOfWork, person_id: UserId, *, at: datetime) -> None:
    """Something will wait for this person one day: see to it that their mornings are planned."""
    known = uow.schedules.find(ScheduleKind.WAITING, person_id)
    if known is None or known.next_at is None:
        plan_morning(uow, person_id, uow.people.find(person_id), last_day=None, at=at)


def plan_morning(
    uow: UnitOfWork, person_id: UserId, person: Person | None, *, last_day: date | None, at: datetime
) -> Schedule:
    """Their next morning after `at`, never one on `last_day` (the last that was dealt with) or before it."""
    hours = hours_of(person)
    day, moment = next_prompt(hours.starts, hours.zone, hours.days, last_day=last_day, after=at)
    return plan(uow, ScheduleKind.WAITING, person_id, slot=day.isoformat(), next_at=moment, at=at)


def follow(uow: UnitOfWork, before: Person | None, after: Person, *, at: datetime) -> None:
    """Somebody's zone or working hours are others now, or known at last. They keep one morning a day."""
    if before is not None and _days(before) == _days(after):
        return
    look_again(uow, at=at)
    if before is not None and _mornings(before) == _mornings(after):
        return
    planned = uow.schedules.find(ScheduleKind.WAITING, after.id)
    if planned is None or planned.next_at is None or planned.next_at <= at:
        return  # a morning that has come is dealt with first, and the next one planned by what is known then
    day_before = date.fromisoformat(planned.slot) - timedelta(days=1)
    plan_morning(uow, after.id, after, last_day=day_before, at=at)


def _mornings(person: Person) -> tuple[object, ...]:
    return person.zone, person.days, person.starts


def _days(person: Person) -> tuple[object, ...]:
    """All that their days to answer depend on, and whether they are there to answer."""
    return *_mornings(person), person.ends, person.place, person.may_act
