"""Writing, completion, switching conversation and person, narrow screens, the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.page import world
from tests.page.conftest import Visit

pytestmark = pytest.mark.browser


def test_enter_sends_and_shift_enter_breaks_the_line(visit: Visit) -> None:
    page = visit.open()
    box = page.get_by_label("Message #platform")
    expect(box).to_be_focused()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two <3")
    page.keyboard.press("Enter")
    assert visit.wait_act("say")["text"] == "one\ntwo &lt;3"
    expect(box).to_have_value("")


def test_what_could_not_be_sent_comes_back(visit: Visit) -> None:
    page = visit.open()
    visit.fake.answers["say"] = {"ok": False, "error": "Not now."}
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Not now.")
    expect(page.get_by_label("Message #platform")).to_have_value("Hello")


def test_a_slash_offers_the_commands(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type("/dec")
    assert page.get_by_role("option").locator("strong").all_inner_texts() == ["/decide", "/decisions"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Message #platform")).to_have_value("/decisions ")
    page.keyboard.type("postgres")
    page.keyboard.press("Enter")
    asked = visit.wait_act("slash")
    assert (asked["channel"], asked["text"]) == (world.PLATFORM, "/decisions postgres")


def test_suggestions_stay_while_the_page_is_drawn_again(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type("/dec")
    visit.becomes(app=world.state()["app"] | {"connected": False})
    expect(page.get_by_title("The bot is not connected")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(2)


def test_slacks_own_commands_are_offered_too(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type("/inv")
    page.keyboard.press("Tab")
    page.keyboard.type("@back")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert visit.wait_act("slash")["text"] == "/invite @backbeat"


def test_people_and_channels_are_completed_and_sent_as_ids(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type("Ask @pri")
    page.keyboard.press("Enter")
    page.keyboard.type("in #lead")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message #platform")).to_have_value("Ask @priya in #leadership ")
    page.keyboard.press("Enter")
    assert visit.wait_act("say")["text"] == f"Ask <@{world.PRIYA}> in <#{world.LEADERSHIP}>"


def test_escape_puts_the_suggestions_away(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type("/dec")
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.get_by_label("Message #platform")).to_have_value("/dec")


def test_a_command_in_a_thread_is_explained_and_kept(visit: Visit) -> None:
    root = world.messages()[0]
    page = visit.open(f"channel={world.PLATFORM}&thread={root['ts']}", thread={"root": root, "replies": []})
    page.get_by_label("Reply…").fill("/decide Use Postgres")
    page.get_by_label("Reply…").press("Enter")
    expect(page.locator(".toast")).to_contain_text("/decide does not work in a thread")
    expect(page.get_by_label("Reply…")).to_have_value("/decide Use Postgres")
    assert visit.fake.acts == []


def test_a_draft_waits_in_its_conversation(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.type("Half a thou")
    visit.becomes(toasts=[])
    expect(page.get_by_label("Message #platform")).to_have_value("Half a thou")
    there = world.state()["conversation"] | {"id": world.LEADERSHIP, "name": "leadership", "type": "private"}
    visit.fake.state |= {"conversation": there}
    page.get_by_role("button", name="leadership").click()
    expect(page.get_by_label("Message #leadership")).to_have_value("")
    visit.fake.state |= {"conversation": world.state()["conversation"]}
    page.get_by_role("button", name="platform").click()
    expect(page.get_by_label("Message #platform")).to_have_value("Half a thou")


def test_the_switch_shows_the_workspace_as_another_person(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="See it as: Dana Reyes").press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="See it as: Sam Okafor")).to_be_visible()
    page.get_by_label("Message #platform").fill("Hello")
    page.get_by_label("Message #platform").press("Enter")
    assert visit.wait_act("say")["as"] == world.SAM


def test_a_place_that_this_person_cannot_see_is_left(visit: Visit) -> None:
    seen = [channel for channel in world.channels() if channel["id"] != world.LEADERSHIP]
    page = visit.open(f"channel={world.LEADERSHIP}", channels=seen)
    page.wait_for_function("!location.hash.includes('channel')")
    expect(page.get_by_label("Message #platform")).to_be_visible()


def test_a_channel_that_one_is_not_in_is_joined_before_writing(visit: Visit) -> None:
    there = world.state()["conversation"] | {"id": world.TEA, "name": "tea"}
    page = visit.open(f"channel={world.TEA}", conversation=there)
    assert page.locator(".composer").count() == 0
    page.get_by_role("button", name="Join").click()
    assert visit.wait_act("join")["channel"] == world.TEA


def test_arrow_keys_walk_through_the_messages_and_enter_opens_the_menu(visit: Visit) -> None:
    page = visit.open()
    page.locator("#messages").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("article").last).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Log as decision")).to_be_focused()
    page.keyboard.press("Enter")
    assert visit.wait_act("message_shortcut")["ts"] == world.messages()[4]["ts"]


def test_on_a_narrow_screen_the_conversations_are_in_a_drawer(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 780})
    page = visit.open()
    entry = page.get_by_role("button", name="leadership")
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Open the menu").click()
    expect(entry).to_be_visible()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Open the menu").click()
    entry.click()
    expect(entry).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_theme_is_chosen_and_remembered(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 27, 26)"
    page.reload()
    page.wait_for_selector(".topbar")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_page_says_when_the_app_is_not_connected(visit: Visit) -> None:
    page = visit.open()
    expect(page.get_by_title("The bot is connected")).to_be_visible()
    visit.becomes(app=world.state()["app"] | {"connected": False})
    expect(page.get_by_title("The bot is not connected")).to_be_visible()
