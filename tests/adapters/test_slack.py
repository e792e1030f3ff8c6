"""Calling Slack: every way in which a call can fail, and what is known of it afterwards."""

import socket
import threading
from datetime import timedelta

import pytest

from bot.adapters.slack import BUSY, Clients, OneToken, call, is_about_token, is_loopback, pages, web_client
from bot.domain.errors import ExternalFailure
from tests.adapters.wire import BREAKS_OFF, GIBBERISH, HANGS_UP, SAYS_NOTHING, Raw, answers, wire

DOING = "read that thread"


def failure_of(*script: Raw, timeout: float = 5.0) -> ExternalFailure:
    with wire(*script) as slack:
        with pytest.raises(ExternalFailure) as caught:
            call(slack.client(timeout), "chat.postMessage", doing=DOING, channel="C1", text="hello")
        assert len(slack.requests) == 1, "nothing may be tried again by itself"
    return caught.value


def no(error: str, status: str = "200 OK", **headers: str) -> Raw:
    return answers(status, {"ok": False, "error": error}, **headers)


# --- slowing down --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        (no("ratelimited", "429 Too Many Requests", Retry_After="7"), timedelta(seconds=7)),
        (no("ratelimited", "429 Too Many Requests", retry_after="0"), timedelta(seconds=1)),
        (no("ratelimited", "429 Too Many Requests", retry_after="2.5"), timedelta(seconds=3)),
        (no("ratelimited", "429 Too Many Requests", retry_after="999999"), timedelta(hours=1)),
        (no("ratelimited", "429 Too Many Requests", retry_after="soon"), BUSY),
        (no("ratelimited", "429 Too Many Requests", retry_after="nan"), BUSY),
        (no("ratelimited", "429 Too Many Requests"), BUSY),
        (answers("429 Too Many Requests", b"<html>slow down</html>", retry_after="9"), timedelta(seconds=9)),
        (no("ratelimited"), BUSY),
    ],
)
def test_being_asked_to_slow_down_says_for_how_long(answer: Raw, pause: timedelta) -> None:
    failure = failure_of(answer)

    assert (failure.permanent, failure.code, failure.maybe_done) == (False, "ratelimited", False)
    assert failure.retry_after == pause


# --- what may have happened ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (answers("500 Internal Server Error", b"oops"), "http_500"),
        (answers("502 Bad Gateway", b"<html>bad gateway</html>", content_type="text/html"), "http_502"),
        (no("internal_error", "500 Internal Server Error"), "internal_error"),
        (no("fatal_error"), "fatal_error"),
        (answers("200 OK", b'{"ok": tr'), "unreadable_answer"),
        (answers("200 OK", b""), "unreadable_answer"),
        (answers("200 OK", b"[]"), "unreadable_answer"),
        (answers("200 OK", b"null"), "unreadable_answer"),
        (answers("200 OK", b"\xff\xfe\x00"), "unreadable_answer"),
        (answers("200 OK", b"<html>a proxy's login page</html>", content_type="text/html"), "unreadable_answer"),
        (HANGS_UP, "connection_lost"),
        (BREAKS_OFF, "connection_lost"),
        (GIBBERISH, "connection_lost"),
    ],
)
def test_without_a_readable_answer_it_may_have_happened(answer: Raw, code: str) -> None:
    failure = failure_of(answer)

    assert (failure.permanent, failure.code, failure.maybe_done) == (False, code, True)


def test_after_a_timeout_it_may_have_happened() -> None:
    failure = failure_of(SAYS_NOTHING, timeout=0.5)

    assert (failure.permanent, failure.code, failure.maybe_done) == (False, "timeout", True)


def test_where_nobody_listens_it_did_not_happen() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = web_client("xoxb-test", f"http://127.0.0.1:{unused.getsockname()[1]}/api/", 5)

        with pytest.raises(ExternalFailure) as caught:
            call(client, "auth.test", doing=DOING)

    failure = caught.value
    assert (failure.permanent, failure.code, failure.maybe_done) == (False, "unreachable", False)


@pytest.mark.parametrize("code", ["service_unavailable", "request_timeout", "team_added_to_org"])
def test_what_slack_says_will_pass_did_not_happen(code: str) -> None:
    failure = failure_of(no(code))

    assert (failure.permanent, failure.code, failure.maybe_done) == (False, code, False)


# --- what is refused for good --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not_in_channel", "`/invite` me there"),
        ("channel_not_found", "`/invite` me there"),
        ("invalid_auth", "`backbeat doctor`"),
        ("unknown_method", "doesn't offer what that needs"),
        ("some_new_error", "Slack said `some_new_error`"),
    ],
)
def test_what_slack_refuses_by_name_is_permanent_with_words(code: str, words: str) -> None:
    failure = failure_of(no(code))

    assert (failure.permanent, failure.code, failure.maybe_done) == (True, code, False)
    assert failure.words.startswith(f"I couldn't {DOING}")
    assert words in failure.words


def test_a_missing_scope_is_named() -> None:
    failure = failure_of(answers("200 OK", {"ok": False, "error": "missing_scope", "needed": "channels:history"}))

    assert "(channels:history)" in failure.words
    assert failure.permanent


@pytest.mark.parametrize("error", ["not `a` code", "<!channel>", "x" * 200, 5, None, {"a": 1}, ""])
def test_an_odd_error_is_never_repeated_to_people(error: object) -> None:
    failure = failure_of(answers("200 OK", {"ok": False, "error": error}))

    assert failure.code == "unreadable_answer"
    assert str(error) not in failure.words or error in {"", None}


def test_only_the_tokens_own_errors_are_about_the_token() -> None:
    assert is_about_token(failure_of(no("token_revoked")))
    assert not is_about_token(failure_of(no("not_in_channel")))


# --- what is asked -------------------------------------------------------------------------------------------------


def test_what_is_not_given_is_left_out_and_objects_go_as_json() -> None:
    with wire() as slack:
        call(slack.client(), "chat.update", doing=DOING, channel="C1", thread_ts=None, blocks=[{"a": 1}], metadata={})

        (request,) = slack.requests
    body = request.partition(b"\r\n\r\n")[2].decode()
    assert "thread_ts" not in body
    assert "blocks=%5B%7B%22a%22%3A1%7D%5D" in body
    assert b"authorization: bearer xoxb-test" in request.lower()


def test_pages_are_read_to_the_last_one() -> None:
    first = answers(body={"ok": True, "n": 1, "response_metadata": {"next_cursor": "c2"}})
    last = answers(body={"ok": True, "n": 2, "response_metadata": {"next_cursor": ""}})
    with wire(first, last) as slack:
        found = [page["n"] for page in pages(slack.client(), "users.list", doing=DOING)]

        assert found == [1, 2]
        assert b"cursor=c2" in slack.requests[1]


@pytest.mark.parametrize("metadata", [None, {}, {"next_cursor": None}])
def test_a_page_without_a_cursor_is_the_last_one(metadata: object) -> None:
    with wire(answers(body={"ok": True, "response_metadata": metadata})) as slack:
        assert len(list(pages(slack.client(), "users.list", doing=DOING))) == 1


# --- clients -------------------------------------------------------------------------------------------------------


def test_another_workspace_has_no_token() -> None:
    clients = Clients(OneToken("T1", "xoxb-1"), "http://127.0.0.1:1/api/")

    with pytest.raises(ExternalFailure) as caught:
        clients.of("T2")

    assert (caught.value.permanent, caught.value.code) == (True, "not_installed")


def test_a_workspace_has_one_client_until_its_token_changes() -> None:
    tokens = {"T1": "xoxb-1"}

    class Changing:
        def token(self, workspace: str) -> str:
            return tokens[workspace]

    clients = Clients(Changing(), "http://127.0.0.1:1/api/")
    first = clients.of("T1")
    assert clients.of("T1") is first
    tokens["T1"] = "xoxb-2"

    assert clients.of("T1").token == "xoxb-2"
    assert first.retry_handlers == []


def test_one_client_serves_many_threads() -> None:
    clients, found = Clients(OneToken("T1", "xoxb-1"), "http://127.0.0.1:1/api/"), []
    threads = [threading.Thread(target=lambda: found.append(clients.of("T1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(client) for client in found}) == 1


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:8080/api/", True),
        ("http://localhost/api/", True),
        ("http://[::1]:9/api/", True),
        ("https://slack.com/api/", False),
        ("https://127.0.0.1.evil.test/api/", False),
        ("https://localhost@evil.test/", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_this_machine_is_known_from_others(url: str, *, is_here: bool) -> None:
    assert is_loopback(url) is is_here


def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")

    assert web_client("t", "http://127.0.0.1:1/api/").proxy is None
    assert web_client("t", "https://slack.com/api/").proxy == "http://proxy.test:3128"
