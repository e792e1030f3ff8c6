"""*Waiting for you*: a decision that has come back is put to its owner once, in one DM a day, in their own morning.

A DM goes out on days when something new has come back. It lists what is new and what is still unanswered, and is
brought up to date as its decisions are dealt with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.domain import spoken
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, comes_back_on
from bot.domain.errors import ExternalFailure
from bot.domain.hours import WorkingHours, is_working_day, local_day, local_moment, why_not_working
from bot.domain.messages import WaitingForYou, WaitingItem
from bot.domain.outbox import Destination, OutboxMessage, OutboxStatus
from bot.domain.schedules import LATE_LIMIT, Schedule, ScheduleKind
from bot.domain.workspaces import Person, UserId, Viewer
from bot.usecases import pending
from bot.usecases.heirs import Team
from bot.usecases.mornings import expect, hours_of, plan_morning
from bot.usecases.outgoing import change, say
from bot.usecases.people import person_known, viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.revisits import FURTHEST, ComingBack, coming_back
from bot.usecases.services import Services

__all__ = ["due_for", "expect", "show_answered", "waiting_due"]

LOST = frozenset({OutboxStatus.FAILED, OutboxStatus.LATE})


def due_for(uow: UnitOfWork, person: UserId, viewer: Viewer, hours: WorkingHours, *, at: datetime) -> list[ComingBack]:
    """What `person`, who works `hours`, is asked about by now, longest overdue first: their own, and leavers' that fall
    to them."""
    due = coming_back(uow, viewer, hours, at=at)
    team = Team.around(uow, (each.decision for each in due))
    return [each for each in due if team.answers_for(each.decision) == person]


def waiting_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """A person's morning has come: put to them what came back, and plan their next morning."""
    person_id, person = schedule.subject_id, _known(services, schedule)
    viewer = _viewer(services, schedule, person, at)
    groups = pending.groups_waiting(services, schedule.workspace_id)
    with services.store.begin(schedule.workspace_id) as uow:
        claimed = uow.schedules.claim(schedule.id, at=at)
        if claimed is None:
            return
        if person is not None and not Team.around(uow, (), person_id).takes_part(person_id):
            _hand_over(uow, person, at)
        else:
            _ask(uow, claimed, hours_of(person), viewer, groups, at=at)
        plan_morning(uow, person_id, person, last_day=date.fromisoformat(claimed.slot), at=at)
        uow.commit()
    services.nudge()


def show_answered(uow: UnitOfWork, decision: Decision, *, at: datetime) -> None:
    """Bring every DM that lists this decision, or an approval of it, up to date since it was put to somebody."""
    asked = {each.person_id: each.at for each in uow.reminders.of(_subject(decision.number))}
    rows = {row.id: row for row in pending.listings(uow, decision.number)}
    for person, since in asked.items():
        rows |= {row.id: row for row in uow.outbox.shown(_dm(person), since=since) if _asks(row, decision)}
    for row in rows.values():
        if isinstance(row.message, WaitingForYou):
            change(uow, row, _up_to_date(uow, row.message, since=row.created_at), at=at)


def _up_to_date(uow: UnitOfWork, message: WaitingForYou, *, since: datetime) -> WaitingForYou:
    items = tuple(_as_it_stands(uow, item, message.person_id, since=since) for item in message.items)
    return replace(message, items=items, approvals=pending.as_they_stand(uow, message))


# --- whose it is ---------------------------------------------------------------------------------------------------


def _known(services: Services, schedule: Schedule) -> Person | None:
    """None where Slack does not know them: their DM will tell, by failing."""
    try:
        return person_known(services, schedule.workspace_id, schedule.subject_id)
    except ExternalFailure as failure:
        if failure.permanent:
            return None
        raise


def _viewer(services: Services, schedule: Schedule, person: Person | None, at: datetime) -> Viewer:
    """Slack is only asked what they may see where something of somebody else's waits for them."""
    user = schedule.subject_id
    with services.store.read(schedule.workspace_id) as uow:
        due = due_for(uow, user, Viewer.system(), hours_of(person), at=at)
    if person is not None and any(each.decision.owner_id != user for each in due):
        return viewer_for(services, person)
    return Viewer(user)


def _hand_over(uow: UnitOfWork, leaver: Person, at: datetime) -> None:
    """They left: whoever their decisions fall to is asked, in that person's own morning."""
    today = local_day(leaver.zone, at)
    soon = uow.decisions.due(by=today + FURTHEST, viewer=Viewer.system(), owner=leaver.id)
    team = Team.around(uow, soon, leaver.id)
    for decision in soon:
        heir, subject = team.answers_for(decision), _subject(decision.number)
        if heir != leaver.id:  # by their calendar it may be time before it is due
            expect(uow, heir, at=at)
        elif (due_on := _due_on(decision)) <= today and uow.reminders.take(
            person=leaver.id, subject=subject, due_on=due_on, at=at
        ):
            why = "its owner left and nobody covers for them"
            _record_missed(uow, leaver.id, [decision], day=today.isoformat(), why=why, at=at)


# --- asking --------------------------------------------------------------------------------------------------------


def _ask(
    uow: UnitOfWork, schedule: Schedule, hours: WorkingHours, viewer: Viewer, groups: pending.Groups, *, at: datetime
) -> None:
    person, today = schedule.subject_id, local_day(hours.zone, at)
    due = due_for(uow, person, viewer, hours, at=at)
    fresh = [each for each in due if not _was_asked(uow, person, each.decision)]
    approvals = pending.pending_for(uow, person, groups)
    nudges = pending.held(uow, pending.to_nudge(uow, approvals, person, hours, at=at))
    if not fresh and not nudges:
        return
    planned = _morning_at_hand(schedule, hours, today, at)
    if planned != schedule.next_at:  # an earlier morning passed by while nobody ran
        passed = [each.decision for each in fresh if each.asked_on <= date.fromisoformat(schedule.slot)]
        _record_missed(uow, person, passed, day=schedule.slot, why="I was not running", at=at)
    reason = _why_not_now(hours, today, planned, at)
    if reason is not None:
        missed = [*(each.decision for each in fresh), *(each.decision for each in nudges)]
        _record_missed(uow, person, missed, day=schedule.slot, why=reason, at=at)
        return
    pending.nudged(uow, nudges, person, hours, at=at)
    for each in fresh:
        uow.reminders.take(person=person, subject=_subject(each.decision.number), due_on=each.due_on, at=at)
    others = [each for each in due if each not in fresh]
    names = _names_around(uow, due)
    items = tuple(_item(each, person, names, viewer) for each in (*fresh, *others))
    known = {each.approval.id for each in nudges}
    rest = [each for each in approvals if each.approval.id not in known]
    shown = pending.listed(uow, (*nudges, *rest), person, hours, at=at)
    message = WaitingForYou(person, today, items, int((at - planned).total_seconds()) // 60, shown)
    not_after = _not_after(hours, today, planned)
    say(uow, message, Destination(person=person), at=at, subject=_dm(person), not_after=not_after)


def _morning_at_hand(schedule: Schedule, hours: WorkingHours, today: date, at: datetime) -> datetime:
    """The morning that was planned, or today's where that has come since: after an outage over days, say."""
    planned, todays = schedule.next_at or at, local_moment(hours.zone, today, hours.starts)
    return todays if planned < todays <= at and is_working_day(hours, today) else planned


def _record_missed(
    uow: UnitOfWork, person: UserId, missed: Iterable[Decision], *, day: str, why: str, at: datetime
) -> None:
    """For whoever asks why somebody was not asked. What was missed is asked about on their next working morning."""
    refs = [decision.ref for decision in missed]
    if refs:
        by, detail = uow.workspaces.get().bot_user_id, {"day": day, "why": why, "decisions": refs}
        uow.audit.add(by=by, action="waiting.missed", at=at, subject=_dm(person), detail=detail)


def _was_asked(uow: UnitOfWork, person: UserId, decision: Decision) -> bool:
    """Whether it was put to them already, for this due date, by a DM that was not lost on the way."""
    due_on = _due_on(decision)
    for reminder in uow.reminders.of(_subject(decision.number)):
        if (reminder.person_id, reminder.due_on) == (person, due_on):
            rows = [row for row in uow.outbox.shown(_dm(person), since=reminder.at) if _asks(row, decision)]
            return not rows or any(row.status not in LOST for row in rows)
    return False


def _asks(row: OutboxMessage, decision: Decision) -> bool:
    return isinstance(row.message, WaitingForYou) and _lists(row.message, decision.number)


def _why_not_now(hours: WorkingHours, today: date, planned: datetime, at: datetime) -> str | None:
    """Why they are not asked on this morning, in words. What is new is asked about on their next working morning."""
    late = at - planned
    if late > LATE_LIMIT[ScheduleKind.WAITING]:
        return f"{int(late.total_seconds()) // 3600} hours late"
    not_working = why_not_working(hours, today)
    if not_working is not None:
        return not_working
    over = hours.starts < hours.ends and at >= local_moment(hours.zone, today, hours.ends)
    return "their working day was over" if over else None


def _not_after(hours: WorkingHours, today: date, planned: datetime) -> datetime:
    limit = planned + LATE_LIMIT[ScheduleKind.WAITING]
    return min(limit, local_moment(hours.zone, today, hours.ends)) if hours.starts < hours.ends else limit


def _names_around(uow: UnitOfWork, due: Iterable[ComingBack]) -> dict[UserId, str]:
    """Of the owners, and of those who accepted a risk."""
    people = {user for each in due for user in (each.decision.owner_id, each.decision.detail.accepted_by) if user}
    return {each.id: each.name for each in uow.people.get_many(people).values()}


def _item(back: ComingBack, person: UserId, names: Mapping[UserId, str], viewer: Viewer) -> WaitingItem:
    decision = back.decision
    return WaitingItem(
        decision,
        back.due_on,
        owner_name=names.get(decision.owner_id) if decision.owner_id != person else None,
        accepted_by=names.get(decision.detail.accepted_by or ""),
        agenda=back.agenda(viewer),
    )


# --- answers -------------------------------------------------------------------------------------------------------


def _as_it_stands(uow: UnitOfWork, item: WaitingItem, person: UserId, *, since: datetime) -> WaitingItem:
    """The item with its decision as it is now, and with what became of it since it was put to `person`.

    A private decision that is no longer theirs keeps the words that they were shown: newer ones are not for them.
    """
    number = item.decision.number
    now = uow.decisions.get(number, Viewer.system())
    answered: str | None = None
    for event in uow.decisions.history(number, Viewer.system()):
        if event.at >= since:
            answered = _answer(uow, item, now, event, answered, person=person)
    may_follow = now.audience.is_workspace or person in now.involved
    return replace(item, decision=now if may_follow else item.decision, answered=answered)


def _answer(
    uow: UnitOfWork, item: WaitingItem, now: Decision, event: DecisionEvent, so_far: str | None, *, person: UserId
) -> str | None:
    """What `event` means for `person`, who was asked, in words; `so_far` where it means nothing for them."""
    match event.kind:
        case DecisionEventKind.KEPT:
            return f"Kept until {_day_after(event)}"
        case DecisionEventKind.POSTPONED:
            return f"Put off until {_day_after(event)}"
        case DecisionEventKind.DECIDED | DecisionEventKind.REVERSED:
            return event.kind.value.capitalize()
        case DecisionEventKind.REJECTED | DecisionEventKind.WITHDRAWN:
            return event.kind.value.capitalize()
        case DecisionEventKind.AMENDED | DecisionEventKind.SUPERSEDED:
            return f"{event.kind.value.capitalize()} by D-{now.superseded_by}"
        case DecisionEventKind.RESTORED:
            return None
        case DecisionEventKind.EDITED:
            return _edited(uow, item, now, event, person) or so_far
        case _:
            return so_far


def _edited(uow: UnitOfWork, item: WaitingItem, now: Decision, event: DecisionEvent, person: UserId) -> str | None:
    """Who owns it in the end still has it to answer, through whosever hands it went."""
    if "owner_id" in event.changes and now.owner_id != person:
        owner = uow.people.find(now.owner_id)
        return f"{owner.name} owns it now" if owner is not None else "Somebody else owns it now"
    if "revisit_on" in event.changes or "risk_until" in event.changes:
        due_on = comes_back_on(now)
        if due_on is None:
            return "No revisit any more"
        return f"Moved to {spoken.day(due_on)}" if due_on > item.due_on else None
    return None


def _day_after(event: DecisionEvent) -> str:
    _, after = event.changes.get("revisit_on") or event.changes.get("risk_until") or [None, None]
    return spoken.day(date.fromisoformat(after)) if after else "another day"


# --- names ---------------------------------------------------------------------------------------------------------


def _subject(number: int) -> str:
    """What reminders call a decision."""
    return f"decision:{number}"


def _dm(person: UserId) -> str:
    """What the outbox calls every *Waiting for you* of a person."""
    return f"waiting:{person}"


def _lists(message: WaitingForYou, number: int) -> bool:
    return any(item.decision.number == number for item in message.items)


def _due_on(decision: Decision) -> date:
    day = comes_back_on(decision)
    assert day is not None  # noqa: S101 - only those with a day are due
    return day
