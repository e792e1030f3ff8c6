"""The window of the log through the running program: picking, paging, and who finds nothing by any filter."""

from typing import Any

import pytest

from tests.acceptance.harness import DANA, GUEST, KENJI, LEADERSHIP, OUTSIDER, PLATFORM, PRIYA, RANDOM, SAM, Rig
from tests.acceptance.steps import log_one
from tests.acceptance.windows import blank_state, button_of, words

pytestmark = pytest.mark.acceptance
KEYS = {"users_select": "selected_user", "datepicker": "selected_date"}


def open_log(rig: Rig, person: str, where: str = PLATFORM, text: str = "") -> dict[str, Any]:
    """The log's window, once it is filled."""
    rig.slash(person, where, f"/decisions {text}".strip())
    return rig.wait_modal(person, "decisions.log_list")


def pick(rig: Rig, person: str, **picked: str) -> None:
    """Pick in the window that is open: by, area, since, until, or the filter; the last of them is told to the bot."""
    view = rig.modal(person)
    assert view is not None
    state, click = blank_state(view), dict[str, Any]()
    for name, value in picked.items():
        action_id = f"decisions.{name}"
        block_id, element = button_of(view, action_id)
        chosen: Any = value
        if element["type"] == "static_select":
            chosen = next(each for each in element["options"] if each["value"] == value)
        given = {"type": element["type"], KEYS.get(element["type"], "selected_option"): chosen}
        state.setdefault(block_id, {})[action_id] = given
        click = {"block_id": block_id, "action_id": action_id, "action": given}
    container = {"type": "view", "view_id": view["id"]}
    answer = rig.act(person, "click", container=container, state=state, **click)
    assert answer["ok"], answer


def shown(rig: Rig, person: str) -> list[str]:
    view = rig.modal(person) or {"blocks": []}
    return [str(each["block_id"]) for each in view["blocks"] if str(each["block_id"]).startswith("row-")]


def test_a_person_an_area_and_days_narrow_the_log_and_pages_keep_them(any_rig: Rig) -> None:
    for number in range(11):
        log_one(any_rig, f"/decide Use tool{number} because we know it, revisit in 60 days", who=KENJI)
    log_one(any_rig)
    open_log(any_rig, PRIYA, text="tool")
    pick(any_rig, PRIYA, by=KENJI)
    any_rig.wait_for(lambda: "by Kenji" in words(any_rig.modal(PRIYA)))
    assert shown(any_rig, PRIYA) == [f"row-{number}" for number in range(11, 1, -1)]
    any_rig.click_view(PRIYA, any_rig.wait_modal(PRIYA), "decisions.older")
    any_rig.wait_for(lambda: shown(any_rig, PRIYA) == ["row-1"])
    assert "by Kenji" in words(any_rig.modal(PRIYA))
    any_rig.click_view(PRIYA, any_rig.wait_modal(PRIYA), "decisions.newer")
    any_rig.wait_for(lambda: len(shown(any_rig, PRIYA)) == 10)
    pick(any_rig, PRIYA, by=KENJI, since="2026-10-30")
    any_rig.wait_for(lambda: "Nothing matches" in words(any_rig.modal(PRIYA)))
    any_rig.click_view(PRIYA, any_rig.wait_modal(PRIYA), "decisions.clear")
    any_rig.wait_for(lambda: len(shown(any_rig, PRIYA)) == 10)
    assert "“tool”" in words(any_rig.modal(PRIYA))
    assert "since 30 Oct" not in words(any_rig.modal(PRIYA))


EVERY_FILTER = (
    *({"filter": which} for which in ("mine", "waiting", "due", "not_doing", "all")),
    {"by": DANA},
    {"area": "Vendors"},
    {"since": "2026-01-01"},
    {"until": "2027-01-01"},
)


def test_an_outsider_finds_what_leadership_decided_by_no_filter(rig: Rig) -> None:
    log_one(rig, "/decide Hire one engineer because runway, revisit in 60 days", where=LEADERSHIP)
    open_log(rig, OUTSIDER, where=RANDOM)
    for picked in EVERY_FILTER:
        before = rig.wait_modal(OUTSIDER)["hash"]
        pick(rig, OUTSIDER, **picked)
        rig.wait_for(lambda before=before: rig.wait_modal(OUTSIDER)["hash"] != before)
        assert shown(rig, OUTSIDER) == []
        assert "Hire" not in words(rig.modal(OUTSIDER))
    open_log(rig, SAM, where=RANDOM)
    assert shown(rig, SAM) == ["row-1"]


def test_a_guest_finds_nothing_by_any_filter(rig: Rig) -> None:
    log_one(rig)
    open_log(rig, GUEST)
    for picked in EVERY_FILTER:  # one after the other, as a person does: each answer comes before the next
        before = rig.wait_modal(GUEST)["hash"]
        pick(rig, GUEST, **picked)
        rig.wait_for(lambda before=before: rig.wait_modal(GUEST)["hash"] != before)
        assert shown(rig, GUEST) == []
    assert "until 1 Jan 2027" in words(rig.modal(GUEST))
    said = [each for each in rig.wait_modal(GUEST)["blocks"] if each["type"] != "input"]
    assert "Postgres" not in words(said)
