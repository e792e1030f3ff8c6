"""Coming back, through the running program: asked before the meeting, put off twice, answered, or raised; and risks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import DANA, GUEST, KENJI, OUTSIDER, PLATFORM, PRIYA, Rig, a_rig
from tests.acceptance.steps import agenda, agendas, log_one, october, plan_meeting
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance
AGENDA = october(33, 13)  # Monday 2 November, for the meeting of Tuesday 13:00 in Lisbon
WEEK = timedelta(days=7)


def in_tokyo(day: int) -> datetime:
    """Shortly after nine in Kenji's morning; days as in `october`."""
    return october(day, 0, 0, 5)


def asked(rig: Rig, count: int, who: str = KENJI) -> dict[str, Any]:
    """Their latest *Waiting for you*, once there are so many."""
    return rig.wait_for(lambda: rig.dms(who)[-1] if len(rig.dms(who)) == count else None)


def card(rig: Rig, ref: str) -> str:
    return next(words(each) for each in rig.by_bot(PLATFORM) if f"{ref} · " in words(each) and "Why" in words(each))


def press(rig: Rig, message: dict[str, Any], action: str, number: int, who: str = KENJI) -> None:
    """The button of that name about that decision."""
    blocks = [each for each in message["blocks"] if each["type"] == "actions"]
    about = [each for each in blocks if any(button.get("value") == str(number) for button in each["elements"])]
    rig.click(who, rig.dm(who), message | {"blocks": about}, action)


def test_an_owner_is_asked_before_the_meeting_and_what_they_leave_open_is_raised(any_rig: Rig) -> None:
    rig = any_rig
    plan_meeting(rig)
    rig.close_modal(DANA)
    log_one(rig, "/decide Stay on Heroku because moving costs a month, revisit in 5 days", who=KENJI)
    log_one(rig, "/decide Keep RabbitMQ because it works, revisit in 5 days", who=KENJI)

    rig.clock.set(in_tokyo(30))  # Friday: two working days of Kenji's before Tuesday
    first = asked(rig, 1)
    assert "Waiting for you (2)" in first["text"]
    assert "Left open, it is on the agenda of Tradeoffs on Tue 3 Nov." in words(first)
    press(rig, first, "decisions.keep", 2)
    window = rig.wait_modal(KENJI, "decisions.keeping")
    assert "One sentence is enough" in words(rig.submit(KENJI, window, why="  "))
    rig.submit(KENJI, rig.wait_modal(KENJI, "decisions.keeping"), why="Not one lost message")
    rig.wait_for(lambda: "Not one lost message" in card(rig, "D-2"))
    press(rig, rig.dms(KENJI)[0], "decisions.snooze", 1)
    rig.wait_for(lambda: "Put off until 6 Nov 2026" in words(rig.dms(KENJI)[0]))
    assert "all answered" in rig.dms(KENJI)[0]["text"]

    rig.clock.set(AGENDA)
    assert "Revisit" not in agenda(rig)["text"]
    rig.clock.set(in_tokyo(37))
    press(rig, asked(rig, 2), "decisions.snooze", 1)
    rig.wait_for(lambda: "Put off until 13 Nov 2026" in words(rig.dms(KENJI)[1]))
    rig.clock.set(AGENDA + WEEK)
    assert "Revisit" not in agenda(rig, count=2)["text"]
    rig.clock.set(in_tokyo(44))
    press(rig, asked(rig, 3), "decisions.snooze", 1)
    rig.wait_for(lambda: "put off twice already" in words(rig.state_of(KENJI, rig.dm(KENJI))))
    assert "Put off" not in words(rig.dms(KENJI)[2])
    rig.clock.set(AGENDA + 2 * WEEK)
    raised = agenda(rig, count=3)["text"]
    assert "Revisit D-1 Stay on Heroku: did it work?" in raised
    assert "RabbitMQ" not in "".join(each["text"] for each in agendas(rig))
    assert len(rig.dms(KENJI)) == 3


def test_a_risk_acceptance_expires_and_is_accepted_anew(any_rig: Rig) -> None:
    rig = any_rig
    rig.slash(DANA, PLATFORM, "/decide Keep the old VPN")
    rig.click_view(DANA, rig.wait_modal(DANA, "decisions.form"), "decisions.add_detail")
    rig.wait_for(lambda: "risk_until" in words(rig.modal(DANA) or {}))
    given = {"why": "Two vendors need it", "risk_until": "2026-10-30", "accepted_by": DANA}
    given |= {"controls": "One VLAN, no internet"}
    answer = rig.submit(DANA, rig.wait_modal(DANA, "decisions.form"), **given)
    assert answer["ok"], answer
    rig.wait_for(lambda: "Risk accepted" in words(rig.by_bot(PLATFORM)))

    rig.clock.set(october(30, 9, 0, 5))  # its last day
    first = asked(rig, 1, DANA)
    assert "until 30 Oct 2026. Is that still right?" in words(first)
    assert "One VLAN, no internet" in words(first)
    assert "decisions.snooze" not in words(first)
    rig.clock.set(datetime(2026, 10, 31, 0, 0, 5, tzinfo=UTC))
    rig.wait_for(lambda: "Risk acceptance expired on 30 Oct 2026" in card(rig, "D-1"))
    rig.clock.set(october(33, 9, 0, 5))  # Monday
    second = asked(rig, 2, DANA)
    assert "nobody accepts this risk now" in words(second)
    press(rig, second, "decisions.keep", 1, DANA)
    rig.submit(DANA, rig.wait_modal(DANA, "decisions.keeping"), revisit="2026-12-01", why="They move in November")
    rig.wait_for(lambda: "They move in November" in card(rig, "D-1"))
    assert "until 1 Dec 2026" in card(rig, "D-1")
    rig.wait_for(lambda: "Kept until 1 Dec 2026" in words(rig.dms(DANA)[1]))


def test_nobody_puts_off_or_keeps_what_is_not_theirs_to_see_or_answer(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        log_one(rig, "/decide Stay on Heroku because moving costs a month, revisit in 1 day", who=KENJI)
        rig.clock.set(in_tokyo(30))
        message = asked(rig, 1)
        press(rig, message, "decisions.snooze", 1)
        rig.wait_for(lambda: "Put off until" in words(rig.dms(KENJI)[0]))
        pressed = rig.last_click("decisions.snooze")
        for person in (PRIYA, GUEST, OUTSIDER):
            rig.forge(pressed, person)
        for value in ("999", "0", "-1", "one", "9" * 40):
            rig.forge(pressed, KENJI, actions=[pressed["actions"][0] | {"value": value}])
        log_one(rig, "/decide Keep RabbitMQ because it works, revisit in 60 days", who=KENJI)
        told = [each for each in rig.by_bot(PLATFORM) if "D-1" in words(each)]
        assert "6 Nov 2026" in words(told)
        assert "13 Nov 2026" not in words(told)
