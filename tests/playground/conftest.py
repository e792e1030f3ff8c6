"""A playground with a clock that stands still, Slack's own client to it, and an app on a socket."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.support import Clock, SocketApp, a_socket_app, a_spec, client_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def playground(clock: Clock) -> Iterator[Playground]:
    with Playground(a_spec(), clock=clock, ack_seconds=0.3) as running:
        yield running


@pytest.fixture
def client(playground: Playground) -> WebClient:
    return client_of(playground)


@pytest.fixture
def app(playground: Playground) -> Iterator[SocketApp]:
    with a_socket_app(playground) as running:
        yield running
