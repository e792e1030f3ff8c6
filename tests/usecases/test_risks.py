"""A risk that is accepted: by a member of the workspace, and for no longer than its area allows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.decisions import Detail
from bot.domain.errors import InvalidInput
from bot.usecases import decisions
from storage.store import SqlStore
from tests.usecases.approvals_kit import DANA, SAM, STRANGER, SYSTEM, House, a_draft, a_house

TODAY = date(2026, 10, 29)
RISK = Detail(
    area="Security exceptions", accepted_by=SAM.id, risk_until=TODAY + timedelta(days=30), controls="One VLAN"
)
LATER = replace(RISK, risk_until=TODAY + timedelta(days=31))


@pytest.fixture
def house(store: SqlStore) -> House:
    made = a_house(store)
    made.right("Security exceptions", risk_days=30)
    return made


def test_for_as_long_as_its_area_allows(house: House) -> None:
    assert house.log(DANA, a_draft(detail=RISK)).detail == RISK


def test_no_longer_than_that(house: House) -> None:
    with pytest.raises(InvalidInput, match="30 days at most: until 28 Nov 2026") as refused:
        house.log(DANA, a_draft(detail=LATER))
    assert refused.value.field == "risk_until"
    assert house.log(DANA, a_draft(detail=RISK)).number == 1  # nothing was used up


def test_an_area_without_a_bound_sets_none(house: House) -> None:
    house.right("Budget")
    assert house.log(DANA, a_draft(detail=replace(LATER, area="Budget"))).detail.risk_until == LATER.risk_until


def test_no_edit_and_no_replacement_gets_around_the_bound(house: House) -> None:
    house.log(DANA, a_draft(detail=RISK))
    with pytest.raises(InvalidInput, match="30 days at most"):
        house.edit(DANA, a_draft(detail=LATER))
    for replace_it in (decisions.amend, decisions.supersede):
        with pytest.raises(InvalidInput, match="30 days at most"):
            replace_it(house.services, DANA, 1, a_draft(detail=LATER), key=house.key(), viewer=SYSTEM)
    house.log(DANA, a_draft(detail=replace(LATER, area="Budget")))
    with pytest.raises(InvalidInput, match="30 days at most"):  # it comes under the bound with the area
        house.edit(DANA, a_draft(detail=LATER), 2)


def test_what_was_accepted_before_there_was_a_bound_can_still_be_edited(house: House) -> None:
    house.log(DANA, a_draft(detail=RISK))
    house.right("Security exceptions", risk_days=5)
    assert house.edit(DANA, a_draft("Other words", detail=RISK)).title == "Other words"


@pytest.mark.parametrize("who", [STRANGER, replace(SAM, id="U404")])
def test_only_a_member_accepts_a_risk(house: House, who: object) -> None:
    detail = replace(RISK, accepted_by=who.id)  # type: ignore[attr-defined]
    with pytest.raises(InvalidInput) as refused:
        house.log(DANA, a_draft(detail=detail))
    assert refused.value.field == "accepted_by"
    house.log(DANA, a_draft(detail=RISK))
    with pytest.raises(InvalidInput) as refused:
        house.edit(DANA, a_draft(detail=detail))
    assert refused.value.field == "accepted_by"


def test_whoever_has_left_since_does_not_stand_in_the_way_of_other_words(house: House) -> None:
    house.log(DANA, a_draft(detail=RISK))
    house.around.directory.people[SAM.id] = replace(SAM, is_deactivated=True)
    assert house.edit(DANA, a_draft("Other words", detail=RISK)).detail.accepted_by == SAM.id
