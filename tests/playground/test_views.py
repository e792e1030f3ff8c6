"""Modals and Home, as the Web API opens, pushes, changes and publishes them."""

from typing import Any

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.support import (
    ALICE,
    BOB,
    PUBLIC,
    Clock,
    SocketApp,
    a_button,
    a_manifest,
    a_modal,
    a_spec,
    buttons,
    client_of,
    error_of,
    plain,
    refusal_of,
)


def a_trigger(playground: Playground, app: SocketApp) -> str:
    """A trigger of Alice's, made by a command."""
    before = len(app.of("slash_commands"))
    playground.act(ALICE, "slash", channel=PUBLIC, text="/go")
    return str(app.wait("slash_commands", before + 1)[-1]["trigger_id"])


def click_in(playground: Playground, app: SocketApp, view: dict[str, Any]) -> str:
    """A trigger made by a click in that view."""
    before = len(app.of("interactive"))
    container = {"type": "view", "view_id": view["id"]}
    playground.act(ALICE, "click", container=container, block_id="row", action_id="press", action={"type": "button"})
    return str(app.wait("interactive", before + 1)[-1]["trigger_id"])


def with_button(title: str = "Window") -> dict[str, Any]:
    return a_modal(title, blocks=buttons(a_button()))


def titles(playground: Playground) -> list[str]:
    return [view["title"]["text"] for view in playground.state(ALICE)["modal"]]


# --- triggers ---------------------------------------------------------------------------------------------------------


def test_a_trigger_opens_one_view_for_its_person(playground: Playground, app: SocketApp, client: WebClient) -> None:
    trigger = a_trigger(playground, app)
    view = client.views_open(trigger_id=trigger, view=a_modal())["view"]
    assert view["root_view_id"] == view["id"]
    assert view["hash"]
    assert titles(playground) == ["Window"]
    assert playground.state(BOB)["modal"] == []
    assert error_of(client.views_open, trigger_id=trigger, view=a_modal()) == "exchanged_trigger_id"


def test_a_trigger_lasts_three_seconds(playground: Playground, app: SocketApp, client: WebClient, clock: Clock) -> None:
    late, in_time = a_trigger(playground, app), a_trigger(playground, app)
    clock.move(2.9)
    assert client.views_open(trigger_id=in_time, view=a_modal())["ok"]
    clock.move(0.1)
    assert error_of(client.views_open, trigger_id=late, view=a_modal()) == "expired_trigger_id"


def test_a_trigger_that_nobody_made_is_refused(client: WebClient) -> None:
    assert error_of(client.views_open, trigger_id="1.2.abc", view=a_modal()) == "invalid_trigger_id"
    assert error_of(client.api_call, "views.open", json={"view": a_modal()}) == "invalid_arguments"


def test_a_view_that_is_refused_leaves_its_trigger_unused(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    trigger = a_trigger(playground, app)
    refusal = refusal_of(client.views_open, trigger_id=trigger, view=a_modal("A title of 25 characters."))
    assert refusal["error"] == "invalid_arguments"
    assert "/view/title" in refusal["response_metadata"]["messages"][0]
    assert client.views_open(trigger_id=trigger, view=a_modal("A title of 24 characters"))["ok"]


# --- the stack --------------------------------------------------------------------------------------------------------


def test_three_views_lie_on_each_other_and_no_fourth(playground: Playground, app: SocketApp, client: WebClient) -> None:
    view = client.views_open(trigger_id=a_trigger(playground, app), view=with_button("1"))["view"]
    root = view["id"]
    for title in ("2", "3"):
        pushed = client.views_push(trigger_id=click_in(playground, app, view), view=with_button(title))["view"]
        assert (pushed["previous_view_id"], pushed["root_view_id"]) == (view["id"], root)
        view = pushed
    assert titles(playground) == ["1", "2", "3"]
    last = click_in(playground, app, view)
    assert error_of(client.views_push, trigger_id=last, view=with_button("4")) == "push_limit_reached"


def test_a_push_needs_a_view_below(playground: Playground, app: SocketApp, client: WebClient) -> None:
    trigger = a_trigger(playground, app)
    assert error_of(client.views_push, trigger_id=trigger, view=a_modal()) == "not_found"


def test_opening_takes_the_place_of_what_was_open(playground: Playground, app: SocketApp, client: WebClient) -> None:
    client.views_open(trigger_id=a_trigger(playground, app), view=a_modal("First"))
    client.views_open(trigger_id=a_trigger(playground, app), view=a_modal("Second"))
    assert titles(playground) == ["Second"]


# --- changing ---------------------------------------------------------------------------------------------------------


def test_an_update_redraws_and_changes_the_hash(playground: Playground, app: SocketApp, client: WebClient) -> None:
    view = client.views_open(trigger_id=a_trigger(playground, app), view=a_modal("Loading"))["view"]
    fresh = client.views_update(view_id=view["id"], hash=view["hash"], view=a_modal("Ready"))["view"]
    assert fresh["id"] == view["id"]
    assert fresh["hash"] != view["hash"]
    assert titles(playground) == ["Ready"]
    late = {"view_id": view["id"], "hash": view["hash"], "view": a_modal("Late")}
    assert error_of(client.views_update, **late) == "hash_conflict"


def test_a_view_is_found_by_its_external_id_which_is_its_alone(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    client.views_open(trigger_id=a_trigger(playground, app), view=a_modal("Old", external_id="one"))
    assert client.views_update(external_id="one", view=a_modal("New", external_id="one"))["ok"]
    assert titles(playground) == ["New"]
    again = {"trigger_id": a_trigger(playground, app), "view": a_modal(external_id="one")}
    assert error_of(client.views_open, **again) == "duplicate_external_id"


def test_a_view_that_was_closed_is_not_found(playground: Playground, app: SocketApp, client: WebClient) -> None:
    view = client.views_open(trigger_id=a_trigger(playground, app), view=a_modal())["view"]
    playground.act(ALICE, "close_view", view_id=view["id"])
    assert error_of(client.views_update, view_id=view["id"], view=a_modal()) == "not_found"
    assert error_of(client.views_update, external_id="none", view=a_modal()) == "not_found"


# --- Home -------------------------------------------------------------------------------------------------------------


def a_home(text: str) -> dict[str, Any]:
    return {"type": "home", "blocks": [{"type": "section", "text": plain(text)}]}


def test_home_is_published_for_one_person_and_redrawn(playground: Playground, client: WebClient) -> None:
    first = client.views_publish(user_id=ALICE, view=a_home("One"))["view"]
    second = client.views_publish(user_id=ALICE, hash=first["hash"], view=a_home("Two"))["view"]
    assert first["id"] == second["id"]
    assert playground.state(ALICE, "home")["home"]["view"]["blocks"][0]["text"]["text"] == "Two"
    assert playground.state(BOB, "home")["home"]["view"] is None
    stale = {"user_id": ALICE, "hash": first["hash"], "view": a_home("Three")}
    assert error_of(client.views_publish, **stale) == "hash_conflict"
    assert error_of(client.views_publish, user_id="U0NOBODY", view=a_home("x")) == "user_not_found"


def test_home_takes_no_modal_and_a_modal_no_home(playground: Playground, app: SocketApp, client: WebClient) -> None:
    assert error_of(client.views_publish, user_id=ALICE, view=a_modal()) == "invalid_arguments"
    trigger = a_trigger(playground, app)
    assert error_of(client.views_open, trigger_id=trigger, view=a_home("x")) == "invalid_arguments"


def test_home_must_be_switched_on(clock: Clock) -> None:
    manifest = a_manifest()
    manifest["features"]["app_home"]["home_tab_enabled"] = False
    with Playground(a_spec(manifest), clock=clock) as playground:
        assert error_of(client_of(playground).views_publish, user_id=ALICE, view=a_home("x")) == "not_enabled"
        assert playground.act(ALICE, "open_home")["ok"] is False


def test_the_app_hears_who_opens_its_home_and_its_messages(
    playground: Playground, app: SocketApp, client: WebClient
) -> None:
    playground.act(ALICE, "open_home")
    opened = app.wait_event("app_home_opened")
    assert (opened["user"], opened["tab"], opened["channel"]) == (ALICE, "home", playground.dm_with_app(ALICE))
    assert "view" not in opened
    client.views_publish(user_id=ALICE, view=a_home("One"))
    playground.act(ALICE, "open_home")
    assert app.wait_event("app_home_opened", 2)["view"]["type"] == "home"
    playground.act(ALICE, "open_dm")
    assert app.wait_event("app_home_opened", 3)["tab"] == "messages"


# --- blocks.validate --------------------------------------------------------------------------------------------------


def test_blocks_are_validated_without_a_token_and_without_a_text(playground: Playground) -> None:
    anybody = client_of(playground, None)
    assert anybody.api_call("blocks.validate", json={"blocks": buttons(a_button())})["ok"]
    wrong = {"blocks": buttons(a_button(colour="red"))}
    assert error_of(anybody.api_call, "blocks.validate", json=wrong) == "invalid_blocks"
    assert anybody.api_call("blocks.validate", json={"view": a_modal()})["ok"]


@pytest.mark.parametrize("given", [{}, {"view": "form"}])
def test_there_must_be_something_to_validate(client: WebClient, given: dict[str, Any]) -> None:
    assert error_of(client.api_call, "blocks.validate", json=given) == "invalid_arguments"
