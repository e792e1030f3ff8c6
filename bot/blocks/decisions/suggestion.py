"""What whoever reacted to a message is asked by DM: whether to log it."""

from bot.blocks.decisions import ids
from bot.blocks.kit import Drawn, Json, actions, button, clip, context, escape, link, section
from bot.domain.messages import LogSuggestion
from bot.domain.phrases import readable

TEXT_LIMIT, TITLE_LIMIT = 600, 300


def draw_suggestion(message: LogSuggestion) -> Drawn:
    """The message and its buttons; once it is dealt with, what became of it."""
    name = clip(escape(message.author_name), 80) or "Somebody"
    quoted = clip(escape(readable(message.text)[0].strip()), TEXT_LIMIT)
    heading = _heading(message)
    lines = f"*{heading}*" + (f"\n{name}:\n> {quoted.replace(chr(10), chr(10) + '> ')}" if quoted else "")
    link_to_it = link(message.permalink, f"{name}'s message ↗")
    blocks = [section(lines), *_buttons(message), *([context(link_to_it)] if link_to_it else [])]
    return Drawn(f"{heading}\n{name}: {quoted}" if quoted else heading, blocks)


def _heading(message: LogSuggestion) -> str:
    if message.state == "logged":
        title = clip(escape(message.title or "").replace("*", "∗"), TITLE_LIMIT)
        return f"Logged as D-{message.number} · {title}"
    return (
        "Not logged. ⋯ → Log as decision does it later" if message.state == "dismissed" else "Log this as a decision?"
    )


def _buttons(message: LogSuggestion) -> list[Json]:
    value = f"{message.conversation}:{message.ts}"
    match message.state:
        case "logged":
            return [actions(button(f"Open D-{message.number}", ids.OPEN, str(message.number)))]
        case "dismissed":
            return []
        case _:
            return [
                actions(
                    button("Log it", ids.LOG_REACTED, value, style="primary"), button("Not now", ids.NOT_NOW, value)
                )
            ]
