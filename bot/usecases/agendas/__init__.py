"""The weekly tradeoff meeting: agenda items, agendas that go out once, meetings and their recap. Others call these."""

from bot.usecases.agendas.items import add, carry, drop, finish, put_back
from bot.usecases.agendas.meeting import close, end_due, start, suggested_outcome
from bot.usecases.agendas.posting import PostedNow, post_due, post_now
from bot.usecases.agendas.reading import Choice, ComingAgenda, choices, coming, goes_to, has_meetings, item

__all__ = [
    "Choice",
    "ComingAgenda",
    "PostedNow",
    "add",
    "carry",
    "choices",
    "close",
    "coming",
    "drop",
    "end_due",
    "finish",
    "goes_to",
    "has_meetings",
    "item",
    "post_due",
    "post_now",
    "put_back",
    "start",
    "suggested_outcome",
]
