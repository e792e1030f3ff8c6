"""Whether two decisions go over the same ground."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.demo import tidewater
from bot.domain.likeness import likeness

LOGGED = [each for each in tidewater.story() if isinstance(each, tidewater.Logs)]


def test_the_same_choice_in_other_words_is_alike() -> None:
    assert likeness(("Stay on Heroku", ""), ("Stay on Heroku until 50 customers", "Moving costs a month"))
    assert likeness(("On-call rota for all services?", ""), ("One on-call rota for all services, a week at a time", ""))


def test_the_same_argument_is_alike() -> None:
    one = ("Use Postgres for the event store", "we run it already, and Kafka needs a hire.")
    assert likeness(one, ("Keep RabbitMQ for jobs", "RabbitMQ carries ten times the load; Kafka needs a hire"))


def test_one_word_in_common_is_a_coincidence() -> None:
    assert not likeness(("Use Postgres for events", "It is here"), ("Upgrade Postgres in March", "It is old"))
    assert not likeness(("Ship on Tuesdays", ""), ("Hire in March", ""))


def test_nothing_is_like_nothing() -> None:
    assert likeness(("", ""), ("", "")) == 0
    assert likeness(("the of and", ""), ("the of and", "")) == 0


def test_in_five_weeks_of_decisions_only_those_that_are_about_the_same_thing_are_alike() -> None:
    found = {
        (one + 1, other + 1)
        for one, other in combinations(range(len(LOGGED)), 2)
        if likeness((LOGGED[one].title, LOGGED[one].why), (LOGGED[other].title, LOGGED[other].why))
    }
    assert found == {(7, 10)}  # preview environments, and preview environments on request only


@given(st.text(max_size=700), st.text(max_size=700), st.text(max_size=700), st.text(max_size=700))
def test_it_is_a_number_between_nothing_and_the_same_whatever_the_words(a: str, b: str, c: str, d: str) -> None:
    assert 0 <= likeness((a, b), (c, d)) <= 100
    assert likeness((a, b), (c, d)) == likeness((c, d), (a, b))
