"""Identifiers: short, unique, and sortable by the time they were made."""

import secrets
import threading
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letters that look alike
_STEP = 1 << 40  # between two ids of one millisecond, so that they sort in the order they were made
_REMEMBERED = 256  # milliseconds: what is recorded of an earlier moment may come between two ids of one
_lock = threading.Lock()
_last: dict[int, int] = {}  # the last id of each of these milliseconds


def new_id(at: datetime) -> str:
    """26 characters: 48 bits of milliseconds and 80 more bits, as a ULID has them, in lower case.

    Random in the first id of a millisecond; the next ones of this process follow it, so that they sort in their order.
    """
    moment = int(at.timestamp() * 1000)
    with _lock:
        before = _last.get(moment)
        value = (moment << 80) | secrets.randbits(80) if before is None else before + 1 + secrets.randbelow(_STEP)
        _last[moment] = value
        if len(_last) > _REMEMBERED:
            del _last[next(iter(_last))]
    return _spell(value, 130)


def random_id() -> str:
    """26 random characters."""
    return _spell(secrets.randbits(130), 130)


def _spell(value: int, bits: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(bits - 5, -1, -5))
