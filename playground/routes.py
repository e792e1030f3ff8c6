"""The server's addresses: the Web API, Socket Mode, response URLs, files, and the page with what it asks for."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.acts import Acts
from playground.api.door import Door
from playground.errors import Refused
from playground.messages import Json
from playground.office import Office
from playground.responses import Responses
from playground.uploads import Uploads

PAGE = Path(__file__).with_name("page")
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
TICK_SECONDS = 20.0  # how often a page that sees no change looks at the clock


class Show(Protocol):
    """What the server offers its own routes. Each may take a while and runs in a thread."""

    def state(self, as_: str, channel: str | None = None, thread: str | None = None) -> Json: ...
    def run_control(self, name: str) -> Json | None: ...
    def do_fault(self, asked: Json) -> Json: ...


class Routes:
    def __init__(self, office: Office, acts: Acts, responses: Responses, show: Show) -> None:
        self._office = office
        self._acts = acts
        self._responses = responses
        self._show = show
        self._watchers: set[asyncio.Event] = set()
        office.world.on_change.append(self._tell_watchers)

    def app(self) -> Starlette:
        door = Door(self._office)
        uploads = Uploads(self._office, door)
        return Starlette(
            routes=[
                Route("/api/{method}", door.__call__, methods=["GET", "POST"]),
                WebSocketRoute("/link", self._office.sockets.serve),
                Route("/response/{token}", self._respond, methods=["POST"]),
                Route("/upload/{file}", uploads.take, methods=["POST", "PUT"]),
                Route("/files/{file}", uploads.give),
                Route("/archives/{channel}/{message}", self._permalink),
                Route("/playground/state", self._state),
                Route("/playground/act", self._act, methods=["POST"]),
                Route("/playground/control/{name}", self._control, methods=["POST"]),
                Route("/playground/faults", self._fault, methods=["POST"]),
                WebSocketRoute("/playground/live", self._live),
                Route("/", self._index),
                Mount("/page", StaticFiles(directory=PAGE)),
            ],
            middleware=[Middleware(OnlyLocal)],
        )

    # --- beside the Web API -------------------------------------------------------------------------------------------

    async def _respond(self, request: Request) -> Response:
        """A response_url: JSON, without a token."""
        given = await _json(request)
        if given is None:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        try:
            self._responses.answer(request.path_params["token"], given)
        except Refused as refused:
            gone = refused.error in {"invalid_url", "expired_url", "used_url"}
            return JSONResponse(refused.body(), 404 if gone else 400)
        return PlainTextResponse("ok")

    async def _permalink(self, request: Request) -> Response:
        """A message's link leads to the page, with its thread open where it is in one."""
        digits = request.path_params["message"].removeprefix("p")
        where = {"channel": request.path_params["channel"]}
        thread = request.query_params.get("thread_ts")
        channel = self._office.world.channels.get(where["channel"])
        ts = f"{digits[:-6]}.{digits[-6:]}"
        if thread or (channel is not None and len(channel.thread(ts)) > 1):
            where["thread"] = thread or ts
        return RedirectResponse(f"/#{urlencode(where)}")

    # --- the page -----------------------------------------------------------------------------------------------------

    async def _index(self, _: Request) -> Response:
        return FileResponse(PAGE / "index.html", headers={"cache-control": "no-store"})

    async def _state(self, request: Request) -> Response:
        asked = request.query_params
        state = await run_in_threadpool(
            self._show.state, asked.get("as", ""), asked.get("channel"), asked.get("thread")
        )
        return JSONResponse(state, headers={"cache-control": "no-store"})

    async def _act(self, request: Request) -> Response:
        asked = await _json(request)
        if asked is None:
            return JSONResponse({"ok": False, "error": "The page sent something unreadable."}, 400)
        args = {name: value for name, value in asked.items() if name not in {"as", "do"}}
        return JSONResponse(await self._acts.do(str(asked.get("as")), str(asked.get("do")), args))

    async def _control(self, request: Request) -> Response:
        answer = await run_in_threadpool(self._show.run_control, request.path_params["name"])
        self._office.world.changed()
        if answer is None:
            return JSONResponse({"ok": False, "message": "There is no such control.", "show": None}, 404)
        return JSONResponse(answer)

    async def _fault(self, request: Request) -> Response:
        asked = await _json(request)
        answer = await run_in_threadpool(self._show.do_fault, asked or {})
        return JSONResponse(answer, 200 if answer["ok"] else 400)

    async def _live(self, socket: WebSocket) -> None:
        """Tells the page that something has changed; what, it asks for itself."""
        await socket.accept()
        change = asyncio.Event()
        self._watchers.add(change)
        gone = asyncio.ensure_future(_until_gone(socket))
        try:
            while not gone.done():
                ticking = asyncio.ensure_future(change.wait())
                await asyncio.wait({ticking, gone}, timeout=TICK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                ticking.cancel()
                change.clear()
                if not gone.done():
                    await socket.send_json({"version": self._office.world.version})
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._watchers.discard(change)
            gone.cancel()

    def _tell_watchers(self) -> None:
        for change in self._watchers:
            change.set()


async def _until_gone(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive_text()
    except (WebSocketDisconnect, RuntimeError, KeyError):
        return


async def _json(request: Request) -> dict[str, Any] | None:
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


Scope = dict[str, Any]
Inner = Callable[[Any, Any, Any], Awaitable[None]]


class OnlyLocal:
    """Refuses what does not come from this machine's own pages and programs, such as a name that leads here."""

    def __init__(self, app: Inner) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in {"http", "websocket"} or _is_local(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4003})
        else:
            await PlainTextResponse("This workspace is for this machine alone.", 403)(scope, receive, send)


def _is_local(scope: Scope) -> bool:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get("origin")
    return _name(f"//{headers.get('host', '')}") in LOCAL and (origin is None or _name(origin) in LOCAL)


def _name(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return f"[{host}]" if ":" in host else host
