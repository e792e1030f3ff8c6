"""Fixtures that many tests share: a migrated store on SQLite, and the same on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from structlog.processors import KeyValueRenderer, add_log_level, format_exc_info

from storage import migrate
from storage.store import SqlStore, open_store
from tests.postgres import OWNER, PostgresServer, postgres_server

# A stalled machine is no fault of what is tested: examples are counted, never timed.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """Tracebacks as text: drawing each with all its locals, as structlog does by default, takes seconds."""
    structlog.configure(processors=[add_log_level, format_exc_info, KeyValueRenderer()])


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the session; with xdist, one for each worker."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_database(postgres: PostgresServer) -> Iterator[str]:
    """The name of a migrated, empty database, for this test alone."""
    with postgres.database() as name:
        yield name


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_database: str) -> str:
    """The migrated database as the program sees it: its role is a plain one, neither owner nor superuser."""
    return postgres.url(postgres_database)


@pytest.fixture
def blank_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A database without a table, as its owner, who may migrate it."""
    with postgres.database(migrated=False) as name:
        yield postgres.url(name, OWNER)


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[SqlStore]:
    store = open_store(postgres_url)
    yield store
    store.close()


@pytest.fixture(params=ENGINES)
def any_store(request: pytest.FixtureRequest) -> SqlStore:
    """The same test on both engines."""
    found: SqlStore = request.getfixturevalue(f"{request.param}_store")
    return found
