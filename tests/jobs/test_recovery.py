"""After a lost answer: never twice, never silently skipped. The conversation's history tells, or an admin sees it."""

from datetime import timedelta

import pytest

from bot.domain.errors import ExternalFailure
from bot.domain.outbox import Operation, OutboxStatus
from jobs.recovery import LOOKS, ORDER_KEPT
from jobs.sending import FRESH
from tests.jobs.fakes import (
    LONG_ENOUGH,
    TIMING,
    FakeMessenger,
    Killed,
    Process,
    broken,
    limited,
    no_answer,
    queue_note,
    refused,
)
from tests.support import Surroundings

SETTLE = TIMING.settle


@pytest.fixture
def restart(surroundings: Surroundings, slack: FakeMessenger, alive: set[str]):  # type: ignore[no-untyped-def]
    """Starts another process on the same store and Slack."""
    return lambda **extra: Process(surroundings, slack, alive, **extra)


def lose_answer(process: Process, slack: FakeMessenger, *, posted: bool, to: str = "C1", text: str = "hello") -> str:
    slack.meets("post", no_answer(), after=posted)
    row_id = queue_note(process.services, text, to)
    process.run()
    return row_id


def kill(process: Process, slack: FakeMessenger, *, posted: bool, **row: object) -> str:
    """The process is killed around its call: after Slack has the message, or before."""
    slack.meets("post", Killed(), after=posted)
    row_id = queue_note(process.services, "hello", **row)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        process.run()
    return row_id


def test_an_answer_that_was_lost_after_the_post_is_found_and_recorded(process: Process, slack: FakeMessenger) -> None:
    row_id = lose_answer(process, slack, posted=True)
    process.pass_time(1)
    row = process.row(row_id)
    assert (row.status, row.ts, row.conversation) == (OutboxStatus.SENT, slack.shown[0].ts, "C1")
    assert slack.texts == ["hello"]


def test_a_post_that_never_arrived_is_sent_again_but_not_before_its_time(
    process: Process, slack: FakeMessenger
) -> None:
    row_id = lose_answer(process, slack, posted=False)
    process.pass_time(SETTLE - 1)
    assert (slack.texts, process.status(row_id)) == ([], OutboxStatus.SENDING)
    process.pass_time(6)
    assert (slack.texts, process.status(row_id)) == (["hello"], OutboxStatus.SENT)


def test_a_history_that_lags_does_not_make_it_post_twice(process: Process, slack: FakeMessenger) -> None:
    slack.meets("find", broken())  # the look at once
    row_id = lose_answer(process, slack, posted=True)
    slack.hidden.add(row_id)
    process.pass_time(SETTLE - 1)  # as long as Slack may take to show it
    slack.hidden.clear()
    process.pass_time(10)
    assert (slack.texts, process.status(row_id)) == (["hello"], OutboxStatus.SENT)


def test_later_messages_wait_behind_it_and_not_for_ever(process: Process, slack: FakeMessenger) -> None:
    lose_answer(process, slack, posted=False)
    queue_note(process.services, "two")
    process.pass_time(SETTLE - 1)
    assert slack.texts == []
    process.pass_time(10)
    assert slack.texts == ["hello", "two"]


def test_where_the_history_is_out_of_reach_later_messages_go_on(process: Process, slack: FakeMessenger) -> None:
    slack.meets("find", *[broken()] * 100)
    lose_answer(process, slack, posted=True)
    queue_note(process.services, "two")
    process.pass_time(SETTLE + ORDER_KEPT + 2)
    assert slack.texts == ["hello", "two"]


@pytest.mark.parametrize("posted", [True, False])
def test_while_its_sender_may_still_be_there_nobody_posts_in_its_place(
    process: Process, slack: FakeMessenger, posted: bool, restart: type[Process]
) -> None:
    row_id = kill(process, slack, posted=posted)
    second = restart()
    second.pass_time(600, every=10)  # the first one's lock is held: it might be frozen
    assert slack.count("post") == 1
    assert slack.count("find") == 0
    assert second.status(row_id) is OutboxStatus.SENDING


def test_after_a_kill_a_restart_finds_what_was_posted_at_once(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    row_id = kill(process, slack, posted=True)
    process.die()
    second = restart()
    second.run()
    assert (slack.texts, second.status(row_id)) == (["hello"], OutboxStatus.SENT)
    assert slack.count("find") == 1


def test_after_a_kill_a_restart_sends_what_was_not_posted_once_that_is_certain(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    row_id = kill(process, slack, posted=False)
    process.die()
    second = restart()
    second.pass_time(SETTLE - 1)
    assert slack.texts == []
    second.pass_time(6)
    assert (slack.texts, second.status(row_id)) == (["hello"], OutboxStatus.SENT)
    assert slack.count("find") == 2  # one look at once, one after the wait


def test_two_replicas_settle_a_dead_ones_row_once(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    kill(process, slack, posted=False)
    process.die()
    second, third = restart(), restart()
    for _ in range(40):
        second.pass_time(1)
        third.seconds.move(1)
        third.run()
    assert slack.texts == ["hello"]


def test_one_look_settles_all_rows_of_a_conversation(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    rows = []
    for number in range(4):
        slack.meets("post", no_answer(), after=number % 2 == 0)
        rows.append(queue_note(process.services, str(number), status=OutboxStatus.SENDING, sender="gone", attempts=1))
        if number % 2 == 0:
            with pytest.raises(ExternalFailure):
                slack.post(
                    "T1", conversation="C1", thread_ts=None, message=process.row(rows[-1]).message, row_id=rows[-1]
                )
        else:
            slack.trouble["post"].clear()
    process.run()
    assert slack.count("find") == 1
    assert [process.status(row) for row in rows] == [OutboxStatus.SENT, OutboxStatus.SENDING] * 2
    process.pass_time(LONG_ENOUGH + 8)
    assert slack.count("find") == 2
    assert [process.status(row) for row in rows] == [OutboxStatus.SENT] * 4
    assert sorted(slack.texts) == ["0", "1", "2", "3"]


def test_a_thread_is_looked_for_in_the_thread(process: Process, slack: FakeMessenger) -> None:
    parent = queue_note(process.services, "root")
    process.run()
    slack.meets("post", no_answer(), after=True)
    reply = queue_note(process.services, "reply", after_id=parent)
    process.run()
    process.pass_time(1)
    assert process.status(reply) is OutboxStatus.SENT
    assert slack.texts == ["root", "reply"]


def test_a_direct_message_is_looked_for_where_it_went(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    row_id = kill(process, slack, posted=True, to="@U1")
    process.die()
    second = restart()
    second.run()
    assert (slack.in_("D-U1"), second.status(row_id)) == (["hello"], OutboxStatus.SENT)


@pytest.mark.parametrize("code", ["missing_scope", "channel_not_found", "history_long"])
@pytest.mark.parametrize("posted", [True, False])
def test_where_the_history_cannot_be_read_it_is_uncertain_and_says_so(
    process: Process, slack: FakeMessenger, code: str, posted: bool
) -> None:
    slack.meets("find", *[refused(code)] * 5)
    row_id = lose_answer(process, slack, posted=posted)
    process.pass_time(LONG_ENOUGH + 2)
    row = process.row(row_id)
    assert row.status is OutboxStatus.UNCERTAIN
    assert row.reason == f"no answer came, and the history could not be read ({code})"
    process.pass_time(600, every=10)
    assert slack.count("post") == 1


def test_a_history_out_of_reach_is_asked_again_for_half_an_hour(process: Process, slack: FakeMessenger) -> None:
    slack.meets("find", *[broken("timeout")] * 99)
    row_id = lose_answer(process, slack, posted=True)
    process.pass_time(20 * 60, every=10)
    assert process.status(row_id) is OutboxStatus.SENDING
    process.pass_time(30 * 60, every=10)
    assert process.status(row_id) is OutboxStatus.UNCERTAIN
    assert slack.count("find") == LOOKS + 1
    assert slack.texts == ["hello"]


def test_the_historys_own_wait_is_kept(process: Process, slack: FakeMessenger) -> None:
    slack.meets("find", broken())  # the look at once
    row_id = lose_answer(process, slack, posted=True)
    slack.hidden.add(row_id)
    process.pass_time(SETTLE - 2)
    slack.meets("find", limited(60))
    process.pass_time(10)
    asked = slack.count("find")
    slack.hidden.clear()
    process.pass_time(50)
    assert slack.count("find") == asked
    process.pass_time(15)
    assert process.status(row_id) is OutboxStatus.SENT


def test_an_update_whose_answer_was_lost_is_simply_done_again(process: Process, slack: FakeMessenger) -> None:
    post = queue_note(process.services, "v1")
    process.run()
    slack.meets("update", no_answer(), after=True)
    update = queue_note(process.services, "v2", operation=Operation.UPDATE, after_id=post)
    process.run()
    process.pass_time(10)
    assert (slack.texts, process.status(update)) == (["v2"], OutboxStatus.SENT)
    assert slack.count("find") == 0


def test_an_update_under_way_in_a_killed_process_is_done_again(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    post = queue_note(process.services, "v1")
    process.run()
    slack.meets("update", Killed())
    update = queue_note(process.services, "v2", operation=Operation.UPDATE, after_id=post)
    with pytest.raises(Killed):
        process.run()
    process.die()
    second = restart()
    second.pass_time(LONG_ENOUGH + 5)
    assert (slack.texts, second.status(update)) == (["v2"], OutboxStatus.SENT)


def test_opening_a_dm_without_an_answer_is_no_uncertainty(process: Process, slack: FakeMessenger) -> None:
    slack.meets("open_dm", no_answer())
    row_id = queue_note(process.services, "hello", "@U1")
    process.run()
    assert process.status(row_id) is OutboxStatus.QUEUED
    process.pass_time(5)
    assert slack.in_("D-U1") == ["hello"]


def test_a_frozen_process_that_wakes_settles_its_own_row(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    """Frozen between post and record: its lock is held, so the second one leaves the row alone."""
    second = restart()

    def freeze(method: str) -> None:
        if method == "post":
            slack.during = lambda _: None
            second.pass_time(120)  # the world goes on meanwhile

    slack.during = freeze
    row_id = queue_note(process.services, "hello")
    process.run()
    assert (slack.texts, process.status(row_id)) == (["hello"], OutboxStatus.SENT)


def test_a_process_that_slept_before_its_call_confirms_its_claim_first(process: Process, slack: FakeMessenger) -> None:
    """The DM takes long to open: what was claimed before may be somebody else's by now."""
    slack.during = lambda method: process.seconds.move(FRESH + 1) if method == "open_dm" else None
    row_id = queue_note(process.services, "hello", "@U1")
    process.run()
    assert (slack.in_("D-U1"), process.row(row_id).attempts) == (["hello"], 1)


def test_a_process_that_slept_and_lost_its_row_does_not_post(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    """Its session was lost while it slept, and another one has settled the row meanwhile."""
    second = restart()

    def sleep(method: str) -> None:
        if method == "open_dm":
            slack.during = lambda _: None
            process.seconds.move(600)
            process.die()
            second.pass_time(LONG_ENOUGH + 10)

    slack.during = sleep
    row_id = queue_note(process.services, "hello", "@U1")
    process.run()
    assert slack.in_("D-U1") == ["hello"]
    assert second.row(row_id).sender == second.senders.id


def test_a_process_whose_session_is_new_does_not_post_what_the_old_one_claimed(
    process: Process, slack: FakeMessenger
) -> None:
    def lose_session(method: str) -> None:
        if method == "open_dm":
            process.seconds.move(600)
            process.senders.close()
            process.senders.name = "another"

    slack.during = lose_session
    queue_note(process.services, "hello", "@U1")
    process.run()
    assert slack.texts == []


def test_a_database_too_slow_to_confirm_a_claim_posts_nothing(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str]
) -> None:
    processes: list[Process] = []

    def step(name: str) -> None:
        if processes and name == "committed":
            processes[0].seconds.move(FRESH + 1)

    processes.append(Process(surroundings, slack, alive, step=step))
    row_id = queue_note(surroundings.services, "hello")
    processes[0].dispatcher.run_once()
    assert slack.texts == []
    assert processes[0].row(row_id).reason == "database_slow"


def test_a_sender_that_cannot_be_asked_about_counts_as_there(
    process: Process, slack: FakeMessenger, restart: type[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = kill(process, slack, posted=False)
    process.die()
    second = restart()

    def unreachable(_: str) -> bool:
        raise ExternalFailure("", permanent=False, code="database_unreachable")

    with monkeypatch.context() as patched:
        patched.setattr(second.senders, "is_gone", unreachable)
        second.pass_time(60)
    assert second.status(row_id) is OutboxStatus.SENDING
    second.pass_time(LONG_ENOUGH + 5)
    assert slack.texts == ["hello"]


def test_a_clock_that_was_moved_does_not_shorten_the_wait(
    process: Process, slack: FakeMessenger, restart: type[Process]
) -> None:
    kill(process, slack, posted=False)
    process.die()
    second = restart()
    second.run()
    second.clock.move(timedelta(days=1))
    second.run()
    assert slack.texts == []
