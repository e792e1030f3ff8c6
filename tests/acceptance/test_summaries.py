"""A thread summed up, through the running program: for its asker first, by rule or by a model, posted on their word."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests import openai_server as model
from tests.acceptance.harness import DANA, GENERAL, GUEST, KENJI, LEADERSHIP, OUTSIDER, PLATFORM, PRIYA, SAM, Rig, a_rig
from tests.acceptance.windows import words
from tests.openai_server import Answer, OpenAIServer

pytestmark = pytest.mark.acceptance
BY_RULE = "Key messages (picked by rule, not a summary)"
TALK = (
    (KENJI, "Event store: Kafka or Postgres?"),
    (SAM, "Kafka needs a hire. What does it cost to run?"),
    (PRIYA, "We decided on Postgres for the event store: we run it already."),
    (KENJI, "I'll migrate the events by Friday."),
)
GOOD = model.minutes(
    decided=[("Postgres is the event store", [3])],
    open_=[("What Kafka costs to run", [2])],
    todo=[("Kenji migrates the events by Friday", [4])],
)


def a_thread(rig: Rig, where: str = PLATFORM, talk: tuple[tuple[str, str], ...] = TALK) -> str:
    """The ts of its first message."""
    (first, text), *more = talk
    root = rig.say(first, where, text)
    for person, words_ in more:
        rig.say(person, where, words_, root)
    return root


def asked(rig: Rig, person: str, root: str, where: str = PLATFORM) -> None:
    """*Summarise thread*, on its last message."""
    last = rig.playground.messages(where, root)[-1]
    assert rig.shortcut(person, where, last["ts"], "updates.summarise")["ok"]


def draft(rig: Rig, person: str, says: str) -> dict:
    """The DM of a summary, once it says so."""
    return rig.wait_for(lambda: next((each for each in rig.dms(person) if says in words(each)), None))


@pytest.fixture
def modelled(tmp_path: Path) -> Iterator[tuple[Rig, OpenAIServer]]:
    """The program with a model that gives one good answer after the other."""
    with model.openai_server() as server, a_rig(tmp_path) as rig:
        server.then(GOOD)
        rig.extra = {"OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "test-model", "OPENAI_API_KEY": "sk-test"}
        rig.start().wait_ready()
        yield rig, server


def test_without_a_model_the_asker_alone_gets_key_messages_and_posts_them_once(any_rig: Rig) -> None:
    rig, root = any_rig, a_thread(any_rig)
    asked(rig, DANA, root)
    mine = draft(rig, DANA, BY_RULE)
    assert "only you see this" in words(mine)
    assert "Kenji's thread" in words(mine)
    assert "We decided on Postgres" in mine["text"]
    assert "Read 4 of 4 messages" in words(mine)
    assert "Sent to" not in words(mine)
    assert rig.by_bot(PLATFORM, root) == rig.dms(KENJI) == rig.dms(PRIYA) == []

    for _ in range(2):  # a second click changes nothing
        rig.click(DANA, rig.dm(DANA), mine, "updates.post")
    rig.wait_for(lambda: "Posted in the thread" in words(rig.dms(DANA)))
    rig.wait_for(lambda: rig.by_bot(PLATFORM, root))
    (posted,) = rig.by_bot(PLATFORM, root)
    assert posted["text"].startswith("Key messages of this thread, reviewed by Dana.")
    assert "<@" not in words(posted)  # nobody has anything to do
    assert len(rig.dms(DANA)) == 1


def test_a_model_s_summary_cites_and_its_reviewer_edits_it_and_logs_from_it(
    modelled: tuple[Rig, OpenAIServer],
) -> None:
    rig, server = modelled
    root = a_thread(rig, talk=(*TALK, (SAM, "The key is AKIAIOSFODNN7EXAMPLE, <!channel>.")))
    asked(rig, DANA, root)
    mine = draft(rig, DANA, "Decided")
    for heading in ("Decided", "Open", "To do"):
        assert f"*{heading}*" in words(mine)
    assert "thread_ts=" in words(mine)
    assert "|[3]>" in words(mine)
    assert "Sent to: 127.0.0.1" in words(mine)
    assert "1 secret masked" in words(mine)
    assert "AKIAIOSFODNN7EXAMPLE" not in server.question
    assert server.keys == ["Bearer sk-test"]

    rig.click(DANA, rig.dm(DANA), mine, "updates.edit")
    window = rig.wait_modal(DANA, "updates.editing")
    rig.submit(DANA, window, text="Postgres it is [3]. <!channel> Kenji migrates by Friday [4]")
    mine = draft(rig, DANA, "Postgres it is")
    rig.click(DANA, rig.dm(DANA), mine, "updates.log")
    window = rig.wait_modal(DANA, "decisions.form")
    assert "Postgres is the event store" in words(window)
    rig.submit(DANA, window, why="We run it already")
    rig.click(DANA, rig.dm(DANA), mine, "updates.post")
    rig.wait_for(lambda: len(rig.by_bot(PLATFORM, root)) == 2)
    card, posted = sorted(rig.by_bot(PLATFORM, root), key=lambda each: "edited by" in each["text"])
    assert card["text"].startswith("D-1")
    assert "edited by Dana" in posted["text"]
    assert "<!channel>" not in words(posted)


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        ((model.says("Sure! Here is what I think."),), "made no sense"),
        ((model.minutes(decided=[("Buy a yacht", [99])]),), "did not say which messages"),
        ((model.fails(401),), "refused my key"),
        ((model.refuses(),), "refused to read"),
    ],
    ids=["no JSON", "cites nothing", "wrong key", "refuses"],
)
def test_a_model_that_is_of_no_use_leaves_key_messages_and_says_why(
    modelled: tuple[Rig, OpenAIServer], answers: tuple[Answer, ...], note: str
) -> None:
    rig, server = modelled
    server.then(*answers)
    asked(rig, DANA, a_thread(rig))
    mine = draft(rig, DANA, BY_RULE)
    assert note in words(mine)
    assert "We decided on Postgres" in mine["text"]
    assert "yacht" not in words(mine)


@pytest.mark.parametrize(
    "trouble",
    [model.fails(500), model.fails(429, retry_after="1"), model.drops(40)],
    ids=["500", "429", "connection lost"],
)
def test_a_model_in_trouble_is_asked_again_and_nothing_is_lost(
    modelled: tuple[Rig, OpenAIServer], trouble: Answer
) -> None:
    rig, server = modelled
    server.then(trouble, GOOD)
    asked(rig, DANA, a_thread(rig))
    mine = draft(rig, DANA, "Postgres is the event store")
    assert len(server.asked) == 2
    assert len(rig.dms(DANA)) == 1
    assert BY_RULE not in words(mine)


def test_a_model_that_hangs_holds_nobody_up_and_who_starts_next_takes_its_work_over(
    modelled: tuple[Rig, OpenAIServer],
) -> None:
    rig, server = modelled
    server.then(model.never(), GOOD)
    asked(rig, DANA, a_thread(rig))
    draft(rig, DANA, "Reading the thread")
    rig.wait_for(lambda: server.asked)
    rig.slash(SAM, PLATFORM, "/decide Use Postgres because we run it already, revisit in 60 days")
    rig.wait_for(lambda: rig.by_bot(PLATFORM))
    rig.bots[-1].kill()
    rig.start().wait_ready()
    rig.clock.set(rig.clock.now() + timedelta(seconds=20))  # when a job that was begun is looked at again
    draft(rig, DANA, "Postgres is the event store")
    assert len(rig.dms(DANA)) == 1


def test_what_is_discarded_is_gone(rig: Rig) -> None:
    root = a_thread(rig)
    asked(rig, DANA, root)
    mine = draft(rig, DANA, BY_RULE)
    rig.click(DANA, rig.dm(DANA), mine, "updates.discard")
    gone = draft(rig, DANA, "Discarded")
    assert "Postgres" not in words(gone)
    assert "updates.post" not in words(gone)
    assert rig.by_bot(PLATFORM, root) == []


def test_where_the_bot_cannot_read_it_says_how_to_invite_it_and_then_goes_on(rig: Rig) -> None:
    root = a_thread(rig, LEADERSHIP, ((DANA, "We decided to hire one engineer."), (SAM, "By June.")))
    rig.act(DANA, "kick", channel=LEADERSHIP, user=rig.playground.spec.app.bot_user_id)
    asked(rig, DANA, root, LEADERSHIP)
    told = draft(rig, DANA, "/invite @Backbeat")
    rig.act(DANA, "invite", channel=LEADERSHIP, user=rig.playground.spec.app.bot_user_id)
    rig.click(DANA, rig.dm(DANA), told, "updates.try_again")
    assert "hire one engineer" in draft(rig, DANA, BY_RULE)["text"]


def test_a_draft_is_its_asker_s_and_a_private_thread_its_members(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        root = a_thread(rig, LEADERSHIP, ((DANA, "We decided to hire one engineer."), (SAM, "By June.")))
        assert not rig.shortcut(OUTSIDER, LEADERSHIP, root, "updates.summarise")["ok"]
        asked(rig, DANA, root, LEADERSHIP)
        mine = draft(rig, DANA, BY_RULE)
        rig.click(DANA, rig.dm(DANA), mine, "updates.edit")
        rig.wait_modal(DANA, "updates.editing")

        pressed = rig.last_click("updates.edit")
        for action in ("updates.post", "updates.edit", "updates.log", "updates.discard"):
            rig.forge(pressed, OUTSIDER, GENERAL, actions=[pressed["actions"][0] | {"action_id": action}])
        _, asking = next(each for each in rig.playground.deliveries if each[1].get("type") == "message_action")
        rig.forge(asking, OUTSIDER)
        rig.wait_for(lambda: rig.dms(OUTSIDER) and "Reading the thread" not in words(rig.dms(OUTSIDER)))
        assert "aren't both in that conversation" in words(rig.dms(OUTSIDER))
        assert "engineer" not in words(rig.dms(OUTSIDER))
        assert rig.modal(OUTSIDER) is None
        assert rig.by_bot(LEADERSHIP, root) == []
        assert "hire one engineer" in draft(rig, DANA, BY_RULE)["text"]


def test_a_guest_whom_no_admin_has_allowed_gets_nothing(rig: Rig) -> None:
    root = a_thread(rig)
    rig.shortcut(GUEST, PLATFORM, root, "updates.summarise")
    rig.wait_for(lambda: "isn't open to guests" in words(rig.state_of(GUEST, PLATFORM)))
    assert rig.dms(GUEST) == []
