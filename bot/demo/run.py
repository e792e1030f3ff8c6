"""`backbeat demo`: Tidewater in the browser. The playground here, the bot as a child process, five weeks recorded."""

import shutil
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from bot import logs
from bot.bootstrap import build, database
from bot.demo.child import BotDied, Child
from bot.demo.clock import DemoClock
from bot.demo.controls import Controls
from bot.demo.record import Recorder
from bot.demo.stepper import Stepper
from bot.demo.tidewater import DANA, FIRST_WEEKS, PLATFORM
from bot.demo.world import APP_TOKEN, BOT_TOKEN, workspace
from bot.settings import Settings, load
from playground.server import Playground
from storage.store import open_store

Say = Callable[[str], None]
SLACK_SECONDS = 3  # the playground answers at once; after a lost reply the bot waits this long


class Demo:
    """Everything that runs while the demo is open. `folder` is emptied first."""

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder.resolve()
        self.clock = DemoClock(self.folder / "clock.json")
        self.clock.set(FIRST_WEEKS[0].at)
        self.playground = Playground(workspace(), clock_file=self.clock.path, port=port)
        self.environment: dict[str, str] = {}
        self.child: Child | None = None

    @property
    def address(self) -> str:
        return f"{self.playground.url}/#as={DANA}&channel={PLATFORM}"

    def open(self) -> None:
        """Record the five weeks, start the bot, and hand the buttons to the page."""
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
        self._record(load(**self.environment))
        self.child = Child(self.environment, self.folder)
        self.child.start()
        self._store = open_store(self.environment["DATABASE_URL"])
        self.playground.controls[:] = Controls(self._store, self.clock, self.playground, self.child).all()

    def close(self) -> None:
        if self.child is not None:
            self.child.stop()
            self._store.close()
        self.playground.stop()

    def _record(self, settings: Settings) -> None:
        with database(settings) as store:
            program = build(settings, store)
            stepper = Stepper(program.services, self.clock, program.messenger, store.senders())
            Recorder(program.services, self.clock, stepper, self.playground).record()
            program.stop(SLACK_SECONDS)


def run(*, folder: Path, port: int, opens_browser: bool, say: Say, complain: Say) -> int:
    """Until Ctrl+C. Returns the exit code."""
    logs.set_up(level="error", form="console")
    say("Backbeat · demo: five weeks at Tidewater, one moment…")
    demo = Demo(folder, port=port)
    try:
        demo.open()
        _invite(demo, say)
        if opens_browser:
            webbrowser.open(demo.address)
        threading.Event().wait()
    except BotDied as died:
        complain(f"✗ The bot did not start:\n{died}")
        return 1
    except OSError as error:
        complain(f"✗ The demo can't start: {error.strerror or error}. Another one may be open: try --port 0.")
        return 1
    except KeyboardInterrupt:
        say("\nClosed. Put it in your Slack: `backbeat manifest`, paste, `backbeat run`.")
    finally:
        demo.close()
    return 0


def _invite(demo: Demo, say: Say) -> None:
    say(f"""
  Open  {demo.address}

  It is Thursday 29 October 2026, 09:10 in Lisbon. You see it as Dana, Tidewater's fractional CTO. Try:
  1  #platform, the thread about Kafka and Postgres: ⋯ on its last message → Log as decision
  2  #product, “SSO for Acme by Friday!!”: ⋯ → Add to agenda → Urgent
  3  Skip ahead, at the bottom: the next person is asked at their own hour
  4  Pull the plug: the bot dies in the middle of a post. One message, no duplicates
  5  See it as somebody else, at the top; type /decide, /decisions, /agenda, /standup or /backbeat

  Everything is kept in {demo.folder.name}/, and made anew each time. Close with Ctrl+C.
""")
