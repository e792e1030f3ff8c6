"""The outbox becomes messages: each once, in the order of its place, at Slack's pace, and nobody waits for another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import ExternalFailure
from bot.domain.messages import Note
from bot.domain.outbox import Operation, OutboxStatus
from jobs import dispatcher as dispatcher_module
from tests.jobs.fakes import FakeMessenger, Later, Process, broken, limited, queue_note, refused
from tests.support import THURSDAY, Surroundings, a_workspace

MINUTE = timedelta(minutes=1)


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def slow(surroundings: Surroundings, slack: FakeMessenger, alive: set[str], later: Later) -> Process:
    """A process whose calls are under way until `later.run_all()`."""
    return Process(surroundings, slack, alive, executor=later)


def test_a_queued_message_is_posted_and_its_place_is_kept(process: Process, slack: FakeMessenger) -> None:
    row_id = queue_note(process.services, "hello")
    process.run()
    row = process.row(row_id)
    assert slack.texts == ["hello"]
    assert (row.status, row.conversation, row.ts) == (OutboxStatus.SENT, "C1", slack.shown[0].ts)
    assert (row.attempts, row.sent_at, row.sender) == (1, THURSDAY, process.senders.id)


def test_nothing_is_posted_twice_however_often_it_looks(process: Process, slack: FakeMessenger) -> None:
    queue_note(process.services, "hello")
    for _ in range(5):
        process.run()
        process.pass_time(30)
    assert slack.texts == ["hello"]


def test_a_message_for_later_waits_for_its_time(process: Process, slack: FakeMessenger) -> None:
    queue_note(process.services, "at nine", next_at=THURSDAY + MINUTE)
    process.run()
    assert slack.texts == []
    process.pass_time(60)
    assert slack.texts == ["at nine"]


def test_a_place_keeps_its_order_and_has_one_message_on_its_way(
    slow: Process, slack: FakeMessenger, later: Later
) -> None:
    for text in ("one", "two", "three"):
        queue_note(slow.services, text)
    queue_note(slow.services, "elsewhere", "C2")
    slow.dispatcher.run_once()
    slow.dispatcher.run_once()
    assert len(later.waiting) == 2  # one for each place
    for _ in range(3):
        later.run_all()
        slow.dispatcher.run_once()
    assert slack.in_("C1") == ["one", "two", "three"]
    assert slack.in_("C2") == ["elsewhere"]


def test_a_direct_message_is_opened_once(process: Process, slack: FakeMessenger) -> None:
    for text in ("one", "two"):
        queue_note(process.services, text, "@U1")
    process.run()
    assert slack.in_("D-U1") == ["one", "two"]
    assert slack.count("open_dm") == 1


def test_a_reply_waits_for_its_thread(process: Process, slack: FakeMessenger) -> None:
    parent = queue_note(process.services, "agenda", next_at=THURSDAY + MINUTE)
    reply = queue_note(process.services, "first item", after_id=parent)
    nested = queue_note(process.services, "about it", after_id=reply)
    process.run()
    assert slack.texts == []
    process.pass_time(65)
    root, first, second = slack.shown
    assert [each.text for each in slack.shown] == ["agenda", "first item", "about it"]
    assert first.thread_ts == second.thread_ts == root.ts
    assert process.status(nested) is OutboxStatus.SENT


def test_a_reply_in_a_known_thread(process: Process, slack: FakeMessenger) -> None:
    queue_note(process.services, "logged", thread="17.5")
    process.run()
    assert slack.shown[0].thread_ts == "17.5"


def test_a_reply_to_what_could_not_be_posted_is_not_posted_either(process: Process, slack: FakeMessenger) -> None:
    slack.always["C1"] = refused()
    parent = queue_note(process.services, "agenda")
    reply = queue_note(process.services, "first item", after_id=parent)
    process.run()
    assert process.row(parent).reason == "not_in_channel"
    assert (process.status(reply), process.row(reply).reason) == (OutboxStatus.FAILED, "parent not sent")


def test_updates_coalesce_to_the_last_one(process: Process, slack: FakeMessenger) -> None:
    post = queue_note(process.services, "v1")
    updates = [
        queue_note(process.services, text, operation=Operation.UPDATE, after_id=post) for text in ("v2", "v3", "v4")
    ]
    process.run()
    assert slack.texts == ["v4"]
    assert slack.count("update") == 1
    assert [process.status(each) for each in updates] == [OutboxStatus.DROPPED] * 2 + [OutboxStatus.SENT]


def test_an_older_update_never_follows_a_newer_one(process: Process, slack: FakeMessenger) -> None:
    post = queue_note(process.services, "v1")
    process.run()
    slack.meets("update", broken())
    old = queue_note(process.services, "v2", operation=Operation.UPDATE, after_id=post)
    process.run()
    queue_note(process.services, "v3", operation=Operation.UPDATE, after_id=post)
    process.pass_time(90)
    assert slack.texts == ["v3"]
    assert process.status(old) is OutboxStatus.DROPPED


def test_an_update_of_what_was_not_posted_is_dropped(process: Process, slack: FakeMessenger) -> None:
    slack.meets("post", refused())
    post = queue_note(process.services, "v1")
    update = queue_note(process.services, "v2", operation=Operation.UPDATE, after_id=post)
    process.run()
    assert process.status(update) is OutboxStatus.DROPPED
    assert slack.count("update") == 0


def test_too_late_is_recorded_and_not_sent(process: Process, slack: FakeMessenger) -> None:
    row_id = queue_note(process.services, "the agenda", next_at=THURSDAY - MINUTE, not_after=THURSDAY - MINUTE)
    process.run()
    assert slack.calls == []
    assert process.status(row_id) is OutboxStatus.LATE
    assert process.row(row_id).reason == "too late: it was of use until 29 Oct 2026 09:09 UTC"


def test_too_late_after_failed_tries_says_what_went_wrong(process: Process, slack: FakeMessenger) -> None:
    slack.always["C1"] = broken()
    row_id = queue_note(process.services, "the agenda", not_after=THURSDAY + MINUTE)
    process.pass_time(150)
    assert process.status(row_id) is OutboxStatus.LATE
    assert str(process.row(row_id).reason).endswith("the last try ended with internal_error")


def test_a_passing_trouble_is_tried_again_and_the_order_is_kept(process: Process, slack: FakeMessenger) -> None:
    slack.meets("post", broken(), broken())
    first = queue_note(process.services, "one")
    queue_note(process.services, "two")
    process.run()
    assert slack.texts == []
    process.pass_time(10)
    assert slack.texts == ["one", "two"]
    assert process.row(first).attempts == 3


def test_what_cannot_be_sent_for_a_long_time_does_not_silence_its_channel(
    process: Process, slack: FakeMessenger
) -> None:
    first = queue_note(process.services, "one")
    queue_note(process.services, "two")
    slack.meets("post", *[broken()] * 6)  # each try of the first one: by then it waits for more than a minute
    process.pass_time(240, every=2)
    assert slack.texts[0] == "two"
    process.pass_time(120)
    assert slack.texts == ["two", "one"]
    assert process.status(first) is OutboxStatus.SENT


def test_slacks_own_wait_is_kept_to_the_second_and_holds_that_channel_alone(
    process: Process, slack: FakeMessenger
) -> None:
    slack.meets("post", limited(37))
    first = queue_note(process.services, "one")
    queue_note(process.services, "two")
    queue_note(process.services, "elsewhere", "C2")
    wait = process.run()
    assert process.row(first).next_at == THURSDAY + timedelta(seconds=37)
    assert wait is not None
    assert 36 < wait <= 37
    assert slack.texts == ["elsewhere"]
    process.pass_time(36)
    assert slack.in_("C1") == []
    process.pass_time(3)
    assert slack.in_("C1") == ["one", "two"]
    assert slack.count("post") == 4


def test_a_permanent_failure_stops_its_row_and_no_other(process: Process, slack: FakeMessenger) -> None:
    slack.meets("post", refused("is_archived"))
    row_id = queue_note(process.services, "one")
    queue_note(process.services, "two")
    process.run()
    process.pass_time(600, every=10)
    assert (process.status(row_id), process.row(row_id).reason) == (OutboxStatus.FAILED, "is_archived")
    assert slack.texts == ["two"]
    assert slack.count("post") == 2


def test_an_outage_of_a_day_ends_the_tries(process: Process, slack: FakeMessenger) -> None:
    slack.always["C1"] = broken()
    row_id = queue_note(process.services, "one", attempts=40)
    process.run()
    assert process.status(row_id) is OutboxStatus.QUEUED  # not for the number of its tries
    process.clock.move(timedelta(hours=25))
    process.pass_time(60)
    assert process.status(row_id) is OutboxStatus.FAILED
    assert str(process.row(row_id).reason).startswith("internal_error, given up after")


def test_a_channel_gets_about_one_message_a_second(process: Process, slack: FakeMessenger) -> None:
    for number in range(12):
        queue_note(process.services, str(number))
    process.run()
    assert len(slack.texts) == 3
    process.pass_time(4)
    assert 6 <= len(slack.texts) <= 8
    process.pass_time(6)
    assert slack.texts == [str(number) for number in range(12)]


def test_many_channels_go_at_once(process: Process, slack: FakeMessenger) -> None:
    for number in range(20):
        queue_note(process.services, "hi", f"C{number}")
    process.run()
    assert len(slack.texts) == 20


def test_a_workspace_with_a_long_queue_delays_no_other(
    surroundings: Surroundings, slow: Process, slack: FakeMessenger, later: Later
) -> None:
    a_workspace(slow.services.store, workspace_id="T2")
    for number in range(30):
        queue_note(slow.services, str(number), f"C{number}")
    queue_note(slow.services, "of T2", workspace="T2")
    slow.dispatcher.run_once()
    later.run_all()
    assert "of T2" in slack.texts


def test_where_slack_does_not_answer_one_sender_is_enough(slow: Process, slack: FakeMessenger, later: Later) -> None:
    for number in range(8):
        slack.always[f"C{number}"] = broken("timeout")
        queue_note(slow.services, "hi", f"C{number}")
    slow.dispatcher.run_once()
    later.run_all()
    slow.dispatcher.run_once()
    assert len(later.waiting) == 1
    slack.always.clear()
    later.run_all()
    slow.dispatcher.run_once()
    assert len(later.waiting) > 1


def test_rows_behind_many_that_must_wait_are_found(process: Process, slack: FakeMessenger) -> None:
    process.pace.hold(dispatcher_module.Use(dispatcher_module.CHANNEL, ("T1", "C1")), 600)
    for number in range(dispatcher_module.LOOK_AT + 5):
        queue_note(process.services, str(number))
    queue_note(process.services, "elsewhere", "C2")
    process.run()
    assert slack.texts == ["elsewhere"]


def test_a_row_that_cannot_be_read_is_set_aside_and_the_others_go(
    process: Process, slack: FakeMessenger, store: object
) -> None:
    bad = queue_note(process.services, "from the future", "C2")
    queue_note(process.services, "hello")
    with store._writer.begin() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql('UPDATE outbox SET message = \'{"kind": "hologram"}\' WHERE id = ?', (bad,))
    for _ in range(3):
        process.dispatcher.run_once()
    assert slack.texts == ["hello"]


def test_what_slack_answered_is_recorded_later_when_the_database_fails(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str]
) -> None:
    down = [False]

    def step(name: str) -> None:
        if down[0] and name == "begin":
            raise ExternalFailure("", permanent=False, code="database_busy")

    process = Process(surroundings, slack, alive, step=step)
    slack.during = lambda method: down.__setitem__(0, method.startswith("post"))  # it fails right after the post
    row_id = queue_note(surroundings.services, "hello")
    process.run()
    assert (slack.texts, process.status(row_id)) == (["hello"], OutboxStatus.SENDING)
    process.pass_time(5)
    down[0] = False
    process.pass_time(2)
    assert (slack.texts, process.status(row_id)) == (["hello"], OutboxStatus.SENT)
    assert slack.count("find") == 0  # it never forgot what it was told


def test_a_database_that_fails_before_anything_was_sent_keeps_the_order(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str]
) -> None:
    failures = ["begin"]

    def step(name: str) -> None:
        if name in failures:
            failures.remove(name)
            raise ExternalFailure("", permanent=False, code="database_busy")

    process = Process(surroundings, slack, alive, step=step)
    for text in ("one", "two"):
        queue_note(surroundings.services, text)
    process.dispatcher.run_once()
    process.dispatcher.run_once()
    assert slack.texts == []
    process.pass_time(4)
    assert slack.texts == ["one", "two"]


def test_a_message_that_breaks_the_drawing_is_looked_for_before_it_is_tried_again(
    process: Process, slack: FakeMessenger
) -> None:
    slack.meets("post", ZeroDivisionError())
    row_id = queue_note(process.services, "hello")
    queue_note(process.services, "elsewhere", "C2")
    process.run()
    assert slack.texts == ["elsewhere"]
    process.pass_time(25)
    assert process.status(row_id) is OutboxStatus.SENT
    assert slack.in_("C1") == ["hello"]


def test_a_process_that_is_ending_takes_nothing_new(process: Process, slack: FakeMessenger) -> None:
    process.dispatcher.crew.close()
    queue_note(process.services, "hello")
    process.dispatcher.run_once()
    assert slack.texts == []


def test_an_unsettled_row_is_redrawn_by_a_newer_version_of_its_message(process: Process, slack: FakeMessenger) -> None:
    """What is posted is what the row holds when it is sent."""
    row_id = queue_note(process.services, "draft", next_at=THURSDAY + MINUTE)
    with process.services.store.begin("T1") as uow:
        uow.outbox.save(replace(uow.outbox.get(row_id), message=Note("final")))
        uow.commit()
    process.pass_time(61)
    assert slack.texts == ["final"]
