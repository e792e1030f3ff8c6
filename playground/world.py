"""The workspace as it is now: people, conversations, views, and who is told when it changes. Belongs to one thread."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

from playground.channels import Channel, Kind
from playground.errors import Refused
from playground.files import File
from playground.manifest import Grants
from playground.messages import Author, Json, Message, message_object
from playground.people import SLACKBOT, Person, person_from, user_object
from playground.spec import ChannelSpec, WorkspaceSpec
from playground.tickets import Tickets
from playground.views import DEEPEST, State, View, new_hash, new_view, view_object
from playground.views import Kind as ViewKind

FOUNDED = 1_577_836_800  # 1 January 2020: when the channels were made


class World:
    def __init__(self, spec: WorkspaceSpec, now: Callable[[], float]) -> None:
        self.spec = spec
        self.app = spec.app
        self.now = now
        self.url = ""  # known once the server listens
        self.grants = Grants(spec.app)
        self.author = Author(spec.app.id, spec.app.bot_id, spec.app.bot_user_id, spec.app.name, spec.team_id)
        self.tickets = Tickets(now)
        self.version = 0
        self.on_change: list[Callable[[], None]] = []
        self.people: dict[str, Person] = {person.id: person_from(person, spec.team_id) for person in spec.people}
        self._add_bots()
        self.channels: dict[str, Channel] = {}
        for channel in spec.channels:
            self._add_channel(channel)
        for person in list(self.people.values()):
            if person.is_human and not person.deleted and person.team_id == spec.team_id:
                self.direct(person.id, self.app.bot_user_id)
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}

    def _add_bots(self) -> None:
        app, team = self.app, self.spec.team_id
        name = app.name.lower().replace(" ", "_")
        self.people[app.bot_user_id] = Person(
            app.bot_user_id, name, app.name, "UTC", team, is_bot=True, bot_id=app.bot_id
        )
        self.people[SLACKBOT] = Person(SLACKBOT, "slackbot", "Slackbot", "UTC", team)

    def _add_channel(self, spec: ChannelSpec) -> None:
        members = [*spec.members, *([self.app.bot_user_id] if spec.has_app else [])]
        self.channels[spec.id] = Channel(
            spec.id,
            spec.name,
            "private" if spec.is_private else "public",
            FOUNDED,
            topic=spec.topic,
            members=list(dict.fromkeys(members)),
            is_archived=spec.is_archived,
            is_ext_shared=spec.is_ext_shared,
        )

    def changed(self) -> None:
        """Somebody may see something else from now on."""
        self.version += 1
        for tell in self.on_change:
            tell()

    # --- finding ------------------------------------------------------------------------------------------------------

    @property
    def bot(self) -> str:
        return self.app.bot_user_id

    def is_in(self, channel: Channel, person: str) -> bool:
        return person in channel.members

    def seen_by(self, person: str) -> Iterator[Channel]:
        """What a person may look at: public channels, and the others that they are in. Guests see only the latter."""
        known = self.people.get(person)
        at_home = known is not None and not known.is_guest and known.team_id == self.spec.team_id
        for channel in self.channels.values():
            if self.is_in(channel, person) or (channel.kind == "public" and at_home):
                yield channel

    def channel_for_bot(self, name: str) -> Channel:
        """The conversation with this id, or channel with this name. One that is hidden from the bot is not found."""
        channel = self.channels.get(name) or self._named(name.removeprefix("#"))
        if channel is None or (channel.is_private and not self.is_in(channel, self.bot)):
            raise Refused("channel_not_found")
        return channel

    def _named(self, name: str) -> Channel | None:
        return next((each for each in self.channels.values() if not each.is_dm and each.name == name), None)

    def direct(self, *people: str) -> Channel:
        """The direct message between these people; made where there is none yet."""
        members = sorted(set(people))
        kind: Kind = "im" if len(members) <= 2 else "mpim"
        for channel in self.channels.values():
            if channel.is_dm and sorted(channel.members) == members:
                return channel
        made = f"{'D' if kind == 'im' else 'G'}{secrets.token_hex(5).upper()}"
        name = "" if kind == "im" else f"mpdm-{'--'.join(self.people[each].name for each in members)}-1"
        self.channels[made] = Channel(made, name, kind, int(self.now()), members=members)
        return self.channels[made]

    # --- as Slack shows them ------------------------------------------------------------------------------------------

    def user_object(self, person: Person) -> Json:
        return user_object(person, team_id=self.spec.team_id, now=self.now())

    def message_object(self, channel: Channel, message: Message, *, with_metadata: bool = False) -> Json:
        replies = [] if message.is_reply else channel.thread(message.ts)[1:]
        return message_object(message, self.author, replies=replies, with_metadata=with_metadata)

    def view_object(self, view: View, state: State | None = None) -> Json:
        app = self.app
        return view_object(view, team_id=self.spec.team_id, app_id=app.id, bot_id=app.bot_id, state=state)

    def permalink(self, channel: Channel, message: Message) -> str:
        link = f"{self.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
        return f"{link}?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else link

    # --- views --------------------------------------------------------------------------------------------------------

    def new_view(self, kind: ViewKind, user: str, source: Json, below: View | None = None) -> View:
        return new_view(
            kind, user, source, view_id=f"V{secrets.token_hex(5).upper()}", new_hash=new_hash(self.now()), below=below
        )

    def redraw(self, view: View, source: Json) -> None:
        view.redraw(source, new_hash(self.now()))
        self.changed()

    def open_views(self) -> Iterator[View]:
        for stack in self.stacks.values():
            yield from stack
        yield from self.homes.values()

    def view(self, view_id: str) -> View | None:
        return next((view for view in self.open_views() if view.id == view_id), None)

    def put_on_top(self, user: str, source: Json) -> View:
        """A view over those that the person has open."""
        stack = self.stacks.setdefault(user, [])
        if len(stack) >= DEEPEST:
            raise Refused("push_limit_reached")
        view = self.new_view("modal", user, source, stack[-1] if stack else None)
        stack.append(view)
        self.changed()
        return view

    def take_away(self, view: View) -> None:
        stack = self.stacks.get(view.user, [])
        self.stacks[view.user] = [each for each in stack if each.id != view.id]
        self.changed()

    def snapshot(self) -> dict[str, Any]:
        """A little of everything, for somebody who wonders what is there."""
        return {
            "modals": {
                user: [view.source.get("title") for view in stack] for user, stack in self.stacks.items() if stack
            },
            "channels": {
                channel.name or channel.id: [f"{each.ts} {each.user}: {each.text[:100]}" for each in found[-5:]]
                for channel in self.channels.values()
                if (found := channel.everything())
            },
        }
