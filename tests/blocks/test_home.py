"""Home: what each person finds there, as a view that Slack takes."""

import json
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.blocks.home import build_home, build_home_failed
from bot.domain.cadences import Cadence, CadenceKind
from bot.domain.decisions import Decision, DecisionStatus, Detail
from bot.domain.messages import WaitingApproval
from bot.domain.recurrence import Rule
from bot.domain.standups import Concern, Standup
from bot.domain.workspaces import Workspace
from bot.usecases.workspaces import Coming, HomeFacts
from playground.rules import view_problem
from tests.support import COMMANDS, THURSDAY, a_person

TODAY = date(2026, 10, 29)
FRESH = Workspace("T1", "Tidewater", "UBOT", THURSDAY - timedelta(days=1))
SET_UP = replace(FRESH, setup_at=THURSDAY)


def a_decision(number: int = 5, **more: Any) -> Decision:
    base = Decision("T1", number, "Stay on Heroku", "It works", "U1", "U1", DecisionStatus.DECIDED, THURSDAY, THURSDAY)
    return replace(base, decided_on=TODAY, **more)


def facts(**more: Any) -> HomeFacts:
    base = HomeFacts(
        person=a_person(),
        workspace=SET_UP,
        may_set_up=False,
        may_see=True,
        waiting=(),
        latest=(),
        coming=(),
        standups=(),
        stuck=(),
        today=TODAY,
        names={"U1": "Dana"},
    )
    return replace(base, **more)


def words(view: dict[str, Any]) -> str:
    assert view_problem(view, kind="home") is None
    return json.dumps(view, ensure_ascii=False)


def test_an_empty_home_teaches() -> None:
    shown = words(build_home(facts()))
    assert "Nothing here yet. On any message: ⋯ → *Log as decision*" in shown
    assert "I'll bring a decision back when its day comes" in shown


def test_the_first_run_says_what_will_not_happen() -> None:
    admin = words(build_home(facts(workspace=FRESH, may_set_up=True)))
    assert "Nothing is posted until you say so." in admin
    assert "Set up (3 minutes)" in admin
    assert "Set up (3 minutes)" not in words(build_home(facts(workspace=FRESH)))


def test_one_button_stands_out() -> None:
    for more in ({}, {"workspace": FRESH, "may_set_up": True}, {"workspace": FRESH}):
        assert words(build_home(facts(**more))).count('"primary"') == 1


def test_an_owner_is_named_and_not_called() -> None:
    shown = words(build_home(facts(latest=(a_decision(), a_decision(6, owner_id="U9")), names={"U1": "Dana <3"})))
    assert "*D-5* · Stay on Heroku\\nDana &lt;3 · decided 29 Oct 2026" in shown
    assert "*D-6* · Stay on Heroku\\ndecided 29 Oct 2026" in shown
    assert "<@" not in shown


def test_an_agenda_that_is_out_says_so() -> None:
    cadence = Cadence(
        "T1", "c", CadenceKind.TRADEOFFS, "Tradeoffs", "C1", Rule.parse("Tuesdays 13:00", zone="UTC", today=TODAY), "U1"
    )
    shown = words(build_home(facts(coming=(Coming(cadence, TODAY, None),))))
    assert "*Tradeoffs* · 29 Oct 2026 · <#C1> · its agenda is out" in shown


def test_commands_are_named_as_they_are_set_here() -> None:
    shown = words(build_home(facts(workspace=FRESH), {**COMMANDS, "/decide": "/bb-decide"}))
    assert "`/bb-decide`" in shown
    assert "`/decide`" not in shown


def test_what_waits_says_since_when_and_why() -> None:
    risk = a_decision(6, revisit_on=date(2026, 12, 1), detail=Detail(risk_until=date(2026, 10, 28)))
    shown = words(build_home(facts(waiting=(a_decision(revisit_on=TODAY), risk))))
    assert "Waiting for you (2)" in shown
    assert "To look at again on 29 Oct 2026" in shown
    assert "The risk was accepted until 28 Oct 2026" in shown


def test_somebody_who_may_not_act_finds_nothing_else() -> None:
    outsider = replace(facts(latest=(a_decision(),), may_set_up=True), person=a_person(team_id="T2"))
    shown = words(build_home(outsider))
    assert "members of this workspace only" in shown
    assert "Heroku" not in shown


def test_a_guest_is_told_why_it_is_empty() -> None:
    assert "Guests see no decisions here" in words(build_home(facts(may_see=False)))


@pytest.mark.parametrize("text", ["<!channel> & *x*", "&" * 3000, "🦀" * 3000])
def test_however_much_there_is_slack_takes_it(text: str) -> None:
    cadence = Cadence(
        "T1", "c", CadenceKind.TRADEOFFS, text, "C1", Rule.parse("Tuesdays 13:00", zone="UTC", today=TODAY), "U1"
    )
    many = facts(
        workspace=FRESH,
        may_set_up=True,
        waiting=tuple(a_decision(n, title=text, revisit_on=TODAY) for n in range(1, 60)),
        latest=tuple(a_decision(n, title=text, revisit_on=TODAY) for n in range(1, 6)),
        coming=tuple(Coming(cadence, TODAY, THURSDAY) for _ in range(30)),
        standups=tuple(
            Standup("T1", f"s{n}", "C1", "U1", ("Done?",), frozenset({0}), time(9), time(16), "UTC") for n in range(30)
        ),
        stuck=tuple(Concern("T1", f"k{n}", "C1", text, "U1", TODAY) for n in range(30)),
    )
    shown = words(build_home(many))
    assert "<!channel>" not in shown
    assert "And 74 more" in shown


def test_a_home_that_failed_is_a_home() -> None:
    assert "My database is busy." in words(build_home_failed("My database is busy."))


def test_an_approval_waits_on_home_with_its_buttons() -> None:
    item = WaitingApproval("A1", 14, "Use Datadog", "Priya", THURSDAY)
    shown = words(build_home(facts(approvals=(item,) * 12)))
    assert "Waiting for you (12)" in shown
    assert "asked by Priya" in shown
    assert "And 2 more" in shown
    assert shown.count('"primary"') == 1
