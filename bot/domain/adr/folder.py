"""A folder of decision records: which of its files are records, and what each says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from bot.domain.adr.reading import is_template, number_and_name, read_record, stands_for_folder
from bot.domain.adr.words import fold
from bot.domain.decisions import DecisionStatus
from bot.domain.interchange.entries import (
    NO_REASON,
    Entry,
    Link,
    NotTaken,
    Read,
    as_path,
    as_text,
    as_title,
    digest_of,
    gathered,
)
from bot.domain.interchange.madr import ORIGINAL_ENDING, is_ours, read_own

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx"})
OTHER_TEXT = frozenset({".adoc", ".asciidoc", ".rst", ".txt", ".org", ".textile"})
_NO_DECISION = re.compile(
    r"(?:readme|index|contents?|toc|contributing|changelog|code of conduct|license|licence|glossary|_?sidebar|summary"
    r"|inhalt|lisez moi|leia ?me|leeme)"
)
_NUMBERED = re.compile(r"(?:adr[-_ ]?)?\d{1,8}[-_. ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder: its path within it, with slashes, and its text, or why there is none."""

    path: str
    text: str | None
    problem: str | None = None


def read_folder(source: str, files: Iterable[File]) -> Read:
    """Every file is an entry, or is not taken and says why."""
    entries: list[Entry] = []
    not_taken: list[NotTaken] = []
    by_path = {file.path: file for file in files}
    for path in sorted(by_path):
        found = _read(by_path[path], by_path)
        if isinstance(found, Entry):
            entries.append(found)
        elif found is not None:
            not_taken.append(found)
    return gathered(source, _numbered_once(_linked_nearby(entries)), not_taken)


def _read(file: File, around: dict[str, File]) -> Entry | NotTaken | None:
    path, kind = file.path, PurePosixPath(file.path).suffix.lower()
    if kind == ORIGINAL_ENDING:
        return None  # read with the record that names it
    if kind not in MARKDOWN and not (kind in OTHER_TEXT and _NUMBERED.match(PurePosixPath(path).name)):
        return NotTaken(path, "not Markdown", wanted=False)
    name = re.sub(r"[-_.\s]+", " ", fold(PurePosixPath(path).stem)).strip()
    if _NO_DECISION.fullmatch(name) and not stands_for_folder(path):
        return NotTaken(path, "an index or a page about the folder", wanted=False)
    if "template" in name.split() or "vorlage" in name.split():
        return NotTaken(path, "a template", wanted=False)
    if file.text is None:
        return NotTaken(path, file.problem or "it cannot be read")
    if not file.text.strip():
        return NotTaken(path, "it is empty")
    if kind in OTHER_TEXT:
        return _as_it_is(path, file.text, "it is not Markdown")
    if is_ours(file.text):
        return read_own(path, file.text, lambda beside: _text_beside(path, beside, around))
    return NotTaken(path, "a template", wanted=False) if is_template(file.text) else read_record(path, file.text)


def _as_it_is(path: str, text: str, reason: str) -> Entry:
    number, from_name = number_and_name(path)
    first = text.strip().splitlines()[0].strip("=#*+ \t")
    return Entry(
        path=as_path(path),
        digest=digest_of(text),
        title=as_title(first) or from_name,
        number=number or None,
        label=f"ADR {number}" if number is not None else None,
        why=as_text(text) or NO_REASON,
        status=DecisionStatus.IMPORTED,
        text=text.replace("\x00", ""),
        reason=reason,
    )


def _text_beside(path: str, beside: str, around: dict[str, File]) -> str | None:
    """The text of a file that one of our own names: within the folder, or not at all."""
    found = around.get(str(PurePosixPath(path).parent / beside))
    return found.text if found is not None else None


def _linked_nearby(entries: list[Entry]) -> list[Entry]:
    """A number means the record in the same folder that has it, where there is one: each may count from 1."""
    paths = {entry.path for entry in entries}
    near: dict[tuple[PurePosixPath, int], str] = {}
    for entry in entries:
        if entry.number is not None and entry.exported is None:
            near.setdefault((PurePosixPath(entry.path).parent, entry.number), entry.path)

    def found(entry: Entry, link: Link) -> Link:
        if link.path in paths or link.number is None:
            return link
        folder = PurePosixPath(link.path or entry.path).parent
        return replace(link, path=near.get((folder, link.number), link.path))

    return [replace(entry, links=tuple(found(entry, link) for link in entry.links)) for entry in entries]


def _numbered_once(entries: list[Entry]) -> Iterable[Entry]:
    """Of two with one number, the first keeps it."""
    first: dict[int, str] = {}
    for entry in entries:
        number = entry.number if entry.exported is None else None
        if number is not None and first.setdefault(number, entry.path) != entry.path:
            yield replace(entry, number=None, notes=(*entry.notes, f"{entry.label} is {first[number]} too"))
        else:
            yield entry
