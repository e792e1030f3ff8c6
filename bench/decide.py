"""What `/decide` in its one-line form costs, against bare Bolt that keeps one inbox row for the same signed request.

Both sides take the same form-encoded body with Slack's signature, on the same engine (SQLite, WAL, synchronous=FULL),
and end with a commit and an acknowledgement. They take turns in short blocks, so that a noisy moment hits both.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import insert

from bot.bootstrap import REGISTER
from bot.domain.errors import ExternalFailure
from bot.domain.workspaces import Person, Workspace
from bot.usecases.ports import ConversationInfo
from bot.usecases.services import Services
from handlers.app import Installed, build_app
from handlers.front import Front
from handlers.kit import Desk
from storage import migrate, tables
from storage.store import SqlStore, open_store

SECRET = "bench-signing-secret"
TEAM, PERSON, CHANNEL = "T0BENCH", "U0DANA", "C0PLATFORM"
BLOCKS, PER_BLOCK, WARM_UP = 15, 40, 60
COMMANDS = {name: name for name in ("/decide", "/decisions", "/agenda", "/standup", "/backbeat")}
GOAL = 0.25


class SteadyClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class KnownPlaces:
    """The directory with its cache warm, as it is while people work: nothing is asked of Slack."""

    def conversation(self, _workspace: str, conversation: str) -> ConversationInfo:
        return ConversationInfo(conversation, "platform", is_private=False, is_dm=False, is_member=True)

    remembered = conversation

    def conversations_of(self, _workspace: str, _person: str) -> frozenset[str]:
        return frozenset({CHANNEL})

    def __getattr__(self, name: str) -> Any:
        raise ExternalFailure(f"the benchmark has no {name}", permanent=True, code="not_here")


@dataclass
class Side:
    name: str
    handle: Callable[[str, dict[str, str]], int]
    seconds: list[float]

    def take(self, body: str, headers: dict[str, str]) -> None:
        began = time.perf_counter()
        status = self.handle(body, headers)
        self.seconds.append(time.perf_counter() - began)
        if status != 200:
            raise AssertionError(f"{self.name} answered {status}")

    @property
    def median(self) -> float:
        return statistics.median(self.seconds[WARM_UP:]) * 1e3


_numbers = count(1)


def request() -> tuple[str, dict[str, str]]:
    """A fresh signed `/decide`, as Slack sends it."""
    number = next(_numbers)
    body = urlencode(
        {
            "token": "x",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": CHANNEL,
            "channel_name": "platform",
            "user_id": PERSON,
            "user_name": "dana",
            "command": "/decide",
            "text": f"Use store{number} because we run it already, revisit in 60 days",
            "api_app_id": "A0",
            "response_url": "https://hooks.invalid/commands/1",
            "trigger_id": f"{number}.{time.time_ns()}",
        }
    )
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": str(signature),
    }


def authorized(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id=TEAM,
        bot_token="xoxb-b",
        bot_user_id="UBOT",
        bot_id="B1",
    )


def a_store(path: Path) -> SqlStore:
    migrate.upgrade(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}")
    now = datetime.now(UTC)
    with store.begin(TEAM) as uow:
        uow.workspaces.save(Workspace(TEAM, "Bench", "UBOT", now))
        uow.people.save(Person(TEAM, PERSON, "Dana", TEAM, "Europe/Lisbon", seen_at=now))
        uow.commit()
    return store


def bare_bolt(store: SqlStore) -> Side:
    """What a careful person would write with Bolt alone: check the signature, keep the delivery's id, acknowledge."""
    app = App(
        client=WebClient(token="xoxb-b"),
        signing_secret=SECRET,
        authorize=authorized,
        process_before_response=True,
    )

    @app.command("/decide")
    def decide(ack: Any, body: dict[str, Any]) -> None:
        with store._writer.connect() as connection, connection.begin():
            connection.execute(
                insert(tables.inbox),
                {"workspace_id": TEAM, "key": body["trigger_id"], "at": datetime.now(UTC), "outcome": None},
            )
        ack("ok")

    def handle(body: str, headers: dict[str, str]) -> int:
        return int(app.dispatch(BoltRequest(body=body, headers=dict(headers))).status)

    return Side("bare Bolt", handle, [])


def backbeat(store: SqlStore, pool: ThreadPoolExecutor) -> Side:
    """The signature, the front, Bolt, the handler, the use case, the commit, the acknowledgement."""
    services = Services(store, KnownPlaces(), SteadyClock(), lambda: None)
    desk = Desk(services, COMMANDS, views=pool, background=pool)
    installed = Installed()
    installed.add(TEAM, token="xoxb-b", bot_user_id="UBOT", bot_id="B1")
    client = WebClient(token="xoxb-b")
    app = build_app(
        desk, installed=installed, client_of=lambda _: client, base_client=client, executor=pool, register=REGISTER
    )
    front, verifier = Front(app), SignatureVerifier(SECRET)

    def handle(body: str, headers: dict[str, str]) -> int:
        if not verifier.is_valid(body, headers["x-slack-request-timestamp"], headers["x-slack-signature"]):
            return 401
        answer = front.take(dict(parse_qsl(body)))
        if "Logged" not in json.dumps(answer.body):
            raise AssertionError(answer.body)
        return answer.status

    return Side("Backbeat", handle, [])


def bolt_alone() -> Side:
    """Bolt with nothing to do: what of the time is its own."""
    app = App(
        client=WebClient(token="xoxb-b"),
        signing_secret=SECRET,
        authorize=authorized,
        process_before_response=True,
    )

    @app.command("/decide")
    def decide(ack: Any) -> None:
        ack("ok")

    def handle(body: str, headers: dict[str, str]) -> int:
        return int(app.dispatch(BoltRequest(body=body, headers=dict(headers))).status)

    return Side("Bolt, acknowledging alone", handle, [])


def a_commit(store: SqlStore) -> Side:
    """One row and its commit, with nothing around it."""

    def handle(body: str, _headers: dict[str, str]) -> int:
        with store._writer.connect() as connection, connection.begin():
            connection.execute(
                insert(tables.inbox),
                {"workspace_id": TEAM, "key": f"c{hash(body)}", "at": datetime.now(UTC), "outcome": None},
            )
        return 200

    return Side("one row and its commit", handle, [])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        stores = [a_store(Path(folder) / f"{name}.db") for name in ("ours", "bare", "commit")]
        ours, bare, commit = backbeat(stores[0], pool), bare_bolt(stores[1]), a_commit(stores[2])
        alone = bolt_alone()
        for _ in range(BLOCKS + WARM_UP // PER_BLOCK + 1):
            for side in (bare, ours, commit, alone):
                for _ in range(PER_BLOCK):
                    side.take(*request())
        for store in stores:
            store.close()
    print("/decide in one line, signed request to acknowledgement, SQLite with synchronous=FULL (medians)")
    for side in (bare, ours, alone, commit):
        print(f"  {side.name:<28}{side.median:8.2f} ms")
    ratio = bare.median / ours.median
    print(f"  bare Bolt / Backbeat = {ratio:.2f}  (goal: at least {GOAL})")
    rest = ours.median - alone.median - commit.median
    print(
        f"  where Backbeat's time goes: Bolt {alone.median:.2f} ms, a commit {commit.median:.2f} ms, the rest "
        f"{rest:.2f} ms (reading the line, the number, the decision, its history, its card, and drawing the answer)"
    )
