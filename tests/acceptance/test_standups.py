"""A standup, through the running program: set up, asked at each person's own hour, answered, and summed up once."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.harness import (
    DANA,
    GENERAL,
    GUEST,
    KENJI,
    OUTSIDER,
    PLATFORM,
    PRIYA,
    RANDOM,
    SAM,
    Rig,
    a_rig,
)
from tests.acceptance.steps import digest, digests, october, prompt, prompts, said_at, start_standup
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance


def answer(rig: Rig, person: str, *texts: str) -> None:
    """In the window."""
    rig.click(person, rig.dm(person), prompt(rig, person), "standups.answer")
    window = rig.wait_modal(person, "standups.answers")
    assert rig.submit(person, window, **{f"answer_{number}": text for number, text in enumerate(texts)})["ok"]
    rig.wait_for(lambda: "Thanks" in words(prompt(rig, person)))


def asked_at(rig: Rig, person: str, moment: datetime) -> dict:
    """Move to just before `moment`: they are asked when it comes, and not before."""
    assert prompts(rig, person) == []
    rig.clock.set(moment - timedelta(seconds=1))
    asked = prompt(rig, person)
    assert moment <= said_at(asked) < moment + timedelta(minutes=1)
    return asked


def test_each_is_asked_at_their_own_hour_and_one_digest_tells_what_is_stuck(any_rig: Rig) -> None:
    rig = any_rig
    understood = words(start_standup(rig))
    assert "weekdays" in understood
    assert "Kenji" in understood
    assert "Gwen" not in understood  # a guest, whom no admin has allowed yet
    asked_at(rig, KENJI, october(30, 0, 30))  # Friday 09:30 in Tokyo
    answer(rig, KENJI, "Event store", "Migration", "staging DB")
    asked_at(rig, PRIYA, october(30, 4, 0))  # in Kolkata
    asked_at(rig, DANA, october(30, 9, 30))  # in Lisbon
    rig.click(DANA, rig.dm(DANA), prompt(rig, DANA), "standups.skip")
    rig.wait_for(lambda: "Skipped" in words(prompt(rig, DANA)))
    on_sam = asked_at(rig, SAM, october(30, 13, 30))  # in New York, where summer time has not ended yet
    rig.say(SAM, rig.dm(SAM), "1 Board deck\n2 Acme\n3 nothing", on_sam["ts"])
    rig.wait_for(lambda: "Board deck" in words(prompt(rig, SAM)))
    assert digests(rig) == []

    rig.clock.set(october(30, 16) - timedelta(seconds=1))
    root = digest(rig)
    assert october(30, 16) <= said_at(root) < october(30, 16, 1)
    assert root["text"] == "Standup, Fri 30 Oct · 2 answers\nStuck: staging DB · Kenji · new"
    rig.wait_for(lambda: len(rig.replies(PLATFORM, root["ts"])) == 2)
    whole = words([root, *rig.replies(PLATFORM, root["ts"])])
    assert "Event store" in whole
    assert "Board deck" in whole
    for absent in ("Priya", PRIYA, "Dana", DANA):  # who did not answer is named nowhere
        assert absent not in whole
    for _ in range(2):  # a second click changes nothing
        rig.click(SAM, PLATFORM, root, "standups.clear")
    rig.wait_for(lambda: "by Sam" in words(digest(rig)))
    assert words(digest(rig)).count("by Sam") == 1
    rig.wait_for(lambda: "has closed" in words(prompt(rig, PRIYA)))
    assert rig.dms(GUEST) == []

    rig.clock.set(october(33, 0, 30))
    assert "Last time you planned: Migration" in words(prompt(rig, KENJI, count=2))
    rig.clock.set(october(33, 13, 45))  # Monday: summer time has ended there too, and 09:30 is 14:30
    assert "4 hours late, sorry" in words(prompt(rig, DANA, count=2))
    assert len(prompts(rig, SAM)) == 1
    rig.clock.set(october(33, 14, 30) - timedelta(seconds=1))
    assert said_at(prompt(rig, SAM, count=2)) >= october(33, 14, 30)


def test_nobody_is_asked_on_their_public_holiday(rig: Rig) -> None:
    rig.clock.set(october(33, 18))  # Monday evening in Lisbon
    assert "Culture Day" in words(start_standup(rig))  # said when it is set up: not on the 3rd
    rig.clock.set(october(34, 9, 30))
    prompt(rig, DANA)
    assert prompts(rig, KENJI) == []
    answer(rig, DANA, "Interviews")
    rig.clock.set(october(34, 16))
    digest(rig)
    asked_at(rig, KENJI, october(35, 0, 30))


def test_who_was_to_be_asked_while_it_was_down_is_asked_late_or_not_at_all(rig: Rig) -> None:
    start_standup(rig)
    rig.bots[-1].stop()
    rig.clock.set(october(29, 10, 30))
    rig.start().wait_ready()
    assert "This comes 1 hour late, sorry." in words(prompt(rig, DANA))
    answer(rig, DANA, "Interviews")
    rig.bots[-1].stop()
    rig.clock.set(october(31, 12))  # Saturday: the digest is two days late, and nobody was asked on Friday
    rig.start().wait_ready()
    rig.wait_for(lambda: "I did not post the standup digest of Thu 29 Oct" in words(rig.dms(DANA)))

    def said_so() -> bool:
        rig.slash(DANA, PLATFORM, "/standup")
        return "Last: Fri 30 Oct, no digest: " in words(rig.ephemerals(DANA, PLATFORM))

    rig.wait_for(said_so)
    rig.clock.set(october(33, 9, 30))
    rig.wait_for(lambda: "Open until" in rig.dms(DANA)[-1]["text"])
    assert digests(rig) == prompts(rig, SAM) == []


def test_words_of_any_length_and_kind_are_answers_and_call_nobody(rig: Rig) -> None:
    start_standup(rig)
    asked_at(rig, DANA, october(29, 9, 30))
    answer(rig, DANA, "<!channel> & " * 230, "ж" * 3000, "\n".join(f"{n} *<@{KENJI}>* is gone" for n in range(60)))
    asked_at(rig, SAM, october(29, 13, 30))
    rig.say(SAM, rig.dm(SAM), "Everything. " * 1000, prompt(rig, SAM)["ts"])
    rig.wait_for(lambda: "Thanks" in words(prompt(rig, SAM)))
    rig.clock.set(october(29, 16))
    root = digest(rig)
    rig.wait_for(lambda: len(rig.replies(PLATFORM, root["ts"])) == 2)
    said = words([root, *rig.replies(PLATFORM, root["ts"])])
    for call in ("<!channel>", f"<@{KENJI}>"):
        assert call not in said


def test_an_answer_is_changed_and_what_is_brought_again_changes_nothing(any_rig: Rig) -> None:
    rig = any_rig
    start_standup(rig)
    asked_at(rig, DANA, october(29, 9, 30))
    rig.playground.faults.lose_ack("events_api")  # Slack brings it again at once
    rig.say(DANA, rig.dm(DANA), "1 Interviews\n2 Roadmap\n3 the budget", prompt(rig, DANA)["ts"])
    rig.wait_for(lambda: "the budget" in words(prompt(rig, DANA)))
    rig.click(DANA, rig.dm(DANA), prompt(rig, DANA), "standups.answer")
    window = rig.wait_modal(DANA, "standups.answers")
    rig.playground.faults.lose_ack("interactive")
    again = {"answer_0": "Three interviews", "answer_1": "Roadmap", "answer_2": ""}
    assert not rig.submit(DANA, window, **again)["ok"]  # "Try again?"
    assert rig.submit(DANA, window, **again)["ok"]
    rig.wait_for(lambda: "Three interviews" in words(prompt(rig, DANA)))
    assert rig.playground.faults.redeliver()  # the reply, once more
    rig.clock.set(october(29, 16))
    root = digest(rig)
    assert root["text"] == "Standup, Thu 29 Oct · 1 answer"
    rig.wait_for(lambda: rig.replies(PLATFORM, root["ts"]))
    (mine,) = rig.replies(PLATFORM, root["ts"])
    assert "Three interviews" in mine["text"]
    assert "budget" not in mine["text"]


def test_an_answer_after_the_digest_joins_its_thread(rig: Rig) -> None:
    start_standup(rig)
    asked_at(rig, DANA, october(29, 9, 30))
    asked_at(rig, SAM, october(29, 13, 30))
    answer(rig, SAM, "Board deck")
    rig.clock.set(october(29, 16))
    root = digest(rig)
    rig.wait_for(lambda: "Answer late" in words(prompt(rig, DANA)))
    answer(rig, DANA, "Interviews", "Roadmap", "the budget")
    rig.wait_for(lambda: "2 answers" in digest(rig)["text"])
    assert "Stuck: the budget" in digest(rig)["text"]
    rig.wait_for(lambda: "after the digest" in words(rig.replies(PLATFORM, root["ts"])))


def test_somebody_else_changes_nothing_by_anothers_prompt(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        start_standup(rig)
        asked_at(rig, DANA, october(29, 9, 30))
        rig.click(DANA, rig.dm(DANA), prompt(rig, DANA), "standups.answer")
        window = rig.wait_modal(DANA, "standups.answers")
        pressed = rig.last_click("standups.answer")
        rig.submit(DANA, window, answer_0="Interviews", answer_2="the budget")
        _, sent = next(each for each in reversed(rig.playground.deliveries) if each[1]["type"] == "view_submission")
        mine = pressed["actions"][0]["value"]
        away = {"type": "overflow", "action_id": "standups.more", "selected_option": {"value": f"away:{mine}"}}
        for person in (OUTSIDER, GUEST, SAM):
            for changed in ({}, {"action_id": "standups.skip"}, away):
                rig.forge(pressed, person, GENERAL, actions=[pressed["actions"][0] | changed])
            rig.forge(sent, person, view=sent["view"] | {"id": f"V{person}"})
            assert rig.modal(person) is None
        rig.clock.set(october(29, 16))
        root = digest(rig)
        assert root["text"] == "Standup, Thu 29 Oct · 1 answer\nStuck: the budget · Dana · new"


def test_who_is_not_in_the_channel_clears_nothing(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        start_standup(rig)
        asked_at(rig, DANA, october(29, 9, 30))
        answer(rig, DANA, "Interviews", "Roadmap", "the budget")
        rig.clock.set(october(29, 16))
        root = digest(rig)
        rig.click(GUEST, PLATFORM, root, "standups.clear")  # in the channel, but no admin has allowed guests
        rig.wait_for(lambda: "don't know that one" in words(rig.state_of(GUEST, PLATFORM)))
        rig.forge(rig.last_click("standups.clear"), OUTSIDER, GENERAL)
        assert "Cleared:" not in words(digest(rig))
        rig.click(KENJI, PLATFORM, root, "standups.clear")
        rig.wait_for(lambda: "by Kenji" in words(digest(rig)))


def test_it_is_shown_skipped_and_stopped(rig: Rig) -> None:
    start_standup(rig)
    asked = asked_at(rig, DANA, october(29, 9, 30))
    rig.click(DANA, rig.dm(DANA), asked, "standups.skip")
    rig.wait_for(lambda: "Skipped" in words(prompt(rig, DANA)))
    rig.slash(PRIYA, PLATFORM, "/standup")
    shown = rig.wait_for(lambda: next(iter(rig.ephemerals(PRIYA, PLATFORM)), None))
    assert "standups.stop" not in words(shown)
    rig.click(PRIYA, PLATFORM, shown, "standups.answer_now")
    rig.submit(PRIYA, rig.wait_modal(PRIYA, "standups.answers"), answer_0="Interviews")
    rig.wait_for(lambda: "Thanks" in words(rig.modal(PRIYA) or {}))
    rig.slash(DANA, PLATFORM, "/standup")
    shown = rig.wait_for(lambda: next(iter(rig.ephemerals(DANA, PLATFORM)), None))
    rig.click(DANA, PLATFORM, shown, "standups.stop")
    rig.wait_for(lambda: "is stopped" in words(rig.ephemerals(DANA, PLATFORM)))
    rig.clock.set(october(29, 16))
    assert "1 answer" in digest(rig)["text"]
    assert rig.dms(PRIYA) == []


@pytest.mark.parametrize(("where", "told"), [(RANDOM, "/invite @Backbeat"), (GENERAL, "Ask everybody at")])
def test_where_the_bot_is_not_it_says_how_to_invite_it(rig: Rig, where: str, told: str) -> None:
    rig.slash(OUTSIDER, where, "/standup")
    rig.wait_for(lambda: told in words(rig.modal(OUTSIDER) or {}))
