"""Callbacks by HTTP: signed, in the shapes that Slack sends, and again when they were not taken."""

import json
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, parse_qsl

import pytest
from slack_sdk.signature import SignatureVerifier

from playground.server import Playground
from tests.playground.support import ALICE, PUBLIC, Clock, HttpApp, a_modal, a_socket_app, a_spec, client_of, typed


@pytest.fixture
def web_app() -> Iterator[HttpApp]:
    app = HttpApp()
    yield app
    app.close()


@pytest.fixture
def by_http(web_app: HttpApp, clock: Clock) -> Iterator[Playground]:
    with Playground(a_spec(request_url=web_app.url), clock=clock, ack_seconds=0.5) as playground:
        yield playground


def say_hello(playground: Playground) -> None:
    playground.act(ALICE, "say", channel=PUBLIC, text="Hello")


def test_every_request_is_signed(by_http: Playground, web_app: HttpApp) -> None:
    say_hello(by_http)
    by_http.wait_for(lambda: web_app.requests)
    headers, body = web_app.requests[0]
    assert SignatureVerifier("playground-secret").is_valid_request(body, headers)
    assert not SignatureVerifier("another-secret").is_valid_request(body, headers)
    assert abs(int(headers["x-slack-request-timestamp"]) - time.time()) < 60


def test_events_are_json(by_http: Playground, web_app: HttpApp) -> None:
    say_hello(by_http)
    by_http.wait_for(lambda: web_app.requests)
    headers, body = web_app.requests[0]
    payload = json.loads(body)
    assert headers["content-type"] == "application/json"
    assert (payload["type"], payload["event"]["type"]) == ("event_callback", "message")
    assert "x-slack-retry-num" not in headers


def test_a_command_is_a_form_and_its_answer_is_shown(by_http: Playground, web_app: HttpApp) -> None:
    web_app.answer = lambda _headers, _body: (200, {"content-type": "application/json"}, '{"text": "pong"}')
    assert by_http.act(ALICE, "slash", channel=PUBLIC, text="/go now")["ok"]
    form = dict(parse_qsl(web_app.requests[0][1].decode()))
    assert (form["command"], form["text"], form["user_id"]) == ("/go", "now", ALICE)
    assert by_http.state(ALICE, channel=PUBLIC)["conversation"]["messages"][0]["text"] == "pong"


def test_a_plain_answer_to_a_command_is_shown_too(by_http: Playground, web_app: HttpApp) -> None:
    web_app.answer = lambda _headers, _body: (200, {"content-type": "text/plain"}, "pong")
    by_http.act(ALICE, "slash", channel=PUBLIC, text="/go")
    assert by_http.state(ALICE, channel=PUBLIC)["conversation"]["messages"][0]["text"] == "pong"


def test_an_interaction_is_json_in_a_form_and_may_be_answered(by_http: Playground, web_app: HttpApp) -> None:
    by_http.act(ALICE, "shortcut", callback_id="begin")
    payload = json.loads(parse_qs(web_app.requests[0][1].decode())["payload"][0])
    assert payload["type"] == "shortcut"
    client = client_of(by_http)
    view = client.views_open(trigger_id=payload["trigger_id"], view=a_modal())["view"]
    refused = {"response_action": "errors", "errors": {"name": "No."}}
    web_app.answer = lambda _headers, _body: (200, {"content-type": "application/json"}, json.dumps(refused))
    answer = by_http.act(ALICE, "submit", view_id=view["id"], state=typed(name="Ada"))
    assert answer["errors"] == {"name": "No."}


def test_an_event_that_was_not_taken_comes_again_with_its_number(
    by_http: Playground, web_app: HttpApp, clock: Clock
) -> None:
    web_app.answer = lambda _headers, _body: (500, {}, "no")
    say_hello(by_http)
    by_http.wait_for(lambda: len(web_app.requests) == 2)
    clock.move(60)
    by_http.wait_for(lambda: len(web_app.requests) == 3)
    retries = [(each.get("x-slack-retry-num"), each.get("x-slack-retry-reason")) for each, _ in web_app.requests]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_an_app_may_ask_not_to_be_sent_it_again(by_http: Playground, web_app: HttpApp, clock: Clock) -> None:
    web_app.answer = lambda _headers, _body: (500, {"x-slack-no-retry": "1"}, "no")
    say_hello(by_http)
    by_http.wait_for(lambda: web_app.requests)
    web_app.answer = lambda _headers, _body: (200, {}, "")
    clock.move(3600)
    by_http.act(ALICE, "slash", channel=PUBLIC, text="/go")
    assert len(web_app.requests) == 2


def test_a_command_that_fails_shows_slacks_words(by_http: Playground, web_app: HttpApp) -> None:
    web_app.answer = lambda _headers, _body: (500, {}, "Traceback")
    answer = by_http.act(ALICE, "slash", channel=PUBLIC, text="/go")
    assert answer == {
        "ok": False,
        "error": '/go failed with the error "dispatch_failed"',
        "error_code": "dispatch_failed",
    }


def test_nobody_behind_the_address_is_trouble_too(clock: Clock) -> None:
    gone = HttpApp()
    gone.close()
    with Playground(a_spec(request_url=gone.url), clock=clock) as playground:
        assert playground.act(ALICE, "slash", channel=PUBLIC, text="/go")["error_code"] == "dispatch_failed"


def test_the_address_is_verified_by_a_challenge(by_http: Playground, web_app: HttpApp) -> None:
    def echo(_headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], str]:
        return 200, {"content-type": "text/plain"}, str(json.loads(body)["challenge"])

    assert by_http.verify_request_url() is False
    web_app.answer = echo
    assert by_http.verify_request_url() is True
    assert json.loads(web_app.requests[-1][1])["type"] == "url_verification"


def test_a_socket_goes_before_the_address(by_http: Playground, web_app: HttpApp) -> None:
    with a_socket_app(by_http) as app:
        say_hello(by_http)
        app.wait_event("message")
    assert web_app.requests == []
