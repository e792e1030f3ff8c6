"""What the page shows a person: their conversations, the one they look at, their modals, the app's Home."""

from datetime import UTC, datetime

from playground.channels import Channel, order
from playground.messages import Json, Message
from playground.people import Person, local_time
from playground.world import World


class PageState:
    def __init__(self, world: World) -> None:
        self._world = world

    def viewer(self, name: str | None) -> Person:
        """The person of that id; the first of the workspace where there is none."""
        found = self._world.people.get(name or "")
        if found is not None and found.is_human:
            return found
        return next(person for person in self._world.people.values() if person.is_human)

    def of(self, person: Person, channel: str | None, thread: str | None, *, connected: bool) -> Json:
        """Everything but the demo's controls."""
        world = self._world
        talk = None if channel == "home" else self._conversation(person, channel)
        home = world.homes.get(person.id)
        shortcuts = [each for each in world.grants.shortcuts if each.get("type") == "message"]
        return {
            "version": world.version,
            "now": datetime.fromtimestamp(world.now(), UTC).isoformat().replace("+00:00", "Z"),
            "team": {"id": world.spec.team_id, "name": world.spec.team_name},
            "app": {"id": world.app.id, "name": world.app.name, "user": world.bot, "connected": connected},
            "me": self._user(person),
            "users": [self._user(each) for each in world.people.values() if each.is_human or each.id == world.bot],
            "groups": [{"id": each.id, "name": each.handle} for each in world.spec.groups],
            "channels": [self._entry(each, person) for each in self._listed(person)],
            "conversation": self._shown(talk, person) if talk else None,
            "thread": self._thread(talk, person, thread) if talk and thread else None,
            "modal": [world.view_object(view) for view in world.stacks.get(person.id, [])],
            "home": {"view": world.view_object(home) if home else None},
            "commands": list(world.grants.commands.values()),
            "message_shortcuts": shortcuts,
            "toasts": [],
        }

    def _user(self, person: Person) -> Json:
        local = local_time(person, self._world.now())
        return {
            "id": person.id,
            "name": person.name,
            "real_name": person.real_name,
            "title": person.title,
            "tz": person.tz,
            "tz_label": person.tz.rpartition("/")[2].replace("_", " "),
            "local_time": f"{local:%a %H:%M}",
            "is_bot": person.is_bot,
            "is_guest": person.is_guest,
            "is_admin": person.is_admin,
            "deleted": person.deleted,
            "color": person.colour,
        }

    # --- the sidebar --------------------------------------------------------------------------------------------------

    def _listed(self, person: Person) -> list[Channel]:
        kinds = {"public": 0, "private": 0, "mpim": 1, "im": 1}
        seen = [each for each in self._world.seen_by(person.id) if not each.is_archived]
        return sorted(seen, key=lambda each: kinds[each.kind])

    def _entry(self, channel: Channel, person: Person) -> Json:
        unread = self._unread(channel, person)
        mention = f"<@{person.id}"
        return {
            "id": channel.id,
            "name": self._name(channel, person),
            "type": channel.kind,
            "topic": channel.topic,
            "member": person.id in channel.members,
            "with": channel.partner(person.id),
            "unread": len(unread),
            "mentions": len(unread) if channel.is_dm else sum(mention in each.text for each in unread),
        }

    def _name(self, channel: Channel, person: Person) -> str:
        if not channel.is_dm:
            return channel.name
        others = [self._world.people[each].real_name for each in channel.members if each != person.id]
        return ", ".join(others) or f"{person.real_name} (you)"

    def _unread(self, channel: Channel, person: Person) -> list[Message]:
        if person.id not in channel.members:
            return []
        read = order(channel.last_read.get(person.id, "0.0"))
        return [each for each in channel.roots() if order(each.ts) > read and each.user != person.id]

    # --- the conversation ---------------------------------------------------------------------------------------------

    def _conversation(self, person: Person, name: str | None) -> Channel | None:
        listed = self._listed(person)
        return next((each for each in listed if each.id == name), None) or next(iter(listed), None)

    def _shown(self, channel: Channel, person: Person) -> Json:
        private = [each for each in channel.ephemerals_of(person.id) if not each.is_reply]
        messages = sorted([*channel.roots(), *private], key=lambda each: order(each.ts))
        return {
            "id": channel.id,
            "name": self._name(channel, person),
            "type": channel.kind,
            "topic": channel.topic,
            "members": list(channel.members),
            "messages": [self._message(channel, each) for each in messages],
        }

    def _thread(self, channel: Channel, person: Person, ts: str) -> Json | None:
        thread = channel.thread(ts)
        if not thread:
            return None
        private = [each for each in channel.ephemerals_of(person.id) if each.thread_ts == ts and each.is_reply]
        replies = sorted([*thread[1:], *private], key=lambda each: order(each.ts))
        return {
            "root": self._message(channel, thread[0]),
            "replies": [self._message(channel, each) for each in replies],
        }

    def _message(self, channel: Channel, message: Message) -> Json:
        author = self._world.people.get(message.user)
        shown = self._world.message_object(channel, message)
        return shown | {
            "name": author.real_name if author else message.user,
            "bot": message.by_app,
            "ephemeral": message.only_for is not None,
            "deleted": message.is_deleted,
            "permalink": self._world.permalink(channel, message),
            "reactions": shown.get("reactions", []),
            "files": [each | {"url": each.get("url_private")} for each in message.files],
        }
