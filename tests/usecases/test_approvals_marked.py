"""*Mark as decided*, *Reject* and *Undo* where others have a say: they go by the rule too."""

from decimal import Decimal

import pytest

from bot.domain.decisions import DecisionEventKind, DecisionStatus, Detail
from bot.domain.errors import NotAllowed
from bot.domain.messages import ApprovalRequest
from bot.domain.rights import Party, default_limits
from bot.domain.workspaces import Person, Role
from bot.usecases import decisions
from storage.store import SqlStore
from tests.usecases.approvals_kit import (
    DANA,
    GUEST,
    KENJI,
    PRIYA,
    SAM,
    SYSTEM,
    House,
    a_draft,
    a_house,
    costing,
    person,
)


@pytest.fixture
def house(store: SqlStore) -> House:
    return a_house(store)


def test_to_mark_it_as_decided_is_to_approve_it(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(PRIYA)
    assert house.accept(SAM).status is DecisionStatus.PROPOSED
    assert house.accept(DANA).status is DecisionStatus.DECIDED


@pytest.mark.parametrize("who", [PRIYA, KENJI])
def test_whoever_has_no_right_is_told_who_decides_and_nothing_changes(house: House, who: Person) -> None:
    house.propose(PRIYA)
    with pytest.raises(NotAllowed, match="waits for Sam"):
        house.accept(who)
    assert house.get().status is DecisionStatus.PROPOSED


def test_the_cto_does_not_decide_over_the_head_of_who_does(house: House) -> None:
    house.propose(PRIYA)
    with pytest.raises(NotAllowed, match="waits for Sam"):
        house.accept(DANA)


def proposed_before_anybody_had_a_right(house: House) -> None:
    house.propose(PRIYA, a_draft(detail=Detail(area="Budget"), status=DecisionStatus.PROPOSED))
    house.right("Budget", decides="U2", agrees=Party(("U1",)))


def test_what_was_proposed_before_anybody_had_a_right_goes_by_the_right(house: House) -> None:
    proposed_before_anybody_had_a_right(house)
    assert house.accept(SAM).status is DecisionStatus.PROPOSED
    house.work()
    assert house.asked() == ["U1"]
    assert house.approve(DANA).status is DecisionStatus.DECIDED


def test_its_author_has_those_asked_who_have_the_say_since_and_nobody_else_does(house: House) -> None:
    proposed_before_anybody_had_a_right(house)
    with pytest.raises(NotAllowed, match=r"not asked yet.*author"):
        house.accept(KENJI)
    assert house.approvals() == []
    assert house.accept(PRIYA).status is DecisionStatus.PROPOSED
    house.work()
    assert house.asked() == ["U1", "U2"]
    story = decisions.story(house.services, SYSTEM, 1, workspace="T1").history
    assert [each.by for each in story if each.kind is DecisionEventKind.ASKED] == ["U3"]


def test_what_waits_for_somebody_who_has_no_say_any_more_goes_on_by_the_right_as_it_stands(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(KENJI)
    house.approve(DANA, whose=person(DANA))
    house.right(decides="U4", agrees=Party(("U1",)))
    with pytest.raises(NotAllowed):
        house.accept(GUEST)
    assert house.accept(KENJI).status is DecisionStatus.DECIDED
    assert house.sent(ApprovalRequest, "U2")[0].state == "closed"


def test_who_is_newly_named_is_asked_and_a_yes_that_still_counts_is_kept(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(KENJI)
    house.approve(DANA, whose=person(DANA))
    house.right(decides="U3", agrees=Party(("U1",)))
    assert house.accept(KENJI).status is DecisionStatus.PROPOSED
    house.work()
    assert house.asked() == ["U3"]
    assert house.approve(PRIYA).decided_by == "U3"


def test_once_nobody_has_a_say_its_author_decides_what_waited_for_them(house: House) -> None:
    house.propose(KENJI)
    house.right()
    with pytest.raises(NotAllowed):
        house.accept(GUEST)
    assert house.accept(KENJI).decided_by == "U4"
    assert house.asked() == []


def test_the_deputys_own_right_does_not_pass_to_whoever_owns_what_they_proposed(house: House) -> None:
    house.right(decides="U2", deputy_up_to=Decimal(1_000))
    house.propose(PRIYA, a_draft(owner_id="U4", status=DecisionStatus.PROPOSED))
    assert house.accept(KENJI).status is DecisionStatus.PROPOSED
    house.work()
    assert house.asked() == ["U2"]
    assert house.accept(PRIYA).status is DecisionStatus.DECIDED


def test_the_deputy_decides_what_the_area_leaves_to_them(house: House) -> None:
    house.right(decides="U2", deputy_up_to=Decimal(1_000))
    house.propose(KENJI, a_draft(detail=costing(900, "Vendors")))
    assert house.accept(PRIYA).decided_by == "U3"
    assert house.asked(1) == []
    house.propose(KENJI, a_draft(detail=costing(1_000, "Vendors")))
    with pytest.raises(NotAllowed):
        house.accept(PRIYA, 2)


def test_the_deputy_does_not_decide_over_the_heads_of_those_who_must_agree(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U4",)), deputy_up_to=Decimal(1_000))
    house.propose(DANA, a_draft(detail=costing(900, "Vendors")))
    with pytest.raises(NotAllowed, match="waits for Sam and Kenji"):
        house.accept(PRIYA)
    assert house.approve(KENJI, whose=person(KENJI)).status is DecisionStatus.PROPOSED
    assert house.accept(PRIYA).decided_by == "U3"


def test_what_the_deputy_writes_is_put_to_those_who_must_agree(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U4",)), deputy_up_to=Decimal(1_000))
    assert house.propose(PRIYA, a_draft(detail=costing(900, "Vendors"))).status is DecisionStatus.PROPOSED
    assert house.asked() == ["U4"]
    assert house.approve(KENJI).decided_by == "U3"


def test_an_objection_stops_the_deputy_too(house: House) -> None:
    house.right(decides="U2", deputy_up_to=Decimal(1_000))
    house.propose(KENJI, a_draft(detail=costing(900, "Vendors")))
    house.object_to(SAM)
    with pytest.raises(NotAllowed):
        house.accept(PRIYA)
    assert house.get().status is DecisionStatus.PROPOSED


def test_the_deputy_does_not_decide_what_cannot_be_compared_with_the_sum(house: House) -> None:
    house.right(decides="U2", deputy_up_to=Decimal(1_000))
    house.propose(KENJI, a_draft(detail=costing(900_000, "Vendors")))
    with house.services.store.begin("T1") as uow:
        uow.rights.save_limits(default_limits("T1", "USD"))
        uow.commit()
    with pytest.raises(NotAllowed):
        house.accept(PRIYA)


@pytest.mark.parametrize("who", [SAM, PRIYA, DANA])
def test_a_proposal_is_rejected_by_whoever_decides_its_author_or_the_cto(house: House, who: Person) -> None:
    house.propose(PRIYA)
    decisions.reject(house.services, who, 1, "Too dear", key="r", viewer=SYSTEM)
    assert house.get().status is DecisionStatus.REJECTED
    assert house.approvals() == []
    assert house.asked() == []
    assert f"{who.name} rejected D-1: Too dear" in (house.sent(ApprovalRequest)[0].answer or "")


def test_nobody_else_rejects_it_not_even_who_must_agree(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U4",)))
    house.propose(PRIYA)
    with pytest.raises(NotAllowed):
        decisions.reject(house.services, KENJI, 1, "Too dear", key="r", viewer=SYSTEM)
    assert house.get().status is DecisionStatus.PROPOSED


def test_undo_closes_what_was_asked(house: House) -> None:
    house.propose(PRIYA)
    decisions.withdraw(house.services, PRIYA, 1, key="w", viewer=SYSTEM)
    assert house.asked() == []
    assert house.approvals() == []


def test_the_holder_of_a_role_now_speaks_for_it(house: House) -> None:
    house.limits()
    house.propose(KENJI, a_draft(detail=costing(500)))
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U2"])
        uow.commit()
    with pytest.raises(NotAllowed):
        house.approve(DANA)
    assert house.approve(SAM).decided_by == "U2"
