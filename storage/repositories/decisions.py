"""The decision log, with the audience rule in SQL."""

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from bot.domain.approvals import Approval
from bot.domain.decisions import Decision, DecisionEvent, DecisionStatus, comes_back_on
from bot.domain.errors import Conflict, NotFound
from bot.domain.interchange.entries import Known, Original
from bot.domain.workspaces import Audience, ConversationId, UserId, Viewer
from bot.usecases.ports import Narrow, Recorded
from storage import tables
from storage.fts import decisions_search, search_tenants
from storage.guard import own_workspace
from storage.search import for_postgres, for_sqlite, terms_of, text_of, words_of
from storage.together import apart, together
from storage.unit import Repository, builder, row_of

_decision = builder(Decision)
_event = builder(DecisionEvent)
_original = builder(Original)
_known = builder(Known)
_approval = builder(Approval)
SPARE, LONGEST_LOOK = 2, 5000  # matches beyond those wanted, for some may not be seen; and how many at a time at most
NEWEST, MANY = 2**31 - 1, 1000


def visible(table: FromClause, viewer: Viewer, involved: tuple[str, ...]) -> ColumnElement[bool]:
    """`Viewer.may_see` in SQL, for a table with `audience` and `source_conversation`."""
    if viewer.sees_all:
        return true()
    if not viewer.may_see_anything:
        return table.c.workspace_id.is_(None)  # no row; `false()` would fold the whole WHERE, its workspace with it
    who = _who(viewer)
    for_all: ColumnElement[bool] = table.c.audience.is_(None)
    if viewer.is_guest:
        places: BindParameter[Any] = bindparam("viewer_places", who["viewer_places"], expanding=True)
        for_all = and_(for_all, table.c.source_conversation.in_(places))
    own: BindParameter[Any] = bindparam("viewer_audiences", who["viewer_audiences"], expanding=True)
    mine = [table.c[name] == bindparam("viewer_id", viewer.person_id) for name in involved]
    return or_(for_all, table.c.audience.in_(own), *mine)


def _who(viewer: Viewer) -> dict[str, Any]:
    """What `visible` asks of a viewer by name, so that its statements serve other viewers too."""
    places = sorted(viewer.conversations)
    return {
        "viewer_id": viewer.person_id,
        "viewer_audiences": [Audience(each) for each in places],
        "viewer_places": places,
    }


class SqlDecisions(Repository):
    def add(self, decision: Decision) -> None:
        self._insert(tables.decisions, _row(decision))

    def get(self, number: int, viewer: Viewer) -> Decision:
        one = self._seen_by(viewer).where(tables.decisions.c.number == number)
        found = self._all(one, _decision) if 0 < number <= NEWEST else []
        if not found:
            raise viewer.unseen(NotFound(f"D-{number}? I don't know that one."))
        return found[0]

    def recorded(self, number: int, viewer: Viewer) -> Recorded:
        asked = {**_who(viewer), "number": number}
        parts = _record_of(_kind_of(viewer))
        rows = self._session.run(_record_together(_kind_of(viewer)), asked).all() if 0 < number <= NEWEST else []
        decisions, events, approvals, originals = apart(rows, *parts) if rows else ([], [], [], [])
        if not decisions:
            raise viewer.unseen(NotFound(f"D-{number}? I don't know that one."))
        return Recorded(
            _decision(decisions[0]),
            tuple(sorted(map(_event, events), key=lambda event: (event.at, event.id))),
            tuple(sorted(map(_approval, approvals), key=lambda approval: (approval.created_at, approval.id))),
            next(map(_original, originals), None),
        )

    def save(self, decision: Decision) -> None:
        row = _row(decision)
        number, version = row.pop("number"), row.pop("version")
        changed = self._session.run(
            self._update(tables.decisions)
            .where(tables.decisions.c.number == number, tables.decisions.c.version == version)
            .values(**row, version=version + 1)
        )
        if changed.rowcount != 1:
            raise Conflict(f"Somebody changed {decision.ref} at the same time. Please look at it again.")

    def latest(
        self,
        viewer: Viewer,
        *,
        limit: int,
        before: int | None = None,
        statuses: frozenset[DecisionStatus] | None = None,
        narrow: Narrow | None = None,
    ) -> list[Decision]:
        wanted = _in_status(narrow) if statuses is None else tables.decisions.c.status.in_(sorted(statuses))
        statement = self._seen_by(viewer).where(wanted, *_narrowed(narrow))
        return self._newest(statement, limit, before)

    def search(
        self, query: str, viewer: Viewer, *, limit: int, before: int | None = None, narrow: Narrow | None = None
    ) -> list[Decision]:
        terms = terms_of(query)
        if not terms:
            return []
        kind = _kind_of(viewer)
        below = NEWEST if before is None else min(before, NEWEST)
        if self._session.is_postgres:
            statement = _search_on_postgres(kind, narrow)
            return self._looked_through(statement, {**_who(viewer), "query": for_postgres(terms)}, limit, below)
        wanted = {**_who(viewer), "query": for_sqlite(terms), "below": below, "most": limit}
        return [_made(row) for row in self._session.run(_search_on_sqlite(kind, narrow), wanted)]

    def _looked_through(self, statement: Any, wanted: dict[str, Any], limit: int, below: int) -> list[Decision]:
        """The newest matches, some at a time, until enough of them may be seen."""
        found, look = list[Decision](), limit + SPARE
        while True:
            rows = self._session.run(statement, {**wanted, "below": below, "most": look}).all()
            seen = [_made(row[1:]) for row in rows if row.workspace_id is not None]
            found += seen
            if len(found) >= limit or len(rows) < look:
                return found[:limit]
            below = rows[-1].found
            look = min(_next_look(look, seen=len(seen), missing=limit - len(found)), LONGEST_LOOK)

    def areas(self, viewer: Viewer) -> list[str]:
        table = tables.decisions
        seen = visible(table, viewer, ("author_id", "owner_id"))
        newest = self._select(table, table.c.area, table.c.detail).where(seen, table.c.number > self._long_ago())
        named = newest.where(table.c.area.is_not(None), table.c.status != DecisionStatus.WITHDRAWN).subquery()
        written = func.max(named.c.detail, type_=table.c.detail.type)
        return [row[0].area for row in self._session.run(select(written).group_by(named.c.area)) if row[0].area]

    def _long_ago(self) -> Any:
        """The number that a thousand are beyond."""
        table = tables.decisions
        return (
            select(func.coalesce(func.max(table.c.number), 0) - MANY)
            .where(table.c.workspace_id == own_workspace())
            .scalar_subquery()
        )

    def from_message(self, conversation: ConversationId, ts: str, viewer: Viewer) -> Decision | None:
        table = tables.decisions
        told = type_coerce(table.c.source, Text).contains(f'"ts":{json.dumps(ts)}', autoescape=True)
        statement = self._seen_by(viewer).where(
            table.c.source_conversation == conversation, table.c.status != DecisionStatus.WITHDRAWN, told
        )
        return next(iter(self._newest(statement, 1, None)), None)

    def due(self, *, by: date, viewer: Viewer, owner: UserId | None = None) -> list[Decision]:
        table = tables.decisions
        statement = self._seen_by(viewer).where(table.c.due_on <= by)
        if owner is not None:
            statement = statement.where(table.c.owner_id == owner)
        return self._all(statement.order_by(table.c.due_on, table.c.number), _decision)

    def add_event(self, event: DecisionEvent) -> None:
        self._insert(tables.decision_events, row_of(event))

    def history(self, number: int, viewer: Viewer) -> list[DecisionEvent]:
        self.get(number, viewer)
        table = tables.decision_events
        statement = self._select(table).where(table.c.number == number).order_by(table.c.at, table.c.id)
        return self._all(statement, _event)

    def changed_since(self, since: datetime, viewer: Viewer) -> list[Decision]:
        decisions, events = tables.decisions, tables.decision_events
        numbers = self._select(events, events.c.number).where(events.c.at >= since)
        wanted = self._seen_by(viewer).where(decisions.c.number.in_(numbers))
        return self._all(wanted.order_by(decisions.c.number), _decision)

    def history_since(self, since: datetime, viewer: Viewer) -> list[DecisionEvent]:
        decisions, events = tables.decisions, tables.decision_events
        seen = self._seen_by(viewer).with_only_columns(decisions.c.number)
        wanted = self._select(events).where(events.c.at >= since, events.c.number.in_(seen))
        return self._all(wanted.order_by(events.c.at, events.c.id), _event)

    def began(self) -> dict[int, datetime]:
        table = tables.decisions
        found = self._session.run(self._select(table, table.c.number, table.c.created_at))
        return {row.number: row.created_at for row in found}

    def add_original(self, original: Original) -> None:
        self._insert(tables.originals, row_of(original))

    def save_original(self, original: Original) -> None:
        self._replace(tables.originals, row_of(original))

    def originals(self, numbers: Iterable[int], viewer: Viewer) -> dict[int, Original]:
        wanted = self._seen_by(viewer).where(tables.decisions.c.number.in_(sorted(numbers)))
        seen = [each.number for each in self._all(wanted, _decision)]
        found = self._all(self._select(tables.originals).where(tables.originals.c.number.in_(seen)), _original)
        return {each.number: each for each in found}

    def known_from(self, source: str) -> list[Known]:
        table = tables.originals
        columns = (table.c.number, table.c.path, table.c.digest, table.c.imported_at)
        return self._all(self._select(table, *columns).where(table.c.source == source), _known)

    def _seen_by(self, viewer: Viewer) -> Any:
        rule = visible(tables.decisions, viewer, ("author_id", "owner_id"))
        return self._select(tables.decisions).where(rule)

    def _newest(self, statement: Any, limit: int, before: int | None) -> list[Decision]:
        table = tables.decisions
        if before is not None:
            statement = statement.where(table.c.number < before)
        return self._all(statement.order_by(table.c.number.desc()).limit(limit), _decision)


_COLUMNS = [tables.decisions.c[field.name] for field in fields(Decision)]
_Kind = tuple[bool, bool, bool]  # of viewer: sees all, may see anything, is a guest


def _kind_of(viewer: Viewer) -> _Kind:
    return viewer.sees_all, viewer.may_see_anything, viewer.is_guest


def _somebody(kind: _Kind) -> Viewer:
    """In whose place others are named when the statement runs."""
    sees_all, may_see_anything, is_guest = kind
    return Viewer("", is_guest=is_guest, may_see_anything=may_see_anything, sees_all=sees_all)


def _made(values: Iterable[Any]) -> Decision:
    """From a row of `_COLUMNS`."""
    return Decision(*values)


# A search is put together once for each kind of viewer and each narrowing: that takes longer than to run it.


@lru_cache(maxsize=256)
def _search_on_sqlite(kind: _Kind, narrow: Narrow | None) -> Select[Any]:
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
def _search_on_postgres(kind: _Kind, narrow: Narrow | None) -> Select[Any]:
    """The number of each match, and beside it the decision where it may be seen and is wanted."""
    asked = func.backbeat_search(bindparam("query"), bindparam("below"), bindparam("most"))
    numbers = func.unnest(select(asked).scalar_subquery())  # within a SELECT: the planner would ask it beforehand
    matches = select(type_coerce(numbers, tables.decisions.c.number.type).label("found")).subquery()
    wanted = _searched(kind, narrow).subquery()
    beside = matches.outerjoin(wanted, wanted.c.number == matches.c.found)
    return select(matches.c.found, *wanted.c).select_from(beside).order_by(matches.c.found.desc())


def _searched(kind: _Kind, narrow: Narrow | None) -> Select[Any]:
    table = tables.decisions
    return select(*_COLUMNS).where(
        table.c.workspace_id == own_workspace(),
        visible(table, _somebody(kind), ("author_id", "owner_id")),
        _in_status(narrow),
        *_narrowed(narrow),
    )


@lru_cache(maxsize=16)
def _record_of(kind: _Kind) -> tuple[Select[Any], ...]:
    """A decision, and what is kept of it in other tables, where it may be seen."""
    table = tables.decisions
    own = (table.c.workspace_id == own_workspace(), table.c.number == bindparam("number"))
    seen = visible(table, _somebody(kind), ("author_id", "owner_id"))
    number = select(table.c.number).where(*own, seen)
    beside = (tables.decision_events, tables.approvals, tables.originals)
    parts = [select(each).where(each.c.workspace_id == own_workspace(), each.c.number.in_(number)) for each in beside]
    return select(*_COLUMNS).where(*own, seen), *parts


@lru_cache(maxsize=16)
def _record_together(kind: _Kind) -> Any:
    return together(*_record_of(kind))


def _next_look(asked: int, *, seen: int, missing: int) -> int:
    """How many matches to look through next: as many as it takes where so few of `asked` may be seen."""
    return missing * asked // seen + SPARE if seen else asked * 4


def _in_status(narrow: Narrow | None) -> ColumnElement[bool]:
    if narrow is not None and narrow.statuses:
        return tables.decisions.c.status.in_(sorted(narrow.statuses))
    return tables.decisions.c.status != DecisionStatus.WITHDRAWN


def _narrowed(narrow: Narrow | None) -> list[ColumnElement[bool]]:
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
    column, begins = tables.decisions.c.area, _bare(area)
    return column.startswith(begins) if begins else column == ""  # no area has no letter in it


def _bare(area: str) -> str:
    return " ".join(words_of(area))


def _row(decision: Decision) -> dict[str, Any]:
    return row_of(
        decision,
        source_conversation=decision.source.conversation,
        due_on=comes_back_on(decision),
        area=_bare(decision.detail.area or "") or None,
        search_text=text_of(decision),
    )
