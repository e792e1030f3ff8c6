"""A decision as it stands somewhere else, read and not yet in the log; and what the log keeps of where it stood."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.decisions import AREA_LIMIT, TEXT_LIMIT, TITLE_LIMIT, DecisionStatus, Detail, Source
from bot.domain.workspaces import EVERYONE, Audience, UserId, WorkspaceId

NO_REASON = "Not recorded."
LARGEST_KEPT = 9999  # a number beyond this is a date or a ticket, and would make the log's own numbers jump
SOURCE_LIMIT, PATH_LIMIT, LABEL_LIMIT = 200, 500, 80  # what the database holds of each
MOST_NAMES, NAME_LIMIT = 30, 80
FIRST_DAY = date(1900, 1, 1)  # a day before it is a slip, or a file's way to say none
LAST_MOMENT = date(9000, 1, 1)  # of an instant, which is still one in every zone


class Relation(StrEnum):
    SUPERSEDES = "supersedes"
    SUPERSEDED_BY = "superseded by"
    AMENDS = "amends"
    AMENDED_BY = "amended by"


@dataclass(frozen=True, slots=True)
class Link:
    """To another entry, by its path where the source gives one, else by its number there."""

    relation: Relation
    path: str | None = None
    number: int | None = None

    def __str__(self) -> str:
        return f"{self.relation.value} {self.path or self.number}"


@dataclass(frozen=True, slots=True)
class Names:
    """The people whom the source names. They are words: nobody in Slack is meant."""

    deciders: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What only a Backbeat's own export says: exactly how the decision stood in the log that it came from."""

    author_id: UserId
    owner_id: UserId
    created_at: datetime
    updated_at: datetime
    decided_by: UserId | None = None
    decided_on: date | None = None
    audience: Audience = EVERYONE
    source: Source = Source()
    supersedes: int | None = None
    superseded_by: int | None = None
    related: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision of another source. `path` and `digest` tell whether it is in the log already, and unchanged."""

    path: str
    digest: str
    title: str
    why: str
    status: DecisionStatus
    number: int | None = None
    label: str | None = None  # what it was called there: "ADR 7"
    day: date | None = None
    not_doing: str | None = None
    revisit_on: date | None = None
    detail: Detail = Detail()
    names: Names = Names()
    links: tuple[Link, ...] = ()
    text: str | None = None  # the original, whole
    reason: str | None = None  # why it could not be understood
    notes: tuple[str, ...] = ()
    workspace: WorkspaceId | None = None  # of the log that exported it
    exported: Exported | None = None


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What was there and is no decision that could be used, with the reason in words."""

    path: str
    reason: str
    wanted: bool = True  # False: nobody would miss it, such as a README


@dataclass(frozen=True, slots=True)
class Read:
    """What was found in one source."""

    source: str
    entries: tuple[Entry, ...]
    not_taken: tuple[NotTaken, ...] = ()


@dataclass(frozen=True, slots=True)
class Original:
    """Where an imported decision came from, and what stood there."""

    workspace_id: WorkspaceId
    number: int
    source: str
    path: str
    digest: str
    imported_at: datetime
    label: str | None = None
    text: str | None = None
    note: str | None = None
    deciders: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """An original without its text: enough to tell whether it is there already."""

    number: int
    path: str
    digest: str
    imported_at: datetime


def gathered(source: str, entries: Iterable[Entry], not_taken: Iterable[NotTaken] = ()) -> Read:
    """What was read of one source. Of two entries in one place, the first is taken."""
    places: set[tuple[WorkspaceId | None, str]] = set()
    once, twice = list[Entry](), list[NotTaken]()
    for entry in entries:
        place = (entry.workspace, entry.path)
        if place in places:
            twice.append(NotTaken(entry.path, "it is there twice: I took the first"))
        else:
            places.add(place)
            once.append(entry)
    return Read(source, tuple(once), (*not_taken, *twice))


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def fit(text: str, limit: int) -> str:
    """`text` within `limit` characters."""
    text = text.replace("\x00", "").strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def as_title(text: str) -> str:
    return fit(" ".join(text.replace("\x00", "").split()), TITLE_LIMIT)


def as_text(text: str | None) -> str | None:
    """A field of a decision, None where it says nothing."""
    return fit(text or "", TEXT_LIMIT) or None


def as_area(text: str | None) -> str | None:
    return fit(" ".join((text or "").split()), AREA_LIMIT) or None


def as_path(path: str) -> str:
    """What the database can hold of it; a longer one ends in its digest."""
    return path if len(path) <= PATH_LIMIT else f"{path[: PATH_LIMIT - 33]}~{digest_of(path)[:32]}"
