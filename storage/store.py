"""The store: units of work on SQLite (the embedded default) or PostgreSQL (the distributed engine).

All waits on the way to an acknowledgement (a free connection, the writer's turn, a lock, a statement) add up to less
than Slack's three seconds: better to fail and give the words back than to say "ok" to what is not committed.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from bot.domain.errors import ExternalFailure
from bot.usecases import ports
from bot.usecases.ports import Queue, Senders, UnitOfWork
from storage.guard import Guard
from storage.queue import SqlQueue
from storage.repositories.decisions import SqlDecisions
from storage.repositories.delivery import SqlInbox, SqlJobs, SqlOutbox, SqlReminders, SqlSchedules
from storage.repositories.meetings import SqlCadences, SqlTopics
from storage.repositories.standups import SqlConcerns, SqlStandups, SqlUpdates
from storage.repositories.workspaces import SqlAudit, SqlPeople, SqlWorkspaces
from storage.senders import FileSenders, PostgresSenders
from storage.unit import Session, unreachable

WRITER_WAIT = 1.2  # seconds
POOL_WAIT = 0.5
LOCK_WAIT = 0.8
STATEMENT_WAIT = 1.0
APP_ROLE, QUEUE_ROLE = "backbeat_app", "backbeat_queue"


class SqlUnitOfWork:
    """One transaction in one workspace. Implements ports.UnitOfWork."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.workspaces: ports.Workspaces = SqlWorkspaces(session)
        self.people: ports.People = SqlPeople(session)
        self.decisions: ports.Decisions = SqlDecisions(session)
        self.cadences: ports.Cadences = SqlCadences(session)
        self.topics: ports.Topics = SqlTopics(session)
        self.standups: ports.Standups = SqlStandups(session)
        self.concerns: ports.Concerns = SqlConcerns(session)
        self.updates: ports.Updates = SqlUpdates(session)
        self.schedules: ports.Schedules = SqlSchedules(session)
        self.outbox: ports.Outbox = SqlOutbox(session)
        self.inbox: ports.Inbox = SqlInbox(session)
        self.reminders: ports.Reminders = SqlReminders(session)
        self.jobs: ports.Jobs = SqlJobs(session)
        self.audit: ports.Audit = SqlAudit(session)

    @property
    def workspace_id(self) -> str:
        return self._session.workspace_id

    def commit(self) -> None:
        """Make it lasting. Raises ExternalFailure where the database could not."""
        try:
            self._session.connection.commit()
        except DBAPIError as error:
            raise unreachable(error) from error


class SqlStore:
    """Opens units of work. One for the life of a process; `close` it at the end."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self._guard = Guard()
        self._is_postgres = make_url(url).get_backend_name() == "postgresql"
        if self._is_postgres:
            self._writer = self._reader = _postgres(url, pool_size)
        else:
            self._writer, self._reader = _sqlite(url, "IMMEDIATE", 1), _sqlite(url, "DEFERRED", pool_size)
        self._turn = threading.Lock()

    def begin(self, workspace: str) -> AbstractContextManager[UnitOfWork]:
        return self._unit(self._writer, workspace, in_turn=not self._is_postgres)

    def read(self, workspace: str) -> AbstractContextManager[UnitOfWork]:
        return self._unit(self._reader, workspace, in_turn=False)

    def queue(self) -> Queue:
        return SqlQueue(self._reader, QUEUE_ROLE if self._is_postgres else None)

    def senders(self) -> Senders:
        """A new sending session for this process."""
        if self._is_postgres:
            return PostgresSenders(self._reader)
        path = make_url(self.url).database
        return FileSenders(Path(f"{path}.senders"))

    def check(self) -> None:
        """Raises ExternalFailure unless the database answers."""
        with self._connect(self._reader) as connection:
            connection.execute(select(1))

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def _unit(self, engine: Engine, workspace: str, *, in_turn: bool) -> Iterator[UnitOfWork]:
        if in_turn and not self._turn.acquire(timeout=WRITER_WAIT):
            raise ExternalFailure(
                "My database is busy. Please try again in a moment.", permanent=False, code="database_busy"
            )
        try:
            with self._connect(engine) as connection:
                if self._is_postgres:
                    _enter(connection, APP_ROLE, workspace)
                yield SqlUnitOfWork(Session(connection, workspace, self._guard))
        finally:
            if in_turn:
                self._turn.release()

    @contextmanager
    def _connect(self, engine: Engine) -> Iterator[Connection]:
        try:
            connection = engine.connect()
            connection.begin()
        except (DBAPIError, PoolTimeout) as error:
            raise ExternalFailure(
                "My database can't be reached just now. Please try again in a moment.",
                permanent=False,
                code="database_unreachable",
            ) from error
        with connection:  # leaving without a commit rolls back
            yield connection


def open_store(url: str, *, pool_size: int = 10) -> SqlStore:
    """The store at `url`: "sqlite:///backbeat.db" or "postgresql://…". Migrations are `storage.migrate`'s."""
    return SqlStore(normal_url(url), pool_size=pool_size)


def normal_url(url: str) -> str:
    """`url` with the driver that Backbeat uses. Raises ValueError for another kind of database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql" or parsed.drivername == "postgres":
        return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.render_as_string(hide_password=False)
    raise ValueError("DATABASE_URL must name a SQLite file (sqlite:///backbeat.db) or a PostgreSQL database")


def _enter(connection: Connection, role: str, workspace: str) -> None:
    """One round trip: the plain role and the workspace, both until the transaction ends."""
    connection.execute(
        select(
            func.set_config("role", role, True),  # noqa: FBT003 - PostgreSQL's own parameter: local to the transaction
            func.set_config("backbeat.workspace_id", workspace, True),  # noqa: FBT003 - as above
        )
    )


def _postgres(url: str, pool_size: int) -> Engine:
    options = f"-c lock_timeout={int(LOCK_WAIT * 1000)} -c statement_timeout={int(STATEMENT_WAIT * 1000)}"
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_WAIT,
        pool_recycle=1800,
        connect_args={"connect_timeout": 2, "options": options, "prepare_threshold": 3},
    )


def _sqlite(url: str, begin: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_WAIT,
        connect_args={"timeout": LOCK_WAIT, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine
