"""What is to be done and said: schedules, the outbox, the inbox, reminders, jobs."""

import hashlib
from datetime import date, datetime

from bot.domain.errors import NotFound
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.workspaces import UserId
from bot.usecases.ports import Job, Reminder
from storage import tables
from storage.unit import Repository, builder, row_of

_schedule = builder(Schedule)
_message = builder(OutboxMessage)
_job = builder(Job)
_reminder = builder(Reminder)
LONGEST_KEY = 64  # characters, as the column has them and SHA-256 fills them


class SqlSchedules(Repository):
    def add(self, schedule: Schedule) -> bool:
        return self._insert_new(tables.schedules, row_of(schedule))

    def save(self, schedule: Schedule) -> None:
        self._replace(tables.schedules, row_of(schedule))

    def get(self, schedule_id: str) -> Schedule:
        found = self._find(tables.schedules, _schedule, id=schedule_id)
        if found is None:
            raise NotFound("That is not planned any more.")
        return found

    def find(self, kind: ScheduleKind, subject_id: str) -> Schedule | None:
        return self._find(tables.schedules, _schedule, kind=kind, subject_id=subject_id)

    def claim(self, schedule_id: str, *, at: datetime) -> Schedule | None:
        table = tables.schedules
        due = self._select(table).where(table.c.id == schedule_id, table.c.next_at <= at)
        row = self._one(due.with_for_update(skip_locked=True))
        return _schedule(row) if row is not None else None

    def upcoming(self, *, limit: int) -> list[Schedule]:
        table = tables.schedules
        planned = self._select(table).where(table.c.next_at.is_not(None))
        return self._all(planned.order_by(table.c.next_at, table.c.id).limit(limit), _schedule)

    def remove(self, kind: ScheduleKind, subject_id: str) -> None:
        table = tables.schedules
        self._session.run(self._delete(table).where(table.c.kind == kind, table.c.subject_id == subject_id))


class SqlOutbox(Repository):
    def add(self, message: OutboxMessage) -> None:
        if message.operation is Operation.UPDATE:
            table = tables.outbox
            self._session.run(
                self._update(table)
                .where(
                    table.c.after_id == message.after_id,
                    table.c.operation == Operation.UPDATE,
                    table.c.status == OutboxStatus.QUEUED,
                )
                .values(status=OutboxStatus.DROPPED, reason="a newer update took its place")
            )
        self._insert(tables.outbox, row_of(message))

    def save(self, message: OutboxMessage) -> None:
        self._replace(tables.outbox, row_of(message))

    def get(self, message_id: str) -> OutboxMessage:
        found = self._find(tables.outbox, _message, id=message_id)
        if found is None:
            raise NotFound("I don't know that message any more.")
        return found

    def claim(self, message_id: str, *, at: datetime) -> OutboxMessage | None:
        table = tables.outbox
        ready = (table.c.status == OutboxStatus.SENDING) | (
            (table.c.status == OutboxStatus.QUEUED) & (table.c.next_at <= at)
        )
        statement = self._select(table).where(table.c.id == message_id, ready)
        row = self._one(statement.with_for_update(skip_locked=True))
        return _message(row) if row is not None else None

    def has_newer_update(self, message: OutboxMessage) -> bool:
        table = tables.outbox
        newer = self._select(table, table.c.id).where(
            table.c.after_id == message.after_id,
            table.c.operation == Operation.UPDATE,
            table.c.id > message.id,
            table.c.status.in_(sorted({OutboxStatus.QUEUED, OutboxStatus.SENDING, OutboxStatus.SENT})),
        )
        return self._one(newer.limit(1)) is not None

    def shown(self, subject: str, *, since: datetime | None = None) -> list[OutboxMessage]:
        table = tables.outbox
        posts = self._select(table).where(table.c.subject == subject, table.c.operation == Operation.POST)
        if since is not None:
            posts = posts.where(table.c.created_at >= since)
        return self._all(posts.order_by(table.c.id), _message)

    def stuck(self, statuses: frozenset[OutboxStatus], *, limit: int) -> list[OutboxMessage]:
        table = tables.outbox
        found = self._select(table).where(table.c.status.in_(sorted(statuses)))
        return self._all(found.order_by(table.c.id.desc()).limit(limit), _message)


class SqlInbox(Repository):
    def take(self, key: str, *, at: datetime) -> bool:
        return self._insert_new(tables.inbox, {"key": _short(key), "at": at, "outcome": None})

    def note(self, key: str, outcome: str) -> None:
        self._change(tables.inbox, {"key": _short(key)}, {"outcome": outcome})

    def outcome(self, key: str) -> str | None:
        table = tables.inbox
        found: str | None = self._session.run(
            self._select(table, table.c.outcome).where(table.c.key == _short(key))
        ).scalar()
        return found


def _short(key: str) -> str:
    """A key as it is stored: a long one by its hash, because what tells two apart may stand at their end."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


class SqlReminders(Repository):
    def take(self, *, person: UserId, subject: str, due_on: date, at: datetime) -> bool:
        return self._insert_new(tables.reminders, {"person_id": person, "subject": subject, "due_on": due_on, "at": at})

    def of(self, subject: str) -> list[Reminder]:
        table = tables.reminders
        asked = self._select(table).where(table.c.subject == subject)
        return self._all(asked.order_by(table.c.at, table.c.person_id), _reminder)

    def since(self, since: datetime, *, begins: str) -> list[Reminder]:
        table = tables.reminders
        asked = self._select(table).where(table.c.at >= since, table.c.subject.startswith(begins, autoescape=True))
        return self._all(asked.order_by(table.c.at, table.c.person_id, table.c.subject), _reminder)


class SqlJobs(Repository):
    def add(self, job: Job) -> None:
        self._insert(tables.jobs, row_of(job))

    def claim(self, job_id: str, *, at: datetime) -> Job | None:
        table = tables.jobs
        due = self._select(table).where(table.c.id == job_id, table.c.next_at <= at)
        row = self._one(due.with_for_update(skip_locked=True))
        return _job(row) if row is not None else None

    def save(self, job: Job) -> None:
        self._replace(tables.jobs, row_of(job))
