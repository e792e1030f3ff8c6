"""Work that takes long or leaves the house, such as asking a model: job rows run in a bounded pool of threads.

A running job's row names the session that runs it and comes up again every `LOOK_AGAIN`: whoever looks then takes it
over if that session is gone, and leaves it alone otherwise.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.domain.errors import BackbeatError, ExternalFailure
from bot.domain.ids import random_id
from bot.domain.workspaces import WorkspaceId
from bot.usecases.ports import Job, Senders
from bot.usecases.services import Services
from jobs.crew import Crew
from jobs.metrics import JOBS

log = structlog.get_logger(__name__)

BATCH = 50  # jobs a round
TRIES = 5
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=2), timedelta(minutes=5)
LOOK_AGAIN = timedelta(seconds=15)
INTERRUPTED = "I was interrupted too often while I worked on it."


@dataclass(frozen=True, slots=True)
class Work:
    """`run(services, job)` does its own transactions, and may be run again after a crash: it must not mind.

    `give_up(services, job, reason)` is called when there will be no further try; `reason` is words for a person.
    """

    run: Callable[[Services, Job], None]
    give_up: Callable[[Services, Job, str], None]


class Workers:
    """`run_once` is one round: it starts what is due on `executor` and does not wait for it."""

    def __init__(
        self,
        services: Services,
        senders: Senders,
        work: Mapping[str, Work],
        executor: Executor,
        *,
        size: int = 2,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.crew = Crew("workers", executor, size, wake=wake)
        self._services = services
        self._senders = senders
        self._work = work
        self._lock = threading.Lock()
        self._running: set[str] = set()

    def run_once(self) -> float | None:
        """Start what is due and has a free hand."""
        limit = BATCH + len(self._running)
        for workspace, job_id in self._services.store.queue().due_jobs(at=self._services.clock.now(), limit=limit):
            if job_id in self._running or not self.crew.has_room(workspace):
                continue
            with self._lock:
                self._running.add(job_id)
            self.crew.start(workspace, self._task(workspace, job_id), self._ender(job_id))
        return None

    def _task(self, workspace: WorkspaceId, job_id: str) -> Callable[[], None]:
        return lambda: self._take(workspace, job_id)

    def _ender(self, job_id: str) -> Callable[[Exception | None], None]:
        def ended(_: Exception | None) -> None:
            with self._lock:
                self._running.discard(job_id)

        return ended

    def _take(self, workspace: WorkspaceId, job_id: str) -> None:
        job = self._claim(workspace, job_id)
        if job is None:
            return
        work = self._work.get(job.kind)
        if work is None:
            log.error("job_unknown", kind=job.kind, job=job.id, workspace=workspace)
            self._end(job, "unknown")
            return
        reason = INTERRUPTED if job.attempts > TRIES else self._try(work, job)
        if reason is not None:
            work.give_up(self._services, job, reason)  # if this fails, the job comes up again and is given up then
            self._end(job, "given_up")

    def _try(self, work: Work, job: Job) -> str | None:
        """Run the job once. Returns why there will be no further try, None if it is done or will be tried again."""
        try:
            work.run(self._services, job)
        except ExternalFailure as failure:
            log.warning("job_failed", kind=job.kind, job=job.id, workspace=job.workspace_id, code=failure.code)
            if failure.permanent or job.attempts >= TRIES:
                return failure.words
            self._again(job, failure.retry_after)
        except BackbeatError as error:
            log.warning("job_refused", kind=job.kind, job=job.id, workspace=job.workspace_id, words=error.words)
            return error.words
        except Exception:
            # the boundary to all work: what is broken is tried again, and given up with a reference
            reference = random_id()[:8]
            log.exception("job_broke", kind=job.kind, job=job.id, workspace=job.workspace_id, reference=reference)
            if job.attempts >= TRIES:
                return f"Something went wrong on my side ({reference})."
            self._again(job, None)
        else:
            self._end(job, "done")
        return None

    def _claim(self, workspace: WorkspaceId, job_id: str) -> Job | None:
        """The job, marked as ours, unless somebody who is still there has it."""
        store, clock = self._services.store, self._services.clock
        with store.begin(workspace) as uow:
            seen = uow.jobs.claim(job_id, at=clock.now())
        if seen is None:
            return None
        mine = self._senders.id  # this and the next may ask the database: not inside a transaction
        free = seen.sender in {None, mine} or self._senders.is_gone(str(seen.sender))
        at = clock.now()
        with store.begin(workspace) as uow:
            job = uow.jobs.claim(job_id, at=at)
            if job is None or job != seen:
                return None
            claimed = replace(job, next_at=at + LOOK_AGAIN)
            if free:
                claimed = replace(claimed, sender=mine, attempts=job.attempts + 1)
            uow.jobs.save(claimed)
            uow.commit()
        return claimed if free else None

    def _again(self, job: Job, retry_after: timedelta | None) -> None:
        wait = retry_after or min(FIRST_RETRY * 2 ** (job.attempts - 1), LONGEST_RETRY)
        self._save(replace(job, next_at=self._services.clock.now() + wait, sender=None))
        JOBS.labels(job.kind, "again").inc()

    def _end(self, job: Job, outcome: str) -> None:
        self._save(replace(job, next_at=None, sender=None))
        JOBS.labels(job.kind, outcome).inc()

    def _save(self, job: Job) -> None:
        with self._services.store.begin(job.workspace_id) as uow:
            uow.jobs.save(job)
            uow.commit()
