"""Putting a proposal to the people whose word it needs, in their own working hours; and telling who else has to know.

It is a job after the transaction that wrote the decision: Slack is read for it. Running it again asks nobody twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.approvals import Approval, ApprovalStatus, standing, when_to_ask
from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.errors import ExternalFailure
from bot.domain.messages import ApprovalRequest, AskedFor, AskedLater, CardElsewhere, DecisionCard, DecisionNotice
from bot.domain.outbox import Destination, OutboxMessage, OutboxStatus
from bot.domain.rights import Approver, ApproverKind, GroupId, Party
from bot.domain.workspaces import Person, UserId, Viewer, WorkspaceId
from bot.usecases.approvals import asking
from bot.usecases.decisions.approving import ruling_of
from bot.usecases.decisions.cards import names_in
from bot.usecases.decisions.cards import subject_of as card_subject
from bot.usecases.mornings import expect, hours_of
from bot.usecases.outgoing import NOT_THERE, say
from bot.usecases.people import person_known, viewer_for
from bot.usecases.ports import Job, UnitOfWork
from bot.usecases.rights.rule import members_of, people_for
from bot.usecases.services import Services
from bot.usecases.watching import watch

PATIENCE = 3  # tries for what is only nice to have: the card's link


@dataclass(frozen=True, slots=True)
class _Slack:
    """What was read of Slack before the transaction."""

    members: Mapping[GroupId, frozenset[UserId]] = field(default_factory=dict)
    link: str | None = None
    readers: frozenset[UserId] = frozenset()  # of those who give input or carry it out: who may see the decision


def ask_people(services: Services, job: Job) -> None:
    """Ask those whose word is needed, and for input. Raises ExternalFailure to be run again."""
    decision, approvals, party = _read(services, job)
    if decision.status is not DecisionStatus.PROPOSED:
        return
    groups = [each.approver.id for each in approvals if each.approver.kind is ApproverKind.GROUP]
    members = members_of(services, [*groups, *party.groups], workspace=job.workspace_id)
    if len(members) < len({*groups, *party.groups}) and job.attempts < PATIENCE:
        raise ExternalFailure("Slack couldn't say who is in a user group.", permanent=False, code="group_unknown")
    with services.store.read(job.workspace_id) as uow:
        people = {who for each in approvals for who in people_for(uow, each.approver, members)}
    for each in sorted(people):
        _get_to_know(services, job.workspace_id, each)
    readers = _readers(services, job, decision, party, members)
    _ask(services, job, _Slack(members, _link(services, job, decision), readers))


def ask_without_slack(services: Services, job: Job, _reason: str) -> None:
    """Slack won't say more: whoever can be asked without it is asked."""
    _ask(services, job, _Slack())


def tell_people(services: Services, job: Job) -> None:
    """It is decided: tell those who carry it out. Raises ExternalFailure to be run again."""
    decision, _, party = _read(services, job)
    if decision.decided_on is None or not decision.is_active:
        return
    members = members_of(services, party.groups, workspace=job.workspace_id)
    if len(members) < len(set(party.groups)) and job.attempts < PATIENCE:
        raise ExternalFailure("Slack couldn't say who is in a user group.", permanent=False, code="group_unknown")
    readers = _readers(services, job, decision, party, members)
    link = _link(services, job, decision)
    now = services.clock.now()
    with services.store.begin(job.workspace_id) as uow:
        if uow.inbox.take(f"job:{job.id}", at=now):
            _notify(uow, decision, readers, "performs", link, at=now)
            uow.commit()
    services.nudge()


def leave_untold(_services: Services, _job: Job, _reason: str) -> None:
    """Slack did not say who may see it, and the card is there for all who may."""


# --- asking --------------------------------------------------------------------------------------------------------


def _ask(services: Services, job: Job, slack: _Slack) -> None:
    now = services.clock.now()
    with services.store.begin(job.workspace_id) as uow:
        waiting = standing(uow.approvals.of(int(job.subject_id), lock=True))
        decision = uow.decisions.get(int(job.subject_id), Viewer.system())
        if decision.status is not DecisionStatus.PROPOSED or not uow.inbox.take(f"job:{job.id}", at=now):
            return
        fresh = [each for each in waiting if each.status is ApprovalStatus.WAITING and each.asked_at is None]
        told = AskedFor(decision)
        for each in fresh:
            told = _ask_one(uow, told, each, waiting, slack, at=now)
        if told.later or told.outside or told.nobody:
            to = Destination(person=decision.author_id)
            say(uow, told, to, at=now, subject=asking.asked_for_subject(decision.number))
        _notify(uow, decision, slack.readers, "input", slack.link, at=now)
        uow.commit()
    services.nudge()


def _ask_one(
    uow: UnitOfWork, told: AskedFor, approval: Approval, waiting: list[Approval], slack: _Slack, *, at: datetime
) -> AskedFor:
    """Ask all who may speak for it, each in their hours. Returns `told` with what its author has to know of that."""
    decision = told.decision
    names = asking.called_in(uow, waiting)
    if approval.approver.kind is ApproverKind.OUTSIDE:
        _asked(uow, approval, at, at=at)
        expect(uow, decision.author_id, at=at)
        return replace(told, outside=(*told.outside, (approval.id, names[approval.id])))
    people = people_for(uow, approval.approver, slack.members)
    if not people:
        _asked(uow, approval, at, at=at)
        return replace(told, nobody=(*told.nobody, names[approval.id]))
    known = uow.people.get_many({*people, decision.author_id})
    moments = {who: when_to_ask(hours_of(known.get(who)), at) for who in people if who != decision.author_id}
    others = tuple(names[each.id] for each in waiting if each.id != approval.id and each.is_open)
    for who, moment in sorted(moments.items()):
        request = request_for(
            uow, decision, approval, who, called=names[approval.id], known=known, others=others, link=slack.link
        )
        say(uow, request, Destination(person=who), at=at, send_at=moment, subject=asking.subject_of(approval.id))
        expect(uow, who, at=at)  # a morning, for the day on which their answer is late
    _asked(uow, approval, min(moments.values(), default=at), at=at)
    later = [
        AskedLater(approval.id, _name(known, who), moment, _clock(known.get(who), at))
        for who, moment in sorted(moments.items())
        if moment > at
    ]
    is_late = len(later) == len(moments)  # where anybody is asked now, nobody has to be woken
    return replace(told, later=(*told.later, *(later if is_late else ())))


def request_for(
    uow: UnitOfWork,
    decision: Decision,
    approval: Approval,
    person: UserId,
    *,
    called: str,
    known: Mapping[UserId, Person],
    others: tuple[str, ...] = (),
    link: str | None = None,
    reason: str | None = None,
) -> ApprovalRequest:
    """What `person` is asked. `reason`: why they are, in the place of somebody else, say."""
    in_person = approval.approver == Approver(ApproverKind.PERSON, person)
    return ApprovalRequest(
        approval_id=approval.id,
        person_id=person,
        decision=decision,
        part=approval.part.value,
        author_name=_name(known, decision.author_id) if decision.author_id in known else _author(uow, decision),
        speaks_for=None if in_person else called,
        others=others,
        link=link,
        reason=reason,
    )


def _asked(uow: UnitOfWork, approval: Approval, moment: datetime, *, at: datetime) -> None:
    uow.approvals.save(replace(approval, asked_at=moment))
    watch(uow, approval.id, at=at)


def _notify(
    uow: UnitOfWork, decision: Decision, readers: Iterable[UserId], role: str, link: str | None, *, at: datetime
) -> None:
    """Each once, in their working hours; nobody who wrote, owns or decided it."""
    knows = {*decision.involved, decision.decided_by}
    names = names_in(uow, decision)
    people = uow.people.get_many(readers)
    for who in sorted(set(readers) - knows):
        if uow.inbox.take(f"{role}:{decision.number}:{who}", at=at):
            notice = DecisionNotice(decision, role, names, link)
            moment = when_to_ask(hours_of(people.get(who)), at)
            say(uow, notice, Destination(person=who), at=at, send_at=moment)


# --- Slack, before the transaction ---------------------------------------------------------------------------------


def _read(services: Services, job: Job) -> tuple[Decision, list[Approval], Party]:
    """The decision, whose word it waits for, and who gives input before it is decided, or carries it out after."""
    with services.store.read(job.workspace_id) as uow:
        decision = uow.decisions.get(int(job.subject_id), Viewer.system())
        waiting = [each for each in standing(uow.approvals.of(decision.number)) if each.is_open]
        ruling = ruling_of(uow, decision) if job.kind == asking.ASK else None
        tells = asking.ruling_as_it_is(uow, decision.detail, author=decision.author_id).performs
    return decision, waiting, ruling.input if ruling is not None else tells


def _readers(
    services: Services, job: Job, decision: Decision, party: Party, members: Mapping[GroupId, frozenset[UserId]]
) -> frozenset[UserId]:
    """Those of a party who may see the decision: to be told of it must not show a private one to anybody else."""
    people = {*party.people, *(who for group in party.groups for who in members.get(group, ()))} - decision.involved
    found = set()
    for who in people:
        try:
            viewer = viewer_for(services, person_known(services, job.workspace_id, who))
        except ExternalFailure as failure:
            if failure.permanent:
                continue
            raise
        if viewer.may_see(decision.audience, source=decision.source.conversation, involved=decision.involved):
            found.add(who)
        elif not viewer.is_whole:
            raise ExternalFailure("Slack couldn't say what they are in.", permanent=False, code="memberships_unknown")
    return frozenset(found)


def _link(services: Services, job: Job, decision: Decision) -> str | None:
    """To the card, once it is posted. Raises ExternalFailure to wait a little for that."""
    with services.store.read(job.workspace_id) as uow:
        rows = [row for row in uow.outbox.shown(card_subject(decision.number)) if _is_card(row)]
    row = next((each for each in rows if each.ts is not None), None)
    if row is None or row.conversation is None or row.ts is None:
        on_its_way = any(each.status in {OutboxStatus.QUEUED, OutboxStatus.SENDING} for each in rows)
        if on_its_way and job.attempts < PATIENCE:
            raise ExternalFailure("The card is on its way.", permanent=False, code="card_not_posted")
        return None
    try:
        return services.directory.permalink(job.workspace_id, row.conversation, row.ts)
    except ExternalFailure:
        if job.attempts < PATIENCE:
            raise
        return None


def _is_card(row: OutboxMessage) -> bool:
    """In a conversation that others read, too."""
    in_channel = isinstance(row.message, DecisionCard) and row.destination.conversation is not None
    return in_channel and not isinstance(row.message, CardElsewhere) and row.status not in NOT_THERE


def _get_to_know(services: Services, workspace: WorkspaceId, person: UserId) -> None:
    """So that their hours are known. Where Slack can't say, they are taken to be in UTC."""
    try:
        person_known(services, workspace, person)
    except ExternalFailure:
        return


# --- words ---------------------------------------------------------------------------------------------------------


def _name(known: Mapping[UserId, Person], person: UserId) -> str:
    return known[person].name if person in known else "somebody"


def _author(uow: UnitOfWork, decision: Decision) -> str:
    author = uow.people.find(decision.author_id)
    return author.name if author is not None else "somebody"


def _clock(person: Person | None, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(hours_of(person).zone)):%H:%M}"
