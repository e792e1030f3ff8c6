"""A standup, through the running program: set up, asked at each person's own hour, answered, and summed up once."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.harness import DANA, GUEST, KENJI, OUTSIDER, PLATFORM, PRIYA, RANDOM, SAM, Rig, words

pytestmark = pytest.mark.acceptance


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026, a few seconds after it has come."""
    return datetime(2026, 10, day, hour, minute, 3, tzinfo=UTC)


def set_up(rig: Rig) -> dict:
    """Dana sets it up in #platform, as the window proposes it; the window that shows what was understood."""
    rig.slash(DANA, PLATFORM, "/standup")
    answer = rig.submit(DANA, rig.wait_modal(DANA, "standups.form"))
    assert answer["ok"], answer
    rig.wait_for(lambda: "Asked next" in words(rig.modal(DANA) or {}))
    return rig.wait_modal(DANA, "standups.planned")


def asked(rig: Rig, person: str) -> dict:
    """The DM that asks somebody, once it is there."""
    rig.wait_for(lambda: rig.dms(person))
    return rig.dms(person)[-1]


def digest(rig: Rig) -> dict:
    return rig.wait_for(lambda: next(iter(each for each in rig.by_bot(PLATFORM) if "Standup, " in words(each)), None))


def test_the_standup_from_its_plan_to_what_is_cleared(any_rig: Rig) -> None:
    rig = any_rig
    understood = words(set_up(rig))
    assert "weekdays" in understood
    assert "Kenji" in understood
    assert "Gwen" not in understood  # a guest, whom no admin has allowed yet

    rig.clock.set(at(29, 9, 30))
    prompt = asked(rig, DANA)
    assert "your standup for" in prompt["text"]
    assert rig.dms(SAM) == []
    rig.click(DANA, rig.dm(DANA), prompt, "standups.answer")
    window = rig.wait_modal(DANA, "standups.answers")
    assert rig.submit(DANA, window, answer_0="Interviews", answer_1="Roadmap", answer_2="The budget")["ok"]
    rig.wait_for(lambda: "The budget" in words(rig.dms(DANA)[-1]))

    rig.clock.set(at(29, 13, 30))
    prompt = asked(rig, SAM)
    rig.say(SAM, rig.dm(SAM), "1 Board deck\n2 Acme\n3 nothing", prompt["ts"])
    rig.wait_for(lambda: "Board deck" in words(rig.dms(SAM)[-1]))
    assert len(rig.dms(SAM)) == 1  # the prompt itself shows it

    rig.clock.set(at(29, 16, 0))
    root = digest(rig)
    assert root["text"].startswith("Standup, Thu 29 Oct · 2 answers\nStuck: The budget · Dana · new")
    rig.wait_for(lambda: len(rig.by_bot(PLATFORM, root["ts"])) >= 3)
    thread = words({"all": rig.by_bot(PLATFORM, root["ts"])})
    assert "Interviews" in thread
    assert "Board deck" in thread
    for _ in range(2):  # a second click changes nothing
        rig.click(SAM, PLATFORM, root, "standups.clear")
    rig.wait_for(lambda: "by Sam" in words(digest(rig)))
    assert rig.dms(PRIYA) == rig.dms(KENJI) == rig.dms(GUEST) == []  # their hour had passed: they begin tomorrow

    rig.clock.set(at(30, 0, 30))
    assert "Last time" not in asked(rig, KENJI)["text"]
    assert len([each for each in rig.by_bot(PLATFORM) if "Standup, " in words(each)]) == 1


def test_it_is_shown_skipped_and_stopped(rig: Rig) -> None:
    set_up(rig)
    rig.clock.set(at(29, 9, 30))
    prompt = asked(rig, DANA)
    rig.click(DANA, rig.dm(DANA), prompt, "standups.skip")
    rig.wait_for(lambda: "Skipped" in words(rig.dms(DANA)[-1]))
    rig.slash(PRIYA, PLATFORM, "/standup")
    shown = rig.wait_for(lambda: next(iter(rig.ephemerals(PRIYA, PLATFORM)), None))
    assert "standups.stop" not in words(shown)
    rig.click(PRIYA, PLATFORM, shown, "standups.answer_now")
    rig.submit(PRIYA, rig.wait_modal(PRIYA, "standups.answers"), answer_0="Interviews")
    rig.wait_for(lambda: "Thanks" in words(rig.modal(PRIYA) or {}))
    rig.slash(DANA, PLATFORM, "/standup")
    shown = rig.wait_for(lambda: next(iter(rig.ephemerals(DANA, PLATFORM)), None))
    rig.click(DANA, PLATFORM, shown, "standups.stop")
    rig.wait_for(lambda: "is stopped" in words({"all": rig.ephemerals(DANA, PLATFORM)}))
    rig.clock.set(at(29, 16, 0))
    assert "1 answer" in digest(rig)["text"]
    assert rig.dms(PRIYA) == []


def test_where_the_bot_is_not_it_says_how_to_invite_it(rig: Rig) -> None:
    rig.slash(OUTSIDER, RANDOM, "/standup")
    rig.wait_for(lambda: "/invite @Backbeat" in words(rig.modal(OUTSIDER) or {}))
