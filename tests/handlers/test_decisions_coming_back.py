"""What is pressed where a decision has come back: put off, superseded, kept, each by those who may and once."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot.domain.decisions import DecisionStatus
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, GUEST, KENJI, STRANGER, Team, a_team, inputs, propose

SOON = "Use Postgres because we run it already, revisit in 3 days"


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


def test_ask_me_later_puts_it_off_once_for_each_press(team: Team) -> None:
    team.log(SOON)
    team.press(DANA, "decisions.snooze", "1")
    assert team.decision(1).revisit_on == date(2026, 11, 5)
    assert team.decision(1).status is DecisionStatus.DECIDED


@pytest.mark.parametrize("person", [KENJI, GUEST, STRANGER])
def test_whoever_does_not_answer_for_it_puts_nothing_off(team: Team, person: str) -> None:
    team.log(SOON)
    team.press(person, "decisions.snooze", "1")
    assert team.decision(1).revisit_on == date(2026, 11, 1)


@pytest.mark.parametrize("value", ["", "one", "0", "-1", "999999999999999999999"])
def test_a_number_that_was_never_given_changes_nothing(team: Team, value: str) -> None:
    team.log(SOON)
    team.press(DANA, "decisions.snooze", value)
    assert team.decision(1).revisit_on == date(2026, 11, 1)


def test_supersede_opens_the_window_with_another_direction_to_fill_in(team: Team) -> None:
    team.log(SOON)
    team.press(DANA, "decisions.replace", "1")
    view = team.window()
    assert inputs(view)["title"] in {"", None}
    team.submit(DANA, view, title="Use Kafka", why="We hired for it")
    assert (team.decision(1).status, team.decision(1).superseded_by) == (DecisionStatus.SUPERSEDED, 2)


def test_a_proposal_is_not_kept(team: Team) -> None:
    propose(team)
    before = len(team.windows())
    team.press(DANA, "decisions.keep", "1")
    assert team.decision(1).status is DecisionStatus.PROPOSED
    assert len(team.windows()) == before
