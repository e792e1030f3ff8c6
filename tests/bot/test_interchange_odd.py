"""`backbeat import` and `backbeat export` where something is large, in the way, or named oddly."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters import folders
from bot.domain.files import LogForm
from bot.domain.interchange.record import Leaving
from bot.usecases.interchange import files_of, is_of
from tests.bot.test_interchange import backbeat, database, log
from tests.storage.things import a_decision

__all__ = ["database"]


@pytest.mark.parametrize("form", list(LogForm))
def test_each_form_knows_its_own_files(form: LogForm) -> None:
    files = files_of(form, [Leaving(a_decision(1), None, {})])
    assert all(is_of(form, name) for name in files)
    assert not any(is_of(other, name) for other in LogForm if other is not form for name in files)


def test_all_forms_fit_in_one_folder(database: str) -> None:
    log(database, 1)
    for form in LogForm:
        assert backbeat("export", "--format", form, "--out", "out")[0] == 0
    assert {path.name for path in Path("out").iterdir()} >= {
        "decisions.csv", "decisions.json", "index.md", "0001-use-postgres.md"
    }  # fmt: skip


def test_a_file_keeps_its_name_however_large_its_number_is() -> None:
    one, other = a_decision(1234), a_decision(12345, title="Another")
    found = [Leaving(each, None, {}) for each in (one, other)]
    before = files_of(LogForm.MADR, found)
    again = files_of(LogForm.MADR, [Leaving(replace(one, title="New"), None, {}), found[1]], before=before)
    assert again.keys() == before.keys()
    assert "12345-another.md" in again
    assert b"# New" in again["1234-use-postgres.md"]


@pytest.mark.parametrize("form", [LogForm.CSV, LogForm.JSON])
def test_a_whole_log_is_larger_than_any_record(database: str, form: LogForm) -> None:
    log(database, 1)
    backbeat("export", "--format", form, "--out", "out")
    path = Path("out") / f"decisions.{form}"
    filler = "x" * (folders.LARGEST + 1)
    if form is LogForm.JSON:
        said = json.loads(path.read_text())
        said["decisions"][0] |= {"workspace": "T9", "number": 2, "original_text": filler}
        path.write_text(json.dumps(said))
    else:
        header, row = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        cells = dict(zip(header, row, strict=True)) | {"workspace": "T9", "number": "2", "original_text": filler}
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([header, cells.values()])
    code, out, err = backbeat("import", form, str(path))
    assert (code, err) == (0, "")
    assert "1 new" in out


def test_a_folder_that_is_a_file_is_said_in_words(database: str) -> None:
    Path("out").write_text("mine")
    for form in LogForm:
        code, _, err = backbeat("export", "--format", form, "--out", "out")
        assert code == 2
        assert "can't be written" in err
    assert Path("out").read_text() == "mine"


def test_a_name_that_no_database_keeps_is_spelt_out(database: str) -> None:
    Path("adr").mkdir()
    Path("adr", os.fsdecode(b"0001-gr\xf6sse.md")).write_text("# Big\n\n## Status\n\nAccepted\n\n## Decision\n\nSo.\n")
    code, out, _ = backbeat("import", "adr", "adr")
    assert code == 0
    assert "0001-gr\\xf6sse.md" in out
    assert "1 there already" in backbeat("import", "adr", "adr")[1]


def test_no_title_and_no_name_commands_the_terminal(database: str) -> None:
    Path("adr").mkdir()
    Path("adr", "0001-x\x1b[2J.md").write_text("# Big \x1b[31m\u202egnp\n\n## Status\n\nAccepted\n")
    Path("adr", "0002-\x1b[2J.md").write_text("")
    _, out, err = backbeat("import", "adr", "adr")
    assert "Big" in out
    assert "it is empty" in err
    assert not {"\x1b", "\u202e"} & {*out, *err}
