"""The demo's folder: made anew each time, for one demo at a time, and never at the cost of somebody's files."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.locks import exclusive

MARK = "demo.run"  # the lock's file: where it lies, a demo made the folder


class NotADemo(Exception):
    """The folder holds files that no demo made: they stay."""


@contextmanager
def emptied(folder: Path) -> Iterator[Path]:
    """The folder, empty, and held until the end. Raises NotADemo, AlreadyRunning, FileNotUsable."""
    if folder.exists() and not (folder / MARK).exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotADemo(str(folder))
    with exclusive(folder / Path(MARK).stem):
        for each in folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            elif each.name != MARK:
                each.unlink()
        yield folder.resolve()
