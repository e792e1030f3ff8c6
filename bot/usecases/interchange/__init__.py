"""Decisions in and out of the log: for whoever operates Backbeat, by files; for people in Slack, as a file by DM.

Bringing in asks Slack nothing and posts nothing.
"""

from bot.usecases.interchange.asking import Wish, ask_for, in_words, make_export
from bot.usecases.interchange.exports import files_of, is_of, leaving
from bot.usecases.interchange.imports import Imported, Row, import_entries, who_owns

__all__ = [
    "Imported",
    "Row",
    "Wish",
    "ask_for",
    "files_of",
    "import_entries",
    "in_words",
    "is_of",
    "leaving",
    "make_export",
    "who_owns",
]
