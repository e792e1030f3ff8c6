"""A thread that does one round of work whenever it is woken. It survives every error of its work."""

import threading
import time
from collections.abc import Callable

import structlog

from bot.domain.errors import ExternalFailure
from bot.domain.ids import random_id

log = structlog.get_logger(__name__)

SILENCE = 30.0  # seconds: a loop at work on one round for longer is not well


class Loop:
    """Runs `work` each time it is woken, a round at a time. `work` may return in how many seconds it wants another."""

    def __init__(
        self, name: str, work: Callable[[], float | None], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._work = work
        self._monotonic = monotonic
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._began: float | None = None  # when the round under way began
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self.wake()

    def wake(self) -> None:
        self._bell.set()

    def stop(self) -> None:
        """After the round under way there is no other."""
        self._stopping.set()
        self._bell.set()

    def join(self, timeout: float) -> bool:
        """True if it has ended within `timeout` seconds."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, timeout))
        return not self._thread.is_alive()

    def is_alive(self) -> bool:
        """Whether the thread lives and is not stuck in one round."""
        began = self._began
        return self._thread.is_alive() and (began is None or self._monotonic() - began < SILENCE)

    def round(self) -> float | None:
        """One round, with whatever goes wrong in it logged."""
        self._began = self._monotonic()
        try:
            return self._work()
        except ExternalFailure as failure:
            log.warning("round_failed", loop=self._name, code=failure.code)
        except Exception:  # the edge of a thread: it must go on, and the log must say why it could not
            log.exception("round_failed", loop=self._name, reference=random_id()[:8])
        finally:
            self._began = None
        return None

    def _run(self) -> None:
        again: float | None = None
        while not self._stopping.is_set():
            self._bell.wait(again)
            self._bell.clear()
            if not self._stopping.is_set():
                again = self.round()
