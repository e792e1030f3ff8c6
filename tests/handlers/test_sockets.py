"""Socket Mode against a server on this machine: acknowledged after the commit, replaced, dropped, drained."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from slack_bolt import BoltResponse
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.domain.errors import ExternalFailure
from handlers.front import LARGEST
from handlers.sockets import Sockets

PATIENCE = 30.0


class FakeSlack:
    """The far end. It remembers what is acknowledged and sends what a test asks for."""

    def __init__(self) -> None:
        self.connections: list[ServerConnection] = []
        self.answers: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._server: Server = serve(self._talk, "127.0.0.1", 0, max_size=None)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def _talk(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        with self._changed:
            self.connections.append(connection)
            self._changed.notify_all()
        try:
            for raw in connection:
                with self._changed:
                    self.answers.append(json.loads(raw))
                    self._changed.notify_all()
        except ConnectionClosed:
            pass

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE)

    def wait_connections(self, count: int) -> ServerConnection:
        self.wait_for(lambda: len(self.connections) >= count)
        return self.connections[count - 1]

    def send(self, message: Any, *, on: int = -1) -> None:
        self.connections[on].send(message if isinstance(message, str | bytes) else json.dumps(message))

    def acknowledged(self) -> list[str]:
        with self._changed:
            return [each["envelope_id"] for each in self.answers]

    def close(self) -> None:
        for connection in self.connections:
            connection.close()
        self._server.shutdown()
        self._thread.join()


class Taker:
    """Stands for the front: remembers, and answers as it is told to; `hold` keeps it from answering."""

    def __init__(self) -> None:
        self.taken: list[tuple[Any, dict[str, str]]] = []
        self.answer: BoltResponse | Exception = BoltResponse(status=200, body="")
        self.free = threading.Event()
        self.free.set()
        self.began = threading.Semaphore(0)

    def take(self, body: Any, headers: Mapping[str, str] | None = None) -> BoltResponse:
        self.taken.append((body, dict(headers or {})))
        self.began.release()
        assert self.free.wait(PATIENCE)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def envelope(name: str, payload: Any = None, **more: Any) -> dict[str, Any]:
    return {"type": "events_api", "envelope_id": name, "payload": payload or {"type": "event_callback"}, **more}


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    server = FakeSlack()
    yield server
    server.close()


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
def sockets(slack: FakeSlack, taker: Taker) -> Iterator[Sockets]:
    made = Sockets(lambda: slack.url, taker.take, wait=0.01, direct=True)
    made.start()
    assert made.wait_connected(PATIENCE)
    slack.wait_connections(1)
    yield made
    taker.free.set()
    made.stop()


def test_an_envelope_is_acknowledged_with_what_was_answered(slack: FakeSlack, taker: Taker, sockets: Sockets) -> None:
    slack.send(envelope("E1"))
    slack.wait_for(lambda: slack.answers == [{"envelope_id": "E1"}])
    taker.answer = BoltResponse(status=200, body={"response_action": "clear"})
    slack.send(envelope("E2", accepts_response_payload=True))
    slack.wait_for(lambda: slack.answers[1:] == [{"envelope_id": "E2", "payload": {"response_action": "clear"}}])
    taker.answer = BoltResponse(status=200, body="Done")
    slack.send(envelope("E3", accepts_response_payload=True))
    slack.wait_for(lambda: slack.answers[2:] == [{"envelope_id": "E3", "payload": {"text": "Done"}}])


def test_a_payload_is_left_out_where_slack_takes_none(slack: FakeSlack, taker: Taker, sockets: Sockets) -> None:
    taker.answer = BoltResponse(status=200, body={"text": "x"})
    slack.send(envelope("E1", accepts_response_payload=False))
    slack.wait_for(lambda: slack.answers == [{"envelope_id": "E1"}])


def test_a_redelivery_says_which_one_it_is(slack: FakeSlack, taker: Taker, sockets: Sockets) -> None:
    slack.send(envelope("E1", retry_attempt=2, retry_reason="timeout"))
    slack.wait_for(lambda: bool(slack.answers))
    assert taker.taken[0][1] == {"x-slack-retry-num": "2", "x-slack-retry-reason": "timeout"}


@pytest.mark.parametrize("answer", [BoltResponse(status=500), RuntimeError("broken")])
def test_what_could_not_be_taken_is_left_for_slack_to_send_again(
    slack: FakeSlack, taker: Taker, sockets: Sockets, answer: Any
) -> None:
    taker.answer = answer
    slack.send(envelope("E1"))
    assert taker.began.acquire(timeout=PATIENCE)
    taker.answer = BoltResponse(status=200, body="")
    slack.send(envelope("E2"))
    slack.wait_for(lambda: slack.answers == [{"envelope_id": "E2"}])


def test_what_will_not_be_better_the_next_time_is_acknowledged(
    slack: FakeSlack, taker: Taker, sockets: Sockets
) -> None:
    taker.answer = BoltResponse(status=400)
    slack.send(envelope("bad shape"))
    slack.wait_for(lambda: slack.acknowledged() == ["bad shape"])
    slack.send('{"envelope_id": "half", "payload": {"text": "\\ud83d"}}')
    slack.wait_for(lambda: slack.acknowledged()[1:] == ["half"])
    slack.send(envelope("large", {"text": "x" * LARGEST}))
    slack.wait_for(lambda: slack.acknowledged()[2:] == ["large"])
    assert len(taker.taken) == 1


def test_what_is_no_envelope_is_passed_over(slack: FakeSlack, taker: Taker, sockets: Sockets) -> None:
    for raw in ("{", "null", "[1]", '"x"', '{"type": "new"}', '{"envelope_id": 7}', b"\xff\xfe", "[" * 50_000):
        slack.send(raw)
    slack.send(envelope("E1"))
    slack.wait_for(lambda: slack.acknowledged() == ["E1"])
    assert sockets.is_connected()


def test_many_at_once_are_each_acknowledged_once(slack: FakeSlack, taker: Taker, sockets: Sockets) -> None:
    names = [f"E{n}" for n in range(200)]
    for name in names:
        slack.send(envelope(name))
    slack.wait_for(lambda: len(slack.answers) == len(names))
    assert sorted(slack.acknowledged()) == sorted(names)


# --- losing and replacing the connection ----------------------------------------------------------------------------


def test_a_connection_that_slack_replaces_still_acknowledges_what_it_brought(
    slack: FakeSlack, taker: Taker, sockets: Sockets
) -> None:
    taker.free.clear()
    slack.send(envelope("E1"))
    assert taker.began.acquire(timeout=PATIENCE)
    slack.send({"type": "disconnect", "reason": "refresh_requested"})
    slack.wait_connections(2)
    taker.free.set()
    slack.wait_for(lambda: slack.acknowledged() == ["E1"])
    slack.send(envelope("E2"), on=1)
    slack.wait_for(lambda: slack.acknowledged() == ["E1", "E2"])


def test_a_connection_that_drops_comes_back_and_acknowledges_on_the_new_one(
    slack: FakeSlack, taker: Taker, sockets: Sockets
) -> None:
    taker.free.clear()
    slack.send(envelope("E1"))
    assert taker.began.acquire(timeout=PATIENCE)
    slack.connections[0].close()
    slack.wait_connections(2)
    taker.free.set()
    slack.wait_for(lambda: slack.acknowledged() == ["E1"])


def test_it_keeps_trying_until_slack_gives_an_address(slack: FakeSlack, taker: Taker) -> None:
    tries: list[float] = []
    failures: list[Exception] = [
        ExternalFailure("Slack can't be reached.", permanent=False, code="unreachable"),
        OSError("no route"),
        RuntimeError("nobody thought of this"),
    ]

    def open_url() -> str:
        tries.append(time.monotonic())
        if failures:
            raise failures.pop(0)
        return slack.url if len(tries) > 4 else "ws://127.0.0.1:1"

    made = Sockets(open_url, taker.take, wait=0.01, direct=True)
    made.start()
    try:
        assert made.wait_connected(PATIENCE)
        assert len(tries) == 5
    finally:
        made.stop()


def test_the_waits_between_tries_grow_and_have_an_end(taker: Taker) -> None:
    made = Sockets(lambda: "", taker.take, wait=1.0)
    longest = [max(made._pause(failures) for _ in range(50)) for failures in (1, 3, 5, 50)]
    assert longest == sorted(longest)
    assert 0.5 <= longest[0] <= 1.0
    assert 25 <= longest[-1] <= 30
    made.stop()


def test_a_token_that_slack_refuses_is_not_tried_in_a_storm(slack: FakeSlack, taker: Taker) -> None:
    tried = threading.Semaphore(0)

    def refuse() -> str:
        tried.release()
        raise ExternalFailure("Slack doesn't take SLACK_APP_TOKEN.", permanent=True, code="invalid_auth")

    made = Sockets(refuse, taker.take, wait=0.01, direct=True)
    made.start()
    assert tried.acquire(timeout=PATIENCE)
    assert not tried.acquire(timeout=0.2)
    began = time.monotonic()
    assert made.stop()
    assert time.monotonic() - began < PATIENCE  # a wait of a minute does not hold up the end


# --- stopping -------------------------------------------------------------------------------------------------------


def test_stopping_acknowledges_what_is_under_way_and_takes_nothing_more(
    slack: FakeSlack, taker: Taker, sockets: Sockets
) -> None:
    taker.free.clear()
    slack.send(envelope("E1"))
    assert taker.began.acquire(timeout=PATIENCE)
    done: list[bool] = []
    stopping = threading.Thread(target=lambda: done.append(sockets.stop(PATIENCE)))
    stopping.start()
    assert sockets._stopping.wait(PATIENCE)
    slack.send(envelope("E2"))
    taker.free.set()
    stopping.join(PATIENCE)
    assert done == [True]
    slack.wait_for(lambda: slack.acknowledged() == ["E1"])
    assert [body for body, _ in taker.taken] == [{"type": "event_callback"}]
    assert not sockets.is_connected()


def test_stopping_does_not_wait_for_ever(slack: FakeSlack, taker: Taker, sockets: Sockets) -> None:
    taker.free.clear()
    slack.send(envelope("E1"))
    assert taker.began.acquire(timeout=PATIENCE)
    assert not sockets.stop(0.05)


def test_what_never_started_can_be_stopped(taker: Taker) -> None:
    assert Sockets(lambda: "", taker.take).stop()
