"""What becomes of a proposal: accepted or rejected, by those who may decide it."""

from datetime import datetime

from bot.domain import decisions as rules
from bot.domain.decisions import Decision, DecisionEventKind, DecisionStatus
from bot.domain.hours import today_for
from bot.domain.workspaces import Person, Role, Viewer
from bot.usecases.decisions.change import change_one, must_be_involved, reason_given
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services


def accept(
    services: Services,
    person: Person,
    number: int,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """A proposal is decided: by its author or owner, or by the CTO."""

    def change(uow: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        if decision.status is DecisionStatus.DECIDED:
            return decision
        _must_be_theirs(uow, decision, person, "decide")
        return rules.accept(decision, by=person.id, today=today_for(person, now), at=now)

    return change_one(services, person, number, DecisionEventKind.DECIDED, change, key=key, at=at, viewer=viewer)


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
    """A proposal is turned down, by those who might accept it. `why` is on its card from now on."""
    why = reason_given(why)

    def change(uow: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        if decision.status is DecisionStatus.REJECTED:
            return decision
        _must_be_theirs(uow, decision, person, "reject")
        return rules.reject(decision, at=now)

    return change_one(
        services, person, number, DecisionEventKind.REJECTED, change, why=why, key=key, at=at, viewer=viewer
    )


def require_may_decide(services: Services, person: Person, decision: Decision) -> None:
    """Whether accepting and rejecting it is theirs, asked before anybody types. Raises NotAllowed."""
    with services.store.read(person.workspace_id) as uow:
        _must_be_theirs(uow, decision, person, "decide")


def _must_be_theirs(uow: UnitOfWork, decision: Decision, person: Person, verb: str) -> None:
    """Its author, its owner, or the CTO."""
    if Role.CTO not in uow.workspaces.roles_of(person.id):
        must_be_involved(decision, person, verb, "Ask one of them.")
