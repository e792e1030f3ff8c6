"""Recurring meetings, the single meetings that come of them, and agenda items."""

from collections.abc import Iterable
from typing import Any

from bot.domain.agendas import Topic, TopicStatus
from bot.domain.cadences import Cadence, CadenceKind, Occurrence
from bot.domain.errors import NotFound
from bot.domain.workspaces import Viewer
from storage import tables
from storage.finding import visible
from storage.unit import Repository, builder, row_of

_cadence = builder(Cadence)
_occurrence = builder(Occurrence)
_topic = builder(Topic)


class SqlCadences(Repository):
    def add(self, cadence: Cadence) -> None:
        self._insert(tables.cadences, row_of(cadence))

    def save(self, cadence: Cadence) -> None:
        self._replace(tables.cadences, row_of(cadence))

    def get(self, cadence_id: str, *, lock: bool = False) -> Cadence:
        statement = self._select(tables.cadences).where(tables.cadences.c.id == cadence_id)
        row = self._one(statement.with_for_update(key_share=True) if lock else statement)
        if row is None:
            raise NotFound("I don't know that meeting any more.")
        return _cadence(row)

    def all(self, *, kind: CadenceKind | None = None, active: bool = True) -> list[Cadence]:
        table = tables.cadences
        statement = self._select(table).order_by(table.c.id)
        if kind is not None:
            statement = statement.where(table.c.kind == kind)
        if active:
            statement = statement.where(table.c.active.is_(True))
        return self._all(statement, _cadence)

    def add_occurrence(self, occurrence: Occurrence) -> bool:
        return self._insert_new(tables.occurrences, row_of(occurrence))

    def save_occurrence(self, occurrence: Occurrence) -> None:
        self._replace(tables.occurrences, row_of(occurrence))

    def occurrence(self, occurrence_id: str) -> Occurrence:
        found = self._find(tables.occurrences, _occurrence, id=occurrence_id)
        if found is None:
            raise NotFound("I don't know that meeting any more.")
        return found

    def occurrence_for(self, cadence_id: str, slot: str) -> Occurrence | None:
        return self._find(tables.occurrences, _occurrence, cadence_id=cadence_id, slot=slot)

    def occurrences(self, cadence_id: str, *, limit: int = 20) -> list[Occurrence]:
        table = tables.occurrences
        newest = self._select(table).where(table.c.cadence_id == cadence_id)
        return self._all(newest.order_by(table.c.starts_at.desc(), table.c.id.desc()).limit(limit), _occurrence)


class SqlTopics(Repository):
    def add(self, topic: Topic) -> None:
        self._insert(tables.topics, _row(topic))

    def save(self, topic: Topic) -> None:
        self._replace(tables.topics, _row(topic))

    def get(self, topic_id: str, viewer: Viewer) -> Topic:
        found = self._all(self._seen_by(viewer).where(tables.topics.c.id == topic_id), _topic)
        if not found:
            raise viewer.unseen(NotFound("I don't know that agenda item any more."))
        return found[0]

    def open_for(self, cadence_id: str, viewer: Viewer) -> list[Topic]:
        table = tables.topics
        waiting = self._seen_by(viewer).where(table.c.cadence_id == cadence_id, table.c.status == TopicStatus.OPEN)
        return self._all(waiting.order_by(table.c.created_at, table.c.id), _topic)

    def on_agenda(self, occurrence_id: str, viewer: Viewer) -> list[Topic]:
        table = tables.topics
        statement = self._seen_by(viewer).where(table.c.occurrence_id == occurrence_id)
        return self._all(statement.order_by(table.c.position, table.c.id), _topic)

    def with_decision(self, cadence_id: str, number: int, statuses: Iterable[TopicStatus]) -> list[Topic]:
        table = tables.topics
        statement = self._select(table).where(
            table.c.cadence_id == cadence_id,
            table.c.decision_number == number,
            table.c.status.in_(sorted(statuses)),
        )
        return self._all(statement, _topic)

    def _seen_by(self, viewer: Viewer) -> Any:
        return self._select(tables.topics).where(visible(tables.topics, viewer, ("added_by",)))


def _row(topic: Topic) -> dict[str, Any]:
    return row_of(topic, source_conversation=topic.source.conversation)
