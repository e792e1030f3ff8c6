"""Saying who decides, as Slack asks for it: the windows of an area and of the limits."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.rights import default_limits
from storage import tables
from storage.store import SqlStore
from tests.handlers.decisions_kit import said_in
from tests.handlers.rights_kit import VENDORS, House, a_house


@pytest.fixture
def house(store: SqlStore) -> Iterator[House]:
    with a_house(store) as found:
        yield found


# --- saying who decides ---------------------------------------------------------------------------------------------


def test_the_cto_says_who_decides_and_the_list_below_follows(house: House):
    house.press({}, "rights.add.1", "Vendors")
    form = house.window()
    answer = house.submit(
        form,
        below="V0",
        decides="U2",
        agrees=["U3"],
        agrees_groups=["S1"],
        input=["U1"],
        performs_groups=["S2"],
        deputy_up_to="2k",
        risk_days="90",
    )
    assert answer == {}
    assert house.rights() == [replace(VENDORS, deputy_up_to=Decimal(2000), risk_days=90)]
    assert house.slack.calls_of("views.update")[-1]["view_id"] == "V0"
    assert "Sam &lt;b&gt; decides" in said_in(house.window())


def test_a_window_without_a_list_below_becomes_the_list(house: House):
    answer = house.submit(house.form("Vendors"), decides="U2")
    assert answer["response_action"] == "update"
    assert "Sam &lt;b&gt; decides" in said_in(answer["view"])


def test_the_window_shows_how_it_stands_and_saves_nothing_else(house: House):
    stands = replace(VENDORS, deputy_up_to=Decimal("2000"), risk_days=90)
    house.keep(stands, limits=default_limits("T1"))
    house.submit(house.form())
    assert house.rights() == [stands]


def test_an_area_is_renamed_in_its_place(house: House):
    house.keep(VENDORS, replace(VENDORS, area="Roadmap", position=2))
    house.submit(house.form(), area="Suppliers")
    assert [each.area for each in house.rights()] == ["Suppliers", "Roadmap"]
    assert list(house.submit(house.form("Suppliers"), area="ROADMAP")["errors"]) == ["area"]
    house.submit(house.form("Suppliers"), area="suppliers")
    assert [each.area for each in house.rights()] == ["suppliers", "Roadmap"]


@pytest.mark.parametrize(("who", "word"), [("U5", "another company"), ("U6", "app"), ("U7", "deactivated")])
@pytest.mark.parametrize("field", ["decides", "agrees", "input", "performs"])
def test_only_members_are_named(house: House, who: str, word: str, field: str):
    answer = house.submit(house.form(), **{"decides": "U2", field: who if field == "decides" else [who]})
    assert word in answer["errors"][field]
    assert house.rights() == []


def test_what_cannot_be_read_is_said_beside_its_field(house: House):
    house.keep(limits=default_limits("T1"))
    for values in ({"deputy_up_to": "a lot"}, {"deputy_up_to": "-5"}, {"deputy_up_to": "2000 USD"}, {"risk_days": "x"}):
        answer = house.submit(house.form(), decides="U2", **values)
        assert list(answer["errors"]) == list(values)
    assert house.rights() == []


def test_a_forged_group_is_refused(house: House):
    form = house.form()
    assert "agrees" in house.submit(form, decides="U2", agrees_groups=["S9"])["errors"]
    assert house.rights() == []


def test_without_the_scope_groups_are_left_out_with_a_hint_and_those_that_stand_stay(house: House):
    house.around.directory.groups_declined = True
    form = house.form("Roadmap")
    assert "usergroups:read" in said_in(form)
    assert all("user groups" not in said_in(block) for block in form["blocks"] if block["type"] == "input")
    house.keep(VENDORS)
    form = house.form("Vendors")
    house.submit(form)
    assert house.rights() == [VENDORS]


def test_a_second_save_of_one_window_changes_nothing_twice(house: House):
    form = house.form()
    house.submit(form, decides="U2", view_id="VX")
    house.submit(form, decides="U3", view_id="VX")
    assert house.rights()[0].decides == "U2"


def test_two_who_edit_at_once_do_not_lose_each_others_words(house: House):
    house.keep(VENDORS)
    mine, theirs = house.form(), house.form(who="U3")
    house.submit(mine, decides="U1", input=[])
    answer = house.submit(theirs, who="U3", decides="U3", agrees=[])
    assert "Somebody changed this" in next(iter(answer["errors"].values()))
    assert house.rights()[0].decides == "U1"
    new, other = house.form("Roadmap"), house.form("Roadmap", who="U3")
    house.submit(new, decides="U1")
    assert "errors" in house.submit(other, who="U3", decides="U3")


def test_removing_the_last_area_gives_it_back_to_the_authors(house: House):
    house.keep(VENDORS)
    form = house.form()
    house.press(form, "rights.remove", "Vendors", previous_view_id="V0")
    assert house.rights() == []
    assert {args["view_id"] for args in house.slack.calls_of("views.update")[-2:]} == {"V0", "V1"}
    assert "whoever writes a decision decides it" in said_in(house.window())


@pytest.mark.parametrize("who", ["U2", "U4", "U5"])
def test_those_who_may_not_change_nothing_even_with_a_forged_window(house: House, who: str):
    house.keep(VENDORS, limits=default_limits("T1"))
    form, limits = house.form(), house.limits_form()
    house.press({}, "rights.edit", "Vendors", who=who)
    assert said_in(house.window()) != said_in(form)
    house.submit(form, who=who, decides=who)
    house.submit(limits, who=who, currency="USD")
    house.press(form, "rights.remove", "Vendors", who=who)
    house.press(limits, "rights.drop_limits", who=who)
    assert house.rights() == [VENDORS]
    assert house.limits() == default_limits("T1")


def test_what_is_changed_is_audited(house: House):
    house.submit(house.form(), decides="U2")
    house.submit(house.limits_form())
    with house.store._reader.connect() as connection:
        kept = tables.audit.c
        rows = connection.execute(select(kept.action, kept.by, kept.subject).order_by(kept.id)).all()
    assert [tuple(row) for row in rows] == [("rights.set", "U1", "Vendors"), ("limits.set", "U1", None)]


# --- approval limits ------------------------------------------------------------------------------------------------


def test_the_limits_begin_as_many_companies_have_them(house: House):
    house.submit(house.limits_form())
    assert house.limits() == default_limits("T1")


def test_limits_take_roles_groups_people_and_names(house: House):
    form = house.limits_form()
    house.submit(
        form,
        currency="usd",
        up_to_1="$5k",
        approvers_1=["role:cto", "group:S1"],
        people_1=["U2"],
        outside_1="",
        up_to_2="",
        approvers_2=[],
        outside_2="the board",
        outside_3="",
        approvers_3=[],
    )
    limits = house.limits()
    assert limits is not None
    assert limits.currency == "USD"
    assert limits.tiers[0].up_to == Decimal(5000)
    assert [each.id for each in limits.tiers[0].approvers] == ["cto", "S1", "U2"]
    assert [each.id for each in limits.tiers[1].approvers] == ["the board"]
    house.submit(house.limits_form())
    assert house.limits() == limits


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"currency": "euro"}, "currency"),
        ({"up_to_1": "lots"}, "up_to_1"),
        ({"up_to_2": "5k"}, "up_to_2"),
        ({"people_1": ["U5"]}, "people_1"),
        ({"approvers_1": ["role:king"]}, "approvers_1"),
        ({"approvers_1": ["group:S9"]}, "approvers_1"),
    ],
)
def test_limits_that_cannot_be_are_refused_beside_their_field(house: House, values: dict[str, Any], field: str):
    form = house.limits_form()
    if field == "currency":
        values = {"currency": "eu"}
    assert list(house.submit(form, **values)["errors"]) == [field]
    assert house.limits() is None


def test_limits_are_removed_and_two_editors_do_not_lose_each_others(house: House):
    house.keep(limits=default_limits("T1"))
    mine, theirs = house.limits_form(), house.limits_form(who="U3")
    house.submit(mine, currency="USD")
    assert "errors" in house.submit(theirs, who="U3", currency="GBP")
    house.press(theirs, "rights.drop_limits", who="U3")
    assert house.limits() is not None
    house.press(house.limits_form(), "rights.drop_limits")
    assert house.limits() is None
