"""Bringing things to the app, by whichever way it listens, and bringing an event again that it did not acknowledge."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from playground.acks import Ack
from playground.callbacks import Callbacks
from playground.clock import wait_until
from playground.faults import Faults
from playground.messages import Json
from playground.sockets import Sockets
from playground.world import World

ACK_SECONDS = 3.0
RETRY_AFTER = (0.0, 60.0, 300.0)  # seconds of the playground's clock between an event's tries
REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that was brought. `kind` is events_api, slash_commands or interactive."""

    kind: str
    payload: Json


class Deliveries:
    def __init__(
        self, world: World, sockets: Sockets, callbacks: Callbacks, faults: Faults, *, ack_seconds: float = ACK_SECONDS
    ) -> None:
        self._world = world
        self._sockets = sockets
        self._callbacks = callbacks
        self._faults = faults
        self._ack_seconds = ack_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self.log: deque[Delivery] = deque(maxlen=REMEMBERED)

    @property
    def is_connected(self) -> bool:
        return self._sockets.count > 0 or self._callbacks.url is not None

    def event(self, payload: Json) -> None:
        """Bring an event, again where it must be. Returns at once."""
        self._start(self._event(payload))

    def tell(self, kind: str, payload: Json) -> None:
        """Bring something that nobody waits for, once. Returns at once."""
        self._start(self._tell(kind, payload))

    async def _tell(self, kind: str, payload: Json) -> None:
        await self.ask(kind, payload)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _event(self, payload: Json) -> None:
        sent = self._world.now()
        ack = await self.ask("events_api", payload)
        for attempt, seconds in enumerate(RETRY_AFTER, 1):
            if ack.ok or not ack.may_retry:
                return
            await wait_until(sent + seconds, self._world.now)
            sent = self._world.now()
            ack = await self.ask("events_api", payload, retry=attempt, reason=self._why(ack))

    async def ask(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        """Bring something once and wait up to three seconds for its acknowledgement."""
        self.log.append(Delivery(kind, payload))
        by_socket = self._sockets.count > 0 or self._callbacks.url is None
        way = self._sockets if by_socket else self._callbacks
        ack = await way.ask(kind, payload, seconds=self._ack_seconds, retry=retry, reason=reason)
        if ack.ok and self._faults.loses_ack(kind):
            return Ack(reason="timeout")
        return ack

    async def again(self, kind: str, event_id: str | None = None) -> Ack:
        """Bring the last delivery of a kind, or the event with this id, once more."""
        for delivery in reversed(self.log):
            if delivery.kind == kind and event_id in {None, delivery.payload.get("event_id")}:
                return await self.ask(kind, delivery.payload, retry=1, reason="timeout")
        return Ack(reason="never_delivered")

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _why(self, ack: Ack) -> str:
        if self._callbacks.url is not None and ack.reason == "timeout":
            return "http_timeout"
        return ack.reason
