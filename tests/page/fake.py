"""A stand-in for the playground's server: serves the page and fixed state, and remembers what the page asked for."""

import threading
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

PAGE = Path(__file__).parents[2] / "playground" / "page"


class Fake:
    """Holds the state that the page will be given (a test may change it) and the requests that arrived."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.arrived = threading.Condition()
        self.live: set[WebSocket] = set()
        self.reset(state)

    def reset(self, state: dict[str, Any]) -> None:
        self.state = state
        self.acts: list[dict[str, Any]] = []
        self.controls: list[str] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.shown: dict[str, Any] | None = None

    async def give(self, request: Request) -> JSONResponse:
        viewer = request.query_params.get("as") or self.state["me"]["id"]
        me = next(user for user in self.state["users"] if user["id"] == viewer)
        return JSONResponse({**self.state, "me": me})

    async def act(self, request: Request) -> JSONResponse:
        asked = await request.json()
        with self.arrived:
            self.acts.append(asked)
            self.arrived.notify_all()
        return JSONResponse(self.answers.get(asked["do"], {"ok": True}))

    async def control(self, request: Request) -> JSONResponse:
        with self.arrived:
            self.controls.append(request.path_params["id"])
            self.arrived.notify_all()
        return JSONResponse({"ok": True, "message": "Moved to Fri 09:00 Tokyo", "show": self.shown})

    async def listen(self, socket: WebSocket) -> None:
        await socket.accept()
        self.live.add(socket)
        async for _ in socket.iter_text():
            pass
        self.live.discard(socket)

    async def changed(self) -> None:
        for socket in list(self.live):
            await socket.send_json({"version": 2})

    def app(self) -> Starlette:
        async def index(_: Request) -> FileResponse:
            return FileResponse(PAGE / "index.html")

        return Starlette(
            routes=[
                Route("/", index),
                Route("/playground/state", self.give),
                Route("/playground/act", self.act, methods=["POST"]),
                Route("/playground/control/{id}", self.control, methods=["POST"]),
                WebSocketRoute("/playground/live", self.listen),
                Mount("/page", StaticFiles(directory=PAGE)),
            ]
        )
