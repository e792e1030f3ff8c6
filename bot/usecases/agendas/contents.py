"""What goes on an agenda: what people added, what was carried over, and what the log and the standups bring."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain import spoken
from bot.domain.agendas import SHORT_MINUTES, TITLE_LIMIT, Topic, TopicKind, TopicStatus, finished
from bot.domain.approvals import Approval
from bot.domain.cadences import Cadence
from bot.domain.decisions import Decision, DecisionStatus, Source, comes_back_on, is_about_risk
from bot.domain.ids import new_id
from bot.domain.standups import Concern
from bot.domain.workspaces import Viewer
from bot.usecases.approvals.asking import called_in, plain
from bot.usecases.ports import UnitOfWork

MOST_PROPOSALS = 20
NAME_LIMIT = 40
WHOM_LIMIT = 80
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
    """What nobody's approval stands in the way of, and what has waited for one for too long."""
    waits: dict[int, list[Approval]] = {}
    for approval in uow.approvals.waiting():
        waits.setdefault(approval.number, []).append(approval)
    found = uow.decisions.latest(
        cadence.readers, limit=MOST_PROPOSALS + len(waits), statuses=frozenset({DecisionStatus.PROPOSED})
    )
    wanted = [each for each in found if _is_for_talk(uow, cadence, each, waits.get(each.number, ()))]
    return [
        _about(cadence, each, TopicKind.PROPOSAL, _since_when(uow, each, waits.get(each.number, ())), at)
        for each in reversed(wanted[:MOST_PROPOSALS])
    ]


def _is_for_talk(uow: UnitOfWork, cadence: Cadence, decision: Decision, waits: Sequence[Approval]) -> bool:
    tabled = [each.tabled_at for each in waits if each.tabled_at is not None]
    if waits and not tabled:
        return False
    return not _was_on(uow, cadence, decision, since=max([decision.updated_at, *tabled]))


def _since_when(uow: UnitOfWork, decision: Decision, waits: Sequence[Approval]) -> str:
    words = f", proposed on {spoken.day(decision.created_at.date())}"
    if not waits:
        return words
    whom = spoken.listed([plain(each) for each in called_in(uow, waits).values()])
    return f"{words}, waits for {spoken.shorten(whom, WHOM_LIMIT)}"


def _second_looks(uow: UnitOfWork, cadence: Cadence, day: date, at: datetime) -> list[Topic]:
    return [
        _about(cadence, each, TopicKind.REVISIT, _asking(uow, each), at)
        for each in uow.decisions.due(by=day, viewer=cadence.readers)
        if each.status is not DecisionStatus.PROPOSED and not _was_on(uow, cadence, each)
    ]


def _asking(uow: UnitOfWork, decision: Decision) -> str:
    ends, who = decision.detail.risk_until, decision.detail.accepted_by
    if ends is None or not is_about_risk(decision):
        return ": did it work?"
    if decision.status is DecisionStatus.EXPIRED:
        return f": the risk acceptance expired on {spoken.day(ends)}"
    known = uow.people.find(who) if who else None
    by = f" by {spoken.one_line(known.name, NAME_LIMIT)}" if known else ""
    return f": risk accepted{by} until {spoken.day(ends)}"


def _was_on(uow: UnitOfWork, cadence: Cadence, decision: Decision, *, since: datetime | None = None) -> bool:
    """Whether this meeting has it already, or dealt with it since the decision last changed (or `since` then)."""
    since = since or decision.updated_at
    earlier = uow.topics.with_decision(cadence.id, decision.number, TopicStatus)
    return any(each.status in WAITING or each.created_at >= since for each in earlier)


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
    return Topic(
        workspace_id=cadence.workspace_id,
        id=new_id(at),
        cadence_id=cadence.id,
        title=_title(decision, kind, ending),
        added_by=decision.owner_id,
        created_at=at,
        kind=kind,
        minutes=SHORT_MINUTES,
        decision_number=decision.number,
        audience=cadence.audience if decision.audience.is_workspace else decision.audience,
        source=Source(cadence.channel),
    )


def _title(decision: Decision, kind: TopicKind, ending: str) -> str:
    begins = f"Revisit {decision.ref} " if kind is TopicKind.REVISIT else f"{decision.ref} "
    return begins + spoken.one_line(decision.title, TITLE_LIMIT - len(begins) - len(ending)) + ending


def _said_anew(uow: UnitOfWork, topic: Topic) -> Topic:
    """What is stuck has been so for longer since the last meeting; a risk acceptance may have run out since."""
    if topic.kind is TopicKind.REVISIT and topic.decision_number is not None:
        decision = uow.decisions.get(topic.decision_number, Viewer.system())
        return replace(topic, title=_title(decision, TopicKind.REVISIT, _asking(uow, decision)))
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
