"""What people see of a decision that comes back: its card, its windows, its place in the meeting."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.blocks.agendas import draw_agenda_item
from bot.blocks.decisions.answers import build_keeping
from bot.blocks.decisions.card import draw_decision_card
from bot.blocks.decisions.detail import build_detail
from bot.blocks.kit import Drawn
from bot.domain.agendas import Topic, TopicKind
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, Detail
from bot.domain.messages import AgendaItem, DecisionCard
from bot.usecases.decisions import Story
from playground.rules import message_problem, view_problem

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
NAMES = {"U1": "Dana", "U2": "Sam"}
RISK = Detail(accepted_by="U2", risk_until=TODAY, controls="One VLAN")


def a_decision(status: DecisionStatus = DecisionStatus.DECIDED, **changes: Any) -> Decision:
    made = Decision("T1", 5, "Keep the old VPN", "Two vendors need it", "U1", "U1", status, NOW, NOW)
    return replace(made, **changes)


def drawn_card(card: DecisionCard) -> str:
    return said(draw_decision_card(card))


def said(drawn: Drawn) -> str:
    problem = message_problem({"channel": "C1", "text": drawn.text, "blocks": drawn.blocks})
    assert problem is None, problem
    return str(drawn.blocks)


def opened(view: dict[str, Any]) -> dict[str, Any]:
    problem = view_problem(view, kind="modal")
    assert problem is None, problem
    return view


def test_what_was_kept_says_when_and_why() -> None:
    card = DecisionCard(a_decision(DecisionStatus.HELD), NAMES, note="40 writes <a second>", since=TODAY)
    assert "*Kept on 3 Nov 2026*: 40 writes &lt;a second&gt;" in drawn_card(card)
    assert "~" not in drawn_card(card)  # it holds
    assert "Kept on 3 Nov 2026" in draw_decision_card(card).text


def test_what_gave_way_says_why() -> None:
    gone = a_decision(DecisionStatus.SUPERSEDED, superseded_by=9)
    card = DecisionCard(gone, NAMES, note="They moved to SSO", since=TODAY)
    assert "*Superseded by D-9*: They moved to SSO" in drawn_card(card)


def test_an_accepted_risk_says_who_accepts_it_and_until_when() -> None:
    assert "Risk accepted by Sam until 3 Nov 2026" in drawn_card(DecisionCard(a_decision(detail=RISK), NAMES))
    nobody = replace(RISK, accepted_by=None)
    assert "Risk accepted until 3 Nov 2026" in drawn_card(DecisionCard(a_decision(detail=nobody), NAMES))


def test_an_acceptance_that_ran_out_says_so_and_still_wants_an_answer() -> None:
    expired = DecisionCard(a_decision(DecisionStatus.EXPIRED, detail=RISK), NAMES)
    shown = drawn_card(expired)
    assert "*Risk acceptance expired on 3 Nov 2026*" in shown
    assert "The risk was accepted by Sam" in shown
    assert "Risk accepted by" not in shown
    assert "supersede:5" in shown


def test_the_window_of_keeping_asks_whether_it_worked() -> None:
    view = opened(build_keeping(a_decision(), today=TODAY))
    labels = [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]
    assert labels == ["Look at it again on", "Did it work?"]
    assert not any(block.get("optional") for block in view["blocks"])


@pytest.mark.parametrize(("longest", "proposed"), [(None, "2027-02-01"), (TODAY + timedelta(days=30), "2026-12-03")])
def test_for_a_risk_it_says_who_accepts_it_and_proposes_no_day_beyond_the_areas(
    longest: date | None, proposed: str
) -> None:
    view = opened(build_keeping(a_decision(detail=RISK), today=TODAY, longest=longest))
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert [each["label"]["text"] for each in inputs] == ["You accept the risk until", "Why is that right?"]
    assert inputs[0]["element"]["initial_date"] == proposed


def test_the_meeting_is_told_what_the_risk_is_and_what_holds_it_down() -> None:
    topic = Topic("T1", "t1", "c1", "Revisit D-5", "U1", NOW, kind=TopicKind.REVISIT, decision_number=5)
    shown = said(draw_agenda_item(AgendaItem(topic, 1, a_decision(detail=RISK), "Dana")))
    assert "*What holds the risk down:* One VLAN" in shown
    assert "The risk was accepted until 3 Nov 2026. Is that still right?" in shown
    assert "Accept for longer" in shown


def test_history_tells_of_an_expiry_without_naming_anybody() -> None:
    kinds = (DecisionEventKind.LOGGED, DecisionEventKind.EXPIRED)
    events = tuple(DecisionEvent("T1", str(n), 5, kind, "UBOT", NOW) for n, kind in enumerate(kinds))
    expired = a_decision(DecisionStatus.EXPIRED, revisit_on=TODAY, detail=RISK)
    shown = str(opened(build_detail(Story(expired, events, NAMES), viewer="U1", at=NOW)))
    assert "Risk acceptance expired" in shown
    assert "expired by" not in shown


def test_the_details_of_what_was_kept_say_when_that_was() -> None:
    event = DecisionEvent("T1", "1", 5, DecisionEventKind.KEPT, "U1", NOW, "It works", {"status": ["decided", "held"]})
    view = opened(build_detail(Story(a_decision(DecisionStatus.HELD), (event,), NAMES), viewer="U1", at=NOW))
    assert "*Kept on 3 Nov 2026*" in str(view)
