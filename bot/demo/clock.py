"""The demo's clock: the offset file that the playground and the bot both read."""

import json
from datetime import UTC, datetime
from pathlib import Path


class DemoClock:
    """The system's clock plus an offset that this moves. Implements ports.Clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self._offset, UTC)

    def set(self, at: datetime) -> None:
        """It is `at` now, an aware instant, for whoever reads the file."""
        self._offset = (at - datetime.now(UTC)).total_seconds()
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"offset_seconds": self._offset}))
        fresh.replace(self.path)

    def seconds(self) -> float:
        """As a monotonic clock that jumps with it: pace is kept in the demo's time."""
        return self.now().timestamp()
