"""What the playground's tests share: a small workspace, a clock that stands still, and apps that it can talk to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from playground.server import Playground
from playground.spec import AppSpec, ChannelSpec, PersonSpec, WorkspaceSpec

ALICE, BOB, GUEST, STRANGER, LEAVER = "U0ALICE", "U0BOB", "U0GUEST", "U0STRANGER", "U0LEAVER"
PUBLIC, ELSEWHERE, PRIVATE, SECRET, OLD = "C0PUBLIC", "C0ELSEWHERE", "G0PRIVATE", "G0SECRET", "C0OLD"
NOON = 1_793_264_400.0  # Thursday 29 October 2026, 09:00 in London

SCOPES = (
    "commands", "chat:write", "channels:read", "channels:history", "channels:join", "groups:read", "groups:history",
    "im:read", "im:write", "im:history", "mpim:read", "mpim:write", "mpim:history", "users:read", "team:read",
    "reactions:read", "reactions:write", "files:read", "files:write", "dnd:read", "app_mentions:read",
)  # fmt: skip
EVENTS = (
    "app_home_opened", "app_mention", "member_joined_channel", "member_left_channel", "message.channels",
    "message.groups", "message.im", "reaction_added", "user_change",
)  # fmt: skip


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> float:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += seconds


def a_manifest(*, scopes: tuple[str, ...] = SCOPES, events: tuple[str, ...] = EVENTS) -> dict[str, Any]:
    return {
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "slash_commands": [
                {"command": "/go", "description": "Go", "should_escape": True},
                {"command": "/raw", "description": "As it was typed"},
            ],
            "shortcuts": [
                {"name": "Keep", "type": "message", "callback_id": "keep"},
                {"name": "Begin", "type": "global", "callback_id": "begin"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(events)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


def a_spec(manifest: dict[str, Any] | None = None, **app: Any) -> WorkspaceSpec:
    """The bot is in #public and #private; #elsewhere and #secret exist without it; #old is archived."""
    people = (ALICE, BOB)
    return WorkspaceSpec(
        team_id="T0HOME",
        team_name="Home",
        domain="home",
        people=(
            PersonSpec(ALICE, "alice", "Alice A.", "Europe/London", is_admin=True),
            PersonSpec(BOB, "bob", "Bob B.", "Asia/Tokyo"),
            PersonSpec(GUEST, "gwen", "Gwen G.", is_guest=True),
            PersonSpec(STRANGER, "otto", "Otto O.", team_id="T0OTHER"),
            PersonSpec(LEAVER, "leo", "Leo L.", deleted=True),
        ),
        channels=(
            ChannelSpec(PUBLIC, "public", "Everything", (*people, STRANGER)),
            ChannelSpec(ELSEWHERE, "elsewhere", "", people, has_app=False),
            ChannelSpec(PRIVATE, "private", "", people, is_private=True),
            ChannelSpec(SECRET, "secret", "", people, is_private=True, has_app=False),
            ChannelSpec(OLD, "old", "", people, is_archived=True),
        ),
        app=AppSpec(name="Robo", manifest=manifest or a_manifest(), **app),
    )


def without(spec: WorkspaceSpec, *scopes: str) -> WorkspaceSpec:
    """The same workspace, whose admin declined these scopes."""
    return replace(spec, app=replace(spec.app, declined_scopes=frozenset(scopes)))


def client_of(playground: Playground, token: str | None = "xoxb-playground") -> WebClient:  # noqa: S107 - opens nothing real
    client = WebClient(token=token, base_url=playground.api_url, retry_handlers=[], timeout=30)
    client.proxy = None
    return client


def http() -> httpx.Client:
    """Without any proxy that the environment may name."""
    return httpx.Client(trust_env=False, timeout=30)


def error_of(call: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The name of the error that Slack's own client meets."""
    try:
        answer = call(*args, **kwargs)
    except SlackApiError as error:
        return str(error.response["error"])
    raise AssertionError(f"it was allowed: {answer}")


def refusal_of(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    try:
        call(*args, **kwargs)
    except SlackApiError as error:
        return dict(error.response.data)
    raise AssertionError("it was allowed")


# --- blocks -----------------------------------------------------------------------------------------------------------


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def a_button(action_id: str = "press", **extra: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Press"), **extra}


def buttons(*elements: dict[str, Any], block_id: str = "row") -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": block_id, "elements": list(elements)}]


def a_modal(title: str = "Window", **extra: Any) -> dict[str, Any]:
    """One required text, `name`, and one that may be left out, `note`."""
    made: dict[str, Any] = {"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Save")}
    made["blocks"] = [an_input("name"), an_input("note", optional=True)]
    return made | extra


def an_input(block_id: str, *, optional: bool = False, **element: Any) -> dict[str, Any]:
    inner = {"type": "plain_text_input", "action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": inner, "optional": optional}


def typed(**values: str | None) -> dict[str, Any]:
    """The state of inputs by their block_id, as the page sends it."""
    return {name: {"value": {"type": "plain_text_input", "value": value}} for name, value in values.items()}


# --- apps -------------------------------------------------------------------------------------------------------------

Answer = Callable[[str, dict[str, Any]], Any]
SILENCE = object()  # what an app that does not acknowledge answers


class SocketApp:
    """An app on one Socket Mode connection. `answer(kind, payload)` gives what its acknowledgement carries."""

    def __init__(self, playground: Playground, answer: Answer | None = None) -> None:
        self.playground = playground
        self.answer: Answer = answer or (lambda _kind, _payload: None)
        self.received: list[dict[str, Any]] = []
        self.closed = threading.Event()
        url = client_of(playground, "xapp-playground").api_call("apps.connections.open")["url"]
        self._open = ExitStack()
        self.socket: ClientConnection = self._open.enter_context(connect(url, proxy=None))
        self.hello = json.loads(self.socket.recv(5))
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for raw in self.socket:
                message = json.loads(raw)
                self.received.append(message)
                if "envelope_id" in message:
                    self._acknowledge(message)
        except ConnectionClosed:
            pass
        finally:
            self.closed.set()

    def _acknowledge(self, envelope: dict[str, Any]) -> None:
        payload = self.answer(envelope["type"], envelope["payload"])
        if payload is SILENCE:
            return
        ack = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload is not None else {})
        self.socket.send(json.dumps(ack))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [each["payload"] for each in self.received if each["type"] == kind]

    def envelopes(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.received if each["type"] == kind]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [each["event"] for each in self.of("events_api") if each["event"]["type"] == name]

    def wait(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        self.playground.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)

    def wait_event(self, name: str, count: int = 1) -> dict[str, Any]:
        self.playground.wait_for(lambda: len(self.events(name)) >= count)
        return self.events(name)[count - 1]

    def close(self) -> None:
        self._open.close()
        self._thread.join(5)


@contextmanager
def a_socket_app(playground: Playground, answer: Answer | None = None) -> Iterator[SocketApp]:
    app = SocketApp(playground, answer)
    playground.wait_for(lambda: playground.sockets)
    try:
        yield app
    finally:
        app.close()


class HttpApp:
    """An app behind a request URL. `answer(path, headers, body)` gives (status, headers, body)."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[dict[str, str], bytes], tuple[int, dict[str, str], str]] = lambda _h, _b: (200, {}, "")
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                app.requests.append((headers, body))
                status, extra, text = app.answer(headers, body)
                self.send_response(status)
                for name, value in extra.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
