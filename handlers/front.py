"""The front: both doors, HTTP and Socket Mode, hand their requests to this. It checks, counts and dispatches them."""

import time
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse

from handlers.metrics import ACK_SECONDS, REQUESTS
from handlers.shapes import kind_of, problem_with, without_nul

log = structlog.get_logger(__name__)
LARGEST = 1024 * 1024  # bytes; Slack's largest view is 250 kB


class Front:
    """Takes a request that is known to come from Slack and returns what to answer. Never raises."""

    def __init__(self, app: App) -> None:
        self._app = app

    def take(self, body: Any, headers: Mapping[str, str] | None = None) -> BoltResponse:
        """`body` is a parsed payload, of whatever shape. Status 400 means: not something that Slack sends."""
        began = time.perf_counter()
        problem = problem_with(body)
        if problem is not None:
            REQUESTS.labels("other", "malformed").inc()
            log.warning("malformed_request", problem=problem)
            return BoltResponse(status=400, body="")
        kind = kind_of(body)
        answer = self._dispatch(without_nul(body) if _has_nul(body) else body, headers)
        REQUESTS.labels(kind, "answered" if answer.status == 200 else f"status_{answer.status}").inc()
        ACK_SECONDS.labels(kind).observe(time.perf_counter() - began)
        return answer

    def _dispatch(self, body: dict[str, Any], headers: Mapping[str, str] | None) -> BoltResponse:
        try:
            # Given a dict, Bolt does not parse the raw body a second time; it calls that mode socket_mode.
            request = BoltRequest(mode="socket_mode", body=body, headers=dict(headers) if headers else None)
        except Exception as error:  # noqa: BLE001 - the edge: Bolt reads ids out of a body that may hold anything
            log.warning("malformed_request", problem=type(error).__name__)
            return BoltResponse(status=400, body="")
        try:
            return self._app.dispatch(request)
        except Exception:  # the edge: the boundary itself could not cope
            log.exception("request_not_answered", kind=kind_of(body))
            return BoltResponse(status=500, body="")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in key or _has_nul(each) for key, each in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))
