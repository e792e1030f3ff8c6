"""Identifiers: short, unique, and sortable by the time they were made."""

import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letters that look alike


def new_id(at: datetime) -> str:
    """26 characters: 48 bits of milliseconds and 80 random bits, as a ULID has them, in lower case."""
    value = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
