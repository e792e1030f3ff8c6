"""PostgreSQL's own walls under the guard: what the program's roles can do with SQL written by hand."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from storage.store import SqlStore
from storage.tables import TENANT_TABLES
from tests.postgres import PostgresServer
from tests.storage.things import a_cadence, a_decision, a_row, an_event, log_decisions, queue_rows
from tests.support import THURSDAY, a_person, a_workspace

pytestmark = pytest.mark.postgres
NAMES = sorted(table.name for table in TENANT_TABLES)


@pytest.fixture
def sql(
    postgres: PostgresServer, postgres_database: str, postgres_store: SqlStore
) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the plain login role, to a database in which T1 and T2 have the same things."""
    for workspace in ("T1", "T2"):
        a_workspace(postgres_store, workspace_id=workspace)
        with postgres_store.begin(workspace) as uow:
            uow.people.save(a_person(workspace_id=workspace))
            uow.cadences.add(a_cadence(workspace_id=workspace))
            uow.decisions.add(a_decision(workspace_id=workspace, title=f"Use Postgres in {workspace}"))
            uow.decisions.add_event(an_event(workspace_id=workspace))
            uow.outbox.add(a_row(f"M-{workspace}", workspace_id=workspace))
            uow.audit.add(by="U1", action="setup", at=THURSDAY)
            uow.commit()
    with psycopg.connect(postgres.url(postgres_database)) as connection:
        yield connection


def as_app(sql: psycopg.Connection[Any], workspace: str | None = None) -> None:
    sql.rollback()
    sql.execute("SET LOCAL ROLE backbeat_app")
    if workspace is not None:
        sql.execute("SELECT set_config('backbeat.workspace_id', %s, true)", [workspace])


def found(sql: psycopg.Connection[Any], query: str, table: str = "") -> list[Any]:
    return [row[0] for row in sql.execute(query.format(table).encode()).fetchall()]


def test_the_login_role_by_itself_may_do_nothing(sql: psycopg.Connection[Any]) -> None:
    for name in NAMES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            found(sql, "SELECT * FROM {}", name)
        sql.rollback()


@pytest.mark.parametrize("name", NAMES)
def test_without_a_workspace_there_is_nothing_to_see(sql: psycopg.Connection[Any], name: str) -> None:
    as_app(sql)
    assert found(sql, "SELECT count(*) FROM {}", name) == [0]
    as_app(sql, "")
    assert found(sql, "SELECT count(*) FROM {}", name) == [0]


@pytest.mark.parametrize(
    "name", ["workspaces", "people", "cadences", "decisions", "decision_events", "outbox", "audit"]
)
def test_within_a_workspace_its_own_rows_are_all_there_is(sql: psycopg.Connection[Any], name: str) -> None:
    as_app(sql, "T1")
    assert found(sql, "SELECT workspace_id FROM {}", name) == ["T1"]
    assert found(sql, "SELECT workspace_id FROM {} WHERE workspace_id = 'T2' OR true", name) == ["T1"]


def test_the_workspace_ends_with_the_transaction(sql: psycopg.Connection[Any]) -> None:
    as_app(sql, "T1")
    sql.commit()
    sql.execute("SET LOCAL ROLE backbeat_app")
    assert found(sql, "SELECT number FROM decisions") == []


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_its_wall(sql: psycopg.Connection[Any], name: str) -> None:
    query = "SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass"
    assert sql.execute(query, [name]).fetchone() == (True,)


def test_another_workspaces_rows_cannot_be_changed(sql: psycopg.Connection[Any]) -> None:
    as_app(sql, "T1")
    assert sql.execute("UPDATE decisions SET title = 'mine' WHERE workspace_id = 'T2'").rowcount == 0
    assert sql.execute("DELETE FROM outbox WHERE workspace_id = 'T2'").rowcount == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO people SELECT 'T2', 'U7', name, team_id, zone, is_slack_admin, is_guest, is_bot, is_deactivated,"
        " days, starts, ends, place, seen_at FROM people",
        "UPDATE people SET workspace_id = 'T2', id = 'U7'",
        "INSERT INTO reminders VALUES ('T2', 'U1', 'decision:1', '2026-10-29', now())",
    ],
)
def test_nothing_is_written_into_another_workspace(sql: psycopg.Connection[Any], statement: str) -> None:
    as_app(sql, "T1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        sql.execute(statement.encode())


@pytest.mark.parametrize("name", ["decision_events", "audit"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET \"by\" = 'U2'", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_is_only_ever_added_to(sql: psycopg.Connection[Any], name: str, verb: str) -> None:
    as_app(sql, "T1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute(verb.format(name).encode())


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE decisions DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_workspace ON decisions",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_walls_cannot_be_taken_down(sql: psycopg.Connection[Any], statement: str) -> None:
    as_app(sql, "T1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute(statement.encode())


def test_search_stays_in_the_workspace_and_needs_one(sql: psycopg.Connection[Any]) -> None:
    search = "SELECT unnest(backbeat_search('postgres', 100, 10))"
    as_app(sql, "T1")
    assert found(sql, search) == [1]
    as_app(sql)
    assert found(sql, search) == []


def test_search_is_not_for_everybody(sql: psycopg.Connection[Any]) -> None:
    sql.execute("SET LOCAL ROLE backbeat_queue")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute("SELECT backbeat_search('postgres', 100, 10)")


def test_the_queue_sees_ids_and_times_of_all_workspaces(sql: psycopg.Connection[Any]) -> None:
    sql.execute("SET LOCAL ROLE backbeat_queue")
    assert found(sql, "SELECT id FROM outbox ORDER BY id") == ["M-T1", "M-T2"]
    assert found(sql, "SELECT workspace_id FROM workspaces ORDER BY 1") == ["T1", "T2"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT message FROM outbox",
        "SELECT destination FROM outbox",
        "SELECT * FROM outbox",
        "SELECT name FROM workspaces",
        "SELECT subject_id FROM schedules",
        "SELECT subject_id FROM jobs",
        "SELECT number FROM decisions",
        "SELECT id FROM people",
        "SELECT key FROM inbox",
        "UPDATE outbox SET status = 'sent'",
        "DELETE FROM jobs",
        "INSERT INTO jobs (workspace_id, id) VALUES ('T1', 'J1')",
    ],
)
def test_the_queue_sees_nothing_that_anybody_said(sql: psycopg.Connection[Any], query: str) -> None:
    sql.execute("SET LOCAL ROLE backbeat_queue")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute(query.encode())


def test_a_unit_of_work_leaves_no_role_and_no_workspace_on_its_connection(postgres_store: SqlStore) -> None:
    a_workspace(postgres_store)
    log_decisions(postgres_store, a_decision())
    queue_rows(postgres_store, a_row())
    assert postgres_store.queue().due_outbox(at=THURSDAY, limit=9) == [("T1", "M1")]
    with postgres_store._reader.connect() as connection:
        found = connection.exec_driver_sql("SELECT current_user, current_setting('backbeat.workspace_id', true)").one()
    assert found[0] == "backbeat"
    assert not found[1]
