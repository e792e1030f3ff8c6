"""The statements that find decisions: who may see them, what narrows them, a search, one with all that is kept of it.

Those of one shape are put together once: that takes longer than to run them.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.workspaces import Audience, Viewer
from bot.usecases.ports import Narrow
from storage import tables
from storage.fts import decisions_search, search_tenants
from storage.guard import own_workspace
from storage.search import words_of
from storage.together import together

SPARE = 2  # matches beyond those wanted, for some may not be seen


def visible(table: FromClause, viewer: Viewer, involved: tuple[str, ...]) -> ColumnElement[bool]:
    """`Viewer.may_see` in SQL, for a table with `audience` and `source_conversation`."""
    if viewer.sees_all:
        return true()
    if not viewer.may_see_anything:
        return table.c.workspace_id.is_(None)  # no row; `false()` would fold the whole WHERE, its workspace with it
    named = who(viewer)
    for_all: ColumnElement[bool] = table.c.audience.is_(None)
    if viewer.is_guest:
        places: BindParameter[Any] = bindparam("viewer_places", named["viewer_places"], expanding=True)
        for_all = and_(for_all, table.c.source_conversation.in_(places))
    own: BindParameter[Any] = bindparam("viewer_audiences", named["viewer_audiences"], expanding=True)
    mine = [table.c[name] == bindparam("viewer_id", viewer.person_id) for name in involved]
    return or_(for_all, table.c.audience.in_(own), *mine)


def who(viewer: Viewer) -> dict[str, Any]:
    """What `visible` asks of a viewer by name, so that its statements serve other viewers too."""
    places = sorted(viewer.conversations)
    return {
        "viewer_id": viewer.person_id,
        "viewer_audiences": [Audience(each) for each in places],
        "viewer_places": places,
    }


COLUMNS = [tables.decisions.c[field.name] for field in fields(Decision)]
Kind = tuple[bool, bool, bool]  # of viewer: sees all, may see anything, is a guest


def kind_of(viewer: Viewer) -> Kind:
    return viewer.sees_all, viewer.may_see_anything, viewer.is_guest


def _somebody(kind: Kind) -> Viewer:
    """In whose place others are named when the statement runs."""
    sees_all, may_see_anything, is_guest = kind
    return Viewer("", is_guest=is_guest, may_see_anything=may_see_anything, sees_all=sees_all)


def made(values: Iterable[Any]) -> Decision:
    """From a row of `COLUMNS`."""
    return Decision(*values)


@lru_cache(maxsize=256)
def search_on_sqlite(kind: Kind, narrow: Narrow | None) -> Select[Any]:
    """The index is walked from the newest match of the workspace on, until enough were found."""
    table, index = tables.decisions, decisions_search
    first = select(search_tenants.c.id * 2**32).where(search_tenants.c.workspace_id == own_workspace())
    start = first.scalar_subquery()
    found = _searched(kind, narrow).join_from(table, index, table.c.number == index.c.rowid.op("&")(2**32 - 1))
    newest = found.where(
        index.c.workspace_id == own_workspace(),
        index.c.words.op("MATCH")(bindparam("query")),
        index.c.rowid > start,
        index.c.rowid < start + bindparam("below"),
    )
    return newest.order_by(index.c.rowid.desc()).limit(bindparam("most"))


@lru_cache(maxsize=256)
def search_on_postgres(kind: Kind, narrow: Narrow | None) -> Select[Any]:
    """The number of each match, and beside it the decision where it may be seen and is wanted."""
    asked = func.backbeat_search(bindparam("query"), bindparam("below"), bindparam("most"))
    numbers = func.unnest(select(asked).scalar_subquery())  # within a SELECT: the planner would ask it beforehand
    matches = select(type_coerce(numbers, tables.decisions.c.number.type).label("found")).subquery()
    wanted = _searched(kind, narrow).subquery()
    beside = matches.outerjoin(wanted, wanted.c.number == matches.c.found)
    return select(matches.c.found, *wanted.c).select_from(beside).order_by(matches.c.found.desc())


def _searched(kind: Kind, narrow: Narrow | None) -> Select[Any]:
    table = tables.decisions
    return select(*COLUMNS).where(
        table.c.workspace_id == own_workspace(),
        visible(table, _somebody(kind), ("author_id", "owner_id")),
        in_status(narrow),
        *narrowed(narrow),
    )


@lru_cache(maxsize=16)
def record_of(kind: Kind) -> tuple[Select[Any], ...]:
    """A decision, and what is kept of it in other tables, where it may be seen."""
    table = tables.decisions
    own = (table.c.workspace_id == own_workspace(), table.c.number == bindparam("number"))
    seen = visible(table, _somebody(kind), ("author_id", "owner_id"))
    number = select(table.c.number).where(*own, seen)
    beside = (tables.decision_events, tables.approvals, tables.originals)
    parts = [select(each).where(each.c.workspace_id == own_workspace(), each.c.number.in_(number)) for each in beside]
    return select(*COLUMNS).where(*own, seen), *parts


@lru_cache(maxsize=16)
def record_together(kind: Kind) -> Any:
    return together(*record_of(kind))


def next_look(asked: int, *, seen: int, missing: int) -> int:
    """How many matches to look through next: as many as it takes where so few of `asked` may be seen."""
    return missing * asked // seen + SPARE if seen else asked * 4


def in_status(narrow: Narrow | None) -> ColumnElement[bool]:
    if narrow is not None and narrow.statuses:
        return tables.decisions.c.status.in_(sorted(narrow.statuses))
    return tables.decisions.c.status != DecisionStatus.WITHDRAWN


def narrowed(narrow: Narrow | None) -> list[ColumnElement[bool]]:
    if narrow is None:
        return []
    table = tables.decisions
    rules: list[ColumnElement[bool]] = []
    if narrow.involving is not None:
        rules.append(or_(table.c.author_id == narrow.involving, table.c.owner_id == narrow.involving))
    if narrow.not_doing:
        rules.append(table.c.not_doing.is_not(None))
    if narrow.due_by is not None:
        rules.append(table.c.due_on <= narrow.due_by)
    if narrow.proposed:
        rules.append(table.c.status == DecisionStatus.PROPOSED)
    if narrow.by:
        people = sorted(narrow.by)
        rules.append(or_(table.c.author_id.in_(people), table.c.owner_id.in_(people)))
    if narrow.areas:
        rules.append(or_(*[_in_area(each) for each in narrow.areas]))
    if narrow.since is not None:
        start = datetime.combine(narrow.since, time.min, UTC)
        rules.append(or_(table.c.decided_on >= narrow.since, _logged(table.c.created_at >= start)))
    if narrow.until is not None:
        end = datetime.combine(narrow.until, time.max, UTC)
        rules.append(or_(table.c.decided_on <= narrow.until, _logged(table.c.created_at <= end)))
    return rules


def _logged(rule: ColumnElement[bool]) -> ColumnElement[bool]:
    """`rule` for what was not decided yet: then the moment counts at which it was logged."""
    return and_(tables.decisions.c.decided_on.is_(None), rule)


def _in_area(area: str) -> ColumnElement[bool]:
    column, begins = tables.decisions.c.area, bare_area(area)
    return column.startswith(begins) if begins else column == ""  # no area has no letter in it


def bare_area(area: str) -> str:
    return " ".join(words_of(area))
