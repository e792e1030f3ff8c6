"""The guard: no statement leaves its workspace.

A statement may touch a tenant's table only where `workspace_id` is held to the unit of work's own workspace, whose id
is a bound parameter that the unit of work alone fills in. Whatever the guard does not know it refuses. What is allowed
depends on a statement's shape, so the verdict is kept by SQLAlchemy's cache key: a shape is looked at once.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from sqlalchemy import (
    Alias,
    BindParameter,
    BooleanClauseList,
    ColumnElement,
    CompoundSelect,
    Delete,
    FromClause,
    Insert,
    Join,
    Select,
    Subquery,
    Table,
    TextClause,
    Update,
    bindparam,
)
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause
from sqlalchemy.sql.expression import CTE, Executable, SelectBase, TextualSelect
from sqlalchemy.sql.functions import FunctionElement

from bot.domain.errors import CrossTenant

OWN = "own_workspace"
TENANT = "workspace_id"
OPERATORS = frozenset({"MATCH", "&"})  # those of our own that are SQL as written
WRITTEN = ("_prefixes", "_suffixes", "_hints", "_statement_hints")  # where SQLAlchemy takes written SQL besides text()
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
    if not isinstance(statement, Insert | Select | CompoundSelect | Update | Delete):
        raise CrossTenant(f"a unit of work does not run {type(statement).__name__}")
    for part in visitors.iterate(statement):
        _must_be_known(part)
        if isinstance(part, Insert):
            _look_at_insert(part)
        elif isinstance(part, Select):
            _must_be_held(_sources(part.get_final_froms()), part.whereclause)
        elif isinstance(part, Update | Delete):
            _must_be_held(_sources([part.table, *_tables_named_in(part)]), part.whereclause)
            if isinstance(part, Update) and TENANT in _names(part._values or ()):
                raise CrossTenant("a row does not move to another workspace")


def _must_be_known(part: Any) -> None:
    """Written SQL says what it likes, and a table that is not one of ours may be anything."""
    written = isinstance(part, TextClause | TextualSelect) or any(getattr(part, name, None) for name in WRITTEN)
    if written or (isinstance(part, ColumnClause) and part.is_literal and part.name not in {"1", "*"}):
        raise CrossTenant("written SQL could leave the workspace")
    if isinstance(part, BinaryExpression) and getattr(part.operator, "opstring", None) not in {None, *OPERATORS}:
        raise CrossTenant("an operator that is not known here")
    if isinstance(part, FromClause) and not isinstance(part, FunctionElement):
        list(_sources([part]))


def _look_at_insert(statement: Insert) -> None:
    written: Any = statement._values
    values: dict[Any, Any] = dict(written or {})
    if statement.select is not None or statement._multi_values:
        raise CrossTenant("rows are inserted one statement at a time, with values")
    if not any(_name(column) == TENANT and _is_own(value) for column, value in values.items()):
        raise CrossTenant(f"a row of {statement.table} must say that it is the workspace's own")
    conflict: Any = statement._post_values_clause
    changed = getattr(conflict, "update_values_to_set", None)
    if changed is not None and (
        TENANT in _names(changed) or TENANT not in _names(conflict.inferred_target_elements or ())
    ):
        raise CrossTenant("a row is replaced only by one of the same workspace")


def _must_be_held(sources: Iterable[FromClause], where: Any) -> None:
    held = {id(source) for source in _held_sources(where)}
    for source in sources:
        if id(source) not in held:
            raise CrossTenant(f"{source} is not held to the workspace")


def _sources(froms: Iterable[Any]) -> Iterator[FromClause]:
    """The tables in `froms`. What is selected within it is looked at for itself. Raises CrossTenant for all else."""
    for source in froms:
        if isinstance(source, Join):
            yield from _sources([source.left, source.right])
        elif isinstance(source.element if isinstance(source, Alias) else source, Table) and TENANT in source.c:
            yield source
        elif not isinstance(source, Subquery | CTE):
            raise CrossTenant(f"{source} is not known here")


def _tables_named_in(statement: Any) -> Iterator[FromClause]:
    """The tables whose columns an UPDATE or DELETE names outside of any SELECT: it takes them in by itself."""
    parts = list(statement.get_children())
    while parts:
        part = parts.pop()
        if isinstance(part, ColumnClause) and part.table is not None:
            yield part.table
        elif not isinstance(part, SelectBase | FromClause):
            parts.extend(part.get_children())


def _held_sources(where: Any) -> Iterator[Any]:
    """The tables whose workspace is held by one of the conditions that must all be true."""
    for each in _conjuncts(where):
        if (
            isinstance(each, BinaryExpression)
            and each.operator is operators.eq
            and _is_own(each.right)
            and isinstance(each.left, ColumnClause)
            and each.left.name == TENANT
        ):
            yield each.left.table


def _conjuncts(where: Any) -> Iterator[ColumnElement[Any]]:
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        for each in where.clauses:
            yield from _conjuncts(each)
    elif where is not None:
        yield where


def _is_own(value: Any) -> bool:
    return isinstance(value, BindParameter) and value.key == OWN


def _names(columns: Iterable[Any]) -> set[str]:
    return {_name(column) for column in columns}


def _name(column: Any) -> str:
    return column if isinstance(column, str) else str(column.name)
