"""A file on its way: made, given to Slack, and then shown.

Until Slack is asked to show it nobody can see it, and what was given to Slack is thrown away by itself: whatever stops
the process before that, the next try begins anew. That it is about to ask is on record (`shared_at`) before it asks.
From then on only Slack can tell whether it is shown, by the id that is on record since before the bytes left.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.domain.errors import ExternalFailure
from bot.domain.messages import FilePost
from bot.domain.outbox import OutboxMessage
from bot.domain.workspaces import ConversationId
from bot.usecases.files import Makers, make
from bot.usecases.ports import Files, Messenger, Posted
from bot.usecases.services import Services

NOT_SHOWN_YET = "taken, and not shown yet"
KEPT = ExternalFailure("Slack has the file, and shows it nowhere.", permanent=False, code="it has the file, unshown")


class Keep(Protocol):
    """Record something of this try, and be certain that it is still ours. Raises when it is not."""

    def __call__(self, row: OutboxMessage, *, file_id: str, shared: bool) -> None: ...


def send_file(
    services: Services,
    messenger: Messenger,
    makers: Makers,
    row: OutboxMessage,
    *,
    place: Callable[[], tuple[ConversationId, str | None]],
    keep: Keep,
) -> Posted:
    """Raises ExternalFailure: `maybe_done` where it may be shown, though Slack has not said as which message."""
    file, files = row.message, messenger.files
    if not isinstance(file, FilePost):
        raise ExternalFailure("That is no file.", permanent=True, code="no_file")
    try:
        made = make(services, makers, row.workspace_id, file)
        conversation, thread_ts = place()
        begun = files.begin(row.workspace_id, name=file.name, size=len(made.content), alt_text=file.alt_text)
        keep(row, file_id=begun.file_id, shared=False)
        files.upload(begun, made.content)
    except ExternalFailure as failure:
        raise _nothing_shown(failure) from failure
    keep(row, file_id=begun.file_id, shared=True)
    ts = files.share(
        row.workspace_id,
        conversation=conversation,
        thread_ts=thread_ts,
        file_id=begun.file_id,
        title=file.title,
        comment=made.comment or file.comment,
    )
    if ts is None:
        raise ExternalFailure("Slack will show it.", permanent=False, code=NOT_SHOWN_YET, maybe_done=True)
    return Posted(conversation, ts)


def where_shown(
    files: Files,
    row: OutboxMessage,
    *,
    conversation: ConversationId,
    thread_ts: str | None,
    since: datetime,
    is_over: bool,
) -> str | None:
    """The `ts` of the message that shows this try's file; None where it is not shown.

    `is_over`: Slack has had the time to show it, so that None means it never will. Where Slack has the file and does
    not show it, nobody can tell: that raises KEPT. Raises ExternalFailure.
    """
    if row.file_id is None or row.shared_at is None:
        return None
    ts = files.shown(row.workspace_id, conversation=conversation, thread_ts=thread_ts, file_id=row.file_id, since=since)
    if ts is not None or not is_over:
        return ts
    kept = files.kept(row.workspace_id, row.file_id, conversation=conversation)
    if kept is not None and kept.ts is None:
        raise KEPT
    return kept.ts if kept is not None else None


def _nothing_shown(failure: ExternalFailure) -> ExternalFailure:
    """However it failed, it failed before anybody could see the file."""
    return ExternalFailure(
        failure.words, permanent=failure.permanent, code=failure.code, retry_after=failure.retry_after
    )
