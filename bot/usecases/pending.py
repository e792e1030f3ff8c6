"""Approvals that wait for somebody: who may give each word, whose reminder is due, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import stuck
from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus
from bot.domain.errors import NotFound
from bot.domain.hours import WorkingHours, local_day
from bot.domain.ids import new_id
from bot.domain.messages import WaitingApproval, WaitingForYou
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.rights import ApproverKind, GroupId
from bot.domain.workspaces import Role, UserId, Viewer, WorkspaceId
from bot.usecases.people import takes_part
from bot.usecases.ports import UnitOfWork
from bot.usecases.rights.rule import members_of, people_for
from bot.usecases.rights.spoken import caller
from bot.usecases.services import Services
from bot.usecases.watching import watch

LOST = frozenset({OutboxStatus.FAILED, OutboxStatus.LATE})
Groups = Mapping[GroupId, frozenset[UserId]]


@dataclass(frozen=True, slots=True)
class Pending:
    """An approval that a person can do something about, for the proposal that it is about."""

    approval: Approval
    decision: Decision
    in_place_of: bool = False  # they cover whoever was asked

    @property
    def is_outside(self) -> bool:
        """They write down what somebody said who is not in Slack."""
        return self.approval.approver.kind is ApproverKind.OUTSIDE


def groups_waiting(services: Services, workspace: WorkspaceId) -> Groups:
    """Who is in the user groups that a word is missing of. Asks Slack, so never within a transaction."""
    with services.store.read(workspace) as uow:
        approvers = [each.approver for each in uow.approvals.waiting()]
    wanted = [each.id for each in approvers if each.kind is ApproverKind.GROUP]
    return members_of(services, wanted, workspace=workspace) if wanted else {}


def pending_for(uow: UnitOfWork, person: UserId, groups: Groups) -> list[Pending]:
    """What waits for a word of `person`, oldest first. They were shown each of these by name already."""
    found, roles = [], uow.workspaces.roles()
    for approval in uow.approvals.waiting():
        if approval.status is not ApprovalStatus.WAITING or not _may_concern(approval, person, roles, groups):
            continue
        decision = proposal_of(uow, approval)
        if decision is None:
            continue
        if person in who_may_answer(uow, approval, decision, groups):
            found.append(Pending(approval, decision))
        elif may_answer_in_place(uow, approval, decision, person):
            found.append(Pending(approval, decision, in_place_of=True))
    return found


def _may_concern(approval: Approval, person: UserId, roles: Mapping[Role, frozenset[UserId]], groups: Groups) -> bool:
    """Whether it is worth a closer look: most of what waits in a workspace waits for somebody else."""
    approver = approval.approver
    if approval.offered_at is not None and person in roles.get(Role.DEPUTY, frozenset()):
        return True
    match approver.kind:
        case ApproverKind.PERSON:
            return approver.id == person
        case ApproverKind.ROLE:
            return person in roles.get(Role(approver.id), frozenset())
        case ApproverKind.GROUP:
            return person in groups.get(approver.id, frozenset())
        case ApproverKind.OUTSIDE:
            return True  # for the decision's author or owner


def proposal_of(uow: UnitOfWork, approval: Approval) -> Decision | None:
    """The decision that an approval is about, while it is still to be decided."""
    try:
        decision = uow.decisions.get(approval.number, Viewer.system())
    except NotFound:
        return None
    return decision if decision.status is DecisionStatus.PROPOSED else None


def who_may_answer(uow: UnitOfWork, approval: Approval, decision: Decision, groups: Groups) -> frozenset[UserId]:
    """Who can settle it: those who may speak for the approver; where that one is not in Slack the author, or the owner
    once the author has left."""
    if approval.approver.kind is ApproverKind.OUTSIDE:
        return present(uow, {decision.author_id}) or present(uow, {decision.owner_id})
    return present(uow, people_for(uow, approval.approver, groups))


def deputies_for(uow: UnitOfWork, approval: Approval, decision: Decision) -> frozenset[UserId]:
    """The deputies who may be asked in the approver's place, as the rights and roles stand now."""
    roles, limits = uow.workspaces.roles(), uow.rights.limits()
    return present(uow, stuck.covering(approval.approver, decision, uow.rights.all(), limits, roles))


def may_answer_in_place(uow: UnitOfWork, approval: Approval, decision: Decision, person: UserId) -> bool:
    """Whether it was offered to `person`, and they may still decide it for whoever was asked."""
    if approval.offered_at is None or all(each.person_id != person for each in uow.reminders.of(offer_of(approval))):
        return False
    return person in deputies_for(uow, approval, decision)


def present(uow: UnitOfWork, people: Iterable[UserId]) -> frozenset[UserId]:
    """Those of them who take part here. Somebody not known yet does: nothing says that they left."""
    people = frozenset(people)
    known, workspace = uow.people.get_many(people), uow.workspaces.get()
    return frozenset(
        each
        for each in people
        if each not in known or takes_part(known[each], workspace, bool(uow.workspaces.roles_of(each)))
    )


# --- reminding -----------------------------------------------------------------------------------------------------


def to_nudge(
    uow: UnitOfWork, waiting: Iterable[Pending], person: UserId, hours: WorkingHours, *, at: datetime
) -> list[Pending]:
    """Those whose answer is late by the person's own days, and of which they were not reminded yet."""
    days = uow.workspaces.get().response_days
    return [
        each
        for each in waiting
        if not each.in_place_of
        and stuck.is_late(hours, each.approval.asked_at or each.approval.created_at, days, at=at)
        and not _was_nudged(uow, each.approval, person)
    ]


def held(uow: UnitOfWork, nudges: Iterable[Pending]) -> list[Pending]:
    """Those that still wait for an answer, which nobody can give now until this transaction has ended.

    The newest decision is locked first, as by whoever decides it: that locks what it takes the place of after it.
    """
    nudges = list(nudges)
    order = sorted(nudges, key=lambda each: (-each.decision.number, each.approval.created_at, each.approval.id))
    locked = {each.approval.id: uow.approvals.get(each.approval.id, lock=True) for each in order}
    found = [replace(each, approval=locked[each.approval.id]) for each in nudges]
    return [each for each in found if each.approval.status is ApprovalStatus.WAITING]


def nudged(uow: UnitOfWork, nudges: Iterable[Pending], person: UserId, hours: WorkingHours, *, at: datetime) -> None:
    """They are reminded now, by the DM that the caller sends: it is on record, and what follows is planned."""
    today, known = local_day(hours.zone, at), uow.people.find(person)
    for each in nudges:
        is_new = uow.reminders.take(person=person, subject=nudge_of(each.approval), due_on=today, at=at)
        if not is_new:
            continue
        if each.approval.nudged_at is None:
            uow.approvals.save(replace(each.approval, nudged_at=at))
        words = f"To {known.name}" if known is not None else None
        record_step(uow, each.approval, DecisionEventKind.NUDGED, words=words, at=at)
        watch(uow, each.approval.id, at=at)


def record_step(
    uow: UnitOfWork, approval: Approval, kind: DecisionEventKind, *, words: str | None, at: datetime
) -> None:
    """A line of the decision's history, by the clock."""
    by = uow.workspaces.get().bot_user_id
    uow.decisions.add_event(DecisionEvent(uow.workspace_id, new_id(at), approval.number, kind, by, at, words))


def _was_nudged(uow: UnitOfWork, approval: Approval, person: UserId) -> bool:
    """By a DM that was not lost on the way."""
    for reminder in uow.reminders.of(nudge_of(approval)):
        if reminder.person_id == person:
            rows = [row for row in uow.outbox.shown(dm_of(person), since=reminder.at) if _lists(row, approval.id)]
            if not rows or any(row.status not in LOST for row in rows):
                return True
    return False


# --- in the daily DM -----------------------------------------------------------------------------------------------


def listed(
    uow: UnitOfWork, waiting: Iterable[Pending], person: UserId, hours: WorkingHours, *, at: datetime
) -> tuple[WaitingApproval, ...]:
    """Them as the DM to `person` lists them, which is remembered so that an answer shows in it."""
    waiting, today = list(waiting), local_day(hours.zone, at)
    for each in waiting:
        uow.reminders.take(person=person, subject=listing_of(each.approval), due_on=today, at=at)
    return shown(uow, waiting)


def shown(uow: UnitOfWork, waiting: Sequence[Pending]) -> tuple[WaitingApproval, ...]:
    """Them as they are shown to whom they wait for."""
    called = caller(uow, [each.approval.approver for each in waiting], {})
    names = uow.people.get_many(each.decision.author_id for each in waiting)
    return tuple(
        WaitingApproval(
            approval_id=each.approval.id,
            number=each.decision.number,
            title=each.decision.title,
            asked_by=names[each.decision.author_id].name if each.decision.author_id in names else "somebody",
            asked_at=each.approval.asked_at or each.approval.created_at,
            stands_for=called(each.approval.approver) if each.in_place_of or each.is_outside else None,
            outside=each.is_outside,
        )
        for each in waiting
    )


def listings(uow: UnitOfWork, number: int) -> list[OutboxMessage]:
    """Every *Waiting for you* that lists an approval of this decision."""
    since: dict[UserId, datetime] = {}
    for approval in uow.approvals.of(number):
        for reminder in uow.reminders.of(listing_of(approval)):
            since[reminder.person_id] = min(reminder.at, since.get(reminder.person_id, reminder.at))
    rows = [row for person, begins in since.items() for row in uow.outbox.shown(dm_of(person), since=begins)]
    return [
        row
        for row in rows
        if isinstance(row.message, WaitingForYou) and any(each.number == number for each in row.message.approvals)
    ]


def as_they_stand(uow: UnitOfWork, message: WaitingForYou) -> tuple[WaitingApproval, ...]:
    """The message's approvals with what has become of each since."""
    return tuple(replace(each, answered=_became(uow, each, message.person_id)) for each in message.approvals)


def _became(uow: UnitOfWork, item: WaitingApproval, person: UserId) -> str | None:
    try:
        approval = uow.approvals.get(item.approval_id)
    except NotFound:
        return "Not needed any more"
    match approval.status:
        case ApprovalStatus.APPROVED:
            return f"Approved{_by(uow, approval, person)}"
        case ApprovalStatus.OBJECTED:
            return f"Objected to{_by(uow, approval, person)}"
        case ApprovalStatus.VOID:
            return "Not needed any more"
        case ApprovalStatus.WAITING:
            decision = uow.decisions.get(approval.number, Viewer.system())
            is_open = decision.status is DecisionStatus.PROPOSED
            return None if is_open else f"{decision.status.value.capitalize()} already"


def _by(uow: UnitOfWork, approval: Approval, person: UserId) -> str:
    if approval.answered_by in {None, person}:
        return ""
    known = uow.people.find(approval.answered_by or "")
    return f" by {known.name}" if known is not None else " by somebody else"


def _lists(row: OutboxMessage, approval_id: str) -> bool:
    return isinstance(row.message, WaitingForYou) and any(
        each.approval_id == approval_id for each in row.message.approvals
    )


# --- names ---------------------------------------------------------------------------------------------------------


def nudge_of(approval: Approval) -> str:
    """What reminders call the one nudge of each person."""
    return f"nudge:{approval.id}"


def offer_of(approval: Approval) -> str:
    """What reminders call the offers to deputies."""
    return f"offer:{approval.id}"


def listing_of(approval: Approval) -> str:
    """What reminders call the days on which somebody's DM listed it."""
    return f"listed:{approval.id}"


def dm_of(person: UserId) -> str:
    """What the outbox calls every *Waiting for you* of a person."""
    return f"waiting:{person}"
