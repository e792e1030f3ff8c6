"""What becomes of a proposal: decided or rejected by those who may; without any rights, by those who wrote it."""

from dataclasses import replace
from datetime import datetime

from bot.domain import decisions as rules
from bot.domain.approvals import Approval, approve, is_complete, standing
from bot.domain.decisions import Decision, DecisionEventKind, DecisionStatus
from bot.domain.errors import Conflict, InvalidInput, NotAllowed
from bot.domain.rights import Part, Ruling
from bot.domain.spoken import escape
from bot.domain.workspaces import Person, Role, Viewer
from bot.usecases.approvals import asking
from bot.usecases.approvals.asking import Groups
from bot.usecases.decisions.approving import count, decide, decider_among, may_decide_as_deputy, ruling_of, waits_for
from bot.usecases.decisions.cards import renew
from bot.usecases.decisions.change import change_one, must_be_involved, reason_given
from bot.usecases.decisions.log import within_reach
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

NOT_THEIRS = "Who decides about this has changed: it does not wait for you any more."


def accept(
    services: Services,
    person: Person,
    number: int,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """*Mark as decided*: the word of `person` counts, and the proposal is decided where no other is missing.

    Where the rights ask for nobody's word, its author, its owner or the CTO decides it. Where they ask for others than
    were asked, those three have them asked with this. Raises NotAllowed.
    """
    viewer = viewer or viewer_for(services, person)
    groups = _groups_for(services, person, number, viewer)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        uow.decisions.get(within_reach(number), viewer)
        asked = standing(uow.approvals.of(number, lock=True))
        decision = uow.decisions.get(number, viewer)  # as it is now that nobody else answers
        if decision.status is DecisionStatus.DECIDED or not uow.inbox.take(key, at=now):
            return decision
        if decision.status is not DecisionStatus.PROPOSED:
            raise Conflict(f"{decision.ref} is {decision.status} already.")
        after = _counted(uow, decision, asked, person, groups, at=now)
        uow.inbox.note(key, decision.ref)
        uow.commit()
    services.nudge()
    return after


def _counted(
    uow: UnitOfWork, decision: Decision, asked: list[Approval], person: Person, groups: Groups, *, at: datetime
) -> Decision:
    if may_decide_as_deputy(uow, decision, asked, person.id):
        return decide(uow, decision, person, by=person, at=at)
    mine = _theirs(uow, decision, asked, person, groups)
    if mine:
        return _approved(uow, decision, asked, mine, person, at=at)
    decision, now = _by_the_rights_of_now(uow, decision, asked, person, groups, at=at)
    if is_complete(now):
        _must_be_theirs(uow, decision, person, "decide")
        return decide(uow, decision, decider_among(uow, now, last=person), by=person, at=at)
    mine = _theirs(uow, decision, now, person, groups)
    if mine:
        return _approved(uow, decision, now, mine, person, at=at)
    if now == asked or not (person.id in decision.involved or Role.CTO in uow.workspaces.roles_of(person.id)):
        raise NotAllowed(_who_decides(uow, decision, asked or now, were_asked=bool(asked)))
    renew(uow, decision, at=at)
    return decision


def _theirs(
    uow: UnitOfWork, decision: Decision, asked: list[Approval], person: Person, groups: Groups
) -> list[Approval]:
    return [each for each in asked if asking.may_answer(uow, each, person.id, groups.members, decision)]


def _approved(
    uow: UnitOfWork, decision: Decision, asked: list[Approval], mine: list[Approval], person: Person, *, at: datetime
) -> Decision:
    return count(uow, decision, asked, [approve(each, by=person.id, at=at) for each in mine], by=person, at=at)


def _by_the_rights_of_now(
    uow: UnitOfWork, decision: Decision, asked: list[Approval], person: Person, groups: Groups, *, at: datetime
) -> tuple[Decision, list[Approval]]:
    """Those whose word it needs as the rights stand: whoever was not asked yet is, and nobody waits for the others.

    It may have been proposed before anybody had a right, or wait for somebody who has none any more. Returns the
    decision and what counts for it. A new version, so that of two who do this at once the second looks again.
    """
    ruling = _ruling_now(uow, decision) if asked else ruling_of(uow, decision)
    if ruling is None:
        return decision, asked
    if ruling.by_deputy and not ruling.needed and person.id != decision.author_id:
        ruling = ruling_of(uow, decision, author=person.id)  # the deputy's own right is nobody else's
    needed, there = {each.approver for each in ruling.needed}, {each.approver for each in asked}
    if needed == there:
        return decision, asked
    rows = asking.opened(uow, ruling, groups, number=decision.number, by=person.id, means_it=False, at=at)
    fresh = [each for each in rows if each.approver not in there]
    gone = [each for each in asked if each.approver not in needed]
    asking.start_over(uow, decision, gone, NOT_THEIRS, by=person.id, at=at)
    asking.enter(uow, decision, ruling, fresh, by=person.id, at=at)
    uow.decisions.save(decision)
    return replace(decision, version=decision.version + 1), [*(each for each in asked if each not in gone), *fresh]


def reject(
    services: Services,
    person: Person,
    number: int,
    why: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """A proposal is turned down: by whoever decides it, the CTO, or its author (its owner too, where nobody has a
    right). `why` is on its card from now on."""
    why = reason_given(why)
    viewer = viewer or viewer_for(services, person)
    groups = _groups_for(services, person, number, viewer)

    def change(uow: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        if decision.status is DecisionStatus.REJECTED:
            return decision
        _may_reject(uow, decision, person, groups)
        rejected = rules.reject(decision, at=now)
        asking.close(uow, decision, f"{escape(person.name)} rejected {decision.ref}: {escape(why)}", at=now)
        return rejected

    return change_one(
        services, person, number, DecisionEventKind.REJECTED, change, why=why, key=key, at=at, viewer=viewer
    )


def require_may_decide(services: Services, person: Person, decision: Decision) -> None:
    """Whether rejecting it is theirs, asked before anybody types. Raises NotAllowed."""
    groups = _groups_for(services, person, decision.number, Viewer.system())
    with services.store.read(person.workspace_id) as uow:
        _may_reject(uow, decision, person, groups)


def _may_reject(uow: UnitOfWork, decision: Decision, person: Person, groups: Groups) -> None:
    asked = standing(uow.approvals.of(decision.number))
    if not asked:
        _must_be_theirs(uow, decision, person, "reject")
        return
    decides = any(
        each.part is Part.DECIDES and asking.may_speak(uow, each, person.id, groups.members, decision) for each in asked
    )
    if decides or person.id == decision.author_id or Role.CTO in uow.workspaces.roles_of(person.id):
        return
    raise NotAllowed(f"Whoever decides {decision.ref}, its author or the CTO can reject it. You can object instead.")


def _must_be_theirs(uow: UnitOfWork, decision: Decision, person: Person, verb: str) -> None:
    """Its author, its owner, or the CTO."""
    if Role.CTO not in uow.workspaces.roles_of(person.id):
        must_be_involved(decision, person, verb, "Ask one of them.")


def _who_decides(uow: UnitOfWork, decision: Decision, asked: list[Approval], *, were_asked: bool) -> str:
    if not were_asked:
        return (
            f"{decision.ref} needs the word of {waits_for(uow, asked)}, who was not asked yet. Its author, owner or "
            "the CTO has them asked with *Mark as decided*."
        )
    return f"{decision.ref} waits for {waits_for(uow, asked)}. Once they approve, it is decided by itself."


def _groups_for(services: Services, person: Person, number: int, viewer: Viewer) -> Groups:
    """The user groups that have a word in it, or would by the rights as they stand. Raises NotFound."""
    with services.store.read(person.workspace_id) as uow:
        decision = uow.decisions.get(within_reach(number), viewer)
        asked = standing(uow.approvals.of(number))
        ruling = _ruling_now(uow, decision) or Ruling()
    there = asking.groups_of(services, asked, workspace=person.workspace_id)
    read = asking.read_groups(services, ruling, workspace=person.workspace_id)
    return Groups({**there.members, **read.members}, read.called)


def _ruling_now(uow: UnitOfWork, decision: Decision) -> Ruling | None:
    """None where its cost can't be compared with the limits as they stand."""
    try:
        return ruling_of(uow, decision)
    except InvalidInput:
        return None
