"""Coming back: when an owner is asked, by their own calendar and the meetings as planned; and putting it off."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.cadences import Cadence, CadenceKind
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, Detail
from bot.domain.hours import WorkingHours, is_working_day, local_day
from bot.domain.recurrence import Rule
from bot.domain.revisits import (
    answer,
    asked_on,
    last_day_asked_about,
    raised_in,
    snoozed_until,
    snoozes,
)
from bot.domain.rights import DecisionRight, longest_acceptance
from bot.domain.workspaces import Audience

NOW = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)  # Monday
TUESDAY = date(2026, 11, 3)
OFFICE = WorkingHours(zone="Europe/Lisbon", place="PT")


def a_decision(due: date | None = TUESDAY, **changes: object) -> Decision:
    base = Decision("T1", 5, "Stay on Heroku", "It works", "U1", "U3", DecisionStatus.DECIDED, NOW, NOW)
    return replace(base, revisit_on=due, **changes)


def a_meeting(when: str = "Tuesdays at 13:00", *, zone: str = "Europe/Lisbon", **changes: object) -> Cadence:
    rule = Rule.parse(when, zone=zone, today=date(2026, 10, 1))
    base = Cadence("T1", "M1", CadenceKind.TRADEOFFS, "Tradeoffs", "C1", rule, "U1", place="PT")
    return replace(base, **changes)


def asked(decision: Decision, *cadences: Cadence, hours: WorkingHours = OFFICE, now: datetime = NOW) -> date | None:
    return asked_on(decision, raised_in(decision, cadences, after=now), hours)


def test_two_working_days_before_the_meeting_it_is_due_for() -> None:
    assert asked(a_decision(), a_meeting()) == date(2026, 10, 30)  # Friday, for Tuesday
    assert asked(a_decision(date(2026, 10, 28)), a_meeting()) == date(2026, 10, 30)  # it waits for that meeting
    assert asked(a_decision(date(2026, 11, 4)), a_meeting()) == date(2026, 11, 6)


def test_on_its_day_where_there_is_no_meeting() -> None:
    assert asked(a_decision()) == TUESDAY
    assert asked(a_decision(), a_meeting(active=False)) == TUESDAY
    assert asked(a_decision(None), a_meeting()) is None


def test_the_owners_own_days_count() -> None:
    tuesdays_and_thursdays = replace(OFFICE, days=frozenset({1, 3}))
    assert asked(a_decision(), a_meeting(), hours=tuesdays_and_thursdays) == date(2026, 10, 27)
    in_japan = WorkingHours(zone="Asia/Tokyo", place="JP")
    wednesday = a_decision(date(2026, 11, 4))
    assert asked(wednesday, a_meeting("Wednesdays at 10:00"), hours=in_japan) == date(
        2026, 10, 30
    )  # 3 Nov: Culture Day


def test_the_meetings_day_is_the_one_that_the_owner_has_then() -> None:
    in_new_york = WorkingHours(zone="America/New_York", place="US-NY")
    in_tokyo = a_meeting("Tuesdays at 09:00", zone="Asia/Tokyo", place="JP", lead_days=1)
    # Tuesday 10 November there is Monday evening in New York: Thursday is two working days before.
    assert asked(a_decision(date(2026, 11, 10)), in_tokyo, hours=in_new_york) == date(2026, 11, 5)


def test_a_meeting_that_a_holiday_skips_is_none() -> None:
    tuesday = a_decision(date(2026, 12, 8))  # Immaculate Conception
    assert asked(tuesday, a_meeting()) == date(2026, 12, 11)  # for 15 December


def test_a_meeting_that_is_moved_or_stopped_moves_the_question() -> None:
    assert asked(a_decision(), a_meeting("Thursdays at 13:00")) == TUESDAY  # Thursday 5 November
    assert asked(a_decision(), a_meeting(active=False), a_meeting("Fridays at 09:00", id="M2")) == date(2026, 11, 4)


def test_a_meeting_sooner_than_two_days_off_is_asked_about_at_once() -> None:
    now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # Monday
    day = asked(a_decision(), a_meeting(), now=now)
    assert day is not None
    assert day < now.date()


def test_once_the_meeting_is_over_the_next_one_counts() -> None:
    after = datetime(2026, 11, 3, 14, 0, tzinfo=UTC)
    assert asked(a_decision(), a_meeting(), now=after) == date(2026, 11, 6)


def test_of_several_meetings_the_first_one_counts() -> None:
    assert asked(a_decision(), a_meeting("Fridays at 13:00"), a_meeting(id="M2")) == date(2026, 10, 30)


def test_a_meeting_whose_readers_may_not_see_it_does_not_count() -> None:
    private = a_decision(audience=Audience("G1"))
    assert asked(private, a_meeting()) == TUESDAY
    assert asked(private, a_meeting("Fridays at 13:00", channel="G1", audience=Audience("G1"))) == date(2026, 11, 4)


def test_where_the_agenda_is_posted_early_they_are_asked_before_it_is() -> None:
    early = a_meeting(lead_days=5)  # on Tuesday 27 October for 3 November
    assert asked(a_decision(), early) == date(2026, 10, 26)


def test_the_end_of_a_risk_acceptance_does_not_wait_for_a_later_meeting() -> None:
    risk = Detail(risk_until=date(2026, 11, 5))
    assert asked(a_decision(None, detail=risk), a_meeting()) == date(2026, 11, 5)
    assert asked(a_decision(None, detail=Detail(risk_until=TUESDAY)), a_meeting()) == date(2026, 10, 30)
    looked_at = a_decision(date(2026, 11, 4), detail=risk)  # for its own sake, a day before
    assert asked(looked_at, a_meeting()) == date(2026, 11, 6)


days_of_work = st.frozensets(st.integers(0, 6), min_size=1)
zones = st.sampled_from(["UTC", "Europe/Lisbon", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Asia/Kolkata"])
hours = st.builds(WorkingHours, days=days_of_work, starts=st.just(time(9)), ends=st.just(time(18)), zone=zones)
weekdays = st.sampled_from(["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays"])


@given(st.integers(0, 60), hours, weekdays, zones, st.integers(1, 10))
def test_they_are_asked_on_a_day_of_theirs_before_the_meeting_and_before_its_agenda(
    ahead: int, hours: WorkingHours, weekday: str, zone: str, lead: int
) -> None:
    cadence = a_meeting(f"{weekday} at 11:00", zone=zone, lead_days=lead)
    decision = a_decision(NOW.date() + timedelta(days=ahead))
    raised = raised_in(decision, [cadence], after=NOW)
    assert raised is not None
    assert raised.meeting.day >= NOW.date() + timedelta(days=ahead)
    day = asked_on(decision, raised, hours)
    assert day is not None
    assert is_working_day(hours, day)
    days_before = (local_day(hours.zone, raised.meeting.starts_at) - day).days
    assert sum(is_working_day(hours, day + timedelta(days=each)) for each in range(days_before)) >= 2
    assert day < local_day(hours.zone, raised.meeting.agenda_at)


@given(st.integers(0, 90), hours, weekdays, st.integers(1, 10), st.integers(0, 40))
def test_nothing_that_is_to_be_asked_by_a_day_lies_further_ahead_than_is_looked(
    ahead: int, hours: WorkingHours, weekday: str, lead: int, passed: int
) -> None:
    now = NOW + timedelta(days=passed)
    cadence, today = a_meeting(f"{weekday} at 11:00", lead_days=lead), local_day(hours.zone, now)
    decision = a_decision(NOW.date() + timedelta(days=ahead))
    day = asked(decision, cadence, hours=hours, now=now)
    assume(day is not None and day <= today)
    assert decision.revisit_on is not None
    assert decision.revisit_on <= last_day_asked_about([cadence], hours, today=today, after=now)


def test_without_a_meeting_there_is_nothing_to_look_ahead_for() -> None:
    assert last_day_asked_about([], OFFICE, today=TUESDAY, after=NOW) == TUESDAY


# --- putting it off ------------------------------------------------------------------------------------------------


def history(*kinds: DecisionEventKind, **changes: list[str | None]) -> list[DecisionEvent]:
    return [DecisionEvent("T1", str(n), 5, kind, "U3", NOW, changes=changes) for n, kind in enumerate(kinds)]


K = DecisionEventKind


@pytest.mark.parametrize(
    ("told", "count"),
    [
        (history(K.LOGGED), 0),
        (history(K.LOGGED, K.POSTPONED, K.POSTPONED), 2),
        (history(K.LOGGED, K.POSTPONED, K.KEPT, K.POSTPONED), 1),
        (history(K.LOGGED, K.POSTPONED, K.EXPIRED), 0),
        (history(K.LOGGED, K.POSTPONED, K.POSTPONED, K.EDITED), 2),
        (history(K.LOGGED, K.POSTPONED, K.EDITED, revisit_on=["2026-11-03", "2027-01-01"]), 0),
    ],
)
def test_each_coming_back_is_counted_by_itself(told: list[DecisionEvent], count: int) -> None:
    assert snoozes(told) == count


def test_later_is_in_a_week_on_a_working_day_of_theirs() -> None:
    assert snoozed_until(OFFICE, date(2026, 10, 30)) == date(2026, 11, 6)
    assert snoozed_until(replace(OFFICE, days=frozenset({1, 3})), date(2026, 10, 30)) == date(2026, 11, 10)
    assert snoozed_until(OFFICE, date(2026, 12, 1)) == date(2026, 12, 9)  # the 8th is a holiday


@pytest.mark.parametrize(
    ("status", "kind"),
    [(DecisionStatus.HELD, K.KEPT), (DecisionStatus.REVERSED, K.REVERSED), (DecisionStatus.DECIDED, None)],
)
def test_what_led_to_where_it_stands_is_the_last_of_its_kind(status: DecisionStatus, kind: K | None) -> None:
    told = history(K.LOGGED, K.KEPT, K.EDITED, K.KEPT, K.REVERSED)
    last = answer(a_decision(status=status), told)
    assert (last.kind if last else None) is kind
    if status is DecisionStatus.HELD:
        assert last == told[3]


def test_an_area_may_bound_how_long_its_risks_are_accepted() -> None:
    assert longest_acceptance(None, TUESDAY) is None
    assert longest_acceptance(DecisionRight("T1", "Vendors", 0), TUESDAY) is None
    bound = DecisionRight("T1", "Security exceptions", 0, risk_days=30)
    assert longest_acceptance(bound, TUESDAY) == date(2026, 12, 3)
