"""What happens to a decision later, in one way for all: undone here, edited in `editing`, answered in `answers`.

Each leaves a line of history. Doing the same thing twice changes nothing the second time.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain import decisions as rules
from bot.domain.decisions import Decision, DecisionEventKind, DecisionStatus
from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.workspaces import Person, Viewer
from bot.usecases.approvals import asking
from bot.usecases.decisions.cards import renew
from bot.usecases.decisions.log import record, within_reach
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.revisits import await_revisit
from bot.usecases.services import Services

Change = Callable[[UnitOfWork, Decision, datetime], Decision]


def withdraw(
    services: Services,
    person: Person,
    number: int,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """Undo, by its author alone and within ten minutes. What it had replaced stands again."""

    def change(uow: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        if decision.status is DecisionStatus.WITHDRAWN and decision.author_id == person.id:
            return decision
        withdrawn = rules.withdraw(decision, by=person.id, at=now)
        asking.close(uow, decision, f"{decision.ref} was withdrawn.", at=now)
        if decision.supersedes is not None:
            _restore(uow, decision.supersedes, decision, by=person, at=now)
        return withdrawn

    return change_one(services, person, number, DecisionEventKind.WITHDRAWN, change, key=key, at=at, viewer=viewer)


def change_one(
    services: Services,
    person: Person,
    number: int,
    kind: DecisionEventKind,
    change: Change,
    *,
    key: str,
    why: str | None = None,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """One change in one transaction: taken once, recorded, and shown on every card."""
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    why = (why or "").strip() or None
    with services.store.begin(person.workspace_id) as uow:
        before = uow.decisions.get(within_reach(number), viewer)
        if not uow.inbox.take(key, at=now):
            return before
        after = change(uow, before, now)
        if not rules.changes(before, after):
            return before
        uow.decisions.save(after)
        record(uow, before, after, kind, by=person.id, at=now, why=why)
        await_revisit(uow, after, at=now)
        uow.inbox.note(key, after.ref)
        renew(uow, after, at=now)
        uow.commit()
    services.nudge()
    return replace(after, version=after.version + 1)


def _restore(uow: UnitOfWork, number: int, withdrawn: Decision, *, by: Person, at: datetime) -> None:
    old = uow.decisions.get(number, Viewer.system())
    if old.superseded_by != withdrawn.number:
        return
    replacing = {DecisionEventKind.AMENDED, DecisionEventKind.SUPERSEDED}
    history = uow.decisions.history(number, Viewer.system())
    # One that had given way when it was imported has no such line: it stands as decided.
    changes = next((each.changes for each in reversed(history) if each.kind in replacing), {})
    back = rules.restored(old, changes, at=at)
    uow.decisions.save(back)
    record(uow, old, back, DecisionEventKind.RESTORED, by=by.id, at=at, why=f"{withdrawn.ref} was withdrawn")
    await_revisit(uow, back, at=at)
    renew(uow, back, at=at)


def reason_given(why: str) -> str:
    why = why.strip()
    if not why:
        raise InvalidInput("Say why. One sentence is enough.", field="why")
    if len(why) > rules.TEXT_LIMIT:
        raise InvalidInput(f"Keep this under {rules.TEXT_LIMIT} characters ({len(why)} now).", field="why")
    return why


def must_be_involved(decision: Decision, person: Person, verb: str, instead: str) -> None:
    if person.id not in decision.involved:
        raise NotAllowed(f"Only its author or owner can {verb} {decision.ref}. {instead}")
