"""What is said, and to whom, where a conversation refuses a message: nobody waits for a post that will never come."""

from datetime import datetime

from bot.blocks.kit import escape
from bot.domain.messages import (
    AgendaPost,
    CardElsewhere,
    DecisionCard,
    FilePost,
    Message,
    Note,
    StandupDigest,
    SummaryPost,
)
from bot.domain.outbox import Destination, Operation, OutboxMessage
from bot.usecases.outgoing import say
from bot.usecases.ports import UnitOfWork

# Slack's own names for failures that would refuse a DM as well: nobody can be told by Slack.
HOPELESS = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_revoked", "token_expired", "no_token"})

_INVITE = "I'm not in that channel. Type `/invite @Backbeat` there, and I can from then on."
_CLOSED = "only some people may post there. Ask an admin of the workspace to allow Backbeat."
_WHY = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,
    "is_archived": "the channel is archived. Please choose another one.",
    "restricted_action": _CLOSED,
    "restricted_action_read_only_channel": _CLOSED,
    "restricted_action_thread_only_channel": _CLOSED,
    "restricted_action_non_threadable_channel": _CLOSED,
    "thread_not_found": "the thread is gone.",
    "message_not_found": "the thread is gone.",
    "parent_not_sent": "the message it belongs to could not be posted.",
}


def say_elsewhere(uow: UnitOfWork, row: OutboxMessage, *, code: str, at: datetime, words: str | None = None) -> None:
    """Queue what `row.fallback` is told by DM now that `row` has failed for good with Slack's `code`.

    A decision's card also goes to the workspace's decision channel, if everybody may see it. Whoever waits for a file
    is told why it does not come, in `words`.
    """
    if isinstance(row.message, FilePost):
        _say_no_file(uow, row, row.message, code=code, words=words, at=at)
        return
    refused = row.destination.conversation
    if row.fallback is None or refused is None or row.operation is not Operation.POST or code in HOPELESS:
        return
    message = row.message
    to = Destination(person=row.fallback)
    if not isinstance(message, DecisionCard):
        say(uow, Note(_trouble(message, refused, code)), to, at=at)
        return
    say(uow, CardElsewhere(message.decision, refused, message.names, message.words), to, at=at, subject=row.subject)
    channel = uow.workspaces.get().decision_channel
    if channel is not None and channel != refused and message.decision.audience.is_workspace:
        say(uow, message, Destination(conversation=channel), at=at, subject=row.subject)


def _say_no_file(
    uow: UnitOfWork, row: OutboxMessage, file: FilePost, *, code: str, words: str | None, at: datetime
) -> None:
    whom = row.destination.person or row.fallback
    if whom is not None and code not in HOPELESS:
        why = escape(words or "The message it belongs to could not be posted.")
        text = f"I couldn't send *{escape(file.title)}*. {why}"
        say(uow, Note(text), Destination(person=whom), at=at)


def _trouble(message: Message, conversation: str, code: str) -> str:
    why = _WHY.get(code, f"Slack refused it ({escape(code)}).")
    return f"I couldn't post {_name(message)} in <#{conversation}>: {why}"


def _name(message: Message) -> str:
    if isinstance(message, AgendaPost):
        return f"the agenda of *{escape(message.name)}*"
    if isinstance(message, StandupDigest):
        return "the standup digest"
    if isinstance(message, SummaryPost):
        return "the summary"
    return "a message"
