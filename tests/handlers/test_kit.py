"""Who asks, from where, and which delivery it is: read from every shape that Slack sends."""

from typing import Any

import pytest

from handlers.kit import asked, metadata

COMMAND = {"command": "/decide", "text": " Use Postgres ", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
CLICK = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}, "trigger_id": "t.1"}


def test_a_command() -> None:
    request = asked(COMMAND | {"trigger_id": "t.1", "response_url": "https://r"})
    assert (request.workspace, request.person_id, request.conversation) == ("T1", "U1", "C1")
    assert (request.text, request.key, request.response_url) == ("Use Postgres", "trigger:t.1", "https://r")


def test_a_click_is_in_our_workspace_whatever_company_its_person_is_of() -> None:
    request = asked(CLICK | {"channel": {"id": "C1"}, "view": None})
    assert (request.workspace, request.person_id, request.conversation) == ("T1", "U1", "C1")
    assert not request.in_modal


@pytest.mark.parametrize(("kind", "expected"), [("modal", True), ("home", False)])
def test_a_click_knows_whether_it_was_in_a_window(kind: str, expected: bool) -> None:
    request = asked(CLICK | {"view": {"id": "V1", "type": kind}, "channel": None})
    assert request.in_modal is expected
    assert request.conversation is None


def test_a_submission_is_named_by_its_window_so_that_a_second_one_is_known() -> None:
    body = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "t.1"}
    view = {"id": "V1", "type": "modal"}
    urls = [{"response_url": "https://r"}]
    request = asked({**body, "view": view, "response_urls": urls})
    assert (request.key, request.response_url, request.in_modal) == ("view:V1", "https://r", False)
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
