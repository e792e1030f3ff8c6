"""Logging, finding and changing decisions, through the running program."""

import pytest

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
)
from tests.acceptance.steps import log_one
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance


def test_a_decision_is_logged_in_the_window_and_its_card_posted(any_rig: Rig) -> None:
    any_rig.slash(KENJI, PLATFORM, "/decide Use Postgres for the event store")
    view = any_rig.wait_modal(KENJI, "decisions.form")
    assert "Use Postgres for the event store" in words(view)
    answer = any_rig.submit(KENJI, view, why="We run it already; Kafka needs a hire", not_doing="Kafka this quarter")
    assert answer["ok"], answer
    any_rig.wait_for(lambda: any_rig.by_bot(PLATFORM))
    card = any_rig.by_bot(PLATFORM)[-1]
    assert "D-1" in card["text"]
    assert "Kafka needs a hire" in words(card)
    assert "27 Jan 2027" in words(card)  # ninety days from 29 October


def test_one_line_logs_at_once_and_shows_what_it_understood(any_rig: Rig) -> None:
    card = log_one(any_rig)
    assert "D-1" in card["text"]
    assert "28 Dec 2026" in words(card)
    any_rig.wait_for(lambda: any_rig.ephemerals(DANA, PLATFORM))
    understood = any_rig.ephemerals(DANA, PLATFORM)[-1]
    assert "Logged" in words(understood)
    assert "decisions.undo" in words(understood)
    any_rig.click(DANA, PLATFORM, understood, "decisions.undo")
    any_rig.wait_for(lambda: "ithdrawn" in words(any_rig.by_bot(PLATFORM)[-1]))


def test_a_question_opens_the_window_instead(rig: Rig) -> None:
    rig.slash(DANA, PLATFORM, "/decide Should we use Postgres because we run it already?")
    assert rig.wait_modal(DANA, "decisions.form")
    assert rig.by_bot(PLATFORM) == []


def test_a_message_is_logged_in_its_thread_with_a_link_to_it(any_rig: Rig) -> None:
    root = any_rig.say(KENJI, PLATFORM, "Event store: Kafka or Postgres?")
    reply = any_rig.say(KENJI, PLATFORM, "Use Postgres: we run it already, and Kafka needs a hire.", root)
    any_rig.shortcut(PRIYA, PLATFORM, reply, "decisions.log_message")
    view = any_rig.wait_modal(PRIYA, "decisions.form")
    assert "Use Postgres" in words(view)
    any_rig.submit(PRIYA, view, why="We run it already")
    any_rig.wait_for(lambda: any_rig.by_bot(PLATFORM, root))
    any_rig.wait_for(lambda: "From Kenji" in words(any_rig.by_bot(PLATFORM, root)[-1]))
    assert any_rig.by_bot(PLATFORM) == [] or all(each.get("thread_ts") == root for each in any_rig.by_bot(PLATFORM))


def test_where_the_bot_cannot_post_the_card_goes_to_the_asker(any_rig: Rig) -> None:
    any_rig.slash(SAM, RANDOM, "/decide Tea at four because cake, revisit in 60 days")
    any_rig.wait_for(lambda: any_rig.dms(SAM))
    assert "D-1" in any_rig.dms(SAM)[-1]["text"]
    assert "/invite" in words(any_rig.dms(SAM)[-1])


def test_decisions_are_listed_searched_and_shown(any_rig: Rig) -> None:
    log_one(any_rig)
    log_one(any_rig, "/decide Stay on Heroku because moving costs a month, revisit in 90 days", who=SAM)
    any_rig.slash(PRIYA, PLATFORM, "/decisions")
    listed = words(any_rig.wait_modal(PRIYA))
    any_rig.wait_for(lambda: "D-2" in words(any_rig.modal(PRIYA)))
    listed = words(any_rig.modal(PRIYA))
    assert "D-1" in listed
    any_rig.act(PRIYA, "close_view", view_id=any_rig.modal(PRIYA)["id"])

    any_rig.slash(PRIYA, PLATFORM, "/decisions postg")
    any_rig.wait_for(lambda: "D-1" in words(any_rig.modal(PRIYA)))
    assert "Heroku" not in words(any_rig.modal(PRIYA)["blocks"])
    any_rig.act(PRIYA, "close_view", view_id=any_rig.modal(PRIYA)["id"])

    any_rig.slash(PRIYA, PLATFORM, "/decisions D-2")
    any_rig.wait_for(lambda: "moving costs a month" in words(any_rig.modal(PRIYA)))


def test_a_second_submit_of_one_window_and_a_second_click_change_nothing(rig: Rig) -> None:
    rig.slash(DANA, PLATFORM, "/decide Use Postgres")
    view = rig.wait_modal(DANA, "decisions.form")
    rig.submit(DANA, view, why="We run it already")
    rig.wait_for(lambda: rig.by_bot(PLATFORM))
    card = rig.by_bot(PLATFORM)[-1]
    rig.click(DANA, PLATFORM, card, "decisions.more", option="undo:1")
    rig.wait_for(lambda: "ithdrawn" in words(rig.by_bot(PLATFORM)[-1]))
    card_again = {**rig.by_bot(PLATFORM)[-1], "blocks": card["blocks"]}
    rig.click(DANA, PLATFORM, card_again, "decisions.more", option="undo:1")
    log_one(rig, "/decide Stay on Heroku because moving costs a month, revisit in 90 days")
    assert "D-2" in rig.by_bot(PLATFORM)[-1]["text"]
    assert len(rig.by_bot(PLATFORM)) == 2


def test_somebody_outside_an_audience_finds_nothing(any_rig: Rig) -> None:
    log_one(any_rig, "/decide Hire one engineer because runway, revisit in 60 days", where=LEADERSHIP)
    log_one(any_rig, "/decide Tea at four because cake, revisit in 60 days", where=GENERAL)
    any_rig.slash(OUTSIDER, GENERAL, "/decisions")
    any_rig.wait_for(lambda: "D-2" in words(any_rig.modal(OUTSIDER)))
    assert "Hire" not in words(any_rig.modal(OUTSIDER))
    any_rig.act(OUTSIDER, "close_view", view_id=any_rig.modal(OUTSIDER)["id"])
    any_rig.slash(OUTSIDER, GENERAL, "/decisions engineer")
    any_rig.wait_for(lambda: "engineer" in words(any_rig.modal(OUTSIDER) or {}))
    assert "Hire" not in words(any_rig.modal(OUTSIDER))
    any_rig.act(OUTSIDER, "close_view", view_id=any_rig.modal(OUTSIDER)["id"])
    any_rig.slash(OUTSIDER, GENERAL, "/decisions D-1")
    any_rig.wait_for(lambda: "don't know that one" in words(any_rig.state_of(OUTSIDER, GENERAL)))
    any_rig.act(OUTSIDER, "open_home")
    any_rig.wait_for(lambda: any_rig.home(OUTSIDER))
    assert "Hire" not in words(any_rig.home(OUTSIDER))
    assert "Tea at four" in words(any_rig.home(OUTSIDER))


def test_the_log_is_narrowed_by_person_date_and_words(any_rig: Rig) -> None:
    log_one(any_rig)
    log_one(any_rig, "/decide Stay on Heroku because moving costs a month, revisit in 90 days", who=SAM)
    any_rig.slash(PRIYA, PLATFORM, "/decisions by:@sam since:2026-01 her")
    any_rig.wait_for(lambda: "D-2" in words(any_rig.modal(PRIYA)))
    found = words(any_rig.modal(PRIYA))
    assert "D-1" not in found
    assert "since 1 Jan 2026 · “her”" in found


def test_a_proposal_is_rejected_by_its_author_and_by_nobody_else(any_rig: Rig) -> None:
    any_rig.slash(KENJI, PLATFORM, "/decide Move to Kafka")
    view = any_rig.wait_modal(KENJI, "decisions.form")
    any_rig.submit(KENJI, view, why="It scales", status="proposed")
    any_rig.wait_for(lambda: any_rig.by_bot(PLATFORM))
    card = any_rig.by_bot(PLATFORM)[-1]
    for outsider in (PRIYA, OUTSIDER):
        any_rig.click(outsider, PLATFORM, card, "decisions.reject")
    any_rig.click(KENJI, PLATFORM, card, "decisions.reject")
    view = any_rig.wait_modal(KENJI, "decisions.rejecting")
    any_rig.submit(KENJI, view, why="Nobody here runs it")
    any_rig.wait_for(lambda: "Rejected" in words(any_rig.by_bot(PLATFORM)[-1]))
    assert "Nobody here runs it" in words(any_rig.by_bot(PLATFORM)[-1])
    assert any_rig.modal(PRIYA) is None


def test_a_decision_is_logged_from_anywhere_into_a_channel_that_its_author_is_in(any_rig: Rig) -> None:
    assert any_rig.act(DANA, "shortcut", callback_id="decisions.log_anywhere")["ok"]
    view = any_rig.wait_modal(DANA, "decisions.form")
    assert "DM you the card" in words(view)
    any_rig.submit(DANA, view, title="Use Postgres", why="We run it already", post_in=PLATFORM)
    any_rig.wait_for(lambda: any_rig.by_bot(PLATFORM))
    assert "D-1" in any_rig.by_bot(PLATFORM)[-1]["text"]
    any_rig.act(OUTSIDER, "shortcut", callback_id="decisions.log_anywhere")
    view = any_rig.wait_modal(OUTSIDER, "decisions.form")
    answer = any_rig.submit(OUTSIDER, view, title="Hire one", why="Load", post_in=LEADERSHIP)
    assert "post_in" in str(answer)
    assert any_rig.by_bot(LEADERSHIP) == []


def test_a_reaction_suggests_logging_once_it_is_switched_on(any_rig: Rig) -> None:
    root = any_rig.say(DANA, PLATFORM, "Event store: Kafka or Postgres?")
    said = any_rig.say(KENJI, PLATFORM, "Use Postgres: we run it already, and Kafka needs a hire.", root)
    secret = any_rig.say(DANA, LEADERSHIP, "Hire one more: the load grows.")
    any_rig.act(PRIYA, "react", channel=PLATFORM, ts=said, name="scales")
    any_rig.slash(DANA, PLATFORM, "/backbeat setup")
    view = any_rig.wait_modal(DANA, "workspaces.setup")
    any_rig.submit(DANA, view, suggestions=["yes"])
    assert any_rig.dms(PRIYA) == []
    for outsider, where, ts in ((GUEST, PLATFORM, said), (OUTSIDER, PLATFORM, said), (OUTSIDER, LEADERSHIP, secret)):
        any_rig.act(outsider, "react", channel=where, ts=ts, name="scales")
    any_rig.act(SAM, "react", channel=PLATFORM, ts=said, name="scales")
    any_rig.wait_for(lambda: any_rig.dms(SAM))
    asked = any_rig.dms(SAM)[-1]
    assert "Log this as a decision?" in words(asked)
    any_rig.act(PRIYA, "react", channel=PLATFORM, ts=said, name="scales")
    any_rig.click(SAM, any_rig.dm(SAM), asked, "decisions.log_reacted")
    view = any_rig.wait_modal(SAM, "decisions.form")
    assert "Use Postgres" in words(view)
    any_rig.submit(SAM, view)
    any_rig.wait_for(lambda: any_rig.by_bot(PLATFORM, root))
    any_rig.wait_for(lambda: "Logged as D-1" in words(any_rig.dms(SAM)[-1]))
    any_rig.act(DANA, "react", channel=PLATFORM, ts=said, name="scales")
    any_rig.wait_for(lambda: any("Logged as D-1" in words(each) for each in any_rig.dms(DANA)))
    assert not any("Log this as" in words(any_rig.dms(each)) for each in (GUEST, OUTSIDER, PRIYA, DANA))
