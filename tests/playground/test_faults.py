"""Trouble on demand."""

import threading
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.server import Playground
from tests.playground.support import PUBLIC, error_of, http


def post(client: WebClient, text: str = "Hello") -> object:
    return client.chat_postMessage(channel=PUBLIC, text=text)


def test_a_reply_is_dropped_after_the_message_was_stored(playground: Playground, client: WebClient) -> None:
    playground.faults.switch_on("chat.postMessage", "drop_reply")
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        post(client)
    assert len(playground.messages(PUBLIC)) == 1
    assert post(client)  # once only


def test_a_request_is_dropped_before_anything_happened(playground: Playground, client: WebClient) -> None:
    playground.faults.switch_on("chat.postMessage", "drop_request")
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        post(client)
    assert playground.messages(PUBLIC) == []


def test_a_429_says_how_long_to_wait(playground: Playground, client: WebClient) -> None:
    playground.faults.switch_on("chat.postMessage", "ratelimit", times=2, seconds=7)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            post(client)
        assert caught.value.response.headers["Retry-After"] == "7"
    assert post(client)


def test_a_server_error_and_a_refusal_of_any_method(playground: Playground, client: WebClient) -> None:
    playground.faults.switch_on("*", "server_error")
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert caught.value.response.status_code == 500
    playground.faults.switch_on("auth.test", "refuse", error="account_inactive")
    assert post(client)
    assert error_of(client.auth_test) == "account_inactive"


def test_a_fault_lasts_until_it_is_cleared(playground: Playground, client: WebClient) -> None:
    playground.faults.switch_on("auth.test", "refuse", times=None, error="fatal_error")
    assert [error_of(client.auth_test) for _ in range(3)] == ["fatal_error"] * 3
    playground.faults.clear()
    assert client.auth_test()["ok"]


def test_an_answer_may_be_held_back_until_it_is_let_go(playground: Playground, client: WebClient) -> None:
    playground.faults.switch_on("chat.postMessage", "hold", seconds=30)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(post, client)
        playground.wait_for(lambda: playground.messages(PUBLIC))
        assert not answer.done()
        playground.faults.clear()
        assert answer.result(5)


def test_a_call_may_be_delayed_before_anything_happens(playground: Playground, client: WebClient) -> None:
    playground.faults.switch_on("chat.postMessage", "delay", seconds=30)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(post, client)
        playground.wait_for(lambda: playground.calls)
        assert playground.messages(PUBLIC) == []
        playground.faults.clear()
        assert answer.result(5)
    assert len(playground.messages(PUBLIC)) == 1


def test_a_delayed_call_whose_client_is_gone_does_nothing(playground: Playground, client: WebClient) -> None:
    impatient = WebClient(token=client.token, base_url=playground.api_url, retry_handlers=[], timeout=1)
    impatient.proxy = None
    playground.faults.switch_on("chat.postMessage", "delay", seconds=30)
    with pytest.raises((TimeoutError, urllib.error.URLError)):
        post(impatient)
    playground.faults.clear()
    assert client.auth_test()["ok"]
    assert playground.messages(PUBLIC) == []


def test_there_are_no_other_faults(playground: Playground) -> None:
    with pytest.raises(ValueError, match="drop_reply"):
        playground.faults.switch_on("*", "explode")


def test_other_processes_switch_faults_on_too(playground: Playground, client: WebClient) -> None:
    with http() as other:
        asked = {"do": "switch_on", "method": "auth.test", "kind": "refuse", "error": "fatal_error"}
        assert other.post(f"{playground.url}/playground/faults", json=asked).json()["ok"]
        assert error_of(client.auth_test) == "fatal_error"
        assert other.post(f"{playground.url}/playground/faults", json={"do": "clear"}).json()["ok"]
        for wrong in ({"do": "explode"}, {"do": "switch_on"}, {"do": "switch_on", "method": "*", "kind": "x"}):
            assert other.post(f"{playground.url}/playground/faults", json=wrong).status_code == 400
        assert other.post(f"{playground.url}/playground/faults", content="{").status_code == 400


def test_nothing_waits_after_the_end(playground: Playground, client: WebClient) -> None:
    playground.faults.switch_on("chat.postMessage", "hold", seconds=30)
    caller = threading.Thread(target=lambda: _quietly(client), daemon=True)
    caller.start()
    playground.wait_for(lambda: playground.messages(PUBLIC))
    playground.stop()
    caller.join(5)
    assert not caller.is_alive()


def _quietly(client: WebClient) -> None:
    try:
        post(client)
    except (OSError, RemoteDisconnected):
        return
