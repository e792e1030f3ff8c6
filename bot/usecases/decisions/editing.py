"""Other words under the same number: what somebody's word was given for is not changed behind their back."""

from dataclasses import replace
from datetime import datetime

from bot.domain import decisions as rules
from bot.domain.approvals import is_complete, standing
from bot.domain.decisions import Decision, DecisionEventKind, DecisionStatus, Draft
from bot.domain.errors import Conflict, NotAllowed
from bot.domain.hours import today_for
from bot.domain.spoken import escape
from bot.domain.workspaces import Person, Viewer
from bot.usecases.approvals import asking
from bot.usecases.approvals.asking import Groups
from bot.usecases.decisions.approving import waits_for
from bot.usecases.decisions.change import change_one, must_be_involved
from bot.usecases.decisions.log import check_acceptor, check_owner, take_place, within_reach
from bot.usecases.decisions.risks import check_risk
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

CHANGED = "Its words were changed, so this is asked anew."


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
    """Other words under the same number, by its author or owner. `version`: the one they had before them.

    A proposal that says something else is asked about anew, by the rights as they are now. What is decided changes
    only in the hands of those whose word it needs: raises NotAllowed for others, who amend it instead.
    """
    check_owner(services, person, draft.owner_id)
    viewer = viewer or viewer_for(services, person)
    with services.store.read(person.workspace_id) as uow:
        before = uow.decisions.get(within_reach(number), viewer)
    check_acceptor(services, person, draft.detail, before=before.detail)
    own = before.detail if before.detail.cost is None else replace(before.detail, cost=None, currency=None)
    groups = asking.read_for(services, person.workspace_id, draft.detail, own, author=person.id, number=number)

    def change(uow: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        must_be_involved(decision, person, "edit", "Amend or supersede it instead.")
        if version is not None and decision.version != version:
            raise Conflict(f"Somebody changed {decision.ref} while you wrote. Copy your words and open it again.")
        check_risk(uow, draft.detail, today_for(person, now), before=decision.detail)
        if decision.status is DecisionStatus.PROPOSED:
            return _edit_proposal(uow, decision, draft, person, groups, at=now)
        if says_otherwise(decision, draft):
            _must_have_the_say(uow, decision, draft, person, groups)
        return rules.edit(decision, draft, by=person.id, today=today_for(person, now), at=now)

    return change_one(services, person, number, DecisionEventKind.EDITED, change, key=key, at=at, viewer=viewer)


def says_otherwise(decision: Decision, draft: Draft) -> bool:
    """Whether it is about something else than what people gave their word for; who owns it, and until when, is not."""
    there = (decision.title, decision.why, decision.not_doing, decision.detail)
    return there != (draft.title, draft.why, draft.not_doing, draft.detail)


def _edit_proposal(
    uow: UnitOfWork, decision: Decision, draft: Draft, person: Person, groups: Groups, *, at: datetime
) -> Decision:
    asked = standing(uow.approvals.of(decision.number, lock=True))
    means_it = draft.status is DecisionStatus.DECIDED
    if asked and not means_it and not says_otherwise(decision, draft):
        return rules.edit(decision, draft, by=person.id, today=today_for(person, at), at=at)
    replacing = uow.decisions.get(decision.supersedes, Viewer.system()).detail if decision.supersedes else None
    ruling = asking.ruling_on(uow, draft.detail, author=person.id, replacing=replacing)
    approvals = asking.opened(uow, ruling, groups, number=decision.number, by=person.id, means_it=means_it, at=at)
    decided = means_it and is_complete(approvals)
    if asked and not decided and not says_otherwise(decision, draft):
        raise NotAllowed(f"{decision.ref} waits for {waits_for(uow, asked)}. Leave it proposed until they approve.")
    status = DecisionStatus.DECIDED if decided else DecisionStatus.PROPOSED
    after = rules.edit(decision, replace(draft, status=status), by=person.id, today=today_for(person, at), at=at)
    became = f"{decision.ref} was changed and decided by {escape(person.name)}." if decided else CHANGED
    asking.start_over(uow, decision, asked, became, by=person.id, at=at)
    if decided:
        after = take_place(uow, after, by=person.id, at=at)
    asking.enter(uow, after, ruling, approvals, by=person.id, at=at)
    return after


def _must_have_the_say(uow: UnitOfWork, decision: Decision, draft: Draft, person: Person, groups: Groups) -> None:
    """By what it says now, and by what it would say."""
    now = asking.ruling_as_it_is(uow, decision.detail, author=person.id)
    then = asking.ruling_on(uow, draft.detail, author=person.id)
    for ruling in (now, then):
        missing = [
            each
            for each in asking.opened(
                uow, ruling, groups, number=decision.number, by=person.id, means_it=True, at=decision.updated_at
            )
            if each.is_open
        ]
        if missing:
            raise NotAllowed(
                f"{decision.ref} needs the word of {waits_for(uow, missing)}, who would not see this change. Copy your "
                "words and amend it instead: then I ask."
            )
