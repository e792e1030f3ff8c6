"""Agenda items (topics), and the rule that makes an agenda of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.decisions import Decision, Source
from bot.domain.workspaces import EVERYONE, Audience, UserId, WorkspaceId

QUESTIONS = (
    "What outcome are we optimising for?",
    "What is the constraint?",
    "What is the smallest test that proves it?",
    "What are we explicitly not doing?",
)
DEFAULT_MINUTES = 15


class TopicKind(StrEnum):
    ITEM = "item"
    REVISIT = "revisit"
    STUCK = "stuck"


class TopicStatus(StrEnum):
    OPEN = "open"  # waits for the next agenda
    ON_AGENDA = "on_agenda"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Topic:
    """One agenda item. `carried` counts the meetings it was on without being finished."""

    workspace_id: WorkspaceId
    id: str
    cadence_id: str
    title: str
    added_by: UserId
    created_at: datetime
    kind: TopicKind = TopicKind.ITEM
    status: TopicStatus = TopicStatus.OPEN
    minutes: int = DEFAULT_MINUTES
    urgent: bool = False
    bumps: str | None = None  # what an urgent item displaces
    carried: int = 0
    decision_number: int | None = None
    occurrence_id: str | None = None
    position: int | None = None
    outcome: str | None = None
    audience: Audience = EVERYONE
    source: Source = Source()

    @property
    def involved(self) -> frozenset[UserId]:
        return frozenset({self.added_by})


@dataclass(frozen=True, slots=True)
class Agenda:
    """What fits into the meeting, in order, and what does not."""

    topics: tuple[Topic, ...]
    left_over: tuple[Topic, ...]
    minutes: int

    @property
    def used(self) -> int:
        return sum(topic.minutes for topic in self.topics)


def arrange(topics: Sequence[Topic], *, minutes: int) -> Agenda:
    """Urgent first, then what was carried over longest, then revisits, then in the order they came; cut to time.

    An item that does not fit is left over, and a shorter one behind it may take its place. The first item always fits:
    a meeting with one long item is still a meeting.
    """
    order = {TopicKind.ITEM: 0, TopicKind.REVISIT: 1, TopicKind.STUCK: 2}
    ranked = sorted(topics, key=lambda t: (not t.urgent, -t.carried, order[t.kind], t.created_at, t.id))
    taken: list[Topic] = []
    left: list[Topic] = []
    used = 0
    for topic in ranked:
        if not taken or used + topic.minutes <= minutes:
            taken.append(topic)
            used += topic.minutes
        else:
            left.append(topic)
    return Agenda(tuple(taken), tuple(left), minutes)


def due_for_a_second_look(decisions: Sequence[Decision], *, by: date) -> list[Decision]:
    """Active decisions whose revisit date has come by the day of the meeting, longest overdue first."""
    due = [d for d in decisions if d.is_active and d.revisit_on is not None and d.revisit_on <= by]
    return sorted(due, key=lambda d: (d.revisit_on or by, d.number))
