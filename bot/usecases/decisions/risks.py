"""Accepting a risk: by a member, and for no longer than its area allows."""

from datetime import date

from bot.domain import spoken
from bot.domain.decisions import Detail
from bot.domain.errors import InvalidInput
from bot.domain.rights import longest_acceptance, right_for
from bot.usecases.ports import UnitOfWork


def must_not_outlast(uow: UnitOfWork, area: str | None, until: date, today: date, *, field: str) -> None:
    """Raises InvalidInput for `field`. `today`: that of whoever accepts, or writes it down."""
    right = right_for(uow.rights.all(), area)
    longest = longest_acceptance(right, today)
    if right is not None and longest is not None and until > longest:
        raise InvalidInput(
            f"A risk in {right.area} is accepted for {right.risk_days} days at most: until {spoken.day(longest)}.",
            field=field,
        )


def check_risk(uow: UnitOfWork, detail: Detail, today: date, *, before: Detail = Detail()) -> None:
    """Of an acceptance that is written down anew. `before`: what stood, whose end may be one of old times."""
    until = detail.risk_until
    if until is not None and (detail.area, until) != (before.area, before.risk_until):
        must_not_outlast(uow, detail.area, until, today, field="risk_until")
