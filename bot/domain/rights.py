"""Who decides: areas with their RAPID roles, and approval limits by what a decision costs.

RAPID (Bain & Company) gives each part of a decision to somebody: who Recommends is the author, those who Agree may
block, those who Perform are told after, Input is asked before, and one person Decides.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.errors import InvalidInput
from bot.domain.workspaces import Role, UserId, WorkspaceId

AREAS = ("Architecture", "Vendors", "People and resourcing", "Budget", "Security exceptions", "Roadmap")
GroupId = str  # a Slack user group


class ApproverKind(StrEnum):
    PERSON = "person"
    GROUP = "group"  # any one member speaks for it
    ROLE = "role"  # any one holder speaks for it
    OUTSIDE = "outside"  # somebody who is not in Slack, by name: "the board"


@dataclass(frozen=True, slots=True, order=True)
class Approver:
    """Somebody whose word is needed. `id`: a person's, a user group's, a role's value, or a name."""

    kind: ApproverKind
    id: str


CTO = Approver(ApproverKind.ROLE, Role.CTO.value)
DEPUTY = Approver(ApproverKind.ROLE, Role.DEPUTY.value)


@dataclass(frozen=True, slots=True)
class Party:
    """Some people and user groups."""

    people: tuple[UserId, ...] = ()
    groups: tuple[GroupId, ...] = ()

    @property
    def approvers(self) -> tuple[Approver, ...]:
        people = tuple(Approver(ApproverKind.PERSON, each) for each in self.people)
        return people + tuple(Approver(ApproverKind.GROUP, each) for each in self.groups)

    def __bool__(self) -> bool:
        return bool(self.people or self.groups)


@dataclass(frozen=True, slots=True)
class DecisionRight:
    """Who does what about one area. Without a decider, whoever writes a decision of that area decides it."""

    workspace_id: WorkspaceId
    area: str
    position: int
    decides: UserId | None = None
    agrees: Party = Party()
    input: Party = Party()
    performs: Party = Party()
    deputy_up_to: Decimal | None = None  # the deputy decides alone below this, in the currency of the limits
    risk_days: int | None = None  # how long a risk of this area may be accepted at most


@dataclass(frozen=True, slots=True)
class Tier:
    """What costs less than `up_to` (None: any sum) needs all of `approvers`."""

    up_to: Decimal | None
    approvers: tuple[Approver, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Approval limits, lowest first; the last has no end."""

    workspace_id: WorkspaceId
    currency: str
    tiers: tuple[Tier, ...]

    def tier_for(self, cost: Decimal) -> Tier:
        """The first tier that `cost` is under: a cost of exactly 10,000 is not under 10,000."""
        return next((each for each in self.tiers if each.up_to is None or cost < each.up_to), self.tiers[-1])

    def needed_since(self, approver: Approver, tier: Tier) -> Decimal | None:
        """From which sum on, up to `tier`, every tier names `approver`; None where the lowest does too."""
        since: Decimal | None = None
        below: Decimal | None = None
        was_named = False
        for each in self.tiers[: self.tiers.index(tier) + 1]:
            is_named = approver in each.approvers
            if is_named and not was_named:
                since = below
            was_named, below = is_named, each.up_to
        return since


def default_limits(workspace_id: WorkspaceId, currency: str = "EUR") -> Limits:
    """Under 10,000 the CTO; 10,000 to 50,000 the CTO and the CFO; above that the board."""
    cfo, board = Approver(ApproverKind.OUTSIDE, "the CFO"), Approver(ApproverKind.OUTSIDE, "the board")
    return Limits(
        workspace_id,
        currency,
        (Tier(Decimal(10_000), (CTO,)), Tier(Decimal(50_000), (CTO, cfo)), Tier(None, (board,))),
    )


class Part(StrEnum):
    """Why somebody's word is needed."""

    DECIDES = "decides"
    AGREES = "agrees"
    LIMIT = "limit"  # by what it costs


@dataclass(frozen=True, slots=True)
class Needed:
    approver: Approver
    part: Part
    since: Decimal | None = None  # by the limits: the sum from which their word is needed; None: any sum


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rights say about one decision: whose word it needs, and whom to ask and tell besides.

    `needed` is empty where its author decides; `by_deputy` where its author is the deputy, to whom the area leaves it,
    though others may have to agree. `area` is as the rights write it, None where nothing is said about it; `currency`
    is that of the limits.
    """

    needed: tuple[Needed, ...] = ()
    input: Party = Party()
    performs: Party = Party()
    area: str | None = None
    currency: str | None = None
    by_deputy: bool = False

    @property
    def author_decides(self) -> bool:
        return not self.needed


def rule_on(
    rights: Sequence[DecisionRight],
    limits: Limits | None,
    *,
    area: str | None,
    cost: Decimal | None,
    currency: str | None,
    deputies: frozenset[UserId] = frozenset(),
    ctos: frozenset[UserId] = frozenset(),
    author: UserId | None = None,
) -> Ruling:
    """Whose word a decision of `area` that costs `cost` needs. An approver is named once, by the strongest part.

    Where the area lets the deputy decide sums like this one, a deputy who writes it decides it in the place of whoever
    else would, and of the CTO; what others write needs the deputy's word in place of the CTO's. Those who must agree,
    and whoever else signs off such a sum, are needed all the same. Raises InvalidInput where the cost is in another
    currency than the limits: there is no rate to compare them by.
    """
    right = right_for(rights, area)
    if limits is not None and cost is not None and currency != limits.currency:
        raise InvalidInput(
            f"Your approval limits are in {limits.currency}. Write the cost in {limits.currency}, so that I can tell "
            "whose sign-off it needs.",
            field="currency",
        )
    ruling = Ruling(
        input=right.input if right else Party(),
        performs=right.performs if right else Party(),
        area=right.area if right else None,
        currency=limits.currency if limits else None,
    )
    needed: dict[Approver, Needed] = {}
    if right and right.decides:
        decider = Approver(ApproverKind.PERSON, right.decides)
        needed[decider] = Needed(decider, Part.DECIDES)
    for each in right.agrees.approvers if right else ():
        needed.setdefault(each, Needed(each, Part.AGREES))
    if limits is not None and cost is not None:
        tier = limits.tier_for(cost)
        for each in tier.approvers:
            needed.setdefault(each, Needed(each, Part.LIMIT, limits.needed_since(each, tier)))
    is_left = right is not None and deputy_decides(right, cost)
    if is_left and author is not None and author in deputies:
        return replace(ruling, needed=_beside_deputy(needed.values(), author, ctos), by_deputy=True)
    if is_left and cost is not None and deputies - ctos and author not in ctos:
        needed = _left_to_deputy(needed.values(), ctos)
    return replace(ruling, needed=tuple(needed.values()))


def named_once(ruling: Ruling, holders: Mapping[Role, frozenset[UserId]]) -> Ruling:
    """Whoever holds a role alone and is named by it and in person, or by two such roles, is asked once: for the
    strongest part, and in person where they are named so."""
    kept: dict[Approver, Needed] = {}
    for each in ruling.needed:
        who = _in_person(each.approver, holders)
        first = kept.setdefault(who, each)
        if each.approver == who:
            kept[who] = replace(first, approver=who)
    return replace(ruling, needed=tuple(kept.values()))


def _in_person(approver: Approver, holders: Mapping[Role, frozenset[UserId]]) -> Approver:
    """Who it is, where that is one person."""
    people = holders.get(Role(approver.id), frozenset()) if approver.kind is ApproverKind.ROLE else frozenset()
    return Approver(ApproverKind.PERSON, next(iter(people))) if len(people) == 1 else approver


def _beside_deputy(needed: Iterable[Needed], deputy: UserId, ctos: frozenset[UserId]) -> tuple[Needed, ...]:
    """The deputy's own word, who decides, and those whom it does not stand for; nobody where there are none."""
    own = Approver(ApproverKind.PERSON, deputy)
    others = [
        each
        for each in needed
        if each.part is not Part.DECIDES and each.approver not in {own, DEPUTY} and not _is_ctos(each.approver, ctos)
    ]
    return (Needed(own, Part.DECIDES), *others) if others else ()


def _left_to_deputy(needed: Iterable[Needed], ctos: frozenset[UserId]) -> dict[Approver, Needed]:
    """The deputy's word in the place of the CTO's, whether the CTO is named by the role or as a person."""
    left: dict[Approver, Needed] = {}
    for each in needed:
        approver = DEPUTY if _is_ctos(each.approver, ctos) else each.approver
        left.setdefault(approver, replace(each, approver=approver))
    return left


def _is_ctos(approver: Approver, ctos: frozenset[UserId]) -> bool:
    return approver == CTO or (approver.kind is ApproverKind.PERSON and approver.id in ctos)


def right_for(rights: Sequence[DecisionRight], area: str | None) -> DecisionRight | None:
    """The right of an area, whatever the case and the spaces it is written with, and however its accents are."""
    wanted = _alike(area or "")
    return next((each for each in rights if _alike(each.area) == wanted), None)


def _alike(area: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", area).casefold().split())


def deputy_decides(right: DecisionRight, cost: Decimal | None) -> bool:
    """Whether the area leaves a decision that costs this much to the deputy."""
    return right.deputy_up_to is not None and (cost or Decimal(0)) < right.deputy_up_to


def longest_acceptance(right: DecisionRight | None, today: date) -> date | None:
    """The last day until which a risk of this area may be accepted from today on; None where the area sets no bound."""
    return None if right is None or right.risk_days is None else today + timedelta(days=right.risk_days)
