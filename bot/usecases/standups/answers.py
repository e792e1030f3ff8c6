"""Answering, skipping this one, and being asked again later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.ids import new_id
from bot.domain.schedules import ScheduleKind
from bot.domain.standups import (
    ANSWER_LIMIT,
    LATER,
    Answer,
    Concern,
    Prompt,
    PromptStatus,
    Round,
    RoundStatus,
    Standup,
)
from bot.domain.workspaces import ConversationId, Person, UserId, Viewer
from bot.usecases.people import viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.schedules import plan
from bot.usecases.services import Services
from bot.usecases.standups.digests import add_late
from bot.usecases.standups.prompts import last_plan, renew
from bot.usecases.standups.team import UNKNOWN, require_part

OPEN_ROUNDS = 5
REPLIES_FOR = timedelta(days=5)  # a reply to an older prompt is not looked for
AWAY = "away"

Read = Callable[[Sequence[str], int], Sequence[str]]  # (the texts so far, how many questions): the texts now


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the window to answer in shows: the questions, and what was written already."""

    prompt_id: str
    channel: ConversationId
    questions: tuple[str, ...]
    texts: tuple[str, ...]
    closes_at: datetime
    is_late: bool
    last_plan: str | None
    stuck: tuple[Concern, ...]


def answer(
    services: Services,
    person: Person,
    prompt_id: str,
    texts: Sequence[str],
    *,
    key: str,
    at: datetime | None = None,
) -> Answer:
    """What `person` says to each question, in the place of what they said before.

    After the digest it is added to its thread, for a day. Raises InvalidInput where nothing was written, Conflict where
    it is too late, and NotFound where the prompt is somebody else's.
    """
    return take(services, person, prompt_id, lambda _known, _count: texts, key=key, at=at)


def sheet(services: Services, person: Person, prompt_id: str, *, at: datetime | None = None) -> Sheet:
    """Raises NotFound where the prompt is somebody else's, Conflict where it is too late to answer."""
    now = at or services.clock.now()
    with services.store.read(person.workspace_id) as uow:
        prompt = _own(uow, person, prompt_id)
        standup, round_ = uow.standups.get(prompt.standup_id), uow.standups.round(prompt.round_id)
        _must_take_answers(round_, at=now)
        known = uow.standups.answer(prompt.id)
        mine = uow.concerns.uncleared(channel=standup.channel, owner=person.id)
        return Sheet(
            prompt.id,
            standup.channel,
            round_.questions,
            known.texts if known else (),
            round_.closes_at,
            not round_.is_open,
            last_plan(uow, prompt, before=known.answered_at if known else now),
            tuple(each for each in mine if each.standup_id == standup.id),
        )


def skip(
    services: Services,
    person: Person,
    prompt_id: str,
    *,
    key: str,
    why: str | None = None,
    at: datetime | None = None,
) -> Prompt:
    """Not this time. `why` is kept ("away"). An answer that was given stays."""

    def change(uow: UnitOfWork, prompt: Prompt, round_: Round, _: datetime) -> Prompt:
        if not round_.is_open or prompt.status not in {PromptStatus.ASKED, PromptStatus.WAITING}:
            return prompt
        uow.schedules.remove(ScheduleKind.STANDUP_PROMPT, prompt.id)
        return replace(prompt, status=PromptStatus.DECLINED, reason=why)

    return _change(services, person, prompt_id, change, key=key, at=at)


def later(services: Services, person: Person, prompt_id: str, *, key: str, at: datetime | None = None) -> Prompt:
    """Ask again in two hours. Raises Conflict where the standup has closed by then."""

    def change(uow: UnitOfWork, prompt: Prompt, round_: Round, now: datetime) -> Prompt:
        if not round_.is_open or prompt.status is not PromptStatus.ASKED:
            return prompt
        again = now + LATER
        if again >= round_.closes_at:
            raise Conflict("In two hours this standup has closed. Answer now, or skip this one.")
        plan(uow, ScheduleKind.STANDUP_PROMPT, prompt.id, slot=round_.slot, next_at=again, at=now)
        return replace(prompt, status=PromptStatus.WAITING, due_at=again, reason="asked to be asked later")

    return _change(services, person, prompt_id, change, key=key, at=at)


def take_part(
    services: Services,
    person: Person,
    standup_id: str,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
) -> Prompt:
    """The person's prompt in the round that is open now, made where they have none: to answer without being asked.

    Raises NotFound for somebody who is not in its channel, Conflict where no round is open.
    """
    viewer = viewer or viewer_for(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        standup = uow.standups.hold(standup_id)
        if standup.channel not in viewer.conversations:
            raise viewer.unseen(NotFound(UNKNOWN))
        require_part(uow, person)
        round_ = _current(uow, standup, at=now)
        mine = next((each for each in uow.standups.prompts(round_.id) if each.person_id == person.id), None)
        if mine is not None:
            return mine
        uow.inbox.take(key, at=now)
        prompt = Prompt(
            person.workspace_id, new_id(now), round_.id, standup.id, person.id, round_.day, now, PromptStatus.ASKED
        )
        if not uow.standups.add_prompt(prompt):
            raise Conflict("Please press that again.")
        uow.commit()
    return prompt


def take(services: Services, person: Person, prompt_id: str, read: Read, *, key: str, at: datetime | None) -> Answer:
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        prompt = _held(uow, person, prompt_id)
        round_ = uow.standups.round(prompt.round_id)
        known = uow.standups.answer(prompt.id)
        if not uow.inbox.take(key, at=now) and known is not None:
            return known
        _must_take_answers(round_, at=now)
        texts = _checked(read(known.texts if known else (), len(round_.questions)), len(round_.questions))
        if known is not None and known.texts == texts:
            return known
        answered_at = known.answered_at if known else now
        said = Answer(person.workspace_id, prompt.id, round_.id, prompt.standup_id, person.id, texts, answered_at)
        uow.standups.save_answer(said)
        uow.standups.save_prompt(replace(prompt, status=PromptStatus.ANSWERED))
        uow.schedules.remove(ScheduleKind.STANDUP_PROMPT, prompt.id)
        if not round_.is_open:
            add_late(uow, uow.standups.get(prompt.standup_id), round_, said, day=prompt.day, at=now)
        renew(uow, prompt.id, at=now)
        uow.commit()
    services.nudge()
    return said


def _change(
    services: Services,
    person: Person,
    prompt_id: str,
    change: Callable[[UnitOfWork, Prompt, Round, datetime], Prompt],
    *,
    key: str,
    at: datetime | None,
) -> Prompt:
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        prompt = _held(uow, person, prompt_id)
        if not uow.inbox.take(key, at=now):
            return prompt
        changed = change(uow, prompt, uow.standups.round(prompt.round_id), now)
        if changed == prompt:
            return prompt
        uow.standups.save_prompt(changed)
        renew(uow, prompt.id, at=now)
        uow.commit()
    services.nudge()
    return changed


def _own(uow: UnitOfWork, person: Person, prompt_id: str) -> Prompt:
    """Raises NotFound where it is somebody else's: the two look the same."""
    prompt = uow.standups.prompt(prompt_id)
    if prompt.person_id != person.id:
        raise NotFound(UNKNOWN)
    return prompt


def _held(uow: UnitOfWork, person: Person, prompt_id: str) -> Prompt:
    """As `_own`, with its standup locked: its digest is not made while an answer comes in."""
    uow.standups.hold(_own(uow, person, prompt_id).standup_id)
    return uow.standups.prompt(prompt_id)


def recent(uow: UnitOfWork, person: UserId, at: datetime) -> list[Prompt]:
    """Their prompts of the last days, the latest first."""
    return uow.standups.prompts_of(person, since=(at - REPLIES_FOR).date())


def _must_take_answers(round_: Round, *, at: datetime) -> None:
    """Until the digest is posted, and for a day after it."""
    if round_.is_open:
        return
    if round_.status is RoundStatus.MISSED or at >= round_.late_until:
        raise Conflict(
            f"The standup of {round_.day.day} {round_.day:%b} has closed, a day after its digest. "
            "Please put it into the channel, or into the next standup."
        )


def _checked(texts: Sequence[str], count: int) -> tuple[str, ...]:
    """As many as there are questions, each within the limit. Raises InvalidInput where all of them are empty."""
    padded = [*(text.strip() for text in texts), *[""] * count][:count]
    if not any(padded):
        raise InvalidInput("Write at least one line, or skip this one in the message that asked you.", field="answer_0")
    return tuple(text if len(text) <= ANSWER_LIMIT else text[: ANSWER_LIMIT - 1] + "…" for text in padded)


def _current(uow: UnitOfWork, standup: Standup, *, at: datetime) -> Round:
    """The round that closes next; else one whose digest still takes late answers."""
    rounds = uow.standups.rounds(standup.id, limit=OPEN_ROUNDS)
    open_ones = sorted((each for each in rounds if each.is_open), key=lambda each: each.closes_at)
    running = [each for each in open_ones if each.closes_at > at] or open_ones[-1:]
    late = [each for each in rounds if each.status is RoundStatus.POSTED and at < each.late_until]
    if not running and not late:
        raise Conflict("No standup is open here just now. I'll ask you when the next one is.")
    return (running or late)[0]
