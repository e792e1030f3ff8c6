"""Dates, spans of time, and words that are too long: the same wherever they are said."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal


def day(value: date) -> str:
    """A plain date, the same for every reader: 27 Jan 2027."""
    return f"{value.day} {value:%b %Y}"


def weekday(value: date) -> str:
    """A plain date of these weeks: Tue 3 Nov."""
    return f"{value:%a} {value.day} {value:%b}"


def span(minutes: int) -> str:
    """40 minutes, 1 hour, 3 hours."""
    if minutes < 60:
        return f"{minutes} minutes"
    hours = round(minutes / 60)
    return f"{hours} hour{'' if hours == 1 else 's'}"


def amount(value: Decimal, currency: str | None) -> str:
    """10,000 EUR; 99.50 EUR."""
    figure = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    return f"{figure} {currency}" if currency else figure


def listed(words: Sequence[str]) -> str:
    """Priya, Sam and @finance."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def escape(text: str) -> str:
    """Make people's words safe in Slack's mrkdwn, so that nobody can make the bot say <!channel>."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str, limit: int) -> str:
    """On one line, and short as `shorten` has it."""
    return shorten(" ".join(text.split()), limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one is near."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    word = cut.rfind(" ")
    return (cut[:word] if word > limit * 2 // 3 else cut).rstrip(" ,;:\n") + "…"
