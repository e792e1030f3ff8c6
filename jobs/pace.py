"""Slack's pace, kept before Slack has to insist: so many calls per channel and per method in a workspace.

Nothing sleeps here: it says how long to wait, and the caller does something else meanwhile.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FULL_BUCKETS_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket that holds `burst` calls and fills at `per_second`."""

    per_second: float
    burst: float


CHANNEL = Rate(1.0, 3)  # chat.postMessage: about one a second in each channel
POSTS = Rate(5.0, 30)  # and several hundred a minute in a workspace
UPDATES = Rate(50 / 60, 10)  # tier 3
FILES = Rate(50 / 60, 10)  # its three calls are tier 4, and one look whether it is shown is tier 3
HISTORY = Rate(50 / 60, 10)  # tier 3
OPENS = Rate(50 / 60, 20)  # tier 3


@dataclass(frozen=True, slots=True)
class Use:
    """One call that counts against `rate` for `key`, such as (workspace, "C1")."""

    rate: Rate
    key: tuple[str, str]


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float
    held_until: float = 0.0


class Pace:
    """Token buckets in memory. Safe to use from several threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: dict[Use, _Bucket] = {}

    def wait_for(self, *uses: Use) -> float:
        """Seconds until all of `uses` may happen at once: 0.0 is now."""
        with self._lock:
            now = self._monotonic()
            return max((self._wait(use, now) for use in uses), default=0.0)

    def take(self, *uses: Use) -> float:
        """Count `uses` if all of them may happen now, and return 0.0; else count nothing, and say how long to wait."""
        with self._lock:
            now = self._monotonic()
            wait = max((self._wait(use, now) for use in uses), default=0.0)
            if wait == 0.0:
                for use in uses:
                    self._bucket(use, now).level -= 1
            return wait

    def hold(self, use: Use, seconds: float) -> None:
        """Slack said to wait: nothing of this use for so long."""
        with self._lock:
            now = self._monotonic()
            bucket = self._bucket(use, now)
            bucket.held_until = max(bucket.held_until, now + seconds)
            bucket.level = min(bucket.level, 1.0)  # what it filled up with meanwhile would only be refused again

    def _wait(self, use: Use, now: float) -> float:
        bucket = self._bucket(use, now)
        short = max(0.0, 1.0 - bucket.level) / use.rate.per_second
        return max(short if short > 1e-9 else 0.0, bucket.held_until - now, 0.0)

    def _bucket(self, use: Use, now: float) -> _Bucket:
        bucket = self._buckets.get(use)
        if bucket is None:
            self._forget(now)
            bucket = self._buckets[use] = _Bucket(use.rate.burst, now)
        filled = min(use.rate.burst, bucket.level + max(0.0, now - bucket.at) * use.rate.per_second)
        bucket.level, bucket.at = filled, now
        return bucket

    def _forget(self, now: float) -> None:
        """Full buckets say nothing: drop them when there are many."""
        if len(self._buckets) < FULL_BUCKETS_KEPT:
            return
        for use in list(self._buckets):
            bucket = self._bucket(use, now)
            if bucket.level >= use.rate.burst and bucket.held_until <= now:
                del self._buckets[use]
