"""What is due, across all workspaces: only ids and times. In PostgreSQL a role of its own can read nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Integer, Select, Table, and_, bindparam, func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import ExternalFailure
from bot.domain.outbox import OutboxStatus
from storage import tables

SETTLED = (
    OutboxStatus.SENT,
    OutboxStatus.FAILED,
    OutboxStatus.UNCERTAIN,
    OutboxStatus.LATE,
    OutboxStatus.DROPPED,
)


AT = bindparam("at", type_=tables.schedules.c.next_at.type)
LIMIT = bindparam("limit", type_=Integer)


def _in_turn(table: Table, due: ColumnElement[bool], *, by: ColumnElement[Any], source: Any = None) -> Select[Any]:
    """Each workspace's rows in the order of `by`, and the workspaces by turns: a long queue is its owner's."""
    place = func.row_number().over(partition_by=table.c.workspace_id, order_by=(by, table.c.id))
    statement = select(table.c.workspace_id, table.c.id).select_from(table if source is None else source)
    return statement.where(due).order_by(place, by, table.c.id).limit(LIMIT)


def _outbox() -> Select[Any]:
    """A row that waits for another one (its thread, or the post that it updates) is not due before that settles."""
    table, parent = tables.outbox, tables.outbox.alias("parent")
    joined = table.outerjoin(
        parent, and_(parent.c.workspace_id == table.c.workspace_id, parent.c.id == table.c.after_id)
    )
    queued = and_(
        table.c.status == OutboxStatus.QUEUED,
        table.c.next_at <= AT,
        or_(table.c.after_id.is_(None), parent.c.status.in_(SETTLED)),
    )
    ready = or_(queued, table.c.status == OutboxStatus.SENDING)
    return _in_turn(table, ready, by=table.c.id, source=joined)


# Asked at least once a second, so put together once.
DUE_SCHEDULES = _in_turn(tables.schedules, tables.schedules.c.next_at <= AT, by=tables.schedules.c.next_at)
DUE_OUTBOX = _outbox()
DUE_JOBS = _in_turn(tables.jobs, tables.jobs.c.next_at <= AT, by=tables.jobs.c.next_at)
WORKSPACES = select(tables.workspaces.c.workspace_id).order_by(tables.workspaces.c.workspace_id)


class SqlQueue:
    """Implements ports.Queue."""

    def __init__(self, engine: Engine, role: str | None) -> None:
        self._engine = engine
        self._role = role

    def due_schedules(self, *, at: datetime, limit: int) -> list[tuple[str, str]]:
        return self._due(DUE_SCHEDULES, at, limit)

    def due_outbox(self, *, at: datetime, limit: int) -> list[tuple[str, str]]:
        return self._due(DUE_OUTBOX, at, limit)

    def due_jobs(self, *, at: datetime, limit: int) -> list[tuple[str, str]]:
        return self._due(DUE_JOBS, at, limit)

    def workspaces(self) -> list[str]:
        with self._connection() as connection:
            return list(connection.execute(WORKSPACES).scalars())

    def _due(self, statement: Select[Any], at: datetime, limit: int) -> list[tuple[str, str]]:
        with self._connection() as connection:
            return [(row[0], row[1]) for row in connection.execute(statement, {"at": at, "limit": limit})]

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection, connection.begin():
                if self._role is not None:
                    connection.execute(select(func.set_config("role", self._role, True)))  # noqa: FBT003 - local
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise ExternalFailure(
                "My database can't be reached just now.", permanent=False, code="database_unreachable"
            ) from error
