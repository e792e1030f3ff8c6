"""Files to Slack: what leaves, in which order nobody can see it, and how it is found again."""

from datetime import UTC, datetime

import pytest

from bot.adapters.files import SlackFiles
from bot.adapters.slack import Clients, OneToken
from bot.domain.errors import ExternalFailure
from bot.usecases.ports import Kept, Upload
from tests.adapters.conftest import Slack
from tests.adapters.wire import HANGS_UP, Raw, Wire, answers, wire

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def files(slack: Slack) -> SlackFiles:
    return SlackFiles(slack.clients)


def given(files: SlackFiles, content: bytes = b"one;two") -> str:
    """The id of a file whose bytes Slack has."""
    upload = files.begin("T1", name="log.csv", size=len(content), alt_text="The log")
    files.upload(upload, content)
    return upload.file_id


def share(files: SlackFiles, file_id: str, *, to: str = "C1", thread_ts: str | None = None) -> str | None:
    return files.share(
        "T1", conversation=to, thread_ts=thread_ts, file_id=file_id, title="The log", comment="*All* of it"
    )


def shown(files: SlackFiles, file_id: str, *, to: str = "C1", thread_ts: str | None = None) -> str | None:
    return files.shown("T1", conversation=to, thread_ts=thread_ts, file_id=file_id, since=LONG_AGO)


def over(running: Wire) -> SlackFiles:
    return SlackFiles(Clients(OneToken("T1", "xoxb-test"), running.url, 1))


def test_nobody_sees_a_file_before_it_is_shared_and_then_it_is_found(slack: Slack, files: SlackFiles) -> None:
    file_id = given(files)
    assert slack.playground.messages("C1") == []
    assert (shown(files, file_id), files.kept("T1", file_id, conversation="C1")) == (None, None)

    share(files, file_id)

    (message,) = slack.playground.messages("C1")
    (file,) = message["files"]
    assert (message["text"], file["title"], file["name"], file["alt_txt"]) == (
        "*All* of it", "The log", "log.csv", "The log",
    )  # fmt: skip
    assert shown(files, file_id) == message["ts"]
    assert files.kept("T1", file_id, conversation="C1") == Kept(message["ts"])
    assert files.kept("T1", file_id, conversation="G1") == Kept(None)


def test_it_is_found_in_its_thread(slack: Slack, files: SlackFiles) -> None:
    root = slack.playground.add_message("U2", "C1", "Where is the log?")
    file_id = given(files)

    share(files, file_id, thread_ts=root)

    assert shown(files, file_id, thread_ts=root) == slack.playground.messages("C1", root)[-1]["ts"]
    assert shown(files, file_id) is None


def test_a_slack_that_lags_has_it_and_does_not_say_where(slack: Slack, files: SlackFiles) -> None:
    slack.playground.faults.history_lag(60)
    file_id = given(files)
    share(files, file_id)

    assert shown(files, file_id) is None
    assert files.kept("T1", file_id, conversation="C1") == Kept(None)


def test_where_the_bot_is_not_nothing_is_shown(files: SlackFiles) -> None:
    with pytest.raises(ExternalFailure) as failure:
        share(files, given(files), to="C2")
    assert (failure.value.permanent, failure.value.code) == (True, "not_in_channel")


def test_without_the_permissions_it_says_which_it_lacks(slack_that_declined: Slack) -> None:
    files = SlackFiles(slack_that_declined.clients)
    with pytest.raises(ExternalFailure, match=r"files:write.*Install me again"):
        given(files)
    with pytest.raises(ExternalFailure) as failure:
        files.kept("T1", "F1", conversation="C1")
    assert (failure.value.permanent, failure.value.code) == (True, "missing_scope")


def test_an_answer_that_got_lost_on_the_way_may_have_shown_it(slack: Slack, files: SlackFiles) -> None:
    file_id = given(files)
    slack.playground.faults.switch_on("files.completeUploadExternal", "drop_reply")
    with pytest.raises(ExternalFailure) as failure:
        share(files, file_id)
    assert failure.value.maybe_done
    assert shown(files, file_id) is not None
    assert slack.asked("files.completeUploadExternal") == 1  # the SDK did not try again by itself


@pytest.mark.parametrize("kind", ["drop_request", "drop_reply", "server_error"])
def test_trouble_with_the_bytes_is_no_refusal(slack: Slack, files: SlackFiles, kind: str) -> None:
    upload = files.begin("T1", name="log.csv", size=3, alt_text=None)
    slack.playground.faults.switch_on("upload", kind)
    with pytest.raises(ExternalFailure) as failure:
        files.upload(upload, b"abc")
    assert not failure.value.permanent


@pytest.mark.parametrize(
    "url", ["http://files.example/upload", "ftp://127.0.0.1/upload", "file:///etc/passwd", "", None]
)
def test_the_bytes_go_nowhere_in_the_open(url: str | None) -> None:
    with (
        wire(answers(body={"ok": True, "file_id": "F1", "upload_url": url})) as running,
        pytest.raises(ExternalFailure) as failure,
    ):
        over(running).begin("T1", name="log.csv", size=3, alt_text=None)
    assert failure.value.code == "unreadable_answer"


@pytest.mark.parametrize("raw", [HANGS_UP, answers("502 Bad Gateway"), answers("404 Not Found")])
def test_an_upload_that_is_not_taken_is_a_failure_that_may_pass(raw: Raw) -> None:
    with wire(raw) as running, pytest.raises(ExternalFailure) as failure:
        over(running).upload(Upload("F1", running.url), b"abc")
    assert not failure.value.permanent


@pytest.mark.parametrize(("code", "may_be_shown"), [("file_not_found", False), ("file_update_failed", True)])
def test_a_slack_that_has_not_taken_in_the_bytes_yet_may_do_so_later(code: str, may_be_shown: bool) -> None:
    with (
        wire(answers(body={"ok": False, "error": code})) as running,
        pytest.raises(ExternalFailure) as failure,
    ):
        share(over(running), "F1")
    assert (failure.value.permanent, failure.value.maybe_done) == (False, may_be_shown)


def test_where_slack_names_the_message_it_is_believed() -> None:
    file = {"id": "F1", "shares": {"private": {"D1": [{"ts": "1761728400.000100"}], "D2": [{"ts": "2.000000"}]}}}
    with wire(answers(body={"ok": True, "files": [file]})) as running:
        assert share(over(running), "F1", to="D1") == "1761728400.000100"


@pytest.mark.parametrize("file", [{}, {"shares": []}, {"shares": {"public": {"C1": []}}}, "F1", None])
def test_an_odd_answer_names_no_message(file: object) -> None:
    with wire(answers(body={"ok": True, "files": [file]})) as running:
        assert share(over(running), "F1") is None


def test_a_file_that_somebody_has_deleted_was_there() -> None:
    with wire(answers(body={"ok": False, "error": "file_deleted"})) as running:
        assert over(running).kept("T1", "F1", conversation="C1") == Kept(None)
