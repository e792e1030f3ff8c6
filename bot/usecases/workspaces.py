"""A workspace's own affairs: its first day, setup, and what its Home shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.cadences import Cadence, first_held, meeting_on
from bot.domain.decisions import Decision
from bot.domain.errors import ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.hours import local_day
from bot.domain.messages import Note, WaitingApproval
from bot.domain.outbox import Destination
from bot.domain.schedules import ScheduleKind
from bot.domain.standups import Concern, Standup
from bot.domain.workspaces import WEEKDAYS, ConversationId, Person, Role, UserId, Viewer, Workspace, WorkspaceId
from bot.usecases import pending
from bot.usecases.month_ends import see_to_month_ends
from bot.usecases.mornings import follow, hours_of
from bot.usecases.outgoing import say
from bot.usecases.people import may_set_up, member
from bot.usecases.ports import Store, UnitOfWork
from bot.usecases.services import Services
from bot.usecases.waiting import due_for
from bot.usecases.watching import look_again

RESPONSE_LIMIT = 10  # working days
URGENT_LIMIT = 300
HOME_DECISIONS = 5
NOT_YOURS = "Only a Slack admin can set Backbeat up here. Ask one of them to run it."
NOT_YOURS_NOW = "Only the CTO or an admin can change how Backbeat is set up. Ask one of them."


@dataclass(frozen=True, slots=True)
class Setup:
    """What setup asks: who is who, where, and what was agreed about time."""

    cto: UserId
    sponsor: UserId | None
    deputy: UserId | None
    team_channel: ConversationId | None
    cto_days: frozenset[int]
    response_days: int
    urgent_path: str | None = None
    decision_channel: ConversationId | None = None
    guests_allowed: bool = False
    suggests_logging: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """How things stand, and whether this person may change them."""

    workspace: Workspace
    setup: Setup | None  # None until the first setup
    may_set_up: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """The next meeting of a cadence. `agenda_at` is when its agenda goes out, UTC; None where it is out."""

    cadence: Cadence
    meeting_on: date
    agenda_at: datetime | None


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """All that somebody's Home shows, already cut down to what they may see."""

    person: Person
    workspace: Workspace
    may_set_up: bool
    may_see: bool  # False for a guest, until an admin allows guests
    waiting: tuple[Decision, ...]
    latest: tuple[Decision, ...]
    coming: tuple[Coming, ...]
    standups: tuple[Standup, ...]
    stuck: tuple[Concern, ...]
    today: date
    names: Mapping[UserId, str]  # of those who own what is shown
    approvals: tuple[WaitingApproval, ...] = ()  # that wait for a word of theirs


def known_from(store: Store, workspace: Workspace) -> Workspace:
    """The workspace as we have it, or kept now for the first time. A new name or bot user is taken over."""
    with store.begin(workspace.id) as uow:
        try:
            found = uow.workspaces.get()
        except NotFound:
            found = workspace
        found = replace(found, name=workspace.name, bot_user_id=workspace.bot_user_id)
        uow.workspaces.save(found)
        uow.commit()
    return found


def settled(services: Services, person: Person, *, admins: frozenset[UserId] = frozenset()) -> Settled:
    with services.store.read(person.workspace_id) as uow:
        workspace = uow.workspaces.get()
        roles = uow.workspaces.roles()
        allowed = may_set_up(uow, person, admins)
    if workspace.setup_at is None:
        return Settled(workspace, None, allowed)
    return Settled(
        workspace,
        Setup(
            cto=_one(roles.get(Role.CTO)) or person.id,
            sponsor=_one(roles.get(Role.SPONSOR)),
            deputy=_one(roles.get(Role.DEPUTY)),
            team_channel=workspace.team_channel,
            cto_days=workspace.cto_days,
            response_days=workspace.response_days,
            urgent_path=workspace.urgent_path,
            decision_channel=workspace.decision_channel,
            guests_allowed=workspace.guests_allowed,
            suggests_logging=workspace.suggests_logging,
        ),
        allowed,
    )


def set_up(
    services: Services, person: Person, setup: Setup, *, key: str, admins: frozenset[UserId] = frozenset()
) -> Workspace:
    """Claim the roles and keep what was agreed. Raises NotAllowed, InvalidInput naming the field."""
    require_may_set_up(services, person, admins=admins)
    _check(setup)
    _must_be_ours_alone(services, person.workspace_id, setup.decision_channel)
    named = {
        "cto": _member(services, person.workspace_id, setup.cto, "cto"),
        "sponsor": _member(services, person.workspace_id, setup.sponsor, "sponsor"),
        "deputy": _member(services, person.workspace_id, setup.deputy, "deputy"),
    }
    now = services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        workspace = uow.workspaces.get()
        if not uow.inbox.take(key, at=now):
            return workspace
        workspace = replace(
            workspace,
            setup_at=workspace.setup_at or now,
            team_channel=setup.team_channel,
            decision_channel=setup.decision_channel,
            cto_days=setup.cto_days,
            response_days=setup.response_days,
            urgent_path=(setup.urgent_path or "").strip() or None,
            guests_allowed=setup.guests_allowed,
            suggests_logging=setup.suggests_logging,
        )
        uow.workspaces.save(workspace)
        before = uow.workspaces.roles().get(Role.CTO, frozenset())
        uow.workspaces.set_role(Role.CTO, _ids(named["cto"]))
        uow.workspaces.set_role(Role.SPONSOR, _ids(named["sponsor"]))
        uow.workspaces.set_role(Role.DEPUTY, _ids(named["deputy"]))
        if not uow.workspaces.roles().get(Role.ADMIN):
            uow.workspaces.set_role(Role.ADMIN, [person.id])
        _work_on(uow, setup.cto, setup.cto_days, at=now)  # their working days, for every reminder
        for former in before - {setup.cto}:
            _work_on(uow, former, WEEKDAYS, at=now)
        see_to_month_ends(uow, at=now)
        look_again(uow, at=now)  # other people, or more days, for what waits
        uow.audit.add(by=person.id, action="workspace.set_up", at=now, detail={"cto": setup.cto})
        uow.commit()
    return workspace


def require_may_set_up(services: Services, person: Person, *, admins: frozenset[UserId] = frozenset()) -> Settled:
    """How things stand, for somebody who may change them. Raises NotAllowed."""
    found = settled(services, person, admins=admins)
    if not found.may_set_up:
        raise NotAllowed(NOT_YOURS if found.setup is None else NOT_YOURS_NOW)
    return found


def channels_without_us(services: Services, person: Person, setup: Setup) -> tuple[ConversationId, ...]:
    """Which of the channels in `setup` Backbeat is not in. Slack is asked, so never within a transaction."""
    named = [each for each in (setup.team_channel, setup.decision_channel) if each is not None]
    return tuple(each for each in dict.fromkeys(named) if not _is_in(services, person.workspace_id, each))


def reply(services: Services, workspace: WorkspaceId, to: Destination, words: str, *, key: str) -> None:
    """Answer somebody who wrote to Backbeat, once however often Slack delivers what they wrote. `words` are mrkdwn."""
    now = services.clock.now()
    with services.store.begin(workspace) as uow:
        if uow.inbox.take(key, at=now):
            say(uow, Note(words), to, at=now)
            uow.commit()
    services.nudge()


def home(
    services: Services, person: Person, viewer: Viewer, *, today: date, admins: frozenset[UserId] = frozenset()
) -> HomeFacts:
    """What `person` finds on their Home. `today` is their own date."""
    groups = pending.groups_waiting(services, person.workspace_id)
    now = services.clock.now()
    with services.store.read(person.workspace_id) as uow:
        seen = [each for each in uow.cadences.all() if _sees(viewer, each.channel)]
        coming = [found for each in seen if (found := _coming(uow, each)) is not None]
        latest = uow.decisions.latest(viewer, limit=HOME_DECISIONS)
        owners = uow.people.get_many(frozenset(each.owner_id for each in latest))
        return HomeFacts(
            person=person,
            workspace=uow.workspaces.get(),
            may_set_up=may_set_up(uow, person, admins),
            may_see=viewer.may_see_anything,
            waiting=tuple(each.decision for each in due_for(uow, person.id, viewer, hours_of(person), at=now)),
            latest=tuple(latest),
            coming=tuple(sorted(coming, key=lambda each: (each.meeting_on, each.cadence.name))),
            standups=tuple(each for each in uow.standups.all() if _sees(viewer, each.channel)),
            stuck=tuple(each for each in uow.concerns.uncleared(owner=person.id)),
            today=today,
            names={each.id: each.name for each in owners.values()},
            approvals=pending.shown(
                uow, pending.pending_for(uow, person.id, groups) if viewer.may_see_anything else ()
            ),
        )


def _coming(uow: UnitOfWork, cadence: Cadence) -> Coming | None:
    """The meeting whose agenda is out, else the one whose agenda is planned next."""
    out = next((each for each in uow.cadences.occurrences(cadence.id) if each.is_open), None)
    if out is not None:
        return Coming(cadence, local_day(cadence.rule.zone, out.starts_at), None)
    planned = uow.schedules.find(ScheduleKind.AGENDA, cadence.id)
    if planned is None or planned.next_at is None:
        return None
    meeting = first_held(cadence, meeting_on(cadence, planned.slot))  # a holiday may skip the next one
    if meeting is None:
        return None
    is_planned = meeting.day.isoformat() == planned.slot
    return Coming(cadence, meeting.day, planned.next_at if is_planned else meeting.agenda_at)


def _sees(viewer: Viewer, channel: ConversationId) -> bool:
    """Recurring meetings and standups show on the Home of those who are in their channel."""
    return viewer.may_see_anything and channel in viewer.conversations


def _is_in(services: Services, workspace: WorkspaceId, channel: ConversationId) -> bool:
    try:
        return services.directory.conversation(workspace, channel).is_member
    except ExternalFailure as failure:
        return not failure.permanent  # a private channel that Backbeat is not in does not exist for it


def _work_on(uow: UnitOfWork, user: UserId, days: frozenset[int], *, at: datetime) -> None:
    known = uow.people.find(user)
    if known is not None:
        working = replace(known, days=days)
        uow.people.save(working)
        follow(uow, known, working, at=at)


def _check(setup: Setup) -> None:
    if not setup.cto_days:
        raise InvalidInput("Pick at least one day.", field="cto_days")
    if not 1 <= setup.response_days <= RESPONSE_LIMIT:
        raise InvalidInput(f"Pick between 1 and {RESPONSE_LIMIT} working days.", field="response_days")
    if setup.urgent_path and len(setup.urgent_path) > URGENT_LIMIT:
        raise InvalidInput(f"Keep this under {URGENT_LIMIT} characters.", field="urgent_path")
    if setup.deputy is not None and setup.deputy == setup.cto:
        raise InvalidInput("The deputy covers for the CTO, so pick somebody else.", field="deputy")


def _must_be_ours_alone(services: Services, workspace: WorkspaceId, channel: ConversationId | None) -> None:
    """Cards go to the decision channel unasked, so nobody of another company may read it."""
    try:
        is_shared = channel is not None and services.directory.conversation(workspace, channel).is_shared
    except ExternalFailure:
        return  # a channel that Backbeat can't see, it can't post to either
    if is_shared:
        raise InvalidInput(
            "People of another company are in that channel. Pick one that is yours alone.", field="decision_channel"
        )


def _member(services: Services, workspace: WorkspaceId, user: UserId | None, field: str) -> Person | None:
    return member(services, workspace, user, field) if user is not None else None


def _ids(person: Person | None) -> list[UserId]:
    return [person.id] if person is not None else []


def _one(people: Iterable[UserId] | None) -> UserId | None:
    return min(people) if people else None
