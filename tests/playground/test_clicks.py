"""Clicks in messages and views, and answering them in place."""

from typing import Any

from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.support import (
    ALICE,
    BOB,
    GUEST,
    PUBLIC,
    SILENCE,
    SocketApp,
    a_button,
    a_modal,
    a_socket_app,
    an_input,
    buttons,
    plain,
)
from tests.playground.test_commands import answer_to, go, seen


def post(client: WebClient, *elements: dict[str, Any], **extra: Any) -> dict[str, Any]:
    shown = buttons(*(elements or (a_button(value="7"),)))
    return dict(client.chat_postMessage(channel=PUBLIC, text="Press it", blocks=shown, **extra)["message"])


def click(playground: Playground, ts: str, who: str = ALICE, action_id: str = "press", **action: Any) -> dict[str, Any]:
    container = {"type": "message", "channel": PUBLIC, "ts": ts}
    return playground.act(who, "click", container=container, block_id="row", action_id=action_id, action=action)


# --- messages ---------------------------------------------------------------------------------------------------------


def test_a_click_says_what_was_pressed_in_which_message(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    message = post(client)
    assert click(playground, message["ts"], type="button", value="7")["ok"]
    payload = app.wait("interactive")[0]
    assert payload["type"] == "block_actions"
    assert payload["container"] == {
        "type": "message", "message_ts": message["ts"], "channel_id": PUBLIC, "is_ephemeral": False,
    }  # fmt: skip
    (action,) = payload["actions"]
    assert (action["block_id"], action["action_id"], action["type"], action["value"]) == ("row", "press", "button", "7")
    assert payload["message"]["text"] == "Press it"
    assert payload["trigger_id"]
    assert payload["response_url"]


def test_a_choice_is_in_the_action_and_in_the_state(playground: Playground, app: SocketApp, client: WebClient) -> None:
    option = {"text": plain("One"), "value": "1"}
    menu = {"type": "static_select", "action_id": "pick", "options": [option], "placeholder": plain("Pick")}
    ts = post(client, menu)["ts"]
    click(playground, ts, action_id="pick", type="static_select", selected_option=option)
    payload = app.wait("interactive")[0]
    assert payload["actions"][0]["selected_option"] == option
    assert payload["state"]["values"]["row"]["pick"]["selected_option"] == option


def test_an_ephemeral_message_is_not_in_the_payload(playground: Playground, app: SocketApp, client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel=PUBLIC, user=ALICE, text="x", blocks=buttons(a_button()))["message_ts"]
    assert click(playground, ts, type="button")["ok"]
    payload = app.wait("interactive")[0]
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    assert click(playground, ts, BOB, type="button")["ok"] is False


def test_what_has_just_been_replaced_may_still_be_clicked(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    ts = post(client)["ts"]
    client.chat_update(channel=PUBLIC, ts=ts, text="Pressed", blocks=[])
    assert click(playground, ts, type="button", value="7")["ok"]
    assert click(playground, ts, action_id="never", type="button")["ok"] is False
    assert len(app.of("interactive")) == 1


def test_nobody_clicks_where_they_see_nothing(playground: Playground, app: SocketApp, client: WebClient) -> None:
    ts = post(client)["ts"]
    assert click(playground, ts, GUEST, type="button")["ok"] is False
    assert app.of("interactive") == []


def test_a_click_that_nobody_acknowledges_is_trouble(playground: Playground, client: WebClient) -> None:
    ts = post(client)["ts"]
    with a_socket_app(playground, lambda *_: SILENCE):
        answer = click(playground, ts, type="button")
    assert (answer["ok"], answer["error"]) == (False, "We had some trouble connecting. Try again?")


def test_an_answer_may_replace_or_delete_the_message(playground: Playground, app: SocketApp, client: WebClient) -> None:
    ts = post(client)["ts"]
    click(playground, ts, type="button")
    url = app.wait("interactive")[0]["response_url"]
    answer_to(url, text="Done", replace_original=True)
    assert [(each["text"], each.get("blocks")) for each in playground.messages(PUBLIC)] == [("Done", None)]
    answer_to(url, delete_original=True)
    assert playground.messages(PUBLIC) == []


def test_an_answer_may_replace_an_ephemeral_message(playground: Playground, app: SocketApp, client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel=PUBLIC, user=ALICE, text="x", blocks=buttons(a_button()))["message_ts"]
    click(playground, ts, type="button")
    url = app.wait("interactive")[0]["response_url"]
    answer_to(url, text="Done", replace_original=True)
    assert seen(playground) == ["Done"]
    answer_to(url, delete_original=True)
    assert seen(playground) == []


def test_a_persons_message_can_not_be_replaced(playground: Playground, app: SocketApp) -> None:
    ts = playground.add_message(BOB, PUBLIC, "Mine")
    playground.act(ALICE, "message_shortcut", channel=PUBLIC, ts=ts, callback_id="keep")
    url = app.wait("interactive")[0]["response_url"]
    answer_to(url, delete_original=True)
    answer_to(url, text="Ours", replace_original=True)
    assert [each["text"] for each in playground.messages(PUBLIC)] == ["Mine"]


# --- views ------------------------------------------------------------------------------------------------------------


def test_a_click_in_a_view_carries_the_view_with_what_is_filled_in(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    source = a_modal(blocks=[an_input("name", initial_value="Ada"), *buttons(a_button())], private_metadata="7")
    view = client.views_open(trigger_id=go(playground, app)["trigger_id"], view=source)["view"]
    container = {"type": "view", "view_id": view["id"]}
    state = {"name": {"value": {"type": "plain_text_input", "value": "Grace"}}, "gone": {"x": {"value": "y"}}}
    press = {"container": container, "block_id": "row", "action_id": "press", "action": {"type": "button"}}
    assert playground.act(ALICE, "click", **press)["ok"]
    assert playground.act(ALICE, "click", **press, state=state)["ok"]
    untouched, filled = app.wait("interactive", 2)
    assert untouched["view"]["state"]["values"]["name"]["value"]["value"] == "Ada"
    assert filled["view"]["state"]["values"] == {"name": state["name"]}
    assert filled["view"]["private_metadata"] == "7"
    assert "response_url" not in filled
    assert playground.act(BOB, "click", **press)["ok"] is False


def test_home_has_buttons_too(playground: Playground, app: SocketApp, client: WebClient) -> None:
    home = client.views_publish(user_id=ALICE, view={"type": "home", "blocks": buttons(a_button())})["view"]
    container = {"type": "view", "view_id": home["id"]}
    press = {"container": container, "block_id": "row", "action_id": "press", "action": {"type": "button"}}
    assert playground.act(ALICE, "click", **press)["ok"]
    assert app.wait("interactive")[0]["view"]["type"] == "home"
    assert playground.act(BOB, "click", **press)["ok"] is False


# --- options ----------------------------------------------------------------------------------------------------------


def ask_options(playground: Playground, client: WebClient) -> dict[str, Any]:
    menu = {"type": "external_select", "action_id": "find", "placeholder": plain("Find"), "min_query_length": 1}
    ts = post(client, menu)["ts"]
    container = {"type": "message", "channel": PUBLIC, "ts": ts}
    return playground.act(ALICE, "options", container=container, block_id="row", action_id="find", value="on")


def test_an_external_select_asks_the_app(playground: Playground, client: WebClient) -> None:
    options = [{"text": plain("One"), "value": "1"}]
    with a_socket_app(playground, lambda *_: {"options": options}) as app:
        assert ask_options(playground, client) == {"ok": True, "options": options}
    payload = app.of("interactive")[0]
    assert (payload["type"], payload["action_id"], payload["value"]) == ("block_suggestion", "find", "on")


def test_more_than_a_hundred_options_or_none_are_trouble(playground: Playground, client: WebClient) -> None:
    many = [{"text": plain(str(n)), "value": str(n)} for n in range(101)]
    with a_socket_app(playground, lambda *_: {"options": many}):
        assert "problem loading" in ask_options(playground, client)["error"]
    with a_socket_app(playground, lambda *_: None):
        assert "problem loading" in ask_options(playground, client)["error"]
