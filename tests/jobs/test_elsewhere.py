"""Where a conversation refuses a message, its asker is told by DM, and nobody is told in vain."""

import pytest

from bot.domain.decisions import Source
from bot.domain.messages import CardElsewhere, DecisionCard, Message, Note, StandupDigest
from bot.domain.outbox import Destination
from bot.domain.workspaces import Audience
from bot.usecases.outgoing import say
from tests.jobs.fakes import FakeMessenger, Process, queue_note, refused
from tests.storage.things import TODAY, a_decision
from tests.support import THURSDAY, a_workspace


def told(slack: FakeMessenger, person: str) -> list[Message]:
    return [each.message for each in slack.shown if each.conversation == f"D-{person}"]


def queue_card(process: Process, *, audience: Audience | None = None, fallback: str | None = "U1") -> None:
    decision = a_decision(source=Source("C2"), audience=audience or Audience())
    with process.services.store.begin("T1") as uow:
        uow.decisions.add(decision)
        say(
            uow,
            DecisionCard(decision, {"U1": "Dana"}),
            Destination("C2"),
            at=THURSDAY,
            subject="decision:1",
            fallback=fallback,
        )
        uow.commit()


def test_a_card_that_was_refused_goes_to_its_author(process: Process, slack: FakeMessenger) -> None:
    slack.always["C2"] = refused("not_in_channel")
    queue_card(process)
    process.run()
    assert [type(each) for each in told(slack, "U1")] == [CardElsewhere]
    card = told(slack, "U1")[0]
    assert isinstance(card, CardElsewhere)
    assert (card.decision.number, card.conversation, card.names) == (1, "C2", {"U1": "Dana"})


def test_it_also_goes_to_the_decision_channel(process: Process, slack: FakeMessenger) -> None:
    a_workspace(process.services.store, decision_channel="C9")
    slack.always["C2"] = refused("not_in_channel")
    queue_card(process)
    process.run()
    assert slack.in_("C9") == ["DecisionCard"]
    with process.services.store.read("T1") as uow:  # so that it is kept up to date there
        assert [row.destination.conversation for row in uow.outbox.shown("decision:1")].count("C9") == 1


def test_a_private_decision_is_not_shown_in_the_decision_channel(process: Process, slack: FakeMessenger) -> None:
    a_workspace(process.services.store, decision_channel="C9")
    slack.always["C2"] = refused("not_in_channel")
    queue_card(process, audience=Audience("C2"))
    process.run()
    assert slack.in_("C9") == []
    assert len(told(slack, "U1")) == 1


def test_the_decision_channel_is_not_tried_twice(process: Process, slack: FakeMessenger) -> None:
    a_workspace(process.services.store, decision_channel="C2")
    slack.always["C2"] = refused("is_archived")
    queue_card(process)
    process.run()
    process.pass_time(30)
    assert slack.count("post") == 2  # the card, and the DM about it


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not_in_channel", "/invite @Backbeat"),
        ("channel_not_found", "/invite @Backbeat"),
        ("is_archived", "archived"),
        ("restricted_action", "admin"),
        ("msg_too_long", "Slack refused it (msg_too_long)"),
        ("<!channel>", "(&lt;!channel&gt;)"),
    ],
)
def test_any_other_message_is_explained(process: Process, slack: FakeMessenger, code: str, words: str) -> None:
    slack.always["C2"] = refused(code)
    queue_note(process.services, "the digest", "C2", message=StandupDigest("R1", "C2", TODAY, 3, ()), fallback="U1")
    process.run()
    [note] = told(slack, "U1")
    assert isinstance(note, Note)
    assert note.text.startswith("I couldn't post the standup digest in <#C2>: ")
    assert words in note.text


def test_a_refused_dm_is_not_explained_by_dm(process: Process, slack: FakeMessenger) -> None:
    slack.always["D-U1"] = refused("cannot_dm_bot")
    queue_note(process.services, "hello", "@U1", fallback="U1")
    process.run()
    process.pass_time(60)
    assert slack.count("post") == 1


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
def test_where_slack_refuses_us_altogether_nobody_is_told_in_vain(
    process: Process, slack: FakeMessenger, code: str
) -> None:
    slack.always["C2"] = refused(code)
    queue_note(process.services, "hello", "C2", fallback="U1")
    process.run()
    assert slack.count("post") == 1


def test_without_anybody_to_tell_it_is_only_recorded(process: Process, slack: FakeMessenger) -> None:
    slack.always["C2"] = refused()
    queue_card(process, fallback=None)
    process.run()
    assert slack.texts == []


def test_who_asked_for_a_thread_is_told_once_that_it_could_not_begin(process: Process, slack: FakeMessenger) -> None:
    slack.always["C2"] = refused()
    parent = queue_note(process.services, "root", "C2")
    queue_note(process.services, "reply", "C2", after_id=parent, fallback="U1")
    process.run()
    [note] = told(slack, "U1")
    assert isinstance(note, Note)
    assert note.text == "I couldn't post a message in <#C2>: the message it belongs to could not be posted."
