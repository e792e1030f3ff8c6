"""Who takes part in a standup, and when each of them is asked, or why not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.errors import ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.hours import why_not_working
from bot.domain.recurrence import slots
from bot.domain.standups import Standup, asked_at, closes_at, opening_rule
from bot.domain.workspaces import ConversationId, Person, Role, UserId, Viewer, WorkspaceId
from bot.usecases.mornings import hours_of
from bot.usecases.people import person_known, takes_part
from bot.usecases.ports import ConversationInfo, UnitOfWork
from bot.usecases.services import Services

MOST_MEMBERS = 200  # a standup is for a team
LOOK_AHEAD = timedelta(days=28)
UNKNOWN = "I don't know that standup any more."
TOO_LATE = "asked too late for the digest"


@dataclass(frozen=True, slots=True)
class Asking:
    """When somebody is asked in one round, UTC; `reason` says why they are not."""

    due_at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FirstAsk:
    """When somebody is asked first, UTC, None for never; `reasons` say why not before."""

    person: Person
    at: datetime | None
    reasons: tuple[tuple[date, str], ...] = ()


def asking(standup: Standup, person: Person, day: date, *, begins: datetime) -> Asking:
    """When `person` is asked on their own `day`. `begins` is when the round opened: no hour before it was missed."""
    due = asked_at(standup, day, person.zone)
    reason = why_not_working(hours_of(person), day)
    if reason is None and due < begins:
        reason = f"the standup was set up after {standup.at:%H:%M} their time"
    if reason is None and due >= closes_at(standup, day):
        reason = TOO_LATE
    return Asking(due, reason)


def first_ask(standup: Standup, person: Person, first: date, *, begins: datetime) -> FirstAsk:
    """The first time that `person` is asked in the rounds from `first` on, which opens at `begins`."""
    reasons: list[tuple[date, str]] = []
    for slot in slots(opening_rule(standup, first), start=first):
        if slot.day > first + LOOK_AHEAD:
            break
        found = asking(standup, person, slot.day, begins=begins if slot.day == first else slot.utc)
        if found.reason is None:
            return FirstAsk(person, found.due_at, tuple(reasons))
        reasons.append((slot.day, found.reason))
    return FirstAsk(person, None, tuple(reasons))


def team_of(services: Services, workspace: WorkspaceId, channel: ConversationId) -> list[Person]:
    """The members of `channel` who may take part, by name. Asks Slack: never in a transaction.

    Raises ExternalFailure where Slack cannot say who is in the channel, or who somebody new is.
    """
    people: list[Person] = []
    for member in sorted(services.directory.members(workspace, channel)):
        try:
            people.append(person_known(services, workspace, member))
        except ExternalFailure as failure:
            if not failure.permanent:
                raise
    with services.store.read(workspace) as uow:
        return sorted((each for each in people if may_take_part(uow, each)), key=lambda each: (each.name, each.id))


def may_take_part(uow: UnitOfWork, person: Person) -> bool:
    """Members of this workspace; guests only where an admin allows them, or where they hold a role."""
    return takes_part(person, uow.workspaces.get(), bool(uow.workspaces.roles_of(person.id)))


def require_part(uow: UnitOfWork, person: Person) -> None:
    if not may_take_part(uow, person):
        raise NotAllowed("Standups are for members of this workspace. An admin can allow guests in `/backbeat setup`.")


def may_change(uow: UnitOfWork, person: Person, standup: Standup) -> bool:
    """Whoever set it up, an admin, and the CTO."""
    held = uow.workspaces.roles_of(person.id)
    return person.id == standup.created_by or person.is_slack_admin or bool(held & {Role.ADMIN, Role.CTO})


def require_change(uow: UnitOfWork, person: Person, standup: Standup, viewer: Viewer) -> None:
    """Raises NotFound for whoever is not in its channel, whatever they are here, and NotAllowed."""
    if standup.channel not in viewer.conversations:
        raise viewer.unseen(NotFound(UNKNOWN))
    if not may_change(uow, person, standup):
        creator = uow.people.find(standup.created_by)
        who = f"{creator.name}, who set it up," if creator is not None else "Whoever set it up,"
        raise NotAllowed(f"{who} an admin or the CTO can change this standup. Ask one of them.")


def check_channel(services: Services, person: Person, channel: ConversationId) -> frozenset[UserId]:
    """The members of a channel that can have a standup set up by `person`. Raises InvalidInput, ExternalFailure."""
    info = channel_of(services, person, channel)
    if info is not None and info.is_dm:
        raise InvalidInput("A standup is for a channel. Pick one.", field="channel")
    if info is None or not info.is_member:
        raise InvalidInput(not_there(info.name if info else None), field="channel")
    if info.is_shared:
        raise InvalidInput(
            "People of another company are in that channel. Pick one that is yours alone.", field="channel"
        )
    try:
        members = services.directory.members(person.workspace_id, channel)
    except ExternalFailure as failure:
        if not failure.permanent:
            raise
        raise InvalidInput(not_there(info.name), field="channel") from failure
    if person.id not in members:
        raise InvalidInput("You are not in that channel. Join it first, or ask somebody who is in it.", field="channel")
    if len(members) > MOST_MEMBERS:
        raise InvalidInput(
            f"That channel has {len(members)} people. A standup is for a team: pick a channel with at most "
            f"{MOST_MEMBERS}.",
            field="channel",
        )
    return members


def channel_of(services: Services, person: Person, channel: ConversationId) -> ConversationInfo | None:
    """What Slack says of the channel, None where it shows Backbeat nothing of it. Raises ExternalFailure."""
    try:
        return services.directory.conversation(person.workspace_id, channel)
    except ExternalFailure as failure:
        if failure.permanent:
            return None
        raise


def not_there(name: str | None) -> str:
    """What to do where Backbeat is not in the channel."""
    return f"I'm not in {f'#{name}' if name else 'that channel'}. Type `/invite @Backbeat` there, then try again."


def is_still_in(services: Services, person: Person, channel: ConversationId) -> bool:
    """Whether Slack says so; where it can't say, they were when the round opened."""
    try:
        return person.id in services.directory.members(person.workspace_id, channel)
    except ExternalFailure:
        return True
