"""What one person is shown of a round: the DM that asks them, as it stands now."""

from datetime import datetime

from bot.domain.messages import StandupPrompt
from bot.domain.standups import Prompt, PromptStatus, Round, RoundStatus, plan_index
from bot.usecases.outgoing import show_again
from bot.usecases.ports import UnitOfWork


def subject_of(prompt_id: str) -> str:
    """What the outbox calls every message that asks by this prompt."""
    return f"prompt:{prompt_id}"


def message_of(uow: UnitOfWork, prompt: Prompt, *, at: datetime, late_minutes: int = 0) -> StandupPrompt:
    """The DM as it stands: asked, later, answered, declined, closed."""
    standup, round_ = uow.standups.get(prompt.standup_id), uow.standups.round(prompt.round_id)
    person, answer = uow.people.find(prompt.person_id), uow.standups.answer(prompt.id)
    state = _state(prompt, round_)
    mine = uow.concerns.uncleared(channel=standup.channel, owner=prompt.person_id)
    return StandupPrompt(
        prompt_id=prompt.id,
        standup_id=standup.id,
        person_name=person.name if person else "",
        channel=standup.channel,
        questions=round_.questions,
        closes_at=round_.closes_at,
        last_plan=last_plan(uow, prompt, before=answer.answered_at if answer else at),
        state=state,
        answers=answer.texts if answer else (),
        late_minutes=late_minutes,
        again_at=prompt.due_at if state == "later" else None,
        stuck=tuple(each for each in mine if each.standup_id == standup.id),
        day=prompt.day,
        late_until=round_.late_until if round_.status in {RoundStatus.POSTED, RoundStatus.SKIPPED} else None,
    )


def renew(uow: UnitOfWork, prompt_id: str, *, at: datetime) -> None:
    """Bring the DM up to date, where it was posted."""
    subject = subject_of(prompt_id)
    if uow.outbox.shown(subject):
        show_again(uow, message_of(uow, uow.standups.prompt(prompt_id), at=at), subject=subject, at=at)


def last_plan(uow: UnitOfWork, prompt: Prompt, *, before: datetime) -> str | None:
    """What they said last time that they would do next."""
    last = uow.standups.last_answer(prompt.standup_id, prompt.person_id, before=before)
    if last is None or last.prompt_id == prompt.id:
        return None
    index = plan_index(uow.standups.round(last.round_id).questions)
    return (last.texts[index] or None) if index is not None and index < len(last.texts) else None


def _state(prompt: Prompt, round_: Round) -> str:
    if prompt.status is PromptStatus.ANSWERED:
        return "answered"
    if prompt.status is PromptStatus.DECLINED:
        return "declined"
    if not round_.is_open or prompt.status in {PromptStatus.SKIPPED, PromptStatus.MISSED}:
        return "closed"
    return "later" if prompt.status is PromptStatus.WAITING else "asked"
