"""Search: the same words, prefixes and phrases on SQLite (FTS5) and PostgreSQL (tsvector).

Both engines are given the same words, cut and spelled in ASCII here, so that they agree on what a word is whatever
their locale; no odd input reaches their query languages.
"""

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.decisions import Decision

WORD = re.compile(r"[^\W_]+")
OTHER = re.compile(r"^[0-9]|[^a-z0-9]")
MOST_WORDS = 20  # of a query
LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or the words of a phrase in their order. A prefix matches whatever begins with its last word."""

    words: tuple[str, ...]
    prefix: bool


def words_of(text: str) -> list[str]:
    """The words of `text`, without case and accents, in letters and digits of ASCII."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return [OTHER.sub(_spelled, word[:LONGEST_WORD]) for word in WORD.findall(bare)]


def _spelled(char: re.Match[str]) -> str:
    """A letter of another script by its number, so that a prefix of a word stays a prefix of its spelling.

    A digit that begins a word gets a letter before it: PostgreSQL's parser reads a number in 1e9abc, and cuts it off.
    """
    if char[0].isascii():
        return f"z{char[0]}"
    return f"u{ord(char[0]):x}z"


def text_of(decision: Decision) -> str:
    """All that a decision can be found by, as words with spaces between them."""
    detail = decision.detail
    parts = (
        decision.title,
        decision.why,
        decision.not_doing,
        detail.area,
        detail.goal,
        detail.constraint,
        detail.smallest_test,
        detail.options,
        detail.outcome_metric,
        detail.guardrail,
        detail.controls,
        detail.total_cost,
        detail.maintenance,
        detail.integration,
        detail.security,
    )
    return " ".join(words_of(" ".join(part for part in parts if part)))


def terms_of(query: str) -> list[Term]:
    """`post* "event store" kaf` as its terms: all must match, and the last word matches as a prefix."""
    found: list[Term] = []
    left = MOST_WORDS
    pieces = re.findall(r'"([^"]*)"|(\S+)', query)
    for number, (phrase, word) in enumerate(pieces):
        words = words_of(phrase or word)[:left]
        if not words:
            continue
        left -= len(words)
        is_last = number == len(pieces) - 1
        found.append(Term(tuple(words), prefix=not phrase and (word.endswith("*") or is_last)))
    return found


def for_sqlite(terms: list[Term]) -> str:
    """In FTS5's language: every word in quotes, so that none is an operator."""
    return " AND ".join('"' + " ".join(term.words) + '"' + (" *" if term.prefix else "") for term in terms)


def for_postgres(terms: list[Term]) -> str:
    """In the language of tsquery: words are letters and digits alone, in quotes."""
    said = []
    for term in terms:
        words = [f"'{word}'" for word in term.words]
        words[-1] += ":*" if term.prefix else ""
        said.append("(" + " <-> ".join(words) + ")")
    return " & ".join(said)
