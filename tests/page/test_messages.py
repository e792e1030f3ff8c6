"""What a conversation looks like: every block, people's words, dates in the viewer's zone, threads, reactions."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page import world
from tests.page.conftest import Visit

pytestmark = pytest.mark.browser


def with_messages(*messages: dict[str, Any]) -> dict[str, Any]:
    return world.state()["conversation"] | {"messages": list(messages)}


def showing(visit: Visit, *blocks: dict[str, Any], text: str = "In words") -> Page:
    return visit.open(conversation=with_messages(world.bot(text, list(blocks), 3)))


def test_every_block_is_drawn(visit: Visit) -> None:
    page = showing(visit, *world.every_block())
    drawn = page.locator("article .block").evaluate_all("all => all.map(one => one.className.split('b-')[1])")
    assert drawn == [
        "header", "section", "section", "section", "divider", "context", "rich_text", "markdown", "table", "card",
        "image", "unknown",
    ]  # fmt: skip
    expect(page.locator(".unsupported")).to_have_text("Unsupported block: wobble")
    expect(page.get_by_role("heading", name="Tradeoffs")).to_be_visible()
    expect(page.locator("td").last).to_have_text("20")
    expect(page.locator(".b-image img")).to_have_attribute("alt", "A dot")
    expect(page.locator(".b-rich_text strong")).to_have_text("bold")
    expect(page.locator(".b-markdown h4")).to_have_text("Summary")


def test_mrkdwn_is_drawn_as_slack_draws_it(visit: Visit) -> None:
    page = showing(visit, world.every_block()[1])
    prose = page.locator("article .prose").first
    assert [prose.locator(tag).first.inner_text() for tag in ("strong", "em", "s", "code", "a")] == [
        "Bold", "italic", "gone", "code", "a link",
    ]  # fmt: skip
    expect(prose.locator(".mention.me")).to_have_text("@dana")
    expect(prose.locator(".mention").nth(1)).to_have_text("@sam")
    expect(prose.locator("time")).to_have_text("today 09:10")
    expect(prose).to_contain_text("🎉")
    expect(prose).to_contain_text(":unknown_one:")


def test_the_scales_are_drawn_from_their_shortcode(visit: Visit) -> None:
    page = showing(visit, world.section(":scales: *D-1*"))
    expect(page.get_by_role("img", name="scales").last).to_have_text("⚖️")


def test_words_never_become_markup(visit: Visit) -> None:
    hostile = "&lt;img src=x onerror=alert(1)&gt; <script>alert(1)</script> <javascript:alert(1)|click>"
    page = showing(visit, world.section(hostile), {"type": "markdown", "text": "[x](javascript:alert(1))"})
    expect(page.locator("article .prose").first).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("article :is(img, script, a)").count() == 0


def test_a_moment_is_shown_in_the_viewers_zone(visit: Visit) -> None:
    page = showing(visit, world.section(f"<!date^{world.NOW}^{{date_num}} {{time}}|then>"))
    expect(page.locator("article .prose time")).to_have_text("2026-10-29 09:10")
    page.get_by_role("button", name="See it as").click()
    page.get_by_role("menuitem", name="Kenji Mori").click()
    expect(page.locator("article .prose time")).to_have_text("2026-10-29 18:10")
    expect(page.locator(".demobar time")).to_have_text("Thu 29 Oct 2026 · 18:10")


def test_a_date_that_is_none_shows_its_fallback(visit: Visit) -> None:
    page = showing(visit, world.section("<!date^99999999999999999^{date}|some day> <!date^x^{date}|never>"))
    expect(page.locator("article .prose")).to_have_text("some day never")


def test_messages_are_grouped_by_author_and_day(visit: Visit) -> None:
    page = visit.open()
    assert page.locator(".day span").all_inner_texts() == ["Yesterday", "Today"]
    grouped = page.locator("article").evaluate_all("all => all.map(one => one.classList.contains('grouped'))")
    assert grouped == [False, True, False, False, False, False]


def test_a_message_for_one_person_says_so(visit: Visit) -> None:
    page = visit.open()
    expect(page.locator("article.ephemeral")).to_contain_text("Only visible to you")
    assert page.locator("article.ephemeral .tools").count() == 0


def test_a_deleted_message_says_so(visit: Visit) -> None:
    page = visit.open(conversation=with_messages(world.message(world.SAM, "", 3, deleted=True)))
    expect(page.locator("article")).to_contain_text("This message was deleted.")


def test_a_thread_opens_beside_the_conversation_and_closes_with_escape(visit: Visit) -> None:
    root = world.messages()[0]
    page = visit.open(thread={"root": root, "replies": [world.message(world.DANA, "Postgres.", 1500)]})
    page.get_by_role("button", name="2 replies").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("Postgres.")).to_be_visible()
    expect(thread.get_by_text("1 reply")).to_be_visible()
    thread.get_by_label("Reply…").fill("I agree")
    thread.get_by_label("Reply…").press("Enter")
    assert visit.wait_act("say")["thread_ts"] == root["ts"]
    page.keyboard.press("Escape")
    expect(thread).to_have_count(0)


def test_a_permalink_leads_to_its_message(visit: Visit) -> None:
    target = world.messages()[0]["ts"]
    link = f"https://tidewater.example/archives/{world.PLATFORM}/p{target.replace('.', '')}"
    page = visit.open(conversation=with_messages(*world.messages(), world.message(world.SAM, f"<{link}|there>", 1)))
    page.get_by_role("link", name="there").click()
    expect(page.locator("article.pointed")).to_have_attribute("data-ts", target)
    expect(page.locator("article.pointed")).to_be_in_viewport()
    expect(page.locator("article.pointed")).to_be_focused()


def test_a_reaction_is_added_and_taken_back(visit: Visit) -> None:
    page = visit.open()
    page.locator(".reaction").click()
    asked = visit.wait_act("unreact")
    assert (asked["name"], asked["ts"]) == ("scales", world.messages()[2]["ts"])
    page.locator("article").first.hover()
    page.locator("article").first.get_by_role("button", name="React with eyes").click()
    assert visit.wait_act("react")["name"] == "eyes"


def test_a_message_shortcut_runs_from_the_menu(visit: Visit) -> None:
    page = visit.open()
    page.locator("article").first.hover()
    page.locator("article").first.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Log as decision").click()
    asked = visit.wait_act("message_shortcut")
    assert (asked["as"], asked["callback_id"], asked["ts"]) == (world.DANA, "log", world.messages()[0]["ts"])


def test_a_new_message_appears_without_a_reload(visit: Visit) -> None:
    page = visit.open()
    page.evaluate("window.sameDocument = true")
    visit.becomes(conversation=with_messages(*world.messages(), world.message(world.SAM, "Just now", 0)))
    expect(page.get_by_text("Just now")).to_be_in_viewport()
    assert page.evaluate("window.sameDocument")


def test_today_begins_with_a_capital_where_it_begins_the_line(visit: Visit) -> None:
    moment = f"<!date^{world.NOW}^{{date_pretty}}|then>"
    page = showing(visit, world.section(f"{moment} we met\nSince {moment}"))
    assert page.locator("article .prose time").all_inner_texts() == ["Today", "today"]


def test_only_a_persons_edit_is_told(visit: Visit) -> None:
    mine = world.message(world.SAM, "Better", 2, edited=True)
    page = visit.open(conversation=with_messages(world.bot("x", world.card(), 3, edited=True), mine))
    expect(page.locator(".edited")).to_have_count(1)
    expect(page.locator("article", has_text="Better")).to_contain_text("(edited)")
