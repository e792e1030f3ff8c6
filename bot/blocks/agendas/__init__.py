"""What people see of the weekly tradeoff meeting: its agenda, the items in its thread, the recap, and the windows."""

from bot.blocks.agendas.post import draw_agenda, draw_recap
from bot.blocks.agendas.thread import draw_agenda_item

HELP = (
    "`/agenda Heroku or AWS? 20 min`  put an item on the next meeting's agenda\n"
    "`/agenda`  the agenda as it would be now, for you alone\n"
    "On a message: ⋯ → *Add to agenda*. *Urgent* asks what gets bumped.\n"
    "`/backbeat meetings`  plan the meeting, or post its agenda now"
)

__all__ = ["HELP", "draw_agenda", "draw_agenda_item", "draw_recap"]
