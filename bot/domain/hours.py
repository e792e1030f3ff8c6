"""Working hours: when a person can be asked, in their own zone, on their own days, around their public holidays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendars import holiday_name
from bot.domain.workspaces import WEEKDAYS, Person

LONGEST_BREAK = 366  # days: a calendar without a working day in a year is a mistake, not a holiday
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Days (Monday is 0) and local times in an IANA zone; `place` is a holiday calendar such as "IN-WB"."""

    days: frozenset[int] = WEEKDAYS
    starts: time = time(9, 0)
    ends: time = time(18, 0)
    zone: str = "UTC"
    place: str | None = None

    @classmethod
    def of(cls, person: Person) -> "WorkingHours":
        return cls(person.days, person.starts, person.ends, person.zone, person.place)


def today_for(person: Person, at: datetime) -> date:
    """The person's own date at the instant `at`."""
    return local_day(person.zone, at)


def local_day(zone: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def local_moment(zone: str, day: date, at: time) -> datetime:
    """A wall time as an instant in UTC: once in the spring gap (later by its length), the first of two in autumn."""
    return datetime.combine(day, at).replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def why_not_working(hours: WorkingHours, day: date) -> str | None:
    """The reason for not asking them on `day`, in words, or None on a working day."""
    if day.weekday() not in hours.days:
        return f"not a working day ({DAY_NAMES[day.weekday()]})"
    name = holiday_name(hours.place, day)
    return f"a public holiday: {name}" if name else None


def is_working_day(hours: WorkingHours, day: date) -> bool:
    return why_not_working(hours, day) is None


def add_working_days(hours: WorkingHours, day: date, count: int) -> date:
    """The day that is `count` working days after `day` (before it, where `count` is negative); `day` itself for 0."""
    step = timedelta(days=1 if count >= 0 else -1)
    left, idle = abs(count), 0
    while left:
        day += step
        if is_working_day(hours, day):
            left, idle = left - 1, 0
        else:
            idle += 1
            if idle > LONGEST_BREAK:
                raise ValueError("there is no working day within a year")
    return day


def next_prompt(
    at: time, zone: str, days: Collection[int], *, last_day: date | None, after: datetime
) -> tuple[date, datetime]:
    """The next local day and instant (UTC, later than `after`) to prompt somebody at `at` in `zone`.

    Never the same local day twice, nor an earlier one, also for somebody who has moved to another zone since
    `last_day`: they keep one prompt a day.
    """
    if not days:
        raise ValueError("there must be at least one day")
    day = local_day(zone, after)
    if last_day is not None and day <= last_day:
        day = last_day + timedelta(days=1)
    while day.weekday() not in days or local_moment(zone, day, at) <= after:
        day += timedelta(days=1)
    return day, local_moment(zone, day, at)
