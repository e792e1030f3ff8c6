"""Files in three steps, and reactions by the app."""

import pytest
from slack_sdk import WebClient

from playground.server import Playground
from tests.playground.support import ALICE, ELSEWHERE, PUBLIC, Clock, a_spec, client_of, error_of, http, without


def test_slacks_own_client_uploads_a_file(playground: Playground, client: WebClient) -> None:
    client.files_upload_v2(channel=PUBLIC, filename="plan.txt", content="Ship it", title="Plan", initial_comment="Here")
    (message,) = playground.messages(PUBLIC)
    (file,) = message["files"]
    assert (message["text"], file["name"], file["title"], file["size"]) == ("Here", "plan.txt", "Plan", 7)
    with http() as browser:
        assert browser.get(file["url_private"]).text == "Ship it"
        assert browser.get(f"{playground.url}/files/none").status_code == 404


def test_a_file_is_shown_once_its_bytes_are_there(playground: Playground, client: WebClient) -> None:
    made = client.files_getUploadURLExternal(filename="a.png", length=3)
    complete = {"files": [{"id": made["file_id"]}], "channel_id": PUBLIC}
    assert error_of(client.api_call, "files.completeUploadExternal", json=complete) == "file_not_found"
    with http() as browser:
        assert browser.post(made["upload_url"], content=b"abc").status_code == 200
        assert browser.post(f"{playground.url}/upload/none", content=b"abc").status_code == 404
    assert client.api_call("files.completeUploadExternal", json=complete)["ok"]
    assert error_of(client.api_call, "files.completeUploadExternal", json=complete) == "file_already_completed"


def test_a_file_goes_only_where_the_bot_may_post(playground: Playground, client: WebClient, clock: Clock) -> None:
    with pytest.raises(Exception, match="not_in_channel"):
        client.files_upload_v2(channel=ELSEWHERE, filename="plan.txt", content="Ship it")
    assert error_of(client.api_call, "files.completeUploadExternal", json={}) == "invalid_arguments"
    assert error_of(client.files_getUploadURLExternal, filename="a", length=0) == "invalid_arguments"
    with Playground(without(a_spec(), "files:write"), clock=clock) as poorer:
        assert error_of(client_of(poorer).files_getUploadURLExternal, filename="a", length=1) == "missing_scope"


def test_the_app_reacts_once(playground: Playground, client: WebClient) -> None:
    ts = playground.act(ALICE, "say", channel=PUBLIC, text="Good?")["ts"]
    there = {"channel": PUBLIC, "timestamp": ts}
    assert client.reactions_add(name="scales", **there)["ok"]
    assert error_of(client.reactions_add, name="scales", **there) == "already_reacted"
    shown = client.reactions_get(**there)["message"]["reactions"]
    assert shown == [{"name": "scales", "users": ["U0BOT"], "count": 1}]


def test_where_and_how_the_app_may_not_react(playground: Playground, client: WebClient) -> None:
    ts = playground.act(ALICE, "say", channel=PUBLIC, text="Good?")["ts"]
    elsewhere = playground.act(ALICE, "say", channel=ELSEWHERE, text="Good?")["ts"]
    assert error_of(client.reactions_add, name="not an emoji", channel=PUBLIC, timestamp=ts) == "invalid_name"
    assert error_of(client.reactions_add, name="eyes", channel=PUBLIC, timestamp="1.000000") == "message_not_found"
    assert error_of(client.reactions_add, name="eyes", channel=ELSEWHERE, timestamp=elsewhere) == "not_in_channel"
