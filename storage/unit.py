"""The unit of work: one transaction in one workspace, and the base of its repositories."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    Connection,
    CursorResult,
    Delete,
    FromClause,
    Insert,
    RowMapping,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.domain.errors import CrossTenant, ExternalFailure
from storage.guard import OWN, Guard, own_workspace

T = TypeVar("T")
SQLITE_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
TIMED_OUT = frozenset({"25P03", "25P04"})  # a transaction that stood still, or took too long
PASSING = frozenset({"08", "40", "53", "55", "57"})  # SQLSTATE classes: connections, conflicts, resources, locks, stops


class Session:
    """A connection inside one workspace. Every statement passes the guard; the workspace's id is filled in here."""

    def __init__(self, connection: Connection, workspace_id: str, guard: Guard) -> None:
        self.connection = connection
        self.workspace_id = workspace_id
        self.is_postgres = connection.dialect.name == "postgresql"
        self._guard = guard

    def run(
        self,
        statement: Any,
        values: Mapping[str, Any] | None = None,
    ) -> CursorResult[Any]:
        """Run one statement. Raises CrossTenant, and ExternalFailure where the database is out of reach or busy."""
        self._guard.check(statement)
        try:
            return self.connection.execute(statement, self._with_own(values or {}))
        except DBAPIError as error:
            if is_passing(error):
                raise busy(error) from error
            raise

    def _with_own(self, values: Mapping[str, Any]) -> dict[str, Any]:
        if "workspace_id" in values or OWN in values:
            raise CrossTenant("the workspace is the unit of work's own, and is not given with the values")
        return {**values, OWN: self.workspace_id}


def is_passing(error: DBAPIError) -> bool:
    """Whether waiting helps: locks, lost connections, a full disk. A broken rule stays what it is."""
    state = getattr(error.orig, "sqlstate", None) or ""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest says which kind of it
    lost = error.connection_invalidated or (isinstance(error, OperationalError) and not state and not code)
    return lost or code in SQLITE_PASSING or state[:2] in PASSING or state in TIMED_OUT


def busy(error: DBAPIError) -> ExternalFailure:
    code = getattr(error.orig, "sqlstate", None) or "database_busy"
    return ExternalFailure("My database is busy. Please try again in a moment.", permanent=False, code=code)


class Repository:
    """What repositories share: statements that are held to the workspace by construction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _select(self, table: FromClause, *columns: Any) -> Select[Any]:
        return select(*(columns or table.c)).select_from(table).where(table.c.workspace_id == own_workspace())

    def _update(self, table: Table) -> Update:
        return update(table).where(table.c.workspace_id == own_workspace())

    def _delete(self, table: Table) -> Delete:
        return delete(table).where(table.c.workspace_id == own_workspace())

    def _insert(self, table: Table, row: Mapping[str, Any]) -> None:
        self._session.run(_insert_of(table, tuple(row)), row)

    def _insert_new(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert unless a row with one of its unique keys is there already: then False, and nothing was written."""
        statement = _insert_new_of(table, tuple(row), self._session.is_postgres)
        return self._session.run(statement, row).first() is not None

    def _upsert(self, table: Table, row: Mapping[str, Any]) -> None:
        """Insert, or replace the row with the same key."""
        self._session.run(_upsert_of(table, tuple(row), self._session.is_postgres), row)

    def _replace(self, table: Table, row: Mapping[str, Any]) -> None:
        """Write a row again, found by its key."""
        key = {column.name: row[column.name] for column in table.primary_key if column.name != "workspace_id"}
        self._change(table, key, {name: value for name, value in row.items() if name not in key})

    def _change(self, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Write `values` into the rows that have all the values of `key`."""
        given = {f"old_{name}": value for name, value in key.items()}
        given |= {f"new_{name}": value for name, value in values.items()}
        self._session.run(_change_of(table, tuple(key), tuple(values)), given)

    def _find(self, table: Table, build: Callable[[RowMapping], T], **key: Any) -> T | None:
        """The row that has all the values of `key`, if there is one."""
        row = self._session.run(_find_of(table, tuple(key)), key).mappings().first()
        return build(row) if row is not None else None

    def _one(self, statement: Select[Any]) -> RowMapping | None:
        return self._session.run(statement).mappings().first()

    def _all(self, statement: Select[Any], build: Callable[[RowMapping], T]) -> list[T]:
        return [build(row) for row in self._session.run(statement).mappings()]


# Statements of one shape are made once: to put one together takes longer than to run it.


@lru_cache(maxsize=256)
def _insert_of(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).values(_values(table, names))


@lru_cache(maxsize=256)
def _insert_new_of(table: Table, names: tuple[str, ...], is_postgres: bool) -> Insert:  # noqa: FBT001 - which dialect
    kind = postgres_insert if is_postgres else sqlite_insert
    return kind(table).values(_values(table, names)).on_conflict_do_nothing().returning(table.c.workspace_id)


@lru_cache(maxsize=256)
def _upsert_of(table: Table, names: tuple[str, ...], is_postgres: bool) -> Insert:  # noqa: FBT001 - as above
    kind = postgres_insert if is_postgres else sqlite_insert
    statement = kind(table).values(_values(table, names))
    key = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


@lru_cache(maxsize=256)
def _change_of(table: Table, key: tuple[str, ...], names: tuple[str, ...]) -> Update:
    held = [table.c.workspace_id == own_workspace(), *(table.c[name] == _given(table, name, "old_") for name in key)]
    return update(table).where(*held).values({name: _given(table, name, "new_") for name in names})


@lru_cache(maxsize=256)
def _find_of(table: Table, key: tuple[str, ...]) -> Select[Any]:
    held = [table.c.workspace_id == own_workspace(), *(table.c[name] == _given(table, name) for name in key)]
    return select(*table.c).where(*held)


def _values(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    """Each named column as a parameter of its own name; the workspace as the unit of work's own."""
    return {"workspace_id": own_workspace()} | {name: _given(table, name) for name in names}


def _given(table: Table, name: str, prefix: str = "") -> BindParameter[Any]:
    """What is given for a column when the statement runs."""
    return bindparam(f"{prefix}{name}", type_=table.c[name].type)


@lru_cache(maxsize=64)
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def row_of(thing: Any, **extra: Any) -> dict[str, Any]:
    """A frozen dataclass as a row, without the workspace, which the unit of work fills in."""
    return {
        name: getattr(thing, name) for name in _field_names(cast("Any", type(thing))) if name != "workspace_id"
    } | extra


def builder(kind: type[T]) -> Callable[[RowMapping], T]:
    """Makes `kind` from a row: its fields are columns of the same names."""
    names = _field_names(cast("Any", kind))
    return lambda row: kind(**{name: row[name] for name in names})
