"""Asynchronous standups: questions, who is asked when, answers, and what is stuck."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.workspaces import ConversationId, UserId, WorkspaceId

DEFAULT_QUESTIONS = ("What did you get done?", "What is next?", "What are you stuck on?")


@dataclass(frozen=True, slots=True)
class Standup:
    """A standing set of questions for one channel. Each person is asked at `at` in their own zone.

    The digest is posted at `deadline` in `zone`, the same day, in `channel`. The last question asks what is stuck.
    """

    workspace_id: WorkspaceId
    id: str
    channel: ConversationId
    created_by: UserId
    questions: tuple[str, ...]
    days: frozenset[int]
    at: time
    deadline: time
    zone: str
    active: bool = True
    created_at: datetime | None = None


class RoundStatus(StrEnum):
    OPEN = "open"
    POSTED = "posted"
    SKIPPED = "skipped"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Round:
    """One day's standup. `slot` is its local date, unique per standup."""

    workspace_id: WorkspaceId
    id: str
    standup_id: str
    slot: str
    closes_at: datetime
    status: RoundStatus
    reason: str | None = None


class PromptStatus(StrEnum):
    WAITING = "waiting"
    ASKED = "asked"
    ANSWERED = "answered"
    DECLINED = "declined"  # the person skipped this one
    SKIPPED = "skipped"  # not asked, and the reason is kept
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One person asked in one round; unique per round and person."""

    workspace_id: WorkspaceId
    id: str
    round_id: str
    standup_id: str
    person_id: UserId
    day: date  # the person's own date
    due_at: datetime
    status: PromptStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said. One per prompt; an edit replaces the texts and keeps the first time."""

    workspace_id: WorkspaceId
    prompt_id: str
    round_id: str
    standup_id: str
    person_id: UserId
    texts: tuple[str, ...]
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that is stuck: a blocker raised in a standup, until somebody clears it."""

    workspace_id: WorkspaceId
    id: str
    channel: ConversationId
    text: str
    owner_id: UserId
    raised_on: date
    standup_id: str | None = None
    seen: int = 1  # in how many standups in a row it was named
    cleared_at: datetime | None = None
    cleared_by: UserId | None = None

    def age(self, today: date) -> int:
        """Whole days since it was raised."""
        return (today - self.raised_on).days
