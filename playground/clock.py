"""The playground's time: the machine's, moved by the offset file that the bot reads too, or a test's own."""

import asyncio
import json
import math
import time
from collections.abc import Callable
from pathlib import Path

LOOK_AGAIN = 0.1  # seconds: how soon somebody who waits for a moment sees that the clock was moved


class OffsetTime:
    """Unix seconds plus what {"offset_seconds": n} in `path` says; read again only when the file has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._offset = 0.0

    def __call__(self) -> float:
        return time.time() + self._current()

    def _current(self) -> float:
        try:
            stat = self._path.stat()
        except OSError:
            return self._offset
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if seen != self._seen:
            self._seen = seen
            self._offset = self._read()
        return self._offset

    def _read(self) -> float:
        try:
            seconds = float(json.loads(self._path.read_text())["offset_seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            return self._offset
        return seconds if math.isfinite(seconds) else self._offset


def clock_for(clock_file: Path | None, clock: Callable[[], float] | None) -> Callable[[], float]:
    """A function that tells the time in Unix seconds."""
    if clock is not None:
        return clock
    return OffsetTime(clock_file) if clock_file is not None else time.time


async def wait_until(moment: float, now: Callable[[], float]) -> None:
    """Until `now()` has reached `moment`, however the clock is moved meanwhile."""
    while (left := moment - now()) > 0:
        await asyncio.sleep(min(left, LOOK_AGAIN))
