"""The bottleneck test: offered only where every single one was approved, small, and in the money of the limits."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bottlenecks import Bottleneck, Ruled, bottlenecks, ceiling_over, ceilings
from bot.domain.rights import CTO, Approver, ApproverKind, DecisionRight, Party, default_limits, rule_on

VENDOR = Ruled("Vendors", Decimal(900), "EUR", approved=True)
LIMITS = default_limits("T1")
RIGHT = DecisionRight("T1", "Vendors", 1)


def test_what_was_approved_again_and_again_is_offered_under_a_round_sum() -> None:
    ruled = [replace(VENDOR, cost=Decimal(cost)) for cost in (40, 300, 1999, 1200)]
    assert bottlenecks(ruled, [RIGHT], LIMITS) == [Bottleneck("Vendors", 4, Decimal(2000), "EUR")]
    assert bottlenecks(ruled, [], None) == [Bottleneck("Vendors", 4, Decimal(2000), "EUR")]


@pytest.mark.parametrize(
    "odd",
    [
        replace(VENDOR, approved=False),
        replace(VENDOR, cost=None, currency=None),
        replace(VENDOR, currency="USD"),
        replace(VENDOR, cost=Decimal(10_000)),  # under no ceiling that the CTO alone signs off
    ],
)
def test_one_that_does_not_fit_spoils_the_whole_area(odd: Ruled) -> None:
    assert bottlenecks([VENDOR] * 9 + [odd], [RIGHT], LIMITS) == []


def test_less_than_four_are_no_pattern() -> None:
    assert bottlenecks([VENDOR] * 3, [RIGHT], LIMITS) == []


def test_an_area_is_one_however_it_is_written_and_called_as_the_rights_do() -> None:
    ruled = [VENDOR, replace(VENDOR, area="vendors")] * 2
    assert [each.area for each in bottlenecks(ruled, [RIGHT], LIMITS)] == ["Vendors"]


def test_without_an_area_there_is_nothing_to_leave_to_anybody() -> None:
    assert bottlenecks([replace(VENDOR, area=None)] * 5, [RIGHT], LIMITS) == []


def test_what_the_deputy_decides_already_is_not_offered_again() -> None:
    assert bottlenecks([VENDOR] * 4, [replace(RIGHT, deputy_up_to=Decimal(1000))], LIMITS) == []
    assert len(bottlenecks([VENDOR] * 4, [replace(RIGHT, deputy_up_to=Decimal(500))], LIMITS)) == 1


def test_where_somebody_else_decides_it_is_not_the_ctos_to_leave_to_anybody() -> None:
    """The CTO only signs off what it costs there; what the deputy writes would pass by whoever decides."""
    ctos = frozenset({"UCTO"})
    assert bottlenecks([VENDOR] * 4, [replace(RIGHT, decides="U7")], LIMITS, ctos=ctos) == []
    assert len(bottlenecks([VENDOR] * 4, [replace(RIGHT, decides="UCTO")], LIMITS, ctos=ctos)) == 1


def test_another_currency_than_the_limits_cannot_be_compared() -> None:
    assert bottlenecks([replace(VENDOR, currency="USD")] * 4, [RIGHT], LIMITS) == []
    assert len(bottlenecks([replace(VENDOR, currency="USD")] * 4, [RIGHT], None)) == 1


def test_the_most_frequent_comes_first() -> None:
    ruled = [replace(VENDOR, area="Budget")] * 4 + [VENDOR] * 5
    assert [each.area for each in bottlenecks(ruled, [], LIMITS)] == ["Vendors", "Budget"]


def test_the_ceilings_are_round() -> None:
    found = ceilings()
    assert [int(next(found)) for _ in range(7)] == [500, 1000, 2000, 5000, 10_000, 20_000, 50_000]


@given(st.lists(st.decimals(0, 10**11, places=2), min_size=1))
def test_the_ceiling_is_the_smallest_that_all_are_under(costs: list[Decimal]) -> None:
    ceiling = ceiling_over(costs)
    assert all(cost < ceiling for cost in costs)
    smaller = [each for each, _ in zip(ceilings(), range(40), strict=False) if each < ceiling]
    assert not any(all(cost < each for cost in costs) for each in smaller)


# --- what leaving it to the deputy does ----------------------------------------------------------------------------


LEFT = replace(RIGHT, decides="UCTO", deputy_up_to=Decimal(2000))
DANA, THE_DEPUTY = Approver(ApproverKind.PERSON, "UCTO"), Approver(ApproverKind.ROLE, "deputy")


def asked(
    right: DecisionRight, cost: int | None, *, author: str = "U9", deputies: tuple[str, ...] = ("U2",)
) -> set[Approver]:
    """Whose word a decision about vendors needs: the CTO decides them, and signs off what they cost."""
    ruling = rule_on(
        [right],
        LIMITS,
        area="Vendors",
        cost=None if cost is None else Decimal(cost),
        currency=None if cost is None else "EUR",
        deputies=frozenset(deputies),
        ctos=frozenset({"UCTO"}),
        author=author,
    )
    return {each.approver for each in ruling.needed}


def test_the_deputys_word_is_asked_for_in_the_place_of_the_ctos() -> None:
    assert asked(RIGHT, 900) == {CTO}
    assert asked(LEFT, 900) == {THE_DEPUTY}


def test_what_costs_as_much_or_does_not_say_stays_with_the_cto() -> None:
    assert asked(LEFT, 2000) == {DANA, CTO}
    assert asked(LEFT, None) == {DANA}


def test_whoever_else_must_agree_still_must() -> None:
    agrees = replace(LEFT, agrees=Party(people=("U5",)))
    assert asked(agrees, 900) == {THE_DEPUTY, Approver(ApproverKind.PERSON, "U5")}


def test_the_cto_does_not_ask_their_deputy_and_the_deputy_asks_nobody() -> None:
    assert asked(LEFT, 900, author="UCTO") == {DANA, CTO}
    assert asked(LEFT, 900, author="U2") == set()


def test_without_a_deputy_it_is_the_ctos_again() -> None:
    assert asked(LEFT, 900, deputies=()) == {DANA, CTO}
    assert asked(LEFT, 900, deputies=("UCTO",)) == {DANA, CTO}
