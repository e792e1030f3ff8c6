"""Where people see what waits for a word: in *Waiting for you*, in history, on the agenda."""

from datetime import date

import pytest

from bot.domain.agendas import finished
from bot.domain.approvals import approve, objecting
from bot.domain.cadences import Cadence
from bot.domain.decisions import DecisionStatus, Draft
from bot.domain.rights import CTO, Approver, ApproverKind
from bot.usecases import cadences, decisions, pending
from bot.usecases.agendas.contents import gather
from bot.usecases.cadences import CadencePlan
from storage.store import SqlStore
from tests.support import Surroundings
from tests.usecases.stuck_kit import (
    BOARD,
    DANA,
    SAM,
    a_house,
    answer,
    dms,
    listed,
    live_until,
    notes,
    november,
    propose,
    shown_now,
    wait_for,
)


@pytest.fixture
def house(store: SqlStore) -> Surroundings:
    return a_house(store)


# --- in the daily DM -------------------------------------------------------------------------------------------------


def test_what_is_not_late_yet_is_listed_with_what_is_and_sends_no_dm_by_itself(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(3, 8))
    propose(house, name="A2")
    live_until(house, november(3, 10))
    assert [[item.ref for item in listed(row)] for row in dms(house)] == [["D-1", "D-2"]]


def test_an_answer_shows_in_the_dm_also_of_what_was_only_listed(house: Surroundings) -> None:
    propose(house)
    live_until(house, november(3, 8))
    propose(house, name="A2")
    live_until(house, november(3, 10))
    answer(house, lambda each: approve(each, by="U2", at=house.clock.now()))
    answer(house, lambda each: objecting(each, "Too dear", by="U1", at=house.clock.now()), "A2")
    assert shown_now(house) == {"D-1": "Approved by Priya", "D-2": "Objected to"}


def test_what_waits_for_somebody_is_theirs_alone(house: Surroundings) -> None:
    propose(house)
    propose(house, BOARD, name="A2")
    with house.services.store.read("T1") as uow:
        waits = {who: [each.approval.id for each in pending.pending_for(uow, who, {})] for who in ("U1", "U2", "U4")}
    assert waits == {"U1": ["A1"], "U2": [], "U4": ["A2"]}


# --- on the agenda ---------------------------------------------------------------------------------------------------


def test_the_author_is_told_that_it_goes_on_the_agenda_or_that_there_is_none(house: Surroundings) -> None:
    propose(house, Approver(ApproverKind.PERSON, "U3"))
    live_until(house, november(30))
    assert notes(house) == [
        "*D-1* · Use Datadog still waits for Kenji. There is no tradeoff meeting that it could go to, so please ask "
        "them yourself."
    ]


def on_agenda(house: Surroundings, cadence: Cadence) -> list[str]:
    with house.services.store.read("T1") as uow:
        return [each.title for each in gather(uow, cadence, date(2026, 11, 10), at=house.clock.now()).topics]


def a_cadence(house: Surroundings) -> Cadence:
    plan = CadencePlan("Tradeoffs", "C1", "Tuesdays at 13:00", "Europe/Lisbon", "U1", place="PT")
    return cadences.plan(house.services, DANA, plan, key="plan")


def test_a_proposal_that_waits_for_a_word_is_on_the_agenda_only_once_that_is_stuck(house: Surroundings) -> None:
    cadence = a_cadence(house)
    propose(house, Approver(ApproverKind.PERSON, "U3"))
    assert on_agenda(house, cadence) == []
    live_until(house, november(2, 10))
    assert on_agenda(house, cadence) == ["D-1 Use Datadog, proposed on 27 Oct 2026, waits for Kenji"]
    assert notes(house) == ["*D-1* · Use Datadog still waits for Kenji. It goes on the next agenda of Tradeoffs."]


def test_a_proposal_that_nobody_has_to_approve_is_on_it_at_once(house: Surroundings) -> None:
    cadence = a_cadence(house)
    draft = Draft("Use Datadog", "We fly blind", "U4", None, status=DecisionStatus.PROPOSED)
    decisions.log(house.services, SAM, draft, key="log")
    assert on_agenda(house, cadence) == ["D-1 Use Datadog, proposed on 27 Oct 2026"]


def test_many_that_wait_do_not_crowd_out_one_that_is_stuck(house: Surroundings) -> None:
    cadence = a_cadence(house)
    propose(house, Approver(ApproverKind.PERSON, "U3"))
    live_until(house, november(2, 10))
    for number in range(25):
        propose(house, name=f"B{number}")
    assert len(on_agenda(house, cadence)) == 1


def test_one_that_was_talked_about_before_comes_back_when_it_is_stuck(house: Surroundings) -> None:
    cadence = a_cadence(house)
    draft = Draft("Use Datadog", "We fly blind", "U4", None, status=DecisionStatus.PROPOSED)
    decisions.log(house.services, SAM, draft, key="log")
    with house.services.store.begin("T1") as uow:
        (topic,) = gather(uow, cadence, date(2026, 11, 3), at=house.clock.now()).topics
        uow.topics.add(finished(topic, "Ask Dana"))
        uow.commit()
    assert on_agenda(house, cadence) == []
    wait_for(house, 1, CTO)
    live_until(house, november(30))
    assert len(on_agenda(house, cadence)) == 1
