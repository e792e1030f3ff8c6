"""Decisions: what was decided, why, what it rules out, who owns it, and the day to look at it again."""

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from bot.domain import spoken
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
    HELD = "held"  # it was looked at again, and kept
    EXPIRED = "expired"  # the acceptance of a risk ran out unanswered: nobody accepts that risk any more
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"  # a proposal that was turned down: it was never decided
    IMPORTED = "imported"  # kept whole from elsewhere; what became of it could not be told


STANDING: frozenset[DecisionStatus] = frozenset({DecisionStatus.DECIDED, DecisionStatus.HELD})
# Something is still to be said about these.
ACTIVE: frozenset[DecisionStatus] = STANDING | {DecisionStatus.PROPOSED, DecisionStatus.EXPIRED}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a decision was made: a conversation, and the message it was taken from where there was one."""

    conversation: ConversationId | None = None
    ts: str | None = None
    thread_ts: str | None = None
    permalink: str | None = None
    author_id: UserId | None = None  # who wrote the message, which need not be who logged it


class Door(StrEnum):
    """Whether a decision is easily undone."""

    ONE_WAY = "one-way"
    TWO_WAY = "two-way"


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
    door: Door | None = None
    # Earlier rows have one text for both metrics.
    outcome_metric: Annotated[str | None, Field(validation_alias=AliasChoices("outcome_metric", "metrics"))] = None
    guardrail: str | None = None
    accepted_by: UserId | None = None  # who accepts the risk
    risk_until: date | None = None  # the last day on which they do
    controls: str | None = None  # what holds the accepted risk down until then
    total_cost: str | None = None  # of ownership: licences, people, running it, leaving it
    maintenance: str | None = None
    integration: str | None = None
    security: str | None = None


BUYING = ("total_cost", "maintenance", "integration", "security")  # what a cost asks for
DETAIL_TEXTS = (
    "goal",
    "constraint",
    "smallest_test",
    "options",
    "outcome_metric",
    "guardrail",
    "controls",
    *BUYING,
)


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
    related: tuple[int, ...] = ()  # others on the same subject that stand beside it

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

    @property
    def people(self) -> frozenset[UserId]:
        """Everybody who is named in it."""
        named = {self.decided_by, self.source.author_id, self.detail.accepted_by}
        return self.involved | {each for each in named if each}


class DecisionEventKind(StrEnum):
    LOGGED = "logged"
    IMPORTED = "imported"
    EDITED = "edited"
    DECIDED = "decided"  # a proposal was accepted
    REJECTED = "rejected"  # a proposal was turned down
    TO_AMEND = "to_amend"  # it was proposed as an amendment of what it would take the place of
    ASKED = "asked"  # somebody's word was asked for: the line names them
    APPROVED = "approved"
    OBJECTED = "objected"
    QUESTIONED = "questioned"
    NUDGED = "nudged"  # whoever was asked was reminded: the line names them
    OFFERED = "offered"  # a deputy was asked in their place: the line names both
    TABLED = "tabled"  # it waited too long, and goes on the next agenda
    VOIDED = "voided"  # approvals were given for other words than it has now
    KEPT = "kept"
    POSTPONED = "postponed"
    EXPIRED = "expired"
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
        if status not in {DecisionStatus.PROPOSED, DecisionStatus.DECIDED}:
            raise InvalidInput("Pick Decided or Proposed.", field="status")
        for name, text in (("why", why), ("not_doing", not_doing)):
            _must_fit(name, text)
        if revisit_on != (standing.revisit_on if standing else None):
            _must_come(revisit_on, today, "revisit", "Pick a day after today to look at this again.")
        if detail.risk_until != (standing.detail.risk_until if standing else None):
            _must_come(detail.risk_until, today, "risk_until", "Pick a day after today for the acceptance to end.")
        _must_be_whole(detail, standing.detail if standing else Detail())
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


def _must_be_whole(detail: Detail, before: Detail) -> None:
    """A risk is accepted by somebody, and until some day. What stood without, such as an import, may stay so."""
    if (detail.risk_until, detail.accepted_by) == (before.risk_until, before.accepted_by):
        return
    if detail.risk_until is not None and not detail.accepted_by:
        raise InvalidInput("Who accepts this risk until then? Pick one person.", field="accepted_by")
    if detail.risk_until is None and detail.accepted_by:
        raise InvalidInput("Until when do they accept the risk? Pick a day.", field="risk_until")


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
    ends = decision.detail.risk_until
    if decision.status is DecisionStatus.EXPIRED and draft.detail.risk_until != ends:
        raise InvalidInput(
            "This acceptance has run out. *It worked, keep* accepts the risk until another day.", field="risk_until"
        )
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


def comes_back_on(decision: Decision) -> date | None:
    """The day on which it is due: its revisit date, or the end of the risk acceptance where that is earlier.

    None where it never is, and once nothing is to be said about it any more. An acceptance that has run out is due on
    its revisit date: on the day after its end, or as far as that was put off.
    """
    if not decision.is_active:
        return None
    ends = decision.detail.risk_until
    if decision.status is DecisionStatus.EXPIRED:
        return decision.revisit_on or ends
    return min((day for day in (decision.revisit_on, ends) if day is not None), default=None)


def is_about_risk(decision: Decision) -> bool:
    """Whether it comes back because its risk acceptance ends, or has ended."""
    ends = decision.detail.risk_until
    return ends is not None and (decision.status is DecisionStatus.EXPIRED or comes_back_on(decision) == ends)


def accepts_anew(decision: Decision, until: date) -> bool:
    """Whether keeping it until that day moves the end of its risk acceptance there. What is looked at before that end,
    for its own sake, keeps it."""
    return is_about_risk(decision) and until != decision.detail.risk_until


def keep(decision: Decision, *, revisit_on: date, by: UserId, today: date, at: datetime) -> Decision:
    """It worked: look again on `revisit_on`. A risk whose acceptance runs out, or has, is accepted by `by` until then.

    Raises Conflict for a proposal, which did not work yet; InvalidInput for a day that is not after today.
    """
    _must_be_active(decision)
    if decision.status is DecisionStatus.PROPOSED:
        raise Conflict(f"{decision.ref} is not decided yet. Decide or reject it first.")
    _must_come(revisit_on, today, "revisit", "Pick a day after today to look at this again.")
    detail = decision.detail
    if accepts_anew(decision, revisit_on):
        detail = replace(detail, risk_until=revisit_on, accepted_by=by)
    return replace(decision, status=DecisionStatus.HELD, revisit_on=revisit_on, detail=detail, updated_at=at)


def postpone(decision: Decision, *, revisit_on: date, today: date, at: datetime) -> Decision:
    """Nothing is said about how it went: look at it on `revisit_on` instead.

    Raises Conflict where a risk is accepted for less long than that: the end of an acceptance is not put off.
    """
    _must_be_active(decision)
    _must_come(revisit_on, today, "revisit", "Pick a day after today to look at this again.")
    ends = decision.detail.risk_until
    if decision.status is not DecisionStatus.EXPIRED and ends is not None and ends < revisit_on:
        raise Conflict(
            f"{decision.ref} accepts a risk until {spoken.day(ends)}, and that is not put off. Keep it until another "
            "day, or reverse it. Left alone, the acceptance ends then, and I ask once more."
        )
    return replace(decision, revisit_on=revisit_on, updated_at=at)


def expire(decision: Decision, *, today: date, at: datetime) -> Decision:
    """The last day of a risk acceptance has passed unanswered: it comes back today. `today` is its owner's.

    Raises Conflict for what accepts no risk, not yet, or not any more.
    """
    ends = decision.detail.risk_until
    if decision.status not in STANDING or ends is None:
        raise Conflict(f"{decision.ref} accepts no risk.")
    if today <= ends:
        raise Conflict(f"{decision.ref} accepts a risk until {spoken.day(ends)}.")
    return replace(decision, status=DecisionStatus.EXPIRED, revisit_on=today, updated_at=at)


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
    "supersedes",
    "superseded_by",
    "related",
)


def _must_be_active(decision: Decision) -> None:
    if not decision.is_active:
        raise Conflict(f"{decision.ref} is already {decision.status}.")


def _text(value: object) -> str | None:
    if isinstance(value, tuple):
        return ", ".join(f"D-{each}" for each in value) or None
    return None if value is None else str(value)
