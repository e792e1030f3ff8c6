"""What Slack sends an app when somebody uses it: commands, shortcuts, clicks, submissions."""

import re
from collections.abc import Mapping
from typing import Any

from playground.channels import Channel
from playground.messages import Json, Message
from playground.people import Person
from playground.views import State, View
from playground.world import World

TOKEN = "playground"  # noqa: S105 - the old verification token, which nobody checks any more
_MENTION = re.compile(r"(?<![\w<])([@#])([\w.-]*\w)")
_SPECIAL = re.compile(r"<[@#][^<>]+>|[&<>]")
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def command(world: World, person: Person, channel: Channel, word: str, text: str) -> dict[str, str]:
    """The form of a slash command, without what it may be answered by."""
    definition = world.grants.commands[word]
    return {
        "token": TOKEN,
        "team_id": world.spec.team_id,
        "team_domain": world.spec.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": word,
        "text": escaped(world, text) if definition.get("should_escape") else text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
    }


def escaped(world: World, text: str) -> str:
    """What people type, as Slack hands it over with `should_escape`: entities, and ids in mentions."""
    safe = _SPECIAL.sub(lambda found: _ENTITY.get(found[0], found[0]), text)
    return _MENTION.sub(lambda found: _mention(world, found), safe)


def _mention(world: World, found: re.Match[str]) -> str:
    mark, name = found[1], found[2]
    if mark == "@":
        person = next((each for each in world.people.values() if each.name == name), None)
        group = next((each for each in world.spec.groups if each.handle == name and not each.is_disabled), None)
        if group is not None:
            return f"<!subteam^{group.id}|@{name}>"
        return f"<@{person.id}|{name}>" if person else found[0]
    channel = next((each for each in world.channels.values() if not each.is_dm and each.name == name), None)
    return f"<#{channel.id}|{name}>" if channel else found[0]


def message_shortcut(world: World, person: Person, channel: Channel, message: Message, callback_id: str) -> Json:
    shown = world.message_object(channel, message)
    return _common(world, person, "message_action") | {
        "action_ts": _ts(world),
        "callback_id": callback_id,
        "channel": _channel(channel),
        "message_ts": message.ts,
        "message": shown,
    }


def global_shortcut(world: World, person: Person, callback_id: str) -> Json:
    return _common(world, person, "shortcut") | {"action_ts": _ts(world), "callback_id": callback_id}


def click_on_message(world: World, person: Person, channel: Channel, message: Message, state: State) -> Json:
    """A click in a message. An ephemeral one is not in the payload: only where it is."""
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = message.only_for is not None
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    made = _common(world, person, "block_actions") | {"container": container, "channel": _channel(channel)}
    if message.only_for is None:
        made["message"] = world.message_object(channel, message)
    return made | {"state": {"values": state}}


def click_on_view(world: World, person: Person, view: View, state: State) -> Json:
    container = {"type": "view", "view_id": view.id}
    return _common(world, person, "block_actions") | {"container": container, "view": world.view_object(view, state)}


def action(world: World, element: Mapping[str, Any], block_id: str, given: Mapping[str, Any]) -> Json:
    """What was done with an element: what the element says of itself, and what was chosen or typed."""
    made: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    made |= {name: element[name] for name in ("text", "value", "style") if name in element}
    made |= {name: value for name, value in given.items() if name not in {"type", "action_id", "block_id"}}
    return {name: value for name, value in made.items() if value is not None} | {"action_ts": _ts(world)}


def submission(world: World, person: Person, view: View, state: State) -> Json:
    shown = world.view_object(view, state)
    return _common(world, person, "view_submission") | {"view": shown, "response_urls": []}


def closed(world: World, person: Person, view: View, *, is_cleared: bool) -> Json:
    shown = world.view_object(view)
    return _common(world, person, "view_closed") | {"view": shown, "is_cleared": is_cleared}


def suggestion(
    world: World, person: Person, place: Json, element: Mapping[str, Any], *, block_id: str, value: str
) -> Json:
    asked = {"action_id": element["action_id"], "block_id": block_id, "value": value}
    return _common(world, person, "block_suggestion") | place | asked


def _common(world: World, person: Person, kind: str) -> Json:
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}
    return {
        "type": kind,
        "token": TOKEN,
        "api_app_id": world.app.id,
        "team": {"id": world.spec.team_id, "domain": world.spec.domain},
        "user": user,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel_name(channel: Channel) -> str:
    """Commands and clicks name private places by what they are."""
    return {"public": channel.name, "private": "privategroup", "im": "directmessage", "mpim": channel.name}[
        channel.kind
    ]


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": _channel_name(channel)}


def _ts(world: World) -> str:
    return f"{world.now():.6f}"
