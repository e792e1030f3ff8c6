"""What is stuck: raised by an answer, named again in the next ones, until somebody clears it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain.ids import new_id
from bot.domain.standups import Answer, Concern, Round, Standup, same_trouble, says_nothing, stuck_on
from bot.domain.workspaces import UserId
from bot.usecases.ports import UnitOfWork


def name_stuck(uow: UnitOfWork, standup: Standup, round_: Round, answer: Answer, *, day: date, at: datetime) -> None:
    """What one answer says about being stuck: something new, something known again, or that nothing is.

    Once a round: doing it again after an edit counts nothing twice and takes back what is no longer named.
    """
    if len(round_.questions) < 2 or len(answer.texts) < len(round_.questions):
        return  # the only question is no question about being stuck
    said = answer.texts[len(round_.questions) - 1]
    open_ones = [
        each
        for each in uow.concerns.uncleared(channel=standup.channel, owner=answer.person_id)
        if each.standup_id == standup.id
    ]
    for text in stuck_on(said):
        known = next((each for each in open_ones if same_trouble(each.text, text)), None)
        if known is None:
            _raise(uow, standup, round_, answer, text, day=day, at=at)
        else:
            open_ones.remove(known)
            uow.concerns.save(_named_again(known, text, round_))
    is_free = bool(said.strip()) and says_nothing(said)
    _take_back(uow, open_ones, round_, answer, is_free=is_free, at=at)


def _named_again(known: Concern, text: str, round_: Round) -> Concern:
    """It keeps its first words and its first day, unless it was raised in this very round."""
    if known.round_id != round_.id:
        return replace(known, seen=known.seen + 1, round_id=round_.id)
    return replace(known, text=text) if known.seen == 1 else known


def _take_back(
    uow: UnitOfWork, concerns: Sequence[Concern], round_: Round, answer: Answer, *, is_free: bool, at: datetime
) -> None:
    """What this person named before and does not name now. Only a plain "nothing", or an edit, ends it."""
    for concern in concerns:
        was_named_here = concern.round_id == round_.id
        if is_free or (was_named_here and concern.seen == 1):
            end(uow, concern, by=answer.person_id, at=at)
        elif was_named_here:
            uow.concerns.save(replace(concern, seen=concern.seen - 1, round_id=None))


def _raise(
    uow: UnitOfWork, standup: Standup, round_: Round, answer: Answer, text: str, *, day: date, at: datetime
) -> None:
    uow.concerns.add(
        Concern(
            uow.workspace_id,
            new_id(at),
            standup.channel,
            text,
            answer.person_id,
            day,
            standup_id=standup.id,
            round_id=round_.id,
        )
    )


def end(uow: UnitOfWork, concern: Concern, *, by: UserId, at: datetime) -> Concern:
    cleared = replace(concern, cleared_at=at, cleared_by=by)
    uow.concerns.save(cleared)
    return cleared
