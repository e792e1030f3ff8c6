"""Who is asking: the person as Slack knows them, whether they may act here, and what they may see."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.errors import ExternalFailure, InvalidInput, NotAllowed
from bot.domain.workspaces import ConversationId, Person, Role, UserId, Viewer, Workspace, WorkspaceId
from bot.usecases.month_ends import follow_month_end
from bot.usecases.mornings import follow
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

FRESH = timedelta(hours=24)  # `user_change` events bring changes at once; this catches a lost event


def person_known(services: Services, workspace: WorkspaceId, person: UserId) -> Person:
    """The person, from our own table where it is fresh enough, else from Slack (and then kept).

    Raises ExternalFailure where Slack cannot be asked and nothing is known.
    """
    now = services.clock.now()
    with services.store.read(workspace) as uow:
        known = uow.people.find(person)
    if known is not None and known.seen_at is not None and now - known.seen_at < FRESH:
        return known
    try:
        asked = services.directory.person(workspace, person)
    except ExternalFailure:
        if known is None:
            raise
        return known
    with services.store.begin(workspace) as uow:
        merged = remember(uow, asked, at=now)
        uow.commit()
    return merged


def remember(uow: UnitOfWork, asked: Person, *, at: datetime) -> Person:
    """Keep what Slack says of a person, without losing what they told Backbeat (days, hours, holiday calendar)."""
    known = uow.people.find(asked.id)
    if known is not None:
        asked = replace(asked, days=known.days, starts=known.starts, ends=known.ends, place=known.place)
    uow.people.save(asked)
    follow(uow, known, asked, at=at)
    follow_month_end(uow, asked, at=at)
    return asked


def doubt(services: Services, workspace: WorkspaceId, person: UserId) -> bool:
    """Slack said that something about them changed: ask it again before they are believed. False for a stranger."""
    services.directory.forget(workspace, person)
    with services.store.read(workspace) as uow:
        if uow.people.find(person) is None:
            return False
    with services.store.begin(workspace) as uow:
        known = uow.people.find(person)
        if known is not None:
            uow.people.save(replace(known, seen_at=None))
            uow.commit()
    return True


def acting(services: Services, workspace: WorkspaceId, person: UserId) -> Person:
    """The person, if they may change anything here. Raises NotAllowed with words for them."""
    known = person_known(services, workspace, person)
    if not known.may_act:
        raise NotAllowed("Backbeat works for members of this workspace only. Ask one of them to do this for you.")
    return known


def member(services: Services, workspace: WorkspaceId, user: UserId, field: str) -> Person:
    """Somebody who was picked in the input `field`. Raises InvalidInput unless they are a member who may act."""
    try:
        found = person_known(services, workspace, user)
    except ExternalFailure as failure:
        raise InvalidInput("Slack couldn't tell me about this person just now. Please try again.", field) from failure
    if found.is_bot:
        raise InvalidInput("That's an app. Pick a person.", field)
    if found.is_deactivated:
        raise InvalidInput("That account is deactivated. Pick somebody else.", field)
    if not found.may_act:
        raise InvalidInput("They belong to another company. Pick a member of this workspace.", field)
    return found


def viewer_for(services: Services, person: Person, *, here: ConversationId | None = None) -> Viewer:
    """What `person` may see, asked from the conversation `here` (being there proves that they can read it).

    Where Slack cannot be asked, private conversations other than `here` stay closed, and the viewer is not whole.
    """
    is_whole = True
    try:
        conversations = services.directory.conversations_of(person.workspace_id, person.id)
    except ExternalFailure as failure:
        conversations, is_whole = frozenset(), failure.permanent
    if here is not None:
        conversations |= {here}
    allowed = _guest_takes_part(services, person) if person.is_guest else person.may_act
    return Viewer(person.id, conversations, is_guest=person.is_guest, may_see_anything=allowed, is_whole=is_whole)


def _guest_takes_part(services: Services, guest: Person) -> bool:
    with services.store.read(guest.workspace_id) as uow:
        workspace = uow.workspaces.get()
        return takes_part(guest, workspace, workspace.guests_allowed or bool(uow.workspaces.roles_of(guest.id)))


def takes_part(person: Person, workspace: Workspace, has_role: bool) -> bool:  # noqa: FBT001 - a fact about them
    """Whether anything may be shown to them: guests see nothing until an admin allows it, unless they hold a role."""
    return person.may_act and (not person.is_guest or workspace.guests_allowed or has_role)


def may_set_up(uow: UnitOfWork, person: Person, admins: frozenset[UserId]) -> bool:
    """A Slack admin, somebody named by the operator, or, once set up, the CTO or an admin of Backbeat."""
    if not person.may_act:
        return False
    held = uow.workspaces.roles_of(person.id)
    return person.is_slack_admin or person.id in admins or bool(held & {Role.ADMIN, Role.CTO})


def require_role(uow: UnitOfWork, person: Person, *roles: Role) -> None:
    """Raises NotAllowed unless `person` holds one of `roles`; a Slack admin always may administer."""
    held = uow.workspaces.roles_of(person.id)
    if held & set(roles) or (Role.ADMIN in roles and person.is_slack_admin):
        return
    raise NotAllowed(
        "That is for "
        + " or ".join(role.value.upper() if role is Role.CTO else role.value for role in roles)
        + " here."
    )
