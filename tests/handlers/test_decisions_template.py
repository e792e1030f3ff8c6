"""What a cost asks for, once, in the window of a decision; and nothing typed is lost whatever is drawn again."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.decisions import BUYING, Door
from bot.domain.rights import DecisionRight
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, KENJI, STRANGER, Team, a_team, inputs, said_in

SAID = {
    "why": "We run it",
    "area": "Vendors",
    "cost": "12k",
    "currency": "EUR",
    "options": "Datadog\n+ ready\n- dear",
    "door": "one-way",
    "outcome_metric": "Pages at night",
    "guardrail": "1% of revenue",
    "risk_until": "2026-11-30",
    "accepted_by": KENJI,
}


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


def widened(team: Team, text: str = "Use Datadog", **values: Any) -> dict[str, Any]:
    team.slash(DANA, text)
    team.press_in(DANA, team.window(), "decisions.add_detail", **values)
    return team.window()


def came_back(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["response_action"] == "update", answer
    return {**answer["view"], "id": "V1", "hash": "2.b"}


def stands(view: dict[str, Any]) -> dict[str, Any]:
    found = inputs(view)
    return {name: value["value"] if isinstance(value, dict) else value for name, value in found.items()}


def test_a_cost_brings_the_window_back_once_with_all_that_was_typed(team: Team) -> None:
    view = widened(team)
    again = came_back(team.submit(DANA, view, **SAID))
    assert "This costs something" in said_in(again)
    assert "Posts in #platform" in said_in(again)
    assert set(BUYING) <= stands(again).keys()
    assert {name: stands(again)[name] for name in SAID} == SAID
    assert team.decisions() == []

    assert team.submit(DANA, again) == {}  # empty is an answer
    detail = team.decision(1).detail
    assert (detail.door, detail.outcome_metric, detail.guardrail) == (Door.ONE_WAY, "Pages at night", "1% of revenue")
    assert (detail.options, detail.accepted_by) == (SAID["options"], KENJI)
    assert (detail.total_cost, detail.security) == (None, None)


def test_a_window_that_is_sent_twice_asks_twice_and_logs_nothing(team: Team) -> None:
    view = widened(team)
    assert came_back(team.submit(DANA, view, **SAID)) == came_back(team.submit(DANA, view, **SAID))
    assert team.decisions() == []


def test_answers_are_kept_through_an_error_and_an_edit(team: Team) -> None:
    again = came_back(team.submit(DANA, widened(team), **SAID))
    answers = {"total_cost": "90k", "maintenance": "Two days", "integration": "SSO", "security": "SOC 2"}
    assert list(team.submit(DANA, again, **answers, revisit="2020-01-01")["errors"]) == ["revisit"]
    assert team.submit(DANA, again, **answers) == {}
    team.press(DANA, "decisions.edit", "1")
    edit = team.window()
    assert {name: stands(edit)[name] for name in answers} == answers
    assert team.submit(DANA, edit, security="SOC 2, ISO 27001") == {}
    assert team.decision(1).detail.security == "SOC 2, ISO 27001"


def test_a_sum_in_the_one_line_asks_from_the_start(team: Team) -> None:
    team.slash(DANA, "Buy Datadog because our own graphs cost us a day a week, for 12k EUR")
    assert set(BUYING) <= stands(team.window()).keys()
    assert "This costs something" in said_in(team.window())
    assert team.submit(DANA, team.window()) == {}


def test_a_cost_that_an_edit_adds_asks_too(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.edit", "1")
    team.press_in(DANA, team.window(), "decisions.add_detail", why="Half a sent")
    again = came_back(team.submit(DANA, team.window(), cost="500", currency="EUR"))
    assert stands(again)["why"] == "Half a sent"
    assert team.submit(DANA, again) == {}
    assert (team.decision(1).why, team.decision(1).detail.currency) == ("Half a sent", "EUR")


def test_a_channel_that_is_picked_afterwards_costs_no_answer(team: Team) -> None:
    team.send(
        {
            "type": "shortcut",
            "callback_id": "decisions.log_anywhere",
            "team": {"id": "T1"},
            "user": {"id": DANA, "team_id": "T1"},
            "trigger_id": "t",
        }
    )
    team.press_in(DANA, team.window(), "decisions.add_detail", title="Use Datadog")
    again = came_back(team.submit(DANA, team.window(), **SAID, owner=DANA))
    team.press_in(DANA, again, "decisions.place", maintenance="Two days", post_in="C1")
    after = stands(team.window())
    assert (after["maintenance"], after["title"], after["options"]) == ("Two days", "Use Datadog", SAID["options"])


@pytest.mark.parametrize("who", [STRANGER, "U404"])
def test_whoever_is_no_member_accepts_no_risk(team: Team, who: str) -> None:
    said = SAID | {"accepted_by": who, "cost": ""}
    assert list(team.submit(DANA, widened(team), **said)["errors"]) == ["accepted_by"]
    assert team.decisions() == []


def test_longer_than_the_area_allows_is_said_beside_the_day(team: Team) -> None:
    with team.store.begin("T1") as uow:
        uow.rights.save(DecisionRight("T1", "Vendors", 0, risk_days=5))
        uow.commit()
    view = widened(team)
    said = {name: value for name, value in SAID.items() if name not in {"cost", "currency"}}
    answer = team.submit(DANA, view, **said)
    assert list(answer["errors"]) == ["risk_until"]
    assert "5 days at most" in said_in(answer["errors"])
    assert team.submit(DANA, view, **said | {"risk_until": "2026-11-03"}) == {}


def test_a_forged_door_is_refused_in_words(team: Team) -> None:
    answer = team.submit(DANA, widened(team), why="We run it", door="revolving")
    assert list(answer["errors"]) == ["door"]


def test_what_goes_over_a_debate_again_and_costs_something_comes_back_once_for_both(team: Team) -> None:
    team.log("Use Datadog for monitoring because our own graphs cost us a day a week, revisit in 60 days")
    view = widened(team, "Datadog")
    again = came_back(team.submit(DANA, view, title="Use Datadog for monitoring", **SAID))
    assert "D-1 settled this" in said_in(again)
    assert set(BUYING) <= stands(again).keys()
    assert team.submit(DANA, again) == {}
    assert team.decision(2).title == "Use Datadog for monitoring"
