"""What one line says: the decision, why, what it rules out, when to look again."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.phrases import (
    first_sentence,
    read_cost,
    read_message,
    read_one_line,
    read_when,
    readable,
    split_minutes,
)

TODAY = date(2026, 10, 29)


def read(text: str):
    return read_one_line(text, today=TODAY)


def test_a_reason_and_a_date_are_understood():
    line = read("Use Postgres because we run it already, revisit in 60 days")
    assert (line.title, line.why, line.revisit) == ("Use Postgres", "we run it already", date(2026, 12, 28))


@pytest.mark.parametrize(
    "text",
    [
        "Use Postgres because we run it already",
        "Use Postgres since we run it already",
        "Use Postgres, as we run it already",
        "Use Postgres — we run it already",
        "Use Postgres: we run it already",
        "Use Postgres. Why: we run it already",
        "Use Postgres\nwhy: we run it already",
    ],
)
def test_a_reason_can_be_put_in_many_ways(text):
    assert (read(text).title.strip("."), read(text).why) == ("Use Postgres", "we run it already")


@pytest.mark.parametrize("text", ["Should we use Postgres?", "Use Postgres?", "What about Kafka because of replay"])
def test_a_question_is_for_discussing(text):
    assert read(text).is_question
    assert read(text).title == text


def test_without_a_reason_there_is_none():
    assert read("Use Postgres for the event store").why is None


def test_what_is_not_done_is_understood():
    assert read("Use Postgres because we run it; not doing: Kafka this quarter").not_doing == "Kafka this quarter"
    assert read("Use Postgres rather than Kafka because we run it").not_doing == "Kafka"


def test_a_date_that_is_none_stays_in_the_words():
    assert read("Keep it because it works and revisit it when Kenji is back").why == (
        "it works and revisit it when Kenji is back"
    )
    assert read("Revisit pricing because of churn").title == "Revisit pricing"


def test_slacks_marks_are_read_as_people_see_them():
    text, mentions = readable("Use &lt;b&gt; as <@U1|priya> said in <#C1|platform>, see <https://x.test/a|x.test>")
    assert text == "Use <b> as @priya said in #platform, see https://x.test/a"
    assert mentions == ("U1",)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("€12k", (Decimal(12000), "EUR")),
        ("$1,200/month", (Decimal(1200), "USD")),
        ("12000 EUR", (Decimal(12000), "EUR")),
        ("£1.5m", (Decimal(1500000), "GBP")),
        ("1.200 euros", (Decimal(1200), "EUR")),
        ("20 minutes", (None, None)),
    ],
)
def test_a_cost_is_a_sum_with_its_currency(text, cost):
    assert read_cost(f"Buy it, {text}") == cost


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("in 60 days", "2026-12-28"),
        ("27 Jan", "2027-01-27"),
        ("next Tuesday", "2026-11-03"),
        ("end of quarter", "2026-12-31"),
        ("next quarter", "2027-01-01"),
        ("in 3 months", "2027-01-29"),
        ("2027-01-27", "2027-01-27"),
        ("tomorrow", "2026-10-30"),
        ("in two weeks", "2026-11-12"),
        ("3/11/2026", "2026-11-03"),
        ("yesterday", None),
        ("2026-10-29", None),
        ("may", None),
        ("30 Feb", None),
        ("in 999999 years", None),
    ],
)
def test_dates_that_people_type(text, day):
    found = read_when(text, today=TODAY)
    assert (found.isoformat() if found else None) == day


def test_minutes_are_taken_from_the_end():
    assert split_minutes("SSO for Acme 20 min") == ("SSO for Acme", 20)
    assert split_minutes("SSO for Acme (15m)") == ("SSO for Acme", 15)
    assert split_minutes("Top 10") == ("Top 10", None)


def test_a_title_is_the_first_sentence_cut_at_a_word():
    assert first_sentence("We stay on Heroku. It is fine.", 100) == "We stay on Heroku."
    assert first_sentence("word " * 50, 20) == "word word word…"
    assert first_sentence("", 20) == ""


WORDS = re.compile(r"\w+")
MARKERS = {
    "why",
    "because",
    "of",
    "since",
    "as",
    "revisit",
    "re",
    "review",
    "look",
    "again",
    "it",
    "this",
    "not",
    "doing",
    "no",
    "rather",
    "than",
    "over",
    "and",
}
MARKERS |= {"instead"}
PIECES = [
    "use",
    "Postgres",
    "because",
    "we",
    "run",
    "it",
    "already,",
    "revisit",
    "in",
    "60",
    "days;",
    "not",
    "doing:",
    "Kafka",
    "rather",
    "than",
    "—",
    "why:",
    "since",
    ",",
    ".",
    "27",
    "Jan",
    "ünï",
    "日本語",
    "🎉",
    "€12k",
    "&amp;",
    "<@U1|priya>",
    "\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
@settings(deadline=None)
def test_nothing_that_was_typed_is_lost(text):
    line = read(text)
    kept = " ".join(filter(None, [line.title, line.why, line.not_doing, line.revisit_text])).lower()
    for word in WORDS.findall(readable(text)[0].lower()):
        assert word in MARKERS or word in kept


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_text_is_an_error(text):
    read(text)
    split_minutes(text)
    read_when(text, today=TODAY)
    first_sentence(text, 80)


# --- a message -----------------------------------------------------------------------------------------------------


def message(text: str):
    return read_message(text, today=TODAY, title_limit=300, why_limit=3000)


def test_a_message_that_says_what_and_why_is_read_as_one_line():
    line = message("Use Postgres for the event store: we run it already, and Kafka needs a hire.")
    assert line.title == "Use Postgres for the event store"
    assert line.why == "we run it already, and Kafka needs a hire."


def test_of_a_longer_message_the_first_sentence_is_the_title_and_the_rest_the_reason_it_gives():
    line = message("We will stay on Heroku for now.\nMoving costs a month. We can't, because the peak is in December.")
    assert line.title == "We will stay on Heroku for now"
    assert line.why == "Moving costs a month. We can't, because the peak is in December."


def test_a_rest_that_gives_no_reason_is_left_in_the_message():
    line = message("Agreed, Tuesday it is then.\nThanks all, see you there.")
    assert (line.title, line.why) == ("Agreed, Tuesday it is then", None)


def test_a_question_in_a_message_can_still_be_what_was_decided():
    assert message("Should we use Postgres? We run it already.").title == "Should we use Postgres?"


@given(st.text(max_size=6000))
@settings(max_examples=60)
def test_any_message_is_read_and_fits(text):
    line = message(text)
    assert len(line.title) <= 300
    assert len(line.why or "") <= 3000


@pytest.mark.parametrize("text", ["1," * 20000, "€" + "1 " * 20000, ", " * 20000, "<@" * 9000, " over a" * 6000])
def test_no_text_takes_long_to_read(text):
    message(text)
    split_minutes(text[:4000])
    assert read(text[:4000]) is not None


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("Use Postgres because we run it already", True),
        ("Use Postgres, since we run it already", True),
        ("Use Postgres. Why: we run it already", True),
        ("Hiring: freeze until March", False),
        ("Kafka - not now", False),
        ("Use Postgres", False),
    ],
)
def test_only_a_word_makes_a_reason_of_what_follows(text: str, gives: bool) -> None:
    assert read_one_line(text, today=TODAY).gives_reason is gives
