"""Decisions that come back: who is to be asked by a day, and what is planned so that nothing passes unseen."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain import spoken
from bot.domain.cadences import CadenceKind
from bot.domain.decisions import STANDING, Decision, comes_back_on
from bot.domain.hours import WorkingHours, local_day, local_moment
from bot.domain.revisits import Raised, asked_on, last_day_asked_about, raised_in
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Audience, UserId, Viewer
from bot.usecases.mornings import expect, hours_of
from bot.usecases.ports import UnitOfWork
from bot.usecases.schedules import plan

FURTHEST = timedelta(days=92)  # nobody is asked about a decision further ahead of its day, whatever their calendar
LONG_AGO = timedelta(days=3)  # no meeting on such a day is still to come


@dataclass(frozen=True, slots=True)
class ComingBack:
    """A decision that its owner is to be asked about from `asked_on` on, and the meeting it is raised in otherwise."""

    decision: Decision
    due_on: date
    asked_on: date
    raised: Raised | None

    def agenda(self, viewer: Viewer) -> str | None:
        """Where it goes if nobody answers, in words: "Tradeoffs on Tue 3 Nov". None where `viewer` may not know."""
        if self.raised is None or not self.raised.cadence.is_seen_by(viewer):
            return None
        return f"{self.raised.cadence.name} on {spoken.weekday(self.raised.meeting.day)}"


def coming_back(
    uow: UnitOfWork, viewer: Viewer, hours: WorkingHours, *, at: datetime, owner: UserId | None = None
) -> list[ComingBack]:
    """What somebody who works `hours` is to be asked about by now, as far as `viewer` may see it; longest due first.

    Meetings are looked at as they are planned now, so that one that is moved or stopped moves what is asked before it.
    """
    today = local_day(hours.zone, at)
    cadences = uow.cadences.all(kind=CadenceKind.TRADEOFFS)
    last = min(last_day_asked_about(cadences, hours, today=today, after=at), today + FURTHEST)
    found: list[ComingBack] = []
    met: dict[tuple[date, Audience], Raised | None] = {}  # all that are overdue are raised in the same meetings
    for decision in uow.decisions.due(by=last, viewer=viewer, owner=owner):
        due_on = comes_back_on(decision)
        if due_on is None:
            continue
        key = max(due_on, at.date() - LONG_AGO), decision.audience
        if key not in met:
            met[key] = raised_in(decision, cadences, after=at)
        day = asked_on(decision, met[key], hours)
        if day is not None and day <= today:
            found.append(ComingBack(decision, due_on, day, met[key]))
    return found


def is_raised(uow: UnitOfWork, decision: Decision, *, at: datetime) -> bool:
    """Whether a meeting is planned in which it will be raised if nobody answers."""
    return raised_in(decision, uow.cadences.all(kind=CadenceKind.TRADEOFFS), after=at) is not None


def await_revisit(uow: UnitOfWork, decision: Decision, *, at: datetime) -> None:
    """Its owner will be asked when it comes back, if it does; and a risk acceptance in it will end."""
    if comes_back_on(decision) is not None:
        expect(uow, decision.owner_id, at=at)
        await_expiry(uow, decision, at=at)


def await_expiry(uow: UnitOfWork, decision: Decision, *, at: datetime) -> None:
    """The clock will mark its risk acceptance as expired, at the start of the day after the last, in its owner's zone.

    What was planned before, and is not so any more, is dropped when its moment comes.
    """
    ends = decision.detail.risk_until
    if decision.status in STANDING and ends is not None and ends < date.max:
        zone, day = hours_of(uow.people.find(decision.owner_id)).zone, ends + timedelta(days=1)
        moment = local_moment(zone, day, time())
        plan(uow, ScheduleKind.EXPIRY, str(decision.number), slot=day.isoformat(), next_at=moment, at=at)
