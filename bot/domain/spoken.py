"""Dates, spans of time, and words that are too long: the same wherever they are said."""

from datetime import date


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
