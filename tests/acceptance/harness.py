"""The whole program in its own process, against the playground: what every acceptance test drives."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from slack_sdk.signature import SignatureVerifier

from playground.server import Playground
from playground.spec import AppSpec, ChannelSpec, GroupSpec, PersonSpec, WorkspaceSpec
from tests.acceptance.windows import button_of, fill

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
DANA, SAM, PRIYA, KENJI, OUTSIDER, GUEST = "U0DANA", "U0SAM", "U0PRIYA", "U0KENJI", "U0OTTO", "U0GUEST"
GENERAL, PLATFORM, LEADERSHIP, RANDOM = "C0GENERAL", "C0PLATFORM", "G0LEADERSHIP", "C0RANDOM"
THURSDAY = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)  # 09:10 in Lisbon
READY_SECONDS = 30.0
PATIENCE = 45.0  # how long a test waits for something that should take a second or two


def a_spec(request_url: str | None = None, **app: Any) -> WorkspaceSpec:
    """Tidewater with an outsider who is only in #general and #random, and a guest who is only in #platform."""
    everybody = (DANA, SAM, PRIYA, KENJI)
    return WorkspaceSpec(
        team_id="T0TIDEWATER",
        team_name="Tidewater",
        domain="tidewater",
        people=(
            PersonSpec(DANA, "Dana", "Dana Reyes", "Europe/Lisbon", is_admin=True),
            PersonSpec(SAM, "Sam", "Sam Okafor", "America/New_York", is_admin=True),
            PersonSpec(PRIYA, "Priya", "Priya Raman", "Asia/Kolkata"),
            PersonSpec(KENJI, "Kenji", "Kenji Mori", "Asia/Tokyo"),
            PersonSpec(OUTSIDER, "Otto", "Otto Out", "Europe/Berlin"),
            PersonSpec(GUEST, "Gwen", "Gwen Guest", "Europe/Paris", is_guest=True),
        ),
        channels=(
            ChannelSpec(GENERAL, "general", "Everyone", (*everybody, OUTSIDER)),
            ChannelSpec(PLATFORM, "platform", "Infrastructure", (*everybody, GUEST)),
            ChannelSpec(LEADERSHIP, "leadership", "Dana, Sam and Priya", (DANA, SAM, PRIYA), is_private=True),
            ChannelSpec(RANDOM, "random", "Tea", (*everybody, OUTSIDER), has_app=False),
        ),
        app=AppSpec(name="Backbeat", manifest=MANIFEST, request_url=request_url, **app),
        groups=(GroupSpec("S0FINANCE", "finance", "Finance", (SAM,)),),
    )


class Clock:
    """The clock of the playground and the bot, as the offset file that both read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, at: datetime) -> None:
        offset = (at - datetime.now(UTC)).total_seconds()
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"offset_seconds": offset}))
        fresh.replace(self.path)

    def now(self) -> datetime:
        offset = float(json.loads(self.path.read_text())["offset_seconds"])
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + offset, UTC)


class Bot:
    """`backbeat run` as a process. Its output is kept, so that a test that fails can show it."""

    def __init__(self, environment: dict[str, str], directory: Path) -> None:
        self.lines: list[str] = []
        self._ready = threading.Event()
        base = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "BACKBEAT_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env=base | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | environment,
            cwd=directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if "Backbeat is ready" in line:
                self._ready.set()
        self._ready.set()

    def wait_ready(self) -> "Bot":
        assert self._ready.wait(READY_SECONDS), self.output
        assert self.process.poll() is None, self.output
        return self

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    @property
    def address(self) -> str:
        """Where its HTTP server listens."""
        line = next(line for line in self.lines if "Backbeat is ready" in line)
        return "http://" + line.partition("http://")[2].split("/")[0]

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        """Ask it to stop, as a container would. Its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"it did not stop:\n{self.output}") from None
        finally:
            self.close()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


@dataclass
class Rig:
    """A workspace, a clock, and as many bots as a test starts."""

    playground: Playground
    clock: Clock
    directory: Path
    database_url: str
    port: int | None = None  # HTTP mode: where the bot listens
    extra: dict[str, str] = field(default_factory=dict)
    bots: list[Bot] = field(default_factory=list)

    def start(self, **extra: str) -> Bot:
        app = self.playground.spec.app
        environment = {
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_API_URL": self.playground.api_url,
            "DATABASE_URL": self.database_url,
            "BACKBEAT_CLOCK_OFFSET_FILE": str(self.clock.path),
            "BACKBEAT_PORT": str(self.port or 0),
            "BACKBEAT_SLACK_TIMEOUT": "2",
            "BACKBEAT_LOG_LEVEL": "info",
        }
        if self.port is None:
            environment["SLACK_APP_TOKEN"] = app.app_token
        else:
            environment["SLACK_SIGNING_SECRET"] = app.signing_secret
        bot = Bot(environment | self.extra | extra, self.directory)
        self.bots.append(bot)
        return bot

    def act(self, as_: str, do: str, **args: Any) -> dict[str, Any]:
        return self.playground.act(as_, do, **args)

    def wait_for(self, condition: Any, timeout: float = PATIENCE) -> Any:
        """Until `condition()` is true. On failure the bots' output is shown."""
        try:
            return self.playground.wait_for(condition, timeout=timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}\n\n" + "\n\n".join(bot.output[-6000:] for bot in self.bots)) from None

    # --- doing ------------------------------------------------------------------------------------------------------

    def slash(self, person: str, channel: str, text: str) -> dict[str, Any]:
        return self.act(person, "slash", channel=channel, text=text)

    def say(self, person: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """The new message's ts."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        return str(self.act(person, "say", channel=channel, text=text, **thread)["ts"])

    def shortcut(self, person: str, channel: str, ts: str, callback_id: str) -> dict[str, Any]:
        return self.act(person, "message_shortcut", channel=channel, ts=ts, callback_id=callback_id)

    def click(
        self, person: str, channel: str, message: dict[str, Any], action_id: str, option: str | None = None
    ) -> dict[str, Any]:
        """Press a message's button, or choose the ⋯ menu's `option`."""
        container = {"type": "message", "channel": channel, "ts": message["ts"]}
        return self._click(person, container, message, action_id, option)

    def click_view(
        self, person: str, view: dict[str, Any], action_id: str, state: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return self._click(person, {"type": "view", "view_id": view["id"]}, view, action_id, None, state)

    def _click(  # noqa: PLR0917 - what a click is made of
        self,
        person: str,
        container: dict[str, Any],
        holder: dict[str, Any],
        action_id: str,
        option: str | None,
        state: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        block_id, element = button_of(holder, action_id)
        action: dict[str, Any] = {"type": element["type"]}
        if option is not None:
            action["selected_option"] = next(each for each in element["options"] if each["value"] == option)
        elif "value" in element:
            action["value"] = element["value"]
        extra = {"state": state} if state is not None else {}
        return self.act(
            person, "click", container=container, block_id=block_id, action_id=action_id, action=action, **extra
        )

    def submit(self, person: str, view: dict[str, Any], **values: Any) -> dict[str, Any]:
        """Fill the window's inputs in and send it."""
        return self.act(person, "submit", view_id=view["id"], state=fill(view, **values))

    def close_modal(self, person: str) -> None:
        """The window on top."""
        view = self.modal(person)
        if view is not None:
            self.act(person, "close_view", view_id=view["id"])

    def forge(self, payload: dict[str, Any], person: str, where: str | None = None, **changes: Any) -> None:
        """What no client of Slack's would send: `person` presses, `where` they are, what they were never shown.

        Its signature is good. Only where the bot listens by HTTP.
        """
        changes |= {"trigger_id": secrets.token_hex(8), "user": {"id": person, "team_id": self.playground.spec.team_id}}
        if where is not None:
            changes["channel"] = {"id": where}
        body = urlencode({"payload": json.dumps(payload | changes)})
        stamp = str(int(time.time()))
        verifier = SignatureVerifier(self.playground.spec.app.signing_secret)
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": str(verifier.generate_signature(timestamp=stamp, body=body)),
        }
        request = urllib.request.Request(f"{self.bots[-1].address}/slack/events", body.encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200

    def last_click(self, action_id: str) -> dict[str, Any]:
        """The payload of the last click on a button of that name, as Slack brought it."""
        for kind, payload in reversed(self.playground.deliveries):
            if kind == "interactive" and any(each["action_id"] == action_id for each in payload.get("actions") or ()):
                return payload
        raise AssertionError(f"nobody pressed {action_id}")

    # --- looking ----------------------------------------------------------------------------------------------------

    def by_bot(self, channel: str, thread_ts: str | None = None) -> list[dict[str, Any]]:
        return [each for each in self.playground.messages(channel, thread_ts) if each.get("bot_id")]

    def replies(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """What the bot said in the thread of a message."""
        return [each for each in self.by_bot(channel, ts) if each["ts"] != ts]

    def dm(self, person: str) -> str:
        """The DM of a person with Backbeat."""
        channels = self.playground.state(person)["channels"]
        bot = self.playground.spec.app.bot_user_id
        return next(each["id"] for each in channels if each["type"] == "im" and each.get("with") == bot)

    def dms(self, person: str) -> list[dict[str, Any]]:
        try:
            return self.by_bot(self.dm(person))
        except StopIteration:
            return []

    def modal(self, person: str) -> dict[str, Any] | None:
        """The window on top, as that person sees it."""
        stack = self.playground.state(person).get("modal") or []
        return stack[-1] if stack else None

    def wait_modal(self, person: str, callback_id: str | None = None) -> dict[str, Any]:
        def shown() -> dict[str, Any] | None:
            view = self.modal(person)
            return view if view is not None and callback_id in {None, view.get("callback_id")} else None

        found: dict[str, Any] = self.wait_for(shown)
        return found

    def state_of(self, person: str, channel: str) -> dict[str, Any]:
        """Everything that the page would show this person there."""
        return self.playground.state(person, channel=channel)

    def home(self, person: str) -> dict[str, Any] | None:
        """The person's Home as it was last published."""
        home = self.playground.state(person, channel="home").get("home") or {}
        return home.get("view")

    def ephemerals(self, person: str, channel: str) -> list[dict[str, Any]]:
        talk = self.playground.state(person, channel=channel)["conversation"]
        return [each for each in talk["messages"] if each.get("ephemeral")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_rig(directory: Path, *, http: bool = False, database_url: str | None = None, **app: Any) -> Iterator[Rig]:
    """A playground at Thursday 09:10 in Lisbon. No bot runs yet: `rig.start()`."""
    clock = Clock(directory / "clock.json")
    clock.set(THURSDAY)
    port = free_port() if http else None
    spec = a_spec(f"http://127.0.0.1:{port}/slack/events" if port else None, **app)
    url = database_url or f"sqlite:///{directory / 'backbeat.db'}"
    with Playground(spec, clock_file=clock.path) as playground:
        rig = Rig(playground, clock, directory, url, port)
        try:
            yield rig
        finally:
            for bot in rig.bots:
                bot.close()
