"""Dates and spans as people read them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import spoken


def test_a_day_in_words() -> None:
    assert spoken.day(date(2027, 1, 27)) == "27 Jan 2027"
    assert spoken.weekday(date(2026, 11, 3)) == "Tue 3 Nov"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(10, "10 minutes"), (59, "59 minutes"), (60, "1 hour"), (90, "2 hours"), (150, "2 hours"), (180, "3 hours")],
)
def test_a_span_in_words(minutes: int, words: str) -> None:
    assert spoken.span(minutes) == words


@given(st.text(max_size=400), st.integers(2, 100))
def test_shortening_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(spoken.shorten(text, limit)) <= limit
    line = spoken.one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line


def test_what_is_too_long_is_cut_at_a_word() -> None:
    assert spoken.shorten("Move the event store, all of it", 22) == "Move the event store…"
    assert spoken.one_line("short\n enough", 22) == "short enough"
