"""The outbox becomes messages: which row may go next, and which has to wait.

A lane is one conversation (or one person's DM). In a lane rows leave in the order they were queued, one at a time;
lanes do not wait for each other. Order is kept across a failed try for `ORDER_HELD`, and behind a row whose answer was
lost until recovery has had its say: one message that cannot be sent must not silence a channel for an hour.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

import structlog

from bot.domain.errors import ExternalFailure, NotFound
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.workspaces import WorkspaceId
from bot.usecases.ports import Posted
from bot.usecases.services import Services
from jobs.crew import Crew
from jobs.metrics import BACKLOG
from jobs.pace import CHANNEL, FILES, HISTORY, OPENS, POSTS, UPDATES, Pace, Use
from jobs.recovery import Recovery, Stranded
from jobs.sending import Outcome, Sending, Step

log = structlog.get_logger(__name__)

LOOK_AT, LOOK_AT_MOST = 200, 6400  # rows a round
ORDER_HELD = 60.0  # seconds
BUSY_ELSEWHERE = 0.25  # seconds until a row that somebody else had in hand is looked at again
FAILED_EARLY = 2.0  # seconds until a row is tried again after the database failed before anything was sent
BROKEN = 300.0  # seconds until a row that cannot be read or handled is looked at again
RECORD_AGAIN = 1.0  # seconds
SILENCE = frozenset({"unreachable", "timeout", "connection_lost"})  # calls that ended without a word from Slack

Lane = tuple[WorkspaceId, str]


def lane_of(row: OutboxMessage) -> Lane:
    """Where it goes: what must keep its order and its pace."""
    return row.workspace_id, row.destination.conversation or f"@{row.destination.person}"


@dataclass(slots=True)
class _Round:
    """What one look at the outbox came to."""

    started: int = 0
    waits: list[float] = field(default_factory=list)  # seconds until something that was passed over may go


@dataclass(frozen=True, slots=True)
class _Unrecorded:
    """What Slack answered and the database did not take."""

    row: OutboxMessage
    result: Posted | ExternalFailure
    due: float  # monotonic


class Dispatcher:
    """Starts what may go. `run_once` is one round; a round starts work on `executor` and does not wait for it."""

    def __init__(
        self,
        services: Services,
        sending: Sending,
        recovery: Recovery,
        pace: Pace,
        executor: Executor,
        *,
        size: int = 4,
        wake: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.crew = Crew("dispatcher", executor, size, wake=wake)
        self._store = services.store
        self._clock = services.clock
        self._sending = sending
        self._recovery = recovery
        self._pace = pace
        self._monotonic = monotonic
        self._lock = threading.RLock()  # over everything below
        self._rows: dict[str, OutboxMessage] = {}  # as last read: where they go does not change
        self._under_way: dict[str, Lane] = {}  # row id: its lane
        self._held: dict[Lane, float] = {}  # until, monotonic
        self._aside: dict[str, float] = {}  # rows that could not be handled, until
        self._silent: set[WorkspaceId] = set()  # where Slack did not answer the last call: one sender is enough
        self._unrecorded: dict[str, _Unrecorded] = {}

    def run_once(self) -> float | None:
        """Start all that may go now. Returns in how many seconds to look again, None for the next tick."""
        self._record_again()
        limit = LOOK_AT
        while True:
            ids = self._store.queue().due_outbox(at=self._clock.now(), limit=limit)
            BACKLOG.set(len(ids))
            looked = self._look(ids)
            if looked.started or len(ids) < limit or limit >= LOOK_AT_MOST or not self.crew.has_room():
                return min(looked.waits, default=None)
            limit *= 4  # whatever is at the head of the queue has to wait: is there something behind it?

    def _look(self, ids: list[tuple[WorkspaceId, str]]) -> _Round:
        looked = _Round()
        rows = self._read(ids)
        for stranded in self._recovery.ready(row for row in rows if row.status is OutboxStatus.SENDING):
            self._start_recovery(stranded, looked)
        lanes: dict[Lane, list[OutboxMessage]] = {}
        for row in rows:
            lanes.setdefault(lane_of(row), []).append(row)
        for lane, waiting in lanes.items():
            self._start_lane(lane, waiting, looked)
        return looked

    def _read(self, ids: list[tuple[WorkspaceId, str]]) -> list[OutboxMessage]:
        """The rows, in the order of `ids`, without those under way.

        One that is known to be queued is not read again: its claim will tell if that has changed.
        """
        now = self._monotonic()
        with self._lock:
            self._aside = {row_id: until for row_id, until in self._aside.items() if until > now}
            skipped = self._under_way.keys() | self._aside.keys()
            ids = [each for each in ids if each[1] not in skipped]
            listed = {row_id for _, row_id in ids}
            self._rows = {
                row_id: row
                for row_id, row in self._rows.items()
                if row_id in listed and row.status is OutboxStatus.QUEUED
            }
            wanted: dict[WorkspaceId, list[str]] = {}
            for workspace, row_id in ids:
                if row_id not in self._rows:
                    wanted.setdefault(workspace, []).append(row_id)
        for workspace, row_ids in wanted.items():
            self._read_workspace(workspace, row_ids)
        with self._lock:
            found = [self._rows[row_id] for _, row_id in ids if row_id in self._rows]
        return [row for row in found if row.status in {OutboxStatus.QUEUED, OutboxStatus.SENDING}]

    def _read_workspace(self, workspace: WorkspaceId, row_ids: list[str]) -> None:
        try:
            with self._store.read(workspace) as uow:
                for row_id in row_ids:
                    try:
                        row = uow.outbox.get(row_id)
                    except NotFound:
                        continue  # removed meanwhile
                    except (ValueError, TypeError, KeyError):  # a row that this version cannot read
                        log.exception("row_not_readable", row=row_id, workspace=workspace)
                        self._set_aside(row_id, BROKEN)
                        continue
                    with self._lock:
                        self._rows[row_id] = row
        except ExternalFailure as failure:
            log.warning("rows_not_read", workspace=workspace, code=failure.code)

    def _start_lane(self, lane: Lane, waiting: list[OutboxMessage], looked: _Round) -> None:
        """Start the first row of a lane that may go, unless the lane has to wait."""
        with self._lock:
            if lane in self._under_way.values():
                return
            held = self._held.get(lane, 0.0) - self._monotonic()
            if held > 0:
                looked.waits.append(held)
                return
            self._held.pop(lane, None)
        for row in waiting:
            if row.status is OutboxStatus.QUEUED:
                self._start(lane, row, looked)
                return
            if self._recovery.blocks(row):
                return

    def _start(self, lane: Lane, row: OutboxMessage, looked: _Round) -> None:
        most = 1 if row.workspace_id in self._silent else None
        if not self.crew.has_room(row.workspace_id, most=most):
            return  # whoever is done wakes the loop
        wait = self._pace.take(*self._uses(lane, row))
        if wait > 0:
            looked.waits.append(wait)
            return
        looked.started += 1
        self._begin(lane, row, lambda: self._sending.send(row.workspace_id, row.id))

    def _uses(self, lane: Lane, row: OutboxMessage) -> list[Use]:
        if row.operation is Operation.UPDATE:
            return [Use(UPDATES, (row.workspace_id, "chat.update"))]
        files = row.operation is Operation.FILE
        posts = Use(FILES, (row.workspace_id, "files")) if files else Use(POSTS, (row.workspace_id, "chat.postMessage"))
        uses = [Use(CHANNEL, lane), posts]
        if not self._sending.knows_dm(row):
            uses.append(Use(OPENS, (row.workspace_id, "conversations.open")))
        return uses

    def _begin(self, lane: Lane, row: OutboxMessage, act: Callable[[], Step]) -> None:
        with self._lock:
            self._under_way[row.id] = lane
        self.crew.start(
            row.workspace_id, lambda: self._after(lane, row, act()), lambda problem: self._done(lane, row.id, problem)
        )

    def _done(self, lane: Lane, row_id: str, problem: Exception | None) -> None:
        with self._lock:
            self._rows.pop(row_id, None)
            if row_id not in self._unrecorded:
                self._under_way.pop(row_id, None)
            if isinstance(problem, ExternalFailure):  # nothing was sent: what stands behind it waits as well
                self._held[lane] = self._monotonic() + FAILED_EARLY
        if problem is not None and not isinstance(problem, ExternalFailure):
            self._set_aside(row_id, BROKEN)

    def _after(self, lane: Lane, row: OutboxMessage, step: Step) -> None:
        """What the outcome means for the rows behind it."""
        now = self._monotonic()
        with self._lock:
            if step.outcome is Outcome.SKIPPED:
                self._held[lane] = now + BUSY_ELSEWHERE
            elif step.outcome is Outcome.UNRECORDED and step.row is not None and step.result is not None:
                self._unrecorded[row.id] = _Unrecorded(step.row, step.result, now + RECORD_AGAIN)
            elif step.outcome is Outcome.RETRY:
                self._held[lane] = now + (step.wait if step.limited else min(step.wait, ORDER_HELD))
            if isinstance(step.result, ExternalFailure) and step.result.code in SILENCE:
                self._silent.add(row.workspace_id)
            elif step.result is not None:
                self._silent.discard(row.workspace_id)
        if step.limited and row.operation is Operation.UPDATE:
            self._pace.hold(Use(UPDATES, (row.workspace_id, "chat.update")), step.wait)
        elif step.limited and row.operation is Operation.FILE:
            self._pace.hold(Use(FILES, (row.workspace_id, "files")), step.wait)
        elif step.limited:
            self._pace.hold(Use(CHANNEL, lane), step.wait)

    def _record_again(self) -> None:
        """What Slack answered is recorded before anything else is sent to that place."""
        now = self._monotonic()
        with self._lock:
            due = [kept for kept in self._unrecorded.values() if kept.due <= now]
            for kept in due:
                del self._unrecorded[kept.row.id]
        for kept in due:
            self._begin(lane_of(kept.row), kept.row, self._recorder(kept))

    def _recorder(self, kept: _Unrecorded) -> Callable[[], Step]:
        return lambda: self._sending.record(kept.row, kept.result)

    def _start_recovery(self, stranded: Stranded, looked: _Round) -> None:
        wait = 1.0
        if self.crew.has_room(stranded.workspace):
            wait = self._pace.take(Use(HISTORY, (stranded.workspace, "conversations.history")))
        if wait > 0:
            looked.waits.append(wait)
            self._recovery.leave(stranded)
            return
        looked.started += 1
        self.crew.start(stranded.workspace, lambda: self._recovery.settle(stranded))

    def _set_aside(self, row_id: str, seconds: float) -> None:
        with self._lock:
            self._aside[row_id] = self._monotonic() + seconds
