"""Migrations: bring a database to what this release expects, and say what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from storage.store import normal_url

MIGRATIONS = Path(__file__).with_name("migrations")


class DatabaseNewer(Exception):
    """A later release has migrated this database."""

    def __init__(self, revision: str | None) -> None:
        super().__init__(
            f"a later release has migrated the database (to {revision}): run that one, or restore a backup from before"
        )


def upgrade(url: str) -> None:
    """Apply what is pending. Safe to run again, and by several processes at once on PostgreSQL."""
    with _connection(url) as connection:
        command.upgrade(_config(connection), "head")


def pending(url: str) -> list[str]:
    """The revisions that are not applied yet, oldest first. Raises DatabaseNewer."""
    with _connection(url) as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    known = ScriptDirectory.from_config(_config(None))
    try:
        steps = list(known.iterate_revisions("head", now or "base"))
    except ResolutionError as error:
        raise DatabaseNewer(now) from error
    return [step.revision for step in reversed(steps)]


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _in_real_transactions(engine: Engine) -> None:
    """The driver begins no transaction for DDL: then what an interrupted migration had made would stay."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    engine = create_engine(normal_url(url), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        _in_real_transactions(engine)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
