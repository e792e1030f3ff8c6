"""Rooms, who is in them, and what was said there, page by page."""

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.support import (
    ALICE,
    BOB,
    ELSEWHERE,
    GUEST,
    LEAVER,
    NOON,
    OLD,
    PRIVATE,
    PUBLIC,
    SECRET,
    STRANGER,
    Clock,
    SocketApp,
    a_spec,
    client_of,
    error_of,
    refusal_of,
    without,
)


def said(playground: Playground, count: int) -> list[str]:
    return [playground.add_message(ALICE, PUBLIC, f"m{n}", at=NOON - 100 + n) for n in range(count)]


# --- rooms ------------------------------------------------------------------------------------------------------------


def test_a_channel_says_what_it_is_and_whether_the_bot_is_in_it(playground: Playground, client: WebClient) -> None:
    public = client.conversations_info(channel=PUBLIC, include_num_members=True)["channel"]
    assert (public["name"], public["is_private"], public["is_member"], public["num_members"]) == (
        "public", False, True, 4,
    )  # fmt: skip
    assert client.conversations_info(channel=ELSEWHERE)["channel"]["is_member"] is False
    assert client.conversations_info(channel=PRIVATE)["channel"]["is_private"] is True
    dm = client.conversations_info(channel=playground.dm_with_app(ALICE))["channel"]
    assert (dm["is_im"], dm["user"]) == (True, ALICE)
    assert "name" not in dm


def test_a_private_channel_without_the_bot_is_not_found(client: WebClient) -> None:
    assert error_of(client.conversations_info, channel=SECRET) == "channel_not_found"
    assert error_of(client.conversations_members, channel=SECRET) == "channel_not_found"


def test_a_dm_between_two_people_is_hidden_from_the_bot(playground: Playground, client: WebClient) -> None:
    theirs = playground.act(ALICE, "open_dm", user=BOB)["channel"]
    assert error_of(client.conversations_info, channel=theirs) == "channel_not_found"
    assert error_of(client.conversations_history, channel=theirs) == "channel_not_found"


def test_the_list_leaves_out_what_the_bot_may_not_know(client: WebClient) -> None:
    types = "public_channel,private_channel"
    names = {each["name"] for each in client.conversations_list(types=types)["channels"]}
    assert names == {"public", "elsewhere", "private", "old"}
    open_ones = client.conversations_list(types=types, exclude_archived=True)["channels"]
    assert OLD not in {each["id"] for each in open_ones}


def test_the_list_refuses_types_that_there_are_not(client: WebClient) -> None:
    assert error_of(client.conversations_list, types="public_channel,rooms") == "invalid_types"


def test_each_kind_of_conversation_needs_its_own_scope(clock: Clock) -> None:
    with Playground(without(a_spec(), "groups:read", "groups:history"), clock=clock) as playground:
        client = client_of(playground)
        refusal = refusal_of(client.conversations_info, channel=PRIVATE)
        assert (refusal["error"], refusal["needed"]) == ("missing_scope", "groups:read")
        assert "channels:read" in refusal["provided"]
        assert error_of(client.conversations_list, types="public_channel,private_channel") == "missing_scope"
        assert error_of(client.conversations_history, channel=PRIVATE) == "missing_scope"
        assert client.conversations_info(channel=PUBLIC)["ok"]


def test_members_come_in_pages(client: WebClient) -> None:
    first = client.conversations_members(channel=PUBLIC, limit=3)
    rest = client.conversations_members(channel=PUBLIC, limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert first["members"] + rest["members"] == [ALICE, BOB, STRANGER, "U0BOT"]
    assert rest["response_metadata"]["next_cursor"] == ""


def test_what_a_person_is_in_as_far_as_the_bot_may_know(client: WebClient) -> None:
    types = "public_channel,private_channel"
    theirs = {each["id"] for each in client.users_conversations(user=BOB, types=types)["channels"]}
    assert theirs == {PUBLIC, ELSEWHERE, PRIVATE, OLD}
    own = {each["id"] for each in client.users_conversations(types=types)["channels"]}
    assert own == {PUBLIC, PRIVATE, OLD}
    assert error_of(client.users_conversations, user="U0NOBODY") == "user_not_found"


# --- what was said ----------------------------------------------------------------------------------------------------


def test_history_is_newest_first_and_leaves_replies_to_their_thread(playground: Playground, client: WebClient) -> None:
    first, _ = said(playground, 2)
    playground.act(BOB, "say", channel=PUBLIC, text="reply", thread_ts=first)
    messages = client.conversations_history(channel=PUBLIC)["messages"]
    assert [each["text"] for each in messages] == ["m1", "m0"]
    assert messages[1]["latest_reply"]


def test_history_comes_in_pages_by_cursor(playground: Playground, client: WebClient) -> None:
    said(playground, 5)
    texts, cursor = [], None
    while True:
        page = client.conversations_history(channel=PUBLIC, limit=2, cursor=cursor)
        texts.append([each["text"] for each in page["messages"]])
        cursor = page["response_metadata"]["next_cursor"]
        assert page["has_more"] == bool(cursor)
        if not cursor:
            break
    assert texts == [["m4", "m3"], ["m2", "m1"], ["m0"]]


def test_a_cursor_of_another_list_or_of_nothing_is_refused(playground: Playground, client: WebClient) -> None:
    said(playground, 3)
    cursor = client.conversations_history(channel=PUBLIC, limit=2)["response_metadata"]["next_cursor"]
    assert error_of(client.conversations_history, channel=PRIVATE, cursor=cursor) == "invalid_cursor"
    assert error_of(client.conversations_history, channel=PUBLIC, cursor="next") == "invalid_cursor"


def test_oldest_and_latest_leave_out_the_edge_unless_it_is_asked_for(playground: Playground, client: WebClient) -> None:
    stamps = said(playground, 4)

    def texts(**between: object) -> list[str]:
        found = client.conversations_history(channel=PUBLIC, oldest=stamps[1], latest=stamps[3], **between)
        return [each["text"] for each in found["messages"]]

    assert texts() == ["m2"]
    assert texts(inclusive=True) == ["m3", "m2", "m1"]
    assert error_of(client.conversations_history, channel=PUBLIC, oldest="yesterday") == "invalid_ts_oldest"


@pytest.mark.parametrize("limit", [-1, 1000, "many"])
def test_a_limit_out_of_range_is_refused(client: WebClient, limit: object) -> None:
    assert error_of(client.api_call, "conversations.history", params={"channel": PUBLIC, "limit": limit}) == (
        "invalid_limit"
    )


def test_the_bot_reads_only_where_it_is(client: WebClient) -> None:
    assert error_of(client.conversations_history, channel=ELSEWHERE) == "not_in_channel"
    assert error_of(client.conversations_history, channel=SECRET) == "channel_not_found"
    assert error_of(client.conversations_replies, channel=ELSEWHERE, ts="1.000000") == "not_in_channel"


def test_metadata_comes_back_when_it_is_asked_for(client: WebClient) -> None:
    metadata = {"event_type": "row", "event_payload": {"id": "7"}}
    root = client.chat_postMessage(channel=PUBLIC, text="Root", metadata=metadata)["ts"]
    client.chat_postMessage(channel=PUBLIC, text="Reply", thread_ts=root, metadata=metadata)
    assert "metadata" not in client.conversations_history(channel=PUBLIC)["messages"][0]
    asked = client.conversations_history(channel=PUBLIC, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == metadata
    thread = client.conversations_replies(channel=PUBLIC, ts=root, include_all_metadata=True)
    assert [each["metadata"] for each in thread["messages"]] == [metadata, metadata]


def test_a_thread_begins_with_its_root_on_every_page(playground: Playground, client: WebClient) -> None:
    (root,) = said(playground, 1)
    for n in range(3):
        playground.act(BOB, "say", channel=PUBLIC, text=f"r{n}", thread_ts=root)
    first = client.conversations_replies(channel=PUBLIC, ts=root, limit=2)
    rest = client.conversations_replies(
        channel=PUBLIC, ts=root, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [each["text"] for each in first["messages"]] == ["m0", "r0"]
    assert [each["text"] for each in rest["messages"]] == ["m0", "r1", "r2"]
    assert error_of(client.conversations_replies, channel=PUBLIC, ts="1.000000") == "thread_not_found"


def test_the_history_may_lag_behind(playground: Playground, client: WebClient, clock: Clock) -> None:
    playground.faults.history_lag(5)
    root = client.chat_postMessage(channel=PUBLIC, text="Root")["ts"]
    assert client.conversations_history(channel=PUBLIC)["messages"] == []
    assert error_of(client.conversations_replies, channel=PUBLIC, ts=root) == "thread_not_found"
    clock.move(5)
    assert len(client.conversations_history(channel=PUBLIC)["messages"]) == 1


# --- coming together --------------------------------------------------------------------------------------------------


def test_a_dm_is_opened_once(playground: Playground, client: WebClient) -> None:
    first = client.conversations_open(users=ALICE)["channel"]["id"]
    assert first == playground.dm_with_app(ALICE)
    assert client.conversations_open(users=[ALICE], return_im=True)["channel"]["is_im"] is True
    group = client.conversations_open(users=[ALICE, BOB])["channel"]["id"]
    assert group not in {first, client.conversations_open(users=BOB)["channel"]["id"]}


@pytest.mark.parametrize(
    ("person", "error"),
    [("U0NOBODY", "user_not_found"), (LEAVER, "user_disabled"), ("U0BOT", "cannot_dm_bot")],
)
def test_with_whom_a_dm_can_not_be_opened(client: WebClient, person: str, error: str) -> None:
    assert error_of(client.conversations_open, users=person) == error


def test_a_dm_needs_somebody_and_the_scope(clock: Clock, client: WebClient) -> None:
    assert error_of(client.api_call, "conversations.open", params={}) == "users_list_not_supplied"
    with Playground(without(a_spec(), "im:write"), clock=clock) as playground:
        assert error_of(client_of(playground).conversations_open, users=ALICE) == "missing_scope"


def test_the_bot_joins_public_channels_alone(playground: Playground, client: WebClient) -> None:
    assert client.conversations_join(channel=ELSEWHERE)["channel"]["is_member"] is True
    assert client.conversations_join(channel=ELSEWHERE)["warning"] == "already_in_channel"
    assert client.chat_postMessage(channel=ELSEWHERE, text="Hello")["ok"]
    assert error_of(client.conversations_join, channel=PRIVATE) == "method_not_supported_for_channel_type"
    assert error_of(client.conversations_join, channel=SECRET) == "channel_not_found"
    assert error_of(client.conversations_join, channel=OLD) == "is_archived"


def test_the_app_hears_of_those_who_come_and_go(playground: Playground, app: SocketApp) -> None:
    playground.act(BOB, "leave", channel=PUBLIC)
    assert app.wait_event("member_left_channel")["user"] == BOB
    playground.act(ALICE, "invite", channel=PUBLIC, user=BOB)
    joined = app.wait_event("member_joined_channel")
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == (BOB, ALICE, "C")
    assert playground.act(GUEST, "join", channel=PUBLIC)["ok"] is False
