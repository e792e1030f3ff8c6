"""Every limit of Slack's, from both sides: taken at it, refused just over it, with Slack's words and the place."""

from collections.abc import Callable
from typing import Any

import pytest

from playground.rules import view_problem
from tests.playground.rules.samples import (
    Json,
    actions,
    button,
    card,
    confirm,
    field,
    home,
    image,
    in_message,
    in_modal,
    line,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    rich_text,
    said,
    section,
    static_select,
)


def menu(**extra: Any) -> Json:
    return actions(static_select(**extra))


def text_cases() -> list[Any]:
    """(where the text stands, how many characters it may have, a block with a text of n)."""
    cases: list[tuple[str, int, Callable[[str], Json]]] = [
        ("/text/text", 3000, section),
        ("/block_id", 255, lambda t: section(block_id=t)),
        ("/fields/0/text", 2000, lambda t: {"type": "section", "fields": [mrkdwn(t)]}),
        ("/text/text", 150, lambda t: {"type": "header", "text": plain(t)}),
        ("/text", 12_000, lambda t: {"type": "markdown", "text": t}),
        ("/alt_text", 2000, lambda t: image(alt_text=t)),
        ("/title/text", 2000, lambda t: image(title=plain(t))),
        ("/elements/0/text/text", 75, lambda t: actions(button(text=plain(t)))),
        ("/elements/0/value", 2000, lambda t: actions(button(value=t))),
        ("/elements/0/action_id", 255, lambda t: actions(button(action_id=t))),
        ("/elements/0/accessibility_label", 75, lambda t: actions(button(accessibility_label=t))),
        ("/elements/0/agent_prompt", 4000, lambda t: actions(button(agent_prompt=t))),
        ("/elements/0/placeholder/text", 150, lambda t: menu(placeholder=plain(t))),
        ("/elements/0/options/0/text/text", 75, lambda t: menu(options=[option(text=plain(t))])),
        ("/elements/0/options/0/value", 150, lambda t: menu(options=[option(value=t)])),
        ("/elements/0/options/0/description/text", 75, lambda t: menu(options=[option(description=plain(t))])),
        ("/elements/0/confirm/title/text", 100, lambda t: actions(button(confirm=confirm(title=plain(t))))),
        ("/elements/0/confirm/text/text", 300, lambda t: actions(button(confirm=confirm(text=plain(t))))),
        ("/elements/0/confirm/confirm/text", 30, lambda t: actions(button(confirm=confirm(confirm=plain(t))))),
        ("/elements/0/confirm/deny/text", 30, lambda t: actions(button(confirm=confirm(deny=plain(t))))),
        ("/title/text", 150, lambda t: card(title=mrkdwn(t))),
        ("/subtitle/text", 150, lambda t: card(subtitle=mrkdwn(t))),
        ("/body/text", 200, lambda t: card(body=mrkdwn(t))),
    ]
    return [pytest.param(*case, id=f"{case[0]}<={case[1]}") for case in cases]


@pytest.mark.parametrize(("place", "limit", "block"), text_cases())
def test_a_text_may_be_as_long_as_slack_says_and_no_longer(
    place: str, limit: int, block: Callable[[str], Json]
) -> None:
    assert in_message(block("x" * limit)) is None
    refusal = in_message(block("x" * (limit + 1)))
    assert refusal is not None
    assert refusal.error == "invalid_blocks"
    assert refusal.messages == said(f"must be less than {limit + 1} characters", f"/blocks/0{place}")


def view_cases() -> list[Any]:
    cases: list[tuple[str, int, Callable[[str], Json]]] = [
        ("/title/text", 24, lambda t: modal(title=plain(t))),
        ("/submit/text", 24, lambda t: modal(submit=plain(t))),
        ("/close/text", 24, lambda t: modal(close=plain(t))),
        ("/private_metadata", 3000, lambda t: modal(private_metadata=t)),
        ("/callback_id", 255, lambda t: modal(callback_id=t)),
        ("/external_id", 255, lambda t: modal(external_id=t)),
        ("/blocks/0/label/text", 2000, lambda t: modal(field(label=plain(t)))),
        ("/blocks/0/hint/text", 2000, lambda t: modal(field(hint=plain(t)))),
        ("/blocks/0/element/initial_value", 3000, lambda t: modal(field(line(initial_value=t)))),
        ("/blocks/0/element/initial_value", 10, lambda t: modal(field(line(initial_value=t, max_length=10)))),
        ("/blocks/0/element/placeholder/text", 150, lambda t: modal(field(line(placeholder=plain(t))))),
        ("/blocks/0/text/text", 200, lambda t: modal({"type": "alert", "text": mrkdwn(t)})),
    ]
    return [pytest.param(*case, id=f"{case[0]}<={case[1]}") for case in cases]


@pytest.mark.parametrize(("place", "limit", "view"), view_cases())
def test_a_text_of_a_modal_may_be_as_long_as_slack_says(place: str, limit: int, view: Callable[[str], Json]) -> None:
    assert view_problem(view("x" * limit), kind="modal") is None
    refusal = view_problem(view("x" * (limit + 1)), kind="modal")
    assert refusal is not None
    assert refusal.error == "invalid_arguments"
    assert refusal.messages == said(f"must be less than {limit + 1} characters", f"/view{place}")


def overflow(count: int) -> Json:
    return actions({"type": "overflow", "action_id": "more", "options": options(count)})


def boxes(kind: str) -> Callable[[int], Json]:
    return lambda count: actions({"type": kind, "action_id": "pick", "options": options(count)})


def groups(count: int) -> Json:
    group = {"label": plain("Group"), "options": [option()]}
    return actions({"type": "static_select", "action_id": "pick", "option_groups": [group] * count})


def one_group(count: int) -> Json:
    return actions(
        {
            "type": "static_select",
            "action_id": "pick",
            "option_groups": [{"label": plain("G"), "options": options(count)}],
        }
    )


def table(rows: int, columns: int = 1) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def context_actions(count: int) -> Json:
    one = {"type": "icon_button", "icon": "trash", "text": plain("Delete")}
    return {"type": "context_actions", "elements": [one | {"action_id": str(number)} for number in range(count)]}


def counted_cases() -> list[Any]:
    """(where the list stands, how many it may have, whether one is too few when it is empty, a block with n)."""
    cases: list[tuple[str, int, Callable[[int], Json]]] = [
        ("/fields", 10, lambda n: {"type": "section", "fields": [mrkdwn()] * n}),
        ("/elements", 25, lambda n: actions() | {"elements": [button(action_id=str(each)) for each in range(n)]}),
        ("/elements", 10, lambda n: {"type": "context", "elements": [mrkdwn()] * n}),
        ("/elements", 5, context_actions),
        ("/elements", 10, lambda n: {"type": "carousel", "elements": [card()] * n}),
        ("/elements/0/options", 100, lambda n: menu(count=n)),
        ("/elements/0/option_groups", 100, groups),
        ("/elements/0/option_groups/0/options", 100, one_group),
        ("/elements/0/options", 5, overflow),
        ("/elements/0/options", 10, boxes("checkboxes")),
        ("/elements/0/options", 10, boxes("radio_buttons")),
        ("/actions", 3, lambda n: card(actions=[button(action_id=str(each)) for each in range(n)])),
        ("/rows", 100, table),
        ("/rows/0", 20, lambda n: table(1, n)),
    ]
    return [pytest.param(*case, id=f"{number}{case[0]}<={case[1]}") for number, case in enumerate(cases)]


@pytest.mark.parametrize(("place", "limit", "block"), counted_cases())
def test_a_list_may_have_as_many_items_as_slack_says_and_at_least_one(
    place: str, limit: int, block: Callable[[int], Json]
) -> None:
    assert in_message(block(limit)) is None
    refusal = in_message(block(limit + 1))
    assert refusal is not None
    assert refusal.error == "invalid_blocks"
    assert refusal.messages == said(f"no more than {limit} items allowed", f"/blocks/0{place}")
    empty = in_message(block(0))
    assert empty is not None
    assert empty.messages == said("must provide at least 1 items", f"/blocks/0{place}")


@pytest.mark.parametrize(("kind", "view"), [("modal", modal), ("home", home)])
def test_a_view_has_between_one_and_a_hundred_blocks(kind: Any, view: Callable[..., Json]) -> None:
    assert view_problem(view(*[section()] * 100), kind=kind) is None
    refusal = view_problem(view(*[section()] * 101), kind=kind)
    assert refusal is not None
    assert refusal.messages == said("no more than 100 items allowed", "/view/blocks")
    empty = view_problem(view() | {"blocks": []}, kind=kind)
    assert empty is not None
    assert empty.messages == said("must provide at least 1 items", "/view/blocks")


def test_a_url_has_at_most_3000_characters() -> None:
    start = "https://example.com/"
    assert in_message(actions(button(url=start + "x" * (3000 - len(start))))) is None
    refusal = in_message(actions(button(url=start + "x" * (3001 - len(start)))))
    assert refusal is not None
    assert refusal.messages == said("must be less than 3001 characters", "/blocks/0/elements/0/url")


@pytest.mark.parametrize(
    ("place", "block"),
    [
        ("/text/text", section("")),
        ("/text/text", {"type": "header", "text": plain("")}),
        ("/text", {"type": "markdown", "text": ""}),
        ("/elements/0/text", {"type": "context", "elements": [mrkdwn("")]}),
        ("/elements/0/text/text", actions(button(text=plain("")))),
        ("/elements/0/options/0/text/text", menu(options=[option(text=plain(""))])),
        ("/elements/0/elements/0/text", rich_text({"type": "text", "text": ""})),
        ("/alt_text", image(alt_text="")),
    ],
)
def test_a_text_may_not_be_empty(place: str, block: Json) -> None:
    refusal = in_message(block)
    assert refusal is not None
    assert refusal.messages == said("must be more than 0 characters", f"/blocks/0{place}")


def test_a_view_may_be_250_kilobytes_of_json() -> None:
    big = [field(line(initial_value="é" * 2900), block_id=str(number)) for number in range(41)]
    assert in_modal(*big) is None
    refusal = in_modal(*big, *[{**each, "block_id": f"more{each['block_id']}"} for each in big[:4]])
    assert refusal is not None
    assert refusal.error == "view_too_large"


@pytest.mark.parametrize(
    ("low", "high", "name"), [(1, 3000, "max_length"), (0, 3000, "min_length")], ids=["max_length", "min_length"]
)
def test_an_inputs_own_limits_have_limits(low: int, high: int, name: str) -> None:
    assert in_modal(field(line(**{name: high}))) is None
    assert in_modal(field(line(**{name: low}))) is None
    over = in_modal(field(line(**{name: high + 1})))
    assert over is not None
    assert over.messages == said(f"must be less than or equal to {high}", f"/view/blocks/0/element/{name}")
    under = in_modal(field(line(**{name: low - 1})))
    assert under is not None
    assert under.messages == said(f"must be greater than or equal to {low}", f"/view/blocks/0/element/{name}")
