"""How alike two decisions are, by their words: whether one goes over ground that the other covered."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

SAME_SUBJECT = 80.0  # of 100: titles that say the same, give or take a word
SAME_ARGUMENT = 88.0
FEWEST_WORDS = 2  # that both must share: one word alone is a coincidence
LONGEST = 600  # characters of a text that are compared
_CLAUSE = re.compile(r"[.,;:!?\n()–—]+|\s-+\s|\b(?:because|since|but|so that|and then)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_SMALL_WORDS = """
    a about all an and any are as at be been but by can do does for from had has have he her his how i if in into is it
    its let may more most must need needs new no nobody not now of off on one only or our out over per same shall she
    should so some still than that the their them then there these they this those to today until up us was way we were
    what when which who will with would year quarter month week you your
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """0 where they have nothing to do with each other, else up to 100. Each is a title and the texts that argue it."""
    titles = _same_subject(one[0], other[0])
    clauses = [each for text in one for each in _clauses(text)]
    others = [each for text in other for each in _clauses(text)]
    arguments = max((_same(each, against) for each in clauses for against in others), default=0.0)
    return max(titles, arguments if arguments >= SAME_ARGUMENT else 0.0)


def _same_subject(one: str, other: str) -> float:
    mine, theirs = _words(one[:LONGEST]), _words(other[:LONGEST])
    if len(set(mine) & set(theirs)) < FEWEST_WORDS:
        return 0.0
    score = fuzz.token_set_ratio(" ".join(mine), " ".join(theirs))
    return score if score >= SAME_SUBJECT else 0.0


def _same(one: list[str], other: list[str]) -> float:
    if len(set(one) & set(other)) < FEWEST_WORDS:
        return 0.0
    return fuzz.token_sort_ratio(" ".join(one), " ".join(other))


def _clauses(text: str) -> list[list[str]]:
    return [words for each in _CLAUSE.split(text[:LONGEST]) if len(words := _words(each)) >= FEWEST_WORDS]


def _words(text: str) -> list[str]:
    """The words that mean something, without case."""
    return [word for word in _WORD.findall(text.casefold()) if word not in _SMALL]
