"""Approvals: whose word a proposal waits for, what each of them said, and when that is enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.errors import Conflict, InvalidInput
from bot.domain.hours import WorkingHours, add_working_days, is_working_day, local_day, local_moment
from bot.domain.rights import Approver, Needed, Part, Ruling
from bot.domain.workspaces import UserId, WorkspaceId

WHY_LIMIT = 3000
EARLIEST_ZONE = timedelta(hours=14)  # where a day begins first


class ApprovalStatus(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    OBJECTED = "objected"  # it blocks until they approve, or the proposal is changed or rejected
    VOID = "void"  # not needed any more: the proposal was changed, decided otherwise, or turned down


@dataclass(frozen=True, slots=True)
class Approval:
    """One word that a proposal waits for. Every instant is aware, in UTC.

    It is `asked_at` once it was put to them, then reminded (`nudged_at`), offered to the deputy (`offered_at`), and put
    on an agenda (`tabled_at`). `answered_by` is who spoke: for a role or a group one of its people, for somebody who
    is not in Slack whoever wrote down what they said (`outside_*`).
    """

    workspace_id: WorkspaceId
    id: str
    number: int  # the decision
    approver: Approver
    part: Part
    status: ApprovalStatus
    created_at: datetime
    asked_at: datetime | None = None
    nudged_at: datetime | None = None
    offered_at: datetime | None = None
    tabled_at: datetime | None = None
    answered_by: UserId | None = None
    answered_at: datetime | None = None
    why: str | None = None  # the reason of an objection
    outside_by: str | None = None  # "Maria Lopez, chair"
    outside_on: date | None = None
    link: str | None = None
    called: str | None = None  # a user group's name when it was needed: "@finance"

    @property
    def is_open(self) -> bool:
        """Whether their word is still missing, or stands against it."""
        return self.status in {ApprovalStatus.WAITING, ApprovalStatus.OBJECTED}


def approve(approval: Approval, *, by: UserId, at: datetime) -> Approval:
    """Yes. Whoever objected may approve later, with the objection settled. Raises Conflict."""
    _must_be_open(approval)
    return replace(approval, status=ApprovalStatus.APPROVED, answered_by=by, answered_at=at, why=None)


def approve_outside(
    approval: Approval, *, by: UserId, at: datetime, said_by: str, said_on: date, link: str | None, today: date
) -> Approval:
    """Somebody who is not in Slack said yes, and `by` writes it down. Raises Conflict, InvalidInput."""
    _must_be_open(approval)
    said_by, link = " ".join(said_by.split()), (link or "").strip() or None
    if not said_by:
        raise InvalidInput("Who approved it? A name is enough.", field="said_by")
    if said_on > today:
        raise InvalidInput("Pick the day on which they approved it: today or earlier.", field="said_on")
    if link is not None and not link.lower().startswith(("https://", "http://")):
        raise InvalidInput("A link begins with https://. Leave it empty if there is none.", field="link")
    return replace(
        approval,
        status=ApprovalStatus.APPROVED,
        answered_by=by,
        answered_at=at,
        why=None,
        outside_by=said_by,
        outside_on=said_on,
        link=link,
    )


def objecting(approval: Approval, why: str, *, by: UserId, at: datetime) -> Approval:
    """No, and why. Raises Conflict, InvalidInput."""
    _must_be_open(approval)
    why = why.strip()
    if not why:
        raise InvalidInput("Say what stands against it. One sentence is enough.", field="why")
    if len(why) > WHY_LIMIT:
        raise InvalidInput(f"Keep this under {WHY_LIMIT} characters ({len(why)} now).", field="why")
    return replace(approval, status=ApprovalStatus.OBJECTED, answered_by=by, answered_at=at, why=why)


def void(approval: Approval) -> Approval:
    """Nobody waits for it any more. What was said stays on record."""
    return replace(approval, status=ApprovalStatus.VOID) if approval.is_open else approval


def outdated(approval: Approval) -> Approval:
    """What it was given for reads otherwise now, so a yes does not count any more either."""
    return replace(approval, status=ApprovalStatus.VOID)


def is_complete(approvals: Iterable[Approval]) -> bool:
    """Whether everybody whose word is needed has said yes."""
    return not any(each.is_open for each in approvals)


def standing(approvals: Iterable[Approval]) -> list[Approval]:
    """Those that count: what was voided is history."""
    return [each for each in approvals if each.status is not ApprovalStatus.VOID]


def whose_decision(approvals: Sequence[Approval]) -> UserId | None:
    """Who decided, once all have said yes: whoever spoke for the one who decides, else who spoke last."""
    given = [each for each in approvals if each.status is ApprovalStatus.APPROVED and each.answered_at is not None]
    if not given:
        return None
    decided = [each for each in given if each.part is Part.DECIDES]
    return max(decided or given, key=lambda each: (each.answered_at, each.id)).answered_by


def with_area_of(ruling: Ruling, old: Ruling) -> Ruling:
    """What `ruling` needs, and the word of those who decide and must agree in the area of what it takes the place of.

    What the old one cost is left out: a cheaper decision needs no more than its own limits ask for.
    """
    added: dict[Approver, Needed] = {each.approver: each for each in old.needed if each.part is not Part.LIMIT}
    kept = {each.approver: each for each in ruling.needed}
    return replace(
        ruling, needed=tuple((kept | {who: each for who, each in added.items() if who not in kept}).values())
    )


# --- time ----------------------------------------------------------------------------------------------------------


def when_to_ask(hours: WorkingHours, at: datetime) -> datetime:
    """Now, within their working hours; else when their next working day starts (UTC)."""
    today = local_day(hours.zone, at)
    if is_working_day(hours, today):
        starts, ends = (local_moment(hours.zone, today, each) for each in (hours.starts, hours.ends))
        if at < starts:
            return starts
        if at < ends or ends <= starts:
            return at
    return local_moment(hours.zone, add_working_days(hours, today, 1), hours.starts)


def took(decision: Decision, approvals: Sequence[Approval] = ()) -> timedelta | None:
    """How long it was from proposal to decision; None where it is not decided, or was decided as it was written.

    To the moment of the last yes that it needed. Without approvals only the day of the decision is known: then it is
    whole days, and rather one too few, for that day began elsewhere on Earth before it did in UTC.
    """
    not_yet = {DecisionStatus.PROPOSED, DecisionStatus.REJECTED, DecisionStatus.WITHDRAWN, DecisionStatus.IMPORTED}
    if decision.status in not_yet or decision.decided_on is None:
        return None
    given = [each.answered_at for each in standing(approvals) if each.answered_at is not None]
    if given:
        spent = max(given) - decision.created_at
        return spent if spent > timedelta(0) else None
    days = decision.decided_on - (decision.created_at + EARLIEST_ZONE).date()
    return days if days > timedelta(0) else None


def _must_be_open(approval: Approval) -> None:
    if approval.status is ApprovalStatus.VOID:
        raise Conflict("This approval is not needed any more.")
    if approval.status is ApprovalStatus.APPROVED:
        raise Conflict("This was approved already.")
