"""The rules of standups: when a round opens, how a reply is read, what counts as stuck."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.recurrence import available_timezones, slots
from bot.domain.standups import (
    DEFAULT_QUESTIONS,
    Standup,
    asked_at,
    checked_questions,
    closes_at,
    opening_rule,
    opens_at,
    plan_index,
    read_edit,
    read_reply,
    same_trouble,
    says_nothing,
    stuck_on,
)

STANDUP = Standup(
    "T1", "S1", "C1", "U1", DEFAULT_QUESTIONS, frozenset({1, 4}), time(9, 30), time(16, 0), "Europe/Lisbon"
)
ZONES = sorted(available_timezones())


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_nobodys_hour_is_earlier_than_the_opening_of_their_days_round(zone, day):
    assert opens_at(STANDUP, day) <= asked_at(STANDUP, day, zone) <= opens_at(STANDUP, day) + timedelta(hours=28)


def test_the_rule_of_the_openings_names_each_round_by_its_own_day():
    found = list(islice(slots(opening_rule(STANDUP, date(2026, 10, 23)), start=date(2026, 10, 23)), 3))
    assert [slot.day for slot in found] == [date(2026, 10, 23), date(2026, 10, 27), date(2026, 10, 30)]
    assert [slot.utc for slot in found] == [opens_at(STANDUP, slot.day) for slot in found]


def test_everybody_is_asked_at_the_same_wall_time_across_the_changes_of_the_clocks():
    def hours(zone, *days):
        return [asked_at(STANDUP, date(2026, *day), zone).strftime("%H:%M") for day in days]

    before, after, later = (10, 23), (10, 27), (11, 3)
    assert hours("Europe/Lisbon", before, after, later) == ["08:30", "09:30", "09:30"]  # 25 October
    assert hours("America/New_York", before, after, later) == ["13:30", "13:30", "14:30"]  # 1 November
    assert hours("Asia/Tokyo", before, after, later) == ["00:30", "00:30", "00:30"]
    assert closes_at(STANDUP, date(2026, 10, 23)) == datetime(2026, 10, 23, 15, tzinfo=UTC)
    assert closes_at(STANDUP, date(2026, 10, 27)) == datetime(2026, 10, 27, 16, tzinfo=UTC)


def test_questions_are_tidied_and_bounded():
    assert checked_questions(["  What   now? ", "", "Stuck?"]) == ("What now?", "Stuck?")
    for wrong in ([], ["", " "], ["q"] * 11, ["q" * 201]):
        with pytest.raises(InvalidInput) as refused:
            checked_questions(wrong)
        assert refused.value.field == "questions"


def test_the_plan_is_what_is_next_and_never_the_last_question():
    assert plan_index(DEFAULT_QUESTIONS) == 1
    assert plan_index(("What will you do?", "Anything else?", "Stuck?")) == 0
    assert plan_index(("Done?", "Stuck?")) is None
    assert plan_index(("What is next?",)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 did this\n2 next that\n3 nothing", ("did this", "next that", "nothing")),
        ("1. did this\nand that\n3) the DB", ("did this\nand that", "", "the DB")),
        ("1 did this 2 next that 3 nothing", ("did this", "next that", "nothing")),
        ("1) x, 2) y, 3) z", ("x", "y", "z")),
        ("1 fixed 2 bugs\n2 tests\n3 no", ("fixed 2 bugs", "tests", "no")),
        ("did this\n\nnext that\nnothing", ("did this", "next that", "nothing")),
        ("2 bugs fixed", ("2 bugs fixed", "", "")),
        ("just one thing", ("just one thing", "", "")),
        ("two\nlines", ("two\nlines", "", "")),
        ("3: no", ("", "", "no")),
        ("", ("", "", "")),
    ],
)
def test_a_reply_is_read_by_its_numbers_or_its_lines(text, expected):
    assert read_reply(text, 3) == expected


def test_a_second_reply_replaces_what_it_numbers_and_adds_what_it_does_not():
    first = ("did this", "next that", "the DB")
    assert read_reply("3. nothing any more", 3, first) == ("did this", "next that", "nothing any more")
    assert read_reply("and reviewed PRs", 3, first) == ("did this\nand reviewed PRs", "next that", "the DB")


def test_an_edited_reply_changes_what_came_from_it_alone():
    known = ("did this\nand reviewed PRs", "next that", "no")
    assert read_edit("and reviewed PRs", "and merged PRs", 3, known) == ("did this\nand merged PRs", "next that", "no")
    assert read_edit("3. no", "3. the DB", 3, known) == ("did this\nand reviewed PRs", "next that", "the DB")
    assert read_edit("1 a\n2 b", "1 a\n2 b\n3 c", 3, ("a", "b", "")) == ("a", "b", "c")
    assert read_edit("one thing", "", 3, ("one thing", "", "")) == ("", "", "")


@given(st.text(max_size=99), st.text(max_size=99), st.lists(st.text(max_size=20), min_size=3, max_size=3))
def test_an_edit_always_leaves_an_answer_to_each_question(before, after, known):
    assert len(read_edit(before, after, 3, known)) == 3


@given(st.text(max_size=300), st.integers(1, 10))
def test_whatever_is_replied_gives_an_answer_to_each_question_and_loses_no_word(text, count):
    texts = read_reply(text, count)
    assert len(texts) == count
    letters = "".join(ch for ch in text if ch.isalpha())
    kept = "".join(ch for each in texts for ch in each if ch.isalpha())
    assert sorted(letters) == sorted(kept)


@pytest.mark.parametrize(
    "text", ["", "  ", "no", "No.", "nothing!", "-", "–", "n/a", "None 🎉", "not stuck", "Stuck: no"]
)
def test_these_say_that_nothing_is_stuck(text):
    assert says_nothing(text)
    assert stuck_on(text) == ()


@pytest.mark.parametrize("text", ["no access to AWS", "nobody reviews", "not much, but SSO", "staging DB", "なにか"])
def test_these_do_not(text):
    assert stuck_on(text) == (text,)


def test_each_bullet_is_stuck_by_itself_and_other_lines_are_one_thing():
    assert stuck_on("- staging DB\n- SSO review\n- no") == ("staging DB", "SSO review")
    assert stuck_on("staging DB\nit is full") == ("staging DB it is full",)
    assert len(stuck_on("\n".join(f"- {'x' * 400} {n}" for n in range(9)))) <= 5
    assert all(len(each) <= 300 for each in stuck_on("y" * 3000))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Staging DB is out of disk", "staging DB still out of disk, waiting for ops", True),
        ("SSO review from Sam", "Still waiting on Sam's SSO review", True),
        ("Access to AWS", "AWS access still missing", True),
        ("Staging DB is out of disk", "Staging deploy is broken", False),
        ("Waiting for review", "Waiting for Sam", False),
        ("the", "a", False),
    ],
)
def test_the_same_trouble_is_known_in_other_words(one, other, same):
    assert same_trouble(one, other) is same
