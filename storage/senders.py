"""Who is sending. Each session holds a lock that the system frees when its process is gone, and only then.

A frozen process still holds its lock: nobody posts in its place, because it may yet wake up and post.
"""

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import ExternalFailure
from bot.domain.ids import random_id


class FileSenders:
    """Locked files in a directory beside the SQLite file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._id = ""
        directory.mkdir(parents=True, exist_ok=True)
        for left_behind in directory.glob("*.lock"):
            self.is_gone(left_behind.stem)
        self._id = random_id()
        self._held: IO[Any] = self._path(self._id).open("w")
        fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @property
    def id(self) -> str:
        """Raises ExternalFailure once the session is over: then nothing may be sent in its name."""
        if self._held.closed:
            raise _over()
        return self._id

    def is_gone(self, session: str) -> bool:
        if session == self._id:
            return False
        path = self._path(session)
        try:
            with path.open("r+") as other:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return True
        except BlockingIOError:
            return False
        path.unlink(missing_ok=True)
        return True

    def close(self) -> None:
        self._path(self._id).unlink(missing_ok=True)
        self._held.close()

    def _path(self, session: str) -> Path:
        return self._directory / f"{session}.lock"


class PostgresSenders:
    """Advisory locks on a connection kept for this alone. If that connection is lost, a new session begins."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._closed = False
        self._id = ""
        with _out_of_reach():
            self._begin()

    @property
    def id(self) -> str:
        """Raises ExternalFailure where the database is out of reach, and once the session is over."""
        with self._lock, _out_of_reach():
            if self._closed:
                raise _over()
            try:
                if self._connection is not None:
                    self._connection.execute(select(1))
                    return self._id
            except DBAPIError:
                self._drop()
            self._begin()
            return self._id

    def is_gone(self, session: str) -> bool:
        """Raises ExternalFailure where the database is out of reach."""
        if session == self._id:
            return False
        with _out_of_reach(), self._engine.connect() as connection:
            free = connection.execute(select(func.pg_try_advisory_xact_lock(_key(session)))).scalar()
            connection.rollback()
        return bool(free)

    def close(self) -> None:
        """The end of the session, and of sending: nothing begins another one."""
        with self._lock:
            self._closed = True
            with suppress(DBAPIError):
                if self._connection is not None:  # free before the server has noticed that we are gone
                    self._connection.execute(select(func.pg_advisory_unlock_all()))
            self._drop()

    def _begin(self) -> None:
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.detach()  # it leaves the pool: a lock must not outlive its session on a pooled connection
        session = random_id()
        try:
            self._connection.execute(select(func.pg_advisory_lock(_key(session))))
        except DBAPIError:
            self._drop()
            raise
        self._id = session

    def _drop(self) -> None:
        """Closed in earnest, not given back: it left the pool. (Invalidated, it would stay open, and so its lock.)"""
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
            self._connection = None


@contextmanager
def _out_of_reach() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise ExternalFailure(
            "My database can't be reached just now.", permanent=False, code="database_unreachable"
        ) from error


def _over() -> ExternalFailure:
    return ExternalFailure("I'm about to stop.", permanent=False, code="session_over")


def _key(session: str) -> int:
    return int.from_bytes(hashlib.sha256(session.encode()).digest()[:8], "big", signed=True)
