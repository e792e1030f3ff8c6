"""A decision's card: saying it where it was made (or to its author, where that is not possible), and renewing it."""

from datetime import datetime

from bot.domain.decisions import Decision
from bot.domain.messages import CardElsewhere, DecisionCard
from bot.domain.outbox import Destination
from bot.domain.revisits import answer
from bot.domain.workspaces import UserId, Viewer
from bot.usecases.approvals.asking import words_about
from bot.usecases.outgoing import say, show_again
from bot.usecases.ports import UnitOfWork
from bot.usecases.waiting import show_answered


def subject_of(number: int) -> str:
    """What the outbox calls every message that shows this decision."""
    return f"decision:{number}"


def names_in(uow: UnitOfWork, decision: Decision, known: dict[UserId, str] | None = None) -> dict[UserId, str]:
    """The names of the people on the card, as far as they are known here."""
    names = dict(known or {})
    missing = decision.people - names.keys()
    if missing:
        names |= {each.id: each.name for each in uow.people.get_many(missing).values()}
    return {each: names[each] for each in decision.people if each in names}


def card_of(uow: UnitOfWork, decision: Decision, known: dict[UserId, str] | None = None) -> DecisionCard:
    """The card as it is to be shown now: with whom it waits for, and why it stands where it does."""
    last = answer(decision, uow.decisions.history(decision.number, Viewer.system()))
    return DecisionCard(
        decision,
        names_in(uow, decision, known),
        note=last.why if last else None,
        words=words_about(uow, decision.number),
        since=last.at.date() if last else None,
    )


def announce(
    uow: UnitOfWork, decision: Decision, *, can_post: bool, at: datetime, known: dict[UserId, str] | None = None
) -> None:
    """Queue the card. In the thread it came from; never where somebody outside its audience could read it."""
    names, subject, author = names_in(uow, decision, known), subject_of(decision.number), decision.author_id
    card, source = card_of(uow, decision, names), decision.source
    if source.conversation is not None and can_post:
        where = Destination(conversation=source.conversation, thread_ts=source.thread_ts or source.ts)
        say(uow, card, where, at=at, subject=subject, fallback=author)
        return
    elsewhere: DecisionCard | CardElsewhere = card
    if source.conversation is not None:
        elsewhere = CardElsewhere(decision, source.conversation, names, card.words)
    say(uow, elsewhere, Destination(person=author), at=at, subject=subject)
    channel = uow.workspaces.get().decision_channel
    may_show = decision.audience.is_workspace or decision.audience.conversation == channel
    if channel is not None and channel != source.conversation and may_show:
        say(uow, card, Destination(conversation=channel), at=at, subject=subject)


def renew(uow: UnitOfWork, decision: Decision, *, at: datetime) -> None:
    """Bring every posted card of this decision up to date, and every *Waiting for you* that lists it."""
    show_again(uow, card_of(uow, decision), subject=subject_of(decision.number), at=at)
    show_answered(uow, decision, at=at)
