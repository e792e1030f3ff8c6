"""What is due, across all workspaces: only ids and times. In PostgreSQL a role of its own can read nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, func, or_, select
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


class SqlQueue:
    """Implements ports.Queue."""

    def __init__(self, engine: Engine, role: str | None) -> None:
        self._engine = engine
        self._role = role

    def due_schedules(self, *, at: datetime, limit: int) -> list[tuple[str, str]]:
        table = tables.schedules
        return self._in_turn(table, table.c.next_at <= at, by=table.c.next_at, limit=limit)

    def due_outbox(self, *, at: datetime, limit: int) -> list[tuple[str, str]]:
        """A row that waits for another one (its thread, or the post that it updates) is not due before that settles."""
        table, parent = tables.outbox, tables.outbox.alias("parent")
        joined = table.outerjoin(
            parent, and_(parent.c.workspace_id == table.c.workspace_id, parent.c.id == table.c.after_id)
        )
        queued = and_(
            table.c.status == OutboxStatus.QUEUED,
            table.c.next_at <= at,
            or_(table.c.after_id.is_(None), parent.c.status.in_(SETTLED)),
        )
        ready = or_(queued, table.c.status == OutboxStatus.SENDING)
        return self._in_turn(table, ready, by=table.c.id, limit=limit, source=joined)

    def due_jobs(self, *, at: datetime, limit: int) -> list[tuple[str, str]]:
        table = tables.jobs
        return self._in_turn(table, table.c.next_at <= at, by=table.c.next_at, limit=limit)

    def workspaces(self) -> list[str]:
        table = tables.workspaces
        with self._connection() as connection:
            return list(connection.execute(select(table.c.workspace_id).order_by(table.c.workspace_id)).scalars())

    def _in_turn(
        self, table: Table, due: ColumnElement[bool], *, by: ColumnElement[Any], limit: int, source: Any = None
    ) -> list[tuple[str, str]]:
        """Each workspace's rows in the order of `by`, and the workspaces by turns: a long queue is its owner's."""
        place = func.row_number().over(partition_by=table.c.workspace_id, order_by=(by, table.c.id))
        statement = select(table.c.workspace_id, table.c.id).select_from(table if source is None else source)
        statement = statement.where(due).order_by(place, by, table.c.id).limit(limit)
        with self._connection() as connection:
            return [(row[0], row[1]) for row in connection.execute(statement)]

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
