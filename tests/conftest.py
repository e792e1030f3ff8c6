"""Fixtures that many tests share: a migrated store on SQLite, and the same on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import migrate
from storage.store import SqlStore, open_store


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated, empty SQLite file: migrated once a session, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "backbeat.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path.read_bytes()


@pytest.fixture
def sqlite_store(tmp_path: Path, sqlite_template: bytes) -> Iterator[SqlStore]:
    path = tmp_path / "backbeat.db"
    path.write_bytes(sqlite_template)
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture
def store(sqlite_store: SqlStore) -> SqlStore:
    """The store of tests that are about use cases and handlers, not about storage."""
    return sqlite_store
