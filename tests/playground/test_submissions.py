"""Sending and closing modals, and what the app may answer."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.support import (
    ALICE,
    BOB,
    SILENCE,
    SocketApp,
    a_button,
    a_modal,
    a_socket_app,
    an_input,
    buttons,
    client_of,
    typed,
)
from tests.playground.test_commands import go
from tests.playground.test_views import click_in, titles

TROUBLE = "We had some trouble connecting. Try again?"


def opened(playground: Playground, app: SocketApp, client: WebClient, **extra: Any) -> dict[str, Any]:
    return dict(client.views_open(trigger_id=go(playground, app)["trigger_id"], view=a_modal(**extra))["view"])


def answering(answer: Any) -> Callable[[str, dict[str, Any]], Any]:
    """An app that answers submissions so, and acknowledges the rest."""
    return lambda _kind, payload: answer if payload.get("type") == "view_submission" else None


def submitted(playground: Playground, answer: Any, **extra: Any) -> tuple[dict[str, Any], SocketApp]:
    """What the page is told when the app answers so."""
    with a_socket_app(playground, answering(answer)) as app:
        view = opened(playground, app, client_of(playground), **extra)
        return playground.act(ALICE, "submit", view_id=view["id"], state=typed(name="Ada", note=None)), app


def test_a_submission_carries_what_was_filled_in_and_closes_the_view(playground: Playground) -> None:
    answer, app = submitted(playground, None)
    assert (answer["ok"], answer["outcome"]) == (True, "closed")
    payload = app.of("interactive")[-1]
    assert payload["type"] == "view_submission"
    assert payload["view"]["callback_id"] == "form"
    assert payload["view"]["state"]["values"] == {
        "name": {"value": {"type": "plain_text_input", "value": "Ada"}},
        "note": {"value": {"type": "plain_text_input", "value": None}},
    }
    assert payload["trigger_id"]
    assert titles(playground) == []


def test_what_is_required_is_asked_for_before_the_app_hears_of_it(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    view = opened(playground, app, client)
    answer = playground.act(ALICE, "submit", view_id=view["id"])
    assert answer["errors"] == {"name": "Please complete this required field."}
    assert app.of("interactive") == []


def test_lengths_are_looked_at_before_the_app_hears_of_it(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    view = opened(playground, app, client, blocks=[an_input("name", min_length=2, max_length=3)])
    short, long = (
        playground.act(ALICE, "submit", view_id=view["id"], state=typed(name=text))["errors"]["name"]
        for text in ("A", "Adah")
    )
    assert ("at least 2" in short, "at most 3" in long) == (True, True)
    assert app.of("interactive") == []


# --- answers ----------------------------------------------------------------------------------------------------------


def test_errors_stand_beside_their_fields(playground: Playground) -> None:
    answer, _ = submitted(playground, {"response_action": "errors", "errors": {"name": "Taken."}})
    assert (answer["ok"], answer["outcome"], answer["errors"]) == (False, "errors", {"name": "Taken."})
    assert titles(playground) == ["Window"]


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"other": "No such block"}},
        {"response_action": "errors", "errors": {"row": "A block, but no input"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"name": ""}},
        {"response_action": "update", "view": a_modal("A title of 25 characters.")},
        {"response_action": "update"},
        {"response_action": "open", "view": a_modal()},
    ],
)
def test_an_answer_that_slack_does_not_take_is_trouble(playground: Playground, answer: dict[str, Any]) -> None:
    blocks = [an_input("name"), *buttons(a_button())]
    told, _ = submitted(playground, answer, blocks=blocks)
    assert (told["ok"], told["outcome"], told["error"]) == (False, "failed", TROUBLE)
    assert titles(playground) == ["Window"]


def test_a_view_may_be_changed_in_place(playground: Playground) -> None:
    answer, _ = submitted(playground, {"response_action": "update", "view": a_modal("Saved")})
    assert (answer["outcome"], titles(playground)) == ("updated", ["Saved"])


def test_a_view_may_be_pushed_and_all_be_cleared(playground: Playground) -> None:
    answer, _ = submitted(playground, {"response_action": "push", "view": a_modal("More")})
    assert (answer["outcome"], titles(playground)) == ("pushed", ["Window", "More"])
    top = playground.state(ALICE)["modal"][-1]
    with a_socket_app(playground, answering({"response_action": "clear"})):
        playground.act(ALICE, "submit", view_id=top["id"], state=typed(name="Ada"))
    assert titles(playground) == []


def test_a_fourth_view_is_not_pushed(playground: Playground) -> None:
    client = client_of(playground)
    push = {"response_action": "push", "view": a_modal("4")}
    with a_socket_app(playground, answering(push)) as app:
        row = [an_input("name"), *buttons(a_button())]
        view = opened(playground, app, client, blocks=row)
        for title in ("2", "3"):
            trigger = click_in(playground, app, view)
            view = client.views_push(trigger_id=trigger, view=a_modal(title, blocks=row))["view"]
        answer = playground.act(ALICE, "submit", view_id=view["id"], state=typed(name="Ada"))
    assert answer["outcome"] == "failed"
    assert len(titles(playground)) == 3


def test_closing_the_top_view_shows_the_one_below(playground: Playground) -> None:
    submitted(playground, {"response_action": "push", "view": a_modal("More")})
    top = playground.state(ALICE)["modal"][-1]
    with a_socket_app(playground):
        playground.act(ALICE, "submit", view_id=top["id"], state=typed(name="Ada"))
    assert titles(playground) == ["Window"]


# --- late, again, and not at all --------------------------------------------------------------------------------------


def test_a_late_acknowledgement_leaves_the_view_and_a_second_submit_has_its_id(playground: Playground) -> None:
    silent = {"on": True}

    def answer(_kind: str, payload: dict[str, Any]) -> Any:
        return SILENCE if silent["on"] and payload.get("type") == "view_submission" else None

    with a_socket_app(playground, answer) as app:
        view = opened(playground, app, client_of(playground))
        told = playground.act(ALICE, "submit", view_id=view["id"], state=typed(name="Ada"))
        assert (told["ok"], told["error"]) == (False, TROUBLE)
        silent["on"] = False
        assert playground.act(ALICE, "submit", view_id=view["id"], state=typed(name="Ada"))["ok"]
        first, second = app.of("interactive")
        assert first["view"]["id"] == second["view"]["id"]
        assert first["trigger_id"] != second["trigger_id"]
    assert playground.act(ALICE, "submit", view_id=view["id"], state=typed(name="Ada"))["ok"] is False


def test_nobody_sends_somebody_elses_view(playground: Playground, app: SocketApp, client: WebClient) -> None:
    view = opened(playground, app, client)
    assert playground.act(BOB, "submit", view_id=view["id"], state=typed(name="Bob"))["ok"] is False
    assert playground.act(BOB, "close_view", view_id=view["id"])["ok"] is False


# --- closing ----------------------------------------------------------------------------------------------------------


def test_the_app_hears_of_a_closed_view_if_it_asked_to(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    quiet = opened(playground, app, client)
    playground.act(ALICE, "close_view", view_id=quiet["id"])
    told = opened(playground, app, client, notify_on_close=True)
    playground.act(ALICE, "close_view", view_id=told["id"])
    (payload,) = app.wait("interactive")
    assert (payload["type"], payload["view"]["id"], payload["is_cleared"]) == ("view_closed", told["id"], False)


def test_a_view_may_close_all_with_it(playground: Playground) -> None:
    submitted(
        playground,
        {"response_action": "push", "view": a_modal("More", clear_on_close=True, notify_on_close=True)},
        notify_on_close=True,
    )
    top = playground.state(ALICE)["modal"][-1]
    with a_socket_app(playground) as app:
        playground.act(ALICE, "close_view", view_id=top["id"])
        closed = app.wait("interactive", 2)
    assert titles(playground) == []
    assert [each["is_cleared"] for each in closed] == [True, True]
