"""Approvals as rules: what is said, when it is enough, when to ask, and how long it took."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approvals import (
    Approval,
    ApprovalStatus,
    approve,
    approve_outside,
    is_complete,
    objecting,
    outdated,
    standing,
    took,
    void,
    when_to_ask,
    whose_decision,
    with_area_of,
)
from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.errors import Conflict, InvalidInput
from bot.domain.hours import WorkingHours, is_working_day, local_day
from bot.domain.rights import CTO, Approver, ApproverKind, Needed, Part, Ruling

NOW = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)
MOMENTS = st.integers(-(10**6), 10**6).map(lambda minutes: NOW + timedelta(minutes=minutes))
SAM = Approver(ApproverKind.PERSON, "U2")
BOARD = Approver(ApproverKind.OUTSIDE, "the board")
ASKED = Approval("T1", "a1", 1, SAM, Part.AGREES, ApprovalStatus.WAITING, NOW)
DECIDED = Decision(
    "T1", 1, "Use Datadog", "Because", "U3", "U3", DecisionStatus.DECIDED, NOW, NOW,
    decided_by="U2", decided_on=date(2026, 10, 29),
)  # fmt: skip


# --- what is said --------------------------------------------------------------------------------------------------


def test_whoever_objected_may_approve_later() -> None:
    objected = objecting(ASKED, " No exit clause ", by="U2", at=NOW)
    assert (objected.status, objected.why, objected.is_open) == (ApprovalStatus.OBJECTED, "No exit clause", True)
    given_later = approve(objected, by="U2", at=NOW)
    assert (given_later.status, given_later.why, given_later.is_open) == (ApprovalStatus.APPROVED, None, False)


@pytest.mark.parametrize("settled", [approve(ASKED, by="U2", at=NOW), void(ASKED)])
def test_nothing_is_said_about_what_is_settled(settled: Approval) -> None:
    with pytest.raises(Conflict):
        approve(settled, by="U2", at=NOW)
    with pytest.raises(Conflict):
        objecting(settled, "No", by="U2", at=NOW)


@pytest.mark.parametrize("why", ["", " \n", "x" * 3001])
def test_an_objection_has_a_reason_that_fits(why: str) -> None:
    with pytest.raises(InvalidInput):
        objecting(ASKED, why, by="U2", at=NOW)


def test_what_was_said_outside_slack_keeps_who_said_it_when_and_who_wrote_it_down() -> None:
    said = approve_outside(
        replace(ASKED, approver=BOARD), by="U3", at=NOW, said_by=" Maria  Lopez ", said_on=NOW.date(), link="",
        today=NOW.date(),
    )  # fmt: skip
    assert (said.status, said.outside_by, said.outside_on, said.link, said.answered_by) == (
        ApprovalStatus.APPROVED, "Maria Lopez", NOW.date(), None, "U3",
    )  # fmt: skip


def test_voiding_keeps_a_yes_and_outdating_does_not() -> None:
    yes = approve(ASKED, by="U2", at=NOW)
    assert void(yes) == yes
    assert outdated(yes).status is ApprovalStatus.VOID
    assert outdated(yes).answered_by == "U2"  # it stays on record
    assert standing([yes, outdated(yes)]) == [yes]


# --- when it is enough ---------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(list(ApprovalStatus)), max_size=6))
def test_it_is_complete_when_nobody_is_missing_and_nobody_objects(statuses: list[ApprovalStatus]) -> None:
    found = is_complete([replace(ASKED, status=each) for each in statuses])
    assert found == (not {ApprovalStatus.WAITING, ApprovalStatus.OBJECTED} & set(statuses))


def test_who_decided_is_the_decider_else_whoever_spoke_last() -> None:
    first = approve(ASKED, by="U1", at=NOW)
    last = replace(approve(ASKED, by="U2", at=NOW + timedelta(hours=1)), id="a2")
    assert whose_decision([first, last]) == "U2"
    assert whose_decision([replace(first, part=Part.DECIDES), last]) == "U1"
    assert whose_decision([ASKED]) is None


def test_what_takes_a_place_needs_those_of_the_old_area_too_but_not_its_limit() -> None:
    new = Ruling((Needed(CTO, Part.LIMIT),))
    old = Ruling((Needed(SAM, Part.DECIDES), Needed(BOARD, Part.LIMIT), Needed(CTO, Part.AGREES)))
    assert [(each.approver, each.part) for each in with_area_of(new, old).needed] == [
        (CTO, Part.LIMIT),
        (SAM, Part.DECIDES),
    ]


# --- when to ask ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("Europe/Lisbon", datetime(2026, 10, 29, 9, 10, tzinfo=UTC), datetime(2026, 10, 29, 9, 10, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 29, 9, 10, tzinfo=UTC), datetime(2026, 10, 29, 13, 0, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 10, 29, 9, 10, tzinfo=UTC), datetime(2026, 10, 30, 0, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 30, 23, 0, tzinfo=UTC), datetime(2026, 11, 2, 14, 0, tzinfo=UTC)),
    ],
    ids=["at work", "before work", "after work", "Friday night, with the clocks going back"],
)
def test_people_are_asked_at_work_or_when_their_next_day_starts(zone: str, at: datetime, expected: datetime) -> None:
    assert when_to_ask(WorkingHours(zone=zone), at) == expected


@given(
    st.sampled_from(["Asia/Kolkata", "Pacific/Kiritimati", "America/St_Johns", "Europe/Lisbon", "Pacific/Pago_Pago"]),
    st.frozensets(st.integers(0, 6), min_size=1),
    MOMENTS,
)
def test_nobody_is_ever_asked_outside_their_hours(zone: str, days: frozenset[int], at: datetime) -> None:
    hours = WorkingHours(days=days, zone=zone)
    moment = when_to_ask(hours, at)
    there = moment.astimezone(ZoneInfo(zone))
    assert moment >= at
    assert is_working_day(hours, local_day(zone, moment))
    assert hours.starts <= there.time() < hours.ends
    assert when_to_ask(hours, moment) == moment


# --- how long it took ----------------------------------------------------------------------------------------------


def test_it_took_until_the_last_yes() -> None:
    given_at = NOW + timedelta(days=3, hours=2)
    yes = [approve(ASKED, by="U1", at=NOW + timedelta(hours=1)), approve(ASKED, by="U2", at=given_at)]
    assert took(DECIDED, yes) == timedelta(days=3, hours=2)


def test_what_was_decided_as_it_was_written_took_no_time() -> None:
    assert took(DECIDED) is None
    assert took(DECIDED, [approve(ASKED, by="U3", at=NOW)]) is None
    assert took(replace(DECIDED, status=DecisionStatus.PROPOSED, decided_on=None)) is None


def test_without_approvals_whole_days_are_known() -> None:
    assert took(replace(DECIDED, decided_on=date(2026, 11, 1))) == timedelta(days=3)


@given(MOMENTS, st.integers(-12, 14))
def test_no_zone_makes_a_day_of_nothing(at: datetime, offset: int) -> None:
    there = (at + timedelta(hours=offset)).date()
    assert took(replace(DECIDED, created_at=at, decided_on=there)) is None
