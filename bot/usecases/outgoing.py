"""Saying something: the one way for a use case to put a message into the outbox."""

from datetime import datetime

from bot.domain.ids import new_id
from bot.domain.messages import FilePost, Message
from bot.domain.outbox import Destination, Operation, OutboxMessage, OutboxStatus
from bot.domain.workspaces import UserId
from bot.usecases.ports import UnitOfWork

NOT_THERE = frozenset({OutboxStatus.FAILED, OutboxStatus.LATE, OutboxStatus.UNCERTAIN})


def say(
    uow: UnitOfWork,
    message: Message,
    to: Destination,
    *,
    at: datetime,
    subject: str | None = None,
    after_id: str | None = None,
    send_at: datetime | None = None,
    not_after: datetime | None = None,
    fallback: UserId | None = None,
    operation: Operation = Operation.POST,
) -> str:
    """Queue `message` and return the row's id. `after_id` puts it into the thread of a row that may not be sent yet."""
    row = OutboxMessage(
        workspace_id=uow.workspace_id,
        id=new_id(at),
        destination=to,
        message=message,
        status=OutboxStatus.QUEUED,
        created_at=at,
        next_at=send_at or at,
        operation=operation,
        after_id=after_id,
        subject=subject,
        not_after=not_after,
        fallback=fallback,
    )
    uow.outbox.add(row)
    return row.id


def send_file(
    uow: UnitOfWork,
    file: FilePost,
    to: Destination,
    *,
    at: datetime,
    after_id: str | None = None,
    fallback: UserId | None = None,
) -> str:
    """Queue a file and return the row's id. Its bytes are made when it is sent, once, outside any transaction.

    A new sort of file is a dataclass in `domain.files` (a part of FileSource, with a `kind` of its own) and, in
    bootstrap's FILES, the function that makes it: `maker(services, workspace, file) -> Made`. What that raises as
    NotAllowed or InvalidInput is said by DM to whom the file was for, or to `fallback`. `after_id` puts the file into
    the thread of another row, such as the note that a chart belongs to. A file is never changed afterwards.
    """
    return say(uow, file, to, at=at, after_id=after_id, fallback=fallback, operation=Operation.FILE)


def show_again(uow: UnitOfWork, message: Message, *, subject: str, at: datetime) -> None:
    """Bring every posted message that shows `subject` up to date. Updates of one message coalesce."""
    for shown in uow.outbox.shown(subject):
        change(uow, shown, message, at=at)


def change(uow: UnitOfWork, shown: OutboxMessage, message: Message, *, at: datetime) -> None:
    """Put `message` in the place of one that was said, unless that one never arrived."""
    if shown.status in NOT_THERE:
        return
    uow.outbox.add(
        OutboxMessage(
            workspace_id=uow.workspace_id,
            id=new_id(at),
            destination=shown.destination,
            message=message,
            status=OutboxStatus.QUEUED,
            created_at=at,
            next_at=at,
            operation=Operation.UPDATE,
            after_id=shown.id,
        )
    )
