"""Several at once, on both engines: two clocks, and an answer that comes in the moment a step is due."""

from types import SimpleNamespace

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.decisions import DecisionEventKind, DecisionStatus
from bot.domain.workspaces import Viewer
from bot.usecases import pending
from bot.usecases.approvals import answering
from bot.usecases.approvals.stuck import approval_due
from bot.usecases.waiting import waiting_due
from storage.store import SqlStore
from tests.support import Surroundings
from tests.usecases.stuck_kit import (
    DANA,
    PRIYA,
    a_house,
    due,
    kinds,
    live_until,
    november,
    now,
    nudges,
    offers,
    propose,
)
from tests.usecases.test_standups_at_once import at_once


def test_two_clocks_remind_once(any_store: SqlStore) -> None:
    house = a_house(any_store)
    propose(house)
    live_until(house, november(3, 8))
    at = house.clock.set(november(3, 9))
    (morning,) = due(house, at)
    at_once(*[lambda: waiting_due(house.services, morning, at)] * 3)
    assert nudges(house) == [at]
    assert kinds(house) == [DecisionEventKind.NUDGED]


def test_two_clocks_ask_the_deputy_once(any_store: SqlStore) -> None:
    house = a_house(any_store)
    propose(house)
    live_until(house, november(5, 17))
    at = house.clock.set(november(5, 18))
    (look,) = due(house, at)
    at_once(*[lambda: approval_due(house.services, look, at)] * 3)
    assert len(offers(house)) == 1
    assert kinds(house) == [DecisionEventKind.NUDGED, DecisionEventKind.OFFERED]


def test_a_morning_locks_what_is_newest_first_as_who_decides_what_takes_the_place_of_another(store: SqlStore) -> None:
    """In the other order each would wait for the other, on PostgreSQL, for ever."""
    house, locked = a_house(store), []
    for name in ("A1", "A2"):
        propose(house, name=name)

    class Watched:
        def get(self, approval_id: str, *, lock: bool) -> Approval:
            assert lock
            locked.append(approval_id)
            return now(house, approval_id)

    with house.services.store.read("T1") as uow:
        waiting = pending.pending_for(uow, "U1", {})
    held = pending.held(SimpleNamespace(approvals=Watched()), waiting)  # type: ignore[arg-type]
    assert locked == ["A2", "A1"]
    assert [each.approval.id for each in held] == ["A1", "A2"]  # as they are shown: oldest first


def test_an_answer_that_comes_in_as_the_deputy_is_asked_is_kept(any_store: SqlStore) -> None:
    house = a_house(any_store)
    propose(house)
    live_until(house, november(5, 17))
    at = house.clock.set(november(5, 18))
    (look,) = due(house, at)
    at_once(
        lambda: answering.approve(house.services, DANA, "A1", key="k1", at=at),
        lambda: approval_due(house.services, look, at),
    )
    assert now(house).status is ApprovalStatus.APPROVED
    assert status(house) is DecisionStatus.DECIDED


def test_the_cto_and_the_deputy_answer_at_one_moment_and_one_of_them_decides(any_store: SqlStore) -> None:
    house = a_house(any_store)
    propose(house)
    live_until(house, november(6, 4))
    at = house.clock.now()
    at_once(
        lambda: answering.approve(house.services, DANA, "A1", key="k1", at=at),
        lambda: answering.approve(house.services, PRIYA, "A1", key="k2", at=at),
    )
    assert status(house) is DecisionStatus.DECIDED
    with house.services.store.read("T1") as uow:
        events = [each.kind for each in uow.decisions.history(1, Viewer.system())]
        decided_by = uow.decisions.get(1, Viewer.system()).decided_by
    assert events.count(DecisionEventKind.DECIDED) == events.count(DecisionEventKind.APPROVED) == 1
    assert now(house).answered_by == decided_by


def status(house: Surroundings) -> DecisionStatus:
    with house.services.store.read("T1") as uow:
        return uow.decisions.get(1, Viewer.system()).status
