"""Which standing decision a draft goes over again, by their words alone: no model, and nothing asked of anybody.

What a decision rules out counts most: a draft that names an option from there opens the debate anew. Words that are
rare in the log, such as a product's name, count more than those that stand everywhere. The rules, the weights and the
threshold were chosen over two of the labelled logs, `rotaline` and `fernloft` (bench/reopened.py); the others were only
ever counted.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.terms import is_everyday, kinds_of, terms_of

Terms = frozenset[str]

ENOUGH = 1.45  # the score from which a draft is taken to reopen a decision
NAMES_AN_OPTION, MENTIONS_IT = 1.0, 0.6  # that the decision rules out: in its title, in any clause
SAME_TITLE, SAME_CLAUSE = 1.0, 0.5
SHARES, MOST_SHARED = 0.1, 4.0  # for each word that stands anywhere in both, and in its title
TURNS = 0.3  # the draft's title says that something is to be done another way
CARRIES_ON = 0.6  # of the score: it looks after what was chosen, and doesn't put it in question
SAME_SUBJECT = 0.75  # of two titles' words: they are about the same, whatever either begins with

LONGEST = 600  # characters of a text that are looked at
KEPT = 2000  # decisions whose words are kept from one draft to the next
TYPO_FROM, TYPOS_FROM = 5, 8  # letters of a word that may have one wrong, or two
_CLAUSE = re.compile(r"[.,;:!?\n()–—]+(?:\s|$)|\s-+\s|\b(?:because|since|but|so that|and then)\b", re.IGNORECASE)
_OPTION = re.compile(r"[,;/()]|\bor\b|\band\b", re.IGNORECASE)
_AGAINST = re.compile(
    r"\b(?:no|not|never|stays? off|keep off|don't|drop|retire|without|avoid|ban|stop|sunset|instead of|rather than|"
    r"replaces?|over)\s+([^,;:.()]+)",
    re.IGNORECASE,
)
_CARRIES_ON = re.compile(
    r"(?:upgrade|bump|rename|cap|patch|rotate|pin|limit|resize|partition|keep|add)\b", re.IGNORECASE
)
_TURNS = re.compile(
    r"\b(?:switch|mov|migrat|replac|bring|allow|lift|let|launch|build|writ|buy|pull|drop|leav|ditch|quit|abandon|revers|undo|reopen)\w*"
    r"|\b(?:from now on|in-house|instead|back to|go(?:ing)? (?:back )?to|stand up)\b"
    r"|\bturn(?:ed|ing)? (?:\w+ ){0,3}o(?:n|ff)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Text:
    """What is compared of a decision."""

    title: str
    why: str = ""
    not_doing: str | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    title: Terms
    ruled_out: tuple[Terms, ...]  # each option by itself
    all: Terms


@dataclass(frozen=True, slots=True)
class _Draft:
    title: Terms
    clauses: tuple[Terms, ...]
    all: Terms
    turns: bool
    carries_on: bool


class Log:
    """Decisions that a draft is held against. They are read when this is made: one serves many drafts."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._read = [_read(each.title, each.why, each.not_doing or "") for each in texts]
        self._found_in = Counter(term for each in self._read for term in each.all)
        self._weights = {term: self._weight(term) for term in self._found_in}
        self._by_first: dict[str, list[str]] = {}
        for term in self._weights:
            if len(term) >= TYPO_FROM and term.isalpha():
                self._by_first.setdefault(term[0], []).append(term)
        self._titles = [self._sum(each.title) for each in self._read]

    def reopened(self, title: str, why: str = "") -> int | None:
        """The place of the one that a draft with these words reopens, the first of equals; None where it is none."""
        draft = self._draft(title, why)
        best, found = ENOUGH, None
        for place, each in enumerate(self._read):
            if draft.all.isdisjoint(each.all):
                continue
            score = self._score(draft, each, self._titles[place])
            if score > best:
                best, found = score, place
        return found

    def _score(self, draft: _Draft, other: _Read, title: float) -> float:
        alike = self._overlap(draft.title, other.title, title)
        shared = self._sum(draft.all & other.all) + self._sum(draft.title & other.all)
        score = (
            NAMES_AN_OPTION * self._names_option(draft.title, other)
            + MENTIONS_IT * max((self._names_option(each, other) for each in draft.clauses), default=0.0)
            + SAME_TITLE * alike
            + SAME_CLAUSE * max((self._overlap(each, other.title, title) for each in draft.clauses), default=0.0)
            + SHARES * min(shared, MOST_SHARED)
            + TURNS * draft.turns
        )
        return score * (CARRIES_ON if draft.carries_on and alike < SAME_SUBJECT else 1.0)

    def _names_option(self, terms: Terms, other: _Read) -> float:
        return max((self._names(terms, each) for each in other.ruled_out if not terms.isdisjoint(each)), default=0.0)

    def _names(self, terms: Terms, option: Terms) -> float:
        """How much of it is named, and how telling the most telling word of that is."""
        common = terms & option
        return self._sum(common) / self._sum(option) * max(self._weight_of(each) for each in common)

    def _overlap(self, terms: Terms, title: Terms, whole: float) -> float:
        common = terms & title
        return 2 * self._sum(common) / (self._sum(terms) + whole) if common else 0.0

    def _sum(self, terms: Terms) -> float:
        return sum(map(self._weight_of, terms))

    def _weight_of(self, term: str) -> float:
        weight = self._weights.get(term)
        return self._weight(term) if weight is None else weight

    def _weight(self, term: str) -> float:
        """From 1 for what stands in one decision at most down to nearly nothing for what stands in all."""
        many = len(self._read) + 3
        rare = math.log(many / (self._found_in[term] + 0.5)) / math.log(many / 1.5)
        return max(0.05, min(1.0, rare)) * (0.5 if is_everyday(term) else 1.0)

    def _draft(self, title: str, why: str) -> _Draft:
        title, why = title[:LONGEST], why[:LONGEST]
        clauses = [self._terms(each) for text in (title, why) for each in _CLAUSE.split(text)]
        first = self._terms(title)
        return _Draft(
            title=first,
            clauses=tuple(each for each in clauses if each),
            all=first.union(*clauses),
            turns=_TURNS.search(title) is not None,
            carries_on=_CARRIES_ON.match(title) is not None,
        )

    def _terms(self, text: str) -> Terms:
        return _with_kinds(self._as_here(term) for term in terms_of(text))

    def _as_here(self, term: str) -> str:
        """The word of the log that is meant, where it has none like this and one that is a typing slip away."""
        if len(term) < TYPO_FROM or term in self._found_in or not term.isalpha():
            return term
        slips = 2 if len(term) >= TYPOS_FROM else 1
        near = (
            (DamerauLevenshtein.distance(term, each, score_cutoff=slips), each)
            for each in self._by_first.get(term[0], ())
        )
        distance, found = min(near, default=(slips + 1, term))
        return found if distance <= slips else term


def _with_kinds(terms: Iterable[str]) -> Terms:
    found = frozenset(terms)
    return found.union(*(kinds_of(each) for each in found))


@lru_cache(maxsize=KEPT)
def _read(title: str, why: str, not_doing: str) -> _Read:
    title, why, not_doing = title[:LONGEST], why[:LONGEST], not_doing[:LONGEST]
    against = [not_doing, *_AGAINST.findall(title)]
    options = [frozenset(terms_of(each)) for text in against for each in _OPTION.split(text)]
    subject = _with_kinds(terms_of(title))
    return _Read(subject, tuple(filter(None, options)), subject.union(_with_kinds(terms_of(why)), *options))
