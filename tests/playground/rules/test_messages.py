"""What Slack refuses about a whole message."""

import json
from typing import Any

import pytest

from playground.rules import Refusal, message_problem
from tests.playground.rules.samples import in_message, mrkdwn, said, section


def of(**payload: Any) -> Refusal | None:
    return message_problem({"channel": "C1", **payload})


def test_a_message_of_words_alone_is_fine() -> None:
    assert of(text="Hello") is None


@pytest.mark.parametrize("payload", [{}, {"text": ""}, {"text": "  "}, {"text": None, "blocks": []}])
def test_a_message_says_something(payload: dict[str, Any]) -> None:
    assert of(**payload) == Refusal("no_text")


def test_blocks_alone_are_enough() -> None:
    assert of(blocks=[section()]) is None


def test_a_text_has_at_most_40000_characters() -> None:
    assert of(text="x" * 40_000) is None
    assert of(text="x" * 40_001) == Refusal("msg_too_long")


def test_a_text_is_text() -> None:
    refusal = of(text=7)
    assert refusal is not None
    assert refusal.error == "invalid_arguments"


def test_a_message_has_at_most_50_blocks() -> None:
    assert in_message(*[section()] * 50) is None
    refusal = in_message(*[section()] * 51)
    assert refusal == Refusal("invalid_blocks", said("no more than 50 items allowed", "/blocks"))


def test_all_blocks_together_have_about_13200_characters() -> None:
    assert in_message(*[section("x" * 2640)] * 5) is None
    assert in_message(*[section("x" * 2640)] * 5, section("x")) == Refusal("msg_blocks_too_long")


def test_all_markdown_blocks_together_have_12000_characters() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert in_message(half, half) is None
    assert in_message(half, half, {"type": "markdown", "text": "x"}) == Refusal("msg_blocks_too_long")


def test_blocks_may_come_as_json() -> None:
    assert of(text="x", blocks=json.dumps([section()])) is None
    assert of(text="x", blocks="[{") == Refusal("invalid_blocks_format")


@pytest.mark.parametrize("blocks", [{"type": "section"}, 5, '{"type": "section"}'])
def test_blocks_are_an_array(blocks: Any) -> None:
    refusal = of(text="x", blocks=blocks)
    assert refusal is not None
    assert refusal.error == "invalid_blocks_format"


@pytest.mark.parametrize("block", [None, 3, "section", []])
def test_a_block_is_an_object(block: Any) -> None:
    refusal = in_message(section(), block)
    assert refusal == Refusal("invalid_blocks", said("must provide an object", "/blocks/1"))


def test_one_table_per_message() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert in_message(table) is None
    refusal = in_message(table, table)
    assert refusal is not None
    assert refusal.error == "invalid_attachments"


def test_every_place_that_is_wrong_is_named() -> None:
    refusal = in_message(section("x" * 3001), {"type": "divider", "text": "no"})
    assert refusal is not None
    assert refusal.messages == (
        *said("must be less than 3001 characters", "/blocks/0/text/text"),
        *said("invalid additional property: text", "/blocks/1"),
    )


def test_blocks_of_an_attachment_are_held_to_the_same_rules() -> None:
    assert of(text="x", attachments=[{"blocks": [section()]}]) is None
    refusal = of(text="x", attachments=[{"blocks": [{"type": "section", "text": mrkdwn("")}]}])
    assert refusal == Refusal(
        "invalid_attachments", said("must be more than 0 characters", "/attachments/0/blocks/0/text/text")
    )


def test_at_most_100_attachments() -> None:
    assert of(text="x", attachments=[{"text": "a"}] * 100) is None
    assert of(text="x", attachments=[{"text": "a"}] * 101) == Refusal("too_many_attachments")


def test_metadata_names_an_event_and_carries_an_object() -> None:
    metadata = {"event_type": "sent", "event_payload": {"id": 1}}
    assert of(text="x", metadata=metadata) is None
    assert of(text="x", metadata=json.dumps(metadata)) is None


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"event_type": "sent"},
        {"event_payload": {}},
        {"event_type": "", "event_payload": {}},
        {"event_type": 1, "event_payload": {}},
        {"event_type": "sent", "event_payload": "id"},
        {"event_type": "sent", "event_payload": {}, "more": 1},
        [],
        "{",
    ],
)
def test_other_metadata_is_refused(metadata: Any) -> None:
    assert of(text="x", metadata=metadata) == Refusal("invalid_metadata_format")
