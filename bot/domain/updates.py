"""Threads turned into updates: a summary, its citations, and what was not read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.workspaces import ConversationId, UserId, WorkspaceId


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
    reactions: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a summary with the messages it rests on: `cites` index into the messages read, from 1."""

    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a thread says. Every point cites; `how` says whether a model wrote it or a rule picked it."""

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

    @property
    def is_by_model(self) -> bool:
        return self.sent_to is not None and self.note is None


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
    summary: Summary | None = None
    links: tuple[str, ...] = ()  # permalinks of the messages read, in the order that Point.cites counts
    edited_text: str | None = None
    posted_by: UserId | None = None
    reason: str | None = None
