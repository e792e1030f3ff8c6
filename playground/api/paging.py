"""Pages with a cursor, as Slack hands them out: opaque, and good for the list that it came from."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from playground.api.args import Args
from playground.errors import Refused
from playground.messages import Json

T = TypeVar("T")


def page(items: Sequence[T], args: Args, kind: str, *, default: int = 100, most: int = 1000) -> tuple[list[T], Json]:
    """The items of this page, and the answer's `response_metadata`."""
    limit, start = args.limit(default, most), _start(args.text("cursor"), kind)
    if start > len(items):
        raise Refused("invalid_cursor")
    end = start + limit
    following = _cursor(kind, end) if end < len(items) else ""
    return list(items[start:end]), {"next_cursor": following}


def _cursor(kind: str, start: int) -> str:
    return base64.b64encode(f"{kind}:{start}".encode()).decode()


def _start(cursor: str | None, kind: str) -> int:
    if not cursor:
        return 0
    try:
        name, _, start = base64.b64decode(cursor, validate=True).decode().rpartition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_cursor") from None
    if name != kind or not start.isdigit():
        raise Refused("invalid_cursor")
    return int(start)
