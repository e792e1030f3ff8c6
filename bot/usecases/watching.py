"""Watching over approvals: each has a row in the schedule that says when to see what follows if nobody answers.

A look computes everything anew from how things stand, so looking once more never does anything twice.
"""

from datetime import datetime

from bot.domain.schedules import ScheduleKind
from bot.usecases.ports import UnitOfWork
from bot.usecases.schedules import plan


def watch(uow: UnitOfWork, approval_id: str, *, at: datetime) -> None:
    """Look at this approval with the clock's next tick: it was asked, or something about it is new."""
    plan(uow, ScheduleKind.APPROVAL, approval_id, slot=at.date().isoformat(), next_at=at, at=at)


def look_again(uow: UnitOfWork, *, at: datetime) -> None:
    """Somebody's days, zone or role are others now: see what that means for every approval that waits."""
    for approval in uow.approvals.waiting():
        if approval.tabled_at is None:
            watch(uow, approval.id, at=at)
