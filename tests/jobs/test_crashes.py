"""Killed anywhere, and started again: exactly one message. Each place where a process can end is tried in turn."""

from collections.abc import Callable, Iterator

import pytest

from bot.domain.outbox import Operation, OutboxStatus
from tests.jobs.fakes import LONG_ENOUGH, FakeMessenger, Killed, Process, queue_note
from tests.support import Surroundings

MOST_STEPS = 200


class Fuse:
    """Counts the steps of a process and kills it at one of them."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.steps: list[str] = []

    def __call__(self, step: str) -> None:
        self.steps.append(step)
        if self.left == 0:
            raise Killed(step)
        self.left -= 1


StartAndKill = Callable[[int], bool]


@pytest.fixture
def run_and_kill(surroundings: Surroundings, slack: FakeMessenger, alive: set[str]) -> StartAndKill:
    """Starts a process that is killed at the given step. False if it came to its end before."""

    def start(at: int) -> bool:
        fuse = Fuse(at)
        process = Process(surroundings, slack, alive, step=fuse)
        slack.during = fuse
        try:
            process.run()
            process.pass_time(LONG_ENOUGH + 8, every=8)
        except Killed:
            return True
        finally:
            slack.during = lambda _: None
            process.die()
        return False

    return start


def every_step(kill: StartAndKill) -> Iterator[int]:
    """Kills at step 0, 1, 2, … until a process gets through. What the caller does after each is the restart."""
    for at in range(MOST_STEPS):
        if not kill(at):
            return
        yield at
    raise AssertionError("it never came to its end")


@pytest.mark.parametrize("to", ["C1", "@U1"])
def test_killed_at_any_step_it_is_posted_once(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str], run_and_kill: StartAndKill, to: str
) -> None:
    row_id = queue_note(surroundings.services, "0", to)
    places = 0
    for at in every_step(run_and_kill):
        restarted = Process(surroundings, slack, alive)
        restarted.pass_time(LONG_ENOUGH + 8, every=8)
        assert slack.texts == [str(number) for number in range(at + 1)], f"killed at step {at}"
        assert restarted.status(row_id) is OutboxStatus.SENT
        restarted.die()
        row_id = queue_note(surroundings.services, str(at + 1), to)
        places += 1
    assert places >= 6


def test_killed_at_any_step_of_the_restart_too_it_is_posted_once(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str], run_and_kill: StartAndKill
) -> None:
    """The first one dies between post and record; the one that should find out dies anywhere; the third one ends it."""
    wanted = []

    def strand(text: str, *, posted: bool) -> None:
        wanted.append(text)
        slack.meets("post", Killed(), after=posted)
        queue_note(surroundings.services, text)
        first = Process(surroundings, slack, alive)
        with pytest.raises(Killed):
            first.run()
        first.die()

    for posted in (True, False):
        strand(f"{posted} 0", posted=posted)
        for at in every_step(run_and_kill):
            third = Process(surroundings, slack, alive)
            third.pass_time(LONG_ENOUGH + 8, every=8)
            assert sorted(slack.texts) == sorted(wanted), f"killed at step {at}"
            third.die()
            strand(f"{posted} {at + 1}", posted=posted)


def test_killed_at_any_step_a_thread_is_complete_and_in_order(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str], run_and_kill: StartAndKill
) -> None:
    def agenda(number: int) -> list[str]:
        texts = [f"{number} agenda", f"{number} item", f"{number} another"]
        parent = queue_note(surroundings.services, texts[0])
        for text in texts[1:]:
            queue_note(surroundings.services, text, after_id=parent)
        return texts

    wanted = agenda(0)
    for at in every_step(run_and_kill):
        restarted = Process(surroundings, slack, alive)
        restarted.pass_time(2 * LONG_ENOUGH + 8, every=8)
        assert slack.texts == wanted, f"killed at step {at}"
        root = slack.shown[-3]
        assert [each.thread_ts for each in slack.shown[-3:]] == [None, root.ts, root.ts]
        restarted.die()
        wanted += agenda(at + 1)


def test_killed_at_any_step_a_message_shows_its_last_version(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str], run_and_kill: StartAndKill
) -> None:
    post = queue_note(surroundings.services, "v0")
    first = Process(surroundings, slack, alive)
    first.run()
    first.die()
    queue_note(surroundings.services, "v1", operation=Operation.UPDATE, after_id=post)
    for at in every_step(run_and_kill):
        restarted = Process(surroundings, slack, alive)
        restarted.pass_time(LONG_ENOUGH + 8, every=8)
        assert slack.texts == [f"v{at + 1}"]
        restarted.die()
        queue_note(surroundings.services, f"v{at + 2}", operation=Operation.UPDATE, after_id=post)


@pytest.mark.parametrize("where", ["open_dm", "open_dm done", "post", "post done"])
def test_frozen_in_any_call_while_a_second_one_works_it_is_posted_once(
    surroundings: Surroundings, slack: FakeMessenger, alive: set[str], where: str
) -> None:
    """The first process stands still for ten minutes, holding its lock, and wakes."""
    first, second = Process(surroundings, slack, alive), Process(surroundings, slack, alive)
    row_id = queue_note(surroundings.services, "hello", "@U1")

    def freeze(step: str) -> None:
        if step == where:
            slack.during = lambda _: None
            second.pass_time(600, every=5)
            first.seconds.move(600)

    slack.during = freeze
    first.run()
    second.pass_time(LONG_ENOUGH + 8, every=8)
    assert slack.texts == ["hello"]
    assert (second.status(row_id), second.row(row_id).sender) == (OutboxStatus.SENT, first.senders.id)
