"""The *Waiting for you* DM: what it says, what it offers, and what Slack's limits leave of it."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.blocks.waiting import draw_waiting
from bot.domain.decisions import Decision, DecisionStatus, Detail
from bot.domain.messages import WaitingForYou, WaitingItem
from playground.rules import message_problem
from tests.support import THURSDAY

DUE = date(2026, 10, 27)


def a_decision(number: int = 5, *, title: str = "Stay on Heroku", at: datetime = THURSDAY) -> Decision:
    return Decision("T1", number, title, "Moving costs a month", "U1", "U3", DecisionStatus.DECIDED, at, at)


def a_dm(*items: WaitingItem, late: int = 0) -> WaitingForYou:
    return WaitingForYou("U3", date(2026, 10, 29), items, late_minutes=late)


def test_each_has_its_question_and_its_buttons() -> None:
    drawn = draw_waiting(a_dm(WaitingItem(a_decision(), DUE)))
    assert "Waiting for you (1)" in json.dumps(drawn.blocks)
    assert "To look at again on 27 Oct 2026. Did it work?" in drawn.text
    buttons = drawn.blocks[-1]["elements"]
    assert [each["text"]["text"] for each in buttons] == ["It worked, keep", "Change it", "Reverse", "Details"]
    assert {each["value"] for each in buttons} == {"5"}


def test_what_is_answered_keeps_its_line_and_loses_its_buttons() -> None:
    done = WaitingItem(a_decision(), DUE, "Kept until 27 Jan 2027")
    drawn = draw_waiting(a_dm(done, WaitingItem(a_decision(6), DUE)))
    assert drawn.text.startswith("Waiting for you (1)")
    assert "✓ Kept until 27 Jan 2027" in drawn.blocks[1]["text"]["text"]
    assert [block["type"] for block in drawn.blocks] == ["header", "section", "section", "actions"]
    assert draw_waiting(a_dm(done)).text.startswith("Waiting for you: all answered")


def test_a_risk_acceptance_asks_whether_it_is_still_right() -> None:
    risk = replace(a_decision(), detail=Detail(risk_until=DUE))
    assert "The risk was accepted until 27 Oct 2026" in draw_waiting(a_dm(WaitingItem(risk, DUE))).text
    soon = replace(a_decision(), revisit_on=DUE, detail=Detail(risk_until=DUE + timedelta(days=2)))
    assert (
        "The risk was accepted until 29 Oct 2026. Is that still right?"
        in draw_waiting(a_dm(WaitingItem(soon, DUE))).text
    )


def test_a_leavers_says_whose_it_was_and_mentions_nobody() -> None:
    drawn = draw_waiting(replace(a_dm(WaitingItem(a_decision(), DUE, owner_name="Kenji <3")), person_id="U2"))
    assert "It was Kenji &lt;3's, and falls to you now." in json.dumps(drawn.blocks, ensure_ascii=False)
    assert "<@" not in json.dumps(drawn.blocks)


def test_lateness_is_said_where_it_is_worth_it() -> None:
    item = WaitingItem(a_decision(), DUE)
    assert "3 hours late" in json.dumps(draw_waiting(a_dm(item, late=180)).blocks)
    assert "45 minutes late" in json.dumps(draw_waiting(a_dm(item, late=45)).blocks)
    assert "late" not in json.dumps(draw_waiting(a_dm(item, late=5)).blocks)


def test_however_much_waits_and_however_long_it_is_slack_takes_it() -> None:
    long = [
        WaitingItem(replace(a_decision(n, title="<!channel> &*" * 300), why="&" * 3000), DUE, owner_name="<" * 500)
        for n in range(1, 60)
    ]
    drawn = draw_waiting(replace(a_dm(*long), day=DUE + timedelta(days=1)))
    assert message_problem({"channel": "D1", "text": drawn.text, "blocks": drawn.blocks}) is None
    assert len(drawn.text) <= 4000
    assert "<!channel>" not in json.dumps(drawn.blocks) + drawn.text
    assert "And 49 more" in drawn.text
