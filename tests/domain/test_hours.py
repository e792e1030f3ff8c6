"""Working hours, public holidays, and one prompt a day for people who move."""

from datetime import UTC, date, datetime, time

import pytest

from bot.domain.calendars import guess_place, holiday_name, skip_reason, validate_place
from bot.domain.errors import InvalidInput
from bot.domain.hours import (
    WorkingHours,
    add_working_days,
    local_moment,
    next_prompt,
    why_not_working,
)

LISBON = WorkingHours(zone="Europe/Lisbon", place="PT")
PRIYA = WorkingHours(zone="Asia/Kolkata", place="IN")
FRACTIONAL = WorkingHours(days=frozenset({1, 3}), zone="Europe/Lisbon")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_public_holiday_is_named_as_the_reason():
    assert why_not_working(PRIYA, date(2026, 10, 2)) == "a public holiday: Mahatma Gandhi's Birthday"
    assert why_not_working(PRIYA, date(2026, 10, 1)) is None


def test_a_day_off_is_named_as_the_reason():
    assert why_not_working(FRACTIONAL, date(2026, 10, 28)) == "not a working day (Wednesday)"


def test_working_days_are_the_persons_own():
    assert add_working_days(FRACTIONAL, date(2026, 10, 27), 1) == date(2026, 10, 29)
    assert add_working_days(LISBON, date(2026, 11, 3), -1) == date(2026, 11, 2)
    assert add_working_days(LISBON, date(2026, 10, 31), 0) == date(2026, 10, 31)


def test_somebody_who_flies_east_is_not_asked_twice_on_one_day():
    asked_in_new_york = date(2026, 10, 29)
    day, moment = next_prompt(time(9), "Asia/Tokyo", range(7), last_day=asked_in_new_york, after=at("2026-10-29T13:00"))
    assert (day, moment) == (date(2026, 10, 30), at("2026-10-30T00:00"))


def test_somebody_who_flies_west_skips_no_day_and_repeats_none():
    asked_in_tokyo = date(2026, 10, 30)
    day, moment = next_prompt(
        time(9), "America/New_York", range(7), last_day=asked_in_tokyo, after=at("2026-10-30T00:00")
    )
    assert (day, moment) == (date(2026, 10, 31), at("2026-10-31T13:00"))


def test_a_wall_time_becomes_an_instant():
    assert local_moment("America/New_York", date(2026, 11, 1), time(1, 30)) == at("2026-11-01T05:30")


def test_places_are_checked_kindly():
    assert validate_place(" us-ny ") == "US-NY"
    with pytest.raises(InvalidInput, match="two letters"):
        validate_place("Atlantis")
    with pytest.raises(InvalidInput, match="US-"):
        validate_place("US-XX")


def test_holidays_by_place():
    assert skip_reason("JP", date(2026, 11, 3)) == "Culture Day (JP)"
    assert skip_reason(None, date(2026, 11, 3)) is None
    assert holiday_name("PT", date(2026, 11, 3)) is None


def test_a_zone_tells_the_country():
    assert [guess_place(zone) for zone in ("Asia/Kolkata", "Europe/Lisbon", "UTC", "Etc/GMT+3")] == [
        "IN",
        "PT",
        None,
        None,
    ]
