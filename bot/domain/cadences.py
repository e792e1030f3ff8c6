"""Recurring meetings (cadences) and the single meetings (occurrences) that come of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.recurrence import Rule
from bot.domain.workspaces import ConversationId, UserId, WorkspaceId


class CadenceKind(StrEnum):
    TRADEOFFS = "tradeoffs"


@dataclass(frozen=True, slots=True)
class Cadence:
    """A recurring forum. The agenda goes to `channel`, `lead_days` working days ahead at the meeting's own time."""

    workspace_id: WorkspaceId
    id: str
    kind: CadenceKind
    name: str
    channel: ConversationId
    rule: Rule
    chair_id: UserId
    minutes: int = 60
    lead_days: int = 1
    place: str | None = None  # holiday calendar: a meeting on a public holiday is skipped and says so
    active: bool = True
    created_at: datetime | None = None


class OccurrenceStatus(StrEnum):
    PLANNED = "planned"
    POSTED = "posted"  # the agenda is out
    STARTED = "started"
    HELD = "held"
    SKIPPED = "skipped"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting. `slot` is the rule's original date, or `now:<id>` for one asked for by hand; unique per cadence."""

    workspace_id: WorkspaceId
    id: str
    cadence_id: str
    slot: str
    starts_at: datetime
    status: OccurrenceStatus
    reason: str | None = None  # why it was skipped or missed
    created_at: datetime | None = None
