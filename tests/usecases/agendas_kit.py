"""What the tests of the weekly meeting share: a team, a clock that comes round, and what was said."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.domain.agendas import Topic
from bot.domain.cadences import Cadence, Occurrence
from bot.domain.decisions import Decision, Draft, Source
from bot.domain.messages import AgendaItem, AgendaPost, MeetingRecap, Note
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.standups import Concern
from bot.domain.workspaces import Person, Viewer
from bot.usecases import agendas, cadences, decisions
from bot.usecases.cadences import CadencePlan
from bot.usecases.services import Services
from storage.store import SqlStore
from tests.support import FakeClock, FakeDirectory, a_person, services_on

DANA = a_person("U1", name="Dana", is_slack_admin=True)
SAM = a_person("U2", name="Sam", zone="America/New_York")
KENJI = a_person("U3", name="Kenji", zone="Asia/Tokyo")
GUEST = a_person("U4", name="Gus", is_guest=True)
STRANGER = a_person("U5", name="Stella", team_id="T2")
PEOPLE = (DANA, SAM, KENJI, GUEST, STRANGER)
MONDAY = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)  # the agenda of Tue 3 Nov 13:00 in Lisbon is due
TUESDAY = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
M = TypeVar("M")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_plan(**extra: Any) -> CadencePlan:
    given = {
        "name": "Tradeoffs",
        "channel": "C1",
        "when": "Tuesdays at 13:00",
        "zone": "Europe/Lisbon",
        "chair_id": "U1",
        "place": "PT",
    } | extra
    return CadencePlan(**given)


@dataclass
class Room:
    """Dana, Sam and Kenji in public #platform (C1); Dana alone in private #board (G1)."""

    services: Services
    clock: FakeClock
    directory: FakeDirectory
    store: SqlStore

    # --- doing ---

    def plan(self, *, key: str = "plan", **extra: Any) -> Cadence:
        return cadences.plan(self.services, DANA, a_plan(**extra), key=key)

    def add(
        self, cadence: Cadence, title: str, minutes: int | None = None, *, who: Person = SAM, **extra: Any
    ) -> Topic:
        given: dict[str, Any] = {"key": f"add:{title}", "source": Source("C1")} | extra
        return agendas.add(self.services, who, cadence.id, title, minutes, **given)

    def log(self, title: str, *, key: str | None = None, **extra: Any) -> Decision:
        draft = Draft(title, "It is cheaper", extra.pop("owner", "U2"), extra.pop("revisit_on", None))
        draft = replace(draft, **extra.pop("draft", {}))
        given: dict[str, Any] = {"source": Source("C1")} | extra
        return decisions.log(self.services, DANA, draft, key=key or f"log:{title}", **given)

    def stuck(self, text: str, *, seen: int = 2, channel: str = "C1") -> Concern:
        concern = Concern("T1", f"concern-{text}", channel, text, "U3", self.clock.now().date(), seen=seen)
        with self.store.begin("T1") as uow:
            uow.concerns.add(concern)
            uow.commit()
        return concern

    def come(self, cadence: Cadence, *, late: timedelta = timedelta()) -> None:
        """The agenda's moment comes; the clock calls once."""
        schedule = self.schedule(cadence)
        assert schedule is not None
        assert schedule.next_at is not None
        agendas.post_due(self.services, schedule, self.clock.set(schedule.next_at + late))

    def end(self, occurrence: Occurrence, *, late: timedelta = timedelta()) -> None:
        schedule = self.ending(occurrence)
        assert schedule is not None
        assert schedule.next_at is not None
        agendas.end_due(self.services, schedule, self.clock.set(schedule.next_at + late))

    def deliver(self) -> None:
        """Everything that waits is posted."""
        for number, row in enumerate(reversed(self.rows()), start=1):
            if row.status is OutboxStatus.QUEUED:
                sent = replace(row, status=OutboxStatus.SENT, ts=f"{number}.{row.id[-6:]}", conversation="C1")
                with self.store.begin("T1") as uow:
                    uow.outbox.save(sent)
                    uow.commit()

    # --- looking ---

    def schedule(self, cadence: Cadence) -> Schedule | None:
        with self.store.read("T1") as uow:
            return uow.schedules.find(ScheduleKind.AGENDA, cadence.id)

    def ending(self, occurrence: Occurrence) -> Schedule | None:
        with self.store.read("T1") as uow:
            return uow.schedules.find(ScheduleKind.MEETING_END, occurrence.id)

    def meetings(self, cadence: Cadence) -> list[Occurrence]:
        """Oldest first."""
        with self.store.read("T1") as uow:
            return list(reversed(uow.cadences.occurrences(cadence.id)))

    def topic(self, topic_id: str) -> Topic:
        with self.store.read("T1") as uow:
            return uow.topics.get(topic_id, Viewer.system())

    def rows(self) -> list[OutboxMessage]:
        """Newest first."""
        with self.store.read("T1") as uow:
            return uow.outbox.stuck(frozenset(OutboxStatus), limit=1000)

    def said(self, kind: type[M]) -> list[M]:
        """What was posted or is to be, oldest first, without updates."""
        return [
            row.message for row in reversed(self.rows()) if isinstance(row.message, kind) and row.operation == "post"
        ]

    def shown(self, kind: type[M]) -> list[M]:
        """As `said`, each as it stands after its updates."""
        rows = list(reversed(self.rows()))
        latest = {row.id: row.message for row in rows if row.operation == "post"}
        latest |= {
            str(row.after_id): row.message for row in rows if row.operation == "update" and row.status != "dropped"
        }
        return [message for message in latest.values() if isinstance(message, kind)]

    def agendas(self) -> list[AgendaPost]:
        return self.said(AgendaPost)

    def items(self) -> list[str]:
        return [item.topic.title for item in self.said(AgendaItem)]

    def recaps(self) -> list[MeetingRecap]:
        return self.said(MeetingRecap)

    def notes(self) -> list[str]:
        return [note.text for note in self.said(Note)]


def a_room(store: SqlStore) -> Room:
    around = services_on(store, *PEOPLE)
    return Room(around.services, around.clock, around.directory, store)
