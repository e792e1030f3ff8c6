"""The month so far, at once; and stopping the note, or turning it on again."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.hours import local_day
from bot.domain.messages import MonthlyNote
from bot.domain.months import month_of
from bot.domain.workspaces import Person, Role, Viewer
from bot.usecases.month_ends import are_on, resume_notes, stop_notes
from bot.usecases.monthly.figures import read_month
from bot.usecases.people import require_role
from bot.usecases.ports import UnitOfWork
from bot.usecases.rights import names_in
from bot.usecases.services import Services

NOT_SET_UP = "Backbeat isn't set up here yet. `/backbeat setup` takes three minutes."


@dataclass(frozen=True, slots=True)
class SoFar:
    """The present month. `is_on`: whether the asker gets the note of it; None where they are no CTO."""

    note: MonthlyNote
    is_on: bool | None


def so_far(services: Services, person: Person, viewer: Viewer, *, at: datetime | None = None) -> SoFar:
    """For the CTO or an admin, as far as they may see it. Raises NotAllowed, InvalidInput before setup."""
    now, names = at or services.clock.now(), names_in(services, workspace=person.workspace_id)
    with services.store.read(person.workspace_id) as uow:
        _must_be_set_up(uow)
        require_role(uow, person, Role.CTO, Role.ADMIN)
        month = read_month(uow, person, viewer, names, month_of(local_day(person.zone, now)), at=now)
        is_cto = Role.CTO in uow.workspaces.roles_of(person.id)
        return SoFar(month.note, are_on(uow, person.id) if is_cto else None)


def switch(services: Services, person: Person, *, on: bool, key: str, at: datetime | None = None) -> bool:
    """A CTO's own note, on or off. Returns which it is now. Raises NotAllowed, InvalidInput before setup."""
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        _must_be_set_up(uow)
        if Role.CTO not in uow.workspaces.roles_of(person.id):
            raise NotAllowed("The monthly note is for the CTO here, and theirs to stop.")
        if uow.inbox.take(key, at=now) and are_on(uow, person.id) is not on:
            if on:
                resume_notes(uow, person.id, person, at=now)
            else:
                stop_notes(uow, person.id, at=now)
            uow.audit.add(by=person.id, action="monthly.switched", at=now, detail={"on": on})
        is_on = are_on(uow, person.id)
        uow.commit()
    return is_on


def _must_be_set_up(uow: UnitOfWork) -> None:
    if uow.workspaces.get().setup_at is None:
        raise InvalidInput(NOT_SET_UP)
