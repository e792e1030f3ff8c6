"""The ticking: APScheduler as a clock and nothing more, with a watchdog that goes by the monotonic clock.

APScheduler plans its next run by the system's clock. After that clock has gone back it was measured to stay silent
until the old time comes round again: the watchdog notices the silence, ticks itself, and starts the scheduler anew.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC
from typing import Protocol

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

log = structlog.get_logger(__name__)

MISSED = 3  # this many intervals without a tick are silence


class Scheduler(Protocol):
    """What is needed of a scheduler."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


MakeScheduler = Callable[[Callable[[], None], float], Scheduler]


class Interval:
    """One static job in APScheduler's memory, every `seconds`. Runs that were missed are made up for by one."""

    def __init__(self, tick: Callable[[], None], seconds: float) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": {"type": "threadpool", "max_workers": 1}}
        )
        self._scheduler.add_job(
            tick, "interval", seconds=seconds, id="tick", coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


class Ticks:
    """Calls `tick` every `every` seconds, whatever the system's clock does."""

    def __init__(
        self,
        tick: Callable[[], None],
        *,
        every: float,
        make: MakeScheduler = Interval,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._call = tick
        self._every = every
        self._make = make
        self._monotonic = monotonic
        self._stopping = threading.Event()
        self._last = monotonic()
        self._scheduler: Scheduler | None = None
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self.restarts = 0

    def start(self) -> None:
        self._last = self._monotonic()
        self._scheduler = self._make(self._tick, self._every)
        self._scheduler.start()
        self._watchdog.start()

    def stop(self) -> None:
        """No further tick."""
        self._stopping.set()
        if self._watchdog.ident is not None:
            self._watchdog.join()
        if self._scheduler is not None:
            self._scheduler.stop()
            self._scheduler = None

    def is_alive(self) -> bool:
        """Whether it ticked lately: by itself or by its watchdog."""
        return self._monotonic() - self._last < (MISSED + 2) * self._every

    def watch_once(self) -> None:
        """Tick and begin anew if the scheduler has fallen silent."""
        now = self._monotonic()
        if now - self._last < MISSED * self._every:
            return
        log.warning("clock_fell_silent", seconds=round(now - self._last, 1))
        self._tick()
        self.restarts += 1
        silent, self._scheduler = self._scheduler, self._make(self._tick, self._every)
        self._scheduler.start()
        if silent is not None:
            silent.stop()

    def _tick(self) -> None:
        self._last = self._monotonic()
        self._call()

    def _watch(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self.watch_once()
            except Exception:  # the edge of a thread: without the watchdog nothing would notice
                log.exception("watchdog_failed")
