"""When an answer is late by the approver's own calendar, what follows, and whom a deputy covers."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approvals import Approval, ApprovalStatus, approve, objecting, void
from bot.domain.decisions import Decision, DecisionStatus, Detail
from bot.domain.hours import WorkingHours, is_working_day, local_day, local_moment
from bot.domain.rights import CTO, Approver, ApproverKind, DecisionRight, Part, default_limits
from bot.domain.stuck import (
    Due,
    Step,
    covering,
    days_waited,
    is_late,
    late_at,
    next_step,
    reached_on,
)
from bot.domain.workspaces import Role

LISBON = WorkingHours(zone="Europe/Lisbon", place="PT")
FRACTIONAL = WorkingHours(days=frozenset({1, 3}), zone="Europe/Lisbon", place="PT")
NIGHTS = WorkingHours(starts=time(22), ends=time(6), zone="Europe/Lisbon")
TUESDAY = datetime(2026, 10, 27, 10, tzinfo=UTC)
ROLES = {Role.CTO: frozenset({"U1"}), Role.DEPUTY: frozenset({"U2"}), Role.SPONSOR: frozenset({"U3"})}
Hours = tuple[WorkingHours, ...]
ZONES = ("Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns", "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


hours = st.builds(
    WorkingHours,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    starts=st.times(min_value=time(0), max_value=time(12)).map(lambda each: each.replace(microsecond=0)),
    ends=st.times(min_value=time(13), max_value=time(23, 59)).map(lambda each: each.replace(microsecond=0)),
    zone=st.sampled_from(ZONES),
    place=st.sampled_from((None, "PT", "US", "JP")),
)
moments = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


# --- whose days ------------------------------------------------------------------------------------------------------


def test_a_tuesday_and_thursday_cto_is_not_late_on_wednesday_but_is_on_thursday_evening():
    assert not is_late(FRACTIONAL, TUESDAY, 1, at=at("2026-10-28T23:00"))
    assert not is_late(FRACTIONAL, TUESDAY, 1, at=at("2026-10-29T17:59"))
    assert is_late(FRACTIONAL, TUESDAY, 1, at=at("2026-10-29T18:00"))


def test_the_days_are_counted_from_the_day_after_they_were_asked():
    assert late_at(LISBON, at("2026-10-27T09:00"), 1) == at("2026-10-28T18:00")
    assert late_at(LISBON, at("2026-10-27T17:59"), 1) == at("2026-10-28T18:00")
    assert late_at(LISBON, at("2026-10-27T09:00"), 3) == at("2026-10-30T18:00")


def test_what_comes_in_the_evening_or_on_a_day_off_reaches_them_on_their_next_working_day():
    assert reached_on(LISBON, at("2026-10-27T18:00")) == date(2026, 10, 28)
    assert reached_on(FRACTIONAL, at("2026-10-28T10:00")) == date(2026, 10, 29)
    assert reached_on(LISBON, at("2026-10-27T03:00")) == date(2026, 10, 27)


def test_public_holidays_are_not_theirs_to_answer_on():
    liberty_day = date(2026, 12, 1)
    assert not is_working_day(LISBON, liberty_day)
    assert late_at(LISBON, at("2026-11-30T10:00"), 1) == at("2026-12-02T18:00")


def test_the_day_ends_by_their_own_clock_also_where_the_clocks_go_back():
    new_york = WorkingHours(zone="America/New_York")  # the clocks go back on Sunday 1 November
    assert late_at(new_york, at("2026-10-29T14:00"), 1) == at("2026-10-30T22:00")
    assert late_at(new_york, at("2026-10-30T14:00"), 1) == at("2026-11-02T23:00")


def test_those_who_work_through_the_night_have_until_their_morning():
    assert late_at(NIGHTS, at("2026-10-27T23:00"), 1) == at("2026-10-29T06:00")


def test_days_waited_are_their_own_and_over():
    assert days_waited(FRACTIONAL, TUESDAY, at=at("2026-10-29T12:00")) == 0
    assert days_waited(FRACTIONAL, TUESDAY, at=at("2026-10-30T12:00")) == 1
    assert days_waited(FRACTIONAL, TUESDAY, at=at("2026-11-06T12:00")) == 3


@given(hours, moments, st.integers(1, 10))
def test_nobody_becomes_late_on_a_day_that_is_not_theirs(whose: WorkingHours, asked: datetime, days: int):
    moment = late_at(whose, asked, days)
    day = local_day(whose.zone, moment - timedelta(seconds=1))
    assert is_working_day(whose, day)
    assert day > local_day(whose.zone, asked)
    assert not is_late(whose, asked, days, at=moment - timedelta(seconds=1))


@given(hours, moments, st.integers(1, 10))
def test_they_have_all_their_days_and_no_more(whose: WorkingHours, asked: datetime, days: int):
    moment = late_at(whose, asked, days)
    assert days_waited(whose, asked, at=moment) == days
    assert days_waited(whose, asked, at=moment - timedelta(seconds=1)) == days - 1


@given(hours, moments, st.integers(1, 10))
def test_lateness_comes_at_the_end_of_their_working_hours_in_their_own_zone(
    whose: WorkingHours, asked: datetime, days: int
):
    moment = late_at(whose, asked, days)
    assert moment.tzinfo is UTC
    assert moment == local_moment(whose.zone, moment.astimezone(ZoneInfo(whose.zone)).date(), whose.ends)


@given(hours, moments, st.integers(1, 9), st.timedeltas(timedelta(), timedelta(days=5)))
def test_more_time_and_a_later_question_never_make_them_late_sooner(
    whose: WorkingHours, asked: datetime, days: int, later: timedelta
):
    assert late_at(whose, asked, days) < late_at(whose, asked, days + 1)
    assert late_at(whose, asked, days) <= late_at(whose, asked + later, days)


# --- what follows ----------------------------------------------------------------------------------------------------


def an_approval(approver: Approver = CTO, **more: Any) -> Approval:
    base = Approval("T1", "A1", 14, approver, Part.LIMIT, ApprovalStatus.WAITING, TUESDAY, asked_at=TUESDAY)
    return replace(base, **more)


def follows(approval: Approval, *, asked: Hours = (FRACTIONAL,), deputies: Hours = ()) -> Due | None:
    return next_step(approval, askers=(LISBON,), asked=asked, deputies=deputies, days=1)


def test_first_comes_a_nudge_then_the_deputy_then_the_agenda():
    waiting = an_approval()
    assert follows(waiting, deputies=(LISBON,)) == Due(Step.NUDGE, at("2026-10-29T18:00"))
    nudged = an_approval(nudged_at=at("2026-11-03T09:00"))
    assert follows(nudged, deputies=(LISBON,)) == Due(Step.OFFER, at("2026-11-05T18:00"))
    offered = an_approval(nudged_at=at("2026-11-03T09:00"), offered_at=at("2026-11-06T09:00"))
    assert follows(offered, deputies=(LISBON,)) == Due(Step.TABLE, at("2026-11-09T18:00"))
    assert follows(an_approval(tabled_at=at("2026-11-09T18:00"))) is None


def test_where_no_deputy_may_the_agenda_follows_the_nudge():
    assert follows(an_approval(nudged_at=at("2026-11-03T09:00"))) == Due(Step.TABLE, at("2026-11-05T18:00"))


def test_a_deputy_who_left_since_is_not_waited_for():
    offered = an_approval(offered_at=at("2026-11-06T09:00"))
    assert follows(offered, deputies=()) == Due(Step.TABLE, at("2026-11-06T09:00"))


def test_of_several_each_is_reminded_in_their_own_time_and_the_last_is_waited_for():
    early, late = WorkingHours(zone="America/New_York"), WorkingHours(zone="Asia/Tokyo")  # asked in the evening there
    assert follows(an_approval(), asked=(late, early)) == Due(Step.NUDGE, late_at(early, TUESDAY, 1))
    nudged = an_approval(nudged_at=TUESDAY)
    assert follows(nudged, asked=(early, late)) == Due(Step.TABLE, late_at(late, TUESDAY, 1))


def test_nobody_waits_for_a_word_that_nobody_can_give():
    assert follows(an_approval(), asked=(), deputies=(LISBON,)) == Due(Step.OFFER, TUESDAY)
    assert follows(an_approval(), asked=()) == Due(Step.TABLE, TUESDAY)


def test_nothing_follows_an_answer():
    assert follows(approve(an_approval(), by="U1", at=TUESDAY)) is None
    assert follows(void(an_approval())) is None


def test_an_objection_that_stands_goes_on_the_agenda():
    objected = objecting(an_approval(), "Too dear", by="U1", at=at("2026-10-29T10:00"))
    assert follows(objected) == Due(Step.TABLE, at("2026-10-30T18:00"))


# --- who covers ------------------------------------------------------------------------------------------------------


def a_decision(author: str = "U4", **detail: Any) -> Decision:
    given = Detail(**({"area": "Vendors", "currency": "EUR"} | detail))
    return Decision(
        "T1", 14, "Use Datadog", "x", author, author, DecisionStatus.PROPOSED, TUESDAY, TUESDAY, detail=given
    )


def who(
    approver: Approver = CTO, decision: Decision | None = None, *, up_to: int | None = None, limits: bool = True
) -> frozenset[str]:
    rights = [DecisionRight("T1", "Vendors", 0, deputy_up_to=Decimal(up_to) if up_to is not None else None)]
    return covering(approver, decision or a_decision(), rights, default_limits("T1") if limits else None, ROLES)


def test_a_deputy_covers_the_cto_as_a_role_and_by_name_and_nobody_else():
    assert who(CTO) == who(Approver(ApproverKind.PERSON, "U1")) == {"U2"}
    for other in (
        Approver(ApproverKind.PERSON, "U3"),
        Approver(ApproverKind.ROLE, Role.SPONSOR.value),
        Approver(ApproverKind.GROUP, "S1"),
        Approver(ApproverKind.OUTSIDE, "the board"),
    ):
        assert who(other) == frozenset()


def test_nobody_decides_in_the_ctos_place_what_they_wrote_themselves():
    assert who(CTO, a_decision(author="U2")) == frozenset()


@pytest.mark.parametrize(
    ("cost", "up_to", "expected"),
    [
        (None, None, True),
        (9_999, None, True),  # the first tier ends at 10,000
        (10_000, None, False),
        (1_999, 2_000, True),
        (2_000, 2_000, False),  # what the area says goes before the limits
        (12_000, 15_000, True),
    ],
)
def test_a_deputy_stays_within_what_the_area_or_else_the_first_tier_leaves_them(
    cost: int | None, up_to: int | None, expected: bool
):
    decision = a_decision(cost=Decimal(cost) if cost is not None else None)
    assert bool(who(CTO, decision, up_to=up_to)) is expected


def test_a_sum_that_nothing_bounds_or_that_cannot_be_compared_is_not_the_deputys():
    assert who(CTO, a_decision(cost=Decimal(5)), limits=False) == frozenset()
    assert who(CTO, a_decision(cost=Decimal(5), currency="USD"), up_to=100) == frozenset()
    assert who(CTO, a_decision(), limits=False) == {"U2"}
