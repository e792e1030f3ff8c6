"""An entry as a decision of the log: what is kept of it, and what is the log's own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.domain.decisions import ACTIVE, Decision, DecisionStatus, comes_back_on
from bot.domain.interchange.entries import Entry, Exported, Original
from bot.domain.interchange.placing import Placed
from bot.domain.workspaces import Person, UserId, WorkspaceId

NOON = time(12, tzinfo=UTC)  # a day without an hour is the same day for nearly everybody then
GAVE_WAY = frozenset({DecisionStatus.SUPERSEDED, DecisionStatus.AMENDED})
UNDECIDED = frozenset({DecisionStatus.PROPOSED, DecisionStatus.REJECTED, DecisionStatus.IMPORTED})


def entered(
    placed: Placed, *, workspace: WorkspaceId, owner: UserId, members: Mapping[UserId, Person], at: datetime
) -> Decision:
    """`members`: those of the people an export names who are known here; what others had is `owner`'s."""
    entry, exported = placed.entry, placed.entry.exported
    if exported is not None:
        return _as_exported(placed, exported, workspace, owner, members)
    began = min(datetime.combine(entry.day, NOON), at) if entry.day is not None else at
    return Decision(
        workspace_id=workspace,
        number=placed.number,
        title=entry.title,
        why=entry.why,
        author_id=owner,
        owner_id=owner,
        status=placed.status,
        created_at=began,
        updated_at=began,
        not_doing=entry.not_doing,
        decided_on=_decided_on(placed),
        revisit_on=_revisit(placed, at.date()),
        detail=entry.detail,
        supersedes=placed.supersedes,
        superseded_by=placed.superseded_by,
    )


def _as_exported(
    placed: Placed, exported: Exported, workspace: WorkspaceId, owner: UserId, members: Mapping[UserId, Person]
) -> Decision:
    entry = placed.entry

    def member(person: UserId | None) -> UserId | None:
        return person if person and person in members and members[person].may_act else None

    return Decision(
        workspace_id=workspace,
        number=placed.number,
        title=entry.title,
        why=entry.why,
        author_id=member(exported.author_id) or owner,
        owner_id=member(exported.owner_id) or owner,
        status=placed.status,
        created_at=exported.created_at,
        updated_at=exported.updated_at,
        not_doing=entry.not_doing,
        decided_by=member(exported.decided_by),
        decided_on=exported.decided_on,
        revisit_on=entry.revisit_on,
        audience=exported.audience,
        source=exported.source,
        detail=entry.detail,
        supersedes=placed.supersedes,
        superseded_by=placed.superseded_by,
        related=placed.related,
    )


def passed(before: Decision, placed: Placed, *, at: datetime) -> Decision:
    """A decision of the log that gave way to an imported one."""
    amended = placed.status is DecisionStatus.AMENDED
    status = DecisionStatus.AMENDED if amended else DecisionStatus.SUPERSEDED
    return replace(before, status=status, superseded_by=placed.superseded_by, revisit_on=None, updated_at=at)


def changed(before: Decision, placed: Placed, *, at: datetime) -> Decision:
    """`before` with what its source says now. Whose it is and who sees it are the log's own."""
    entry = placed.entry
    return replace(
        before,
        title=entry.title,
        why=entry.why,
        status=placed.status,
        not_doing=entry.not_doing,
        decided_on=_decided_on(placed) if entry.exported is None else entry.exported.decided_on,
        revisit_on=_revisit(placed, at.date()),
        detail=entry.detail,
        supersedes=placed.supersedes or before.supersedes,
        superseded_by=placed.superseded_by or (before.superseded_by if placed.status in GAVE_WAY else None),
        related=placed.related if entry.exported is not None else before.related,
        updated_at=at,
    )


def original_of(placed: Placed, *, workspace: WorkspaceId, at: datetime) -> Original:
    entry: Entry = placed.entry
    return Original(
        workspace_id=workspace,
        number=placed.number,
        source=placed.source,
        path=entry.path,
        digest=entry.digest,
        imported_at=at,
        label=entry.label,
        text=entry.text,
        note=entry.reason,
        deciders=entry.names.deciders,
        consulted=entry.names.consulted,
        informed=entry.names.informed,
    )


def comes_back_later(decision: Decision, at: datetime) -> bool:
    due_on = comes_back_on(decision)
    return due_on is not None and due_on > at.date()


def _decided_on(placed: Placed) -> date | None:
    return placed.entry.day if placed.status not in UNDECIDED else None


def _revisit(placed: Placed, today: date) -> date | None:
    """A day that has passed would only ask somebody about what is long over."""
    entry = placed.entry
    is_open = placed.status in ACTIVE
    return entry.revisit_on if entry.revisit_on is not None and entry.revisit_on > today and is_open else None
