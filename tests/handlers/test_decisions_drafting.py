"""*Draft from the thread*: offered where a model is, answered by DM, and reviewed in the window before it is logged."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from bot.blocks.messages import draw
from bot.domain.drafts import Drafted, DraftedField
from bot.domain.messages import DraftShown
from bot.domain.outbox import OutboxStatus
from bot.domain.updates import ThreadMessage
from bot.usecases import decisions
from playground.rules import message_problem
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, KENJI, STRANGER, Team, a_team, inputs, said_in

FIELDS = (
    DraftedField("title", "Use Postgres for events", (1,)),
    DraftedField("why", "We run it already", (2,)),
    DraftedField("constraint", "Before the December peak", (2,)),
)


class Drafts:
    """Implements ports.Drafter."""

    host = "api.example.com"
    fields: tuple[DraftedField, ...] = FIELDS

    def draft(self, messages: Sequence[ThreadMessage], *, total: int) -> Drafted:
        links = tuple(each.permalink or "" for each in messages)
        return Drafted(self.fields, len(messages), total, 0, self.host, "m", links=links)


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    """With a model, and a thread of two messages in #platform."""
    thread = [
        ThreadMessage("1.1", KENJI, "Kenji", "Kafka or Postgres?", "https://t.test/1"),
        ThreadMessage("1.2", DANA, "Dana", "Postgres, we run it already", "https://t.test/2"),
    ]
    with a_team(store, drafter=Drafts()) as made:
        made.around.directory.threads = {("C1", "1.1"): thread}
        yield made


def log_reply(team: Team, who: str = DANA) -> dict[str, Any]:
    team.shortcut(who, "Postgres, we run it already", ts="1.2", thread_ts="1.1")
    return team.window()


def work(team: Team) -> str:
    """Do the drafting that is due, and the draft's id."""
    store, now = team.store, team.around.clock.now()
    (_, job_id) = store.queue().due_jobs(at=now, limit=9)[-1]
    with store.read("T1") as uow:
        job = uow.jobs.claim(job_id, at=now)
    assert job is not None
    decisions.draft_job(team.around.services, job)
    return job.subject_id


def shown(team: Team) -> list[DraftShown]:
    with team.store.read("T1") as uow:
        rows = sorted(uow.outbox.stuck(frozenset(OutboxStatus), limit=100), key=lambda row: row.id)
    found = [row.message for row in rows if isinstance(row.message, DraftShown)]
    for each in found:
        drawn = draw(each)
        assert message_problem({"channel": "D1", "text": drawn.text, "blocks": drawn.blocks}) is None
    return found


def a_draft(team: Team) -> str:
    team.press_in(DANA, log_reply(team), "decisions.draft")
    return work(team)


def test_it_is_offered_in_the_window_of_a_message_and_nowhere_else(team: Team) -> None:
    assert "Draft from the thread" in said_in(log_reply(team))
    team.slash(DANA, "Use Postgres")
    assert "Draft from the thread" not in said_in(team.window())


def test_without_a_model_it_is_not_offered(store: SqlStore) -> None:
    with a_team(store) as team:
        assert "Draft from the thread" not in said_in(log_reply(team))


def test_the_window_says_that_the_draft_comes_by_dm_and_keeps_what_was_typed(team: Team) -> None:
    team.press_in(DANA, log_reply(team), "decisions.draft", why="Because I say so")
    window = team.window()
    assert "The draft comes to you in a DM" in said_in(window)
    assert inputs(window)["why"] == "Because I say so"
    assert "Draft from the thread" not in said_in(window)
    assert [each.state for each in shown(team)] == ["asked"]


def test_review_opens_the_window_filled_with_the_draft_and_only_its_submit_logs(team: Team) -> None:
    draft_id = a_draft(team)
    drawn = draw(shown(team)[-1])
    assert "<https://t.test/2|[2]>" in said_in(drawn.blocks)
    assert team.decisions() == []

    team.press(DANA, "decisions.review_draft", draft_id, channel="D1")
    window = team.window()
    filled = inputs(window)
    assert (filled["title"], filled["why"]) == ("Use Postgres for events", "We run it already")
    assert filled["constraint"] == "Before the December peak"
    team.submit(DANA, window)
    decision = team.decision(1)
    assert (decision.title, decision.author_id) == ("Use Postgres for events", DANA)
    assert (decision.source.ts, decision.source.thread_ts, decision.source.author_id) == ("1.2", "1.1", KENJI)

    team.press(DANA, "decisions.review_draft", draft_id, channel="D1")
    assert "This message was logged already" in said_in(team.window())


@pytest.mark.parametrize("who", [KENJI, STRANGER])
def test_nobody_else_opens_or_discards_it(team: Team, who: str) -> None:
    draft_id = a_draft(team)
    before = shown(team)
    team.press(who, "decisions.review_draft", draft_id, channel="D1")
    team.press(who, "decisions.discard_draft", draft_id, channel="D1")
    assert "Use Postgres for events" not in said_in([args for _, args in team.slack.calls if "view" in args][-1:])
    assert shown(team) == before


def test_a_thread_without_a_decision_is_said_so_and_the_message_can_still_be_logged(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Drafts, "fields", ())
    draft_id = a_draft(team)
    assert "no decision and no proposal" in said_in(draw(shown(team)[-1]).blocks)
    team.press(DANA, "decisions.review_draft", draft_id, channel="D1")
    assert inputs(team.window())["title"] == "Postgres, we run it already"


def test_what_is_discarded_says_so_and_opens_nothing_of_it(team: Team) -> None:
    draft_id = a_draft(team)
    team.press(DANA, "decisions.discard_draft", draft_id, channel="D1")
    assert shown(team)[-1].state == "discarded"
    team.press(DANA, "decisions.review_draft", draft_id, channel="D1")
    assert "Use Postgres for events" not in said_in(team.window())


@pytest.mark.parametrize("value", ["", "nothing", "x" * 65, "1:2"])
def test_a_forged_button_gets_words(team: Team, value: str) -> None:
    for action in ("decisions.review_draft", "decisions.try_draft", "decisions.discard_draft"):
        team.press(DANA, action, value, channel="D1")
    assert team.decisions() == []
    assert shown(team) == []
