"""Threads that somebody points at: whether they may have them read, and what is in them."""

from dataclasses import replace

from bot.domain.errors import ExternalFailure, NotAllowed
from bot.domain.updates import ThreadMessage
from bot.domain.workspaces import ConversationId, Person, UserId, WorkspaceId
from bot.usecases.people import person_known
from bot.usecases.services import Services

READ_LIMIT = 1000  # messages of one thread: five pages of Slack's
NOT_TOGETHER = "You and I aren't both in that conversation. If you are, type `/invite @Backbeat` there and try again."
_NOT_IN = frozenset({"not_in_channel", "channel_not_found"})


def read_thread(
    services: Services, workspace: WorkspaceId, conversation: ConversationId, thread_ts: str, *, asker: UserId
) -> tuple[list[ThreadMessage], int]:
    """The thread, oldest first, and how many messages it has, for an asker who still sees it: they may have left.

    Raises ExternalFailure.
    """
    messages, total = services.directory.thread(workspace, conversation, thread_ts, limit=READ_LIMIT)
    if not messages:
        raise ExternalFailure("That thread is gone.", permanent=True, code="thread_not_found")
    if not reaches(services, person_known(services, workspace, asker), conversation):
        raise ExternalFailure(NOT_TOGETHER, permanent=True, code="asker_not_in_channel")
    with services.store.read(workspace) as uow:
        ourselves = uow.workspaces.get().bot_user_id
    return [replace(each, is_ours=each.author_id == ourselves) for each in messages], total


def why_unread(conversation: ConversationId, failure: ExternalFailure) -> str:
    """Why a thread could not be read, in words for whoever asked."""
    if failure.code not in _NOT_IN:
        return failure.words
    if conversation.startswith("D"):
        return "I can't read direct messages between people, so I can't read this one."
    return (
        f"I'm not in <#{conversation}>, so I can't read the thread. Type `/invite @Backbeat` there, then press "
        "*Try again*."
    )


def must_reach(services: Services, person: Person, conversation: ConversationId) -> None:
    """Raises NotAllowed where `person` can't see the conversation any more, or Backbeat isn't in it."""
    if not reaches(services, person, conversation):
        raise NotAllowed(NOT_TOGETHER)


def reaches(services: Services, person: Person, conversation: ConversationId) -> bool:
    """Whether `person` and Backbeat both see the conversation. Raises ExternalFailure where trying again may help."""
    try:
        together = services.directory.conversations_of(person.workspace_id, person.id)
        return conversation in together or (not person.is_guest and _is_public(services, person, conversation))
    except ExternalFailure as failure:
        if not failure.permanent:
            raise
        return False


def _is_public(services: Services, person: Person, conversation: ConversationId) -> bool:
    info = services.directory.conversation(person.workspace_id, conversation)
    return not info.is_private and not info.is_dm
