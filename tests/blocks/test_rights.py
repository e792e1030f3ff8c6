"""The windows of who decides keep to Slack's limits, and give back what they were given."""

import json
from decimal import Decimal
from typing import Any

import pytest

from bot.blocks.rights import build_overview, draw_answer
from bot.blocks.rights_windows import build_limits, build_right, read_limits, read_right, read_sum
from bot.domain.errors import InvalidInput
from bot.domain.rights import AREAS, Approver, ApproverKind, DecisionRight, Limits, Party, Tier, default_limits
from bot.domain.rights_checked import MOST_AREAS, MOST_IN_PARTY, draft_of
from bot.usecases.ports import UserGroup
from bot.usecases.rights import Answer, AreaInWords, LimitsAsTheyStand, Overview, RightAsItStands
from playground.rules import message_problem, view_problem
from tests.handlers.decisions_kit import fill, said_in

GROUPS = tuple(UserGroup(f"S{n}", f"group-{n}", f"Group {n}") for n in range(150))
RIGHT = DecisionRight(
    "", "Vendors", 0, "U2", Party(("U3",), ("S140",)), Party((), ("SGONE",)), Party(("U1",)), Decimal("2000.50"), 90
)


def shown(view: dict[str, Any]) -> dict[str, Any]:
    problem = view_problem(view, kind="modal")
    assert problem is None, problem
    return view


def test_the_longest_list_fits_a_window() -> None:
    areas = tuple(AreaInWords("W" * 60, "x" * 5000) for _ in range(MOST_AREAS))
    lines = tuple("y" * 2000 for _ in range(4))
    shown(build_overview(Overview(areas, AREAS, lines, True, "A note"), notice="Saved"))
    shown(build_overview(Overview((), AREAS, (), may_change=True)))
    shown(build_overview(Overview((), (), (), may_change=False)))


def test_a_long_answer_is_a_message_that_slack_takes() -> None:
    drawn = draw_answer(Answer("z" * 5000, may_say=True))
    assert message_problem({"channel": "C1", "text": drawn.text[:3000], "blocks": drawn.blocks}) is None


def test_the_window_of_an_area_gives_back_what_it_showed_even_groups_that_are_gone_or_far_down() -> None:
    view = shown(build_right(RightAsItStands(RIGHT, "Vendors", "m", default_limits(""), GROUPS, None)))
    assert len(view["private_metadata"]) < 300
    assert read_right(fill(view), json.loads(view["private_metadata"])) == draft_of(RIGHT)


def test_an_area_with_as_many_people_as_there_may_be_fits() -> None:
    many = Party(tuple(f"U{n}" for n in range(MOST_IN_PARTY)))
    right = DecisionRight("", "W" * 60, 0, None, many, many, many)
    shown(build_right(RightAsItStands(right, right.area, "m", None, GROUPS, None)))


def test_a_fresh_window_has_the_areas_name_and_no_way_to_remove_it() -> None:
    view = shown(build_right(RightAsItStands(None, "Vendors", "m", None, (), "No groups, because")))
    assert "Remove" not in said_in(view)
    assert "No groups, because" in said_in(view)
    assert read_right(fill(view), {}).area == "Vendors"


def test_the_window_of_the_limits_gives_back_what_it_showed() -> None:
    kinds = (
        Approver(ApproverKind.ROLE, "cto"),
        Approver(ApproverKind.GROUP, "S149"),
        Approver(ApproverKind.GROUP, "SGONE"),
        Approver(ApproverKind.PERSON, "U2"),
        Approver(ApproverKind.OUTSIDE, "the CFO"),
    )
    limits = Limits("T1", "USD", (Tier(Decimal("999.50"), ()), Tier(Decimal(10_000), kinds), Tier(None, kinds[:1])))
    view = shown(build_limits(LimitsAsTheyStand(limits, "m", GROUPS)))
    found = read_limits(fill(view), "T1")
    assert [each.up_to for each in found.tiers] == [each.up_to for each in limits.tiers]
    assert [set(each.approvers) for each in found.tiers] == [set(each.approvers) for each in limits.tiers]


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("10000", "EUR", 10_000),
        ("10,000", "EUR", 10_000),
        ("10k", "EUR", 10_000),
        ("€2.5k", "EUR", 2_500),
        ("1m EUR", "EUR", 1_000_000),
        ("5000 PLN", "PLN", 5_000),
        ("$20", None, 20),
        ("", "EUR", None),
    ],
)
def test_a_sum_is_read_as_people_write_it(text: str, currency: str | None, amount: int | None) -> None:
    assert read_sum(text, "up_to_1", currency) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("text", ["much", "-5", "$20", "5 PLN"])
def test_a_sum_that_is_none_or_in_another_currency_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_sum(text, "up_to_1", "EUR")
    assert refused.value.field == "up_to_1"


def test_with_limits_alone_the_list_does_not_say_that_nothing_is_set() -> None:
    said = said_in(build_overview(Overview((), AREAS, ("Any sum: the CTO (Dana) signs off",), may_change=True)))
    assert "Nothing is set" not in said
    assert "within the approval limits" in said
