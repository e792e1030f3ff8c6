"""Whose word a decision needs, and what people may fill in about that."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.areas import asked_area, asked_within, find_areas
from bot.domain.errors import InvalidInput
from bot.domain.rights import (
    AREAS,
    CTO,
    Approver,
    ApproverKind,
    DecisionRight,
    Limits,
    Needed,
    Part,
    Party,
    Ruling,
    Tier,
    default_limits,
    named_once,
    rule_on,
)
from bot.domain.rights_checked import (
    MOST_IN_PARTY,
    RightDraft,
    TierDraft,
    checked_limits,
    checked_right,
    draft_of,
    listed_outside,
    outside_names,
)
from bot.domain.workspaces import Role

SAM, PRIYA = Approver(ApproverKind.PERSON, "U2"), Approver(ApproverKind.PERSON, "U3")
FINANCE = Approver(ApproverKind.GROUP, "S1")
CFO, BOARD = Approver(ApproverKind.OUTSIDE, "the CFO"), Approver(ApproverKind.OUTSIDE, "the board")
VENDORS = DecisionRight(
    "T1", "Vendors", 1, "U2", Party(("U3",), ("S1",)), Party(("U4",)), Party((), ("S2",)), Decimal(2000), 90
)
LIMITS = default_limits("T1")


def ruled(
    cost: int | None = None,
    area: str | None = "Vendors",
    author: str = "U9",
    rights: Sequence[DecisionRight] = (VENDORS,),
    limits: Limits = LIMITS,
    **more: object,
):
    return rule_on(
        rights,
        limits,
        area=area,
        cost=None if cost is None else Decimal(cost),
        currency="EUR",
        author=author,
        **more,
    )


# --- whose word is needed -------------------------------------------------------------------------------------------


def test_with_nothing_set_the_author_decides():
    ruling = rule_on([], None, area="Vendors", cost=Decimal(10**6), currency="USD", author="U9")
    assert ruling.author_decides
    assert ruling.area is None


def test_the_decider_and_those_who_agree_are_needed_and_the_others_only_asked_or_told():
    ruling = ruled()
    assert ruling.needed == (Needed(SAM, Part.DECIDES), Needed(PRIYA, Part.AGREES), Needed(FINANCE, Part.AGREES))
    assert ruling.input == Party(("U4",))
    assert ruling.performs == Party((), ("S2",))
    assert ruling.area == "Vendors"


def test_the_area_is_found_however_it_is_written_and_other_areas_are_their_authors():
    assert ruled(area=" vendors ").area == "Vendors"
    people = replace(VENDORS, area="People and r\u00e9sourcing")
    assert ruled(area="people  and\nre\u0301sourcing", rights=[people]).area == people.area
    assert ruled(area="Roadmap").author_decides
    assert ruled(area=None).author_decides


@pytest.mark.parametrize(
    ("cost", "approvers"),
    [
        (0, [(CTO, None)]),
        (9_999, [(CTO, None)]),
        (10_000, [(CTO, None), (CFO, Decimal(10_000))]),
        (49_999, [(CTO, None), (CFO, Decimal(10_000))]),
        (50_000, [(BOARD, Decimal(50_000))]),
        (10**9, [(BOARD, Decimal(50_000))]),
    ],
)
def test_what_it_costs_adds_those_who_sign_off_and_says_from_which_sum(cost, approvers):
    needed = ruled(cost, area=None).needed
    assert [(each.approver, each.since) for each in needed] == approvers
    assert {each.part for each in needed} == {Part.LIMIT}


def test_an_approver_is_named_once_by_the_strongest_part():
    limits = Limits("T1", "EUR", (Tier(None, (SAM, PRIYA, CTO)),))
    ruling = rule_on([VENDORS], limits, area="Vendors", cost=Decimal(5), currency="EUR", author="U9")
    assert [(each.approver, each.part) for each in ruling.needed] == [
        (SAM, Part.DECIDES),
        (PRIYA, Part.AGREES),
        (FINANCE, Part.AGREES),
        (CTO, Part.LIMIT),
    ]


DEPUTIES, LEFT = frozenset({"U7"}), replace(VENDORS, agrees=Party())


def test_a_deputy_decides_alone_below_the_areas_sum_and_not_above():
    alone = ruled(1_999, author="U7", deputies=DEPUTIES, rights=[LEFT])
    assert alone.author_decides
    assert alone.by_deputy
    assert alone.performs == Party((), ("S2",))
    assert not ruled(2_000, author="U7", deputies=DEPUTIES, rights=[LEFT]).author_decides
    assert not ruled(1_999, author="U9", deputies=DEPUTIES, rights=[LEFT]).author_decides


def test_a_deputy_decides_for_the_decider_and_the_cto_and_not_for_those_who_must_agree_or_sign_off():
    limits = Limits("T1", "EUR", (Tier(Decimal(500), (CTO,)), Tier(None, (CTO, CFO))))
    ruling = ruled(900, author="U7", deputies=DEPUTIES, limits=limits)
    assert [(each.approver, each.part) for each in ruling.needed] == [
        (Approver(ApproverKind.PERSON, "U7"), Part.DECIDES),
        (PRIYA, Part.AGREES),
        (FINANCE, Part.AGREES),
        (CFO, Part.LIMIT),
    ]
    assert ruling.by_deputy


def test_a_cost_in_another_currency_is_refused_beside_its_field():
    with pytest.raises(InvalidInput) as refused:
        rule_on([], LIMITS, area=None, cost=Decimal(5), currency="USD")
    assert refused.value.field == "currency"
    assert "EUR" in refused.value.words


@given(st.decimals(0, 10**9, places=2))
def test_every_sum_falls_into_the_one_tier_that_it_is_under(cost):
    tier = LIMITS.tier_for(cost)
    lower = [each.up_to for each in LIMITS.tiers[: LIMITS.tiers.index(tier)]]
    assert all(each is not None and cost >= each for each in lower)
    assert tier.up_to is None or cost < tier.up_to


# --- what is filled in ----------------------------------------------------------------------------------------------


def test_a_right_is_tidied_and_comes_back_as_it_was():
    draft = RightDraft("  Vendors   and tools ", "U2", Party(("U3", "U3"), ("S1", "S1")))
    right = checked_right("T1", draft, position=3)
    assert right.area == "Vendors and tools"
    assert right.agrees == Party(("U3",), ("S1",))
    assert checked_right("T1", draft_of(right), position=3) == right


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (RightDraft(" ", "U2"), "area"),
        (RightDraft("x" * 61, "U2"), "area"),
        (RightDraft("Vendors"), "decides"),
        (RightDraft("Vendors", "U2", Party(("U2",))), "agrees"),
        (RightDraft("Vendors", None, input=Party(tuple(f"U{n}" for n in range(MOST_IN_PARTY + 1)))), "input"),
        (RightDraft("Vendors", "U2", deputy_up_to=Decimal(0)), "deputy_up_to"),
        (RightDraft("Vendors", "U2", deputy_up_to=Decimal(10**12)), "deputy_up_to"),
        (RightDraft("Vendors", "U2", risk_days=0), "risk_days"),
        (RightDraft("Vendors", "U2", risk_days=3651), "risk_days"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(draft, field):
    with pytest.raises(InvalidInput) as refused:
        checked_right("T1", draft, position=1)
    assert refused.value.field == field


def test_limits_leave_out_empty_steps_and_may_ask_nobody_for_small_sums():
    steps = [
        TierDraft(Decimal(500), ()),
        TierDraft(None, ()),
        TierDraft(Decimal(900), (CTO, CTO)),
        TierDraft(None, (CFO,)),
    ]
    limits = checked_limits("T1", " eur ", steps)
    assert limits.currency == "EUR"
    assert limits.tiers == (Tier(Decimal(500), ()), Tier(Decimal(900), (CTO,)), Tier(None, (CFO,)))
    assert rule_on([], limits, area=None, cost=Decimal(499), currency="EUR").author_decides


@pytest.mark.parametrize(
    ("currency", "steps", "field"),
    [
        ("euros", [TierDraft(None, (CTO,))], "currency"),
        ("EUR", [], "approvers_1"),
        ("EUR", [TierDraft(None, (CTO,)), TierDraft(None, (CFO,))], "up_to_1"),
        ("EUR", [TierDraft(Decimal(9), (CTO,)), TierDraft(Decimal(9), (CTO,)), TierDraft(None, (CFO,))], "up_to_2"),
        ("EUR", [TierDraft(Decimal(0), (CTO,)), TierDraft(None, (CFO,))], "up_to_1"),
        ("EUR", [TierDraft(Decimal(9), (CTO,))], "up_to_1"),
        ("EUR", [TierDraft(Decimal(9), (CTO,)), TierDraft(None, ()), TierDraft(Decimal(20), (CTO,))], "up_to_3"),
    ],
)
def test_limits_that_leave_a_gap_are_refused_beside_the_step(currency, steps, field):
    with pytest.raises(InvalidInput) as refused:
        checked_limits("T1", currency, steps)
    assert refused.value.field == field


def test_those_outside_slack_are_parted_by_commas():
    assert outside_names("the CFO,  the   board ,", "outside_1") == (CFO, BOARD)
    assert outside_names(None, "outside_1") == ()
    with pytest.raises(InvalidInput):
        outside_names("x" * 61, "outside_1")


def test_more_names_than_their_field_can_show_again_are_refused_and_none_gets_lost():
    many = ",".join(f"n{number:03}" for number in range(59))
    assert len(many) < 300
    with pytest.raises(InvalidInput) as refused:
        outside_names(many, "outside_2")
    assert refused.value.field == "outside_2"
    fewer = outside_names(many[:200], "outside_2")
    assert outside_names(listed_outside(fewer), "outside_2") == fewer


# --- asking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("who decides about vendors?", "vendors"),
        ("Who decides on the budget", "budget"),
        ("so, who's deciding about hiring decisions?", "hiring"),
        ("who can sign off security exceptions?!", "security exceptions"),
        ("who approves vendors", "vendors"),
        ("who makes the call on roadmap?", "roadmap"),
        ("who decides?", ""),
        ("who decides here?", ""),
        ("Use Postgres because Sam decides", None),
        ("Who decides on vendors is Sam because he pays", None),
        ("who approves invoices: Sam", None),
        ("Who decides about vendors? We lost a week over it.", None),
        ("who is on call?", None),
        ("we must say who decides about vendors because nobody knows", None),
        ("", None),
    ],
)
def test_a_question_about_who_decides_is_known_from_others(text, area):
    assert asked_area(text) == area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("Hi all. Who decides about vendors? cc @sam", "vendors"),
        ("We lost a week over it.\nwho decides on the roadmap", "roadmap"),
        ("Who decides?", ""),
        ("We lost a week over it. Nobody knows who decides.", None),
        ("", None),
    ],
)
def test_a_question_among_other_sentences_is_found(text, area):
    assert asked_within(text) == area


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("VENDORS", ["Vendors"]),
        ("vendor", ["Vendors"]),
        ("vend", ["Vendors"]),
        ("vendros", ["Vendors"]),
        ("our vendor decisions", ["Vendors"]),
        ("security", ["Security exceptions"]),
        ("resourcing", ["People and resourcing"]),
        ("exceptions for security", ["Security exceptions"]),
        ("hiring", []),
        ("", []),
        ("?", []),
    ],
)
def test_an_area_is_found_however_it_is_written(words, found):
    assert find_areas(words, AREAS) == found


def test_several_areas_that_may_be_meant_are_all_named():
    assert find_areas("data", ["Data platform", "Database", "Roadmap"]) == ["Data platform", "Database"]
    assert find_areas("Data", ["Data", "Database"]) == ["Data"]


@pytest.mark.parametrize(
    ("ctos", "kept"),
    [
        ({"U2"}, [SAM]),  # whoever decides is the CTO as well
        ({"U2", "U3"}, [SAM, CTO]),  # another CTO may speak too
        ({"U3"}, [SAM, CTO]),
        (set(), [SAM, CTO]),
    ],
)
def test_a_role_that_somebody_holds_alone_who_is_named_already_adds_nothing(ctos, kept):
    ruling = Ruling((Needed(SAM, Part.DECIDES), Needed(CTO, Part.LIMIT)))
    assert [each.approver for each in named_once(ruling, {Role.CTO: frozenset(ctos)}).needed] == kept


def test_who_is_named_by_a_role_and_in_person_is_asked_in_person_for_the_stronger_part():
    deputy, agrees = Approver(ApproverKind.ROLE, "deputy"), Needed(PRIYA, Part.AGREES)
    ruling = Ruling((Needed(deputy, Part.DECIDES), agrees))
    assert named_once(ruling, {Role.DEPUTY: frozenset({"U3"})}).needed == (Needed(PRIYA, Part.DECIDES),)
    assert named_once(ruling, {Role.DEPUTY: frozenset({"U3", "U4"})}).needed == ruling.needed


@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=60), max_size=8))
def test_no_question_is_too_odd_to_answer(text, areas):
    asked_area(text)
    asked_within(text)
    assert set(find_areas(text, areas)) <= set(areas)
