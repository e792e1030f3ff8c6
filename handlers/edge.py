"""The edge: the HTTP server's routes. It bounds and verifies every raw request before anything else reads it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from slack_bolt import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from handlers.front import LARGEST, Front
from handlers.metrics import REQUESTS
from handlers.shapes import has_half_characters

log = structlog.get_logger(__name__)
READ_SECONDS = 10.0
MOST_WAITING = 200  # requests; Slack sends events again, and a person is better told at once
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
_PASSED_ON = ("x-slack-retry-num", "x-slack-retry-reason")


@dataclass(frozen=True, slots=True)
class Health:
    """What /readyz and /metrics ask. `problems`: why it is not ready. `figures`: {name: (what it is, value)}."""

    problems: Callable[[], list[str]]
    figures: Callable[[], Mapping[str, tuple[str, float]]]


class Refused(Exception):
    """A request that goes no further. `status` is 4xx."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Edge:
    """The requests that Slack sends by HTTP. Without a signing secret (Socket Mode) that door is closed."""

    def __init__(self, front: Front, *, signing_secret: str | None, workers: int = 16) -> None:
        self._front = front
        self._verifier = SignatureVerifier(signing_secret) if signing_secret else None
        self._workers = workers
        self._limiter: anyio.CapacityLimiter | None = None  # made in the event loop that uses it

    async def events(self, request: Request) -> Response:
        try:
            body = self._parse(request, await _bounded(request))
        except Refused as refused:
            REQUESTS.labels("other", f"refused_{refused.status}").inc()
            log.info("request_refused", status=refused.status, reason=refused.reason)
            return JSONResponse({"error": refused.reason}, status_code=refused.status)
        if isinstance(body, Response):
            return body
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        limiter = self._limiter = self._limiter or anyio.CapacityLimiter(self._workers)
        if limiter.statistics().tasks_waiting >= MOST_WAITING:
            REQUESTS.labels("other", "busy").inc()
            return JSONResponse({"error": "busy"}, status_code=503, headers={"retry-after": "1"})
        answer = await anyio.to_thread.run_sync(self._front.take, body, headers, limiter=limiter)
        return _response(answer)

    def _parse(self, request: Request, raw: bytes) -> Any:
        """The payload as an object, or the answer where no handler is needed. Raises Refused."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in {FORM, JSON}:
            raise Refused(415, "content type must be JSON or a form")
        text = _text(raw)
        if kind == FORM and dict(_form(text)).get("ssl_check") == "1":
            return Response()  # Slack looks whether the certificate is good; nothing is asked for
        self._verify(request, text)
        body = _payload(text, kind)
        if body.get("type") == "url_verification":
            return PlainTextResponse(str(body.get("challenge", ""))[:1000])
        return body

    def _verify(self, request: Request, text: str) -> None:
        if self._verifier is None:
            raise Refused(404, "this server takes no requests by HTTP: it uses Socket Mode")
        stamp, signature = (request.headers.get(f"x-slack-{name}") for name in ("request-timestamp", "signature"))
        try:
            if self._verifier.is_valid(text, stamp, signature):
                return
        except (ValueError, TypeError, OverflowError):
            pass  # a timestamp that is no number, a signature that is not ASCII
        raise Refused(401, "the signature is missing, wrong, or older than five minutes")


async def _bounded(request: Request) -> bytes:
    """The raw body, never more than LARGEST bytes of it. Raises Refused."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "the body must not be compressed")
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > LARGEST:
        raise Refused(413, "too large")
    raw = bytearray()
    try:
        with anyio.fail_after(READ_SECONDS):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > LARGEST:
                    raise Refused(413, "too large")
    except TimeoutError as error:
        raise Refused(408, "the body came too slowly") from error
    except ClientDisconnect as error:
        raise Refused(400, "the connection ended within the body") from error
    return bytes(raw)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Refused(400, "the body is not UTF-8") from error


def _form(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError as error:
        raise Refused(400, "the body is no form") from error


def _payload(text: str, kind: str) -> dict[str, Any]:
    """JSON as it is, a form's `payload` field as JSON, or a form's fields. Raises Refused."""
    if kind == FORM:
        fields: dict[str, Any] = dict(_form(text))
        if "payload" not in fields:
            return fields
        text = fields["payload"]
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "the body is no JSON") from error
    if not isinstance(body, dict):
        raise Refused(400, "the body is no object")
    try:
        if has_half_characters(text, body):
            raise Refused(400, "the body holds half a character")
    except RecursionError as error:
        raise Refused(400, "the body is nested too deeply") from error
    return body


def _response(answer: BoltResponse) -> Response:
    headers = {name: str(values[0]) for name, values in answer.headers.items() if values and name != "set-cookie"}
    return Response(answer.body or "", status_code=answer.status, headers=headers)


class Figures(Collector):
    """The figures that are looked up when somebody asks."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> list[GaugeMetricFamily]:
        return [GaugeMetricFamily(name, words, value) for name, (words, value) in self._health.figures().items()]


def build_edge(edge: Edge, health: Health) -> Starlette:
    """The whole HTTP server: Slack's door, and what an operator's tools ask for."""
    figures = CollectorRegistry()
    figures.register(Figures(health))

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        problems = await anyio.to_thread.run_sync(health.problems)
        if problems:
            return JSONResponse({"status": "not ready", "problems": problems}, status_code=503)
        return JSONResponse({"status": "ready"})

    async def metrics(_: Request) -> Response:
        text = await anyio.to_thread.run_sync(lambda: generate_latest(REGISTRY) + generate_latest(figures))
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})

    return Starlette(
        routes=[
            Route("/slack/events", edge.events, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ]
    )
