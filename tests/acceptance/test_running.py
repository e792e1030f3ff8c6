"""Running the program: ready, healthy, stopped, refused, and looked at by the doctor."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import DANA, PLATFORM, ROOT, Rig, a_rig
from tests.support import slack_server

pytestmark = pytest.mark.acceptance


def ask(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def backbeat(rig: Rig, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """One of the program's other commands, with the environment that `run` has."""
    app = rig.playground.spec.app
    base = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "BACKBEAT_"))}
    environment = {
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
        "SLACK_API_URL": rig.playground.api_url,
        "DATABASE_URL": rig.database_url,
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=base | environment | extra,
        cwd=rig.directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_new_sqlite_file_is_migrated_by_run_itself_and_it_says_when_it_is_ready(any_rig: Rig) -> None:
    bot = any_rig.bots[0]
    status, said = ask(f"{bot.address}/readyz")
    assert (status, json.loads(said)) == (200, {"status": "ready"})
    assert ask(f"{bot.address}/healthz")[0] == 200
    status, figures = ask(f"{bot.address}/metrics")
    assert status == 200
    assert "backbeat_clock_alive 1.0" in figures
    assert "backbeat_outbox_due" in figures


def test_it_stops_gracefully_when_asked(any_rig: Rig) -> None:
    assert any_rig.bots[0].stop() == 0
    assert any("stopped" in line for line in any_rig.bots[0].lines)


def test_a_second_run_on_one_sqlite_file_refuses_to_start(rig: Rig) -> None:
    second = rig.start()
    assert second.process.wait(30) == 2
    rig.wait_for(lambda: "already runs" in second.output)


def test_postgresql_is_left_to_the_operator_to_migrate(tmp_path: Path, blank_postgres_url: str) -> None:
    with a_rig(tmp_path, database_url=blank_postgres_url) as rig:
        bot = rig.start()
        assert bot.process.wait(30) == 2
        rig.wait_for(lambda: "backbeat migrate" in bot.output)
        assert backbeat(rig, "migrate").returncode == 0
        rig.start().wait_ready()


def test_a_request_that_is_not_slacks_is_refused_without_a_traceback(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        bot = rig.start().wait_ready()
        for body, kind in (
            (b"{", "application/json"),
            (b"\xff", "application/json"),
            (b"command=/decide", "text/plain"),
        ):
            request = urllib.request.Request(
                f"{bot.address}/slack/events", data=body, headers={"content-type": kind}, method="POST"
            )
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=30)
            with refused.value as error:
                assert 400 <= error.code < 500
                assert "Traceback" not in error.read().decode()
        assert "Traceback" not in bot.output


def test_the_doctor_finds_nothing_wrong_where_nothing_is(rig: Rig) -> None:
    rig.bots[0].stop()
    found = backbeat(rig, "doctor")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "✗" not in found.stdout
    for about in ("Slack", "Database", "Time zones", "Model"):
        assert about in found.stdout


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-nobody"}, "Mend it"),
        ({"SLACK_APP_TOKEN": "xapp-nobody"}, "Mend it"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, "reach"),
        ({"DATABASE_URL": "postgresql://backbeat:hunter2@127.0.0.1:1/none"}, "Database"),
        ({"OPENAI_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "OPENAI_BASE_URL"),
    ],
    ids=["bot token", "app token", "no Slack", "no database", "no model"],
)
def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(tmp_path: Path, extra: dict[str, str], said: str) -> None:
    with a_rig(tmp_path) as rig:
        found = backbeat(rig, "doctor", **extra)
    assert found.returncode == 1
    wrong = [line for line in found.stdout.splitlines() if line.startswith("✗")]
    assert any(said in line for line in wrong), found.stdout
    assert "hunter2" not in found.stdout + found.stderr
    assert "Traceback" not in found.stdout + found.stderr


def test_a_declined_permission_is_a_note_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    with a_rig(tmp_path, declined_scopes=frozenset({"groups:read"})) as rig:
        found = backbeat(rig, "doctor")
        assert found.returncode == 0, found.stdout
        assert "groups:read" in found.stdout
    with a_rig(tmp_path, declined_scopes=frozenset({"users:read"})) as rig:
        found = backbeat(rig, "doctor")
        assert found.returncode == 1
        assert "users:read" in found.stdout


def test_it_runs_against_another_server_that_knows_fewer_methods(tmp_path: Path) -> None:
    """A method that the server does not know is a failure with a word about it, never a crash."""
    with a_rig(tmp_path, http=True) as rig, slack_server() as other:
        unknown: dict[str, Any] = {"ok": False, "error": "unknown_method"}
        other.answers.update(
            {
                "auth.test": {"ok": True, "team_id": "T1", "team": "Other", "user_id": "UBOT", "bot_id": "B1"},
                "chat.postMessage": {"ok": True, "channel": "C1", "ts": "1.1"},
                "conversations.open": {"ok": True, "channel": {"id": "D1"}},
                "conversations.info": unknown,
                "users.conversations": unknown,
                "team.info": unknown,
                "views.open": unknown,
                "users.info": {
                    "ok": True,
                    "user": {"id": DANA, "team_id": "T1", "name": "dana", "tz": "Europe/Lisbon"},
                },
            }
        )
        bot = rig.start(SLACK_API_URL=f"{other.url}/api/").wait_ready()
        answer = signed(
            bot.address,
            rig.playground.spec.app.signing_secret,
            f"command=%2Fdecide&text=Use+it+because+we+have+it%2C+revisit+in+60+days&team_id=T1&user_id={DANA}"
            f"&channel_id={PLATFORM}&trigger_id=1.2&response_url={other.url}/response",
        )
        assert "Logged" in answer
        rig.wait_for(lambda: other.calls_of("chat.postMessage"))
        assert bot.process.poll() is None
        assert "Traceback" not in bot.output


def signed(address: str, secret: str, body: str) -> str:
    """The answer to a request as Slack signs it."""
    import time

    from slack_sdk.signature import SignatureVerifier

    stamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    request = urllib.request.Request(
        f"{address}/slack/events",
        data=body.encode(),
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": str(signature),
        },
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as got:
        text: str = got.read().decode()
    return text
