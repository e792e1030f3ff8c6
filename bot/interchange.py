"""`backbeat import` and `backbeat export`: files on one side, the database on the other, and a table of what was done.

Slack is not asked, and nothing is posted. Both work while `backbeat run` does: the database's own locks part them.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters import folders
from bot.bootstrap import sqlite_file
from bot.domain.adr.folder import read_folder
from bot.domain.errors import BackbeatError, InvalidInput, NotFound
from bot.domain.files import LogForm
from bot.domain.interchange import record, sheet
from bot.domain.interchange.entries import Read
from bot.domain.interchange.placing import Outcome
from bot.settings import Settings
from bot.usecases.interchange import Imported, files_of, import_entries, is_of, leaving, who_owns
from storage import migrate
from storage.store import SqlStore, open_store

Say = Callable[[str], None]
MEND_FIRST = 2
NOT_ALL = 1  # the exit code where something that was meant to come in did not


class Source(StrEnum):
    ADR = "adr"
    CSV = "csv"
    JSON = "json"


class Audience(StrEnum):
    EVERYONE = "everyone"
    ALL = "all"


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What `backbeat import` was asked for."""

    source: Source
    path: Path
    workspace: str | None
    owner: str | None = None
    name: str | None = None
    update: bool = False


def bring_in(settings: Settings, wanted: Wanted, *, as_json: bool, say: Say, complain: Say) -> int:
    """Returns the exit code: 0, or 1 where some of it did not come in."""
    try:
        with _database(settings) as store:
            workspace = _workspace(store, wanted.workspace)
            owner, now = who_owns(store, workspace, wanted.owner), datetime.now(UTC)
            read = _read(wanted)
            done = import_entries(store, read, workspace=workspace, owner=owner, at=now, update=wanted.update)
    except BackbeatError as error:
        complain(f"✗ {error.words}")
        return MEND_FIRST
    if as_json:
        say(_in_json(done, workspace))
    else:
        _table(done)
    lost = [each for each in done.not_taken if each.wanted]
    for each in lost:
        complain(_plain(f"✗ {each.path}: {each.reason}"))
    if lost:
        complain(f"{len(lost)} of {len(lost) + len(done.rows)} not imported. The others are in the log.")
    return NOT_ALL if lost else 0


def give_out(
    settings: Settings, form: LogForm, out: Path, *, workspace: str | None, everything: bool, say: Say, complain: Say
) -> int:
    """Returns the exit code."""
    try:
        with _database(settings) as store:
            found = leaving(store, _workspace(store, workspace), everything=everything)
        if everything:
            complain("– Private decisions are among them, for whoever can read these files.")
        before = folders.files_written(out) if form is LogForm.MADR else ()
        files = files_of(form, found, is_all=everything, before=before)
        changed = folders.write_files(out, files, replaces=partial(is_of, form))
    except BackbeatError as error:
        complain(f"✗ {error.words}")
        return MEND_FIRST
    say(f"{_count(len(found), 'decision')} in {out}; {_count(changed, 'file')} written, the others said so already.")
    return 0


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


# --- what is read and written --------------------------------------------------------------------------------------


def _read(wanted: Wanted) -> Read:
    path, name = wanted.path, wanted.name
    if wanted.source is Source.ADR:
        return read_folder(name or folders.name_of(path), folders.read_files(path))
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}.")
    try:
        text = folders.read_text(path, largest=folders.LARGEST_LOG)
    except InvalidInput as problem:
        raise InvalidInput(f"{path}: {problem.words}.") from problem
    if wanted.source is Source.CSV:
        return sheet.read(name or path.name, text)
    return record.read_log(name or path.name, text)


# --- the database --------------------------------------------------------------------------------------------------


@contextmanager
def _database(settings: Settings) -> Iterator[SqlStore]:
    """The store, without the lock that keeps two `run` apart: SQLite takes a second writer, and so do we."""
    url = settings.database_url.get_secret_value()
    path = sqlite_file(url)
    if path is not None and not path.exists():
        raise NotFound(f"There is no database {path}. Start `backbeat run` once, or set DATABASE_URL.")
    if migrate.pending(url):
        raise InvalidInput("The database is older than this release. Run `backbeat migrate` first.")
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def _workspace(store: SqlStore, asked: str | None) -> str:
    """The one that was asked for, or the only one there is. Raises NotFound with those there are."""
    known = {}
    for each in store.queue().workspaces():
        with store.read(each) as uow:
            known[each] = uow.workspaces.get().name
    if asked in known:
        return asked
    if asked is None and len(known) == 1:
        return next(iter(known))
    there = ", ".join(f"{each} ({name})" for each, name in sorted(known.items()))
    if not known:
        raise NotFound("There is no workspace yet. Start `backbeat run` once: it makes yours known.")
    raise NotFound(f"{f'I know no workspace {asked}.' if asked else 'Which workspace?'} Give --workspace: {there}.")


# --- what is said --------------------------------------------------------------------------------------------------


def _in_json(done: Imported, workspace: str) -> str:
    said: Mapping[str, Any] = {
        "workspace": workspace,
        "source": done.source,
        "counts": {outcome.value: done.count(outcome) for outcome in Outcome},
        "decisions": [dataclasses.asdict(row) for row in done.rows],
        "not_taken": [dataclasses.asdict(each) for each in done.not_taken],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def _plain(text: str) -> str:
    """Without what would command the terminal: names and titles are anybody's."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _table(done: Imported) -> None:
    from rich.console import Console  # noqa: PLC0415 - quick to start without it
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "From", "Decision", "Status", "What became of it"):
        table.add_column(column, overflow="fold")
    for row in done.rows:
        became = "; ".join((row.outcome.value, *row.notes))
        ref = f"D-{row.number}" + (f" ({row.label})" if row.label else "")
        style = "dim" if row.outcome is Outcome.UNCHANGED else ""
        table.add_row(*(escape(_plain(cell)) for cell in (ref, row.path, row.title, row.status, became)), style=style)
    console.print(table)
    ignored = [each for each in done.not_taken if not each.wanted]
    if ignored:
        console.print(
            escape(_plain(f"Left out: {', '.join(f'{each.path} ({each.reason})' for each in ignored[:20])}")),
            style="dim",
        )
    counts = [f"{done.count(outcome)} {outcome.value}" for outcome in Outcome if done.count(outcome)]
    console.print(", ".join(counts) or "There is nothing to import.")
