"""Dates and spans as people read them."""

from datetime import date

import pytest

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
