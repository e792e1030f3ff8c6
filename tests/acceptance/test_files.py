"""The log as a file in Slack: for whom, with what in it, and one of it whatever happens on the way."""

import io
import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import DANA, GENERAL, GUEST, KENJI, LEADERSHIP, OUTSIDER, PLATFORM, ROOT, Rig, a_rig
from tests.acceptance.steps import log_one
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance
SETTLED = 60.0  # the sender's lock is freed at once; then the HTTP deadline and the history's lag have to pass
UPLOAD, SHARE = "upload", "files.completeUploadExternal"


def files(rig: Rig, person: str) -> list[dict[str, Any]]:
    """The files that were sent to somebody, oldest first."""
    return [file for message in rig.dms(person) for file in message.get("files") or ()]


def a_file(rig: Rig, person: str, *, count: int = 1) -> dict[str, Any]:
    """The latest one, once there are so many."""
    rig.wait_for(lambda: len(files(rig, person)) >= count, timeout=SETTLED)
    assert len(files(rig, person)) == count
    return files(rig, person)[-1]


def content(file: dict[str, Any]) -> bytes:
    with urllib.request.urlopen(file["url_private"], timeout=30) as answer:
        return bytes(answer.read())


def numbers(file: dict[str, Any]) -> list[int]:
    return [each["number"] for each in json.loads(content(file))["decisions"]]


def by_operator(rig: Rig, form: str) -> dict[str, bytes]:
    """What `backbeat export` writes, by its names."""
    out = rig.directory / f"out-{form}"
    environment = os.environ | {"DATABASE_URL": rig.database_url, "PYTHONPATH": str(ROOT)}
    asked = [sys.executable, "-m", "bot", "export", "--format", form, "--out", str(out)]
    subprocess.run(asked, check=True, env=environment, cwd=rig.directory, timeout=120)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("[!.]*") if path.is_file()}


def shares(rig: Rig) -> int:
    return sum(1 for method, _ in rig.playground.calls if method == SHARE)


def asked_for_one(rig: Rig) -> None:
    log_one(rig)
    rig.slash(DANA, PLATFORM, "/decisions export csv")


def settled_once(rig: Rig) -> None:
    """Another file arrives behind it; and of each there is one."""
    rig.wait_for(lambda: files(rig, DANA), timeout=SETTLED)
    rig.slash(DANA, PLATFORM, "/decisions export json")
    rig.wait_for(lambda: "decisions.json" in [each["name"] for each in files(rig, DANA)], timeout=SETTLED)
    assert [each["name"] for each in files(rig, DANA)] == ["decisions.csv", "decisions.json"]


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_the_log_comes_as_a_file_that_is_what_the_operator_gets(any_rig: Rig) -> None:
    log_one(any_rig)
    any_rig.slash(KENJI, PLATFORM, "/decisions postgres")
    view = any_rig.wait_modal(KENJI, "decisions.log_list")
    any_rig.click_view(KENJI, view, "decisions.export")
    answer = any_rig.submit(KENJI, any_rig.wait_modal(KENJI, "decisions.exporting"), form="madr")
    assert answer["ok"], answer
    file = a_file(any_rig, KENJI)
    with zipfile.ZipFile(io.BytesIO(content(file))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == by_operator(any_rig, "madr")
    (message,) = [each for each in any_rig.dms(KENJI) if each.get("files")]
    assert message["text"].startswith("1 decision: those that you picked")
    any_rig.slash(KENJI, PLATFORM, "/decisions export csv")
    assert {"decisions.csv": content(a_file(any_rig, KENJI, count=2))} == by_operator(any_rig, "csv")


def test_each_gets_what_they_may_see_and_a_guest_nothing(rig: Rig) -> None:
    log_one(rig)
    log_one(rig, "/decide Freeze hiring because runway, revisit in 60 days", where=LEADERSHIP)
    for person, where, seen in ((DANA, PLATFORM, [1, 2]), (KENJI, PLATFORM, [1]), (OUTSIDER, GENERAL, [1])):
        rig.slash(person, where, "/decisions export json")
        assert numbers(a_file(rig, person)) == seen
    rig.slash(GUEST, PLATFORM, "/decisions export json")
    rig.wait_for(lambda: "Guests see none" in words(rig.ephemerals(GUEST, PLATFORM)))
    assert files(rig, GUEST) == []


def test_a_window_that_somebody_else_sends_gives_them_nothing_of_its_owner(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        log_one(rig, "/decide Freeze hiring because runway, revisit in 60 days", where=LEADERSHIP)
        log_one(rig)
        rig.slash(DANA, LEADERSHIP, "/decisions export")
        assert rig.submit(DANA, rig.wait_modal(DANA, "decisions.exporting"), form="json")["ok"]
        assert numbers(a_file(rig, DANA)) == [1, 2]
        sent = next(each for _, each in reversed(rig.playground.deliveries) if each.get("type") == "view_submission")
        for person in (GUEST, KENJI):
            rig.forge(sent, person, view=sent["view"] | {"id": f"V0{person}"})
        assert numbers(a_file(rig, KENJI)) == [2]
        assert files(rig, GUEST) == []
        rig.forge(sent, DANA)  # the same window once more
        rig.slash(DANA, LEADERSHIP, "/decisions export csv")
        assert a_file(rig, DANA, count=2)["name"] == "decisions.csv"


def test_where_files_were_declined_whoever_asked_is_told_what_is_missing(tmp_path: Path) -> None:
    with a_rig(tmp_path, declined_scopes=frozenset({"files:write"})) as rig:
        rig.start().wait_ready()
        asked_for_one(rig)
        rig.wait_for(lambda: "files:write" in words(rig.dms(DANA)))
        assert files(rig, DANA) == []


# --- once ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [UPLOAD, SHARE])
def test_killed_between_upload_and_completion_and_started_again(tmp_path: Path, step: str) -> None:
    with a_rig(tmp_path) as rig:
        first = rig.start().wait_ready()
        rig.playground.faults.switch_on(step, "hold" if step == UPLOAD else "delay", seconds=60)
        asked_for_one(rig)
        rig.wait_for(lambda: step in [method for method, _ in rig.playground.calls])
        first.kill()
        rig.playground.faults.clear()
        assert files(rig, DANA) == []
        rig.start().wait_ready()
        settled_once(rig)


def test_killed_between_completion_and_record_and_started_again(tmp_path: Path) -> None:
    with a_rig(tmp_path) as rig:
        first = rig.start().wait_ready()
        rig.playground.faults.switch_on(SHARE, "hold", seconds=60)
        asked_for_one(rig)
        rig.wait_for(lambda: files(rig, DANA))
        first.kill()
        rig.playground.faults.clear()
        rig.start().wait_ready()
        settled_once(rig)
        assert shares(rig) == 2


@pytest.mark.parametrize("kind", ["drop_reply", "drop_request", "ratelimit", "server_error"])
def test_trouble_with_the_completion_shows_it_once(tmp_path: Path, kind: str) -> None:
    with a_rig(tmp_path) as rig:
        rig.start().wait_ready()
        rig.playground.faults.switch_on(SHARE, kind, seconds=1)
        asked_for_one(rig)
        settled_once(rig)


@pytest.mark.postgres
def test_two_runners_show_it_once(tmp_path: Path, postgres_url: str) -> None:
    with a_rig(tmp_path, database_url=postgres_url) as rig:
        first = rig.start().wait_ready()
        rig.playground.faults.switch_on(SHARE, "hold", seconds=60)
        asked_for_one(rig)
        rig.wait_for(lambda: files(rig, DANA))
        first.freeze()
        rig.playground.faults.clear()
        rig.start().wait_ready()
        rig.wait_for(lambda: len(rig.playground.sockets) >= 2)
        first.wake()
        settled_once(rig)
        assert shares(rig) == 2
