"""Through the running program: a decision's window says who decides before it is sent, and so it then happens."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import DANA, GUEST, KENJI, PLATFORM, PRIYA, SAM, Rig, a_rig
from tests.acceptance.windows import blank_state, fill, words

pytestmark = pytest.mark.acceptance
View = dict[str, Any]
SAMS = "Sam decides (Vendors). *This will be a proposal until Sam approves.* I'll ask Sam."


def say_vendors(rig: Rig, *, limits: bool = False) -> None:
    """Dana says that Sam decides about vendors, and, with `limits`, who signs off what costs more."""
    rig.slash(DANA, PLATFORM, "/backbeat who-decides")
    rig.wait_for(lambda: "whoever writes a decision decides it" in words(rig.modal(DANA)))
    rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.add.1")
    assert rig.submit(DANA, rig.wait_modal(DANA, "rights.form"), decides=SAM)["ok"]
    rig.wait_for(lambda: "Sam decides" in words(rig.wait_modal(DANA, "rights.list")))
    if limits:
        rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.edit_limits")
        assert rig.submit(DANA, rig.wait_modal(DANA, "rights.limits"))["ok"]
        rig.wait_for(lambda: "Under 10,000 EUR" in words(rig.wait_modal(DANA, "rights.list")))
    while rig.modal(DANA) is not None:
        rig.close_modal(DANA)


def opened(rig: Rig, person: str, text: str = "Use Datadog") -> View:
    rig.slash(person, PLATFORM, f"/decide {text}")
    return rig.wait_modal(person, "decisions.form")


def change(rig: Rig, person: str, view: View, block: str, says: str, **values: Any) -> View:
    """Fill inputs in, the last of them `block`, which Slack tells of at once; the window once it `says` so."""
    state = fill(view, **values)
    given = state[block][block]
    where = {"type": "view", "view_id": view["id"]}
    rig.act(person, "click", container=where, block_id=block, action_id=block, action=given, state=state)
    return rig.wait_for(lambda: (now := rig.modal(person)) and says in words(now) and now)


def stands(view: View, block: str) -> Any:
    """What is in an input."""
    (element,) = blank_state(view)[block].values()
    return next(value for name, value in element.items() if name != "type")


def blocks(view: View) -> list[str]:
    return [each.get("block_id", "") for each in view["blocks"]]


def test_it_says_whom_it_waits_for_keeps_what_was_typed_and_then_waits_for_them(any_rig: Rig) -> None:
    rig = any_rig
    say_vendors(rig, limits=True)
    view = opened(rig, KENJI)
    assert "Pick an area to see who decides" in words(view)
    assert blocks(view)[3:7] == ["area", "cost", "currency", "deciding"]

    typed = {"why": "Our own graphs cost us a day a week", "not_doing": "Grafana", "status": "proposed"}
    view = change(rig, KENJI, view, "area", SAMS, area="Vendors", **typed)
    assert (stands(view, "why"), stands(view, "not_doing")) == (typed["why"], typed["not_doing"])
    assert "status" not in blocks(view)
    view = change(rig, KENJI, view, "cost", "The CFO signs off from 10,000 EUR", cost="12k")
    assert (stands(view, "cost"), stands(view, "why")) == ("12k", typed["why"])
    view = change(rig, KENJI, view, "area", "You decide this.", area="Roadmap", cost="")
    assert stands(view, "status")["value"] == "proposed"
    view = change(rig, KENJI, view, "area", SAMS, area="Vendors", status="decided")

    assert rig.submit(KENJI, view)["ok"]
    rig.wait_for(lambda: "waiting for Sam" in words(rig.by_bot(PLATFORM)))
    rig.wait_for(lambda: "Ask now" in words(rig.dms(KENJI)))
    told = [each for each in rig.dms(KENJI) if "Sam" in words(each)]
    assert len(told) == 1  # once: he sleeps, and may be asked now


def test_who_has_the_say_is_told_so_and_decides(any_rig: Rig) -> None:
    rig = any_rig
    say_vendors(rig)
    view = change(rig, SAM, opened(rig, SAM), "area", "You decide this (Vendors).", area="Vendors", why="Graphs")
    assert stands(view, "status")["value"] == "decided"
    assert rig.submit(SAM, view)["ok"]
    rig.wait_for(lambda: "Decided by Sam" in words(rig.by_bot(PLATFORM)))

    rig.slash(PRIYA, PLATFORM, "/decisions D-1")
    rig.wait_for(lambda: "decisions.more" in words(rig.modal(PRIYA)))
    view = rig.wait_modal(PRIYA, "decisions.detail")
    block, menu = next(
        (each["block_id"], part)
        for each in view["blocks"]
        for part in [*(each.get("elements") or []), each.get("accessory") or {}]
        if part.get("action_id") == "decisions.more"
    )
    supersede = next(each for each in menu["options"] if each["value"].startswith("supersede:"))
    where = {"type": "view", "view_id": view["id"]}
    chosen = {"type": "overflow", "selected_option": supersede}
    rig.act(PRIYA, "click", container=where, block_id=block, action_id="decisions.more", action=chosen)
    view = rig.wait_modal(PRIYA, "decisions.form")
    assert SAMS in words(view)
    assert rig.submit(PRIYA, view, title="Use Grafana", why="Cheaper")["ok"]
    rig.wait_for(lambda: "waiting for Sam" in words(rig.by_bot(PLATFORM)))
    assert "Decided by Sam" in words(rig.by_bot(PLATFORM))  # the old one stands until he approves


def test_another_currency_is_refused_beside_its_field_and_one_line_needs_nobody(rig: Rig) -> None:
    say_vendors(rig, limits=True)
    rig.slash(KENJI, PLATFORM, "/decide Use Postgres because we run it already")
    rig.wait_for(lambda: "Decided by Kenji" in words(rig.by_bot(PLATFORM)))
    view = opened(rig, KENJI, "Buy a scanner because the audit asks for one, costs 900 EUR")
    assert "The CTO (nobody yet) signs off." in words(view)
    answer = rig.submit(KENJI, view, currency="USD")
    assert not answer["ok"]
    assert "Your approval limits are in EUR" in words(answer)


def test_guests_and_forged_clicks_learn_and_change_nothing(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        say_vendors(rig)
        view = change(
            rig, GUEST, opened(rig, GUEST), "area", "Somebody else has a say in this", area="Vendors", why="Mine"
        )
        assert "Sam" not in words(view)
        assert rig.submit(GUEST, view)["ok"]
        rig.wait_for(lambda: "waiting for Sam" in words(rig.by_bot(PLATFORM)))

        view = change(rig, KENJI, opened(rig, KENJI, "Use Sentry"), "area", SAMS, area="Vendors", why="Errors")
        click = next(
            payload
            for kind, payload in reversed(rig.playground.deliveries)
            if kind == "interactive" and any(each["action_id"] == "area" for each in payload.get("actions") or ())
        )
        for person in ("U0NOBODY", GUEST):
            rig.forge(click, person)
        rig.wait_for(lambda: "Sam decides" not in words(rig.modal(KENJI)))  # drawn for somebody who may not know
        view = rig.wait_modal(KENJI, "decisions.form")
        assert stands(view, "why") == "Errors"
        assert rig.submit(KENJI, view)["ok"]
        rig.wait_for(lambda: len(rig.by_bot(PLATFORM)) == 2)
        assert "Decided by Kenji" not in words(rig.by_bot(PLATFORM))
