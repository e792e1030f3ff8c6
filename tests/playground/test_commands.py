"""Commands and shortcuts, and answering where they were used."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from playground.server import Playground
from playground.spec import GroupSpec
from tests.playground.support import (
    ALICE,
    BOB,
    ELSEWHERE,
    GUEST,
    OLD,
    PRIVATE,
    PUBLIC,
    SILENCE,
    STRANGER,
    Clock,
    SocketApp,
    a_button,
    a_manifest,
    a_socket_app,
    a_spec,
    buttons,
    without,
)


def go(playground: Playground, app: SocketApp, text: str = "/go", channel: str = PUBLIC) -> dict[str, Any]:
    """What the app got for a command of Alice's."""
    before = len(app.of("slash_commands"))
    assert playground.act(ALICE, "slash", channel=channel, text=text)["ok"]
    return app.wait("slash_commands", before + 1)[-1]


def seen(playground: Playground, who: str = ALICE, channel: str = PUBLIC) -> list[str]:
    return [each["text"] for each in playground.state(who, channel=channel)["conversation"]["messages"]]


def answer_to(url: str, **body: Any) -> tuple[int, str]:
    client = WebhookClient(url)
    client.proxy = None
    answer = client.send_dict(body)
    return answer.status_code, answer.body


# --- commands ---------------------------------------------------------------------------------------------------------


def test_a_command_says_who_where_and_what(playground: Playground, app: SocketApp) -> None:
    form = go(playground, app, "/go to the sea")
    assert (form["command"], form["text"]) == ("/go", "to the sea")
    assert (form["user_id"], form["team_id"], form["channel_id"], form["channel_name"]) == (
        ALICE, "T0HOME", PUBLIC, "public",
    )  # fmt: skip
    assert form["trigger_id"]
    assert go(playground, app, channel=PRIVATE)["channel_name"] == "privategroup"
    assert go(playground, app, channel=playground.dm_with_app(ALICE))["channel_name"] == "directmessage"


def test_a_command_comes_from_where_the_bot_is_not(playground: Playground, app: SocketApp) -> None:
    assert go(playground, app, channel=ELSEWHERE)["channel_id"] == ELSEWHERE


def test_mentions_arrive_as_ids_where_the_command_asks_for_it(playground: Playground, app: SocketApp) -> None:
    typed = "/go a & b <c> @bob in #public, not x@bob.com or @nobody"
    assert go(playground, app, typed)["text"] == (
        f"a &amp; b &lt;c&gt; <@{BOB}|bob> in <#{PUBLIC}|public>, not x@bob.com or @nobody"
    )
    assert go(playground, app, "/raw a & b @bob")["text"] == "a & b @bob"
    assert go(playground, app, f"/go <@{BOB}> waits")["text"] == f"<@{BOB}> waits"


def test_a_mention_of_a_user_group_arrives_as_its_id(clock: Clock) -> None:
    spec = replace(a_spec(), groups=(GroupSpec("S0FIN", "finance", "Finance", (BOB,)),))
    with Playground(spec, clock=clock) as playground, a_socket_app(playground) as app:
        assert go(playground, app, "/go ask @finance")["text"] == "ask <!subteam^S0FIN|@finance>"


@pytest.mark.parametrize(
    ("channel", "text", "words"),
    [
        (PUBLIC, "/stay", "/stay is not a valid command"),
        (PUBLIC, "/remind me tomorrow", "Slack's own command"),
        (OLD, "/go", "archived"),
        ("C0NOWHERE", "/go", "no such conversation"),
    ],
)
def test_what_is_no_command_here(playground: Playground, app: SocketApp, channel: str, text: str, words: str) -> None:
    answer = playground.act(ALICE, "slash", channel=channel, text=text)
    assert answer["ok"] is False
    assert words in answer["error"]
    assert app.of("slash_commands") == []


def test_a_command_can_not_run_in_a_thread(playground: Playground, app: SocketApp) -> None:
    root = playground.add_message(ALICE, PUBLIC, "Root")
    answer = playground.act(ALICE, "slash", channel=PUBLIC, text="/go", thread_ts=root)
    assert answer["error"] == "/go is not supported in threads. Sorry!"


def test_a_command_nobody_acknowledges_times_out_and_one_nobody_hears_fails(playground: Playground) -> None:
    assert "dispatch_failed" in playground.act(ALICE, "slash", channel=PUBLIC, text="/go")["error"]
    with a_socket_app(playground, lambda *_: SILENCE):
        assert "operation_timeout" in playground.act(ALICE, "slash", channel=PUBLIC, text="/go")["error"]


def test_without_the_scope_there_are_no_commands(clock: Clock) -> None:
    with Playground(without(a_spec(), "commands"), clock=clock) as playground:
        assert playground.state(ALICE)["commands"] == []
        assert "not a valid command" in playground.act(ALICE, "slash", channel=PUBLIC, text="/go")["error"]


def test_an_acknowledgement_may_answer_for_all_to_see(playground: Playground) -> None:
    with a_socket_app(playground, lambda *_: {"response_type": "in_channel", "text": "For all"}):
        playground.act(ALICE, "slash", channel=PUBLIC, text="/go")
    assert seen(playground, BOB) == ["For all"]


def test_an_answer_that_slack_would_refuse_shows_its_error(playground: Playground) -> None:
    with a_socket_app(playground, lambda *_: {"text": "x", "blocks": buttons(a_button(colour="red"))}):
        assert "invalid_blocks" in playground.act(ALICE, "slash", channel=PUBLIC, text="/go")["error"]


# --- Slack's own commands ---------------------------------------------------------------------------------------------


def test_people_invite_the_bot_by_typing_it(playground: Playground, app: SocketApp, client: WebClient) -> None:
    assert playground.act(ALICE, "slash", channel=ELSEWHERE, text="/invite @Robo")["ok"]
    assert app.wait_event("member_joined_channel")["user"] == "U0BOT"
    assert client.chat_postMessage(channel=ELSEWHERE, text="Here I am")["ok"]
    again = playground.act(ALICE, "slash", channel=ELSEWHERE, text="/invite @robo")
    assert "already in" in again["error"]
    assert "nobody called" in playground.act(ALICE, "slash", channel=PUBLIC, text="/invite @zoe")["error"]


def test_people_join_and_leave_by_typing_it(playground: Playground, clock: Clock) -> None:
    assert playground.act(BOB, "slash", channel=PUBLIC, text="/leave")["ok"]
    assert BOB not in playground.state(ALICE, channel=PUBLIC)["conversation"]["members"]
    assert playground.act(BOB, "say", channel=PUBLIC, text="Still here?")["ok"] is False
    assert playground.act(BOB, "slash", channel=PRIVATE, text="/join #public")["ok"]
    assert playground.act(BOB, "say", channel=PUBLIC, text="Back")["ok"]


def test_the_bot_is_sent_away(playground: Playground, app: SocketApp, client: WebClient) -> None:
    assert playground.act(ALICE, "slash", channel=PUBLIC, text="/kick @robo")["ok"]
    assert client.conversations_info(channel=PUBLIC)["channel"]["is_member"] is False
    playground.act(ALICE, "say", channel=PUBLIC, text="Is it gone?")
    playground.act(ALICE, "say", channel=PRIVATE, text="It is")
    assert app.wait_event("message")["text"] == "It is"


# --- shortcuts --------------------------------------------------------------------------------------------------------


def test_a_message_shortcut_carries_its_message_also_where_the_bot_is_not(
    playground: Playground, app: SocketApp
) -> None:
    root = playground.add_message(ALICE, ELSEWHERE, "Root")
    reply = playground.add_message(BOB, ELSEWHERE, "Reply", thread_ts=root)
    playground.act(ALICE, "message_shortcut", channel=ELSEWHERE, ts=reply, callback_id="keep")
    payload = app.wait("interactive")[0]
    assert (payload["type"], payload["callback_id"]) == ("message_action", "keep")
    assert (payload["message"]["text"], payload["message"]["thread_ts"], payload["message"]["user"]) == (
        "Reply", root, BOB,
    )  # fmt: skip
    assert payload["channel"]["id"] == ELSEWHERE
    assert payload["response_url"]


def test_a_global_shortcut_has_no_place(playground: Playground, app: SocketApp) -> None:
    playground.act(ALICE, "shortcut", callback_id="begin")
    payload = app.wait("interactive")[0]
    assert (payload["type"], payload["user"]["id"]) == ("shortcut", ALICE)
    assert "response_url" not in payload


def test_a_person_of_another_company_is_named_as_such(playground: Playground, app: SocketApp) -> None:
    ts = playground.add_message(ALICE, PUBLIC, "Hello")
    playground.act(STRANGER, "message_shortcut", channel=PUBLIC, ts=ts, callback_id="keep")
    payload = app.wait("interactive")[0]
    assert (payload["team"]["id"], payload["user"]["team_id"]) == ("T0HOME", "T0OTHER")


def test_shortcuts_that_there_are_not(playground: Playground, app: SocketApp) -> None:
    ts = playground.add_message(ALICE, PUBLIC, "Hello")
    assert not playground.act(ALICE, "message_shortcut", channel=PUBLIC, ts=ts, callback_id="begin")["ok"]
    assert not playground.act(ALICE, "shortcut", callback_id="keep")["ok"]
    assert not playground.act(ALICE, "message_shortcut", channel=PUBLIC, ts="1.000000", callback_id="keep")["ok"]
    assert not playground.act(GUEST, "message_shortcut", channel=PUBLIC, ts=ts, callback_id="keep")["ok"]
    assert app.of("interactive") == []


def test_what_is_for_one_alone_has_no_shortcuts(playground: Playground, app: SocketApp, client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel=PUBLIC, user=ALICE, text="For you")["message_ts"]
    assert not playground.act(ALICE, "message_shortcut", channel=PUBLIC, ts=ts, callback_id="keep")["ok"]
    assert app.of("interactive") == []


def test_interactivity_must_be_switched_on(clock: Clock) -> None:
    manifest = a_manifest()
    manifest["settings"]["interactivity"]["is_enabled"] = False
    with Playground(a_spec(manifest), clock=clock) as playground:
        answer = playground.act(ALICE, "shortcut", callback_id="begin")
        assert "not configured to handle interactive responses" in answer["error"]


# --- response_url -----------------------------------------------------------------------------------------------------


def test_an_answer_is_seen_by_the_asker_alone_also_where_the_bot_is_not(playground: Playground, app: SocketApp) -> None:
    url = go(playground, app, channel=ELSEWHERE)["response_url"]
    assert answer_to(url, text="For you") == (200, "ok")
    assert seen(playground, ALICE, ELSEWHERE) == ["For you"]
    assert seen(playground, BOB, ELSEWHERE) == []


def test_an_answer_may_be_for_the_channel(playground: Playground, app: SocketApp) -> None:
    url = go(playground, app)["response_url"]
    answer_to(url, text="For all", response_type="in_channel", blocks=buttons(a_button()))
    assert seen(playground, BOB) == ["For all"]
    assert playground.messages(PUBLIC)[0]["bot_id"] == "B0BOT"


def test_a_response_url_is_good_for_five_answers(playground: Playground, app: SocketApp) -> None:
    url = go(playground, app)["response_url"]
    codes = [answer_to(url, text=f"{n}")[0] for n in range(6)]
    assert codes == [200, 200, 200, 200, 200, 404]
    assert "used_url" in answer_to(url, text="7")[1]


def test_a_response_url_is_good_for_half_an_hour(playground: Playground, app: SocketApp, clock: Clock) -> None:
    url = go(playground, app)["response_url"]
    clock.move(30 * 60 - 1)
    assert answer_to(url, text="In time")[0] == 200
    clock.move(1)
    code, body = answer_to(url, text="Late")
    assert (code, "expired_url" in body) == (404, True)
    assert answer_to(f"{playground.url}/response/none", text="x")[0] == 404


def test_an_answer_that_slack_would_refuse_is_refused(playground: Playground, app: SocketApp) -> None:
    url = go(playground, app)["response_url"]
    code, body = answer_to(url, text="x", blocks=buttons(a_button(colour="red")))
    assert (code, "invalid_blocks" in body) == (400, True)
    assert "no_text" in answer_to(url, response_type="ephemeral")[1]
    assert seen(playground) == []
