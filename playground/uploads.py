"""Where a file's bytes go, and where they are had again."""

from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from playground.api.door import Door
from playground.files import LARGEST_FILE, File
from playground.hangup import HangUp, NoAnswer
from playground.office import Office

NAME = "upload"  # among the faults and the calls, beside the Web API's methods


class Uploads:
    def __init__(self, office: Office, door: Door) -> None:
        self._office = office
        self._door = door

    async def take(self, request: Request) -> Response:
        """The bytes, raw or as a form. As many as were announced."""
        file = self._office.world.files.get(request.path_params["file"])
        if file is None or file.is_complete:
            return PlainTextResponse("no such file", 404)
        try:
            return await self._take(file, request)
        except (HangUp, ClientDisconnect):
            return NoAnswer()

    async def _take(self, file: File, request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > LARGEST_FILE + 10_000:
            return PlainTextResponse("too large", 413)
        raw = await _content(request)
        fault = self._office.faults.take(NAME)
        kind = fault.kind if fault is not None else None
        if kind == "drop_request":
            raise HangUp
        if kind in {"server_error", "refuse", "ratelimit"}:
            return PlainTextResponse("trouble", 500)
        if fault is not None and kind == "delay":
            await self._door.pause(fault.seconds, request)
        self._office.calls.append((NAME, {"file": file.id, "size": len(raw)}))
        self._office.world.changed()
        if len(raw) != file.size:
            return PlainTextResponse(f"{file.size} bytes were announced, and {len(raw)} came", 400)
        file.content = raw
        if kind == "drop_reply":
            raise HangUp
        if fault is not None and kind == "hold":
            await self._door.pause(fault.seconds, request)
        return PlainTextResponse(f"OK - {len(raw)}")

    async def give(self, request: Request) -> Response:
        """Pictures to look at; everything else to keep, under its name."""
        file = self._office.world.files.get(request.path_params["file"])
        if file is None or file.content is None:
            return PlainTextResponse("no such file", 404)
        headers = {"x-content-type-options": "nosniff"}
        if file.is_image:
            return Response(file.content, media_type=file.mimetype, headers=headers)
        headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
        return Response(file.content, media_type="application/octet-stream", headers=headers)


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        part = next((value for value in form.values() if not isinstance(value, str)), None)
        return await part.read() if part is not None else b""
