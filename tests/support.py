"""What many tests share: a clock that stands still, a directory that remembers, and a Slack that records its calls."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.domain.errors import ExternalFailure
from bot.domain.rights import GroupId
from bot.domain.updates import ThreadMessage
from bot.domain.workspaces import ConversationId, Person, UserId, Workspace, WorkspaceId
from bot.usecases.ports import ConversationInfo, Store, Summariser, UserGroup
from bot.usecases.services import Services
from handlers.kit import Desk

THURSDAY = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)  # the demo's moment: 09:10 in Lisbon
UNHURRIED = 60.0  # seconds: a test of what is said must not depend on how busy its machine is
COMMANDS = {name: name for name in ("/decide", "/decisions", "/agenda", "/standup", "/backbeat")}


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = THURSDAY) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def move(self, by: timedelta) -> datetime:
        self.time += by
        return self.time

    def set(self, at: datetime) -> datetime:
        self.time = at
        return at


class RecordingNudge:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@dataclass
class FakeDirectory:
    """Slack's people and conversations, as dicts. Set `down` to make every question fail as a network would."""

    people: dict[UserId, Person] = field(default_factory=dict)
    conversations: dict[ConversationId, ConversationInfo] = field(default_factory=dict)
    membership: dict[ConversationId, frozenset[UserId]] = field(default_factory=dict)
    threads: dict[tuple[ConversationId, str], list[ThreadMessage]] = field(default_factory=dict)
    groups: tuple[UserGroup, ...] = ()
    grouped: dict[GroupId, frozenset[UserId]] = field(default_factory=dict)
    groups_declined: bool = False  # the scope for them
    down: bool = False
    forgotten: list[UserId] = field(default_factory=list)

    def person(self, workspace: WorkspaceId, person: UserId) -> Person:
        self._reachable()
        if person not in self.people:
            raise ExternalFailure("Slack doesn't know that person.", permanent=True, code="user_not_found")
        return self.people[person]

    def members(self, workspace: WorkspaceId, conversation: ConversationId) -> frozenset[UserId]:
        self._reachable()
        return self.membership.get(conversation, frozenset())

    def conversations_of(self, workspace: WorkspaceId, person: UserId) -> frozenset[ConversationId]:
        self._reachable()
        return frozenset(name for name, people in self.membership.items() if person in people)

    def user_groups(self, workspace: WorkspaceId) -> tuple[UserGroup, ...]:
        self._groups_readable()
        return self.groups

    def group_members(self, workspace: WorkspaceId, group: GroupId) -> frozenset[UserId]:
        self._groups_readable()
        if group not in self.grouped:
            raise ExternalFailure("I couldn't see who is in that group.", permanent=True, code="no_such_subteam")
        return self.grouped[group]

    def remembered(self, workspace: WorkspaceId, conversation: ConversationId) -> ConversationInfo | None:
        return None

    def conversation(self, workspace: WorkspaceId, conversation: ConversationId) -> ConversationInfo:
        self._reachable()
        if conversation not in self.conversations:
            raise ExternalFailure("I can't see that channel.", permanent=True, code="channel_not_found")
        return self.conversations[conversation]

    def thread(
        self, workspace: WorkspaceId, conversation: ConversationId, ts: str, *, limit: int
    ) -> tuple[list[ThreadMessage], int]:
        self._reachable()
        found = self.threads.get((conversation, ts), [])
        return found[:limit], len(found)

    def message(
        self, workspace: WorkspaceId, conversation: ConversationId, ts: str
    ) -> tuple[ThreadMessage, str] | None:
        self._reachable()
        for (where, root), messages in self.threads.items():
            for each in messages:
                if (where, each.ts) == (conversation, ts):
                    return each, root
        return None

    def permalink(self, workspace: WorkspaceId, conversation: ConversationId, ts: str) -> str | None:
        self._reachable()
        return f"https://example.test/archives/{conversation}/p{ts.replace('.', '')}"

    def forget(self, workspace: WorkspaceId, person: UserId) -> None:
        self.forgotten.append(person)

    def forget_conversation(self, workspace: WorkspaceId, conversation: ConversationId) -> None:
        self.forgotten.append(conversation)

    def _groups_readable(self) -> None:
        self._reachable()
        if self.groups_declined:
            raise ExternalFailure("I may not look up user groups.", permanent=True, code="missing_scope")

    def _reachable(self) -> None:
        if self.down:
            raise ExternalFailure("Slack can't be reached.", permanent=False, code="unreachable")


def a_person(person_id: str = "U1", *, name: str = "Dana", zone: str = "Europe/Lisbon", **extra: Any) -> Person:
    """A member of T1. Pass `team_id=` for somebody of another company."""
    base = Person(workspace_id="T1", id=person_id, name=name, team_id="T1", zone=zone, seen_at=THURSDAY)
    return replace(base, **extra) if extra else base


def a_workspace(store: Store, *, workspace_id: str = "T1", **extra: Any) -> Workspace:
    made = Workspace(workspace_id, "Tidewater", "UBOT", THURSDAY - timedelta(days=40), **extra)
    with store.begin(workspace_id) as uow:
        uow.workspaces.save(made)
        uow.commit()
    return made


@dataclass
class Surroundings:
    """Services on a real store, with fakes around them that a test can look into."""

    services: Services
    clock: FakeClock
    directory: FakeDirectory
    nudge: RecordingNudge


def services_on(store: Store, *people: Person, summariser: Summariser | None = None) -> Surroundings:
    """Workspace T1 with `people` in public #platform (C1) and private #board (G1, first person only).

    Backbeat is in both; #random (C2) it is not in.
    """
    a_workspace(store)
    clock, nudge = FakeClock(), RecordingNudge()
    ids = frozenset(person.id for person in people)
    directory = FakeDirectory(
        people={person.id: person for person in people},
        conversations={
            "C1": ConversationInfo("C1", "platform", is_private=False, is_dm=False, is_member=True),
            "C2": ConversationInfo("C2", "random", is_private=False, is_dm=False, is_member=False),
            "G1": ConversationInfo("G1", "board", is_private=True, is_dm=False, is_member=True),
        },
        membership={"C1": ids, "C2": ids, "G1": frozenset(person.id for person in people[:1])},
    )
    with store.begin("T1") as uow:
        for person in people:
            uow.people.save(person)
        uow.commit()
    return Surroundings(Services(store, directory, clock, nudge, summariser), clock, directory, nudge)


# --- Slack ---------------------------------------------------------------------------------------------------------


class SlackServer:
    """Answers every Web API method with `ok` and keeps what was asked. `answers` overrides one method's answer."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                method = self.path.rsplit("/", 1)[-1]
                kind = self.headers.get("content-type") or ""
                args = json.loads(body or "{}") if "json" in kind else dict(parse_qsl(body))
                answer = json.dumps(server._answer(method, args)).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST  # noqa: N815 - the name that http.server calls

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def _answer(self, method: str, args: dict[str, Any]) -> dict[str, Any]:
        for name in ("view", "blocks", "metadata"):
            if isinstance(args.get(name), str):
                args[name] = json.loads(args[name])
        self.calls.append((method, args))
        if method in self.answers:
            return self.answers[method]
        if method.startswith("views."):
            return {"ok": True, "view": {**args.get("view", {}), "id": args.get("view_id") or "V1", "hash": "1.a"}}
        return {"ok": True}

    def calls_of(self, method: str) -> list[dict[str, Any]]:
        return [args for name, args in self.calls if name == method]

    @property
    def client(self) -> WebClient:
        return WebClient(token="xoxb-test", base_url=f"{self.url}/api/", retry_handlers=[], timeout=30)

    @property
    def response_url(self) -> str:
        return f"{self.url}/response"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@contextmanager
def slack_server() -> Iterator[SlackServer]:
    server = SlackServer()
    try:
        yield server
    finally:
        server.close()


class AtOnce(Executor):
    """Runs what is submitted at once, in the caller's thread, so that a test sees its effects."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - as a real executor does: the future carries it
            future.set_exception(error)
        return future


def a_desk(services: Services) -> Desk:
    return Desk(services=services, commands=COMMANDS, views=AtOnce(), background=AtOnce(), patience=UNHURRIED)


def bolt_app(desk: Desk, slack: SlackServer, register: Sequence[Callable[[App, Desk], None]]) -> App:
    """A Bolt app with the handlers of `register`, authorized as Backbeat in T1, that talks to `slack`."""
    app = App(
        client=slack.client,
        authorize=lambda: AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_token="xoxb-test", bot_id="B1", bot_user_id="UBOT"
        ),
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=False,
    )
    for each in register:
        each(app, desk)
    return app


def dispatch(app: App, payload: dict[str, Any]) -> BoltResponse:
    """Hand Bolt a payload as Socket Mode would."""
    return app.dispatch(BoltRequest(mode="socket_mode", body=payload))
