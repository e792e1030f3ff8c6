"""The digest: one post that closes a round, the answers in its thread, and what is stuck until somebody clears it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain import spoken
from bot.domain.errors import ExternalFailure, NotFound
from bot.domain.hours import today_for
from bot.domain.messages import Note, StandupAnswers, StandupDigest
from bot.domain.outbox import Destination
from bot.domain.schedules import LATE_LIMIT, Schedule, ScheduleKind
from bot.domain.standups import Answer, Concern, PromptStatus, Round, RoundStatus, Standup
from bot.domain.workspaces import Person, Viewer
from bot.usecases.outgoing import say, show_again
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services
from bot.usecases.standups.concerns import end, name_stuck
from bot.usecases.standups.prompts import renew

LATE = timedelta(minutes=10)
RECENT_DIGESTS = 3  # are brought up to date when something is cleared


def subject_of(round_id: str) -> str:
    """What the outbox calls the digest of this round."""
    return f"digest:{round_id}"


def answers_subject(prompt_id: str) -> str:
    """What the outbox calls one person's answers in the digest's thread."""
    return f"answers:{prompt_id}"


def digest_due(services: Services, schedule: Schedule, at: datetime) -> None:
    """The deadline: one digest in the channel, its answers in the thread. A round without answers posts nothing.

    Raises ExternalFailure where Slack can't say just now who reads along there: the schedule stays due.
    """
    is_shared = _is_shared(services, schedule)
    with services.store.begin(schedule.workspace_id) as uow:
        standup = uow.standups.hold(uow.standups.round(schedule.subject_id).standup_id)
        claimed = uow.schedules.claim(schedule.id, at=at)
        if claimed is None:
            return
        round_ = uow.standups.round(claimed.subject_id)
        if round_.is_open:
            _close(uow, standup, round_, late=at - (claimed.next_at or at), is_shared=is_shared, at=at)
        uow.schedules.remove(ScheduleKind.STANDUP_DIGEST, round_.id)
        uow.commit()
    services.nudge()


def clear(
    services: Services,
    person: Person,
    concern_id: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Concern:
    """It is not stuck any more, says its owner or anybody who reads the digest; it then says who did.

    In a public channel that is everyone in the workspace, also somebody who only looks in. Raises NotFound for others.
    """
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        concern = uow.concerns.get(concern_id)
        is_in = viewer.may_see_anything and concern.channel in viewer.conversations
        if not (person.may_act and (concern.owner_id == person.id or is_in)):
            raise viewer.unseen(NotFound("I don't know that one any more."))
        if concern.standup_id is not None:
            uow.standups.hold(concern.standup_id)
            concern = uow.concerns.get(concern_id)
        if not uow.inbox.take(key, at=now) or concern.cleared_at is not None:
            return concern
        cleared = end(uow, concern, by=person.id, at=now)
        uow.audit.add(by=person.id, action="concern.cleared", at=now, subject=f"concern:{concern.id}")
        if concern.standup_id is not None:
            _renew_digests(uow, uow.standups.get(concern.standup_id), concern, at=now)
            _renew_prompts(uow, concern, today=_day_before(uow, concern, now), at=now)
        uow.commit()
    services.nudge()
    return cleared


# --- what is posted ------------------------------------------------------------------------------------------------


def publish(
    uow: UnitOfWork, standup: Standup, round_: Round, *, at: datetime, late_minutes: int = 0, is_late: bool = False
) -> None:
    """Post the digest and the answers that there are. `is_late`: they came after the deadline."""
    answers = uow.standups.answers(round_.id)
    uow.standups.save_round(replace(round_, status=RoundStatus.POSTED, reason=None))
    digest_id = say(
        uow,
        digest_of(uow, standup, round_, late_minutes=late_minutes),
        Destination(conversation=standup.channel),
        at=at,
        subject=subject_of(round_.id),
        not_after=round_.late_until,
        fallback=standup.created_by,
    )
    names = {each.id: each.name for each in uow.people.get_many(each.person_id for each in answers).values()}
    for answer in answers:
        message = StandupAnswers(
            answer.person_id, round_.questions, answer.texts, names.get(answer.person_id, ""), is_late
        )
        _say_answer(uow, standup, answer.prompt_id, message, digest_id, at=at)


def add_late(uow: UnitOfWork, standup: Standup, round_: Round, answer: Answer, *, day: date, at: datetime) -> None:
    """An answer, or other words for one, after the digest: in its thread, and counted."""
    name_stuck(uow, standup, round_, answer, day=day, at=at)
    if round_.status is RoundStatus.SKIPPED:  # there was none, because nobody had answered
        publish(uow, standup, round_, at=at, is_late=True)
        return
    subject, person = answers_subject(answer.prompt_id), uow.people.find(answer.person_id)
    shown = uow.outbox.shown(subject)
    before = shown[0].message if shown else None
    message = StandupAnswers(
        answer.person_id,
        round_.questions,
        answer.texts,
        person.name if person else "",
        before.late if isinstance(before, StandupAnswers) else True,
    )
    if shown:
        show_again(uow, message, subject=subject, at=at)
    else:
        digests = uow.outbox.shown(subject_of(round_.id))
        _say_answer(uow, standup, answer.prompt_id, message, digests[-1].id if digests else None, at=at)
    _renew_digest(uow, standup, round_, at=at)


def digest_of(uow: UnitOfWork, standup: Standup, round_: Round, *, late_minutes: int = 0) -> StandupDigest:
    """As it stands now: what was stuck on that day, and what of it has been cleared since."""
    known = [
        each for each in uow.concerns.of_standup(standup.id, since=round_.closes_at) if each.raised_on <= round_.day
    ]
    stuck = tuple(each for each in known if each.cleared_at is None)
    cleared = tuple(each for each in known if each.cleared_at is not None)
    wanted = {each.owner_id for each in known} | {each.cleared_by for each in cleared if each.cleared_by}
    return StandupDigest(
        round_id=round_.id,
        channel=standup.channel,
        day=round_.day,
        answers=len(uow.standups.answers(round_.id)),
        stuck=stuck,
        cleared=cleared,
        names={each.id: each.name for each in uow.people.get_many(wanted).values()},
        late_minutes=late_minutes,
    )


def _is_shared(services: Services, schedule: Schedule) -> bool:
    """Whether people of another company are in the channel by now. What Slack shows nothing of refuses the post."""
    with services.store.read(schedule.workspace_id) as uow:
        channel = uow.standups.get(uow.standups.round(schedule.subject_id).standup_id).channel
    try:
        return services.directory.conversation(schedule.workspace_id, channel).is_shared
    except ExternalFailure as failure:
        if failure.permanent:
            return False
        raise


def _close(uow: UnitOfWork, standup: Standup, round_: Round, *, late: timedelta, is_shared: bool, at: datetime) -> None:
    answers = uow.standups.answers(round_.id)
    missed = _why_missed(late, is_shared=is_shared)
    if missed is not None:
        reason, words = missed
        uow.standups.save_round(replace(round_, status=RoundStatus.MISSED, reason=reason))
        if answers:
            _tell_missed(uow, standup, round_, words, count=len(answers), at=at)
    elif not answers:
        uow.standups.save_round(replace(round_, status=RoundStatus.SKIPPED, reason="nobody answered"))
    else:
        days = {prompt.id: prompt.day for prompt in uow.standups.prompts(round_.id)}
        for answer in answers:
            name_stuck(uow, standup, round_, answer, day=days[answer.prompt_id], at=at)
        publish(uow, standup, round_, at=at, late_minutes=int(late.total_seconds() // 60) if late >= LATE else 0)
    _close_prompts(uow, round_.id, at=at)


def _why_missed(late: timedelta, *, is_shared: bool) -> tuple[str, str] | None:
    """Why there will be no digest: for the record, and in words for whoever set the standup up."""
    if late > LATE_LIMIT[ScheduleKind.STANDUP_DIGEST]:
        hours = f"{late.total_seconds() / 3600:.0f} hours"
        return f"too late by {hours}", f"I was not running when it was due, {hours} ago"
    if is_shared:
        return "people of another company are in its channel", "people of another company are in it now"
    return None


def _tell_missed(uow: UnitOfWork, standup: Standup, round_: Round, why: str, *, count: int, at: datetime) -> None:
    """Whoever set it up hears that people answered and nobody was shown it."""
    kept = "Its answer is kept" if count == 1 else f"Its {count} answers are kept"
    words = (
        f"I did not post the standup digest of {spoken.weekday(round_.day)} in <#{standup.channel}>: {why}. "
        f"{kept}, and I ask again from the next one."
    )
    say(uow, Note(words), Destination(person=standup.created_by), at=at)


def _close_prompts(uow: UnitOfWork, round_id: str, *, at: datetime) -> None:
    """Who has not answered finds the DM closed; who has not been asked yet is not asked any more."""
    for prompt in uow.standups.prompts(round_id):
        if prompt.status is PromptStatus.WAITING:
            reason = "the standup had closed before I could ask"
            uow.standups.save_prompt(replace(prompt, status=PromptStatus.MISSED, reason=reason))
            uow.schedules.remove(ScheduleKind.STANDUP_PROMPT, prompt.id)
        if prompt.status in {PromptStatus.WAITING, PromptStatus.ASKED}:
            renew(uow, prompt.id, at=at)


def _say_answer(
    uow: UnitOfWork,
    standup: Standup,
    prompt_id: str,
    message: StandupAnswers,
    digest_id: str | None,
    *,
    at: datetime,
) -> None:
    say(
        uow,
        message,
        Destination(conversation=standup.channel),
        at=at,
        subject=answers_subject(prompt_id),
        after_id=digest_id,
    )


def _renew_digest(uow: UnitOfWork, standup: Standup, round_: Round, *, at: datetime) -> None:
    posts = uow.outbox.shown(subject_of(round_.id))
    first = posts[0].message if posts else None
    late_minutes = first.late_minutes if isinstance(first, StandupDigest) else 0
    show_again(uow, digest_of(uow, standup, round_, late_minutes=late_minutes), subject=subject_of(round_.id), at=at)


def _renew_digests(uow: UnitOfWork, standup: Standup, concern: Concern, *, at: datetime) -> None:
    for round_ in uow.standups.rounds(standup.id, limit=RECENT_DIGESTS):
        if round_.status is RoundStatus.POSTED and round_.day >= concern.raised_on:
            _renew_digest(uow, standup, round_, at=at)


def _renew_prompts(uow: UnitOfWork, concern: Concern, *, today: date, at: datetime) -> None:
    for prompt in uow.standups.prompts_of(concern.owner_id, since=today):
        if prompt.standup_id == concern.standup_id:
            renew(uow, prompt.id, at=at)


def _day_before(uow: UnitOfWork, concern: Concern, at: datetime) -> date:
    owner = uow.people.find(concern.owner_id)
    return (today_for(owner, at) if owner else at.date()) - timedelta(days=1)
