"""The figures of a month: counted by their reader's own calendar, whatever the zone, the year, or the gaps in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, Detail
from bot.domain.hours import WorkingHours, is_working_day, local_day
from bot.domain.months import (
    Asked,
    Figures,
    Mention,
    MonthBar,
    Story,
    begins_at,
    from_proposal,
    month_after,
    month_before,
    month_of,
    months_to,
    note_at,
)

OCTOBER = date(2026, 10, 1)
ONE_DAY = timedelta(days=1)
ZONES = [
    "UTC",
    "Europe/Lisbon",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Apia",
    "Australia/Lord_Howe",
]
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
known_holidays = st.dates(date(2002, 1, 1), date(2034, 12, 1))  # all that each calendar below knows
zones = st.sampled_from(ZONES)
PROPOSED_THEN_DECIDED = {"status": ["proposed", "decided"]}


def october(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 9, 30, hour, tzinfo=UTC) + day * ONE_DAY


def decided(number: int, on: date | None = date(2026, 10, 6), **extra: Any) -> Decision:
    at = extra.pop("created_at", october(5))
    made = Decision("T1", number, f"No {number}", "Why", "U1", "U1", DecisionStatus.DECIDED, at, at, decided_on=on)
    return replace(made, **extra)


def event(number: int, kind: DecisionEventKind, at: datetime, **extra: Any) -> DecisionEvent:
    return DecisionEvent("T1", f"{at.timestamp():.0f}{kind}", number, kind, "U1", at, **extra)


def accepted(number: int, at: datetime) -> DecisionEvent:
    return event(number, DecisionEventKind.DECIDED, at, changes=PROPOSED_THEN_DECIDED)


def figures(
    decisions: list[Decision], events: list[DecisionEvent] | None = None, asked: list[Asked] | None = None
) -> Figures:
    return Story.of(decisions, events or [], asked or []).figures(OCTOBER, "Europe/Lisbon")


# --- the calendar --------------------------------------------------------------------------------------------------


@given(days)
def test_months_follow_one_another_without_a_gap(day: date) -> None:
    first = month_of(day)
    assert first <= day < month_after(first)
    assert month_before(month_after(first)) == first
    assert (month_after(first) - first).days in {28, 29, 30, 31}


@given(days, st.integers(1, 30))
def test_so_many_months_end_with_this_one(day: date, count: int) -> None:
    months = months_to(month_of(day), count)
    assert len(months) == count
    assert months[-1] == month_of(day)
    assert all(month_after(one) == two for one, two in pairwise(months))


@given(days, zones)
def test_every_instant_is_in_one_month_of_its_readers(day: date, zone: str) -> None:
    first = month_of(day)
    starts, ends = begins_at(first, zone), begins_at(month_after(first), zone)
    assert local_day(zone, starts) == first
    assert local_day(zone, starts - timedelta(seconds=1)) < first
    assert local_day(zone, ends) == month_after(first)


def test_february_of_a_leap_year_has_a_day_more() -> None:
    assert begins_at(date(2028, 3, 1), "UTC") - begins_at(date(2028, 2, 1), "UTC") == timedelta(days=29)
    assert begins_at(date(2027, 3, 1), "UTC") - begins_at(date(2027, 2, 1), "UTC") == timedelta(days=28)


@given(
    known_holidays,
    zones,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from([None, "PT", "IN-WB", "JP", "US"]),
)
def test_the_note_comes_on_their_first_working_day_after_the_month(
    day: date, zone: str, weekdays: frozenset[int], place: str | None
) -> None:
    first = month_of(day)
    hours = WorkingHours(weekdays, time(8, 30), time(17, 0), zone, place)
    moment = note_at(hours, first)
    on = local_day(zone, moment)
    assert on >= month_after(first)
    assert is_working_day(hours, on)
    assert not any(
        is_working_day(hours, month_after(first) + n * ONE_DAY) for n in range((on - month_after(first)).days)
    )
    assert moment.astimezone(ZoneInfo(zone)).time() == time(8, 30)


def test_a_cto_of_tuesdays_and_thursdays_reads_about_october_on_the_third() -> None:
    hours = WorkingHours(frozenset({1, 3}), zone="Europe/Lisbon", place="PT")
    assert note_at(hours, OCTOBER) == datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_a_holiday_at_the_beginning_of_a_month_is_waited_out() -> None:
    hours = WorkingHours(zone="Europe/Lisbon", place="PT")
    assert note_at(hours, date(2026, 12, 1)) == datetime(2027, 1, 4, 9, tzinfo=UTC)  # after New Year and a weekend


# --- the figures ---------------------------------------------------------------------------------------------------


def test_an_empty_month_has_nothing_to_tell() -> None:
    assert figures([]) == Figures(OCTOBER)
    assert figures([]).is_empty
    assert Story.of([], []).bar(OCTOBER) == MonthBar(OCTOBER)


def test_what_was_decided_is_counted_by_area_the_most_frequent_first() -> None:
    vendors, roadmap = Detail(area="Vendors"), Detail(area="Roadmap")
    more = [decided(number) for number in (9, 10, 11)]
    made = [
        decided(1, detail=roadmap),
        decided(2, detail=vendors),
        decided(3, detail=Detail(area="vendors")),
        *more,
        decided(5, date(2026, 9, 30)),
        decided(6, date(2026, 11, 1)),
        decided(7, None, status=DecisionStatus.PROPOSED),
        decided(8, status=DecisionStatus.WITHDRAWN),
    ]
    found = figures(made)
    assert (found.decided, found.by_area) == (6, (("Vendors", 2), ("Roadmap", 1), (None, 3)))


def test_how_fast_is_told_of_what_was_proposed_first() -> None:
    made = [decided(number) for number in (1, 2, 3, 4)]
    events = [accepted(1, october(6)), accepted(2, october(8)), accepted(3, october(14))]
    found = figures(made, events)
    assert found.proposed_first == 3
    assert found.median == timedelta(days=3)
    assert found.longest == Mention(3, "No 3", timedelta(days=9))


def test_a_proposal_that_was_edited_into_a_decision_took_its_time_too() -> None:
    edited = event(1, DecisionEventKind.EDITED, october(7), changes={"title": ["a", "b"], **PROPOSED_THEN_DECIDED})
    assert from_proposal(decided(1), [edited]) == timedelta(days=2)
    assert from_proposal(decided(1), []) is None


def test_what_was_taken_back_within_the_month_did_not_happen() -> None:
    kinds = DecisionEventKind
    events = [
        event(1, kinds.REVERSED, october(7)),
        event(2, kinds.SUPERSEDED, october(8)),
        event(3, kinds.AMENDED, october(8)),
        event(3, kinds.RESTORED, october(9)),
        event(4, kinds.REVERSED, october(-3)),
        event(5, kinds.EXPIRED, october(20)),
    ]
    found = figures([decided(number, None) for number in range(1, 6)], events)
    assert [each.ref for each in found.reversed] == ["D-1"]
    assert [each.ref for each in found.replaced] == ["D-2"]
    assert [each.ref for each in found.expired] == ["D-5"]
    assert not found.is_empty


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (october(12), (1, 0, 0)),
        (october(17), (1, 0, 0)),
        (october(17) + timedelta(seconds=1), (0, 1, 0)),
        (october(35), (0, 1, 0)),
        (october(9), (0, 0, 1)),  # before it was asked about: no answer to that
        (None, (0, 0, 1)),
    ],
)
def test_a_second_look_is_in_time_within_a_week_of_being_asked_for(
    answered: datetime | None, expected: tuple[int, int, int]
) -> None:
    events = [event(1, DecisionEventKind.KEPT, answered)] if answered else []
    found = figures([decided(1, None)], events, [Asked(1, october(10)), Asked(1, october(-9)), Asked(9, october(10))])
    assert (found.in_time, found.late, found.unanswered) == expected


def test_putting_it_off_is_no_answer() -> None:
    put_off = event(1, DecisionEventKind.POSTPONED, october(11))
    assert figures([decided(1, None)], [put_off], [Asked(1, october(10))]).unanswered == 1


@pytest.mark.parametrize("kind", [DecisionEventKind.POSTPONED, DecisionEventKind.EXPIRED])
def test_what_is_asked_again_after_it_was_left_open_is_one_second_look(kind: DecisionEventKind) -> None:
    """In time or late by the first time that it was asked about."""
    asked, left_open = [Asked(1, october(18)), Asked(1, october(10))], event(1, kind, october(11))
    found = figures([decided(1, None)], [left_open, event(1, DecisionEventKind.KEPT, october(19))], asked)
    assert (found.in_time, found.late, found.unanswered) == (0, 1, 0)
    settled = [left_open, event(1, DecisionEventKind.KEPT, october(12)), event(1, DecisionEventKind.KEPT, october(19))]
    assert figures([decided(1, None)], settled, asked).in_time == 2


def test_what_happened_to_a_decision_that_is_not_shown_is_not_counted() -> None:
    found = figures([], [event(1, DecisionEventKind.REVERSED, october(7))], [Asked(1, october(7))])
    assert found.is_empty


def test_a_bar_stacks_what_was_decided_by_what_became_of_it() -> None:
    statuses = ["decided", "held", "expired", "reversed", "superseded", "amended", "imported", "withdrawn"]
    made = [decided(number, status=DecisionStatus(status)) for number, status in enumerate(statuses, start=1)]
    assert Story.of(made, [accepted(1, october(7))]).bar(OCTOBER) == MonthBar(OCTOBER, 3, 2, 2, timedelta(days=2))


@given(
    st.lists(st.tuples(st.dates(date(2026, 3, 1), date(2026, 12, 31)), st.sampled_from(DecisionStatus)), max_size=40),
    zones,
)
def test_every_decision_is_in_one_bar_and_counted_the_same_there(
    made: list[tuple[date, DecisionStatus]], zone: str
) -> None:
    decisions = [decided(number, on, status=status) for number, (on, status) in enumerate(made, start=1)]
    story, months = Story.of(decisions, []), months_to(date(2026, 12, 1), 10)
    counts = [story.bar(each).decided for each in months]
    assert sum(counts) == sum(status is not DecisionStatus.WITHDRAWN for _, status in made)
    assert counts == [story.figures(each, zone).decided for each in months]
    assert all(sum(n for _, n in story.figures(each, zone).by_area) == story.bar(each).decided for each in months)
