"""What was approved is not changed behind anybody's back: editing, amending and superseding where others have a say."""

from decimal import Decimal

import pytest

from bot.domain.approvals import ApprovalStatus
from bot.domain.decisions import DecisionEventKind, DecisionStatus, Detail
from bot.domain.errors import Conflict, InvalidInput, NotAllowed
from bot.domain.messages import ApprovalRequest
from bot.domain.rights import Party
from bot.usecases import decisions
from bot.usecases.approvals import answering
from storage.store import SqlStore
from tests.usecases.approvals_kit import (
    DANA,
    KENJI,
    PRIYA,
    SAM,
    SYSTEM,
    VENDORS,
    House,
    a_draft,
    a_house,
    costing,
    person,
)

PROPOSED = DecisionStatus.PROPOSED


@pytest.fixture
def house(store: SqlStore) -> House:
    return a_house(store)


def supersede(house: House, who=PRIYA, draft=None, number: int = 1, *, amends: bool = False):
    change = decisions.amend if amends else decisions.supersede
    return change(house.services, who, number, draft or a_draft("Use Grafana"), key=house.key(), viewer=SYSTEM)


# --- a proposal is edited ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "draft",
    [
        a_draft("Use Datadog for everything"),
        a_draft(why="It is nicer"),
        a_draft(not_doing="Grafana"),
        a_draft(detail=Detail(area="Vendors", options="Grafana")),
    ],
)
def test_other_words_void_what_was_said_and_ask_anew(house: House, draft) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(PRIYA, a_draft(status=PROPOSED))
    old = house.waiting(whose=person(SAM)).id
    house.approve(DANA, whose=person(DANA))
    house.edit(PRIYA, draft)
    house.work()
    assert house.get().status is PROPOSED
    assert [each.status for each in house.approvals()] == [ApprovalStatus.WAITING, ApprovalStatus.WAITING]
    assert house.asked() == ["U1", "U2"]
    assert DecisionEventKind.VOIDED in house.kinds()
    assert DecisionEventKind.APPROVED in house.kinds()  # history keeps what was said
    with pytest.raises(Conflict, match="newer request"):
        answering.approve(house.services, SAM, old, key="old")
    closed = [each for each in house.sent(ApprovalRequest) if each.state == "closed"]
    assert sorted(each.person_id for each in closed) == ["U1", "U2"]


def test_another_owner_or_revisit_leaves_approvals_as_they_are(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(PRIYA, a_draft(status=PROPOSED))
    house.approve(DANA, whose=person(DANA))
    house.edit(PRIYA, a_draft(owner_id="U4", status=PROPOSED))
    assert [each.status for each in house.approvals()] == [ApprovalStatus.WAITING, ApprovalStatus.APPROVED]
    assert DecisionEventKind.VOIDED not in house.kinds()


def test_a_proposal_is_not_decided_by_editing_it(house: House) -> None:
    house.propose(PRIYA, a_draft(status=PROPOSED))
    with pytest.raises(NotAllowed, match="waits for Sam"):
        house.edit(PRIYA, a_draft(owner_id="U4"))
    house.edit(PRIYA, a_draft("Use Datadog for everything"))
    assert house.get().status is PROPOSED


def test_who_has_the_only_say_decides_it_by_editing(house: House) -> None:
    house.propose(PRIYA, a_draft(owner_id="U2", status=PROPOSED))
    decided = house.edit(SAM, a_draft("Use Datadog for the API", owner_id="U2"))
    assert (decided.status, decided.decided_by) == (DecisionStatus.DECIDED, "U2")
    assert house.asked() == []


def test_a_higher_cost_asks_those_whose_limit_it_is(house: House) -> None:
    house.limits()
    house.propose(DANA, a_draft(detail=costing(500), status=PROPOSED))
    assert len(house.approvals()) == 1
    house.edit(DANA, a_draft(detail=costing(20_000), owner_id="U3"))
    assert [each.approver.id for each in house.approvals()] == ["cto", "the CFO"]
    assert house.get().status is PROPOSED  # the CTO has said yes, the CFO has not


# --- what is decided is edited -------------------------------------------------------------------------------------


def test_what_somebody_approved_does_not_become_something_else(house: House) -> None:
    house.propose(PRIYA)
    house.approve(SAM)
    with pytest.raises(NotAllowed, match=r"needs the word of Sam.*amend it"):
        house.edit(PRIYA, a_draft("Use everything of theirs"))
    assert house.get().title == "Use Datadog"
    house.edit(PRIYA, a_draft(owner_id="U4"))  # whose it is, is not what was approved
    assert house.get().owner_id == "U4"


def test_moving_it_out_of_its_area_or_under_a_limit_first_does_not_help(house: House) -> None:
    house.limits()
    house.propose(PRIYA)
    house.approve(SAM)
    with pytest.raises(NotAllowed):
        house.edit(PRIYA, a_draft(detail=Detail()))
    house.propose(KENJI, a_draft(detail=Detail(), owner_id="U4"))
    with pytest.raises(NotAllowed):  # written cheap, and made dear
        house.edit(KENJI, a_draft(detail=costing(60_000), owner_id="U4"), 2)


def test_who_decides_may_mend_their_words(house: House) -> None:
    house.propose(SAM, a_draft(owner_id="U2"))
    assert house.edit(SAM, a_draft("Use Datadog for the API", owner_id="U2")).status is DecisionStatus.DECIDED


# --- what takes another's place ------------------------------------------------------------------------------------


@pytest.mark.parametrize("amends", [False, True])
def test_the_old_one_stands_until_the_new_one_is_decided(house: House, *, amends: bool) -> None:
    house.propose(SAM)
    made = supersede(house, amends=amends)
    house.work()
    assert (made.status, made.supersedes) == (PROPOSED, 1)
    assert house.get(1).status is DecisionStatus.DECIDED
    house.approve(SAM, 2)
    old, new = house.get(1), house.get(2)
    assert old.status is (DecisionStatus.AMENDED if amends else DecisionStatus.SUPERSEDED)
    assert (old.superseded_by, new.supersedes, new.status) == (2, 1, DecisionStatus.DECIDED)


def test_a_rejected_or_withdrawn_successor_leaves_the_old_one_alone(house: House) -> None:
    house.propose(SAM)
    supersede(house)
    decisions.reject(house.services, SAM, 2, "No", key="r", viewer=SYSTEM)
    supersede(house, draft=a_draft("Use Prometheus"))
    decisions.withdraw(house.services, PRIYA, 3, key="w", viewer=SYSTEM)
    assert house.get(1).status is DecisionStatus.DECIDED
    assert house.get(1).superseded_by is None


def test_of_two_successors_the_first_that_is_decided_takes_its_place(house: House) -> None:
    house.propose(SAM)
    supersede(house)
    supersede(house, draft=a_draft("Use Prometheus"))
    house.approve(SAM, 3)
    house.approve(SAM, 2)
    assert house.get(1).superseded_by == 3
    assert (house.get(2).status, house.get(2).supersedes) == (DecisionStatus.DECIDED, None)


def test_leaving_out_the_area_does_not_take_it_from_who_decides_there(house: House) -> None:
    house.propose(SAM)
    made = supersede(house, KENJI, a_draft("We stop all of it", detail=Detail(), owner_id="U4"))
    assert made.status is PROPOSED
    assert [each.approver for each in house.approvals(2)] == [person(SAM)]


def test_who_decides_supersedes_at_once_and_a_proposal_in_its_place_is_still_refused(house: House) -> None:
    house.propose(SAM)
    assert supersede(house, SAM).status is DecisionStatus.DECIDED
    free = house.log(KENJI, a_draft(detail=Detail(), owner_id="U4"))
    with pytest.raises(InvalidInput):
        supersede(house, KENJI, a_draft(detail=Detail(), owner_id="U4", status=PROPOSED), free.number)


def test_a_proposal_that_gives_way_asks_nobody_any_more(house: House) -> None:
    house.propose(PRIYA)
    supersede(house, SAM, a_draft("Use Grafana", detail=VENDORS))
    assert house.get(1).status is DecisionStatus.SUPERSEDED
    assert house.asked(1) == []
    assert house.approvals(1) == []


def test_what_somebody_decides_is_reversed_by_them_alone(house: House) -> None:
    house.propose(SAM)
    for who in (PRIYA, KENJI, DANA):
        with pytest.raises(NotAllowed, match="Sam decides this"):
            decisions.reverse(house.services, who, 1, "Too dear", key=house.key(), viewer=SYSTEM)
    assert house.get().status is DecisionStatus.DECIDED
    decisions.reverse(house.services, SAM, 1, "Too dear", key=house.key(), viewer=SYSTEM)
    assert house.get().status is DecisionStatus.REVERSED


def test_the_deputy_does_not_undo_what_was_beyond_them_to_decide(house: House) -> None:
    house.right(decides="U2", deputy_up_to=Decimal(2_000))
    house.propose(SAM, a_draft(detail=costing(100_000, "Vendors")))
    with pytest.raises(NotAllowed, match="Sam decides this"):
        decisions.reverse(house.services, PRIYA, 1, "Too dear", key=house.key(), viewer=SYSTEM)
    assert supersede(house, PRIYA, a_draft("No graphs at all", detail=Detail())).status is PROPOSED
    assert house.get(1).status is DecisionStatus.DECIDED


def test_the_deputy_undoes_what_they_may_decide(house: House) -> None:
    house.right(decides="U2", deputy_up_to=Decimal(2_000))
    house.propose(SAM, a_draft(detail=costing(1_000, "Vendors")))
    house.propose(SAM, a_draft("Use Grafana", detail=costing(1_999, "Vendors")))
    decisions.reverse(house.services, PRIYA, 1, "Too dear", key=house.key(), viewer=SYSTEM)
    assert house.get(1).status is DecisionStatus.REVERSED
    supersede(house, PRIYA, a_draft("No graphs at all", detail=Detail()), number=2)
    assert house.get(2).status is DecisionStatus.SUPERSEDED
