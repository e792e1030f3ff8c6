"""Texts as the words that tell what they are about: without endings, and by one name for one thing."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.domain.vocabulary import EVERYDAY, KINDS, SAME, SMALL_WORDS

SHORTEST_STEM = 3
_WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*")
_LINE = re.compile(r"^ *(\w+):((?:[^:\n]|\n {8})+)$", re.MULTILINE)
_SMALL = frozenset(SMALL_WORDS.split())
_ENDINGS = (
    *(("ization", "iz"), ("isation", "is"), ("ations", "at"), ("ation", "at"), ("ments", ""), ("ment", "")),
    *(("ings", ""), ("ing", ""), ("ions", ""), ("ion", ""), ("ers", ""), ("er", ""), ("als", ""), ("al", "")),
    *(("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")),
    *(("ed", ""), ("ly", ""), ("es", ""), ("s", "")),
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Without its ending, roughly: deploys, deployed and deploying are one."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM and not word.endswith(("ss", "us", "is")):
            word = word.removesuffix(ending) + instead
            break
    if len(word) > SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiouls0123456789":
        word = word[:-1]
    return word[:-1] if len(word) > SHORTEST_STEM and word[-1] == "e" else word


def terms_of(text: str) -> list[str]:
    """The words of `text` that mean something, by the names under which they are counted, in their order."""
    words, found, at = _WORD.findall(text.casefold().replace("’", "'")), list[str](), 0
    while at < len(words):
        for length in _LENGTHS.get(words[at], ()):
            name = _SAME_AS.get(tuple(words[at : at + length]))
            if name is not None:
                found.append(name)
                at += length
                break
        else:
            word = words[at].removesuffix("'s")
            if word not in _SMALL:
                found.append(stem(word))
            at += 1
    return found


def is_everyday(term: str) -> bool:
    """Whether it is said of nearly everything, and so tells little."""
    return term.isdigit() or term in _EVERYDAY_TERMS


def kinds_of(term: str) -> tuple[str, ...]:
    """What a thing is one of, by the names under which those are counted: a Kubernetes is a way to run containers."""
    return _KINDS_OF.get(term, ())


def _lines(table: str) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Each line's name and what stands behind it, taken apart into words."""
    for name, names in _LINE.findall(table):
        yield stem(name), [tuple(_WORD.findall(each)) for each in names.split(",")]


def _same_as() -> dict[tuple[str, ...], str]:
    """The name under which each is counted. Products of several words are counted under all of them."""
    found = {tuple(each): "_".join(each) for _, names in _lines(KINDS) for each in names if len(each) > 1}
    for name, names in _lines(SAME):
        found |= dict.fromkeys(names, name)
    return found | {(name,): stem(name) for name, _ in _LINE.findall(SAME)}


def _kinds_of() -> dict[str, tuple[str, ...]]:
    kinds: dict[str, list[str]] = {}
    for kind, names in _lines(KINDS):
        for each in names:
            kinds.setdefault(_SAME_AS.get(each) or stem(each[0]), []).append(kind)
    return {term: tuple(found) for term, found in kinds.items()}


_SAME_AS = _same_as()
_LENGTHS = {
    first: tuple(sorted({len(each) for each in _SAME_AS if each[0] == first}, reverse=True))
    for first in {each[0] for each in _SAME_AS}
}
_KINDS_OF = _kinds_of()
_EVERYDAY_TERMS = frozenset(terms_of(EVERYDAY))
