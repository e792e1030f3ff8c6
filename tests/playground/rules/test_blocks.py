"""What a block must have and may not have, where it may stand, and what may not be there twice."""

from typing import Any

import pytest

from playground.rules import Refusal, view_problem
from tests.playground.rules.samples import (
    Json,
    actions,
    button,
    card,
    field,
    home,
    image,
    in_message,
    in_modal,
    line,
    modal,
    mrkdwn,
    plain,
    rich_text,
    said,
    section,
)

VIDEO = {
    "type": "video",
    "alt_text": "A walk",
    "video_url": "https://example.com/v",
    "thumbnail_url": "https://example.com/t.png",
    "title": plain("A walk"),
}
TASK = {"type": "task_card", "task_id": "t1", "title": "Read", "status": "complete"}
CELL = {"type": "raw_text", "text": "x"}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": plain("Good"), "value": "1"},
    "negative_button": {"text": plain("Bad"), "value": "0"},
}
CONTAINER = {"type": "container", "title": plain("Box"), "child_blocks": [section()]}

MESSAGE_BLOCKS: list[Json] = [
    section(accessory=image(), expand=True),
    {"type": "section", "fields": [mrkdwn(), plain()]},
    {"type": "divider", "block_id": "d"},
    {"type": "header", "text": plain()},
    image(title=plain("Chart")),
    {"type": "image", "alt_text": "A file", "slack_file": {"id": "F1"}},
    actions(),
    {"type": "context", "elements": [plain(), mrkdwn(), image()]},
    {"type": "context_actions", "elements": [FEEDBACK]},
    {"type": "markdown", "text": "# Hello"},
    {"type": "file", "external_id": "x", "source": "remote"},
    {"type": "call", "call_id": "R1"},
    rich_text({"type": "user", "user_id": "U1"}, {"type": "emoji", "name": "scales", "style": {"bold": True}}),
    {"type": "table", "rows": [[CELL, rich_text()], [CELL]], "column_settings": [{"align": "right"}, None]},
    card(actions=[button()], icon=image(), body=plain("Body")),
    {"type": "carousel", "elements": [card(), card()]},
    CONTAINER,
    TASK,
    {"type": "plan", "title": "Steps", "tasks": [TASK]},
    VIDEO,
]


@pytest.mark.parametrize("block", MESSAGE_BLOCKS, ids=[block["type"] for block in MESSAGE_BLOCKS])
def test_a_message_may_have_it(block: Json) -> None:
    assert in_message(block) is None


@pytest.mark.parametrize("block", MESSAGE_BLOCKS, ids=[block["type"] for block in MESSAGE_BLOCKS])
def test_a_block_has_no_fields_but_its_own(block: Json) -> None:
    refusal = in_message(block | {"colour": "red"})
    assert refusal == Refusal("invalid_blocks", said("invalid additional property: colour", "/blocks/0"))


@pytest.mark.parametrize(
    ("block", "missing"),
    [
        ({"type": "header"}, "text"),
        ({"type": "actions"}, "elements"),
        ({"type": "context"}, "elements"),
        ({"type": "markdown"}, "text"),
        ({"type": "image", "image_url": "https://example.com/a.png"}, "alt_text"),
        ({"type": "file", "source": "remote"}, "external_id"),
        ({"type": "rich_text"}, "elements"),
        ({"type": "table"}, "rows"),
        ({key: value for key, value in VIDEO.items() if key != "thumbnail_url"}, "thumbnail_url"),
        ({key: value for key, value in TASK.items() if key != "status"}, "status"),
        ({"text": mrkdwn()}, "type"),
        ({"type": "carousel"}, "elements"),
        ({"type": "container", "title": plain()}, "child_blocks"),
    ],
)
def test_a_block_has_what_it_needs(block: Json, missing: str) -> None:
    refusal = in_message(block)
    assert refusal == Refusal("invalid_blocks", said(f"missing required field: {missing}", "/blocks/0"))


def test_an_unknown_block_is_refused() -> None:
    refusal = in_message({"type": "marquee", "text": "<3"})
    assert refusal == Refusal("invalid_blocks", said("unsupported type: marquee", "/blocks/0/type"))


@pytest.mark.parametrize(
    ("block", "words", "place"),
    [
        ({"type": "section"}, "must define either `text` or `fields`", "/type"),
        ({"type": "image", "alt_text": "A"}, "must define either `image_url` or `slack_file`", ""),
        ({"type": "card"}, "must define at least one of `hero_image`, `title`, `actions` or `body`", ""),
        ({"type": "header", "text": mrkdwn()}, "unsupported type: mrkdwn", "/text/type"),
        ({"type": "header", "text": "Hello"}, "must provide an object", "/text"),
        ({"type": "context", "elements": [button()]}, "unsupported type: button", "/elements/0/type"),
        (actions(line()), "unsupported type: plain_text_input", "/elements/0/type"),
        (section(accessory=line()), "unsupported type: plain_text_input", "/accessory/type"),
        ({"type": "context_actions", "elements": [button()]}, "unsupported type: button", "/elements/0/type"),
        ({"type": "file", "external_id": "x", "source": "local"}, "must be a valid enum value", "/source"),
        (TASK | {"status": "done"}, "must be a valid enum value", "/status"),
        (section(expand="yes"), "must be a boolean", "/expand"),
        ({"type": "container", "child_blocks": [section()]}, "must define either `title` or `rich_text_title`", ""),
        (
            CONTAINER | {"default_collapsed": True},
            "`default_collapsed` requires `is_collapsible`",
            "/default_collapsed",
        ),
        (CONTAINER | {"width": "huge"}, "must be a valid enum value", "/width"),
        (rich_text({"type": "blink"}), "unsupported type: blink", "/elements/0/elements/0/type"),
        ({"type": "table", "rows": [[{"type": "mrkdwn", "text": "x"}]]}, "unsupported type: mrkdwn", "/rows/0/0/type"),
        (image(image_url="javascript:alert(1)"), "must be a valid url", "/image_url"),
    ],
)
def test_a_block_that_is_put_together_wrongly_is_refused(block: Json, words: str, place: str) -> None:
    assert in_message(block) == Refusal("invalid_blocks", said(words, f"/blocks/0{place}"))


ALERT = {"type": "alert", "text": mrkdwn("Careful"), "level": "warning"}
WHERE: list[tuple[Json, set[str]]] = [
    (section(), {"message", "modal", "home"}),
    (card(), {"message", "modal", "home"}),
    (rich_text(), {"message", "modal", "home"}),
    (field(), {"modal", "home"}),
    (ALERT, {"modal"}),
    ({"type": "carousel", "elements": [card()]}, {"message", "home"}),
    ({"type": "markdown", "text": "x"}, {"message"}),
    ({"type": "table", "rows": [[CELL]]}, {"message"}),
    ({"type": "file", "external_id": "x", "source": "remote"}, {"message"}),
    ({"type": "context_actions", "elements": [FEEDBACK]}, {"message"}),
    (TASK, {"message"}),
    ({"type": "plan", "title": "x"}, {"message"}),
]


@pytest.mark.parametrize(("block", "surfaces"), WHERE, ids=[block["type"] for block, _ in WHERE])
def test_a_block_stands_only_where_slack_takes_it(block: Json, surfaces: set[str]) -> None:
    refusals = {
        "message": in_message(block),
        "modal": in_modal(block),
        "home": view_problem(home(block), kind="home"),
    }
    assert {name for name, refusal in refusals.items() if refusal is None} == surfaces
    for name, refusal in refusals.items():
        root = "/blocks/0" if name == "message" else "/view/blocks/0"
        expected = said(f"unsupported surface for {block['type']} block", root)
        assert refusal is None or refusal.messages == expected


def test_a_block_inside_another_is_held_to_the_same_surface() -> None:
    refusal = in_message(CONTAINER | {"child_blocks": [ALERT]})
    assert refusal is not None
    assert refusal.messages == said("unsupported surface for alert block", "/blocks/0/child_blocks/0")


@pytest.mark.parametrize("kind", ["email_text_input", "url_text_input", "number_input", "file_input"])
def test_some_inputs_are_for_modals_alone(kind: str) -> None:
    extra: dict[str, Any] = {"is_decimal_allowed": False} if kind == "number_input" else {}
    block = field({"type": kind, "action_id": "a", **extra})
    assert in_modal(block) is None
    refusal = view_problem(home(block), kind="home")
    assert refusal is not None
    assert refusal.messages == said(f"unsupported surface for {kind} element", "/view/blocks/0/element")


def test_a_block_id_is_there_once() -> None:
    assert in_message(section(block_id="a"), section(block_id="b"), section(), section()) is None
    refusal = in_message(section(block_id="a"), section(block_id="a"))
    assert refusal == Refusal("invalid_blocks", said('`block_id` "a" already exists', "/blocks/1/block_id"))


def test_an_action_id_is_there_once_in_a_block() -> None:
    assert in_message(actions(button()), actions(button()), section(accessory=button())) is None
    refusal = in_message(actions(button(), button()))
    assert refusal == Refusal(
        "invalid_blocks", said('`action_id` "go" already exists', "/blocks/0/elements/1/action_id")
    )


def test_ids_may_be_left_to_slack() -> None:
    nameless = {"type": "button", "text": plain()}
    assert in_message(actions(nameless, nameless)) is None


def test_one_element_takes_the_focus() -> None:
    first, second = (field(line(focus_on_load=True), block_id=name) for name in "ab")
    assert in_modal(first) is None
    refusal = in_modal(first, second)
    assert refusal is not None
    assert refusal.messages == said("only one element may set `focus_on_load`", "/view/blocks/1/element/focus_on_load")


def test_a_modal_with_inputs_can_be_submitted() -> None:
    view = modal(section(), field())
    del view["submit"]
    refusal = view_problem(view, kind="modal")
    assert refusal == Refusal(
        "invalid_arguments", said("must define `submit` to use an `input` block in modals", "/view/blocks/1/input")
    )


def test_a_modal_without_inputs_needs_no_submit() -> None:
    view = modal(section())
    del view["submit"]
    assert view_problem(view, kind="modal") is None


@pytest.mark.parametrize("missing", ["title", "blocks", "type"])
def test_a_modal_has_what_it_needs(missing: str) -> None:
    view = modal()
    del view[missing]
    refusal = view_problem(view, kind="modal")
    assert refusal == Refusal("invalid_arguments", said(f"missing required field: {missing}", "/view"))


def test_a_home_needs_no_title() -> None:
    assert view_problem(home(), kind="home") is None


@pytest.mark.parametrize("extra", ["title", "submit", "close"])
def test_a_home_takes_no_title_and_no_buttons(extra: str) -> None:
    refusal = view_problem(home(**{extra: plain()}), kind="home")
    assert refusal == Refusal("invalid_arguments", said(f"invalid additional property: {extra}", "/view"))


def test_a_view_is_of_the_kind_that_was_asked_for() -> None:
    assert view_problem(home(), kind="modal") is not None
    assert view_problem(modal(), kind="home") is not None


def test_a_view_is_an_object() -> None:
    nothing: Any = []
    assert view_problem(nothing, kind="modal") == Refusal("invalid_arguments", said("must provide an object", "/view"))
