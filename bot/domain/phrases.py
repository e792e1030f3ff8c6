"""Reading what people type in one line: a decision with its reason, a date to look again, minutes, a cost.

Whatever is not understood stays where it was typed: nothing is lost.
"""

import html
import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from bot.domain.spoken import shorten

NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "nine": 9, "twelve": 12}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FARTHEST = timedelta(days=366 * 10)
MESSAGE_LIMIT = 4000  # characters of a message that are read
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}


@dataclass(frozen=True, slots=True)
class OneLine:
    """What a line says. `revisit_text` is how the date was put. A question is for discussing, not for logging.

    `gives_reason`: the why follows a word such as "because", not only a colon or a dash, which may mean anything.
    """

    title: str
    why: str | None = None
    not_doing: str | None = None
    revisit: date | None = None
    revisit_text: str | None = None
    cost: Decimal | None = None
    currency: str | None = None
    is_question: bool = False
    mentions: tuple[str, ...] = ()
    gives_reason: bool = False


# --- Slack's own marks ---------------------------------------------------------------------------------------------

_MARK = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


def readable(text: str) -> tuple[str, tuple[str, ...]]:
    """Slack's escaped text as people read it, and the ids of the people mentioned."""
    mentions: list[str] = []

    def plain(found: re.Match[str]) -> str:
        kind, target, label = found[1], found[2], found[3]
        if kind == "@":
            mentions.append(target)
            return f"@{label or target}"
        if kind == "#":
            return f"#{label or target}"
        if kind == "!":
            return f"@{(label or target.split('^')[0]).removeprefix('@')}"
        return label if label and label not in target else target

    return html.unescape(_MARK.sub(plain, text)), tuple(dict.fromkeys(mentions))


# --- dates ---------------------------------------------------------------------------------------------------------

_SPAN = re.compile(r"(?:in |after )?(\d{1,4}|[a-z]+) ?(day|week|month|quarter|year)s?(?: from (?:now|today))?")


def read_when(text: str, *, today: date) -> date | None:
    """The day that `text` names, later than `today`: "in 60 days", "27 Jan", "next Tuesday", "end of quarter"."""
    words = " ".join(text.lower().strip(" .,;!").split())
    words = re.sub(r"^(?:on|by|at|the) ", "", words)
    found = _exact(words, today) or _relative(words, today) or _weekday(words, today) or _written(words, today)
    return found if found is not None and today < found <= today + FARTHEST else None


def _exact(words: str, today: date) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return today + timedelta(days=1) if words == "tomorrow" else None


def _relative(words: str, today: date) -> date | None:
    named = {
        "end of month": (0, "end"),
        "end of the month": (0, "end"),
        "end of next month": (1, "end"),
        "next month": (1, "start"),
    }
    if words in named:
        months, edge = named[words]
        first = _add_months(today.replace(day=1), months)
        return first if edge == "start" else first.replace(day=monthrange(first.year, first.month)[1])
    quarter = _add_months(today.replace(day=1), 3 - (today.month - 1) % 3)
    if words == "next quarter":
        return quarter
    if words in {"end of quarter", "end of the quarter"}:
        return quarter - timedelta(days=1)
    if words in {"next year", "new year"}:
        return date(today.year + 1, 1, 1)
    if words in {"end of year", "end of the year", "year end"}:
        return date(today.year, 12, 31)
    if words == "next week":
        return today + timedelta(days=7 - today.weekday())
    found = _SPAN.fullmatch(words)
    if found is None:
        return None
    count = int(found[1]) if found[1].isdigit() else NUMBERS.get(found[1])
    return _later(today, count, found[2]) if count else None


def _later(today: date, count: int, unit: str) -> date | None:
    try:
        if unit in {"day", "week"}:
            return today + timedelta(days=count * (7 if unit == "week" else 1))
        return _add_months(today, count * {"month": 1, "quarter": 3, "year": 12}[unit])
    except (OverflowError, ValueError):
        return None


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _weekday(words: str, today: date) -> date | None:
    word = re.sub(r"^(?:next|this|coming) ", "", words)
    for number, name in enumerate(WEEKDAYS):
        if word in {name, name[:3]}:
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


_WRITTEN = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?)(?:,? \d{4})?|[a-z]{3,9} \d{4}"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
)


def _written(words: str, today: date) -> date | None:
    if not _WRITTEN.fullmatch(words):
        return None
    import dateparser  # noqa: PLC0415 - slow to import, and most lines name no written date

    found = dateparser.parse(
        words,
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time(12)),
            "PREFER_DATES_FROM": "future",
            "PREFER_DAY_OF_MONTH": "first",
            "DATE_ORDER": "DMY",
            "STRICT_PARSING": False,
            "PARSERS": ["absolute-time"],
        },
    )
    return found.date() if found else None


# --- one line ------------------------------------------------------------------------------------------------------

_QUESTION = re.compile(
    r"^(?:should|shall|could|can|would|do|does|did|is|are|was|what|which|who|whom|why|when|where|how|may|might|will)\b",
    re.IGNORECASE,
)
_REVISIT = re.compile(
    r"(?:[,;.(]|\s[-–—]|\band\b|^|\s)\s*(?:re-?visit|look again|review)(?: it| this)?\s*:?\s+(?P<when>[^,;\n)]+)\)?",
    re.IGNORECASE,
)
_NOT_DOING = re.compile(
    r"(?:\n|[,;.]|\s[-–—]|^)\s*(?:not doing\s*:?\s+|no\s*:\s+)(?P<what>[^;\n]+?)"
    r"(?=[,;.]?\s*(?:\bwhy\s*:|\brevisit\b|\bbecause\b|\n|;|$))",
    re.IGNORECASE,
)
_RATHER = re.compile(
    r",?\s+(?:rather than|instead of|over)\s+(?P<what>[^,;\n]+?)(?=\s+(?:because|since|as)\b|[,;\n]|$)"
    r"|,\s*not\s+(?P<other>[^,;\n]+?)(?=\s+because\b|[,;\n]|$)",
    re.IGNORECASE,
)
_WHY = (
    re.compile(r"(?:\n|[,;.]|\s[-–—])?\s*\bwhy\s*:\s*", re.IGNORECASE),
    re.compile(r",?\s+because(?: of)?:?\s+", re.IGNORECASE),
    re.compile(r",\s+(?:since|as)\s+", re.IGNORECASE),
    re.compile(r"\s+since\s+(?=(?:we|it|they|our|the|nobody|there)\b)", re.IGNORECASE),
)
_MARKS = (re.compile(r"\s+[–—]\s+|\s+--?\s+"), re.compile(r"(?<=\w):\s+(?=\S)"))  # where there is no such word
_REASON = re.compile(r"\b(?:because|since|so that|as we|why|reason|otherwise)\b", re.IGNORECASE)
_COST = re.compile(
    r"(?:(?P<sign>[€$£¥₹])\s?(?P<a>\d[\d,. ]{0,24}\d|\d)\s?(?P<ak>[kKmM])?\b"
    r"|\b(?P<b>\d[\d,.]{0,24}\d|\d)\s?(?P<bk>[kKmM])?\s?(?P<code>EUR|USD|GBP|JPY|INR|CHF|euros?|dollars?|pounds?)\b)"
)


def read_one_line(text: str, *, today: date) -> OneLine:
    """Read a decision that was typed on one line, or a few. Never fails; what is not understood stays in the title."""
    words, mentions = readable(text)
    words = words.strip()
    cost, currency = read_cost(words)
    question = words.endswith("?") or bool(_QUESTION.match(words))
    if question:
        return OneLine(_tidy(words), cost=cost, currency=currency, is_question=True, mentions=mentions)
    words, revisit, revisit_text = _take_revisit(words, today)
    words, not_doing = _take_not_doing(words)
    title, why, gives_reason = _split_why(words)
    if why is not None and not_doing is None:
        title, not_doing = _take_rather(title)
    return OneLine(
        _tidy(title),
        why,
        not_doing,
        revisit,
        revisit_text,
        cost,
        currency,
        is_question=False,
        mentions=mentions,
        gives_reason=gives_reason,
    )


def read_message(text: str, *, today: date, title_limit: int, why_limit: int) -> OneLine:
    """A message as a decision: what it says as one line where that is a title and a reason, else its first sentence.

    Then the rest is the why, where it gives a reason at all. What is cut can be read in the message itself.
    """
    words, mentions = readable(text[:MESSAGE_LIMIT])
    line = read_one_line(text[:MESSAGE_LIMIT], today=today)
    title = first_sentence(words, title_limit)
    if not line.is_question and line.why and len(line.title) <= len(title):
        return replace(line, why=shorten(line.why, why_limit))
    rest = words.strip().removeprefix(title.removesuffix("…")).strip()
    why = shorten(rest, why_limit) if _REASON.search(rest) else None
    return replace(line, title=_tidy(title).removesuffix("."), why=why, not_doing=None, mentions=mentions)


def read_cost(text: str) -> tuple[Decimal | None, str | None]:
    """The first sum of money: "€12k", "$1,200/month", "12000 EUR"."""
    found = _COST.search(text)
    if found is None:
        return None, None
    digits = (found["a"] or found["b"]).replace(" ", "")
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        return None, None
    scale = (found["ak"] or found["bk"] or "").lower()
    amount *= {"k": 1000, "m": 1_000_000}.get(scale, 1)
    words = {"eur": "EUR", "dol": "USD", "pou": "GBP"}
    code = found["code"] or ""
    return amount, CURRENCIES.get(found["sign"] or "") or words.get(code[:3].lower()) or code.upper()


def split_minutes(text: str) -> tuple[str, int | None]:
    """ "SSO for Acme 20 min" as ("SSO for Acme", 20)."""
    found = re.search(r"[\s,(–-]{0,8}\b(\d{1,3})\s?(?:min(?:ute)?s?|m|')\)?\s*$", text.strip(), re.IGNORECASE)
    if found is None or not found[0][0].isspace() | (found[0][0] in ",(–-") or not 1 <= int(found[1]) <= 240:
        return text.strip(), None
    return text.strip()[: found.start()].strip(), int(found[1])


def first_sentence(text: str, limit: int) -> str:
    """A title for a longer text: its first line, its first sentence where that is short, cut at a word."""
    line = next((each.strip() for each in text.splitlines() if each.strip()), "")
    end = re.search(r"(?<=[.!?])\s", line)
    if end and end.start() >= 12:
        line = line[: end.start()]
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _take_revisit(words: str, today: date) -> tuple[str, date | None, str | None]:
    """Cut the revisit date out, but only where a date was really read."""
    for found in _REVISIT.finditer(words):
        when = found["when"].strip(" .")
        for end in _endings(when):
            day = read_when(end, today=today)
            if day is not None:
                rest = when[len(end) :].strip()
                after = words[found.end("when") :].lstrip(" )")
                left = words[: found.start()].rstrip(" ,;(") + (f" {rest}" if rest else "") + after
                return left.strip(), day, end
    return words, None, None


def _endings(when: str) -> list[str]:
    """The whole of it, then ever fewer of its words, so that "in 60 days with Sam" still gives the date."""
    parts = when.split()
    return [" ".join(parts[:count]) for count in range(min(len(parts), 6), 0, -1)]


def _take_not_doing(words: str) -> tuple[str, str | None]:
    found = _NOT_DOING.search(words)
    if found is None:
        return words, None
    left = words[: found.start()].rstrip() + words[found.end() :]
    return left.strip(), found["what"].strip(" .,")


def _take_rather(title: str) -> tuple[str, str | None]:
    found = _RATHER.search(title)
    if found is None or found.start() == 0:
        return title, None
    left = title[: found.start()] + title[found.end() :]
    return left.strip(), (found["what"] or found["other"]).strip()


def _split_why(words: str) -> tuple[str, str | None, bool]:
    """Title, why, and whether a word said that it is one."""
    for pattern in (*_WHY, *_MARKS):
        found = pattern.search(words)
        if found and words[: found.start()].strip() and words[found.end() :].strip():
            return words[: found.start()].strip(" ,;"), words[found.end() :].strip(" ,;"), pattern in _WHY
    return words, None, False


def _tidy(title: str) -> str:
    return " ".join(title.split()).strip(" ,;")
