"""The window that says what settled a matter before: when it does, and what is pressed there."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.workspaces import Audience
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, KENJI, STRANGER, Team, a_team, inputs, propose, said_in

RABBIT = "Keep RabbitMQ for jobs because Kafka needs a hire"
AGAIN = "Drop RabbitMQ for jobs because it lost two of them"
SETTLED = "*D-1 settled this on 29 Oct.* What is new?"


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


def reopened(team: Team, who: str = KENJI, text: str = AGAIN) -> dict[str, Any]:
    """D-1 stands, and somebody is about to log the opposite."""
    team.log(RABBIT)
    team.slash(who, text)
    return team.window()


def press(team: Team, who: str, view: dict[str, Any], action: str, value: str = "1", **values: Any) -> dict[str, Any]:
    team.press_in(who, view, f"decisions.{action}", value, **values)
    return team.window()


def logged(team: Team) -> list[Decision]:
    return team.decisions()


# --- when it is said -----------------------------------------------------------------------------------------------


def test_one_line_opens_the_window_instead_with_its_words_kept(team: Team) -> None:
    view = reopened(team)
    assert SETTLED in said_in(view)
    assert (inputs(view)["title"], inputs(view)["why"]) == ("Drop RabbitMQ for jobs", "it lost two of them")
    assert len(logged(team)) == 1
    assert team.submit(KENJI, view) == {}
    assert len(logged(team)) == 2


def test_a_message_and_a_proposal_count_too(team: Team) -> None:
    propose(team)
    team.shortcut(KENJI, "Use Postgres instead of files: we know it", ts="5.5")
    assert "*D-1 proposes this since 29 Oct.* What is new?" in said_in(team.window())


def test_what_was_typed_in_the_window_comes_back_once_with_all_that_was_typed(team: Team) -> None:
    team.log(RABBIT)
    team.slash(KENJI, "")
    typed = {"title": "Drop RabbitMQ for jobs", "why": "It lost two", "not_doing": "Redis", "owner": DANA}
    answer = team.submit(KENJI, team.window(), **typed)
    assert answer["response_action"] == "update"
    assert SETTLED in said_in(answer["view"])
    assert {name: inputs(answer["view"])[name] for name in typed} == typed
    assert len(logged(team)) == 1
    again = {**answer["view"], "id": "V9", "hash": "2.a"}
    assert team.submit(KENJI, again) == {}
    assert logged(team)[0].title == "Drop RabbitMQ for jobs"


def test_it_is_said_once_whatever_is_changed_after(team: Team) -> None:
    team.log(RABBIT)
    team.log("Stay on Heroku because moving costs a month")
    team.slash(KENJI, "")
    answer = team.submit(KENJI, team.window(), title="Drop RabbitMQ for jobs", why="It lost two")
    again = {**answer["view"], "id": "V9", "hash": "2.a"}
    assert team.submit(KENJI, again, title="Leave Heroku, stay nowhere") == {}


def test_what_is_wrong_is_said_first(team: Team) -> None:
    team.log(RABBIT)
    team.slash(KENJI, "")
    answer = team.submit(KENJI, team.window(), title="Drop RabbitMQ for jobs", why=" ")
    assert answer["response_action"] == "errors"


def test_the_same_command_delivered_twice_logs_once_and_opens_nothing(team: Team) -> None:
    for _ in range(2):
        team.slash(DANA, RABBIT, trigger="same")
    assert len(logged(team)) == 1
    assert team.windows() == []


def test_who_may_not_see_it_is_not_told_of_it(team: Team) -> None:
    team.log(RABBIT, channel="G1")
    assert team.log(AGAIN, who=KENJI).number == 2
    assert team.windows() == []


# --- supersede it --------------------------------------------------------------------------------------------------


def test_the_window_turns_into_superseding_with_all_that_was_typed(team: Team) -> None:
    view = press(team, KENJI, reopened(team), "supersede_it", not_doing="Redis", owner=DANA)
    assert view["title"]["text"] == "Supersede D-1"
    kept = inputs(view)
    assert (kept["title"], kept["why"]) == ("Drop RabbitMQ for jobs", "it lost two of them")
    assert (kept["not_doing"], kept["owner"]) == ("Redis", DANA)
    assert "Takes the place of D-1" in said_in(view)
    assert team.submit(KENJI, view) == {}
    assert team.decision(1).status is DecisionStatus.SUPERSEDED
    assert (team.decision(2).supersedes, team.decision(2).title) == (1, "Drop RabbitMQ for jobs")


def test_what_supersedes_is_seen_by_those_who_saw_the_old_one_and_the_window_says_so(team: Team) -> None:
    team.log(RABBIT, channel="G1")
    team.slash(DANA, AGAIN, channel="C1")
    view = press(team, DANA, team.window(), "supersede_it")
    assert "Visible to members of <#G1>." in said_in(view)
    team.submit(DANA, view)
    assert team.decision(2).audience == Audience("G1")


# --- related -------------------------------------------------------------------------------------------------------


def test_a_link_is_kept_and_shown_on_the_card(team: Team) -> None:
    view = press(team, KENJI, reopened(team), "relate", why="It lost three")
    assert "Related to D-1." in said_in(view)
    assert inputs(view)["why"] == "It lost three"
    team.submit(KENJI, view)
    assert team.decision(2).related == (1,)
    assert "Related to D-1" in said_in(team.drawn(2)[0].blocks)
    team.press(KENJI, "decisions.open", "2")
    assert "Related to D-1" in said_in(team.window())


def test_there_is_a_way_back(team: Team) -> None:
    view = press(team, KENJI, press(team, KENJI, reopened(team), "relate"), "unrelate")
    assert SETTLED in said_in(view)
    team.submit(KENJI, view)
    assert team.decision(2).related == ()


def test_the_notice_and_the_link_stay_where_the_window_is_widened(team: Team) -> None:
    view = press(team, KENJI, reopened(team), "relate")
    view = press(team, KENJI, view, "add_detail", "")
    assert "Related to D-1." in said_in(view)
    team.submit(KENJI, view)
    assert team.decision(2).related == (1,)


def test_a_link_would_not_tell_others_of_what_they_may_not_see(team: Team) -> None:
    team.log(RABBIT, channel="G1")
    team.slash(DANA, AGAIN, channel="C1")
    view = press(team, DANA, team.window(), "relate")
    assert "would tell of it" in said_in(view)
    assert inputs(view)["title"] == "Drop RabbitMQ for jobs"
    team.submit(DANA, view)
    assert team.decision(2).related == ()


# --- who may not ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["supersede_it", "relate", "unrelate"])
@pytest.mark.parametrize("value", ["2", "77", "nonsense", "-1"])
def test_a_forged_number_gets_words_and_changes_nothing(team: Team, action: str, value: str) -> None:
    team.log("Hire one engineer because Dana says so", channel="G1")  # D-1
    team.log("Buy a castle because it is cheap", channel="G1")  # D-2, which Kenji may not see
    team.slash(KENJI, "Use Redis for the cache")
    view = press(team, KENJI, team.window(), action, value, why="It is quick")
    assert view["title"]["text"] == "Log a decision"
    assert (inputs(view)["title"], inputs(view)["why"]) == ("Use Redis for the cache", "It is quick")
    assert "castle" not in said_in(view)
    assert "Related to" not in said_in(view)
    team.submit(KENJI, view)
    assert (team.decision(3).related, team.decision(3).supersedes) == ((), None)
    assert team.decision(2).status is DecisionStatus.DECIDED


def test_a_link_that_was_forged_into_the_window_is_not_kept(team: Team) -> None:
    team.log("Buy a castle because it is cheap", channel="G1")
    team.slash(KENJI, "Use Redis for the cache")
    forged = {**team.window(), "private_metadata": '{"m":"new","c":"C1","cb":1,"re":[1]}'}
    answer = team.submit(KENJI, forged, why="It is quick")
    assert "I don't know that one" in said_in(answer)
    assert len(logged(team)) == 1


def test_somebody_of_another_company_gets_nowhere(team: Team) -> None:
    view = reopened(team)
    press(team, STRANGER, view, "supersede_it")
    assert "Drop RabbitMQ" not in said_in(team.window())
    assert team.decision(1).status is DecisionStatus.DECIDED
