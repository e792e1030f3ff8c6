"""The CTO answers what the note offered: let the deputy decide these, or not now.

What was pressed names an offer of a note that we sent to this person. Nothing else in it is believed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.bottlenecks import is_anothers, is_beyond
from bot.domain.errors import Conflict, InvalidInput, NotAllowed
from bot.domain.messages import MonthlyNote
from bot.domain.monthly import DeputyOffer, OfferAnswer
from bot.domain.outbox import OutboxMessage
from bot.domain.rights import right_for
from bot.domain.workspaces import Person, Role
from bot.usecases import rights
from bot.usecases.monthly.figures import offer_subject, was_answered
from bot.usecases.monthly.note import subject_of
from bot.usecases.outgoing import change
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

GONE = "I don't know that offer any more. `/backbeat who-decides` says who decides what."


@dataclass(frozen=True, slots=True)
class _Found:
    row: OutboxMessage
    note: MonthlyNote
    position: int

    @property
    def offer(self) -> DeputyOffer:
        return self.note.offers[self.position]


def let_deputy_decide(
    services: Services, person: Person, value: str, *, key: str, at: datetime | None = None
) -> DeputyOffer:
    """From now on the deputy decides in that area below that sum. `value` is what the button carries.

    Raises NotAllowed for anybody but the CTO; InvalidInput for what was never offered to them; Conflict where it was
    answered already, or the deputy, the limits or who decides there are others now.
    """
    now = at or services.clock.now()
    with services.store.read(person.workspace_id) as uow:
        if uow.inbox.outcome(key) is not None:
            return replace(_find(uow, person, value).offer, answer=OfferAnswer.DELEGATED)
        offer = _open_offer(uow, person, value, at=now).offer
        _must_still_hold(uow, person, offer)
    rights.let_deputy_decide(services, person, offer.area, offer.ceiling, key=f"{key}:right", at=now)
    return _answer(services, person, value, OfferAnswer.DELEGATED, key=key, at=now)


def decline_offer(
    services: Services, person: Person, value: str, *, key: str, at: datetime | None = None
) -> DeputyOffer:
    """Not now: it is not offered again for 90 days. Raises as `let_deputy_decide` does."""
    return _answer(services, person, value, OfferAnswer.DECLINED, key=key, at=at or services.clock.now())


def _answer(
    services: Services, person: Person, value: str, answer: OfferAnswer, *, key: str, at: datetime
) -> DeputyOffer:
    """On record, and in the note."""
    with services.store.begin(person.workspace_id) as uow:
        if not uow.inbox.take(key, at=at):
            return replace(_find(uow, person, value).offer, answer=answer)
        found = _open_offer(uow, person, value, at=at)
        uow.reminders.take(person=person.id, subject=offer_subject(found.offer.area), due_on=at.date(), at=at)
        uow.audit.add(by=person.id, action=f"monthly.{answer}", at=at, subject=found.offer.area)
        uow.inbox.note(key, answer)
        change(uow, found.row, _as_answered(uow, found, answer, at=at), at=at)
        uow.commit()
    services.nudge()
    return replace(found.offer, answer=answer)


def _open_offer(uow: UnitOfWork, person: Person, value: str, *, at: datetime) -> _Found:
    if Role.CTO not in uow.workspaces.roles_of(person.id):
        raise NotAllowed("Only the CTO can leave decisions to the deputy.")
    found = _find(uow, person, value)
    if was_answered(uow, found.offer.area, at=at):
        raise Conflict("You answered this already. `/backbeat who-decides` shows how it stands.")
    return found


def _find(uow: UnitOfWork, person: Person, value: str) -> _Found:
    """The offer that `value` ("2026-10:0") names, in a note to this very person. Raises InvalidInput."""
    slot, _, position = value.partition(":")
    for row in uow.outbox.shown(subject_of(person.id, slot)):
        note = row.message
        if isinstance(note, MonthlyNote) and position.isdecimal() and int(position) < len(note.offers):
            return _Found(row, note, int(position))
    raise InvalidInput(GONE)


def _must_still_hold(uow: UnitOfWork, person: Person, offer: DeputyOffer) -> None:
    """Raises Conflict where what was offered is not what would happen now."""
    roles = uow.workspaces.roles()
    deputies = roles.get(Role.DEPUTY, frozenset()) - {person.id}
    if not offer.deputies or deputies != offer.deputies.keys():
        raise Conflict("Somebody else is deputy now, or nobody is. I'll ask again in the next note.")
    limits, right = uow.rights.limits(), right_for(uow.rights.all(), offer.area)
    if limits is not None and limits.currency != offer.currency:
        raise Conflict(f"Your approval limits are in {limits.currency} now. `/backbeat who-decides` shows them.")
    if is_beyond(limits, offer.ceiling):
        raise Conflict(
            "By your approval limits of now, others sign off that much too. `/backbeat who-decides` shows them."
        )
    if is_anothers(right, roles.get(Role.CTO, frozenset())):
        raise Conflict("Somebody else decides there now. `/backbeat who-decides` shows who.")
    if right is not None and right.deputy_up_to is not None and right.deputy_up_to > offer.ceiling:
        raise Conflict("The deputy decides more than that already. `/backbeat who-decides` shows it.")


def _as_answered(uow: UnitOfWork, found: _Found, answer: OfferAnswer, *, at: datetime) -> MonthlyNote:
    """The note with this answer, and with those that its other offers got before."""
    offers = list(found.note.offers)
    for position, offer in enumerate(offers):
        if position == found.position:
            offers[position] = replace(offer, answer=answer)
        elif was_answered(uow, offer.area, at=at):
            right = right_for(uow.rights.all(), offer.area)
            delegated = right is not None and right.deputy_up_to is not None and right.deputy_up_to >= offer.ceiling
            offers[position] = replace(offer, answer=OfferAnswer.DELEGATED if delegated else OfferAnswer.DECLINED)
    return replace(found.note, offers=tuple(offers))
