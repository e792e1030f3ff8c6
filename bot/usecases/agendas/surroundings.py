"""What Slack knows around a meeting: whether its channel can be posted to, and who is off that day."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.cadences import Cadence
from bot.domain.calendars import guess_place, holiday_name
from bot.domain.errors import ExternalFailure
from bot.domain.hours import today_for
from bot.domain.workspaces import Audience, Person, UserId, WorkspaceId
from bot.usecases.people import person_known
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

MOST_ASKED = 40  # members of the channel whose day is looked at
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`refused` says in words why nothing may be posted there. `away`: lines such as "Kenji off: Culture Day"."""

    can_post: bool = True
    refused: str | None = None
    is_private: bool | None = None  # None: Slack could not say
    away: tuple[str, ...] = ()


def around(services: Services, cadence: Cadence, starts_at: datetime) -> Surroundings:
    """Asks Slack, so never within a transaction. Never fails: what cannot be asked is left out."""
    try:
        info = services.directory.conversation(cadence.workspace_id, cadence.channel)
    except ExternalFailure as failure:
        return Surroundings(can_post=not failure.permanent)
    return Surroundings(
        can_post=info.is_member,
        refused="people of another company are in its channel" if info.is_shared else None,
        is_private=info.is_private,
        away=_away(services, cadence, starts_at),
    )


def in_step(uow: UnitOfWork, cadence: Cadence, found: Surroundings) -> Cadence:
    """The meeting with the audience of its channel as it is now: a channel may have become private."""
    if found.is_private is None or found.is_private != cadence.audience.is_workspace:
        return cadence
    cadence = replace(cadence, audience=Audience(cadence.channel if found.is_private else None))
    uow.cadences.save(cadence)
    return cadence


def _away(services: Services, cadence: Cadence, starts_at: datetime) -> tuple[str, ...]:
    try:
        members = services.directory.members(cadence.workspace_id, cadence.channel)
    except ExternalFailure:
        return ()
    people = [_known(services, cadence.workspace_id, each) for each in sorted(members)[:MOST_ASKED]]
    lines = [(person.name, why) for person in people if person is not None and (why := _why_off(person, starts_at))]
    return tuple(f"{name} off: {why}" for name, why in sorted(lines)[:MOST_NAMED])


def _known(services: Services, workspace: WorkspaceId, person: UserId) -> Person | None:
    try:
        found = person_known(services, workspace, person)
    except ExternalFailure:
        return None
    return found if found.may_act else None


def _why_off(person: Person, starts_at: datetime) -> str | None:
    """Why they are off on their own date of the meeting."""
    day = today_for(person, starts_at)
    holiday = holiday_name(person.place or guess_place(person.zone), day)
    return holiday or (None if day.weekday() in person.days else "not a working day")
