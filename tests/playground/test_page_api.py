"""What the page asks of the server, and who may ask."""

import json
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from playground.server import Control, Playground
from tests.playground.support import (
    ALICE,
    BOB,
    ELSEWHERE,
    GUEST,
    OLD,
    PRIVATE,
    PUBLIC,
    SECRET,
    STRANGER,
    Clock,
    SocketApp,
    a_button,
    buttons,
    http,
)


def get(playground: Playground, path: str, **params: str) -> httpx.Response:
    with http() as browser:
        return browser.get(f"{playground.url}{path}", params=params)


def post(playground: Playground, path: str, body: Any, **headers: str) -> httpx.Response:
    with http() as browser:
        return browser.post(f"{playground.url}{path}", json=body, headers=headers)


def entry(playground: Playground, who: str, channel: str) -> dict[str, Any]:
    return next(each for each in playground.state(who)["channels"] if each["id"] == channel)


# --- state ------------------------------------------------------------------------------------------------------------


def test_the_state_by_http_is_the_state_in_process(playground: Playground) -> None:
    given = get(playground, "/playground/state", **{"as": ALICE, "channel": PUBLIC}).json()
    assert given == playground.state(ALICE, PUBLIC)
    assert given["me"]["tz"] == "Europe/London"
    assert given["now"] == "2026-10-29T09:00:00Z"
    assert [each["command"] for each in given["commands"]] == ["/go", "/raw"]
    assert [each["callback_id"] for each in given["message_shortcuts"]] == ["keep"]


def test_somebody_unknown_sees_it_as_the_first_person(playground: Playground) -> None:
    assert get(playground, "/playground/state").json()["me"]["id"] == ALICE
    assert get(playground, "/playground/state", **{"as": "U0BOT"}).json()["me"]["id"] == ALICE


def test_each_sees_their_own_conversations(playground: Playground) -> None:
    def seen(who: str) -> set[str]:
        return {each["id"] for each in playground.state(who)["channels"] if each["type"] != "im"}

    assert seen(ALICE) == {PUBLIC, ELSEWHERE, PRIVATE, SECRET}
    assert seen(STRANGER) == {PUBLIC}
    assert seen(GUEST) == set()
    assert OLD not in seen(ALICE)


def test_a_private_conversation_is_not_shown_to_others(playground: Playground) -> None:
    playground.add_message(ALICE, PRIVATE, "Between us")
    assert "Between us" in json.dumps(playground.state(BOB, PRIVATE))
    assert "Between us" not in json.dumps(playground.state(GUEST, PRIVATE))


def test_what_was_not_read_is_counted_until_it_is(playground: Playground, client: WebClient, clock: Clock) -> None:
    playground.add_message(BOB, PUBLIC, "Long ago")  # nobody has to read what was written down beforehand
    client.chat_postMessage(channel=PUBLIC, text=f"Hello <@{ALICE}>")
    client.chat_postMessage(channel=PUBLIC, text="And all")
    shown = entry(playground, ALICE, PUBLIC)
    assert (shown["unread"], shown["mentions"]) == (2, 1)
    playground.act(ALICE, "mark_read", channel=PUBLIC)
    assert entry(playground, ALICE, PUBLIC)["unread"] == 0
    assert entry(playground, BOB, PUBLIC)["unread"] == 2
    playground.act(BOB, "mark_read")
    assert entry(playground, BOB, PUBLIC)["unread"] == 0


def test_a_thread_is_shown_with_its_root(playground: Playground, client: WebClient) -> None:
    root = playground.add_message(ALICE, PUBLIC, "Root")
    playground.act(BOB, "say", channel=PUBLIC, text="Reply", thread_ts=root)
    client.chat_postEphemeral(channel=PUBLIC, user=ALICE, text="Psst", thread_ts=root)
    thread = playground.state(ALICE, PUBLIC, root)["thread"]
    assert (thread["root"]["text"], [each["text"] for each in thread["replies"]]) == ("Root", ["Reply", "Psst"])
    assert [each["text"] for each in playground.state(BOB, PUBLIC, root)["thread"]["replies"]] == ["Reply"]
    assert playground.state(ALICE, PUBLIC, "1.000000")["thread"] is None


def test_whether_the_bot_is_there(playground: Playground, app: SocketApp) -> None:
    assert playground.state(ALICE)["app"]["connected"] is True


# --- acts -------------------------------------------------------------------------------------------------------------


def test_an_act_by_http_is_an_act_in_process(playground: Playground) -> None:
    told = post(playground, "/playground/act", {"as": ALICE, "do": "say", "channel": PUBLIC, "text": "Hello"}).json()
    assert told["ok"]
    assert playground.messages(PUBLIC)[0]["ts"] == told["ts"]


@pytest.mark.parametrize(
    ("as_", "do", "args"),
    [
        ("U0NOBODY", "say", {"channel": PUBLIC, "text": "x"}),
        (ALICE, "fly", {}),
        (ALICE, "say", {"channel": PUBLIC, "text": "  "}),
        (ALICE, "say", {"channel": OLD, "text": "x"}),
        (ALICE, "say", {"channel": PUBLIC, "text": "x", "thread_ts": "1.000000"}),
        (ALICE, "say", {}),
        (GUEST, "say", {"channel": PUBLIC, "text": "x"}),
        (ALICE, "click", {"container": "message"}),
        (ALICE, "submit", {"view_id": "V0"}),
        (ALICE, "open_dm", {"user": "U0NOBODY"}),
        (ALICE, "leave", {"channel": "C0NOWHERE"}),
    ],
)
def test_what_does_not_work_is_said_in_words(playground: Playground, as_: str, do: str, args: dict[str, Any]) -> None:
    told = playground.act(as_, do, **args)
    assert told["ok"] is False
    assert told["error"]


def test_an_act_that_can_not_be_read(playground: Playground) -> None:
    with http() as browser:
        for body in ("{", "[]", "null"):
            assert browser.post(f"{playground.url}/playground/act", content=body).status_code == 400


# --- live -------------------------------------------------------------------------------------------------------------


def test_the_page_hears_of_every_change(playground: Playground, client: WebClient) -> None:
    url = playground.url.replace("http", "ws", 1)
    with connect(f"{url}/playground/live?as={ALICE}", proxy=None) as live:
        client.chat_postMessage(channel=PUBLIC, text="Hello")
        assert json.loads(live.recv(5))["version"] > 0


# --- controls ---------------------------------------------------------------------------------------------------------


def test_controls_are_shown_and_pressed(playground: Playground) -> None:
    pressed: list[str] = []

    def skip() -> dict[str, Any]:
        pressed.append(playground.state(ALICE)["controls"][0]["hint"])  # a control may look at the playground itself
        return {"ok": True, "message": "Moved", "show": {"as": BOB, "channel": PUBLIC}}

    playground.controls.append(Control("skip", "Skip ahead", hint=lambda: "Next: Fri 09:00", run=skip))
    playground.controls.append(Control("plug", "Pull", hint=str, run=dict, enabled=lambda: False))
    shown = get(playground, "/playground/state").json()["controls"]
    assert shown[0] == {"id": "skip", "label": "Skip ahead", "hint": "Next: Fri 09:00", "enabled": True}
    assert shown[1]["enabled"] is False
    assert post(playground, "/playground/control/skip", {}).json()["message"] == "Moved"
    assert pressed == ["Next: Fri 09:00"]
    assert post(playground, "/playground/control/none", {}).status_code == 404


# --- the page and its door --------------------------------------------------------------------------------------------


def test_the_page_is_served(playground: Playground) -> None:
    assert "<title>Playground</title>" in get(playground, "/").text
    assert get(playground, "/page/app.js").headers["content-type"].startswith(("text/javascript", "application/java"))


def test_a_permalink_leads_to_its_message_on_the_page(playground: Playground, client: WebClient) -> None:
    root = playground.add_message(ALICE, PUBLIC, "Root")
    reply = playground.act(BOB, "say", channel=PUBLIC, text="Reply", thread_ts=root)["ts"]
    for ts in (root, reply):
        link = client.chat_getPermalink(channel=PUBLIC, message_ts=ts)["permalink"]
        with http() as browser:
            assert browser.get(link).headers["location"] == f"/#channel={PUBLIC}&thread={root}"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_names_and_pages_from_elsewhere_are_refused(playground: Playground, headers: dict[str, str]) -> None:
    body = {"as": ALICE, "do": "say", "channel": PUBLIC, "text": "x"}
    assert post(playground, "/playground/act", body, **headers).status_code == 403
    url = playground.url.replace("http", "ws", 1)
    if "origin" in headers:
        with (
            pytest.raises(InvalidStatus),
            connect(f"{url}/playground/live", proxy=None, additional_headers={"origin": headers["origin"]}),
        ):
            pass
    assert playground.messages(PUBLIC) == []


def test_blocks_of_the_bot_reach_the_page_with_their_ids(playground: Playground, client: WebClient) -> None:
    client.chat_postMessage(channel=PUBLIC, text="x", blocks=buttons(a_button()))
    (message,) = playground.state(ALICE, PUBLIC)["conversation"]["messages"]
    assert (message["name"], message["bot"], message["blocks"][0]["block_id"]) == ("Robo", True, "row")
