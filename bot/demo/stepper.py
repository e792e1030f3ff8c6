"""The clockwork by hand: planner and dispatcher in one thread, with the clock set to each moment in turn."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from typing import Any

from bot.bootstrap import DUE, FILES, WORK
from bot.demo.clock import DemoClock
from bot.usecases.ports import Messenger, Senders
from bot.usecases.services import Services
from jobs.dispatcher import Dispatcher
from jobs.pace import Pace
from jobs.planner import Planner
from jobs.recovery import Recovery
from jobs.sending import Sending
from jobs.timing import Timing
from jobs.workers import Workers

MOST_ROUNDS = 500
MOST_QUEUED = 100
LITTLE = timedelta(milliseconds=50)


class StuckError(Exception):
    """The history could not be recorded: something stays due whatever is done."""


class AtOnce(Executor):
    """Runs what is submitted in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Stepper:
    """`advance` to a moment: everything that was due until then happens, each thing at its own time."""

    def __init__(self, services: Services, clock: DemoClock, messenger: Messenger, senders: Senders) -> None:
        self._services = services
        self._clock = clock
        now = AtOnce()
        sending = Sending(services, messenger, senders, makers=FILES)
        recovery = Recovery(services, messenger, senders, sending, Timing())
        self._planner = Planner(services, DUE, now, size=1000, monotonic=clock.seconds)
        self._dispatcher = Dispatcher(
            services, sending, recovery, Pace(clock.seconds), now, size=1000, monotonic=clock.seconds
        )
        self._workers = Workers(services, senders, WORK, now, size=1000)

    def advance(self, to: datetime) -> None:
        while True:
            upcoming = self._next(to)
            if upcoming is None or upcoming > to:
                break
            self._go(max(upcoming, self._clock.now()))
            self.settle()
        self._go(max(to, self._clock.now()))
        self.settle()

    def settle(self) -> None:
        """Until nothing is due any more. Where Slack's pace makes it wait, the clock moves on."""
        for _ in range(MOST_ROUNDS):
            self._planner.run_once()
            self._workers.run_once()
            wait = self._dispatcher.run_once()
            if not self._is_due():
                return
            if wait is not None:
                self._go(self._clock.now() + timedelta(seconds=wait) + LITTLE)
        raise StuckError(f"still due at {self._clock.now():%d %b %H:%M:%S}")

    def _is_due(self) -> bool:
        queue, at = self._services.store.queue(), self._clock.now()
        return bool(
            queue.due_schedules(at=at, limit=1) or queue.due_outbox(at=at, limit=1) or queue.due_jobs(at=at, limit=1)
        )

    def _next(self, to: datetime) -> datetime | None:
        """When the clock acts next, or a message leaves that waited for somebody's morning."""
        queue, moments = self._services.store.queue(), []
        for workspace in queue.workspaces():
            with self._services.store.read(workspace) as uow:
                moments += [each.next_at for each in uow.schedules.upcoming(limit=1) if each.next_at is not None]
        for workspace, row_id in queue.due_outbox(at=to, limit=MOST_QUEUED):
            with self._services.store.read(workspace) as uow:
                moments.append(uow.outbox.get(row_id).next_at)
        return min(moments, default=None)

    def _go(self, at: datetime) -> None:
        self._clock.set(at)
