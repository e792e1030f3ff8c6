"""What the monthly note reads: history since a moment, as far as its reader may see it, on both engines."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bot.domain.decisions import DecisionEventKind, DecisionStatus, Source
from bot.domain.workspaces import Audience, Viewer
from bot.usecases.ports import UnitOfWork
from storage.store import SqlStore
from tests.storage.things import ANYBODY, EVERYTHING, a_decision, an_event, statements_counted
from tests.support import THURSDAY, a_workspace

DAY = timedelta(days=1)


@pytest.fixture
def uow(any_store: SqlStore) -> Iterator[UnitOfWork]:
    a_workspace(any_store)
    a_workspace(any_store, workspace_id="T2")
    with any_store.begin("T1") as unit:
        yield unit


def enter(uow: UnitOfWork, number: int, *days_ago: int, **extra: object) -> None:
    """A decision with one event on each of these days, the first of which it was logged on."""
    uow.decisions.add(a_decision(number, **extra))
    for position, days in enumerate(days_ago):
        kind = DecisionEventKind.LOGGED if position == 0 else DecisionEventKind.KEPT
        uow.decisions.add_event(an_event(number, kind=kind, at=THURSDAY - days * DAY))


def test_what_happened_since_is_told_in_its_order_with_the_decisions_it_happened_to(uow: UnitOfWork) -> None:
    enter(uow, 1, 90, 2)
    enter(uow, 2, 5, status=DecisionStatus.WITHDRAWN)
    enter(uow, 3, 90)
    since = THURSDAY - 5 * DAY
    told = uow.decisions.history_since(since, EVERYTHING)
    assert [(each.number, each.at) for each in told] == [(2, since), (1, THURSDAY - 2 * DAY)]
    assert [each.number for each in uow.decisions.changed_since(since, EVERYTHING)] == [1, 2]
    assert uow.decisions.history_since(THURSDAY, EVERYTHING) == []
    assert uow.decisions.changed_since(THURSDAY, EVERYTHING) == []


def test_what_its_reader_may_not_see_is_not_told(uow: UnitOfWork) -> None:
    enter(uow, 1, 1)
    enter(uow, 2, 1, audience=Audience("G1"), source=Source("G1"), author_id="U2", owner_id="U3")
    since = THURSDAY - 30 * DAY

    def seen_by(viewer: Viewer) -> tuple[list[int], list[int]]:
        told = sorted(each.number for each in uow.decisions.history_since(since, viewer))
        return told, [each.number for each in uow.decisions.changed_since(since, viewer)]

    assert seen_by(ANYBODY) == ([1], [1])
    assert seen_by(Viewer("U3")) == ([1, 2], [1, 2])
    assert seen_by(Viewer("U9", frozenset({"G1"}))) == ([1, 2], [1, 2])
    assert seen_by(Viewer("U9", is_guest=True)) == ([], [])
    assert seen_by(Viewer("U9", may_see_anything=False)) == ([], [])


def test_another_workspace_has_a_history_of_its_own(uow: UnitOfWork, any_store: SqlStore) -> None:
    enter(uow, 1, 1)
    uow.commit()
    with any_store.read("T2") as theirs:
        assert theirs.decisions.history_since(THURSDAY - 30 * DAY, EVERYTHING) == []
        assert theirs.decisions.changed_since(THURSDAY - 30 * DAY, EVERYTHING) == []


def test_both_take_one_statement_each_however_much_happened(uow: UnitOfWork, any_store: SqlStore) -> None:
    for number in range(1, 8):
        enter(uow, number, 3, 2)
    uow.commit()
    with any_store.read("T1") as reading, statements_counted(any_store) as statements:
        reading.decisions.history_since(THURSDAY - 30 * DAY, ANYBODY)
        reading.decisions.changed_since(THURSDAY - 30 * DAY, ANYBODY)
    assert len([each for each in statements if each.startswith("SELECT")]) == 2


def test_who_was_reminded_of_some_kind_of_thing_since(uow: UnitOfWork) -> None:
    day = date(2026, 10, 29)
    for subject, days in (("decision:1", 3), ("decision:2", 1), ("decisions_", 1), ("offer:1", 1)):
        uow.reminders.take(person="U1", subject=subject, due_on=day, at=THURSDAY - days * DAY)
    found = uow.reminders.since(THURSDAY - 2 * DAY, begins="decision:")
    assert [each.subject for each in found] == ["decision:2"]
    found = uow.reminders.since(THURSDAY - 9 * DAY, begins="decision:")
    assert [each.subject for each in found] == ["decision:1", "decision:2"]
