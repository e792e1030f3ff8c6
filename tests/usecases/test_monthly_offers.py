"""The bottleneck test in the note: what the CTO always approves is offered to the deputy, by the CTO's press alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.decisions import DecisionEventKind, Detail
from bot.domain.errors import Conflict, InvalidInput, NotAllowed
from bot.domain.monthly import DeputyOffer, OfferAnswer
from bot.domain.rights import DecisionRight, default_limits, right_for
from bot.domain.workspaces import Role
from bot.usecases import monthly
from storage.store import SqlStore
from tests.support import Surroundings
from tests.usecases.monthly_kit import (
    DANA,
    KENJI,
    PRIYA,
    THE_NOTE,
    a_house,
    approve,
    audited,
    come,
    enter,
    notes,
    october,
    planned,
    settle,
    shown_now,
    six_vendors,
)

OFFER = "2026-10:0"
VENDORS = DeputyOffer("Vendors", 6, Decimal(2000), "EUR", {"U2": "Priya"})
PRESSED_AT = THE_NOTE + timedelta(hours=1)


@pytest.fixture
def house(store: SqlStore) -> Surroundings:
    found = a_house(store)
    come(found, datetime(2026, 10, 1, 8, tzinfo=THE_NOTE.tzinfo))  # September's
    return found


def offers(house: Surroundings) -> tuple[DeputyOffer, ...]:
    return notes(house)[-1].offers


def deputy_up_to(house: Surroundings) -> Decimal | None:
    with house.services.store.read("T1") as uow:
        right = right_for(uow.rights.all(), "Vendors")
    return right.deputy_up_to if right is not None else None


@pytest.fixture
def offered(house: Surroundings) -> Surroundings:
    """Dana has the note, with its offer."""
    six_vendors(house)
    come(house)
    house.clock.set(PRESSED_AT)
    return house


def test_six_small_ones_that_were_all_approved_are_offered(offered: Surroundings) -> None:
    assert offers(offered) == (VENDORS,)


def test_what_they_wrote_themselves_or_only_wrote_down_for_others_is_no_approval_of_theirs(house: Surroundings) -> None:
    detail = Detail(area="Vendors", cost=Decimal(900), currency="EUR")
    for number in range(1, 6):
        enter(house, number, date(2026, 10, 6), detail=detail, author_id="U1")
        approve(house, number, october(6))
    come(house)
    assert offers(house) == ()


def test_what_another_approved_is_not_theirs(house: Surroundings) -> None:
    detail = Detail(area="Vendors", cost=Decimal(900), currency="EUR")
    for number in range(1, 6):
        enter(house, number, date(2026, 10, 6), detail=detail)
        approve(house, number, october(6), by="U2")
    come(house)
    assert offers(house) == ()


@pytest.mark.parametrize("no", [DecisionEventKind.OBJECTED, DecisionEventKind.REJECTED])
def test_one_no_and_nothing_is_offered(house: Surroundings, no: DecisionEventKind) -> None:
    six_vendors(house)
    detail = Detail(area="Vendors", cost=Decimal(900), currency="EUR")
    enter(house, 7, date(2026, 10, 9), (no, october(9)), detail=detail)
    approve(house, 7, october(10))  # also where they came round
    come(house)
    assert offers(house) == ()


def test_what_was_approved_more_than_90_days_ago_no_longer_counts(house: Surroundings) -> None:
    detail = Detail(area="Vendors", cost=Decimal(900), currency="EUR")
    for number in range(1, 6):
        enter(house, number, date(2026, 7, 20), detail=detail)
        approve(house, number, october(-60))
    come(house)
    assert offers(house) == ()


def test_without_a_deputy_the_note_still_says_so(house: Surroundings) -> None:
    settle(house, deputy=None)
    six_vendors(house)
    come(house)
    assert offers(house) == (replace(VENDORS, deputies={}),)


# --- pressing ------------------------------------------------------------------------------------------------------


def test_the_deputy_decides_these_from_now_on(offered: Surroundings) -> None:
    answered = monthly.let_deputy_decide(offered.services, DANA, OFFER, key="press")
    assert answered.answer is OfferAnswer.DELEGATED
    assert deputy_up_to(offered) == 2000
    assert shown_now(offered).offers == (replace(VENDORS, answer=OfferAnswer.DELEGATED),)
    assert len(audited(offered, "rights.deputy")) == len(audited(offered, "monthly.delegated")) == 1


def test_what_else_the_rights_say_stays(offered: Surroundings) -> None:
    right = DecisionRight("T1", "Vendors", 3, decides="U1", deputy_up_to=Decimal(500), risk_days=90)
    with offered.services.store.begin("T1") as uow:
        uow.rights.save(right)
        uow.commit()
    monthly.let_deputy_decide(offered.services, DANA, OFFER, key="press")
    with offered.services.store.read("T1") as uow:
        assert uow.rights.all() == [replace(right, deputy_up_to=Decimal(2000))]


def test_not_now_changes_nothing_and_is_asked_again_after_90_days(offered: Surroundings) -> None:
    monthly.decline_offer(offered.services, DANA, OFFER, key="press")
    assert deputy_up_to(offered) is None
    assert shown_now(offered).offers == (replace(VENDORS, answer=OfferAnswer.DECLINED),)
    for number in range(11, 17):
        enter(offered, number, date(2026, 12, 1), detail=Detail(area="Vendors", cost=Decimal(100), currency="EUR"))
        approve(offered, number, october(70))
    for month, expected in (("2026-11", 0), ("2026-12", 0), ("2027-01", 1)):
        schedule = planned(offered)
        assert schedule is not None
        assert schedule.next_at is not None
        come(offered, schedule.next_at)
        assert (schedule.slot, len(offers(offered))) == (month, expected)


@pytest.mark.parametrize("person", [PRIYA, KENJI, replace(KENJI, is_slack_admin=True)])
def test_nobody_but_the_cto_gives_it_away(offered: Surroundings, person: object) -> None:
    for press in (monthly.let_deputy_decide, monthly.decline_offer):
        with pytest.raises(NotAllowed):
            press(offered.services, person, OFFER, key="press")  # type: ignore[arg-type]
    assert deputy_up_to(offered) is None
    assert audited(offered, "monthly.declined") == []


@pytest.mark.parametrize("value", ["", "2026-10", "2026-10:1", "2026-10:-1", "2026-09:0", "2026-10:²", "Vendors:9000"])
def test_what_was_never_offered_does_nothing(offered: Surroundings, value: str) -> None:
    for press in (monthly.let_deputy_decide, monthly.decline_offer):
        with pytest.raises(InvalidInput):
            press(offered.services, DANA, value, key=f"press:{value}")
    assert deputy_up_to(offered) is None


def test_another_ctos_note_is_not_theirs_to_answer(offered: Surroundings) -> None:
    with offered.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U1", "U3"])
        uow.commit()
    with pytest.raises(InvalidInput):
        monthly.let_deputy_decide(offered.services, KENJI, OFFER, key="press")


def test_a_press_that_comes_twice_does_nothing_twice(offered: Surroundings) -> None:
    monthly.let_deputy_decide(offered.services, DANA, OFFER, key="press")
    with offered.services.store.begin("T1") as uow:
        uow.rights.remove("Vendors")  # they thought better of it
        uow.commit()
    answered = monthly.let_deputy_decide(offered.services, DANA, OFFER, key="press")  # Slack brings it once more
    assert answered.answer is OfferAnswer.DELEGATED
    with pytest.raises(Conflict):
        monthly.let_deputy_decide(offered.services, DANA, OFFER, key="another press")
    with pytest.raises(Conflict):
        monthly.decline_offer(offered.services, DANA, OFFER, key="not now")
    assert deputy_up_to(offered) is None
    assert len(audited(offered, "monthly.delegated")) == 1


def test_another_deputy_than_the_one_it_named_gets_nothing(offered: Surroundings) -> None:
    settle(offered, deputy="U3")
    with pytest.raises(Conflict, match="deputy"):
        monthly.let_deputy_decide(offered.services, DANA, OFFER, key="press")
    assert deputy_up_to(offered) is None


def test_limits_in_another_currency_make_it_another_sum(offered: Surroundings) -> None:
    with offered.services.store.begin("T1") as uow:
        uow.rights.save_limits(default_limits("T1", "USD"))
        uow.commit()
    with pytest.raises(Conflict, match="USD"):
        monthly.let_deputy_decide(offered.services, DANA, OFFER, key="press")


def test_what_others_sign_off_too_by_now_is_not_left_to_the_deputy(offered: Surroundings) -> None:
    limits = default_limits("T1", "EUR")
    with offered.services.store.begin("T1") as uow:
        uow.rights.save_limits(
            replace(limits, tiers=(replace(limits.tiers[0], up_to=Decimal(1000)), *limits.tiers[1:]))
        )
        uow.commit()
    with pytest.raises(Conflict, match="others sign off"):
        monthly.let_deputy_decide(offered.services, DANA, OFFER, key="press")
    assert deputy_up_to(offered) is None


def test_what_somebody_else_decides_by_now_is_not_left_to_the_deputy(offered: Surroundings) -> None:
    with offered.services.store.begin("T1") as uow:
        uow.rights.save(DecisionRight("T1", "Vendors", 1, decides="U3"))
        uow.commit()
    with pytest.raises(Conflict, match="Somebody else decides"):
        monthly.let_deputy_decide(offered.services, DANA, OFFER, key="press")
    assert deputy_up_to(offered) is None


def test_two_offers_are_answered_each_for_itself(house: Surroundings) -> None:
    six_vendors(house)
    for number in range(11, 16):
        enter(house, number, date(2026, 10, 9), detail=Detail(area="Budget", cost=Decimal(90), currency="EUR"))
        approve(house, number, october(9))
    come(house)
    house.clock.set(PRESSED_AT)
    monthly.let_deputy_decide(house.services, DANA, "2026-10:1", key="yes")
    monthly.decline_offer(house.services, DANA, "2026-10:0", key="no")
    found = [(each.area, each.answer) for each in shown_now(house).offers]
    assert found == [("Vendors", OfferAnswer.DECLINED), ("Budget", OfferAnswer.DELEGATED)]
