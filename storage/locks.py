"""One `run` on one SQLite file: the lock that makes a second one refuse."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process runs on this file."""


class FileNotUsable(Exception):
    """The file's folder cannot be made or written. Says which, and why."""


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold `<path>.run` for as long as this process runs. The system frees it at any end.

    Raises AlreadyRunning, FileNotUsable.
    """
    with ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            held = stack.enter_context(Path(f"{path}.run").open("a"))
        except OSError as error:
            raise FileNotUsable(f"{error.filename}: {error.strerror}") from error
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(str(path)) from error
        yield
