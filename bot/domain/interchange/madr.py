"""The log as MADR 4: one Markdown file a decision, which says all of it, and which is read back as it was.

What is a text stands in its section, where people edit it; a line of it that Markdown would take for structure begins
with a backslash. What is a fact stands in the front matter: MADR's own keys, and the rest under `backbeat`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from bot.domain.adr.document import front_matter
from bot.domain.decisions import DecisionStatus
from bot.domain.errors import InvalidInput
from bot.domain.interchange.alternatives import Listed, listed, typed
from bot.domain.interchange.entries import Entry, NotTaken
from bot.domain.interchange.record import Leaving, Record, checked, entry_of, record_of

OURS = "backbeat"
LISTED, TYPED = "options_listed", "options_typed"
ORIGINALS, ORIGINAL_ENDING = "originals", ".original"
INDEX = "index.md"
SLUG_LIMIT = 60
MISSING = "<!-- not recorded -->"
COMPARED = "compared"  # no field of its own: it belongs to the options
SECTIONS = {  # heading: field; in the order of MADR's template
    "## Context and Problem Statement": "why",
    "### Constraint": "constraint",
    "## Decision Drivers": "goal",
    "## Considered Options": "options",
    "## Decision Outcome": None,
    "### Not Doing": "not_doing",
    "### Smallest Test": "smallest_test",
    "### Total Cost of Ownership": "total_cost",
    "### Maintenance": "maintenance",
    "### Integration": "integration",
    "### Security": "security",
    "### Risk Controls": "controls",
    "### Confirmation": "outcome_metric",
    "### Guardrail": "guardrail",
    "## Pros and Cons of the Options": COMPARED,
    "## More Information": None,
}
TEXTS = frozenset(field for field in SECTIONS.values() if field)
NOT_IN_FRONT = TEXTS | {"title", "original_text", "owner_name", "deciders", "consulted", "informed"}
_BEGINS, _LINE = r"(?:^|(?<=\r))([ \t]*)", r"(\\*(?:#|=+[ \t]*(?=\r|$)|-+[ \t]*(?=\r|$)|```|~~~|<))"
_STRUCTURE = re.compile(_BEGINS + _LINE, re.MULTILINE)
_NESTING = re.compile(r"(?:[-+*>]|\d{1,9}[.)])(?:\s|>|$)")  # what an item of a list would take for a list of its own
_ESCAPED = re.compile(rf"{_BEGINS}\\{_LINE}", re.MULTILINE)


def file_name(decision_number: int, title: str) -> str:
    """0014-use-postgres-for-the-event-store.md"""
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")[:SLUG_LIMIT].rstrip("-")
    return f"{decision_number:04}-{slug or 'decision'}.md"


def original_name(name: str) -> str:
    """Beside the records, in a folder of its own, and by its ending no record."""
    return f"{ORIGINALS}/{name.removesuffix('.md')}{ORIGINAL_ENDING}"


# --- writing -------------------------------------------------------------------------------------------------------


def write(leaving: Leaving, names: Mapping[int, str]) -> str:
    """The file of a decision. `names`: the files of all that leave with it, by number."""
    record = record_of(leaving)
    front = yaml.safe_dump(
        _front(record, names), sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False
    )
    parts = [f"---\n{front}---", f"# {_as_heading(record.title)}"]
    texts = _texts(record)
    for heading, field in SECTIONS.items():
        if field == "options" and record.options is None:
            parts += [heading, f"{MISSING}\n\n* {_in_line(record.title)}"]
        elif heading == "## Decision Outcome":
            parts += [heading, f'Chosen option: "{_in_line(record.title)}".']
        elif heading == "## More Information":
            more = _more(record, names)
            parts += [heading, more] if more else []
        elif field in texts:
            parts += [heading, texts[field]]
    return "\n\n".join(parts) + "\n"


def _texts(record: Record) -> dict[str | None, str]:
    """What stands in each section."""
    said = {field: getattr(record, field) for field in TEXTS - {COMPARED}}
    texts: dict[str | None, str] = {field: _escape(text) for field, text in said.items() if text is not None}
    in_list = _listed(record)
    if in_list is not None:
        texts["options"] = in_list.considered
        texts |= {COMPARED: in_list.compared} if in_list.compared else {}
    return texts


def _listed(record: Record) -> Listed | None:
    """The options as a list, unless Markdown would take one for something else."""
    found = listed(record.options) if record.options is not None else None
    if found is None:
        return None
    lines = [line for each in (found.considered, found.compared or "") for line in each.split("\n")]
    bare = [re.sub(r"^(\* |### )", "", line) for line in lines]
    is_plain = not any(len(each.splitlines()) > 1 or _STRUCTURE.match(each) or _NESTING.match(each) for each in bare)
    return found if is_plain and not SECTIONS.keys() & set(lines) else None


def _front(record: Record, names: Mapping[int, str]) -> dict[str, Any]:
    known = record.model_dump(mode="json", exclude_none=True, exclude=set(NOT_IN_FRONT))
    in_list = _listed(record)
    if in_list is not None:
        known |= {LISTED: True} | ({TYPED: in_list.typed} if in_list.typed is not None else {})
    if record.original_text is not None:
        known["original"] = original_name(names[record.number])
    if record.deciders:
        known.pop("decided_by_name", None)
    decided_by = [known["decided_by_name"]] if "decided_by_name" in known else []
    return {
        "status": _status(record),
        "date": record.decided_on or record.created_at.date(),
        "decision-makers": list(record.deciders) or decided_by,
        "consulted": list(record.consulted),
        "informed": list(record.informed),
        OURS: known,
    }


def _status(record: Record) -> str:
    by = f" by ADR-{record.superseded_by:04}" if record.superseded_by else ""
    match record.status:
        case DecisionStatus.DECIDED | DecisionStatus.HELD:
            return "accepted"
        case DecisionStatus.REVERSED:
            return "deprecated"
        case DecisionStatus.SUPERSEDED | DecisionStatus.AMENDED:
            return f"{record.status.value}{by}"
        case _:
            return record.status.value


def _more(record: Record, names: Mapping[int, str]) -> str:
    verb = "Amended by" if record.status is DecisionStatus.AMENDED else "Superseded by"
    lines = [
        _link("In place of", record.supersedes, names),
        _link(verb, record.superseded_by, names),
        *(_link("Related to", number, names) for number in record.related),
        f"* Revisit on {record.revisit_on}" if record.revisit_on else None,
        f"* [The message it was logged from]({record.permalink})" if _is_plain(record.permalink) else None,
        f"* [As it was imported]({original_name(names[record.number])})" if record.original_text is not None else None,
    ]
    return "\n".join(line for line in lines if line)


def _link(words: str, number: int | None, names: Mapping[int, str]) -> str | None:
    if number is None:
        return None
    return f"* {words} [D-{number}]({names[number]})" if number in names else f"* {words} D-{number}"


def _is_plain(link: str | None) -> bool:
    return bool(link and re.fullmatch(r"https?://[^\s()<>\[\]]+", link))


def _escape(text: str) -> str:
    return _STRUCTURE.sub(r"\1\\\2", text)


def _as_heading(title: str) -> str:
    """A heading may end in # signs that are no part of it."""
    return re.sub(r"#$", r"\\#", title)


def _in_line(title: str) -> str:
    return title.replace("<", "\\<")


def index(leaving: Sequence[Leaving], names: Mapping[int, str]) -> str:
    """All that left, newest first."""
    lines = ["# Decisions", "", "| | Decision | Status | Decided |", "|---|---|---|---|"]
    for each in sorted(leaving, key=lambda one: -one.decision.number):
        decision = each.decision
        title = re.sub(r"([\\|\[\]<>`*_])", r"\\\1", decision.title)
        day = decision.decided_on.isoformat() if decision.decided_on else ""
        lines.append(f"| {decision.ref} | [{title}]({names[decision.number]}) | {_status(record_of(each))} | {day} |")
    return "\n".join(lines) + "\n"


# --- reading -------------------------------------------------------------------------------------------------------


def is_ours(text: str) -> bool:
    return isinstance(front_matter(_with_line_feeds(text))[0].get(OURS), dict)


def read_own(path: str, text: str, beside: Callable[[str], str | None]) -> Entry | NotTaken:
    """A file that was exported, as it was or as somebody edited it since. `beside`: the text of a file near it."""
    meta, body, _ = front_matter(_with_line_feeds(text))
    known: dict[str, Any] = dict(meta[OURS])
    title, texts = _sections(body)
    values = known | {"title": title} | _with_options(texts, known)
    if known.get("original"):
        values["original_text"] = beside(str(known["original"]))
    makers = _names(meta.get("decision-makers"))
    values["deciders"] = [] if makers == [known.get("decided_by_name")] else makers
    values["consulted"], values["informed"] = _names(meta.get("consulted")), _names(meta.get("informed"))
    try:
        return entry_of(checked(values))
    except InvalidInput as problem:
        return NotTaken(path, problem.words)


def _with_options(texts: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, str]:
    """The texts by field, the options as they were typed."""
    found = {name: text for name, text in texts.items() if name != COMPARED}
    considered, compared = texts.get("options", ""), texts.get(COMPARED)
    if known.get(LISTED):
        before = known.get(TYPED)
        found["options"] = typed(considered, compared, before if isinstance(before, str) else None)
    elif compared:  # somebody wrote it there since
        found["options"] = f"{considered}\n\n{compared}".strip()
    return found


def _names(said: Any) -> list[str]:
    return [str(each) for each in said] if isinstance(said, list) else []


def _sections(body: str) -> tuple[str, dict[str, str]]:
    """The title, and the texts of our own headings. Another heading belongs to the text that it stands in."""
    title, texts, field = "", dict[str, list[str]](), ""
    for line in body.split("\n"):
        if not title and line.startswith("# "):
            title = re.sub(r"\\#$", "#", line[2:]).strip()
        elif line.rstrip() in SECTIONS:
            field = SECTIONS[line.rstrip()] or ""
        elif field:
            texts.setdefault(field, []).append(line)
    said = {name: "\n".join(lines).strip() for name, lines in texts.items()}
    return title, {name: _ESCAPED.sub(r"\1\2", text) for name, text in said.items() if not text.startswith(MISSING)}


def _with_line_feeds(text: str) -> str:
    """A file that was saved on Windows has a carriage return at each line's end."""
    return text.replace("\r\n", "\n") if re.match(r"\ufeff?---[ \t]*\r\n", text) else text
