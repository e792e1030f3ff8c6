"""The clockwork as a whole, with real threads: it starts, answers and stops, and two of them share the work."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.clock import SystemClock
from bot.domain.outbox import OutboxStatus
from bot.domain.schedules import Schedule, ScheduleKind
from bot.usecases.ports import Job
from bot.usecases.services import Services
from jobs import dispatcher as dispatcher_module
from jobs.pace import Rate
from jobs.runner import Bell, Runner
from jobs.timing import Timing
from jobs.workers import Work
from storage.store import SqlStore, open_store
from tests.jobs.fakes import FakeMessenger, queue_note
from tests.support import FakeDirectory, a_workspace

QUICK = Timing(tick=0.02, http_deadline=timedelta(seconds=0.5), history_lag=timedelta(seconds=0.5))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def wait_until(what: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)  # other threads are at work: there is nothing here to be told by


class Clockwork:
    """A runner on a store, with one use case for what is due and one kind of work."""

    def __init__(self, store: SqlStore, slack: FakeMessenger) -> None:
        self.bell = Bell()
        self.dealt_with: list[str] = []
        self.worked: list[str] = []
        self.services = Services(store, FakeDirectory(), SystemClock(), self.bell)
        self.runner = Runner(
            self.services,
            senders=store.senders(),
            messenger=slack,
            due={ScheduleKind.WAITING: self.deal},
            work={"summarise": Work(lambda _, job: self.worked.append(job.id), lambda *_: None)},
            bell=self.bell,
            timing=QUICK,
        )

    def deal(self, services: Services, schedule: Schedule, at: datetime) -> None:
        with services.store.begin(schedule.workspace_id) as uow:
            claimed = uow.schedules.claim(schedule.id, at=at)
            if claimed is None:
                return
            uow.schedules.save(replace(claimed, next_at=None))
            uow.commit()
        self.dealt_with.append(schedule.subject_id)

    @contextmanager
    def running(self) -> Iterator["Clockwork"]:
        self.runner.start()
        try:
            yield self
        finally:
            assert self.runner.stop(10)


def ours() -> set[threading.Thread]:
    return set(threading.enumerate())


def queue(store: SqlStore, text: str, to: str = "C1") -> str:
    return queue_note(Services(store, FakeDirectory(), SystemClock(), lambda: None), text, to, next_at=LONG_AGO)


@pytest.fixture
def quick_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHANNEL", "POSTS", "UPDATES", "HISTORY", "OPENS"):
        monkeypatch.setattr(dispatcher_module, name, Rate(10_000, 10_000))


def test_it_ticks_sends_plans_and_works_and_leaves_no_thread_behind(any_store: SqlStore) -> None:
    before = ours()
    a_workspace(any_store)
    slack = FakeMessenger()
    queue(any_store, "hello")
    with any_store.begin("T1") as uow:
        uow.schedules.add(Schedule("T1", "A1", ScheduleKind.WAITING, "U1", LONG_AGO, "2026-01-01"))
        uow.jobs.add(Job("T1", "J1", "summarise", "X1", LONG_AGO))
        uow.commit()
    with Clockwork(any_store, slack).running() as clockwork:
        wait_until(lambda: bool(slack.texts and clockwork.dealt_with and clockwork.worked))
        assert clockwork.runner.is_alive()
    assert (slack.texts, clockwork.dealt_with, clockwork.worked) == (["hello"], ["U1"], ["J1"])
    for thread in ours() - before:
        thread.join(5)
    assert ours() <= before
    assert not clockwork.runner.is_alive()


def test_a_nudge_is_answered_without_waiting_for_the_next_tick(store: SqlStore) -> None:
    a_workspace(store)
    slack = FakeMessenger()
    clockwork = Clockwork(store, slack)
    slow = Runner(
        clockwork.services,
        senders=store.senders(),
        messenger=slack,
        due={},
        work={},
        bell=clockwork.bell,
        timing=replace(QUICK, tick=3600.0),
    )
    slow.start()
    queue(store, "hello")
    clockwork.bell()
    wait_until(lambda: bool(slack.texts))
    assert slow.stop(10)


def test_a_bell_without_a_runner_rings_for_nobody() -> None:
    Bell()()


def test_a_runner_that_was_never_started_can_be_stopped(store: SqlStore) -> None:
    assert Clockwork(store, FakeMessenger()).runner.stop(5)


def test_what_is_under_way_ends_before_it_stops(store: SqlStore) -> None:
    a_workspace(store)
    slack, in_call, go_on = FakeMessenger(), threading.Event(), threading.Event()

    def hold(method: str) -> None:
        if method == "post":
            in_call.set()
            go_on.wait(5)

    slack.during = hold
    row_id = queue(store, "hello")
    clockwork = Clockwork(store, slack)
    clockwork.runner.start()
    assert in_call.wait(5)
    with ThreadPoolExecutor(1) as pool:
        stopped = pool.submit(clockwork.runner.stop, 10)
        go_on.set()
        assert stopped.result(10)
    with store.read("T1") as uow:
        assert uow.outbox.get(row_id).status is OutboxStatus.SENT


def test_what_does_not_end_is_not_waited_for(store: SqlStore) -> None:
    a_workspace(store)
    slack, in_call, go_on = FakeMessenger(), threading.Event(), threading.Event()

    def hold(method: str) -> None:
        in_call.set()
        go_on.wait(20)

    slack.during = hold
    queue(store, "hello")
    clockwork = Clockwork(store, slack)
    clockwork.runner.start()
    assert in_call.wait(5)
    began = time.monotonic()
    assert not clockwork.runner.stop(0.2)
    assert time.monotonic() - began < 5
    go_on.set()
    wait_until(lambda: not any(thread.name.startswith("send") for thread in ours()))


@pytest.mark.postgres
@pytest.mark.usefixtures("quick_pace")
def test_two_replicas_send_each_of_many_rows_once(postgres_url: str) -> None:
    stores = [open_store(postgres_url), open_store(postgres_url)]
    a_workspace(stores[0])
    slack = FakeMessenger()
    texts = [f"{number:03}" for number in range(200)]
    for number, text in enumerate(texts):
        queue(stores[0], text, f"C{number % 20}")
    with Clockwork(stores[0], slack).running(), Clockwork(stores[1], slack).running():
        wait_until(lambda: len(slack.texts) >= len(texts), 60)
        wait_until(lambda: stores[0].queue().due_outbox(at=datetime.now(UTC), limit=9) == [], 20)
    assert sorted(slack.texts) == texts
    for number in range(20):
        assert slack.in_(f"C{number}") == [text for text in texts if int(text) % 20 == number]
    for store in stores:
        store.close()


@pytest.mark.postgres
def test_two_replicas_deal_with_each_schedule_once(postgres_url: str) -> None:
    stores = [open_store(postgres_url), open_store(postgres_url)]
    a_workspace(stores[0])
    subjects = [f"U{number:02}" for number in range(60)]
    with stores[0].begin("T1") as uow:
        for subject in subjects:
            uow.schedules.add(Schedule("T1", subject, ScheduleKind.WAITING, subject, LONG_AGO, "2026-01-01"))
        uow.commit()
    one, other = Clockwork(stores[0], FakeMessenger()), Clockwork(stores[1], FakeMessenger())
    with one.running(), other.running():
        wait_until(lambda: len(one.dealt_with) + len(other.dealt_with) >= len(subjects), 60)
    assert sorted(one.dealt_with + other.dealt_with) == subjects
    for store in stores:
        store.close()
