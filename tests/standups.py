"""A standup among four people in four zones, with the clock and the dispatcher by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from bot.domain.messages import Message, StandupPrompt
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.standups import Prompt, Round, Standup
from bot.domain.workspaces import Person
from bot.usecases import standups
from bot.usecases.services import Services
from bot.usecases.standups import StandupPlan
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

DANA = a_person("U1", name="Dana", zone="Europe/Lisbon")
SAM = a_person("U2", name="Sam", zone="America/New_York")
PRIYA = a_person("U3", name="Priya", zone="Asia/Kolkata")
KENJI = a_person("U4", name="Kenji", zone="Asia/Tokyo")
TEAM = (DANA, SAM, PRIYA, KENJI)
WEEKLY = StandupPlan(
    channel="C1", days=frozenset({1, 4}), at=time(9, 30), deadline=time(16, 0), zone="Europe/Lisbon"
)  # Tuesdays and Fridays
DUE: dict[ScheduleKind, Callable[[Services, Schedule, datetime], None]] = {
    ScheduleKind.STANDUP_ROUND: standups.open_round_due,
    ScheduleKind.STANDUP_PROMPT: standups.prompt_due,
    ScheduleKind.STANDUP_DIGEST: standups.digest_due,
}


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@dataclass
class Office:
    """Services on a store, and what happens by itself: `go` lets everything happen that is due until then."""

    store: SqlStore
    around: Surroundings
    keys: int = 0
    happened: list[tuple[datetime, ScheduleKind, str]] = field(default_factory=list)

    @property
    def services(self) -> Services:
        return self.around.services

    def key(self) -> str:
        self.keys += 1
        return f"test:{self.keys}"

    def plan(self, wanted: StandupPlan = WEEKLY, *, person: Person = DANA) -> Standup:
        return standups.plan(self.services, person, wanted, key=self.key())

    def go(self, to: datetime) -> None:
        while True:
            with self.store.read("T1") as uow:
                upcoming = [each for each in uow.schedules.upcoming(limit=50) if each.next_at and each.next_at <= to]
            if not upcoming:
                break
            schedule = upcoming[0]
            assert schedule.next_at is not None
            self.around.clock.set(max(schedule.next_at, self.around.clock.now()))
            self.run(schedule)
        self.around.clock.set(to)

    def run(self, schedule: Schedule) -> None:
        at = self.around.clock.now()
        self.happened.append((at, schedule.kind, schedule.slot))
        DUE[schedule.kind](self.services, schedule, at)
        self.deliver()

    def deliver(self) -> None:
        """What the dispatcher does when nothing goes wrong."""
        for row in reversed(self.rows()):
            if row.status is not OutboxStatus.QUEUED:
                continue
            where = row.destination.conversation or f"D{row.destination.person}"
            sent = replace(row, status=OutboxStatus.SENT, conversation=where, ts=f"ts.{row.id}")
            with self.store.begin("T1") as uow:
                uow.outbox.save(sent)
                uow.commit()

    def rows(self) -> list[OutboxMessage]:
        """Everything that was said, newest first."""
        with self.store.read("T1") as uow:
            return uow.outbox.stuck(frozenset(OutboxStatus), limit=1000)

    def said(self, kind: type[Message]) -> list[OutboxMessage]:
        """The posts of one kind, oldest first."""
        return [
            row for row in reversed(self.rows()) if isinstance(row.message, kind) and row.operation is Operation.POST
        ]

    def shown(self, row: OutboxMessage) -> Message:
        """A post as it reads now, with its updates."""
        updates = [each for each in self.rows() if each.after_id == row.id and each.operation is Operation.UPDATE]
        live = [each for each in updates if each.status is not OutboxStatus.DROPPED]
        return live[0].message if live else row.message

    def asked(self, person: Person) -> list[OutboxMessage]:
        return [row for row in self.said(StandupPrompt) if row.destination.person == person.id]

    def standup(self) -> Standup:
        with self.store.read("T1") as uow:
            return uow.standups.all(active=False)[0]

    def round(self, day: date) -> Round | None:
        with self.store.read("T1") as uow:
            return uow.standups.round_for(self.standup().id, day.isoformat())

    def prompt(self, person: Person, day: date) -> Prompt:
        round_ = self.round(day)
        assert round_ is not None
        with self.store.read("T1") as uow:
            return next(each for each in uow.standups.prompts(round_.id) if each.person_id == person.id)

    def open_prompt(self, person: Person) -> Prompt:
        """Their latest one that takes an answer before its digest."""
        with self.store.read("T1") as uow:
            mine = uow.standups.prompts_of(person.id, since=date(2026, 1, 1))
            return next(each for each in mine if uow.standups.round(each.round_id).is_open)

    def answer(self, person: Person, *texts: str, day: date | None = None) -> None:
        prompt = self.prompt(person, day) if day else self.open_prompt(person)
        standups.answer(self.services, person, prompt.id, texts, key=self.key())
        self.deliver()

    def save_person(self, person: Person) -> None:
        self.around.directory.people[person.id] = person
        with self.store.begin("T1") as uow:
            uow.people.save(person)
            uow.commit()


def an_office(store: SqlStore, *people: Person, now: datetime) -> Office:
    team = people or TEAM
    around = services_on(store, *team)
    around.clock.set(now)
    office = Office(store, around)
    for person in team:  # known as of now, so that nobody is looked up again
        office.save_person(replace(person, seen_at=datetime(2027, 6, 1, tzinfo=UTC)))
    return office
