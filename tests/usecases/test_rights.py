"""Who decides: whose word is needed, who may speak for them, how it is said, and who may change it."""

import threading
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.errors import BackbeatError, Conflict, ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.rights import CTO, Approver, ApproverKind, DecisionRight, Needed, Part, Party, default_limits
from bot.domain.rights_checked import MOST_AREAS, RightDraft
from bot.domain.workspaces import Person, Role
from bot.usecases import rights
from bot.usecases.ports import UserGroup
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

DANA = a_person("U1", name="Dana")  # the CTO
SAM = a_person("U2", name="Sam")
PRIYA = a_person("U3", name="Priya")  # the deputy
OTTO = a_person("U4", name="Otto", team_id="T2")
LEAVER = a_person("U5", name="Lea", is_deactivated=True)
ADMIN = a_person("U6", name="Ada", is_slack_admin=True)
VENDORS = DecisionRight("T1", "Vendors", 1, "U2", Party(("U3",), ("S1",)), Party((), ("S2",)), Party(("U1",)))


@pytest.fixture
def house(any_store: SqlStore) -> Surroundings:
    made = services_on(any_store, DANA, SAM, PRIYA, OTTO, LEAVER, ADMIN)
    made.directory.groups = (UserGroup("S1", "finance", "Finance"), UserGroup("S2", "platform", "Platform"))
    made.directory.grouped = {"S1": frozenset({"U2", "U4", "U5", "U9"}), "S2": frozenset({"U3"})}
    with any_store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U1"])
        uow.workspaces.set_role(Role.DEPUTY, ["U3"])
        uow.commit()
    return made


def keep(house: Surroundings, *stand: DecisionRight, limits: bool = False) -> None:
    with house.services.store.begin("T1") as uow:
        for each in stand:
            uow.rights.save(each)
        if limits:
            uow.rights.save_limits(default_limits("T1"))
        uow.commit()


def stand(house: Surroundings) -> list[DecisionRight]:
    with house.services.store.read("T1") as uow:
        return uow.rights.all()


def said(house: Surroundings, cost: int | None = None, *, area: str | None = "vendors", author: str = "U9") -> str:
    names = rights.names_in(house.services, workspace="T1")
    sum_ = None if cost is None else Decimal(cost)
    with house.services.store.read("T1") as uow:
        return rights.spoken(uow, rights.ruling_for(uow, area=area, cost=sum_, currency="EUR", author=author), names)


# --- what is needed, and who may speak ------------------------------------------------------------------------------


def test_a_ruling_is_made_of_what_stands(house: Surroundings):
    keep(house, VENDORS, limits=True)
    with house.services.store.read("T1") as uow:
        ruling = rights.ruling_for(uow, area="VENDORS", cost=Decimal(20_000), currency="EUR", author="U9")
    assert ruling.needed[0] == Needed(Approver(ApproverKind.PERSON, "U2"), Part.DECIDES)
    assert [each.approver.id for each in ruling.needed] == ["U2", "U3", "S1", "cto", "the CFO"]


def test_the_holders_of_a_role_and_the_members_of_a_group_may_speak_for_it_if_they_may_act(house: Surroundings):
    keep(house, VENDORS)
    with house.services.store.read("T1") as uow:
        ruling = rights.ruling_for(uow, area="vendors", cost=None, currency=None, author="U9")
    groups = rights.groups_in(house.services, ruling, workspace="T1")
    assert set(groups) == {"S1", "S2"}
    with house.services.store.read("T1") as uow:
        assert rights.people_for(uow, CTO, groups) == {"U1"}
        assert rights.people_for(uow, Approver(ApproverKind.ROLE, "sponsor"), groups) == frozenset()
        assert rights.people_for(uow, Approver(ApproverKind.PERSON, "U2"), groups) == {"U2"}
        assert rights.people_for(uow, Approver(ApproverKind.PERSON, "U5"), groups) == frozenset()
        assert rights.people_for(uow, Approver(ApproverKind.GROUP, "S1"), groups) == {"U2", "U9"}
        assert rights.people_for(uow, Approver(ApproverKind.OUTSIDE, "the CFO"), groups) == frozenset()


def test_a_group_that_cannot_be_read_has_nobody_and_is_told_from_an_empty_one(house: Surroundings):
    keep(house, VENDORS)
    del house.directory.grouped["S2"]
    house.directory.grouped["S1"] = frozenset()
    with house.services.store.read("T1") as uow:
        ruling = rights.ruling_for(uow, area="vendors", cost=None, currency=None, author="U9")
        assert rights.groups_in(house.services, ruling, workspace="T1") == {"S1": frozenset()}
        assert rights.people_for(uow, Approver(ApproverKind.GROUP, "S2"), {}) == frozenset()


# --- in words -------------------------------------------------------------------------------------------------------


def test_a_ruling_in_plain_words(house: Surroundings):
    keep(house, VENDORS, limits=True)
    assert said(house) == "Sam decides (Vendors). Priya and @finance must agree."
    assert said(house, 10_000) == (
        "Sam decides (Vendors). Priya and @finance must agree. The CTO (Dana) signs off. "
        "The CFO signs off from 10,000 EUR."
    )
    assert said(house, 60_000, area=None) == "The board signs off from 50,000 EUR."
    assert said(house, area="Roadmap") == "Whoever writes it decides it."


def test_a_deputy_who_decides_alone_is_named(house: Surroundings):
    keep(house, replace(VENDORS, agrees=Party(), deputy_up_to=Decimal(2000)))
    assert said(house, 1_999, author="U3") == "The deputy decides this (Vendors)."
    keep(house, replace(VENDORS, deputy_up_to=Decimal(2000)))
    assert said(house, 1_999, author="U3") == "Priya decides (Vendors). @finance must agree."
    assert said(house, 1_999).startswith("Sam decides")


def test_a_role_that_nobody_holds_says_so(house: Surroundings):
    keep(house, limits=True)
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, [])
        uow.commit()
    assert said(house, 5, area=None) == "The CTO (nobody yet) signs off."


def test_names_ping_nobody_whatever_they_are(house: Surroundings):
    with house.services.store.begin("T1") as uow:
        uow.people.save(replace(SAM, name="<!channel> & Sam"))
        uow.commit()
    keep(house, replace(VENDORS, area="<@U1>"))
    words = said(house, area="<@U1>")
    assert "&lt;!channel&gt; &amp; Sam decides (&lt;@U1&gt;)" in words


def test_slack_is_asked_for_groups_only_where_some_are_named(house: Surroundings):
    keep(house, replace(VENDORS, agrees=Party(), input=Party()))
    house.directory.down = True
    assert rights.names_in(house.services, workspace="T1")["U2"] == "Sam"
    assert rights.about(house.services, SAM, "vendors").words.startswith("*Vendors:* Sam decides.")
    keep(house, VENDORS)
    assert "a user group" in said(house)


def test_a_role_that_nobody_holds_is_told_with_what_to_do(house: Surroundings):
    keep(house, replace(VENDORS, deputy_up_to=Decimal(5)), limits=True)
    assert rights.overview(house.services, SAM).note is None
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, [])
        uow.workspaces.set_role(Role.DEPUTY, [])
        uow.commit()
    assert (
        rights.overview(house.services, SAM).note
        == "Nobody is CTO or deputy yet: the CTO or an admin can say who in the setup."
    )


def test_somebody_who_has_left_is_told_of(house: Surroundings):
    keep(house, replace(VENDORS, decides="U5"))
    assert "Lea can't act here any more" in rights.about(house.services, SAM, "vendors").words
    assert "Lea can't act here any more" in (rights.overview(house.services, SAM).note or "")
    with pytest.raises(InvalidInput):
        rights.set_right(house.services, DANA, RightDraft("Vendors", "U5"), key="k", area="Vendors")


def test_a_long_list_names_the_first_areas_and_where_the_rest_is(house: Surroundings):
    keep(house, *(replace(VENDORS, area=f"Area {n}", position=n) for n in range(1, 31)))
    words = rights.about(house.services, SAM, "").words
    assert len(words) < 3000
    assert "Area 12" in words
    assert "Area 13" not in words
    assert "18 more" in words


def test_an_area_with_many_names_is_told_whole_and_the_rest_of_the_list_is_still_pointed_to(house: Surroundings):
    rd = UserGroup("S3", "r&d-" + "x" * 200, "Research")
    house.directory.groups = (*house.directory.groups, rd)
    many = replace(VENDORS, agrees=Party((), ("S3", "S1")), input=Party(), performs=Party((), ("S2",)))
    keep(house, *(replace(many, area=f"Area {n}", position=n) for n in range(1, 31)))
    words = rights.about(house.services, SAM, "").words
    assert len(words) < 3000
    assert f"Area 1:* Sam decides. @r&amp;d-{'x' * 200} and @finance must agree. @platform is told after." in words
    assert "more: ask me about one of them." in words


# --- changing it ----------------------------------------------------------------------------------------------------


def test_the_cto_a_slack_admin_and_those_the_operator_names_may_say_it_and_nobody_else(house: Surroundings):
    draft = RightDraft("Vendors", "U2")
    for number, person in enumerate((DANA, ADMIN)):
        rights.set_right(house.services, person, replace(draft, area=f"Area {number}"), key=f"k{number}")
    rights.set_right(house.services, SAM, replace(draft, area="Area 2"), key="k2", admins=frozenset({"U2"}))
    for person in (SAM, PRIYA, OTTO, LEAVER, replace(OTTO, is_slack_admin=True)):
        with pytest.raises(NotAllowed):
            rights.set_right(house.services, person, draft, key=f"no{person.id}")
        with pytest.raises(NotAllowed):
            rights.remove_right(house.services, person, "Area 1", key=f"no2{person.id}")
        with pytest.raises(NotAllowed):
            rights.let_deputy_decide(house.services, person, "Area 1", Decimal(5), key=f"no3{person.id}")
        with pytest.raises(NotAllowed):
            rights.set_limits(house.services, person, default_limits("T1"), key=f"no4{person.id}")
        with pytest.raises(NotAllowed):
            rights.drop_limits(house.services, person, key=f"no5{person.id}")
    assert [each.area for each in stand(house)] == ["Area 0", "Area 1", "Area 2"]


def test_somebody_whom_slack_cannot_tell_about_is_not_named_blindly(house: Surroundings):
    house.directory.down = True
    with pytest.raises(InvalidInput) as refused:
        rights.set_right(house.services, DANA, RightDraft("Vendors", "U99"), key="k")
    assert refused.value.field == "decides"


def test_there_is_an_end_to_the_areas(house: Surroundings):
    keep(house, *(replace(VENDORS, area=f"Area {n}", position=n) for n in range(MOST_AREAS)))
    with pytest.raises(InvalidInput):
        rights.set_right(house.services, DANA, RightDraft("One more", "U2"), key="k")


def test_the_deputys_sum_changes_alone_and_an_area_may_begin_with_it(house: Surroundings):
    keep(house, VENDORS)
    rights.let_deputy_decide(house.services, DANA, "vendors", Decimal(2000), key="k1")
    rights.let_deputy_decide(house.services, DANA, "vendors", Decimal(9000), key="k1")
    rights.let_deputy_decide(house.services, DANA, "Roadmap", Decimal(500), key="k2")
    first, second = stand(house)
    assert first == replace(VENDORS, deputy_up_to=Decimal(2000))
    assert (second.area, second.decides, second.deputy_up_to) == ("Roadmap", None, Decimal(500))


def test_the_deputys_sums_do_not_become_those_of_another_currency(house: Surroundings):
    keep(house, replace(VENDORS, deputy_up_to=Decimal(2000)), limits=True)
    with pytest.raises(InvalidInput, match="EUR about Vendors") as refused:
        rights.set_limits(house.services, DANA, default_limits("T1", "JPY"), key="k1")
    assert refused.value.field == "currency"
    keep(house, VENDORS)
    assert rights.set_limits(house.services, DANA, default_limits("T1", "JPY"), key="k2").currency == "JPY"


def test_what_is_gone_already_is_said_to_be(house: Surroundings):
    with pytest.raises(NotFound):
        rights.remove_right(house.services, DANA, "Vendors", key="k")


def test_of_two_who_save_at_the_same_moment_one_is_told(house: Surroundings):
    keep(house, VENDORS)
    mark = rights.mark_of(VENDORS)
    ready, failures = threading.Barrier(2), list[BackbeatError]()

    def save(person: Person, decider: str) -> None:
        draft = RightDraft("Vendors", decider)
        ready.wait(60)
        try:
            rights.set_right(house.services, person, draft, key=f"k{decider}", area="Vendors", mark=mark)
        except (Conflict, ExternalFailure) as failure:
            failures.append(failure)

    savers = [threading.Thread(target=save, args=each) for each in ((DANA, "U1"), (ADMIN, "U3"))]
    for each in savers:
        each.start()
    for each in savers:
        each.join(120)
    assert [type(each) for each in failures] == [Conflict]
    (right,) = stand(house)
    assert right.decides in {"U1", "U3"}


def test_of_two_who_add_an_area_of_one_name_one_is_told(house: Surroundings):
    rights.set_right(house.services, DANA, RightDraft("Vendors", "U2"), key="k1", mark=rights.mark_of(None))
    with pytest.raises(InvalidInput) as refused:
        rights.set_right(house.services, ADMIN, RightDraft("VENDORS", "U3"), key="k2", mark=rights.mark_of(None))
    assert refused.value.field == "area"
    assert stand(house)[0].decides == "U2"
