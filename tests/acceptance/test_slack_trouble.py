"""Slack in trouble: brings things twice, hangs up, slows down, refuses, lags behind; and nothing is lost or doubled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.harness import DANA, GENERAL, KENJI, LEADERSHIP, MANIFEST, PLATFORM, PRIYA, SAM, Rig, a_rig
from tests.acceptance.steps import (
    ONE_LINE,
    agenda,
    agendas,
    log_one,
    october,
    plan_meeting,
    prompt,
    said_at,
    start_standup,
)
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance
OPTIONAL = frozenset(MANIFEST["oauth_config"]["scopes"]["bot_optional"])
BACK = 60.0  # seconds within which a lost answer is settled


def bot(rig: Rig) -> str:
    return rig.playground.spec.app.bot_user_id


def refs(rig: Rig, where: str = PLATFORM) -> list[str]:
    """The decisions whose cards are there, in their order."""
    return [each["text"].partition(":")[0] for each in rig.by_bot(where)]


# --- twice ----------------------------------------------------------------------------------------------------------


def test_what_slack_brings_again_is_done_once(any_rig: Rig) -> None:
    rig = any_rig
    channel = rig.act(KENJI, "open_dm")["channel"]
    rig.playground.faults.lose_ack("events_api")
    rig.say(KENJI, channel, "help")
    rig.wait_for(lambda: rig.dms(KENJI))
    assert rig.playground.faults.redeliver()
    rig.playground.faults.lose_ack("slash_commands")
    assert not rig.slash(DANA, PLATFORM, ONE_LINE)["ok"]  # Slack says that it failed: it was logged all the same
    rig.wait_for(lambda: rig.by_bot(PLATFORM))
    for kind in ("slash_commands", "events_api"):
        assert rig.playground.faults.redeliver(kind)
    log_one(rig, "/decide Stay on Heroku because moving costs a month, revisit in 90 days")
    assert refs(rig) == ["D-1", "D-2"]
    rig.say(KENJI, channel, "decisions")
    rig.wait_for(lambda: len(rig.dms(KENJI)) > 1)
    assert len(rig.dms(KENJI)) == 2


def test_a_window_sent_again_after_its_acknowledgement_was_lost_logs_once(any_rig: Rig) -> None:
    rig = any_rig
    rig.slash(DANA, PLATFORM, "/decide Use Postgres")
    view = rig.wait_modal(DANA, "decisions.form")
    rig.playground.faults.lose_ack("interactive")
    assert not rig.submit(DANA, view, why="We run it already")["ok"]  # "Try again?"
    assert rig.submit(DANA, view, why="We run it already")["ok"]
    rig.wait_for(lambda: rig.by_bot(PLATFORM))
    log_one(rig, "/decide Stay on Heroku because moving costs a month, revisit in 90 days")
    assert refs(rig) == ["D-1", "D-2"]


# --- connections ----------------------------------------------------------------------------------------------------


def test_a_refresh_of_the_connection_in_mid_flight_loses_nothing(rig: Rig) -> None:
    """What Slack does every few hours: it asks for a new connection, and closes the old one later."""
    people = (DANA, SAM, PRIYA, KENJI)
    before = rig.playground.sockets
    with ThreadPoolExecutor(len(people)) as pool:
        typed = [
            pool.submit(
                rig.slash, person, where, f"/decide Keep {number} of {person[2:]} because it works, revisit in 60 days"
            )
            for number in range(3)
            for person, where in zip(people, (PLATFORM, GENERAL) * 2, strict=True)
        ]
        rig.playground.faults.disconnect_sockets(warn=True)
        assert all(each.result()["ok"] for each in typed)
    rig.wait_for(lambda: set(rig.playground.sockets) - set(before))
    rig.wait_for(lambda: len(refs(rig)) + len(refs(rig, GENERAL)) == len(typed))
    log_one(rig)
    numbers = {f"D-{number}" for number in range(1, len(typed) + 2)}
    assert {*refs(rig), *refs(rig, GENERAL)} == numbers
    assert len(refs(rig)) + len(refs(rig, GENERAL)) == len(numbers)


def test_a_connection_that_drops_comes_back_and_what_was_said_meanwhile_arrives_once(rig: Rig) -> None:
    channel = rig.act(KENJI, "open_dm")["channel"]
    before = rig.playground.sockets
    rig.playground.faults.disconnect_sockets()
    rig.say(KENJI, channel, "help")  # nobody is there: Slack brings it again after a minute
    rig.wait_for(lambda: set(rig.playground.sockets) - set(before))
    rig.clock.set(rig.clock.now() + timedelta(seconds=61))
    rig.wait_for(lambda: rig.dms(KENJI))
    assert rig.playground.faults.redeliver()
    log_one(rig)
    assert len(rig.dms(KENJI)) == 1
    assert "Traceback" not in rig.bots[0].output


# --- refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "why"),
    [("archive", "the channel is archived"), ("kick", "/invite @Backbeat")],
)
def test_an_agenda_that_its_channel_refuses_is_told_to_whoever_runs_the_meeting(rig: Rig, act: str, why: str) -> None:
    plan_meeting(rig)
    rig.slash(SAM, PLATFORM, "/agenda Heroku or AWS?")
    rig.act(DANA, act, channel=PLATFORM, user=bot(rig))
    rig.clock.set(october(33, 13))
    rig.wait_for(lambda: rig.dms(DANA))
    (told,) = rig.dms(DANA)
    assert "I couldn't post the agenda of *Tradeoffs*" in told["text"]
    assert why in told["text"]
    assert agendas(rig) == rig.dms(SAM) == []


def test_a_digest_that_its_channel_refuses_is_told_to_whoever_set_it_up(rig: Rig) -> None:
    start_standup(rig)
    rig.clock.set(october(29, 9, 30))
    rig.say(DANA, rig.dm(DANA), "Interviews", prompt(rig, DANA)["ts"])
    rig.wait_for(lambda: "Thanks" in words(prompt(rig, DANA)))
    rig.act(SAM, "kick", channel=PLATFORM, user=bot(rig))
    rig.clock.set(october(29, 16))
    rig.wait_for(lambda: "I couldn't post the standup digest" in words(rig.dms(DANA)))
    assert "/invite @Backbeat" in words(rig.dms(DANA))


def test_a_decision_is_kept_where_the_bot_was_just_removed(rig: Rig) -> None:
    log_one(rig)
    rig.act(DANA, "kick", channel=PLATFORM, user=bot(rig))
    rig.slash(SAM, PLATFORM, "/decide Stay on Heroku because moving costs a month, revisit in 90 days")
    rig.wait_for(lambda: rig.dms(SAM))
    assert "D-2" in rig.dms(SAM)[-1]["text"]
    assert "/invite" in words(rig.dms(SAM)[-1])
    rig.act(DANA, "invite", channel=PLATFORM, user=bot(rig))
    log_one(rig, "/decide Keep RabbitMQ because it works, revisit in 60 days", who=SAM)
    assert refs(rig) == ["D-1", "D-3"]


def test_a_window_that_slack_does_not_open_gives_the_words_back(rig: Rig) -> None:
    rig.playground.faults.switch_on("views.open", "refuse", error="expired_trigger_id")
    rig.slash(DANA, PLATFORM, "/decide Move the event store to Postgres")
    rig.wait_for(lambda: "Please try again" in words(rig.ephemerals(DANA, PLATFORM)))
    assert "Move the event store to Postgres" in words(rig.ephemerals(DANA, PLATFORM))


def test_while_slack_is_down_words_come_back_and_afterwards_all_is_well(rig: Rig) -> None:
    rig.playground.faults.switch_on("*", "server_error", times=None)
    rig.slash(DANA, PLATFORM, ONE_LINE)
    rig.wait_for(lambda: rig.ephemerals(DANA, PLATFORM))
    told = words(rig.ephemerals(DANA, PLATFORM))
    assert "Use Postgres because we run it already" in told
    assert "try again" in told
    rig.playground.faults.clear()
    assert log_one(rig)["text"].startswith("D-1")


# --- slow -----------------------------------------------------------------------------------------------------------


def test_a_channel_that_slack_slows_down_holds_no_other_up(rig: Rig) -> None:
    log_one(rig)
    log_one(rig, "/decide Tea at four because cake, revisit in 60 days", who=SAM, where=GENERAL)
    rig.playground.faults.switch_on("chat.postMessage", "ratelimit", seconds=5)
    rig.slash(DANA, PLATFORM, "/decide Stay on Heroku because moving costs a month, revisit in 90 days")
    rig.wait_for(lambda: rig.playground.calls[-1][0] == "chat.postMessage" and len(refs(rig)) == 1)
    slowed = rig.clock.now()
    rig.slash(SAM, GENERAL, "/decide Cake at four because tea, revisit in 60 days")
    rig.wait_for(lambda: len(refs(rig, GENERAL)) == 2)
    assert refs(rig) == ["D-1"]
    rig.wait_for(lambda: len(refs(rig)) == 2)
    assert refs(rig) == ["D-1", "D-3"]
    assert said_at(rig.by_bot(GENERAL)[-1]) < said_at(rig.by_bot(PLATFORM)[-1])
    assert said_at(rig.by_bot(PLATFORM)[-1]) >= slowed + timedelta(seconds=3)  # Retry-After is kept


def test_a_lost_reply_is_found_though_the_history_lags(rig: Rig) -> None:
    rig.playground.faults.history_lag(3)
    rig.playground.faults.switch_on("chat.postMessage", "drop_reply")
    rig.slash(DANA, PLATFORM, ONE_LINE)
    rig.wait_for(lambda: rig.by_bot(PLATFORM))
    rig.slash(DANA, PLATFORM, "/decide Stay on Heroku because moving costs a month, revisit in 90 days")
    rig.wait_for(lambda: "D-2" in refs(rig), timeout=BACK)
    assert refs(rig) == ["D-1", "D-2"]


def test_an_agenda_whose_reply_was_lost_gets_its_thread(rig: Rig) -> None:
    """The items wait for the ts of the agenda, which only the history can tell."""
    plan_meeting(rig)
    for text in ("Heroku or AWS?", "SOC 2 evidence"):
        rig.slash(SAM, PLATFORM, f"/agenda {text}")
    rig.playground.faults.switch_on("chat.postMessage", "drop_reply")
    rig.clock.set(october(33, 13))
    root = agenda(rig)
    rig.wait_for(lambda: len(rig.replies(PLATFORM, root["ts"])) >= 3, timeout=BACK)
    assert len(agendas(rig)) == 1
    rig.click(DANA, PLATFORM, root, "agendas.start")
    rig.wait_for(lambda: "Close meeting" in words(agenda(rig)))


# --- declined -------------------------------------------------------------------------------------------------------


def test_without_its_optional_permissions_it_runs_and_says_what_it_cannot_do(tmp_path: Path) -> None:
    with a_rig(tmp_path, declined_scopes=OPTIONAL) as rig:
        rig.start().wait_ready()
        assert log_one(rig)["text"].startswith("D-1")
        rig.slash(PRIYA, PLATFORM, "/decisions")
        rig.wait_for(lambda: "D-1" in words(rig.modal(PRIYA) or {}))
        plan_meeting(rig)
        start_standup(rig)
        rig.slash(SAM, LEADERSHIP, "/decide Hire one engineer because runway, revisit in 60 days")
        rig.wait_for(lambda: rig.by_bot(LEADERSHIP) or rig.dms(SAM))
        rig.slash(KENJI, PLATFORM, "/decisions engineer")
        rig.wait_for(lambda: "engineer" in words(rig.modal(KENJI) or {}))
        assert "Hire" not in words(rig.modal(KENJI))  # a place that nobody can look into is taken for private
        root = rig.say(DANA, LEADERSHIP, "We decided to hire one engineer.")
        rig.shortcut(DANA, LEADERSHIP, root, "updates.summarise")
        rig.wait_for(lambda: "groups:history" in words(rig.dms(DANA)))
        assert "Traceback" not in rig.bots[0].output
