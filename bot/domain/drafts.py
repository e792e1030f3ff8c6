"""A decision drafted from a thread by a model: its fields, each with the messages that it came from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.decisions import TEXT_LIMIT, TITLE_LIMIT, Source
from bot.domain.workspaces import UserId, WorkspaceId

DRAFTED = ("title", "why", "not_doing", "goal", "constraint", "smallest_test", "options")
SEVERAL = frozenset({"why", "options"})  # made of several points, a line each
FIELD_LIMIT = 300  # characters of one point
POINTS_LIMIT = 4  # of one field: all of them fit its input


@dataclass(frozen=True, slots=True)
class DraftedField:
    """`text` in the thread's words; `cites` are the numbers, from 1, of the messages that bear it out."""

    name: str
    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a model made of a thread. Nothing of it is saved before a person has submitted it.

    `links`: the permalinks of the cited messages, in the order that `cites` counts; empty for the others.
    """

    fields: tuple[DraftedField, ...]
    read: int
    total: int
    files_not_read: int
    sent_to: str
    model: str
    masked: int = 0
    shortened: int = 0
    dropped: int = 0  # points that named no message, or one that does not bear them out
    links: tuple[str, ...] = ()

    def text_of(self, name: str) -> str:
        """What stands in the input `name`; empty where the thread says nothing about it."""
        limit = TITLE_LIMIT if name == "title" else TEXT_LIMIT
        return "\n".join(each.text for each in self.fields if each.name == name)[:limit]


class DraftStatus(StrEnum):
    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """A draft on its way from a thread to whoever asked for it: nobody else sees it. `source` names the message."""

    workspace_id: WorkspaceId
    id: str
    asker_id: UserId
    source: Source
    status: DraftStatus
    created_at: datetime
    drafted: Drafted | None = None
    sent_to: str | None = None  # the host that the thread's words may have gone to, noted before they leave
    reason: str | None = None  # why there is none


def arranged(points: list[DraftedField]) -> tuple[DraftedField, ...]:
    """In the order of the window: one point a field, a few where it holds several."""
    found: list[DraftedField] = []
    for name in DRAFTED:
        mine = [each for each in points if each.name == name]
        found += mine[: POINTS_LIMIT if name in SEVERAL else 1]
    return tuple(found)
