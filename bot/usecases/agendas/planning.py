"""When the clock posts agendas and ends meetings: the schedule rows of a recurring meeting."""

from datetime import date, datetime

from bot.domain.cadences import Cadence, Meeting, Occurrence, ends_by_itself, meeting_after
from bot.domain.schedules import ScheduleKind
from bot.usecases.ports import UnitOfWork
from bot.usecases.schedules import plan


def plan_agenda(uow: UnitOfWork, cadence: Cadence, meeting: Meeting | None, *, at: datetime) -> None:
    """The agenda of `meeting` is what the clock posts next; None where the rule has ended."""
    plan(
        uow,
        ScheduleKind.AGENDA,
        cadence.id,
        slot=meeting.day.isoformat() if meeting else "",
        next_at=meeting.agenda_at if meeting else None,
        at=at,
        rule=cadence.rule,
    )


def plan_agenda_after(uow: UnitOfWork, cadence: Cadence, slot: str, *, at: datetime) -> None:
    """`slot` is dealt with: the one after it is next, even where both agendas were due at the same moment."""
    plan_agenda(uow, cadence, meeting_after(cadence, date.fromisoformat(slot)), at=at)


def plan_end(uow: UnitOfWork, cadence: Cadence, occurrence: Occurrence, *, began: datetime, at: datetime) -> None:
    """When the meeting ends by itself. `began` is when it starts, or when it was started."""
    ends = ends_by_itself(began, cadence.minutes)
    plan(uow, ScheduleKind.MEETING_END, occurrence.id, slot=occurrence.slot, next_at=ends, at=at)
