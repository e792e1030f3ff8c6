"""The log as CSV, and the tables that people keep: columns by their names, one decision a row."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.adr.words import day_in, fold, status_in
from bot.domain.decisions import COST_LIMIT, TEXT_LIMIT, TITLE_LIMIT, DecisionStatus, Detail
from bot.domain.errors import InvalidInput
from bot.domain.interchange.entries import (
    LARGEST_KEPT,
    MOST_NAMES,
    NAME_LIMIT,
    NO_REASON,
    Entry,
    Link,
    Names,
    NotTaken,
    Read,
    Relation,
    as_area,
    as_path,
    digest_of,
    gathered,
)
from bot.domain.interchange.record import Leaving, Record, checked, entry_of, record_of
from bot.domain.phrases import read_cost

COLUMNS = tuple(Record.model_fields)
LISTS = frozenset({"deciders", "consulted", "informed", "related"})
SEPARATORS = ",;\t|"
CELL_LIMIT = 10_000_000  # characters; the csv module's own limit would stop at the first long original
# What a spreadsheet would take for a formula, also behind blanks, and the quotes that an export puts before it.
_FORMULA = re.compile(r"'*[\s\u200b\ufeff]*[=+\-@\t\r\n|%＝＋－＠]")
_NAMES = {
    "title": "title|decision|what|name|subject|summary|topic|titel|entscheidung|titre|titulo|decisao",
    "why": "why|reason|rationale|context|because|justification|grund|begrundung|kontext|raison|contexte|porque|razon"
    "|contexto|motivo|razao",
    "status": "status|state|statut|estado|zustand",
    "date": "date|decided on|decided|decision date|decided at|datum|fecha|data",
    "revisit": "revisit|revisit on|revisit date|review|review date|review on|wiedervorlage",
    "owner": "owner|owned by|responsible|decider|decided by|deciders|decision maker|decision makers|who|author"
    "|verantwortlich|entscheider|responsable|responsavel",
    "area": "area|tags|tag|category|team|kategorie|bereich|categorie|categoria",
    "number": "number|no|no.|nr|nr.|id|#|num|adr|key|nummer|numero",
    "not_doing": "not doing|ruled out|out of scope|alternatives rejected",
    "options": "options|alternatives|considered options|optionen|alternativen|opciones|opcoes",
    "cost": "cost|price|amount|kosten|cout|coste|custo",
    "superseded_by": "superseded by|replaced by|ersetzt durch|remplace par",
    "supersedes": "supersedes|replaces|ersetzt|remplace",
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names.split("|")}


# --- writing -------------------------------------------------------------------------------------------------------


def write(leaving: Iterable[Leaving]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for each in leaving:
        said = record_of(each).model_dump(mode="json")
        writer.writerow([_cell(said[column]) for column in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return harmless(json.dumps(value, ensure_ascii=False)) if value else ""
    return "" if value is None else harmless(str(value))


def harmless(text: str) -> str:
    """With a quote before it where a spreadsheet would run it. `as_written` takes the quote away again."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_written(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


# --- reading -------------------------------------------------------------------------------------------------------


def read(source: str, text: str) -> Read:
    """Raises InvalidInput where there is no header with a title. A row that cannot be used is listed with its line."""
    rows = _rows(text.removeprefix("\ufeff").replace("\x00", ""))
    _, header = next(rows, (0, []))
    names = [" ".join(fold(cell).replace("_", " ").split()) for cell in header]
    if {"workspace", "number", "created_at"} <= set(header):
        return _read_all(source, rows, lambda cells: _own(dict(zip(header, cells, strict=False))))
    columns = _columns(names)
    if "title" not in columns:
        raise InvalidInput("I found no column for the decisions. Name one of them “title” or “decision”.")
    seen: dict[str, int] = {}
    return _read_all(source, rows, lambda cells: _foreign(_by_column(columns, cells), seen))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins in. Empty ones are left out."""
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, [as_written(cell) for cell in row]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(f"Line {begins}: this is no CSV that I can read ({error}).") from error


def _separator(text: str) -> str:
    """The one that parts the header into the most names known here."""
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]

    def known(separator: str) -> tuple[int, int]:
        names = next(csv.reader([first], delimiter=separator), [])
        folded = [" ".join(fold(name).replace("_", " ").split()) for name in names]
        return sum(name in _COLUMN_OF or name.replace(" ", "_") in COLUMNS for name in folded), len(names)

    return max(SEPARATORS, key=known)


def _read_all(source: str, rows: Iterator[tuple[int, list[str]]], read_row: Any) -> Read:
    entries: list[Entry] = []
    not_taken: list[NotTaken] = []
    for line, cells in rows:
        try:
            entries.append(read_row(cells))
        except InvalidInput as problem:
            not_taken.append(NotTaken(f"line {line}", problem.words))
    return gathered(source, entries, not_taken)


def _own(cells: Mapping[str, str]) -> Entry:
    values: dict[str, Any] = {name: cell for name, cell in cells.items() if cell != ""}
    for name in LISTS & values.keys():
        try:
            values[name] = json.loads(values[name])
        except ValueError as error:
            raise InvalidInput(f"{name}: this is no list of names") from error
    return entry_of(checked(values))


def _columns(names: Sequence[str]) -> dict[str, list[int]]:
    """Where each column is, in the order of its names: a table may have both a reason and a context."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        if name in _COLUMN_OF:
            is_text = _COLUMN_OF[name] == "title" and name != "title" and "title" in names
            found.setdefault("why" if is_text else _COLUMN_OF[name], []).append(place)
    return found


def _by_column(columns: Mapping[str, list[int]], cells: Sequence[str]) -> dict[str, str]:
    found = {}
    for column, places in columns.items():
        said = [cells[place].strip() for place in places if place < len(cells) and cells[place].strip()]
        found[column] = "\n\n".join(said) if column == "why" else next(iter(said), "")
    return found


def _foreign(cells: Mapping[str, str], seen: dict[str, int]) -> Entry:
    title = " ".join(cells["title"].split())
    if not title:
        raise InvalidInput("it has no title")
    if len(title) > TITLE_LIMIT:
        raise InvalidInput(f"its title is longer than {TITLE_LIMIT} characters")
    number = _number("number", cells)
    path = " ".join(cells["number"].split()) if number is not None else title  # OPS-12 is not SHOP-12
    seen[path] = seen.get(path, 0) + 1
    return Entry(
        path=as_path(path if seen[path] == 1 else f"{path} ({seen[path]})"),
        digest=digest_of(json.dumps(cells, sort_keys=True)),
        title=title,
        why=_text("why", cells) or NO_REASON,
        status=_status(cells),
        number=number if seen[path] == 1 and number is not None and number <= LARGEST_KEPT else None,
        label=f"No. {number}" if number is not None else None,
        day=_day("date", cells),
        not_doing=_text("not_doing", cells),
        revisit_on=_day("revisit", cells),
        detail=_detail(cells),
        names=Names(_names(cells.get("owner", ""))),
        links=tuple(
            Link(relation, number=linked)
            for column, relation in (("supersedes", Relation.SUPERSEDES), ("superseded_by", Relation.SUPERSEDED_BY))
            if (linked := _number(column, cells)) is not None
        ),
    )


def _names(said: str) -> tuple[str, ...]:
    names = (" ".join(name.split())[:NAME_LIMIT] for name in re.split(r"[,;]", said))
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_NAMES]


def _status(cells: Mapping[str, str]) -> DecisionStatus:
    said = cells.get("status", "")
    if not said:
        return DecisionStatus.SUPERSEDED if cells.get("superseded_by") else DecisionStatus.DECIDED
    if fold(said) in set(DecisionStatus):
        return DecisionStatus(fold(said))
    found = status_in(said)
    if found is None:
        raise InvalidInput(f"its status “{said[:40]}” is none that I know")
    return found


def _detail(cells: Mapping[str, str]) -> Detail:
    cost, currency = _cost(cells.get("cost", ""))
    return Detail(area=as_area(cells.get("area")), cost=cost, currency=currency, options=_text("options", cells))


def _cost(said: str) -> tuple[Decimal | None, str | None]:
    if not said:
        return None, None
    cost, currency = read_cost(said)
    if cost is None or currency is None or not 0 <= cost < COST_LIMIT:
        raise InvalidInput(f"its cost “{said[:40]}” is no amount with a currency, such as 12000 EUR")
    return cost, currency


def _text(column: str, cells: Mapping[str, str]) -> str | None:
    said = cells.get(column, "")
    if len(said) > TEXT_LIMIT:
        raise InvalidInput(f"its {column.replace('_', ' ')} is longer than {TEXT_LIMIT} characters")
    return said or None


def _number(column: str, cells: Mapping[str, str]) -> int | None:
    found = re.search(r"(?<!\d)(\d{1,8})(?!\d)", cells.get(column, ""))
    return int(found[1]) or None if found else None


def _day(column: str, cells: Mapping[str, str]) -> date | None:
    said = cells.get(column, "")
    day = day_in(said) if said else None
    if said and day is None:
        raise InvalidInput(f"its {column} “{said[:40]}” is no day that I can tell; write 2026-10-29")
    return day
