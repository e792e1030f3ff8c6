"""Whose word a decision needs as it is written, and keeping what they are shown in step with what becomes of it.

Rows are opened in the transaction that writes the decision; the people are asked by a job after it (`requests`), for
Slack has to be read for that. This module knows nothing of the decision log, which calls it.

Who is asked for their word on a private decision is shown its words in the request itself, by whoever wrote it asking
them, and may read those as long as they may answer. They are not among its viewers: the log's audience rule stays one
rule, and somebody who is asked once does not follow a private decision for ever.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.approvals import Approval, ApprovalStatus, approve, outdated, standing, void, with_area_of
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, Detail
from bot.domain.errors import InvalidInput
from bot.domain.ids import new_id
from bot.domain.messages import ApprovalRequest, AskedFor, Word
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.rights import Approver, ApproverKind, GroupId, Ruling
from bot.domain.spoken import listed
from bot.domain.stuck import within_deputys_limits
from bot.domain.workspaces import UserId, WorkspaceId
from bot.usecases.outgoing import NOT_THERE, change
from bot.usecases.pending import may_answer_in_place
from bot.usecases.ports import Job, UnitOfWork
from bot.usecases.rights.rule import group_names, groups_in, members_of, people_for, ruling_for
from bot.usecases.rights.spoken import caller
from bot.usecases.services import Services

ASK = "approvals.ask"  # jobs' kinds; their subject is the decision's number
TELL = "approvals.tell"
NOBODY: UserId = ""  # who has no right of their own
Members = Mapping[GroupId, frozenset[UserId]]


@dataclass(frozen=True, slots=True)
class Groups:
    """Slack's user groups, read before a transaction: who is in them, and what they are called."""

    members: Mapping[GroupId, frozenset[UserId]] = field(default_factory=dict)
    called: Mapping[GroupId, str] = field(default_factory=dict)


# --- what is needed ------------------------------------------------------------------------------------------------


def ruling_on(uow: UnitOfWork, detail: Detail, *, author: UserId, replacing: Detail | None = None) -> Ruling:
    """Whose word a decision with this detail needs; what takes another's place also that of the other's area.

    Raises InvalidInput ("currency").
    """
    ruling = ruling_for(uow, area=detail.area, cost=detail.cost, currency=detail.currency, author=author)
    if replacing is None:
        return ruling
    return with_area_of(ruling, ruling_over(uow, replacing, author=author))


def ruling_over(uow: UnitOfWork, standing_one: Detail, *, author: UserId) -> Ruling:
    """Whose word it takes, by its area, that what stands no longer does. What it costs asks nobody: less is spent.

    What was beyond the deputy to decide is beyond them to undo.
    """
    ruling = ruling_for(uow, area=standing_one.area, cost=None, currency=None, author=author)
    if ruling.by_deputy and not within_deputys_limits(uow.rights.all(), uow.rights.limits(), standing_one):
        return ruling_for(uow, area=standing_one.area, cost=None, currency=None, author=NOBODY)
    return ruling


def ruling_as_it_is(uow: UnitOfWork, detail: Detail, *, author: UserId) -> Ruling:
    """What the words that stand need, for who would change them. A cost in a currency of old times asks nobody."""
    try:
        return ruling_on(uow, detail, author=author)
    except InvalidInput:
        return ruling_over(uow, detail, author=author)


def read_groups(services: Services, ruling: Ruling, *, workspace: WorkspaceId) -> Groups:
    """The user groups that have a word in it. Not within a transaction."""
    if not any(each.approver.kind is ApproverKind.GROUP for each in ruling.needed):
        return Groups()
    asked = replace(ruling, input=type(ruling.input)(), performs=type(ruling.performs)())
    return Groups(groups_in(services, asked, workspace=workspace), group_names(services, workspace))


def groups_of(services: Services, approvals: Sequence[Approval], *, workspace: WorkspaceId) -> Groups:
    """Those that are among the approvers. Not within a transaction."""
    groups = [each.approver.id for each in approvals if each.approver.kind is ApproverKind.GROUP]
    return Groups(members_of(services, groups, workspace=workspace) if groups else {})


def read_for(
    services: Services, workspace: WorkspaceId, *details: Detail, author: UserId, number: int | None = None
) -> Groups:
    """The user groups that may have a word in decisions of these details, or have one in D-`number` as it is.

    Not within a transaction. Raises InvalidInput ("currency").
    """
    with services.store.read(workspace) as uow:
        rulings = [ruling_on(uow, each, author=author) for each in details]
        asked = standing(uow.approvals.of(number)) if number is not None else []
    needed = tuple(each for ruling in rulings for each in ruling.needed)
    read = read_groups(services, Ruling(needed), workspace=workspace)
    more = groups_of(services, asked, workspace=workspace)
    return Groups({**more.members, **read.members}, read.called)


def may_speak(
    uow: UnitOfWork,
    approval: Approval,
    person: UserId,
    members: Mapping[GroupId, frozenset[UserId]],
    decision: Decision,
) -> bool:
    """Whether the approval is theirs to give: as the rights stand now, or because it was offered to them as deputy."""
    if person in people_for(uow, approval.approver, members):
        return True
    return may_answer_in_place(uow, approval, decision, person)


def may_answer(
    uow: UnitOfWork,
    approval: Approval,
    person: UserId,
    members: Mapping[GroupId, frozenset[UserId]],
    decision: Decision,
) -> bool:
    """Whether `person` may give it now. An objection is taken back by whoever made it, as long as they may speak."""
    if not approval.is_open or not may_speak(uow, approval, person, members, decision):
        return False
    objector = approval.answered_by if approval.status is ApprovalStatus.OBJECTED else None
    return objector in {None, person} or not may_speak(uow, approval, str(objector), members, decision)


# --- rows ----------------------------------------------------------------------------------------------------------


def opened(
    uow: UnitOfWork, ruling: Ruling, groups: Groups, *, number: int, by: UserId, means_it: bool, at: datetime
) -> list[Approval]:
    """A row for each whose word is needed, not written yet.

    Where `by`, who writes the decision, means it to be decided, what is theirs to say is said with that.
    """
    found = []
    for needed in ruling.needed:
        called = groups.called.get(needed.approver.id) if needed.approver.kind is ApproverKind.GROUP else None
        approver, part = needed.approver, needed.part
        row = Approval(uow.workspace_id, new_id(at), number, approver, part, ApprovalStatus.WAITING, at, called=called)
        theirs = means_it and by in people_for(uow, needed.approver, groups.members)
        found.append(approve(row, by=by, at=at) if theirs else row)
    return found


def enter(
    uow: UnitOfWork, decision: Decision, ruling: Ruling, approvals: Sequence[Approval], *, by: UserId, at: datetime
) -> None:
    """Write the rows of a proposal (or of what was decided at once), and see to it that people are asked and told."""
    for each in approvals:
        uow.approvals.add(each)
    names = called_in(uow, [each for each in approvals if each.is_open])
    if names:
        write(uow, decision, DecisionEventKind.ASKED, by=by, at=at, why=plain(listed([*names.values()])))
    if decision.status is not DecisionStatus.PROPOSED:
        tell_later(uow, decision, ruling, at=at)
    elif names or ruling.input:
        work_later(uow, ASK, decision.number, at=at)


def tell_later(uow: UnitOfWork, decision: Decision, ruling: Ruling, *, at: datetime) -> None:
    """It is decided: those who carry it out are told."""
    if ruling.performs:
        work_later(uow, TELL, decision.number, at=at)


def start_over(
    uow: UnitOfWork, decision: Decision, approvals: Sequence[Approval], words: str, *, by: UserId, at: datetime
) -> None:
    """The words that they were asked about have changed: none of what was said counts. They are shown `words`."""
    if any(each.answered_at is not None for each in standing(approvals)):
        write(uow, decision, DecisionEventKind.VOIDED, by=by, at=at)
    for each in standing(approvals):
        row = outdated(each)
        uow.approvals.save(row)
        show_closed(uow, row, words, at=at)


def close(uow: UnitOfWork, decision: Decision, words: str, *, at: datetime) -> None:
    """Nobody is waited for any more, and all who were asked are shown why. `words` are safe mrkdwn."""
    for each in standing(uow.approvals.of(decision.number, lock=True)):
        if each.is_open:
            row = void(each)
            uow.approvals.save(row)
            show_closed(uow, row, words, at=at)


def work_later(uow: UnitOfWork, kind: str, number: int, *, at: datetime) -> None:
    uow.jobs.add(Job(uow.workspace_id, new_id(at), kind, str(number), next_at=at))


def write(
    uow: UnitOfWork, decision: Decision, kind: DecisionEventKind, *, by: UserId, at: datetime, why: str | None = None
) -> None:
    """One line of the decision's history that changes nothing about the decision itself."""
    uow.decisions.add_event(DecisionEvent(uow.workspace_id, new_id(at), decision.number, kind, by, at, why))


# --- words ---------------------------------------------------------------------------------------------------------


def called_in(uow: UnitOfWork, approvals: Sequence[Approval]) -> dict[str, str]:
    """What to call each approver, by the approval's id: safe mrkdwn that pings nobody."""
    groups = {each.approver.id: each.called for each in approvals if each.called}
    if not approvals:
        return {}
    called = caller(uow, [each.approver for each in approvals], groups)
    return {each.id: called(each.approver) for each in approvals}


def call(uow: UnitOfWork, approver: Approver, *, name: str | None = None) -> str:
    return caller(uow, [approver], {approver.id: name} if name else {})(approver)


def words_about(uow: UnitOfWork, number: int) -> tuple[Word, ...]:
    """What a proposal's card says of those whom it waits for."""
    approvals = standing(uow.approvals.of(number))
    names = called_in(uow, approvals)
    return tuple(Word(names[each.id], each.status.value, each.why) for each in approvals)


def plain(mrkdwn: str) -> str:
    """Words as people wrote them, for history, which is made safe when it is shown."""
    return html.unescape(mrkdwn)


# --- what people were shown ----------------------------------------------------------------------------------------


def subject_of(approval_id: str) -> str:
    """What the outbox calls every request for this approval."""
    return f"approval:{approval_id}"


def asked_for_subject(number: int) -> str:
    """What the outbox calls what the author is told about whom they wait for."""
    return f"asked:{number}"


def objection_of(approval_id: str) -> str:
    """What the outbox calls what the author is told of an objection."""
    return f"objection:{approval_id}"


def show_answer(uow: UnitOfWork, approval: Approval, *, state: str, answer: str, at: datetime) -> None:
    """Every request for it says what came of it; whoever was not asked yet, or told of an objection to it, is not any
    more."""
    for row in uow.outbox.shown(subject_of(approval.id)):
        if not isinstance(row.message, ApprovalRequest) or row.status in NOT_THERE or _kept_back(uow, row, at=at):
            continue
        change(uow, row, replace(row.message, state=state, answer=answer), at=at)
    for row in uow.outbox.shown(objection_of(approval.id)):
        _kept_back(uow, row, at=at)
    _cross_off(uow, approval, at=at)


def show_closed(uow: UnitOfWork, approval: Approval, words: str, *, at: datetime) -> None:
    show_answer(uow, approval, state="closed", answer=words, at=at)


def _kept_back(uow: UnitOfWork, row: OutboxMessage, *, at: datetime) -> bool:
    """Whether it was still waiting for somebody's morning, and is dropped."""
    if row.status is OutboxStatus.DROPPED:
        return True
    held = uow.outbox.claim(row.id, at=row.next_at) if row.next_at > at else None
    if held is None or held.status is not OutboxStatus.QUEUED:
        return False
    uow.outbox.save(replace(held, status=OutboxStatus.DROPPED, reason="it was settled before it was asked"))
    return True


def _cross_off(uow: UnitOfWork, approval: Approval, *, at: datetime) -> None:
    """The author's list of who is asked later or outside Slack says nothing of those who have answered."""
    for row in uow.outbox.shown(asked_for_subject(approval.number)):
        said = row.message
        if not isinstance(said, AskedFor):
            continue
        later = tuple(each for each in said.later if each.approval_id != approval.id)
        outside = tuple(each for each in said.outside if each[0] != approval.id)
        if (later, outside) != (said.later, said.outside):
            change(uow, row, replace(said, later=later, outside=outside), at=at)
