"""The monthly note: a minute's read for each CTO about the month before, and what of it could be left to the deputy."""

from bot.usecases.monthly.delegating import decline_offer, let_deputy_decide
from bot.usecases.monthly.note import monthly_due
from bot.usecases.monthly.switching import SoFar, so_far, switch

__all__ = ["SoFar", "decline_offer", "let_deputy_decide", "monthly_due", "so_far", "switch"]
