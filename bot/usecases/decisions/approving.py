"""What a proposal comes to once somebody has given their word: decided when nobody's is missing, else it waits on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import decisions as rules
from bot.domain.approvals import Approval, ApprovalStatus, is_complete, when_to_ask, whose_decision
from bot.domain.decisions import Decision, DecisionEventKind
from bot.domain.errors import InvalidInput
from bot.domain.hours import today_for
from bot.domain.messages import Note
from bot.domain.outbox import Destination
from bot.domain.rights import Approver, ApproverKind, Ruling
from bot.domain.spoken import escape, listed
from bot.domain.workspaces import Person, UserId, Viewer
from bot.usecases.approvals import asking
from bot.usecases.decisions.cards import renew
from bot.usecases.decisions.log import record, take_place
from bot.usecases.mornings import hours_of
from bot.usecases.outgoing import say
from bot.usecases.ports import UnitOfWork
from bot.usecases.revisits import await_revisit


def count(
    uow: UnitOfWork,
    decision: Decision,
    approvals: Sequence[Approval],
    given: Sequence[Approval],
    *,
    by: Person,
    at: datetime,
) -> Decision:
    """`given` are approved now, by `by`: keep that, show it, and decide where it was the last word needed.

    `approvals` are all that count, locked, as they were before. Returns the decision as it stands now.
    """
    names = asking.called_in(uow, given)
    for each in given:
        uow.approvals.save(each)
        why = _on_whose_behalf(each, names[each.id])
        asking.write(uow, decision, DecisionEventKind.APPROVED, by=by.id, at=at, why=why)
        asking.show_answer(uow, each, state=each.status.value, answer=answer_of(each, by.name), at=at)
    now = {each.id: each for each in approvals} | {each.id: each for each in given}
    if not is_complete(now.values()):
        renew(uow, decision, at=at)
        return decision
    return decide(uow, decision, decider_among(uow, list(now.values()), last=by), by=by, at=at)


def decide(uow: UnitOfWork, decision: Decision, decider: Person, *, by: Person, at: datetime) -> Decision:
    """By the word of `decider`; `by` is whose press it was, and its author is told where that was not them."""
    after = rules.accept(decision, by=decider.id, today=today_for(decider, at), at=at)
    after = take_place(uow, after, by=decider.id, at=at)
    uow.decisions.save(after)
    record(uow, decision, after, DecisionEventKind.DECIDED, by=decider.id, at=at)
    await_revisit(uow, after, at=at)
    follow(uow, after, at=at)
    renew(uow, after, at=at)
    if decision.author_id != by.id:
        _tell_author(uow, after, decider, at=at)
    return replace(after, version=after.version + 1)


def follow(uow: UnitOfWork, decision: Decision, *, at: datetime) -> None:
    """It has been decided: nobody is waited for, and those who carry it out are told."""
    asking.close(uow, decision, f"{decision.ref} is decided.", at=at)
    ruling = asking.ruling_as_it_is(uow, decision.detail, author=decision.author_id)
    asking.tell_later(uow, decision, ruling, at=at)


def decider_among(uow: UnitOfWork, approvals: Sequence[Approval], *, last: Person) -> Person:
    found = whose_decision(approvals)
    return (uow.people.find(found) if found is not None and found != last.id else None) or last


def answer_of(approval: Approval, name: str) -> str:
    """What the others who were asked read: safe mrkdwn."""
    who = escape(name)
    if approval.status is ApprovalStatus.OBJECTED:
        return f"{who} objects: {escape(approval.why or '')}"
    if approval.outside_by is not None:
        return f"Approved by {escape(approval.outside_by)}, as {who} wrote down."
    return f"{who} approved it."


def waits_for(uow: UnitOfWork, approvals: Sequence[Approval]) -> str:
    """ "Sam and the CTO (Dana)": safe mrkdwn, empty where nobody's word is missing."""
    return listed([*asking.called_in(uow, [each for each in approvals if each.is_open]).values()] or [""])


def may_decide_as_deputy(uow: UnitOfWork, decision: Decision, asked: Sequence[Approval], person: UserId) -> bool:
    """Whether the area leaves a proposal to `person` as the deputy, and nothing else is in its way.

    That is an objection, whosever, and what is still missing of those whom the deputy's word does not stand for: who
    must agree, who else signs off such a sum, who decides about what it would take the place of.
    """
    try:
        ruling = ruling_of(uow, decision, author=person)
    except InvalidInput:  # in a currency of old times: nobody can tell whether it is below the sum
        return False
    others = {each.approver for each in ruling.needed} - {Approver(ApproverKind.PERSON, person)}
    if not ruling.by_deputy or (others and not asked):
        return False
    is_blocked = any(each.status is ApprovalStatus.OBJECTED for each in asked)
    return not is_blocked and not any(each.is_open and each.approver in others for each in asked)


def ruling_of(uow: UnitOfWork, decision: Decision, *, author: UserId | None = None) -> Ruling:
    """What the rights ask of a proposal now, with the area of what it would take the place of. Raises InvalidInput.

    `author`: as if that one had written it.
    """
    replacing = None
    if decision.supersedes is not None:
        replacing = uow.decisions.get(decision.supersedes, Viewer.system()).detail
    return asking.ruling_on(uow, decision.detail, author=author or decision.author_id, replacing=replacing)


def _on_whose_behalf(approval: Approval, name: str) -> str | None:
    """For the history, where it was not the approver in person."""
    if approval.outside_by is not None and approval.outside_on is not None:
        link = f", {approval.link}" if approval.link else ""
        return f"{asking.plain(name)}: {approval.outside_by}, outside Slack on {approval.outside_on.isoformat()}{link}"
    in_person = approval.approver.kind is ApproverKind.PERSON and approval.approver.id == approval.answered_by
    return None if in_person else f"for {asking.plain(name)}"


def _tell_author(uow: UnitOfWork, decision: Decision, decider: Person, *, at: datetime) -> None:
    """In their working hours: it is nothing to wake anybody for."""
    words = f"*{decision.ref} · {escape(decision.title).replace('*', '∗')}* is decided, by {escape(decider.name)}."
    moment = when_to_ask(hours_of(uow.people.find(decision.author_id)), at)
    say(uow, Note(words), Destination(person=decision.author_id), at=at, send_at=moment)
