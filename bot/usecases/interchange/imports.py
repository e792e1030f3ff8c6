"""Taking decisions into the log as history: no card is posted, and nobody is asked about a day long gone.

Some at a time, so that people who use Backbeat meanwhile wait for moments only. Whatever happens in between, importing
again takes up where it ended: what is there already is known by its source, its path and its digest.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot.domain.decisions import Decision, DecisionEventKind, comes_back_on
from bot.domain.errors import Conflict, ExternalFailure, InvalidInput
from bot.domain.interchange.entries import Entry, Known, NotTaken, Read
from bot.domain.interchange.placing import FRESH, Outcome, Placed, in_order, place, source_of
from bot.domain.workspaces import Role, UserId, Viewer, WorkspaceId
from bot.usecases.decisions import renew
from bot.usecases.decisions.log import record
from bot.usecases.interchange.entering import changed, comes_back_later, entered, original_of, passed
from bot.usecases.ports import Store, UnitOfWork
from bot.usecases.revisits import await_revisit

T = TypeVar("T")
AT_ONCE = 20  # decisions in one transaction
ATTEMPTS = 20  # while somebody else writes; each waits a moment for its turn
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one entry."""

    path: str
    label: str | None
    number: int
    title: str
    status: str
    outcome: Outcome
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    source: str
    rows: tuple[Row, ...]
    not_taken: tuple[NotTaken, ...] = ()

    def count(self, *outcomes: Outcome) -> int:
        return sum(row.outcome in outcomes for row in self.rows)


def who_owns(store: Store, workspace: WorkspaceId, asked: UserId | None) -> UserId:
    """Who imported decisions belong to: whoever the operator names, else the CTO. Raises InvalidInput, NotFound."""
    with store.read(workspace) as uow:
        uow.workspaces.get()
        ctos = sorted(uow.workspaces.roles().get(Role.CTO, ()))
        owner = asked or next(iter(ctos), None)
        if owner is None:
            raise InvalidInput(
                "Whose are they? Set up the CTO in Slack (/backbeat setup), or name somebody: --owner U0123ABCD."
            )
        if not _USER.fullmatch(owner):
            raise InvalidInput(f"“{owner}” is no member ID of Slack's. It looks like U0123ABCD: profile, ⋮, Copy ID.")
        known = uow.people.find(owner)
        if known is not None and not known.may_act:
            raise InvalidInput(f"{known.name} is no member of this workspace: an app, a leaver, or a guest company.")
    return owner


def import_entries(
    store: Store, read: Read, *, workspace: WorkspaceId, owner: UserId, at: datetime, update: bool = False
) -> Imported:
    """Take in what is not there yet; with `update`, bring what changed in the source up to date too.

    Raises NotFound for an unknown workspace, ExternalFailure where the database stays out of reach.
    """
    entered: dict[int, Placed] = {}
    for _ in range(ATTEMPTS):
        placed, last = _placed(store, read, workspace)
        fresh = in_order(each for each in placed if each.outcome in FRESH)
        work = _Work(store, workspace, owner, at, _passing(placed))
        if not fresh or (_in_turn(partial(_reserve, store, workspace, fresh, last)) and _enter(work, fresh, entered)):
            break
    else:
        raise ExternalFailure("Others keep logging decisions. Please try again.", permanent=False, code="conflict")
    rows = {each.number: _row(entered.get(each.number, each)) for each in placed}
    for each in placed:
        if each.outcome is Outcome.CHANGED:
            rows[each.number] = _in_turn(partial(work.update, each, wanted=update))
    moved = [each for each in placed if each.known is not None and each.known.path != each.entry.path]
    for start in range(0, len(moved), AT_ONCE):
        _in_turn(partial(work.note_moves, moved[start : start + AT_ONCE]))
    return Imported(read.source, tuple(rows[each.number] for each in placed), read.not_taken)


def _enter(work: "_Work", fresh: Sequence[Placed], entered: dict[int, Placed]) -> bool:
    """Some at a time, noted in `entered`. False as soon as somebody else has one of their numbers."""
    for start in range(0, len(fresh), AT_ONCE):
        some = fresh[start : start + AT_ONCE]
        if not _in_turn(partial(work.enter, some)):
            return False
        entered |= {each.number: each for each in some}
    return True


def _passing(placed: Sequence[Placed]) -> dict[int, list[Placed]]:
    found: dict[int, list[Placed]] = {}
    for each in placed:
        if each.outcome not in FRESH and each.superseded_by is not None:
            found.setdefault(each.superseded_by, []).append(each)
    return found


def _placed(store: Store, read: Read, workspace: WorkspaceId) -> tuple[list[Placed], int]:
    with store.read(workspace) as uow:
        uow.workspaces.get()
        sources = {source_of(read, entry) for entry in read.entries}
        known: dict[str, Sequence[Known]] = {source: uow.decisions.known_from(source) for source in sources}
        last = uow.workspaces.last_decision_number()
        return place(read, workspace=workspace, known=known, taken=uow.decisions.began(), last=last), last


def _reserve(store: Store, workspace: WorkspaceId, fresh: Sequence[Placed], last: int) -> bool:
    """From here on nobody else is given these numbers."""
    with store.begin(workspace) as uow:
        is_ours = uow.workspaces.reserve_decision_numbers(max(each.number for each in fresh), after=last)
        if is_ours:
            uow.commit()
    return is_ours


def _in_turn(work: Callable[[], T]) -> T:
    """`work`, again while the database is busy: each attempt waits for its turn as long as a person would."""
    for attempt in range(ATTEMPTS):
        try:
            return work()
        except (ExternalFailure, Conflict) as failure:
            if attempt + 1 == ATTEMPTS or (isinstance(failure, ExternalFailure) and failure.permanent):
                raise
    raise AssertionError("an attempt returns or raises")


@dataclass(frozen=True, slots=True)
class _Work:
    """The writing. Each method is one transaction."""

    store: Store
    workspace: WorkspaceId
    owner: UserId
    at: datetime
    passing: dict[int, list[Placed]]  # what was in the log before, by the number that takes its place

    def enter(self, some: Sequence[Placed]) -> bool:
        """False, and nothing is written, where another import took one of their numbers meanwhile."""
        with self.store.begin(self.workspace) as uow:
            uow.workspaces.hold_decision_numbers()
            if uow.decisions.originals([each.number for each in some], Viewer.system()):
                return False
            for each in some:
                self._enter(uow, each)
            refs = [f"D-{each.number}" for each in some]
            uow.audit.add(by=self.owner, action="decisions.imported", at=self.at, detail={"decisions": refs})
            uow.commit()
        return True

    def _enter(self, uow: UnitOfWork, each: Placed) -> None:
        people = uow.people.get_many(_people_in(each.entry))
        decision = entered(each, workspace=self.workspace, owner=self.owner, members=people, at=self.at)
        uow.decisions.add(decision)
        where = each.entry.path if each.entry.exported is None else f"{each.source}/{each.entry.path}"
        kind = DecisionEventKind.IMPORTED
        record(uow, decision, decision, kind, by=self.owner, at=self.at, why=f"From {where}")
        uow.decisions.add_original(original_of(each, workspace=self.workspace, at=self.at))
        if comes_back_later(decision, self.at):
            await_revisit(uow, decision, at=self.at)
        elif (due_on := comes_back_on(decision)) is not None:  # it passed long ago: nobody is asked about it now
            subject = f"decision:{decision.number}"
            uow.reminders.take(person=decision.owner_id, subject=subject, due_on=due_on, at=self.at)
        for old in self.passing.get(each.number, ()):
            self._pass(uow, old)

    def _pass(self, uow: UnitOfWork, old: Placed) -> None:
        """Something that was in the log before gave way to something that came in now."""
        before = uow.decisions.get(old.number, Viewer.system())
        if not before.is_active or before.superseded_by is not None:
            return
        after = passed(before, old, at=self.at)
        kind = DecisionEventKind(after.status.value)
        uow.decisions.save(after)
        record(uow, before, after, kind, by=self.owner, at=self.at, why=f"Imported with D-{after.superseded_by}")
        original = uow.decisions.originals([old.number], Viewer.system()).get(old.number)
        if original is not None:  # its own source may have changed too: that is looked at by itself
            uow.decisions.save_original(replace(original, imported_at=self.at))
        renew(uow, after, at=self.at)

    def update(self, each: Placed, *, wanted: bool) -> Row:
        """What changed in its source is brought up to date, unless people changed it here meanwhile."""
        with self.store.begin(self.workspace) as uow:
            before = uow.decisions.get(each.number, Viewer.system())
            known = uow.decisions.originals([each.number], Viewer.system())[each.number]
            if before.updated_at > known.imported_at:
                return replace(_row(each), notes=("it was changed here too: left as it is", *each.notes))
            if not wanted:
                return replace(_row(each), notes=("--update takes the change over", *each.notes))
            after = changed(before, each, at=self.at)
            uow.decisions.save(after)
            why = f"{each.entry.path} changed"
            record(uow, before, after, DecisionEventKind.EDITED, by=self.owner, at=self.at, why=why)
            uow.decisions.save_original(original_of(each, workspace=self.workspace, at=self.at))
            self._relink(uow, before, after)
            for old in self.passing.get(each.number, ()):
                self._pass(uow, old)
            if comes_back_later(after, self.at):
                await_revisit(uow, after, at=self.at)
            renew(uow, after, at=self.at)
            uow.commit()
        return replace(_row(each), outcome=Outcome.UPDATED)

    def note_moves(self, moved: Sequence[Placed]) -> None:
        """A file that was moved is known where it is now, also when it changes there later."""
        with self.store.begin(self.workspace) as uow:
            originals = uow.decisions.originals([each.number for each in moved], Viewer.system())
            for each in moved:
                uow.decisions.save_original(replace(originals[each.number], path=each.entry.path))
            uow.commit()

    def _relink(self, uow: UnitOfWork, before: Decision, after: Decision) -> None:
        """What takes its place says so too, and what does no more, no more."""
        if before.superseded_by == after.superseded_by:
            return
        for number, old, new in ((before.superseded_by, after.number, None), (after.superseded_by, None, after.number)):
            other = uow.decisions.get(number, Viewer.system()) if number is not None else None
            if other is not None and other.supersedes == old:
                uow.decisions.save(replace(other, supersedes=new))


def _people_in(entry: Entry) -> set[UserId]:
    exported = entry.exported
    people = (exported.author_id, exported.owner_id, exported.decided_by) if exported is not None else ()
    return {each for each in people if each}


def _row(each: Placed) -> Row:
    entry = each.entry
    reason = (entry.reason,) if entry.reason is not None else ()
    return Row(
        entry.path, entry.label, each.number, entry.title, each.status.value, each.outcome, (*reason, *each.notes)
    )
