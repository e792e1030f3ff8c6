"""The answers to "Did it work?": kept until another day, put off, reversed. Amending and superseding are a new number.

Each leaves a line of history with its why, which stays on the card.
"""

from dataclasses import replace
from datetime import date, datetime

from bot.domain import decisions as rules
from bot.domain import spoken
from bot.domain.decisions import Decision, DecisionEventKind
from bot.domain.errors import Conflict, NotAllowed
from bot.domain.hours import today_for
from bot.domain.revisits import MOST_SNOOZES, snoozed_until, snoozes
from bot.domain.rights import Part, longest_acceptance, right_for
from bot.domain.workspaces import Person, Viewer
from bot.usecases.approvals import asking
from bot.usecases.approvals.asking import Groups
from bot.usecases.decisions.approving import waits_for
from bot.usecases.decisions.change import change_one, reason_given
from bot.usecases.decisions.log import within_reach
from bot.usecases.decisions.risks import must_not_outlast
from bot.usecases.heirs import Team
from bot.usecases.mornings import hours_of
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.revisits import is_raised
from bot.usecases.services import Services


def keep(
    services: Services,
    person: Person,
    number: int,
    until: date,
    why: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """It worked: look again on `until`. A risk whose acceptance runs out, or has, is accepted anew by `person`.

    Raises InvalidInput ("why", "revisit"); NotAllowed where the rights leave such a risk to others; Conflict.
    """
    why = reason_given(why)
    viewer = viewer or viewer_for(services, person)
    with services.store.read(person.workspace_id) as uow:
        detail = _only_area(uow.decisions.get(within_reach(number), viewer))
    groups = asking.read_for(services, person.workspace_id, detail, author=person.id)

    def change(uow: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        today = today_for(person, now)
        kept = rules.keep(decision, revisit_on=until, by=person.id, today=today, at=now)
        if rules.accepts_anew(decision, until):
            _must_be_theirs_to_accept(uow, decision, person, groups, at=now)
            must_not_outlast(uow, decision.detail.area, until, today, field="revisit")
        return kept

    return change_one(services, person, number, DecisionEventKind.KEPT, change, why=why, key=key, at=at, viewer=viewer)


def longest_for(services: Services, decision: Decision, *, today: date) -> date | None:
    """The last day until which its risk may be accepted anew; None where its area sets no bound."""
    with services.store.read(decision.workspace_id) as uow:
        return longest_acceptance(right_for(uow.rights.all(), decision.detail.area), today)


def postpone(
    services: Services,
    person: Person,
    number: int,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Decision:
    """*Ask me later*: in a week, on a working day of theirs. Twice at most for one coming back, and by those who answer
    for the decision alone. Raises Conflict, NotAllowed."""

    def change(uow: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        until, due_on = snoozed_until(hours_of(person), today_for(person, now)), rules.comes_back_on(decision)
        answers = Team.around(uow, [decision], person.id).answers_for(decision)
        if person.id != answers and person.id not in decision.involved:
            raise NotAllowed(f"Only those who answer for {decision.ref} can put it off.")
        if decision.is_active and (due_on is None or due_on >= until):
            raise Conflict(f"{decision.ref} is not due before {spoken.day(until)}: there is nothing to put off.")
        if snoozes(uow.decisions.history(number, Viewer.system())) >= MOST_SNOOZES:
            raise Conflict(_put_off_enough(uow, decision, now))
        return rules.postpone(decision, revisit_on=until, today=today_for(person, now), at=now)

    return change_one(services, person, number, DecisionEventKind.POSTPONED, change, key=key, at=at, viewer=viewer)


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
    """It no longer holds, and nothing takes its place. `why` is on its card from now on.

    Raises InvalidInput ("why"), Conflict; NotAllowed where somebody else decides about its area.
    """
    why = reason_given(why)

    def change(uow: UnitOfWork, decision: Decision, now: datetime) -> Decision:
        reversed_now = rules.reverse(decision, at=now)
        _must_not_be_anothers(uow, decision, person)
        return reversed_now

    return change_one(
        services, person, number, DecisionEventKind.REVERSED, change, why=why, key=key, at=at, viewer=viewer
    )


def _only_area(decision: Decision) -> rules.Detail:
    """What accepting its risk anew is about: nothing is bought once more."""
    return replace(decision.detail, cost=None, currency=None)


def _must_not_be_anothers(uow: UnitOfWork, decision: Decision, person: Person) -> None:
    """Whoever decides about an area also decides that something there no longer holds."""
    ruling = asking.ruling_over(uow, decision.detail, author=person.id)
    for each in ruling.needed:
        if each.part is Part.DECIDES and each.approver.id != person.id:
            who = asking.call(uow, each.approver)
            raise NotAllowed(f"{who} decides this. Supersede {decision.ref} with what is to hold instead: then I ask.")


def _must_be_theirs_to_accept(
    uow: UnitOfWork, decision: Decision, person: Person, groups: Groups, *, at: datetime
) -> None:
    ruling = asking.ruling_over(uow, decision.detail, author=person.id)
    approvals = asking.opened(uow, ruling, groups, number=decision.number, by=person.id, means_it=True, at=at)
    missing = [each for each in approvals if each.is_open]
    if missing:
        raise NotAllowed(
            f"Accepting this risk for longer needs the word of {waits_for(uow, missing)}. Amend {decision.ref} with "
            "the new day instead: then I ask."
        )


def _put_off_enough(uow: UnitOfWork, decision: Decision, now: datetime) -> str:
    begins = f"{decision.ref} was put off twice already, so it "
    if is_raised(uow, decision, at=now):
        return begins + "will be on the agenda of the next meeting. You can still answer before."
    return begins + "stays here until somebody answers. Keep it, amend it, or reverse it: one sentence is enough."
