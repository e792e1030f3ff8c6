"""The decision log, with the audience rule in SQL."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, func, or_, select, true, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY

from bot.domain.decisions import Decision, DecisionEvent, DecisionStatus, comes_back_on
from bot.domain.errors import Conflict, NotFound
from bot.domain.interchange.entries import Known, Original
from bot.domain.workspaces import Audience, ConversationId, UserId, Viewer
from bot.usecases.ports import Narrow
from storage import tables
from storage.fts import decisions_search, search_tenants
from storage.guard import own_workspace
from storage.search import for_postgres, for_sqlite, terms_of, text_of, words_of
from storage.unit import Repository, builder, row_of

_decision = builder(Decision)
_event = builder(DecisionEvent)
_original = builder(Original)
_known = builder(Known)
FIRST_LOOK, LONGEST_LOOK = 200, 5000  # how many matches are looked through at a time, newest first
NEWEST = 2**31 - 1


def visible(table: FromClause, viewer: Viewer, involved: tuple[str, ...]) -> ColumnElement[bool]:
    """`Viewer.may_see` in SQL, for a table with `audience` and `source_conversation`."""
    if viewer.sees_all:
        return true()
    if not viewer.may_see_anything:
        return table.c.workspace_id.is_(None)  # no row; `false()` would fold the whole WHERE, its workspace with it
    own = [Audience(each) for each in sorted(viewer.conversations)]
    for_all: ColumnElement[bool] = table.c.audience.is_(None)
    if viewer.is_guest:
        for_all = and_(for_all, table.c.source_conversation.in_(sorted(viewer.conversations)))
    mine = [table.c[name] == viewer.person_id for name in involved]
    return or_(for_all, table.c.audience.in_(own), *mine)


class SqlDecisions(Repository):
    def add(self, decision: Decision) -> None:
        self._insert(tables.decisions, _row(decision))

    def get(self, number: int, viewer: Viewer) -> Decision:
        one = self._seen_by(viewer).where(tables.decisions.c.number == number)
        found = self._all(one, _decision) if 0 < number <= NEWEST else []
        if not found:
            raise viewer.unseen(NotFound(f"D-{number}? I don't know that one."))
        return found[0]

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
        table = tables.decisions
        wanted = statuses if statuses is not None else _statuses(narrow)
        statement = self._seen_by(viewer).where(table.c.status.in_(sorted(wanted)), *_narrowed(narrow))
        return self._newest(statement, limit, before)

    def search(
        self, query: str, viewer: Viewer, *, limit: int, before: int | None = None, narrow: Narrow | None = None
    ) -> list[Decision]:
        terms = terms_of(query)
        if not terms:
            return []
        status = tables.decisions.c.status.in_(sorted(_statuses(narrow)))
        wanted = self._seen_by(viewer).where(status, *_narrowed(narrow))
        below = NEWEST if before is None else min(before, NEWEST)
        if self._session.is_postgres:
            return self._search_on_postgres(for_postgres(terms), wanted, limit, below)
        return self._search_on_sqlite(for_sqlite(terms), wanted, limit, below)

    def _search_on_sqlite(self, query: str, wanted: Any, limit: int, below: int) -> list[Decision]:
        """The index is walked from the newest match of the workspace on, until enough were found."""
        table, index = tables.decisions, decisions_search
        first = select(search_tenants.c.id * 2**32).where(search_tenants.c.workspace_id == own_workspace())
        start = first.scalar_subquery()
        found = wanted.join_from(table, index, table.c.number == index.c.rowid.op("&")(2**32 - 1)).where(
            index.c.workspace_id == own_workspace(),
            index.c.words.op("MATCH")(query),
            index.c.rowid > start,
            index.c.rowid < start + below,
        )
        return self._all(found.order_by(index.c.rowid.desc()).limit(limit), _decision)

    def _search_on_postgres(self, query: str, wanted: Any, limit: int, below: int) -> list[Decision]:
        """The newest matches of the workspace, some at a time, until enough of them may be seen."""
        table, found, look = tables.decisions, list[Decision](), FIRST_LOOK
        while len(found) < limit:
            matches = func.backbeat_search(query, below, look, type_=ARRAY(table.c.number.type))
            numbers: list[int] = self._session.run(select(matches)).scalar() or []
            found += self._newest(wanted.where(table.c.number.in_(numbers)), limit - len(found), None)
            if len(numbers) < look:
                break
            below, look = numbers[-1], min(look * 4, LONGEST_LOOK)
        return found

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


def _statuses(narrow: Narrow | None) -> frozenset[DecisionStatus]:
    if narrow is not None and narrow.statuses:
        return narrow.statuses
    return frozenset(DecisionStatus) - {DecisionStatus.WITHDRAWN}


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
