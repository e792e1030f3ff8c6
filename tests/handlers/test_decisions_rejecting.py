"""A proposal is turned down: by those who might accept it, with a line of why, and for good."""

from collections.abc import Iterator

import pytest

from bot.domain.decisions import DecisionStatus
from bot.domain.workspaces import Role
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, GUEST, KENJI, PRESSED, STRANGER, Team, a_team, propose, said_in


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


def test_a_proposal_is_rejected_once_with_a_line_of_why_on_its_card(team: Team) -> None:
    propose(team)
    said = said_in(team.drawn(1)[0].blocks)
    assert ("decisions.reject" in str(team.drawn(1)[0].blocks), "Reverse" in said) == (True, False)
    team.press(DANA, "decisions.reject", "1")
    view = team.window()
    team.submit(DANA, view, why="Costs too much <!channel>")
    team.submit(DANA, view, why="Costs too much, again")
    decision = team.decision(1)
    assert (decision.status, decision.decided_by, decision.revisit_on) == (DecisionStatus.REJECTED, None, None)
    card = team.drawn(1)[-1]
    team.press(DANA, "decisions.open", "1")
    assert said_in(team.window()).count("Rejected by Dana") == 1
    assert "Costs too much &lt;!channel&gt;" in said_in(team.window())
    assert "decisions.reject" not in str(team.window()["blocks"])
    assert "Reversed" not in said_in(card.blocks)


def test_what_is_rejected_is_not_decided_changed_or_reversed_afterwards(team: Team) -> None:
    propose(team)
    team.press(DANA, "decisions.reject", "1")
    view = team.window()
    team.submit(DANA, view, why="Costs too much")
    for action, value in PRESSED[1:]:
        team.press(DANA, action, value)
    assert team.decision(1).status is DecisionStatus.REJECTED
    assert "rejected already" in str([each["text"] for each in team.told()])


def test_only_those_who_may_decide_it_may_reject_it(team: Team) -> None:
    propose(team)
    for person in (KENJI, GUEST, STRANGER):
        team.press(person, "decisions.reject", "1")
        team.press(person, "decisions.reverse", "1")
    assert team.windows() == ["open"]  # the one in which it was proposed
    team.press(DANA, "decisions.reject", "1")
    for person in (KENJI, GUEST, STRANGER):  # with a window that was not theirs
        team.submit(person, team.window(), why="I don't like it")
    assert team.decision(1).status is DecisionStatus.PROPOSED
    with team.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, [KENJI])
        uow.commit()
    team.submit(KENJI, {**team.window(), "id": "VK"}, why="Costs too much")
    assert team.decision(1).status is DecisionStatus.REJECTED


def test_rejecting_asks_why_within_a_limit_and_nothing_that_is_decided_can_be_rejected(team: Team) -> None:
    propose(team)
    team.press(DANA, "decisions.reject", "1")
    view = team.window()
    assert list(team.submit(DANA, view, why=" ")["errors"]) == ["why"]
    assert list(team.submit(DANA, view, why="x" * 3001)["errors"]) == ["why"]
    team.press(DANA, "decisions.accept", "1")
    team.submit(DANA, view, why="Too late")
    team.press(DANA, "decisions.reject", "1")
    assert "decided already" in team.told()[-1]["text"]
    assert team.decision(1).status is DecisionStatus.DECIDED


def test_reverse_pressed_on_a_proposal_rejects_it(team: Team) -> None:
    propose(team)
    team.press(DANA, "decisions.reverse", "1")
    assert team.window()["callback_id"] == "decisions.rejecting"
