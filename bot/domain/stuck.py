"""Stuck approvals: when an answer is late by the approver's own calendar, and what follows from that.

The rule. An approver has a number of working days to answer, as agreed with the CTO in setup. They are the approver's
own days: the weekdays on which they work here, without the public holidays of their place, in their zone. They are
counted from the day after the one on which the question reached them, and an answer is late once the last of those
days has ended for them. So a CTO who works on Tuesdays and Thursdays and is asked on a Tuesday, with one day to answer,
is not late on Wednesday; they are on Thursday evening, and are reminded in their next working morning, on Tuesday.
A question that came in their evening, or on a day off, reached them on their next working day.

What follows, each once: a nudge in their own morning; after as many days again the deputy is asked, where one covers
the approver and the decision is within what the deputy may decide; after the deputy's days, or at once where there is
no such deputy, it goes on the next agenda. An objection that stands for as long goes there too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.decisions import Decision, Detail
from bot.domain.hours import WorkingHours, add_working_days, is_working_day, local_day, local_moment
from bot.domain.rights import CTO, Approver, ApproverKind, DecisionRight, Limits, deputy_decides, right_for
from bot.domain.workspaces import Role, UserId

ONE_DAY = timedelta(days=1)


class Step(StrEnum):
    NUDGE = "nudge"
    OFFER = "offer"  # to the deputy
    TABLE = "table"  # on the next agenda


@dataclass(frozen=True, slots=True)
class Due:
    """What follows next, and from when on (UTC). A nudge comes with the first working morning after that."""

    step: Step
    at: datetime


# --- whose days ----------------------------------------------------------------------------------------------------


def reached_on(hours: WorkingHours, asked_at: datetime) -> date:
    """Their working day on which something that was put to them at `asked_at` reached them."""
    day = local_day(hours.zone, asked_at)
    if is_working_day(hours, day) and asked_at < ends_at(hours, day):
        return day
    return add_working_days(hours, day, 1)


def last_day(hours: WorkingHours, asked_at: datetime, days: int) -> date:
    """The last of the `days` working days that they have for an answer."""
    return add_working_days(hours, reached_on(hours, asked_at), days)


def late_at(hours: WorkingHours, asked_at: datetime, days: int) -> datetime:
    """From when on an answer is late (UTC): the end of their last day for it."""
    return ends_at(hours, last_day(hours, asked_at, days))


def is_late(hours: WorkingHours, asked_at: datetime, days: int, *, at: datetime) -> bool:
    return at >= late_at(hours, asked_at, days)


def days_waited(hours: WorkingHours, asked_at: datetime, *, at: datetime) -> int:
    """How many of their working days have ended since the one on which it reached them."""
    day, today, count = reached_on(hours, asked_at), local_day(hours.zone, at), 0
    while (day := day + ONE_DAY) <= today:
        count += is_working_day(hours, day) and ends_at(hours, day) <= at
    return count


def ends_at(hours: WorkingHours, day: date) -> datetime:
    """When their working day ends (UTC); on the day after for those who work through the night."""
    return local_moment(hours.zone, day if hours.starts < hours.ends else day + ONE_DAY, hours.ends)


# --- what follows --------------------------------------------------------------------------------------------------


def next_step(
    approval: Approval,
    *,
    askers: Collection[WorkingHours],
    asked: Collection[WorkingHours],
    deputies: Collection[WorkingHours],
    days: int,
) -> Due | None:
    """What follows if nobody answers, None where nothing does any more.

    `asked`: the hours of all who may give this word, each of whom gets their own days; nobody waits for a word that
    nobody can give. `askers`: of those who must react to an objection. `deputies`: of those it may be offered to.
    """
    if not approval.is_open or approval.tabled_at is not None:
        return None
    if approval.status is ApprovalStatus.OBJECTED:
        return Due(Step.TABLE, _all_late(askers, approval.answered_at or approval.created_at, days))
    if approval.offered_at is not None:
        return Due(Step.TABLE, _all_late(deputies, approval.offered_at, days))
    step = Step.OFFER if deputies else Step.TABLE
    asked_at = approval.asked_at or approval.created_at
    if not asked:
        return Due(step, asked_at)
    if approval.nudged_at is None:
        return Due(Step.NUDGE, min(late_at(each, asked_at, days) for each in asked))
    return Due(step, _all_late(asked, approval.nudged_at, days))


def _all_late(people: Collection[WorkingHours], since: datetime, days: int) -> datetime:
    return max((late_at(each, since, days) for each in people), default=since)


# --- who covers ----------------------------------------------------------------------------------------------------


def covering(
    approver: Approver,
    decision: Decision,
    rights: Sequence[DecisionRight],
    limits: Limits | None,
    roles: Mapping[Role, frozenset[UserId]],
) -> frozenset[UserId]:
    """The deputies who may give `approver`'s word on `decision` in their place.

    A deputy covers the CTO and nobody else, within what the deputy may decide, and never what they wrote themselves.
    """
    ctos = roles.get(Role.CTO, frozenset())
    is_ctos = approver == CTO or (approver.kind is ApproverKind.PERSON and approver.id in ctos)
    if not is_ctos or not within_deputys_limits(rights, limits, decision.detail):
        return frozenset()
    return roles.get(Role.DEPUTY, frozenset()) - ctos - {decision.author_id}


def within_deputys_limits(rights: Sequence[DecisionRight], limits: Limits | None, detail: Detail) -> bool:
    """What the area leaves to the deputy, or else the first tier of the limits. Without limits, nothing that costs."""
    right = right_for(rights, detail.area)
    if right is not None and right.deputy_up_to is not None:
        return deputy_decides(right, detail.cost) and _is_comparable(limits, detail)
    if detail.cost is None:
        return True
    if limits is None or not _is_comparable(limits, detail):
        return False
    ends = limits.tiers[0].up_to
    return ends is None or detail.cost < ends


def _is_comparable(limits: Limits | None, detail: Detail) -> bool:
    return detail.cost is None or limits is None or detail.currency == limits.currency
