"""Decisions in and out of the log, for whoever operates Backbeat. Nothing of it asks Slack or posts there."""

from bot.usecases.interchange.exports import leaving
from bot.usecases.interchange.imports import Imported, Row, import_entries, who_owns

__all__ = ["Imported", "Row", "import_entries", "leaving", "who_owns"]
