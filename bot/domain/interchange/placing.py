"""Which number each entry gets in the log, which are there already, and what takes whose place.

An entry keeps its own number where that is free, so that ADR 7 is D-7; the others get the numbers after all of these,
in their order. See docs/decisions/0006.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.decisions import ACTIVE, DecisionStatus
from bot.domain.interchange.entries import SOURCE_LIMIT, Entry, Known, Link, Read, Relation
from bot.domain.workspaces import WorkspaceId

PASSED = ACTIVE | {DecisionStatus.AMENDED}


class Outcome(StrEnum):
    """What becomes of an entry."""

    NEW = "new"
    KEPT = "kept as it was"  # new, with status "imported"
    UNCHANGED = "there already"
    CHANGED = "changed there"
    UPDATED = "updated"


FRESH = frozenset({Outcome.NEW, Outcome.KEPT})


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place in the log."""

    entry: Entry
    source: str
    number: int
    outcome: Outcome
    status: DecisionStatus
    supersedes: int | None = None
    superseded_by: int | None = None
    related: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    known: Known | None = None


def source_of(read: Read, entry: Entry) -> str:
    """What an export is known by is the log that it left, whatever its form and folder."""
    return (entry.workspace or read.source)[:SOURCE_LIMIT]


def place(
    read: Read,
    *,
    workspace: WorkspaceId,
    known: Mapping[str, Sequence[Known]],
    taken: Mapping[int, datetime],
    last: int,
) -> list[Placed]:
    """`known`: what was imported before, by source. `taken`: the numbers in use, since when. `last`: the last one."""
    before = _Before(read, known)
    there = [_there(read, entry, workspace, before, taken) for entry in read.entries]
    used = set(taken)
    kept: list[int | None] = []
    for entry, found in zip(read.entries, there, strict=True):
        own = entry.number if found is None and entry.number is not None and entry.number not in used else None
        used |= {own} if own is not None else set()
        kept.append(own)
    following = max([last, *used])
    placed = []
    for entry, found, own in zip(read.entries, there, kept, strict=True):
        if found is None and own is None:
            following += 1
        placed.append(found or _fresh(read, entry, own if own is not None else following))
    return _linked(placed)


class _Before:
    """What was imported before: found by its path, or by its text where nothing has that path any more."""

    def __init__(self, read: Read, known: Mapping[str, Sequence[Known]]) -> None:
        paths = {each.path for each in read.entries}
        self.by_path = {(source, each.path): each for source, some in known.items() for each in some}
        self._gone: dict[tuple[str, str], list[Known]] = {}
        for (source, path), each in self.by_path.items():
            if path not in paths:
                self._gone.setdefault((source, each.digest), []).append(each)

    def moved(self, source: str, entry: Entry) -> Known | None:
        """Of several with one text, each is found once."""
        gone = self._gone.get((source, entry.digest))
        return gone.pop(0) if gone else None


def _there(
    read: Read,
    entry: Entry,
    workspace: WorkspaceId,
    before: _Before,
    taken: Mapping[int, datetime],
) -> Placed | None:
    source = source_of(read, entry)
    if entry.exported and entry.workspace == workspace and taken.get(entry.number or 0) == entry.exported.created_at:
        return Placed(
            entry, source, entry.number or 0, Outcome.UNCHANGED, entry.status, notes=("it is this log's own",)
        )
    same_path = before.by_path.get((source, entry.path))
    if same_path is not None:
        outcome = Outcome.UNCHANGED if same_path.digest == entry.digest else Outcome.CHANGED
        return Placed(entry, source, same_path.number, outcome, entry.status, known=same_path)
    moved = before.moved(source, entry)
    if moved is not None:
        note = f"it was {moved.path}"
        return Placed(entry, source, moved.number, Outcome.UNCHANGED, entry.status, notes=(note,), known=moved)
    return None


def _fresh(read: Read, entry: Entry, number: int) -> Placed:
    notes = list(entry.notes)
    if entry.number is not None and entry.number != number:
        notes.append(f"D-{entry.number} is taken")
    outcome = Outcome.KEPT if entry.status is DecisionStatus.IMPORTED else Outcome.NEW
    return Placed(entry, source_of(read, entry), number, outcome, entry.status, notes=tuple(notes))


# --- what takes whose place ----------------------------------------------------------------------------------------


class _Log:
    """The entries by where they stand, while their links are followed."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self.placed = {each.number: each for each in placed}
        self._paths = {each.entry.path: each.number for each in placed}
        self._numbers: dict[tuple[str, int], int] = {}
        for each in placed:
            if each.entry.number is not None:
                self._numbers.setdefault((each.source, each.entry.number), each.number)

    def find(self, source: str, link: Link) -> int | None:
        """By the link's path; where that leads nowhere, by the number that it shows."""
        if link.path in self._paths:
            return self._paths[link.path]
        return self.numbered(source, link.number)

    def numbered(self, source: str, number: int | None) -> int | None:
        return self._numbers.get((source, number)) if number is not None else None

    def change(self, number: int, **changes: object) -> None:
        self.placed[number] = replace(self.placed[number], **changes)  # type: ignore[arg-type]

    def note(self, number: int, words: str) -> None:
        self.change(number, notes=tuple(dict.fromkeys((*self.placed[number].notes, words))))


def _linked(placed: Sequence[Placed]) -> list[Placed]:
    log = _Log(placed)
    for each in placed:
        if each.entry.exported is not None:
            _as_exported(log, each)
    for old, new, amended, said_by in _pairs(log, placed):
        _pass(log, old, new, amended=amended, said_by=said_by)
    return [log.placed[each.number] for each in placed]


def _as_exported(log: _Log, each: Placed) -> None:
    """An export says exactly how it was: nothing is concluded from it."""
    exported = each.entry.exported
    if exported is None:
        return
    for name in ("supersedes", "superseded_by"):
        there = getattr(exported, name)
        here = log.numbered(each.source, there)
        if there is not None and here is None:
            log.note(each.number, f"D-{there} is not among them: the link to it is left out")
        if here is not None and _leads_back(log, here, each.number, name):
            log.note(each.number, _circle(each.number, here))
            here = None
        log.change(each.number, **{name: here})
    found = [(there, log.numbered(each.source, there)) for there in exported.related]
    for there, here in found:
        if here is None:
            log.note(each.number, f"D-{there} is not among them: the link to it is left out")
    related = (here for _, here in found if here is not None and here != each.number)
    log.change(each.number, related=tuple(dict.fromkeys(related)))


def _pairs(log: _Log, placed: Iterable[Placed]) -> Iterator[tuple[int, int, bool, int]]:
    """The old number, the new one, whether it is amended, and whose link says so."""
    for each in placed:
        for link in each.entry.links:
            there = log.find(each.source, link)
            if there is None or there == each.number:
                log.note(each.number, f"“{link}” leads nowhere")
            elif link.relation in {Relation.SUPERSEDES, Relation.AMENDS}:
                yield there, each.number, link.relation is Relation.AMENDS, each.number
            else:
                yield each.number, there, link.relation is Relation.AMENDED_BY, each.number


def _pass(log: _Log, old: int, new: int, *, amended: bool, said_by: int) -> None:
    before, after = log.placed[old], log.placed[new]
    if before.superseded_by == new:
        if not amended and before.status is DecisionStatus.AMENDED:
            log.change(old, status=DecisionStatus.SUPERSEDED)
        return
    if before.superseded_by is not None and before.status is not DecisionStatus.AMENDED:
        log.note(said_by, f"D-{old} gave way to D-{before.superseded_by} already")
        return
    if _leads_back(log, new, old):
        log.note(said_by, _circle(old, new))
        return
    if amended and before.superseded_by is not None:
        return  # amended twice: the first is shown
    status = before.status
    if status in PASSED:
        status = (
            DecisionStatus.AMENDED if amended and status is not DecisionStatus.SUPERSEDED else DecisionStatus.SUPERSEDED
        )
    log.change(old, superseded_by=new, status=status)
    if after.supersedes is None:
        log.change(new, supersedes=old)


def _leads_back(log: _Log, start: int, target: int, by: str = "superseded_by") -> bool:
    at: int | None = start
    while at is not None and at != target:
        at = getattr(log.placed[at], by) if at in log.placed else None
    return at == target


def _circle(one: int, other: int) -> str:
    return f"D-{one} and D-{other} cannot each take the other's place" if one != other else f"D-{one} names itself"


def in_order(placed: Iterable[Placed]) -> list[Placed]:
    """What is replaced before what replaces it: the database asks for that. Otherwise by number."""
    waiting = {each.number: each for each in sorted(placed, key=lambda each: each.number)}
    found: list[Placed] = []
    while waiting:
        chain = [next(iter(waiting))]
        while (before := waiting[chain[-1]].supersedes) in waiting and before not in chain:
            chain.append(before)
        found += [waiting.pop(number) for number in reversed(chain)]
    return found
