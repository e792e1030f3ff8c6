"""What is said around decisions: help, hints, and answers that only their asker sees."""

from datetime import date

from bot.blocks.decisions import ids
from bot.blocks.decisions.card import name_line
from bot.blocks.kit import Drawn, Json, actions, button, day, modal, section
from bot.domain.decisions import Decision

HELP = (
    "*Log a decision*\n"
    "`/decide` opens a window; `/decide Use Postgres for the event store` fills the title in.\n"
    "`/decide Use Postgres because we run it already, revisit in 60 days` logs it at once. `rather than Kafka`, or "
    "`not doing: Kafka`, says what it rules out. A question opens the window instead.\n"
    "On any message: ⋯ → *Log as decision* keeps a link to it and answers in its thread. The shortcut *Log a decision* "
    "opens the window from anywhere."
)
LOG_HELP = (
    "*Find a decision*\n"
    "`/decisions` shows the latest, `/decisions D-3` shows one with its history.\n"
    "`/decisions postgres` searches: all words must be in it, in any order. `post*` is the beginning of a word, "
    '`"event store"` is a phrase.\n'
    "`by:@Dana` (author or owner), `area:vendors`, `since:2026-01`, `until:2026-06-30`, `status:reversed` and `mine` "
    'narrow it, with words or without. A name of several words goes in quotes: `by:"Dana Reis"`.\n'
    "`/decisions export` sends you the log as a file; `/decisions export csv area:vendors` sends a part of it, as "
    "`csv`, `json` or `madr`."
)
COSTS = (
    "*This costs something.* Four questions stand under the cost: what it is in all, maintenance, integration, "
    "security. Whoever reads it in a year will ask. What you can't say yet may stay empty."
)


def covered(decision: Decision, today: date) -> str:
    """Said before somebody logs what was decided already."""
    on = decision.decided_on or decision.created_at.date()
    when = f"{on.day} {on:%b}" if on.year == today.year else day(on)
    said = f"settled this on {when}" if decision.decided_on else f"proposes this since {when}"
    return f"*{decision.ref} {said}.* What is new?"


def build_logged_already(decision: Decision) -> Json:
    """In place of the form, for a message that was logged before."""
    blocks = [
        section(f"This message was logged already:\n{name_line(decision)}"),
        actions(button(f"Open {decision.ref}", ids.OPEN, str(decision.number), style="primary")),
    ]
    return modal("Log a decision", blocks, callback_id="decisions.logged_already", close="Close")


def said(text: str) -> Drawn:
    return Drawn(text, [section(text)])
