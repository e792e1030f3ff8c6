"""`backbeat run`: starts everything in order, says that it is ready, and stops gracefully when it is asked to."""

import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType

import structlog
import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.bootstrap import MigrationsPending, Program, build, database
from bot.domain.errors import ExternalFailure
from bot.settings import Settings, missing_for_run, unknown_variables
from storage.locks import AlreadyRunning, FileNotUsable
from storage.migrate import DatabaseNewer
from storage.store import SqlStore

log = structlog.get_logger(__name__)
Say = Callable[[str], None]

STOP_SECONDS = 10
CONNECT_SECONDS = 5.0
PATIENCE = 60.0  # seconds that Slack may be out of reach at the start
MEND_FIRST = 2  # the exit code where the operator must mend something


class Stop:
    """Whether somebody asked to stop, by SIGTERM or Ctrl+C."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def listen(self) -> None:
        """uvicorn puts these handlers back, and calls them, once it has stopped."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()

    def is_asked(self) -> bool:
        return self._asked.is_set()

    def wait(self, seconds: float) -> bool:
        """True as soon as somebody asks."""
        return self._asked.wait(seconds)


def run(settings: Settings, *, say: Say, complain: Say, environment: dict[str, str] | None = None) -> int:
    """Run until asked to stop. Returns the exit code; `say` and `complain` print a line."""
    lines = missing_for_run(settings)
    if lines:
        for line in lines:
            complain(f"✗ {line}")
        return MEND_FIRST
    logs.set_up(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    for line in unknown_variables(environment or {}):
        log.warning("unknown_setting", why=line)
    stop = Stop()
    stop.listen()
    try:
        with _listening(settings) as listener, database(settings) as store:
            return _serve(settings, store, listener, stop, say=say, complain=complain)
    except AlreadyRunning as error:
        complain(
            f"✗ Backbeat already runs on {error}. One at a time: stop that one, or give this one another DATABASE_URL."
        )
    except MigrationsPending as error:
        complain(
            f"✗ The database is {error.count} step(s) behind this release. Run `backbeat migrate`, then start again."
        )
    except DatabaseNewer as error:
        complain(f"✗ Can't start: {error}")
    except FileNotUsable as error:
        complain(f"✗ The database's file can't be used ({error}). Mend that, or set DATABASE_URL to another place.")
    except PortTaken as error:
        complain(f"✗ Can't listen on {error}. Set BACKBEAT_HOST or BACKBEAT_PORT to something that is free.")
    except (SQLAlchemyError, ExternalFailure) as error:
        log.debug("database_not_opened", exc_info=True)
        complain(f"✗ The database can't be opened ({type(error).__name__}). `backbeat doctor` says more.")
        return 1
    return MEND_FIRST


class PortTaken(Exception):
    """Somebody else listens there, or nobody may."""


def _listening(settings: Settings) -> socket.socket:
    """The HTTP server's socket, taken first so that a port in use is said before anything else happens."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"{settings.host}:{settings.port} ({error.strerror})") from error
    return listener


def _serve(settings: Settings, store: SqlStore, listener: socket.socket, stop: Stop, *, say: Say, complain: Say) -> int:
    try:
        program = _signed_in(settings, store, stop)
    except ExternalFailure as failure:
        complain(f"✗ {failure.words}")
        return MEND_FIRST if failure.permanent else 1
    if program is None:
        return 0
    program.start()
    try:
        if program.sockets is not None and not program.sockets.wait_connected(CONNECT_SECONDS):
            log.warning("socket_not_connected_yet")
        if not stop.is_asked():
            _Server(program, listener, say).run(sockets=[listener])
    finally:
        began = time.monotonic()
        whole = program.stop(STOP_SECONDS)
        log.info("stopped", whole=whole, seconds=round(time.monotonic() - began, 1))
    return 0


def _signed_in(settings: Settings, store: SqlStore, stop: Stop) -> Program | None:
    """Slack may be out of reach for a moment, as when a whole machine starts. None: asked to stop meanwhile."""
    deadline, pause = time.monotonic() + PATIENCE, 1.0
    while True:
        try:
            return build(settings, store)
        except ExternalFailure as failure:
            if failure.permanent or time.monotonic() + pause > deadline:
                raise
            log.warning("slack_not_reached", code=failure.code, again_in=pause)
        if stop.wait(pause):
            return None
        pause = min(pause * 2, 15.0)


class _Server(uvicorn.Server):
    """uvicorn in the main thread. Says that Backbeat is ready once it listens."""

    def __init__(self, program: Program, listener: socket.socket, say: Say) -> None:
        super().__init__(
            uvicorn.Config(
                program.http,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                timeout_keep_alive=10,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        self._program = program
        self._listener = listener
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = self._listener.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        name = self._program.identity.workspace_name
        if self._program.sockets is None:
            self._say(f"Backbeat is ready in {name}. Slack's requests: {address}/slack/events. Stop it with Ctrl+C.")
        elif self._program.sockets.is_connected():
            self._say(f"Backbeat is ready in {name}, by Socket Mode. Health: {address}/readyz. Stop it with Ctrl+C.")
        else:
            self._say(f"Backbeat runs in {name} and keeps trying to connect to Slack. Health: {address}/readyz.")
