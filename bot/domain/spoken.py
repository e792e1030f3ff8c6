"""Dates and spans of time in words: the same wherever they are said."""

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
