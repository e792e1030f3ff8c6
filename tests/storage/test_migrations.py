"""Migrations make what the tables say, on both engines: all of one or nothing of it, however often, by however many."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from storage import migrate
from storage.migrate import _config, _connection
from storage.store import normal_url, open_store
from storage.tables import metadata
from tests.support import a_workspace

ROOT = Path(__file__).parents[2]
ALL = ["0001", "0002"]
SOME = {str: "1", int: 1, bool: True, date: date(2026, 1, 1), time: time(9), datetime: datetime(2026, 1, 1, tzinfo=UTC)}
NOT_IN_THE_TABLES = ("decisions_search", "search_tenants")  # SQLite's index, with its shadow tables


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/blank.db"
    found: str = request.getfixturevalue("blank_postgres_url")
    return found


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(normal_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    if kind == "table":
        return not str(name).startswith(NOT_IN_THE_TABLES)
    return name not in {"search_vector", "ix_decisions_search_vector"}


def differences(url: str) -> list[Any]:
    with connected(url) as connection:
        options = {"include_object": ours, "compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def tables_in(url: str) -> set[str]:
    with connected(url) as connection:
        return set(inspect(connection).get_table_names())


def downgrade(url: str, to: str = "base") -> None:
    with _connection(url) as connection:
        command.downgrade(_config(connection), to)


def ours_in(connection: Connection) -> list[Table]:
    """Our tables as this database has them, those that others need first."""
    there = MetaData()
    there.reflect(connection, only=lambda name, _: name in metadata.tables)
    return there.sorted_tables


def fill(url: str) -> None:
    """A row in every table that has none."""
    with connected(url) as connection:
        for table in ours_in(connection):
            row = {each.name: SOME[each.type.python_type] for each in table.columns if not each.computed}
            if connection.execute(table.select()).first() is None:
                connection.execute(table.insert().values(row | {"workspace_id": "T1"}))
        connection.commit()


def rows_in(url: str) -> dict[str, list[dict[str, Any]]]:
    with connected(url) as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(table.select())]
            for table in ours_in(connection)
        }


def test_the_migrated_database_is_what_the_tables_say(blank_url: str) -> None:
    migrate.upgrade(blank_url)
    assert differences(blank_url) == []


def test_a_difference_would_be_seen(blank_url: str) -> None:
    migrate.upgrade(blank_url)
    with connected(blank_url) as connection:
        connection.execute(text("ALTER TABLE topics ADD COLUMN mood TEXT"))
        connection.execute(text("DROP INDEX ix_jobs_next_at"))
        connection.commit()
    assert {each[0] for each in differences(blank_url)} == {"remove_column", "add_index"}


def test_up_down_and_up_again(blank_url: str) -> None:
    migrate.upgrade(blank_url)
    downgrade(blank_url)
    assert tables_in(blank_url) == {"alembic_version"}
    assert migrate.pending(blank_url) == ALL
    migrate.upgrade(blank_url)
    assert differences(blank_url) == []


def test_what_was_there_before_a_step_is_there_after_it_and_after_going_back(blank_url: str) -> None:
    with _connection(blank_url) as connection:
        command.upgrade(_config(connection), ALL[0])
    fill(blank_url)
    before = rows_in(blank_url)
    migrate.upgrade(blank_url)
    after = rows_in(blank_url)
    for name, rows in before.items():
        assert all(old.items() <= row.items() for old, row in zip(rows, after[name], strict=True)), name
    fill(blank_url)
    assert all(rows_in(blank_url).values())
    downgrade(blank_url, ALL[0])
    assert rows_in(blank_url) == before
    migrate.upgrade(blank_url)
    assert differences(blank_url) == []


def test_migrating_twice_changes_nothing_and_keeps_what_is_there(blank_url: str) -> None:
    assert migrate.pending(blank_url) == ALL
    migrate.upgrade(blank_url)
    store = open_store(blank_url)
    a_workspace(store)
    migrate.upgrade(blank_url)
    assert migrate.pending(blank_url) == []
    with store.read("T1") as uow:
        assert uow.workspaces.get().name == "Tidewater"
    store.close()


def test_several_processes_at_once_apply_each_step_once(blank_url: str) -> None:
    upgrade = [sys.executable, "-c", "import sys; from storage import migrate; migrate.upgrade(sys.argv[1])", blank_url]
    processes = [subprocess.Popen(upgrade, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[1] for process in processes] == [""] * 3
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert differences(blank_url) == []


def test_a_migration_that_breaks_half_way_leaves_nothing_behind(blank_url: str) -> None:
    with connected(blank_url) as connection:
        connection.execute(text("CREATE TABLE topics (id INTEGER)"))  # in the way of one of the last steps
        connection.commit()
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(blank_url)
    assert tables_in(blank_url) - {"alembic_version"} == {"topics"}
    with connected(blank_url) as connection:
        connection.execute(text("DROP TABLE topics"))
        connection.commit()
    migrate.upgrade(blank_url)
    assert differences(blank_url) == []


@pytest.mark.postgres
def test_the_plain_login_role_can_ask_what_is_pending(postgres_url: str) -> None:
    assert migrate.pending(postgres_url) == []


@pytest.mark.parametrize("url", ["mysql://root@host/db", "sqlite://", "sqlite:///:memory:", "redis://host"])
def test_another_kind_of_database_is_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match="SQLite file"):
        normal_url(url)


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg2://u:p@h/d"])
def test_every_way_of_writing_postgresql_is_understood(url: str) -> None:
    assert normal_url(url) == "postgresql+psycopg://u:p@h/d"
