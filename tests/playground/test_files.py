"""Files in three steps, and reactions by the app."""

import httpx
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


def began(client: WebClient, name: str = "a.png", content: bytes = b"abc", **extra: str) -> tuple[str, str]:
    """The id of a file that is expected, and where its bytes go."""
    made = client.api_call("files.getUploadURLExternal", params={"filename": name, "length": len(content), **extra})
    return str(made["file_id"]), str(made["upload_url"])


def uploaded(client: WebClient, name: str = "a.png", content: bytes = b"abc", **extra: str) -> str:
    """The id of a file whose bytes have come."""
    file_id, url = began(client, name, content, **extra)
    with http() as browser:
        assert browser.post(url, content=content).status_code == 200
    return file_id


def complete(file_id: str, channel: str = PUBLIC, **extra: str) -> dict[str, object]:
    return {"files": [{"id": file_id, "title": "A picture"}], "channel_id": channel, **extra}


def test_a_file_is_shown_once_its_bytes_are_there(playground: Playground, client: WebClient) -> None:
    file_id, url = began(client)
    assert error_of(client.api_call, "files.completeUploadExternal", json=complete(file_id)) == "file_not_found"
    with http() as browser:
        assert browser.post(url, content=b"abc").status_code == 200
        assert browser.post(f"{playground.url}/upload/none", content=b"abc").status_code == 404
    answer = client.api_call("files.completeUploadExternal", json=complete(file_id))
    assert answer["files"] == [{"id": file_id, "title": "A picture"}]
    assert error_of(client.api_call, "files.completeUploadExternal", json=complete(file_id)) == "file_already_completed"
    assert len(playground.messages(PUBLIC)) == 1


def test_other_bytes_than_were_announced_are_not_taken(client: WebClient) -> None:
    file_id, url = began(client, content=b"abc")
    with http() as browser:
        assert browser.post(url, content=b"abcd").status_code == 400
    assert error_of(client.api_call, "files.completeUploadExternal", json=complete(file_id)) == "file_not_found"


def test_a_file_that_was_refused_a_place_may_still_get_another(playground: Playground, client: WebClient) -> None:
    file_id = uploaded(client)
    for where, error in [
        (complete(file_id, ELSEWHERE), "not_in_channel"),
        (complete(file_id, thread_ts="1.000000"), "thread_not_found"),
    ]:
        assert error_of(client.api_call, "files.completeUploadExternal", json=where) == error
    ts = playground.act(ALICE, "say", channel=PUBLIC, text="Where is it?")["ts"]
    assert client.api_call("files.completeUploadExternal", json=complete(file_id, thread_ts=ts))["ok"]
    assert playground.messages(PUBLIC, ts)[-1]["files"][0]["id"] == file_id


def test_what_is_known_of_a_file_says_where_it_is_shown(playground: Playground, client: WebClient) -> None:
    file_id = uploaded(client, alt_txt="Three bars")
    assert error_of(client.files_info, file=file_id) == "file_not_found"
    client.api_call("files.completeUploadExternal", json=complete(file_id))
    file = client.files_info(file=file_id)["file"]
    assert (file["title"], file["mimetype"], file["alt_txt"]) == ("A picture", "image/png", "Three bars")
    assert file["shares"]["public"][PUBLIC][0]["ts"] == playground.messages(PUBLIC)[0]["ts"]


def test_a_lagging_slack_does_not_know_yet_where_a_file_is_shown(playground: Playground, client: WebClient) -> None:
    playground.faults.history_lag(60)
    file_id = uploaded(client)
    client.api_call("files.completeUploadExternal", json=complete(file_id))
    assert client.files_info(file=file_id)["file"]["shares"] == {}
    assert client.conversations_history(channel=PUBLIC)["messages"] == []


def test_who_may_not_read_files_sees_none_in_the_history(clock: Clock) -> None:
    with Playground(without(a_spec(), "files:read"), clock=clock) as poorer:
        client = client_of(poorer)
        file_id = uploaded(client)
        client.api_call("files.completeUploadExternal", json=complete(file_id, initial_comment="Here"))
        (message,) = client.conversations_history(channel=PUBLIC)["messages"]
        assert (message["text"], "files" in message) == ("Here", False)
        assert error_of(client.files_info, file=file_id) == "missing_scope"


def test_pictures_are_to_be_looked_at_and_others_to_be_kept(playground: Playground, client: WebClient) -> None:
    with http() as browser:
        picture = browser.get(f"{playground.url}/files/{uploaded(client, 'a.png')}")
        page = browser.get(f"{playground.url}/files/{uploaded(client, 'é.html')}")
    assert picture.headers["content-type"] == "image/png"
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A9.html"


def test_an_upload_meets_trouble_too(playground: Playground, client: WebClient) -> None:
    file_id, url = began(client)
    playground.faults.switch_on("upload", "server_error")
    with http() as browser:
        assert browser.post(url, content=b"abc").status_code == 500
        assert error_of(client.api_call, "files.completeUploadExternal", json=complete(file_id)) == "file_not_found"
        playground.faults.switch_on("upload", "drop_reply")
        with pytest.raises(httpx.HTTPError):
            browser.post(url, content=b"abc")
    assert client.api_call("files.completeUploadExternal", json=complete(file_id))["ok"]


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
