"""`backbeat import` and `backbeat export` as an operator types them."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import main
from bot.domain.workspaces import Audience, Role
from storage.locks import exclusive
from storage.store import open_store
from tests.domain.test_adr import CORPUS
from tests.storage.things import EVERYTHING, a_decision, log_decisions
from tests.support import a_person, a_workspace


@pytest.fixture
def database(tmp_path: Path, sqlite_template: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """A workspace with a CTO. The command line finds it by DATABASE_URL."""
    for name in list(os.environ):
        if name.startswith(("SLACK_", "BACKBEAT_", "OPENAI_", "DATABASE_URL")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "backbeat.db").write_bytes(sqlite_template)
    store = open_store("sqlite:///backbeat.db")
    a_workspace(store)
    with store.begin("T1") as uow:
        uow.people.save(a_person("U1", name="Dana"))
        uow.workspaces.set_role(Role.CTO, ["U1"])
        uow.commit()
    store.close()
    return "sqlite:///backbeat.db"


def backbeat(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(main, list(arguments), env={"COLUMNS": "200", **environment})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def log(url: str, *numbers: int, **extra: object) -> None:
    store = open_store(url)
    log_decisions(store, *(replace(a_decision(number), **extra) for number in numbers))
    store.close()


def test_a_folder_comes_in_with_a_table_of_what_it_took(database: str) -> None:
    code, out, err = backbeat("import", "adr", str(CORPUS / "nygard"), "--workspace", "T1")
    assert (code, err) == (0, "")
    assert "0002-keep-invoices-in-mongo.md" in out
    assert "D-2 (ADR 2)" in out
    assert "Left out: README.md" in out
    assert "8 new" in out
    assert "8 there already" in backbeat("import", "adr", str(CORPUS / "nygard"))[1]


def test_a_machine_reads_the_same_as_json(database: str) -> None:
    code, out, _ = backbeat("import", "adr", str(CORPUS / "madr4"), "--json")
    said = json.loads(out)
    assert code == 0
    assert said["counts"]["new"] == 1
    assert said["counts"]["kept as it was"] == 1
    assert said["decisions"][1]["number"] == 2
    assert said["decisions"][1]["notes"] == ["its status is none that I know: “parked in the garage”"]


def test_what_did_not_come_in_is_named_and_is_in_the_exit_code(database: str) -> None:
    code, _, err = backbeat("import", "adr", str(CORPUS / "odd"))
    assert code == 1
    assert "✗ 0014-junk.md: it is no text" in err
    assert "2 of 21 not imported. The others are in the log." in err
    Path("t.csv").write_text("title,status\nGood,accepted\nBad,whatever\n")
    code, _, err = backbeat("import", "csv", "t.csv")
    assert code == 1
    assert "✗ line 3: its status “whatever” is none that I know" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "adr", "nowhere"), "There is no folder nowhere."),
        (("import", "csv", "nowhere.csv"), "There is no file nowhere.csv."),
        (("import", "json", "backbeat.db"), "it is no text"),
        (("import", "adr", ".", "--workspace", "T9"), "I know no workspace T9. Give --workspace: T1 (Tidewater)."),
        (("import", "adr", ".", "--owner", "dana"), "member ID"),
        (("import", "xml", "x"), "“xml” is none of adr, csv, json."),
        (("export", "--format", "pdf", "--out", "x"), "“pdf” is none of madr, csv, json."),
        (("export", "--format", "csv", "--out", "x", "--audience", "me"), "“me” is none of everyone, all."),
        (("export", "--format", "csv", "--out", "backbeat.db/x"), "can't be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(database: str, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = backbeat(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_without_a_database_none_is_made(database: str) -> None:
    code, _, err = backbeat("import", "adr", ".", DATABASE_URL="sqlite:///other.db")
    assert code == 2
    assert "There is no database other.db" in err
    assert not Path("other.db").exists()


def test_an_old_database_is_not_touched(database: str) -> None:
    Path("old.db").write_bytes(b"")
    code, _, err = backbeat("export", "--format", "json", "--out", "x", DATABASE_URL="sqlite:///old.db")
    assert code == 2
    assert "backbeat migrate" in err


def test_with_several_workspaces_one_has_to_be_named(database: str) -> None:
    store = open_store(database)
    a_workspace(store, workspace_id="T2")
    store.close()
    code, _, err = backbeat("export", "--format", "json", "--out", "x")
    assert code == 2
    assert "Which workspace? Give --workspace: T1 (Tidewater), T2 (Tidewater)." in err


def test_both_work_while_the_bot_runs_on_the_same_file(database: str) -> None:
    with exclusive(Path("backbeat.db")):
        assert backbeat("import", "adr", str(CORPUS / "nygard"))[0] == 0
        assert backbeat("export", "--format", "madr", "--out", "out")[0] == 0


def test_the_log_leaves_as_files_with_stable_names_and_an_index(database: str) -> None:
    log(database, 1, 2)
    assert backbeat("export", "--format", "madr", "--out", "out")[0] == 0
    assert sorted(path.name for path in Path("out").glob("*.md")) == [
        "0001-use-postgres.md",
        "0002-use-postgres.md",
        "index.md",
    ]
    store = open_store(database)
    with store.begin("T1") as uow:
        uow.decisions.save(replace(uow.decisions.get(1, EVERYTHING), title="Use SQLite"))
        uow.commit()
    store.close()
    code, out, _ = backbeat("export", "--format", "madr", "--out", "out")
    assert (code, out) == (0, "2 decisions in out; 2 files written, the others said so already.\n")
    assert "# Use SQLite" in Path("out/0001-use-postgres.md").read_text()


def test_private_decisions_stay_in_and_go_when_they_become_private(database: str) -> None:
    log(database, 1)
    log(database, 2, audience=Audience("G1"), title="Secret")
    code, _, err = backbeat("export", "--format", "madr", "--out", "out", "--all")
    assert code == 0
    assert "Private decisions are among them" in err
    assert Path("out/0002-secret.md").exists()
    code, _, err = backbeat("export", "--format", "madr", "--out", "out")
    assert (code, err) == (0, "")
    assert not [path for path in Path("out").rglob("*") if path.is_file() and "Secret" in path.read_text()]


def test_a_file_that_no_export_wrote_is_never_overwritten(database: str) -> None:
    log(database, 1)
    Path("out").mkdir()
    Path("out/decisions.csv").write_text("mine")
    code, _, err = backbeat("export", "--format", "csv", "--out", "out")
    assert code == 2
    assert "decisions.csv" in err
    assert Path("out/decisions.csv").read_text() == "mine"


def test_what_was_imported_leaves_with_its_original(database: str) -> None:
    backbeat("import", "adr", str(CORPUS / "nygard"))
    backbeat("export", "--format", "madr", "--out", "out")
    original = Path("out/originals/0001-write-decisions-down.original").read_text(encoding="utf-8-sig")
    assert original == (CORPUS / "nygard" / "0001-write-decisions-down.md").read_text()
    assert "[As it was imported](originals/" in Path("out/0001-write-decisions-down.md").read_text()


def test_update_takes_over_what_changed(database: str) -> None:
    Path("adr").mkdir()
    Path("adr/0001-a.md").write_text("# 1. Before\n\n## Status\n\nAccepted\n")
    backbeat("import", "adr", "adr")
    Path("adr/0001-a.md").write_text("# 1. After\n\n## Status\n\nAccepted\n")
    assert "changed there; --update takes the change over" in backbeat("import", "adr", "adr")[1]
    assert "1 updated" in backbeat("import", "adr", "adr", "--update")[1]


def test_markup_in_titles_and_names_is_printed_as_it_is(database: str) -> None:
    Path("adr").mkdir()
    Path("adr/0001-[bold]x.md").write_text("# 1. A [red]title[/red] [/]\n\n## Status\n\nAccepted\n")
    code, out, _ = backbeat("import", "adr", "adr")
    assert code == 0
    assert "A [red]title[/red] [/]" in out
