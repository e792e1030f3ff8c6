"""Calling Slack's Web API: one client per workspace, and every way it can fail turned into an ExternalFailure.

The SDK's own retries are off: the default one was measured to post twice. Whoever calls decides what a failure means.
"""

import http.client
import json
import math
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.domain.errors import ExternalFailure
from bot.domain.workspaces import WorkspaceId

DEFAULT_TIMEOUT = 10  # seconds; the recovery of lost replies counts on it
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
BUSY = timedelta(seconds=30)  # what a 429 without Retry-After means
PAGE = 200

# Slack's names for what may be over in a moment. Everything else that it answers by name will be answered again.
_TRANSIENT = frozenset(
    {"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org", "org_login_required"}
)
# Slack says of these that some of it may have happened before it failed.
_MAYBE_DONE = frozenset({"internal_error", "fatal_error"})
_WORDS = {
    "channel_not_found": "I can't see that channel. `/invite` me there and I can.",
    "not_in_channel": "I'm not in that channel. `/invite` me there and I can.",
    "is_archived": "That channel is archived.",
    "user_not_found": "Slack doesn't know that person.",
    "users_not_found": "Slack doesn't know that person.",
    "thread_not_found": "That thread is gone.",
    "message_not_found": "That message is gone.",
    "restricted_action": "Slack's settings here don't let me post there.",
    "invalid_auth": "Slack no longer accepts my token. Whoever runs me can find out more with `backbeat doctor`.",
    "not_authed": "I have no token for Slack. Whoever runs me can find out more with `backbeat doctor`.",
    "token_revoked": "Slack has taken back my token. I need to be installed again.",
    "token_expired": "My token for Slack has expired. I need to be installed again.",
    "account_inactive": "I have been removed from this workspace. I need to be installed again.",
    "unknown_method": "This Slack server doesn't offer what that needs.",
    "msg_too_long": "That is too long for Slack.",
}
_TOKEN_CODES = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})


class Tokens(Protocol):
    """Where the bot's token for a workspace comes from."""

    def token(self, workspace: WorkspaceId) -> str:
        """Raises a permanent ExternalFailure ("not_installed") where there is none."""


class OneToken:
    """The token of the one workspace that the settings name. Implements Tokens."""

    def __init__(self, workspace: WorkspaceId, token: str) -> None:
        self._workspace = workspace
        self._token = token

    def token(self, workspace: WorkspaceId) -> str:
        if workspace != self._workspace:
            raise ExternalFailure("I'm not installed in that workspace.", permanent=True, code="not_installed")
        return self._token


class Clients:
    """One WebClient per workspace, made when it is first needed."""

    def __init__(self, tokens: Tokens, base_url: str, timeout: int = DEFAULT_TIMEOUT) -> None:
        self._tokens = tokens
        self._base_url = base_url
        self._timeout = timeout
        self._lock = threading.Lock()
        self._known: dict[WorkspaceId, WebClient] = {}

    def of(self, workspace: WorkspaceId) -> WebClient:
        """Raises ExternalFailure where there is no token."""
        token = self._tokens.token(workspace)
        with self._lock:
            known = self._known.get(workspace)
            if known is None or known.token != token:
                known = self._known[workspace] = web_client(token, self._base_url, self._timeout)
            return known


def web_client(token: str | None, base_url: str, timeout: int = DEFAULT_TIMEOUT) -> WebClient:
    """A client that never tries again by itself. `timeout` is in seconds, for each wait on the network."""
    client = WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])
    if is_loopback(base_url):
        client.proxy = None  # the SDK takes a proxy from the environment without looking at NO_PROXY
    return client


def is_loopback(url: str) -> bool:
    """Whether `url` is on this machine, as the playground always is."""
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def call(client: WebClient, method: str, *, doing: str, **args: Any) -> SlackResponse:
    """Call a Web API method. None is left out, lists and dicts go as JSON. Raises ExternalFailure alone.

    `doing` completes "I couldn't …" for people: "read that thread".
    """
    params = {name: _plain(value) for name, value in args.items() if value is not None}
    try:
        answer = client.api_call(method, params=params)
    except (SlackClientError, OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        # ValueError and AttributeError: a body that is no text, or JSON that is no object, as a proxy may send
        raise failure_from(error, doing) from error
    if not isinstance(answer.data, dict):
        raise failure_from(ValueError("the answer is no object"), doing)
    return answer


def pages(client: WebClient, method: str, *, doing: str, **args: Any) -> Iterator[SlackResponse]:
    """Each page of a method that has a cursor. Raises ExternalFailure."""
    cursor: str | None = None
    while True:
        page = call(client, method, doing=doing, cursor=cursor, **args)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def failure_from(error: Exception, doing: str) -> ExternalFailure:
    """What went wrong, for programs (permanent, code, retry_after, maybe_done) and in words for people."""
    if isinstance(error, SlackApiError):
        return _answered(error.response, doing)
    if isinstance(error, HTTPError):
        return _transient(f"http_{error.code}", doing, maybe_done=error.code >= 500)
    if isinstance(error, URLError):
        # urllib wraps only what fails before the whole request has left, so nothing can have happened
        return _transient("unreachable", doing, maybe_done=False)
    if isinstance(error, TimeoutError):
        return _transient("timeout", doing, maybe_done=True)
    if isinstance(error, SlackClientError):
        return ExternalFailure(f"I couldn't {doing}: the request was not valid.", permanent=True, code="bad_request")
    if isinstance(error, OSError | http.client.HTTPException):
        return _transient("connection_lost", doing, maybe_done=True)
    return _transient("unreadable_answer", doing, maybe_done=True)


def _answered(response: Any, doing: str) -> ExternalFailure:
    """Slack, or something in between, answered with a failure."""
    body = response.get("error") if isinstance(getattr(response, "data", response), Mapping) else None
    status = getattr(response, "status_code", 200)
    # The SDK puts a sentence in the place of the error where the body was no JSON.
    code = body if isinstance(body, str) and body.replace("_", "").isalnum() and len(body) <= 80 else None
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return ExternalFailure(
            f"Slack asked me to slow down, so I couldn't {doing} yet. Please try again in a minute.",
            permanent=False,
            code="ratelimited",
            retry_after=_retry_after(getattr(response, "headers", {})),
        )
    if code is None:
        return _transient(f"http_{status}" if status >= 400 else "unreadable_answer", doing, maybe_done=True)
    if code in _TRANSIENT:
        return _transient(code, doing, maybe_done=False)
    if code in _MAYBE_DONE or status >= 500:
        return _transient(code, doing, maybe_done=True)
    return ExternalFailure(_words(code, response, doing), permanent=True, code=code)


def _words(code: str, response: Any, doing: str) -> str:
    if code == "missing_scope":
        needed = response.get("needed")
        scope = f" ({needed})" if isinstance(needed, str) else ""
        return f"I couldn't {doing}: Slack hasn't given me that permission{scope}. Install me again to grant it."
    known = _WORDS.get(code)
    return f"I couldn't {doing}. {known}" if known else f"I couldn't {doing}: Slack said `{code}`."


def _transient(code: str, doing: str, *, maybe_done: bool) -> ExternalFailure:
    return ExternalFailure(
        f"Slack can't be reached just now, so I couldn't {doing}. Please try again in a moment.",
        permanent=False,
        code=code,
        maybe_done=maybe_done,
    )


def is_about_token(failure: ExternalFailure) -> bool:
    """Whether the bot's token is what Slack refuses."""
    return failure.code in _TOKEN_CODES


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    value = next((headers[name] for name in headers if name.lower() == "retry-after"), None)
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    try:
        seconds = float(str(value))
    except ValueError:
        return BUSY
    return timedelta(seconds=min(max(math.ceil(seconds), 1), 3600)) if math.isfinite(seconds) else BUSY


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":")) if isinstance(value, dict | list | tuple) else value
