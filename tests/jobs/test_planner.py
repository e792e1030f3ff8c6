"""The clock asks: what is due goes to its use case, and what breaks there is nobody else's trouble."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.errors import ExternalFailure
from bot.domain.schedules import Schedule, ScheduleKind
from bot.usecases.services import Services
from jobs.planner import BATCH, LONGEST_WAIT, Planner
from tests.jobs.fakes import Inline, Later, Seconds
from tests.support import THURSDAY, Surroundings, a_workspace

HOUR = timedelta(hours=1)


@dataclass
class UseCase:
    """Moves a schedule on by an hour, unless `errors` has something else for it."""

    served: list[tuple[str, datetime]] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    idle: set[str] = field(default_factory=set)

    def __call__(self, services: Services, schedule: Schedule, at: datetime) -> None:
        self.served.append((schedule.subject_id, at))
        if schedule.subject_id in self.errors:
            raise self.errors[schedule.subject_id]
        with services.store.begin(schedule.workspace_id) as uow:
            claimed = uow.schedules.claim(schedule.id, at=at)
            if claimed is None or schedule.subject_id in self.idle:
                return
            uow.schedules.save(replace(claimed, next_at=at + HOUR))
            uow.commit()

    @property
    def subjects(self) -> list[str]:
        return [subject for subject, _ in self.served]


@pytest.fixture
def use_case() -> UseCase:
    return UseCase()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def planner(surroundings: Surroundings, use_case: UseCase, seconds: Seconds) -> Planner:
    return Planner(surroundings.services, {ScheduleKind.WAITING: use_case}, Inline(), monotonic=seconds)


def plan(services: Services, subject: str, *, workspace: str = "T1", at: datetime | None = THURSDAY) -> None:
    with services.store.begin(workspace) as uow:
        name = f"{workspace}-{subject}"
        uow.schedules.add(Schedule(workspace, name, ScheduleKind.WAITING, subject, at, "2026-10-29"))
        uow.commit()


def test_what_is_due_is_dealt_with_once(surroundings: Surroundings, planner: Planner, use_case: UseCase) -> None:
    plan(surroundings.services, "U1")
    plan(surroundings.services, "U2", at=THURSDAY + HOUR)
    plan(surroundings.services, "U3", at=None)
    for _ in range(3):
        assert planner.run_once() is None
    assert use_case.served == [("U1", THURSDAY)]
    surroundings.clock.move(HOUR)
    planner.run_once()
    assert use_case.subjects == ["U1", "U1", "U2"]


def test_one_that_breaks_stops_no_other(surroundings: Surroundings, planner: Planner, use_case: UseCase) -> None:
    for subject in ("U1", "U2", "U3"):
        plan(surroundings.services, subject)
    use_case.errors = {"U1": ZeroDivisionError(), "U2": KeyError("U2")}
    planner.run_once()
    assert use_case.subjects == ["U1", "U2", "U3"]


def test_what_broke_is_tried_again_after_longer_and_longer_waits(
    surroundings: Surroundings, planner: Planner, use_case: UseCase, seconds: Seconds
) -> None:
    plan(surroundings.services, "U1")
    use_case.errors = {"U1": ZeroDivisionError()}
    moments = []
    for second in range(700):
        before = len(use_case.served)
        planner.run_once()
        if len(use_case.served) > before:
            moments.append(second)
        seconds.move(1)
    waits = [after - before for before, after in pairwise(moments)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256]
    assert max(waits) <= LONGEST_WAIT
    use_case.errors = {}
    seconds.move(LONGEST_WAIT)
    planner.run_once()
    use_case.errors = {"U1": ZeroDivisionError()}  # what went well is forgotten: the waits begin anew
    surroundings.clock.move(HOUR)
    planner.run_once()
    assert planner.run_once() == 2


def test_slacks_own_wait_is_kept(
    surroundings: Surroundings, planner: Planner, use_case: UseCase, seconds: Seconds
) -> None:
    plan(surroundings.services, "U1")
    wait = timedelta(seconds=90)
    use_case.errors = {"U1": ExternalFailure("", permanent=False, code="ratelimited", retry_after=wait)}
    planner.run_once()
    assert planner.run_once() == 90
    seconds.move(89)
    planner.run_once()
    assert len(use_case.served) == 1
    seconds.move(1)
    planner.run_once()
    assert len(use_case.served) == 2


def test_one_that_does_not_move_on_is_not_asked_again_at_once(
    surroundings: Surroundings, planner: Planner, use_case: UseCase, seconds: Seconds
) -> None:
    plan(surroundings.services, "U1")
    use_case.idle = {"U1"}
    for _ in range(5):
        planner.run_once()
    assert len(use_case.served) == 1
    seconds.move(2)
    planner.run_once()
    assert len(use_case.served) == 2


def test_a_kind_without_a_use_case_stops_no_other(
    surroundings: Surroundings, planner: Planner, use_case: UseCase
) -> None:
    with surroundings.services.store.begin("T1") as uow:
        uow.schedules.add(Schedule("T1", "A0", ScheduleKind.AGENDA, "K1", THURSDAY - HOUR, "2026-11-03"))
        uow.commit()
    plan(surroundings.services, "U1")
    planner.run_once()
    assert use_case.subjects == ["U1"]


def test_each_workspace_has_a_hand_of_its_own(surroundings: Surroundings, use_case: UseCase, seconds: Seconds) -> None:
    services, later = surroundings.services, Later()
    a_workspace(services.store, workspace_id="T2")
    for number in range(BATCH + 20):
        plan(services, f"U{number}")
    plan(services, "priya", workspace="T2", at=THURSDAY)
    planner = Planner(services, {ScheduleKind.WAITING: use_case}, later, monotonic=seconds)
    planner.run_once()
    planner.run_once()
    assert len(later.waiting) == 2  # one for each, and the long one is not begun twice
    later.run_all()
    assert "priya" in use_case.subjects


def test_what_is_removed_meanwhile_is_left_alone(surroundings: Surroundings, use_case: UseCase) -> None:
    services, later = surroundings.services, Later()
    plan(services, "U1")
    planner = Planner(services, {ScheduleKind.WAITING: use_case}, later)
    planner.run_once()
    with services.store.begin("T1") as uow:
        uow.schedules.remove(ScheduleKind.WAITING, "U1")
        uow.commit()
    later.run_all()
    assert use_case.served == []


def test_a_planner_that_is_ending_stops_between_two(surroundings: Surroundings, use_case: UseCase) -> None:
    services, later = surroundings.services, Later()
    for subject in ("U1", "U2"):
        plan(services, subject)
    planner = Planner(services, {ScheduleKind.WAITING: use_case}, later)
    planner.run_once()
    planner.crew.close()
    later.run_all()
    assert use_case.served == []
