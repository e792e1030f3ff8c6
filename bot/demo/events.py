"""What can happen in the demo's story, each at its moment (UTC) and by somebody: people by their ids."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.decisions import DecisionStatus, Detail


@dataclass(frozen=True, slots=True)
class SetUp:
    at: datetime


@dataclass(frozen=True, slots=True)
class SaysWhoDecides:
    """Dana says who decides about what, and who signs off what a decision costs."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PlanStandup:
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanMeeting:
    at: datetime


@dataclass(frozen=True, slots=True)
class Says:
    """A message in a channel. `name` lets a later one answer it (`under`) or a decision come from it."""

    at: datetime
    who: str
    where: str
    text: str
    name: str | None = None
    under: str | None = None


@dataclass(frozen=True, slots=True)
class Logs:
    """A decision. `replaces` is the number that it supersedes, `related` those that it stands beside."""

    at: datetime
    who: str
    where: str
    title: str
    why: str
    owner: str
    revisit_on: date | None
    not_doing: str | None = None
    status: DecisionStatus = DecisionStatus.DECIDED
    detail: Detail = Detail()
    source: str | None = None
    replaces: int | None = None
    related: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Keeps:
    """It worked: a decision that came back is kept `until` another day."""

    at: datetime
    who: str
    number: int
    until: date
    why: str


@dataclass(frozen=True, slots=True)
class Reverses:
    at: datetime
    who: str
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class AddsItem:
    at: datetime
    who: str
    where: str
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Meets:
    """A meeting that was held: which items were done and with what outcome; the others carry over."""

    at: datetime
    chair: str
    done: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody answers to their standup."""

    at: datetime
    who: str
    texts: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Approves:
    """Somebody gives the word that a proposal waits for."""

    at: datetime
    who: str
    number: int


Event = SetUp | SaysWhoDecides | PlanStandup | PlanMeeting | Says | Logs | Keeps | Reverses | AddsItem | Meets | Answers
