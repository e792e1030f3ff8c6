"""What an element must have and may not have."""

from typing import Any

import pytest

from playground.rules import Refusal
from tests.playground.rules.samples import (
    Json,
    actions,
    button,
    confirm,
    field,
    in_message,
    in_modal,
    line,
    mrkdwn,
    option,
    options,
    plain,
    rich_text,
    said,
    static_select,
)


def any_select(kind: str, **extra: Any) -> Json:
    return {"type": kind, "action_id": "pick", **extra}


ACTIONS: list[Json] = [
    button(style="primary", url="https://example.com", value="1", confirm=confirm(style="danger")),
    {
        "type": "workflow_button",
        "text": plain(),
        "workflow": {"trigger": {"url": "https://slack.com/shortcuts/1"}},
    },
    {"type": "overflow", "options": [option(url="https://example.com")]},
    static_select(placeholder=plain(), initial_option=option(1)),
    any_select("multi_static_select", options=options(3), initial_options=options(2), max_selected_items=2),
    any_select("external_select", min_query_length=0, initial_option=option()),
    any_select("multi_external_select", initial_options=[option()]),
    any_select("users_select", initial_user="U1"),
    any_select("multi_users_select", initial_users=["U1"]),
    any_select("conversations_select", filter={"include": ["public"], "exclude_bot_users": True}),
    any_select("multi_conversations_select", default_to_current_conversation=True),
    any_select("channels_select", initial_channel="C1", response_url_enabled=False),
    any_select("multi_channels_select", initial_channels=["C1"]),
    any_select("checkboxes", options=[option(text=mrkdwn())], initial_options=[option(text=mrkdwn())]),
    any_select("radio_buttons", options=options(2), initial_option=option(0)),
    any_select("datepicker", initial_date="2026-10-29", placeholder=plain()),
    any_select("timepicker", initial_time="09:05", timezone="Europe/Lisbon"),
    any_select("datetimepicker", initial_date_time=1_793_000_000),
]
INPUTS: list[Json] = [
    line(multiline=True, min_length=1, max_length=3000, initial_value="x", placeholder=plain(), focus_on_load=True),
    line(dispatch_action_config={"trigger_actions_on": ["on_character_entered"]}),
    any_select("number_input", is_decimal_allowed=True, min_value="1", max_value="2.5", initial_value="2"),
    any_select("email_text_input", initial_value="a@example.com"),
    any_select("url_text_input", placeholder=plain()),
    any_select("rich_text_input", initial_value=rich_text()),
    any_select("file_input", filetypes=["pdf"], max_files=10),
]
NOT_IN_INPUTS = {"button", "overflow", "workflow_button"}


@pytest.mark.parametrize("element", ACTIONS, ids=[element["type"] for element in ACTIONS])
def test_a_row_of_actions_may_have_it(element: Json) -> None:
    assert in_message(actions(element)) is None


@pytest.mark.parametrize("element", ACTIONS, ids=[element["type"] for element in ACTIONS])
def test_an_input_takes_what_can_be_filled_in_and_nothing_else(element: Json) -> None:
    refusal = in_modal(field(element))
    if element["type"] in NOT_IN_INPUTS:
        expected = said(f"unsupported type: {element['type']}", "/view/blocks/0/element/type")
        assert refusal == Refusal("invalid_arguments", expected)
    else:
        assert refusal is None


@pytest.mark.parametrize("element", INPUTS, ids=[element["type"] for element in INPUTS])
def test_an_input_may_have_it(element: Json) -> None:
    assert in_modal(field(element)) is None


@pytest.mark.parametrize("element", [*ACTIONS, *INPUTS], ids=[element["type"] for element in [*ACTIONS, *INPUTS]])
def test_an_element_has_no_fields_but_its_own(element: Json) -> None:
    strange = element | {"colour": "red"}
    place = "/view/blocks/0/elements/0"
    refusal = in_modal(actions(strange))
    if element in INPUTS:
        place, refusal = "/view/blocks/0/element", in_modal(field(strange))
    assert refusal == Refusal("invalid_arguments", said("invalid additional property: colour", place))


def test_an_unknown_element_is_refused() -> None:
    refusal = in_message(actions({"type": "lever", "action_id": "pull"}))
    assert refusal == Refusal("invalid_blocks", said("unsupported type: lever", "/blocks/0/elements/0/type"))


AMONG = "must match what is in `options`"


@pytest.mark.parametrize(
    ("element", "words", "place"),
    [
        ({"type": "button", "action_id": "go"}, "missing required field: text", ""),
        (button(text=mrkdwn()), "unsupported type: mrkdwn", "/text/type"),
        (button(style="loud"), "must be a valid enum value", "/style"),
        (button(value=7), "must be a string", "/value"),
        (button(action_id=""), "must be more than 0 characters", "/action_id"),
        (button(url="example.com page"), "must be a valid url", "/url"),
        (
            button(confirm={k: v for k, v in confirm().items() if k != "deny"}),
            "missing required field: deny",
            "/confirm",
        ),
        (any_select("static_select"), "must define either `options` or `option_groups`", ""),
        (
            static_select(option_groups=[{"label": plain(), "options": options(1)}]),
            "must define either `options` or `option_groups`",
            "",
        ),
        (static_select(initial_option=option(9)), f"`initial_option` {AMONG}", "/initial_option"),
        (
            static_select(initial_option=option(0, text=plain("Other words"))),
            f"`initial_option` {AMONG}",
            "/initial_option",
        ),
        (
            any_select("multi_static_select", options=options(1), initial_options=options(2)),
            f"`initial_options` {AMONG}",
            "/initial_options",
        ),
        (
            any_select("checkboxes", options=options(1), initial_options=[option(1)]),
            f"`initial_options` {AMONG}",
            "/initial_options",
        ),
        (
            any_select("radio_buttons", options=options(1), initial_option=option(1)),
            f"`initial_option` {AMONG}",
            "/initial_option",
        ),
        (
            any_select("checkboxes", options=options(1), initial_options=[]),
            "must provide at least 1 items",
            "/initial_options",
        ),
        (static_select(options=[{"text": plain()}]), "missing required field: value", "/options/0"),
        (static_select(options=[option(text=mrkdwn())]), "unsupported type: mrkdwn", "/options/0/text/type"),
        (
            any_select("conversations_select", filter={"include": []}),
            "must provide at least 1 items",
            "/filter/include",
        ),
        (
            any_select("conversations_select", filter={"include": ["secret"]}),
            "must be a valid enum value",
            "/filter/include/0",
        ),
        (any_select("datepicker", initial_date="29.10.2026"), "must be in the format YYYY-MM-DD", "/initial_date"),
        (any_select("datepicker", initial_date="2026-02-30"), "must be in the format YYYY-MM-DD", "/initial_date"),
        (any_select("timepicker", initial_time="9:05"), "must be in the format HH:mm", "/initial_time"),
        (any_select("timepicker", initial_time="24:00"), "must be in the format HH:mm", "/initial_time"),
        (
            any_select("datetimepicker", initial_date_time=1),
            "must be greater than or equal to 1000000000",
            "/initial_date_time",
        ),
        (
            any_select("multi_users_select", max_selected_items=0),
            "must be greater than or equal to 1",
            "/max_selected_items",
        ),
    ],
)
def test_an_element_that_is_put_together_wrongly_is_refused(element: Json, words: str, place: str) -> None:
    assert in_message(actions(element)) == Refusal("invalid_blocks", said(words, f"/blocks/0/elements/0{place}"))


@pytest.mark.parametrize(
    ("element", "words", "place"),
    [
        (line(min_length=5, max_length=4), "`min_length` must be less than or equal to `max_length`", "/min_length"),
        (any_select("number_input"), "missing required field: is_decimal_allowed", ""),
        (any_select("number_input", is_decimal_allowed=True, min_value="low"), "must be a number", "/min_value"),
        (
            any_select("number_input", is_decimal_allowed=True, min_value="2", max_value="1"),
            "`min_value` must be less than or equal to `max_value`",
            "/min_value",
        ),
        (
            any_select("number_input", is_decimal_allowed=True, max_value="1", initial_value="2"),
            "must be between `min_value` and `max_value`",
            "/initial_value",
        ),
        (
            line(dispatch_action_config={"trigger_actions_on": ["on_blur"]}),
            "must be a valid enum value",
            "/dispatch_action_config/trigger_actions_on/0",
        ),
        (any_select("file_input", max_files=11), "must be less than or equal to 10", "/max_files"),
        (line(confirm=confirm()), "invalid additional property: confirm", ""),
    ],
)
def test_an_input_that_is_put_together_wrongly_is_refused(element: Json, words: str, place: str) -> None:
    assert in_modal(field(element)) == Refusal("invalid_arguments", said(words, f"/view/blocks/0/element{place}"))


def test_an_input_has_a_label_and_an_element() -> None:
    refusal = in_modal({"type": "input", "block_id": "f"})
    assert refusal is not None
    assert refusal.messages == (
        *said("missing required field: label", "/view/blocks/0"),
        *said("missing required field: element", "/view/blocks/0"),
    )


def test_a_label_is_plain() -> None:
    refusal = in_modal(field(label=mrkdwn()))
    assert refusal is not None
    assert refusal.messages == said("unsupported type: mrkdwn", "/view/blocks/0/label/type")
