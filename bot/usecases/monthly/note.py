"""The clock brings the note: once a month, in its reader's own working hours; late, or not at all, where it must be."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.errors import ExternalFailure
from bot.domain.files import MonthsChart
from bot.domain.hours import WorkingHours, add_working_days, is_working_day, local_day, local_moment
from bot.domain.messages import FilePost
from bot.domain.months import MonthBar, month_after, note_at
from bot.domain.outbox import Destination
from bot.domain.schedules import LATE_LIMIT, Schedule, ScheduleKind
from bot.domain.workspaces import Person, Role, UserId
from bot.usecases.month_ends import month_in, plan_note, slot_of
from bot.usecases.monthly.figures import Month, read_month
from bot.usecases.mornings import hours_of
from bot.usecases.outgoing import say, send_file
from bot.usecases.people import person_known, viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.rights import names_in
from bot.usecases.schedules import plan
from bot.usecases.services import Services

LIMIT = LATE_LIMIT[ScheduleKind.MONTHLY]


def subject_of(user: UserId, slot: str) -> str:
    """What the outbox calls a CTO's note of one month ("2026-10")."""
    return f"monthly:{user}:{slot}"


def monthly_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """A CTO's first working day of a month has come: tell them about the one before, and plan the next.

    Raises ExternalFailure where Slack can't say just now what they may see: the schedule stays due.
    """
    person = _known(services, schedule)
    viewer = viewer_for(services, person) if person is not None else None
    if viewer is not None and not viewer.is_whole and at - (schedule.next_at or at) <= LIMIT:
        words = "Slack can't say just now what the CTO may see."
        raise ExternalFailure(words, permanent=False, code="memberships_unknown")
    names = names_in(services, workspace=schedule.workspace_id)
    with services.store.begin(schedule.workspace_id) as uow:
        claimed = uow.schedules.claim(schedule.id, at=at)
        if claimed is None:
            return
        if person is None or viewer is None or not _is_for(uow, person):
            uow.schedules.remove(ScheduleKind.MONTHLY, claimed.subject_id)
        elif _comes_now(uow, claimed, person, at=at):
            first = month_in(claimed)
            month = read_month(uow, person, viewer, names, first, at=at)
            _send(uow, person, month, at=at)
            plan_note(uow, person.id, person, month_after(first), at=at)
        uow.commit()
    services.nudge()


def _known(services: Services, schedule: Schedule) -> Person | None:
    """None where Slack does not know them."""
    try:
        return person_known(services, schedule.workspace_id, schedule.subject_id)
    except ExternalFailure as failure:
        if failure.permanent:
            return None
        raise


def _is_for(uow: UnitOfWork, person: Person) -> bool:
    """Whether they are CTO still, here, of a workspace that is set up."""
    return (
        person.may_act and uow.workspaces.get().setup_at is not None and Role.CTO in uow.workspaces.roles_of(person.id)
    )


def _comes_now(uow: UnitOfWork, schedule: Schedule, person: Person, *, at: datetime) -> bool:
    """Otherwise it is planned for when it does come, or recorded as missed."""
    hours, first = hours_of(person), month_in(schedule)
    due, moment = note_at(hours, first), _working_moment(hours, at)
    if max(moment, due) - due > LIMIT:
        why = f"{(at - due) // timedelta(days=1)} days late"
        detail = {"month": schedule.slot, "why": why}
        by, subject = uow.workspaces.get().bot_user_id, subject_of(person.id, schedule.slot)
        uow.audit.add(by=by, action="monthly.missed", at=at, subject=subject, detail=detail)
        plan_note(uow, person.id, person, month_after(first), at=at)
        return False
    if max(moment, due) > at:
        slot, next_at = schedule.slot, max(moment, due)
        plan(uow, ScheduleKind.MONTHLY, person.id, slot=slot, next_at=next_at, at=at)
        return False
    return True


def _working_moment(hours: WorkingHours, at: datetime) -> datetime:
    """`at` within their working hours, else the start of their next working day (UTC)."""
    today = local_day(hours.zone, at)
    begins = local_moment(hours.zone, today, hours.starts)
    over = hours.starts < hours.ends and at >= local_moment(hours.zone, today, hours.ends)
    if is_working_day(hours, today) and not over:
        return max(at, begins)
    return local_moment(hours.zone, add_working_days(hours, today, 1), hours.starts)


def _send(uow: UnitOfWork, person: Person, month: Month, *, at: datetime) -> None:
    """The note, and in its thread the picture, where there is another month to look at beside this one."""
    first, hours = month.note.figures.first, hours_of(person)
    due = note_at(hours, first)
    charted = not month.note.figures.is_empty and sum(each.decided > 0 for each in month.bars) > 1
    note = replace(month.note, charted=charted, late_minutes=(at - due) // timedelta(minutes=1))
    to = Destination(person=person.id)
    note_id = say(uow, note, to, at=at, subject=subject_of(person.id, slot_of(first)), not_after=due + LIMIT)
    if charted:
        send_file(uow, _chart(month.bars, first), to, at=at, after_id=note_id)


def _chart(bars: tuple[MonthBar, ...], first: date) -> FilePost:
    counts = ", ".join(f"{each.first:%B} {each.decided}" for each in bars)
    title = f"Decisions, six months to {first:%B %Y}"
    alt_text = f"Decisions a month, and how many of them still stand. {counts}."
    return FilePost(f"decisions-{slot_of(first)}.png", title, "The last six months.", MonthsChart(bars), alt_text)
