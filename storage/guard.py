"""The guard: no statement leaves its workspace.

A statement may touch a tenant's table only where `workspace_id` is held to the unit of work's own workspace, whose id
is a bound parameter that the unit of work alone fills in. What is allowed depends on a statement's shape, so the
verdict is kept by SQLAlchemy's cache key: a shape is looked at once.
"""

from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import (
    Alias,
    BindParameter,
    BooleanClauseList,
    ColumnElement,
    Delete,
    FromClause,
    Insert,
    Join,
    Select,
    Table,
    TextClause,
    Update,
    bindparam,
)
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.expression import Executable, TextualSelect

from bot.domain.errors import CrossTenant

OWN = "own_workspace"
MOST_SHAPES = 2000


def own_workspace() -> BindParameter[str]:
    """The workspace of the unit of work, filled in when a statement runs."""
    return bindparam(OWN, type_=None)


class Guard:
    """Looks at each shape of statement once."""

    def __init__(self) -> None:
        self._allowed: set[Any] = set()

    def check(self, statement: Executable) -> None:
        """Raises CrossTenant unless `statement` stays in its workspace."""
        shape = cast("Any", statement)._generate_cache_key()
        if shape is not None and shape.key in self._allowed:
            return
        _look(statement)
        if shape is not None and len(self._allowed) < MOST_SHAPES:
            self._allowed.add(shape.key)


def _look(statement: Any) -> None:
    if isinstance(statement, Insert):
        _look_at_insert(statement)
    elif not isinstance(statement, Select | Update | Delete) and not hasattr(statement, "selects"):
        raise CrossTenant(f"a unit of work does not run {type(statement).__name__}")
    for part in visitors.iterate(statement):
        if isinstance(part, TextClause | TextualSelect):
            raise CrossTenant("written SQL could leave the workspace")
        if isinstance(part, Insert) and part is not statement:
            _look_at_insert(part)
        if isinstance(part, Select):
            _held(list(_sources(part.get_final_froms())), part.whereclause)
        elif isinstance(part, Update | Delete):
            _held(list(_sources([part.table, *getattr(part, "_extra_froms", ())])), part.whereclause)
            if isinstance(part, Update) and any(_name(column) == "workspace_id" for column in (part._values or {})):
                raise CrossTenant("a row does not move to another workspace")


def _look_at_insert(statement: Insert) -> None:
    written: Any = statement._values
    values: dict[Any, Any] = dict(written or {})
    if statement.select is not None or statement._multi_values:
        raise CrossTenant("rows are inserted one statement at a time, with values")
    for column, value in values.items():
        if _name(column) == "workspace_id" and isinstance(value, BindParameter) and value.key == OWN:
            return
    raise CrossTenant(f"a row of {statement.table} must say that it is the workspace's own")


def _held(sources: list[FromClause], where: Any) -> None:
    held = {id(source) for source in _held_sources(where)}
    for source in sources:
        if "workspace_id" in source.c and id(source) not in held:
            raise CrossTenant(f"{source} is not held to the workspace")


def _sources(froms: Any) -> Iterator[FromClause]:
    for source in froms:
        if isinstance(source, Join):
            yield from _sources([source.left, source.right])
        elif isinstance(source, Table) or (isinstance(source, Alias) and isinstance(source.element, Table)):
            yield source


def _held_sources(where: Any) -> Iterator[FromClause]:
    """The tables whose workspace is held by one of the conditions that must all be true."""
    for each in _conjuncts(where):
        if (
            isinstance(each, BinaryExpression)
            and each.operator is operators.eq
            and isinstance(each.right, BindParameter)
            and each.right.key == OWN
            and getattr(each.left, "name", None) == "workspace_id"
        ):
            yield each.left.table


def _conjuncts(where: Any) -> Iterator[ColumnElement[Any]]:
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        for each in where.clauses:
            yield from _conjuncts(each)
    elif where is not None:
        yield where


def _name(column: Any) -> str:
    return column if isinstance(column, str) else str(column.name)
