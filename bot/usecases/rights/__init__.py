"""Who decides: what the rights say about a decision, and saying so. Other parts call what is named here."""

from bot.usecases.rights.rule import groups_in, names_in, people_for, ruling_for
from bot.usecases.rights.spoken import spoken

__all__ = ["groups_in", "names_in", "people_for", "ruling_for", "spoken"]
