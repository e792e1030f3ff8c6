"""Key messages: which of a thread's messages say most, by a rule that always picks the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.key_messages import KEY_LIMIT, MOST, pick
from bot.domain.updates import ThreadMessage


def a_message(number: int, text: str, **extra: object) -> ThreadMessage:
    return ThreadMessage(f"1000.{number:04}", "U2", "Kenji", text, f"https://t.test/{number}", **extra)  # type: ignore[arg-type]


def texts(messages: list[ThreadMessage]) -> list[str]:
    return [point.text.removeprefix("Kenji: ") for point in pick(messages, total=len(messages)).key_messages]


CHATTER = [a_message(number, words) for number, words in enumerate(["+1", "nice", "lol", "thanks!", "same", "brb"] * 5)]


@pytest.mark.parametrize(
    "text",
    [
        "We decided to stay on Heroku",
        "Agreed, let's go with Postgres",
        "Can you write the plan by Friday?",
        "Is a retention of 90 days enough?",
        "I'll own the migration",
        "Das haben wir heute beschlossen",
        "On part sur Postgres",
        "¿Puedes revisarlo mañana?",
        "Postgresにします",
        "我们决定用Postgres",
        "это решено окончательно",
    ],
)
def test_a_message_that_says_something_is_found_among_chatter(text: str) -> None:
    thread = [*CHATTER[:15], a_message(90, text), *CHATTER[15:]]

    assert text in texts(thread)


def test_what_many_reacted_to_is_found() -> None:
    assert "ship it as it is" in texts([*CHATTER, a_message(90, "ship it as it is", reactions=6), *CHATTER])


def test_they_come_in_the_order_they_were_written_and_seven_at_most() -> None:
    thread = [a_message(number, f"We decided matter number {number}") for number in range(100)]

    summary = pick(thread, total=100)

    cites = [point.cites[0] for point in summary.key_messages]
    assert len(cites) == MOST
    assert cites == sorted(cites)
    assert cites[0] == 1


def test_the_same_words_twice_count_once() -> None:
    thread = [a_message(number, "Let's go with Postgres") for number in range(5)]

    assert texts(thread) == ["Let's go with Postgres"]


def test_people_come_before_apps() -> None:
    apps = [a_message(number, f"Deploy {number} is due, please approve?", is_bot=True) for number in range(20)]
    thread = [*apps, *(a_message(50 + number, f"Is part {number} safe to deploy by Friday?") for number in range(7))]

    picked = pick(thread, total=27).key_messages

    assert all(point.cites[0] > 20 for point in picked[1:])


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (a_message(1, "ok"), "Kenji: ok"),
        (a_message(1, ""), "Kenji: (no text)"),
        (a_message(1, "  ", files=1), "Kenji: (a file)"),
        (a_message(1, "", files=3), "Kenji: (3 files)"),
        (a_message(1, "Build failed", is_bot=True), "Kenji: Build failed"),
        (a_message(1, "see <https://x.test|the plan>, <@U2> &amp; co"), "Kenji: see the plan, @Kenji & co"),
        (ThreadMessage("1.0", "", "", "hello there"), "Somebody: hello there"),
    ],
)
def test_a_thread_of_one_message_is_that_message(message: ThreadMessage, shown: str) -> None:
    summary = pick([message], total=1)

    assert [(point.text, point.cites) for point in summary.key_messages] == [(shown, (1,))]


def test_an_empty_thread_has_none() -> None:
    assert pick([], total=0).key_messages == ()


def test_what_was_not_read_is_said() -> None:
    summary = pick([a_message(1, "hello", files=2), a_message(2, "world", files=1)], total=143)

    assert (summary.read, summary.total, summary.files_not_read) == (2, 143, 3)
    assert not summary.is_by_model


@given(st.lists(st.tuples(st.text(max_size=500), st.integers(0, 9), st.booleans()), max_size=40))
def test_any_thread_gives_the_same_few_each_time(parts: list[tuple[str, int, bool]]) -> None:
    thread = [
        a_message(number, text, reactions=reactions, is_bot=is_bot)
        for number, (text, reactions, is_bot) in enumerate(parts)
    ]

    summary = pick(thread, total=len(thread))

    assert summary == pick(thread, total=len(thread))
    assert bool(summary.key_messages) == bool(thread)
    assert len(summary.key_messages) <= MOST
    for point in summary.key_messages:
        assert 1 <= point.cites[0] <= len(thread)
        assert 0 < len(point.text) <= KEY_LIMIT
        assert "\n" not in point.text


def test_what_backbeat_said_is_no_key_message() -> None:
    card = a_message(2, "D-14 · Postgres. We decided it, see you by Friday?", is_bot=True, is_ours=True)
    thread = [a_message(1, "Postgres or Kafka?"), card, a_message(3, "Postgres: we run it already")]
    assert texts(thread) == ["Postgres or Kafka?", "Postgres: we run it already"]
