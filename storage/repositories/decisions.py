"""The decision log, with the audience rule in SQL."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, func, select, type_coerce

from bot.domain.approvals import Approval
from bot.domain.decisions import Decision, DecisionEvent, DecisionStatus, comes_back_on
from bot.domain.errors import Conflict, NotFound
from bot.domain.interchange.entries import Known, Original
from bot.domain.workspaces import ConversationId, UserId, Viewer
from bot.usecases.ports import Narrow, Recorded
from storage import tables
from storage.finding import (
    SPARE,
    bare_area,
    in_status,
    kind_of,
    made,
    narrowed,
    next_look,
    record_of,
    record_together,
    search_on_postgres,
    search_on_sqlite,
    visible,
    who,
)
from storage.guard import own_workspace
from storage.search import for_postgres, for_sqlite, terms_of, text_of
from storage.together import apart
from storage.unit import Repository, builder, row_of

_decision = builder(Decision)
_event = builder(DecisionEvent)
_original = builder(Original)
_known = builder(Known)
_approval = builder(Approval)
LONGEST_LOOK = 5000  # how many matches are looked through at a time at most
NEWEST, MANY = 2**31 - 1, 1000


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
        asked = {**who(viewer), "number": number}
        parts = record_of(kind_of(viewer))
        rows = self._session.run(record_together(kind_of(viewer)), asked).all() if 0 < number <= NEWEST else []
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
        wanted = in_status(narrow) if statuses is None else tables.decisions.c.status.in_(sorted(statuses))
        statement = self._seen_by(viewer).where(wanted, *narrowed(narrow))
        return self._newest(statement, limit, before)

    def search(
        self, query: str, viewer: Viewer, *, limit: int, before: int | None = None, narrow: Narrow | None = None
    ) -> list[Decision]:
        terms = terms_of(query)
        if not terms:
            return []
        kind = kind_of(viewer)
        below = NEWEST if before is None else min(before, NEWEST)
        if self._session.is_postgres:
            statement = search_on_postgres(kind, narrow)
            return self._looked_through(statement, {**who(viewer), "query": for_postgres(terms)}, limit, below)
        wanted = {**who(viewer), "query": for_sqlite(terms), "below": below, "most": limit}
        return [made(row) for row in self._session.run(search_on_sqlite(kind, narrow), wanted)]

    def _looked_through(self, statement: Any, wanted: dict[str, Any], limit: int, below: int) -> list[Decision]:
        """The newest matches, some at a time, until enough of them may be seen."""
        found, look = list[Decision](), limit + SPARE
        while True:
            rows = self._session.run(statement, {**wanted, "below": below, "most": look}).all()
            seen = [made(row[1:]) for row in rows if row.workspace_id is not None]
            found += seen
            if len(found) >= limit or len(rows) < look:
                return found[:limit]
            below = rows[-1].found
            look = min(next_look(look, seen=len(seen), missing=limit - len(found)), LONGEST_LOOK)

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


def _row(decision: Decision) -> dict[str, Any]:
    return row_of(
        decision,
        source_conversation=decision.source.conversation,
        due_on=comes_back_on(decision),
        area=bare_area(decision.detail.area or "") or None,
        search_text=text_of(decision),
    )
