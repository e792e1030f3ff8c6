"""Setup's windows, help, and what a DM is answered: within Slack's rules, whatever was typed."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks import talk
from bot.blocks.help import build_help, build_help_view, unknown_verb
from bot.blocks.workspaces import HELP, SETUP_HELP, build_set_up, build_setup, parse_setup
from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.errors import InvalidInput
from bot.domain.workspaces import Workspace
from bot.usecases.workspaces import Settled, Setup
from playground.rules import message_problem, view_problem
from tests.support import COMMANDS, THURSDAY

FRESH = Workspace("T1", "Tidewater", "UBOT", THURSDAY - timedelta(days=1))
FULL = Setup(
    "U1", "U2", "U3", "C1", frozenset({1, 3}), 2, "Call me <!channel>", "C2", guests_allowed=True, suggests_logging=True
)


def as_typed(view: dict[str, Any]) -> dict[str, Any]:
    """`view.state.values` when nobody has touched the window."""
    names = {
        "users_select": ("selected_user", "initial_user"),
        "conversations_select": ("selected_conversation", "initial_conversation"),
        "checkboxes": ("selected_options", "initial_options"),
        "static_select": ("selected_option", "initial_option"),
        "plain_text_input": ("value", "initial_value"),
    }
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            selected, initial = names[element["type"]]
            state[block["block_id"]] = {element["action_id"]: {selected: element.get(initial)}}
    return state


def test_the_setup_window_is_one_that_slack_takes() -> None:
    first = build_setup(Settled(FRESH, None, True), asker="U1")
    assert view_problem(first, kind="modal") is None
    assert view_problem(build_setup(Settled(FRESH, FULL, True), asker="U9"), kind="modal") is None


def test_setup_comes_back_as_it_was() -> None:
    assert parse_setup(as_typed(build_setup(Settled(FRESH, FULL, True), asker="U9"))) == FULL


def test_the_first_setup_proposes_its_asker_as_cto_on_every_working_day() -> None:
    found = parse_setup(as_typed(build_setup(Settled(FRESH, None, True), asker="U7")))
    assert found == Setup("U7", None, None, None, frozenset({0, 1, 2, 3, 4}), 1)


def test_errors_name_a_field_that_the_window_has() -> None:
    view = build_setup(Settled(FRESH, FULL, True), asker="U1")
    fields = {block.get("block_id") for block in view["blocks"]}
    assert {"cto", "sponsor", "deputy", "cto_days", "response_days", "urgent_path"} <= fields
    with pytest.raises(InvalidInput) as refused:
        parse_setup({})
    assert refused.value.field == "cto"


def test_what_was_understood_is_shown_with_what_comes_next() -> None:
    view = build_set_up(FULL, not_in=["C2"])
    assert view_problem(view, kind="modal") is None
    words = json.dumps(view, ensure_ascii=False)
    assert "here Tuesday, Thursday" in words
    assert "2 working days" in words
    assert "<!channel>" not in words
    assert "I'm not in <#C2>" in words
    assert "Log the first decision" in words


def test_help_is_a_message_and_a_window_that_slack_takes() -> None:
    for lines in (HELP, SETUP_HELP):
        drawn = build_help(lines, COMMANDS)
        assert message_problem({"channel": "D1", "text": drawn.text, "blocks": drawn.blocks}) is None
        assert view_problem(build_help_view(lines, COMMANDS), kind="modal") is None


def test_help_knows_every_command() -> None:
    assert [name for name in COMMANDS if f"`{name}" not in HELP] == []


@pytest.mark.parametrize("word", ["<!channel>", "x" * 5000, "🦀", "`", "&amp;"])
def test_an_unknown_word_is_cut_and_made_safe(word: str) -> None:
    words = unknown_verb(word, ["setup"], COMMANDS)
    assert len(words) < 200
    assert "<!channel>" not in words
    assert "`/backbeat help`" in words


@pytest.mark.parametrize(
    ("text", "number"), [("D-14", 14), ("d14", 14), ("#14", 14), ("14", None), ("D-x", None), ("D-" + "9" * 30, None)]
)
def test_a_decision_is_named_by_its_number(text: str, number: int | None) -> None:
    assert talk.asked_number(text) == number


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("decisions", ""),
        ("Decision about\nKafka", "about\nKafka"),
        ("/decisions postgres", "postgres"),
        ("find sso", "sso"),
        ("search for sso", "sso"),
        ("decisionism", None),
        ("we decided", None),
    ],
)
def test_decisions_are_asked_for_in_words(text: str, query: str | None) -> None:
    assert talk.asked_query(text) == query


def test_what_is_found_is_short_and_safe_however_long_it_is() -> None:
    long = Decision(
        "T1", 1, "<!channel>*" * 30, "&" * 3000, "U1", "U1", DecisionStatus.PROPOSED, THURSDAY, THURSDAY, "<" * 3000
    )
    for words in (talk.found_words([long] * 6, "x" * 900, COMMANDS), talk.one_in_words(long)):
        assert len(words) <= 3000
        assert "<!channel>" not in words
    assert "`/decisions` has more." in talk.found_words([long] * 6, "", COMMANDS)
    assert "“&lt;x”" in talk.found_words([], "<x", COMMANDS)
