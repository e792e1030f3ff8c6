"""The monthly note's command and buttons: who gets what answer, and what a press does."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.response import BoltResponse

from bot.blocks.monthly import DECLINE, DELEGATE, MORE, START, STOP
from bot.domain.rights import right_for
from handlers import monthly, workspaces
from handlers.app import Installed, build_app
from storage.store import SqlStore
from tests.support import AtOnce, SlackServer, Surroundings, a_desk, dispatch, slack_server
from tests.usecases.monthly_kit import a_house, come, enter, october, planned, six_vendors


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


@pytest.fixture
def house(store: SqlStore) -> Surroundings:
    found = a_house(store)
    found.clock.set(october(20))
    return found


@pytest.fixture
def app(house: Surroundings, slack: SlackServer) -> App:
    installed = Installed()
    installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
    return build_app(
        a_desk(house.services),
        installed=installed,
        client_of=lambda _: slack.client,
        base_client=slack.client,
        executor=AtOnce(),
        register=[monthly.register, workspaces.register],
    )


def asked(app: App, slack: SlackServer, person: str, text: str = "monthly") -> BoltResponse:
    """Somebody types `/backbeat monthly`."""
    return dispatch(
        app,
        {
            "command": "/backbeat",
            "text": text,
            "team_id": "T1",
            "channel_id": "C1",
            "user_id": person,
            "trigger_id": f"t.{person}.{text}",
            "response_url": slack.response_url,
        },
    )


def press(
    app: App, slack: SlackServer, person: str, action_id: str, value: str, *, trigger: str = "t1"
) -> BoltResponse:
    """Somebody presses a button, or chooses in the ⋯ menu."""
    action: dict[str, Any] = {"action_id": action_id, "block_id": "b", "type": "button", "value": value}
    if action_id == MORE:
        action = {"action_id": MORE, "block_id": "b", "type": "overflow", "selected_option": {"value": value}}
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": person, "team_id": "T1"},
        "channel": {"id": "D1"},
        "container": {"type": "message"},
        "trigger_id": trigger,
        "response_url": slack.response_url,
        "actions": [action],
    }
    return dispatch(app, payload)


def deputy_decides(house: Surroundings) -> bool:
    with house.services.store.read("T1") as uow:
        right = right_for(uow.rights.all(), "Vendors")
    return right is not None and right.deputy_up_to is not None


def is_on(house: Surroundings) -> bool:
    schedule = planned(house)
    return schedule is not None and schedule.next_at is not None


def test_the_month_so_far_is_answered_to_the_asker_alone(app: App, house: Surroundings, slack: SlackServer) -> None:
    enter(house, 1, date(2026, 10, 6))
    answer = asked(app, slack, "U1")
    assert '"response_type": "ephemeral"' in answer.body
    assert "October so far" in answer.body
    assert STOP in answer.body


def test_help_and_those_who_may_not(app: App, slack: SlackServer) -> None:
    assert "first working day" in asked(app, slack, "U3", "monthly help").body
    refused = asked(app, slack, "U3")
    assert "That is for CTO or admin here." in refused.body
    assert "so far" not in refused.body


@pytest.mark.parametrize("action_id", [MORE, STOP])
def test_the_note_is_stopped_in_its_menu_or_by_the_button_and_started_again(
    app: App, house: Surroundings, slack: SlackServer, action_id: str
) -> None:
    assert press(app, slack, "U1", action_id, STOP).status == 200
    assert not is_on(house)
    assert "turns it on again" in slack.calls_of("response")[-1]["text"]
    assert press(app, slack, "U1", START, START, trigger="t2").status == 200
    assert is_on(house)


def test_nobody_stops_anothers_note(app: App, house: Surroundings, slack: SlackServer) -> None:
    press(app, slack, "U2", STOP, STOP)
    press(app, slack, "U9", STOP, STOP)  # nobody that Slack knows
    assert is_on(house)


def test_pressing_what_was_offered_changes_who_decides_once(app: App, house: Surroundings, slack: SlackServer) -> None:
    come(house, october(1, 8))
    six_vendors(house)
    come(house, october(34, 9))
    press(app, slack, "U2", DELEGATE, "2026-10:0")
    press(app, slack, "U1", DELEGATE, "2026-10:7")
    press(app, slack, "U1", DELEGATE, "x" * 300)
    assert not deputy_decides(house)
    for _ in range(2):
        assert press(app, slack, "U1", DELEGATE, "2026-10:0", trigger="t9").status == 200
    assert deputy_decides(house)
    press(app, slack, "U1", DECLINE, "2026-10:0", trigger="t10")
    assert "answered this already" in str(slack.calls_of("response")[-1])
