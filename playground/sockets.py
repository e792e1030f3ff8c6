"""Socket Mode: connections that an app opens to the playground, and the envelopes that go down them."""

import asyncio
import json
import secrets
import time
import uuid
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from playground.acks import Ack
from playground.messages import Json

MOST_CONNECTIONS = 10
TICKET_SECONDS = 30.0
LEAVE_SECONDS = 10.0  # what a client is given to go by itself after it was asked to
ANSWERABLE = frozenset({"slash_commands"})  # with view submissions and option lists: envelopes that take a payload back


class Link:
    """One connection. `is_leaving`: the client was told to come back by another one."""

    def __init__(self, socket: WebSocket, number: int) -> None:
        self.socket = socket
        self.number = number
        self.is_leaving = False

    async def send(self, message: Json) -> bool:
        try:
            await self.socket.send_json(message)
        except (WebSocketDisconnect, RuntimeError, OSError):
            return False
        return True

    async def close(self, code: int = 1000) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            try:
                await self.socket.close(code)
            except (WebSocketDisconnect, RuntimeError, OSError):
                return


class Sockets:
    def __init__(self, app_id: str, changed: Callable[[], None]) -> None:
        self._app_id = app_id
        self._changed = changed
        self._tickets: dict[str, float] = {}
        self._links: list[Link] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._opened = 0
        self._leaving: set[asyncio.Task[None]] = set()

    def new_ticket(self) -> str:
        """Opens one connection, within half a minute."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = time.monotonic() + TICKET_SECONDS
        return ticket

    @property
    def count(self) -> int:
        return len(self._links)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of the connections that are open: they are numbered as they come."""
        return tuple(link.number for link in list(self._links))

    # --- connections --------------------------------------------------------------------------------------------------

    async def serve(self, socket: WebSocket) -> None:
        """Keep one connection until it ends. A ticket opens it once."""
        expires = self._tickets.pop(socket.query_params.get("ticket", ""), None)
        if expires is None or time.monotonic() >= expires:
            await socket.close(4000)
            return
        await socket.accept()
        self._opened += 1
        link = Link(socket, self._opened)
        if len(self._links) >= MOST_CONNECTIONS:
            await link.send({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await link.close()
            return
        await link.send(self._hello(len(self._links) + 1))
        self._links.append(link)
        self._changed()
        try:
            while True:
                self._acknowledged(await socket.receive_text())
        except (WebSocketDisconnect, KeyError, RuntimeError):
            pass
        finally:
            self._links.remove(link)
            self._changed()

    def _hello(self, connections: int) -> Json:
        debug = {"host": "playground", "build_number": 1, "approximate_connection_time": 3600}
        return {
            "type": "hello",
            "num_connections": connections,
            "debug_info": debug,
            "connection_info": {"app_id": self._app_id},
        }

    def _acknowledged(self, raw: str) -> None:
        try:
            message = json.loads(raw)
        except ValueError:
            return
        envelope = message.get("envelope_id") if isinstance(message, dict) else None
        waiting = self._waiting.pop(envelope, None) if isinstance(envelope, str) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(message.get("payload"))

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every client to come back by a new connection, as Slack does every few hours."""
        for link in list(self._links):
            link.is_leaving = True
            await link.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
            task = asyncio.ensure_future(self._close_later(link))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _close_later(self, link: Link) -> None:
        await asyncio.sleep(LEAVE_SECONDS)
        await link.close()

    async def drop_all(self, code: int = 1011) -> None:
        """Close every connection without a word before."""
        for link in list(self._links):
            await link.close(code)

    async def stop(self) -> None:
        for task in list(self._leaving):
            task.cancel()
        await self.drop_all(1001)

    # --- envelopes ----------------------------------------------------------------------------------------------------

    async def ask(self, kind: str, payload: Json, *, seconds: float, retry: int = 0, reason: str = "") -> Ack:
        """Send an envelope down one connection and wait for its acknowledgement, which may come by another."""
        link = self._next_link()
        if link is None:
            return Ack(reason="not_connected")
        envelope = str(uuid.uuid4())
        takes_payload = kind in ANSWERABLE or payload.get("type") in {"view_submission", "block_suggestion"}
        message: Json = {"envelope_id": envelope, "type": kind, "payload": payload}
        message["accepts_response_payload"] = takes_payload
        if kind == "events_api":
            message |= {"retry_attempt": retry, "retry_reason": reason}
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope] = waiting
        try:
            if not await link.send(message):
                return Ack(reason="not_connected")
            answer = await asyncio.wait_for(waiting, seconds)
        except TimeoutError:
            return Ack(reason="timeout")
        finally:
            self._waiting.pop(envelope, None)
        return Ack(answer if takes_payload else None)

    def _next_link(self) -> Link | None:
        """Each in its turn; one that was asked to leave only where there is no other."""
        staying = [link for link in self._links if not link.is_leaving] or self._links
        if not staying:
            return None
        link = staying[0]
        self._links.remove(link)
        self._links.append(link)
        return link
