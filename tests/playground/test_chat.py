"""What an app may post, change and take back, and where."""

import json

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.support import (
    ALICE,
    BOB,
    ELSEWHERE,
    LEAVER,
    OLD,
    PRIVATE,
    PUBLIC,
    SECRET,
    STRANGER,
    Clock,
    a_button,
    a_manifest,
    a_spec,
    buttons,
    client_of,
    error_of,
    refusal_of,
)


def test_a_message_is_stored_as_the_bots_with_its_metadata(playground: Playground, client: WebClient) -> None:
    metadata = {"event_type": "row", "event_payload": {"id": "7"}}
    answer = client.chat_postMessage(channel=PUBLIC, text="Hello", metadata=metadata)
    assert answer["channel"] == PUBLIC
    stored = playground.messages(PUBLIC)[-1]
    assert stored["ts"] == answer["ts"] == answer["message"]["ts"]
    assert (stored["bot_id"], stored["app_id"], stored["user"]) == ("B0BOT", "A0APP", "U0BOT")
    assert stored["metadata"] == metadata


def test_a_json_body_does_the_same_as_a_form(playground: Playground, client: WebClient) -> None:
    client.api_call("chat.postMessage", json={"channel": PUBLIC, "text": "Hi", "blocks": buttons(a_button())})
    client.api_call(
        "chat.postMessage", params={"channel": PUBLIC, "text": "Hi", "blocks": json.dumps(buttons(a_button()))}
    )
    first, second = playground.messages(PUBLIC)
    assert first["blocks"] == second["blocks"]


def test_blocks_get_the_ids_that_they_lack(client: WebClient) -> None:
    blocks = [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}]}]
    kept = client.chat_postMessage(channel=PUBLIC, text="x", blocks=blocks)["message"]["blocks"][0]
    assert kept["block_id"]
    assert kept["elements"][0]["action_id"]


def test_every_message_has_a_ts_of_its_own_while_the_clock_stands_still(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=PUBLIC, text=str(n))["ts"] for n in range(3)]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        (ELSEWHERE, "not_in_channel"),
        (SECRET, "channel_not_found"),
        (OLD, "is_archived"),
        (LEAVER, "channel_not_found"),
        ("", "invalid_arguments"),
    ],
)
def test_where_the_bot_may_not_post(client: WebClient, channel: str, error: str) -> None:
    assert error_of(client.chat_postMessage, channel=channel, text="Hello") == error


def test_a_channel_may_be_named_and_a_persons_id_means_their_dm(playground: Playground, client: WebClient) -> None:
    assert client.chat_postMessage(channel="#public", text="Hello")["channel"] == PUBLIC
    assert client.chat_postMessage(channel=ALICE, text="Hello")["channel"] == playground.dm_with_app(ALICE)


def test_chat_write_public_reaches_public_channels_but_no_private_ones() -> None:
    manifest = a_manifest(scopes=("chat:write", "chat:write.public"))
    with Playground(a_spec(manifest)) as playground:
        client = client_of(playground)
        assert client.chat_postMessage(channel=ELSEWHERE, text="Hello")["ok"]
        assert error_of(client.chat_postMessage, channel=SECRET, text="Hello") == "channel_not_found"


def test_a_message_without_words_is_refused(client: WebClient) -> None:
    assert error_of(client.api_call, "chat.postMessage", json={"channel": PUBLIC}) == "no_text"


def test_a_text_of_more_than_40000_characters_is_refused(client: WebClient) -> None:
    assert client.chat_postMessage(channel=PUBLIC, text="a" * 40_000)["ok"]
    assert error_of(client.chat_postMessage, channel=PUBLIC, text="a" * 40_001) == "msg_too_long"


def test_broken_blocks_are_refused_in_slacks_words(client: WebClient) -> None:
    refusal = refusal_of(client.chat_postMessage, channel=PUBLIC, text="x", blocks=buttons(a_button(colour="red")))
    assert refusal["error"] == "invalid_blocks"
    assert "/blocks/0" in refusal["response_metadata"]["messages"][0]
    broken = {"channel": PUBLIC, "text": "x", "blocks": "[{"}
    assert error_of(client.api_call, "chat.postMessage", params=broken) == "invalid_blocks_format"


def test_metadata_without_a_payload_is_refused(client: WebClient) -> None:
    wrong = {"event_type": "row"}
    assert error_of(client.chat_postMessage, channel=PUBLIC, text="x", metadata=wrong) == "invalid_metadata_format"


# --- threads ----------------------------------------------------------------------------------------------------------


def test_a_reply_stands_in_its_thread_and_not_in_the_channel(playground: Playground, client: WebClient) -> None:
    root = client.chat_postMessage(channel=PUBLIC, text="Root")["ts"]
    reply = client.chat_postMessage(channel=PUBLIC, text="Reply", thread_ts=root)
    assert reply["message"]["thread_ts"] == root
    assert [each["text"] for each in playground.messages(PUBLIC)] == ["Root"]
    assert [each["text"] for each in playground.messages(PUBLIC, root)] == ["Root", "Reply"]
    assert playground.messages(PUBLIC)[0]["reply_count"] == 1


def test_a_reply_may_be_sent_to_the_channel_too(playground: Playground, client: WebClient) -> None:
    root = client.chat_postMessage(channel=PUBLIC, text="Root")["ts"]
    client.chat_postMessage(channel=PUBLIC, text="Reply", thread_ts=root, reply_broadcast=True)
    assert [each["text"] for each in playground.messages(PUBLIC)] == ["Root", "Reply"]
    assert playground.messages(PUBLIC)[1]["subtype"] == "thread_broadcast"


def test_a_thread_that_is_not_there_or_a_reply_is_not_found(client: WebClient) -> None:
    root = client.chat_postMessage(channel=PUBLIC, text="Root")["ts"]
    reply = client.chat_postMessage(channel=PUBLIC, text="Reply", thread_ts=root)["ts"]
    for wrong in ("1600000000.000001", reply):
        assert error_of(client.chat_postMessage, channel=PUBLIC, text="x", thread_ts=wrong) == "thread_not_found"
    assert error_of(client.chat_postMessage, channel=PUBLIC, text="x", thread_ts="soon") == "invalid_thread_ts"


# --- changing and taking back -----------------------------------------------------------------------------------------


def test_an_update_keeps_what_it_does_not_name(playground: Playground, client: WebClient) -> None:
    metadata = {"event_type": "row", "event_payload": {"id": "7"}}
    ts = client.chat_postMessage(channel=PUBLIC, text="Old", blocks=buttons(a_button()), metadata=metadata)["ts"]
    client.chat_update(channel=PUBLIC, ts=ts, text="New")
    stored = playground.messages(PUBLIC)[0]
    assert (stored["text"], stored["metadata"], len(stored["blocks"])) == ("New", metadata, 1)
    assert stored["edited"]
    client.chat_update(channel=PUBLIC, ts=ts, text="New", blocks=[], metadata={})
    stored = playground.messages(PUBLIC)[0]
    assert "blocks" not in stored
    assert "metadata" not in stored


def test_only_the_apps_own_messages_may_be_changed(playground: Playground, client: WebClient) -> None:
    theirs = playground.act(ALICE, "say", channel=PUBLIC, text="Mine")["ts"]
    assert error_of(client.chat_update, channel=PUBLIC, ts=theirs, text="Ours") == "cant_update_message"
    assert error_of(client.chat_delete, channel=PUBLIC, ts=theirs) == "cant_delete_message"
    assert error_of(client.chat_update, channel=PUBLIC, ts="1.000000", text="Ours") == "message_not_found"
    assert error_of(client.chat_update, channel=SECRET, ts=theirs, text="Ours") == "channel_not_found"


def test_a_deleted_message_is_gone_and_one_with_replies_leaves_a_mark(
    playground: Playground, client: WebClient, clock: Clock
) -> None:
    lone = client.chat_postMessage(channel=PUBLIC, text="Lone")["ts"]
    root = client.chat_postMessage(channel=PUBLIC, text="Root")["ts"]
    playground.act(BOB, "say", channel=PUBLIC, text="Reply", thread_ts=root)
    client.chat_delete(channel=PUBLIC, ts=lone)
    client.chat_delete(channel=PUBLIC, ts=root)
    left = playground.messages(PUBLIC)
    assert [each["subtype"] for each in left] == ["tombstone"]
    assert error_of(client.chat_update, channel=PUBLIC, ts=root, text="Again") == "message_not_found"


# --- what one person sees ---------------------------------------------------------------------------------------------


def test_an_ephemeral_message_is_seen_by_its_person_alone(playground: Playground, client: WebClient) -> None:
    client.chat_postEphemeral(channel=PUBLIC, user=ALICE, text="For you")
    seen = {who: playground.state(who, channel=PUBLIC)["conversation"]["messages"] for who in (ALICE, BOB)}
    assert [(each["text"], each["ephemeral"]) for each in seen[ALICE]] == [("For you", True)]
    assert seen[BOB] == []
    assert client.conversations_history(channel=PUBLIC)["messages"] == []


def test_an_ephemeral_message_needs_the_bot_and_the_person_in_the_channel(client: WebClient) -> None:
    def said(channel: str, user: str) -> str:
        return error_of(client.chat_postEphemeral, channel=channel, user=user, text="x")

    assert said(ELSEWHERE, ALICE) == "not_in_channel"
    assert said(SECRET, ALICE) == "channel_not_found"
    assert said(PRIVATE, STRANGER) == "user_not_in_channel"
    assert said(PUBLIC, "U0NOBODY") == "user_not_found"


# --- links ------------------------------------------------------------------------------------------------------------


def test_a_permalink_names_its_message_and_a_replys_its_thread(playground: Playground, client: WebClient) -> None:
    root = client.chat_postMessage(channel=PUBLIC, text="Root")["ts"]
    reply = client.chat_postMessage(channel=PUBLIC, text="Reply", thread_ts=root)["ts"]
    link = client.chat_getPermalink(channel=PUBLIC, message_ts=root)["permalink"]
    assert link == f"{playground.url}/archives/{PUBLIC}/p{root.replace('.', '')}"
    assert f"thread_ts={root}" in client.chat_getPermalink(channel=PUBLIC, message_ts=reply)["permalink"]
    assert error_of(client.chat_getPermalink, channel=PUBLIC, message_ts="1.000000") == "message_not_found"
    assert error_of(client.chat_getPermalink, channel=SECRET, message_ts=root) == "channel_not_found"
