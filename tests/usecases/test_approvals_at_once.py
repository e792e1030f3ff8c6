"""Two people at one moment, on either engine: one completion, one change, and no word that is lost."""

import threading
from collections.abc import Callable

import pytest

from bot.domain.approvals import ApprovalStatus
from bot.domain.decisions import DecisionEventKind, DecisionStatus, Detail
from bot.domain.errors import BackbeatError, Conflict, ExternalFailure
from bot.domain.rights import Party
from bot.usecases import decisions
from bot.usecases.approvals import answering
from storage.store import SqlStore
from tests.usecases.approvals_kit import DANA, PRIYA, SAM, SYSTEM, House, a_draft, a_house, person


@pytest.fixture
def house(any_store: SqlStore) -> House:
    return a_house(any_store)


def at_once(*doings: Callable[[], object]) -> list[BaseException]:
    """In threads that begin together; what they raised. A busy database is asked again, as a person would."""
    together, raised = threading.Barrier(len(doings)), []

    def run(doing: Callable[[], object]) -> None:
        together.wait()
        while True:
            try:
                doing()
            except ExternalFailure:
                continue
            except BaseException as error:  # noqa: BLE001 - handed to the test
                raised.append(error)
            return

    threads = [threading.Thread(target=run, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.parametrize("_time", range(3))
def test_two_last_words_at_one_moment_decide_it_once(house: House, _time: int) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(PRIYA)
    of_sam, of_dana = (house.waiting(whose=person(who)).id for who in (SAM, DANA))
    raised = at_once(
        lambda: answering.approve(house.services, SAM, of_sam, key="s"),
        lambda: answering.approve(house.services, DANA, of_dana, key="d"),
    )
    assert raised == []
    assert house.get().status is DecisionStatus.DECIDED
    assert house.kinds().count(DecisionEventKind.DECIDED) == 1
    assert house.kinds().count(DecisionEventKind.APPROVED) == 2


@pytest.mark.parametrize("_time", range(3))
def test_two_who_have_the_say_since_mark_it_at_one_moment_and_each_is_asked_once(house: House, _time: int) -> None:
    house.propose(PRIYA, a_draft(detail=Detail(area="Budget"), status=DecisionStatus.PROPOSED))
    house.right("Budget", decides="U2", agrees=Party(("U1",)))
    raised = at_once(
        lambda: decisions.accept(house.services, SAM, 1, key="s", viewer=SYSTEM),
        lambda: decisions.accept(house.services, DANA, 1, key="d", viewer=SYSTEM),
    )
    assert all(isinstance(each, Conflict) for each in raised)
    assert sorted(each.approver.id for each in house.approvals()) == ["U1", "U2"]


def test_two_presses_of_one_person_count_once(house: House) -> None:
    house.propose(PRIYA)
    approval_id = house.waiting().id
    raised = at_once(
        *[lambda key=key: answering.approve(house.services, SAM, approval_id, key=key) for key in ("a", "b", "c")]
    )
    assert len(raised) == 2
    assert all(isinstance(each, BackbeatError) for each in raised)
    assert house.kinds().count(DecisionEventKind.APPROVED) == 1


@pytest.mark.parametrize("_time", range(3))
def test_yes_and_a_change_of_what_it_was_said_to_never_end_as_a_decision_nobody_read(house: House, _time: int) -> None:
    house.propose(PRIYA, a_draft(status=DecisionStatus.PROPOSED))
    approval_id, other = house.waiting().id, a_draft("Use all of it")
    at_once(
        lambda: answering.approve(house.services, SAM, approval_id, key="a"),
        lambda: decisions.edit(house.services, PRIYA, 1, other, key="e", viewer=SYSTEM),
    )
    found = house.get()
    assert (found.status is DecisionStatus.DECIDED) == (found.title == "Use Datadog")
    if found.status is DecisionStatus.PROPOSED:
        assert [each.status for each in house.approvals()] == [ApprovalStatus.WAITING]
