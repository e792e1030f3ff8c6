"""Folders of files: reading one without trusting it, and writing one without breaking what is there."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from bot.domain.adr.folder import File
from bot.domain.errors import Conflict, ExternalFailure, InvalidInput

LARGEST = 5_000_000  # bytes of one file
LARGEST_LOG = 1_000_000_000  # of one that holds a whole log, originals and all
MOST_FILES = 100_000
WRITTEN = ".backbeat-export.json"  # which files of the folder an export wrote, and what it wrote
_ORIGINAL = ".original"  # as it is written by an export, in UTF-8: what was Latin is up to three times as long
_SKIPPED = frozenset({"node_modules", "__pycache__"})
_TEXT = frozenset(
    ".md .markdown .mdown .mkd .mdx .adoc .asciidoc .rst .txt .org .textile .original".split()  # noqa: SIM905 - reads
)


def read_text(path: Path, *, largest: int = LARGEST) -> str:
    """A text in UTF-8, UTF-16 with its mark, or else Windows' Latin; `largest` is in bytes.

    Raises InvalidInput with the reason in words.
    """
    try:
        if path.stat().st_size > largest:
            raise InvalidInput(f"it is larger than {largest // 1_000_000} MB")
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"it cannot be read: {(error.strerror or 'no reason').lower()}") from error
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError as error:
            raise InvalidInput("it is no text") from error
    if b"\x00" in raw:
        raise InvalidInput("it is no text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read_files(folder: Path) -> Iterator[File]:
    """All files under `folder`, by their paths in it; hidden ones and links are left out: what they lead to is a file.

    Raises InvalidInput where there is no such folder, or too much in it.
    """
    if not folder.is_dir():
        raise InvalidInput(f"There is no folder {folder}.")
    for count, path in enumerate(_walk(folder.resolve())):
        if count >= MOST_FILES:
            raise InvalidInput(f"{folder} has more than {MOST_FILES} files. Name the folder with the records itself.")
        name = _readable(path.relative_to(folder.resolve()).as_posix())
        if path.suffix.lower() not in _TEXT:
            yield File(name, None)
            continue
        try:
            yield File(name, read_text(path, largest=LARGEST * 3 if path.suffix == _ORIGINAL else LARGEST))
        except InvalidInput as problem:
            yield File(name, None, problem.words)


def _walk(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _SKIPPED)
        for name in sorted(files):
            path = Path(at, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def _readable(name: str) -> str:
    """A name in another encoding, which no database keeps, with its odd bytes spelt out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def name_of(folder: Path) -> str:
    """What a folder is known by wherever its repository is checked out: "shop/docs/adr"."""
    folder = folder.resolve()
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return str(PurePosixPath(above.name, folder.relative_to(above).as_posix()))
    return str(PurePosixPath(folder.parent.name, folder.name))


# --- writing -------------------------------------------------------------------------------------------------------


def write_files(folder: Path, texts: Mapping[str, bytes], *, replaces: Callable[[str], bool] = lambda _: True) -> int:
    """Write all of `texts`, and remove what an earlier export left and this one has no more. Returns how many changed.

    `replaces`: whether a name is of this export's form. What another form left in the folder stays.
    Nothing is touched where a file is in the way that no export wrote, or that was edited since: raises Conflict.
    Each file is whole or as it was. Raises ExternalFailure where the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = _written(folder)
        before = {name: digests for name, digests in written.items() if name in texts or replaces(name)}
        others = {name: digests for name, digests in written.items() if name not in before}
        in_the_way = sorted(name for name in {*texts, *before} if _is_foreign(folder, name, before, texts))
        if in_the_way:
            more = f" and {len(in_the_way) - 3} more" if len(in_the_way) > 3 else ""
            raise Conflict(
                f"In {folder} are files that I did not write, or that were edited since:"
                f" {', '.join(in_the_way[:3])}{more}. Move them away, or name another folder."
            )
        # Named before they are written: after a crash in between, they are known as ours.
        digests = {name: sorted({_digest(raw), *before.get(name, [])}) for name, raw in texts.items()}
        _write(folder / WRITTEN, _listing({**others, **before, **digests}))
        changed = [name for name, raw in texts.items() if _put(folder / name, raw)]
        for name in before.keys() - texts.keys():
            (folder / name).unlink(missing_ok=True)
        _write(folder / WRITTEN, _listing(others | {name: [_digest(raw)] for name, raw in texts.items()}))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ExternalFailure(f"{folder} can't be written: {reason}.", permanent=True, code="not_written") from error
    return len(changed)


def files_written(folder: Path) -> frozenset[str]:
    """Which files of the folder an export wrote."""
    return frozenset(_written(folder))


def _written(folder: Path) -> dict[str, list[str]]:
    try:
        found = json.loads((folder / WRITTEN).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except ValueError as error:
        raise Conflict(f"{folder / WRITTEN} is broken. Move the folder away, or name another one.") from error
    files = found.get("files") if isinstance(found, dict) else None
    named = files if isinstance(files, dict) else {}
    return {str(name): [str(each) for each in digests] for name, digests in named.items() if _is_within(str(name))}


def _is_within(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _is_foreign(folder: Path, name: str, before: Mapping[str, list[str]], texts: Mapping[str, bytes]) -> bool:
    path = folder / name
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return True
    if not path.exists():
        return False
    digest = _digest(path.read_bytes())
    is_same = name in texts and digest == _digest(texts[name])
    return not is_same and digest not in before.get(name, [])


def _put(path: Path, raw: bytes) -> bool:
    """False where it says so already."""
    if path.exists() and path.read_bytes() == raw:
        return False
    path.parent.mkdir(exist_ok=True)
    _write(path, raw)
    return True


def _write(path: Path, raw: bytes) -> None:
    """All of it, or the file as it was."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".backbeat-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(name, 0o644)  # noqa: PTH101 - as any file that one writes; mkstemp makes it the owner's alone
        os.replace(name, path)  # noqa: PTH105 - `name` is a str
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _listing(files: Mapping[str, list[str]]) -> bytes:
    said = {"written by": "backbeat export", "files": dict(sorted(files.items()))}
    return json.dumps(said, indent=1).encode() + b"\n"


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
