"""Decisions: what was decided, why, what it rules out, who owns it, and the day to look at it again."""

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.domain.errors import Conflict, InvalidInput, NotAllowed
from bot.domain.workspaces import EVERYONE, Audience, ConversationId, UserId, WorkspaceId

TITLE_LIMIT = 300
TEXT_LIMIT = 3000  # a section's text; Slack refuses more
DEFAULT_REVISIT = timedelta(days=90)
UNDO_WINDOW = timedelta(minutes=10)
AREA_LIMIT = 75  # what a menu shows of one choice
COST_LIMIT = Decimal(10**12)


class DecisionStatus(StrEnum):
    """Where a decision stands. A number is never used again, whatever becomes of it."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"  # a proposal that was turned down: it was never decided
    IMPORTED = "imported"  # kept whole from elsewhere; what became of it could not be told


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


DETAIL_TEXTS = ("goal", "constraint", "smallest_test", "options", "metrics", "controls")


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
    IMPORTED = "imported"
    EDITED = "edited"
    DECIDED = "decided"  # a proposal was accepted
    REJECTED = "rejected"  # a proposal was turned down
    KEPT = "kept"
    POSTPONED = "postponed"
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"  # what had taken its place was withdrawn


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
        standing: Decision | None = None,
    ) -> "Draft":
        """Raises InvalidInput naming the field and what to do about it.

        `standing`: the decision being edited, whose own dates may have passed already.
        """
        title, why, not_doing = " ".join(title.split()), why.strip(), (not_doing or "").strip() or None
        if not title:
            raise InvalidInput("What was decided? One line is enough.", field="title")
        if len(title) > TITLE_LIMIT:
            raise InvalidInput(
                f"Keep the decision under {TITLE_LIMIT} characters ({len(title)} now); the rest fits in Why.",
                field="title",
            )
        if not why:
            raise InvalidInput("Say why. One sentence is enough.", field="why")
        if not owner_id:
            raise InvalidInput("Who owns this? Pick one person.", field="owner")
        if status not in ACTIVE:
            raise InvalidInput("Pick Decided or Proposed.", field="status")
        for name, text in (("why", why), ("not_doing", not_doing)):
            _must_fit(name, text)
        if revisit_on != (standing.revisit_on if standing else None):
            _must_come(revisit_on, today, "revisit", "Pick a day after today to look at this again.")
        if detail.risk_until != (standing.detail.risk_until if standing else None):
            _must_come(detail.risk_until, today, "risk_until", "Pick a day after today for the acceptance to end.")
        return cls(title, why, owner_id, revisit_on, not_doing, status, _checked_detail(detail))


def _checked_detail(detail: Detail) -> Detail:
    texts: dict[str, Any] = {name: _bare(getattr(detail, name)) for name in DETAIL_TEXTS}
    for name, text in texts.items():
        _must_fit(name, text)
    if detail.area and len(detail.area) > AREA_LIMIT:
        raise InvalidInput(f"Keep the area under {AREA_LIMIT} characters.", field="area")
    if detail.cost is not None and not 0 <= detail.cost < COST_LIMIT:
        raise InvalidInput("Write the cost as a number, such as 12000 or 12k.", field="cost")
    if detail.cost is not None and not detail.currency:
        raise InvalidInput("Which currency is the cost in?", field="currency")
    return replace(detail, **texts)


def _bare(text: str | None) -> str | None:
    return (text or "").strip() or None


def _must_fit(name: str, text: str | None) -> None:
    if text is not None and len(text) > TEXT_LIMIT:
        raise InvalidInput(f"Keep this under {TEXT_LIMIT} characters ({len(text)} now).", field=name)


def _must_come(day: date | None, today: date, name: str, words: str) -> None:
    if day is not None and day <= today:
        raise InvalidInput(words, field=name)


# --- what becomes of a decision ------------------------------------------------------------------------------------


def accept(decision: Decision, *, by: UserId, today: date, at: datetime) -> Decision:
    """A proposal that is decided now."""
    if decision.status is not DecisionStatus.PROPOSED:
        raise Conflict(f"{decision.ref} is {decision.status} already.")
    return replace(decision, status=DecisionStatus.DECIDED, decided_by=by, decided_on=today, updated_at=at)


def reject(decision: Decision, *, at: datetime) -> Decision:
    """A proposal that is turned down."""
    if decision.status is not DecisionStatus.PROPOSED:
        raise Conflict(f"{decision.ref} is {decision.status} already.")
    return replace(decision, status=DecisionStatus.REJECTED, revisit_on=None, updated_at=at)


def edit(decision: Decision, draft: Draft, *, by: UserId, today: date, at: datetime) -> Decision:
    """The same number with other words. A proposal may be decided in doing so; what is decided stays so."""
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
    if decision.status is DecisionStatus.PROPOSED and draft.status is DecisionStatus.DECIDED:
        return accept(after, by=by, today=today, at=at)
    return after


def may_undo(decision: Decision, *, by: UserId, at: datetime) -> bool:
    return decision.is_active and by == decision.author_id and at - decision.created_at <= UNDO_WINDOW


def withdraw(decision: Decision, *, by: UserId, at: datetime) -> Decision:
    """Undo, for the author and within ten minutes. The number stays."""
    if decision.status is DecisionStatus.WITHDRAWN:
        raise Conflict(f"{decision.ref} is already withdrawn.")
    if not decision.is_active:
        raise Conflict(f"{decision.ref} is {decision.status} and can't be undone.")
    if by != decision.author_id:
        raise NotAllowed(f"Only the person who logged {decision.ref} can undo it, within ten minutes.")
    if at - decision.created_at > UNDO_WINDOW:
        raise Conflict(f"{decision.ref} is older than ten minutes. Reverse or supersede it instead.")
    return replace(decision, status=DecisionStatus.WITHDRAWN, revisit_on=None, updated_at=at)


def restored(decision: Decision, changes: dict[str, list[str | None]], *, at: datetime) -> Decision:
    """`decision` as it was before `changes`, because the number that had taken its place was withdrawn."""
    status, revisit = changes.get("status", [None])[0], changes.get("revisit_on", [None])[0]
    return replace(
        decision,
        status=DecisionStatus(status) if status else DecisionStatus.DECIDED,
        revisit_on=date.fromisoformat(revisit) if revisit else None,
        superseded_by=None,
        updated_at=at,
    )


def keep(decision: Decision, *, revisit_on: date, today: date, at: datetime) -> Decision:
    """It worked: look again on `revisit_on`. A risk acceptance that has run out is extended to that day."""
    postponed = postpone(decision, revisit_on=revisit_on, today=today, at=at)
    ends = decision.detail.risk_until
    if ends is not None and ends <= today:
        return replace(postponed, detail=replace(decision.detail, risk_until=revisit_on))
    return postponed


def postpone(decision: Decision, *, revisit_on: date, today: date, at: datetime) -> Decision:
    """Nothing is said about how it went: look at it on `revisit_on` instead."""
    _must_be_active(decision)
    if revisit_on != decision.revisit_on:
        _must_come(revisit_on, today, "revisit", "Pick a day after today to look at this again.")
    return replace(decision, revisit_on=revisit_on, updated_at=at)


def reverse(decision: Decision, *, at: datetime) -> Decision:
    """It held, and no longer does. What was never decided is rejected."""
    _must_be_active(decision)
    if decision.status is DecisionStatus.PROPOSED:
        raise Conflict(f"{decision.ref} is not decided yet. Reject it instead.")
    return replace(decision, status=DecisionStatus.REVERSED, revisit_on=None, updated_at=at)


def replaced_by(decision: Decision, number: int, *, amended: bool, at: datetime) -> Decision:
    """`decision` once a later number has taken its place (amended keeps the direction, superseded does not)."""
    _must_be_active(decision)
    status = DecisionStatus.AMENDED if amended else DecisionStatus.SUPERSEDED
    return replace(decision, status=status, superseded_by=number, revisit_on=None, updated_at=at)


def changes(before: Decision, after: Decision) -> dict[str, list[str | None]]:
    """What differs, as {field: [before, after]} in words: what a DecisionEvent keeps."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in _RECORDED}
    pairs |= {
        each.name: (getattr(before.detail, each.name), getattr(after.detail, each.name)) for each in fields(Detail)
    }
    return {name: [_text(old), _text(new)] for name, (old, new) in pairs.items() if old != new}


_RECORDED = (
    "title",
    "why",
    "not_doing",
    "owner_id",
    "revisit_on",
    "status",
    "decided_by",
    "decided_on",
    "superseded_by",
)


def _must_be_active(decision: Decision) -> None:
    if not decision.is_active:
        raise Conflict(f"{decision.ref} is already {decision.status}.")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
