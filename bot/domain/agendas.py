"""Agenda items (topics), and the rule that makes an agenda of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.decisions import Source
from bot.domain.errors import InvalidInput
from bot.domain.workspaces import EVERYONE, Audience, UserId, WorkspaceId

QUESTIONS = (
    "What outcome are we optimising for?",
    "What is the constraint?",
    "What is the smallest test that proves it?",
    "What are we explicitly not doing?",
)
DEFAULT_MINUTES = 15
SHORT_MINUTES = 10  # a second look, or something stuck
LONGEST = 240  # minutes
TITLE_LIMIT = 200
BUMPS_LIMIT = 200
OUTCOME_LIMIT = 500
MOST_TOPICS = 20  # one reply each in the agenda's thread: a longer list is no agenda


class TopicKind(StrEnum):
    ITEM = "item"
    PROPOSAL = "proposal"  # a decision that waits to be decided
    REVISIT = "revisit"
    STUCK = "stuck"


class TopicStatus(StrEnum):
    OPEN = "open"  # waits for the next agenda
    ON_AGENDA = "on_agenda"
    CARRIED = "carried"  # will wait for the next agenda once this meeting is over
    DONE = "done"
    DROPPED = "dropped"


UNFINISHED = frozenset({TopicStatus.ON_AGENDA, TopicStatus.CARRIED})


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
    bumps: str | None = None  # what an urgent item displaces, in words
    bumps_id: str | None = None  # the item that it displaces, where it is one
    carried: int = 0
    decision_number: int | None = None
    concern_id: str | None = None  # what is stuck
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


def arrange(topics: Sequence[Topic], *, minutes: int, pressing: Collection[str] = ()) -> Agenda:
    """Urgent first, then what was carried over longest, then by kind, then in the order they came; cut to time.

    `pressing`, by id, comes right after what is urgent: its day does not wait for another meeting.
    An item that does not fit is left over, and a shorter one behind it may take its place. The first item always fits:
    a meeting with one long item is still a meeting. What an urgent item bumps gives way to it.
    """
    order = {kind: number for number, kind in enumerate(TopicKind)}
    bumped = {topic.bumps_id for topic in topics if topic.urgent and topic.bumps_id}
    ranked = sorted(
        topics, key=lambda t: (not t.urgent, t.id not in pressing, -t.carried, order[t.kind], t.created_at, t.id)
    )
    taken: list[Topic] = []
    left: list[Topic] = []
    used = 0
    for topic in ranked:
        fits = used + topic.minutes <= minutes and len(taken) < MOST_TOPICS
        if topic.id not in bumped and (not taken or fits):
            taken.append(topic)
            used += topic.minutes
        else:
            left.append(topic)
    return Agenda(tuple(taken), tuple(left), minutes)


@dataclass(frozen=True, slots=True)
class NewTopic:
    """What a person wants to talk about, checked and trimmed. What an urgent item bumps is an item, or words."""

    title: str
    minutes: int = DEFAULT_MINUTES
    urgent: bool = False
    bumps: str | None = None
    bumps_id: str | None = None

    @classmethod
    def checked(
        cls,
        *,
        title: str,
        minutes: int | None = None,
        urgent: bool = False,
        bumps: str | None = None,
        bumps_id: str | None = None,
    ) -> "NewTopic":
        """Raises InvalidInput naming the field and what to do about it."""
        title, bumps = " ".join(title.split()), " ".join((bumps or "").split()) or None
        minutes = DEFAULT_MINUTES if minutes is None else minutes
        if not title:
            raise InvalidInput("What is it about? One line is enough.", field="title")
        if len(title) > TITLE_LIMIT:
            raise InvalidInput(f"Keep the item under {TITLE_LIMIT} characters ({len(title)} now).", field="title")
        if not 1 <= minutes <= LONGEST:
            raise InvalidInput(f"Pick between 1 and {LONGEST} minutes.", field="minutes")
        if urgent and bumps is None and bumps_id is None:
            raise InvalidInput("Something urgent takes the place of something else. What gets bumped?", field="bumps")
        if bumps and len(bumps) > BUMPS_LIMIT:
            raise InvalidInput(f"Keep this under {BUMPS_LIMIT} characters.", field="bumps_text")
        if not urgent:
            return cls(title, minutes)
        return cls(title, minutes, urgent, bumps, bumps_id)


def finished(topic: Topic, outcome: str) -> Topic:
    """It was dealt with, and `outcome` says what came of it."""
    outcome = " ".join(outcome.split())
    if len(outcome) > OUTCOME_LIMIT:
        raise InvalidInput(f"Keep the outcome under {OUTCOME_LIMIT} characters ({len(outcome)} now).", field="outcome")
    return replace(topic, status=TopicStatus.DONE, outcome=outcome or None)


def carried_over(topic: Topic) -> Topic:
    """The meeting is over: it waits for the next agenda."""
    return replace(topic, status=TopicStatus.OPEN, carried=topic.carried + 1, occurrence_id=None, position=None)
