"""A month of decisions: how many, how fast, what of them still holds, and how second looks were answered.

Months are named by their first day. A month begins and ends at midnight in its reader's zone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus
from bot.domain.hours import WorkingHours, add_working_days, local_moment

CHARTED = 6  # months
IN_TIME = timedelta(days=7)  # an answer within a week of the question is in time
REPLACING = {DecisionEventKind.AMENDED, DecisionEventKind.SUPERSEDED}
ANSWERS = REPLACING | {DecisionEventKind.KEPT, DecisionEventKind.REVERSED}
LEFT_OPEN = {DecisionEventKind.POSTPONED, DecisionEventKind.EXPIRED}
REPLACED = frozenset({DecisionStatus.AMENDED, DecisionStatus.SUPERSEDED})
NO_MORE = frozenset({DecisionStatus.REVERSED, DecisionStatus.EXPIRED})


@dataclass(frozen=True, slots=True)
class Mention:
    """A decision by its number and title; `took` from its proposal to its decision, where that is what it is for."""

    number: int
    title: str
    took: timedelta | None = None

    @property
    def ref(self) -> str:
        return f"D-{self.number}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody was asked how a decision went: its number, and when (UTC)."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """What a month came to. `median` and `longest` are of those decisions that were proposed first."""

    first: date
    decided: int = 0
    by_area: tuple[tuple[str | None, int], ...] = ()  # the most frequent first; None: no area, last
    proposed_first: int = 0
    median: timedelta | None = None
    longest: Mention | None = None
    reversed: tuple[Mention, ...] = ()
    replaced: tuple[Mention, ...] = ()  # amended or superseded
    in_time: int = 0  # second looks that were asked for in this month and answered within a week
    late: int = 0
    unanswered: int = 0
    expired: tuple[Mention, ...] = ()  # risk acceptances that ran out

    @property
    def is_empty(self) -> bool:
        asked = self.in_time + self.late + self.unanswered
        return not (self.decided or self.reversed or self.replaced or self.expired or asked)


@dataclass(frozen=True, slots=True)
class MonthBar:
    """What was decided in a month, by what has become of it since; and how long proposals took."""

    first: date
    standing: int = 0
    replaced: int = 0
    reversed: int = 0  # or, a risk acceptance, run out
    median: timedelta | None = None

    @property
    def decided(self) -> int:
        return self.standing + self.replaced + self.reversed


# --- the calendar --------------------------------------------------------------------------------------------------


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_after(first: date) -> date:
    return month_of(first + timedelta(days=31))


def month_before(first: date) -> date:
    return month_of(first - timedelta(days=1))


def months_to(first: date, count: int = CHARTED) -> tuple[date, ...]:
    """The `count` months that end with this one, oldest first."""
    months = [first]
    while len(months) < count:
        months.append(month_before(months[-1]))
    return tuple(reversed(months))


def begins_at(first: date, zone: str) -> datetime:
    """The month's first instant (UTC)."""
    return local_moment(zone, first, time())


def note_at(hours: WorkingHours, first: date) -> datetime:
    """When somebody reads about this month (UTC): the start of their first working day after it."""
    day = add_working_days(hours, month_after(first) - timedelta(days=1), 1)
    return local_moment(hours.zone, day, hours.starts)


# --- what happened -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Story:
    """What happened in some months, to decisions that one reader may see. Each decision's events, oldest first."""

    decisions: Mapping[int, Decision]
    events: Mapping[int, Sequence[DecisionEvent]]
    asked: Sequence[Asked] = ()

    @classmethod
    def of(cls, decisions: Iterable[Decision], events: Iterable[DecisionEvent], asked: Iterable[Asked] = ()) -> "Story":
        """What is told of decisions that are not among `decisions` is left out."""
        known = {each.number: each for each in decisions}
        told: dict[int, list[DecisionEvent]] = {}
        for event in sorted(events, key=lambda each: (each.at, each.id)):
            if event.number in known:
                told.setdefault(event.number, []).append(event)
        return cls(known, told, tuple(each for each in asked if each.number in known))

    def figures(self, first: date, zone: str) -> Figures:
        starts, ends = begins_at(first, zone), begins_at(month_after(first), zone)
        decided = self._decided_in(first)
        timed = self._timed(decided)
        lengths = [each.took for each in timed if each.took is not None]
        in_time, late, unanswered = self._second_looks(starts, ends)
        return Figures(
            first,
            decided=len(decided),
            by_area=_by_area(decided),
            proposed_first=len(timed),
            median=_middle(lengths),
            longest=max(timed, key=lambda each: (each.took or timedelta(), -each.number), default=None),
            reversed=self._happened({DecisionEventKind.REVERSED}, starts, ends),
            replaced=self._happened(REPLACING, starts, ends),
            in_time=in_time,
            late=late,
            unanswered=unanswered,
            expired=self._happened({DecisionEventKind.EXPIRED}, starts, ends),
        )

    def bar(self, first: date) -> MonthBar:
        decided = self._decided_in(first)
        replaced = sum(each.status in REPLACED for each in decided)
        gone = sum(each.status in NO_MORE for each in decided)
        lengths = [each.took for each in self._timed(decided) if each.took is not None]
        return MonthBar(first, len(decided) - replaced - gone, replaced, gone, _middle(lengths))

    def _decided_in(self, first: date) -> list[Decision]:
        """What was undone was never decided."""
        return [
            each
            for each in self.decisions.values()
            if each.decided_on is not None
            and month_of(each.decided_on) == first
            and each.status is not DecisionStatus.WITHDRAWN
        ]

    def _timed(self, decided: Iterable[Decision]) -> list[Mention]:
        timed = []
        for each in decided:
            took = from_proposal(each, self.events.get(each.number, ()))
            if took is not None:
                timed.append(Mention(each.number, each.title, took))
        return timed

    def _happened(self, kinds: Iterable[DecisionEventKind], starts: datetime, ends: datetime) -> tuple[Mention, ...]:
        """Each decision once. What was taken back by the end of the month did not happen."""
        wanted, found = set(kinds), []
        for number, events in self.events.items():
            last = [each for each in events if each.kind in wanted | {DecisionEventKind.RESTORED} and each.at < ends]
            if last and last[-1].kind in wanted and last[-1].at >= starts:
                found.append(Mention(number, self.decisions[number].title))
        return tuple(sorted(found, key=lambda each: each.number))

    def _second_looks(self, starts: datetime, ends: datetime) -> tuple[int, int, int]:
        """How many were answered in time, late, and not at all, of those that were asked for between the two."""
        in_time = late = unanswered = 0
        for asked in self._first_asked():
            if starts <= asked.at < ends:
                answered = self._answered_at(asked)
                in_time += answered is not None and answered - asked.at <= IN_TIME
                late += answered is not None and answered - asked.at > IN_TIME
                unanswered += answered is None
        return in_time, late, unanswered

    def _first_asked(self) -> list[Asked]:
        """One question for each coming back: putting it off, or letting its risk acceptance run out, makes no other."""
        found: list[Asked] = []
        last: dict[int, datetime] = {}
        for asked in sorted(self.asked, key=lambda each: each.at):
            before = last.get(asked.number)
            if before is None or not self._stayed_open(asked.number, before, asked.at):
                found.append(asked)
            last[asked.number] = asked.at
        return found

    def _stayed_open(self, number: int, starts: datetime, ends: datetime) -> bool:
        kinds = {each.kind for each in self.events.get(number, ()) if starts <= each.at < ends}
        return bool(kinds & LEFT_OPEN) and not kinds & ANSWERS

    def _answered_at(self, asked: Asked) -> datetime | None:
        answers = (each.at for each in self.events.get(asked.number, ()) if each.kind in ANSWERS)
        return next((at for at in answers if at >= asked.at), None)


def _by_area(decided: Iterable[Decision]) -> tuple[tuple[str | None, int], ...]:
    """An area is one however it is written, and called as it was first."""
    called: dict[str, str | None] = {}
    counts: Counter[str] = Counter()
    for each in decided:
        key = (each.detail.area or "").casefold()
        called.setdefault(key, each.detail.area or None)
        counts[key] += 1
    in_order = sorted(counts, key=lambda key: (key == "", -counts[key], key))
    return tuple((called[key], counts[key]) for key in in_order)


def _middle(lengths: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(each.total_seconds() for each in lengths)) if lengths else None


def from_proposal(decision: Decision, events: Iterable[DecisionEvent]) -> timedelta | None:
    """How long it was a proposal before it was decided; None where it was decided at once, or never."""
    decided = [DecisionStatus.PROPOSED.value, DecisionStatus.DECIDED.value]
    at = next((each.at for each in events if each.changes.get("status") == decided), None)
    return at - decision.created_at if at is not None else None
