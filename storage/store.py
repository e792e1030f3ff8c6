"""The store: units of work on SQLite (the embedded default) or PostgreSQL (the distributed engine).

All waits on the way to an acknowledgement (a free connection, the writer's turn, a lock, a statement) add up to less
than Slack's three seconds: better to fail and give the words back than to say "ok" to what is not committed.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, event, func, make_url, select
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
from storage.repositories.drafts import SqlDrafts
from storage.repositories.meetings import SqlCadences, SqlTopics
from storage.repositories.rights import SqlApprovals, SqlRights
from storage.repositories.standups import SqlConcerns, SqlStandups, SqlUpdates
from storage.repositories.workspaces import SqlAudit, SqlPeople, SqlWorkspaces
from storage.senders import FileSenders, PostgresSenders
from storage.unit import Session, busy, is_passing

WRITER_WAIT = 0.9  # seconds; this and the next two come one after the other
POOL_WAIT = 0.4
LOCK_WAIT = 0.6
STATEMENT_WAIT = 1.0
IDLE_WAIT = 10.0  # a process that stands still within a transaction must not hold its locks for ever
NETWORK_WAIT = 2.0  # the server's own limits are of no use where it can't be heard
# Either side notices within a minute that the other's machine is gone: until then a sender's lock would not be free.
ALIVE = {"idle": 30, "interval": 10, "count": 3}
APP_ROLE, QUEUE_ROLE = "backbeat_app", "backbeat_queue"
LOCAL = True
ENTER = select(  # put together once, for each transaction on PostgreSQL begins with it
    func.set_config("backbeat.workspace_id", bindparam("workspace"), LOCAL),
    func.set_config("transaction_read_only", bindparam("read_only"), LOCAL),
    func.set_config("role", APP_ROLE, LOCAL),
)


class SqlUnitOfWork:
    """One transaction in one workspace. Implements ports.UnitOfWork."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.workspaces: ports.Workspaces = SqlWorkspaces(session)
        self.people: ports.People = SqlPeople(session)
        self.decisions: ports.Decisions = SqlDecisions(session)
        self.rights: ports.Rights = SqlRights(session)
        self.approvals: ports.Approvals = SqlApprovals(session)
        self.drafts: ports.Drafts = SqlDrafts(session)
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
            if is_passing(error):
                raise busy(error) from error
            raise


class SqlStore:
    """Opens units of work. One for the life of a process; `close` it at the end."""

    def __init__(self, url: str, *, pool_size: int = 10, is_lasting: bool = True) -> None:
        self.url = url
        self._guard = Guard()
        self._is_postgres = make_url(url).get_backend_name() == "postgresql"
        if self._is_postgres:
            self._writer = self._reader = _postgres(url, pool_size)
        else:
            self._writer = _sqlite(url, 1, begin="IMMEDIATE", is_lasting=is_lasting)
            self._reader = _sqlite(url, pool_size, begin="DEFERRED", read_only=True)
        self._turn = threading.Lock()
        self._sessions: list[FileSenders | PostgresSenders] = []

    def begin(self, workspace: str) -> AbstractContextManager[UnitOfWork]:
        return self._unit(self._writer, workspace) if self._is_postgres else self._in_turn(workspace)

    def read(self, workspace: str) -> AbstractContextManager[UnitOfWork]:
        return self._unit(self._reader, workspace, read_only=True)

    def queue(self) -> Queue:
        return SqlQueue(self._reader, QUEUE_ROLE if self._is_postgres else None)

    def senders(self) -> Senders:
        """A new sending session for this process, which ends with the store."""
        path = make_url(self.url).database
        session = PostgresSenders(self._reader) if self._is_postgres else FileSenders(Path(f"{path}.senders"))
        self._sessions.append(session)
        return session

    def check(self) -> None:
        """Raises ExternalFailure unless the database answers."""
        with self._connect(self._reader, lambda connection: connection.execute(select(1))):
            pass

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def _in_turn(self, workspace: str) -> Iterator[UnitOfWork]:
        """SQLite has one writer: waiting for it here is fairer and cheaper than asking the file again and again."""
        if not self._turn.acquire(timeout=WRITER_WAIT):
            raise ExternalFailure(
                "My database is busy. Please try again in a moment.", permanent=False, code="database_busy"
            )
        try:
            with self._unit(self._writer, workspace) as uow:
                yield uow
        finally:
            self._turn.release()

    @contextmanager
    def _unit(self, engine: Engine, workspace: str, *, read_only: bool = False) -> Iterator[UnitOfWork]:
        def enter(connection: Connection) -> None:
            if self._is_postgres:
                _enter(connection, workspace, read_only=read_only)

        with self._connect(engine, enter) as connection:
            yield SqlUnitOfWork(Session(connection, workspace, self._guard))

    @contextmanager
    def _connect(self, engine: Engine, enter: Callable[[Connection], object]) -> Iterator[Connection]:
        """A connection in a transaction that begins with `enter`.

        One that turns out to be dead, as after a restart of the server, is replaced once: nothing was done on it yet.
        """
        with ExitStack() as stack:
            for may_repeat in (True, False):
                connection = _begun(engine, stack)
                try:
                    enter(connection)
                    break
                except DBAPIError as error:
                    if not is_passing(error):
                        raise
                    if not (may_repeat and error.connection_invalidated):
                        raise _unreachable() from error
            yield connection


def open_store(url: str, *, pool_size: int = 10, is_lasting: bool = True) -> SqlStore:
    """The store at `url`: "sqlite:///backbeat.db" or "postgresql://…". Migrations are `storage.migrate`'s.

    Not `is_lasting`: a file of SQLite's that may be lost with the machine's power, such as the demo's; nothing waits
    for the disk.
    """
    return SqlStore(normal_url(url), pool_size=pool_size, is_lasting=is_lasting)


def normal_url(url: str) -> str:
    """`url` with the driver that Backbeat uses. Raises ValueError for another kind of database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql" or parsed.drivername == "postgres":
        return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.render_as_string(hide_password=False)
    raise ValueError("DATABASE_URL must name a SQLite file (sqlite:///backbeat.db) or a PostgreSQL database")


def _begun(engine: Engine, stack: ExitStack) -> Connection:
    """A connection in a transaction; `stack` lets go of it. Raises ExternalFailure."""
    try:
        connection = engine.connect()
        stack.callback(_let_go, connection)
        connection.begin()
    except (DBAPIError, PoolTimeout) as error:
        raise _unreachable() from error
    return connection


def _unreachable() -> ExternalFailure:
    words = "My database can't be reached just now. Please try again in a moment."
    return ExternalFailure(words, permanent=False, code="database_unreachable")


def _let_go(connection: Connection) -> None:
    """Rolls back what was not committed. Where the connection is lost, the database has done so itself."""
    with suppress(DBAPIError):
        connection.close()


def _enter(connection: Connection, workspace: str, *, read_only: bool) -> None:
    """One round trip: the plain role and the workspace, until the transaction ends."""
    connection.execute(ENTER, {"workspace": workspace, "read_only": "on" if read_only else "off"})


def _postgres(url: str, pool_size: int) -> Engine:
    waits = {
        "lock_timeout": LOCK_WAIT,
        "statement_timeout": STATEMENT_WAIT,
        "idle_in_transaction_session_timeout": IDLE_WAIT,
    }
    options = " ".join(f"-c {name}={int(seconds * 1000)}" for name, seconds in waits.items())
    options += "".join(f" -c tcp_keepalives_{name}={value}" for name, value in ALIVE.items())
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_WAIT,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 2,
            "options": options,
            "prepare_threshold": 3,
            "tcp_user_timeout": int(NETWORK_WAIT * 1000),
            **{f"keepalives_{name}": value for name, value in ALIVE.items()},
        },
    )


def _sqlite(url: str, pool_size: int, *, begin: str, read_only: bool = False, is_lasting: bool = True) -> Engine:
    synchronous = "FULL" if is_lasting else "OFF"
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
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            f"query_only={int(read_only)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine
