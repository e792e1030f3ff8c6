"""Modals: filled in and sent by keyboard, typed words kept, errors beside their fields."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page import world
from tests.page.conftest import Visit

pytestmark = pytest.mark.browser


def opened(visit: Visit, *views: dict[str, Any]) -> Page:
    """The window appears while the person is looking at the channel."""
    page = visit.open()
    visit.becomes(modal=list(views))
    page.wait_for_selector(".modal:not([hidden])")
    return page


def test_a_window_is_filled_in_and_sent_by_keyboard_alone(visit: Visit) -> None:
    page = opened(visit, world.form())
    expect(page.get_by_label("Decision", exact=True)).to_be_focused()
    page.keyboard.type("Use Postgres")
    page.keyboard.press("Tab")
    page.keyboard.type("We run it")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Log decision")).to_be_focused()
    page.keyboard.press("Enter")
    state = visit.wait_act("submit")["state"]
    assert state["title"]["title"] == {"type": "plain_text_input", "value": "Use Postgres"}
    assert state["why"]["why"]["value"] == "We run it"
    assert state["status"]["status"]["selected_option"]["value"] == "proposed"


def test_escape_closes_the_window_and_the_focus_goes_back(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Details").focus()
    visit.becomes(modal=[world.form()])
    page.wait_for_selector(".modal")
    page.keyboard.press("Escape")
    assert visit.wait_act("close_view")["view_id"] == "V1"
    visit.becomes(modal=[])
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.get_by_role("button", name="Details")).to_be_focused()


def test_the_focus_stays_in_the_window(visit: Visit) -> None:
    page = opened(visit, world.form())
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Log decision")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close")).to_be_focused()


def test_every_input_gives_its_value_as_slack_does(visit: Visit) -> None:
    page = opened(visit, world.every_input())
    page.get_by_role("button", name="Save").click()
    state = visit.wait_act("submit")["state"]
    found = {name: next(iter(values.values())) for name, values in state.items()}
    assert {name: next(value for key, value in values.items() if key != "type") for name, values in found.items()} == {
        "line": "One",
        "lines": None,
        "number": "3",
        "email": "a@example.com",
        "url": "https://example.com",
        "pick": world.option("Tuesday", "1"),
        "group": world.option("Monday", "0"),
        "several": [world.option("Monday", "0")],
        "person": world.PRIYA,
        "people": [world.SAM, world.KENJI],
        "place": world.PLATFORM,
        "boxes": [world.option("Tuesday", "1")],
        "radio": world.option("Monday", "0"),
        "day": "2027-01-27",
        "time": "09:00",
        "moment": world.NOW,
        "search": None,
    }
    assert found["moment"]["type"] == "datetimepicker"


def test_a_conversation_menu_offers_what_its_filter_lets_through(visit: Visit) -> None:
    page = opened(visit, world.every_input())
    assert page.get_by_label("Conversation").locator("option").all_inner_texts()[1:] == [
        "#platform", "#leadership", "#tea",
    ]  # fmt: skip


def test_groups_of_boxes_are_named_by_their_label(visit: Visit) -> None:
    page = opened(visit, world.every_input())
    expect(page.get_by_role("group", name="Days")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="One of them")).to_be_visible()


def test_an_empty_required_field_is_not_sent(visit: Visit) -> None:
    page = opened(visit, world.form())
    page.get_by_role("button", name="Log decision").click()
    expect(page.get_by_label("Decision", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Decision", exact=True)).to_be_focused()
    assert page.locator(".error").all_inner_texts() == ["Please complete this required field."] * 2
    assert visit.fake.acts == []


@pytest.mark.parametrize(
    ("element", "typed", "words"),
    [
        ({"type": "email_text_input"}, "dana", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "example", "Please enter a valid URL."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
        (
            {"type": "number_input", "is_decimal_allowed": True, "max_value": "2"},
            "3",
            "Please enter a number of at most 2.",
        ),
        ({"type": "plain_text_input", "min_length": 5}, "abc", "Please use at least 5 characters."),
    ],
)
def test_an_unfit_value_is_not_sent(visit: Visit, element: dict[str, Any], typed: str, words: str) -> None:
    page = opened(visit, world.form() | {"blocks": [world.field("one", "One", element)]})
    page.get_by_label("One").fill(typed)
    page.keyboard.press("Enter")
    expect(page.locator(".error")).to_have_text(words)
    assert visit.fake.acts == []


def test_errors_of_the_app_stand_beside_their_fields(visit: Visit) -> None:
    page = opened(visit, world.form())
    visit.fake.answers["submit"] = {"ok": True, "outcome": "errors", "errors": {"why": "Say a little more."}}
    page.get_by_label("Decision", exact=True).fill("Use Postgres")
    page.get_by_label("Why").fill("Because")
    page.get_by_role("button", name="Log decision").click()
    expect(page.locator("[data-block-id=why] .error")).to_have_text("Say a little more.")
    expect(page.get_by_label("Why")).to_be_focused()
    expect(page.get_by_label("Why")).to_have_value("Because")


def test_a_submit_that_fails_keeps_the_words(visit: Visit) -> None:
    page = opened(visit, world.form())
    visit.fake.answers["submit"] = {"ok": False, "outcome": "failed"}
    page.get_by_label("Decision", exact=True).fill("Use Postgres")
    page.get_by_label("Why").fill("Because")
    page.get_by_role("button", name="Log decision").click()
    expect(page.get_by_role("alert")).to_contain_text("We had some trouble connecting. Try again?")
    expect(page.get_by_label("Why")).to_have_value("Because")
    expect(page.get_by_role("button", name="Log decision")).to_be_enabled()


def test_typed_words_survive_an_update_of_the_view(visit: Visit) -> None:
    page = opened(visit, world.form())
    page.get_by_label("Decision", exact=True).fill("Use Postgres")
    page.get_by_label("Why").fill("We run it")
    page.get_by_label("Status").select_option("Proposed")
    page.get_by_label("Why").focus()
    goal = world.field("goal", "Goal", {"type": "plain_text_input", "initial_value": "Fewer pages"}, optional=True)
    visit.becomes(modal=[world.form(goal)])
    expect(page.get_by_label("Goal")).to_have_value("Fewer pages")
    expect(page.get_by_label("Decision", exact=True)).to_have_value("Use Postgres")
    expect(page.get_by_label("Why")).to_have_value("We run it")
    expect(page.get_by_label("Why")).to_be_focused()
    expect(page.get_by_label("Status")).to_have_value("proposed")


def test_words_go_where_the_block_gets_another_id(visit: Visit) -> None:
    page = opened(visit, world.form())
    page.get_by_label("Decision", exact=True).fill("Use Postgres")
    fresh = world.form()
    fresh["blocks"][0] = world.field("title2", "Decision", {"type": "plain_text_input", "initial_value": "Anew"})
    visit.becomes(modal=[fresh])
    expect(page.get_by_label("Decision", exact=True)).to_have_value("Anew")


def test_a_choice_survives_when_the_options_move(visit: Visit) -> None:
    page = opened(visit, world.form())
    page.get_by_label("Status").select_option("Proposed")
    fresh = world.form()
    fresh["blocks"][2]["element"]["options"] = [
        world.option("Draft", "draft"), world.option("Proposed", "proposed"), world.option("Decided", "decided"),
    ]  # fmt: skip
    visit.becomes(modal=[fresh])
    expect(page.get_by_label("Status").locator("option").nth(1)).to_have_text("Draft")
    expect(page.get_by_label("Status")).to_have_value("proposed")


def test_a_pushed_view_lies_on_top_and_the_one_below_keeps_its_words(visit: Visit) -> None:
    page = opened(visit, world.form())
    page.get_by_label("Decision", exact=True).fill("Use Postgres")
    pushed = {"id": "V9", "type": "modal", "title": world.plain("D-4"), "blocks": [world.section("Stay on Heroku")]}
    visit.becomes(modal=[world.form(), pushed])
    expect(page.get_by_role("dialog", name="D-4")).to_be_visible()
    expect(page.get_by_role("dialog", name="Log a decision")).to_have_count(0)
    visit.becomes(modal=[world.form()])
    expect(page.get_by_label("Decision", exact=True)).to_have_value("Use Postgres")


def test_a_button_in_a_window_sends_what_was_typed(visit: Visit) -> None:
    more = {"type": "actions", "block_id": "more", "elements": [world.button("Add detail", "add")]}
    page = opened(visit, world.form(more))
    page.get_by_label("Decision", exact=True).fill("Use Postgres")
    page.get_by_role("button", name="Add detail").click()
    asked = visit.wait_act("click")
    assert asked["container"] == {"type": "view", "view_id": "V1"}
    assert asked["state"]["title"]["title"]["value"] == "Use Postgres"


def test_a_search_offers_what_the_app_answers(visit: Visit) -> None:
    page = opened(visit, world.form() | {"blocks": [world.every_input()["blocks"][17]]})
    visit.fake.answers["options"] = {"ok": True, "options": [world.option("D-4 Stay on Heroku", "4")]}
    page.get_by_label("Search").fill("her")
    assert visit.wait_act("options")["value"] == "her"
    expect(page.locator("datalist option")).to_have_attribute("value", "D-4 Stay on Heroku")
    page.get_by_label("Search").fill("D-4 Stay on Heroku")
    page.get_by_role("button", name="Log decision").click()
    assert visit.wait_act("submit")["state"]["search"]["search"]["selected_option"]["value"] == "4"


def test_enter_dispatches_an_input_that_asks_for_it(visit: Visit) -> None:
    search = world.field("find", "Find", {"type": "plain_text_input"}, dispatch_action=True, optional=True)
    page = opened(visit, world.form() | {"blocks": [search]})
    page.get_by_label("Find").fill("heroku")
    page.keyboard.press("Enter")
    asked = visit.wait_act("click")
    assert asked["action"] == {"type": "plain_text_input", "value": "heroku"}
    assert all(act["do"] != "submit" for act in visit.fake.acts)
