"""Approvals: whose word a proposal waits for, what each of them said, and when that is enough."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.errors import Conflict, InvalidInput
from bot.domain.rights import Approver, Part
from bot.domain.workspaces import UserId, WorkspaceId

WHY_LIMIT = 3000


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


def is_complete(approvals: Iterable[Approval]) -> bool:
    """Whether everybody whose word is needed has said yes."""
    return not any(each.is_open for each in approvals)


def _must_be_open(approval: Approval) -> None:
    if approval.status is ApprovalStatus.VOID:
        raise Conflict("This approval is not needed any more.")
    if approval.status is ApprovalStatus.APPROVED:
        raise Conflict("This was approved already.")
