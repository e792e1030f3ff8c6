"""What an interaction lets an app do for a while: open a view (trigger_id), and answer in place (response_url)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from playground.errors import Refused

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass(slots=True)
class Trigger:
    """`view_id` is the modal that the interaction came from, where there was one."""

    user: str
    view_id: str | None
    expires: float
    is_used: bool = False


@dataclass(slots=True)
class Answerable:
    """Where a response_url leads. `original` is the message that was clicked."""

    channel: str
    user: str
    expires: float
    original: str | None = None
    is_ephemeral: bool = False
    uses: int = 0


class Tickets:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._triggers: dict[str, Trigger] = {}
        self._answers: dict[str, Answerable] = {}

    def trigger(self, user: str, view_id: str | None = None) -> str:
        """A new trigger_id."""
        name = f"{secrets.randbelow(10**13):013d}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
        self._triggers[name] = Trigger(user, view_id, self._now() + TRIGGER_SECONDS)
        return name

    def exchange(self, name: str) -> Trigger:
        """Use a trigger up: once, within three seconds."""
        trigger = self._triggers.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.is_used:
            raise Refused("exchanged_trigger_id")
        if self._now() >= trigger.expires:
            raise Refused("expired_trigger_id")
        trigger.is_used = True
        return trigger

    def answerable(self, place: Answerable) -> str:
        """A new path for `place`, to be put behind the playground's address."""
        token = secrets.token_hex(12)
        self._answers[token] = place
        return token

    def new_place(self, channel: str, user: str) -> Answerable:
        return Answerable(channel, user, self._now() + RESPONSE_SECONDS)

    def use(self, token: str) -> Answerable:
        """Where to answer. Counts as one of the five uses."""
        place = self._answers.get(token)
        if place is None:
            raise Refused("invalid_url")
        if self._now() >= place.expires:
            raise Refused("expired_url")
        if place.uses >= RESPONSE_USES:
            raise Refused("used_url")
        place.uses += 1
        return place
