"""Threads turned into updates: a summary, its citations, and what was not read."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.phrases import readable
from bot.domain.workspaces import ConversationId, UserId, WorkspaceId

POINTS_EACH = 5  # under one heading: it is read in a minute, and all of it fits the window to edit it in
POINT_LIMIT = 160
CITES_EACH = 4
EDIT_LIMIT = 3000  # what a text input of Slack's holds
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_CITE = re.compile(r"\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One message of a thread, as Slack holds it. `text` is Slack's mrkdwn."""

    ts: str
    author_id: UserId
    author_name: str
    text: str
    permalink: str | None = None
    files: int = 0
    is_bot: bool = False
    is_ours: bool = False  # Backbeat said it: a decision's card, for one, tells of the others' words
    reactions: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a summary with the messages it rests on: `cites` index into the messages read, from 1."""

    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a thread says. Every point cites; `sent_to` and `note` tell whether a model wrote it or a rule picked it."""

    decided: tuple[Point, ...]
    open: tuple[Point, ...]
    todo: tuple[Point, ...]
    key_messages: tuple[Point, ...]  # without a model: messages picked by rule
    read: int
    total: int
    files_not_read: int
    sent_to: str | None  # the model's host, None where no model was asked
    model: str | None = None
    masked: int = 0  # secrets hidden before anything left
    note: str | None = None  # why there is no model summary where one was expected
    shortened: int = 0  # messages of which the model read the beginning alone
    dropped: int = 0  # points of the model's that named no message, or one that does not bear them out

    @property
    def is_by_model(self) -> bool:
        return self.sent_to is not None and self.note is None

    @property
    def headings(self) -> tuple[tuple[str, tuple[Point, ...]], ...]:
        """Its points under their headings, none of them empty."""
        parts = (("Decided", self.decided), ("Open", self.open), ("To do", self.todo), ("", self.key_messages))
        return tuple((heading, points) for heading, points in parts if points)


class UpdateStatus(StrEnum):
    ASKED = "asked"
    READY = "ready"
    POSTED = "posted"
    DISCARDED = "discarded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Update:
    """A summary on its way from a thread to the people who should read it. Nobody but the asker sees a draft."""

    workspace_id: WorkspaceId
    id: str
    asker_id: UserId
    conversation: ConversationId
    thread_ts: str
    permalink: str | None
    status: UpdateStatus
    created_at: datetime
    thread_author_id: UserId | None = None
    thread_author_name: str | None = None
    summary: Summary | None = None
    links: tuple[str, ...] = ()  # permalinks of the messages read, in the order that Point.cites counts
    sent_to: str | None = None  # the host that the words may have gone to, noted before they leave
    edited_text: str | None = None
    posted_by: UserId | None = None
    reason: str | None = None


def as_text(summary: Summary) -> str:
    """The summary in plain words with its citations as [1]: what its reviewer edits."""
    lines: list[str] = []
    for heading, points in summary.headings:
        lines += ["", heading] if heading else []
        lines += [f"• {point.text} {''.join(f'[{number}]' for number in point.cites)}".rstrip() for point in points]
    return "\n".join(lines).strip()


def cites_in(text: str, *, read: int) -> tuple[re.Match[str], ...]:
    """The marks such as [3] in `text` that name one of the messages read."""
    return tuple(found for found in _CITE.finditer(text) if 1 <= int(found[1]) <= read)


def names_in(messages: Iterable[ThreadMessage]) -> dict[UserId, str]:
    return {message.author_id: message.author_name for message in messages if message.author_id}


def words_of(message: ThreadMessage, names: Mapping[UserId, str]) -> str:
    """A message as people read it: mentions by name, links by their label, nothing escaped."""
    named = _MENTION.sub(lambda found: html.escape(f"@{names.get(found[1], found[1])}", quote=False), message.text)
    return readable(named)[0].strip()


def files_in(messages: Sequence[ThreadMessage]) -> int:
    return sum(message.files for message in messages)


def title_of(update: Update) -> str:
    """The first thing that was decided, to log it from; empty where nothing was."""
    decided = update.summary.decided if update.summary else ()
    return decided[0].text if decided else ""
