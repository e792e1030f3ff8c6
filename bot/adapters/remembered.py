"""A small cache with a time to live, so that one click does not ask Slack the same thing three times."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """At most `most` entries, each for at most `seconds`. Safe to use from several threads."""

    def __init__(self, seconds: float, most: int = 2000, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._held: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self._lock:
            found = self._held.get(key)
            if found is None or self._monotonic() - found[0] >= self._seconds:
                return None
            return found[1]

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._held[key] = (self._monotonic(), value)
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def drop(self, key: K) -> None:
        with self._lock:
            self._held.pop(key, None)
