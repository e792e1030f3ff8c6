"""A Markdown file as its parts: front matter, title, sections, and the facts that stand above them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.domain.adr.words import Part, part_of

PARSED = 200_000  # characters of a file whose structure is looked at; nobody decides in more
# What stands within a line is left alone: nobody needs it here, and a text can be made for which it takes minutes.
_MARKDOWN = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
LONGEST_HEADING = 1000
_PSEUDO = 7  # the level of a line in bold that stands for a heading
_HANDLER = YAMLHandler()
_OPENING = re.compile(r"---[ \t]*\n")
_FACT = re.compile(
    r"^\s*(?:[*+-]\s+|\d+[.)]\s+|>\s*)?(?:\*\*|__|\*|_)?\s*([^\W\d_][\w '’()/-]{1,30}?)\s*(?:\*\*|__|\*|_)?\s*:"
    r"\s*(?:\*\*|__|\*|_)?\s*(\S.*)$"
)


@dataclass(frozen=True, slots=True)
class Section:
    level: int
    heading: str
    part: Part | None
    text: str  # up to the next heading of any level


@dataclass(frozen=True, slots=True)
class Document:
    meta: dict[str, Any]
    title: str | None
    preamble: str  # between the title and the first section
    sections: tuple[Section, ...]
    facts: dict[Part, str] = field(default_factory=dict)
    has_bad_front_matter: bool = False

    def text_of(self, part: Part) -> str | None:
        """The first section about `part`, with the sections under it. None where there is none, or it is empty."""
        for place, section in enumerate(self.sections):
            if section.part is part:
                text = "\n\n".join(_with_those_under(self.sections, place)).strip()
                if text:
                    return text
        return None


def parse(text: str) -> Document:
    """Never fails: what is not Markdown is one long paragraph."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")[:PARSED]
    meta, body, is_bad = front_matter(text)
    lines, headings, table_facts = _look(body)
    title, above, rest = _title(headings)
    starts = [each.line for each in rest]
    ends = [*starts[1:], len(lines)][: len(rest)]
    preamble = _text(lines, above, min(starts, default=len(lines)))
    sections = tuple(
        Section(each.level, each.text, part_of(each.text), _text(lines, each.end, end))
        for each, end in zip(rest, ends, strict=True)
    )
    facts = {**table_facts, **facts_in(preamble)}
    return Document(meta, title, preamble, sections, facts, is_bad)


def front_matter(text: str) -> tuple[dict[str, Any], str, bool]:
    """What stands between the two lines of dashes, the rest, and whether it is broken."""
    text = text.lstrip("\ufeff\n ")
    if not _OPENING.match(text):
        return {}, text, False
    try:
        head, body = _HANDLER.split(text)
    except ValueError:
        return {}, text, False
    try:
        found = _HANDLER.load(head, Loader=yaml.BaseLoader)  # all of it as words: 2023-02-31 is none of YAML's days
    except (yaml.YAMLError, RecursionError):
        return {}, body, True
    return (
        ({str(key): value for key, value in found.items()}, body, False)
        if isinstance(found, dict)
        else ({}, text, False)
    )


def facts_in(text: str) -> dict[Part, str]:
    """Lines such as "* Status: accepted" and "**Date**: 2020-01-02", the first of each."""
    found: dict[Part, str] = {}
    for line in text.splitlines():
        if (match := _FACT.match(line[:1000])) and (part := part_of(match[1])):
            found.setdefault(part, match[2].strip().rstrip("*_").strip())
    return found


def plain(text: str) -> str:
    """Markdown as people read it: links and emphasis without their marks."""
    text = re.sub(r"!?\[([^\]\[\n]{0,300})\]\([^)\n]{0,500}\)", r"\1", text)
    return re.sub(r"(?<!`)(\*\*|__|`(?!`))(.{1,300}?)\1(?!`)", r"\2", text).strip()


def words_of(value: Any) -> list[str]:
    """What front matter says under one key, as words: a text, a list, or a list of things with names."""
    if isinstance(value, dict):
        return words_of(next((value[key] for key in ("name", "path", "id") if key in value), None))
    if isinstance(value, list | tuple):
        return [word for each in value[:50] if not isinstance(each, list | tuple) for word in words_of(each)]
    return [str(value)[:1000]]


# --- looking at Markdown -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    line: int
    end: int


def _look(body: str) -> tuple[list[str], list[_Heading], dict[Part, str]]:
    """The lines without comments, the headings, and the facts of the first tables."""
    tokens = _MARKDOWN.parse(body)
    lines = body.split("\n")
    for token in tokens:
        if token.type == "html_block" and token.map and token.content.lstrip().startswith("<!--"):
            kept = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), token.content).split("\n")
            start, end = token.map
            lines[start:end] = (kept + [""] * (end - start))[: end - start]
    for token in tokens:
        if token.type == "inline" and token.map and "<!--" in token.content:
            for number in range(*token.map):
                lines[number] = _COMMENT.sub("", lines[number])
    return lines, list(_headings(tokens)), dict(_table_facts(tokens))


def _headings(tokens: Sequence[Token]) -> Iterator[_Heading]:
    for place, token in enumerate(tokens):
        if token.level != 0 or not token.map:
            continue
        if token.type == "heading_open":
            yield _Heading(int(token.tag[1:]), _words(tokens[place + 1]), token.map[0], token.map[1])
        elif token.type == "paragraph_open" and _is_bold(tokens[place + 1]) and part_of(_words(tokens[place + 1])):
            yield _Heading(_PSEUDO, _words(tokens[place + 1]).rstrip(" :"), token.map[0], token.map[1])


def _is_bold(inline: Token) -> bool:
    return bool(re.fullmatch(r"(\*\*|__)[^*_\n]{1,60}\1:?", inline.content.strip()))


def _words(inline: Token) -> str:
    said = plain(_COMMENT.sub(" ", inline.content[:LONGEST_HEADING]))
    return " ".join(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", said).split())


def _table_facts(tokens: Sequence[Token]) -> Iterator[tuple[Part, str]]:
    """From "| Status | Accepted |", and from a row of keys with a row of values under it."""
    seen: set[Part] = set()
    for rows in _tables(tokens):
        across = (
            zip(rows[0], rows[1], strict=False) if len(rows) > 1 and sum(map(bool, map(part_of, rows[0]))) > 1 else ()
        )
        down = ((row[0], row[1]) for row in rows if len(row) > 1)
        for key, value in [*across, *down]:
            part = part_of(key)
            if part is not None and part not in seen and value and part_of(value) is None:
                seen.add(part)
                yield part, value


def _tables(tokens: Sequence[Token]) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"} and rows:
            rows[-1].append(tokens[place + 1].content.strip())
        elif token.type == "table_close":
            if rows:
                yield rows
            rows = []


def _title(headings: list[_Heading]) -> tuple[str | None, int, list[_Heading]]:
    """The first heading, unless it is that of a section, with the line it ends in; and the sections' headings."""
    if headings and part_of(headings[0].text) is None and _is_above(headings):
        return headings[0].text, headings[0].end, headings[1:]
    return None, 0, headings


def _is_above(headings: Sequence[_Heading]) -> bool:
    """Whether the first heading stands over all others."""
    first, *others = headings
    return first.level == 1 or all(each.level > first.level or part_of(each.text) for each in others)


def _with_those_under(sections: Sequence[Section], place: int) -> Iterable[str]:
    own = sections[place]
    yield own.text
    for section in sections[place + 1 :]:
        if section.level <= own.level or section.part in _NEVER_UNDER:
            return
        yield f"{'#' * min(section.level, 6)} {section.heading}\n\n{section.text}"


_NEVER_UNDER = frozenset({Part.CONSEQUENCES, Part.CONFIRMATION})  # MADR has them under the decision: they are their own


def _text(lines: list[str], start: int, end: int) -> str:
    return "\n".join(lines[start:end]).strip("\n").rstrip()
