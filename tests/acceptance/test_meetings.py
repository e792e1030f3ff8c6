"""The weekly tradeoff meeting, through the running program: planned, filled, posted at its moment, held, summed up."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.agendas import QUESTIONS
from tests.acceptance.harness import (
    DANA,
    GENERAL,
    GUEST,
    KENJI,
    LEADERSHIP,
    OUTSIDER,
    PLATFORM,
    PRIYA,
    RANDOM,
    SAM,
    Rig,
    a_rig,
)
from tests.acceptance.steps import agenda, agendas, log_one, october, plan_meeting, said_at
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance
DUE = october(33, 13)  # Monday 2 November: when the agenda of the meeting of Tuesday 13:00 in Lisbon is due
NEXT_DUE = october(40, 13)


def add(rig: Rig, text: str, *, who: str = SAM, where: str = PLATFORM) -> dict:
    """By `/agenda`; what its author alone is told."""
    rig.slash(who, where, f"/agenda {text}")
    rig.wait_for(lambda: rig.ephemerals(who, where))
    return rig.ephemerals(who, where)[-1]


def item(rig: Rig, root: dict, title: str, where: str = PLATFORM) -> dict:
    """The reply in the agenda's thread that is about it."""
    return rig.wait_for(lambda: next((each for each in rig.replies(where, root["ts"]) if title in words(each)), None))


def recaps(rig: Rig, root: dict, where: str = PLATFORM) -> list[str]:
    return [each["text"] for each in rig.replies(where, root["ts"]) if "Recap of" in each["text"]]


def test_the_meeting_from_setup_to_its_recap_and_what_is_carried_over(any_rig: Rig) -> None:
    rig = any_rig
    rig.slash(DANA, PLATFORM, "/backbeat setup")
    rig.submit(DANA, rig.wait_modal(DANA, "workspaces.setup"), deputy=PRIYA, sponsor=SAM, team_channel=PLATFORM)
    understood = words(plan_meeting(rig))
    assert "Every Tuesday at 13:00 (Europe/Lisbon)" in understood
    assert "Tue 3 Nov 13:00" in understood
    log_one(rig, "/decide Stay on Heroku because moving costs a month, revisit in 5 days", who=KENJI)
    assert "It goes on the next agenda" in words(add(rig, "SOC 2 evidence: who collects it? 15 min", who=PRIYA))
    asked = rig.say(SAM, PLATFORM, "SSO for Acme by Friday!!")
    rig.shortcut(KENJI, PLATFORM, asked, "agendas.add_message")
    rig.submit(KENJI, rig.wait_modal(KENJI, "agendas.adding"), urgent=["yes"], minutes="20")
    rig.wait_for(lambda: "What gets bumped?" in words(rig.modal(KENJI) or {}))
    rig.submit(KENJI, rig.wait_modal(KENJI, "agendas.adding"), bumps_text="Design work")
    rig.wait_modal(KENJI, "agendas.added")

    rig.clock.set(DUE - timedelta(seconds=2))
    root = agenda(rig)
    assert DUE <= said_at(root) < DUE + timedelta(minutes=1)  # at its moment, not before
    lines = root["text"]
    assert lines.index("SSO for Acme") < lines.index("SOC 2 evidence") < lines.index("Revisit D-1 Stay on Heroku")
    assert "bumps Design work" in lines
    assert "45 of 60 min" in lines
    urgent, revisit = item(rig, root, "SSO for Acme"), item(rig, root, "Revisit D-1")
    for about in (urgent, item(rig, root, "SOC 2")):
        assert all(question in words(about) for question in QUESTIONS)
    assert "moving costs a month" in words(revisit)
    item(rig, root, "Kenji off: Culture Day")

    rig.click(DANA, PLATFORM, root, "agendas.start")
    rig.wait_for(lambda: "Close meeting" in words(agenda(rig)))
    rig.click(DANA, PLATFORM, urgent, "agendas.decide")
    rig.submit(DANA, rig.wait_modal(DANA, "decisions.form"), title="SSO for Acme by Friday", why="They sign with it")
    rig.wait_for(lambda: any("D-2" in each["text"] for each in rig.replies(PLATFORM, root["ts"])))
    rig.click(KENJI, PLATFORM, revisit, "decisions.keep")
    rig.submit(KENJI, rig.wait_modal(KENJI, "decisions.keeping"), why="It works")
    rig.click(PRIYA, PLATFORM, urgent, "agendas.finish")
    window = rig.wait_modal(PRIYA, "agendas.finishing")
    assert "D-2 SSO for Acme by Friday" in words(window)  # what was decided is proposed as its outcome
    rig.submit(PRIYA, window, outcome="D-2, Kenji starts today")
    rig.wait_for(lambda: "Kenji starts today" in words(agenda(rig)))
    going_on = agenda(rig)
    for _ in range(2):  # a second click changes nothing
        rig.click(DANA, PLATFORM, going_on, "agendas.close")
    rig.wait_for(lambda: recaps(rig, root))
    rig.wait_for(lambda: "This meeting is over" in words(agenda(rig)))
    (recap,) = recaps(rig, root)
    done, carried = recap.split("Carried over")
    assert "Kenji starts today" in done
    assert "Revisit D-1" in done
    assert "SOC 2 evidence" in carried

    rig.clock.set(NEXT_DUE)
    after = agenda(rig, count=2)
    assert "SOC 2 evidence" in after["text"]
    assert "carried over once" in after["text"]
    assert "SSO for Acme" not in after["text"]
    assert "Heroku" not in after["text"]


def test_post_it_now_does_so_at_once_and_once(any_rig: Rig) -> None:
    rig, view = any_rig, plan_meeting(any_rig)
    add(rig, "Heroku or AWS?")
    for _ in range(2):  # a second click changes nothing
        rig.click_view(DANA, view, "cadences.post_now")
    assert "Heroku or AWS?" in agenda(rig)["text"]
    rig.clock.set(DUE)
    rig.slash(SAM, PLATFORM, "/agenda Late thought 10 min")  # joins the agenda that is out
    rig.wait_for(lambda: "Late thought" in agenda(rig)["text"])
    rig.clock.set(october(34, 16))  # two hours after its end
    item(rig, agenda(rig), "Nobody closed this meeting")
    rig.clock.set(NEXT_DUE)
    assert "Heroku or AWS?" in agenda(rig, count=2)["text"]


def test_a_public_holiday_skips_the_meeting_and_that_is_said(rig: Rig) -> None:
    rig.clock.set(october(31 + 27, 9))  # Friday 27 November: the two coming Tuesdays are holidays in Portugal
    understood = words(plan_meeting(rig))
    assert "Tue 1 Dec: skipped, Restoration of Independence Day (PT)" in understood
    assert "Tue 8 Dec: skipped, Immaculate Conception (PT)" in understood
    rig.clock.set(october(31 + 30, 13))
    rig.wait_for(lambda: rig.by_bot(PLATFORM))
    (said,) = rig.by_bot(PLATFORM)
    assert said["text"].startswith("No *Tradeoffs* on Tue 1 Dec: public holiday, Restoration of Independence Day (PT).")
    assert "The next one is on Tue 15 Dec." in said["text"]


def test_an_agenda_that_was_due_while_it_was_down_goes_out_late_or_is_recorded_as_missed(rig: Rig) -> None:
    plan_meeting(rig)
    rig.close_modal(DANA)
    rig.bots[-1].stop()
    rig.clock.set(DUE + timedelta(hours=3))
    rig.start().wait_ready()
    assert "Sent 3 hours late: I was not running in time." in words(agenda(rig))
    rig.bots[-1].stop()
    rig.clock.set(october(41, 14))  # the next meeting has begun
    rig.start().wait_ready()

    def missed() -> bool:
        rig.close_modal(DANA)
        rig.slash(DANA, PLATFORM, "/backbeat meetings")
        rig.wait_for(lambda: "Tradeoffs" in words(rig.modal(DANA) or {}))
        return "no agenda: I was not running before the meeting began" in words(rig.modal(DANA))

    rig.wait_for(missed)
    assert len(agendas(rig)) == 1


def test_words_of_any_length_and_kind_reach_the_agenda_and_call_nobody(rig: Rig) -> None:
    plan_meeting(rig)
    rig.close_modal(DANA)
    odd = ("<!channel> <!here> @Kenji & *all* ~of~ `it`", "ж" * 200, "=cmd|'/c calc'!A1", "𝔘𝔫𝔦 👩‍👩‍👧 ")
    for number, text in enumerate((*odd, *("Heroku or AWS, and why not both? " * 6 for _ in range(20)))):
        assert rig.slash((DANA, SAM, PRIYA, KENJI)[number % 4], PLATFORM, f"/agenda {text.strip()} 5 min")["ok"]
    too_long = "An essay. " * 300
    rig.slash(SAM, PLATFORM, f"/agenda {too_long}")
    rig.wait_for(lambda: too_long.strip() in words(rig.ephemerals(SAM, PLATFORM)))  # given back
    rig.clock.set(DUE)
    root = agenda(rig)
    item(rig, root, "calc")
    said = words([root, *rig.replies(PLATFORM, root["ts"])])
    for call in ("<!channel>", "<!here>", f"<@{KENJI}>"):
        assert call not in said


def test_nothing_of_a_private_channel_is_in_it(any_rig: Rig) -> None:
    rig = any_rig
    plan_meeting(rig)
    rig.close_modal(DANA)
    log_one(rig, "/decide Hire one engineer because runway, revisit in 5 days", where=LEADERSHIP)
    log_one(rig, "/decide Keep RabbitMQ because it works, revisit in 5 days")
    for person in (DANA, SAM):
        secret = rig.say(person, LEADERSHIP, "Let Kenji go?")
        rig.shortcut(person, LEADERSHIP, secret, "agendas.add_message")
        rig.wait_for(lambda person=person: "private" in words(rig.modal(person) or {}))
        rig.close_modal(person)
    rig.slash(SAM, LEADERSHIP, "/agenda Salaries in March")
    rig.wait_for(lambda: "private" in words(rig.ephemerals(SAM, LEADERSHIP)))
    rig.clock.set(DUE)
    root = agenda(rig)
    item(rig, root, "Keep RabbitMQ")
    item(rig, root, "Kenji off")  # the last of the thread
    all_of_it = words([root, *rig.replies(PLATFORM, root["ts"])])
    for secret in ("Hire", "Let Kenji go", "Salaries"):
        assert secret not in all_of_it


def test_a_private_meeting_s_agenda_holds_what_its_members_may_see(rig: Rig) -> None:
    plan_meeting(rig, channel=LEADERSHIP)
    rig.close_modal(DANA)
    log_one(rig, "/decide Hire one engineer because runway, revisit in 5 days", where=LEADERSHIP)
    add(rig, "Salaries in March", where=LEADERSHIP)
    rig.slash(OUTSIDER, GENERAL, "/agenda")
    rig.wait_for(lambda: "no recurring meeting yet" in words(rig.state_of(OUTSIDER, GENERAL)))
    rig.clock.set(DUE)
    root = agenda(rig, LEADERSHIP)
    assert "Hire one engineer" in root["text"]
    assert "Salaries in March" in root["text"]
    assert rig.by_bot(PLATFORM) == rig.by_bot(GENERAL) == []


def test_somebody_outside_changes_nothing_by_its_buttons(tmp_path: Path) -> None:
    """Neither Otto, nor Gwen who is a guest, nor Kenji is in the private channel."""
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        view = plan_meeting(rig, channel=LEADERSHIP)
        add(rig, "Salaries in March", where=LEADERSHIP)
        rig.click_view(DANA, view, "cadences.post_now")
        root = agenda(rig, LEADERSHIP)
        reply = item(rig, root, "Salaries", LEADERSHIP)
        rig.click(DANA, LEADERSHIP, root, "agendas.add_item")
        rig.click(DANA, LEADERSHIP, reply, "agendas.finish")
        on_root, on_item = rig.last_click("agendas.add_item"), rig.last_click("agendas.finish")
        (start,) = [
            each for block in root["blocks"] for each in block.get("elements", ()) if "Start" in words(each.get("text"))
        ]
        for person, where in ((OUTSIDER, GENERAL), (GUEST, PLATFORM), (KENJI, PLATFORM)):
            for value, payload, names in (
                (start["value"], on_root, ("start", "close")),
                (on_root["actions"][0]["value"], on_root, ("add_item",)),
                (on_item["actions"][0]["value"], on_item, ("decide", "finish", "carry", "drop", "put_back")),
            ):
                for name in names:
                    pressed = payload["actions"][0] | {"action_id": f"agendas.{name}", "value": value}
                    rig.forge(payload, person, where, actions=[pressed])
            assert rig.modal(person) is None
        assert "agendas.start" in words(agenda(rig, LEADERSHIP))
        rig.click(DANA, LEADERSHIP, root, "agendas.start")
        rig.wait_for(lambda: "Close meeting" in words(agenda(rig, LEADERSHIP)))
        assert "✕" not in words(agenda(rig, LEADERSHIP))
        assert "Carry over" in words(item(rig, root, "Salaries", LEADERSHIP))


def test_whoever_is_not_the_cto_or_an_admin_plans_no_meeting_and_posts_no_agenda(rig: Rig) -> None:
    rig.slash(KENJI, PLATFORM, "/backbeat meetings")
    rig.wait_for(lambda: "The CTO or an admin plans one" in words(rig.modal(KENJI) or {}))
    rig.close_modal(KENJI)
    plan_meeting(rig)
    rig.slash(KENJI, PLATFORM, "/backbeat meetings")
    rig.wait_for(lambda: "Tradeoffs" in words(rig.modal(KENJI) or {}))
    for action in ("cadences.post_now", "cadences.edit", "cadences.stop"):
        assert action not in words(rig.modal(KENJI))


def test_a_channel_without_the_bot_says_how_to_invite_it(rig: Rig) -> None:
    rig.slash(DANA, PLATFORM, "/backbeat meetings")
    view = rig.wait_modal(DANA, "cadences.form")
    answer = rig.submit(DANA, view, channel=RANDOM, when="Tuesdays at 13:00")
    assert "/invite @Backbeat" in words(answer)
