"""Approvals, through the running program: exactly those are asked whose word it needs, and it is decided by rule."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import (
    DANA,
    GUEST,
    KENJI,
    LEADERSHIP,
    OUTSIDER,
    PLATFORM,
    PRIYA,
    SAM,
    Rig,
    a_rig,
)
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance
Message = dict[str, Any]
NEXT_DAY = datetime(2026, 10, 30, 4, 30, tzinfo=UTC)  # 13:30 for Kenji in Tokyo, 10:00 for Priya in Kolkata


def say_who_decides(rig: Rig, **parts: Any) -> None:
    """Dana says who decides about vendors. At 09:10 in Lisbon Priya is at work, and Sam sleeps in New York."""
    rig.slash(DANA, PLATFORM, "/backbeat who-decides")
    rig.wait_for(lambda: "whoever writes a decision decides it" in words(rig.modal(DANA)))
    rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.add.1")
    answer = rig.submit(DANA, rig.wait_modal(DANA, "rights.form"), **({"decides": PRIYA} | parts))
    assert answer["ok"], answer
    rig.wait_for(lambda: "decides" in words(rig.wait_modal(DANA, "rights.list")))
    while rig.modal(DANA) is not None:
        rig.close_modal(DANA)


def decide(rig: Rig, person: str = KENJI, where: str = PLATFORM, title: str = "Use Datadog") -> None:
    """A decision about vendors is written and sent."""
    rig.slash(person, where, f"/decide {title}")
    view = rig.wait_modal(person, "decisions.form")
    if "area" not in _inputs(view):
        rig.click_view(person, view, "decisions.add_detail")
        rig.wait_for(lambda: "area" in _inputs(rig.modal(person)))
        view = rig.wait_modal(person, "decisions.form")
    answer = rig.submit(person, view, why="Our own graphs cost us a day a week", area="Vendors")
    assert answer["ok"], answer
    if rig.modal(person) is not None:  # the questions that a purchase raises, or what it resembles
        rig.submit(person, rig.wait_modal(person, "decisions.form"))


def card(rig: Rig, where: str = PLATFORM) -> Message:
    return rig.wait_for(lambda: next(iter(rig.by_bot(where)[-1:]), None))


def requests(rig: Rig, person: str) -> list[Message]:
    return [each for each in rig.dms(person) if "approvals.approve" in words(each)]


def request(rig: Rig, person: str) -> Message:
    """The DM that asks them."""
    return rig.wait_for(lambda: next(iter(requests(rig, person)[-1:]), None))


def test_who_has_the_say_is_asked_and_nobody_else_and_their_yes_decides_it(any_rig: Rig) -> None:
    rig = any_rig
    say_who_decides(rig, agrees=[DANA])
    decide(rig)
    rig.wait_for(lambda: "waiting for Priya and Dana" in words(card(rig)))
    asked = request(rig, PRIYA)
    assert "Our own graphs cost us a day a week" in words(asked)
    assert "Also asked: Dana" in words(asked)
    assert request(rig, DANA)
    assert all(requests(rig, each) == [] for each in (SAM, KENJI, GUEST, OUTSIDER))
    rig.click(PRIYA, rig.dm(PRIYA), asked, "approvals.approve")
    rig.wait_for(lambda: "waiting for Dana" in words(card(rig)))
    rig.click(DANA, rig.dm(DANA), request(rig, DANA), "approvals.approve")
    rig.wait_for(lambda: "Decided by Priya" in words(card(rig)))
    rig.wait_for(lambda: requests(rig, PRIYA) == requests(rig, DANA) == [])
    assert "is decided" not in words(rig.dms(KENJI))  # his day is over
    rig.clock.set(NEXT_DAY)
    rig.wait_for(lambda: "is decided, by Priya" in words(rig.dms(KENJI)))

    rig.slash(SAM, PLATFORM, "/decisions D-1")
    rig.wait_for(lambda: "Approvals" in words(rig.modal(SAM)))
    assert "✓ *Dana* (must agree) approved on 29 Oct 2026" in words(rig.modal(SAM))


def test_an_objection_with_a_reason_blocks_and_an_edit_asks_anew(any_rig: Rig) -> None:
    rig = any_rig
    say_who_decides(rig)
    decide(rig)
    rig.click(PRIYA, rig.dm(PRIYA), request(rig, PRIYA), "approvals.object")
    window = rig.wait_modal(PRIYA, "approvals.objecting")
    assert not rig.submit(PRIYA, window)["ok"]  # it wants a reason
    assert rig.submit(PRIYA, window, why="No exit clause")["ok"]
    rig.wait_for(lambda: "Priya objects:* No exit clause" in words(card(rig)))
    assert "No exit clause" not in words(rig.dms(KENJI))  # his day is over
    rig.clock.set(NEXT_DAY)
    rig.wait_for(lambda: "No exit clause" in words(rig.dms(KENJI)))

    rig.slash(KENJI, PLATFORM, "/decisions D-1")
    rig.wait_for(lambda: "decisions.edit" in words(rig.modal(KENJI)))
    rig.click_view(KENJI, rig.wait_modal(KENJI, "decisions.detail"), "decisions.edit")
    form = rig.wait_modal(KENJI, "decisions.form")
    assert rig.submit(KENJI, form, title="Use Datadog, a month at a time")["ok"]
    rig.wait_for(lambda: "a month at a time" in words(requests(rig, PRIYA)))
    assert len(requests(rig, PRIYA)) == 1
    assert "asked anew" in words(rig.dms(PRIYA))


def test_a_question_is_put_to_the_author_under_the_card(rig: Rig) -> None:
    say_who_decides(rig)
    decide(rig)
    rig.click(PRIYA, rig.dm(PRIYA), request(rig, PRIYA), "approvals.ask")
    assert rig.submit(PRIYA, rig.wait_modal(PRIYA, "approvals.asking"), question="For how many hosts?")["ok"]
    rig.wait_for(lambda: rig.replies(PLATFORM, card(rig)["ts"]))
    (said,) = rig.replies(PLATFORM, card(rig)["ts"])
    assert f"<@{KENJI}>, Priya asks" in said["text"]
    assert "For how many hosts?" in said["text"]


def test_who_sleeps_is_asked_in_the_morning_unless_the_author_asks_now(rig: Rig) -> None:
    say_who_decides(rig, decides=SAM)
    decide(rig)
    told = rig.wait_for(lambda: next((each for each in rig.dms(KENJI) if "approvals.ask_now" in words(each)), None))
    assert "Ask now (05:10 for Sam)" in words(told)
    assert requests(rig, SAM) == []
    rig.click(KENJI, rig.dm(KENJI), told, "approvals.ask_now")
    assert request(rig, SAM)
    rig.wait_for(lambda: "everybody has been asked" in words(rig.dms(KENJI)))


def test_a_private_decision_is_read_by_whom_it_asks_in_the_request_alone(rig: Rig) -> None:
    say_who_decides(rig, decides=KENJI, agrees=[PRIYA])  # Kenji is not in #leadership
    decide(rig, DANA, LEADERSHIP, "Leave our supplier")
    asked = request(rig, PRIYA)
    assert "private conversation" in words(asked)
    told = rig.wait_for(lambda: next((each for each in rig.dms(DANA) if "approvals.ask_now" in words(each)), None))
    rig.click(DANA, rig.dm(DANA), told, "approvals.ask_now")
    asked = request(rig, KENJI)
    assert "Leave our supplier" in words(asked)
    rig.click(KENJI, rig.dm(KENJI), asked, "approvals.more", option=_details(asked))
    rig.wait_for(lambda: "your word is asked for" in words(rig.modal(KENJI)))
    assert "History" not in words(rig.modal(KENJI))
    rig.close_modal(KENJI)
    rig.slash(KENJI, PLATFORM, "/decisions D-1")
    rig.wait_for(lambda: "don't know that one" in words(rig.state_of(KENJI, PLATFORM)))


def test_outsiders_guests_and_forgers_decide_nothing(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        say_who_decides(rig)
        decide(rig)
        asked = request(rig, PRIYA)
        rig.click(PRIYA, rig.dm(PRIYA), asked, "approvals.ask")
        genuine = rig.last_click("approvals.ask")
        rig.close_modal(PRIYA)
        ((_, value),) = [(each["action_id"], each["value"]) for each in genuine["actions"]]
        for person in (KENJI, DANA, GUEST, OUTSIDER, "U0NOBODY"):
            for action in ("approvals.approve", "approvals.object", "approvals.ask", "approvals.outside"):
                rig.forge(genuine, person, where=PLATFORM, actions=[_press(action, value)])
            rig.forge(genuine, person, where=PLATFORM, actions=[_press("decisions.accept", "1")])
            window = {"id": f"V{person}", "callback_id": "approvals.objecting", "blocks": [], "type": "modal"}
            filled = {"values": {"why": {"why": {"type": "plain_text_input", "value": "No"}}}}
            view = window | {"private_metadata": f'{{"a":"{value}"}}', "state": filled}
            rig.forge(genuine, person, type="view_submission", view=view)
        for nowhere in ("", "nowhere", "x" * 64, "1"):
            rig.forge(genuine, PRIYA, where=PLATFORM, actions=[_press("approvals.approve", nowhere)])
        rig.slash(SAM, PLATFORM, "/decisions D-1")
        rig.wait_for(lambda: "waiting for *Priya*" in words(rig.modal(SAM)))
        assert "Approved by" not in words(rig.modal(SAM))
        assert "waiting for Priya" in words(card(rig))

        rig.click(PRIYA, rig.dm(PRIYA), asked, "approvals.approve")  # whose word it is, still has it
        rig.wait_for(lambda: "Decided by Priya" in words(card(rig)))
        rig.forge(genuine, PRIYA, where=PLATFORM, actions=[_press("approvals.approve", value)])  # replayed
        assert "Decided by Priya" in words(card(rig))


def _inputs(view: Message | None) -> set[str]:
    return {str(each.get("block_id")) for each in (view or {}).get("blocks", ())}


def _press(action_id: str, value: str) -> dict[str, str]:
    return {"type": "button", "action_id": action_id, "block_id": "b", "value": value}


def _details(message: Message) -> str:
    menus = [each for block in message["blocks"] for each in block.get("elements", ()) if each["type"] == "overflow"]
    return str(menus[0]["options"][0]["value"])
