"""One decision record: what it decides, why, where it stands, and to which others it belongs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from posixpath import join, normpath
from urllib.parse import unquote

from bot.domain.adr.document import Document, facts_in, parse, plain, words_of
from bot.domain.adr.words import Part, day_in, fold, is_offer, part_of, relation_in, status_in
from bot.domain.decisions import DecisionStatus, Detail
from bot.domain.interchange.entries import (
    LABEL_LIMIT,
    LARGEST_KEPT,
    MOST_NAMES,
    NAME_LIMIT,
    NO_REASON,
    Entry,
    Link,
    Names,
    Relation,
    as_area,
    as_path,
    as_text,
    as_title,
    digest_of,
    fit,
)

_NUMBERED = re.compile(r"(?:[a-z]{2,5}[-_ ]?)?(\d{1,5})(?=[-_. )]|$)", re.IGNORECASE)
_DATED = re.compile(r"(\d{4})[-_]?(\d{2})[-_]?(\d{2})(?=[-_. ]|$)")
_TITLE_NUMBER = re.compile(
    r"^\s*(?:\[?\s*(?:adr|rfc|entscheidung|d[ée]cision|decisi[óo]n|decis[ãa]o)\s*[-_#:°º. ]*\s*(\d{1,8})"
    r"\s*\]?\s*[:.)–—-]*"
    r"|(\d{1,8})\s*(?:[:.)–—](?!\d)|-\s)|(0\d{1,7})-)\s*(?=\S)",  # not of 12-factor apps, nor of 3.5 inches
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"(?:chosen option|gewahlte option|gewahlte alternative|option choisie|option retenue|opcion elegida"
    r"|opcion escogida|opcao escolhida)\s*:",
)
_BECAUSE = re.compile(
    r"(?<!\w)(?:because|since|weil|da|denn|car|parce qu['’e]e?|puisque|porque|ya que|pois|ja que)(?!\w)"
)
_LINKED = re.compile(r"\[([^\]\[\n]{0,300})\]\(\s{0,5}<?([^)\s>]{1,500})>?[^)\n]{0,300}\)")
_BARE = re.compile(r"(?<![\w/.-])(?:adr|rfc)?[-_ #]*(\d{1,5})(?![\w-])", re.IGNORECASE)
_REFERENCES = re.compile(
    r"[^\w]*(?:(?:adr|rfc|no|nr|decision|entscheidung)\b[^\w]*)?(?:adr|rfc)?[-_ #]*\d", re.IGNORECASE
)
_FILE = re.compile(r"(?<![\w/.-])((?:\.{0,2}/)?[\w./-]+\.(?:md|markdown))", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"^\s*[\[{<].*[\]}>]\s*$", re.DOTALL)
LONGEST_LIST = 5000  # characters of a list of names
_NAME_SPLIT = re.compile(r"\s*(?:[,;]|\s(?:and|und|et|y|e|&|/)\s)\s*")
_RELATIONS_OF = {
    Part.SUPERSEDES: Relation.SUPERSEDES,
    Part.SUPERSEDED_BY: Relation.SUPERSEDED_BY,
    Part.AMENDS: Relation.AMENDS,
    Part.AMENDED_BY: Relation.AMENDED_BY,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the record says of itself. `status` None: it says nothing that is known here."""

    status: DecisionStatus | None
    said: str | None


def read_record(path: str, text: str) -> Entry:
    """The record at `path` (within its folder). What cannot be understood is kept whole, and says why."""
    document = _in_order(parse(text))
    number, title = _number_and_title(path, document)
    standing = _standing(document)
    status, reason = _judge(document, standing)
    day = _day(path, document)
    is_known = reason is None
    return Entry(
        path=as_path(path),
        digest=digest_of(text),
        title=title,
        why=_why(document),
        status=status,
        number=number or None,  # 0 is no decision's number
        label=fit(f"ADR {number}", LABEL_LIMIT) if number is not None else None,
        day=day,
        detail=_detail(document) if is_known else Detail(),
        names=_names(document),
        links=tuple(dict.fromkeys(_links(path, document))),
        text=text.replace("\x00", ""),
        reason=reason,
        notes=("its front matter cannot be read",) if document.has_bad_front_matter else (),
    )


def is_template(text: str) -> bool:
    """Whether its title is still the blank of a form."""
    title = (parse(text[:5000]).title or "").strip()
    return bool(_PLACEHOLDER.match(title)) or fold(title) in {"number. title", "title", "titel", "titre", "titulo"}


def _in_order(document: Document) -> Document:
    """In a language not known here, four sections of which the first is a word or two are Nygard's, in his order."""
    sections, order = document.sections, (Part.STATUS, Part.CONTEXT, Part.DECISION, Part.CONSEQUENCES)
    is_known = any(each.part in {Part.CONTEXT, Part.DECISION, Part.STATUS} for each in sections)
    if is_known or len(sections) != len(order) or len(sections[0].text.strip()) > 60:
        return document
    known = tuple(
        type(each)(each.level, each.heading, part, each.text) for each, part in zip(sections, order, strict=True)
    )
    return Document(
        document.meta, document.title, document.preamble, known, document.facts, document.has_bad_front_matter
    )


# --- what it is called ---------------------------------------------------------------------------------------------


def stands_for_folder(path: str) -> bool:
    """0007-use-postgres/README.md: a record with a folder of its own."""
    folder, stem = PurePosixPath(path).parent.name, PurePosixPath(path).stem.lower()
    return stem in {"readme", "index"} and bool(_NUMBERED.match(folder) or _DATED.match(folder))


def number_and_name(path: str) -> tuple[int | None, str]:
    """What the file's name says: 0007-use-postgres.md is 7, "Use postgres". A day is no number."""
    name = PurePosixPath(path).parent.name if stands_for_folder(path) else PurePosixPath(path).stem
    dated, numbered = _DATED.match(name), _NUMBERED.match(name)
    begins = dated or numbered
    bare = re.sub(r"[-_.\s]+", " ", name[begins.end() :] if begins else name).strip().capitalize()
    number = int(numbered[1]) if numbered and not dated else None
    return _kept(number), as_title(bare) or as_title(name) or "Untitled"


def _kept(number: int | None) -> int | None:
    return number if number is not None and number <= LARGEST_KEPT else None


def _number_and_title(path: str, document: Document) -> tuple[int | None, str]:
    number, from_name = number_and_name(path)
    title = plain(document.title or "") or next(iter(_meta(document, Part.TITLE)), "")
    if title and (found := _TITLE_NUMBER.match(title)):
        number = number if number is not None else _kept(int(found[1] or found[2] or found[3]))
        title = title[found.end() :]
    if number is None:
        told = [*_meta(document, Part.NUMBER), document.facts.get(Part.NUMBER, "")]
        number = next((_kept(int(found[0])) for each in told if (found := re.search(r"\d{1,9}", each))), None)
    return number, as_title(title) or from_name


def _meta(document: Document, part: Part) -> list[str]:
    """What the front matter says about `part`."""
    return [word for key, value in document.meta.items() if part_of(key) is part for word in words_of(value)]


def _day(path: str, document: Document) -> date | None:
    status = document.text_of(Part.STATUS) or ""
    said = [
        *_meta(document, Part.DATE),
        document.facts.get(Part.DATE, ""),
        facts_in(status).get(Part.DATE, ""),
        document.text_of(Part.DATE) or "",
        document.facts.get(Part.STATUS, ""),
        *[line for line in reversed(status.splitlines()) if not relation_in(line)],
    ]
    if dated := _DATED.match(PurePosixPath(path).name):
        said.append("-".join(dated.groups()))
    return next((day for each in said if (day := day_in(each[:500]))), None)


# --- where it stands -----------------------------------------------------------------------------------------------


def _standing(document: Document) -> Standing:
    """From the front matter, else from its section, else from a line above the sections."""
    section = facts_in(document.text_of(Part.STATUS) or "").get(Part.STATUS) or document.text_of(Part.STATUS)
    for said in (*_meta(document, Part.STATUS), section, document.facts.get(Part.STATUS)):
        if said and not is_offer(said):
            return Standing(_status_of(said), plain(said))
    for line in document.preamble.splitlines():
        if re.fullmatch(r"\s*(?:\*\*|__)[^*_:]+(?:\*\*|__)\.?\s*", line) and (status := status_in(line)):
            return Standing(status, plain(line))
    return Standing(None, None)


def _status_of(said: str) -> DecisionStatus | None:
    """The last status of a list of them; that it was superseded or amended is said by its own words."""
    found = None
    for line in said.splitlines():
        related = relation_in(line)
        status = status_in(related.before if related else line)
        found = status or found
        if related is not None and related.relation is Relation.SUPERSEDED_BY:
            return DecisionStatus.SUPERSEDED
        if related is not None and related.relation is Relation.AMENDED_BY and found in {None, DecisionStatus.DECIDED}:
            found = DecisionStatus.AMENDED
    return found


def _judge(document: Document, standing: Standing) -> tuple[DecisionStatus, str | None]:
    parts = {section.part for section in document.sections}
    outcome = document.text_of(Part.DECISION)
    if not (standing.said or parts & {Part.CONTEXT, Part.DECISION, Part.OPTIONS}):
        return DecisionStatus.IMPORTED, "it has no section and no status that I know"
    if standing.status is not None:
        return standing.status, None
    if standing.said:
        return DecisionStatus.IMPORTED, f"its status is none that I know: “{fit(' '.join(standing.said.split()), 60)}”"
    if outcome and _CHOSEN.search(fold(outcome)):
        return DecisionStatus.DECIDED, None
    return DecisionStatus.IMPORTED, "it says no status"


# --- what it says --------------------------------------------------------------------------------------------------


def _why(document: Document) -> str:
    """The reason given with the choice, the context, then what was decided; or all there is."""
    outcome = document.text_of(Part.DECISION) or ""
    reason = _because(outcome)
    rest_of_it = outcome.partition("\n\n")[2] if reason else outcome
    parts = [reason, document.text_of(Part.CONTEXT), rest_of_it]
    said = "\n\n".join(dict.fromkeys(plain(each) for each in parts if each and plain(each)))
    rest = [document.preamble, *(section.text for section in document.sections)]
    return as_text(said) or as_text(plain("\n\n".join(each for each in rest if each.strip()))) or NO_REASON


def _because(outcome: str) -> str | None:
    """What follows "because" in MADR's sentence: Chosen option: "Postgres", because we run it already."""
    sentence = outcome.split("\n\n", maxsplit=1)[0]
    folded = fold(sentence)
    if len(folded) != len(sentence) or not _CHOSEN.search(folded):
        return None  # where folding made it longer, its places are not the sentence's
    found = _BECAUSE.search(folded)
    said = sentence[found.end() :].strip(" \n,.") if found else ""
    return None if not said or _PLACEHOLDER.match(said) else said[:1].upper() + said[1:] + "."


def _detail(document: Document) -> Detail:
    tags = [*_meta(document, Part.TAGS), document.facts.get(Part.TAGS, "")]
    options = [document.text_of(Part.OPTIONS), document.text_of(Part.PROS)]
    return Detail(
        area=as_area(", ".join(plain(tag) for tag in tags if tag and not _PLACEHOLDER.match(tag))),
        goal=as_text(document.text_of(Part.DRIVERS)),
        options=as_text("\n\n".join(each for each in options if each)),
        outcome_metric=as_text(document.text_of(Part.CONFIRMATION)),
    )


def _names(document: Document) -> Names:
    return Names(*(_people(document, part) for part in (Part.DECIDERS, Part.CONSULTED, Part.INFORMED)))


def _people(document: Document, part: Part) -> tuple[str, ...]:
    status = facts_in(document.text_of(Part.STATUS) or "")
    said = _meta(document, part) or [document.facts.get(part) or status.get(part) or document.text_of(part) or ""]
    names = [
        " ".join(plain(name).strip("-*@ ").replace(";", " ").split())[:NAME_LIMIT]
        for each in said
        if not _PLACEHOLDER.match(each) or _LINKED.search(each)
        for line in each[:LONGEST_LIST].splitlines()
        for name in _NAME_SPLIT.split(line)
    ]
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_NAMES]


# --- to which others it belongs ------------------------------------------------------------------------------------


def _links(path: str, document: Document) -> Iterator[Link]:
    for key, value in document.meta.items():
        part = part_of(key)
        if part in _RELATIONS_OF:
            for word in words_of(value):
                yield from _targets(_RELATIONS_OF[part], word, path)
        elif part is Part.STATUS:
            yield from _in_lines(path, words_of(value))
    lines = document.preamble.splitlines()
    for section in document.sections:
        if section.part in _RELATIONS_OF:
            yield from _targets(_RELATIONS_OF[section.part], section.text, path)
        elif section.part in {Part.STATUS, Part.LINKS}:
            lines += section.text.splitlines()
    yield from _in_lines(path, lines)
    for part, relation in _RELATIONS_OF.items():
        if part in document.facts:
            yield from _targets(relation, document.facts[part], path)
    if Part.STATUS in document.facts:
        yield from _in_lines(path, [document.facts[Part.STATUS]])


def _in_lines(path: str, lines: Iterable[str]) -> Iterator[Link]:
    for line in lines:
        related = relation_in(line[:1000])
        if related and not is_offer(line) and not is_offer(line.partition(":")[2]):
            yield from _targets(related.relation, related.after, path)


def _targets(relation: Relation, text: str, path: str) -> Iterator[Link]:
    """The records that `text` names: by link where it has one, else by file, else by the number it begins with."""
    if linked := _LINKED.findall(text):
        for label, target in linked:
            yield _link(relation, path, unquote(target.split("#")[0]), label)
    elif files := _FILE.findall(text):
        for each in files:
            yield _link(relation, path, each, "")
    elif _REFERENCES.match(text):
        for number in _BARE.findall(re.sub(r"\d{4}-\d{2}-\d{2}|\([^)]*\)", " ", text)):
            yield Link(relation, number=int(number))


def _link(relation: Relation, path: str, target: str, label: str) -> Link:
    """The target's path within the folder, with the number it seems to have: links are often wrong."""
    name = PurePosixPath(target).name
    found = _NUMBERED.match(name) or _BARE.search(label) or _TITLE_NUMBER.match(label)
    number = next((int(each) for each in found.groups() if each), None) if found else None
    within = None if "://" in target or not target else normpath(join(str(PurePosixPath(path).parent), target))
    return Link(relation, path=within, number=number)
