"""All that is kept of a decision comes in one question, and as it was kept."""

from datetime import timedelta

import pytest

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.errors import NotFound
from bot.domain.interchange.entries import Original
from bot.domain.rights import CTO, Part
from bot.domain.workspaces import Audience, Viewer
from storage.store import SqlStore
from tests.storage.things import ANYBODY, a_decision, an_event, log_decisions, statements_counted
from tests.support import THURSDAY, a_workspace

HOUR = timedelta(hours=1)


def an_approval(number: int = 1, **given: object) -> Approval:
    return Approval("T1", f"A{number}", number, CTO, Part.AGREES, ApprovalStatus.WAITING, THURSDAY, **given)  # type: ignore[arg-type]


ORIGINAL = Original("T1", 1, "adr", "0001-x.md", "d" * 64, THURSDAY, deciders=("Dana", "Sam"), text="# One")


@pytest.fixture
def kept(any_store: SqlStore) -> SqlStore:
    a_workspace(any_store)
    log_decisions(any_store, a_decision(1), a_decision(2, audience=Audience("G1")), a_decision(3))
    with any_store.begin("T1") as uow:
        uow.decisions.add_event(an_event(1, id="E2", at=THURSDAY + HOUR, changes={"why": ["a", None]}))
        uow.decisions.add_event(an_event(1, id="E1", at=THURSDAY, why="because"))
        uow.decisions.add_event(an_event(2, id="E3"))
        uow.approvals.add(an_approval(1, answered_at=THURSDAY))
        uow.approvals.add(an_approval(2))
        uow.decisions.add_original(ORIGINAL)
        uow.commit()
    return any_store


def test_what_is_kept_of_a_decision_comes_together_and_whole(kept: SqlStore) -> None:
    with kept.read("T1") as uow, statements_counted(kept) as asked:
        found = uow.decisions.recorded(1, ANYBODY)
        assert len(asked) == 1
        assert found.decision == uow.decisions.get(1, ANYBODY)
        assert [event.id for event in found.history] == ["E1", "E2"]
        assert list(found.history) == uow.decisions.history(1, ANYBODY)
        assert list(found.approvals) == uow.approvals.of(1) == [an_approval(1, answered_at=THURSDAY)]
        assert found.original == ORIGINAL


def test_a_decision_of_which_nothing_else_is_kept_is_found_too(kept: SqlStore) -> None:
    with kept.read("T1") as uow:
        found = uow.decisions.recorded(3, ANYBODY)
    assert (found.decision.number, found.history, found.approvals, found.original) == (3, (), (), None)


@pytest.mark.parametrize("number", [2, 4, 0, -1, 2**31, 10**30])
def test_what_is_hidden_or_not_there_is_not_found(kept: SqlStore, number: int) -> None:
    with kept.read("T1") as uow, pytest.raises(NotFound, match=f"D-{number}"):
        uow.decisions.recorded(number, ANYBODY)


def test_a_member_sees_all_of_it(kept: SqlStore) -> None:
    with kept.read("T1") as uow:
        found = uow.decisions.recorded(2, Viewer("U9", frozenset({"G1"})))
    assert ([event.id for event in found.history], list(found.approvals)) == (["E3"], [an_approval(2)])


def test_another_workspace_has_none_of_it(kept: SqlStore) -> None:
    a_workspace(kept, workspace_id="T2")
    with kept.read("T2") as uow, pytest.raises(NotFound):
        uow.decisions.recorded(1, Viewer.system())
