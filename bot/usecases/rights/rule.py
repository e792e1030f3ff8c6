"""What the rights say about one decision, and which people may speak for whom it needs."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from bot.domain.errors import ExternalFailure
from bot.domain.rights import Approver, ApproverKind, DecisionRight, GroupId, Limits, Ruling, named_once, rule_on
from bot.domain.workspaces import Role, UserId, WorkspaceId
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services


def ruling_for(
    uow: UnitOfWork, *, area: str | None, cost: Decimal | None, currency: str | None, author: UserId
) -> Ruling:
    """Whose word a decision by `author` needs as the rights and limits stand. Raises InvalidInput ("currency")."""
    roles = uow.workspaces.roles()
    ruling = rule_on(
        uow.rights.all(),
        uow.rights.limits(),
        area=area,
        cost=cost,
        currency=currency,
        deputies=roles.get(Role.DEPUTY, frozenset()),
        ctos=roles.get(Role.CTO, frozenset()),
        author=author,
    )
    return named_once(ruling, roles)


def groups_in(services: Services, ruling: Ruling, *, workspace: WorkspaceId) -> Mapping[GroupId, frozenset[UserId]]:
    """Who is in each user group that `ruling` names. Asked of Slack, so before a transaction, never within one.

    A group that can't be read now is not in the answer: nobody speaks for it, and whoever shows it can tell.
    """
    return members_of(services, _groups(ruling), workspace=workspace)


def members_of(
    services: Services, groups: Iterable[GroupId], *, workspace: WorkspaceId
) -> Mapping[GroupId, frozenset[UserId]]:
    """As `groups_in`, for groups by their ids."""
    found: dict[GroupId, frozenset[UserId]] = {}
    for group in dict.fromkeys(groups):
        try:
            found[group] = services.directory.group_members(workspace, group)
        except ExternalFailure:
            continue
    return found


def people_for(uow: UnitOfWork, approver: Approver, groups: Mapping[GroupId, frozenset[UserId]]) -> frozenset[UserId]:
    """Who may speak for `approver`: nobody where they are not in Slack, or their group is not in `groups`.

    Leavers, apps and people of other companies may not, as far as they are known.
    """
    match approver.kind:
        case ApproverKind.PERSON:
            people = frozenset({approver.id})
        case ApproverKind.ROLE:
            people = uow.workspaces.roles().get(Role(approver.id), frozenset())
        case ApproverKind.GROUP:
            people = groups.get(approver.id, frozenset())
        case ApproverKind.OUTSIDE:
            people = frozenset()
    known = uow.people.get_many(people)
    return frozenset(each for each in people if each not in known or known[each].may_act)


def names_in(services: Services, *, workspace: WorkspaceId) -> dict[str, str]:
    """What to call everybody: names of people, and "@finance" for user groups. Not within a transaction.

    Slack is asked for groups only where the rights name any; where it can't say which there are, they are not in it.
    """
    with services.store.read(workspace) as uow:
        names: dict[str, str] = dict(uow.people.names())
        named = groups_named(uow.rights.all(), uow.rights.limits())
    return names | (group_names(services, workspace) if named else {})


def group_names(services: Services, workspace: WorkspaceId) -> dict[GroupId, str]:
    """ "@finance" for each user group; empty where Slack can't say which there are. Not within a transaction."""
    try:
        return {group.id: f"@{group.handle}" for group in services.directory.user_groups(workspace)}
    except ExternalFailure:
        return {}


def groups_named(rights: Iterable[DecisionRight], limits: Limits | None) -> frozenset[GroupId]:
    """All user groups in what is said about who decides."""
    return frozenset(each.id for each in _named(rights, limits) if each.kind is ApproverKind.GROUP)


def people_named(rights: Iterable[DecisionRight], limits: Limits | None) -> frozenset[UserId]:
    """All people who are named by themselves, not by a role or a group."""
    return frozenset(each.id for each in _named(rights, limits) if each.kind is ApproverKind.PERSON)


def roles_named(rights: Iterable[DecisionRight], limits: Limits | None) -> frozenset[Role]:
    """All roles that something is left to; the deputy too, where an area leaves them a sum."""
    rights = list(rights)
    found = {Role(each.id) for each in _named(rights, limits) if each.kind is ApproverKind.ROLE}
    return frozenset(found | ({Role.DEPUTY} if any(each.deputy_up_to for each in rights) else set()))


def _named(rights: Iterable[DecisionRight], limits: Limits | None) -> Iterator[Approver]:
    for right in rights:
        if right.decides is not None:
            yield Approver(ApproverKind.PERSON, right.decides)
        for party in (right.agrees, right.input, right.performs):
            yield from party.approvers
    for tier in limits.tiers if limits else ():
        yield from tier.approvers


def _groups(ruling: Ruling) -> list[GroupId]:
    needed = [each.approver.id for each in ruling.needed if each.approver.kind is ApproverKind.GROUP]
    return [*needed, *ruling.input.groups, *ruling.performs.groups]
