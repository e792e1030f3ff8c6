"""What is kept: one repository for each noun, the unit of work that holds them, and the queue of what is due.

Every instant is an aware UTC datetime. Every `viewer` is mandatory: a read that forgets who is reading does not type.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.domain.agendas import Topic, TopicStatus
from bot.domain.approvals import Approval
from bot.domain.cadences import Cadence, CadenceKind, Occurrence
from bot.domain.decisions import Decision, DecisionEvent, DecisionStatus
from bot.domain.drafts import DecisionDraft
from bot.domain.interchange.entries import Known, Original
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.rights import DecisionRight, Limits
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.standups import Answer, Concern, Prompt, Round, Standup
from bot.domain.updates import Update
from bot.domain.workspaces import ConversationId, Person, Role, UserId, Viewer, Workspace, WorkspaceId


class Workspaces(Protocol):
    def get(self) -> Workspace:
        """The workspace of this unit of work. Raises NotFound."""

    def save(self, workspace: Workspace) -> None:
        """Insert or replace."""

    def roles(self) -> dict[Role, frozenset[UserId]]: ...
    def roles_of(self, person: UserId) -> frozenset[Role]: ...
    def set_role(self, role: Role, people: Iterable[UserId]) -> None:
        """Replace the holders of `role`."""

    def take_decision_number(self) -> int:
        """The next number, locked until commit, so that a rollback gives it back and two writers never share one."""

    def last_decision_number(self) -> int:
        """The last number that was taken."""

    def reserve_decision_numbers(self, last: int, *, after: int) -> bool:
        """Take all numbers up to `last`. False, and nothing is taken, where one was taken since `after`."""

    def hold_decision_numbers(self) -> None:
        """Whoever else asks for this waits until this transaction ends: they fill gaps between the numbers in turn."""


class People(Protocol):
    def find(self, person: UserId) -> Person | None: ...
    def get_many(self, people: Iterable[UserId]) -> dict[UserId, Person]: ...
    def names(self) -> dict[UserId, str]:
        """What everybody is called who is known here."""

    def save(self, person: Person) -> None:
        """Insert or replace what is known of a person."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which decisions of a list are wanted. Everything that is given must hold."""

    involving: UserId | None = None  # its author or its owner
    by: frozenset[UserId] = frozenset()  # one of them is its author or its owner
    areas: tuple[str, ...] = ()  # its area is one of these, or begins so
    since: date | None = None  # decided, or else logged (in UTC), on this day or later
    until: date | None = None  # on this day or earlier
    statuses: frozenset[DecisionStatus] = frozenset()  # only these: withdrawn ones too, where they are among them
    not_doing: bool = False  # only those that rule something out
    due_by: date | None = None  # only active ones that come back on or before this day
    proposed: bool = False  # only those that wait to be decided


@dataclass(frozen=True, slots=True)
class Recorded:
    """All that is kept of a decision, oldest first."""

    decision: Decision
    history: tuple[DecisionEvent, ...]
    approvals: tuple[Approval, ...]
    original: Original | None


class Decisions(Protocol):
    def add(self, decision: Decision) -> None: ...
    def get(self, number: int, viewer: Viewer) -> Decision:
        """Raises NotFound where it does not exist or `viewer` may not see it: the two look the same."""

    def recorded(self, number: int, viewer: Viewer) -> Recorded:
        """In one question. Raises NotFound as `get` does."""

    def save(self, decision: Decision) -> None:
        """Write a change. `decision.version` must be the stored one, which is then raised by one. Raises Conflict."""

    def latest(
        self,
        viewer: Viewer,
        *,
        limit: int,
        before: int | None = None,
        statuses: frozenset[DecisionStatus] | None = None,
        narrow: "Narrow | None" = None,
    ) -> list[Decision]:
        """Newest first, numbers below `before` where it is given. Withdrawn ones only when `statuses` asks for them."""

    def search(
        self, query: str, viewer: Viewer, *, limit: int, before: int | None = None, narrow: "Narrow | None" = None
    ) -> list[Decision]:
        """Newest first. Words, prefixes (`post*`; the last word always), "quoted phrases". Never fails on odd input."""

    def areas(self, viewer: Viewer) -> list[str]:
        """The areas that the newest thousand decisions name, in no order, each as one of them writes it."""

    def from_message(self, conversation: ConversationId, ts: str, viewer: Viewer) -> Decision | None:
        """The latest one that was logged from this message, and not withdrawn since."""

    def due(self, *, by: date, viewer: Viewer, owner: UserId | None = None) -> list[Decision]:
        """Active ones with a revisit date (or a risk acceptance's end) on or before `by`, longest overdue first."""

    def add_event(self, event: DecisionEvent) -> None: ...
    def history(self, number: int, viewer: Viewer) -> list[DecisionEvent]:
        """Oldest first."""

    def changed_since(self, since: datetime, viewer: Viewer) -> list[Decision]:
        """Those that something happened to since then, by number; withdrawn ones too."""

    def history_since(self, since: datetime, viewer: Viewer) -> list[DecisionEvent]:
        """What happened since then to decisions that `viewer` may see, oldest first."""

    def began(self) -> dict[int, datetime]:
        """All numbers that are in use, whoever may see them, and when each was logged."""

    def add_original(self, original: Original) -> None: ...
    def save_original(self, original: Original) -> None: ...
    def originals(self, numbers: Iterable[int], viewer: Viewer) -> dict[int, Original]:
        """Where imported decisions came from, by their numbers; of those that `viewer` may see."""

    def known_from(self, source: str) -> list[Known]:
        """What was imported from `source`."""


class Rights(Protocol):
    def all(self) -> list[DecisionRight]:
        """In the order in which people gave the areas. Empty until somebody says who decides."""

    def hold(self) -> None:
        """Nobody else changes rights or limits until commit."""

    def save(self, right: DecisionRight) -> None:
        """Insert, or replace the right of that area."""

    def remove(self, area: str) -> None: ...
    def limits(self) -> Limits | None:
        """None until somebody sets them."""

    def save_limits(self, limits: Limits) -> None: ...
    def drop_limits(self) -> None: ...


class Approvals(Protocol):
    def add(self, approval: Approval) -> None: ...
    def save(self, approval: Approval) -> None: ...
    def get(self, approval_id: str, *, lock: bool = False) -> Approval:
        """`lock`: nobody else changes it until commit. Raises NotFound."""

    def of(self, number: int, *, lock: bool = False) -> list[Approval]:
        """All that were ever asked for this decision, oldest first. `lock`: nobody else changes them until commit."""

    def of_many(self, numbers: Iterable[int]) -> dict[int, list[Approval]]: ...
    def waiting(self) -> list[Approval]:
        """Those of the workspace that somebody's word is still missing for, or stands against; oldest first."""

    def answered_since(self, since: datetime) -> list[Approval]:
        """Those that were approved since then, oldest first."""


class Drafts(Protocol):
    def add(self, draft: DecisionDraft) -> None: ...
    def save(self, draft: DecisionDraft) -> None: ...
    def get(self, draft_id: str, viewer: Viewer) -> DecisionDraft:
        """Raises NotFound; a draft is its asker's alone."""


class Cadences(Protocol):
    def add(self, cadence: Cadence) -> None: ...
    def save(self, cadence: Cadence) -> None: ...
    def get(self, cadence_id: str, *, lock: bool = False) -> Cadence:
        """`lock`: nobody else changes what belongs to it until commit. Raises NotFound."""

    def all(self, *, kind: CadenceKind | None = None, active: bool = True) -> list[Cadence]: ...
    def add_occurrence(self, occurrence: Occurrence) -> bool:
        """False where the slot is taken already: then nothing was written."""

    def save_occurrence(self, occurrence: Occurrence) -> None: ...
    def occurrence(self, occurrence_id: str) -> Occurrence:
        """Raises NotFound."""

    def occurrence_for(self, cadence_id: str, slot: str) -> Occurrence | None: ...
    def occurrences(self, cadence_id: str, *, limit: int = 20) -> list[Occurrence]:
        """Newest first."""


class Topics(Protocol):
    def add(self, topic: Topic) -> None: ...
    def save(self, topic: Topic) -> None: ...
    def get(self, topic_id: str, viewer: Viewer) -> Topic:
        """Raises NotFound."""

    def open_for(self, cadence_id: str, viewer: Viewer) -> list[Topic]: ...
    def on_agenda(self, occurrence_id: str, viewer: Viewer) -> list[Topic]:
        """In the order of the agenda."""

    def with_decision(self, cadence_id: str, number: int, statuses: Iterable[TopicStatus]) -> list[Topic]: ...


class Standups(Protocol):
    def add(self, standup: Standup) -> bool:
        """False where the channel has one already, active or stopped."""

    def save(self, standup: Standup) -> None: ...
    def get(self, standup_id: str) -> Standup:
        """Raises NotFound."""

    def hold(self, standup_id: str) -> Standup:
        """As `get`, locked until commit: whoever changes something of a standup does so one after the other."""

    def all(self, *, channel: ConversationId | None = None, active: bool = True) -> list[Standup]: ...
    def add_round(self, round_: Round) -> bool:
        """False where the slot is taken already."""

    def save_round(self, round_: Round) -> None: ...
    def round(self, round_id: str) -> Round:
        """Raises NotFound."""

    def round_for(self, standup_id: str, slot: str) -> Round | None: ...
    def rounds(self, standup_id: str, *, limit: int) -> list[Round]:
        """The latest days first."""

    def add_prompt(self, prompt: Prompt) -> bool:
        """False where this person already has a prompt in this round, or for this standup on that day of theirs."""

    def save_prompt(self, prompt: Prompt) -> None: ...
    def prompt(self, prompt_id: str) -> Prompt:
        """Raises NotFound."""

    def prompts(self, round_id: str) -> list[Prompt]: ...
    def prompts_of(self, person: UserId, *, since: date) -> list[Prompt]:
        """Of all standups, on that day of theirs or later, the latest first."""

    def last_prompt(self, standup_id: str, person: UserId) -> Prompt | None: ...
    def save_answer(self, answer: Answer) -> None:
        """Insert, or replace the texts."""

    def answer(self, prompt_id: str) -> Answer | None: ...
    def answers(self, round_id: str) -> list[Answer]:
        """In the order they came."""

    def last_answer(self, standup_id: str, person: UserId, *, before: datetime) -> Answer | None: ...


class Concerns(Protocol):
    def add(self, concern: Concern) -> None: ...
    def save(self, concern: Concern) -> None: ...
    def get(self, concern_id: str) -> Concern:
        """Raises NotFound."""

    def uncleared(self, *, channel: ConversationId | None = None, owner: UserId | None = None) -> list[Concern]:
        """Oldest first."""

    def of_standup(self, standup_id: str, *, since: datetime) -> list[Concern]:
        """Those that are not cleared, and those cleared `since` then; oldest first."""


class Updates(Protocol):
    def add(self, update: Update) -> None: ...
    def save(self, update: Update) -> None: ...
    def get(self, update_id: str, viewer: Viewer) -> Update:
        """Raises NotFound; a draft is its asker's alone."""


class Schedules(Protocol):
    def add(self, schedule: Schedule) -> bool:
        """False where this kind and subject already has one."""

    def save(self, schedule: Schedule) -> None: ...
    def get(self, schedule_id: str) -> Schedule:
        """Raises NotFound."""

    def find(self, kind: ScheduleKind, subject_id: str) -> Schedule | None: ...
    def claim(self, schedule_id: str, *, at: datetime) -> Schedule | None:
        """The schedule, locked until commit, if it is still due at `at` and nobody else holds it."""

    def upcoming(self, *, limit: int) -> list[Schedule]:
        """The next ones, soonest first."""

    def remove(self, kind: ScheduleKind, subject_id: str) -> None: ...


class Outbox(Protocol):
    def add(self, message: OutboxMessage) -> None:
        """Queue it. An update of a message for which an update is queued already takes that one's place."""

    def save(self, message: OutboxMessage) -> None: ...
    def get(self, message_id: str) -> OutboxMessage:
        """Raises NotFound."""

    def claim(self, message_id: str, *, at: datetime) -> OutboxMessage | None:
        """The row, locked until commit, if it is QUEUED and due, or SENDING (for recovery). None: another holds it."""

    def has_newer_update(self, message: OutboxMessage) -> bool:
        """Whether a later update of the same post is queued, under way or done: then this one must not follow it."""

    def shown(self, subject: str, *, since: datetime | None = None) -> list[OutboxMessage]:
        """The posts (not updates) that show `subject`, oldest first, whatever their status; made `since` then."""

    def stuck(self, statuses: frozenset[OutboxStatus], *, limit: int) -> list[OutboxMessage]:
        """For an admin's eyes: rows that failed or may not have arrived, newest first."""


class Inbox(Protocol):
    def take(self, key: str, *, at: datetime) -> bool:
        """True the first time this delivery is seen; False for a redelivery or a second click."""

    def note(self, key: str, outcome: str) -> None:
        """Keep what it led to ("D-14"), so that a repeat can be answered the same."""

    def outcome(self, key: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody was reminded of something that was due on a day."""

    person_id: UserId
    subject: str
    due_on: date
    at: datetime


class Reminders(Protocol):
    def take(self, *, person: UserId, subject: str, due_on: date, at: datetime) -> bool:
        """True once per person, subject and due date: each is asked about once."""

    def of(self, subject: str) -> list[Reminder]:
        """Who was reminded of it, and when, oldest first."""

    def since(self, since: datetime, *, begins: str) -> list[Reminder]:
        """Those since then of subjects that begin so, oldest first."""


class Jobs(Protocol):
    """Work for a worker thread outside any transaction: asking a model."""

    def add(self, job: "Job") -> None: ...
    def claim(self, job_id: str, *, at: datetime) -> "Job | None": ...
    def save(self, job: "Job") -> None: ...


@dataclass(frozen=True, slots=True)
class Job:
    workspace_id: WorkspaceId
    id: str
    kind: str
    subject_id: str
    next_at: datetime | None  # None once it is done
    attempts: int = 0
    sender: str | None = None


class Audit(Protocol):
    def add(
        self, *, by: UserId, action: str, at: datetime, subject: str | None = None, detail: dict[str, Any] | None = None
    ) -> None: ...


class UnitOfWork(Protocol):
    """One transaction in one workspace. Leaving it without `commit()` rolls everything back."""

    @property
    def workspace_id(self) -> WorkspaceId: ...

    workspaces: Workspaces
    people: People
    decisions: Decisions
    rights: Rights
    approvals: Approvals
    drafts: Drafts
    cadences: Cadences
    topics: Topics
    standups: Standups
    concerns: Concerns
    updates: Updates
    schedules: Schedules
    outbox: Outbox
    inbox: Inbox
    reminders: Reminders
    jobs: Jobs
    audit: Audit

    def commit(self) -> None: ...


class Queue(Protocol):
    """Across all workspaces, but only ids and times: what is due, never what it says."""

    def due_schedules(self, *, at: datetime, limit: int) -> list[tuple[WorkspaceId, str]]: ...
    def due_outbox(self, *, at: datetime, limit: int) -> list[tuple[WorkspaceId, str]]:
        """QUEUED rows whose time has come, oldest first, with SENDING rows whose sender may be gone."""

    def due_jobs(self, *, at: datetime, limit: int) -> list[tuple[WorkspaceId, str]]: ...
    def workspaces(self) -> list[WorkspaceId]: ...


class Store(Protocol):
    def begin(self, workspace: WorkspaceId) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that may write."""

    def read(self, workspace: WorkspaceId) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that only reads: on SQLite it does not wait for the writer."""

    def queue(self) -> Queue: ...


class Senders(Protocol):
    """Who is sending. A session is held by a lock that the system frees when its process is gone, and only then."""

    @property
    def id(self) -> str:
        """This process's session."""

    def is_gone(self, session: str) -> bool: ...
