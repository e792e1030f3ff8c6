"""The clock: the system's time in UTC, moved by an offset file when Slack is a stand-in on this machine."""

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.slack import is_loopback

LONGEST = timedelta(days=3660)


class SystemClock:
    """Implements ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class OffsetClock:
    """The system's time plus the seconds that a file names: {"offset_seconds": 3600.0}. For the demo alone.

    The file is read again only when it has changed. Where it is missing or unreadable the last known offset stands.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._current()

    def _current(self) -> timedelta:
        try:
            stat = self._path.stat()
        except OSError:
            return self._offset
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if seen != self._seen:
            self._offset = self._read()
            self._seen = seen
        return self._offset

    def _read(self) -> timedelta:
        try:
            seconds = float(json.loads(self._path.read_text())["offset_seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            return self._offset
        if not math.isfinite(seconds) or abs(seconds) > LONGEST.total_seconds():
            return self._offset
        return timedelta(seconds=seconds)


def clock_for(slack_api_url: str, offset_file: Path | None) -> SystemClock | OffsetClock:
    """The clock to run with. An offset is taken only beside a Slack on loopback: real workspaces keep real time."""
    if offset_file is not None and is_loopback(slack_api_url):
        return OffsetClock(offset_file)
    return SystemClock()
