"""Two imports at once that fill the same gap between the numbers."""

import threading

import pytest

from bot.domain.interchange.placing import Outcome
from bot.usecases.interchange import Imported
from storage.store import SqlStore
from tests.support import services_on
from tests.usecases.test_interchange import DANA, SAM, a_record, everything, take_in

GAP = range(2, 9)


@pytest.fixture
def gap(any_store: SqlStore) -> SqlStore:
    """A log with D-1 and D-9, on both engines."""
    services_on(any_store, DANA, SAM)
    take_in(any_store, a_record(1), a_record(9), source="first")
    return any_store


def test_who_comes_second_gets_the_numbers_after_all(gap: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, count = gap.begin, iter(range(1000))

    def overtaken(workspace: str) -> object:
        if next(count) == 1:  # after it reserved its numbers, before it wrote
            monkeypatch.undo()
            take_in(gap, *(a_record(number, f"Quick {number}") for number in GAP), source="quick")
        return begun(workspace)

    monkeypatch.setattr(gap, "begin", overtaken)
    done = take_in(gap, *(a_record(number, f"Slow {number}") for number in GAP), source="slow")
    assert [row.number for row in done.rows] == list(range(10, 17))
    assert done.count(Outcome.NEW) == len(GAP)
    assert len(everything(gap)) == 2 + 2 * len(GAP)


def test_the_same_import_twice_at_once_takes_each_record_once(gap: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, count = gap.begin, iter(range(1000))
    files = [a_record(number) for number in GAP]

    def overtaken(workspace: str) -> object:
        if next(count) == 1:
            monkeypatch.undo()
            take_in(gap, *files)
        return begun(workspace)

    monkeypatch.setattr(gap, "begin", overtaken)
    done = take_in(gap, *files)
    assert done.count(Outcome.UNCHANGED) == len(GAP)
    assert [row.number for row in done.rows] == list(GAP)
    assert len(everything(gap)) == 2 + len(GAP)


def test_really_at_once(gap: SqlStore) -> None:
    start = threading.Barrier(3)
    done: dict[str, Imported] = {}

    def run(source: str) -> None:
        start.wait()
        done[source] = take_in(gap, *(a_record(number, f"{source} {number}") for number in GAP), source=source)

    threads = [threading.Thread(target=run, args=(source,)) for source in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [row.number for each in done.values() for row in each.rows]
    assert len(done) == len(threads)
    assert sorted(numbers) == [*GAP, *range(10, 24)]
    assert all(each.count(Outcome.NEW) == len(GAP) for each in done.values())
