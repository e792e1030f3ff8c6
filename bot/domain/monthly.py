"""What the monthly note holds besides its figures: what waits, and what could be left to the deputy."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bot.domain.months import Mention
from bot.domain.workspaces import UserId


@dataclass(frozen=True, slots=True)
class WaitingProposal:
    """A proposal and whose word it waits for: `on` is safe mrkdwn, empty where it waits for its author to decide it.

    `days` since it was proposed. `objected`: who stands against it, `reminded`: somebody was, as safe mrkdwn.
    """

    decision: Mention
    days: int
    on: str = ""
    objected: str = ""
    reminded: bool = False


class OfferAnswer(StrEnum):
    DELEGATED = "delegated"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class DeputyOffer:
    """`count` decisions in `area` were approved, all of them, and each cost less than `ceiling`.

    `deputies` by their ids, with what they are called; empty where the workspace has none.
    """

    area: str
    count: int
    ceiling: Decimal
    currency: str
    deputies: dict[UserId, str] = field(default_factory=dict)
    answer: OfferAnswer | None = None
