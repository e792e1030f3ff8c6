"""The HTTP door: it bounds and verifies every raw request, and whatever comes gets an answer without a traceback."""

import asyncio
import gzip
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt import BoltResponse

from handlers import edge as doors
from handlers.edge import FORM, JSON, Edge, Health, build_edge
from handlers.front import LARGEST

SECRET = "shh"


class RecordingFront:
    """Takes whatever comes, and remembers it."""

    def __init__(self) -> None:
        self.taken: list[tuple[Any, dict[str, str]]] = []
        self.answer = BoltResponse(status=200, body="")

    def take(self, body: Any, headers: Mapping[str, str] | None = None) -> BoltResponse:
        self.taken.append((body, dict(headers or {})))
        return self.answer


class Door:
    """The HTTP server in process. Each request is made in an event loop and a thread of its own.

    A browser test in the same process keeps a loop running in the main thread, where no second one may run.
    """

    def __init__(
        self, front: RecordingFront, *, secret: str | None = SECRET, problems: list[str] | None = None
    ) -> None:
        self.front = front
        health = Health(problems=lambda: problems or [], figures=lambda: {"backbeat_outbox_due": ("Due", 3.0)})
        self._app = build_edge(Edge(front, signing_secret=secret), health)  # type: ignore[arg-type]

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://edge.test") as client:
                return await client.request(method, path, **more)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(go())).result()

    def post(self, raw: bytes, *, kind: str = JSON, signed: bool = True, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"content-type": kind, **(signature(raw) if signed else {}), **named}
        return self.ask("POST", "/slack/events", content=raw, headers=sent)


def signature(raw: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(at or time.time()))
    made = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, "sha256").hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={made}"}


@pytest.fixture
def door() -> Door:
    return Door(RecordingFront())


EVENT = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()


def test_an_event_a_command_and_a_click_reach_the_front(door: Door) -> None:
    assert door.post(EVENT, x_slack_retry_num="1", x_slack_retry_reason="timeout").status_code == 200
    assert door.post(urlencode({"command": "/decide", "text": "Grüße & <b>"}).encode(), kind=FORM).status_code == 200
    click = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()
    assert door.post(click, kind=f"{FORM}; charset=utf-8").status_code == 200
    event, command, action = door.front.taken
    assert event == (json.loads(EVENT), {"x-slack-retry-num": "1", "x-slack-retry-reason": "timeout"})
    assert command[0] == {"command": "/decide", "text": "Grüße & <b>"}
    assert action[0] == {"type": "block_actions"}


def test_the_answer_goes_back_as_it_is(door: Door) -> None:
    door.front.answer = BoltResponse(status=200, body={"response_action": "clear"})
    answer = door.post(EVENT)
    assert answer.json() == {"response_action": "clear"}
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"{", JSON),
        (b"", JSON),
        (b"null", JSON),
        (b"[1]", JSON),
        (b'"text"', JSON),
        (b"\xff\xfe", JSON),
        (b'{"text": "\xed\xa0\x80"}', JSON),
        (b'{"text": "\\ud83d"}', JSON),
        (b'{"a": ' + b"9" * 5000 + b"}", JSON),
        (b"[" * 50_000, JSON),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, JSON),
        (b"payload=%7B", FORM),
        (b"payload=null", FORM),
        (b"payload=%22%5Cud83d%22", FORM),
        (b"text=%ff%fe", FORM),
        (b"a=1&" * 500, FORM),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(door: Door, raw: bytes, kind: str) -> None:
    answer = door.post(raw, kind=kind)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}
    assert door.front.taken == []


def test_half_a_character_is_refused_wherever_it_hides(door: Door) -> None:
    for raw in (b'{"a": ["\\uD83D"]}', b'{"a": {"\\udc00": 1}}', b'{"deep": [[{"a": "x\\ud800y"}]]}'):
        assert door.post(raw).status_code == 400
    whole = b'{"type": "x", "text": "\\ud83d\\ude00"}'
    assert door.post(whole).status_code == 200
    assert door.front.taken[0][0]["text"] == "😀"


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/xml"])
def test_other_content_types_are_refused(door: Door, kind: str) -> None:
    assert door.post(EVENT, kind=kind).status_code == 415


def test_a_compressed_body_is_refused(door: Door) -> None:
    assert door.post(gzip.compress(EVENT), content_encoding="gzip").status_code == 415


def test_a_body_that_is_too_large_is_refused_by_its_length_and_by_counting(door: Door) -> None:
    assert door.post(b"{" + b" " * LARGEST + b"}").status_code == 413

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (LARGEST // 10)

    headers = {"content-type": JSON}
    assert door.ask("POST", "/slack/events", content=drops(), headers=headers).status_code == 413
    odd = {"content-type": JSON, "content-length": "²"}
    assert door.ask("POST", "/slack/events", content=EVENT, headers=[(k, v.encode()) for k, v in odd.items()]).is_error


def test_a_body_that_comes_too_slowly_is_refused(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "READ_SECONDS", 0.02)

    async def one_byte() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    assert door.ask("POST", "/slack/events", content=one_byte(), headers={"content-type": JSON}).status_code == 408


@pytest.mark.parametrize(
    "forged",
    [
        lambda raw: {},
        lambda raw: signature(raw, secret="other"),
        lambda raw: signature(raw + b" "),
        lambda raw: signature(raw, at=time.time() - 301),
        lambda raw: signature(raw, at=time.time() + 301),
        lambda raw: signature(raw) | {"x-slack-request-timestamp": "soon"},
        lambda raw: signature(raw) | {"x-slack-request-timestamp": "9" * 400},
        lambda raw: signature(raw) | {"x-slack-signature": ""},
        lambda raw: {"x-slack-signature": signature(raw)["x-slack-signature"]},
    ],
)
def test_a_request_that_slack_did_not_sign_goes_no_further(
    door: Door, forged: Callable[[bytes], dict[str, str]]
) -> None:
    answer = door.ask("POST", "/slack/events", content=EVENT, headers={"content-type": JSON, **forged(EVENT)})
    assert answer.status_code == 401
    assert door.front.taken == []


def test_a_signature_that_is_no_ascii_is_refused(door: Door) -> None:
    headers = [(b"content-type", JSON.encode()), (b"x-slack-signature", b"v0=\xff")]
    stamp = (b"x-slack-request-timestamp", str(int(time.time())).encode())
    assert door.ask("POST", "/slack/events", content=EVENT, headers=[*headers, stamp]).status_code == 401


def test_the_address_is_verified_only_with_a_signature(door: Door) -> None:
    raw = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    assert door.post(raw, signed=False).status_code == 401
    answer = door.post(raw)
    assert (answer.status_code, answer.text) == (200, "abc")
    assert door.front.taken == []


def test_slack_may_look_at_the_certificate(door: Door) -> None:
    assert door.post(b"ssl_check=1&token=x", kind=FORM, signed=False).status_code == 200
    assert door.front.taken == []


def test_in_socket_mode_the_door_is_closed() -> None:
    closed = Door(RecordingFront(), secret=None)
    assert closed.post(EVENT).status_code == 404
    assert closed.front.taken == []


def test_the_door_takes_posts_alone(door: Door) -> None:
    assert door.ask("GET", "/slack/events").status_code == 405
    assert door.ask("POST", "/nowhere").status_code == 404


def test_where_too_many_wait_slack_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "MOST_WAITING", 0)
    answer = Door(RecordingFront()).post(EVENT)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


def test_health_is_told_apart_from_readiness() -> None:
    well, ill = Door(RecordingFront()), Door(RecordingFront(), problems=("the clock stands still",))
    assert well.ask("GET", "/healthz").json() == {"status": "ok"}
    assert well.ask("GET", "/readyz").json() == {"status": "ready"}
    assert ill.ask("GET", "/healthz").status_code == 200
    answer = ill.ask("GET", "/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["the clock stands still"]


def test_metrics_count_and_look_up(door: Door) -> None:
    door.post(b"{")
    text = door.ask("GET", "/metrics").text
    assert 'backbeat_requests_total{kind="other",outcome="refused_400"}' in text
    assert "backbeat_outbox_due 3.0" in text
