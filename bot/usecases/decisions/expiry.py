"""Risk acceptances end: the clock marks each as expired once its last day is over for its owner, and it comes back."""

from datetime import datetime

from bot.domain import decisions as rules
from bot.domain.decisions import STANDING, DecisionEventKind
from bot.domain.hours import local_day
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.workspaces import Viewer
from bot.usecases.decisions.cards import renew
from bot.usecases.decisions.log import record
from bot.usecases.mornings import hours_of
from bot.usecases.ports import UnitOfWork
from bot.usecases.revisits import await_revisit
from bot.usecases.services import Services


def expire_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """The clock: nobody accepts the risk of this decision any more, unless that was answered or moved meanwhile."""
    with services.store.begin(schedule.workspace_id) as uow:
        claimed = uow.schedules.claim(schedule.id, at=at)
        if claimed is None:
            return
        uow.schedules.remove(ScheduleKind.EXPIRY, claimed.subject_id)
        _expire(uow, int(claimed.subject_id), at)
        uow.commit()
    services.nudge()


def _expire(uow: UnitOfWork, number: int, at: datetime) -> None:
    before = uow.decisions.get(number, Viewer.system())
    ends = before.detail.risk_until
    if before.status not in STANDING or ends is None:
        return
    today = local_day(hours_of(uow.people.find(before.owner_id)).zone, at)
    after = rules.expire(before, today=today, at=at) if today > ends else before
    if after is not before:
        uow.decisions.save(after)
        by = uow.workspaces.get().bot_user_id
        record(uow, before, after, DecisionEventKind.EXPIRED, by=by, at=at)
    await_revisit(uow, after, at=at)  # where it is not that day yet for its owner, who moved, the clock comes back
    renew(uow, after, at=at)
