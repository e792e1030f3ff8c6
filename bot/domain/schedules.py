"""Schedules: the one place that says when the clock must act. Everything timed is a row here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.recurrence import Rule
from bot.domain.workspaces import WorkspaceId


class ScheduleKind(StrEnum):
    """What is due. `subject_id` is the id of the named thing."""

    AGENDA = "agenda"  # a cadence: post the agenda ahead of the meeting
    MEETING_END = "meeting_end"  # an occurrence: close the meeting that nobody closed
    WAITING = "waiting"  # a person: the daily Waiting for you
    EXPIRY = "expiry"  # a decision: the end of the risk acceptance in it
    APPROVAL = "approval"  # an approval: see what follows where it is not answered
    MONTHLY = "monthly"  # a CTO: the note about the month before
    STANDUP_ROUND = "standup_round"  # a standup: open the day's round
    STANDUP_PROMPT = "standup_prompt"  # a prompt: ask one person
    STANDUP_DIGEST = "standup_digest"  # a round: post the digest


# How late each may still go out. Later than this it is recorded as missed, with the reason.
LATE_LIMIT = {
    ScheduleKind.AGENDA: timedelta(hours=20),  # and never once the meeting has begun
    ScheduleKind.MEETING_END: timedelta(hours=24),  # later than that its items carry over without a recap
    ScheduleKind.WAITING: timedelta(hours=8),
    ScheduleKind.EXPIRY: timedelta.max,  # it is so, however late it is noticed
    ScheduleKind.APPROVAL: timedelta(hours=24),  # later than that is on record; it follows all the same, once
    ScheduleKind.MONTHLY: timedelta(days=5),
    ScheduleKind.STANDUP_ROUND: timedelta(hours=20),
    ScheduleKind.STANDUP_PROMPT: timedelta(hours=6),  # and never once the round has closed
    ScheduleKind.STANDUP_DIGEST: timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """One thing the clock will do. A recurring one has a `rule`; a single one has none and ends after its moment.

    `slot` is the date of the rule that `next_at` serves ("2026-11-03"), so that a moment is claimed once even if the
    rule is edited. `next_at` is UTC, None when nothing is planned any more.
    """

    workspace_id: WorkspaceId
    id: str
    kind: ScheduleKind
    subject_id: str
    next_at: datetime | None
    slot: str
    rule: Rule | None = None
