"""Conversations: channels, private channels and direct messages, with what was said in them."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.messages import Message

Kind = Literal["public", "private", "im", "mpim"]
# Slack's names for each kind: the `types` of conversations.list, the scope's family, an event's channel_type.
TYPES: dict[Kind, str] = {"public": "public_channel", "private": "private_channel", "im": "im", "mpim": "mpim"}
FAMILY: dict[Kind, str] = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
CHANNEL_TYPE: dict[Kind, str] = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}
EPHEMERALS_KEPT = 50


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    kind: Kind
    created: int
    topic: str = ""
    members: list[str] = field(default_factory=list)
    is_archived: bool = False
    is_ext_shared: bool = False
    last_read: dict[str, str] = field(default_factory=dict)
    _order: list[str] = field(default_factory=list)
    _messages: dict[str, Message] = field(default_factory=dict)
    _ephemerals: list[Message] = field(default_factory=list)

    @property
    def is_dm(self) -> bool:
        return self.kind in {"im", "mpim"}

    @property
    def is_private(self) -> bool:
        """Whether only its members know of it."""
        return self.kind != "public"

    def partner(self, person: str) -> str | None:
        """The other one of a direct message; the person themselves where they write to nobody else."""
        if self.kind != "im":
            return None
        return next((member for member in self.members if member != person), person)

    # --- messages -----------------------------------------------------------------------------------------------------

    def free_ts(self, moment: float) -> str:
        """The first ts from `moment` on (Unix seconds) that no message of this conversation has."""
        micros = round(moment * 1_000_000)
        while (ts := f"{micros // 1_000_000}.{micros % 1_000_000:06d}") in self._messages:
            micros += 1
        return ts

    def add(self, message: Message) -> None:
        self._messages[message.ts] = message
        insort(self._order, message.ts, key=order)

    def remove(self, ts: str) -> None:
        del self._messages[ts]
        self._order.remove(ts)

    def get(self, ts: str) -> Message | None:
        return self._messages.get(ts)

    def roots(self) -> list[Message]:
        """What the conversation itself shows: not the replies, unless they were sent to the channel too."""
        return [message for message in self.everything() if not message.is_reply or message.is_broadcast]

    def thread(self, ts: str) -> list[Message]:
        """The root and its replies, oldest first; empty where there is no such root."""
        root = self.get(ts)
        if root is None or root.is_reply:
            return []
        start = bisect_right(self._order, order(ts), key=order)
        later = (self._messages[each] for each in self._order[start:])
        return [root, *(message for message in later if message.thread_ts == ts)]

    def everything(self) -> list[Message]:
        """Every message and reply, oldest first."""
        return [self._messages[ts] for ts in self._order]

    # --- what one person alone sees -----------------------------------------------------------------------------------

    def show_ephemeral(self, message: Message) -> None:
        self._ephemerals = [*self._ephemerals, message][-EPHEMERALS_KEPT:]

    def ephemeral(self, ts: str) -> Message | None:
        return next((message for message in self._ephemerals if message.ts == ts), None)

    def drop_ephemeral(self, ts: str) -> None:
        self._ephemerals = [message for message in self._ephemerals if message.ts != ts]

    def ephemerals_of(self, person: str) -> list[Message]:
        return [message for message in self._ephemerals if message.only_for == person]


def order(ts: str) -> tuple[int, int]:
    """Sorts a ts by its time."""
    seconds, _, micros = ts.partition(".")
    return int(seconds), int(micros.ljust(6, "0")[:6] or 0)


def is_ts(text: str) -> bool:
    """Whether it could be a message's ts: seconds, a point, six digits."""
    seconds, point, micros = text.partition(".")
    return text.isascii() and seconds.isdigit() and point == "." and len(micros) == 6 and micros.isdigit()


def channel_object(channel: Channel, bot_user: str) -> dict[str, Any]:
    """Slack's conversation object, as the bot sees it."""
    made: dict[str, Any] = {"id": channel.id, "created": channel.created, "is_archived": channel.is_archived}
    made |= {"is_im": channel.kind == "im", "is_mpim": channel.kind == "mpim", "is_org_shared": False}
    if channel.kind == "im":
        return made | {"user": channel.partner(bot_user), "is_user_deleted": False, "priority": 0}
    return made | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_member": bot_user in channel.members,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": False,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "creator": "",
        "unlinked": 0,
    }
