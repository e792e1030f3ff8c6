"""What a line asks of the log: filters, words, and whatever else people type."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decisions import DecisionStatus
from bot.domain.filters import Filters, as_typed, both, read_filters, who_is, with_names

NAMES = {"U1": "Dana", "U2": "Kenji Ito", "U3": "José Danat", "U4": "Dana Reis"}


def read(text: str) -> Filters:
    return read_filters(text, lambda name: who_is(name, NAMES))


def test_filters_are_mixed_with_words_and_phrases() -> None:
    assert read(
        'post* by:@Dana area:vendors since:2026-01 until:2026-06-30 "event store" status:reversed mine'
    ) == Filters(
        words=("post*", '"event store"'),
        by=frozenset({"U1"}),
        areas=("vendors",),
        since=date(2026, 1, 1),
        until=date(2026, 6, 30),
        statuses=frozenset({DecisionStatus.REVERSED}),
        mine=True,
    )


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("by:Dana", {"U1"}),  # in full, before those who are also called so
        ("by:@dana", {"U1"}),
        ('by:"Dana Reis"', {"U4"}),
        ("BY:reis", {"U4"}),
        ('by:@"Dana Reis"', {"U4"}),
        ("by:jose", {"U3"}),
        ("by:ken", {"U2"}),
        ("by:<@U9>", {"U9"}),
        ("by:<@U2|kenji>", {"U2"}),
        ("by:@U2", {"U2"}),
        ("by:ken by:reis", {"U2", "U4"}),
    ],
)
def test_people_are_asked_for_by_name_or_mention(text: str, people: set[str]) -> None:
    assert read(text) == Filters(by=frozenset(people))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("since:2026", date(2026, 1, 1), None),
        ("until:2026", None, date(2026, 12, 31)),
        ("until:2026-02", None, date(2026, 2, 28)),
        ("since:2026-1-9 since:2026-02-01", date(2026, 2, 1), None),
        ("since:2026-03 until:2026-01", date(2026, 3, 1), date(2026, 1, 31)),
    ],
)
def test_a_year_and_a_month_are_taken_whole(text: str, since: date | None, until: date | None) -> None:
    assert read(text) == Filters(since=since, until=until)


@pytest.mark.parametrize("text", ["by:me", "by:@me", 'BY:"Me"'])
def test_by_me_is_mine_unless_somebody_is_called_so(text: str) -> None:
    assert read(text) == Filters(mine=True)
    assert read_filters(text, lambda name: who_is(name, {"U7": "Me Inoue"})) == Filters(by=frozenset({"U7"}))


@pytest.mark.parametrize(("typed", "name"), [("soren", "Søren Å"), ("lukasz", "Łukasz"), ("SØREN", "soren")])
def test_letters_that_no_accent_explains_are_typed_without_their_stroke(typed: str, name: str) -> None:
    assert who_is(typed, {"U7": name}) == {"U7"}


def test_several_statuses_are_asked_for_at_once() -> None:
    both = frozenset({DecisionStatus.REVERSED, DecisionStatus.SUPERSEDED})
    assert read("status:reversed,superseded").statuses == both
    assert read("status:Reversed status:SUPERSEDED").statuses == both
    assert read("status:waiting").statuses == {DecisionStatus.PROPOSED}


@pytest.mark.parametrize(
    "text",
    [
        "by:nobody",
        "by:",
        "by:@",
        'by:""',
        "area:",
        "area:!!",
        "since:yesterday",
        "since:2026-13",
        "until:2026-02-30",
        "since:0000",
        "since:2026-",
        "status:gone",
        "status:reversed,gone",
        "colour:red",
        "http://x.test",
        '"mine"',
        '"by:dana"',
        '"since:2026',
    ],
)
def test_what_is_no_filter_is_a_word(text: str) -> None:
    assert read(text) == Filters(words=(text,))


@given(st.text() | st.text(alphabet='by:since2026-0<@U1>|" mineareastatus', max_size=60))
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    read(text)
    as_typed(text)
    with_names(text, NAMES)


def test_a_slash_commands_mention_stays_exact_and_the_rest_is_readable() -> None:
    assert as_typed("by:<@U2|kenji> a &amp; b <@U1|dana> by:<@U1>") == "by:<@U2> a & b @dana by:<@U1>"


def test_a_search_box_shows_names_where_they_mean_nobody_else() -> None:
    assert with_names("by:<@U1> x", NAMES) == "by:@Dana x"
    assert with_names("by:<@U2>", NAMES) == 'by:"Kenji Ito"'
    assert with_names("by:<@U9>", NAMES) == "by:<@U9>"
    assert with_names("by:<@U1>", NAMES | {"U7": "dana"}) == "by:<@U1>"


def test_what_was_picked_holds_together_with_what_was_typed() -> None:
    typed = Filters(("kafka",), frozenset({"U1"}), ("vendors",), date(2026, 1, 1), date(2026, 12, 31), mine=True)
    picked = Filters((), frozenset({"U2"}), ("budget", "vendors"), date(2026, 3, 1), date(2027, 1, 1))
    assert both(typed, picked) == Filters(
        ("kafka",), frozenset({"U1", "U2"}), ("vendors", "budget"), date(2026, 3, 1), date(2026, 12, 31), mine=True
    )
    assert both(typed, Filters()) == typed
    assert both(Filters(), picked) == picked
