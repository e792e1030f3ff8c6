"""What people say who were asked for their word: yes, no and why, or a question.

Whoever may is checked here, under lock, whatever a button says.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain import approvals as rules
from bot.domain.approvals import Approval, ApprovalStatus, standing, when_to_ask
from bot.domain.decisions import Decision, DecisionEventKind, DecisionStatus
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.hours import today_for
from bot.domain.messages import AskedFor, DecisionCard, Note
from bot.domain.outbox import Destination, OutboxStatus
from bot.domain.rights import ApproverKind
from bot.domain.spoken import escape
from bot.domain.workspaces import Person, Role, Viewer
from bot.usecases.approvals import asking
from bot.usecases.approvals.asking import Groups
from bot.usecases.decisions.approving import answer_of, count
from bot.usecases.decisions.cards import renew
from bot.usecases.decisions.cards import subject_of as card_subject
from bot.usecases.mornings import hours_of
from bot.usecases.outgoing import NOT_THERE, change, say
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

QUESTION_LIMIT = 2000
UNKNOWN = "I don't know that request any more."
Answer = Callable[[UnitOfWork, "Case", datetime], Decision]


@dataclass(frozen=True, slots=True)
class Case:
    """An approval with its decision, and all that count beside it, locked until commit."""

    approval: Approval
    decision: Decision
    beside: tuple[Approval, ...]


def approve(services: Services, person: Person, approval_id: str, *, key: str, at: datetime | None = None) -> Decision:
    """Yes, by all that this person may speak for. The decision is decided where no other word is missing.

    Raises NotAllowed, NotFound, Conflict.
    """
    groups = _groups(services, person, approval_id)

    def answer(uow: UnitOfWork, case: Case, now: datetime) -> Decision:
        decision, members = case.decision, groups.members
        theirs = [each for each in case.beside if asking.may_answer(uow, each, person.id, members, decision)]
        given = [rules.approve(each, by=person.id, at=now) for each in theirs]
        return count(uow, decision, case.beside, given, by=person, at=now)

    return _answered(services, person, approval_id, answer, key=key, at=at)


def object_to(
    services: Services, person: Person, approval_id: str, why: str, *, key: str, at: datetime | None = None
) -> Decision:
    """No, and why: it blocks, and its author is told. Raises InvalidInput ("why"), NotAllowed, NotFound, Conflict."""

    def answer(uow: UnitOfWork, case: Case, now: datetime) -> Decision:
        decision, given = case.decision, rules.objecting(case.approval, why, by=person.id, at=now)
        uow.approvals.save(given)
        asking.write(uow, decision, DecisionEventKind.OBJECTED, by=person.id, at=now, why=given.why)
        asking.show_answer(uow, given, state=given.status.value, answer=answer_of(given, person.name), at=now)
        renew(uow, decision, at=now)
        if decision.author_id != person.id:
            _tell_author(uow, decision, given, person, at=now)
        return decision

    return _answered(services, person, approval_id, answer, key=key, at=at)


def ask(
    services: Services, person: Person, approval_id: str, question: str, *, key: str, at: datetime | None = None
) -> Decision:
    """A question to its author, in the thread of its card, or by DM where the card is one.

    Raises InvalidInput ("question"), NotAllowed, NotFound, Conflict.
    """
    question = question.strip()
    if not question:
        raise InvalidInput("What would you like to know?", field="question")
    if len(question) > QUESTION_LIMIT:
        raise InvalidInput(f"Keep this under {QUESTION_LIMIT} characters ({len(question)} now).", field="question")

    def answer(uow: UnitOfWork, case: Case, now: datetime) -> Decision:
        decision, who = case.decision, escape(person.name)
        asking.write(uow, decision, DecisionEventKind.QUESTIONED, by=person.id, at=now, why=question)
        words = f"<@{decision.author_id}>, {who} asks about *{decision.ref}* before answering:\n{escape(question)}"
        _beside_card(uow, decision, Note(words), at=now)
        return decision

    return _answered(services, person, approval_id, answer, key=key, at=at)


def approve_outside(
    services: Services,
    person: Person,
    approval_id: str,
    *,
    said_by: str,
    said_on: date,
    link: str | None,
    key: str,
    at: datetime | None = None,
) -> Decision:
    """Somebody who is not in Slack said yes: its author, its owner, the CTO or an admin writes that down.

    Raises InvalidInput naming the field, NotAllowed, NotFound, Conflict.
    """

    def answer(uow: UnitOfWork, case: Case, now: datetime) -> Decision:
        given = rules.approve_outside(
            case.approval,
            by=person.id,
            at=now,
            said_by=said_by,
            said_on=said_on,
            link=link,
            today=today_for(person, now),
        )
        return count(uow, case.decision, case.beside, [given], by=person, at=now)

    return _answered(services, person, approval_id, answer, key=key, at=at, outside=True)


def ask_now(services: Services, person: Person, approval_id: str, *, key: str, at: datetime | None = None) -> Decision:
    """*Ask now*: who would be asked in their morning is asked at once. For its author and owner.

    Raises NotAllowed, NotFound, Conflict.
    """
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        case = _case(uow, approval_id)
        decision, approval = case.decision, case.approval
        if person.id not in decision.involved:
            raise NotAllowed(f"Only the author or owner of {decision.ref} can have somebody asked now.")
        if not uow.inbox.take(key, at=now):
            return decision
        if _hurry(uow, approval, at=now):  # days to answer count from when they were asked, however often one presses
            uow.approvals.save(replace(approval, asked_at=now))
        for row in uow.outbox.shown(asking.asked_for_subject(decision.number)):
            if isinstance(row.message, AskedFor):
                later = tuple(each for each in row.message.later if each.approval_id != approval.id)
                change(uow, row, replace(row.message, later=later), at=now)
        uow.commit()
    services.nudge()
    return decision


def _hurry(uow: UnitOfWork, approval: Approval, *, at: datetime) -> bool:
    """Send what was kept for somebody's morning. Whether there was anything."""
    hurried = False
    for row in uow.outbox.shown(asking.subject_of(approval.id)):
        held = uow.outbox.claim(row.id, at=row.next_at) if row.next_at > at else None
        if held is not None and held.status is OutboxStatus.QUEUED:
            uow.outbox.save(replace(held, next_at=at))
            hurried = True
    return hurried


def number_of(services: Services, person: Person, approval_id: str) -> int:
    """The decision that it is about: for looking that up, by whoever may see it. Raises NotFound."""
    with services.store.read(person.workspace_id) as uow:
        return uow.approvals.get(approval_id).number


def request(services: Services, person: Person, approval_id: str, *, outside: bool = False) -> Case:
    """What somebody is asked about, for their eyes: whoever may answer, as long as they may (see `asking`).

    `outside`: for whoever may write down what was said outside Slack. Raises NotAllowed, NotFound, Conflict.
    """
    groups = _groups(services, person, approval_id)
    with services.store.read(person.workspace_id) as uow:
        case = _case(uow, approval_id, lock=False)
        _must_be_theirs(uow, case, person, groups, outside=outside)
    return case


def _answered(
    services: Services,
    person: Person,
    approval_id: str,
    answer: Answer,
    *,
    key: str,
    at: datetime | None,
    outside: bool = False,
) -> Decision:
    """One answer in one transaction: checked under lock, taken once."""
    groups = _groups(services, person, approval_id)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        if uow.inbox.outcome(key) is not None:
            return _decision(uow, uow.approvals.get(approval_id))
        case = _case(uow, approval_id)
        _must_be_theirs(uow, case, person, groups, outside=outside)
        if not uow.inbox.take(key, at=now):
            return case.decision
        decision = answer(uow, case, now)
        uow.inbox.note(key, decision.ref)
        uow.commit()
    services.nudge()
    return decision


def _groups(services: Services, person: Person, approval_id: str) -> Groups:
    """Read from Slack before the transaction. Raises NotFound for an id of nowhere, or of another workspace."""
    with services.store.read(person.workspace_id) as uow:
        beside = uow.approvals.of(uow.approvals.get(approval_id).number)
    return asking.groups_of(services, standing(beside), workspace=person.workspace_id)


def _case(uow: UnitOfWork, approval_id: str, *, lock: bool = True) -> Case:
    """Raises NotFound; Conflict where nothing is left to be said."""
    number = uow.approvals.get(approval_id).number
    beside = uow.approvals.of(number, lock=lock)  # one lock for all of them: two last words are not given at once
    approval = next((each for each in beside if each.id == approval_id), None)
    if approval is None:
        raise NotFound(UNKNOWN)
    decision = _decision(uow, approval)
    if decision.status is not DecisionStatus.PROPOSED:
        raise Conflict(f"{decision.ref} is {decision.status} already: nothing is left to be said about it.")
    if approval.status is ApprovalStatus.VOID:
        raise Conflict(f"{decision.ref} was changed since. If your word is still needed, there is a newer request.")
    if not approval.is_open:
        raise Conflict(f"That was approved already. {decision.ref} waits for others.")
    return Case(approval, decision, tuple(standing(beside)))


def _decision(uow: UnitOfWork, approval: Approval) -> Decision:
    return uow.decisions.get(approval.number, Viewer.system())


def _must_be_theirs(uow: UnitOfWork, case: Case, person: Person, groups: Groups, *, outside: bool) -> None:
    approval, decision = case.approval, case.decision
    if outside:
        if approval.approver.kind is not ApproverKind.OUTSIDE:
            raise NotAllowed("They are in Slack, and answer there themselves.")
        roles = uow.workspaces.roles_of(person.id)
        if person.id in decision.involved or roles & {Role.CTO, Role.ADMIN} or person.is_slack_admin:
            return
        raise NotAllowed("Its author or owner, the CTO or an admin writes down what was approved outside Slack.")
    if asking.may_answer(uow, approval, person.id, groups.members, decision):
        return
    if asking.may_speak(uow, approval, person.id, groups.members, decision):
        raise NotAllowed(
            "Somebody who speaks for the same people has objected. Talk to them: they can approve it later."
        )
    raise NotAllowed("That is for somebody else to say. `/backbeat who-decides` tells who decides what.")


def _tell_author(uow: UnitOfWork, decision: Decision, approval: Approval, person: Person, *, at: datetime) -> None:
    """In their working hours, unless it is settled by then."""
    moment, subject = when_to_ask(hours_of(uow.people.find(decision.author_id)), at), asking.objection_of(approval.id)
    words = _objection(approval, decision, person)
    say(uow, Note(words), Destination(person=decision.author_id), at=at, send_at=moment, subject=subject)


def _objection(approval: Approval, decision: Decision, person: Person) -> str:
    return (
        f"*{escape(person.name)} objects to {decision.ref} · {escape(decision.title)}*\n{escape(approval.why or '')}\n"
        "Talk to them, or *Edit* it: then everybody is asked anew. They can also approve it later as it stands."
    )


def _beside_card(uow: UnitOfWork, decision: Decision, message: Note, *, at: datetime) -> None:
    """In the thread of the card; to its author where the card is a DM, or never arrived."""
    for row in uow.outbox.shown(card_subject(decision.number)):
        where = row.destination.conversation
        if isinstance(row.message, DecisionCard) and where is not None and row.status not in NOT_THERE:
            thread = row.destination.thread_ts
            if thread is not None:
                say(uow, message, Destination(conversation=where, thread_ts=thread), at=at, fallback=decision.author_id)
            else:
                to = Destination(conversation=where)
                say(uow, message, to, at=at, after_id=row.id, fallback=decision.author_id)
            return
    say(uow, message, Destination(person=decision.author_id), at=at)
