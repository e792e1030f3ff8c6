"""Recurring local times: what people type, what it means, and the moments that come of it.

A rule is an RFC 5545 RRULE on naive wall time with a fixed start, and an IANA zone. Each wall time becomes UTC with
`fold=0`: a time in the spring gap happens once, as much later as the gap is long; a repeated autumn time happens once,
the first. A day of the month that a month lacks (the 31st) is that month's last day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrule, rrulestr

from bot.domain.errors import InvalidInput

EXAMPLES = "Try “every other Tuesday 10:00”, “weekdays at 9:30” or “first Monday of the month 15:00”."
HORIZON = timedelta(days=366 * 5)  # a rule that gives nothing for this long gives nothing
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = "MO,TU,WE,TH,FR"
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
QUARTER_STARTS, QUARTER_ENDS = "1,4,7,10", "3,6,9,12"


class UnreadableRule(InvalidInput):
    """The words for a recurring time could not be read."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One moment of a rule: the wall time asked for (naive, in the rule's zone), its date, and the instant in UTC."""

    local: datetime
    day: date
    utc: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurring wall time. `rrule` has no DTSTART: that is `anchor` at `at`. `zone` is an IANA name."""

    rrule: str
    anchor: date
    at: time
    zone: str

    @classmethod
    def parse(cls, text: str, *, zone: str, today: date) -> "Rule":
        """Read "every other Tuesday 10:00", "weekdays at 9am", "last day of the month 16:00", or an RRULE.

        A zone in brackets at the end wins over `zone`. Raises UnreadableRule with examples.
        """
        words, named = _take_zone(" ".join(text.split()))
        zone = check_zone(named or zone)
        words, at = _take_time(words)
        rule = _rrule_of(words)
        first = _first_day(rule, today)
        return cls(rule, first, at, zone)

    @classmethod
    def weekly(cls, days: frozenset[int], at: time, zone: str, anchor: date) -> "Rule":
        """Every week on `days` (Monday is 0)."""
        if not days:
            raise UnreadableRule("Pick at least one day.", field="days")
        rule = "FREQ=WEEKLY;BYDAY=" + ",".join(CODES[day] for day in sorted(days))
        return cls(rule, _first_day(rule, anchor), at, check_zone(zone))

    def describe(self) -> str:
        """In words that `parse` reads back: "Every other Tuesday at 10:00 (Europe/Lisbon)"."""
        return f"{_describe(self.rrule)} at {self.at:%H:%M} ({self.zone})"


def check_zone(name: str) -> str:
    """`name` if it is an IANA zone. Raises UnreadableRule."""
    found = _zones().get(name.strip().lower().replace(" ", "_"))
    if found is None:
        raise UnreadableRule(
            f"I don't know the time zone “{name[:60]}”. Use a name such as Europe/Lisbon.", field="zone"
        )
    return found


def slots(rule: Rule, *, start: date) -> Iterator[Slot]:
    """The moments of `rule` on `start` or later (wall dates), in order. Two wall times never share an instant."""
    zone = ZoneInfo(rule.zone)
    last: datetime | None = None
    begin = datetime.combine(max(start, rule.anchor), time())
    for local in _pattern(rule.rrule, rule.anchor, rule.at).xafter(begin, inc=True):
        utc = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if last is None or utc > last:
            last = utc
            yield Slot(local, local.date(), utc)


def next_slot(rule: Rule, *, after: datetime) -> Slot | None:
    """The first moment strictly later than `after` (aware), or None where the rule has ended."""
    begin = (after.astimezone(ZoneInfo(rule.zone)) - timedelta(days=2)).date()
    return next((slot for slot in slots(rule, start=begin) if slot.utc > after), None)


@lru_cache(maxsize=256)
def _pattern(text: str, anchor: date, at: time) -> rrule:
    found = rrulestr(text, dtstart=datetime.combine(anchor, at))
    assert isinstance(found, rrule)  # noqa: S101 - a lone RRULE never makes a set
    return found


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _first_day(rule: str, today: date) -> date:
    """The first day of `rule` from `today` on: where it starts, so that "every other" counts from there."""
    single = re.sub(r";(INTERVAL|COUNT)=\d+", "", rule)
    try:
        first = _pattern(single, today, time()).replace(until=datetime.combine(today, time()) + HORIZON)[0]
    except IndexError as error:
        raise UnreadableRule(f"That never happens. {EXAMPLES}", field="rule") from error
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise UnreadableRule(f"I couldn't read that rule. {EXAMPLES}", field="rule") from error
    return first.date()


# --- reading -------------------------------------------------------------------------------------------------------

_ZONE = re.compile(r"\s*\(([A-Za-z_+\-/0-9]+)\)\s*$")
_TIME = re.compile(
    r"(?:\bat\s+|\s|^)(?:(?P<h24>[01]?\d|2[0-3]):(?P<m>[0-5]\d)\s*(?P<ap1>[ap]\.?m\.?)?"
    r"|(?P<h12>1[0-2]|0?[1-9])\s*(?P<ap2>[ap]\.?m\.?)|(?P<noon>noon|midday)|(?P<bare>(?<=at )\d{1,2}))(?=$|[\s,;.])",
    re.IGNORECASE,
)
_DAY_NAMES = {
    name: CODES[i] for i, full in enumerate(DAYS) for name in (full, full + "s", full[:3], full[:4], full[:2])
}
_DAY_NAMES |= {"tues": "TU", "thurs": "TH", "thur": "TH"}


def _take_zone(text: str) -> tuple[str, str | None]:
    found = _ZONE.search(text)
    return (text[: found.start()], found.group(1)) if found else (text, None)


def _take_time(text: str) -> tuple[str, time]:
    found = next(reversed(list(_TIME.finditer(text))), None)  # the last one: "on the 15th at 10:00"
    if found is None:
        raise UnreadableRule(f"At what time? {EXAMPLES}", field="rule")
    rest = (text[: found.start()] + " " + text[found.end() :]).strip()
    if found["noon"]:
        return rest, time(12)
    hour = int(found["h24"] or found["h12"] or found["bare"])
    half = (found["ap1"] or found["ap2"] or "").lower()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23:
        raise UnreadableRule(f"At what time? {EXAMPLES}", field="rule")
    return rest, time(hour, int(found["m"] or 0))


def _rrule_of(words: str) -> str:
    if "freq=" in words.lower():
        return _checked(words)
    text = re.sub(r"[.,;]+$", "", words.lower()).strip()
    text = re.sub(r"\b(on|at)$", "", text).strip()
    for read in (_monthly, _daily, _weekly):
        found = read(text)
        if found is not None:
            return found
    raise UnreadableRule(f"I couldn't read “{words[:80]}”. {EXAMPLES}", field="rule")


def _checked(text: str) -> str:
    rule = text.upper().removeprefix("RRULE:").replace(" ", "").rstrip(";")
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        raise UnreadableRule("I can repeat daily, weekly, monthly or yearly.", field="rule")
    if parts.keys() & {"BYHOUR", "BYMINUTE", "BYSECOND", "DTSTART"}:
        raise UnreadableRule("Give the time after the rule, as in “FREQ=WEEKLY;BYDAY=TU 10:00”.", field="rule")
    if len(rule) > 200:
        raise UnreadableRule("That rule is too long.", field="rule")
    return rule


def _daily(text: str) -> str | None:
    if text in {"daily", "every day", "each day"}:
        return "FREQ=DAILY"
    if re.fullmatch(r"(every |each |on )?(weekdays?|working days?|workdays?)", text):
        return f"FREQ=WEEKLY;BYDAY={WORKDAYS}"
    found = re.fullmatch(r"every (\d{1,2}) days", text)
    return f"FREQ=DAILY;INTERVAL={_interval(found[1])}" if found else None


def _weekly(text: str) -> str | None:
    interval = 1
    found = re.fullmatch(
        r"(?:(?:every )?(?:other|second|2nd) (?:week on |week )?|biweekly (?:on )?|fortnightly (?:on )?)(.+)", text
    )
    if found:
        interval, text = 2, found[1]
    else:
        found = re.fullmatch(r"every (\d{1,2}) weeks on (.+)", text)
        if found:
            interval, text = _interval(found[1]), found[2]
        else:
            text = re.sub(r"^(?:weekly on |weekly |every week on |every |each |on )", "", text)
    days = _days(text)
    if not days:
        return None
    return "FREQ=WEEKLY" + (f";INTERVAL={interval}" if interval > 1 else "") + f";BYDAY={','.join(days)}"


def _days(text: str) -> list[str]:
    """ "tue and thu", "monday to thursday", "mon, wed": codes in the order of the week, [] where a word is no day."""
    found: set[int] = set()
    span = re.fullmatch(r"([a-z]+)\s*(?:-|–|to|through)\s*([a-z]+)", text)
    if span and span[1] in _DAY_NAMES and span[2] in _DAY_NAMES:
        first, last = CODES.index(_DAY_NAMES[span[1]]), CODES.index(_DAY_NAMES[span[2]])
        found = {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    else:
        for word in re.split(r"\s*(?:,|&|\+|\band\b|\s)\s*", text):
            if word and word not in _DAY_NAMES:
                return []
            if word:
                found.add(CODES.index(_DAY_NAMES[word]))
    return [CODES[day] for day in sorted(found)]


_NTH = re.compile(
    r"(?:(?P<pre>monthly|quarterly|every month|every quarter)(?: on)? )?(?:on )?(?:the )?(?:every )?"
    r"(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) (?P<what>[a-z]+(?: days?)?)"
    r"(?: (?:of|in) (?:the |each |every )?(?P<span>month|quarter|(?P<n>\d{1,2}) months))?"
)
_MONTHDAY = re.compile(
    r"(?:monthly |every month )?(?:on )?(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"(?: (?:of|in) (?:the |each |every )?(?:month|(?P<n>\d{1,2}) months))?"
)


def _monthly(text: str) -> str | None:
    if text in {"quarterly", "every quarter"}:
        return f"FREQ=MONTHLY;BYMONTH={QUARTER_STARTS};BYDAY=1MO"
    found = _NTH.fullmatch(text)
    if found and (found["span"] or found["pre"]):
        return _nth(found)
    found = _MONTHDAY.fullmatch(text)
    if found and ("month" in text or re.search(r"\d(st|nd|rd|th)", text)):
        day = int(found["day"])
        if not 1 <= day <= 31:
            return None
        return f"FREQ=MONTHLY{_every(found['n'])};{_monthday(day)}"
    return None


def _nth(found: re.Match[str]) -> str | None:
    nth = ORDINALS[found["nth"]]
    quarter = found["span"] == "quarter" or (found["pre"] or "").endswith(("quarter", "quarterly"))
    if quarter:
        head = f"FREQ=MONTHLY;BYMONTH={QUARTER_ENDS if nth < 0 else QUARTER_STARTS}"
    else:
        head = f"FREQ=MONTHLY{_every(found['n'])}"
    what = found["what"]
    if what in {"day", "days"}:
        return f"{head};BYMONTHDAY={nth}"
    if what in {"working day", "weekday", "workday", "business day"}:
        return f"{head};BYDAY={WORKDAYS};BYSETPOS={nth}"
    return f"{head};BYDAY={nth}{_DAY_NAMES[what]}" if what in _DAY_NAMES else None


def _monthday(day: int) -> str:
    if day <= 28:
        return f"BYMONTHDAY={day}"
    if day == 31:
        return "BYMONTHDAY=-1"
    return f"BYMONTHDAY={','.join(str(n) for n in range(28, day + 1))};BYSETPOS=-1"


def _every(number: str | None) -> str:
    count = _interval(number) if number else 1
    return f";INTERVAL={count}" if count > 1 else ""


def _interval(number: str) -> int:
    count = int(number)
    if count < 1:
        raise UnreadableRule(f"Every how many? {EXAMPLES}", field="rule")
    return count


# --- saying --------------------------------------------------------------------------------------------------------


def _describe(rule: str) -> str:
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    interval = int(parts.pop("INTERVAL", "1"))
    match parts:
        case {"FREQ": "DAILY", **rest} if not rest:
            return "Every day" if interval == 1 else f"Every {interval} days"
        case {"FREQ": "WEEKLY", "BYDAY": days, **rest} if not rest and set(days.split(",")) <= set(CODES):
            return _describe_weekly(days, interval)
        case {"FREQ": "MONTHLY", **rest}:
            return _describe_monthly(rest, interval) or rule
    return rule


def _describe_weekly(days: str, interval: int) -> str:
    if days == WORKDAYS and interval == 1:
        return "Every weekday"
    names = [DAYS[CODES.index(code)].capitalize() for code in days.split(",")]
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
    if interval > 2:
        return f"Every {interval} weeks on {listed}"
    return f"Every {'other ' if interval == 2 else ''}{listed}"


def _describe_monthly(parts: dict[str, str], interval: int) -> str | None:
    parts = dict(parts)
    months = parts.pop("BYMONTH", None)
    span = "the month" if interval == 1 else f"every {interval} months"
    if months is not None:
        if months not in {QUARTER_STARTS, QUARTER_ENDS} or interval != 1:
            return None
        span = "the quarter"
    words = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", -1: "Last"}
    match parts:
        case {"BYDAY": days, "BYSETPOS": nth, **rest} if not rest and days == WORKDAYS and int(nth) in words:
            said, number = f"{words[int(nth)]} working day of {span}", int(nth)
        case {"BYDAY": day, **rest} if not rest and re.fullmatch(r"(-1|[1-4])[A-Z]{2}", day):
            said, number = f"{words[int(day[:-2])]} {DAYS[CODES.index(day[-2:])].capitalize()} of {span}", int(day[:-2])
        case {"BYMONTHDAY": "-1", **rest} if not rest:
            said, number = f"Last day of {span}", -1
        case {"BYMONTHDAY": day, **rest} if re.fullmatch(r"\d+(,\d+)*", day) and set(rest) <= {"BYSETPOS"}:
            last = int(day.split(",")[-1])
            if months is not None or f"BYMONTHDAY={day}" + (
                f";BYSETPOS={rest['BYSETPOS']}" if rest else ""
            ) != _monthday(last):
                return "First day of the quarter" if (months, day) == (QUARTER_STARTS, "1") and not rest else None
            return f"{_ordinal(last)} of {span}"
        case _:
            return None
    wanted = QUARTER_ENDS if number < 0 else QUARTER_STARTS
    return said if months in {None, wanted} else None


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
