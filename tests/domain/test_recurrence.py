"""Recurring times: what people type, what it means, and the change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.recurrence import CODES, Rule, UnreadableRule, next_slot, slots

NEW_YEAR = date(2026, 1, 1)


def parse(text: str, zone: str = "Europe/Lisbon") -> Rule:
    return Rule.parse(text, zone=zone, today=NEW_YEAR)


@pytest.mark.parametrize(
    ("typed", "means", "first"),
    [
        ("every other Tuesday 10:00", "Every other Tuesday at 10:00 (Europe/Lisbon)", "2026-01-06"),
        ("Tuesdays at 10", "Every Tuesday at 10:00 (Europe/Lisbon)", "2026-01-06"),
        ("weekdays 9am", "Every weekday at 09:00 (Europe/Lisbon)", "2026-01-01"),
        (
            "every 2 weeks on Tue and Thu 14:30",
            "Every other Tuesday and Thursday at 14:30 (Europe/Lisbon)",
            "2026-01-01",
        ),
        ("every 3 weeks on Friday 4 pm", "Every 3 weeks on Friday at 16:00 (Europe/Lisbon)", "2026-01-02"),
        ("first Monday of the month 15:00", "First Monday of the month at 15:00 (Europe/Lisbon)", "2026-01-05"),
        (
            "last working day of the month 16:00",
            "Last working day of the month at 16:00 (Europe/Lisbon)",
            "2026-01-30",
        ),
        ("last day of the month at noon", "Last day of the month at 12:00 (Europe/Lisbon)", "2026-01-31"),
        ("monthly on the 15th at 9:00", "15th of the month at 09:00 (Europe/Lisbon)", "2026-01-15"),
        ("the 31st of the month 10:00", "Last day of the month at 10:00 (Europe/Lisbon)", "2026-01-31"),
        ("quarterly 10:00", "First Monday of the quarter at 10:00 (Europe/Lisbon)", "2026-01-05"),
        ("last Friday of the quarter 11:00", "Last Friday of the quarter at 11:00 (Europe/Lisbon)", "2026-03-27"),
        ("daily at 9:30", "Every day at 09:30 (Europe/Lisbon)", "2026-01-01"),
        ("FREQ=WEEKLY;BYDAY=TU 10:00", "Every Tuesday at 10:00 (Europe/Lisbon)", "2026-01-06"),
        ("Tuesday 10:00 (Asia/Tokyo)", "Every Tuesday at 10:00 (Asia/Tokyo)", "2026-01-06"),
    ],
)
def test_what_people_type_is_read_and_said_back(typed, means, first):
    rule = parse(typed)
    assert rule.describe() == means
    assert rule.anchor.isoformat() == first


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "every Tuesday",
        "Blursday 10:00",
        "every other 10:00",
        "the 32nd of the month 10:00",
        "Tuesday 25:00",
    ],
)
def test_what_cannot_be_read_is_answered_with_examples(typed):
    with pytest.raises(UnreadableRule, match="Try "):
        parse(typed)


def test_a_rule_that_never_happens_is_refused_at_once():
    with pytest.raises(UnreadableRule, match="never happens"):
        parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 10:00")


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=1,2,3", "FREQ=WEEKLY;BYDAY=XX"])
def test_rules_that_would_flood_or_make_no_sense_are_refused(rule):
    with pytest.raises(UnreadableRule):
        parse(f"{rule} 10:00")


def test_an_unknown_zone_is_refused_by_name():
    with pytest.raises(UnreadableRule, match="Atlantis"):
        parse("Tuesday 10:00", "Europe/Atlantis")


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 5),
    st.times(),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
)
@settings(deadline=None)
def test_what_is_said_back_is_read_as_the_same_rule(days, interval, at, today):
    at = at.replace(second=0, microsecond=0)
    codes = ",".join(CODES[day] for day in sorted(days))
    text = f"FREQ=WEEKLY{f';INTERVAL={interval}' if interval > 1 else ''};BYDAY={codes}"
    rule = Rule.parse(f"{text} {at:%H:%M}", zone="Asia/Kolkata", today=today)
    assert Rule.parse(rule.describe(), zone="UTC", today=rule.anchor) == rule


def utc_of(rule: Rule, start: date, count: int) -> list[str]:
    return [f"{slot.utc:%m-%d %H:%M}" for slot in islice(slots(rule, start=start), count)]


def test_a_meeting_keeps_its_wall_time_when_the_clocks_change():
    assert utc_of(parse("Tuesdays 13:00"), date(2026, 10, 20), 2) == ["10-20 12:00", "10-27 13:00"]


def test_a_time_in_the_spring_gap_happens_once_as_much_later_as_the_gap_is_long():
    rule = parse("daily 01:30")  # Lisbon goes from 01:00 to 02:00 on 29 March 2026
    found = list(islice(slots(rule, start=date(2026, 3, 28)), 3))
    assert [f"{slot.utc:%d %H:%M}" for slot in found] == ["28 01:30", "29 01:30", "30 00:30"]
    assert found[1].local == datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001 - the wall time that was asked for


def test_a_repeated_autumn_time_happens_once_the_first():
    assert utc_of(parse("daily 01:30"), date(2026, 10, 24), 3) == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]


def test_half_an_hour_of_daylight_saving_is_half_an_hour():
    rule = parse("Sundays 01:45", "Australia/Lord_Howe")  # back from +11 to +10:30 on 5 April 2026
    assert utc_of(rule, date(2026, 3, 29), 3) == ["03-28 14:45", "04-04 14:45", "04-11 15:15"]


def test_a_day_that_a_zone_skipped_never_gives_two_moments_at_once():
    rule = Rule.parse("daily 10:00", zone="Pacific/Apia", today=date(2011, 12, 28))  # 30 December 2011 never was
    moments = [slot.utc for slot in islice(slots(rule, start=date(2011, 12, 28)), 5)]
    assert moments == sorted(set(moments))


@given(
    st.integers(0, 87000),
    st.sampled_from(["Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Chatham"]),
)
@settings(deadline=None, max_examples=60)
def test_the_next_moment_is_later_and_none_lies_between(hours, zone):
    after = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    rule = Rule("FREQ=DAILY", date(2019, 12, 1), time(2, 30), zone)
    upcoming = next_slot(rule, after=after)
    assert upcoming is not None
    assert upcoming.utc > after
    assert upcoming.utc - after <= timedelta(hours=25)


def test_a_rule_that_has_ended_has_no_next_moment():
    rule = parse("FREQ=DAILY;COUNT=2 10:00")
    assert next_slot(rule, after=datetime(2026, 1, 2, 10, tzinfo=UTC)) is None
