"""Which events the app hears of: those its manifest subscribes to, has the scope for, and is in the room for."""

import secrets
from collections.abc import Callable

from playground.channels import CHANNEL_TYPE, FAMILY, Channel
from playground.messages import Json, Message
from playground.people import Person
from playground.world import World

# The scope that an event needs besides its subscription. Those that depend on the kind of channel are asked with it.
SCOPES = {
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "user_status_changed": "users:read",
}


class Events:
    """`send` is given each event that goes out, wrapped as Slack wraps it."""

    def __init__(self, world: World, send: Callable[[Json], None]) -> None:
        self._world = world
        self._send = send

    # --- messages -----------------------------------------------------------------------------------------------------

    def said(self, channel: Channel, message: Message) -> None:
        """A new message, by a person or by an app."""
        event = self._in(channel, self._world.message_object(channel, message), message.ts)
        if message.is_reply:
            root = channel.get(message.thread_ts or "")
            event["parent_user_id"] = root.user if root else None
        self._message(channel, event)
        mentioned = f"<@{self._world.bot}" in message.text and not message.by_app
        if mentioned and not channel.is_dm and message.subtype is None:
            self._emit("app_mention", channel, {**event, "type": "app_mention"})

    def edited(self, channel: Channel, message: Message, before: Json) -> None:
        now = self._world.message_object(channel, message)
        self._changed(channel, {"subtype": "message_changed", "message": now, "previous_message": before})

    def removed(self, channel: Channel, before: Json) -> None:
        self._changed(channel, {"subtype": "message_deleted", "deleted_ts": before["ts"], "previous_message": before})

    def _changed(self, channel: Channel, what: Json) -> None:
        ts = channel.free_ts(self._world.now())
        self._message(channel, self._in(channel, {"type": "message", "hidden": True, "ts": ts, **what}, ts))

    def _message(self, channel: Channel, event: Json) -> None:
        family = FAMILY[channel.kind]
        self._emit(f"message.{family}", channel, event, scope=f"{family}:history")

    def _in(self, channel: Channel, event: Json, ts: str) -> Json:
        return {**event, "channel": channel.id, "channel_type": CHANNEL_TYPE[channel.kind], "event_ts": ts}

    # --- people and rooms ---------------------------------------------------------------------------------------------

    def joined(self, channel: Channel, person: str, inviter: str | None) -> None:
        event = self._membership("member_joined_channel", channel, person)
        if inviter:
            event["inviter"] = inviter
        self._emit("member_joined_channel", channel, event, scope=f"{FAMILY[channel.kind]}:read")

    def left(self, channel: Channel, person: str) -> None:
        """Those who stay hear of it; the app that has to go is told by `channel_left` alone."""
        if person != self._world.bot:
            event = self._membership("member_left_channel", channel, person)
            self._emit("member_left_channel", channel, event, scope=f"{FAMILY[channel.kind]}:read")
            return
        name = "group_left" if channel.kind == "private" else "channel_left"
        event = {"type": name, "channel": channel.id, "actor_id": person, "event_ts": self._ts()}
        self._emit(name, None, event, scope=f"{FAMILY[channel.kind]}:read")

    def _membership(self, kind: str, channel: Channel, person: str) -> Json:
        letter = "G" if channel.kind == "private" else "C"
        team = self._world.spec.team_id
        made: Json = {"type": kind, "user": person, "channel": channel.id, "channel_type": letter, "team": team}
        return made | {"event_ts": self._ts()}

    def reacted(self, channel: Channel, message: Message, person: str, name: str, *, added: bool) -> None:
        kind = "reaction_added" if added else "reaction_removed"
        item = {"type": "message", "channel": channel.id, "ts": message.ts}
        event = {"type": kind, "user": person, "reaction": name, "item": item, "item_user": message.user}
        self._emit(kind, channel, {**event, "event_ts": self._ts()})

    def person_changed(self, person: Person, *, status: bool) -> None:
        stamp = {"cache_ts": int(self._world.now()), "event_ts": self._ts()}
        for name in ("user_change", *(("user_status_changed",) if status else ())):
            self._emit(name, None, {"type": name, "user": self._world.user_object(person), **stamp})

    def opened_app(self, person: str, tab: str) -> None:
        """Somebody looks at the app: at its Home, or at its messages."""
        channel = self._world.direct(person, self._world.bot)
        event: Json = {"type": "app_home_opened", "user": person, "channel": channel.id, "tab": tab}
        view = self._world.homes.get(person)
        if tab == "home" and view is not None:
            event["view"] = self._world.view_object(view)
        self._emit("app_home_opened", None, {**event, "event_ts": self._ts()})

    # --- sending ------------------------------------------------------------------------------------------------------

    def _emit(self, name: str, channel: Channel | None, event: Json, *, scope: str | None = None) -> None:
        world, needed = self._world, scope or SCOPES.get(name)
        if name not in world.grants.events or (needed is not None and needed not in world.grants.scopes):
            return
        if channel is not None and world.bot not in channel.members:
            return
        self._send(self._wrapped(event, channel))

    def _wrapped(self, event: Json, channel: Channel | None) -> Json:
        world = self._world
        team = world.spec.team_id
        author = {"enterprise_id": None, "team_id": team, "user_id": world.bot, "is_bot": True}
        return {
            "token": "playground",
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": world.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}",
            "event_time": int(world.now()),
            "authorizations": [{**author, "is_enterprise_install": False}],
            "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
            "event_context": secrets.token_hex(16),
        }

    def _ts(self) -> str:
        return f"{self._world.now():.6f}"
