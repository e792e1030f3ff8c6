"""Public holidays by place: a country ("PT") or one of its parts ("IN-WB", "US-NY")."""

from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files

from bot.domain.errors import InvalidInput


def holiday_name(place: str | None, day: date) -> str | None:
    """The public holiday on `day` at `place`, in English where there is a translation. None on any other day."""
    if not place:
        return None
    return _year(place, day.year).get(day)


def skip_reason(place: str | None, day: date) -> str | None:
    """Why nothing happens on `day` there: "Culture Day (JP)"."""
    name = holiday_name(place, day)
    return f"{name} ({place})" if name else None


def validate_place(text: str) -> str:
    """`text` as a place that has a holiday calendar. Raises InvalidInput with the nearest names."""
    wanted = text.strip().upper().replace("_", "-")
    country, _, part = wanted.partition("-")
    known = _places()
    if country in known and (not part or part in known[country]):
        return wanted
    if country in known:
        near = get_close_matches(part, known[country], n=3, cutoff=0.3) or list(known[country])[:3]
        hint = (
            f"Try {', '.join(f'{country}-{each}' for each in near)}, or just {country}." if near else f"Try {country}."
        )
        raise InvalidInput(f"I have no holiday calendar for “{text[:40]}”. {hint}", field="place")
    raise InvalidInput(
        f"I have no holiday calendar for “{text[:40]}”. Use a country's two letters such as PT, IN or US-NY.",
        field="place",
    )


@lru_cache(maxsize=512)
def guess_place(zone: str) -> str | None:
    """The country that a zone lies in, where it is one that has a calendar. The source is the zone table of tzdata."""
    if zone == "UTC" or "/" not in zone:
        return None
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines():
        columns = line.split("\t")
        if not line.startswith("#") and len(columns) > 2 and columns[2] == zone:
            return columns[0] if columns[0] in _places() else None
    return None


@lru_cache(maxsize=256)
def _year(place: str, year: int) -> dict[date, str]:
    import holidays  # noqa: PLC0415 - slow to import, and most processes never need it at the start

    country, _, part = place.partition("-")
    calendar = holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US")
    return {day: name for day, name in calendar.items() if day.year == year}


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[str, ...]]:
    import holidays  # noqa: PLC0415 - slow to import, and most processes never need it at the start

    return {
        country: tuple(parts) for country, parts in holidays.list_supported_countries(include_aliases=False).items()
    }
