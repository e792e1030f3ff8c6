"""The page against the playground itself, with a small app on Socket Mode: their contract holds."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient

from playground.server import Playground
from playground.spec import AppSpec, ChannelSpec, GroupSpec, PersonSpec, WorkspaceSpec
from tests.page import world
from tests.page.conftest import PATIENCE

pytestmark = pytest.mark.browser
MANIFEST = {
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "backbeat"},
        "slash_commands": [{"command": "/decide", "description": "Log a decision", "usage_hint": "[what]"}],
        "shortcuts": [{"name": "Log as decision", "type": "message", "callback_id": "log", "description": "Log it"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "channels:read", "users:read"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def a_workspace() -> WorkspaceSpec:
    people = (
        PersonSpec(world.DANA, "dana", "Dana Reyes", "Europe/Lisbon", is_admin=True),
        PersonSpec(world.SAM, "sam", "Sam Okafor", "America/New_York"),
    )
    channels = (
        ChannelSpec(world.PLATFORM, "platform", "Infrastructure", (world.DANA, world.SAM)),
        ChannelSpec(world.LEADERSHIP, "leadership", "", (world.DANA,), is_private=True),
    )
    app, groups = AppSpec(name="Backbeat", manifest=MANIFEST), (GroupSpec("S0FIN", "finance", "Finance"),)
    return WorkspaceSpec("T0TIDE", "Tidewater", "tidewater", people, channels, app, groups)


class SmallApp:
    """Opens a window on /decide and on the shortcut, refuses an empty reason, and posts a card."""

    def __init__(self, playground: Playground) -> None:
        app = playground.spec.app
        self.web = WebClient(app.bot_token, base_url=playground.api_url)
        self.client = SocketModeClient(app.app_token, web_client=WebClient(base_url=playground.api_url))
        self.client.socket_mode_request_listeners.append(self._hear)
        self.client.connect()

    def _hear(self, client: BaseSocketModeClient, asked: SocketModeRequest) -> None:
        payload = asked.payload
        answer = self._answer(payload.get("type") or asked.type, payload)
        client.send_socket_mode_response(SocketModeResponse(envelope_id=asked.envelope_id, payload=answer))

    def _answer(self, kind: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        if kind in {"slash_commands", "message_action"}:
            self.web.views_open(trigger_id=payload["trigger_id"], view=window())
        elif kind == "event_callback" and payload["event"]["type"] == "app_home_opened":
            home = {"type": "home", "blocks": [world.section("*Nothing waits for you*")]}
            self.web.views_publish(user_id=payload["event"]["user"], view=home)
        elif kind == "block_actions" and payload.get("view"):
            more = world.field("goal", "Goal", {"type": "plain_text_input"}, optional=True)
            self.web.views_update(view_id=payload["view"]["id"], view=window(more))
        elif kind == "view_submission":
            values = payload["view"]["state"]["values"]
            if values["why"]["why"]["value"] == "Because":
                return {"response_action": "errors", "errors": {"why": "Say a little more."}}
            self.web.chat_postMessage(channel=world.PLATFORM, text="D-14", blocks=world.card())
        return None

    def close(self) -> None:
        self.client.close()


def window(*more: dict[str, Any]) -> dict[str, Any]:
    add = {"type": "actions", "block_id": "more", "elements": [world.button("Add detail", "add")]}
    view = world.form(*(more or (add,)))
    del view["id"]
    return view


@pytest.fixture(scope="module")
def playground() -> Iterator[Playground]:
    with Playground(a_workspace(), clock=lambda: world.NOW) as made:
        app = SmallApp(made)
        yield made
        app.close()


@pytest.fixture
def page(playground: Playground, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="en-GB", reduced_motion="reduce")
    made, problems = context.new_page(), []
    made.set_default_timeout(PATIENCE)
    made.on("pageerror", lambda error: problems.append(str(error)))
    made.goto(f"{playground.url}/#as={world.DANA}&channel={world.PLATFORM}")
    made.wait_for_selector(".topbar")
    yield made
    context.close()
    assert not problems


def test_a_decision_from_the_command_to_the_card(page: Page) -> None:
    page.get_by_label("Message #platform").fill("/decide Use Postgres")
    page.get_by_label("Message #platform").press("Enter")
    page.get_by_label("Decision", exact=True).fill("Use Postgres")
    page.get_by_label("Why").fill("Because")
    page.get_by_role("button", name="Add detail").click()
    expect(page.get_by_label("Goal")).to_be_visible()
    expect(page.get_by_label("Why")).to_have_value("Because")
    page.get_by_role("button", name="Log decision").click()
    expect(page.locator("[data-block-id=why] .error")).to_have_text("Say a little more.")
    page.get_by_label("Why").fill("We run it already")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Log decision").press("Enter")
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator("article").last).to_contain_text("D-14 · Use Postgres for the event store")


def test_a_shortcut_on_a_message(page: Page, playground: Playground) -> None:
    playground.add_message(world.SAM, world.PLATFORM, "Kafka or Postgres?")
    message = page.locator("article", has_text="Kafka or Postgres?")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Log as decision").click()
    expect(page.get_by_role("dialog", name="Log a decision")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".modal")).to_have_count(0)


def test_home_is_drawn_when_it_is_opened(page: Page) -> None:
    page.get_by_role("button", name="Home").click()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()


def test_an_unknown_command_is_answered_as_slack_does(page: Page) -> None:
    page.get_by_label("Message #platform").fill("/frobnicate")
    page.get_by_label("Message #platform").press("Enter")
    expect(page.locator(".toast")).to_contain_text("/frobnicate is not a valid command")
    expect(page.get_by_label("Message #platform")).to_have_value("/frobnicate")


def test_another_person_does_not_see_the_private_channel(page: Page) -> None:
    page.get_by_role("button", name="leadership").click()
    expect(page.get_by_role("heading", name="#leadership")).to_be_visible()
    page.get_by_role("button", name="See it as").click()
    page.get_by_role("menuitem", name="Sam Okafor").click()
    expect(page.get_by_role("heading", name="#platform")).to_be_visible()
    expect(page.get_by_role("button", name="leadership")).to_have_count(0)


def test_a_user_group_is_mentioned_by_its_handle(page: Page, playground: Playground) -> None:
    page.get_by_label("Message #platform").fill("Ask @finance")
    page.get_by_label("Message #platform").press("Escape")
    page.get_by_label("Message #platform").press("Enter")
    mine = page.locator("article", has_text="Ask @finance")
    expect(mine.locator(".mention")).to_have_text("@finance")
    assert playground.messages(world.PLATFORM)[-1]["text"] == "Ask <!subteam^S0FIN>"


def test_words_reach_the_others_and_reactions_too(page: Page, playground: Playground) -> None:
    page.get_by_label("Message #platform").fill("Ask @sam")
    page.get_by_label("Message #platform").press("Escape")
    page.get_by_label("Message #platform").press("Enter")
    mine = page.locator("article", has_text="Ask @sam")
    expect(mine.locator(".mention")).to_have_text("@sam")
    ts = mine.get_attribute("data-ts")
    playground.act(world.SAM, "react", channel=world.PLATFORM, ts=ts, name="scales")
    expect(mine.locator(".reaction")).to_contain_text("1")
    playground.act(world.SAM, "say", channel=world.PLATFORM, text="Yes?", thread_ts=ts)
    mine.get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("complementary", name="Thread").get_by_text("Yes?")).to_be_visible()
