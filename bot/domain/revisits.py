"""Coming back: when somebody is asked whether a decision worked, and how often that may be put off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.cadences import MOST_SKIPPED, Cadence, CadenceKind, Meeting, meetings
from bot.domain.decisions import (
    Decision,
    DecisionEvent,
    DecisionEventKind,
    DecisionStatus,
    comes_back_on,
    is_about_risk,
)
from bot.domain.hours import WorkingHours, add_working_days, is_working_day, local_day

AHEAD = 2  # working days of whoever is asked, before the meeting
SNOOZE = timedelta(days=7)
MOST_SNOOZES = 2  # for one coming back

# What settles a coming back, so that the next one may be put off anew.
_SETTLED = frozenset(
    {
        DecisionEventKind.LOGGED,
        DecisionEventKind.IMPORTED,
        DecisionEventKind.DECIDED,
        DecisionEventKind.KEPT,
        DecisionEventKind.EXPIRED,
        DecisionEventKind.RESTORED,
    }
)
_LED_TO = {
    DecisionStatus.HELD: DecisionEventKind.KEPT,
    DecisionStatus.REVERSED: DecisionEventKind.REVERSED,
    DecisionStatus.REJECTED: DecisionEventKind.REJECTED,
    DecisionStatus.AMENDED: DecisionEventKind.AMENDED,
    DecisionStatus.SUPERSEDED: DecisionEventKind.SUPERSEDED,
}


@dataclass(frozen=True, slots=True)
class Raised:
    """The meeting in which a decision that has come back will be raised, if nobody answers before."""

    cadence: Cadence
    meeting: Meeting


def raised_in(decision: Decision, cadences: Iterable[Cadence], *, after: datetime) -> Raised | None:
    """The first tradeoff meeting later than `after` that is held on the day the decision comes back, or later.

    Only meetings that are not stopped and whose readers may all see the decision. None where there is none.
    """
    day = comes_back_on(decision)
    if day is None:
        return None
    found = [
        Raised(cadence, meeting)
        for cadence in cadences
        if cadence.kind is CadenceKind.TRADEOFFS
        and cadence.active
        and cadence.may_take(decision.audience)
        and (meeting := _first_held(cadence, day, after)) is not None
    ]
    return min(found, key=lambda each: (each.meeting.starts_at, each.cadence.id), default=None)


def asked_on(decision: Decision, raised: Raised | None, hours: WorkingHours) -> date | None:
    """The day on which its owner, who works `hours`, is asked about it; None where it never comes back.

    Two of their own working days before the meeting it will be raised in, on their own calendar; where the agenda is
    posted by then, on their last working day before that, so that what they answer never reaches it. Without a meeting,
    on the day it comes back. The end of a risk acceptance does not wait for a later meeting. The day may have passed
    already: then they are asked on their next morning.
    """
    due = comes_back_on(decision)
    if due is None or raised is None:
        return due
    meeting_day = local_day(hours.zone, raised.meeting.starts_at)
    agenda_day = local_day(hours.zone, raised.meeting.agenda_at)
    day = add_working_days(hours, meeting_day, -AHEAD)
    if agenda_day <= day:
        day = add_working_days(hours, agenda_day, -1)
    return min(day, due) if is_about_risk(decision) else day


def last_day_asked_about(cadences: Iterable[Cadence], hours: WorkingHours, *, today: date, after: datetime) -> date:
    """No decision that comes back later than this is asked about by `today`: how far ahead there is to look."""
    last = today
    for cadence in cadences:
        for number, meeting in enumerate(meetings(cadence, start=_yesterday(after))):
            day = add_working_days(hours, local_day(hours.zone, meeting.starts_at), -AHEAD)
            agenda_day = add_working_days(hours, local_day(hours.zone, meeting.agenda_at), -1)
            if min(day, agenda_day) > today or number > MOST_SKIPPED:
                break
            last = max(last, meeting.day)
    return last


def answer(decision: Decision, history: Iterable[DecisionEvent]) -> DecisionEvent | None:
    """What led to where it stands: kept, reversed, turned down, or given way. `history` is oldest first."""
    led_here = _LED_TO.get(decision.status)
    found = [event for event in history if event.kind is led_here]
    return found[-1] if found else None


def snoozes(history: Iterable[DecisionEvent]) -> int:
    """How often a decision was put off since it was last settled. `history` is oldest first."""
    count = 0
    for event in history:
        if event.kind is DecisionEventKind.POSTPONED:
            count += 1
        elif event.kind in _SETTLED or (event.kind is DecisionEventKind.EDITED and "revisit_on" in event.changes):
            count = 0
    return count


def snoozed_until(hours: WorkingHours, today: date) -> date:
    """A week from today, or their first working day after that."""
    day = today + SNOOZE
    return day if is_working_day(hours, day) else add_working_days(hours, day, 1)


def _first_held(cadence: Cadence, day: date, after: datetime) -> Meeting | None:
    for number, meeting in enumerate(meetings(cadence, start=max(day, _yesterday(after)))):
        if meeting.starts_at > after and meeting.skipped is None:
            return meeting
        if number > MOST_SKIPPED:
            break
    return None


def _yesterday(moment: datetime) -> date:
    """A day before which no wall clock stands at `moment` any more."""
    return (moment - timedelta(days=2)).date()
