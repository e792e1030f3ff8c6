"""`backbeat demo`: Tidewater in the browser. The playground here, the bot as a child process, five weeks recorded."""

import errno
import signal
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from bot import logs
from bot.bootstrap import build, database
from bot.demo.child import BotDied, Child
from bot.demo.clock import DemoClock
from bot.demo.controls import Controls
from bot.demo.folder import NotADemo, emptied
from bot.demo.record import Recorder
from bot.demo.stepper import Stepper
from bot.demo.tidewater import DANA, EVERYBODY, FIRST_WEEKS, PLATFORM
from bot.demo.world import APP_TOKEN, BOT_TOKEN, workspace
from bot.settings import Settings, load
from playground.server import Playground
from storage.locks import AlreadyRunning, FileNotUsable
from storage.store import SqlStore, open_store

Say = Callable[[str], None]
SLACK_SECONDS = 3  # the playground answers at once; after a lost reply the bot waits this long


class Demo:
    """Everything that runs while the demo is open. `folder` is empty, or not there yet."""

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.clock = DemoClock(self.folder / "clock.json")
        self.clock.set(FIRST_WEEKS[0].at)
        self.playground = Playground(workspace(), clock_file=self.clock.path, port=port)
        self.environment: dict[str, str] = {}
        self.child: Child | None = None
        self._store: SqlStore | None = None

    @property
    def address(self) -> str:
        return f"{self.playground.url}/#as={DANA}&channel={PLATFORM}"

    def open(self) -> None:
        """Record the five weeks, all of them read; start the bot, and hand the buttons to the page."""
        self.playground.start()
        self.environment = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.playground.api_url,
            "DATABASE_URL": f"sqlite:///{self.folder / 'backbeat.db'}",
            "BACKBEAT_CLOCK_OFFSET_FILE": str(self.clock.path),
            "BACKBEAT_PORT": "0",
            "BACKBEAT_SLACK_TIMEOUT": str(SLACK_SECONDS),
        }
        self.child = Child(self.environment, self.folder)
        self.child.prepare()
        self._record(load(**self.environment))
        for person in EVERYBODY:
            self.playground.act(person, "mark_read")
        self.child.start()
        self._store = open_store(self.environment["DATABASE_URL"])
        self.playground.controls[:] = Controls(self._store, self.clock, self.playground, self.child).all()

    def close(self) -> None:
        if self.child is not None:
            self.child.stop()
        if self._store is not None:
            self._store.close()
        self.playground.stop()

    def _record(self, settings: Settings) -> None:
        with database(settings, is_lasting=False) as store:
            program = build(settings, store)
            stepper = Stepper(program.services, self.clock, program.messenger, store.senders())
            Recorder(program.services, self.clock, stepper, self.playground).record()
            program.stop(SLACK_SECONDS)


def run(*, folder: Path, port: int, opens_browser: bool, say: Say, complain: Say) -> int:
    """Until Ctrl+C, or its terminal is closed. Returns the exit code."""
    logs.set_up(level="error", form="console")
    ending = _listen_for_the_end()
    try:
        say("Backbeat · demo: five weeks at Tidewater, one moment…")
        with emptied(folder) as ready:
            _run(Demo(ready, port=port), ending, opens_browser=opens_browser, say=say)
    except KeyboardInterrupt:
        say("\nClosed. Put it in your Slack: `backbeat manifest`, paste, `backbeat run`.")
        return 0
    except NotADemo:
        complain(f"✗ {folder} holds files that no demo made, and I would remove them. Pick another --folder.")
    except AlreadyRunning:
        complain(f"✗ Another demo is open in {folder}. Close it, or pick another --folder and --port 0.")
    except FileNotUsable as problem:
        complain(f"✗ The demo can't use {folder}: {problem}. Pick another --folder.")
    except BotDied as died:
        complain(f"✗ The bot did not start:\n{died}")
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        complain(f"✗ The demo can't start: {f'port {port} is taken. Try --port 0.' if taken else error}")
    return 1


def _run(demo: Demo, ending: threading.Event, *, opens_browser: bool, say: Say) -> None:
    try:
        demo.open()
        _invite(demo, say)
        if opens_browser:
            webbrowser.open(demo.address)
        ending.wait()
    finally:
        demo.close()
    raise KeyboardInterrupt


def _listen_for_the_end() -> threading.Event:
    """However it is ended, the bot that it started ends with it.

    The interrupt may come where Python drops exceptions (in a destructor, say), so the event remembers it.
    """
    ending = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    return ending


def _invite(demo: Demo, say: Say) -> None:
    say(f"""
  Open  {demo.address}

  It is Thursday 29 October 2026, 09:10 in Lisbon. You see it as Dana, Tidewater's fractional CTO. Try:
  1  #platform, the thread about Kafka and Postgres: ⋯ on its last message → Log as decision
  2  Messages, under Backbeat: Priya waits for your word on Datadog, D-13 → Approve
  3  #product, “SSO for Acme by Friday!!”: ⋯ → Add to agenda → Urgent
  4  Skip ahead, at the bottom: the next person is asked at their own hour
  5  Pull the plug: the bot dies in the middle of a post. One message, no duplicates
  6  See it as somebody else, at the top; type /decide, /decisions, /agenda, /standup or /backbeat

  Everything is kept in {demo.folder.name}/, and made anew each time. Close with Ctrl+C.
""")
