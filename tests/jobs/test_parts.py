"""The small parts of the clockwork: the pace, the crew, the loops and the ticking."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.domain.errors import ExternalFailure
from jobs.crew import Crew
from jobs.loops import SILENCE, Loop
from jobs.pace import FULL_BUCKETS_KEPT, Pace, Rate, Use
from jobs.ticks import MISSED, Interval, Ticks
from tests.jobs.fakes import Inline, Later, Seconds

CHANNEL, TIER = Rate(1.0, 3), Rate(0.5, 10)
C1, C2, METHOD = Use(CHANNEL, ("T1", "C1")), Use(CHANNEL, ("T1", "C2")), Use(TIER, ("T1", "chat.postMessage"))


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def pace(seconds: Seconds) -> Pace:
    return Pace(seconds)


# --- pace -----------------------------------------------------------------------------------------------------------


def test_a_burst_goes_at_once_and_the_rest_by_the_second(pace: Pace, seconds: Seconds) -> None:
    assert [pace.take(C1) for _ in range(4)] == [0, 0, 0, 1]
    seconds.move(0.5)
    assert pace.take(C1) == 0.5
    seconds.move(0.5)
    assert [pace.take(C1), pace.take(C1)] == [0, 1]
    assert pace.take(C2) == 0


def test_a_call_counts_for_all_or_for_nothing(pace: Pace) -> None:
    for _ in range(3):
        pace.take(C1)
    assert pace.take(C1, METHOD) == 1
    assert [pace.take(METHOD) for _ in range(11)] == [0] * 10 + [2]


def test_asking_does_not_count(pace: Pace) -> None:
    for _ in range(9):
        assert pace.wait_for(C1, C2) == 0
    assert pace.wait_for() == 0


def test_a_pause_does_not_save_up_more_than_a_burst(pace: Pace, seconds: Seconds) -> None:
    seconds.move(10_000)
    assert [pace.take(C1) for _ in range(4)] == [0, 0, 0, 1]


def test_what_slack_asked_for_holds_that_use_alone_and_is_not_followed_by_a_burst(pace: Pace, seconds: Seconds) -> None:
    pace.hold(C1, 30)
    pace.hold(C1, 5)  # the longer one counts
    assert pace.take(C1) == 30
    assert pace.take(C2) == 0
    seconds.move(30)
    assert [pace.take(C1) == 0 for _ in range(3)] == [True, True, True]


def test_many_places_do_not_fill_the_memory(pace: Pace, seconds: Seconds) -> None:
    pace.hold(C1, 1000)
    for number in range(FULL_BUCKETS_KEPT * 2):
        pace.take(Use(CHANNEL, ("T1", f"X{number}")))
        seconds.move(0.01)
    assert len(pace._buckets) <= FULL_BUCKETS_KEPT
    assert pace.take(C1) > 900  # what says something is kept


# --- crew -----------------------------------------------------------------------------------------------------------


def test_a_crew_takes_so_many_and_leaves_a_hand_to_the_other_workspaces() -> None:
    later = Later()
    crew = Crew("test", later, 3, wake=lambda: None)
    for _ in range(2):
        assert crew.has_room("T1")
        crew.start("T1", lambda: None)
    assert not crew.has_room("T1")
    assert not crew.has_room("T2", most=0)
    assert crew.has_room("T2")
    crew.start("T2", lambda: None)
    assert not crew.has_room("T3")
    assert not crew.idle(0)
    later.run_all()
    assert crew.has_room("T1")
    assert crew.idle(0)


def test_a_crew_tells_how_a_task_ended_and_wakes_whoever_waits() -> None:
    woken, ended = [], []
    crew = Crew("test", Inline(), 2, wake=lambda: woken.append(1))
    problem, trouble = ValueError("x"), ExternalFailure("", permanent=False, code="x")

    def fail(error: Exception) -> Callable[[], None]:
        def work() -> None:
            raise error

        return work

    crew.start("T1", lambda: None, ended.append)
    crew.start("T1", fail(problem), ended.append)
    crew.start("T1", fail(trouble), ended.append)
    assert ended == [None, problem, trouble]
    assert len(woken) == 3


def test_a_task_that_comes_when_the_process_ends_is_over_at_once() -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    ended: list[Exception | None] = []
    crew = Crew("test", pool, 2, wake=lambda: None)
    crew.start("T1", lambda: None, ended.append)
    assert isinstance(ended[0], RuntimeError)
    assert crew.idle(0)


# --- loops ----------------------------------------------------------------------------------------------------------


def test_a_loop_survives_whatever_goes_wrong_in_it() -> None:
    rounds = threading.Semaphore(0)
    errors = [ValueError("x"), ExternalFailure("", permanent=False, code="x")]

    def work() -> float | None:
        rounds.release()
        if errors:
            raise errors.pop()
        return None

    loop = Loop("test", work)
    loop.start()
    for _ in range(3):
        assert rounds.acquire(timeout=30)
        loop.wake()
    assert loop.is_alive()
    loop.stop()
    assert loop.join(5)
    assert not loop.is_alive()


def test_a_loop_comes_round_by_itself_when_it_is_asked_to() -> None:
    rounds = threading.Semaphore(0)

    def work() -> float | None:
        rounds.release()
        return 0.001

    loop = Loop("test", work)
    loop.start()
    assert all(rounds.acquire(timeout=30) for _ in range(3))
    loop.stop()
    assert loop.join(5)


def test_a_loop_that_is_stuck_in_a_round_is_not_well(seconds: Seconds) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(5)

    loop = Loop("test", work, monotonic=seconds)
    loop.start()
    assert begun.wait(5)
    assert loop.is_alive()
    seconds.move(SILENCE)
    assert not loop.is_alive()
    go_on.set()
    loop.stop()
    assert loop.join(5)


def test_a_loop_that_was_never_begun_can_be_stopped() -> None:
    loop = Loop("test", lambda: None)
    loop.stop()
    assert loop.join(0)


# --- ticks ----------------------------------------------------------------------------------------------------------


class HandScheduler:
    """Ticks when a test says so."""

    made: list["HandScheduler"]

    def __init__(self, tick: Callable[[], None], seconds: float) -> None:
        self.tick = tick
        self.seconds = seconds
        self.running = False
        type(self).made.append(self)

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False


@pytest.fixture
def schedulers() -> list[HandScheduler]:
    HandScheduler.made = []
    return HandScheduler.made


def test_a_scheduler_that_falls_silent_is_noticed_and_begun_anew(
    seconds: Seconds, schedulers: list[HandScheduler]
) -> None:
    """As APScheduler does when the system's clock goes back."""
    ticked = []
    ticks = Ticks(lambda: ticked.append(seconds()), every=3600, make=HandScheduler, monotonic=seconds)
    ticks.start()
    schedulers[0].tick()
    assert len(ticked) == 1
    seconds.move(MISSED * 3600 - 1)
    ticks.watch_once()
    assert (len(ticked), ticks.restarts) == (1, 0)
    seconds.move(1)
    ticks.watch_once()
    assert (len(ticked), ticks.restarts) == (2, 1)
    assert [each.running for each in schedulers] == [False, True]
    schedulers[1].tick()
    ticks.watch_once()
    assert (len(ticked), ticks.restarts) == (3, 1)
    ticks.stop()
    assert not any(each.running for each in schedulers)


def test_a_clock_that_stands_still_is_not_alive(seconds: Seconds, schedulers: list[HandScheduler]) -> None:
    ticks = Ticks(lambda: None, every=3600, make=HandScheduler, monotonic=seconds)
    ticks.start()
    assert ticks.is_alive()
    seconds.move(5 * 3600)
    assert not ticks.is_alive()
    schedulers[0].tick()
    assert ticks.is_alive()
    ticks.stop()


def test_apscheduler_ticks_and_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    ticked = threading.Semaphore(0)
    ticks = Ticks(ticked.release, every=0.01, make=Interval)
    ticks.start()
    assert all(ticked.acquire(timeout=30) for _ in range(3))
    ticks.stop()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) <= before
