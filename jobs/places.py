"""Where a row goes: its conversation and thread, or the message that it changes; or that it will not go at all."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus, is_too_late
from bot.domain.workspaces import ConversationId
from bot.usecases.ports import UnitOfWork

NOT_SENT = frozenset({OutboxStatus.FAILED, OutboxStatus.LATE, OutboxStatus.DROPPED, OutboxStatus.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row goes. `ts` is the message to update. A DM's conversation is None until it is opened."""

    conversation: ConversationId | None
    thread_ts: str | None = None
    ts: str | None = None


def place_of(uow: UnitOfWork, row: OutboxMessage, *, at: datetime) -> Place | OutboxMessage | None:
    """Where `row` goes; or the row settled, where it will not go at all; or None while it has to wait."""
    if is_too_late(row, at=at):
        last = f"; the last try ended with {row.reason}" if row.reason else ""
        reason = f"too late: it was of use until {row.not_after:%d %b %Y %H:%M} UTC{last}"
        return replace(row, status=OutboxStatus.LATE, reason=reason)
    if row.after_id is None:
        return Place(row.conversation or row.destination.conversation, row.destination.thread_ts)
    parent = uow.outbox.get(row.after_id)
    if row.operation is Operation.UPDATE:
        if parent.status in NOT_SENT:
            return replace(row, status=OutboxStatus.DROPPED, reason="the post that it would change was not sent")
        if uow.outbox.has_newer_update(row):
            return replace(row, status=OutboxStatus.DROPPED, reason="a newer update took its place")
        return Place(parent.conversation, ts=parent.ts) if parent.status is OutboxStatus.SENT else None
    if parent.status in NOT_SENT:
        return replace(row, status=OutboxStatus.FAILED, reason="parent not sent")
    return Place(parent.conversation, _root(uow, parent)) if parent.status is OutboxStatus.SENT else None


def thread_of(uow: UnitOfWork, row: OutboxMessage) -> tuple[ConversationId | None, str | None]:
    """The conversation (None for a DM not opened yet) and the thread that a post under way was sent to."""
    if row.after_id is None:
        return row.conversation or row.destination.conversation, row.destination.thread_ts
    parent = uow.outbox.get(row.after_id)
    return parent.conversation, _root(uow, parent)


def _root(uow: UnitOfWork, parent: OutboxMessage) -> str | None:
    """The first message of the thread that `parent` is in: Slack threads have one level."""
    while parent.destination.thread_ts is None and parent.after_id is not None:
        grandparent = uow.outbox.get(parent.after_id)
        if grandparent.status is not OutboxStatus.SENT:
            break
        parent = grandparent
    return parent.destination.thread_ts or parent.ts
