"""What people fill in about who decides, checked: the right of an area, and the approval limits."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bot.domain.errors import InvalidInput
from bot.domain.rights import Approver, ApproverKind, DecisionRight, Limits, Party, Tier
from bot.domain.workspaces import UserId, WorkspaceId

AREA_LIMIT = 60
MOST_AREAS = 40
MOST_IN_PARTY = 20
MOST_TIERS = 4
OUTSIDE_LIMIT = 60
OUTSIDE_NAMES_LIMIT = 300  # of all of one step, as they are shown to be changed
SUM_LIMIT = Decimal(10**12)
MOST_RISK_DAYS = 3650
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class RightDraft:
    """The right of an area as somebody filled it in."""

    area: str
    decides: UserId | None = None
    agrees: Party = field(default_factory=Party)
    input: Party = field(default_factory=Party)
    performs: Party = field(default_factory=Party)
    deputy_up_to: Decimal | None = None
    risk_days: int | None = None


@dataclass(frozen=True, slots=True)
class TierDraft:
    """One step of the limits as it was filled in; both empty where the step is not used."""

    up_to: Decimal | None
    approvers: tuple[Approver, ...]

    @property
    def is_used(self) -> bool:
        return self.up_to is not None or bool(self.approvers)


def checked_right(workspace_id: WorkspaceId, draft: RightDraft, *, position: int) -> DecisionRight:
    """Raises InvalidInput naming the field."""
    right = DecisionRight(
        workspace_id,
        _named(draft.area),
        position,
        draft.decides,
        _once(draft.agrees),
        _once(draft.input),
        _once(draft.performs),
        draft.deputy_up_to,
        draft.risk_days,
    )
    for name, party in (("agrees", right.agrees), ("input", right.input), ("performs", right.performs)):
        if len(party.approvers) > MOST_IN_PARTY:
            raise InvalidInput(f"Name {MOST_IN_PARTY} at most. A user group stands for many.", name)
    if right.decides in right.agrees.people:
        raise InvalidInput("Whoever decides need not agree as well. Take them out of one of the two.", "agrees")
    if right.deputy_up_to is not None and not 0 < right.deputy_up_to < SUM_LIMIT:
        raise InvalidInput("Write the sum as a number above 0, such as 2000 or 2k.", "deputy_up_to")
    if right.risk_days is not None and not 1 <= right.risk_days <= MOST_RISK_DAYS:
        raise InvalidInput(f"Write a number of days from 1 to {MOST_RISK_DAYS:,}, or leave it empty.", "risk_days")
    if not says_something(right):
        raise InvalidInput("Say at least who decides, who agrees, or who is asked or told.", "decides")
    return right


def draft_of(right: DecisionRight) -> RightDraft:
    return RightDraft(
        right.area, right.decides, right.agrees, right.input, right.performs, right.deputy_up_to, right.risk_days
    )


def says_something(right: DecisionRight) -> bool:
    said = (right.decides, right.agrees, right.input, right.performs, right.deputy_up_to, right.risk_days)
    return any(said)


def checked_limits(workspace_id: WorkspaceId, currency: str, steps: Sequence[TierDraft]) -> Limits:
    """Approval limits from the steps that are filled in. Raises InvalidInput naming the field ("up_to_2", …)."""
    currency = currency.strip().upper()
    if not _CURRENCY.fullmatch(currency):
        raise InvalidInput("Write the currency as three letters, such as EUR or USD.", field="currency")
    used = [(number, step) for number, step in enumerate(steps, start=1) if step.is_used]
    if not used:
        raise InvalidInput("Say who signs off. To have no limits, press Remove the limits.", field="approvers_1")
    below = Decimal(0)
    for number, step in used[:-1]:
        if step.up_to is None:
            raise InvalidInput(
                "Only the last step goes without a sum: it is for all that costs more.", f"up_to_{number}"
            )
        below = _above(below, step, number)
    number, last = used[-1]
    if last.up_to is not None:
        raise InvalidInput("Leave the sum of the last step empty: it is for all that costs more.", f"up_to_{number}")
    if not last.approvers:
        raise InvalidInput("Who signs off what costs more?", f"approvers_{number}")
    return Limits(
        workspace_id, currency, tuple(Tier(step.up_to, tuple(dict.fromkeys(step.approvers))) for _, step in used)
    )


def outside_names(text: str | None, field: str) -> tuple[Approver, ...]:
    """ "the CFO, the board": those who are not in Slack, parted by commas or lines. Raises InvalidInput."""
    names = [" ".join(each.split()) for each in re.split(r"[,;\n]", text or "")]
    if any(len(each) > OUTSIDE_LIMIT for each in names):
        raise InvalidInput(f"Keep each name under {OUTSIDE_LIMIT} characters.", field=field)
    found = tuple(Approver(ApproverKind.OUTSIDE, each) for each in dict.fromkeys(names) if each)
    if len(listed_outside(found)) > OUTSIDE_NAMES_LIMIT:
        raise InvalidInput(f"Keep these names under {OUTSIDE_NAMES_LIMIT} characters together.", field=field)
    return found


def listed_outside(approvers: Iterable[Approver]) -> str:
    """ "the CFO, the board", which `outside_names` reads as the same again."""
    return ", ".join(each.id for each in approvers if each.kind is ApproverKind.OUTSIDE)


def _above(below: Decimal, step: TierDraft, number: int) -> Decimal:
    sum_ = step.up_to or Decimal(0)
    if not below < sum_ < SUM_LIMIT:
        words = (
            "Write the sums from the lowest to the highest." if below else "Write a sum above 0, such as 10000 or 10k."
        )
        raise InvalidInput(words, f"up_to_{number}")
    return sum_


def _named(area: str) -> str:
    area = " ".join(area.split())
    if not area:
        raise InvalidInput('Give the area a name, such as "Vendors".', field="area")
    if len(area) > AREA_LIMIT:
        raise InvalidInput(f"Keep the name under {AREA_LIMIT} characters ({len(area)} now).", field="area")
    return area


def _once(party: Party) -> Party:
    return Party(tuple(dict.fromkeys(party.people)), tuple(dict.fromkeys(party.groups)))
