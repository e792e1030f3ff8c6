"""The messenger: what it posts, how a post is found again, and how its failures look."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.messenger import SlackMessenger
from bot.domain.errors import ExternalFailure
from bot.domain.messages import Note
from tests.adapters.conftest import Slack
from tests.adapters.wire import answers, wire

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def messenger(slack: Slack) -> SlackMessenger:
    return SlackMessenger(slack.clients)


def post(messenger: SlackMessenger, row_id: str = "r1", *, to: str = "C1", thread_ts: str | None = None) -> str:
    posted = messenger.post("T1", conversation=to, thread_ts=thread_ts, message=Note(f"Hello {row_id}"), row_id=row_id)
    assert posted.conversation == to
    return posted.ts


def find(messenger: SlackMessenger, *row_ids: str, thread_ts: str | None = None, to: str = "C1") -> dict[str, str]:
    wanted = frozenset(row_ids)
    return messenger.find("T1", conversation=to, thread_ts=thread_ts, row_ids=wanted, since=LONG_AGO)


def test_a_message_carries_its_row_and_is_found_by_it(slack: Slack, messenger: SlackMessenger) -> None:
    first, second = post(messenger, "r1"), post(messenger, "r2")

    assert find(messenger, "r1", "r2", "r3") == {"r1": first, "r2": second}
    assert find(messenger, "r3") == {}
    assert slack.playground.messages("C1")[0]["text"] == "Hello r1"


def test_a_reply_is_found_in_its_thread(messenger: SlackMessenger) -> None:
    root = post(messenger, "r1")
    reply = post(messenger, "r2", thread_ts=root)

    assert find(messenger, "r2", thread_ts=root) == {"r2": reply}
    assert find(messenger, "r2") == {}


def test_what_is_older_than_wanted_is_not_looked_at(messenger: SlackMessenger) -> None:
    post(messenger, "r1")
    later = datetime.now(UTC) + timedelta(hours=1)

    assert messenger.find("T1", conversation="C1", thread_ts=None, row_ids=frozenset({"r1"}), since=later) == {}


def test_all_rows_of_a_conversation_are_looked_for_at_once(slack: Slack, messenger: SlackMessenger) -> None:
    first = post(messenger, "r1")
    for number in range(120):
        slack.playground.add_message("U2", "C1", f"talk {number}")
    last = post(messenger, "r2")

    assert find(messenger, "r1", "r2") == {"r1": first, "r2": last}
    assert slack.asked("conversations.history") == 2


def test_an_update_changes_the_words_and_keeps_the_row(slack: Slack, messenger: SlackMessenger) -> None:
    ts = post(messenger, "r1")

    messenger.update("T1", conversation="C1", ts=ts, message=Note("Other words"), row_id="r9")

    assert slack.playground.messages("C1")[0]["text"] == "Other words"
    assert find(messenger, "r1") == {"r1": ts}


def test_a_dm_is_opened_once(messenger: SlackMessenger) -> None:
    dm = messenger.open_dm("T1", "U1")

    assert dm.startswith("D")
    assert messenger.open_dm("T1", "U1") == dm
    assert post(messenger, "r1", to=dm)


def test_a_post_whose_answer_is_lost_may_have_arrived_and_is_found(slack: Slack, messenger: SlackMessenger) -> None:
    slack.playground.faults.switch_on("chat.postMessage", "drop_reply")

    with pytest.raises(ExternalFailure) as caught:
        post(messenger, "r1")

    assert caught.value.maybe_done
    assert slack.asked("chat.postMessage") == 1
    assert set(find(messenger, "r1")) == {"r1"}


@pytest.mark.parametrize(("conversation", "code"), [("C2", "not_in_channel"), ("G2", "channel_not_found")])
def test_where_backbeat_is_not_a_post_fails_for_good(messenger: SlackMessenger, conversation: str, code: str) -> None:
    with pytest.raises(ExternalFailure) as caught:
        post(messenger, to=conversation)

    assert (caught.value.permanent, caught.value.code, caught.value.maybe_done) == (True, code, False)


def test_a_message_that_is_gone_cannot_be_updated(messenger: SlackMessenger) -> None:
    with pytest.raises(ExternalFailure) as caught:
        messenger.update("T1", conversation="C1", ts="1.000001", message=Note("x"), row_id="r1")

    assert (caught.value.permanent, caught.value.code) == (True, "message_not_found")


def odd(body: object) -> SlackMessenger:
    with wire(answers(body=body)) as slack:
        client = slack.client()

        class OneClient:
            def of(self, _: str) -> object:
                return client

        messenger = SlackMessenger(OneClient())  # type: ignore[arg-type]
        with pytest.raises(ExternalFailure) as caught:
            messenger.post("T1", conversation="C1", thread_ts=None, message=Note("x"), row_id="r1")
        assert (caught.value.permanent, caught.value.code, caught.value.maybe_done) == (
            False,
            "unreadable_answer",
            True,
        )
        with pytest.raises(ExternalFailure) as caught:
            messenger.open_dm("T1", "U1")
        assert not caught.value.permanent
        return messenger


@pytest.mark.parametrize(
    "body", [{"ok": True}, {"ok": True, "ts": 5, "channel": 7}, {"ok": True, "channel": {"id": 1}}]
)
def test_an_answer_that_does_not_say_where_the_message_is_leaves_it_open(body: object) -> None:
    odd(body)


def test_a_history_too_long_to_look_through_is_said_so() -> None:
    page = answers(body={"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}})
    with wire(page) as slack:
        client = slack.client()

        class OneClient:
            def of(self, _: str) -> object:
                return client

        with pytest.raises(ExternalFailure) as caught:
            find(SlackMessenger(OneClient()), "r1")  # type: ignore[arg-type]

        assert (caught.value.permanent, caught.value.code) == (True, "history_long")
        assert len(slack.requests) == 10
