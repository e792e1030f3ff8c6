"""Who decides: what the rights say about a decision, saying so, and setting them. Other parts call what is here."""

from bot.usecases.rights.change import (
    drop_limits,
    let_deputy_decide,
    remove_right,
    require_may_change,
    set_limits,
    set_right,
)
from bot.usecases.rights.read import (
    Answer,
    AreaInWords,
    LimitsAsTheyStand,
    Overview,
    RightAsItStands,
    about,
    areas_of,
    limits_as_they_stand,
    mark_of,
    overview,
    right_as_it_stands,
)
from bot.usecases.rights.rule import groups_in, members_of, names_in, people_for, ruling_for
from bot.usecases.rights.spoken import caller, spoken, who_rules

__all__ = [
    "Answer",
    "AreaInWords",
    "LimitsAsTheyStand",
    "Overview",
    "RightAsItStands",
    "about",
    "areas_of",
    "caller",
    "drop_limits",
    "groups_in",
    "let_deputy_decide",
    "limits_as_they_stand",
    "mark_of",
    "members_of",
    "names_in",
    "overview",
    "people_for",
    "remove_right",
    "require_may_change",
    "right_as_it_stands",
    "ruling_for",
    "set_limits",
    "set_right",
    "spoken",
    "who_rules",
]
