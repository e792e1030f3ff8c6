"""Answers in place: what an app sends to a response_url, or with the acknowledgement of a command."""

from collections.abc import Mapping
from typing import Any

from playground.api.args import Args
from playground.api.checks import content
from playground.messages import Json, Message
from playground.office import Office
from playground.tickets import Answerable


class Responses:
    """Without a `thread_ts` an answer stands in the channel, also where the click was in a thread: so does Slack."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._world = office.world

    def answer(self, token: str, given: Json) -> None:
        """One use of a response_url. Raises Refused."""
        self.show(self._world.tickets.use(token), given)

    def show(self, place: Answerable, given: Mapping[str, Any]) -> None:
        """Raises Refused where Slack would not take it."""
        args = Args(given)
        original = self._original(place)
        if args.flag("delete_original"):
            if original is not None:
                self._office.talk.remove(self._world.channels[place.channel], original)
            return
        text, blocks, _ = content(args)
        channel = self._world.channels[place.channel]
        if args.flag("replace_original") and original is not None:
            self._office.talk.edit(channel, original, text=text or "", blocks=blocks or [])
            return
        if args.text("response_type") == "in_channel":
            self._office.talk.post(
                channel, self._world.bot, text or "", blocks=blocks or (), thread_ts=args.text("thread_ts")
            )
            return
        self._office.talk.ephemeral(
            channel, place.user, text or "", blocks=blocks or (), thread_ts=args.text("thread_ts")
        )

    def _original(self, place: Answerable) -> Message | None:
        """The message that was clicked, where it is the app's to change."""
        if place.original is None:
            return None
        channel = self._world.channels[place.channel]
        found = channel.ephemeral(place.original) if place.is_ephemeral else channel.get(place.original)
        return found if found is not None and found.by_app else None
