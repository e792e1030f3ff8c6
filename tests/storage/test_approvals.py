"""Approvals in the database, on both engines: kept whole, found by decision and by status, locked, and held apart."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.errors import NotFound
from bot.domain.rights import CTO, Approver, ApproverKind, Part
from storage.store import SqlStore
from tests.storage.things import a_decision
from tests.support import THURSDAY, a_workspace

FINANCE = Approver(ApproverKind.GROUP, "S1")


@pytest.fixture
def house(any_store: SqlStore) -> SqlStore:
    for workspace in ("T1", "T2"):
        a_workspace(any_store, workspace_id=workspace)
        with any_store.begin(workspace) as uow:
            for _ in range(2):
                uow.decisions.add(a_decision(uow.workspaces.take_decision_number(), workspace_id=workspace))
            uow.commit()
    return any_store


def an_approval(approval_id: str, *, number: int = 1, minutes: int = 0, **extra: object) -> Approval:
    at = THURSDAY + timedelta(minutes=minutes)
    base = Approval("T1", approval_id, number, CTO, Part.LIMIT, ApprovalStatus.WAITING, at)
    return replace(base, **extra)  # type: ignore[arg-type]


def add(store: SqlStore, *approvals: Approval) -> None:
    with store.begin("T1") as uow:
        for each in approvals:
            uow.approvals.add(each)
        uow.commit()


def test_all_of_it_is_kept(house: SqlStore) -> None:
    whole = an_approval(
        "a1",
        approver=FINANCE,
        called="@finance",
        part=Part.AGREES,
        status=ApprovalStatus.APPROVED,
        asked_at=THURSDAY,
        nudged_at=THURSDAY + timedelta(days=1),
        offered_at=THURSDAY + timedelta(days=2),
        tabled_at=THURSDAY + timedelta(days=3),
        answered_by="U1",
        answered_at=THURSDAY + timedelta(days=4),
        outside_by="Maria Lopez",
        outside_on=date(2026, 10, 29),
        link="https://example.test/mail",
    )
    add(house, whole)
    with house.read("T1") as uow:
        assert uow.approvals.get("a1") == whole
    objected = replace(whole, status=ApprovalStatus.OBJECTED, why="No")
    with house.begin("T1") as uow:
        uow.approvals.save(objected)
        uow.commit()
    with house.read("T1") as uow:
        assert uow.approvals.of(1) == [objected]


def test_they_are_found_by_decision_oldest_first(house: SqlStore) -> None:
    add(house, an_approval("b", minutes=2), an_approval("c", minutes=1), an_approval("a", number=2))
    with house.read("T1") as uow:
        assert [each.id for each in uow.approvals.of(1)] == ["c", "b"]
        assert {number: [each.id for each in found] for number, found in uow.approvals.of_many([1, 2, 3]).items()} == {
            1: ["c", "b"],
            2: ["a"],
        }
        assert uow.approvals.of_many([]) == {}


def test_those_that_wait_and_those_that_were_given(house: SqlStore) -> None:
    given = THURSDAY + timedelta(hours=5)
    add(
        house,
        an_approval("waits"),
        an_approval("objects", minutes=1, status=ApprovalStatus.OBJECTED),
        an_approval("gone", status=ApprovalStatus.VOID, answered_at=given),
        an_approval("given", status=ApprovalStatus.APPROVED, answered_at=given),
    )
    with house.read("T1") as uow:
        assert [each.id for each in uow.approvals.waiting()] == ["waits", "objects"]
        assert [each.id for each in uow.approvals.answered_since(given)] == ["given"]
        assert uow.approvals.answered_since(given + timedelta(seconds=1)) == []


def test_another_workspaces_are_unknown(house: SqlStore) -> None:
    add(house, an_approval("a1"))
    with house.begin("T2") as uow:
        with pytest.raises(NotFound):
            uow.approvals.get("a1", lock=True)
        assert uow.approvals.of(1, lock=True) == []
        assert uow.approvals.waiting() == []
        uow.approvals.save(an_approval("a1", status=ApprovalStatus.APPROVED))
        uow.commit()
    with house.read("T1") as uow:
        assert uow.approvals.get("a1").status is ApprovalStatus.WAITING


def test_whoever_locks_those_of_a_decision_comes_after_whoever_did_before(house: SqlStore) -> None:
    add(house, an_approval("a1"), an_approval("a2"))
    began, seen = threading.Event(), list[ApprovalStatus]()

    def second() -> None:
        began.wait()
        with house.begin("T1") as uow:
            seen.extend(each.status for each in uow.approvals.of(1, lock=True))

    other = threading.Thread(target=second)
    with house.begin("T1") as uow:
        first = uow.approvals.of(1, lock=True)
        other.start()
        began.set()
        for each in first:
            uow.approvals.save(replace(each, status=ApprovalStatus.APPROVED))
        uow.commit()
    other.join()
    assert seen == [ApprovalStatus.APPROVED, ApprovalStatus.APPROVED]
