"""The clockwork as a whole: ticks, planner, dispatcher and workers, started and stopped together."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from bot.domain.schedules import ScheduleKind
from bot.usecases.files import Makers
from bot.usecases.ports import Messenger, Senders
from bot.usecases.services import Services
from jobs.dispatcher import Dispatcher
from jobs.loops import Loop
from jobs.pace import Pace
from jobs.planner import DueUseCase, Planner
from jobs.recovery import Recovery
from jobs.sending import Sending
from jobs.ticks import Ticks
from jobs.timing import Timing
from jobs.workers import Work, Workers

DEFAULT_TIMING = Timing()


class Bell:
    """The nudge that use cases are given before there is a runner: it rings for whoever listens. Implements Nudge."""

    def __init__(self) -> None:
        self._listener: Callable[[], None] | None = None

    def __call__(self) -> None:
        if self._listener is not None:
            self._listener()

    def rings(self, listener: Callable[[], None]) -> None:
        self._listener = listener


class Runner:
    """Runs what the clock asks for. `services.nudge` should be the `bell`, which this runner answers.

    `due`: the use case for each kind of schedule. `work`: what to run for each kind of job, and what to do when it is
    given up. `makers`: what makes each sort of file.
    """

    def __init__(
        self,
        services: Services,
        *,
        senders: Senders,
        messenger: Messenger,
        due: Mapping[ScheduleKind, DueUseCase],
        work: Mapping[str, Work],
        makers: Makers | None = None,
        bell: Bell | None = None,
        timing: Timing = DEFAULT_TIMING,
    ) -> None:
        self._pools = [
            ThreadPoolExecutor(timing.planners, thread_name_prefix="plan"),
            ThreadPoolExecutor(timing.senders, thread_name_prefix="send"),
            ThreadPoolExecutor(timing.workers, thread_name_prefix="work"),
        ]
        sending = Sending(services, messenger, senders, makers=makers)
        self._planner = Planner(services, due, self._pools[0], size=timing.planners, wake=self._wake_planner)
        self._dispatcher = Dispatcher(
            services,
            sending,
            Recovery(services, messenger, senders, sending, timing),
            Pace(),
            self._pools[1],
            size=timing.senders,
            wake=self.nudge,
        )
        self._workers = Workers(services, senders, work, self._pools[2], size=timing.workers, wake=self._wake_workers)
        self._loops = {
            "planner": Loop("planner", self._planner.run_once),
            "dispatcher": Loop("dispatcher", self._dispatcher.run_once),
            "workers": Loop("workers", self._workers.run_once),
        }
        self._ticks = Ticks(self._tick, every=timing.tick)
        if bell is not None:
            bell.rings(self.nudge)

    def start(self) -> None:
        """Begin ticking. Returns at once."""
        for loop in self._loops.values():
            loop.start()
        self._ticks.start()

    def stop(self, timeout: float = 15.0) -> bool:
        """Take nothing new, let what is under way end. True if all of it ended within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        self._ticks.stop()
        for loop in self._loops.values():
            loop.stop()
        crews = [part.crew for part in (self._planner, self._dispatcher, self._workers)]
        for crew in crews:
            crew.close()
        ended = all(loop.join(deadline - time.monotonic()) for loop in self._loops.values())
        ended = all(crew.idle(deadline - time.monotonic()) for crew in crews) and ended
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=True)
        return ended

    def nudge(self) -> None:
        """Something may be ready to be sent or worked on: look now, not at the next tick."""
        self._loops["dispatcher"].wake()
        self._loops["workers"].wake()

    def is_alive(self) -> bool:
        """Whether the clock ticks and every loop has been seen at work lately. For /readyz."""
        return self._ticks.is_alive() and all(loop.is_alive() for loop in self._loops.values())

    def _tick(self) -> None:
        for loop in self._loops.values():
            loop.wake()

    def _wake_planner(self) -> None:
        self._loops["planner"].wake()

    def _wake_workers(self) -> None:
        self._loops["workers"].wake()
