"""How an app acknowledged what it was sent."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ack:
    """`payload` is what came with it. `reason`, where there was none: timeout, not_connected, connection_failed or
    http_error."""

    payload: Any = None
    reason: str = ""
    may_retry: bool = True

    @property
    def ok(self) -> bool:
        return not self.reason
