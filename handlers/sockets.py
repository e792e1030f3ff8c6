"""Socket Mode: a connection for Slack to send requests down, kept up; each is acknowledged after its commit."""

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import BoltResponse
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from bot.domain.errors import ExternalFailure
from handlers.front import LARGEST
from handlers.shapes import has_half_characters

log = structlog.get_logger(__name__)

OpenUrl = Callable[[], str]
Take = Callable[[Any, Mapping[str, str] | None], BoltResponse]
FRAME_LIMIT = 4 * LARGEST
CONNECT_SECONDS = 10.0
DRAIN_SECONDS = 10.0  # what a replaced connection is given to acknowledge what it brought
RECONNECT_SECONDS = 1.0  # what an acknowledgement waits for a new connection, within Slack's three
LONGEST_WAIT = 30.0
HOPELESS_WAIT = 60.0  # between tries while Slack refuses the token
STEADY = 30.0  # seconds after which a connection counts as good


class Link:
    """One connection: its socket, and what is under way on it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.opened = time.monotonic()
        self.is_open = True
        self.is_replaced = False  # Slack asked for another one
        self.is_counted = False  # whether how long it lasted has been looked at

    def send(self, message: Mapping[str, Any]) -> bool:
        try:
            self.socket.send(json.dumps(message))
        except (ConnectionClosed, OSError):
            self.is_open = False
            return False
        return True


class Sockets:
    """Keeps a connection up and hands envelopes to `take` in a bounded pool.

    `open_url` asks `apps.connections.open` for a fresh address and raises ExternalFailure. An envelope is acknowledged
    when `take` answers 200; otherwise Slack is left to send it again.
    """

    def __init__(
        self,
        open_url: OpenUrl,
        take: Take,
        *,
        workers: int = 16,
        waiting: int = 64,
        wait: float = 1.0,
        direct: bool = False,
    ) -> None:
        self._open_url = open_url
        self._take = take
        self._first_wait = wait
        self._direct = direct  # past any proxy: the server is on this machine
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="socket")
        self._room = threading.BoundedSemaphore(workers + waiting)  # full: nothing more is read from the connection
        self._link: Link | None = None
        self._links: list[Link] = []  # with those that were replaced and are not closed yet
        self._stopping = threading.Event()
        self._change = threading.Event()
        self._idle = threading.Condition()
        self._under_way = 0
        self._keeper = threading.Thread(target=self._keep_up, name="sockets", daemon=True)

    def start(self) -> None:
        """Begin to connect. Returns at once."""
        self._keeper.start()

    def is_connected(self) -> bool:
        link = self._link
        return link is not None and link.is_open

    def wait_connected(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while not self.is_connected() and time.monotonic() < deadline and not self._stopping.is_set():
            time.sleep(0.01)
        return self.is_connected()

    def stop(self, timeout: float = DRAIN_SECONDS) -> bool:
        """Take nothing more, let what is under way be acknowledged, close. True if all of it was."""
        self._stopping.set()
        self._change.set()
        with self._idle:
            done = self._idle.wait_for(lambda: self._under_way == 0, timeout)
        if self._keeper.ident is not None:
            self._keeper.join(timeout)
        for link in self._links:
            link.socket.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        return done

    # --- keeping a connection up ------------------------------------------------------------------------------------

    def _keep_up(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._change.clear()
            link = self._link
            if link is not None and link.is_open and not link.is_replaced:
                self._change.wait()
                continue
            if link is not None and not link.is_counted:
                link.is_counted = True  # one that did not last counts as a failure: never a storm of reconnections
                failures = failures + 1 if time.monotonic() - link.opened < STEADY else 0
            if failures:
                self._stopping.wait(self._pause(failures))
            if self._stopping.is_set():
                return
            renewed = self._renewed(link)
            if renewed is None:
                failures += 1
            else:
                self._link = renewed

    def _pause(self, failures: int) -> float:
        longest = min(self._first_wait * 2.0 ** min(failures - 1, 8), LONGEST_WAIT)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - only so that many clients don't come back at once

    def _renewed(self, old: Link | None) -> Link | None:
        """A new connection in the place of `old`, which stays open a little longer. None where none is to be had."""
        try:
            link = Link(self._connected(self._open_url()))
        except ExternalFailure as failure:
            log.warning("socket_not_opened", code=failure.code, why=failure.words)
            wait = failure.retry_after.total_seconds() if failure.retry_after else 0.0
            self._stopping.wait(max(wait, HOPELESS_WAIT if failure.permanent else 0.0))
            return None
        except (OSError, WebSocketException, ValueError) as error:
            log.warning("socket_not_opened", code=type(error).__name__)
            return None
        except Exception:  # the edge of the thread that keeps us connected: it must go on
            log.exception("socket_not_opened")
            return None
        self._links = [each for each in self._links if each.is_open] + [link]
        threading.Thread(target=self._read, args=(link,), name="socket-reader", daemon=True).start()
        if old is not None and old.is_open:
            timer = threading.Timer(DRAIN_SECONDS, old.socket.close)
            timer.daemon = True
            timer.start()
        return link

    def _connected(self, url: str) -> ClientConnection:
        connection = connect(
            url,
            open_timeout=CONNECT_SECONDS,
            close_timeout=2,
            max_size=FRAME_LIMIT,
            compression=None,
            proxy=None if self._direct else True,
        )
        return connection.__enter__()  # it outlives this call: `stop`, or its replacement, closes it

    # --- what comes down it -----------------------------------------------------------------------------------------

    def _read(self, link: Link) -> None:
        try:
            while not self._stopping.is_set():
                self._receive(link, link.socket.recv())
        except (ConnectionClosed, OSError) as error:
            log.info("socket_closed", reason=str(error)[:200], replaced=link.is_replaced)
        finally:
            link.is_open = False
            self._change.set()

    def _receive(self, link: Link, raw: str | bytes) -> None:
        try:
            text = raw if isinstance(raw, str) else raw.decode()
            message = json.loads(text)
            broken = has_half_characters(text, message)
        except (ValueError, RecursionError):
            log.warning("malformed_envelope", size=len(raw))
            return
        kind = message.get("type") if isinstance(message, dict) else None
        envelope = message.get("envelope_id") if isinstance(message, dict) else None
        if kind == "hello":
            log.info("socket_open", connections=message.get("num_connections"))
        elif kind == "disconnect":
            log.info("socket_to_be_replaced", reason=message.get("reason"))
            link.is_replaced = True
            self._change.set()
        elif isinstance(envelope, str) and (broken or len(raw) > LARGEST):
            log.warning("malformed_envelope", size=len(raw))
            link.send({"envelope_id": envelope})  # it will not be better the next time
        elif isinstance(envelope, str):
            self._hand_over(link, message, envelope)

    def _hand_over(self, link: Link, message: dict[str, Any], envelope: str) -> None:
        self._room.acquire()
        with self._idle:
            if self._stopping.is_set():
                self._room.release()
                return  # not acknowledged: Slack sends it again, to whoever runs then
            self._under_way += 1
        self._pool.submit(self._answer, link, message, envelope)

    def _answer(self, link: Link, message: dict[str, Any], envelope: str) -> None:
        try:
            answer = self._take(message.get("payload"), _retry_headers(message))
            if answer.status == 400:
                answer = BoltResponse(status=200, body="")  # it will not be better the next time
            if answer.status == 200:
                self._acknowledge(link, envelope, answer, bool(message.get("accepts_response_payload")))
        except Exception:  # the edge of a thread: the pool would swallow it
            log.exception("envelope_failed")
        finally:
            self._room.release()
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def _acknowledge(self, link: Link, envelope: str, answer: BoltResponse, with_payload: bool) -> None:  # noqa: FBT001
        message: dict[str, Any] = {"envelope_id": envelope}
        if with_payload and answer.body:
            is_json = "json" in str(answer.headers.get("content-type", [""])[0])
            message["payload"] = json.loads(answer.body) if is_json else {"text": answer.body}
        if link.send(message):
            return
        current = self._link if self.wait_connected(RECONNECT_SECONDS) else None
        if current is None or current is link or not current.send(message):
            log.warning("acknowledgement_lost")  # what it asked for is committed; a repeat finds that out


def _retry_headers(message: Mapping[str, Any]) -> dict[str, str]:
    """The headers that a repeated event has over HTTP."""
    headers = {}
    if message.get("retry_attempt"):
        headers["x-slack-retry-num"] = str(message["retry_attempt"])
    if message.get("retry_reason"):
        headers["x-slack-retry-reason"] = str(message["retry_reason"])
    return headers
