"""Trouble on demand: lost answers, delays, refusals, a history that lags, connections that drop."""

import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal["drop_reply", "drop_request", "hold", "delay", "ratelimit", "server_error", "refuse"]
KINDS: tuple[str, ...] = get_args(Kind)
EVERY = "*"


@dataclass(slots=True)
class Fault:
    """`seconds`: a delay's length or a 429's Retry-After; `error`: what `refuse` answers; `times` None: for good."""

    method: str
    kind: str
    times: int | None = 1
    seconds: float = 1.0
    error: str = "fatal_error"


class Faults:
    """What goes wrong. Safe from any thread: `run` brings a coroutine to the playground's own."""

    def __init__(self, run: Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._lost_acks: dict[str, int] = {}
        self.lag = 0.0  # seconds by which the history is behind
        self.cleared = 0  # how often
        # What the playground does when asked; set when it is put together.
        self.drop_sockets: Callable[[], Coroutine[Any, Any, None]]
        self.refresh: Callable[[str], Coroutine[Any, Any, None]]
        self.again: Callable[[str, str | None], Coroutine[Any, Any, Any]]

    def switch_on(
        self,
        method: str,
        kind: str,
        times: int | None = 1,
        *,
        seconds: float = 1.0,
        error: str = "fatal_error",
    ) -> None:
        """The next `times` calls of a Web API method ("*": any) fail in this way; None: until `clear`.

        drop_reply does what was asked, then hangs up without an answer; drop_request hangs up before. hold does what
        was asked and keeps its answer back; delay waits before doing it: both for `seconds`, or until `clear`.
        """
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}: there are {', '.join(KINDS)}")
        with self._lock:
            self._faults.append(Fault(method, kind, times, seconds, error))

    def clear(self) -> None:
        """All is well again. Whoever is held or delayed goes on."""
        with self._lock:
            self.cleared += 1
            self._faults.clear()
            self._lost_acks.clear()
            self.lag = 0.0

    def history_lag(self, seconds: float) -> None:
        """Messages younger than this are not in conversations.history and .replies yet."""
        self.lag = seconds

    def lose_ack(self, kind: str, times: int = 1) -> None:
        """The next acknowledgements of a kind (events_api, slash_commands, interactive) do not arrive."""
        with self._lock:
            self._lost_acks[kind] = self._lost_acks.get(kind, 0) + times

    def disconnect_sockets(self, *, warn: bool = False, reason: str = "refresh_requested") -> None:
        """Close every Socket Mode connection; `warn` asks the clients to reconnect instead, as Slack does."""
        self._run((lambda: self.refresh(reason)) if warn else self.drop_sockets)

    def redeliver(self, kind: str = "events_api", event_id: str | None = None) -> bool:
        """Bring the last event (command, interaction) again, as Slack does when an acknowledgement was late.

        Whether it was acknowledged this time.
        """
        return bool(self._run(lambda: self.again(kind, event_id)).ok)

    # --- for the playground -------------------------------------------------------------------------------------------

    def take(self, method: str) -> Fault | None:
        """The fault that the next call of this method meets, used once."""
        with self._lock:
            for fault in self._faults:
                if fault.method not in {method, EVERY}:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None

    def loses_ack(self, kind: str) -> bool:
        with self._lock:
            left = self._lost_acks.get(kind, 0)
            if left:
                self._lost_acks[kind] = left - 1
        return left > 0
