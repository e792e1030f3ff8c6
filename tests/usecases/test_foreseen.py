"""What is said of who decides before a decision is sent, which is what then happens."""

from decimal import Decimal
from itertools import product

import pytest

from bot.domain.decisions import DecisionStatus, Detail
from bot.domain.rights import AREAS, CTO, Approver, ApproverKind, Limits, Party, Tier
from bot.domain.workspaces import Audience, Person, Role
from bot.usecases.decisions import Foreseen, foresee
from bot.usecases.decisions import amend as amend_one
from bot.usecases.ports import UserGroup
from storage.store import SqlStore
from tests.support import a_person, services_on
from tests.usecases.approvals_kit import (
    DANA,
    GUEST,
    KENJI,
    PRIYA,
    SAM,
    SYSTEM,
    VENDORS,
    House,
    a_draft,
    a_house,
    costing,
)

CFO = Approver(ApproverKind.OUTSIDE, "the CFO")


@pytest.fixture
def house(store: SqlStore) -> House:
    """Sam decides about vendors."""
    return a_house(store)


def seen(house: House, who: Person = KENJI, detail: Detail = VENDORS, **more: object) -> Foreseen:
    return foresee(house.services, who, detail, **more)  # type: ignore[arg-type]


def with_finance(house: House, *members: Person) -> None:
    house.right(agrees=Party((), ("S1",)))
    house.around.directory.groups = (UserGroup("S1", "finance", "Finance"),)
    house.around.directory.grouped = {"S1": frozenset(each.id for each in members)}


# --- in words ------------------------------------------------------------------------------------------------------


def test_who_decides_and_who_signs_off_is_said_with_whom_it_waits_for(house: House) -> None:
    house.limits()
    assert seen(house).words == ("Sam decides (Vendors). *This will be a proposal until Sam approves.* I'll ask Sam.")
    found = seen(house, detail=costing(20_000, "vendors"))
    assert found.words == (
        "Sam decides (Vendors). The CTO (Dana) signs off. The CFO signs off from 10,000 EUR. "
        "*This will be a proposal until Sam, the CTO (Dana) and the CFO approve.* I'll ask Sam and the CTO (Dana). "
        "The CFO can't be asked here: you tell me what they said."
    )
    assert not found.decides


def test_who_has_the_say_decides(house: House) -> None:
    assert seen(house, SAM).words == "You decide this (Vendors)."
    assert seen(house, KENJI, Detail(area="Roadmap")).words == "You decide this."
    assert "Pick an area to see who decides" in str(seen(house, KENJI, Detail()).words)


def test_own_part_is_not_waited_for(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    words = seen(house, SAM).words
    assert words == (
        "Sam decides (Vendors). Dana must agree. *This will be a proposal until Dana approves.* I'll ask Dana."
    )


def test_without_rights_nothing_is_said_and_nothing_more_is_asked(store: SqlStore) -> None:
    around = services_on(store, KENJI)
    found = foresee(around.services, KENJI, VENDORS)
    assert found == Foreseen(AREAS)


def test_area_and_cost_are_asked_where_they_decide_who_decides(house: House, store: SqlStore) -> None:
    found = seen(house)
    assert (found.asks_area, found.asks_cost, found.currency) == (True, False, None)
    house.right(decides="U2", deputy_up_to=Decimal(500))
    assert seen(house).asks_cost
    house.limits()
    with store.begin("T1") as uow:
        uow.rights.remove("Vendors")
        uow.commit()
    found = seen(house)
    assert (found.asks_area, found.asks_cost, found.currency) == (False, True, "EUR")


def test_the_areas_are_those_with_rights_the_usual_ones_and_those_in_use(house: House) -> None:
    house.right("Data platform")
    house.log(KENJI, a_draft(detail=Detail(area="Office")))
    house.log(KENJI, a_draft(detail=Detail(area="roadmap")))
    areas = seen(house).areas
    assert set(areas[:2]) == {"Vendors", "Data platform"}
    assert areas[2:-1] == tuple(each for each in AREAS if each != "Vendors")
    assert areas[-1] == "Office"


def test_the_area_of_a_private_decision_is_nobody_elses_choice(house: House) -> None:
    house.log(KENJI, a_draft(detail=Detail(area="Sale of the company")), audience=Audience("G1"))
    assert "Sale of the company" not in seen(house, SAM).areas


def test_a_cost_in_another_currency_is_said_in_words(house: House) -> None:
    house.limits()
    found = seen(house, detail=Detail(area="Roadmap", cost=Decimal(5), currency="USD"))
    assert "Your approval limits are in EUR" in str(found.words)
    assert not seen(house, detail=Detail(area="Vendors", cost=Decimal(5), currency="USD")).decides
    assert "The CTO (Dana) signs off" in str(seen(house, detail=Detail(cost=Decimal(5))).words)


# --- groups, and a Slack that can't be read ------------------------------------------------------------------------


def test_a_member_of_the_group_needs_nobody_else(house: House) -> None:
    with_finance(house, PRIYA)
    assert seen(house, PRIYA).decides
    assert "@finance must agree. *This will be a proposal until @finance approves.* I'll ask @finance." in str(
        seen(house, KENJI).words
    )


def test_a_group_that_cannot_be_read_leaves_it_open(house: House) -> None:
    with_finance(house, PRIYA)
    house.around.directory.down = True
    for who in (PRIYA, KENJI):
        found = seen(house, who)
        assert found.decides
        assert str(found.words).startswith("Whoever is set for Vendors decides.")


def test_who_else_is_missing_is_said_though_the_group_cannot_be_read(house: House) -> None:
    with_finance(house, PRIYA)
    house.right(decides="U2", agrees=Party((), ("S1",)))
    house.around.directory.down = True
    found = seen(house, PRIYA)
    assert not found.decides
    assert "until Sam and a user group approve.* I'll ask Sam." in str(found.words)


def test_nobody_is_asked_who_is_gone(house: House, store: SqlStore) -> None:
    with store.begin("T1") as uow:
        uow.people.save(a_person("U2", name="Sam", is_deactivated=True))
        uow.commit()
    assert "I'll ask" not in str(seen(house).words)


# --- guests --------------------------------------------------------------------------------------------------------


def test_guests_learn_no_names_until_an_admin_allows_it(house: House) -> None:
    house.right("Data platform")
    found = seen(house, GUEST)
    assert not found.decides
    assert "Sam" not in str(found.words)
    assert found.areas == AREAS
    assert seen(house, GUEST, Detail()).words is None
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.SPONSOR, [GUEST.id])
        uow.commit()
    assert "Sam decides" in str(seen(house, GUEST).words)
    assert "Data platform" in seen(house, GUEST).areas


# --- what stands already -------------------------------------------------------------------------------------------


def test_what_takes_the_place_of_another_needs_those_of_its_area_too(house: House) -> None:
    old = house.log(SAM)
    roadmap = Detail(area="Roadmap")
    assert not seen(house, KENJI, roadmap, standing=old).decides
    assert seen(house, SAM, roadmap, standing=old).decides
    new = amend_one(house.services, KENJI, 1, a_draft(detail=roadmap), key="k", viewer=SYSTEM)
    assert new.status is DecisionStatus.PROPOSED
    assert not seen(house, KENJI, roadmap, standing=new, edits=True).decides


def test_other_words_for_what_was_decided_are_left_to_those_whose_word_it_needs(house: House) -> None:
    decided = house.log(SAM, a_draft(owner_id=KENJI.id))
    found = seen(house, KENJI, Detail(), standing=decided, edits=True)
    assert found.words == "Sam decides (Vendors). *Other words need Sam:* amend it instead, and I'll ask."
    assert seen(house, SAM, Detail(), standing=decided, edits=True).decides
    proposed = house.log(KENJI)
    assert "will be a proposal until Sam approves" in str(seen(house, KENJI, standing=proposed, edits=True).words)


# --- it is what then happens ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [DANA, SAM, PRIYA, KENJI, GUEST], ids=lambda each: each.name)
def test_what_is_foreseen_is_what_becomes_of_it(house: House, who: Person) -> None:
    house.right("Budget", agrees=Party(("U1",), ("S1",)))
    house.right(decides="U2", deputy_up_to=Decimal(2_000))
    house.around.directory.groups = (UserGroup("S1", "finance", "Finance"),)
    house.around.directory.grouped = {"S1": frozenset({"U3"})}
    house.limits(Limits("T1", "EUR", (Tier(Decimal(1_000), ()), Tier(Decimal(9_000), (CTO,)), Tier(None, (CFO,)))))
    for area, cost in product((None, "Vendors", "Budget", "Roadmap"), (None, 500, 1_500, 5_000, 50_000)):
        detail = Detail(area=area) if cost is None else costing(cost, area)
        decided = house.log(who, a_draft(detail=detail)).status is DecisionStatus.DECIDED
        assert seen(house, who, detail).decides is decided, (area, cost)
