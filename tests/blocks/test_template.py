"""The tradeoff template as it is asked for, and as it is read."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.blocks.decisions.card import draw_decision_card
from bot.blocks.decisions.form import build_form
from bot.blocks.decisions.form_read import draft_of, must_ask_of_cost, read_form
from bot.blocks.decisions.form_state import Form, Frame, Mode, amending, read_frame, to_metadata
from bot.blocks.decisions.template import MOST_SECTIONS, detail_of
from bot.domain.decisions import BUYING, DETAIL_TEXTS, Detail, Door
from bot.domain.messages import DecisionCard
from tests.acceptance.windows import fill
from tests.storage.things import a_decision

TODAY = date(2026, 10, 29)
BOUGHT = Form(title="Buy", why="Yes", owner="U1", cost="12k", currency="EUR")


def shown(detail: Detail) -> list[str]:
    return [str(block["text"]["text"]) for block in detail_of(a_decision(detail=detail)) if block["type"] == "section"]


def ids(view: dict[str, Any]) -> set[str]:
    return {each["block_id"] for each in view["blocks"] if "block_id" in each}


# --- read ----------------------------------------------------------------------------------------------------------


def test_options_stand_below_each_other_with_what_speaks_for_and_against_each() -> None:
    (text,) = shown(Detail(options="Postgres\n+ <b>ours</b>\n- slower\n* Kafka"))
    assert text.splitlines() == [
        "*Options:*",
        "• Postgres",
        "\u2003\u2003+ &lt;b&gt;ours&lt;/b&gt;",
        "\u2003\u2003− slower",
        "• Kafka",
    ]


def test_one_line_of_options_stays_as_it_was_typed() -> None:
    assert shown(Detail(options="1. Postgres or Kafka")) == ["*Options:* 1. Postgres or Kafka"]


def test_the_facts_stand_in_one_line() -> None:
    detail = Detail(area="Vendors", cost=Decimal(12000), currency="EUR", door=Door.ONE_WAY)
    assert shown(detail) == ["*Area:* Vendors · *Cost:* 12,000 EUR · *One-way door: hard to undo*"]


def test_every_text_is_there_under_its_name_and_nothing_of_it_on_the_card() -> None:
    texts: dict[str, Any] = {name: f"the {name}" for name in DETAIL_TEXTS}
    decision = a_decision(detail=Detail(**texts))
    said = "\n".join(shown(decision.detail))
    assert [name for name in DETAIL_TEXTS if f"the {name}" not in said] == []
    card = draw_decision_card(DecisionCard(decision, {}))
    assert not [name for name in DETAIL_TEXTS if f"the {name}" in card.text + str(card.blocks)]


def test_a_window_has_room_for_the_longest_and_says_where_the_rest_is() -> None:
    texts: dict[str, Any] = dict.fromkeys(DETAIL_TEXTS, "&" * 3000)
    blocks = detail_of(a_decision(detail=Detail(**texts)))
    assert len(blocks) == MOST_SECTIONS + 1
    assert "export" in str(blocks[-1])


# --- asked for -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cost", ["12k", "12000 EUR", "much"])
def test_a_sum_in_the_window_shows_what_it_asks_for(cost: str) -> None:
    view = build_form(replace(BOUGHT, cost=cost), Frame(more=True))
    assert ids(view) >= set(BUYING)
    assert '"b":1' in view["private_metadata"]


@pytest.mark.parametrize("cost", ["", " ", "0", "0.00"])
def test_what_costs_nothing_asks_nothing(cost: str) -> None:
    assert not ids(build_form(replace(BOUGHT, cost=cost), Frame(more=True))) & set(BUYING)
    assert not must_ask_of_cost(replace(BOUGHT, cost=cost), Frame(more=True))


def test_what_was_answered_stays_when_the_sum_goes() -> None:
    view = build_form(replace(BOUGHT, cost="", security="SOC 2"), Frame(more=True))
    assert read_form(fill(view)).security == "SOC 2"


def test_it_is_asked_once_and_only_of_a_sum_that_can_be_read() -> None:
    frame = Frame(more=True)
    assert must_ask_of_cost(BOUGHT, frame)
    assert not must_ask_of_cost(BOUGHT, replace(frame, buying=True))
    for unread in (replace(BOUGHT, cost="much"), replace(BOUGHT, currency=None)):
        assert not must_ask_of_cost(unread, frame)


def test_a_sum_above_the_detail_keeps_its_answers_with_the_detail_closed() -> None:
    frame = Frame(asks_cost=True)
    view = build_form(BOUGHT, frame)
    form = read_form(fill(view, maintenance="Two days"))
    assert draft_of(form, replace(frame, buying=True), today=TODAY).detail.maintenance == "Two days"


def test_the_window_remembers_that_it_asked() -> None:
    frame = Frame(Mode.AMEND, 7, 2, more=True, buying=True)
    assert read_frame(to_metadata(frame)) == frame


def test_amending_drops_an_acceptance_that_has_passed_with_its_name() -> None:
    risk = Detail(risk_until=date(2026, 10, 28), accepted_by="U2", controls="One VLAN")
    form = amending(a_decision(detail=risk), today=TODAY)
    assert (form.risk_until, form.accepted_by, form.controls) == (None, None, "One VLAN")
