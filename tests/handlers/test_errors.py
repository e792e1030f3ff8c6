"""The one error boundary: a person gets words, their own text and a reference; Slack gets the right status."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import App, BoltResponse
from structlog.testing import capture_logs

from bot.domain.errors import Conflict, ExternalFailure, InvalidInput, NotAllowed
from handlers.app import Installed, build_app
from handlers.errors import UNKNOWN_WINDOW
from handlers.front import Front
from handlers.kit import Asked, Body, Desk, bound
from handlers.windows import show, show_then_fill
from storage.store import SqlStore
from tests.support import COMMANDS, UNHURRIED, AtOnce, SlackServer, a_person, services_on, slack_server

BROKEN = RuntimeError("select * from secrets")
BUSY = ExternalFailure("My database is busy.", permanent=False, code="busy", retry_after=timedelta(seconds=1))
GONE = ExternalFailure("That channel is gone.", permanent=True, code="channel_not_found")


@dataclass
class House:
    """An app whose every handler fails in the way that a test asks for."""

    slack: SlackServer
    front: Front
    desk: Desk
    error: Exception = BROKEN

    def command(self, text: str = "Use Postgres", command: str = "/decide", **more: Any) -> dict[str, Any]:
        body = {"command": command, "text": text, "team_id": "T1", "user_id": "U1", "trigger_id": "t"}
        return said(self.front.take(body | more))

    def submit(self, callback_id: str = "form", blocks: Any = None) -> dict[str, Any]:
        if blocks is None:
            blocks = [{"type": "section"}, {"type": "input", "block_id": "title"}, {"type": "input", "block_id": "why"}]
        view = {"id": "V1", "type": "modal", "callback_id": callback_id, "blocks": blocks}
        body = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": view}
        return said(self.front.take(body))

    def press(self, action_id: str = "press", **more: Any) -> BoltResponse:
        body = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "t"}
        return self.front.take(body | {"actions": [{"action_id": action_id, "block_id": "b"}]} | more)

    def event(self, kind: str = "app_home_opened", team: str = "T1") -> BoltResponse:
        body = {"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": {"type": kind, "user": "U1"}}
        return self.front.take(body)


def said(answer: BoltResponse) -> dict[str, Any]:
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.body) if answer.body else {}
    return found


@pytest.fixture
def house(store: SqlStore) -> Iterator[House]:
    around = services_on(store, a_person())
    with slack_server() as slack:
        made: House

        def fail(desk: Desk, request: Asked, body: Body, ack: Any, client: Any) -> None:
            raise made.error

        def register(app: App, desk: Desk) -> None:
            app.command("/decide")(bound(desk, fail))
            app.view("form")(bound(desk, fail))
            app.action("press")(bound(desk, fail))
            app.shortcut("short")(bound(desk, fail))
            app.options("choose")(bound(desk, fail))
            app.event("app_home_opened")(bound(desk, fail))

        installed = Installed()
        installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
        desk = Desk(around.services, COMMANDS, AtOnce(), AtOnce(), patience=UNHURRIED)
        app = build_app(
            desk,
            installed=installed,
            client_of=lambda _: slack.client,
            base_client=slack.client,
            executor=AtOnce(),
            register=[register],
        )
        made = House(slack, Front(app), desk)
        yield made


# --- commands -------------------------------------------------------------------------------------------------------


def test_a_command_that_breaks_gives_words_a_reference_and_the_persons_text(house: House) -> None:
    with capture_logs() as logged:
        answer = house.command("Use Postgres <!channel> for <@U2>")
    assert answer["response_type"] == "ephemeral"
    assert "Something went wrong on my side" in answer["text"]
    assert "Your text: Use Postgres &lt;!channel&gt; for <@U2>" in answer["text"]
    (record,) = [each for each in logged if each["event"] == "request_failed"]
    assert record["reference"] in answer["text"]
    assert record["request"] == "/decide"
    assert "Postgres" not in json.dumps({key: str(value) for key, value in record.items()})


def test_nobody_is_shown_a_traceback_or_what_failed(house: House) -> None:
    told = json.dumps([house.command(), house.submit()])
    assert "Traceback" not in told
    assert "secrets" not in told


@pytest.mark.parametrize("error", [NotAllowed("Only the author can."), Conflict("It is decided already."), BUSY, GONE])
def test_what_we_understand_is_told_in_its_own_words(house: House, error: Any) -> None:
    house.error = error
    assert house.command()["text"] == f"{error.words}\nYour text: Use Postgres"
    assert house.command("")["text"] == error.words


def test_an_unknown_command_gives_the_text_back(house: House) -> None:
    text = house.command("Keep this", command="/other")["text"]
    assert "I don't answer to `/other` here" in text
    assert "Your text: Keep this" in text


# --- submissions ----------------------------------------------------------------------------------------------------


def test_an_error_stands_beside_its_field_and_the_window_stays_open(house: House) -> None:
    house.error = InvalidInput("Say why.", field="why")
    assert house.submit() == {"response_action": "errors", "errors": {"why": "Say why."}}


@pytest.mark.parametrize("error", [InvalidInput("No.", field="elsewhere"), InvalidInput("No."), NotAllowed("No.")])
def test_an_error_about_no_field_stands_beside_the_first(house: House, error: Exception) -> None:
    house.error = error
    assert house.submit() == {"response_action": "errors", "errors": {"title": "No."}}


def test_an_error_where_there_is_no_field_takes_the_windows_place(house: House) -> None:
    answer = house.submit(blocks=[{"type": "section"}])
    assert answer["response_action"] == "update"
    assert "Something went wrong" in json.dumps(answer["view"])


@pytest.mark.parametrize("blocks", [7, "x", {"a": 1}, [7, None]])
def test_blocks_that_are_none_are_no_failure(house: House, blocks: Any) -> None:
    assert house.submit(blocks=blocks)["response_action"] == "update"


def test_words_that_are_too_long_are_cut_to_what_a_window_shows(house: House) -> None:
    house.error = NotAllowed("x" * 9000)
    assert len(house.submit()["errors"]["title"]) == 2000


def test_an_unknown_window_stays_open_with_what_was_typed(house: House) -> None:
    assert house.submit("from.an.older.release") == {"response_action": "errors", "errors": {"title": UNKNOWN_WINDOW}}


# --- buttons, shortcuts, menus --------------------------------------------------------------------------------------


def test_a_button_on_a_message_is_answered_to_the_asker_alone(house: House) -> None:
    house.error = NotAllowed("Only the author can.")
    answer = house.press(response_url=house.slack.response_url)
    assert (answer.status, answer.body) == (200, "")
    (told,) = house.slack.calls_of("response")
    assert told == {"text": "Only the author can.", "response_type": "ephemeral", "replace_original": False}


def test_a_button_in_a_window_is_answered_on_top_of_it_and_one_on_home_in_a_window(house: House) -> None:
    house.press(view={"id": "V1", "type": "modal"})
    assert "Something went wrong" in json.dumps(house.slack.calls_of("views.push"))
    house.press(view={"id": "V2", "type": "home"})
    assert "Something went wrong" in json.dumps(house.slack.calls_of("views.open"))


def test_a_shortcut_is_answered_in_a_window(house: House) -> None:
    body = {"type": "shortcut", "callback_id": "short", "team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "t"}
    assert house.front.take(body).status == 200
    assert house.slack.calls_of("views.open")


def test_an_answer_that_slack_refuses_is_no_failure(house: House) -> None:
    house.slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    assert house.press().status == 200
    assert house.press(response_url="http://127.0.0.1:1/closed").status == 200
    assert house.press(response_url="no address").status == 200


def test_a_menu_that_breaks_offers_nothing(house: House) -> None:
    body = {"type": "block_suggestion", "team": {"id": "T1"}, "user": {"id": "U1"}, "action_id": "choose", "value": "x"}
    assert said(house.front.take(body)) == {"options": []}
    assert said(house.front.take({**body, "action_id": "other"})) == {"options": []}


# --- events ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"),
    [(BROKEN, 500), (BUSY, 500), (GONE, 200), (NotAllowed("No."), 200), (InvalidInput("No."), 200)],
)
def test_slack_is_asked_to_send_an_event_again_only_where_that_may_help(
    house: House, error: Exception, status: int
) -> None:
    house.error = error
    assert house.event().status == status


def test_what_nothing_matches_is_acknowledged_and_logged(house: House) -> None:
    with capture_logs() as logged:
        assert house.event("team_rename").status == 200
        assert house.press("other").status == 200
        body = {"type": "view_closed", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": {"id": "V1"}}
        assert house.front.take(body).status == 200
        assert house.front.take({"type": "something_new", "team": {"id": "T1"}}).status == 200
    names = [each["request"] for each in logged if each["event"] == "unmatched_request"]
    assert names == ["team_rename", "other", None, None]


def test_a_workspace_that_backbeat_is_not_installed_in_is_acknowledged(house: House) -> None:
    assert house.event(team="T9").status == 200
    body = {"command": "/decide", "text": "x", "team_id": "T9", "user_id": "U1", "trigger_id": "t"}
    assert house.front.take(body).body == "Backbeat isn't installed in this workspace. Ask whoever runs it."


# --- windows --------------------------------------------------------------------------------------------------------


def an_asker(house: House, **more: Any) -> Asked:
    return Asked("T1", "U1", "C1", "t", house.slack.response_url, **more)


def test_a_window_that_does_not_open_gives_the_text_back(house: House) -> None:
    house.slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    show(house.desk, house.slack.client, an_asker(house), {"type": "modal"}, typed="Use Postgres <!here>")
    (told,) = house.slack.calls_of("response")
    assert told["text"].endswith("Please try again.\nYour text: Use Postgres &lt;!here&gt;")


def test_a_window_that_cannot_be_filled_says_why(house: House) -> None:
    def refuse() -> dict[str, Any]:
        raise NotAllowed("Only the CTO can.")

    def break_down() -> dict[str, Any]:
        raise BROKEN

    with capture_logs() as logged:
        show_then_fill(house.desk, house.slack.client, an_asker(house), title="Setup", build=refuse)
        show_then_fill(house.desk, house.slack.client, an_asker(house), title="Setup", build=break_down)
    refused, broken = (json.dumps(call["view"]) for call in house.slack.calls_of("views.update"))
    assert "Only the CTO can." in refused
    assert next(each["reference"] for each in logged if each["event"] == "request_failed") in broken


def test_a_window_that_was_closed_meanwhile_is_no_failure(house: House) -> None:
    house.slack.answers["views.update"] = {"ok": False, "error": "not_found"}
    with capture_logs() as logged:
        show_then_fill(house.desk, house.slack.client, an_asker(house), title="Setup", build=lambda: {"type": "modal"})
    assert [each["event"] for each in logged] == ["view_not_updated"]


def test_the_workspace_is_the_authorized_one_whatever_else_the_payload_names(house: House) -> None:
    seen = []

    def note(desk: Desk, request: Asked, body: Body, ack: Any, client: Any) -> None:
        seen.append(request.workspace)
        ack()

    house.front._app.event("team_join")(bound(house.desk, note))
    body = {"type": "event_callback", "team_id": "T9", "event_id": "Ev1", "event": {"type": "team_join"}}
    assert house.front.take(body | {"authorizations": [{"team_id": "T1"}]}).status == 200
    assert seen == ["T1"]
