"""What is due, across workspaces: in order within each, by turns between them, and without reading what is done."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.domain.outbox import Operation, OutboxStatus
from bot.domain.schedules import Schedule, ScheduleKind
from bot.usecases.ports import Job
from storage.store import SqlStore
from tests.storage.things import a_row, queue_rows
from tests.support import THURSDAY, a_workspace

SECOND = timedelta(seconds=1)


def due(store: SqlStore, limit: int = 99) -> list[str]:
    return [row_id for _, row_id in store.queue().due_outbox(at=THURSDAY, limit=limit)]


def test_rows_are_due_in_the_order_they_were_queued(any_store: SqlStore) -> None:
    a_workspace(any_store)
    queue_rows(
        any_store,
        a_row("M3"),
        a_row("M1"),
        a_row("M2", next_at=THURSDAY + SECOND),
        a_row("M4", next_at=THURSDAY - SECOND),
    )
    assert due(any_store) == ["M1", "M3", "M4"]
    assert due(any_store, limit=2) == ["M1", "M3"]


@pytest.mark.parametrize("status", list(OutboxStatus))
def test_only_what_is_queued_or_under_way_is_looked_at(any_store: SqlStore, status: OutboxStatus) -> None:
    a_workspace(any_store)
    queue_rows(any_store, a_row(status=status))
    assert due(any_store) == (["M1"] if status in {OutboxStatus.QUEUED, OutboxStatus.SENDING} else [])


@pytest.mark.parametrize("status", list(OutboxStatus))
@pytest.mark.parametrize("operation", list(Operation))
def test_a_row_that_follows_another_waits_until_that_one_is_settled(
    any_store: SqlStore, status: OutboxStatus, operation: Operation
) -> None:
    a_workspace(any_store)
    queue_rows(any_store, a_row("M1", status=status), a_row("M2", after_id="M1", operation=operation))
    assert ("M2" in due(any_store)) is (status not in {OutboxStatus.QUEUED, OutboxStatus.SENDING})


def test_a_long_queue_delays_nobody_else(any_store: SqlStore) -> None:
    for workspace in ("T1", "T2", "T3"):
        a_workspace(any_store, workspace_id=workspace)
    queue_rows(any_store, *[a_row(f"A{number:03}") for number in range(300)])
    for workspace in ("T2", "T3"):
        queue_rows(any_store, a_row(f"Z-{workspace}", workspace_id=workspace), workspace=workspace)
    assert due(any_store, limit=4) == ["A000", "Z-T2", "Z-T3", "A001"]


def test_schedules_are_due_by_their_moment_and_workspaces_by_turns(any_store: SqlStore) -> None:
    for workspace in ("T1", "T2"):
        a_workspace(any_store, workspace_id=workspace)
        with any_store.begin(workspace) as uow:
            for number, seconds in enumerate((5, 3, 4, -1)):
                moment = THURSDAY - seconds * SECOND
                name = f"{workspace}-{number}"
                uow.schedules.add(Schedule(workspace, name, ScheduleKind.WAITING, name, moment, "2026-10-29"))
            uow.schedules.add(Schedule(workspace, f"{workspace}-9", ScheduleKind.WAITING, "U9", None, ""))
            uow.commit()
    found = any_store.queue().due_schedules(at=THURSDAY, limit=99)
    assert found == [(name[:2], name) for name in ("T1-0", "T2-0", "T1-2", "T2-2", "T1-1", "T2-1")]
    assert len(any_store.queue().due_schedules(at=THURSDAY, limit=3)) == 3


def test_jobs_are_due_until_they_are_done(any_store: SqlStore) -> None:
    a_workspace(any_store)
    job = Job("T1", "J1", "summarise", "X1", THURSDAY)
    with any_store.begin("T1") as uow:
        uow.jobs.add(job)
        uow.jobs.add(replace(job, id="J2", next_at=None))
        uow.jobs.add(replace(job, id="J3", next_at=THURSDAY + SECOND))
        uow.commit()
    assert any_store.queue().due_jobs(at=THURSDAY, limit=9) == [("T1", "J1")]
    assert any_store.queue().workspaces() == ["T1"]


def test_settled_rows_are_not_read_to_find_what_is_due(sqlite_store: SqlStore) -> None:
    a_workspace(sqlite_store)
    seen: list[tuple[str, tuple[object, ...]]] = []
    event.listen(
        sqlite_store._reader, "before_cursor_execute", lambda _c, _k, sql, values, *_: seen.append((sql, values))
    )
    queue = sqlite_store.queue()
    queue.due_outbox(at=THURSDAY, limit=9)
    queue.due_schedules(at=THURSDAY, limit=9)
    queue.due_jobs(at=THURSDAY, limit=9)
    statements = [each for each in seen if each[0].startswith("SELECT")]
    assert len(statements) == 3
    for sql, values in statements:
        with sqlite_store._reader.connect() as connection:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        assert not any(line.startswith("SCAN") and "subquery" not in line.lower() for line in plan), plan
