"""The window of a decision says who decides: as it opens, as the area or the sum changes, and by what it offers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.rights import DecisionRight, Party, default_limits
from bot.domain.workspaces import Viewer
from storage.store import SqlStore
from tests.handlers.decisions_kit import fill, inputs, said_in
from tests.handlers.rights_kit import GUS, OTTO, VENDORS, House, a_house

SAMS = DecisionRight("T1", "Vendors", 1, "U2")
LIMITS = default_limits("T1")
UNTIL_SAM = "This will be a proposal until Sam &lt;b&gt; approves"


@pytest.fixture
def house(store: SqlStore) -> Iterator[House]:
    """Dana is CTO, Priya deputy; Sam decides about vendors."""
    with a_house(store) as made:
        made.keep(SAMS)
        yield made


def opened(house: House, text: str = "Use Datadog", *, who: str = "U1") -> dict[str, Any]:
    house.slash(text, who=who, command="/decide")
    return house.window()


def pick(house: House, view: dict[str, Any], block: str, *, who: str = "U1", **values: Any) -> dict[str, Any]:
    """Something was picked or typed in the input `block`, with these inputs filled in; the window then."""
    before = len(house.slack.calls_of("views.update"))
    shown = {**view, "id": "V1", "hash": "1.a", "type": "modal", "state": {"values": fill(view, **values)}}
    action = {"type": "static_select", "action_id": block, "block_id": block}
    body = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": who}, "trigger_id": "t.9"}
    house.send(body | {"view": shown, "container": {"type": "view"}, "actions": [action]})
    assert len(house.slack.calls_of("views.update")) == before + 1
    return house.window()


def press(house: House, view: dict[str, Any], action: str, *, who: str = "U1", **values: Any) -> dict[str, Any]:
    house.press(view, action, who=who, state={"values": fill(view, **values)})
    return house.window()


def decision(house: House, number: int = 1) -> Decision:
    with house.store.read("T1") as uow:
        return uow.decisions.get(number, Viewer.system())


def blocks(view: dict[str, Any]) -> list[str]:
    return [each.get("block_id", "") for each in view["blocks"]]


# --- as it opens ---------------------------------------------------------------------------------------------------


def test_the_area_stands_above_the_detail_where_it_decides_who_decides(house: House) -> None:
    view = opened(house)
    assert blocks(view)[:6] == ["title", "why", "not_doing", "area", "deciding", "status"]
    assert "Pick an area to see who decides" in said_in(view)
    assert "cost" not in blocks(view)
    assert blocks(press(house, view, "decisions.add_detail")).count("area") == 1


def test_the_sum_stands_there_where_there_are_limits_begun_in_their_currency(house: House) -> None:
    house.keep(limits=replace(LIMITS, currency="CZK"))
    view = opened(house)
    assert blocks(view)[3:7] == ["area", "cost", "currency", "deciding"]
    assert inputs(view)["currency"] == {"text": {"type": "plain_text", "text": "CZK", "emoji": True}, "value": "CZK"}
    assert house.submit(view, why="Graphs") == {}
    assert (decision(house).detail.cost, decision(house).detail.currency) == (None, None)


def test_with_nothing_set_the_window_is_as_it_was(store: SqlStore) -> None:
    with a_house(store) as house:
        view = opened(house)
        assert "area" not in blocks(view)
        assert "deciding" not in blocks(view)
        more = press(house, view, "decisions.add_detail")
        assert {"area", "cost", "currency"} <= set(blocks(more))
        assert "dispatch_action" not in json.dumps(more)


# --- as the area or the sum changes --------------------------------------------------------------------------------


def test_picking_an_area_says_whom_it_waits_for_and_keeps_all_that_was_typed(house: House) -> None:
    typed = {
        "title": "Use <Datadog>",
        "why": "Our graphs",
        "not_doing": "Grafana",
        "owner": "U2",
        "revisit": "2027-02-01",
    }
    view = pick(house, opened(house), "area", **typed, area="Vendors")
    assert "Sam &lt;b&gt; decides (Vendors)." in said_in(view)
    assert UNTIL_SAM in said_in(view)
    assert "status" not in blocks(view)
    assert {name: inputs(view)[name] for name in typed} == typed
    assert house.submit(view) == {}
    assert decision(house).status is DecisionStatus.PROPOSED
    assert decision(house).detail.area == "Vendors"


def test_the_window_of_who_decides_offers_the_choice(house: House) -> None:
    view = pick(house, opened(house, who="U2"), "area", who="U2", area="Vendors")
    assert "You decide this (Vendors)." in said_in(view)
    assert house.submit(view, who="U2", why="Graphs", status="decided") == {}
    assert decision(house).status is DecisionStatus.DECIDED


def test_what_was_chosen_before_the_choice_went_away_is_there_when_it_comes_back(house: House) -> None:
    house.keep(DecisionRight("T1", "Budget", 2, "U1", Party(("U2",))))
    view = pick(house, opened(house), "area", area="Vendors", status="proposed")
    view = press(house, view, "decisions.add_detail")
    view = pick(house, view, "area", area="Roadmap", goal="Fewer nights awake")
    assert inputs(view)["status"]["value"] == "proposed"
    assert inputs(view)["goal"] == "Fewer nights awake"
    view = pick(house, view, "area", area="Budget")
    assert house.submit(view, why="Graphs") == {}
    with house.store.read("T1") as uow:
        assert all(each.is_open for each in uow.approvals.of(1))  # Dana only proposed it: even her own word is open


def test_the_sum_says_who_signs_off(house: House) -> None:
    house.keep(limits=LIMITS)
    view = pick(house, opened(house, who="U3"), "cost", who="U3", cost="20k", title="Buy it")
    assert "The CTO (Dana) signs off. The CFO signs off from 10,000 EUR." in said_in(view)
    assert inputs(view)["cost"] == "20k"
    assert "deciding" in blocks(pick(house, view, "cost", who="U3", cost="much"))
    assert "errors" in house.submit(view, who="U3", why="Graphs", cost="much")
    assert house.submit(view, who="U3", why="Graphs") == {}
    assert decision(house).detail.cost == Decimal(20_000)
    assert decision(house).status is DecisionStatus.PROPOSED


def test_another_currency_is_refused_beside_its_field(house: House) -> None:
    house.keep(limits=LIMITS)
    view = pick(house, opened(house), "currency", cost="500", currency="USD")
    assert "Your approval limits are in EUR" in said_in(view)
    answer = house.submit(view, why="Graphs")
    assert list(answer["errors"]) == ["currency"]
    assert house.submit(view, why="Graphs", currency="EUR") == {}


@pytest.mark.parametrize("detail", [False, True])
def test_slack_out_of_reach_costs_the_names_alone(house: House, *, detail: bool) -> None:
    house.keep(replace(VENDORS, decides=None, agrees=Party((), ("S1",))))
    house.around.directory.down = True
    view = opened(house)
    view = press(house, view, "decisions.add_detail") if detail else view
    view = pick(house, view, "area", area="Vendors")
    assert "Whoever is set for Vendors decides." in said_in(view)
    assert "status" in blocks(view)


# --- one line ------------------------------------------------------------------------------------------------------


def test_one_line_is_logged_at_once_whatever_is_set_and_a_sum_opens_the_window(house: House) -> None:
    house.keep(limits=LIMITS)
    house.slash("Use Postgres because we run it already", command="/decide", who="U3")
    assert decision(house).status is DecisionStatus.DECIDED
    view = opened(house, "Buy Datadog because our graphs fail, costs 20k EUR", who="U3")
    assert "The CFO signs off from 10,000 EUR." in said_in(view)
    assert "status" not in blocks(view)


# --- what stands already -------------------------------------------------------------------------------------------


def log(house: House, *, who: str = "U2", **values: Any) -> None:
    view = pick(house, opened(house, who=who), "area", who=who, area="Vendors")
    assert house.submit(view, who=who, why="Graphs", **values) == {}


def test_editing_superseding_and_amending_say_who_decides(house: House) -> None:
    log(house, owner="U3")
    for action, value, words in (
        ("decisions.edit", "1", "Other words need Sam &lt;b&gt;:* amend it instead"),
        ("decisions.more", "amend:1", UNTIL_SAM),
        ("decisions.more", "supersede:1", UNTIL_SAM),
    ):
        house.press({}, action, value, who="U3")
        assert words in said_in(house.window()), action
    assert inputs(house.window())["area"]["value"] == "Vendors"
    view = pick(house, house.window(), "area", who="U3", area="Roadmap")
    assert UNTIL_SAM in said_in(view)  # he decides about what it takes the place of
    assert house.submit(view, who="U3", title="Use Grafana", why="Cheaper") == {}
    assert decision(house, 2).status is DecisionStatus.PROPOSED
    assert decision(house, 2).detail.area == "Roadmap"


def test_editing_a_proposal_leaves_it_one(house: House) -> None:
    log(house, who="U1")
    house.press({}, "decisions.edit", "1", who="U1")
    view = house.window()
    assert UNTIL_SAM in said_in(view)
    assert "status" not in blocks(view)
    assert house.submit(view, why="Better graphs") == {}
    assert decision(house).status is DecisionStatus.PROPOSED
    assert decision(house).why == "Better graphs"


# --- who may not ---------------------------------------------------------------------------------------------------


def test_a_guest_is_told_no_names(house: House) -> None:
    house.keep(DecisionRight("T1", "Data platform", 2))
    view = pick(house, opened(house, who=GUS.id), "area", who=GUS.id, area="Vendors")
    assert "Somebody else has a say in this" in said_in(view)
    assert "Sam" not in said_in(view)
    assert "Data platform" not in said_in(view)
    assert "status" not in blocks(view)


def test_what_a_window_claims_of_itself_decides_nothing(house: House) -> None:
    view = pick(house, opened(house), "area", area="Vendors")
    claims = json.loads(view["private_metadata"])
    forged = {**view, "private_metadata": json.dumps({**claims, "st": "decided"})}
    assert house.submit(forged, why="Graphs") == {}
    assert decision(house).status is DecisionStatus.PROPOSED
    assert "errors" in house.submit({**view, "private_metadata": json.dumps({**claims, "st": "expired"})}, why="Graphs")


def test_a_forged_change_keeps_what_was_typed_and_tells_nothing(house: House) -> None:
    view = opened(house)
    told = pick(house, view, "area", who=OTTO.id, area="Vendors", why="Mine")
    assert "Sam" not in said_in(told)
    assert inputs(told)["why"] == "Mine"
    claims = {**json.loads(view["private_metadata"]), "m": "edit", "n": 99}
    told = pick(house, {**view, "private_metadata": json.dumps(claims)}, "area", area="Vendors", why="Mine")
    assert inputs(told)["why"] == "Mine"
