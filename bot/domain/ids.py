"""Identifiers: short, unique, and sortable by the time they were made."""

import secrets
import threading
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letters that look alike
_STEP = 1 << 40  # between two ids of one millisecond, so that they sort in the order they were made
_lock = threading.Lock()
_last = 0


def new_id(at: datetime) -> str:
    """26 characters: 48 bits of milliseconds and 80 more bits, as a ULID has them, in lower case.

    Random in the first id of a millisecond; the next ones of this process follow it, so that they sort in their order.
    """
    global _last  # noqa: PLW0603 - the order of ids is the process's
    with _lock:
        value = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
        if value >> 80 == _last >> 80:
            value = _last + 1 + secrets.randbelow(_STEP)
        _last = value
    return _spell(value, 130)


def random_id() -> str:
    """26 random characters."""
    return _spell(secrets.randbits(130), 130)


def _spell(value: int, bits: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(bits - 5, -1, -5))
