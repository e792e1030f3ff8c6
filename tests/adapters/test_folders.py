"""Folders: read without trust, written so that nothing is broken or lost."""

import os
from pathlib import Path

import pytest

from bot.adapters import folders
from bot.adapters.folders import WRITTEN, files_written, name_of, read_files, read_text, write_files
from bot.domain.errors import Conflict, ExternalFailure, InvalidInput


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Größe".encode(), "Größe"),
        ("Größe".encode("utf-8-sig"), "Größe"),
        ("Größe".encode("utf-16"), "Größe"),
        ("Größe".encode("cp1252"), "Größe"),
        (b"", ""),
    ],
)
def test_the_usual_encodings_are_read(tmp_path: Path, raw: bytes, text: str) -> None:
    (tmp_path / "x").write_bytes(raw)
    assert read_text(tmp_path / "x") == text


@pytest.mark.parametrize("raw", [b"\x00\x01", b"\xff\xfeabc", bytes(range(256))])
def test_what_is_no_text_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "x").write_bytes(raw)
    with pytest.raises(InvalidInput, match="no text"):
        read_text(tmp_path / "x")


def test_a_file_of_a_megabyte_is_read_and_one_beyond_the_limit_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a" * 1_000_000)
    (tmp_path / "b.md").write_text("b" * (folders.LARGEST + 1))
    one, other = read_files(tmp_path)
    assert len(one.text or "") == 1_000_000
    assert other.problem == "it is larger than 5 MB"


def test_links_out_of_the_folder_loops_and_hidden_things_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    folder = tmp_path / "adr"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "1.md").write_text("one")
    (folder / ".git").mkdir()
    (folder / ".git" / "2.md").write_text("hidden")
    (folder / "loop").symlink_to(folder)
    (folder / "deep" / "up").symlink_to("..")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "broken.md").symlink_to("nowhere.md")
    (folder / "self.md").symlink_to("self.md")
    (folder / "latest.md").symlink_to("deep/1.md")  # or its record would be there twice
    os.mkfifo(folder / "pipe.md")
    assert [(each.path, each.text) for each in read_files(folder)] == [("deep/1.md", "one")]


def test_a_name_in_another_encoding_is_spelt_out(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"1-gr\xf6sse.md")).write_text("one")
    (file,) = read_files(tmp_path)
    assert (file.path, file.text) == ("1-gr\\xf6sse.md", "one")


def test_an_original_in_latin_is_read_again_as_it_was_exported(tmp_path: Path) -> None:
    text = "é" * (folders.LARGEST // 2 + 10)
    (tmp_path / "1.original").write_text(text)
    (file,) = read_files(tmp_path)
    assert file.text == text


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no folder"):
        list(read_files(tmp_path / "none"))


def test_a_folder_is_known_by_its_repository_wherever_that_is_checked_out(tmp_path: Path) -> None:
    for place in ("one", "two"):
        (tmp_path / place / "shop" / ".git").mkdir(parents=True)
        (tmp_path / place / "shop" / "docs" / "adr").mkdir(parents=True)
    assert {name_of(tmp_path / place / "shop" / "docs" / "adr") for place in ("one", "two")} == {"shop/docs/adr"}


# --- writing -------------------------------------------------------------------------------------------------------


def test_files_are_written_replaced_and_removed_as_the_export_changes(tmp_path: Path) -> None:
    assert write_files(tmp_path / "out", {"1.md": b"one", "sub/2.md": b"two"}) == 2
    assert write_files(tmp_path / "out", {"1.md": b"one", "3.md": b"three"}) == 1
    assert names(tmp_path / "out") == {"1.md", "3.md", WRITTEN}
    assert files_written(tmp_path / "out") == {"1.md", "3.md"}


def test_writing_the_same_again_touches_nothing(tmp_path: Path) -> None:
    write_files(tmp_path, {"1.md": b"one"})
    before = (tmp_path / "1.md").stat().st_mtime_ns
    assert write_files(tmp_path, {"1.md": b"one"}) == 0
    assert (tmp_path / "1.md").stat().st_mtime_ns == before


@pytest.mark.parametrize("in_the_way", ["foreign", "edited", "link", "folder"])
def test_nothing_is_touched_where_a_file_is_in_the_way(tmp_path: Path, in_the_way: str) -> None:
    write_files(tmp_path, {"1.md": b"one"})
    match in_the_way:
        case "foreign":
            (tmp_path / "2.md").write_text("mine")
        case "edited":
            (tmp_path / "1.md").write_text("mine")
        case "link":
            (tmp_path / "2.md").symlink_to("/etc/hostname")
        case _:
            (tmp_path / "2.md").mkdir()
    with pytest.raises(Conflict, match="Move them away"):
        write_files(tmp_path, {"0.md": b"new", "1.md": b"other", "2.md": b"two"})
    assert not (tmp_path / "0.md").exists()
    assert (tmp_path / "1.md").read_bytes() in {b"one", b"mine"}


def test_what_another_form_of_export_left_stays_and_is_known(tmp_path: Path) -> None:
    write_files(tmp_path, {"decisions.csv": b"1"})
    write_files(tmp_path, {"a.md": b"1", "b.md": b"1"}, replaces=lambda name: name.endswith(".md"))
    write_files(tmp_path, {"a.md": b"1"}, replaces=lambda name: name.endswith(".md"))
    assert names(tmp_path) == {"a.md", "decisions.csv", WRITTEN}
    assert files_written(tmp_path) == {"a.md", "decisions.csv"}


def test_an_edited_file_that_should_go_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {"1.md": b"one"})
    (tmp_path / "1.md").write_text("mine")
    with pytest.raises(Conflict):
        write_files(tmp_path, {"2.md": b"two"})
    assert (tmp_path / "1.md").read_text() == "mine"


def test_an_export_that_broke_off_is_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"1.md": b"one", "2.md": b"two"})
    put = folders._put

    def breaks(path: Path, raw: bytes) -> bool:
        if path.name == "2.md":
            raise OSError(28, "No space left on device")
        return put(path, raw)

    monkeypatch.setattr(folders, "_put", breaks)
    with pytest.raises(ExternalFailure, match="no space left"):
        write_files(tmp_path, {"1.md": b"uno", "2.md": b"dos"})
    monkeypatch.undo()
    assert (tmp_path / "2.md").read_bytes() == b"two"
    assert write_files(tmp_path, {"1.md": b"uno", "2.md": b"dos"}) == 1
    assert [name for name in names(tmp_path) if name.startswith(".backbeat-") and name != WRITTEN] == []


@pytest.mark.parametrize(
    "listing", ["no json", '{"files": {"../../escape": ["x"]}}', '{"files": {"/etc/passwd": []}}', "[]", '{"files": 3}']
)
def test_a_listing_that_somebody_made_up_removes_nothing(tmp_path: Path, listing: str) -> None:
    outside, folder = tmp_path / "escape", tmp_path / "a" / "b"
    outside.write_text("mine")
    folder.mkdir(parents=True)
    (folder / WRITTEN).write_text(listing)
    try:
        write_files(folder, {"1.md": b"one"})
    except Conflict as conflict:
        assert "broken" in conflict.words  # noqa: PT017 - one of the listings is refused, the others are looked through
    assert outside.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExternalFailure, match="can't be written"):
        write_files(tmp_path / "file" / "out", {"1.md": b"one"})
