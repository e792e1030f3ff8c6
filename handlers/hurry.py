"""What may be asked of Slack on the way to an acknowledgement: an answer in time, or none."""

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import ParamSpec, TypeVar

from bot.domain.errors import ExternalFailure
from bot.domain.rights import GroupId
from bot.domain.updates import ThreadMessage
from bot.domain.workspaces import ConversationId, Person, UserId, WorkspaceId
from bot.usecases.ports import ConversationInfo, Directory, UserGroup
from handlers.kit import Desk

P = ParamSpec("P")
T = TypeVar("T")


class InTime:
    """A directory that answers in time or fails (transient, "slow"). Implements ports.Directory, for one request."""

    def __init__(self, directory: Directory, pool: Executor, seconds: float) -> None:
        self._directory = directory
        self._pool = pool
        self._until = time.monotonic() + seconds

    def person(self, workspace: WorkspaceId, person: UserId) -> Person:
        return self._ask(self._directory.person, workspace, person)

    def members(self, workspace: WorkspaceId, conversation: ConversationId) -> frozenset[UserId]:
        return self._ask(self._directory.members, workspace, conversation)

    def conversations_of(self, workspace: WorkspaceId, person: UserId) -> frozenset[ConversationId]:
        return self._ask(self._directory.conversations_of, workspace, person)

    def user_groups(self, workspace: WorkspaceId) -> tuple[UserGroup, ...]:
        return self._ask(self._directory.user_groups, workspace)

    def group_members(self, workspace: WorkspaceId, group: GroupId) -> frozenset[UserId]:
        return self._ask(self._directory.group_members, workspace, group)

    def remembered(self, workspace: WorkspaceId, conversation: ConversationId) -> ConversationInfo | None:
        return self._directory.remembered(workspace, conversation)

    def conversation(self, workspace: WorkspaceId, conversation: ConversationId) -> ConversationInfo:
        # Looked up here first: to wait for another thread takes longer than the lookup, and most are remembered.
        return self.remembered(workspace, conversation) or self._ask(
            self._directory.conversation, workspace, conversation
        )

    def thread(
        self, workspace: WorkspaceId, conversation: ConversationId, ts: str, *, limit: int
    ) -> tuple[list[ThreadMessage], int]:
        return self._ask(self._directory.thread, workspace, conversation, ts, limit=limit)

    def message(
        self, workspace: WorkspaceId, conversation: ConversationId, ts: str
    ) -> tuple[ThreadMessage, str] | None:
        return self._ask(self._directory.message, workspace, conversation, ts)

    def permalink(self, workspace: WorkspaceId, conversation: ConversationId, ts: str) -> str | None:
        return self._ask(self._directory.permalink, workspace, conversation, ts)

    def forget(self, workspace: WorkspaceId, person: UserId) -> None:
        self._directory.forget(workspace, person)

    def forget_conversation(self, workspace: WorkspaceId, conversation: ConversationId) -> None:
        self._directory.forget_conversation(workspace, conversation)

    def _ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        left = self._until - time.monotonic()
        if left > 0:
            asked = self._pool.submit(question, *args, **kwargs)
            try:
                return asked.result(left)
            except TimeoutError:
                asked.cancel()
        raise ExternalFailure("Slack is slow just now. Please try again in a moment.", permanent=False, code="slow")


def hurried(desk: Desk) -> Desk:
    """`desk` for what must be done before the acknowledgement of one request."""
    directory = InTime(desk.services.directory, desk.views, desk.patience)
    return replace(desk, services=replace(desk.services, directory=directory))
