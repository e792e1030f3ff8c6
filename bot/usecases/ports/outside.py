"""The outside: the clock, Slack, and the model. Every instant is an aware UTC datetime."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.drafts import Drafted
from bot.domain.messages import Message
from bot.domain.rights import GroupId
from bot.domain.updates import Summary, ThreadMessage
from bot.domain.workspaces import ConversationId, Person, UserId, WorkspaceId


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class Nudge(Protocol):
    """Tells the dispatcher that something may be ready, so that it need not wait for its next tick."""

    def __call__(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Posted:
    conversation: ConversationId
    ts: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Slack expects: nobody sees it before it is shared, and unshared it is thrown away."""

    file_id: str
    url: str  # where its bytes go


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that Slack has. `ts` of the message that shows it in the conversation in question, if one does."""

    ts: str | None


class Files(Protocol):
    """A file's way to Slack, in three steps. Raises ExternalFailure; never retries by itself."""

    def begin(self, workspace: WorkspaceId, *, name: str, size: int, alt_text: str | None) -> Upload: ...
    def upload(self, upload: Upload, content: bytes) -> None: ...
    def share(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        file_id: str,
        title: str,
        comment: str,
    ) -> str | None:
        """Show it, once. The message's `ts` where Slack says it at once; mostly it does not.

        A lost answer raises ExternalFailure(maybe_done=True).
        """

    def shown(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        file_id: str,
        since: datetime,
    ) -> str | None:
        """The `ts` of the message that shows it, by the conversation's history since `since`."""

    def kept(self, workspace: WorkspaceId, file_id: str, *, conversation: ConversationId) -> Kept | None:
        """What Slack says of the file itself. None: it never was completed."""


class Messenger(Protocol):
    """Posts to Slack. Raises ExternalFailure, permanent or transient; never retries by itself."""

    @property
    def files(self) -> Files: ...
    def post(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        message: Message,
        row_id: str,
    ) -> Posted:
        """Post with `row_id` in the message's metadata. A lost answer raises ExternalFailure(maybe_done=True)."""

    def update(
        self, workspace: WorkspaceId, *, conversation: ConversationId, ts: str, message: Message, row_id: str
    ) -> None: ...
    def open_dm(self, workspace: WorkspaceId, person: UserId) -> ConversationId: ...
    def find(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        row_ids: frozenset[str],
        since: datetime,
    ) -> dict[str, str]:
        """{row id: ts} for those of `row_ids` in the conversation's history since `since`. Raises ExternalFailure."""


class Directory(Protocol):
    """People, conversations and threads as Slack knows them. Never within a transaction. Raises ExternalFailure."""

    def person(self, workspace: WorkspaceId, person: UserId) -> Person: ...
    def members(self, workspace: WorkspaceId, conversation: ConversationId) -> frozenset[UserId]: ...
    def conversations_of(self, workspace: WorkspaceId, person: UserId) -> frozenset[ConversationId]:
        """The conversations that this person is in; private ones where Backbeat is too. Remembered for a minute."""

    def user_groups(self, workspace: WorkspaceId) -> tuple["UserGroup", ...]:
        """Those that are in use, by their handles; remembered for a minute. Where an installer declined
        `usergroups:read`, ExternalFailure says "missing_scope"."""

    def group_members(self, workspace: WorkspaceId, group: GroupId) -> frozenset[UserId]:
        """Who is in a user group; remembered for a minute."""

    def conversation(self, workspace: WorkspaceId, conversation: ConversationId) -> "ConversationInfo": ...
    def remembered(self, workspace: WorkspaceId, conversation: ConversationId) -> "ConversationInfo | None":
        """What `conversation` would answer without asking Slack; None where it would have to ask."""

    def thread(
        self, workspace: WorkspaceId, conversation: ConversationId, ts: str, *, limit: int
    ) -> tuple[list[ThreadMessage], int]:
        """The messages of a thread, oldest first, at most `limit`, and how many there are in all."""

    def message(
        self, workspace: WorkspaceId, conversation: ConversationId, ts: str
    ) -> tuple[ThreadMessage, str] | None:
        """One message, wherever it stands, and the `ts` of its thread's first. None where there is none."""

    def permalink(self, workspace: WorkspaceId, conversation: ConversationId, ts: str) -> str | None: ...
    def forget(self, workspace: WorkspaceId, person: UserId) -> None:
        """Slack said that something changed about them."""

    def forget_conversation(self, workspace: WorkspaceId, conversation: ConversationId) -> None:
        """Somebody joined or left it, perhaps Backbeat itself."""


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    id: ConversationId
    name: str | None
    is_private: bool
    is_dm: bool
    is_member: bool  # whether Backbeat is in it
    is_shared: bool = False  # with another company (Slack Connect)


@dataclass(frozen=True, slots=True)
class UserGroup:
    """Some people of the workspace under one handle: "finance", written @finance."""

    id: GroupId
    handle: str
    name: str


class Summariser(Protocol):
    """Turns a thread into a summary. Raises ExternalFailure; `Summary.sent_to` says where the words went."""

    @property
    def host(self) -> str:
        """Where the words go: a name that people can read."""

    def summarise(self, messages: Sequence[ThreadMessage], *, total: int) -> Summary: ...


class Drafter(Protocol):
    """Drafts a decision from a thread. Raises ExternalFailure: a permanent one says why there is no draft."""

    @property
    def host(self) -> str:
        """Where the words go: a name that people can read."""

    def draft(self, messages: Sequence[ThreadMessage], *, total: int) -> Drafted: ...
