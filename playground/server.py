"""The playground: a local Slack workspace that speaks Slack's Web API, Socket Mode and HTTP callbacks, and has a page.

It runs in a thread of the process that makes it, on loopback alone, and keeps everything in memory.
"""

import json
import secrets
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from playground.acts import Acts
from playground.api.checks import thread_root
from playground.callbacks import Callbacks
from playground.channels import order
from playground.clock import clock_for
from playground.deliveries import ACK_SECONDS, Deliveries
from playground.events import Events
from playground.faults import Faults
from playground.interactions import Interactions
from playground.messages import Json, Message
from playground.office import Office
from playground.pacing import Pacing
from playground.page_state import PageState
from playground.responses import Responses
from playground.routes import Routes
from playground.sockets import Sockets
from playground.spec import WorkspaceSpec
from playground.submissions import Submissions
from playground.talk import Talk
from playground.thread import ServerThread
from playground.world import World

T = TypeVar("T")
LOOK_AGAIN = 0.25


@dataclass(frozen=True, slots=True)
class Control:
    """A button at the foot of the page. `run` gives {"ok", "message", "show": {as, channel, thread} or None}."""

    id: str
    label: str
    hint: Callable[[], str]
    run: Callable[[], Json]
    enabled: Callable[[], bool] = lambda: True


class Playground:
    """A workspace that runs from `start` to `stop`. Its methods are safe from any thread.

    `clock_file` holds {"offset_seconds": n} and moves the time; `clock` is a test's own, in Unix seconds.
    """

    def __init__(
        self,
        spec: WorkspaceSpec,
        *,
        clock_file: Path | None = None,
        port: int = 0,
        clock: Callable[[], float] | None = None,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        self.spec = spec
        self.controls: list[Control] = []
        self.faults = Faults(self._run)
        self._port = port
        self._change = threading.Condition()
        self._thread = ServerThread(self._wind_up)
        self._world = World(spec, clock_for(clock_file, clock))
        self._world.on_change.append(self._notify)
        self._sockets = Sockets(spec.app.id, self._world.changed)
        self._callbacks = Callbacks(spec.app.request_url, spec.app.signing_secret)
        self._deliveries = Deliveries(self._world, self._sockets, self._callbacks, self.faults, ack_seconds=ack_seconds)
        self.faults.drop_sockets, self.faults.refresh = self._sockets.drop_all, self._sockets.refresh
        self.faults.again = self._deliveries.again
        events = Events(self._world, self._deliveries.event)
        talk, pacing = Talk(self._world, events), Pacing(self._world.now)
        self._office = Office(self._world, events, talk, pacing, self.faults, self._sockets, self._deliveries)
        responses = Responses(self._office)
        self._acts = Acts(self._office, Interactions(self._office, responses), Submissions(self._office))
        self._page = PageState(self._world)
        self._routes = Routes(self._office, self._acts, responses, self)
        self._ack_seconds = ack_seconds

    # --- running ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Raises OSError where the port is taken."""
        self._thread.start(self._routes.app, self._port, self._announce)

    def _announce(self, url: str) -> None:
        self._world.url = url

    def stop(self) -> None:
        if self._thread.is_running:
            self.faults.clear()
            self._run(self._sockets.stop)
            self._thread.stop()
        self._callbacks.stop()

    def __enter__(self) -> "Playground":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return self._thread.run(work)

    def _look(self, read: Callable[[], T]) -> T:
        async def work() -> T:
            return read()

        return self._run(work)

    async def _wind_up(self) -> None:
        await self._deliveries.stop()

    # --- where it is --------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self._world.url

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self._world.url}/api/"

    # --- doing --------------------------------------------------------------------------------------------------------

    def act(self, as_: str, do: str, **args: Any) -> Json:
        """Do something as a person, exactly as the page's POST /playground/act. {"ok": …, "error": their words}."""
        return self._run(lambda: self._acts.do(as_, do, args))

    def add_message(
        self, user: str, channel: str, text: str, thread_ts: str | None = None, at: float | None = None
    ) -> str:
        """Something that was said earlier (`at` in Unix seconds, now without). The app hears nothing of it."""

        def add() -> str:
            place = self._world.channels[channel]
            root = thread_root(place, thread_ts)
            moment = at if at is not None else self._world.now()
            message = Message(place.free_ts(moment), user, text, thread_ts=root, by_app=user == self._world.bot)
            place.add(message)
            for member in place.members:
                if order(message.ts) > order(place.last_read.get(member, "0.0")):
                    place.last_read[member] = message.ts
            self._world.changed()
            return message.ts

        return self._look(add)

    def verify_request_url(self) -> bool:
        """Make the handshake that Slack makes when a request URL is entered. Whether the app answered it."""
        challenge = secrets.token_hex(16)
        return self._run(lambda: self._callbacks.verify(challenge, seconds=self._ack_seconds))

    def run_control(self, name: str) -> Json | None:
        """Press a control. None where there is none of that id."""
        control = next((each for each in self.controls if each.id == name), None)
        return control.run() if control is not None else None

    def do_fault(self, asked: Json) -> Json:
        """A method of `faults` by its name in "do", with its arguments: for other processes."""
        args = {name: value for name, value in asked.items() if name != "do"}
        known: dict[str, Callable[..., Any]] = {
            "switch_on": self.faults.switch_on, "clear": self.faults.clear, "history_lag": self.faults.history_lag,
            "lose_ack": self.faults.lose_ack, "disconnect_sockets": self.faults.disconnect_sockets,
            "redeliver": self.faults.redeliver,
        }  # fmt: skip
        run = known.get(str(asked.get("do")))
        if run is None:
            return {"ok": False, "error": f"there are {', '.join(known)}"}
        try:
            return {"ok": True, "answer": run(**args)}
        except (TypeError, ValueError) as error:
            return {"ok": False, "error": str(error)}

    # --- looking ------------------------------------------------------------------------------------------------------

    def state(self, as_: str, channel: str | None = None, thread: str | None = None) -> Json:
        """What GET /playground/state gives: all that the page shows this person there."""
        state = self._look(
            lambda: self._page.of(self._page.viewer(as_), channel, thread, connected=self._deliveries.is_connected)
        )
        state["controls"] = [
            {"id": each.id, "label": each.label, "hint": each.hint(), "enabled": each.enabled()}
            for each in list(self.controls)
        ]
        return state

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """A conversation's messages, oldest first, with metadata: without its threads' replies; or one thread, with
        the message that it hangs on."""

        def read() -> list[Json]:
            place = self._world.channels[channel]
            found = place.roots() if thread_ts is None else place.thread(thread_ts)
            return [self._world.message_object(place, each, with_metadata=True) for each in found]

        return self._look(read)

    def latest_ts(self) -> str:
        """Of the newest message or reply anywhere; "0" where nothing was said."""

        def read() -> str:
            last = [messages[-1].ts for each in self._world.channels.values() if (messages := each.everything())]
            return max(last, key=order, default="0")

        return self._look(read)

    def dm_with_app(self, person: str) -> str:
        """The id of somebody's direct message with the app."""
        return self._look(lambda: self._world.direct(person, self._world.bot).id)

    @property
    def calls(self) -> list[tuple[str, Json]]:
        """Every Web API call so far: its method and its arguments, as they came."""
        return list(self._office.calls)

    @property
    def sockets(self) -> tuple[int, ...]:
        """The Socket Mode connections that are open, each by its number."""
        return self._sockets.numbers

    @property
    def deliveries(self) -> list[tuple[str, Json]]:
        """What was brought to the app lately: its kind and its payload."""
        return [(each.kind, each.payload) for each in list(self._deliveries.log)]

    def wait_for(self, condition: Callable[[], Any], timeout: float = 30.0) -> Any:
        """What `condition()` gives once it is true. After `timeout` seconds, an AssertionError says what there is."""
        deadline = time.monotonic() + timeout
        while True:
            version = self._world.version
            if found := condition():
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"it did not happen within {timeout:g} s. There is:\n{self._dump()}")
            with self._change:
                if self._world.version == version:
                    self._change.wait(min(left, LOOK_AGAIN))

    def _dump(self) -> str:
        seen = self._look(self._world.snapshot) | {
            "calls": [f"{method} {json.dumps(args, default=str)[:200]}" for method, args in self.calls[-10:]],
            "delivered": [f"{kind} {json.dumps(payload)[:200]}" for kind, payload in self.deliveries[-10:]],
            "sockets": self.sockets,
        }
        return json.dumps(seen, indent=1, ensure_ascii=False, default=str)

    def _notify(self) -> None:
        with self._change:
            self._change.notify_all()
