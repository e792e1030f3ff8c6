"""What is to be done and said: each row is claimed once, each key taken once, and updates take each other's place."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import NotFound
from bot.domain.messages import DecisionCard, Note
from bot.domain.outbox import Destination, Operation, OutboxMessage, OutboxStatus
from bot.domain.schedules import Schedule, ScheduleKind
from bot.usecases.ports import Job, Reminder, UnitOfWork
from storage.store import SqlStore
from tests.storage.test_units import together
from tests.storage.things import TODAY, WEEKLY, a_decision, a_row, queue_rows
from tests.support import THURSDAY, a_workspace

HOUR = timedelta(hours=1)
SENT = {"status": OutboxStatus.SENT, "conversation": "C1", "ts": "17.1", "sent_at": THURSDAY}


@pytest.fixture
def uow(any_store: SqlStore) -> Iterator[UnitOfWork]:
    a_workspace(any_store)
    with any_store.begin("T1") as opened:
        yield opened


def a_schedule(schedule_id: str = "A1", **extra: object) -> Schedule:
    made = Schedule("T1", schedule_id, ScheduleKind.AGENDA, "K1", THURSDAY, "2026-11-03", WEEKLY)
    return replace(made, **extra)  # type: ignore[arg-type]


# --- schedules ------------------------------------------------------------------------------------------------------


def test_a_schedule_comes_back(uow: UnitOfWork) -> None:
    assert uow.schedules.add(a_schedule())
    assert not uow.schedules.add(a_schedule("A2"))
    assert uow.schedules.add(a_schedule("A3", kind=ScheduleKind.WAITING, rule=None))
    assert uow.schedules.get("A1") == a_schedule()
    assert uow.schedules.find(ScheduleKind.WAITING, "K1") == a_schedule("A3", kind=ScheduleKind.WAITING, rule=None)
    assert uow.schedules.find(ScheduleKind.AGENDA, "K9") is None
    uow.schedules.remove(ScheduleKind.AGENDA, "K1")
    with pytest.raises(NotFound):
        uow.schedules.get("A1")


def test_a_schedule_is_claimed_only_when_it_is_due(uow: UnitOfWork) -> None:
    uow.schedules.add(a_schedule())
    assert uow.schedules.claim("A1", at=THURSDAY - timedelta(microseconds=1)) is None
    assert uow.schedules.claim("A1", at=THURSDAY) == a_schedule()
    uow.schedules.save(a_schedule(next_at=THURSDAY + HOUR, slot="2026-11-10"))
    assert uow.schedules.claim("A1", at=THURSDAY) is None
    uow.schedules.save(a_schedule(next_at=None))
    assert uow.schedules.claim("A1", at=THURSDAY + 99 * HOUR) is None
    assert uow.schedules.claim("A9", at=THURSDAY) is None


def test_what_comes_next_is_listed_soonest_first(uow: UnitOfWork) -> None:
    for number, hours in enumerate((3, 1, 2)):
        uow.schedules.add(a_schedule(f"A{number}", subject_id=f"K{number}", next_at=THURSDAY + hours * HOUR))
    uow.schedules.add(a_schedule("A9", subject_id="K9", next_at=None))
    assert [each.id for each in uow.schedules.upcoming(limit=9)] == ["A1", "A2", "A0"]
    assert [each.id for each in uow.schedules.upcoming(limit=1)] == ["A1"]


def test_a_due_schedule_is_dealt_with_by_one_of_many(any_store: SqlStore) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        uow.schedules.add(a_schedule())
        uow.commit()
    dealt_with: list[int] = []

    def deal(person: int) -> None:
        with any_store.begin("T1") as uow:
            claimed = uow.schedules.claim("A1", at=THURSDAY)
            if claimed is None:
                return
            uow.schedules.save(replace(claimed, next_at=THURSDAY + HOUR))
            uow.commit()
            dealt_with.append(person)

    assert together(deal) == []
    assert len(dealt_with) == 1


# --- outbox ---------------------------------------------------------------------------------------------------------


def test_a_message_comes_back_as_the_kind_it_was(uow: UnitOfWork) -> None:
    card = DecisionCard(a_decision(revisit_on=TODAY), {"U1": "Dana"}, note="a < b")
    row = a_row(
        message=card,
        destination=Destination(person="U1", thread_ts="17.0"),
        subject="decision:1",
        not_after=THURSDAY + HOUR,
        fallback="U2",
    )
    uow.outbox.add(row)
    assert uow.outbox.get("M1") == row
    sent = replace(row, **SENT)  # type: ignore[arg-type]
    uow.outbox.save(sent)
    assert uow.outbox.get("M1") == sent
    with pytest.raises(NotFound):
        uow.outbox.get("M9")


@pytest.mark.parametrize(
    ("row", "may_be_claimed"),
    [
        (a_row(), True),
        (a_row(next_at=THURSDAY + timedelta(seconds=1)), False),
        (a_row(status=OutboxStatus.SENDING, next_at=THURSDAY + HOUR), True),
        (a_row(status=OutboxStatus.SENT), False),
        (a_row(status=OutboxStatus.FAILED), False),
        (a_row(status=OutboxStatus.UNCERTAIN), False),
        (a_row(status=OutboxStatus.LATE), False),
        (a_row(status=OutboxStatus.DROPPED), False),
    ],
    ids=lambda value: str(value.status) if isinstance(value, OutboxMessage) else "",
)
def test_which_rows_may_be_claimed(uow: UnitOfWork, row: OutboxMessage, may_be_claimed: bool) -> None:
    uow.outbox.add(row)
    assert (uow.outbox.claim("M1", at=THURSDAY) is not None) is may_be_claimed


def test_a_row_is_claimed_by_one_of_many(any_store: SqlStore) -> None:
    a_workspace(any_store)
    queue_rows(any_store, a_row())
    sent: list[int] = []

    def send(person: int) -> None:
        with any_store.begin("T1") as uow:
            row = uow.outbox.claim("M1", at=THURSDAY)
            if row is None or row.status is not OutboxStatus.QUEUED:
                return
            uow.outbox.save(replace(row, status=OutboxStatus.SENDING, sender=str(person)))
            uow.commit()
            sent.append(person)

    assert together(send) == []
    assert len(sent) == 1


@pytest.mark.postgres
def test_a_row_that_somebody_holds_is_passed_over_at_once(postgres_store: SqlStore) -> None:
    a_workspace(postgres_store)
    queue_rows(postgres_store, a_row())
    with postgres_store.begin("T1") as uow, postgres_store.begin("T1") as other:
        assert uow.outbox.claim("M1", at=THURSDAY) is not None
        assert other.outbox.claim("M1", at=THURSDAY) is None


def test_updates_of_one_message_take_each_others_place(uow: UnitOfWork) -> None:
    uow.outbox.add(a_row("M1", subject="decision:1"))
    update = {"operation": Operation.UPDATE, "after_id": "M1"}
    for name in ("M2", "M3", "M4"):
        uow.outbox.add(a_row(name, **update))
    uow.outbox.add(a_row("M5", after_id="M1"))  # a reply in its thread is no update
    statuses = {name: uow.outbox.get(name).status for name in ("M1", "M2", "M3", "M4", "M5")}
    dropped = {name for name, status in statuses.items() if status is OutboxStatus.DROPPED}
    assert dropped == {"M2", "M3"}
    assert uow.outbox.get("M2").reason == "a newer update took its place"


def test_an_update_that_is_under_way_is_left_alone(uow: UnitOfWork) -> None:
    uow.outbox.add(a_row("M1"))
    uow.outbox.add(a_row("M2", operation=Operation.UPDATE, after_id="M1", status=OutboxStatus.SENDING))
    newer = a_row("M3", operation=Operation.UPDATE, after_id="M1")
    uow.outbox.add(newer)
    assert uow.outbox.get("M2").status is OutboxStatus.SENDING
    assert uow.outbox.has_newer_update(uow.outbox.get("M2"))
    assert not uow.outbox.has_newer_update(newer)
    uow.outbox.save(replace(newer, status=OutboxStatus.FAILED))
    assert not uow.outbox.has_newer_update(uow.outbox.get("M2"))


def test_the_posts_that_show_a_thing(uow: UnitOfWork) -> None:
    uow.outbox.add(a_row("M1", subject="decision:1", status=OutboxStatus.FAILED))
    uow.outbox.add(a_row("M2", subject="decision:1", created_at=THURSDAY + HOUR))
    uow.outbox.add(a_row("M3", subject="decision:1", operation=Operation.UPDATE, after_id="M2"))
    uow.outbox.add(a_row("M4", subject="decision:11"))
    assert [each.id for each in uow.outbox.shown("decision:1")] == ["M1", "M2"]
    assert [each.id for each in uow.outbox.shown("decision:1", since=THURSDAY + HOUR)] == ["M2"]


def test_what_is_stuck_is_listed_newest_first(uow: UnitOfWork) -> None:
    for number, status in enumerate(OutboxStatus):
        uow.outbox.add(a_row(f"M{number}", status=status))
    troubled = frozenset({OutboxStatus.FAILED, OutboxStatus.UNCERTAIN})
    assert [each.status for each in uow.outbox.stuck(troubled, limit=9)] == [
        OutboxStatus.UNCERTAIN,
        OutboxStatus.FAILED,
    ]
    assert len(uow.outbox.stuck(troubled, limit=1)) == 1


# --- inbox, reminders, jobs -----------------------------------------------------------------------------------------


def test_a_key_is_taken_once(uow: UnitOfWork) -> None:
    assert uow.inbox.take("event:Ev1", at=THURSDAY)
    assert not uow.inbox.take("event:Ev1", at=THURSDAY + HOUR)
    assert uow.inbox.take("event:Ev2", at=THURSDAY)
    assert uow.inbox.outcome("event:Ev1") is None
    uow.inbox.note("event:Ev1", "D-14")
    assert uow.inbox.outcome("event:Ev1") == "D-14"
    assert uow.inbox.outcome("event:Ev9") is None


def test_long_keys_that_differ_at_their_end_are_two(uow: UnitOfWork) -> None:
    long = "trigger:" + "1" * 80
    assert uow.inbox.take(long + "a", at=THURSDAY)
    assert uow.inbox.take(long + "b", at=THURSDAY)
    assert not uow.inbox.take(long + "a", at=THURSDAY)
    uow.inbox.note(long + "a", "D-1")
    assert (uow.inbox.outcome(long + "a"), uow.inbox.outcome(long + "b")) == ("D-1", None)


def test_of_many_redeliveries_at_once_one_is_the_first(any_store: SqlStore) -> None:
    a_workspace(any_store)
    firsts: list[int] = []

    def receive(delivery: int) -> None:
        with any_store.begin("T1") as uow:
            if uow.inbox.take("event:Ev1", at=THURSDAY):
                uow.workspaces.take_decision_number()
                uow.commit()
                firsts.append(delivery)

    assert together(receive) == []
    assert len(firsts) == 1


def test_a_key_that_was_rolled_back_may_be_taken_again(any_store: SqlStore) -> None:
    a_workspace(any_store)
    for _ in range(2):
        with any_store.begin("T1") as uow:
            assert uow.inbox.take("event:Ev1", at=THURSDAY)


def test_each_person_is_reminded_once_of_each_thing_and_day(uow: UnitOfWork) -> None:
    first = {"person": "U1", "subject": "decision:5", "due_on": TODAY, "at": THURSDAY}
    assert uow.reminders.take(**first)  # type: ignore[arg-type]
    assert not uow.reminders.take(**first | {"at": THURSDAY + HOUR})  # type: ignore[arg-type]
    for other in ({"person": "U2"}, {"subject": "decision:6"}, {"due_on": TODAY + timedelta(days=1)}):
        assert uow.reminders.take(**first | other)  # type: ignore[arg-type]
    assert Reminder("U2", "decision:5", TODAY, THURSDAY) in uow.reminders.of("decision:5")
    assert len(uow.reminders.of("decision:5")) == 3


def test_a_job_is_claimed_when_it_is_due_and_not_after_it_is_done(uow: UnitOfWork) -> None:
    job = Job("T1", "J1", "summarise", "X1", THURSDAY)
    uow.jobs.add(job)
    assert uow.jobs.claim("J1", at=THURSDAY - HOUR) is None
    assert uow.jobs.claim("J1", at=THURSDAY) == job
    uow.jobs.save(replace(job, attempts=1, sender="me", next_at=None))
    assert uow.jobs.claim("J1", at=THURSDAY + 99 * HOUR) is None


def test_one_workspaces_keys_rows_and_jobs_are_not_anothers(any_store: SqlStore) -> None:
    for workspace in ("T1", "T2"):
        a_workspace(any_store, workspace_id=workspace)
        with any_store.begin(workspace) as uow:
            assert uow.inbox.take("event:Ev1", at=THURSDAY)
            assert uow.schedules.add(a_schedule(workspace_id=workspace))
            uow.outbox.add(a_row(workspace_id=workspace, message=Note(f"for {workspace}")))
            uow.jobs.add(Job(workspace, "J1", "summarise", "X1", THURSDAY))
            uow.commit()
    with any_store.begin("T1") as uow:
        assert uow.outbox.get("M1").message == Note("for T1")
        uow.outbox.save(a_row(status=OutboxStatus.SENT))
        uow.schedules.remove(ScheduleKind.AGENDA, "K1")
        uow.commit()
    with any_store.begin("T2") as uow:
        assert uow.outbox.claim("M1", at=THURSDAY) is not None
        assert uow.schedules.claim("A1", at=THURSDAY) is not None
