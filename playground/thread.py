"""The server's thread: an event loop of its own, on loopback, into which other threads may bring work."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette

from playground.hangup import Protocol

T = TypeVar("T")
HOST = "127.0.0.1"
LONGEST_CALL = 30.0  # seconds: whoever waits longer than this for the server's thread has found a bug in it


class ServerThread:
    """`wind_up` runs in the loop after the last connection has closed."""

    def __init__(self, wind_up: Callable[[], Awaitable[None]]) -> None:
        self._wind_up = wind_up
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None

    @property
    def is_running(self) -> bool:
        return self._thread is not None

    def start(self, app: Callable[[], Starlette], port: int, announce: Callable[[str], None]) -> None:
        """Listen on `port` (0: any that is free), `announce` the address, and serve. Raises OSError if it is taken."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            listener.close()
            raise
        listener.listen(128)  # from here on nobody is turned away: they wait until the thread runs
        announce(f"http://{HOST}:{listener.getsockname()[1]}")
        config = uvicorn.Config(
            app(),
            http=Protocol,
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        server, loop = uvicorn.Server(config), asyncio.new_event_loop()
        self._server, self._loop = server, loop
        self._thread = threading.Thread(
            target=self._serve, args=(server, loop, listener), name="playground", daemon=True
        )
        self._thread.start()

    def _serve(self, server: uvicorn.Server, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        try:
            loop.run_until_complete(server.serve(sockets=[listener]))
            loop.run_until_complete(self._finish())
        finally:
            listener.close()
            loop.close()

    async def _finish(self) -> None:
        await self._wind_up()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        loop = asyncio.get_running_loop()
        await loop.shutdown_asyncgens()
        await loop.shutdown_default_executor()

    def stop(self) -> None:
        """Close every connection and end the thread."""
        if self._thread is None or self._server is None:
            return
        self._server.should_exit = True
        self._thread.join(LONGEST_CALL)
        self._thread = self._loop = None

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine in the server's thread and wait for what it gives. Raises RuntimeError where none runs."""
        if self._loop is None:
            raise RuntimeError("the playground is not running")
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(LONGEST_CALL)
