"""Updates: a summary as text and back, and whether points rest on what they cite."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.citations import supported
from bot.domain.updates import (
    CITES_EACH,
    EDIT_LIMIT,
    POINT_LIMIT,
    POINTS_EACH,
    Point,
    Summary,
    ThreadMessage,
    as_text,
    cites_in,
    words_of,
)


def a_summary(**extra: object) -> Summary:
    base = {"decided": (), "open": (), "todo": (), "key_messages": (), "read": 6, "total": 6}
    return Summary(**{**base, "files_not_read": 0, "sent_to": None, **extra})  # type: ignore[arg-type]


def test_a_summary_reads_as_plain_text() -> None:
    summary = a_summary(decided=(Point("Use Postgres", (1, 3)),), todo=(Point("Priya writes the plan", (4,)),))

    assert as_text(summary) == "Decided\n• Use Postgres [1][3]\n\nTo do\n• Priya writes the plan [4]"


def test_the_longest_summary_fits_the_window_to_edit_it_in() -> None:
    longest = (Point("x" * POINT_LIMIT, tuple(range(1000 - CITES_EACH, 1000))),) * POINTS_EACH

    assert len(as_text(a_summary(decided=longest, open=longest, todo=longest))) <= EDIT_LIMIT


def test_only_marks_that_name_a_message_are_citations() -> None:
    found = cites_in("as said [1] in [6], not [0], [7], [x], [12345] or arr[2]", read=6)

    assert [each[0] for each in found] == ["[1]", "[6]", "[2]"]


def test_a_name_cannot_smuggle_marks_into_words() -> None:
    message = ThreadMessage("1.0", "U1", "Dana", "hi <@U9>, <!channel> &lt;b&gt;")

    assert words_of(message, {"U9": "<https://evil.test|Bob> & co"}) == "hi @<https://evil.test|Bob> & co, @channel <b>"


# --- citations -----------------------------------------------------------------------------------------------------

SAID = (
    "We keep the event store on Postgres 16",
    "+1",
    "イベントストアはPostgresにします",
    "Die Migration übernimmt Kenji",
    "lunch at noon, pizza place next to the office and then a walk along the river",
)


@pytest.mark.parametrize(
    ("text", "cites", "kept"),
    [
        ("The event store stays on Postgres", (1,), (1,)),
        ("The event store stays on Postgres", (2, 1), (1, 2)),
        ("The event store stays on Postgres", (1, 5), (1,)),
        ("The event store stays on Postgres", (1, 1, 1), (1,)),
        ("The event store stays on Postgres", (2,), None),
        ("The event store stays on Postgres", (5,), None),
        ("The event store stays on Postgres", (), None),
        ("The event store stays on Postgres", (6,), None),
        ("The event store stays on Postgres", (0, 1), None),
        ("Version 16 it is", (1,), (1,)),
        ("イベントストアはPostgres", (3,), (3,)),
        ("Kenji migriert die Datenbank", (4,), (4,)),
        ("", (1,), None),
    ],
)
def test_a_point_stands_on_the_messages_that_bear_it_out(
    text: str, cites: tuple[int, ...], kept: tuple[int, ...] | None
) -> None:
    points, dropped = supported([Point(text, cites)], SAID)

    assert [point.cites for point in points] == ([kept] if kept else [])
    assert dropped == (kept is None)


@given(
    st.lists(st.tuples(st.text(max_size=80), st.lists(st.integers(-3, 12), max_size=6)), max_size=8),
    st.lists(st.text(max_size=80), max_size=9),
)
def test_no_point_ever_cites_what_is_not_there(parts: list[tuple[str, list[int]]], said: list[str]) -> None:
    points, dropped = supported([Point(text, tuple(cites)) for text, cites in parts], said)

    assert len(points) + dropped == len(parts)
    for point in points:
        assert point.cites
        assert all(1 <= number <= len(said) for number in point.cites)
