"""What goes on an agenda: what people added, what was carried over, and what the log and the standups bring."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain import spoken
from bot.domain.agendas import SHORT_MINUTES, TITLE_LIMIT, Topic, TopicKind, TopicStatus, finished
from bot.domain.cadences import Cadence
from bot.domain.decisions import Decision, DecisionStatus, Source, comes_back_on
from bot.domain.ids import new_id
from bot.domain.standups import Concern
from bot.domain.workspaces import Viewer
from bot.usecases.ports import UnitOfWork

MOST_PROPOSALS = 20
STUCK_FOR = 2  # standups in a row
WAITING = frozenset({TopicStatus.OPEN, TopicStatus.ON_AGENDA, TopicStatus.CARRIED})


@dataclass(frozen=True, slots=True)
class Contents:
    """`topics` want a place. Of them `fresh` are not stored yet; `pressing` are about a risk whose acceptance runs out
    by the meeting. `settled` were waiting and need no place any more."""

    topics: tuple[Topic, ...]
    fresh: frozenset[str]
    settled: tuple[Topic, ...]
    pressing: frozenset[str]


def gather(uow: UnitOfWork, cadence: Cadence, day: date, *, at: datetime) -> Contents:
    """What wants a place in the meeting on `day`. Nothing in it is hidden from anybody who reads the channel."""
    waiting = uow.topics.open_for(cadence.id, cadence.readers)
    outcomes = {topic.id: outcome_of(uow, topic, by=day) for topic in waiting}
    busy = [_said_anew(uow, topic) for topic in waiting if outcomes[topic.id] is None]
    settled = tuple(finished(topic, outcomes[topic.id] or "") for topic in waiting if outcomes[topic.id] is not None)
    fresh = [*_proposals(uow, cadence, at), *_second_looks(uow, cadence, day, at), *_stuck(uow, cadence, busy, at)]
    pressing = frozenset(topic.id for topic in [*busy, *fresh] if _runs_out(uow, topic, by=day))
    return Contents((*busy, *fresh), frozenset(topic.id for topic in fresh), settled, pressing)


def outcome_of(uow: UnitOfWork, topic: Topic, *, by: date) -> str | None:
    """What has become of the decision or the blocker that an item is about; None while it still needs a talk."""
    if topic.concern_id is not None:
        return "Cleared" if uow.concerns.get(topic.concern_id).cleared_at is not None else None
    if topic.decision_number is None:
        return None
    decision = uow.decisions.get(topic.decision_number, Viewer.system())
    if decision.status is DecisionStatus.PROPOSED:
        return None
    if decision.superseded_by is not None:
        return f"{decision.status.value.capitalize()} by D-{decision.superseded_by}"
    if not decision.is_active:
        return decision.status.value.capitalize()
    if topic.kind is TopicKind.PROPOSAL:
        return "Decided"
    due = comes_back_on(decision)
    return None if due is not None and due <= by else "Kept" + (f" until {spoken.day(due)}" if due else "")


def _runs_out(uow: UnitOfWork, topic: Topic, *, by: date) -> bool:
    if topic.kind is not TopicKind.REVISIT or topic.decision_number is None:
        return False
    ends = uow.decisions.get(topic.decision_number, Viewer.system()).detail.risk_until
    return ends is not None and ends <= by


def _proposals(uow: UnitOfWork, cadence: Cadence, at: datetime) -> list[Topic]:
    found = uow.decisions.latest(cadence.readers, limit=MOST_PROPOSALS, statuses=frozenset({DecisionStatus.PROPOSED}))
    return [
        _about(cadence, each, TopicKind.PROPOSAL, f", proposed on {spoken.day(each.created_at.date())}", at)
        for each in reversed(found)
        if not _was_on(uow, cadence, each)
    ]


def _second_looks(uow: UnitOfWork, cadence: Cadence, day: date, at: datetime) -> list[Topic]:
    return [
        _about(cadence, each, TopicKind.REVISIT, _asking(each), at)
        for each in uow.decisions.due(by=day, viewer=cadence.readers)
        if each.status is not DecisionStatus.PROPOSED and not _was_on(uow, cadence, each)
    ]


def _asking(decision: Decision) -> str:
    ends = decision.detail.risk_until
    return ": did it work?" if ends is None else f": risk accepted until {spoken.day(ends)}"


def _was_on(uow: UnitOfWork, cadence: Cadence, decision: Decision) -> bool:
    """Whether this meeting has it already, or dealt with it since the decision last changed."""
    earlier = uow.topics.with_decision(cadence.id, decision.number, TopicStatus)
    return any(each.status in WAITING or each.created_at >= decision.updated_at for each in earlier)


def _stuck(uow: UnitOfWork, cadence: Cadence, busy: Sequence[Topic], at: datetime) -> list[Topic]:
    taken = {topic.concern_id for topic in [*busy, *_on_open_agendas(uow, cadence)]}
    return [
        _about_stuck(cadence, each, at)
        for each in uow.concerns.uncleared(channel=cadence.channel)
        if each.seen >= STUCK_FOR and each.id not in taken
    ]


def _on_open_agendas(uow: UnitOfWork, cadence: Cadence) -> Iterable[Topic]:
    for occurrence in uow.cadences.occurrences(cadence.id):
        if occurrence.is_open:
            yield from uow.topics.on_agenda(occurrence.id, cadence.readers)


def _about(cadence: Cadence, decision: Decision, kind: TopicKind, ending: str, at: datetime) -> Topic:
    begins = f"Revisit {decision.ref} " if kind is TopicKind.REVISIT else f"{decision.ref} "
    return Topic(
        workspace_id=cadence.workspace_id,
        id=new_id(at),
        cadence_id=cadence.id,
        title=begins + spoken.one_line(decision.title, TITLE_LIMIT - len(begins) - len(ending)) + ending,
        added_by=decision.owner_id,
        created_at=at,
        kind=kind,
        minutes=SHORT_MINUTES,
        decision_number=decision.number,
        audience=cadence.audience if decision.audience.is_workspace else decision.audience,
        source=Source(cadence.channel),
    )


def _said_anew(uow: UnitOfWork, topic: Topic) -> Topic:
    """What is stuck has been so for longer since the last meeting."""
    if topic.concern_id is None:
        return topic
    return replace(topic, title=_stuck_title(uow.concerns.get(topic.concern_id)))


def _stuck_title(concern: Concern) -> str:
    begins = f"Stuck for {concern.seen} standups: "
    return begins + spoken.one_line(concern.text, TITLE_LIMIT - len(begins))


def _about_stuck(cadence: Cadence, concern: Concern, at: datetime) -> Topic:
    return Topic(
        workspace_id=cadence.workspace_id,
        id=new_id(at),
        cadence_id=cadence.id,
        title=_stuck_title(concern),
        added_by=concern.owner_id,
        created_at=at,
        kind=TopicKind.STUCK,
        minutes=SHORT_MINUTES,
        concern_id=concern.id,
        audience=cadence.audience,
        source=Source(cadence.channel),
    )
