"""Closing a connection without an answer, which no well-behaved server offers and every network does."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
TRANSPORT = "playground.transport"


class HangUp(Exception):
    """Raised instead of answering."""


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, which also tells the application about its connection."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        inner: Any = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app: Any = app


class NoAnswer(Response):
    """Closes the connection, and says nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        scope[TRANSPORT].abort()
        while (await receive())["type"] != "http.disconnect":
            pass
