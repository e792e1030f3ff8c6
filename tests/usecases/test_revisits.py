"""Coming back around meetings: asked once and before, put off twice, and risk acceptances that end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.decisions import Decision, DecisionEventKind, DecisionStatus, Detail, Draft
from bot.domain.errors import Conflict, InvalidInput, NotAllowed
from bot.domain.messages import DecisionCard, WaitingForYou, WaitingItem
from bot.domain.rights import DecisionRight
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.workspaces import Role, Viewer
from bot.usecases import cadences, decisions
from bot.usecases.agendas.contents import gather
from bot.usecases.decisions.cards import card_of
from bot.usecases.waiting import waiting_due
from storage.store import SqlStore
from tests.usecases.agendas_kit import DANA, KENJI, SAM, Room, a_plan, a_room

EVERYTHING = Viewer.system()
TUESDAY = date(2026, 11, 3)  # the meeting is at 13:00 in Lisbon; Culture Day in Japan
RISK = Detail(area="Security exceptions", accepted_by="U2", risk_until=date(2026, 11, 5), controls="One VLAN")


@pytest.fixture
def room(store: SqlStore) -> Room:
    return a_room(store)


def log(room: Room, *, owner: str = "U3", due: date | None = TUESDAY, **more: Any) -> Decision:
    return room.log("Stay on Heroku", owner=owner, revisit_on=due, **more)


def planned(room: Room, kind: ScheduleKind, subject: str) -> Schedule | None:
    with room.store.read("T1") as uow:
        return uow.schedules.find(kind, subject)


def morning(room: Room, person: str = "U3") -> datetime:
    """Their next morning comes."""
    schedule = planned(room, ScheduleKind.WAITING, person)
    assert schedule is not None
    assert schedule.next_at is not None
    waiting_due(room.services, schedule, room.clock.set(schedule.next_at))
    return schedule.next_at


def mornings_until(room: Room, at: datetime, person: str = "U3") -> None:
    while (schedule := planned(room, ScheduleKind.WAITING, person)) and schedule.next_at and schedule.next_at <= at:
        morning(room, person)
    room.clock.set(at)


def dms(room: Room, person: str = "U3") -> list[WaitingForYou]:
    with room.store.read("T1") as uow:
        rows = uow.outbox.shown(f"waiting:{person}")
    return [row.message for row in rows if isinstance(row.message, WaitingForYou)]


def items(room: Room, person: str = "U3") -> list[WaitingItem]:
    return [item for dm in dms(room, person) for item in dm.items]


def get(room: Room, number: int = 1) -> Decision:
    return decisions.get(room.services, EVERYTHING, number, workspace="T1")


def history(room: Room, number: int = 1) -> list[DecisionEventKind]:
    story = decisions.story(room.services, EVERYTHING, number, workspace="T1")
    return [event.kind for event in story.history]


def utc(day: int, hour: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


# --- when ----------------------------------------------------------------------------------------------------------


def test_the_owner_is_asked_two_working_days_before_the_meeting_and_once(room: Room) -> None:
    room.plan()
    log(room)
    mornings_until(room, utc(31, month=10))
    (item,) = items(room)
    assert dms(room)[0].day == date(2026, 10, 30)
    assert (item.due_on, item.agenda) == (TUESDAY, "Tradeoffs on Tue 3 Nov")
    mornings_until(room, utc(6))
    assert len(dms(room)) == 1


def test_only_what_stays_unanswered_reaches_the_agenda(room: Room) -> None:
    cadence = room.plan()
    log(room)
    room.log("Keep RabbitMQ", owner="U3", revisit_on=TUESDAY)
    mornings_until(room, utc(31, month=10))
    decisions.keep(room.services, KENJI, 1, date(2027, 1, 27), "It works", key="k", viewer=EVERYTHING)
    room.come(cadence)
    assert [topic.title for topic in room.agendas()[0].topics] == ["Revisit D-2 Keep RabbitMQ: did it work?"]


def test_a_meeting_that_is_planned_later_is_asked_ahead_of_from_then_on(room: Room) -> None:
    log(room)
    mornings_until(room, utc(31, month=10))
    assert dms(room) == []
    room.plan()
    morning(room)
    assert [item.agenda for item in items(room)] == ["Tradeoffs on Tue 3 Nov"]


def test_once_the_meeting_is_stopped_it_is_asked_about_on_its_day(room: Room) -> None:
    cadence = room.plan()
    log(room, due=date(2026, 11, 5))
    cadences.stop(room.services, DANA, cadence.id, key="stop", viewer=EVERYTHING)
    mornings_until(room, utc(4, 12))
    assert dms(room) == []
    mornings_until(room, utc(5, 12))
    assert [item.agenda for item in items(room)] == [None]


def test_once_the_meeting_is_moved_the_question_moves(room: Room) -> None:
    cadence = room.plan()
    log(room)
    cadences.change(room.services, DANA, cadence.id, a_plan(when="Fridays at 13:00"), key="move", viewer=EVERYTHING)
    mornings_until(room, utc(3, 12))
    assert dms(room) == []
    mornings_until(room, utc(4, 12))  # Friday 6 November, less two working days
    assert [item.agenda for item in items(room)] == ["Tradeoffs on Fri 6 Nov"]


def test_a_meeting_that_the_owner_may_not_know_of_is_not_named(room: Room) -> None:
    room.plan(channel="G1")
    log(room, owner="U3")
    mornings_until(room, utc(3))
    assert [item.agenda for item in items(room)] == [None]


# --- putting it off ------------------------------------------------------------------------------------------------


def snooze(room: Room, key: str, who: Any = KENJI) -> Decision:
    return decisions.postpone(room.services, who, 1, key=key, viewer=EVERYTHING)


def test_it_is_put_off_by_a_week_and_at_most_twice(room: Room) -> None:
    cadence = room.plan()
    log(room)
    mornings_until(room, utc(30, 1, month=10))
    assert snooze(room, "s1").revisit_on == date(2026, 11, 6)
    assert snooze(room, "s1").revisit_on == date(2026, 11, 6)  # the same press once more
    room.come(cadence)
    assert room.agendas()[0].topics == ()
    mornings_until(room, utc(6, 1))
    assert snooze(room, "s2").revisit_on == date(2026, 11, 13)
    mornings_until(room, utc(13, 1))
    assert len(dms(room)) == 3
    with pytest.raises(Conflict, match="put off twice already, so it will be on the agenda"):
        snooze(room, "s3")
    assert get(room).revisit_on == date(2026, 11, 13)
    kept = decisions.keep(room.services, KENJI, 1, date(2026, 11, 20), "It works", key="k", viewer=EVERYTHING)
    room.clock.set(utc(20, 1))
    assert decisions.postpone(room.services, KENJI, kept.number, key="s4", viewer=EVERYTHING).revisit_on == date(
        2026, 11, 27
    )


def test_without_a_meeting_it_stays_where_it_is(room: Room) -> None:
    log(room)
    for number, day in enumerate((30, 37)):
        room.clock.set(utc(1, month=10) + timedelta(days=day - 1))
        snooze(room, f"s{number}")
    room.clock.move(timedelta(days=7))
    with pytest.raises(Conflict, match="stays here until somebody answers"):
        snooze(room, "s3")


def test_nobody_else_puts_it_off(room: Room) -> None:
    log(room)
    with pytest.raises(NotAllowed):
        snooze(room, "s", SAM)
    assert snooze(room, "s2", DANA).revisit_on is not None  # who logged it


@pytest.mark.parametrize("due", [date(2027, 1, 27), date(2026, 11, 5)])  # the second is a week off
def test_what_is_not_due_soon_is_not_brought_forward(room: Room, due: date) -> None:
    log(room, due=due)
    with pytest.raises(Conflict, match="nothing to put off"):
        snooze(room, "s")
    assert get(room).revisit_on == due


def test_the_deputy_may_put_off_what_falls_to_them(room: Room) -> None:
    log(room)
    with room.store.begin("T1") as uow:
        uow.people.save(replace(KENJI, is_deactivated=True))
        uow.workspaces.set_role(Role.DEPUTY, [SAM.id])
        uow.commit()
    assert snooze(room, "s", SAM).revisit_on == date(2026, 11, 5)


# --- answers stay on the card --------------------------------------------------------------------------------------


def card(room: Room) -> DecisionCard:
    with room.store.read("T1") as uow:
        return card_of(uow, get(room))


def test_the_why_of_an_answer_is_on_the_card_and_stays(room: Room) -> None:
    log(room)
    decisions.keep(room.services, KENJI, 1, date(2027, 1, 27), "40 writes a second", key="k", viewer=EVERYTHING)
    assert (card(room).note, card(room).since) == ("40 writes a second", room.clock.now().date())
    edited = Draft("Stay on Heroku for now", "It is cheaper", "U3", date(2027, 1, 27))
    room.clock.move(timedelta(days=3))
    decisions.edit(room.services, KENJI, 1, edited, key="e", viewer=EVERYTHING)
    assert card(room).note == "40 writes a second"
    decisions.reverse(room.services, KENJI, 1, "It fell over", key="r", viewer=EVERYTHING)
    assert card(room).note == "It fell over"


@pytest.mark.parametrize("why", ["", " \n"])
def test_keeping_takes_a_sentence(room: Room, why: str) -> None:
    log(room)
    with pytest.raises(InvalidInput) as refused:
        decisions.keep(room.services, KENJI, 1, date(2027, 1, 27), why, key="k", viewer=EVERYTHING)
    assert refused.value.field == "why"
    assert get(room).status is DecisionStatus.DECIDED


# --- risk acceptances ----------------------------------------------------------------------------------------------


def expire(room: Room, number: int = 1) -> datetime:
    schedule = planned(room, ScheduleKind.EXPIRY, str(number))
    assert schedule is not None
    assert schedule.next_at is not None
    decisions.expire_due(room.services, schedule, room.clock.set(schedule.next_at))
    return schedule.next_at


def test_a_risk_acceptance_expires_once_at_the_end_of_its_owners_day_and_comes_back(room: Room) -> None:
    log(room, due=date(2027, 1, 20), draft={"detail": RISK})
    mornings_until(room, utc(5, 1))
    (asked,) = items(room)
    assert (asked.due_on, asked.accepted_by, asked.decision.detail.controls) == (date(2026, 11, 5), "Sam", "One VLAN")
    schedule = planned(room, ScheduleKind.EXPIRY, "1")
    assert schedule is not None
    assert expire(room) == datetime(2026, 11, 5, 15, 0, tzinfo=UTC)  # midnight in Tokyo
    decisions.expire_due(room.services, schedule, room.clock.now())
    assert get(room).status is DecisionStatus.EXPIRED
    assert history(room) == [DecisionEventKind.LOGGED, DecisionEventKind.EXPIRED]
    assert planned(room, ScheduleKind.EXPIRY, "1") is None
    morning(room)
    assert [(item.due_on, item.decision.status) for item in dms(room)[-1].items] == [
        (date(2026, 11, 6), DecisionStatus.EXPIRED)
    ]
    mornings_until(room, utc(20))
    assert len(dms(room)) == 2


def test_an_acceptance_that_was_answered_in_time_does_not_expire(room: Room) -> None:
    log(room, due=None, draft={"detail": RISK})
    decisions.keep(room.services, KENJI, 1, date(2026, 12, 1), "The scanner helps", key="k", viewer=EVERYTHING)
    assert get(room).detail.risk_until == date(2026, 12, 1)
    assert get(room).detail.accepted_by == "U3"  # who accepts it now
    assert expire(room) == datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("answer", ["reverse", "supersede"])
def test_what_no_longer_stands_does_not_expire(room: Room, answer: str) -> None:
    log(room, due=None, draft={"detail": RISK})
    if answer == "reverse":
        decisions.reverse(room.services, KENJI, 1, "It is closed", key="r", viewer=EVERYTHING)
    else:
        new = Draft("Close the VPN", "It is time", "U3", date(2027, 1, 1))
        decisions.supersede(room.services, KENJI, 1, new, key="s", viewer=EVERYTHING)
    before = get(room)
    expire(room)
    assert get(room) == before


def test_an_owner_who_moved_west_still_has_their_last_day(room: Room) -> None:
    log(room, due=None, draft={"detail": RISK})
    with room.store.begin("T1") as uow:
        uow.people.save(replace(KENJI, zone="America/New_York"))
        uow.commit()
    expire(room)
    assert get(room).status is DecisionStatus.DECIDED
    assert expire(room) == datetime(2026, 11, 6, 5, 0, tzinfo=UTC)
    assert get(room).status is DecisionStatus.EXPIRED


def test_what_expired_is_on_the_next_agenda_and_accepted_anew_by_keeping_it(room: Room) -> None:
    cadence = room.plan()
    log(room, due=None, draft={"detail": RISK})
    expire(room)
    room.clock.set(utc(7))
    with room.store.begin("T1") as uow:
        titles = [topic.title for topic in gather(uow, cadence, date(2026, 11, 10), at=utc(7)).topics]
    assert titles == ["Revisit D-1 Stay on Heroku: the risk acceptance expired on 5 Nov 2026"]
    decisions.keep(room.services, SAM, 1, date(2026, 12, 1), "One more month", key="k", viewer=EVERYTHING)
    now = get(room)
    assert (now.status, now.detail.accepted_by, now.detail.risk_until) == (
        DecisionStatus.HELD,
        "U2",
        date(2026, 12, 1),
    )


def a_right(room: Room, **changes: Any) -> None:
    with room.store.begin("T1") as uow:
        uow.rights.save(replace(DecisionRight("T1", "Security exceptions", 0), **changes))
        uow.commit()


def test_an_area_bounds_for_how_long_its_risks_are_accepted_anew(room: Room) -> None:
    log(room, due=None, draft={"detail": RISK})
    a_right(room, risk_days=30)
    room.clock.set(utc(5, 1))
    with pytest.raises(InvalidInput, match=r"30 days at most: until 5 Dec 2026") as refused:
        decisions.keep(room.services, KENJI, 1, date(2026, 12, 6), "Later", key="k1", viewer=EVERYTHING)
    assert refused.value.field == "revisit"
    kept = decisions.keep(room.services, KENJI, 1, date(2026, 12, 5), "Later", key="k2", viewer=EVERYTHING)
    assert kept.detail.risk_until == date(2026, 12, 5)


def test_a_risk_is_accepted_anew_only_by_those_whose_word_the_area_needs(room: Room) -> None:
    log(room, due=None, draft={"detail": RISK})
    a_right(room, decides="U2")
    with pytest.raises(NotAllowed, match="needs the word of Sam"):
        decisions.keep(room.services, KENJI, 1, date(2026, 12, 1), "Later", key="k1", viewer=EVERYTHING)
    assert get(room).detail == RISK
    kept = decisions.keep(room.services, SAM, 1, date(2026, 12, 1), "Later", key="k2", viewer=EVERYTHING)
    assert kept.detail.accepted_by == "U2"
