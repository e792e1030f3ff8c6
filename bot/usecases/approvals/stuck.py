"""What follows where an approval is not answered, each step once: a nudge, the deputy, the next agenda.

The clock looks at each approval when its next step may be due (the rule is in `bot.domain.stuck`). A nudge is the
approval's turn in that person's *Waiting for you*, which sees to their own morning; the rest is done here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import spoken
from bot.domain.approvals import Approval, ApprovalStatus, when_to_ask
from bot.domain.cadences import CadenceKind
from bot.domain.decisions import Decision, DecisionEventKind
from bot.domain.errors import ExternalFailure, NotFound
from bot.domain.hours import WorkingHours, local_day
from bot.domain.messages import ApprovalRequest, Note
from bot.domain.outbox import Destination
from bot.domain.rights import ApproverKind
from bot.domain.schedules import LATE_LIMIT, Schedule, ScheduleKind
from bot.domain.stuck import Due, Step, days_waited, next_step
from bot.domain.workspaces import Role, UserId, WorkspaceId
from bot.usecases import pending
from bot.usecases.approvals.asking import call, plain, subject_of
from bot.usecases.approvals.requests import request_for
from bot.usecases.mornings import expect, hours_of
from bot.usecases.outgoing import say
from bot.usecases.people import person_known, viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.rights.spoken import ROLES
from bot.usecases.schedules import plan
from bot.usecases.services import Services

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Around:
    """Who has to do with an approval: who may answer it, and which deputies may in their place."""

    asked: frozenset[UserId]
    deputies: frozenset[UserId]


def approval_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """See what follows for the approval that `schedule` watches over, and plan when to look again."""
    groups, in_the_know = _members(services, schedule), _deputies_who_see(services, schedule)
    with services.store.begin(schedule.workspace_id) as uow:
        approval = _approval(uow, schedule.subject_id)  # before the schedule, as whoever nudges locks them
        claimed = uow.schedules.claim(schedule.id, at=at)
        if claimed is None:
            return
        decision = pending.proposal_of(uow, approval) if approval is not None else None
        if approval is None or decision is None or not approval.is_open:
            uow.schedules.remove(ScheduleKind.APPROVAL, schedule.subject_id)
        else:
            asked = pending.who_may_answer(uow, approval, decision, groups)
            deputies = pending.deputies_for(uow, approval, decision) & in_the_know
            _look(uow, claimed, approval, decision, _Around(asked, deputies), at=at)
        uow.commit()
    services.nudge()


def _look(
    uow: UnitOfWork, schedule: Schedule, approval: Approval, decision: Decision, around: _Around, *, at: datetime
) -> None:
    due = _next(uow, approval, decision, around)
    if due is not None and due.at <= at and due.step is not Step.NUDGE:
        _record_lateness(uow, schedule, approval, due, at=at)
        if due.step is Step.OFFER:
            approval = _offer(uow, approval, decision, around, at=at)
        else:
            approval = _table(uow, approval, decision, at=at)
        due = _next(uow, approval, decision, around)
    if due is None:
        uow.schedules.remove(ScheduleKind.APPROVAL, approval.id)
        return
    if approval.status is ApprovalStatus.WAITING:
        for person in sorted(around.asked):  # whoever has come to the role or the group since has a morning of it, too
            expect(uow, person, at=at)
    moment = due.at if due.at > at else at + A_DAY  # their mornings nudge them; meanwhile people may come and go
    plan(uow, ScheduleKind.APPROVAL, approval.id, slot=moment.date().isoformat(), next_at=moment, at=at)


def _next(uow: UnitOfWork, approval: Approval, decision: Decision, around: _Around) -> Due | None:
    return next_step(
        approval,
        askers=_hours(uow, {decision.author_id}),
        asked=_hours(uow, around.asked),
        deputies=_hours(uow, around.deputies),
        days=uow.workspaces.get().response_days,
    )


def _offer(uow: UnitOfWork, approval: Approval, decision: Decision, around: _Around, *, at: datetime) -> Approval:
    """The deputy is asked in the approver's place, in their own working hours."""
    offered = replace(approval, offered_at=at)
    uow.approvals.save(offered)
    known, called = uow.people.get_many({*around.deputies, decision.author_id}), call(uow, approval.approver)
    reason, asked = _why_you(uow, approval, around, called, at=at), _request_of(uow, approval)
    for person in sorted(around.deputies):
        request = request_for(uow, decision, offered, person, called=called, known=known, reason=reason)
        if asked is not None:
            request = replace(request, others=asked.others, link=asked.link)
        hours = hours_of(known.get(person))
        moment, day = when_to_ask(hours, at), local_day(hours.zone, at)
        say(uow, request, Destination(person=person), at=at, send_at=moment, subject=subject_of(approval.id))
        uow.reminders.take(person=person, subject=pending.offer_of(approval), due_on=day, at=at)
    names = spoken.listed([known[each].name if each in known else "the deputy" for each in sorted(around.deputies)])
    words = f"{names} may answer for {plain(called)}"
    pending.record_step(uow, approval, DecisionEventKind.OFFERED, words=words, at=at)
    return offered


def _request_of(uow: UnitOfWork, approval: Approval) -> ApprovalRequest | None:
    """What the approver was asked."""
    messages = [row.message for row in uow.outbox.shown(subject_of(approval.id))]
    return next((each for each in messages if isinstance(each, ApprovalRequest)), None)


def _why_you(uow: UnitOfWork, approval: Approval, around: _Around, called: str, *, at: datetime) -> str:
    """Safe mrkdwn. The days are counted by the calendar of whoever had the fewest."""
    if not around.asked:
        whom = ROLES[Role(approval.approver.id)] if approval.approver.kind is ApproverKind.ROLE else called
        return f"Nobody can answer for {whom} now. You may decide this in their place."
    since = approval.asked_at or approval.created_at
    days = min(days_waited(hours, since, at=at) for hours in _hours(uow, around.asked))
    waited = f"{days} of their working days" if days != 1 else "a working day of theirs"
    return f"{called[:1].upper()}{called[1:]} has not answered for {waited}. You may decide this for them."


def _table(uow: UnitOfWork, approval: Approval, decision: Decision, *, at: datetime) -> Approval:
    """It goes on the next agenda, and whoever wrote it is told so."""
    tabled = replace(approval, tabled_at=at)
    uow.approvals.save(tabled)
    called = call(uow, approval.approver, name=approval.called)
    pending.record_step(uow, approval, DecisionEventKind.TABLED, words=f"It waits for {plain(called)}", at=at)
    if pending.present(uow, {decision.author_id}):
        words = f"{_stands(approval, decision, called)} {_where_next(uow, decision)}"
        hours = hours_of(uow.people.find(decision.author_id))
        say(uow, Note(words), Destination(person=decision.author_id), at=at, send_at=when_to_ask(hours, at))
    return tabled


def _stands(approval: Approval, decision: Decision, called: str) -> str:
    name = f"*{decision.ref}* · {spoken.escape(spoken.shorten(decision.title, 150)).replace('*', '∗')}"
    if approval.status is ApprovalStatus.OBJECTED:
        return f"{name}: {called} objects, and that has stood for a while."
    return f"{name} still waits for {called}."


def _where_next(uow: UnitOfWork, decision: Decision) -> str:
    meetings = [each for each in uow.cadences.all(kind=CadenceKind.TRADEOFFS) if each.may_take(decision.audience)]
    if not meetings:
        return "There is no tradeoff meeting that it could go to, so please ask them yourself."
    return f"It goes on the next agenda of {spoken.listed([spoken.escape(each.name) for each in meetings])}."


def _record_lateness(uow: UnitOfWork, schedule: Schedule, approval: Approval, due: Due, *, at: datetime) -> None:
    """A step that comes long after it was planned is on record. It is taken all the same: the approval still waits."""
    if schedule.next_at is None or at - schedule.next_at <= LATE_LIMIT[ScheduleKind.APPROVAL]:
        return
    detail = {"decision": f"D-{approval.number}", "step": due.step.value, "planned": schedule.next_at.isoformat()}
    by = uow.workspaces.get().bot_user_id
    uow.audit.add(by=by, action="approval.late", at=at, subject=f"approval:{approval.id}", detail=detail)


# --- who ----------------------------------------------------------------------------------------------------------


def _approval(uow: UnitOfWork, approval_id: str) -> Approval | None:
    try:
        return uow.approvals.get(approval_id, lock=True)
    except NotFound:
        return None


def _hours(uow: UnitOfWork, people: Iterable[UserId]) -> list[WorkingHours]:
    people = sorted(people)
    known = uow.people.get_many(people)
    return [hours_of(known.get(each)) for each in people]


def _members(services: Services, schedule: Schedule) -> pending.Groups:
    """Who is in the user group that was asked. Slack is asked, so not within a transaction.

    Raises ExternalFailure where it cannot say now: a group that cannot be read is not one in which nobody is.
    """
    with services.store.read(schedule.workspace_id) as uow:
        try:
            approver = uow.approvals.get(schedule.subject_id).approver
        except NotFound:
            return {}
    if approver.kind is not ApproverKind.GROUP:
        return {}
    try:
        return {approver.id: services.directory.group_members(schedule.workspace_id, approver.id)}
    except ExternalFailure as failure:
        if failure.permanent:
            return {}
        raise


def _deputies_who_see(services: Services, schedule: Schedule) -> frozenset[UserId]:
    """The deputies who may read the decision anyway: asking them must not show a private one to anybody else.

    Slack is asked, so not within a transaction. Raises ExternalFailure where it cannot say.
    """
    with services.store.read(schedule.workspace_id) as uow:
        try:
            approval = uow.approvals.get(schedule.subject_id)
        except NotFound:
            return frozenset()
        decision = pending.proposal_of(uow, approval)
        if decision is None or approval.approver.kind is ApproverKind.OUTSIDE:
            return frozenset()
        deputies = pending.deputies_for(uow, approval, decision)
    return frozenset(each for each in deputies if _sees(services, schedule.workspace_id, each, decision))


def _sees(services: Services, workspace: WorkspaceId, user: UserId, decision: Decision) -> bool:
    try:
        viewer = viewer_for(services, person_known(services, workspace, user))
    except ExternalFailure as failure:
        if failure.permanent:
            return False
        raise
    if viewer.may_see(decision.audience, source=decision.source.conversation, involved=decision.involved):
        return True
    if not viewer.is_whole:
        raise ExternalFailure("Slack could not say what the deputy is in.", permanent=False, code="memberships_unknown")
    return False
