"""What people see of standups."""

from bot.blocks.standups.digest import draw_standup_answers, draw_standup_digest
from bot.blocks.standups.form import (
    NO_TEAM,
    TITLE,
    Frame,
    build_form,
    build_not_there,
    build_planned,
    parse_form,
    read_frame,
)
from bot.blocks.standups.prompt import build_sheet, build_thanks, draw_standup_prompt, parse_sheet
from bot.blocks.standups.shown import HELP, draw_standing, stopped

__all__ = [
    "HELP",
    "NO_TEAM",
    "TITLE",
    "Frame",
    "build_form",
    "build_not_there",
    "build_planned",
    "build_sheet",
    "build_thanks",
    "draw_standing",
    "draw_standup_answers",
    "draw_standup_digest",
    "draw_standup_prompt",
    "parse_form",
    "parse_sheet",
    "read_frame",
    "stopped",
]
