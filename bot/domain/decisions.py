"""Decisions: what was decided, why, what it rules out, who owns it, and the day to look at it again."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.errors import Conflict, InvalidInput
from bot.domain.workspaces import EVERYONE, Audience, ConversationId, UserId, WorkspaceId

TITLE_LIMIT = 300
TEXT_LIMIT = 3000  # a section's text; Slack refuses more
DEFAULT_REVISIT = timedelta(days=90)
UNDO_WINDOW = timedelta(minutes=10)


class DecisionStatus(StrEnum):
    """Where a decision stands. A number is never used again, whatever becomes of it."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"


ACTIVE = frozenset({DecisionStatus.PROPOSED, DecisionStatus.DECIDED})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a decision was made: a conversation, and the message it was taken from where there was one."""

    conversation: ConversationId | None = None
    ts: str | None = None
    thread_ts: str | None = None
    permalink: str | None = None
    author_id: UserId | None = None  # who wrote the message, which need not be who logged it


@dataclass(frozen=True, slots=True)
class Detail:
    """What *Add detail* opens: the tradeoff template and what a CTO wants to find again a year later."""

    area: str | None = None
    cost: Decimal | None = None
    currency: str | None = None
    goal: str | None = None
    constraint: str | None = None
    smallest_test: str | None = None
    options: str | None = None
    metrics: str | None = None
    risk_until: date | None = None  # a risk acceptance expires on this day
    controls: str | None = None  # what holds the accepted risk down until then


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the log. `number` is the workspace's: D-1, D-2, … without gap or double."""

    workspace_id: WorkspaceId
    number: int
    title: str
    why: str
    author_id: UserId
    owner_id: UserId
    status: DecisionStatus
    created_at: datetime
    updated_at: datetime
    not_doing: str | None = None
    decided_by: UserId | None = None
    decided_on: date | None = None
    revisit_on: date | None = None
    audience: Audience = EVERYONE
    source: Source = Source()
    detail: Detail = Detail()
    supersedes: int | None = None
    superseded_by: int | None = None
    version: int = 1

    @property
    def ref(self) -> str:
        """The name people use: D-14."""
        return f"D-{self.number}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def involved(self) -> frozenset[UserId]:
        return frozenset({self.author_id, self.owner_id})


class DecisionEventKind(StrEnum):
    LOGGED = "logged"
    EDITED = "edited"
    KEPT = "kept"
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DecisionEvent:
    """One line of a decision's history. Written once, never changed."""

    workspace_id: WorkspaceId
    id: str
    number: int
    kind: DecisionEventKind
    by: UserId
    at: datetime
    why: str | None = None
    changes: dict[str, list[str | None]] = field(default_factory=dict)  # field: [before, after]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person typed about a decision, checked and trimmed."""

    title: str
    why: str
    owner_id: UserId
    revisit_on: date | None
    not_doing: str | None = None
    status: DecisionStatus = DecisionStatus.DECIDED
    detail: Detail = Detail()

    @classmethod
    def checked(
        cls,
        *,
        title: str,
        why: str,
        owner_id: UserId,
        revisit_on: date | None,
        today: date,
        not_doing: str | None = None,
        status: DecisionStatus = DecisionStatus.DECIDED,
        detail: Detail = Detail(),
    ) -> "Draft":
        """Raises InvalidInput naming the field and what to do about it."""
        title, why = " ".join(title.split()), why.strip()
        if not title:
            raise InvalidInput("What was decided? One line is enough.", field="title")
        if len(title) > TITLE_LIMIT:
            raise InvalidInput(
                f"Keep the decision under {TITLE_LIMIT} characters ({len(title)} now); the rest fits in Why.",
                field="title",
            )
        if not why:
            raise InvalidInput("Say why. One sentence is enough.", field="why")
        if len(why) > TEXT_LIMIT:
            raise InvalidInput(f"Keep the reason under {TEXT_LIMIT} characters ({len(why)} now).", field="why")
        if not_doing is not None and len(not_doing) > TEXT_LIMIT:
            raise InvalidInput(f"Keep this under {TEXT_LIMIT} characters ({len(not_doing)} now).", field="not_doing")
        if revisit_on is not None and revisit_on <= today:
            raise InvalidInput("Pick a day after today to look at this again.", field="revisit")
        return cls(title, why, owner_id, revisit_on, (not_doing or "").strip() or None, status, detail)


def edit(decision: Decision, draft: Draft, *, at: datetime) -> tuple[Decision, dict[str, list[str | None]]]:
    """The decision as edited, and what changed as {field: [before, after]}."""
    if not decision.is_active:
        raise Conflict(f"{decision.ref} is {decision.status}; log a new decision instead.")
    after = replace(
        decision,
        title=draft.title,
        why=draft.why,
        not_doing=draft.not_doing,
        owner_id=draft.owner_id,
        revisit_on=draft.revisit_on,
        detail=draft.detail,
        updated_at=at,
    )
    return after, _changes(decision, after)


def withdraw(decision: Decision, *, by: UserId, at: datetime) -> Decision:
    """Undo, for the author and within ten minutes. The number stays."""
    if decision.status is DecisionStatus.WITHDRAWN:
        raise Conflict(f"{decision.ref} is already withdrawn.")
    if not decision.is_active:
        raise Conflict(f"{decision.ref} is {decision.status} and can't be undone.")
    if by != decision.author_id:
        raise Conflict(f"Only the person who logged {decision.ref} can undo it.")
    if at - decision.created_at > UNDO_WINDOW:
        raise Conflict(f"{decision.ref} is older than ten minutes. Reverse or supersede it instead.")
    return replace(decision, status=DecisionStatus.WITHDRAWN, revisit_on=None, updated_at=at)


def keep(decision: Decision, *, revisit_on: date, at: datetime) -> Decision:
    """It worked: look again on `revisit_on`."""
    _must_be_active(decision)
    return replace(decision, revisit_on=revisit_on, updated_at=at)


def reverse(decision: Decision, *, at: datetime) -> Decision:
    _must_be_active(decision)
    return replace(decision, status=DecisionStatus.REVERSED, revisit_on=None, updated_at=at)


def replaced_by(decision: Decision, number: int, *, amended: bool, at: datetime) -> Decision:
    """`decision` once a later number has taken its place (amended keeps the direction, superseded does not)."""
    _must_be_active(decision)
    status = DecisionStatus.AMENDED if amended else DecisionStatus.SUPERSEDED
    return replace(decision, status=status, superseded_by=number, revisit_on=None, updated_at=at)


def _must_be_active(decision: Decision) -> None:
    if not decision.is_active:
        raise Conflict(f"{decision.ref} is already {decision.status}.")


def _changes(before: Decision, after: Decision) -> dict[str, list[str | None]]:
    names = ("title", "why", "not_doing", "owner_id", "revisit_on", "detail")
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: [_text(old), _text(new)] for name, (old, new) in pairs.items() if old != new}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
