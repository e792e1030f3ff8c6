"""A house with a CTO on Tuesdays and Thursdays, and months of decisions put into its log."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, Detail
from bot.domain.messages import FilePost, MonthlyNote
from bot.domain.outbox import Operation, OutboxMessage
from bot.domain.rights import CTO, Part
from bot.domain.schedules import Schedule, ScheduleKind
from bot.usecases import monthly
from bot.usecases.workspaces import Setup, set_up
from storage import tables
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

DANA = a_person("U1", name="Dana", is_slack_admin=True)
PRIYA = a_person("U2", name="Priya", zone="Asia/Kolkata")
KENJI = a_person("U3", name="Kenji", zone="Asia/Tokyo")
THE_NOTE = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)  # Dana's first day here in November, 09:00 in Lisbon
_events = count(1)


def october(day: int, hour: int = 12) -> datetime:
    """A moment of October 2026, UTC; days beyond the 31st are November's."""
    return datetime(2026, 9, 30, hour, tzinfo=UTC) + timedelta(days=day)


def a_house(store: SqlStore, *, cto: str = "U1", deputy: str | None = "U2") -> Surroundings:
    """Set up on 1 September."""
    house = services_on(store, DANA, PRIYA, KENJI)
    house.clock.set(datetime(2026, 9, 1, 12, tzinfo=UTC))
    settle(house, cto=cto, deputy=deputy)
    return house


def settle(
    house: Surroundings, *, cto: str = "U1", deputy: str | None = "U2", days: frozenset[int] = frozenset({1, 3})
) -> None:
    setup = Setup(cto, None, deputy, None, days, 1)
    set_up(house.services, DANA, setup, key=f"setup:{next(_events)}")


def enter(
    house: Surroundings, number: int, on: date | None, *events: tuple[DecisionEventKind, datetime], **extra: Any
) -> None:
    """A decision by Kenji in the log, decided on that day, with what happened to it later."""
    at = extra.pop("created_at", datetime.combine(on or date(2026, 10, 1), datetime.min.time(), UTC))
    status = DecisionStatus.DECIDED if on else DecisionStatus.PROPOSED
    made = Decision("T1", number, f"Decision {number}", "Why", "U3", "U3", status, at, at, decided_on=on)
    with house.services.store.begin("T1") as uow:
        uow.decisions.add(replace(made, **extra))
        for kind, moment in ((DecisionEventKind.LOGGED, at), *events):
            changes: dict[str, list[str | None]] = {}
            if kind is DecisionEventKind.DECIDED:
                changes = {"status": ["proposed", "decided"]}
            by = "U1" if kind in {DecisionEventKind.OBJECTED, DecisionEventKind.REJECTED} else "U3"
            uow.decisions.add_event(
                DecisionEvent("T1", f"E{next(_events):05}", number, kind, by, moment, changes=changes)
            )
        uow.commit()


def approve(house: Surroundings, number: int, at: datetime, *, by: str = "U1", **extra: Any) -> None:
    """The CTO's word on a decision that is in the log."""
    made = Approval("T1", f"A{next(_events):05}", number, CTO, Part.LIMIT, ApprovalStatus.APPROVED, at, at)
    with house.services.store.begin("T1") as uow:
        uow.approvals.add(replace(made, answered_by=by, answered_at=at, **extra))
        uow.commit()


def six_vendors(house: Surroundings) -> None:
    """Six vendor choices under 2,000 EUR, each of them approved by Dana in October."""
    for number, cost in enumerate((40, 1200, 300, 1999, 800, 650), start=1):
        detail = Detail(area="Vendors", cost=Decimal(cost), currency="EUR")
        enter(house, number, date(2026, 10, number + 1), detail=detail)
        approve(house, number, october(number + 1))


def planned(house: Surroundings, person: str = "U1") -> Schedule | None:
    with house.services.store.read("T1") as uow:
        return uow.schedules.find(ScheduleKind.MONTHLY, person)


def come(house: Surroundings, at: datetime = THE_NOTE, person: str = "U1") -> None:
    """The clock looks at the schedule at `at`."""
    schedule = planned(house, person)
    assert schedule is not None
    monthly.monthly_due(house.services, schedule, house.clock.set(at))


def rows(house: Surroundings) -> list[OutboxMessage]:
    """All that was said by DM about months, oldest first, with the pictures."""
    store = house.services.store
    assert isinstance(store, SqlStore)
    with store._reader.connect() as connection:
        ids = [row.id for row in connection.execute(select(tables.outbox.c.id).order_by(tables.outbox.c.id))]
    with store.read("T1") as uow:
        return [each for each in map(uow.outbox.get, ids) if isinstance(each.message, MonthlyNote | FilePost)]


def notes(house: Surroundings, person: str = "U1") -> list[MonthlyNote]:
    found = [each for each in rows(house) if each.operation is Operation.POST and each.destination.person == person]
    return [each.message for each in found if isinstance(each.message, MonthlyNote)]


def pictures(house: Surroundings) -> list[OutboxMessage]:
    return [each for each in rows(house) if each.operation is Operation.FILE]


def shown_now(house: Surroundings) -> MonthlyNote:
    """The note as its last change shows it."""
    last = [each for each in rows(house) if isinstance(each.message, MonthlyNote)][-1].message
    assert isinstance(last, MonthlyNote)
    return last


def audited(house: Surroundings, action: str) -> list[dict[str, Any]]:
    store = house.services.store
    assert isinstance(store, SqlStore)
    with store._reader.connect() as connection:
        found = connection.execute(select(tables.audit.c.detail).where(tables.audit.c.action == action))
        return [row.detail for row in found]
