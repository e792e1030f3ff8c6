"""Setup, Home, DMs, and *Waiting for you*, through the running program."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.harness import DANA, GUEST, KENJI, PLATFORM, PRIYA, SAM, Rig
from tests.acceptance.steps import log_one
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance
FRIDAY_IN_TOKYO = datetime(2026, 10, 30, 0, 0, 5, tzinfo=UTC)  # 09:00 there


def test_an_admin_sets_backbeat_up_and_goes_on_from_there(any_rig: Rig) -> None:
    any_rig.slash(DANA, PLATFORM, "/backbeat setup")
    view = any_rig.wait_modal(DANA, "workspaces.setup")
    answer = any_rig.submit(DANA, view, deputy=PRIYA, sponsor=SAM, team_channel=PLATFORM, cto_days=["1", "3"])
    assert answer["ok"], answer
    saved = any_rig.wait_modal(DANA, "workspaces.set_up")
    assert "here Tuesday, Thursday" in words(saved)
    any_rig.click_view(DANA, saved, "decisions.new")
    any_rig.wait_modal(DANA, "decisions.form")
    any_rig.act(DANA, "open_home")
    any_rig.wait_for(lambda: "Change setup" in words(any_rig.home(DANA) or {}))


def test_nobody_but_an_admin_may_claim_it(rig: Rig) -> None:
    for person in (KENJI, GUEST):
        rig.slash(person, PLATFORM, "/backbeat setup")
        rig.wait_for(lambda person=person: "Only a Slack admin" in words(rig.state_of(person, PLATFORM)))
        assert rig.modal(person) is None


def test_what_came_back_is_put_to_its_owner_once_in_their_own_morning(any_rig: Rig) -> None:
    any_rig.slash(KENJI, PLATFORM, "/decide Stay on Heroku because moving costs a month, revisit in 1 day")
    any_rig.wait_for(lambda: any_rig.by_bot(PLATFORM))
    any_rig.clock.set(FRIDAY_IN_TOKYO)
    any_rig.wait_for(lambda: any_rig.dms(KENJI))
    (asked,) = any_rig.dms(KENJI)
    assert "Waiting for you (1)" in asked["text"]
    any_rig.click(KENJI, any_rig.dm(KENJI), asked, "decisions.keep")
    any_rig.submit(KENJI, any_rig.wait_modal(KENJI, "decisions.keeping"), why="It works")
    any_rig.wait_for(lambda: "Kept until" in words(any_rig.dms(KENJI)[0]))
    any_rig.clock.set(datetime(2026, 11, 2, 0, 0, 5, tzinfo=UTC))  # Monday: nothing is new
    any_rig.slash(KENJI, PLATFORM, "/decide Keep RabbitMQ because it works, revisit in 60 days")
    any_rig.wait_for(lambda: len(any_rig.by_bot(PLATFORM)) == 2)
    assert len(any_rig.dms(KENJI)) == 1


def test_what_came_back_is_changed_or_reversed_where_it_waits(any_rig: Rig) -> None:
    rig = any_rig
    log_one(rig, "/decide Stay on Heroku because moving costs a month, revisit in 1 day", who=KENJI)
    log_one(rig, "/decide Keep RabbitMQ because it works, revisit in 1 day", who=KENJI)
    rig.clock.set(FRIDAY_IN_TOKYO)
    rig.wait_for(lambda: rig.dms(KENJI))
    (asked,) = rig.dms(KENJI)
    assert "Waiting for you (2)" in asked["text"]
    rig.click(KENJI, rig.dm(KENJI), asked, "decisions.change")
    window = rig.wait_modal(KENJI, "decisions.form")
    rig.submit(KENJI, window, title="Move to AWS", why="Heroku's price doubled")
    rig.wait_for(lambda: "Waiting for you (1)" in rig.dms(KENJI)[0]["text"])
    rig.click(KENJI, rig.dm(KENJI), rig.dms(KENJI)[0], "decisions.reverse")
    rig.submit(KENJI, rig.wait_modal(KENJI, "decisions.reversing"), why="It lost messages")
    rig.wait_for(lambda: "all answered" in rig.dms(KENJI)[0]["text"])
    (answered,) = rig.dms(KENJI)
    assert "decisions.reverse" not in words(answered)
    rig.wait_for(lambda: "It lost messages" in words(rig.by_bot(PLATFORM)))
    rig.wait_for(lambda: "Move to AWS" in words(rig.by_bot(PLATFORM)))


def test_somebody_who_writes_to_backbeat_is_led_on(rig: Rig) -> None:
    channel = rig.act(KENJI, "open_dm", user=rig.playground.spec.app.bot_user_id)["channel"]
    rig.say(KENJI, channel, "help")
    rig.wait_for(lambda: "/decide" in words({"all": rig.dms(KENJI)}))
