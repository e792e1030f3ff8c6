"""What a recurring time comes to: its next moments, in wall time and in UTC, with those that a holiday would skip."""

from datetime import date
from itertools import islice

from bot.domain.calendars import skip_reason, validate_place
from bot.domain.errors import InvalidInput
from bot.domain.recurrence import Rule, slots

MOST = 1000


def preview(rule_text: str, *, zone: str, country: str | None, start: date, count: int) -> list[dict[str, str | None]]:
    """At most `count` moments from `start` (a wall date in `zone`) on.

    Each is {"local": "2026-01-06T10:00:00", "utc": "2026-01-06T10:00:00Z", "skipped": None or the reason}. Raises
    InvalidInput for words, a zone, a country or a count that cannot be used.
    """
    if not 1 <= count <= MOST:
        raise InvalidInput(f"Ask for between 1 and {MOST} dates.", field="count")
    place = validate_place(country) if country else None
    rule = Rule.parse(rule_text, zone=zone, today=start)
    return [
        {
            "local": slot.local.isoformat(),
            "utc": slot.utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "skipped": skip_reason(place, slot.day),
        }
        for slot in islice(slots(rule, start=start), count)
    ]
