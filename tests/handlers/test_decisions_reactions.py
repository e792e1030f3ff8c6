"""A reaction on a message suggests to log it: privately, once, and only where setup has it so."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.messages import draw
from bot.domain.decisions import DecisionStatus
from bot.domain.errors import ExternalFailure
from bot.domain.messages import LogSuggestion
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.updates import ThreadMessage
from bot.domain.workspaces import Role
from bot.usecases import decisions
from playground.rules import message_problem
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, GUEST, KENJI, STRANGER, Team, a_team, inputs, said_in
from tests.support import a_person

ROOT, REPLY = "1761729000.000100", "1761729060.000200"
WORDS = "Use Postgres for the event store: we run it already, and Kafka needs a hire."
BOT = "U8"


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        asked = ThreadMessage(ROOT, DANA, "Dana", "Kafka or Postgres? <!channel>")
        said = ThreadMessage(REPLY, KENJI, "Kenji", WORDS, "https://x.test/p2")
        made.around.directory.threads["C1", ROOT] = [asked, said]
        made.around.directory.threads["G1", ROOT] = [asked]
        made.around.directory.people[BOT] = a_person(BOT, name="Robot", is_bot=True)
        switch(made, on=True)
        yield made


def switch(team: Team, *, on: bool, **more: Any) -> None:
    with team.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), suggests_logging=on, **more))
        uow.commit()


def react(
    team: Team, person: str = DANA, *, ts: str = REPLY, channel: Any = "C1", name: str = "scales", **event: Any
) -> None:
    """And the job that comes of it is done."""
    item = {"type": "message", "channel": channel, "ts": ts}
    what = {"type": "reaction_added", "user": person, "reaction": name, "item": item, "item_user": KENJI}
    team.send(
        {
            "type": "event_callback",
            "team_id": "T1",
            "event_id": f"Ev-{person}-{channel}-{ts}-{name}",
            "event": what | event,
            "authorizations": [{"team_id": "T1", "is_enterprise_install": False}],
        }
    )
    work(team)


def work(team: Team) -> None:
    now = team.around.clock.now()
    for workspace, job_id in team.store.queue().due_jobs(at=now, limit=50):
        with team.store.begin(workspace) as uow:
            job = uow.jobs.claim(job_id, at=now)
            assert job is not None
            uow.jobs.save(replace(job, next_at=None))
            uow.commit()
        if job.kind == decisions.SUGGEST:
            decisions.suggest(team.around.services, job)


def rows(team: Team, ts: str = REPLY, channel: str = "C1") -> list[OutboxMessage]:
    with team.store.read("T1") as uow:
        return uow.outbox.shown(f"reaction:{channel}:{ts}")


def all_rows(team: Team) -> list[OutboxMessage]:
    with team.store.read("T1") as uow:
        return uow.outbox.stuck(frozenset(OutboxStatus), limit=100)


def shown_now(team: Team) -> str:
    """How the suggestion stands, as Slack would take it."""
    found = next(
        row for row in all_rows(team) if isinstance(row.message, LogSuggestion) and row.operation is Operation.UPDATE
    )
    return looked_at(found)


def looked_at(row: OutboxMessage) -> str:
    drawn = draw(row.message)
    assert message_problem({"channel": "D1", "text": drawn.text, "blocks": drawn.blocks}) is None
    return said_in(drawn.blocks)


def open_it(team: Team, person: str = DANA, value: str = f"C1:{REPLY}") -> dict[str, Any]:
    team.send(
        {
            **team._click(person, "decisions.log_reacted", ""),
            "actions": [
                {"type": "button", "action_id": "decisions.log_reacted", "block_id": "b", "value": value},
            ],
            "channel": {"id": f"D-{person}"},
            "container": {"type": "message", "channel_id": f"D-{person}", "message_ts": "9.9"},
        }
    )
    return team.window()


def press_not_now(team: Team, person: str = DANA) -> None:
    click = team._click(person, "decisions.not_now", "")
    click["actions"] = [{"type": "button", "action_id": "decisions.not_now", "block_id": "b", "value": f"C1:{REPLY}"}]
    team.send({**click, "channel": {"id": "D9"}, "container": {"type": "message", "channel_id": "D9"}})


def test_whoever_reacts_is_asked_by_dm_and_the_window_is_filled_from_the_message(team: Team) -> None:
    react(team)
    (row,) = rows(team)
    assert (row.destination.person, row.destination.conversation) == (DANA, None)
    said = looked_at(row)
    assert all(words in said for words in ("Log this as a decision?", "Kenji", WORDS, "Log it", "Not now"))
    view = open_it(team)
    assert inputs(view)["title"].startswith("Use Postgres for the event store")
    assert "Posts in this thread. Visible to everyone." in said_in(view)
    team.submit(DANA, view)
    source = team.decision(1).source
    assert (source.conversation, source.ts, source.thread_ts, source.author_id) == ("C1", REPLY, ROOT, KENJI)
    assert "Logged as D-1" in shown_now(team)


def test_it_is_suggested_once_however_many_react_and_however_often_slack_says_so(team: Team) -> None:
    react(team)
    react(team)
    react(team, KENJI)
    assert len(rows(team)) == 1


def test_who_reacts_once_it_is_logged_is_told_its_number_once_and_whoever_logged_it_is_not(team: Team) -> None:
    react(team)
    team.submit(DANA, open_it(team))
    react(team, KENJI)
    react(team, KENJI, name="scales::skin-tone-2")
    react(team, DANA, name="scales::skin-tone-3")
    (_, told) = rows(team)
    assert told.destination.person == KENJI
    assert "Logged as D-1" in looked_at(told)
    assert "Open D-1" in looked_at(told)


def test_one_message_becomes_one_decision_however_many_log_it_at_once(team: Team) -> None:
    react(team)
    mine = open_it(team)
    theirs = {**open_it(team, KENJI), "id": "VK"}
    team.submit(DANA, mine)
    team.submit(DANA, mine)
    answer = team.submit(KENJI, theirs)
    assert "logged meanwhile, as D-1" in said_in(answer)
    assert len(team.decisions()) == 1
    assert "was logged already" in said_in(open_it(team, KENJI))


def test_after_an_undo_it_can_be_logged_again(team: Team) -> None:
    react(team)
    team.submit(DANA, open_it(team))
    team.press(DANA, "decisions.undo", "1")
    team.submit(DANA, {**open_it(team), "id": "V9"})
    assert [each.status for each in team.decisions()] == [DecisionStatus.DECIDED, DecisionStatus.WITHDRAWN]


def test_not_now_says_so_once_and_only_to_whom_it_was_suggested(team: Team) -> None:
    react(team)
    press_not_now(team, KENJI)
    assert len(all_rows(team)) == 1
    press_not_now(team)
    press_not_now(team)
    assert "Not logged" in shown_now(team)
    assert "decisions.log_reacted" not in shown_now(team)
    assert team.decisions() == []


def test_not_now_on_what_was_logged_meanwhile_leaves_it_so(team: Team) -> None:
    react(team)
    team.submit(DANA, open_it(team))
    press_not_now(team)
    assert "Logged as D-1" in shown_now(team)


# --- where nothing comes of it -------------------------------------------------------------------------------------


def test_nothing_is_suggested_until_setup_says_so(team: Team) -> None:
    switch(team, on=False)
    react(team)
    assert team.store.queue().due_jobs(at=team.around.clock.now(), limit=5) == []
    assert all_rows(team) == []


@pytest.mark.parametrize("person", [GUEST, STRANGER, BOT, "UBOT", "U404"])
def test_guests_without_leave_other_companies_and_apps_are_asked_nothing(team: Team, person: str) -> None:
    with contextlib.suppress(ExternalFailure):  # of whom Slack does not know
        react(team, person)
    assert all_rows(team) == []
    react(team, DANA)
    assert len(rows(team)) == 1  # nobody used it up


def test_a_guest_with_leave_is_asked(team: Team) -> None:
    with team.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.SPONSOR, [GUEST])
        uow.commit()
    react(team, GUEST)
    assert rows(team)[0].destination.person == GUEST


def test_who_is_not_in_that_conversation_is_asked_nothing_and_can_open_nothing(team: Team) -> None:
    react(team, KENJI, channel="G1", ts=ROOT)
    assert all_rows(team) == []
    assert "can't find that message" in said_in(open_it(team, KENJI, f"G1:{ROOT}"))
    assert "Kafka" not in said_in(team.window())


@pytest.mark.parametrize("value", ["", "C1", "C1:x", "C1:1.1:2", "<!channel>", "C404:1.1", f"C1:{ROOT}9"])
def test_a_forged_button_opens_nothing(team: Team, value: str) -> None:
    try:
        view = open_it(team, KENJI, value)
    except AssertionError:
        return  # nothing was opened at all
    assert view.get("callback_id") != "decisions.form"


@pytest.mark.parametrize(
    "event",
    [
        {"name": "eyes"},
        {"item_user": "UBOT"},
        {"item": {"type": "file", "file": "F1"}},
        {"item": None},
        {"item": "x"},
        {"item": {"type": "message"}},
        {"item": {"type": "message", "channel": ["C1"], "ts": {}}},
        {"reaction": None},
        {"reaction": ["scales"]},
        {"ts": "1.1"},
        {"ts": "'; DROP TABLE decisions"},
    ],
)
def test_other_reactions_and_whatever_is_shaped_otherwise_mean_nothing(team: Team, event: dict[str, Any]) -> None:
    react(team, **event)
    assert all_rows(team) == []


def test_where_slack_can_not_be_asked_it_is_tried_again(team: Team) -> None:
    team.around.directory.down = True
    with pytest.raises(ExternalFailure) as failure:
        react(team)
    assert not failure.value.permanent
    assert all_rows(team) == []


def test_what_people_wrote_calls_nobody(team: Team) -> None:
    react(team, ts=ROOT)
    assert "<!" not in looked_at(rows(team, ROOT)[0])
