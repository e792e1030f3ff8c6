"""Reading what the note says: history, what waits, and what one CTO approved again and again."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.bottlenecks import LOOKS_BACK, Ruled, bottlenecks
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus
from bot.domain.hours import local_day
from bot.domain.messages import MonthlyNote
from bot.domain.monthly import DeputyOffer, WaitingProposal
from bot.domain.months import Asked, Mention, MonthBar, Story, begins_at, month_before, months_to
from bot.domain.rights import ApproverKind
from bot.domain.spoken import listed
from bot.domain.workspaces import Person, Role, UserId, Viewer
from bot.usecases.ports import Reminder, UnitOfWork
from bot.usecases.rights import caller

MOST_WAITING = 100
ELSEWHERE = timedelta(days=2)  # so early the month may have begun for whoever decided, on their own calendar
ASKED_ABOUT = "decision:"  # what reminders call a decision that somebody was asked about
NOES = frozenset({DecisionEventKind.OBJECTED, DecisionEventKind.REJECTED})


@dataclass(frozen=True, slots=True)
class Month:
    """A month as one reader may see it, and what is drawn beside it: six months that end with it."""

    note: MonthlyNote
    bars: tuple[MonthBar, ...]


def read_month(
    uow: UnitOfWork, person: Person, viewer: Viewer, names: Mapping[str, str], first: date, *, at: datetime
) -> Month:
    """`person` reads about the month `first`; `names` as `rights.names_in` gives them."""
    months = months_to(first)
    since = min(begins_at(months[0], person.zone) - ELSEWHERE, at - LOOKS_BACK)
    events = uow.decisions.history_since(since, viewer)
    asked = _asked(uow.reminders.since(since, begins=ASKED_ABOUT), events)
    story = Story.of(uow.decisions.changed_since(since, viewer), events, asked)
    note = MonthlyNote(
        person.id,
        story.figures(first, person.zone),
        story.figures(month_before(first), person.zone),
        waiting=_waiting(uow, viewer, names, person, at=at),
        offers=_offers(uow, story, person.id, at=at),
    )
    return Month(note, tuple(story.bar(each) for each in months))


def offer_subject(area: str) -> str:
    """What reminders call an offer to leave an area to the deputy, by which nobody is asked twice within 90 days."""
    return f"deputy:{hashlib.sha256(area.casefold().encode()).hexdigest()[:32]}"


# --- second looks --------------------------------------------------------------------------------------------------


def _asked(reminders: Iterable[Reminder], events: Iterable[DecisionEvent]) -> list[Asked]:
    """The first question about each due date. What was imported long after its day is noted, but nobody is asked."""
    imported = {(each.number, each.at) for each in events if each.kind is DecisionEventKind.IMPORTED}
    first: dict[tuple[int, date], datetime] = {}
    for each in reminders:
        number = int(each.subject.removeprefix(ASKED_ABOUT))
        if (number, each.at) not in imported:
            first.setdefault((number, each.due_on), each.at)
    return [Asked(number, asked_at) for (number, _), asked_at in first.items()]


# --- what waits ----------------------------------------------------------------------------------------------------


def _waiting(
    uow: UnitOfWork, viewer: Viewer, names: Mapping[str, str], person: Person, *, at: datetime
) -> tuple[WaitingProposal, ...]:
    """Proposals that are not decided yet, the oldest first."""
    proposed = uow.decisions.latest(viewer, limit=MOST_WAITING, statuses=frozenset({DecisionStatus.PROPOSED}))
    by_number: dict[int, list[Approval]] = {}
    for approval in uow.approvals.waiting():
        by_number.setdefault(approval.number, []).append(approval)
    wanted = [each.approver for decision in proposed for each in by_number.get(decision.number, ())]
    called = caller(uow, wanted, names)
    today = local_day(person.zone, at)

    def proposal(decision: Decision) -> WaitingProposal:
        approvals = by_number.get(decision.number, [])
        missing = [each for each in approvals if each.status is ApprovalStatus.WAITING]
        against = [each for each in approvals if each.status is ApprovalStatus.OBJECTED]
        return WaitingProposal(
            Mention(decision.number, decision.title),
            (today - local_day(person.zone, decision.created_at)).days,
            on=listed([called(each.approver) for each in missing]),
            objected=listed([called(each.approver) for each in against]),
            reminded=any(each.nudged_at is not None for each in missing),
        )

    return tuple(proposal(each) for each in sorted(proposed, key=lambda each: each.number))


# --- the bottleneck test -------------------------------------------------------------------------------------------


def _offers(uow: UnitOfWork, story: Story, cto: UserId, *, at: datetime) -> tuple[DeputyOffer, ...]:
    roles = uow.workspaces.roles()
    deputies, ctos = roles.get(Role.DEPUTY, frozenset()) - {cto}, roles.get(Role.CTO, frozenset())
    known = uow.people.get_many(deputies)
    called = {each: known[each].name if each in known else "the deputy" for each in sorted(deputies)}
    found = bottlenecks(_ruled(uow, story, cto, at=at), uow.rights.all(), uow.rights.limits(), ctos=ctos)
    return tuple(
        DeputyOffer(each.area, each.count, each.ceiling, each.currency, called)
        for each in found
        if not was_answered(uow, each.area, at=at)
    )


def was_answered(uow: UnitOfWork, area: str, *, at: datetime) -> bool:
    """Whether somebody said in the last 90 days what they think of leaving this area to the deputy."""
    return any(at - each.at < LOOKS_BACK for each in uow.reminders.of(offer_subject(area)))


def _ruled(uow: UnitOfWork, story: Story, cto: UserId, *, at: datetime) -> list[Ruled]:
    """What of other people's decisions `cto` said yes or no to, each once. A no outlasts a later yes."""
    since = at - LOOKS_BACK
    approved = {
        each.number
        for each in uow.approvals.answered_since(since)
        if each.answered_by == cto and each.approver.kind is not ApproverKind.OUTSIDE
    }
    refused = {
        number
        for number, events in story.events.items()
        if any(each.kind in NOES and each.by == cto and each.at >= since for each in events)
    }
    return [
        Ruled(decision.detail.area, decision.detail.cost, decision.detail.currency, approved=number not in refused)
        for number in sorted(approved | refused)
        if (decision := story.decisions.get(number)) is not None and decision.author_id != cto
    ]
