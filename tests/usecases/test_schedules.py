"""Planning: one row for each thing that is timed, and no moment twice."""

from datetime import UTC, date, datetime, time, timedelta

from bot.domain.recurrence import Rule
from bot.domain.schedules import LATE_LIMIT, ScheduleKind
from bot.usecases.ports import Store
from bot.usecases.schedules import move_on, plan, plan_by_rule
from tests.support import THURSDAY, a_workspace

WEEKLY = Rule("FREQ=WEEKLY;BYDAY=TU", date(2026, 1, 6), time(10, 0), "Europe/Lisbon")
DAILY = Rule("FREQ=DAILY", date(2026, 1, 1), time(1, 30), "Europe/Lisbon")


def test_a_thing_is_planned_once_and_then_planned_anew(store: Store) -> None:
    a_workspace(store)
    with store.begin("T1") as uow:
        first = plan(uow, ScheduleKind.AGENDA, "K1", slot="a", next_at=THURSDAY, at=THURSDAY)
        again = plan(uow, ScheduleKind.AGENDA, "K1", slot="b", next_at=None, at=THURSDAY, rule=WEEKLY)
        other = plan(uow, ScheduleKind.WAITING, "K1", slot="a", next_at=THURSDAY, at=THURSDAY)
        assert (again.id, again.slot, again.next_at, again.rule) == (first.id, "b", None, WEEKLY)
        assert other.id != first.id
        assert uow.schedules.find(ScheduleKind.AGENDA, "K1") == again


def test_a_rule_gives_the_next_moment_in_its_own_zone(store: Store) -> None:
    a_workspace(store)
    with store.begin("T1") as uow:
        planned = plan_by_rule(uow, ScheduleKind.AGENDA, "K1", WEEKLY, after=THURSDAY, at=THURSDAY)
    assert (planned.slot, planned.next_at) == ("2026-11-03", datetime(2026, 11, 3, 10, 0, tzinfo=UTC))


def test_moving_on_serves_each_moment_once_across_the_change_of_the_clocks(store: Store) -> None:
    """01:30 comes twice in Lisbon on 25 October 2026: it is served once."""
    a_workspace(store)
    start = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
    with store.begin("T1") as uow:
        planned = plan_by_rule(uow, ScheduleKind.WAITING, "U1", DAILY, after=start, at=start)
        moments = []
        for _ in range(3):
            moments.append((planned.slot, planned.next_at))
            planned = move_on(uow, planned)
    assert moments == [
        ("2026-10-24", datetime(2026, 10, 24, 0, 30, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-26", datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ]


def test_without_a_rule_it_ends(store: Store) -> None:
    a_workspace(store)
    with store.begin("T1") as uow:
        planned = plan(uow, ScheduleKind.STANDUP_PROMPT, "Q1", slot="2026-10-29", next_at=THURSDAY, at=THURSDAY)
        moved = move_on(uow, planned)
        assert (moved.next_at, moved.slot) == (None, "2026-10-29")
        assert uow.schedules.claim(planned.id, at=THURSDAY + timedelta(days=9)) is None


def test_a_rule_that_gives_nothing_plans_nothing(store: Store) -> None:
    a_workspace(store)
    over = Rule("FREQ=DAILY;COUNT=1", date(2020, 1, 1), time(9, 0), "UTC")
    with store.begin("T1") as uow:
        planned = plan_by_rule(uow, ScheduleKind.AGENDA, "K1", over, after=THURSDAY, at=THURSDAY)
    assert (planned.next_at, planned.slot) == (None, "")


def test_every_kind_says_how_late_it_may_be() -> None:
    assert LATE_LIMIT.keys() == set(ScheduleKind)
    assert all(limit > timedelta() for limit in LATE_LIMIT.values())
