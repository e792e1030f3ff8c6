"""Tokens and scopes, and who is who."""

from contextlib import suppress

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.server import Playground
from tests.playground.support import (
    ALICE,
    BOB,
    LEAVER,
    NOON,
    PUBLIC,
    STRANGER,
    Clock,
    SocketApp,
    a_spec,
    client_of,
    error_of,
    http,
    refusal_of,
    without,
)


def test_a_call_needs_a_token_that_is_known(playground: Playground) -> None:
    assert error_of(client_of(playground, None).auth_test) == "not_authed"
    assert error_of(client_of(playground, "xoxb-other").auth_test) == "invalid_auth"


def test_the_token_may_be_in_the_form(playground: Playground) -> None:
    with http() as plain:
        answer = plain.post(f"{playground.api_url}auth.test", data={"token": "xoxb-playground"}).json()
        assert answer["ok"]
        json_body = plain.post(f"{playground.api_url}auth.test", json={"token": "xoxb-playground"}).json()
    assert json_body["error"] == "not_authed"  # with a JSON body it belongs into the header


def test_each_kind_of_token_opens_its_own_methods(playground: Playground, client: WebClient) -> None:
    assert error_of(client.api_call, "apps.connections.open") == "not_allowed_token_type"
    assert error_of(client_of(playground, "xapp-playground").users_info, user=ALICE) == "not_allowed_token_type"


def test_who_the_bot_is_with_its_scopes_in_a_header(client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0HOME", "U0BOT", "B0BOT")
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


def test_a_method_that_there_is_not(client: WebClient) -> None:
    refusal = refusal_of(client.api_call, "chat.shout", params={"text": "x"})
    assert (refusal["error"], refusal["req_method"]) == ("unknown_method", "chat.shout")


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        ("{", "application/json", "invalid_json"),
        ("[1]", "application/json", "json_not_object"),
        ("<x/>", "text/xml", "invalid_post_type"),
    ],
)
def test_a_body_that_can_not_be_read(playground: Playground, body: str, content_type: str, error: str) -> None:
    headers = {"authorization": "Bearer xoxb-playground", "content-type": content_type}
    with http() as plain:
        assert plain.post(f"{playground.api_url}auth.test", content=body, headers=headers).json()["error"] == error


def test_a_scope_that_was_declined_is_missing(clock: Clock) -> None:
    with Playground(without(a_spec(), "team:read", "dnd:read", "users:read"), clock=clock) as playground:
        client = client_of(playground)
        refusal = refusal_of(client.team_info)
        assert (refusal["error"], refusal["needed"]) == ("missing_scope", "team:read")
        assert error_of(client.dnd_info, user=ALICE) == "missing_scope"
        assert error_of(client.users_list) == "missing_scope"
        assert "team:read" not in client.auth_test().headers["x-oauth-scopes"]


# --- who is who -------------------------------------------------------------------------------------------------------


def test_a_person_has_a_zone_and_an_offset_that_goes_with_the_clock(client: WebClient, clock: Clock) -> None:
    alice = client.users_info(user=ALICE)["user"]
    assert (alice["tz"], alice["tz_offset"], alice["is_admin"]) == ("Europe/London", 0, True)
    clock.move(180 * 86400)  # in April
    assert client.users_info(user=ALICE)["user"]["tz_offset"] == 3600


def test_one_who_has_left_has_no_zone_and_one_of_another_company_is_a_stranger(client: WebClient) -> None:
    leaver = client.users_info(user=LEAVER)["user"]
    assert leaver["deleted"] is True
    assert "tz" not in leaver
    stranger = client.users_info(user=STRANGER)["user"]
    assert (stranger["team_id"], stranger["is_stranger"]) == ("T0OTHER", True)
    assert error_of(client.users_info, user="U0NOBODY") == "user_not_found"


def test_everybody_of_the_workspace_in_pages(client: WebClient) -> None:
    first = client.users_list(limit=4)
    rest = client.users_list(limit=4, cursor=first["response_metadata"]["next_cursor"])
    ids = [each["id"] for each in first["members"] + rest["members"]]
    assert ids == [ALICE, BOB, "U0GUEST", LEAVER, "U0BOT", "USLACKBOT"]


def test_the_app_hears_that_a_profile_changed(playground: Playground, app: SocketApp, client: WebClient) -> None:
    playground.act(BOB, "set_person", tz="Europe/Berlin", status_emoji=":palm_tree:")
    assert app.wait_event("user_change")["user"]["tz"] == "Europe/Berlin"
    assert client.users_info(user=BOB)["user"]["profile"]["status_emoji"] == ":palm_tree:"
    assert playground.act(BOB, "set_person", salary="1")["ok"] is False


def test_the_rest_of_who_is_who(playground: Playground, client: WebClient) -> None:
    assert client.team_info()["team"]["name"] == "Home"
    assert client.bots_info(bot="B0BOT")["bot"]["user_id"] == "U0BOT"
    assert error_of(client.bots_info, bot="B0OTHER") == "bot_not_found"
    assert client.users_info(user="U0BOT")["user"]["profile"]["display_name"] == ""


def test_somebody_does_not_want_to_be_disturbed_for_a_while(
    playground: Playground, client: WebClient, clock: Clock
) -> None:
    assert client.dnd_info(user=ALICE)["dnd_enabled"] is False
    playground.act(ALICE, "set_dnd", minutes=30)
    assert client.dnd_info(user=ALICE)["next_dnd_end_ts"] == NOON + 1800
    clock.move(1800)
    assert client.dnd_info(user=ALICE)["dnd_enabled"] is False
    assert playground.act(ALICE, "set_dnd", minutes="long")["ok"] is False


# --- pace -------------------------------------------------------------------------------------------------------------


def too_fast(call: object, **args: object) -> int:
    """Seconds that the 429 asks to wait."""
    with pytest.raises(SlackApiError) as caught:
        call(**args)  # type: ignore[operator]
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    return int(caught.value.response.headers["Retry-After"])


def test_a_method_takes_only_so_many_calls_a_minute(client: WebClient, clock: Clock) -> None:
    for _ in range(20):
        client.users_list()
    assert too_fast(client.users_list) == 60
    assert client.auth_test()["ok"]  # the others go on
    clock.move(60)
    assert client.users_list()["ok"]


@pytest.mark.parametrize(
    ("method", "calls"),
    [("conversations.list", 20), ("conversations.history", 50), ("chat.update", 50), ("users.info", 100)],
)
def test_each_tier_has_its_own_number(client: WebClient, method: str, calls: int) -> None:
    for _ in range(calls):
        with suppress(SlackApiError):  # what they lack is found out after they were counted
            client.api_call(method, params={})
    assert too_fast(client.api_call, api_method=method) == 60


def test_a_channel_takes_about_one_message_a_second(playground: Playground, client: WebClient, clock: Clock) -> None:
    for _ in range(3):
        client.chat_postMessage(channel=PUBLIC, text="quick")
    assert too_fast(client.chat_postMessage, channel=PUBLIC, text="too quick") == 1
    assert client.chat_postMessage(channel=playground.dm_with_app(ALICE), text="elsewhere")["ok"]
    clock.move(1)
    assert client.chat_postMessage(channel=PUBLIC, text="in time")["ok"]
    assert len(playground.messages(PUBLIC)) == 4
    assert float(playground.latest_ts()) == pytest.approx(NOON + 1)
