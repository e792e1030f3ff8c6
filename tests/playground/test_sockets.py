"""Socket Mode: how a connection is opened, what comes down it, and what happens when nobody acknowledges."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from playground.server import Playground
from tests.playground.support import (
    ALICE,
    PUBLIC,
    SILENCE,
    Clock,
    SocketApp,
    a_manifest,
    a_socket_app,
    a_spec,
    client_of,
    error_of,
)


def address(playground: Playground) -> str:
    return str(client_of(playground, "xapp-playground").api_call("apps.connections.open")["url"])


def say_hello(playground: Playground) -> str:
    return str(playground.act(ALICE, "say", channel=PUBLIC, text="Hello")["ts"])


# --- connections ------------------------------------------------------------------------------------------------------


def test_a_connection_says_hello_with_how_many_there_are(playground: Playground, app: SocketApp) -> None:
    assert app.hello["type"] == "hello"
    assert app.hello["num_connections"] == 1
    with a_socket_app(playground) as second:
        assert second.hello["num_connections"] == 2
        assert len(playground.sockets) == 2
    playground.wait_for(lambda: len(playground.sockets) == 1)


def test_a_ticket_opens_one_connection(playground: Playground) -> None:
    url = address(playground)
    with connect(url, proxy=None) as socket:
        socket.recv(5)
        with pytest.raises(InvalidStatus), connect(url, proxy=None):
            pass
    with pytest.raises(InvalidStatus), connect(url.partition("?")[0], proxy=None):
        pass


def test_there_are_ten_connections_and_no_more(playground: Playground) -> None:
    apps = [SocketApp(playground) for _ in range(10)]
    with connect(address(playground), proxy=None) as eleventh:
        assert '"too_many_websockets"' in str(eleventh.recv(5))
        with pytest.raises(ConnectionClosed):
            eleventh.recv(5)
    for each in apps:
        each.close()


def test_socket_mode_must_be_switched_on(clock: Clock) -> None:
    manifest = a_manifest()
    manifest["settings"]["socket_mode_enabled"] = False
    with Playground(a_spec(manifest), clock=clock) as playground:
        app = client_of(playground, "xapp-playground")
        assert error_of(app.api_call, "apps.connections.open") == "socket_mode_not_enabled"


def test_slack_asks_its_clients_to_come_back(playground: Playground, app: SocketApp) -> None:
    playground.faults.disconnect_sockets(warn=True)
    playground.wait_for(lambda: app.envelopes("disconnect"))
    assert app.envelopes("disconnect")[0]["reason"] == "refresh_requested"
    with a_socket_app(playground) as fresh:  # what is new goes to the connection that stays
        say_hello(playground)
        fresh.wait_event("message")
        assert app.events("message") == []


def test_a_connection_may_drop(playground: Playground, app: SocketApp) -> None:
    playground.faults.disconnect_sockets()
    assert app.closed.wait(5)
    playground.wait_for(lambda: not playground.sockets)
    assert playground.state(ALICE)["app"]["connected"] is False


# --- envelopes --------------------------------------------------------------------------------------------------------


def test_each_event_goes_to_exactly_one_connection(playground: Playground) -> None:
    with a_socket_app(playground) as one, a_socket_app(playground) as two:
        playground.wait_for(lambda: len(playground.sockets) == 2)
        for _ in range(4):
            say_hello(playground)
        playground.wait_for(lambda: len(one.events("message")) + len(two.events("message")) == 4)
        assert len(one.events("message")) == len(two.events("message")) == 2


def test_an_event_that_is_not_acknowledged_comes_three_times_more(playground: Playground, clock: Clock) -> None:
    with a_socket_app(playground, lambda *_: SILENCE) as app:
        say_hello(playground)
        app.wait("events_api", 2)  # the second one at once
        clock.move(59)
        assert len(app.of("events_api")) == 2
        clock.move(1)
        app.wait("events_api", 3)
        clock.move(300)
        app.wait("events_api", 4)
        tries = app.envelopes("events_api")
    assert [(each["retry_attempt"], each["retry_reason"]) for each in tries] == [
        (0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout"),
    ]  # fmt: skip
    assert len({each["payload"]["event_id"] for each in tries}) == 1
    assert len({each["envelope_id"] for each in tries}) == 4


def test_an_acknowledged_event_comes_once_unless_it_is_asked_for(playground: Playground, app: SocketApp) -> None:
    say_hello(playground)
    app.wait("events_api")
    assert playground.faults.redeliver() is True
    first, again = app.wait("events_api", 2)
    assert first["event_id"] == again["event_id"]
    assert app.envelopes("events_api")[1]["retry_attempt"] == 1


def test_only_commands_and_submissions_take_a_payload_back(playground: Playground, app: SocketApp) -> None:
    say_hello(playground)
    app.wait("events_api")
    playground.act(ALICE, "slash", channel=PUBLIC, text="/go")
    playground.act(ALICE, "shortcut", callback_id="begin")
    takes = {each["type"]: each["accepts_response_payload"] for each in app.received if "envelope_id" in each}
    assert takes == {"events_api": False, "slash_commands": True, "interactive": False}


def test_a_lost_acknowledgement_shows_the_person_trouble(playground: Playground, app: SocketApp) -> None:
    playground.faults.lose_ack("slash_commands")
    answer = playground.act(ALICE, "slash", channel=PUBLIC, text="/go")
    assert answer["error"] == '/go failed with the error "operation_timeout"'
    assert playground.act(ALICE, "slash", channel=PUBLIC, text="/go")["ok"]
    assert len(app.of("slash_commands")) == 2


# --- Slack's own client -----------------------------------------------------------------------------------------------


@contextmanager
def slacks_client(playground: Playground) -> Iterator[tuple[SocketModeClient, list[SocketModeRequest]]]:
    web = WebClient(base_url=playground.api_url)
    web.proxy = None
    client = SocketModeClient(app_token="xapp-playground", web_client=web, auto_reconnect_enabled=False)
    client.proxy = None
    requests: list[SocketModeRequest] = []

    def take(taken_by: Any, request: SocketModeRequest) -> None:
        requests.append(request)
        payload = {"text": "pong"} if request.type == "slash_commands" else None
        taken_by.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    client.socket_mode_request_listeners.append(take)
    client.connect()
    try:
        yield client, requests
    finally:
        client.close()


def test_slacks_own_client_connects_and_acknowledges(playground: Playground) -> None:
    before = threading.active_count()
    with slacks_client(playground) as (client, requests):
        playground.wait_for(lambda: playground.sockets)
        assert client.is_connected()
        assert playground.act(ALICE, "slash", channel=PUBLIC, text="/go now")["ok"]
        assert requests[0].payload["text"] == "now"
        said = playground.state(ALICE, channel=PUBLIC)["conversation"]["messages"]
        assert [(each["text"], each["ephemeral"]) for each in said] == [("pong", True)]
    assert threading.active_count() <= before + 3


def test_slacks_own_client_is_told_why_it_can_not_connect(playground: Playground) -> None:
    with pytest.raises(SlackApiError, match="invalid_auth"):
        client_of(playground, "xapp-wrong").apps_connections_open(app_token="xapp-wrong")
