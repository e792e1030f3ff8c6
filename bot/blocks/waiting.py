"""The daily *Waiting for you*: the decisions that came back, each with what to do about it."""

from datetime import date

from bot.blocks.decisions import ids
from bot.blocks.decisions.card import revisit_buttons
from bot.blocks.kit import Drawn, Json, actions, button, clip, context, day, divider, escape, header, section
from bot.domain import spoken
from bot.domain.decisions import Decision
from bot.domain.messages import WaitingForYou, WaitingItem

ROWS = 10  # with their buttons, well within what Slack takes in one message
TITLE_LIMIT, WHY_LIMIT, NAME_LIMIT, ANSWER_LIMIT = 200, 200, 80, 120
LATE_ENOUGH = 30  # minutes; less is nothing to speak of


def draw_waiting(message: WaitingForYou) -> Drawn:
    """For one person, by DM. What is answered keeps its line and loses its buttons."""
    left = sum(item.answered is None for item in message.items)
    title = f"Waiting for you ({left})" if left else "Waiting for you: all answered"
    blocks = [header(title)]
    if message.late_minutes >= LATE_ENOUGH:
        blocks.append(context(f"This comes {spoken.span(message.late_minutes)} late. I'm sorry."))
    for item in message.items[:ROWS]:
        blocks += [section(_body(item, message.person_id)), *_buttons(item)]
    hidden = len(message.items) - ROWS
    if hidden > 0:
        blocks += [divider(), context(f"And {hidden} more. My Home tab has all of them.")]
    lines = [title, *(_in_words(item) for item in message.items[:ROWS])]
    if hidden > 0:
        lines.append(f"And {hidden} more.")
    return Drawn("\n".join(lines), blocks)


def reason_words(decision: Decision, due_on: date) -> str:
    """Why it is here: its revisit date has come, or it accepts a risk that must not run on unnoticed."""
    ends = decision.detail.risk_until
    if ends is not None and ends >= due_on:
        return f"The risk was accepted until {day(ends)}. Is that still right?"
    return f"To look at again on {day(due_on)}. Did it work?"


def _body(item: WaitingItem, person_id: str) -> str:
    decision = item.decision
    name = f"{decision.ref} · {clip(escape(decision.title).replace('*', '∗'), TITLE_LIMIT)}"
    if item.answered is not None:
        return f"{name}\n✓ {clip(escape(item.answered), ANSWER_LIMIT)}"
    lines = [
        f"*{name}*",
        reason_words(decision, item.due_on),
        f"Why: {clip(escape(_one_line(decision.why)), WHY_LIMIT)}",
    ]
    if item.owner_name is not None and decision.owner_id != person_id:
        lines.append(f"It was {clip(escape(item.owner_name), NAME_LIMIT)}'s, and falls to you now.")
    return "\n".join(lines)


def _buttons(item: WaitingItem) -> list[Json]:
    if item.answered is not None:
        return []
    number = item.decision.number
    return [actions(*revisit_buttons(number), button("Details", ids.OPEN, str(number)))]


def _in_words(item: WaitingItem) -> str:
    decision = item.decision
    what = escape(item.answered) if item.answered is not None else reason_words(decision, item.due_on)
    return f"{decision.ref}: {clip(escape(decision.title), TITLE_LIMIT)}. {clip(what, ANSWER_LIMIT)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
