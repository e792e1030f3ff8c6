"""Through the running program: the tradeoff template behind *Add detail*, and the questions that a cost raises."""

from typing import Any

import pytest

from tests.acceptance.harness import DANA, KENJI, PLATFORM, PRIYA, SAM, Rig
from tests.acceptance.windows import blank_state, fill, words

pytestmark = pytest.mark.acceptance
View = dict[str, Any]
QUESTIONS = {"total_cost", "maintenance", "integration", "security"}
TYPED = {
    "title": "Use Datadog",
    "why": "Our own graphs cost us a day a week",
    "not_doing": "Grafana",
    "area": "Vendors",
    "cost": "12k",
    "currency": "EUR",
    "goal": "Nobody is woken for nothing",
    "constraint": "No hire this year",
    "smallest_test": "One team, one month",
    "options": "Datadog\n+ ready tomorrow\n- twice the price\nGrafana\n- a day a week",
    "door": "two-way",
    "outcome_metric": "Pages at night: under 2 a week",
    "guardrail": "Under 1% of revenue",
    "risk_until": "2026-12-24",
    "accepted_by": SAM,
    "controls": "No customer data in tags",
}


def widened(rig: Rig, person: str) -> View:
    rig.slash(person, PLATFORM, "/decide Use Datadog")
    view = rig.wait_modal(person, "decisions.form")
    rig.click_view(person, view, "decisions.add_detail", fill(view, why="Half a sent", not_doing="Grafana"))
    wider: View = rig.wait_for(lambda: (now := rig.modal(person)) and "outcome_metric" in inputs(now) and now)
    return wider


def inputs(view: View) -> dict[str, Any]:
    """What stands in each input."""
    return {
        block: next(value for name, value in element.items() if name != "type")
        for block, elements in blank_state(view).items()
        for element in elements.values()
    }


def stands(view: View, name: str) -> Any:
    value = inputs(view)[name]
    return value["value"] if isinstance(value, dict) else value


def test_all_of_it_is_asked_kept_and_shown(any_rig: Rig) -> None:
    rig = any_rig
    view = widened(rig, DANA)
    assert (stands(view, "why"), stands(view, "not_doing")) == ("Half a sent", "Grafana")
    assert not QUESTIONS & inputs(view).keys()  # nothing is bought yet

    assert rig.submit(DANA, view, **TYPED)["ok"]
    again = rig.wait_for(lambda: (now := rig.modal(DANA)) and inputs(now).keys() >= QUESTIONS and now)
    assert "This costs something" in words(again)
    assert {name: stands(again, name) for name in TYPED} == TYPED
    assert rig.by_bot(PLATFORM) == []

    assert rig.submit(DANA, again, maintenance="Platform, two days a month")["ok"]  # the others stay empty
    rig.wait_for(lambda: rig.by_bot(PLATFORM))
    card = words(rig.by_bot(PLATFORM)[-1])
    assert "Risk accepted by Sam until 24 Dec 2026" in card
    assert "Platform, two days a month" not in card

    rig.slash(KENJI, PLATFORM, "/decisions D-1")
    rig.wait_for(lambda: "Use Datadog" in words(rig.modal(KENJI)))
    shown = words(rig.modal(KENJI))
    for said in (
        "*Area:* Vendors · *Cost:* 12,000 EUR · *Two-way door: easy to undo*",
        "*Constraint:* No hire this year",
        "• Datadog\\n\u2003\u2003+ ready tomorrow\\n\u2003\u2003− twice the price\\n• Grafana",
        "*Outcome metric:* Pages at night: under 2 a week",
        "*Guardrail metric:* Under 1% of revenue",
        "*What holds the risk down:* No customer data in tags",
        "*Maintenance:* Platform, two days a month",
    ):
        assert said in shown


def test_a_sum_in_the_one_line_asks_at_once_and_only_once(rig: Rig) -> None:
    rig.slash(DANA, PLATFORM, "/decide Buy Datadog because our own graphs cost us a day a week, for 12k EUR")
    view = rig.wait_modal(DANA, "decisions.form")
    assert inputs(view).keys() >= QUESTIONS
    assert rig.submit(DANA, view)["ok"]
    rig.wait_for(lambda: rig.by_bot(PLATFORM))


def test_a_risk_is_accepted_by_a_member_by_name(rig: Rig) -> None:
    view = widened(rig, PRIYA)
    answer = rig.submit(PRIYA, view, why="Graphs", risk_until="2026-12-24")
    assert "Who accepts this risk" in words(answer)
    bot = rig.playground.spec.app.bot_user_id
    answer = rig.submit(PRIYA, view, why="Graphs", risk_until="2026-12-24", accepted_by=bot)
    assert "a member of this workspace" in words(answer)
    answer = rig.submit(PRIYA, view, why="Graphs", accepted_by=SAM)
    assert "Until when" in words(answer)
    assert rig.by_bot(PLATFORM) == []
