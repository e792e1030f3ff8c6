"""The command line: what each command prints, and how it says that something is wrong."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import main
from storage import migrate

ROOT = Path(__file__).parents[2]
ENOUGH = {  # for `run`; nobody listens there
    "SLACK_BOT_TOKEN": "xoxb-1-2",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "SLACK_API_URL": "http://127.0.0.1:1/api/",
    "BACKBEAT_PORT": "0",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("SLACK_", "BACKBEAT_", "OPENAI_", "DATABASE_URL")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def backbeat(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(main, list(arguments), env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_preview_as_json_is_what_other_programs_read() -> None:
    code, out, _ = backbeat(
        "preview", "every other Tuesday 10:00", "--zone", "Europe/Lisbon", "--country", "PT",
        "--from", "2026-01-01", "--count", "12", "--json",
    )  # fmt: skip
    found = json.loads(out)
    assert code == 0
    assert len(found) == 12
    assert found[0] == {"local": "2026-01-06T10:00:00", "utc": "2026-01-06T10:00:00Z", "skipped": None}
    summer = next(each for each in found if each["local"].startswith("2026-04-14"))
    assert summer["utc"] == "2026-04-14T09:00:00Z"


def test_preview_for_the_eye_marks_what_a_holiday_skips() -> None:
    code, out, _ = backbeat(
        "preview",
        "Tuesdays at 13:00",
        "--zone",
        "Europe/Lisbon",
        "--country",
        "PT",
        "--from",
        "2026-12-01",
        "--count",
        "3",
    )
    assert code == 0
    assert "Tue 8 Dec 2026" in out
    assert "skipped" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("preview", "whenever it suits", "--zone", "Europe/Lisbon"), "At what time? Try"),
        (("preview", "Tuesdays 10:00", "--zone", "Europe/Lisbonne"), "Europe/Lisbon"),
        (("preview", "Tuesdays 10:00", "--zone", "Europe/Lisbon", "--country", "XX"), "holiday calendar"),
        (("preview", "Tuesdays 10:00", "--zone", "Europe/Lisbon", "--from", "soon"), "YYYY-MM-DD"),
        (("preview", "Tuesdays 10:00", "--zone", "Europe/Lisbon", "--count", "0"), "between 1 and"),
    ],
)
def test_preview_says_what_it_cannot_use(arguments: tuple[str, ...], said: str) -> None:
    code, out, err = backbeat(*arguments)
    assert code == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_manifest_prints_what_was_written() -> None:
    code, out, _ = backbeat("manifest")
    assert code == 0
    assert out == (ROOT / "manifest.yml").read_text()


def test_manifest_with_the_agent_view_warns_about_guests() -> None:
    code, out, err = backbeat("manifest", "--agent")
    assert code == 0
    assert "agent_view" in out
    assert "guests" in err


def test_migrate_brings_a_new_file_up_to_date_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert "applied" in backbeat("migrate", DATABASE_URL=url)[1]
    assert migrate.pending(url) == []
    assert "Nothing to do" in backbeat("migrate", DATABASE_URL=url)[1]


def test_migrate_says_which_database_it_cannot_reach_without_its_password() -> None:
    code, out, err = backbeat("migrate", DATABASE_URL="postgresql://backbeat:hunter2@127.0.0.1:1/none")
    assert code == 1
    assert "can't be migrated" in err
    assert "hunter2" not in out + err


@pytest.mark.parametrize("command", ["run", "migrate", "doctor"])
def test_a_database_of_a_later_release_is_left_alone(tmp_path: Path, command: str) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    migrate.upgrade(url)
    with closing(sqlite3.connect(tmp_path / "new.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    code, out, err = backbeat(command, DATABASE_URL=url, **ENOUGH)
    assert code != 0
    assert "a later release has migrated the database (to 9999)" in out + err


@pytest.mark.parametrize("command", ["run", "migrate", "doctor"])
def test_a_database_file_that_cannot_be_made_is_said(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    code, out, err = backbeat(command, DATABASE_URL=f"sqlite:///{tmp_path / 'file' / 'new.db'}", **ENOUGH)
    assert code != 0
    assert "✗" in out + err
    assert "database" in (out + err).lower()


def test_a_password_that_spoils_the_address_is_explained_and_not_shown() -> None:
    code, out, err = backbeat("run", DATABASE_URL="postgresql://backbeat:hunter2@home:a/b@db/none")
    assert code == 2
    assert "DATABASE_URL names a port that is no number" in err
    assert "hunter2" not in out + err


def test_the_doctor_speaks_and_nobody_else() -> None:
    code, out, err = backbeat("doctor", **ENOUGH)
    assert code == 1
    assert "✗ Slack" in out
    assert err == ""


def test_a_traceback_does_not_show_what_variables_held() -> None:
    assert main.pretty_exceptions_show_locals is False


def test_run_without_tokens_says_where_to_find_them() -> None:
    code, _, err = backbeat("run")
    assert code == 2
    assert "SLACK_BOT_TOKEN is not set" in err
    assert "api.slack.com/apps" in err


def test_a_setting_that_cannot_be_used_stops_every_command() -> None:
    code, _, err = backbeat("run", SLACK_BOT_TOKEN="xapp-wrong")
    assert code == 2
    assert "begin with xoxb-" in err


def test_nothing_heavy_is_imported_before_somebody_needs_it() -> None:
    script = (
        "import sys; import bot.bootstrap, bot.program; "
        "print([m for m in ('openai', 'matplotlib', 'dateparser', 'holidays', 'playground') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
