"""The bot as the demo's child process: started, killed in the middle of a post, started again."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

READY_SECONDS = 20.0
READY = "Backbeat is ready"
BEGIN = "begin\n"


class BotDied(Exception):
    """It ended before it was ready. Its last words are the argument."""


class Child:
    """`backbeat run` with `environment`. Its log goes to a file, so that the terminal stays readable.

    `prepare` makes it import what it needs and wait; `start` lets it begin, and prepares it where that was not done.
    """

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._ready = threading.Event()
        self._has_begun = False

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def prepare(self) -> None:
        """Returns at once: it gets ready to begin, beside whatever else is being done."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "BACKBEAT_"))}
        self._ready = threading.Event()
        self._has_begun = False
        with (self._folder / "bot.log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.demo.bound"],
                env=kept | {"PYTHONUNBUFFERED": "1"} | self._environment,
                cwd=self._folder,
                stdin=subprocess.PIPE,  # it begins with the first line, and ends when this does
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl+C is the demo's to handle
            )
        threading.Thread(target=self._listen, args=(self._process, self._ready), daemon=True).start()

    def start(self) -> None:
        """Returns when it is ready. Raises BotDied."""
        if not self.is_running or self._has_begun:
            self.prepare()
        assert self._process is not None  # noqa: S101 - it was just prepared
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._has_begun = True
        with suppress(BrokenPipeError):  # it died; its last words say why
            self._process.stdin.write(BEGIN)
            self._process.stdin.flush()
        if not self._ready.wait(READY_SECONDS) or not self.is_running:
            words = (self._folder / "bot.log").read_text().splitlines()[-5:]
            raise BotDied("\n".join(words))

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._wait(self._process)

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._wait(self._process, 15)
        except subprocess.TimeoutExpired:
            self.kill()

    @staticmethod
    def _wait(process: "subprocess.Popen[str]", seconds: float | None = None) -> None:
        process.wait(seconds)
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        process.stdin.close()

    @staticmethod
    def _listen(process: "subprocess.Popen[str]", ready: threading.Event) -> None:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        with process.stdout as lines:
            for line in lines:
                if READY in line:
                    ready.set()
        ready.set()
