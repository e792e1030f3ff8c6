"""The Web API's door: reads a request, looks at its token and its pace, meets the faults, and answers as Slack does."""

import asyncio
import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from playground.api.args import Args
from playground.api.chat import TooFast
from playground.api.methods import METHODS, Method
from playground.errors import Refused
from playground.faults import Fault
from playground.hangup import HangUp, NoAnswer
from playground.messages import Json
from playground.office import Office

LOOK = 0.02  # seconds between two looks at whether somebody is still held back


class Door:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def __call__(self, request: Request) -> Response:
        try:
            return await self._serve(request)
        except (HangUp, ClientDisconnect):
            return NoAnswer()
        except Refused as refused:
            return self._answer(refused.body())

    async def _serve(self, request: Request) -> Response:
        name = request.path_params["method"]
        given = await _arguments(request)
        shown = {key: value for key, value in given.items() if key != "token"}
        self._office.calls.append((name, _decoded(shown)))
        self._office.world.changed()
        fault = self._office.faults.take(name)
        if fault is None:
            return self._call(name, request, given)
        return await self._call_badly(fault, name, request, given)

    async def _call_badly(self, fault: Fault, name: str, request: Request, given: Json) -> Response:
        match fault.kind:
            case "drop_request":
                raise HangUp
            case "ratelimit":
                return _too_fast(max(1, round(fault.seconds)))
            case "server_error":
                return Response("Internal Server Error", 500, media_type="text/html")
            case "refuse":
                return self._answer({"ok": False, "error": fault.error})
            case "delay":
                await self.pause(fault.seconds, request)
                return self._call(name, request, given)
        answer = self._call(name, request, given)
        if fault.kind == "drop_reply":
            raise HangUp
        await self.pause(fault.seconds, request)  # hold
        return answer

    async def pause(self, seconds: float, request: Request) -> None:
        """Until the time is over or the faults are cleared. A client that has gone away is not waited for."""
        loop, cleared = asyncio.get_running_loop(), self._office.faults.cleared
        until = loop.time() + seconds
        while loop.time() < until and self._office.faults.cleared == cleared:
            await asyncio.sleep(LOOK)
            if await request.is_disconnected():
                raise HangUp
        await asyncio.sleep(LOOK)
        if await request.is_disconnected():
            raise HangUp

    def _call(self, name: str, request: Request, given: Json) -> Response:
        method = METHODS.get(name)
        if method is None:
            return self._answer({"ok": False, "error": "unknown_method", "req_method": name})
        try:
            given["token"] = self._check_token(method, request, given)
            wait = self._office.pacing.wait_for_call(name)
            if wait is not None:
                return _too_fast(wait)
            return self._answer({"ok": True, **method.run(self._office, Args(given))})
        except Refused as refused:
            return self._answer(refused.body())
        except TooFast as fast:
            return _too_fast(fast.seconds)

    def _check_token(self, method: Method, request: Request, given: Json) -> str | None:
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = bearer.strip() if kind.lower() == "bearer" else given.get("token")
        if method.token == "nobody":  # noqa: S105 - whose token, not a token
            return None
        if not token:
            raise Refused("not_authed")
        app = self._office.world.app
        if token not in {app.bot_token, app.app_token}:
            raise Refused("invalid_auth")
        wanted = {"bot": app.bot_token, "app": app.app_token}.get(method.token, token)
        if token != wanted:
            raise Refused("not_allowed_token_type")
        return str(token)

    def _answer(self, body: Json) -> Response:
        scopes = ",".join(sorted(self._office.world.grants.scopes))
        return JSONResponse(body, headers={"x-oauth-scopes": scopes, "x-slack-req-id": "playground"})


def _too_fast(seconds: int) -> Response:
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"retry-after": str(seconds)})


async def _arguments(request: Request) -> Json:
    """Query, form and JSON bodies alike."""
    given: Json = dict(request.query_params)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json":
        raw = await request.body()
        try:
            body = json.loads(raw or b"{}")
        except (ValueError, RecursionError):
            raise Refused("invalid_json") from None
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        body.pop("token", None)  # with a JSON body the token goes into the header
        return given | body
    if content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form() as form:
            return given | {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
    if await request.body() and request.method == "POST":
        raise Refused("invalid_post_type")
    return given


def _decoded(given: Json) -> dict[str, Any]:
    """As they came, with JSON in a form's fields read, so that tests see the same from both kinds of body."""
    shown = {}
    for name, value in given.items():
        shown[name] = value
        if isinstance(value, str) and value[:1] in {"[", "{"}:
            try:
                shown[name] = json.loads(value)
            except (ValueError, RecursionError):
                continue
    return shown
