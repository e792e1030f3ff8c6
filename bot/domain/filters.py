"""What somebody asks of the log in one line: `by:@Dana area:vendors since:2026-01`, mixed with words and phrases.

Whatever is no filter is a word to search for, so nothing that can be typed is an error.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.decisions import ACTIVE, STANDING, DecisionStatus
from bot.domain.phrases import readable
from bot.domain.workspaces import UserId

Who = Callable[[str], frozenset[UserId]]  # whom a name, or "<@U1>", means; nobody where it is not known
_PIECE = re.compile(r'\w+:@?"[^"]*"|"[^"]*"|\S+')
_PERIOD = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_PERSON = re.compile(r"<@([A-Za-z0-9]+)(?:\|[^<>]*)?>")
_BARE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_BY = re.compile(rf"(?i)(?<!\S)by:{_PERSON.pattern}")
_STATUSES: dict[str, frozenset[DecisionStatus]] = {
    **{each.value: frozenset({each}) for each in DecisionStatus},
    "waiting": frozenset({DecisionStatus.PROPOSED}),
    "decided": STANDING,  # kept since or not
    "active": ACTIVE,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What was understood. Everything that is given must hold; of several people, areas or statuses, one of them."""

    words: tuple[str, ...] = ()  # as typed, phrases in their quotes
    by: frozenset[UserId] = frozenset()  # its author or its owner
    areas: tuple[str, ...] = ()  # an area's name, or how it begins
    since: date | None = None
    until: date | None = None
    statuses: frozenset[DecisionStatus] = frozenset()
    mine: bool = False


def both(typed: Filters, picked: Filters) -> Filters:
    """What was typed and what was picked beside it, together: of the people, areas and days of both as of one's own."""
    return replace(
        typed,
        by=typed.by | picked.by,
        areas=tuple(dict.fromkeys((*typed.areas, *picked.areas))),
        since=max(filter(None, (typed.since, picked.since)), default=None),
        until=min(filter(None, (typed.until, picked.until)), default=None),
    )


def read_filters(text: str, who: Who) -> Filters:
    """`text` with straight quotes. Never fails."""
    found = Filters()
    for piece in _PIECE.findall(text):
        found = _filter(piece, found, who) or replace(found, words=(*found.words, piece))
    return found


def as_typed(text: str) -> str:
    """Slack's escaped text as people read it; but whom a `by:` mentions stays an id, for two may have one name."""
    pieces, start = [], 0
    for found in _BY.finditer(text):
        pieces += [readable(text[start : found.start()])[0], f"by:<@{found[1]}>"]
        start = found.end()
    return "".join([*pieces, readable(text[start:])[0]])


def with_names(text: str, names: Mapping[UserId, str]) -> str:
    """`by:<@U1>` as `by:@Dana`, for a search box; but where that name would mean somebody else too."""

    def named(found: re.Match[str]) -> str:
        name = " ".join(names.get(found[1], "").replace('"', " ").split())
        if not name or who_is(name, names) != {found[1]}:
            return found[0]
        return f'by:"{name}"' if " " in name else f"by:@{name}"

    return _BY.sub(named, text)


def who_is(wanted: str, names: Mapping[UserId, str]) -> frozenset[UserId]:
    """Those who are called so, in full or by one of their names; else those whose names begin so."""
    mention = _PERSON.fullmatch(wanted)
    if mention or wanted in names:
        return frozenset({mention[1] if mention else wanted})
    words = _words(wanted)
    known = {user: _words(name) for user, name in names.items()}
    full = frozenset(user for user, name in known.items() if name == words)
    named = frozenset(user for user, name in known.items() if set(words) <= set(name))
    begun = frozenset(user for user, name in known.items() if all(_begins(word, name) for word in words))
    return (full or named or begun) if words else frozenset()


def _filter(piece: str, found: Filters, who: Who) -> Filters | None:
    """`found` with what `piece` asks; None where it is no filter, or makes no sense as one."""
    if piece.lower() == "mine":
        return replace(found, mine=True)
    name, _, value = piece.partition(":")
    value = value.strip('"').strip()
    called = value.removeprefix("@").strip('"')
    match name.lower():
        case "by":
            people = who(called)
            if not people and called.lower() == "me":
                return replace(found, mine=True)
            return replace(found, by=found.by | people) if people else None
        case "area" if any(char.isalnum() for char in value):
            return replace(found, areas=(*found.areas, value))
        case "status":
            statuses = _statuses(value)
            return replace(found, statuses=found.statuses | statuses) if statuses else None
        case "since" if period := _period(value):
            return replace(found, since=max(period[0], found.since or period[0]))
        case "until" if period := _period(value):
            return replace(found, until=min(period[1], found.until or period[1]))
    return None


def _statuses(value: str) -> frozenset[DecisionStatus]:
    """One, or several with commas between them; none where one of them is not known."""
    named = [_STATUSES.get(each, frozenset[DecisionStatus]()) for each in value.lower().split(",")]
    return frozenset[DecisionStatus]().union(*named) if all(named) else frozenset()


def _period(value: str) -> tuple[date, date] | None:
    """The first and the last day of a year, a month or a day: 2026, 2026-01, 2026-01-31."""
    found = _PERIOD.fullmatch(value)
    if not found:
        return None
    year, month, day = int(found[1]), found[2] and int(found[2]), found[3] and int(found[3])
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first
    last = month or 12
    return first, date(year, last, monthrange(year, last)[1])


def _begins(word: str, name: list[str]) -> bool:
    return any(part.startswith(word) for part in name)


def _words(name: str) -> list[str]:
    """Without case and accents."""
    bare = unicodedata.normalize("NFKD", name.casefold()).translate(_BARE)
    return re.findall(r"[^\W_]+", "".join(char for char in bare if not unicodedata.combining(char)))
