"""Approvals that nobody answers, day by day through the running program: a nudge, the deputy, the agenda."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import DANA, KENJI, OUTSIDER, PLATFORM, PRIYA, SAM, Rig, a_rig
from tests.acceptance.steps import agenda, plan_meeting
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance
WAITS = "Waiting for you"


UNLIKE = (  # nothing that was settled before, so each is logged at once
    "Paint the kitchen green because grey is dull",
    "Lunch is at noon because people get hungry",
    "Archive old invoices because auditors visit",
    "Hire a violinist because parties need music",
    "Water plants weekly because they wilt",
    "Sell the van because nobody drives",
)


def november(day: int, hour: int, minute: int = 0) -> datetime:
    """UTC, which is Lisbon's time too; a few seconds after the moment."""
    return datetime(2026, 11, day, hour, minute, 5, tzinfo=UTC)


def set_up(rig: Rig) -> None:
    """Dana is the CTO, on Tuesdays and Thursdays, and decides about vendors; Priya is her deputy."""
    rig.slash(DANA, PLATFORM, "/backbeat setup")
    answer = rig.submit(DANA, rig.wait_modal(DANA, "workspaces.setup"), deputy=PRIYA, cto_days=["1", "3"])
    assert answer["ok"], answer
    rig.wait_modal(DANA, "workspaces.set_up")
    rig.close_modal(DANA)
    rig.slash(DANA, PLATFORM, "/backbeat who-decides")
    rig.wait_for(lambda: rig.modal(DANA) and "rights.add.1" in words(rig.modal(DANA)))
    rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.add.1")
    answer = rig.submit(DANA, rig.wait_modal(DANA, "rights.form"), decides=DANA)
    assert answer["ok"], answer
    rig.wait_for(lambda: "Dana decides" in words(rig.wait_modal(DANA, "rights.list")))
    rig.close_modal(DANA)


def propose(rig: Rig) -> None:
    """Kenji writes a decision about a vendor on Thursday morning, and Dana is asked."""
    rig.slash(KENJI, PLATFORM, "/decide")
    view = rig.wait_modal(KENJI, "decisions.form")
    if not has(view, "area"):
        rig.click_view(KENJI, view, "decisions.add_detail")
        view = rig.wait_for(lambda: (shown := rig.modal(KENJI)) and has(shown, "area") and shown)
    answer = rig.submit(KENJI, view, title="Use Datadog", why="We fly blind", area="Vendors")
    assert answer["ok"], answer
    rig.wait_for(lambda: "asks for your approval" in words(rig.dms(DANA)))


def has(view: dict[str, Any], block_id: str) -> bool:
    return any(block.get("block_id") == block_id for block in view["blocks"])


def nudges(rig: Rig, person: str = DANA) -> list[dict[str, Any]]:
    return [each for each in rig.dms(person) if each["text"].startswith(WAITS)]


def beat(rig: Rig, at: datetime) -> None:
    """The clock is at `at`, and the program has seen it: somebody else's decision is logged and posted."""
    rig.clock.set(at)
    before = len(rig.by_bot(PLATFORM))
    rig.slash(SAM, PLATFORM, f"/decide {UNLIKE[before % len(UNLIKE)]}")
    rig.wait_for(lambda: len(rig.by_bot(PLATFORM)) > before)


def until_offered(rig: Rig) -> dict[str, Any]:
    """The deputy's request: after Dana's nudge and as many of her days again, in Priya's own morning."""
    rig.clock.set(november(5, 9))
    rig.wait_for(lambda: nudges(rig))
    rig.clock.set(november(11, 3, 30))
    return rig.wait_for(lambda: requests(rig, PRIYA)[0] if requests(rig, PRIYA) else None)


def requests(rig: Rig, person: str) -> list[dict[str, Any]]:
    return [each for each in rig.dms(person) if "asks for your approval" in each["text"]]


def test_an_approval_that_nobody_answers_goes_from_nudge_to_deputy_to_agenda(any_rig: Rig) -> None:
    rig = any_rig
    set_up(rig)
    propose(rig)
    for day in (2, 3, 4):  # Monday, the Tuesday that Dana has, and Wednesday
        beat(rig, november(day, 9))
        assert nudges(rig) == []
    rig.clock.set(november(5, 9))
    rig.wait_for(lambda: nudges(rig))
    (nudge,) = nudges(rig)
    assert "D-1 · Use Datadog" in words(nudge)
    assert "asked by Kenji" in words(nudge)
    assert requests(rig, PRIYA) == []
    offer = until_offered(rig)
    assert "has not answered for 3 of their working days. You may decide this for them." in words(offer)
    rig.clock.set(november(12, 12, 30))  # the end of Priya's day after that
    plan_meeting(rig, when="Tuesdays at 13:00")
    rig.clock.set(november(13, 0))  # Kenji's morning
    rig.wait_for(lambda: "still waits for Dana. It goes on the next agenda" in words(rig.dms(KENJI)))
    rig.clock.set(november(16, 13))
    assert "D-1 Use Datadog, proposed on 29 Oct 2026, waits for Dana" in words(agenda(rig))
    assert len(nudges(rig)) == len(requests(rig, DANA)) == len(requests(rig, PRIYA)) == 1
    assert "Dana has not answered" not in words(rig.by_bot(PLATFORM))  # nobody is shamed where others read


def test_the_deputy_decides_in_the_ctos_place_and_the_rest_stops(any_rig: Rig) -> None:
    rig = any_rig
    set_up(rig)
    propose(rig)
    offer = until_offered(rig)
    rig.click(PRIYA, rig.dm(PRIYA), offer, "approvals.approve")
    rig.wait_for(lambda: "all answered" in nudges(rig)[0]["text"])
    assert "Approved by Priya" in words(nudges(rig)[0])
    rig.wait_for(lambda: "Decided by Priya" in words(rig.by_bot(PLATFORM)[0]))
    rig.slash(DANA, PLATFORM, "/decisions D-1")
    rig.wait_for(lambda: (view := rig.modal(DANA)) and "for Dana" in words(view))
    beat(rig, november(17, 9))
    assert len(nudges(rig)) == len(rig.dms(PRIYA)) == 1


def test_a_nudge_is_answered_where_it_stands(any_rig: Rig) -> None:
    rig = any_rig
    set_up(rig)
    propose(rig)
    rig.clock.set(november(5, 9))
    rig.wait_for(lambda: nudges(rig))
    rig.click(DANA, rig.dm(DANA), nudges(rig)[0], "approvals.approve")
    rig.wait_for(lambda: "all answered" in nudges(rig)[0]["text"])
    rig.wait_for(lambda: "Decided by Dana" in words(rig.by_bot(PLATFORM)[0]))


def test_home_lists_what_waits_for_a_word_and_takes_it(rig: Rig) -> None:
    set_up(rig)
    propose(rig)
    rig.act(KENJI, "open_home")
    rig.act(DANA, "open_home")
    rig.wait_for(lambda: "Waiting for you (1)" in words(rig.home(DANA)))
    assert "approvals.approve" not in words(rig.wait_for(lambda: rig.home(KENJI)))
    rig.click_view(DANA, rig.home(DANA) or {}, "approvals.approve")
    rig.wait_for(lambda: "Waiting for you (1)" not in words(rig.home(DANA)))
    rig.wait_for(lambda: "Decided by Dana" in words(rig.by_bot(PLATFORM)[0]))


def test_what_is_due_while_nothing_runs_is_made_up_for_once(rig: Rig) -> None:
    set_up(rig)
    propose(rig)
    rig.bots[-1].kill()
    rig.clock.set(november(5, 10, 30))  # Thursday morning has begun an hour and a half ago
    rig.start().wait_ready()
    rig.wait_for(lambda: nudges(rig))
    rig.bots[-1].kill()
    rig.start().wait_ready()
    beat(rig, november(5, 11))
    assert len(nudges(rig)) == 1


def test_nobody_else_answers_in_anybodys_place_not_even_with_a_forged_button(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        set_up(rig)
        propose(rig)
        rig.click(DANA, rig.dm(DANA), requests(rig, DANA)[0], "approvals.object")
        rig.close_modal(DANA)
        pressed = rig.last_click("approvals.object")
        pressed["actions"][0]["action_id"] = "approvals.approve"
        for person in (PRIYA, KENJI, SAM, OUTSIDER, "U0NOBODY"):  # the deputy too: it was not offered yet
            rig.forge(pressed, person)
        beat(rig, november(2, 9))
        until_offered(rig)
        for person in (KENJI, SAM, OUTSIDER, "U0NOBODY"):
            rig.forge(pressed, person)
        beat(rig, november(11, 9))
        assert "Decided by" not in words(rig.by_bot(PLATFORM)[0])
        assert "Waiting for you (1)" in nudges(rig)[0]["text"]
