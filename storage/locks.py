"""One `run` on one SQLite file: the lock that makes a second one refuse."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process runs on this file."""


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold `<path>.run` for as long as this process runs. Raises AlreadyRunning. The system frees it at any end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.run").open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(str(path)) from error
        yield
