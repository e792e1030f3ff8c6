"""A bounded number of tasks at once, counted per workspace so that none can take every hand."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor

import structlog

from bot.domain.errors import ExternalFailure
from bot.domain.ids import random_id
from bot.domain.workspaces import WorkspaceId

log = structlog.get_logger(__name__)

Done = Callable[[Exception | None], None]


class Crew:
    """Starts tasks on `executor`, at most `size` at once. `wake` is called whenever one has ended."""

    def __init__(self, name: str, executor: Executor, size: int, *, wake: Callable[[], None]) -> None:
        self._name = name
        self._executor = executor
        self._size = size
        self._wake = wake
        self._changed = threading.Condition()
        self._tasks: dict[WorkspaceId, int] = {}
        self._closing = False

    def has_room(self, workspace: WorkspaceId | None = None, *, most: int | None = None) -> bool:
        """Whether a hand is free: for this workspace, one is left to the others, and it has at most `most`."""
        with self._changed:
            if self._closing or sum(self._tasks.values()) >= self._size:
                return False
            limit = max(1, self._size - 1) if most is None else most
            return workspace is None or self._tasks.get(workspace, 0) < limit

    def start(self, workspace: WorkspaceId, work: Callable[[], None], done: Done = lambda _: None) -> None:
        """Run `work`, then `done` with what went wrong, if anything: it was logged already."""
        with self._changed:
            self._tasks[workspace] = self._tasks.get(workspace, 0) + 1
        try:
            self._executor.submit(self._run, workspace, work, done)
        except RuntimeError as error:  # the executor is shut down: the process is ending
            done(error)
            self._end(workspace)

    @property
    def is_closing(self) -> bool:
        """Whether a long task should stop at the next good place."""
        return self._closing

    def close(self) -> None:
        """Nothing new from now on."""
        self._closing = True

    def idle(self, timeout: float) -> bool:
        """True once nothing is under way, at most `timeout` seconds from now."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._tasks, timeout=max(0.0, timeout))

    def _run(self, workspace: WorkspaceId, work: Callable[[], None], done: Done) -> None:
        problem: Exception | None = None
        try:
            work()
        except ExternalFailure as failure:
            problem = failure
            log.warning("task_failed", crew=self._name, workspace=workspace, code=failure.code)
        except Exception as error:
            # the edge of a thread: one task's trouble is not the others', and the log must say what it was
            problem = error
            log.exception("task_failed", crew=self._name, workspace=workspace, reference=random_id()[:8])
        try:
            done(problem)
        finally:
            self._end(workspace)
            self._wake()

    def _end(self, workspace: WorkspaceId) -> None:
        with self._changed:
            self._tasks[workspace] -= 1
            if not self._tasks[workspace]:
                del self._tasks[workspace]
            self._changed.notify_all()
