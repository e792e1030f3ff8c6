"""Who asks, from where, and which delivery it is: read from every shape that Slack sends."""

from typing import Any

import pytest

from bot.domain.errors import InvalidInput
from handlers.kit import asked, metadata, pressed

COMMAND = {"command": "/decide", "text": " Use Postgres ", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
CLICK = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}, "trigger_id": "t.1"}


def test_a_command() -> None:
    request = asked(COMMAND | {"trigger_id": "t.1", "response_url": "https://r"})
    assert (request.workspace, request.person_id, request.conversation) == ("T1", "U1", "C1")
    assert (request.text, request.key, request.response_url) == ("Use Postgres", "trigger:t.1", "https://r")


def test_a_click_is_in_our_workspace_whatever_company_its_person_is_of() -> None:
    request = asked(CLICK | {"channel": {"id": "C1"}, "view": None})
    assert (request.workspace, request.person_id, request.conversation) == ("T1", "U1", "C1")
    assert request.window is None


@pytest.mark.parametrize(("kind", "expected"), [("modal", "V1"), ("home", None)])
def test_a_click_knows_the_window_that_it_was_in(kind: str, expected: str | None) -> None:
    request = asked(CLICK | {"view": {"id": "V1", "type": kind}, "channel": None})
    assert request.window == expected
    assert request.conversation is None


def test_a_submission_is_named_by_its_window_so_that_a_second_one_is_known() -> None:
    body = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "t.1"}
    view = {"id": "V1", "type": "modal"}
    urls = [{"response_url": "https://r"}]
    request = asked({**body, "view": view, "response_urls": urls})
    assert (request.key, request.response_url, request.window) == ("view:V1", "https://r", None)
    assert asked({**body, "view": view, "trigger_id": "t.2"}).key == request.key


@pytest.mark.parametrize("user", ["U1", {"id": "U1"}])
def test_an_event_is_named_by_its_id_and_has_nothing_to_open(user: Any) -> None:
    event = {"type": "message", "user": user, "channel": "D1", "text": " hi "}
    request = asked({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event})
    assert (request.person_id, request.conversation, request.text, request.key) == ("U1", "D1", "hi", "event:Ev1")
    assert request.trigger_id is None


def test_an_org_wide_click_has_its_team_with_the_person() -> None:
    body = {"type": "block_actions", "team": None, "user": {"id": "U1", "team_id": "T1"}, "trigger_id": "t.1"}
    assert asked(body).workspace == "T1"


def test_metadata_is_what_its_builder_wrote() -> None:
    assert metadata({"private_metadata": '{"number":14}'}) == {"number": 14}
    assert metadata({"private_metadata": ""}) == metadata({}) == metadata({"private_metadata": "[1]"}) == {}


@pytest.mark.parametrize(
    "action",
    [
        {"value": "amend:14"},
        {"selected_option": {"value": "amend:14"}},
        {"value": None, "selected_option": {"value": "amend:14"}},
    ],
)
def test_a_button_and_a_menu_carry_a_value_alike(action: dict[str, Any]) -> None:
    assert pressed({"actions": [action]}) == "amend:14"


def test_a_value_longer_than_any_of_ours_is_refused() -> None:
    with pytest.raises(InvalidInput):
        pressed({"actions": [{"value": "x" * 65}]})
    assert pressed({"actions": [{}]}) == ""
