"""What the clock does for standups: a day's round opens, and each person is asked at their own hour."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.errors import ExternalFailure
from bot.domain.hours import local_moment, why_not_working
from bot.domain.ids import new_id
from bot.domain.messages import Note
from bot.domain.outbox import Destination
from bot.domain.recurrence import slots
from bot.domain.schedules import LATE_LIMIT, Schedule, ScheduleKind
from bot.domain.standups import Prompt, PromptStatus, Round, RoundStatus, Standup, closes_at
from bot.domain.workspaces import Person
from bot.usecases.mornings import hours_of
from bot.usecases.outgoing import say
from bot.usecases.people import person_known
from bot.usecases.ports import UnitOfWork
from bot.usecases.schedules import plan
from bot.usecases.services import Services
from bot.usecases.standups.prompts import message_of, subject_of
from bot.usecases.standups.team import TOO_LATE, asking, is_still_in, may_take_part, team_of

LATE = timedelta(minutes=10)  # from here on a message says that it is late
UNSEEN = "I could not see who is in the channel"


def open_round_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """Open the day's round: a prompt for each member, due at their own hour or skipped with the reason.

    Raises ExternalFailure where Slack can't say just now who is in the channel: the schedule stays due.
    """
    with services.store.read(schedule.workspace_id) as uow:
        standup = uow.standups.get(schedule.subject_id)
    day = date.fromisoformat(schedule.slot)
    missed = _why_missed(standup, schedule, day, at)
    team = _team(services, standup) if standup.active and missed is None else None
    with services.store.begin(schedule.workspace_id) as uow:
        if uow.standups.hold(standup.id) != standup or uow.schedules.claim(schedule.id, at=at) != schedule:
            return  # somebody else was first, or it was edited meanwhile: then it is still due, and looked at again
        if standup.active:
            _open(uow, standup, schedule, team, missed, at=at)
            _to_next_day(uow, schedule, day)
        else:
            uow.schedules.remove(schedule.kind, standup.id)
        uow.commit()
    services.nudge()


def prompt_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """Somebody's hour has come: ask them by DM, unless something speaks against it, and record that."""
    with services.store.read(schedule.workspace_id) as uow:
        prompt = uow.standups.prompt(schedule.subject_id)
        standup = uow.standups.get(prompt.standup_id)
    person = person_known(services, schedule.workspace_id, prompt.person_id)
    is_member = is_still_in(services, person, standup.channel)
    with services.store.begin(schedule.workspace_id) as uow:
        uow.standups.hold(standup.id)
        claimed = uow.schedules.claim(schedule.id, at=at)
        if claimed is None:
            return
        prompt, round_ = uow.standups.prompt(prompt.id), uow.standups.round(prompt.round_id)
        later = _moved(round_, prompt, person, at)
        if prompt.status is PromptStatus.WAITING and later is not None and later < round_.closes_at:
            uow.standups.save_prompt(replace(prompt, due_at=later))
            uow.schedules.save(replace(claimed, next_at=later))
            uow.commit()
            return
        if prompt.status is PromptStatus.WAITING:
            reason = TOO_LATE if later is not None else _why_not_asked(uow, prompt, person, is_member=is_member)
            _ask(uow, claimed, prompt, round_, reason, at=at)
        uow.schedules.remove(ScheduleKind.STANDUP_PROMPT, prompt.id)
        uow.commit()
    services.nudge()


# --- a round -------------------------------------------------------------------------------------------------------


def _why_missed(standup: Standup, schedule: Schedule, day: date, at: datetime) -> str | None:
    late = at - (schedule.next_at or at)
    if at >= closes_at(standup, day):
        return "the time for its digest had passed before it could open"
    return f"too late by {late.total_seconds() / 3600:.0f} hours" if late > LATE_LIMIT[schedule.kind] else None


def _team(services: Services, standup: Standup) -> list[Person] | None:
    """None where Slack will not say who is in the channel. Raises ExternalFailure where it may say it later."""
    try:
        return team_of(services, standup.workspace_id, standup.channel)
    except ExternalFailure as failure:
        if failure.permanent:
            return None
        raise


def _open(
    uow: UnitOfWork,
    standup: Standup,
    schedule: Schedule,
    team: Iterable[Person] | None,
    missed: str | None,
    *,
    at: datetime,
) -> None:
    day = date.fromisoformat(schedule.slot)
    round_ = Round(
        uow.workspace_id,
        new_id(at),
        standup.id,
        day.isoformat(),
        closes_at(standup, day),
        RoundStatus.OPEN,
        questions=standup.questions,
        at=standup.at,
    )
    if missed is not None:
        round_ = replace(round_, status=RoundStatus.MISSED, reason=missed)
    elif team is None:
        round_ = replace(round_, status=RoundStatus.SKIPPED, reason=UNSEEN)
    if not uow.standups.add_round(round_) or not round_.is_open:
        if team is None and missed is None:
            _tell_unseen(uow, standup, at=at)
        return
    for person in team or ():
        _expect(uow, standup, round_, person, begins=schedule.next_at or at, at=at)
    plan(uow, ScheduleKind.STANDUP_DIGEST, round_.id, slot=round_.slot, next_at=round_.closes_at, at=at)


def _expect(
    uow: UnitOfWork, standup: Standup, round_: Round, person: Person, *, begins: datetime, at: datetime
) -> None:
    """One person's prompt, with the moment when it is due or the reason why they are not asked."""
    found = asking(standup, person, round_.day, begins=begins)
    status = PromptStatus.WAITING if found.reason is None else PromptStatus.SKIPPED
    prompt = Prompt(
        uow.workspace_id,
        new_id(at),
        round_.id,
        standup.id,
        person.id,
        round_.day,
        found.due_at,
        status,
        found.reason,
    )
    if uow.standups.add_prompt(prompt) and status is PromptStatus.WAITING:
        plan(uow, ScheduleKind.STANDUP_PROMPT, prompt.id, slot=round_.slot, next_at=found.due_at, at=at)


def _tell_unseen(uow: UnitOfWork, standup: Standup, *, at: datetime) -> None:
    """Whoever set it up is told once a round that nobody is asked, and how to mend that."""
    words = (
        f"I can't see who is in <#{standup.channel}>, so nobody is asked for its standup. "
        "Type `/invite @Backbeat` there, and I ask again from the next one."
    )
    say(uow, Note(words), Destination(person=standup.created_by), at=at)


def _to_next_day(uow: UnitOfWork, schedule: Schedule, day: date) -> None:
    """By the date, not by the moment: a round that was opened late must not swallow the next one."""
    coming = slots(schedule.rule, start=day + timedelta(days=1)) if schedule.rule else iter(())
    upcoming = next(coming, None)
    moved = replace(
        schedule,
        next_at=upcoming.utc if upcoming else None,
        slot=upcoming.day.isoformat() if upcoming else schedule.slot,
    )
    uow.schedules.save(moved)


# --- a prompt ------------------------------------------------------------------------------------------------------


def _moved(round_: Round, prompt: Prompt, person: Person, at: datetime) -> datetime | None:
    """Their hour, where they have moved to a zone in which it is still to come. One prompt a day all the same."""
    if prompt.reason is not None or round_.at is None:  # put off by themselves
        return None
    due = local_moment(person.zone, prompt.day, round_.at)
    return due if due > at and due > prompt.due_at else None


def _why_not_asked(uow: UnitOfWork, prompt: Prompt, person: Person, *, is_member: bool) -> str | None:
    if not may_take_part(uow, person):
        return "no longer a member of the workspace"
    if not is_member:
        return "no longer in the channel"
    if not uow.standups.get(prompt.standup_id).active:
        return "the standup was stopped"
    return why_not_working(hours_of(person), prompt.day)


def _ask(
    uow: UnitOfWork, schedule: Schedule, prompt: Prompt, round_: Round, reason: str | None, *, at: datetime
) -> None:
    late = at - (schedule.next_at or at)
    if not round_.is_open or at >= round_.closes_at:
        prompt = replace(prompt, status=PromptStatus.MISSED, reason="the standup had closed before I could ask")
    elif late > LATE_LIMIT[schedule.kind]:
        hours = late.total_seconds() / 3600
        prompt = replace(prompt, status=PromptStatus.MISSED, reason=f"too late: {hours:.0f} hours after their time")
    elif reason is not None:
        prompt = replace(prompt, status=PromptStatus.SKIPPED, reason=reason)
    else:
        prompt = replace(prompt, status=PromptStatus.ASKED, reason=None)
    uow.standups.save_prompt(prompt)
    if prompt.status is PromptStatus.ASKED:
        minutes = int(late.total_seconds() // 60) if late >= LATE else 0
        say(
            uow,
            message_of(uow, prompt, at=at, late_minutes=minutes),
            Destination(person=prompt.person_id),
            at=at,
            subject=subject_of(prompt.id),
            not_after=round_.closes_at,
        )
