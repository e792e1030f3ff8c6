"""What the channel sees: the digest of a round, and each person's answers in its thread."""

from datetime import date

from bot.blocks.kit import Drawn, clip, context, escape, section
from bot.blocks.standups.prompt import BLOCKS_BUDGET, TEXT_LIMIT, answer_lines, in_words, stuck_row
from bot.domain import spoken
from bot.domain.messages import StandupAnswers, StandupDigest
from bot.domain.standups import Concern

ROW_LIMIT = 300
MOST_STUCK = 12
MOST_CLEARED = 5


def draw_standup_digest(message: StandupDigest) -> Drawn:
    """Standup, Tue 27 Oct · 6 answers, and what is stuck. Who did not answer is never listed."""
    count = f"{message.answers} answer{'' if message.answers == 1 else 's'}"
    head = f"*Standup, {spoken.weekday(message.day)}* · {count}"
    if message.late_minutes:
        head += f" · {spoken.span(message.late_minutes)} late"
    stuck, cleared = message.stuck[:MOST_STUCK], message.cleared[:MOST_CLEARED]
    blocks = [section(head)]
    blocks += [stuck_row(each, f"*Stuck:* {_row(each, message)}") for each in stuck]
    if cleared:
        blocks.append(context(*(f"Cleared: {_cleared(each, message)}" for each in cleared)))
    hidden = len(message.stuck) - len(stuck)
    more = f"And {hidden} more stuck. " if hidden else ""
    blocks.append(context(f"{more}Answers in thread ↓"))
    said = [head.replace("*", ""), *(f"Stuck: {_row(each, message)}" for each in message.stuck)]
    return Drawn(clip("\n".join(said), TEXT_LIMIT), blocks)


def draw_standup_answers(message: StandupAnswers) -> Drawn:
    """One person's answers. Named, not mentioned: they have nothing to do."""
    name = clip(escape(message.person_name), 80) or "A member"
    head = f"*{name}*" + (" · after the digest" if message.late else "")
    blocks = [section(head), *(section(line) for line in _lines(message))]
    return Drawn(clip(f"{name}\n{in_words(message.questions, message.texts)}", TEXT_LIMIT), blocks)


def days_stuck(concern: Concern, today: date) -> str:
    """New today, 1 day, 9 days."""
    days = concern.age(today)
    return "new" if days <= 0 else f"{days} day{'' if days == 1 else 's'}"


def _lines(message: StandupAnswers) -> list[str]:
    return answer_lines(message.questions, message.texts, limit=BLOCKS_BUDGET)


def _row(concern: Concern, message: StandupDigest) -> str:
    parts = [clip(escape(concern.text), ROW_LIMIT), _name(concern.owner_id, message), days_stuck(concern, message.day)]
    return " · ".join(part for part in parts if part)


def _cleared(concern: Concern, message: StandupDigest) -> str:
    by = _name(concern.cleared_by, message)
    words = f"~{clip(escape(concern.text).replace('~', '∼'), ROW_LIMIT)}~"
    return f"{words} · by {by}" if by else words


def _name(user: str | None, message: StandupDigest) -> str:
    return clip(escape(message.names.get(user or "", "")), 60)
