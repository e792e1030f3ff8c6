"""The outbox: the only way a message leaves. Its states, and the rules for what follows a send."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import ExternalFailure
from bot.domain.messages import Message
from bot.domain.workspaces import ConversationId, UserId, WorkspaceId

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=15)
MAX_ATTEMPTS = 12


class OutboxStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # the intent is on record; whether Slack has it is not known yet
    SENT = "sent"
    FAILED = "failed"  # a permanent failure, `reason` says which
    UNCERTAIN = "uncertain"  # may have arrived, and there is no way to tell
    LATE = "late"  # its time had passed before it could be sent
    DROPPED = "dropped"  # replaced by a newer update of the same message


class Operation(StrEnum):
    POST = "post"
    UPDATE = "update"
    FILE = "file"  # its message is a FilePost


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: a conversation or a person (then it is a DM), in a thread where one is named.

    The thread is known by its `thread_ts`, or by the outbox row (`after_id`) whose `ts` it will be.
    """

    conversation: ConversationId | None = None
    person: UserId | None = None
    thread_ts: str | None = None

    def __post_init__(self) -> None:
        if (self.conversation is None) == (self.person is None):
            raise ValueError("a message goes to a conversation or to a person, not both and not neither")


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message on its way. `subject` names what it shows ("decision:14") so that it can be updated later.

    `after_id`: for a post, the row whose `ts` becomes this one's thread; for an update, the row to change. Such a row
    waits until that one is sent. `fallback`: whom to tell by DM where the conversation refuses the post.
    """

    workspace_id: WorkspaceId
    id: str
    destination: Destination
    message: Message
    status: OutboxStatus
    created_at: datetime
    next_at: datetime
    operation: Operation = Operation.POST
    after_id: str | None = None
    subject: str | None = None
    not_after: datetime | None = None
    fallback: UserId | None = None
    attempts: int = 0
    sender: str | None = None  # the session that recorded the intent
    intent_at: datetime | None = None
    conversation: ConversationId | None = None  # where it was really posted (a DM's id)
    ts: str | None = None
    sent_at: datetime | None = None
    reason: str | None = None
    file_id: str | None = None  # a file's: Slack's id of this try's upload
    shared_at: datetime | None = None  # a file's: when this try asked Slack to show it; before that nobody can see it


def after_failure(row: OutboxMessage, failure: ExternalFailure, *, at: datetime) -> OutboxMessage:
    """What becomes of a row whose send failed with an answer. Doubling waits, or exactly what Slack asked for."""
    if failure.permanent:
        return replace(row, status=OutboxStatus.FAILED, reason=failure.code, sender=None)
    if row.attempts >= MAX_ATTEMPTS:
        return replace(
            row, status=OutboxStatus.FAILED, reason=f"{failure.code}, given up after {row.attempts} tries", sender=None
        )
    wait = failure.retry_after
    if wait is None:
        wait = min(FIRST_RETRY * 2 ** (row.attempts - 1), LONGEST_RETRY)
    return replace(row, status=OutboxStatus.QUEUED, next_at=at + wait, reason=failure.code, sender=None)


def is_too_late(row: OutboxMessage, *, at: datetime) -> bool:
    return row.not_after is not None and at > row.not_after
