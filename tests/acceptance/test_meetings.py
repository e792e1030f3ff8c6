"""The weekly tradeoff meeting, through the running program: planned, filled, posted at its moment, held, summed up."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.harness import DANA, GENERAL, KENJI, PLATFORM, PRIYA, RANDOM, SAM, Rig, words

pytestmark = pytest.mark.acceptance
MONDAY = datetime(2026, 11, 2, 13, 0, 1, tzinfo=UTC)  # an agenda of Tuesdays at 13:00 in Lisbon is due


def plan(rig: Rig, **values: str) -> dict:
    """Dana plans the meeting; the window that shows what was understood."""
    rig.slash(DANA, PLATFORM, "/backbeat meetings")
    view = rig.wait_modal(DANA, "cadences.form")
    given = {"channel": PLATFORM, "when": "Tuesdays at 13:00", "zone": "Europe/Lisbon"} | values
    answer = rig.submit(DANA, view, **given)
    assert answer["ok"], answer
    return rig.wait_modal(DANA, "cadences.planned")


def agenda(rig: Rig) -> dict:
    """The agenda in the channel, once it is there."""
    return rig.wait_for(lambda: next(iter(root for root in rig.by_bot(PLATFORM) if "Tradeoffs" in words(root)), None))


def thread(rig: Rig, root: dict) -> list[dict]:
    return [each for each in rig.by_bot(PLATFORM, root["ts"]) if each["ts"] != root["ts"]]


def test_the_meeting_from_its_plan_to_its_recap(any_rig: Rig) -> None:
    rig = any_rig
    understood = words(plan(rig))
    assert "Every Tuesday at 13:00 (Europe/Lisbon)" in understood
    assert "Tue 3 Nov 13:00" in understood
    rig.slash(PRIYA, PLATFORM, "/agenda SOC 2 evidence: who collects it? 15 min")
    rig.wait_for(lambda: rig.ephemerals(PRIYA, PLATFORM))
    asked = rig.say(SAM, PLATFORM, "SSO for Acme by Friday!!")
    rig.shortcut(KENJI, PLATFORM, asked, "agendas.add_message")
    rig.submit(KENJI, rig.wait_modal(KENJI, "agendas.adding"), urgent=["yes"], minutes="20")
    rig.wait_for(lambda: "What gets bumped?" in words(rig.modal(KENJI) or {}))
    rig.submit(KENJI, rig.wait_modal(KENJI, "agendas.adding"), bumps_text="Design work")
    rig.wait_modal(KENJI, "agendas.added")

    rig.clock.set(MONDAY)
    root = agenda(rig)
    assert root["text"].index("SSO for Acme") < root["text"].index("SOC 2 evidence")
    assert "bumps Design work" in root["text"]
    rig.wait_for(lambda: len(thread(rig, root)) >= 2)
    item = next(each for each in thread(rig, root) if "SSO for Acme" in words(each))
    assert "What are we explicitly not doing?" in words(item)

    rig.click(DANA, PLATFORM, root, "agendas.start")
    rig.wait_for(lambda: "Close meeting" in words(agenda(rig)))
    rig.click(DANA, PLATFORM, item, "agendas.decide")
    rig.submit(DANA, rig.wait_modal(DANA, "decisions.form"), title="SSO for Acme by Friday", why="They sign with it")
    rig.wait_for(lambda: any("D-1" in each["text"] for each in thread(rig, root)))
    going_on = agenda(rig)
    for _ in range(2):  # a second click changes nothing
        rig.click(DANA, PLATFORM, going_on, "agendas.close")
    rig.wait_for(lambda: any("Recap of" in each["text"] for each in thread(rig, root)))
    rig.wait_for(lambda: "This meeting is over" in words(agenda(rig)))
    recaps = [each["text"] for each in thread(rig, root) if "Recap of" in each["text"]]
    assert len(recaps) == 1
    assert "D-1 SSO for Acme by Friday" in recaps[0]
    assert "SOC 2 evidence" in recaps[0].split("Carried over")[1]


def test_post_it_now_does_so_at_once_and_once(any_rig: Rig) -> None:
    view = plan(any_rig)
    any_rig.slash(SAM, PLATFORM, "/agenda Heroku or AWS?")
    any_rig.wait_for(lambda: any_rig.ephemerals(SAM, PLATFORM))
    any_rig.click_view(DANA, view, "cadences.post_now")
    assert "Heroku or AWS?" in agenda(any_rig)["text"]
    any_rig.clock.set(MONDAY)
    any_rig.say(SAM, GENERAL, "Good morning")
    any_rig.slash(SAM, PLATFORM, "/agenda Late thought 10 min")  # joins the agenda that is out
    any_rig.wait_for(lambda: "Late thought" in agenda(any_rig)["text"])
    assert len([each for each in any_rig.by_bot(PLATFORM) if "Start meeting" in words(each)]) == 1


def test_a_channel_without_the_bot_says_how_to_invite_it(rig: Rig) -> None:
    rig.slash(DANA, PLATFORM, "/backbeat meetings")
    view = rig.wait_modal(DANA, "cadences.form")
    answer = rig.submit(DANA, view, channel=RANDOM, when="Tuesdays at 13:00")
    assert "/invite @Backbeat" in words(answer)
