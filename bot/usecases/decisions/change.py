"""What happens to a decision later: edited, undone, kept, postponed, reversed.

Each leaves a line of history. Doing the same thing twice changes nothing the second time.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from bot.domain import decisions as rules
from bot.domain.decisions import Decision, DecisionEventKind, DecisionStatus, Draft
from bot.domain.errors import Conflict, InvalidInput, NotAllowed
from bot.domain.hours import today_for
from bot.domain.workspaces import Person, Viewer
from bot.usecases.decisions.cards import renew
from bot.usecases.decisions.log import await_revisit, check_owner, record, within_reach
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

SAYS_WHY = frozenset({DecisionEventKind.REVERSED, DecisionEventKind.REJECTED})  # also on the card
Change = Callable[[UnitOfWork, Decision, datetime], Decision]


def edit(
    services: Services,
    person: Person,
    number: int,
    draft: Draft,
    *,
    key: str,
    version: int | None = None,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """Other words under the same number, by its author or owner. `version`: the one they had before them."""
    check_owner(services, person, draft.owner_id)

    def change(_: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        must_be_involved(decision, person, "edit", "Amend or supersede it instead.")
        if version is not None and decision.version != version:
            raise Conflict(f"Somebody changed {decision.ref} while you wrote. Copy your words and open it again.")
        return rules.edit(decision, draft, by=person.id, today=today_for(person, now), at=now)

    return change_one(services, person, number, DecisionEventKind.EDITED, change, key=key, at=at, viewer=viewer)


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
        if decision.supersedes is not None:
            _restore(uow, decision.supersedes, decision, by=person, at=now)
        return withdrawn

    return change_one(services, person, number, DecisionEventKind.WITHDRAWN, change, key=key, at=at, viewer=viewer)


def keep(
    services: Services,
    person: Person,
    number: int,
    until: date,
    why: str | None = None,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """It worked: look again on `until`."""

    def change(_: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        return rules.keep(decision, revisit_on=until, by=person.id, today=today_for(person, now), at=now)

    return change_one(services, person, number, DecisionEventKind.KEPT, change, why=why, key=key, at=at, viewer=viewer)


def postpone(
    services: Services,
    person: Person,
    number: int,
    until: date,
    *,
    key: str,
    why: str | None = None,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """Not now: ask again on `until`."""

    def change(_: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        return rules.postpone(decision, revisit_on=until, today=today_for(person, now), at=now)

    return change_one(
        services, person, number, DecisionEventKind.POSTPONED, change, why=why, key=key, at=at, viewer=viewer
    )


def reverse(
    services: Services,
    person: Person,
    number: int,
    why: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """It no longer holds, and nothing takes its place. `why` is on its card from now on."""
    why = reason_given(why)

    def change(_: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        return rules.reverse(decision, at=now)

    return change_one(
        services, person, number, DecisionEventKind.REVERSED, change, why=why, key=key, at=at, viewer=viewer
    )


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
        renew(uow, after, at=now, note=why if kind in SAYS_WHY else None)
        uow.commit()
    services.nudge()
    return replace(after, version=after.version + 1)


def _restore(uow: UnitOfWork, number: int, withdrawn: Decision, *, by: Person, at: datetime) -> None:
    old = uow.decisions.get(number, Viewer.system())
    if old.superseded_by != withdrawn.number:
        return
    replacing = {DecisionEventKind.AMENDED, DecisionEventKind.SUPERSEDED}
    last = [each for each in uow.decisions.history(number, Viewer.system()) if each.kind in replacing][-1]
    back = rules.restored(old, last.changes, at=at)
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
