"""A decision drafted from its thread, through the running program: cited, for its asker alone, logged on their word."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import openai_server as model
from tests.acceptance.harness import DANA, GUEST, KENJI, OUTSIDER, PLATFORM, PRIYA, SAM, Rig, a_rig
from tests.acceptance.windows import fill, words
from tests.openai_server import OpenAIServer

pytestmark = pytest.mark.acceptance
GOOD = model.says(
    {
        "points": [
            {"field": "title", "text": "Use Postgres for the event store", "messages": [1, 3]},
            {"field": "why", "text": "Kafka needs a hire", "messages": [2]},
            {"field": "goal", "text": "Win the Mars contract", "messages": [2]},
        ]
    }
)


@pytest.fixture(params=[False, True], ids=["socket", "http"])
def modelled(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Rig, OpenAIServer]]:
    with model.openai_server() as server, a_rig(tmp_path, http=request.param) as rig:
        server.then(GOOD)
        rig.extra = {"OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "test-model", "OPENAI_API_KEY": "sk-test"}
        rig.start().wait_ready()
        yield rig, server


def a_thread(rig: Rig) -> str:
    root = rig.say(KENJI, PLATFORM, "Event store: Kafka or Postgres?")
    rig.say(SAM, PLATFORM, "Kafka needs a hire.", root)
    rig.say(PRIYA, PLATFORM, "Then Postgres for the event store it is.", root)
    return root


def window_of(rig: Rig, person: str, root: str) -> dict[str, Any]:
    """*Log as decision* on the thread's last message."""
    last = rig.playground.messages(PLATFORM, root)[-1]
    assert rig.shortcut(person, PLATFORM, last["ts"], "decisions.log_message")["ok"]
    return rig.wait_modal(person, "decisions.form")


def ask(rig: Rig, root: str) -> None:
    """*Draft from the thread*, by Dana, who then closes the window."""
    window = window_of(rig, DANA, root)
    assert rig.click_view(DANA, window, "decisions.draft", fill(window, why="We shall see"))["ok"]
    kept = rig.wait_for(lambda: _top(rig, "The draft comes to you in a DM"))
    assert "We shall see" in words(kept)
    rig.close_modal(DANA)


def review(rig: Rig, message: dict[str, Any], says: str) -> dict[str, Any]:
    rig.click(DANA, rig.dm(DANA), message, "decisions.review_draft")
    window: dict[str, Any] = rig.wait_for(lambda: _top(rig, says))
    return window


def dm(rig: Rig, person: str, says: str) -> dict[str, Any]:
    return rig.wait_for(lambda: next((each for each in rig.dms(person) if says in words(each)), None))


def test_a_draft_cites_its_messages_and_is_logged_only_once_it_was_reviewed(
    modelled: tuple[Rig, OpenAIServer],
) -> None:
    rig, server = modelled
    root = a_thread(rig)
    ask(rig, root)
    mine = dm(rig, DANA, "Use Postgres for the event store")
    assert "only you see this" in words(mine)
    assert "|[3]>" in words(mine)
    assert "Sent to: 127.0.0.1" in words(mine)
    assert "Mars" not in words(mine)
    assert "Left out: 1 point that no message bears out" in words(mine)
    assert len(server.asked) == 1
    assert rig.by_bot(PLATFORM, root) == rig.dms(KENJI) == rig.dms(PRIYA) == []

    window = review(rig, mine, "Use Postgres for the event store")
    rig.submit(DANA, window, not_doing="Kafka this quarter")
    rig.wait_for(lambda: rig.by_bot(PLATFORM, root))
    (card,) = rig.by_bot(PLATFORM, root)
    assert card["text"].startswith("D-1: Use Postgres for the event store")
    assert "Kafka needs a hire" in words(card)
    assert len(rig.dms(DANA)) == 1


@pytest.mark.parametrize("modelled", [True], indirect=True, ids=["http"])
def test_a_draft_cannot_be_opened_or_thrown_away_by_anybody_else(modelled: tuple[Rig, OpenAIServer]) -> None:
    rig, _ = modelled
    root = a_thread(rig)
    ask(rig, root)
    mine = dm(rig, DANA, "Use Postgres for the event store")
    review(rig, mine, "Use Postgres for the event store")
    pressed = rig.last_click("decisions.review_draft")
    for person in (KENJI, GUEST, OUTSIDER):
        for action in ("decisions.review_draft", "decisions.try_draft", "decisions.discard_draft"):
            rig.forge(pressed, person, PLATFORM, actions=[pressed["actions"][0] | {"action_id": action}])
        assert "Postgres" not in words(rig.modal(person) or {})
    assert "Use Postgres" in words(rig.dms(DANA))
    rig.close_modal(DANA)
    rig.click(DANA, rig.dm(DANA), mine, "decisions.discard_draft")
    assert "Postgres" not in words(dm(rig, DANA, "Discarded"))
    assert rig.by_bot(PLATFORM, root) == []


def test_a_model_that_is_of_no_use_says_why_and_the_message_can_be_logged_all_the_same(
    modelled: tuple[Rig, OpenAIServer],
) -> None:
    rig, server = modelled
    server.then(model.refuses())
    root = a_thread(rig)
    ask(rig, root)
    mine = dm(rig, DANA, "refused to read")
    review(rig, mine, "Then Postgres for the event store it is")


def test_without_a_model_the_window_offers_no_draft(rig: Rig) -> None:
    assert "Draft from the thread" not in words(window_of(rig, DANA, a_thread(rig)))


def _top(rig: Rig, says: str) -> dict[str, Any] | None:
    """Dana's window on top, once it says so."""
    window = rig.modal(DANA)
    return window if window is not None and says in words(window) else None
