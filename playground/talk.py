"""What happens in a conversation: saying, changing, taking back, reacting, coming and going. Each tells the app."""

from collections.abc import Sequence

from playground.channels import Channel
from playground.events import Events
from playground.messages import Json, Message, with_ids
from playground.world import World

LONGEST_TEXT = 40_000  # characters; Slack cuts what is longer


class Talk:
    def __init__(self, world: World, events: Events) -> None:
        self._world = world
        self._events = events

    def post(
        self,
        channel: Channel,
        user: str,
        text: str,
        *,
        blocks: Sequence[Json] = (),
        thread_ts: str | None = None,
        broadcast: bool = False,
        metadata: Json | None = None,
        files: Sequence[Json] = (),
        subtype: str | None = None,
    ) -> Message:
        message = Message(
            channel.free_ts(self._world.now()),
            user,
            text[:LONGEST_TEXT],
            with_ids(blocks),
            thread_ts,
            subtype or ("thread_broadcast" if broadcast and thread_ts else None),
            by_app=user == self._world.bot and subtype is None,
            metadata=metadata,
            files=list(files),
            is_broadcast=broadcast and thread_ts is not None,
        )
        channel.add(message)
        channel.last_read[user] = message.ts
        self._events.said(channel, message)
        self._world.changed()
        return message

    def ephemeral(
        self, channel: Channel, only_for: str, text: str, *, blocks: Sequence[Json] = (), thread_ts: str | None = None,
        user: str | None = None,
    ) -> Message:  # fmt: skip
        """A message that one person sees, until they reload. By the app, unless `user` is given."""
        author = user or self._world.bot
        message = Message(
            self._free_ephemeral_ts(channel), author, text[:LONGEST_TEXT], with_ids(blocks), thread_ts,
            by_app=author == self._world.bot, only_for=only_for,
        )  # fmt: skip
        channel.show_ephemeral(message)
        self._world.changed()
        return message

    def _free_ephemeral_ts(self, channel: Channel) -> str:
        moment = self._world.now()
        while channel.ephemeral(ts := channel.free_ts(moment)):
            moment += 0.000_001
        return ts

    def edit(
        self,
        channel: Channel,
        message: Message,
        *,
        text: str | None,
        blocks: Sequence[Json] | None,
        metadata: Json | None = None,
    ) -> None:
        """None keeps what is there; an empty list or dict takes it away."""
        before = self._world.message_object(channel, message)
        if text is not None:
            message.text = text[:LONGEST_TEXT]
        if blocks is not None:
            message.show(with_ids(blocks))
        if metadata is not None:
            message.metadata = metadata or None
        message.edited = {"user": message.user, "ts": f"{self._world.now():.6f}"}
        if message.only_for is None:
            self._events.edited(channel, message, before)
        self._world.changed()

    def remove(self, channel: Channel, message: Message) -> None:
        """The message goes; one with replies leaves a mark where it was."""
        if message.only_for is not None:
            channel.drop_ephemeral(message.ts)
            self._world.changed()
            return
        before = self._world.message_object(channel, message)
        if len(channel.thread(message.ts)) > 1:
            message.text, message.subtype, message.is_deleted = "This message was deleted.", "tombstone", True
            message.show([])
        else:
            channel.remove(message.ts)
        self._events.removed(channel, before)
        self._world.changed()

    def react(self, channel: Channel, message: Message, person: str, name: str) -> bool:
        """False if they had reacted so already."""
        people = message.reactions.setdefault(name, [])
        if person in people:
            return False
        people.append(person)
        self._events.reacted(channel, message, person, name, added=True)
        self._world.changed()
        return True

    def unreact(self, channel: Channel, message: Message, person: str, name: str) -> bool:
        people = message.reactions.get(name, [])
        if person not in people:
            return False
        people.remove(person)
        if not people:
            del message.reactions[name]
        self._events.reacted(channel, message, person, name, added=False)
        self._world.changed()
        return True

    # --- coming and going ---------------------------------------------------------------------------------------------

    def join(self, channel: Channel, person: str, *, inviter: str | None = None) -> bool:
        """False if they were there already."""
        if person in channel.members:
            return False
        channel.members.append(person)
        words = f"<@{person}> has joined the channel"
        self._events.joined(channel, person, inviter)
        self.post(channel, person, words, subtype="group_join" if channel.kind == "private" else "channel_join")
        return True

    def leave(self, channel: Channel, person: str) -> bool:
        if person not in channel.members:
            return False
        channel.members.remove(person)
        self._events.left(channel, person)
        words = f"<@{person}> has left the channel"
        self.post(channel, person, words, subtype="group_leave" if channel.kind == "private" else "channel_leave")
        return True
