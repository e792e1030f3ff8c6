"""The bottleneck test: what one person approves again and again, small and without a doubt, the deputy could decide."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count

from bot.domain.rights import DecisionRight, Limits, right_for
from bot.domain.workspaces import UserId

LOOKS_BACK = timedelta(days=90)
FEWEST = 4  # approvals in an area: less is no pattern
STEPS = (Decimal(5), Decimal(10), Decimal(20))
SMALLEST = Decimal(100)  # so that the ceilings are 500, 1,000, 2,000, 5,000, 10,000, …


@dataclass(frozen=True, slots=True)
class Ruled:
    """One decision that somebody else wrote and that they ruled on: they approved it, or it met a no of theirs."""

    area: str | None
    cost: Decimal | None
    currency: str | None
    approved: bool


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """`count` decisions in `area` were approved, every one of them, and each cost less than `ceiling`."""

    area: str
    count: int
    ceiling: Decimal
    currency: str


def ceilings() -> Iterator[Decimal]:
    """500, 1,000, 2,000, 5,000, 10,000 and so on."""
    for power in count():
        yield from (step * SMALLEST * 10**power for step in STEPS)


def ceiling_over(costs: Iterable[Decimal]) -> Decimal:
    """The smallest round sum that all of `costs` are under."""
    highest = max(costs)
    return next(each for each in ceilings() if highest < each)


def is_anothers(right: DecisionRight | None, ctos: frozenset[UserId]) -> bool:
    """Whether somebody else than the CTO decides there: it is not the CTO's to leave to the deputy in passing."""
    return right is not None and right.decides is not None and right.decides not in ctos


def is_beyond(limits: Limits | None, ceiling: Decimal) -> bool:
    """Whether others sign off such a sum too."""
    lowest = limits.tiers[0].up_to if limits is not None else None
    return lowest is not None and ceiling > lowest


def bottlenecks(
    ruled: Iterable[Ruled],
    rights: Sequence[DecisionRight],
    limits: Limits | None,
    *,
    ctos: frozenset[UserId] = frozenset(),
    fewest: int = FEWEST,
) -> list[Bottleneck]:
    """What could be left to the deputy, the most frequent first.

    Never where a sum is missing or in another currency than the limits, never for more than the lowest limit (above it
    others sign off too), not where somebody else than the CTO decides, or the deputy decides as much already.
    """
    areas: dict[str, list[Ruled]] = {}
    for each in ruled:
        if each.area:
            areas.setdefault(each.area.casefold(), []).append(each)
    found = [
        bottleneck
        for group in areas.values()
        if len(group) >= fewest and (bottleneck := _in_group(group, rights, limits, ctos)) is not None
    ]
    return sorted(found, key=lambda each: (-each.count, each.area.casefold()))


def _in_group(
    group: Sequence[Ruled], rights: Sequence[DecisionRight], limits: Limits | None, ctos: frozenset[UserId]
) -> Bottleneck | None:
    costs = [each.cost for each in group if each.cost is not None]
    currencies = {each.currency for each in group}
    currency = next(iter(currencies))
    if len(costs) < len(group) or not all(each.approved for each in group):
        return None
    if len(currencies) > 1 or not currency or (limits is not None and currency != limits.currency):
        return None
    ceiling, right = ceiling_over(costs), right_for(rights, group[-1].area)
    if is_beyond(limits, ceiling) or is_anothers(right, ctos):
        return None
    if right is not None and right.deputy_up_to is not None and right.deputy_up_to >= ceiling:
        return None
    area = right.area if right is not None else str(group[-1].area)
    return Bottleneck(area, len(group), ceiling, currency)
