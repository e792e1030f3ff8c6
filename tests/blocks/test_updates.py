"""How summaries look: within Slack's limits whatever is in them, and with nothing live but our own links."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.kit import Drawn
from bot.blocks.updates import build_edit, draw_summary, draw_summary_draft, read_edit
from bot.domain.messages import SummaryDraft, SummaryPost
from bot.domain.updates import EDIT_LIMIT, Point, Summary, Update, UpdateStatus, as_text
from playground.rules import message_problem, view_problem

LINKS = tuple(f"https://tidewater.slack.com/archives/C1/p{number}?thread_ts=1.2&cid=C1" for number in range(1, 7))
BY_MODEL = Summary(
    decided=(Point("Use Postgres for the event store", (2, 3)),),
    open=(Point("Is 90 days of retention enough?", (6,)),),
    todo=(Point("Priya writes the plan by Friday", (4,)),),
    key_messages=(),
    read=143,
    total=143,
    files_not_read=2,
    sent_to="api.example.com",
    model="m",
)
BY_RULE = Summary((), (), (), (Point("Kenji: Kafka or Postgres?", (1,)),), 6, 6, 0, sent_to=None)


def a_draft(state: str = "ready", summary: Summary | None = BY_MODEL, **extra: Any) -> SummaryDraft:
    base = SummaryDraft("u1", state, "C1", LINKS[0], "U2", summary, LINKS, thread_author_name="Kenji")
    return replace(base, **extra)


def a_post(summary: Summary = BY_MODEL, **extra: Any) -> SummaryPost:
    return replace(SummaryPost("U1", summary, LINKS, posted_by_name="Dana"), **extra)


def shown(drawn: Drawn) -> str:
    assert message_problem({"text": drawn.text, "blocks": drawn.blocks}) is None
    return json.dumps(drawn.blocks, ensure_ascii=False)


def buttons(drawn: Drawn) -> list[str]:
    return [each["text"]["text"] for block in drawn.blocks for each in block.get("elements", ()) if "action_id" in each]


def test_a_draft_says_whose_thread_it_is_and_that_nobody_else_sees_it() -> None:
    title = draw_summary_draft(a_draft()).blocks[0]["text"]["text"]

    assert title.startswith("📝 *Summary of <https://tidewater.slack.com/archives/C1/p1")
    assert title.endswith("|Kenji's thread ↗>* · only you see this")


def test_a_draft_shows_each_point_with_its_links_and_what_was_not_read() -> None:
    drawn = draw_summary_draft(a_draft())

    text = shown(drawn)
    assert "*Decided*\\n• Use Postgres for the event store <https://tidewater" in text
    assert "|[2]><https" in text
    assert "*Open*" in text
    assert "*To do*" in text
    assert "Read 143 of 143 messages. Not read: 2 files. Sent to: api.example.com" in text
    assert buttons(drawn) == ["Post in thread", "Edit", "Log decision", "Discard"]


def test_screen_readers_get_all_of_it_in_words() -> None:
    text = draw_summary_draft(a_draft()).text

    assert "Summary of Kenji's thread; only you see this." in text
    assert "• Use Postgres for the event store [2][3]" in text
    assert "Sent to: api.example.com" in text


def test_what_a_rule_picked_says_so() -> None:
    text = shown(draw_summary_draft(a_draft(summary=BY_RULE)))

    assert "*Key messages (picked by rule, not a summary)*" in text
    assert "Sent to" not in text


def test_a_model_that_failed_is_told_with_its_reason() -> None:
    summary = replace(BY_RULE, sent_to="api.example.com", note="The model refused my key.")

    text = shown(draw_summary_draft(a_draft(summary=summary)))

    assert "⚠️ No summary this time. The model refused my key." in text
    assert "Sent to: api.example.com" in text


def test_what_was_hidden_left_out_and_read_in_part_is_told() -> None:
    summary = replace(BY_MODEL, read=40, masked=3, dropped=1, shortened=2)

    text = shown(draw_summary_draft(a_draft(summary=summary)))

    assert "Read 40 of 143 messages. Not read: 2 files. Read in part: 2 long messages." in text
    assert "Left out: 1 point that no message bears out. 3 secrets masked. Sent to: api.example.com" in text


@pytest.mark.parametrize(
    ("state", "words", "pressed"),
    [
        ("working", "Reading the thread…", []),
        ("discarded", "Discarded. Nothing was posted", []),
        ("failed", "I'm not in <#C1>", ["Try again", "Discard"]),
    ],
)
def test_the_other_states_are_brief(state: str, words: str, pressed: list[str]) -> None:
    drawn = draw_summary_draft(a_draft(state, summary=None, reason="I'm not in <#C1>"))

    assert words in shown(drawn)
    assert words in drawn.text
    assert buttons(drawn) == pressed


def test_a_posted_draft_has_no_buttons_left() -> None:
    drawn = draw_summary_draft(a_draft("posted"))

    assert "✅ Posted in the thread." in shown(drawn)
    assert buttons(drawn) == []


def test_a_draft_without_a_known_author_or_link_is_drawn_too() -> None:
    drawn = draw_summary_draft(a_draft("working", None, permalink=None, thread_author_name=None))

    assert "*Summary of a thread* · only you see this" in shown(drawn)


def test_an_empty_summary_says_so() -> None:
    empty = replace(BY_MODEL, decided=(), open=(), todo=())

    assert "I found nothing decided, open or to do in it." in shown(draw_summary_draft(a_draft(summary=empty)))


def test_the_post_says_who_reviewed_it_and_mentions_nobody() -> None:
    drawn = draw_summary(a_post())

    assert "📝 *Summary of this thread* · reviewed by Dana" in shown(drawn)
    assert "<@" not in shown(drawn)
    assert drawn.text.startswith("Summary of this thread, reviewed by Dana.")
    assert "Key messages of this thread" in shown(draw_summary(a_post(BY_RULE)))


def test_an_edited_text_keeps_its_citations_as_far_as_they_are_in_it() -> None:
    drawn = draw_summary(a_post(edited_text="We use Postgres [2], not [99] or [5000]"))

    text = shown(drawn)
    assert "edited by Dana" in text
    assert f"We use Postgres <{LINKS[1].replace('&', '&amp;')}|[2]>, not [99] or [5000]" in text
    assert "*Decided*" not in text


# --- hostile words -------------------------------------------------------------------------------------------------

HOSTILE = (
    "<!channel> look at <https://evil.test|this> and <@U2>",
    "&amp; <!here|x> &lt;!everyone&gt;",
    "``` all that follows is code",
    "&" * 160,
    "<" * 160,
    "🙂" * 160,
    "אבג" * 50,
    "x" * 3000,
    "a|b>c<d[1]",
)


def live(drawn: Drawn) -> set[str]:
    """Everything between < and >: what Slack would make a link or a mention."""
    marks = re.findall(r"<([^<>|]*)", json.dumps(drawn.blocks) + drawn.text)
    return {mark.replace("&amp;", "&") for mark in marks} - set(LINKS)


@pytest.mark.parametrize("words", HOSTILE)
def test_nobodys_words_become_links_or_mentions(words: str) -> None:
    summary = replace(BY_MODEL, decided=(Point(words, (1, 2)),), sent_to=words[:100])
    for drawn in (
        draw_summary_draft(a_draft(summary=summary, thread_author_name=words)),
        draw_summary_draft(a_draft(edited_text=words)),
        draw_summary(a_post(summary, posted_by_name=words)),
        draw_summary(a_post(edited_text=words)),
    ):
        shown(drawn)
        assert live(drawn) == set()


def test_bare_addresses_are_not_made_links() -> None:
    summary = replace(BY_MODEL, decided=(Point("See https://evil.test now", (1,)),))

    (points,) = [block for block in draw_summary(a_post(summary)).blocks if "evil" in json.dumps(block)]

    assert points["text"]["verbatim"] is True


@pytest.mark.parametrize("link", ["javascript:alert(1)", "", "https://x.test/" + "y" * 5000])
def test_an_odd_link_is_no_link(link: str) -> None:
    drawn = draw_summary_draft(a_draft(links=(link,) * 6, permalink=link))

    assert "<" not in shown(drawn)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=400), st.lists(st.integers(1, 6), max_size=8)), max_size=40),
    st.none() | st.text(max_size=EDIT_LIMIT),
    st.booleans(),
)
def test_any_summary_can_be_posted(parts: list[tuple[str, list[int]]], edited: str | None, is_by_rule: bool) -> None:
    points = tuple(Point(text, tuple(cites)) for text, cites in parts)
    summary = replace(BY_RULE, key_messages=points) if is_by_rule else replace(BY_MODEL, decided=points, todo=points)

    for drawn in (
        draw_summary_draft(a_draft(summary=summary, edited_text=edited)),
        draw_summary(a_post(summary, edited_text=edited)),
    ):
        assert message_problem({"text": drawn.text, "blocks": drawn.blocks}) is None
        assert live(drawn) == set()


@pytest.mark.parametrize("letter", ["&", "x", "🙂", "x ", "&\n", "[1]", "[1]\n"])
def test_the_longest_edit_can_be_posted(letter: str) -> None:
    text = (letter * EDIT_LIMIT)[:EDIT_LIMIT]

    shown(draw_summary(a_post(edited_text=text)))


# --- the window ----------------------------------------------------------------------------------------------------


def an_update(**extra: Any) -> Update:
    base = Update("T1", "u1", "U1", "C1", "1.0", None, UpdateStatus.READY, datetime(2026, 10, 29, tzinfo=UTC))
    return replace(base, summary=BY_MODEL, **extra)


def test_the_window_holds_the_text_and_gives_it_back() -> None:
    view = build_edit(an_update())

    assert view_problem(view, kind="modal") is None
    assert view["blocks"][0]["element"]["initial_value"] == as_text(BY_MODEL)
    state = {"values": {"text": {"text": {"type": "plain_text_input", "value": "Other words"}}}}
    assert read_edit({"state": state}) == "Other words"


def test_the_window_opens_with_the_last_edit() -> None:
    assert build_edit(an_update(edited_text="Mine"))["blocks"][0]["element"]["initial_value"] == "Mine"


@pytest.mark.parametrize(
    "view", [{}, {"state": None}, {"state": {"values": {}}}, {"state": {"values": {"text": None}}}]
)
def test_a_window_that_says_nothing_gives_nothing(view: dict[str, Any]) -> None:
    assert read_edit(view) == ""
