"""Recurring meetings (cadences) and the single meetings (occurrences) that come of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.calendars import skip_reason
from bot.domain.hours import WorkingHours, add_working_days, local_moment
from bot.domain.recurrence import Rule, Slot, slots
from bot.domain.workspaces import EVERYONE, Audience, ConversationId, UserId, Viewer, WorkspaceId

NAME_LIMIT = 60
SHORTEST, LONGEST = 10, 240  # minutes
MOST_LEAD_DAYS = 10
MOST_SKIPPED = 60  # how many slots in a row may fall on holidays before we stop looking
ENDS_BY_ITSELF = timedelta(hours=2)  # after its planned end, where nobody closes it


class CadenceKind(StrEnum):
    TRADEOFFS = "tradeoffs"


@dataclass(frozen=True, slots=True)
class Cadence:
    """A recurring forum. The agenda goes to `channel`, `lead_days` working days ahead at the meeting's own time.

    `audience` is who can read that channel: everyone, or its members where it is private.
    """

    workspace_id: WorkspaceId
    id: str
    kind: CadenceKind
    name: str
    channel: ConversationId
    rule: Rule
    chair_id: UserId
    minutes: int = 60
    lead_days: int = 1
    place: str | None = None  # holiday calendar: a meeting on a public holiday is skipped and says so
    active: bool = True
    created_at: datetime | None = None
    audience: Audience = EVERYONE

    @property
    def readers(self) -> Viewer:
        """What whoever reads the agenda may see: the workspace's things and this channel's, no other channel's."""
        return Viewer("", frozenset({self.channel}))

    def is_seen_by(self, viewer: Viewer) -> bool:
        """By being in its channel where that is private: running the meeting does not show what is said there."""
        return viewer.may_see(self.audience, source=self.channel, involved=frozenset())

    def may_take(self, audience: Audience) -> bool:
        """Whether the readers of its agenda may all see what `audience` sees."""
        return audience.is_workspace or audience.conversation == self.channel


class OccurrenceStatus(StrEnum):
    PLANNED = "planned"
    POSTED = "posted"  # the agenda is out
    STARTED = "started"
    HELD = "held"
    SKIPPED = "skipped"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting. `slot` is the rule's original date, or `now:<id>` for one asked for by hand; unique per cadence."""

    workspace_id: WorkspaceId
    id: str
    cadence_id: str
    slot: str
    starts_at: datetime
    status: OccurrenceStatus
    reason: str | None = None  # why it was skipped or missed
    created_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Its agenda is out and it is not over yet."""
        return self.status in {OccurrenceStatus.POSTED, OccurrenceStatus.STARTED}


@dataclass(frozen=True, slots=True)
class Meeting:
    """A moment of a cadence. `agenda_at` is when its agenda is due (UTC), `skipped` why there will be none."""

    slot: Slot
    agenda_at: datetime
    skipped: str | None

    @property
    def day(self) -> date:
        return self.slot.day

    @property
    def starts_at(self) -> datetime:
        return self.slot.utc


def meetings(cadence: Cadence, *, start: date) -> Iterator[Meeting]:
    """The meetings on `start` (a wall date in its zone) or later, with those that a holiday skips."""
    for slot in slots(cadence.rule, start=start):
        yield Meeting(slot, agenda_moment(cadence, slot), skip_reason(cadence.place, slot.day))


def meeting_on(cadence: Cadence, slot: str) -> Meeting | None:
    """The meeting of a slot ("2026-11-03"), None where the rule has none on that day (any more)."""
    try:
        day = date.fromisoformat(slot)
    except ValueError:
        return None
    found = next(meetings(cadence, start=day), None)
    return found if found is not None and found.day == day else None


def next_agenda(cadence: Cadence, *, after: datetime) -> Meeting | None:
    """The first meeting whose agenda is due later than `after`."""
    begin = (after - timedelta(days=2)).date()
    return next((each for each in meetings(cadence, start=begin) if each.agenda_at > after), None)


def next_meeting(cadence: Cadence, *, after: datetime) -> Meeting | None:
    """The first meeting later than `after` that will take place."""
    begin = (after - timedelta(days=2)).date()
    for number, each in enumerate(meetings(cadence, start=begin)):
        if each.starts_at > after and each.skipped is None:
            return each
        if number > MOST_SKIPPED:
            break
    return None


def meeting_after(cadence: Cadence, day: date) -> Meeting | None:
    """The first meeting on a later day than `day`, whatever moment its agenda is due: two may share one."""
    return next(meetings(cadence, start=day + timedelta(days=1)), None)


def first_held(cadence: Cadence, meeting: Meeting | None) -> Meeting | None:
    """`meeting`, or the first one after it that no holiday skips."""
    for _ in range(MOST_SKIPPED):
        if meeting is None or meeting.skipped is None:
            return meeting
        meeting = meeting_after(cadence, meeting.day)
    return None


def agenda_moment(cadence: Cadence, slot: Slot) -> datetime:
    """The meeting's own wall time, `lead_days` working days earlier, in UTC."""
    hours = WorkingHours(zone=cadence.rule.zone, place=cadence.place)
    return local_moment(cadence.rule.zone, add_working_days(hours, slot.day, -cadence.lead_days), cadence.rule.at)


def ends_by_itself(starts_at: datetime, minutes: int) -> datetime:
    """When a meeting is over that nobody closed."""
    return starts_at + timedelta(minutes=minutes) + ENDS_BY_ITSELF
