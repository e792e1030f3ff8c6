"""An approval that nobody answers: a nudge, the deputy, the next agenda; each once, and nothing after an answer."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.approvals import approve, objecting
from bot.domain.decisions import DecisionEventKind, DecisionStatus, Detail, Draft, Source
from bot.domain.errors import ExternalFailure
from bot.domain.messages import ApprovalRequest
from bot.domain.outbox import OutboxStatus
from bot.domain.rights import Approver, ApproverKind
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Audience, Role, Viewer
from bot.usecases import decisions, pending
from bot.usecases.approvals.stuck import approval_due
from bot.usecases.people import doubt, person_known
from bot.usecases.watching import watch
from storage.store import SqlStore
from tests.support import Surroundings
from tests.usecases.stuck_kit import (
    ASKED,
    BOARD,
    DANA,
    KENJI,
    PRIYA,
    SAM,
    a_house,
    answer,
    dms,
    kinds,
    listed,
    live_until,
    november,
    now,
    nudges,
    offers,
    propose,
    story,
    upcoming_of,
    wait_for,
    watch_again,
)


@pytest.fixture
def house(any_store: SqlStore) -> Surroundings:
    return a_house(any_store)


# --- by the approver's own days --------------------------------------------------------------------------------------


def test_a_tuesday_and_thursday_cto_is_reminded_in_their_next_morning_after_their_day_to_answer(
    house: Surroundings,
) -> None:
    propose(house)
    live_until(house, november(2, 23))
    assert nudges(house) == []  # not on Wednesday, nor on the Thursday that they have, nor on Monday
    live_until(house, november(4))
    assert nudges(house) == [november(3, 9)]
    assert now(house).nudged_at == november(3, 9)
    (item,) = listed(dms(house)[0])
    assert (item.ref, item.title, item.asked_by, item.asked_at) == ("D-1", "Use Datadog", "Sam", ASKED)
    assert [(each.kind, each.by, each.why) for each in story(house)] == [(DecisionEventKind.NUDGED, "UBOT", "To Dana")]


def test_it_goes_from_the_nudge_to_the_deputy_to_the_agenda_each_once(house: Surroundings) -> None:
    approval = propose(house)
    live_until(house, november(5, 17))
    assert offers(house) == []
    live_until(house, november(5, 18))  # Thursday evening: Dana's second day to answer is over
    assert now(house).offered_at == november(5, 18)
    (offer,) = offers(house)
    assert offer.destination.person == "U2"
    assert offer.next_at == november(6, 3, 30)  # 09:00 in Kolkata: it was night there
    assert isinstance(offer.message, ApprovalRequest)
    assert offer.message.reason == (
        "The CTO (Dana) has not answered for 3 of their working days. You may decide this for them."
    )
    live_until(house, november(30))
    assert now(house).tabled_at == november(9, 12, 30)  # Monday 18:00 in Kolkata
    assert kinds(house) == [DecisionEventKind.NUDGED, DecisionEventKind.OFFERED, DecisionEventKind.TABLED]
    assert len(offers(house)) == len(nudges(house)) == 1
    with house.services.store.read("T1") as uow:
        assert uow.schedules.find(ScheduleKind.APPROVAL, approval.id) is None


def test_more_days_to_answer_are_kept(house: Surroundings) -> None:
    with house.services.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), response_days=2))
        uow.commit()
    propose(house)
    live_until(house, november(30))
    assert nudges(house) == [november(5, 9)]
    assert now(house).offered_at == november(12, 18)


def test_an_answer_ends_it(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(3, 10))
    answer(house, lambda each: approve(each, by="U1", at=house.clock.now()))
    live_until(house, november(30))
    assert kinds(house) == [DecisionEventKind.NUDGED]
    assert upcoming_of(house, "A1") is None


def test_nothing_follows_once_the_proposal_is_gone(house: Surroundings) -> None:
    number = propose(house).number
    with house.services.store.begin("T1") as uow:
        decision = uow.decisions.get(number, Viewer.system())
        uow.decisions.save(replace(decision, status=DecisionStatus.WITHDRAWN))
        uow.commit()
    live_until(house, november(30))
    assert kinds(house) == []
    assert nudges(house) == []


def test_a_moment_that_is_claimed_twice_acts_once(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(5, 17))
    schedule = upcoming_of(house, "A1")
    assert schedule is not None
    at = house.clock.set(november(5, 18))
    approval_due(house.services, schedule, at)
    approval_due(house.services, schedule, at)
    assert len(offers(house)) == 1
    watch_again(house)  # and a look that was not planned does nothing twice either
    live_until(house, november(5, 19))
    assert len(offers(house)) == 1
    assert kinds(house) == [DecisionEventKind.NUDGED, DecisionEventKind.OFFERED]


def test_a_reminder_that_was_lost_on_the_way_is_sent_again(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(3, 10))
    with house.services.store.begin("T1") as uow:
        uow.outbox.save(replace(dms(house)[0], status=OutboxStatus.LATE))
        uow.commit()
    live_until(house, november(5, 10))
    assert nudges(house) == [november(3, 9), november(5, 9)]


def test_after_an_outage_the_step_that_is_due_is_taken_once_and_the_lateness_is_on_record(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(3, 10))
    house.clock.set(november(16, 11))  # nothing ran for two weeks
    live_until(house, november(16, 12))
    assert kinds(house) == [DecisionEventKind.NUDGED, DecisionEventKind.OFFERED]  # not the agenda in the same breath
    assert now(house).offered_at == november(16, 11)
    live_until(house, november(30))
    assert kinds(house)[-1] is DecisionEventKind.TABLED


# --- whose days they are ---------------------------------------------------------------------------------------------


def test_it_follows_a_change_of_the_persons_days(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(-3, 9))  # Wednesday
    with house.services.store.begin("T1") as uow:
        uow.people.save(replace(DANA, days=frozenset(range(5))))
        uow.commit()
    house.directory.people["U1"] = replace(DANA, zone="America/New_York")
    doubt(house.services, "T1", "U1")
    person_known(house.services, "T1", "U1")  # Dana works every day now, and moved to New York
    live_until(house, november(30))
    assert nudges(house) == [november(-2, 13)]  # Thursday 09:00 there: Wednesday was theirs to answer


def test_where_the_cto_changes_the_new_one_is_reminded(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(-3, 9))
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U3"])
        watch(uow, "A1", at=house.clock.now())
        uow.commit()
    live_until(house, november(4))
    assert nudges(house) == []
    assert len(nudges(house, "U3")) == 1


def test_a_new_cto_is_reminded_also_of_what_the_former_one_was(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(3, 9))
    assert len(nudges(house)) == 1
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U3"])
        watch(uow, "A1", at=house.clock.now())
        uow.commit()
    live_until(house, november(4))
    assert nudges(house, "U3") == [november(4)]  # 09:00 in Tokyo


def test_nobody_waits_for_a_leaver(house: Surroundings) -> None:
    propose(house, Approver(ApproverKind.PERSON, "U3"))
    house.directory.people["U3"] = replace(KENJI, is_deactivated=True)
    doubt(house.services, "T1", "U3")
    person_known(house.services, "T1", "U3")
    live_until(house, ASKED + timedelta(minutes=1))
    assert nudges(house, "U3") == []
    assert now(house).tabled_at == ASKED


def test_where_nobody_holds_the_role_the_deputy_is_asked_at_once(house: Surroundings) -> None:
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, [])
        uow.commit()
    propose(house)
    live_until(house, ASKED)
    (offer,) = offers(house)
    assert isinstance(offer.message, ApprovalRequest)
    assert offer.message.reason == "Nobody can answer for the CTO now. You may decide this in their place."


def test_everybody_in_a_group_is_reminded_in_their_own_morning(house: Surroundings) -> None:
    house.directory.grouped["S1"] = frozenset({"U2", "U3"})
    propose(house, Approver(ApproverKind.GROUP, "S1"))
    live_until(house, november(5))
    assert nudges(house, "U2") == [november(-2, 3, 30)]  # Thursday: Wednesday was theirs to answer
    assert nudges(house, "U3") == [november(-1, 0)]  # asked in the evening there, so a day later
    assert kinds(house)[:2] == [DecisionEventKind.NUDGED, DecisionEventKind.NUDGED]
    assert offers(house) == []  # a deputy covers the CTO, not a group
    assert kinds(house)[2:] == [DecisionEventKind.TABLED]


# --- the deputy ------------------------------------------------------------------------------------------------------


def test_a_sum_beyond_the_deputys_limits_goes_to_the_agenda_without_them(house: Surroundings) -> None:
    propose(house, detail=Detail(cost=Decimal(12_000), currency="EUR"))
    live_until(house, november(30))
    assert offers(house) == []
    assert now(house).offered_at is None
    assert now(house).tabled_at == november(5, 18)


def test_what_the_deputy_wrote_is_not_offered_to_them(house: Surroundings) -> None:
    propose(house, by=PRIYA)
    live_until(house, november(30))
    assert offers(house) == []
    assert now(house).tabled_at is not None


def test_a_private_decision_is_not_shown_to_a_deputy_outside_it(house: Surroundings) -> None:
    propose(house, source=Source("G1"), audience=Audience("G1"))
    live_until(house, november(30))
    assert offers(house) == []
    assert now(house).tabled_at is not None


def test_a_private_decision_is_offered_to_a_deputy_who_reads_along(house: Surroundings) -> None:
    house.directory.membership["G1"] = frozenset({"U1", "U2", "U4"})
    propose(house, source=Source("G1"), audience=Audience("G1"))
    live_until(house, november(30))
    assert len(offers(house)) == 1


def test_only_a_deputy_who_was_asked_may_answer_in_the_ctos_place(house: Surroundings) -> None:
    approval = propose(house)

    def may(person: str) -> bool:
        with house.services.store.read("T1") as uow:
            decision = uow.decisions.get(approval.number, Viewer.system())
            return pending.may_answer_in_place(uow, uow.approvals.get("A1"), decision, person)

    assert not may("U2")
    live_until(house, november(6))
    assert may("U2")
    assert not any(may(person) for person in ("U3", "U4", "U1"))
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.DEPUTY, ["U3"])
        uow.commit()
    assert not may("U2")  # not the deputy any more
    assert not may("U3")  # never asked


# --- whoever is not in Slack, and objections -------------------------------------------------------------------------


def test_for_somebody_outside_slack_the_author_is_reminded(house: Surroundings) -> None:
    propose(house, BOARD)
    live_until(house, november(30))
    assert nudges(house, "U4") == [november(-2, 9)]  # Sam had Wednesday
    (item,) = listed(dms(house, "U4")[0])
    assert (item.outside, item.stands_for) == (True, "the board")
    assert kinds(house) == [DecisionEventKind.NUDGED, DecisionEventKind.TABLED]


def test_once_the_author_has_left_the_owner_is_reminded_of_who_is_outside_slack(house: Surroundings) -> None:
    draft = Draft("Use Datadog", "We fly blind", "U3", None, status=DecisionStatus.PROPOSED)
    wait_for(house, decisions.log(house.services, SAM, draft, key="log").number, BOARD)
    house.directory.people["U4"] = replace(SAM, is_deactivated=True)
    doubt(house.services, "T1", "U4")
    person_known(house.services, "T1", "U4")
    live_until(house, november(30))
    assert nudges(house, "U4") == []
    (item,) = listed(dms(house, "U3")[0])
    assert (item.outside, item.asked_by) == (True, "Sam")


def test_an_objection_that_stands_goes_on_the_agenda_and_reminds_nobody(house: Surroundings) -> None:
    propose(house)
    answer(house, lambda each: objecting(each, "Too dear", by="U1", at=house.clock.now()))
    live_until(house, november(30))
    assert nudges(house) == []
    assert now(house).tabled_at == november(-3, 18)  # Sam had Wednesday to do something about it


def test_a_group_that_slack_cannot_read_just_now_is_not_an_empty_one(house: Surroundings) -> None:
    house.directory.grouped["S1"] = frozenset({"U3"})
    propose(house, Approver(ApproverKind.GROUP, "S1"))
    house.directory.down = True
    with pytest.raises(ExternalFailure):
        live_until(house, november(-3))
    assert now(house).tabled_at is None
    house.directory.down = False
    live_until(house, november(-3))
    assert now(house).tabled_at is None
