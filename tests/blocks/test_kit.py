"""The pieces of messages and modals: safe words, Slack's limits, and reading inputs back."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import kit
from bot.domain.errors import NotFound


def test_peoples_words_cannot_mention_a_channel():
    assert kit.escape("<!channel> & co") == "&lt;!channel&gt; &amp; co"


@given(st.text(max_size=400), st.integers(min_value=10, max_value=200))
def test_clipped_text_fits_and_never_ends_inside_an_escape(text, limit):
    clipped = kit.clip(kit.escape(text), limit)
    assert len(clipped) <= limit
    last = clipped.rfind("&")
    assert last < 0 or ";" in clipped[last:]


def test_a_short_text_is_left_alone():
    assert kit.clip("as it is", 8) == "as it is"


def test_a_plain_date_reads_the_same_for_everybody():
    assert kit.day(date(2027, 1, 27)) == "27 Jan 2027"


def test_a_moment_is_shown_in_each_readers_own_time_with_utc_to_fall_back_on():
    assert kit.moment(datetime(2026, 11, 3, 13, 0, tzinfo=UTC)) == (
        "<!date^1793710800^{date_short_pretty} {time}|03 Nov 13:00 UTC>"
    )


def test_a_modal_keeps_to_slacks_limits():
    view = kit.modal("A title that is much too long for Slack", [kit.divider()] * 120, callback_id="x", submit="S" * 40)
    assert len(view["title"]["text"]) <= 24
    assert len(view["submit"]["text"]) <= 24
    assert len(view["blocks"]) == 100


def test_only_what_can_be_chosen_is_chosen_at_first():
    options = [kit.option("One", "1"), kit.option("Two", "2")]
    assert kit.select("a", options, initial="2")["initial_option"]["value"] == "2"
    assert "initial_option" not in kit.select("a", options, initial="3")
    assert "initial_options" not in kit.checkboxes("a", options, initial=["9"])


def test_every_kind_of_input_is_read_back():
    def read(element):
        return kit.value_of({"b": {"a": element}}, "b", "a")

    assert read({"type": "plain_text_input", "value": "words"}) == "words"
    assert read({"type": "plain_text_input", "value": None}) is None
    assert read({"type": "datepicker", "selected_date": "2026-11-03"}) == "2026-11-03"
    assert read({"type": "timepicker", "selected_time": "09:30"}) == "09:30"
    assert read({"type": "users_select", "selected_user": "U1"}) == "U1"
    assert read({"type": "conversations_select", "selected_conversation": "C1"}) == "C1"
    assert read({"type": "static_select", "selected_option": {"value": "x"}}) == "x"
    assert read({"type": "static_select", "selected_option": None}) is None
    assert read({"type": "checkboxes", "selected_options": [{"value": "1"}, {"value": "2"}]}) == ["1", "2"]
    assert read({"type": "checkboxes", "selected_options": []}) == []
    assert kit.value_of({}, "b", "a") is None


def test_a_known_failure_is_shown_in_its_own_words_and_an_unknown_one_is_not():
    shown = kit.error_view("Decision", NotFound("D-9? I don't know that one."))
    assert "D-9" in str(shown["blocks"])
    assert "secret" not in str(kit.error_view("Decision", RuntimeError("secret"))["blocks"])


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "//x.test", "https://x.test/" + "y" * 1000])
def test_what_nobody_can_follow_is_no_link(url):
    assert kit.link(url, "From a message") is None


def test_neither_an_address_nor_a_name_breaks_out_of_a_link():
    assert kit.link("https://x.test/a|b><!here>", "a|b") == "<https://x.test/a%7Cb%3E%3C!here%3E|a/b>"
