"""A file is shown once, whatever happens between its bytes and the answer; and where it can't be told, it says so."""

import pytest

from bot.domain.errors import ExternalFailure, NotAllowed
from bot.domain.files import LARGEST, Made
from bot.domain.messages import FilePost
from bot.domain.outbox import OutboxStatus
from bot.usecases.services import Services
from jobs.recovery import LOOKS
from tests.jobs.fakes import (
    LONG_ENOUGH,
    TIMING,
    FakeMessenger,
    Killed,
    Process,
    broken,
    limited,
    no_answer,
    queue_file,
    queue_note,
    refused,
)
from tests.jobs.test_crashes import StartAndKill, every_step, run_and_kill
from tests.support import Surroundings

__all__ = ["run_and_kill"]
STEPS = ["begin", "upload", "share"]


@pytest.fixture
def restarted(surroundings: Surroundings, slack: FakeMessenger, alive: set[str]) -> Process:
    return Process(surroundings, slack, alive)


def made_as(content: bytes | None = None, error: Exception | None = None) -> dict[str, object]:
    def maker(_: Services, __: str, ___: FilePost) -> Made:
        if error is not None:
            raise error
        return Made(content or b"")

    return {"log_export": maker}


def test_a_file_is_made_given_and_shown_with_the_words_of_its_maker(process: Process, slack: FakeMessenger) -> None:
    row_id = queue_file(process.services, "all", "@U1")
    process.run()
    row = process.row(row_id)
    assert slack.files.content == {"F1": b"all"}
    assert [(each.text, each.conversation) for each in slack.shown] == [("made all", "D-U1")]
    assert (row.status, row.file_id, row.ts) == (OutboxStatus.SENT, "F1", slack.shown[0].ts)


def test_where_slack_names_the_message_nobody_looks_for_it(process: Process, slack: FakeMessenger) -> None:
    slack.files.says_ts = True
    row_id = queue_file(process.services, "all")
    process.run()
    assert process.row(row_id).ts == slack.shown[0].ts
    assert slack.count("shown") == 0


def test_its_id_is_on_record_before_its_bytes_leave_and_its_showing_before_it_is_asked_for(
    process: Process, slack: FakeMessenger
) -> None:
    row_id, seen = queue_file(process.services, "all"), {}

    def look(step: str) -> None:
        if step in STEPS:
            row = process.row(row_id)
            seen[step] = (row.file_id, row.shared_at is not None)

    slack.during = look
    process.run()
    assert seen == {"begin": (None, False), "upload": ("F1", False), "share": ("F1", True)}


def test_it_follows_the_note_that_it_belongs_to_into_its_thread(process: Process, slack: FakeMessenger) -> None:
    note = queue_note(process.services, "the month", "@U1")
    queue_file(process.services, "chart", "@U1", after_id=note)
    process.pass_time(3)
    assert [(each.text, each.thread_ts) for each in slack.shown] == [
        ("the month", None),
        ("made chart", slack.shown[0].ts),
    ]


@pytest.mark.parametrize("to", ["C1", "@U1"])
def test_killed_at_any_step_it_is_shown_once(
    surroundings: Surroundings,
    slack: FakeMessenger,
    alive: set[str],
    run_and_kill: StartAndKill,
    to: str,
) -> None:
    row_id, places = queue_file(surroundings.services, "0", to), 0
    for at in every_step(run_and_kill):
        restarted = Process(surroundings, slack, alive)
        restarted.pass_time(LONG_ENOUGH + 12, every=8)
        assert slack.texts == [f"made {number}" for number in range(at + 1)], f"killed at step {at}"
        assert restarted.status(row_id) is OutboxStatus.SENT
        restarted.die()
        row_id = queue_file(surroundings.services, str(at + 1), to)
        places += 1
    assert places >= 14


@pytest.mark.parametrize("step", STEPS)
def test_a_lost_answer_of_any_step_shows_it_once(process: Process, slack: FakeMessenger, step: str) -> None:
    slack.meets(step, no_answer(), after=True)
    row_id = queue_file(process.services, "all")
    process.run()
    process.pass_time(LONG_ENOUGH)
    assert (slack.texts, process.status(row_id)) == (["made all"], OutboxStatus.SENT)
    assert len(slack.files.shared) == 1


@pytest.mark.parametrize("step", STEPS)
def test_what_slack_never_heard_of_is_tried_again_from_its_beginning(
    process: Process, slack: FakeMessenger, step: str
) -> None:
    slack.meets(step, no_answer())
    row_id = queue_file(process.services, "all")
    process.run()
    process.pass_time(LONG_ENOUGH + 5)
    row = process.row(row_id)
    assert (slack.texts, row.status) == (["made all"], OutboxStatus.SENT)
    assert row.file_id == slack.files.shared[0]


def test_a_slack_that_shows_it_late_is_waited_for(process: Process, slack: FakeMessenger) -> None:
    slack.hidden.add("F1")
    row_id = queue_file(process.services, "all")
    queue_note(process.services, "what comes after does not wait")
    process.pass_time(TIMING.settle * 3)
    assert process.status(row_id) is OutboxStatus.SENDING
    slack.hidden.clear()
    process.pass_time(60)
    assert slack.texts == ["made all", "what comes after does not wait"]
    assert process.row(row_id).ts == slack.shown[0].ts


def test_what_slack_took_and_never_shows_is_uncertain_and_not_sent_twice(
    process: Process, slack: FakeMessenger
) -> None:
    slack.hidden.add("F1")
    row_id = queue_file(process.services, "all")
    process.pass_time(LOOKS * 300, every=30)
    row = process.row(row_id)
    assert (row.status, row.reason) == (OutboxStatus.UNCERTAIN, "Slack took the file, and doesn't show it")
    assert slack.count("share") == 1


def test_without_the_permission_to_look_it_is_uncertain_and_not_sent_twice(
    process: Process, slack: FakeMessenger
) -> None:
    slack.hidden.add("F1")
    slack.meets("kept", refused("missing_scope"))
    row_id = queue_file(process.services, "all")
    process.pass_time(LONG_ENOUGH)
    row = process.row(row_id)
    assert row.status is OutboxStatus.UNCERTAIN
    assert row.reason is not None
    assert "missing_scope" in row.reason
    assert slack.count("share") == 1


def test_while_its_sender_may_still_be_there_nobody_sends_it_in_its_place(
    process: Process, slack: FakeMessenger, restarted: Process
) -> None:
    slack.meets("share", Killed())
    row_id = queue_file(process.services, "all")
    with pytest.raises(Killed):
        process.run()
    restarted.pass_time(600, every=10)
    assert (slack.count("begin"), slack.count("kept"), restarted.status(row_id)) == (1, 0, OutboxStatus.SENDING)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("error", [limited(3), broken()], ids=["limited", "broken"])
def test_a_refusal_that_passes_is_tried_again(
    process: Process, slack: FakeMessenger, step: str, error: ExternalFailure
) -> None:
    slack.meets(step, error)
    row_id = queue_file(process.services, "all")
    process.pass_time(20)
    assert (slack.texts, process.status(row_id)) == (["made all"], OutboxStatus.SENT)


@pytest.mark.parametrize(
    ("makers", "why"),
    [
        (made_as(error=NotAllowed("Guests see none of it.")), "Guests see none of it."),
        (made_as(b""), "There is nothing to put into it."),
        (made_as(b"x" * (LARGEST + 1)), "It would be larger than 20 MB."),
    ],
    ids=["not allowed", "empty", "too large"],
)
def test_whoever_waits_for_a_file_that_cannot_be_made_is_told_why(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str], makers: dict[str, object], why: str
) -> None:
    process = Process(surroundings, slack, alive, makers=makers)  # type: ignore[arg-type] # made for this test
    row_id = queue_file(process.services, "all", "@U1")
    process.pass_time(3)
    assert (process.status(row_id), slack.files.begun) == (OutboxStatus.FAILED, {})
    assert slack.texts == [f"I couldn't send *all*. {why}"]
    assert slack.shown[0].conversation == "D-U1"


def test_where_slack_refuses_a_channels_file_its_fallback_is_told(process: Process, slack: FakeMessenger) -> None:
    slack.always["C1"] = refused("not_in_channel")
    row_id = queue_file(process.services, "all", "C1", fallback="U2")
    process.pass_time(3)
    assert process.status(row_id) is OutboxStatus.FAILED
    assert [(each.conversation, each.text) for each in slack.shown] == [
        ("D-U2", "I couldn't send *all*. Slack says not_in_channel.")
    ]
