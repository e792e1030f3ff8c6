"""The manifest and the code say the same: every command, shortcut, event and scope in use, and no other."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import manifest
from bot.settings import RESERVED, load
from tests.bot.listening import listened_to

ROOT = Path(__file__).parents[2]
# Which scope each Web API method needs, from Slack's reference. None: any token.
SCOPE_OF = {
    "auth.test": None,
    "apps.connections.open": None,  # the app-level token's own
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.getPermalink": None,
    "conversations.info": "channels:read",
    "conversations.members": "channels:read",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.open": "im:write",
    "users.conversations": "channels:read",
    "users.info": "users:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "reactions.get": "reactions:read",
    "team.info": "team:read",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "views.open": None,
    "views.push": None,
    "views.update": None,
    "views.publish": None,
}
# Conversations come in four kinds, and reading each has a scope of its own.
KINDS = {
    "channels:read": ("groups:read", "im:read", "mpim:read"),
    "channels:history": ("groups:history", "im:history", "mpim:history"),
}
FAMILIES = "auth|apps|chat|conversations|users|usergroups|team|views|files|reactions|dnd"
EVENT_NEEDS = {
    "message.im": "im:history",
    "user_change": "users:read",
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
}


@pytest.fixture
def features() -> dict[str, Any]:
    loaded: dict[str, Any] = manifest.load()
    return loaded


def used_methods() -> set[str]:
    """Every Web API method that the code names, as a string or as a method of the SDK's client."""
    found: set[str] = set()
    for folder in ("bot", "handlers"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            found |= set(re.findall(rf'"((?:{FAMILIES})\.[a-zA-Z.]+)"', text))
            found |= {f"views.{verb}" for verb in re.findall(r"\.views_(open|push|update|publish)\b", text)}
    return found


def test_every_command_shortcut_and_event_has_a_listener_and_the_other_way_round(features: dict[str, Any]) -> None:
    heard = listened_to()
    assert {each["command"] for each in features["features"]["slash_commands"]} == heard.commands
    assert {each["callback_id"] for each in features["features"]["shortcuts"]} == heard.shortcuts
    subscribed = {event.partition(".")[0] for event in features["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == heard.events


def test_every_scope_is_needed_and_every_needed_scope_is_there(features: dict[str, Any]) -> None:
    methods = used_methods()
    assert methods <= SCOPE_OF.keys(), "say here which scope it needs"
    needed = {SCOPE_OF[method] for method in methods} | {"commands"}
    needed |= {kind for scope in needed & KINDS.keys() for kind in KINDS[str(scope)]}
    needed |= {EVENT_NEEDS[event] for event in features["settings"]["event_subscriptions"]["bot_events"]}
    assert needed - {None} == set(features["oauth_config"]["scopes"]["bot"])


def test_what_an_installer_may_decline_is_among_the_scopes(features: dict[str, Any]) -> None:
    scopes = features["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) < set(scopes["bot"])
    assert {"commands", "chat:write", "im:write", "users:read"}.isdisjoint(scopes["bot_optional"])


def test_it_keeps_to_slacks_limits(features: dict[str, Any]) -> None:
    shown = features["display_information"]
    assert features["_metadata"]["major_version"] == 2
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(features["features"]["shortcuts"]) <= 10
    assert all(len(each["name"]) <= 24 for each in features["features"]["shortcuts"])
    assert RESERVED.isdisjoint(each["command"] for each in features["features"]["slash_commands"])


def test_people_can_write_to_the_bot_and_guests_can_open_it(features: dict[str, Any]) -> None:
    home = features["features"]["app_home"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]
    assert "agent_view" not in features["features"]


def test_it_is_printed_as_it_was_written_where_nothing_differs() -> None:
    assert manifest.for_settings(load()) == (ROOT / "manifest.yml").read_text()


def test_configured_command_names_are_in_it() -> None:
    printed = yaml.safe_load(manifest.for_settings(load(BACKBEAT_COMMAND_DECIDE="/log-decision")))
    commands = {each["command"] for each in printed["features"]["slash_commands"]}
    assert "/log-decision" in commands
    assert "/decide" not in commands


def test_with_a_public_address_it_is_for_http() -> None:
    settings = load(BACKBEAT_PUBLIC_URL="https://bot.example.com", SLACK_SIGNING_SECRET="s")
    printed = yaml.safe_load(manifest.for_settings(settings))
    url = "https://bot.example.com/slack/events"
    assert printed["settings"]["socket_mode_enabled"] is False
    assert printed["settings"]["interactivity"]["request_url"] == url
    assert printed["settings"]["event_subscriptions"]["request_url"] == url
    assert all(each["url"] == url for each in printed["features"]["slash_commands"])


def test_the_agent_view_is_there_only_when_asked_for() -> None:
    printed = yaml.safe_load(manifest.for_settings(load(), agent=True))
    assert len(printed["features"]["agent_view"]["suggested_prompts"]) <= 4
