"""What will become of a decision by the rights, told in its window before anybody sends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.decisions import Decision, DecisionStatus, Detail
from bot.domain.errors import InvalidInput
from bot.domain.rights import AREAS, Approver, ApproverKind, DecisionRight, Ruling, right_for
from bot.domain.spoken import escape, listed
from bot.domain.workspaces import Person, Role, UserId, Viewer
from bot.usecases.approvals import asking
from bot.usecases.people import takes_part
from bot.usecases.ports import UnitOfWork
from bot.usecases.rights.spoken import call_by_name, who_rules
from bot.usecases.services import Services

MOST_AREAS = 99  # a menu has a hundred choices, and one may be what stands already
PICK_ONE = "Pick an area to see who decides. What is in none of them, you decide."
YOURS = "You decide this."
NOT_ALONE = "Somebody else has a say in this: it will be a proposal, and I'll ask them."


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a decision's window offers and says of who decides.

    `asks_area` and `asks_cost`: whether who decides depends on them; `currency` is that of the limits. `words` are safe
    mrkdwn, None where nothing is said about who decides; `decides`: whether the author's own word is enough, as far as
    it can be told.
    """

    areas: tuple[str, ...] = AREAS
    asks_area: bool = False
    asks_cost: bool = False
    currency: str | None = None
    words: str | None = None
    decides: bool = True


def foresee(
    services: Services,
    person: Person,
    detail: Detail,
    *,
    standing: Decision | None = None,
    edits: bool = False,
    offers_areas: bool = True,
) -> Foreseen:
    """What the rights say of a decision by `person` with this detail.

    `standing`: what it would take the place of, or, where `edits`, what would get other words. `offers_areas`: whether
    an area may be picked though no rights are set; it saves a question. Asks Slack for the user groups that have a say
    in it, not within the transaction; where it can't tell, nobody is named. Raises nothing of its own: a cost that
    can't be compared with the limits is said in words.
    """
    with services.store.read(person.workspace_id) as uow:
        rights, limits = uow.rights.all(), uow.rights.limits()
        may_see = _may_see(uow, person)
        areas = _areas(uow, person, rights) if may_see and (rights or offers_areas) else AREAS
        if not rights and limits is None:
            return Foreseen(areas)
        currency = limits.currency if limits else None
        if detail.cost is not None and detail.currency is None:
            detail = replace(detail, currency=currency)
        costs = limits is not None or any(each.deputy_up_to is not None for each in rights)
        blank = Foreseen(areas, bool(rights), costs, currency)
        ruling, problem = _ruled(uow, person, detail, standing=standing, edits=edits)
        roles = uow.workspaces.roles()
        people = uow.people.get_many(_people(ruling, roles))
    groups = asking.read_groups(services, ruling, workspace=person.workspace_id)
    told = _Told(person.id, ruling, roles, groups, people)
    if told.is_unclear:
        return replace(blank, words=_whoever(ruling) if may_see else None)
    decides = not told.missing
    if problem is not None:
        return replace(blank, words=escape(problem), decides=decides)
    if not may_see:
        return replace(blank, words=None if decides else NOT_ALONE, decides=decides)
    if decides:
        unpicked = bool(rights) and not detail.area and not ruling.needed
        return replace(blank, words=PICK_ONE if unpicked else _yours(ruling))
    was_decided = _was_decided(standing, edits=edits)
    return replace(blank, words=told.of_other_words() if was_decided else told.of_a_proposal(), decides=False)


@dataclass(frozen=True, slots=True)
class _Told:
    """A ruling, with what Slack and the setup say of the people in it."""

    author: UserId
    ruling: Ruling
    roles: Mapping[Role, frozenset[UserId]]
    groups: asking.Groups
    people: Mapping[UserId, Person]

    @property
    def is_unclear(self) -> bool:
        """Whether it hangs on a group that can't be read now, and that the author may be in."""
        missing = self.missing
        unread = [each for each in missing if each.kind is ApproverKind.GROUP and each.id not in self.groups.members]
        return bool(missing) and unread == missing

    @property
    def missing(self) -> list[Approver]:
        """Those whose word the author can't give themselves."""
        needed = (each.approver for each in self.ruling.needed)
        return [each for each in needed if self.author not in self._speakers(each)]

    def of_a_proposal(self) -> str:
        """ "Sam decides (Vendors). *This will be a proposal until Sam approves.* I'll ask Sam." """
        missing = self.missing
        until = f"{self._all(missing)} {'approves' if len(missing) == 1 else 'approve'}"
        words = [who_rules(self.ruling, self._called), f"*This will be a proposal until {until}.*"]
        asked = [each for each in missing if self._speakers(each)]
        outside = [each for each in missing if each.kind is ApproverKind.OUTSIDE]
        words += [f"I'll ask {self._all(asked)}."] if asked else []
        words += [f"{_upper(self._all(outside))} can't be asked here: you tell me what they said."] if outside else []
        return " ".join(words)

    def of_other_words(self) -> str:
        """What was decided says something else only by those whose word it needs."""
        rules = who_rules(self.ruling, self._called)
        return f"{rules} *Other words need {self._all(self.missing)}:* amend it instead, and I'll ask."

    def _all(self, approvers: Sequence[Approver]) -> str:
        return listed([self._called(each) for each in approvers])

    def _speakers(self, approver: Approver) -> frozenset[UserId]:
        match approver.kind:
            case ApproverKind.PERSON:
                found = frozenset({approver.id})
            case ApproverKind.ROLE:
                found = self.roles.get(Role(approver.id), frozenset())
            case ApproverKind.GROUP:
                found = self.groups.members.get(approver.id, frozenset())
            case ApproverKind.OUTSIDE:
                found = frozenset()
        return frozenset(each for each in found if each not in self.people or self.people[each].may_act)

    def _called(self, approver: Approver) -> str:
        names = {each.id: each.name for each in self.people.values()}
        return call_by_name(approver, self.roles, names | dict(self.groups.called))


def _may_see(uow: UnitOfWork, person: Person) -> bool:
    """Rights are no secret among members; guests wait for an admin."""
    return not person.is_guest or takes_part(person, uow.workspaces.get(), bool(uow.workspaces.roles_of(person.id)))


def _ruled(
    uow: UnitOfWork, person: Person, detail: Detail, *, standing: Decision | None, edits: bool
) -> tuple[Ruling, str | None]:
    """What the rights say; and why not of its cost, where that can't be compared."""
    replacing = _replaced(uow, standing, edits=edits)
    try:
        ruling, problem = asking.ruling_on(uow, detail, author=person.id, replacing=replacing), None
    except InvalidInput as error:
        bare = replace(detail, cost=None, currency=None)
        ruling, problem = asking.ruling_on(uow, bare, author=person.id, replacing=replacing), error.words
    if standing is None or not _was_decided(standing, edits=edits):
        return ruling, problem
    now = asking.ruling_as_it_is(uow, standing.detail, author=person.id)  # theirs to change whose word it needed
    asked = {each.approver for each in now.needed}
    return replace(
        now, needed=now.needed + tuple(each for each in ruling.needed if each.approver not in asked)
    ), problem


def _was_decided(standing: Decision | None, *, edits: bool) -> bool:
    return edits and standing is not None and standing.status is not DecisionStatus.PROPOSED


def _replaced(uow: UnitOfWork, standing: Decision | None, *, edits: bool) -> Detail | None:
    """The detail of what it would take the place of."""
    if standing is None or not edits:
        return standing.detail if standing else None
    return uow.decisions.get(standing.supersedes, Viewer.system()).detail if standing.supersedes else None


def _areas(uow: UnitOfWork, person: Person, rights: Sequence[DecisionRight]) -> tuple[str, ...]:
    """Those with rights, the usual ones, and those that are in use where everybody reads."""
    used = uow.decisions.areas(Viewer(person.id, is_guest=person.is_guest))
    named = [*(each.area for each in rights), *(each for each in AREAS if right_for(rights, each) is None)]
    known = {each.casefold() for each in named}
    more = sorted(each for each in used if each.casefold() not in known and right_for(rights, each) is None)
    return tuple([*named, *more][:MOST_AREAS])


def _people(ruling: Ruling, roles: Mapping[Role, frozenset[UserId]]) -> frozenset[UserId]:
    """All who are named in it, by themselves or by a role."""
    named = {each.approver.id for each in ruling.needed if each.approver.kind is ApproverKind.PERSON}
    held = {Role(each.approver.id) for each in ruling.needed if each.approver.kind is ApproverKind.ROLE}
    return frozenset(named).union(*(roles.get(role, frozenset()) for role in held))


def _yours(ruling: Ruling) -> str:
    return f"You decide this ({escape(ruling.area)})." if ruling.area else YOURS


def _whoever(ruling: Ruling) -> str:
    about = f" for {escape(ruling.area)}" if ruling.area else ""
    return f"Whoever is set{about} decides. Slack can't tell me just now who that is."


def _upper(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
