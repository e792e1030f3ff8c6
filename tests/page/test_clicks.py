"""Buttons, menus and confirm dialogs: what is sent to the app."""

import pytest
from playwright.sync_api import expect

from tests.page import world
from tests.page.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_button_sends_its_value_and_where_it_stands(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Details").click()
    asked = visit.wait_act("click")
    assert asked["container"] == {"type": "message", "channel": world.PLATFORM, "ts": world.messages()[3]["ts"]}
    assert (asked["block_id"], asked["action_id"]) == ("buttons", "open")
    assert asked["action"] == {"type": "button", "value": "14"}


def test_a_button_with_a_confirm_dialog_asks_first(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Reverse").click()
    dialog = page.get_by_role("dialog", name="Reverse D-14?")
    expect(dialog).to_contain_text("It stays in the log")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    assert visit.fake.acts == []
    page.get_by_role("button", name="Reverse").click()
    page.keyboard.press("Escape")
    assert visit.fake.acts == []
    page.get_by_role("button", name="Reverse").click()
    page.keyboard.press("Enter")
    assert visit.wait_act("click")["action_id"] == "reverse"


def test_an_overflow_menu_works_with_the_arrow_keys(visit: Visit) -> None:
    page = visit.open()
    more = page.locator(".overflow")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Amend")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    asked = visit.wait_act("click")
    assert asked["action"]["type"] == "overflow"
    assert asked["action"]["selected_option"]["value"] == "undo:14"


def test_a_menu_in_a_message_sends_its_choice_with_the_state(visit: Visit) -> None:
    element = {
        "type": "static_select",
        "action_id": "pick",
        "options": [world.option("One", "1"), world.option("Two", "2")],
    }
    blocks = [{"type": "actions", "block_id": "row", "elements": [element]}]
    page = visit.open(conversation=world.state()["conversation"] | {"messages": [world.bot("x", blocks, 1)]})
    page.locator("article select").select_option("Two")
    asked = visit.wait_act("click")
    assert asked["action"]["selected_option"] == world.option("Two", "2")
    assert asked["state"]["row"]["pick"]["selected_option"]["value"] == "2"


def test_a_refusal_is_shown(visit: Visit) -> None:
    page = visit.open()
    visit.fake.answers["click"] = {"ok": False, "error": "Backbeat is not running."}
    page.get_by_role("button", name="Details").click()
    expect(page.locator(".toast")).to_contain_text("Backbeat is not running.")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_a_control_says_what_it_did_and_turns_the_view(visit: Visit) -> None:
    page = visit.open()
    visit.fake.shown = {"as": world.KENJI, "channel": world.LEADERSHIP, "thread": None}
    page.get_by_role("button", name="Skip ahead").click()
    expect(page.locator(".toast")).to_contain_text("Moved to Fri 09:00 Tokyo")
    expect(page.get_by_role("button", name="See it as: Kenji Mori")).to_be_visible()
    expect(page.get_by_role("navigation").locator("[aria-current=page]")).to_have_text("🔒leadership")
    assert visit.fake.controls == ["skip"]


def test_a_control_that_cannot_be_used_says_why(visit: Visit) -> None:
    off = {"id": "skip", "label": "Skip ahead", "hint": "Nothing is scheduled", "enabled": False}
    page = visit.open(controls=[off])
    expect(page.get_by_role("button", name="Skip ahead")).to_be_disabled()
    expect(page.locator(".demobar")).to_contain_text("Nothing is scheduled")


def test_home_is_opened_once_and_its_buttons_work(visit: Visit) -> None:
    blocks = [world.section("*Home*", block_id="b", accessory=world.button("Open", "open"))]
    home = {"view": {"id": "VH", "type": "home", "blocks": blocks}}
    page = visit.open("channel=home", home=home, conversation=None)
    page.get_by_role("button", name="Open", exact=True).click()
    assert visit.wait_act("click")["container"] == {"type": "view", "view_id": "VH"}
    visit.becomes(home={"view": home["view"] | {"blocks": [world.section("Drawn again")]}})
    expect(page.get_by_text("Drawn again")).to_be_visible()
    assert [act["do"] for act in visit.fake.acts].count("open_home") == 1


def test_unread_marks_are_cleared_once(visit: Visit) -> None:
    page = visit.open(f"channel={world.DM}", conversation=world.state()["conversation"] | {"id": world.DM})
    assert visit.wait_act("mark_read")["channel"] == world.DM
    visit.becomes(toasts=[])
    page.wait_for_load_state("networkidle")
    assert len(visit.fake.acts) == 1
