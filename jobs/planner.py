"""The clock asks: each schedule that is due goes to the use case of its kind, which acts and moves it on.

A schedule whose use case fails stays due and is tried again after a wait of its own; the others go on meanwhile.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.errors import ExternalFailure, NotFound
from bot.domain.ids import random_id
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.workspaces import WorkspaceId
from bot.usecases.services import Services
from jobs.crew import Crew
from jobs.metrics import SCHEDULES

log = structlog.get_logger(__name__)

DueUseCase = Callable[[Services, Schedule, datetime], None]  # (services, schedule, at)

BATCH = 200  # schedules a round
FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0  # seconds


@dataclass(frozen=True, slots=True)
class _Wait:
    """How often in a row a schedule could not be dealt with, and until when (monotonic) it is left alone."""

    times: int
    until: float


class Planner:
    """`run_once` is one round: it starts at most one task per workspace on `executor` and does not wait for it."""

    def __init__(
        self,
        services: Services,
        due: Mapping[ScheduleKind, DueUseCase],
        executor: Executor,
        *,
        size: int = 2,
        wake: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.crew = Crew("planner", executor, size, wake=wake)
        self._services = services
        self._due = due
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._waits: dict[str, _Wait] = {}
        self._served: dict[WorkspaceId, float] = {}  # when each was last begun with: the longest ago is next

    def run_once(self) -> float | None:
        """Start with what is due. Returns in how many seconds to look again, None for the next tick."""
        limit = BATCH + len(self._waits)
        ids = self._services.store.queue().due_schedules(at=self._services.clock.now(), limit=limit)
        now = self._monotonic()
        by_workspace: dict[WorkspaceId, list[str]] = {}
        again: list[float] = []
        with self._lock:
            if len(ids) < limit:
                listed = {schedule_id for _, schedule_id in ids}
                self._waits = {name: wait for name, wait in self._waits.items() if name in listed}
            for workspace, schedule_id in ids:
                wait = self._waits.get(schedule_id)
                if wait is not None and wait.until > now:
                    again.append(wait.until - now)
                else:
                    by_workspace.setdefault(workspace, []).append(schedule_id)
        for workspace in sorted(by_workspace, key=lambda name: self._served.get(name, 0.0)):
            if self.crew.has_room(workspace, most=1):
                self._served[workspace] = now
                self.crew.start(workspace, self._task(workspace, by_workspace[workspace]))
        return min(again, default=None)

    def _task(self, workspace: WorkspaceId, schedule_ids: Sequence[str]) -> Callable[[], None]:
        return lambda: self._work_through(workspace, schedule_ids)

    def _work_through(self, workspace: WorkspaceId, schedule_ids: Sequence[str]) -> None:
        for schedule_id in schedule_ids:
            if self.crew.is_closing:
                return
            self._deal_with(workspace, schedule_id)

    def _deal_with(self, workspace: WorkspaceId, schedule_id: str) -> None:
        """Call the use case once. Whatever goes wrong is this schedule's alone."""
        at = self._services.clock.now()
        schedule = self._read(workspace, schedule_id)
        if schedule is None or schedule.next_at is None or schedule.next_at > at:
            return
        kind = schedule.kind
        try:
            self._due[kind](self._services, schedule, at)
        except ExternalFailure as failure:
            log.warning("schedule_failed", kind=kind, schedule=schedule_id, workspace=workspace, code=failure.code)
            self._wait(schedule_id, failure)
            SCHEDULES.labels(kind, "failed").inc()
            return
        except Exception:
            # the boundary to all use cases: one that is broken must not stop the others
            reference = random_id()[:8]
            log.exception("schedule_broke", kind=kind, schedule=schedule_id, workspace=workspace, reference=reference)
            self._wait(schedule_id)
            SCHEDULES.labels(kind, "broke").inc()
            return
        self._look_after(schedule)

    def _look_after(self, schedule: Schedule) -> None:
        """It should have moved on. If not, somebody else has it in hand: look again, but not at once."""
        after = self._read(schedule.workspace_id, schedule.id)
        if after is not None and (after.next_at, after.slot) == (schedule.next_at, schedule.slot):
            self._wait(schedule.id)
            SCHEDULES.labels(schedule.kind, "not_moved").inc()
            return
        with self._lock:
            self._waits.pop(schedule.id, None)
        SCHEDULES.labels(schedule.kind, "done").inc()

    def _read(self, workspace: WorkspaceId, schedule_id: str) -> Schedule | None:
        try:
            with self._services.store.read(workspace) as uow:
                return uow.schedules.get(schedule_id)
        except NotFound:
            return None

    def _wait(self, schedule_id: str, failure: ExternalFailure | None = None) -> None:
        """Leave it alone for twice as long as the last time, or as long as was asked."""
        with self._lock:
            last = self._waits.get(schedule_id)
            times = last.times + 1 if last is not None else 1
            seconds = min(FIRST_WAIT * 2 ** (times - 1), LONGEST_WAIT)
            if failure is not None and failure.retry_after is not None:
                seconds = max(seconds, failure.retry_after.total_seconds())
            self._waits[schedule_id] = _Wait(times, self._monotonic() + seconds)
