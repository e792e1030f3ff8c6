"""What a person does in the workspace, by name: what the page sends, and what tests and the demo call."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from playground import builtins
from playground.channels import Channel
from playground.errors import Declined
from playground.interactions import Interactions
from playground.messages import Json, Message
from playground.office import Office
from playground.people import CHANGEABLE, Person
from playground.submissions import Submissions
from playground.views import View

Act = Callable[[Person, Mapping[str, Any]], Awaitable[Json]]


class Acts:
    """Each act takes who does it and what the page sent, and answers without its "ok"; or raises Declined."""

    def __init__(self, office: Office, interactions: Interactions, submissions: Submissions) -> None:
        self._office = office
        self._world = office.world
        self._interactions = interactions
        self._submissions = submissions
        self._acts: dict[str, Act] = {
            "say": self._say, "edit": self._edit, "delete": self._delete, "react": self._react,
            "unreact": self._unreact, "mark_read": self._mark_read, "slash": self._slash,
            "message_shortcut": self._message_shortcut, "shortcut": self._global_shortcut, "click": self._click,
            "options": self._options, "submit": self._submit, "close_view": self._close_view, "join": self._join,
            "leave": self._leave, "invite": self._invite, "kick": self._kick, "open_dm": self._open_dm,
            "open_home": self._open_home, "set_person": self._set_person, "set_dnd": self._set_dnd,
            "archive": self._archive,
        }  # fmt: skip

    async def do(self, who: str, what: str, args: Mapping[str, Any]) -> Json:
        """{"ok": true, …} or {"ok": false, "error": the words that Slack's client would show, …}."""
        person, act = self._world.people.get(who), self._acts.get(what)
        if person is None or act is None:
            return {"ok": False, "error": f"No {'such person' if person is None else f'act {what!r}'} here."}
        try:
            return {"ok": True, **await act(person, args)}
        except Declined as declined:
            return {"ok": False, "error": str(declined), **declined.extra}

    # --- talking ------------------------------------------------------------------------------------------------------

    async def _say(self, person: Person, args: Mapping[str, Any]) -> Json:
        channel = self._place(person, args)
        text, thread_ts = str(args.get("text") or "").strip(), str(args.get("thread_ts") or "") or None
        if not text:
            raise Declined("There is nothing to send.")
        if thread_ts is not None and not channel.thread(thread_ts):
            raise Declined("That thread is gone.")
        partner = self._world.people.get(channel.partner(person.id) or "")
        if partner is not None and partner.id == self._world.bot and not self._world.grants.takes_messages:
            raise Declined("Sending messages to this app has been turned off.")
        message = self._office.talk.post(
            channel, person.id, text, thread_ts=thread_ts, broadcast=bool(args.get("broadcast"))
        )
        return {"ts": message.ts}

    async def _edit(self, person: Person, args: Mapping[str, Any]) -> Json:
        channel, message = self._own(person, args)
        self._office.talk.edit(channel, message, text=str(args.get("text") or ""), blocks=None)
        return {}

    async def _delete(self, person: Person, args: Mapping[str, Any]) -> Json:
        self._office.talk.remove(*self._own(person, args))
        return {}

    async def _react(self, person: Person, args: Mapping[str, Any]) -> Json:
        channel, message = self._message(person, args)
        self._office.talk.react(channel, message, person.id, str(args.get("name")))
        return {}

    async def _unreact(self, person: Person, args: Mapping[str, Any]) -> Json:
        channel, message = self._message(person, args)
        self._office.talk.unreact(channel, message, person.id, str(args.get("name")))
        return {}

    async def _mark_read(self, person: Person, args: Mapping[str, Any]) -> Json:
        """One conversation; without one, all of them."""
        named = [self._seen(person, args)] if args.get("channel") else list(self._world.seen_by(person.id))
        for channel in named:
            messages = channel.everything()
            if messages and channel.last_read.get(person.id) != messages[-1].ts:
                channel.last_read[person.id] = messages[-1].ts
                self._world.changed()
        return {}

    # --- using the app ------------------------------------------------------------------------------------------------

    async def _slash(self, person: Person, args: Mapping[str, Any]) -> Json:
        channel = self._place(person, args)
        word, _, text = str(args.get("text") or "").strip().partition(" ")
        if word not in self._world.grants.commands:
            if word in builtins.RESERVED:
                builtins.run(self._office, person, channel, word, text)
                return {}
            raise Declined(f'{word} is not a valid command. In Slack, all messages that start with "/" are commands.')
        if args.get("thread_ts"):
            raise Declined(f"{word} is not supported in threads. Sorry!")
        return await self._interactions.command(person, channel, word, text.strip())

    def _needs_interactivity(self) -> None:
        if not self._world.grants.is_interactive:
            raise Declined("This app is not configured to handle interactive responses.")

    async def _message_shortcut(self, person: Person, args: Mapping[str, Any]) -> Json:
        self._needs_interactivity()
        channel, message = self._message(person, args)
        callback_id = str(args.get("callback_id"))
        if self._world.grants.shortcut(callback_id, "message") is None:
            raise Declined("There is no such shortcut.")
        return await self._interactions.message_shortcut(person, channel, message, callback_id)

    async def _global_shortcut(self, person: Person, args: Mapping[str, Any]) -> Json:
        self._needs_interactivity()
        callback_id = str(args.get("callback_id"))
        if self._world.grants.shortcut(callback_id, "global") is None:
            raise Declined("There is no such shortcut.")
        return await self._interactions.global_shortcut(person, callback_id)

    async def _click(self, person: Person, args: Mapping[str, Any]) -> Json:
        self._needs_interactivity()
        held = self._held(person, args)
        if isinstance(held, View):
            return await self._interactions.click_on_view(person, held, args)
        return await self._interactions.click_on_message(person, *held, args)

    async def _options(self, person: Person, args: Mapping[str, Any]) -> Json:
        held = self._held(person, args)
        if isinstance(held, View):
            place: Json = {"container": {"type": "view", "view_id": held.id}, "view": self._world.view_object(held)}
            return await self._interactions.options(person, place, held.elements, dict(args))
        channel, message = held
        container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
        place = {"container": container, "channel": {"id": channel.id, "name": channel.name}}
        return await self._interactions.options(person, place, message.elements, dict(args))

    async def _submit(self, person: Person, args: Mapping[str, Any]) -> Json:
        self._needs_interactivity()
        view, state = self._open_view(person, args), args.get("state")
        return await self._submissions.submit(person, view, state if isinstance(state, Mapping) else None)

    async def _close_view(self, person: Person, args: Mapping[str, Any]) -> Json:
        self._submissions.close(person, self._open_view(person, args))
        return {}

    async def _open_home(self, person: Person, _: Mapping[str, Any]) -> Json:
        if not self._world.grants.has_home:
            raise Declined("This app has no Home.")
        self._office.events.opened_app(person.id, "home")
        return {}

    async def _open_dm(self, person: Person, args: Mapping[str, Any]) -> Json:
        """The direct message with somebody; without anybody named, the one with the app."""
        other = str(args.get("user") or self._world.bot)
        if other not in self._world.people:
            raise Declined("There is no such person.")
        channel = self._world.direct(person.id, other)
        if other == self._world.bot:
            self._office.events.opened_app(person.id, "messages")
        self._world.changed()
        return {"channel": channel.id}

    # --- coming and going ---------------------------------------------------------------------------------------------

    async def _join(self, person: Person, args: Mapping[str, Any]) -> Json:
        builtins.join(self._office, person, self._seen(person, args))
        return {}

    async def _leave(self, person: Person, args: Mapping[str, Any]) -> Json:
        builtins.leave(self._office, person, self._seen(person, args))
        return {}

    async def _invite(self, person: Person, args: Mapping[str, Any]) -> Json:
        builtins.invite(self._office, person, self._seen(person, args), self._somebody(args))
        return {}

    async def _kick(self, person: Person, args: Mapping[str, Any]) -> Json:
        builtins.leave(self._office, self._somebody(args), self._place(person, args))
        return {}

    async def _archive(self, person: Person, args: Mapping[str, Any]) -> Json:
        self._place(person, args).is_archived = True
        self._world.changed()
        return {}

    async def _set_person(self, person: Person, args: Mapping[str, Any]) -> Json:
        """Change a profile (one's own, or `user`'s): the fields of CHANGEABLE."""
        subject = self._somebody(args) if args.get("user") else person
        changes = {name: value for name, value in args.items() if name != "user"}
        for name, value in changes.items():
            if name not in CHANGEABLE or not isinstance(value, CHANGEABLE[name]):
                raise Declined(f"A profile has no such {name}.")
            setattr(subject, name, value)
        subject.updated = int(self._world.now())
        self._office.events.person_changed(subject, status=any(name.startswith("status_") for name in changes))
        self._world.changed()
        return {}

    async def _set_dnd(self, person: Person, args: Mapping[str, Any]) -> Json:
        """Do not disturb for so many `minutes` from now on; 0 ends it."""
        minutes = args.get("minutes")
        if not isinstance(minutes, int) or minutes < 0:
            raise Declined("For how many minutes?")
        person.dnd_until = self._world.now() + minutes * 60
        self._world.changed()
        return {}

    # --- finding what the page means ----------------------------------------------------------------------------------

    def _seen(self, person: Person, args: Mapping[str, Any]) -> Channel:
        found = next((each for each in self._world.seen_by(person.id) if each.id == args.get("channel")), None)
        if found is None:
            raise Declined("There is no such conversation.")
        return found

    def _place(self, person: Person, args: Mapping[str, Any]) -> Channel:
        """A conversation to write in."""
        channel = self._seen(person, args)
        if person.id not in channel.members:
            raise Declined(f"You are not in #{channel.name}. Join it first.")
        if channel.is_archived:
            raise Declined(f"#{channel.name} is archived.")
        return channel

    def _message(self, person: Person, args: Mapping[str, Any]) -> tuple[Channel, Message]:
        channel = self._seen(person, args)
        message = channel.get(str(args.get("ts")))
        if message is None or message.is_deleted:
            raise Declined("That message is gone.")
        return channel, message

    def _own(self, person: Person, args: Mapping[str, Any]) -> tuple[Channel, Message]:
        channel, message = self._message(person, args)
        if message.user != person.id:
            raise Declined("That message is somebody else's.")
        return channel, message

    def _somebody(self, args: Mapping[str, Any]) -> Person:
        found = self._world.people.get(str(args.get("user")))
        if found is None:
            raise Declined("There is no such person.")
        return found

    def _open_view(self, person: Person, args: Mapping[str, Any]) -> View:
        found = next((v for v in self._world.stacks.get(person.id, []) if v.id == args.get("view_id")), None)
        if found is None:
            raise Declined("This window is not open any more.")
        return found

    def _held(self, person: Person, args: Mapping[str, Any]) -> View | tuple[Channel, Message]:
        """What holds the element that was used: a view of theirs, or a message that they see."""
        container = args.get("container")
        place: Mapping[str, Any] = container if isinstance(container, Mapping) else {}
        if place.get("type") == "view":
            home = self._world.homes.get(person.id)
            if home is not None and home.id == place.get("view_id"):
                return home
            return self._open_view(person, place)
        channel = self._seen(person, place)
        ephemeral = channel.ephemeral(str(place.get("ts")))
        if ephemeral is not None and ephemeral.only_for == person.id:
            return channel, ephemeral
        return self._message(person, place)
