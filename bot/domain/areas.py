"""The areas that decisions are made in: asked about in people's words, and found whatever way they are written."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

LIKE = 78.0  # of 100: a slip of the finger or two
WORD_LIKE = 84.0
MOST_WORDS = 8  # of an area that is asked about
LONGEST = 200  # characters of what is asked that are looked at
_ASKED = re.compile(
    r"""
    (?:(?:so|and|hey|hi|please|ok(?:ay)?)[,\s]+)*
    who(?:\s*['’]s|\s+is)?\s+
    (?:(?:can|may|gets\s+to|has\s+to|should|the\s+one\s+to|allowed\s+to)\s+)?
    (?:decid(?:es?|ing)|approves?|signs?\s+off|makes\s+the\s+(?:call|decision)|has\s+the\s+(?:last|final)\s+say)
    (?:\s+(?:here|now))?
    (?:\s+(?:about|on|over|for|in))?
    \s*(?P<area>.*)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_TELLS = re.compile(r"[:;]|[?!.]\s|\b(?:because|since|is|are)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[?!.])\s+|\n")
_FILLER = re.compile(r"^(?:the|our|all|any|a|an)\s+|\s+(?:decisions?|questions?|things|stuff|matters)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset({"a", "about", "and", "for", "in", "of", "on", "or", "our", "the", "to", "with"})


def asked_area(text: str) -> str | None:
    """The "vendors" of "Who decides about vendors?"; empty for all areas; None where nobody asks who decides.

    Nor does "Who decides on vendors is Sam because he pays": that is a decision.
    """
    words = " ".join(text[:LONGEST].split()).strip(" ?!.")
    found = _ASKED.fullmatch(words)
    if found is None or _TELLS.search(found["area"]) or len(found["area"].split()) > MOST_WORDS:
        return None
    return _bare(found["area"])


def asked_within(text: str) -> str | None:
    """As `asked_area`, where the question may stand among other sentences."""
    sentences = (asked_area(each) for each in _SENTENCE.split(text[: 5 * LONGEST]))
    return next((area for area in sentences if area is not None), None)


def find_areas(words: str, areas: Sequence[str]) -> list[str]:
    """The area that `words` mean, or those that they may mean, or none.

    As it is written, without regard to case; else those that begin so or have a word that does; else those that are
    spelled much like it.
    """
    asked = _bare(words).casefold()
    if not asked:
        return []
    exact = [each for each in areas if each.casefold() == asked]
    if exact:
        return exact
    begun = [each for each in areas if each.casefold().startswith(asked)]
    if begun:
        return begun
    within = [each for each in areas if _has_words(asked, each)]
    if within:
        return within
    scores = {each: fuzz.ratio(asked, each.casefold()) for each in areas}
    best = max(scores.values(), default=0.0)
    return [each for each, score in scores.items() if score >= LIKE and score == best]


def _bare(words: str) -> str:
    """Without the small words around it: "the vendor decisions" is "vendor"."""
    bare = " ".join(words.split()).strip(" ?!.\"'“”`")
    while (shorter := _FILLER.sub("", bare)) != bare and shorter:
        bare = shorter
    return bare


def _has_words(asked: str, area: str) -> bool:
    """Whether each word of what is asked begins a word of the area, or is spelled much like one."""
    theirs = _WORD.findall(area.casefold())
    mine = [word for word in _WORD.findall(asked) if word not in _SMALL]
    return bool(mine) and all(any(word.startswith(each) or _same(each, word) for word in theirs) for each in mine)


def _same(one: str, other: str) -> bool:
    return len(one) > 3 and fuzz.ratio(one, other) >= WORD_LIKE
