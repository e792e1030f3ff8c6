"""What the tests of stuck approvals share: a team with a deputy, a clock that goes on, and what it led to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.decisions import DecisionEvent, DecisionEventKind, DecisionStatus, Detail, Draft
from bot.domain.messages import ApprovalRequest, Note, WaitingApproval, WaitingForYou
from bot.domain.outbox import OutboxMessage
from bot.domain.rights import CTO, Approver, ApproverKind, Part, default_limits
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.workspaces import Role, Viewer
from bot.usecases import decisions, pending
from bot.usecases.approvals.stuck import approval_due
from bot.usecases.decisions.cards import renew
from bot.usecases.services import Services
from bot.usecases.waiting import waiting_due
from bot.usecases.watching import watch
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

TUE_THU = frozenset({1, 3})
DANA = a_person("U1", name="Dana", is_slack_admin=True, days=TUE_THU)  # the CTO, in Lisbon
PRIYA = a_person("U2", name="Priya", zone="Asia/Kolkata")  # the deputy
KENJI = a_person("U3", name="Kenji", zone="Asia/Tokyo")
SAM = a_person("U4", name="Sam", zone="Europe/Lisbon")  # who proposes
BOARD = Approver(ApproverKind.OUTSIDE, "the board")
DUE: dict[ScheduleKind, Callable[[Services, Schedule, datetime], None]] = {
    ScheduleKind.WAITING: waiting_due,
    ScheduleKind.APPROVAL: approval_due,
}


def november(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """UTC, which is Lisbon's time too; days before the first are October's."""
    return datetime(2026, 10, 31, hour, minute, tzinfo=UTC) + timedelta(days=day)


ASKED = november(-4, 10)  # Tuesday 27 October


def propose(
    house: Surroundings, approver: Approver = CTO, *, name: str = "A1", detail: Detail = Detail(), **more: Any
) -> Approval:
    """Sam proposes something that waits for `approver`, who is asked now."""
    draft = Draft("Use Datadog", "We fly blind", "U4", None, status=DecisionStatus.PROPOSED, detail=detail)
    number = decisions.log(house.services, more.pop("by", SAM), draft, key=f"log:{name}", **more).number
    return wait_for(house, number, approver, name=name)


def wait_for(house: Surroundings, number: int, approver: Approver, *, name: str = "A1") -> Approval:
    """D-`number` waits for their word, and they are asked now."""
    at = house.clock.now()
    row = Approval("T1", name, number, approver, Part.LIMIT, ApprovalStatus.WAITING, at, asked_at=at)
    with house.services.store.begin("T1") as uow:
        uow.approvals.add(row)
        watch(uow, row.id, at=at)
        uow.commit()
    return row


def live_until(house: Surroundings, moment: datetime) -> None:
    """The clock goes on, and does on the way what is due."""
    while (schedule := upcoming(house)) is not None and schedule.next_at is not None and schedule.next_at <= moment:
        at = house.clock.set(max(schedule.next_at, house.clock.now()))
        DUE[schedule.kind](house.services, schedule, at)
    house.clock.set(moment)


def upcoming(house: Surroundings) -> Schedule | None:
    with house.services.store.read("T1") as uow:
        return next((each for each in uow.schedules.upcoming(limit=50) if each.kind in DUE), None)


def now(house: Surroundings, name: str = "A1") -> Approval:
    with house.services.store.read("T1") as uow:
        return uow.approvals.get(name)


def answer(house: Surroundings, how: Callable[[Approval], Approval], name: str = "A1") -> None:
    """As an answer does: it is kept, and every message that shows it brought up to date."""
    with house.services.store.begin("T1") as uow:
        approval = how(uow.approvals.get(name, lock=True))
        uow.approvals.save(approval)
        renew(uow, uow.decisions.get(approval.number, Viewer.system()), at=house.clock.now())
        uow.commit()


def dms(house: Surroundings, person: str = "U1") -> list[OutboxMessage]:
    with house.services.store.read("T1") as uow:
        return uow.outbox.shown(f"waiting:{person}")


def listed(row: OutboxMessage) -> tuple[WaitingApproval, ...]:
    assert isinstance(row.message, WaitingForYou)
    return row.message.approvals


def nudges(house: Surroundings, person: str = "U1") -> list[datetime]:
    return [row.created_at for row in dms(house, person)]


def offers(house: Surroundings, name: str = "A1") -> list[OutboxMessage]:
    with house.services.store.read("T1") as uow:
        return [row for row in uow.outbox.shown(f"approval:{name}") if isinstance(row.message, ApprovalRequest)]


def story(house: Surroundings, number: int = 1) -> list[DecisionEvent]:
    with house.services.store.read("T1") as uow:
        return uow.decisions.history(number, Viewer.system())[1:]


def kinds(house: Surroundings) -> list[DecisionEventKind]:
    steps = {DecisionEventKind.NUDGED, DecisionEventKind.OFFERED, DecisionEventKind.TABLED}
    return [each.kind for each in story(house) if each.kind in steps]


def a_house(store: SqlStore) -> Surroundings:
    """Dana is the CTO, on Tuesdays and Thursdays; Priya is the deputy."""
    house = services_on(store, DANA, PRIYA, KENJI, SAM)
    house.clock.set(ASKED)
    with store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), bot_user_id="UBOT", setup_at=ASKED))
        uow.workspaces.set_role(Role.CTO, ["U1"])
        uow.workspaces.set_role(Role.DEPUTY, ["U2"])
        uow.rights.save_limits(default_limits("T1"))
        uow.commit()
    return house


def upcoming_of(house: Surroundings, name: str) -> Schedule | None:
    with house.services.store.read("T1") as uow:
        return uow.schedules.find(ScheduleKind.APPROVAL, name)


def watch_again(house: Surroundings) -> None:
    with house.services.store.begin("T1") as uow:
        watch(uow, "A1", at=house.clock.now())
        uow.commit()


def shown_now(house: Surroundings, person: str = "U1") -> dict[str, str | None]:
    """The latest DM as its last update shows it."""
    with house.services.store.read("T1") as uow:
        row = uow.outbox.shown(f"waiting:{person}")[-1]
        assert isinstance(row.message, WaitingForYou)
        return {each.ref: each.answered for each in pending.as_they_stand(uow, row.message)}


def notes(house: Surroundings) -> list[str]:
    with house.services.store.read("T1") as uow:
        rows = [uow.outbox.get(row_id) for row_id in outbox_ids(house)]
    return [row.message.text for row in rows if isinstance(row.message, Note) and row.destination.person == "U4"]


def outbox_ids(house: Surroundings) -> list[str]:
    return [row_id for _, row_id in house.services.store.queue().due_outbox(at=november(60), limit=200)]


def due(house: Surroundings, at: datetime) -> list[Schedule]:
    with house.services.store.read("T1") as uow:
        planned = uow.schedules.upcoming(limit=50)
    return [each for each in planned if each.kind in DUE and each.next_at is not None and each.next_at <= at]
