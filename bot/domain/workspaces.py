"""Workspaces, the people in them, the roles they hold, and who may see what."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from bot.domain.errors import BackbeatError, ExternalFailure

WorkspaceId = str
UserId = str
ConversationId = str

WEEKDAYS = frozenset({0, 1, 2, 3, 4})


class Role(StrEnum):
    """What somebody is to this workspace. Claimed in setup, never guessed from a job title."""

    ADMIN = "admin"
    CTO = "cto"
    SPONSOR = "sponsor"
    DEPUTY = "deputy"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant: one Slack team. `id` is Slack's team id."""

    id: WorkspaceId
    name: str
    bot_user_id: UserId
    created_at: datetime
    setup_at: datetime | None = None
    team_channel: ConversationId | None = None
    decision_channel: ConversationId | None = None
    cto_days: frozenset[int] = WEEKDAYS  # the CTO's days here, Monday is 0
    response_days: int = 1  # how many of the CTO's working days an answer may take, as agreed
    urgent_path: str | None = None  # "call me", "page #oncall": shown where something cannot wait
    guests_allowed: bool = False
    suggests_logging: bool = False  # a reaction on a message proposes to log it


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack, as far as Backbeat needs to know them.

    `team_id` is the team the account belongs to: in Slack Connect channels it differs from the workspace's.
    `zone` is an IANA name. `place` is a holiday calendar such as "PT" or "IN-WB".
    """

    workspace_id: WorkspaceId
    id: UserId
    name: str
    team_id: str
    zone: str
    is_slack_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_deactivated: bool = False
    days: frozenset[int] = WEEKDAYS
    starts: time = time(9, 0)
    ends: time = time(18, 0)
    place: str | None = None
    seen_at: datetime | None = None  # when Slack was last asked about them

    @property
    def may_act(self) -> bool:
        """Only people of the tenant's own team, who are neither bots nor deactivated, may change anything."""
        return self.team_id == self.workspace_id and not self.is_bot and not self.is_deactivated


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see a thing: everyone in the workspace, or the members of one conversation."""

    conversation: ConversationId | None = None

    @property
    def is_workspace(self) -> bool:
        return self.conversation is None


EVERYONE = Audience()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever reads. Every read of something with an audience takes one, so that no read can forget it.

    `conversations`: those this person is in, as Slack says, with the one they are asking from. The public ones among
    them matter for guests alone, who see nothing of the channels they are not in.
    """

    person_id: UserId
    conversations: frozenset[ConversationId] = frozenset()
    is_guest: bool = False
    may_see_anything: bool = True
    sees_all: bool = field(default=False, kw_only=True)
    is_whole: bool = field(default=True, kw_only=True)  # False where Slack could not say what they are in

    @classmethod
    def system(cls) -> "Viewer":
        """The clock's view, for work that nobody reads directly, such as moving a schedule on."""
        return cls(person_id="", sees_all=True)

    def unseen(self, error: BackbeatError) -> BackbeatError:
        """What to raise about something that is not there for them: `error`, or the truth, that Slack is slow."""
        if self.is_whole:
            return error
        words = "Slack is slow just now, so I can't tell what you may see here. Please try again in a moment."
        return ExternalFailure(words, permanent=False, code="memberships_unknown")

    def may_see(self, audience: Audience, *, source: ConversationId | None, involved: frozenset[UserId]) -> bool:
        """The rule that storage repeats in SQL.

        `source` is the conversation the thing came from; `involved` are its author and owner, who were shown it by
        name and so always see it.
        """
        if self.sees_all:
            return True
        if not self.may_see_anything:
            return False
        if self.person_id in involved:
            return True
        if audience.conversation is not None:
            return audience.conversation in self.conversations
        return not self.is_guest or (source is not None and source in self.conversations)
