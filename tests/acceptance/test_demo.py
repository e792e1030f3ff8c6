"""The demo: the story recorded as it is told, and its two buttons, on the real program."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import tidewater as story
from bot.demo.run import Demo
from bot.domain.cadences import OccurrenceStatus
from bot.domain.decisions import DecisionStatus
from bot.domain.standups import PromptStatus
from bot.domain.workspaces import Viewer
from storage.locks import exclusive
from storage.store import open_store
from tests.acceptance.harness import ROOT
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    opened = Demo(tmp_path_factory.mktemp("demo") / "files")
    opened.open()
    yield opened
    opened.close()


def press(demo: Demo, name: str) -> dict:
    answer = demo.playground.run_control(name)
    assert answer is not None
    assert answer["ok"], answer
    return answer


def test_the_demo_plays_as_it_is_told(demo: Demo) -> None:
    """One test, in the order of the storyline: five weeks, then the buttons."""
    store = open_store(demo.environment["DATABASE_URL"])
    everything = Viewer.system()
    with store.read(story.TEAM_ID) as uow:
        log = uow.decisions.latest(everything, limit=50)
        meetings = uow.cadences.occurrences(uow.cadences.all()[0].id, limit=50)
        stuck = uow.concerns.uncleared()
        prompts = [
            prompt
            for standup in uow.standups.all()
            for slot in ("2026-10-02",)
            for prompt in uow.standups.prompts(uow.standups.round_for(standup.id, slot).id)
        ]
    store.close()
    assert [each.number for each in log] == list(range(13, 0, -1))
    assert Counter(each.status for each in log) == {
        DecisionStatus.DECIDED: 9,
        DecisionStatus.HELD: 1,
        DecisionStatus.SUPERSEDED: 1,
        DecisionStatus.REVERSED: 1,
        DecisionStatus.PROPOSED: 1,
    }
    assert [(each.number, each.detail.accepted_by) for each in log if each.detail.risk_until] == [(11, story.SAM)]
    assert [each.number for each in log if each.detail.options] == [5]
    assert [(each.number, each.related) for each in log if each.related] == [(12, (11,))]
    assert [each.status for each in meetings].count(OccurrenceStatus.HELD) == 4
    assert [(each.text, each.age(story.OPENS_AT.date())) for each in stuck] == [("Staging DB is out of disk", 9)]
    priya = next(each for each in prompts if each.person_id == story.PRIYA)
    assert priya.status is PromptStatus.SKIPPED
    assert "Gandhi" in (priya.reason or "")

    for person in story.EVERYBODY:  # what happened before is not news
        state = demo.playground.state(person)
        assert [each["name"] for each in state["channels"] if each["unread"]] == []

    hint = demo.playground.state(story.DANA)["controls"][0]["hint"]
    assert hint == "Next: Kenji's revisit, Fri 09:00 Tokyo"
    for person in (story.DANA, story.SAM):  # whose word a contract of this size needs
        asked = demo.playground.messages(demo.playground.dm_with_app(person))[-1]
        assert "Priya asks for your approval: D-13 · Datadog" in asked["text"]
    answer = press(demo, "skip")
    assert answer["message"] == "Fri 09:00 Tokyo: Kenji's revisit"
    assert answer["show"]["as"] == story.KENJI
    assert "D-2" in demo.playground.messages(answer["show"]["channel"])[-1]["text"]

    answer = press(demo, "plug")
    assert answer["message"].endswith("1 message, 0 duplicates")
    cards = [each for each in demo.playground.messages(story.PLATFORM) if "D-14" in each["text"]]
    assert len(cards) == 1
    assert "Kenji" in words(cards[0])

    while "digest" not in (answer := press(demo, "skip"))["message"]:  # others answer by themselves, once asked
        assert answer["show"]["as"] in story.EVERYBODY
    assert answer["message"] == "Fri 16:00 Lisbon: the standup digest"
    digest = demo.playground.messages(answer["show"]["channel"])[-1]["text"]
    assert "2 answers" in digest
    assert "Staging DB is out of disk · Kenji · 10 days" in digest
    card = next(each for each in demo.playground.messages(story.PLATFORM) if "D-13 · Datadog" in words(each))
    assert "waiting for Dana ·" in words(card)  # Sam approved it after his reminder, by himself
    assert press(demo, "skip")["message"] == "Mon 13:00 Lisbon: the agenda of Tradeoffs"
    agenda = demo.playground.messages(story.PLATFORM)[-1]["text"]
    assert "Stuck for 4 standups: Staging DB" in agenda


def started(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser", "--folder", str(folder / "files")],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: "subprocess.Popen[str]", end: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if end in line:
            break
    return said


def ended(process: "subprocess.Popen[str]", ending: signal.Signals) -> str:
    """What it still said after the signal."""
    process.send_signal(ending)
    with process:
        rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
    return rest


def test_the_command_says_where_it_is_and_takes_the_bot_with_it_when_its_terminal_closes(tmp_path: Path) -> None:
    process = started(tmp_path)
    text = read_until(process, "Close with Ctrl+C")
    address = next(word for word in text.split() if word.startswith("http://127.0.0.1:"))
    with urllib.request.urlopen(address.partition("#")[0], timeout=30) as page:
        assert "<!doctype html>" in page.read().decode()
    assert "Skip ahead" in text
    assert "Priya waits for your word" in text
    ended(process, signal.SIGHUP)
    with exclusive(tmp_path / "files" / "backbeat.db"):
        pass  # nobody runs on it any more


def test_the_bot_ends_with_a_demo_that_is_killed(tmp_path: Path) -> None:
    process = started(tmp_path)
    with process:
        read_until(process, "Close with Ctrl+C")
        process.kill()
    until_free = "import fcntl, sys; fcntl.flock(open(sys.argv[1], 'a'), fcntl.LOCK_EX)"
    held_by_the_bot = tmp_path / "files" / "backbeat.db.run"
    assert held_by_the_bot.exists()
    subprocess.run([sys.executable, "-c", until_free, str(held_by_the_bot)], timeout=60, check=True)


def test_the_command_closes_on_ctrl_c_also_while_it_is_opening(tmp_path: Path) -> None:
    process = started(tmp_path)
    read_until(process, "one moment")
    assert "backbeat manifest" in ended(process, signal.SIGINT)
