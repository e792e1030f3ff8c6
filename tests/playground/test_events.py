"""Which events the app hears of, and which it does not."""

from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.support import (
    ALICE,
    BOB,
    ELSEWHERE,
    PRIVATE,
    PUBLIC,
    SECRET,
    Clock,
    SocketApp,
    a_manifest,
    a_socket_app,
    a_spec,
    without,
)


def said(playground: Playground, channel: str, text: str, who: str = ALICE) -> str:
    return str(playground.act(who, "say", channel=channel, text=text)["ts"])


def texts(app: SocketApp, playground: Playground, last: str) -> list[str]:
    """What the app heard said, once it has heard `last`."""
    playground.wait_for(lambda: any(each.get("text") == last for each in app.events("message")))
    return [each["text"] for each in app.events("message")]


def test_a_message_says_where_it_was_said(playground: Playground, app: SocketApp) -> None:
    dm = playground.dm_with_app(ALICE)
    for channel in (PUBLIC, PRIVATE, dm):
        said(playground, channel, channel)
    assert texts(app, playground, dm) == [PUBLIC, PRIVATE, dm]
    assert [each["channel_type"] for each in app.events("message")] == ["channel", "group", "im"]
    wrapped = app.of("events_api")[0]
    assert (wrapped["team_id"], wrapped["api_app_id"], wrapped["type"]) == ("T0HOME", "A0APP", "event_callback")
    assert wrapped["authorizations"][0]["user_id"] == "U0BOT"


def test_the_app_hears_nothing_from_where_it_is_not(playground: Playground, app: SocketApp) -> None:
    theirs = playground.act(ALICE, "open_dm", user=BOB)["channel"]
    for channel in (ELSEWHERE, SECRET, theirs, PUBLIC):
        said(playground, channel, channel)
    assert texts(app, playground, PUBLIC) == [PUBLIC]


def test_the_app_hears_nothing_that_it_is_not_subscribed_to(clock: Clock) -> None:
    with (
        Playground(a_spec(a_manifest(events=("message.im",))), clock=clock) as playground,
        a_socket_app(playground) as app,
    ):
        dm = playground.dm_with_app(ALICE)
        ts = said(playground, PUBLIC, "In the channel, <@U0BOT>")
        playground.act(ALICE, "react", channel=PUBLIC, ts=ts, name="eyes")
        playground.act(ALICE, "open_home")
        said(playground, dm, "In the DM")
        assert texts(app, playground, "In the DM") == ["In the DM"]
        assert len(app.of("events_api")) == 1


def test_a_subscription_without_its_scope_brings_nothing(clock: Clock) -> None:
    spec = without(a_spec(), "channels:history")
    with Playground(spec, clock=clock) as playground, a_socket_app(playground) as app:
        said(playground, PUBLIC, "Unheard")
        said(playground, PRIVATE, "Heard")
        assert texts(app, playground, "Heard") == ["Heard"]


def test_a_mention_comes_as_one_too(playground: Playground, app: SocketApp) -> None:
    said(playground, PUBLIC, "What do you say, <@U0BOT>?")
    assert app.wait_event("app_mention")["channel"] == PUBLIC
    assert app.wait_event("message")["text"] == "What do you say, <@U0BOT>?"


def test_the_bot_hears_itself(playground: Playground, app: SocketApp, client: WebClient) -> None:
    """As in Slack: it is the app that has to know its own voice."""
    client.chat_postMessage(channel=PUBLIC, text="Echo")
    assert app.wait_event("message")["bot_id"] == "B0BOT"


def test_changes_and_deletions_are_events_of_their_own(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    ts = said(playground, PUBLIC, "Frist")
    playground.act(ALICE, "edit", channel=PUBLIC, ts=ts, text="First")
    changed = app.wait_event("message", 2)
    assert (changed["subtype"], changed["message"]["text"], changed["previous_message"]["text"]) == (
        "message_changed", "First", "Frist",
    )  # fmt: skip
    playground.act(ALICE, "delete", channel=PUBLIC, ts=ts)
    deleted = app.wait_event("message", 3)
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
    assert playground.act(BOB, "edit", channel=PUBLIC, ts=ts, text="x")["ok"] is False


def test_a_reaction_names_its_message(playground: Playground, app: SocketApp) -> None:
    ts = said(playground, PUBLIC, "Good?")
    playground.act(BOB, "react", channel=PUBLIC, ts=ts, name="scales")
    reacted = app.wait_event("reaction_added")
    assert (reacted["user"], reacted["reaction"], reacted["item_user"]) == (BOB, "scales", ALICE)
    assert reacted["item"] == {"type": "message", "channel": PUBLIC, "ts": ts}
    playground.act(BOB, "react", channel=PUBLIC, ts=ts, name="scales")  # again: nothing new
    playground.act(BOB, "unreact", channel=PUBLIC, ts=ts, name="scales")
    assert "reactions" not in playground.messages(PUBLIC)[0]
    assert len(app.events("reaction_added")) == 1


def test_history_that_is_written_down_is_no_event(playground: Playground, app: SocketApp) -> None:
    playground.add_message(ALICE, PUBLIC, "Long ago", at=1_700_000_000)
    said(playground, PUBLIC, "Now")
    assert texts(app, playground, "Now") == ["Now"]
    assert [each["text"] for each in playground.messages(PUBLIC)] == ["Long ago", "Now"]


def test_people_write_to_the_app_only_where_it_takes_messages(clock: Clock) -> None:
    for home in (
        {"messages_tab_enabled": False},
        {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True},
    ):
        manifest = a_manifest()
        manifest["features"]["app_home"] |= home
        with Playground(a_spec(manifest), clock=clock) as playground:
            answer = playground.act(ALICE, "say", channel=playground.dm_with_app(ALICE), text="Hello?")
            assert answer["error"] == "Sending messages to this app has been turned off."
