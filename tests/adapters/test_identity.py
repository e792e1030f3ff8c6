"""Who Backbeat is in a workspace, asked of Slack and read from whatever it answers."""

from datetime import UTC, datetime

import pytest

from bot.adapters.identity import identify, workspace_name
from bot.domain.errors import ExternalFailure
from tests.adapters.conftest import Slack
from tests.adapters.wire import answers, wire

GOOD = {"ok": True, "team_id": "T1", "user_id": "U0BOT", "team": "Tidewater", "bot_id": "B1", "url": "https://t.test/"}


def test_who_backbeat_is_and_what_it_may_do(slack: Slack) -> None:
    client = slack.clients.of("T1")

    identity = identify(client)

    assert (identity.workspace, identity.bot_user_id, identity.bot_id) == ("T1", "U0BOT", "B0BOT")
    assert {"chat:write", "channels:history", "team:read"} <= identity.scopes
    assert workspace_name(client, identity) == "Tidewater"


def test_without_the_scope_the_workspace_is_named_by_its_token(slack_that_declined: Slack) -> None:
    client = slack_that_declined.clients.of("T1")

    assert workspace_name(client, identify(client))
    assert slack_that_declined.asked("team.info") == 0


def test_scopes_and_time_are_read_from_the_headers() -> None:
    answer = answers(body=GOOD, X_OAuth_Scopes="chat:write, im:write,,", Date="Thu, 29 Oct 2026 09:10:00 GMT")
    with wire(answer) as slack:
        identity = identify(slack.client())

    assert identity.scopes == {"chat:write", "im:write"}
    assert identity.server_time == datetime(2026, 10, 29, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize("date", ["yesterday", "", "Thu, 99 Oct 2026"])
def test_a_server_that_does_not_tell_the_time_is_no_trouble(date: str) -> None:
    with wire(answers(body=GOOD, date=date)) as slack:
        assert identify(slack.client()).server_time is None


@pytest.mark.parametrize(
    "body", [{"ok": True}, {"ok": True, "team_id": "T1"}, {"ok": True, "team_id": 1, "user_id": 2}]
)
def test_a_token_that_is_no_bots_is_said_so(body: object) -> None:
    with wire(answers(body=body)) as slack, pytest.raises(ExternalFailure) as caught:
        identify(slack.client())

    assert (caught.value.permanent, caught.value.code) == (True, "not_a_bot")


@pytest.mark.parametrize(
    "body", [{"ok": False, "error": "missing_scope"}, {"ok": True}, {"ok": True, "team": "x"}, {"ok": True, "team": {}}]
)
def test_where_the_name_cannot_be_asked_the_tokens_own_stands(body: object) -> None:
    with wire(answers(body=GOOD), answers(body=body)) as slack:
        client = slack.client()

        assert workspace_name(client, identify(client)) == "Tidewater"
