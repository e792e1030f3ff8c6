"""Options as people type them: what each is called, and what speaks for and against it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.options import Option, read_options, write_options

POSTGRES = Option("Postgres", ("We run it already",), ("Slower than Kafka",))
KAFKA = Option("Kafka", ("Made for it",), ("Needs a hire", "Twice the cost"))


def test_a_line_an_option_with_signs_under_it() -> None:
    text = "Postgres\n+ We run it already\n- Slower than Kafka\nKafka\n+Made for it\n− Needs a hire\n– Twice the cost"
    assert read_options(text) == (POSTGRES, KAFKA)


def test_bullets_numbers_blank_lines_and_indents_are_only_looks() -> None:
    for text in (
        "* Postgres\n  + We run it already\n  - Slower than Kafka\n\n* Kafka\n  + Made for it\n  - Needs a hire\n"
        "  - Twice the cost",
        "1. Postgres\n+ We run it already\n- Slower than Kafka\n2) Kafka\n+ Made for it\n- Needs a hire\n"
        "- Twice the cost",
        "- Postgres\n  + We run it already\n  - Slower than Kafka\n- Kafka\n  + Made for it\n  - Needs a hire\n"
        "  - Twice the cost",
    ):
        assert read_options(text) == (POSTGRES, KAFKA), text


def test_a_list_of_dashes_is_a_list_of_options() -> None:
    assert read_options("- Postgres\n- Kafka") == (Option("Postgres"), Option("Kafka"))


def test_an_adr_says_good_and_bad() -> None:
    text = (
        "* Postgres\n* Kafka\n\n### Postgres\n\n* Good, because We run it already\n* Bad, because Slower than Kafka\n"
        "\n### Kafka\n\nThe usual choice.\n\n* Neutral, because it is Java\n* bad, because Needs a hire"
    )
    assert read_options(text) == (
        POSTGRES,
        Option("Kafka", (), ("Needs a hire",), ("The usual choice.", "it is Java")),
    )


def test_what_is_indented_under_an_option_is_said_of_it() -> None:
    assert read_options("Postgres\n  as today\nKafka") == (Option("Postgres", notes=("as today",)), Option("Kafka"))


def test_nothing_has_no_options() -> None:
    assert read_options(None) == read_options(" \n\t\n") == ()


@given(st.text(st.sampled_from("ab +-~*#1.\n\t−"), max_size=60))
def test_no_word_is_lost(text: str) -> None:
    assert sorted(re.findall(r"[ab]+", write_options(read_options(text)))) == sorted(re.findall(r"[ab]+", text))


WORDS = st.text(st.sampled_from("ab .-+*#é"), min_size=1, max_size=12).map(str.strip).filter(bool)
NAMES = WORDS.map(lambda text: f"x{text}")


@given(st.lists(st.builds(Option, NAMES, *(st.lists(NAMES, max_size=3).map(tuple) for _ in range(3))), max_size=4))
def test_what_is_written_is_read_back(options: list[Option]) -> None:
    assert read_options(write_options(options)) == tuple(options)
