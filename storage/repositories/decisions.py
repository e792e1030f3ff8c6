"""The decision log, with the audience rule in SQL."""

import json
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, false, func, or_, select, true, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY

from bot.domain.decisions import ACTIVE, Decision, DecisionEvent, DecisionStatus
from bot.domain.errors import Conflict, NotFound
from bot.domain.workspaces import Audience, ConversationId, UserId, Viewer
from bot.usecases.ports import Narrow
from storage import tables
from storage.fts import decisions_search
from storage.guard import own_workspace
from storage.search import for_postgres, for_sqlite, terms_of, text_of
from storage.unit import Repository, builder, row_of

_decision = builder(Decision)
_event = builder(DecisionEvent)
MOST_NUMBERS = 2000  # how many matches a search looks through, newest first


def visible(table: FromClause, viewer: Viewer, involved: tuple[str, ...]) -> ColumnElement[bool]:
    """`Viewer.may_see` in SQL, for a table with `audience` and `source_conversation`."""
    if viewer.sees_all:
        return true()
    if not viewer.may_see_anything:
        return false()
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
        found = self._all(self._seen_by(viewer).where(tables.decisions.c.number == number), _decision)
        if not found:
            raise NotFound(f"D-{number}? I don't know that one.")
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
        wanted = statuses if statuses is not None else frozenset(DecisionStatus) - {DecisionStatus.WITHDRAWN}
        statement = self._seen_by(viewer).where(table.c.status.in_(sorted(wanted)), *_narrowed(narrow))
        return self._newest(statement, limit, before)

    def search(
        self, query: str, viewer: Viewer, *, limit: int, before: int | None = None, narrow: Narrow | None = None
    ) -> list[Decision]:
        terms = terms_of(query)
        if not terms:
            return []
        table = tables.decisions
        if self._session.is_postgres:
            numbers: Any = select(
                func.unnest(func.backbeat_search(for_postgres(terms), type_=ARRAY(table.c.number.type)))
            )
        else:
            match = decisions_search.c.words.op("MATCH")(for_sqlite(terms))
            numbers = select(decisions_search.c.number).where(decisions_search.c.workspace_id == own_workspace(), match)
        statement = self._seen_by(viewer).where(
            table.c.status != DecisionStatus.WITHDRAWN, table.c.number.in_(numbers), *_narrowed(narrow)
        )
        return self._newest(statement, limit, before)

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

    def _seen_by(self, viewer: Viewer) -> Any:
        rule = visible(tables.decisions, viewer, ("author_id", "owner_id"))
        return self._select(tables.decisions).where(rule)

    def _newest(self, statement: Any, limit: int, before: int | None) -> list[Decision]:
        table = tables.decisions
        if before is not None:
            statement = statement.where(table.c.number < before)
        return self._all(statement.order_by(table.c.number.desc()).limit(limit), _decision)


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
    return rules


def _row(decision: Decision) -> dict[str, Any]:
    dates = [day for day in (decision.revisit_on, decision.detail.risk_until) if day is not None]
    return row_of(
        decision,
        source_conversation=decision.source.conversation,
        due_on=min(dates) if dates and decision.status in ACTIVE else None,
        search_text=text_of(decision),
    )
