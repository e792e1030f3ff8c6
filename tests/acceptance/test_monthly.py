"""The monthly note, through the running program: the clock moves over a month's end."""

import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.harness import DANA, GENERAL, GUEST, KENJI, OUTSIDER, PLATFORM, PRIYA, Rig, a_rig
from tests.acceptance.steps import log_one
from tests.acceptance.windows import button_of, words

pytestmark = pytest.mark.acceptance
Message = dict[str, Any]
MONDAY = datetime(2026, 11, 2, 9, 0, 5, tzinfo=UTC)  # Dana's first working day of November, in Lisbon
DECEMBER = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)  # the day before is a public holiday there
VENDORS = {"Use Datadog": "900", "Buy a label printer": "120", "Renew the domain": "40", "Move mail away": "1999"}


def set_up(rig: Rig, **values: Any) -> None:
    """Dana is CTO, Priya deputy."""
    rig.slash(DANA, PLATFORM, "/backbeat setup")
    answer = rig.submit(DANA, rig.wait_modal(DANA, "workspaces.setup"), deputy=PRIYA, **values)
    assert answer["ok"], answer
    rig.wait_modal(DANA, "workspaces.set_up")
    close_all(rig, DANA)


def close_all(rig: Rig, person: str) -> None:
    while rig.modal(person) is not None:
        rig.close_modal(person)


def notes(rig: Rig, person: str = DANA) -> list[Message]:
    return [each for each in rig.dms(person) if "in a minute" in each["text"] or "A quiet" in each["text"]]


def note(rig: Rig) -> Message:
    return rig.wait_for(lambda: next(iter(notes(rig)), None))


def pictures(rig: Rig) -> list[Message]:
    """The files in the notes' threads."""
    replies = [each for note in notes(rig) for each in rig.replies(rig.dm(DANA), note["ts"])]
    return [file for each in replies for file in each.get("files") or ()]


def dana_decides_about_vendors(rig: Rig) -> None:
    rig.slash(DANA, PLATFORM, "/backbeat who-decides")
    rig.wait_for(lambda: "rights.add.1" in words(rig.modal(DANA)))
    rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.add.1")
    answer = rig.submit(DANA, rig.wait_modal(DANA, "rights.form"), decides=DANA)
    assert answer["ok"], answer
    close_all(rig, DANA)


def kenji_asks_for(rig: Rig, title: str, cost: str) -> None:
    """A decision about a vendor, and Dana's yes."""
    rig.slash(KENJI, PLATFORM, f"/decide {title}")
    view = rig.wait_modal(KENJI, "decisions.form")
    if "currency" not in {each.get("block_id") for each in view["blocks"]}:
        rig.click_view(KENJI, view, "decisions.add_detail")
        rig.wait_for(lambda: '"block_id": "currency"' in words(rig.modal(KENJI) or {}))
        view = rig.wait_modal(KENJI, "decisions.form")
    answer = rig.submit(KENJI, view, why="We need it", area="Vendors", cost=cost, currency="EUR")
    assert answer["ok"], answer
    if rig.modal(KENJI) is not None:  # the questions that a purchase raises
        assert rig.submit(KENJI, rig.wait_modal(KENJI, "decisions.form"))["ok"]
    asked = rig.wait_for(lambda: next((each for each in rig.dms(DANA) if waits(each, title)), None))
    rig.click(DANA, rig.dm(DANA), asked, "approvals.approve")
    rig.wait_for(lambda: any(is_decided(each, title) for each in rig.by_bot(PLATFORM)))


def is_decided(message: Message, title: str) -> bool:
    return title in words(message) and "Decided by Dana" in words(message)


def waits(message: Message, title: str) -> bool:
    return title in words(message) and "approvals.approve" in words(message)


def test_the_cto_reads_about_each_month_once_with_a_picture_from_the_second_on_and_nobody_else_does(
    any_rig: Rig,
) -> None:
    rig = any_rig
    set_up(rig)
    log_one(rig)
    log_one(rig, "/decide Stay on Heroku because moving costs a month, revisit in 90 days", who=KENJI)
    rig.clock.set(MONDAY)
    assert "October 2026 in a minute\n*2 decisions* (0 in September)" in note(rig)["text"]
    log_one(rig, "/decide Keep RabbitMQ because it works, revisit in 60 days")
    rig.clock.set(DECEMBER)
    rig.wait_for(lambda: pictures(rig))
    (picture,) = pictures(rig)
    with urllib.request.urlopen(picture["url_private"], timeout=30) as answer:
        assert answer.read(8) == b"\x89PNG\r\n\x1a\n"
    rig.bots[-1].kill()
    rig.start().wait_ready()
    log_one(rig, "/decide Ship on Tuesdays because it works, revisit in 60 days")  # by now it has looked at what is due
    assert (len(notes(rig)), len(pictures(rig))) == (2, 1)
    assert all(notes(rig, each) == [] for each in (PRIYA, KENJI, OUTSIDER, GUEST))


def test_a_note_that_was_due_while_nothing_ran_comes_late_and_says_so(rig: Rig) -> None:
    set_up(rig)
    log_one(rig)
    rig.bots[-1].stop()
    rig.clock.set(MONDAY.replace(hour=13))
    rig.start().wait_ready()
    assert "This comes 4 hours late" in note(rig)["text"]


def test_the_cto_stops_it_looks_at_the_month_so_far_and_turns_it_on_again(rig: Rig) -> None:
    set_up(rig)
    log_one(rig)
    rig.slash(DANA, PLATFORM, "/backbeat monthly")
    shown = answered(rig, "October so far")
    rig.click(DANA, PLATFORM, shown, "monthly.stop")
    rig.wait_for(lambda: "won't send you the monthly note" in words(rig.ephemerals(DANA, PLATFORM)))
    rig.slash(DANA, PLATFORM, "/backbeat monthly")
    off = answered(rig, "monthly.start")
    rig.click(DANA, PLATFORM, off, "monthly.start")
    rig.wait_for(lambda: "You'll get the monthly note" in words(rig.ephemerals(DANA, PLATFORM)))
    rig.clock.set(MONDAY)
    rig.click(DANA, rig.dm(DANA), note(rig), "monthly.more", "monthly.stop")
    rig.clock.set(DECEMBER)
    log_one(rig, "/decide Keep RabbitMQ because it works, revisit in 60 days")
    assert len(notes(rig)) == 1


def test_it_is_not_for_everybody(rig: Rig) -> None:
    set_up(rig)
    for person, where in ((KENJI, PLATFORM), (GUEST, PLATFORM), (OUTSIDER, GENERAL)):
        rig.slash(person, where, "/backbeat monthly")
        rig.wait_for(lambda person=person, where=where: "for CTO or admin" in words(rig.ephemerals(person, where)))


def test_what_the_cto_always_approves_is_left_to_the_deputy_by_the_ctos_press_alone(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        set_up(rig)
        dana_decides_about_vendors(rig)
        for title, cost in VENDORS.items():
            kenji_asks_for(rig, title, cost)
        rig.clock.set(MONDAY)
        assert "You approved 4 decisions in *Vendors* under 2,000 EUR" in note(rig)["text"]
        _, button = button_of(note(rig), "monthly.delegate")
        assert "confirm" in button

        rig.click(DANA, rig.dm(DANA), note(rig), "monthly.more", "monthly.stop")
        genuine = rig.last_click("monthly.more")
        for person in (KENJI, PRIYA, GUEST, OUTSIDER):
            rig.forge(genuine, person, rig.dm(DANA), actions=[press("monthly.delegate", "2026-10:0")])
            rig.forge(genuine, person, rig.dm(DANA), actions=[press("monthly.decline", "2026-10:0")])
        for value in ("2026-10:1", "2026-11:0", "Vendors:1000000", ""):
            rig.forge(genuine, DANA, rig.dm(DANA), actions=[press("monthly.delegate", value)])
        assert "monthly.delegate" in words(note(rig))
        assert "below" not in who_decides(rig)

        rig.click(DANA, rig.dm(DANA), note(rig), "monthly.delegate")
        rig.wait_for(lambda: "Priya decides *Vendors* below 2,000 EUR from now on" in note(rig)["text"])
        assert "2,000" in who_decides(rig)
        rig.forge(genuine, DANA, rig.dm(DANA), actions=[press("monthly.decline", "2026-10:0")])
        assert "from now on" in note(rig)["text"]


def answered(rig: Rig, said: str) -> Message:
    """What Dana alone sees, once it says so."""
    return rig.wait_for(lambda: next((each for each in rig.ephemerals(DANA, PLATFORM) if said in words(each)), None))


def press(action_id: str, value: str) -> dict[str, str]:
    return {"type": "button", "action_id": action_id, "block_id": "b", "value": value}


def who_decides(rig: Rig) -> str:
    """What `/backbeat who-decides vendors` answers."""
    before = len(rig.ephemerals(PRIYA, PLATFORM))
    rig.slash(PRIYA, PLATFORM, "/backbeat who-decides vendors")
    rig.wait_for(lambda: len(rig.ephemerals(PRIYA, PLATFORM)) > before)
    return words(rig.ephemerals(PRIYA, PLATFORM)[-1])
