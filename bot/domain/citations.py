"""Whether a point rests on the messages that it cites. A model may name a message that is not there, or another one.

A message that shares no word, number or name with the point bears nothing out; a short one ("agreed, do it") may still
stand beside one that does.
"""

import re
import unicodedata
from collections.abc import Sequence

from bot.domain.spoken import one_line
from bot.domain.updates import CITES_EACH, POINT_LIMIT, Point

SHORT = 8  # words: a nod has no words of its own
STEM = 5  # letters: migrate, migrates and migration are one
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]{2,}")
# Frequent words that any two sentences share. Those of other languages only make the check milder.
_COMMON_WORDS = """
    about after also and another any are back because been before being but can could does doing done each for from
    going good had has have here how into its just let like look made make many may might more most much must need
    needs new not now off one only open other our out over put said same see should some still such take than that
    the their them then there these they this those time too two under until use used very want was way week well
    were what when where which while who why will with work would yes you your day days today decided agreed team
    people thread message next first last todo
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def supported(points: Sequence[Point], said: Sequence[str]) -> tuple[tuple[Point, ...], int]:
    """Those of `points` that the messages bear out, and how many did not. `said`: every message's words, in order.

    A citation that names no message makes the point a guess, and it goes. A citation that does not bear the point
    out is taken off it, and the point goes with its last one.
    """
    kept = [point for point in (checked(point, said, limit=POINT_LIMIT) for point in points) if point is not None]
    return tuple(kept), len(points) - len(kept)


def checked(point: Point, said: Sequence[str], *, limit: int) -> Point | None:
    """`point` in one line of at most `limit` characters, with the citations that hold; None where none does."""
    text = one_line(point.text, limit)
    cites = tuple(dict.fromkeys(point.cites))
    if not text or not cites or not all(1 <= number <= len(said) for number in cites):
        return None
    marks = _marks(point.text)
    bearing = {number for number in cites if marks & _marks(said[number - 1])}
    if not bearing:
        return None
    nods = {number for number in cites if _is_short(said[number - 1])}
    return Point(text, tuple(sorted(number for number in cites if number in bearing | nods))[:CITES_EACH])


def _is_short(text: str) -> bool:
    return 0 < len(_WORD.findall(text)) <= SHORT and not _NO_SPACES.search(text)


def _marks(text: str) -> set[str]:
    """What makes a text recognisable: stems of its words, its numbers, and pairs of signs where no spaces are."""
    text = unicodedata.normalize("NFKC", text)
    marks: set[str] = set()
    for word in _WORD.findall(text):
        folded = word.casefold()
        is_name = word.isupper() and len(word) >= 2
        if any(letter.isdigit() for letter in word) or is_name:
            marks.add(folded)
        elif len(folded) >= 3 and folded not in _COMMON:
            marks.add(folded[:STEM])
    for run in _NO_SPACES.findall(text):
        marks |= {run[index : index + 2] for index in range(len(run) - 1)}
    return marks
