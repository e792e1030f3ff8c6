"""Work outside transactions: run once, taken over from whoever is gone, and given up with words for a person."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.errors import ExternalFailure, NotFound
from bot.usecases.ports import Job
from bot.usecases.services import Services
from jobs.workers import INTERRUPTED, LOOK_AGAIN, TRIES, Work, Workers
from tests.jobs.fakes import FakeSenders, Inline, Killed, Later
from tests.support import THURSDAY, Surroundings, a_workspace


@dataclass
class Model:
    """The work: fails with each of `errors` in turn, and remembers."""

    errors: list[BaseException] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)

    def run(self, services: Services, job: Job) -> None:
        self.ran.append(job.subject_id)
        if self.errors:
            raise self.errors.pop(0)

    def give_up(self, services: Services, job: Job, reason: str) -> None:
        self.given_up.append(reason)

    @property
    def work(self) -> dict[str, Work]:
        return {"summarise": Work(self.run, self.give_up)}


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def workers(surroundings: Surroundings, model: Model, alive: set[str]) -> Workers:
    return Workers(surroundings.services, FakeSenders(alive, "mine"), model.work, Inline())


def ask(services: Services, job_id: str = "J1", *, workspace: str = "T1", **extra: object) -> None:
    given: dict[str, object] = {"kind": "summarise", "subject_id": f"about {job_id}", "next_at": THURSDAY}
    with services.store.begin(workspace) as uow:
        uow.jobs.add(Job(workspace, job_id, **{**given, **extra}))  # type: ignore[arg-type]
        uow.commit()


def turns(workers: Workers, surroundings: Surroundings, count: int = 40, every: float = 15) -> None:
    for _ in range(count):
        workers.run_once()
        surroundings.clock.move(timedelta(seconds=every))


def test_a_job_is_done_once(surroundings: Surroundings, workers: Workers, model: Model) -> None:
    ask(surroundings.services)
    ask(surroundings.services, "J2", next_at=THURSDAY + timedelta(hours=9))
    turns(workers, surroundings)
    assert model.ran == ["about J1"]
    assert model.given_up == []


def test_a_passing_trouble_is_tried_again_later(surroundings: Surroundings, workers: Workers, model: Model) -> None:
    model.errors = [ExternalFailure("busy", permanent=False, code="503"), ZeroDivisionError()]
    ask(surroundings.services)
    workers.run_once()
    workers.run_once()
    assert len(model.ran) == 1
    turns(workers, surroundings)
    assert len(model.ran) == 3
    assert model.given_up == []


def test_the_models_own_wait_is_kept(surroundings: Surroundings, workers: Workers, model: Model) -> None:
    model.errors = [ExternalFailure("busy", permanent=False, code="429", retry_after=timedelta(seconds=90))]
    ask(surroundings.services)
    turns(workers, surroundings, 6)
    assert len(model.ran) == 1
    turns(workers, surroundings, 1)
    assert len(model.ran) == 2


def test_a_permanent_failure_is_given_up_at_once(surroundings: Surroundings, workers: Workers, model: Model) -> None:
    model.errors = [ExternalFailure("The key is wrong.", permanent=True, code="401")]
    ask(surroundings.services)
    turns(workers, surroundings)
    assert (len(model.ran), model.given_up) == (1, ["The key is wrong."])


def test_what_a_person_can_be_told_is_not_tried_again(
    surroundings: Surroundings, workers: Workers, model: Model
) -> None:
    model.errors = [NotFound("The thread is gone.")]
    ask(surroundings.services)
    turns(workers, surroundings)
    assert model.given_up == ["The thread is gone."]


@pytest.mark.parametrize("error", [ExternalFailure("It is down.", permanent=False, code="503"), ZeroDivisionError()])
def test_after_some_tries_it_is_given_up(
    surroundings: Surroundings, workers: Workers, model: Model, error: Exception
) -> None:
    model.errors = [error] * 99
    ask(surroundings.services)
    turns(workers, surroundings)
    assert len(model.ran) == TRIES
    assert len(model.given_up) == 1
    assert model.given_up[0].startswith(("It is down.", "Something went wrong on my side ("))


def test_a_kind_that_is_not_known_ends(surroundings: Surroundings, workers: Workers, model: Model) -> None:
    ask(surroundings.services, kind="of a later version")
    turns(workers, surroundings)
    assert surroundings.services.store.queue().due_jobs(at=surroundings.clock.now(), limit=9) == []


def test_a_running_job_is_left_to_who_runs_it(surroundings: Surroundings, model: Model, alive: set[str]) -> None:
    services, later = surroundings.services, Later()
    first = Workers(services, FakeSenders(alive, "first"), model.work, later)
    second = Workers(services, FakeSenders(alive, "second"), model.work, Inline())
    ask(services)
    first.run_once()
    with services.store.begin("T1") as uow:  # the first one is at work, and has been for an hour
        job = uow.jobs.claim("J1", at=THURSDAY)
        assert job is not None
        uow.jobs.save(Job("T1", "J1", "summarise", "about J1", THURSDAY, attempts=1, sender="first"))
        uow.commit()
    turns(second, surroundings)
    assert model.ran == []


def test_a_killed_ones_job_is_taken_over(surroundings: Surroundings, model: Model, alive: set[str]) -> None:
    services = surroundings.services
    first = FakeSenders(alive, "first")
    model.errors = [Killed()]
    ask(services)
    with pytest.raises(Killed):
        Workers(services, first, model.work, Inline()).run_once()
    second = Workers(services, FakeSenders(alive, "second"), model.work, Inline())
    surroundings.clock.move(LOOK_AGAIN)
    second.run_once()
    assert len(model.ran) == 1  # the first one might be frozen
    first.close()
    surroundings.clock.move(LOOK_AGAIN)
    second.run_once()
    assert len(model.ran) == 2
    turns(second, surroundings)
    assert len(model.ran) == 2


def test_a_job_that_kills_each_process_is_given_up(surroundings: Surroundings, model: Model, alive: set[str]) -> None:
    model.errors = [Killed()] * 99
    ask(surroundings.services)
    for number in range(TRIES + 3):
        senders = FakeSenders(alive, f"process {number}")
        workers = Workers(surroundings.services, senders, model.work, Inline())
        try:
            workers.run_once()
        except Killed:
            senders.close()
        surroundings.clock.move(LOOK_AGAIN)
    assert (len(model.ran), model.given_up) == (TRIES, [INTERRUPTED])


def test_giving_up_that_fails_is_done_again(
    surroundings: Surroundings, model: Model, alive: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model.errors = [NotFound("The thread is gone.")] * 3
    problems = [ExternalFailure("", permanent=False, code="database_busy")]

    def give_up(services: Services, job: Job, reason: str) -> None:
        if problems:
            raise problems.pop()
        model.give_up(services, job, reason)

    work = {"summarise": Work(model.run, give_up)}
    workers = Workers(surroundings.services, FakeSenders(alive, "mine"), work, Inline())
    ask(surroundings.services)
    turns(workers, surroundings)
    assert model.given_up == ["The thread is gone."]


def test_one_hand_is_left_to_the_other_workspaces(surroundings: Surroundings, model: Model, alive: set[str]) -> None:
    services, later = surroundings.services, Later()
    a_workspace(services.store, workspace_id="T2")
    workers = Workers(services, FakeSenders(alive, "mine"), model.work, later, size=2)
    for number in range(5):
        ask(services, f"J{number}")
    workers.run_once()
    assert len(later.waiting) == 1
    ask(services, "of T2", workspace="T2")
    workers.run_once()
    assert len(later.waiting) == 2
    later.run_all()
    assert model.ran == ["about J0", "about of T2"]
