"""The demo's folder: whose files are removed, and whose never."""

from pathlib import Path

import pytest

from bot.demo.folder import NotADemo, emptied
from bot.demo.run import run
from storage.locks import AlreadyRunning, FileNotUsable


def test_what_the_last_demo_left_is_removed_and_nothing_beyond_it(tmp_path: Path) -> None:
    folder, precious = tmp_path / "demo", tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years")
    with emptied(folder):
        (folder / "backbeat.db").write_text("old")
        (folder / "logs").mkdir()
        (folder / "logs" / "bot.log").write_text("old")
        (folder / "link").symlink_to(precious)
    with emptied(folder) as ready:
        assert [each.name for each in ready.iterdir()] == ["demo.run"]
    assert (precious / "thesis.txt").exists()


def test_somebody_elses_files_stay(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years")
    said: list[str] = []
    with pytest.raises(NotADemo), emptied(tmp_path):
        pass
    assert run(folder=tmp_path, port=0, opens_browser=False, say=said.append, complain=said.append) == 1
    assert "holds files that no demo made" in said[-1]
    assert (tmp_path / "thesis.txt").read_text() == "years"


def test_an_open_demo_keeps_its_folder(tmp_path: Path) -> None:
    with emptied(tmp_path / "demo") as folder:
        (folder / "backbeat.db").write_text("in use")
        said: list[str] = []
        with pytest.raises(AlreadyRunning), emptied(folder):
            pass
        assert run(folder=folder, port=0, opens_browser=False, say=said.append, complain=said.append) == 1
        assert "Another demo is open" in said[-1]
        assert (folder / "backbeat.db").exists()


def test_what_cannot_be_a_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADemo), emptied(tmp_path / "file"):
        pass
    with pytest.raises(FileNotUsable), emptied(tmp_path / "file" / "demo"):
        pass
