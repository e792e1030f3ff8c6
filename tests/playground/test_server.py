"""Starting and stopping, time, and waiting."""

import json
import threading
import time
from pathlib import Path

import pytest

from playground.server import Playground
from tests.playground.support import ALICE, PUBLIC, SECRET, Clock, a_spec, client_of


def test_it_listens_on_loopback_and_stops_without_a_trace(clock: Clock) -> None:
    before = threading.active_count()
    with Playground(a_spec(), clock=clock) as playground:
        assert playground.url.startswith("http://127.0.0.1:")
        assert playground.api_url == f"{playground.url}/api/"
        assert client_of(playground).auth_test()["ok"]
    assert threading.active_count() == before
    playground.stop()  # again: nothing happens
    with pytest.raises(RuntimeError):
        playground.messages(PUBLIC)


def test_a_port_that_is_taken_is_said_so(playground: Playground) -> None:
    port = int(playground.url.rpartition(":")[2])
    other = Playground(a_spec(), port=port)
    with pytest.raises(OSError, match="in use"):
        other.start()
    other.stop()


def test_time_goes_by_the_offset_file(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    with Playground(a_spec(), clock_file=file) as playground:
        assert float(playground.add_message(ALICE, PUBLIC, "Now")) == pytest.approx(time.time(), abs=60)
        file.write_text(json.dumps({"offset_seconds": 86_400.0}))
        later = float(playground.add_message(ALICE, PUBLIC, "Tomorrow"))
        assert later == pytest.approx(time.time() + 86_400, abs=60)
        for broken in ("{", "[]", '{"offset_seconds": "NaN"}'):
            file.write_text(broken)
            assert float(playground.add_message(ALICE, PUBLIC, "Still")) == pytest.approx(later, abs=60)


def test_waiting_gives_what_came_true_and_says_what_there_is(playground: Playground) -> None:
    timer = threading.Timer(0.05, lambda: playground.add_message(ALICE, PUBLIC, "Hello"))
    timer.start()
    assert playground.wait_for(lambda: playground.messages(PUBLIC))[0]["text"] == "Hello"
    timer.join()
    with pytest.raises(AssertionError, match="Hello"):
        playground.wait_for(lambda: False, timeout=0.01)


def test_history_is_written_down_in_order_and_in_threads(playground: Playground) -> None:
    second = playground.add_message(ALICE, PUBLIC, "Second", at=1_700_000_100)
    playground.add_message(ALICE, PUBLIC, "First", at=1_700_000_000)
    playground.add_message(ALICE, PUBLIC, "Reply", second, 1_700_000_200)
    assert [each["text"] for each in playground.messages(PUBLIC)] == ["First", "Second"]
    assert [each["text"] for each in playground.messages(PUBLIC, second)] == ["Second", "Reply"]
    assert playground.latest_ts() == "1700000200.000000"


def test_calls_are_remembered_as_they_came(playground: Playground) -> None:
    client = client_of(playground)
    client.chat_postMessage(channel=PUBLIC, text="Hello", metadata={"event_type": "row", "event_payload": {}})
    (call,) = playground.calls
    assert call[0] == "chat.postMessage"
    assert call[1]["metadata"] == {"event_type": "row", "event_payload": {}}
    assert "token" not in call[1]


def test_many_threads_may_use_it_at_once(playground: Playground) -> None:
    def say() -> None:
        for _ in range(20):
            playground.act(ALICE, "say", channel=SECRET, text="Hello")

    threads = [threading.Thread(target=say) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({each["ts"] for each in playground.messages(SECRET)}) == 80
