"""Planning what the clock will do: one row for each thing that is timed, moved on as its moments are dealt with."""

from dataclasses import replace
from datetime import datetime

from bot.domain.ids import new_id
from bot.domain.recurrence import Rule, next_slot
from bot.domain.schedules import Schedule, ScheduleKind
from bot.usecases.ports import UnitOfWork


def plan(
    uow: UnitOfWork,
    kind: ScheduleKind,
    subject_id: str,
    *,
    slot: str,
    next_at: datetime | None,
    at: datetime,
    rule: Rule | None = None,
) -> Schedule:
    """Plan this kind for this subject, in place of whatever was planned for it before. `next_at` is UTC."""
    known = uow.schedules.find(kind, subject_id)
    if known is not None:
        planned = replace(known, slot=slot, next_at=next_at, rule=rule)
        uow.schedules.save(planned)
        return planned
    planned = Schedule(uow.workspace_id, new_id(at), kind, subject_id, next_at, slot, rule)
    uow.schedules.add(planned)
    return planned


def plan_by_rule(
    uow: UnitOfWork, kind: ScheduleKind, subject_id: str, rule: Rule, *, after: datetime, at: datetime
) -> Schedule:
    """Plan the rule's first moment later than `after` (UTC)."""
    upcoming = next_slot(rule, after=after)
    return plan(
        uow,
        kind,
        subject_id,
        slot=upcoming.day.isoformat() if upcoming else "",
        next_at=upcoming.utc if upcoming else None,
        at=at,
        rule=rule,
    )


def move_on(uow: UnitOfWork, schedule: Schedule) -> Schedule:
    """To the next moment of its rule; without a rule it has ended. The moment just dealt with never comes again."""
    upcoming = next_slot(schedule.rule, after=schedule.next_at) if schedule.rule and schedule.next_at else None
    moved = replace(
        schedule,
        next_at=upcoming.utc if upcoming else None,
        slot=upcoming.day.isoformat() if upcoming else schedule.slot,
    )
    uow.schedules.save(moved)
    return moved
