"""Approvals in the *Waiting for you* DM and on Home: since when, why they are this person's, and what to press."""

import json
from dataclasses import replace
from datetime import date

from bot.blocks.approvals import ids
from bot.blocks.kit import Drawn, Json
from bot.blocks.waiting import draw_waiting
from bot.blocks.waiting_approvals import approval_blocks
from bot.domain.messages import WaitingApproval, WaitingForYou
from playground.rules import message_problem
from tests.support import THURSDAY

AGO = f"<!date^{int(THURSDAY.timestamp())}^{{ago}}|29 Oct 09:10 UTC>"
ITEM = WaitingApproval("A1", 14, "Use Datadog", "Priya", THURSDAY)
OUTSIDE = replace(ITEM, stands_for="the board", outside=True)
IN_PLACE = replace(ITEM, stands_for="the CTO (Dana)")


def drawn(*items: WaitingApproval) -> Drawn:
    found = draw_waiting(WaitingForYou("U1", date(2026, 11, 3), (), approvals=items))
    assert message_problem({"text": found.text, "blocks": found.blocks}) is None
    return found


def pressed(blocks: list[Json]) -> list[str]:
    return [each["action_id"] for block in blocks if block["type"] == "actions" for each in block["elements"]]


def test_it_says_who_asked_and_since_when_and_what_can_be_answered() -> None:
    found = drawn(ITEM)
    assert found.blocks[0]["text"]["text"] == "Waiting for you (1)"
    assert found.blocks[1]["text"]["text"] == f"*D-14 · Use Datadog* · asked by Priya {AGO}\nIt waits for your word."
    assert pressed(found.blocks) == [ids.APPROVE, ids.OBJECT, ids.ASK, ids.MORE]
    assert found.text == "Waiting for you (1)\nD-14: Use Datadog. It waits for your word."


def test_for_somebody_outside_slack_there_is_one_thing_to_do() -> None:
    found = drawn(OUTSIDE)
    assert "Has the board approved it? Write it down, and it counts." in found.text
    assert pressed(found.blocks) == [ids.OUTSIDE]


def test_a_deputy_reads_in_whose_place_they_may_answer() -> None:
    assert "The CTO (Dana) has not answered. You may decide it in their place." in drawn(IN_PLACE).text


def test_what_is_answered_keeps_its_line_and_loses_its_buttons() -> None:
    found = drawn(replace(ITEM, answered="Approved by Sam"), IN_PLACE)
    assert found.text.startswith("Waiting for you (1)\nD-14: Use Datadog. Approved by Sam")
    assert "✓ Approved by Sam" in found.blocks[1]["text"]["text"]
    assert [block["type"] for block in found.blocks] == ["header", "section", "section", "actions"]


def test_peoples_words_are_safe_and_many_fit() -> None:
    wild = replace(ITEM, title="<!channel> *bold* " + "x" * 400, asked_by="<@U1>")
    found = drawn(*[wild] * 30)
    assert "<!channel>" not in json.dumps(found.blocks)
    assert "<@U1>" not in json.dumps(found.blocks)
    assert "And 20 more." in found.text


def test_nothing_stands_out_on_home() -> None:
    assert '"style"' in json.dumps(approval_blocks(ITEM))
    assert '"style"' not in json.dumps(approval_blocks(ITEM, quiet=True))
