"""The *Waiting for you* DM: what it says, what it offers, and what Slack's limits leave of it."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.blocks.kit import Drawn
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


def labels(drawn: Drawn) -> list[str]:
    return [each["text"]["text"] for each in drawn.blocks[-1]["elements"]]


def test_each_has_its_question_and_its_buttons() -> None:
    drawn = draw_waiting(a_dm(WaitingItem(a_decision(), DUE)))
    assert "Waiting for you (1)" in json.dumps(drawn.blocks)
    assert "To look at again on 27 Oct 2026. Did it work?" in drawn.text
    buttons = drawn.blocks[-1]["elements"]
    assert [each["text"]["text"] for each in buttons] == [
        "It worked, keep", "Amend", "Supersede", "Reverse", "Ask me later", "Details"
    ]  # fmt: skip
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
    drawn = draw_waiting(a_dm(WaitingItem(risk, DUE)))
    assert "The risk was accepted until 27 Oct 2026. Is that still right?" in drawn.text
    assert labels(drawn) == ["Accept for longer", "Amend", "Supersede", "Reverse", "Details"]  # its end is not put off
    soon = replace(a_decision(), revisit_on=DUE, detail=Detail(risk_until=DUE + timedelta(days=2)))
    said = draw_waiting(a_dm(WaitingItem(soon, DUE))).text
    assert "To look at again on 27 Oct 2026. It accepts a risk until 29 Oct 2026. Did it work?" in said


def test_a_risk_acceptance_says_who_accepted_it_and_what_holds_the_risk_down() -> None:
    detail = Detail(accepted_by="U2", risk_until=DUE, controls="One VLAN,\nno internet")
    risk = WaitingItem(replace(a_decision(), detail=detail), DUE, accepted_by="Sam <3")
    body = draw_waiting(a_dm(risk)).blocks[1]["text"]["text"]
    assert "Sam &lt;3 accepted this risk until 27 Oct 2026." in body
    assert "What holds the risk down: One VLAN, no internet" in body


def test_an_acceptance_that_has_run_out_says_that_nobody_accepts_the_risk() -> None:
    detail = Detail(accepted_by="U2", risk_until=DUE)
    expired = replace(a_decision(), status=DecisionStatus.EXPIRED, revisit_on=DUE + timedelta(days=1), detail=detail)
    drawn = draw_waiting(a_dm(WaitingItem(expired, DUE + timedelta(days=1), accepted_by="Sam")))
    assert (
        "The risk acceptance expired on 27 Oct 2026: nobody accepts this risk now. Sam had accepted it." in drawn.text
    )
    assert "Ask me later" in labels(drawn)


def test_a_proposal_is_decided_or_rejected_before_anybody_asks_whether_it_worked() -> None:
    proposed = WaitingItem(replace(a_decision(), status=DecisionStatus.PROPOSED), DUE)
    drawn = draw_waiting(a_dm(proposed))
    assert "Is it decided?" in drawn.text
    assert labels(drawn) == ["Mark as decided", "Reject", "Ask me later", "Details"]


def test_it_says_where_what_stays_open_goes() -> None:
    item = WaitingItem(a_decision(), DUE, agenda="Tradeoffs on Tue 3 Nov")
    assert "Left open, it is on the agenda of Tradeoffs on Tue 3 Nov." in json.dumps(draw_waiting(a_dm(item)).blocks)


def test_a_leavers_says_whose_it_was_and_mentions_nobody() -> None:
    drawn = draw_waiting(replace(a_dm(WaitingItem(a_decision(), DUE, owner_name="Kenji <3")), person_id="U2"))
    assert "It was Kenji &lt;3's, and falls to you now." in json.dumps(drawn.blocks, ensure_ascii=False)
    assert "<@" not in json.dumps(drawn.blocks)


def test_lateness_is_said_where_it_is_worth_it() -> None:
    item = WaitingItem(a_decision(), DUE)
    assert "3 hours late" in json.dumps(draw_waiting(a_dm(item, late=180)).blocks)
    assert "45 minutes late" in json.dumps(draw_waiting(a_dm(item, late=45)).blocks)
    assert "comes" not in json.dumps(draw_waiting(a_dm(item, late=5)).blocks)


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
