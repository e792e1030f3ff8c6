"""Looking at who decides: the whole of it, one area of it, and what somebody asked in their own words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.domain.areas import find_areas
from bot.domain.errors import ExternalFailure, NotAllowed
from bot.domain.rights import AREAS, Approver, DecisionRight, Limits, right_for
from bot.domain.spoken import escape, listed, one_line
from bot.domain.workspaces import Person, Role, UserId, WorkspaceId
from bot.usecases.people import may_set_up, takes_part
from bot.usecases.ports import UnitOfWork, UserGroup
from bot.usecases.rights.rule import groups_named, people_named, roles_named
from bot.usecases.rights.spoken import ROLES, call_by_name, describe, describe_limits, in_one_line, sentence
from bot.usecases.services import Services

NOTHING_SET = "Nothing is set, so whoever writes a decision decides it."
GUESTS = "Guests see nothing of this until an admin allows it in the setup."
OUTSIDERS = "Backbeat works for members of this workspace only."
NO_GROUPS = "I can't look up user groups just now, so I can't name them."
ASKED_LIMIT = 80
MOST_TOLD = 12  # areas in one message
TOLD_LIMIT = 2600  # characters in one message


@dataclass(frozen=True, slots=True)
class AreaInWords:
    area: str
    words: str  # safe mrkdwn


@dataclass(frozen=True, slots=True)
class Overview:
    """All that is said about who decides. `unset`: the usual areas that nothing is said about."""

    areas: tuple[AreaInWords, ...]
    unset: tuple[str, ...]
    limits: tuple[str, ...]  # lines of safe mrkdwn, lowest first
    may_change: bool
    note: str | None = None  # what is missing in it, and why

    @property
    def is_empty(self) -> bool:
        return not self.areas and not self.limits


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell somebody who asks. `may_say`: they may say who decides, where nothing is said yet."""

    words: str
    may_say: bool = False


@dataclass(frozen=True, slots=True)
class RightAsItStands:
    """What the window of one area begins with. `right` None: a new one, named `area` where that is given."""

    right: DecisionRight | None
    area: str
    mark: str
    limits: Limits | None
    groups: tuple[UserGroup, ...]
    groups_note: str | None


@dataclass(frozen=True, slots=True)
class LimitsAsTheyStand:
    limits: Limits | None
    mark: str
    groups: tuple[UserGroup, ...]


def areas_of(uow: UnitOfWork) -> tuple[str, ...]:
    """The areas to pick from: the workspace's own, or the usual ones until there are any."""
    return tuple(each.area for each in uow.rights.all()) or AREAS


def overview(services: Services, person: Person, *, admins: frozenset[UserId] = frozenset()) -> Overview:
    """Asks Slack for the names of user groups, where any are named: not within a transaction. Raises NotAllowed."""
    facts = _facts(services, person, admins)
    told = [AreaInWords(each.area, describe(each, facts.called, facts.currency)) for each in facts.rights]
    unset = tuple(each for each in AREAS if right_for(facts.rights, each) is None)
    lines = tuple(describe_limits(facts.limits, facts.called)) if facts.limits else ()
    return Overview(tuple(told), unset, lines, facts.may_change, facts.note)


def about(services: Services, person: Person, asked: str, *, admins: frozenset[UserId] = frozenset()) -> Answer:
    """Who decides about what `asked` names, in one short message; about all areas where it names none.

    Asks Slack as `overview` does. Raises NotAllowed.
    """
    facts = _facts(services, person, admins)
    if not facts.rights and facts.limits is None:
        hint = "" if facts.may_change else " The CTO or an admin can say who decides."
        return Answer(f"{NOTHING_SET}{hint}", may_say=facts.may_change)
    if not asked.strip():
        return Answer("\n".join([*_first_areas(facts), _else(facts)]) + _note(facts))
    found = find_areas(asked, _all_areas(facts.rights))
    if len(found) == 1:
        return Answer(_one(facts, found[0]) + _note(facts))
    named = f"“{escape(one_line(asked, ASKED_LIMIT))}”"
    if found:
        return Answer(f"{named} may be {_either(found)}. Ask me again with one of them.")
    known = listed([escape(each) for each in _all_areas(facts.rights)])
    return Answer(f"I know no area {named}. There are {known}. What is in none of them, its author decides.")


def right_as_it_stands(services: Services, workspace: WorkspaceId, area: str) -> RightAsItStands:
    """For the window that changes it. Not within a transaction."""
    with services.store.read(workspace) as uow:
        right = right_for(uow.rights.all(), area)
        limits = uow.rights.limits()
    groups, note = groups_to_pick(services, workspace)
    return RightAsItStands(right, right.area if right else area, mark_of(right), limits, groups, note)


def limits_as_they_stand(services: Services, workspace: WorkspaceId) -> LimitsAsTheyStand:
    """For the window that changes them. Not within a transaction."""
    with services.store.read(workspace) as uow:
        limits = uow.rights.limits()
    return LimitsAsTheyStand(limits, mark_of(limits), groups_to_pick(services, workspace)[0])


def groups_to_pick(services: Services, workspace: WorkspaceId) -> tuple[tuple[UserGroup, ...], str | None]:
    """The user groups here; and, where there are none to pick from, a word on why."""
    try:
        groups = services.directory.user_groups(workspace)
    except ExternalFailure as failure:
        if failure.code == "plan_upgrade_required":  # there are none in Slack's free plan
            return (), None
        if failure.code == "missing_scope":
            return (), "To pick user groups too, whoever runs me can allow `usergroups:read` and install me again."
        return (), "Slack can't tell me about user groups just now. To pick one, close this and try again."
    return groups, None


@dataclass(frozen=True, slots=True)
class _Facts:
    rights: Sequence[DecisionRight]
    limits: Limits | None
    roles: Mapping[Role, frozenset[UserId]]
    names: Mapping[str, str]
    may_change: bool
    note: str | None

    @property
    def currency(self) -> str | None:
        return self.limits.currency if self.limits else None

    def called(self, approver: Approver) -> str:
        return call_by_name(approver, self.roles, self.names)


def _facts(services: Services, person: Person, admins: frozenset[UserId]) -> _Facts:
    with services.store.read(person.workspace_id) as uow:
        require_may_see(uow, person)
        rights, limits, roles = uow.rights.all(), uow.rights.limits(), uow.workspaces.roles()
        names: dict[str, str] = dict(uow.people.names())
        may_change = may_set_up(uow, person, admins)
        gone = [each for each in uow.people.get_many(people_named(rights, limits)).values() if not each.may_act]
    vacant = roles_named(rights, limits) - {role for role, holders in roles.items() if holders}
    notes = [_no_longer(gone)] if gone else []
    notes += [_vacant(vacant)] if vacant else []
    if groups_named(rights, limits):
        groups, problem = groups_to_pick(services, person.workspace_id)
        names |= {group.id: f"@{group.handle}" for group in groups}
        notes += [NO_GROUPS] if problem else []
    return _Facts(rights, limits, roles, names, may_change, " ".join(notes) or None)


def _vacant(roles: Iterable[Role]) -> str:
    """Roles that something is left to, and that nobody holds."""
    named = sorted(ROLES[role].removeprefix("the ").removeprefix("an ") for role in roles)
    return f"Nobody is {' or '.join(named)} yet: the CTO or an admin can say who in the setup."


def _no_longer(gone: Sequence[Person]) -> str:
    """Somebody who is named and can't answer any more."""
    names = listed(sorted(escape(each.name) for each in gone))
    return f"{names} can't act here any more: the CTO or an admin can name somebody else."


def require_may_see(uow: UnitOfWork, person: Person) -> None:
    """Rights are no secret among the members of a workspace; guests wait for an admin. Raises NotAllowed."""
    if not takes_part(person, uow.workspaces.get(), bool(uow.workspaces.roles_of(person.id))):
        raise NotAllowed(GUESTS if person.may_act else OUTSIDERS)


def mark_of(stands: DecisionRight | Limits | None) -> str:
    """Tells whether something was changed since a window showed it."""
    return sha256(repr(stands).encode()).hexdigest()[:16]


def _one(facts: _Facts, area: str) -> str:
    right = right_for(facts.rights, area)
    words = f"*{escape(area)}:* {describe(right, facts.called, facts.currency) if right else NOTHING_SET}"
    if facts.limits is None:
        return words
    return f"{words} {sentence(f'by cost, {in_one_line(facts.limits, facts.called)}')}"


def _first_areas(facts: _Facts) -> list[str]:
    """As many as one message holds, each whole; at least one."""
    told: list[str] = []
    for each in facts.rights[:MOST_TOLD]:
        words = f"*{escape(each.area)}:* {describe(each, facts.called, facts.currency)}"
        if told and sum(map(len, told)) + len(words) > TOLD_LIMIT:
            break
        told.append(words)
    more = len(facts.rights) - len(told)
    return [*told, f"And {more} more: ask me about one of them."] if more else told


def _else(facts: _Facts) -> str:
    words = "All else: whoever writes a decision decides it."
    if facts.limits is None:
        return words
    return f"{words} {sentence(f'by cost, {in_one_line(facts.limits, facts.called)}')}"


def _all_areas(rights: Sequence[DecisionRight]) -> list[str]:
    return [*(each.area for each in rights), *(each for each in AREAS if right_for(rights, each) is None)]


def _either(areas: Sequence[str]) -> str:
    safe = [f"*{escape(each)}*" for each in areas]
    return f"{', '.join(safe[:-1])} or {safe[-1]}"


def _note(facts: _Facts) -> str:
    return f"\n{facts.note}" if facts.note else ""
