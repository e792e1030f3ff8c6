"""Asynchronous standups. Other parts call what is named here."""

from bot.usecases.standups.answers import (
    AWAY,
    Sheet,
    answer,
    later,
    sheet,
    skip,
    take_part,
)
from bot.usecases.standups.digests import clear, digest_due
from bot.usecases.standups.plan import (
    Standing,
    StandupPlan,
    edit,
    find,
    first_asks,
    get,
    plan,
    standing,
    stop,
)
from bot.usecases.standups.replies import prompt_of_thread, reply
from bot.usecases.standups.rounds import open_round_due, prompt_due
from bot.usecases.standups.team import MOST_MEMBERS, FirstAsk, channel_of, not_there

__all__ = [
    "AWAY",
    "MOST_MEMBERS",
    "FirstAsk",
    "Sheet",
    "Standing",
    "StandupPlan",
    "answer",
    "channel_of",
    "clear",
    "digest_due",
    "edit",
    "find",
    "first_asks",
    "get",
    "later",
    "not_there",
    "open_round_due",
    "plan",
    "prompt_due",
    "prompt_of_thread",
    "reply",
    "sheet",
    "skip",
    "standing",
    "stop",
    "take_part",
]
