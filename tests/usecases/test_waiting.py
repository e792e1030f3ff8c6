"""*Waiting for you*: asked once, by their owner's own morning, listed until answered, and never lost on the way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.decisions import Decision, Detail, Draft, Source
from bot.domain.messages import WaitingForYou
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.schedules import Schedule, ScheduleKind
from bot.domain.workspaces import EVERYONE, Audience, Role, Viewer
from bot.usecases import decisions, waiting
from bot.usecases.mornings import hours_of
from bot.usecases.people import doubt, person_known, viewer_for
from bot.usecases.waiting import expect, show_answered, waiting_due
from bot.usecases.workspaces import Setup, set_up
from storage import tables
from storage.store import SqlStore
from tests.support import THURSDAY, Surroundings, a_person, services_on

DANA = a_person("U1", name="Dana", is_slack_admin=True)
PRIYA = a_person("U2", name="Priya", zone="Asia/Kolkata")
KENJI = a_person("U3", name="Kenji", zone="Asia/Tokyo")
TODAY = date(2026, 10, 29)
FRIDAY_IN_TOKYO = datetime(2026, 10, 30, 0, 0, tzinfo=UTC)  # 09:00 there


@pytest.fixture
def house(store: SqlStore) -> Surroundings:
    return services_on(store, DANA, PRIYA, KENJI)


def log(
    house: Surroundings, title: str = "Stay on Heroku", *, owner: str = "U3", due: date = TODAY, **more: Any
) -> int:
    """A decision by Dana that comes back on `due`."""
    draft = Draft(title, "Moving costs a month", owner, due, detail=more.pop("detail", Detail()))
    return decisions.log(house.services, more.pop("by", DANA), draft, key=f"log:{title}", **more).number


def plan(house: Surroundings, person: str = "U3") -> Schedule:
    with house.services.store.begin("T1") as uow:
        expect(uow, person, at=house.clock.now())
        uow.commit()
    return planned(house, person)


def planned(house: Surroundings, person: str = "U3") -> Schedule:
    with house.services.store.read("T1") as uow:
        found = uow.schedules.find(ScheduleKind.WAITING, person)
    assert found is not None
    return found


def come(house: Surroundings, person: str = "U3", *, late: timedelta = timedelta()) -> None:
    """Their next morning comes."""
    schedule = planned(house, person)
    assert schedule.next_at is not None
    waiting_due(house.services, schedule, house.clock.set(schedule.next_at + late))


def dms(house: Surroundings, person: str = "U3") -> list[OutboxMessage]:
    with house.services.store.read("T1") as uow:
        return uow.outbox.shown(f"waiting:{person}")


def numbers(row: OutboxMessage) -> list[int]:
    assert isinstance(row.message, WaitingForYou)
    return [item.decision.number for item in row.message.items]


def missed(house: Surroundings) -> list[dict[str, Any]]:
    """What the audit says of mornings on which nobody could be asked."""
    store = house.services.store
    assert isinstance(store, SqlStore)
    with store._reader.connect() as connection:
        rows = connection.execute(select(tables.audit.c.detail).where(tables.audit.c.action == "waiting.missed"))
        return [row.detail for row in rows]


def change(house: Surroundings, number: int, how: Any) -> Decision:
    """Do something with a decision and bring the DMs up to date, as every change does."""
    how()
    with house.services.store.begin("T1") as uow:
        decision = uow.decisions.get(number, Viewer.system())
        show_answered(uow, decision, at=house.clock.now())
        uow.commit()
    return decision


def shown_now(house: Surroundings, row: OutboxMessage) -> WaitingForYou:
    """The DM as its last update shows it."""
    store = house.services.store
    assert isinstance(store, SqlStore)
    table = tables.outbox
    with store._reader.connect() as connection:
        found = connection.execute(
            select(table.c.message)
            .where(table.c.after_id == row.id, table.c.operation == Operation.UPDATE)
            .order_by(table.c.id.desc())
        ).first()
    assert found is not None
    assert isinstance(found.message, WaitingForYou)
    return found.message


def test_the_first_morning_is_the_next_one_in_the_persons_own_zone(house: Surroundings) -> None:
    schedule = plan(house)
    assert schedule.next_at == FRIDAY_IN_TOKYO
    assert schedule.slot == "2026-10-30"
    assert plan(house) == schedule  # expected twice, planned once


def test_somebody_not_known_yet_is_planned_in_utc_and_again_once_their_zone_is_known(house: Surroundings) -> None:
    schedule = plan(house, "U9")
    assert schedule.next_at == datetime(2026, 10, 30, 9, 0, tzinfo=UTC)
    house.directory.people["U9"] = a_person("U9", name="Sam", zone="America/New_York")
    person_known(house.services, "T1", "U9")
    assert planned(house, "U9").next_at == datetime(2026, 10, 30, 13, 0, tzinfo=UTC)


def test_what_came_back_is_put_to_its_owner_once(house: Surroundings) -> None:
    first, second = log(house), log(house, "No Kafka", due=date(2026, 10, 30))
    log(house, "Later", due=date(2026, 11, 20))
    log(house, "Dana's own", owner="U1")
    plan(house)
    come(house)
    (dm,) = dms(house)
    assert numbers(dm) == [first, second]
    assert dm.destination.person == "U3"
    assert house.nudge.count > 0
    come(house)  # Monday (Tuesday is Culture Day in Japan): nothing is new
    assert planned(house).slot == "2026-11-03"
    assert len(dms(house)) == 1


def test_a_morning_that_is_claimed_twice_asks_once(house: Surroundings) -> None:
    log(house)
    schedule = plan(house)
    house.clock.set(FRIDAY_IN_TOKYO)
    waiting_due(house.services, schedule, FRIDAY_IN_TOKYO)
    waiting_due(house.services, schedule, FRIDAY_IN_TOKYO)
    assert len(dms(house)) == 1


def test_something_new_brings_what_is_still_unanswered_with_it(house: Surroundings) -> None:
    old = log(house)
    plan(house)
    come(house)
    new = log(house, "No Kafka", due=date(2026, 11, 1))
    come(house)
    assert numbers(dms(house)[-1]) == [new, old]


def test_nothing_is_said_where_nothing_waits(house: Surroundings) -> None:
    plan(house)
    come(house)
    assert dms(house) == []
    assert planned(house).slot == "2026-11-02"  # no weekend


def test_a_public_holiday_is_recorded_and_asked_about_on_the_next_working_morning(house: Surroundings) -> None:
    plan(house)
    come(house)
    come(house)
    number = log(house, due=date(2026, 11, 3))
    come(house)  # 3 November: Culture Day
    assert dms(house) == []
    assert missed(house) == [
        {"day": "2026-11-03", "why": "a public holiday: Culture Day", "decisions": [f"D-{number}"]}
    ]
    come(house)
    assert [numbers(dm) for dm in dms(house)] == [[number]]


def test_too_late_is_recorded_and_asked_about_on_the_next_working_morning(house: Surroundings) -> None:
    number = log(house)
    plan(house)
    come(house, late=timedelta(hours=8, minutes=1))
    assert dms(house) == []
    assert missed(house)[0]["why"] == "8 hours late"
    come(house)
    assert numbers(dms(house)[0]) == [number]


def test_after_an_outage_over_days_todays_morning_still_counts(house: Surroundings) -> None:
    number, new = log(house), log(house, "No Kafka", due=date(2026, 11, 1))
    plan(house)
    come(house, late=timedelta(days=3, hours=1))  # Monday 10:00 in Tokyo, in place of Friday 09:00
    assert missed(house) == [{"day": "2026-10-30", "why": "I was not running", "decisions": [f"D-{number}"]}]
    (dm,) = dms(house)
    assert numbers(dm) == [number, new]
    assert isinstance(dm.message, WaitingForYou)
    assert (dm.message.day, dm.message.late_minutes) == (date(2026, 11, 2), 60)
    assert planned(house).slot == "2026-11-03"


def test_nobody_is_asked_before_their_morning_to_make_up_for_the_last_one(house: Surroundings) -> None:
    number = log(house, owner="U1", due=date(2026, 11, 2))
    come(house, "U1")  # Friday
    come(house, "U1", late=timedelta(hours=23))  # Tuesday 08:00, in place of Monday 09:00
    assert dms(house, "U1") == []
    assert missed(house) == [{"day": "2026-11-02", "why": "23 hours late", "decisions": [f"D-{number}"]}]
    come(house, "U1")
    assert numbers(dms(house, "U1")[0]) == [number]


def test_a_little_late_still_goes_out_says_so_and_not_into_the_evening(house: Surroundings) -> None:
    log(house)
    plan(house)
    come(house, late=timedelta(hours=3))
    (dm,) = dms(house)
    assert isinstance(dm.message, WaitingForYou)
    assert dm.message.late_minutes == 180
    assert dm.not_after == FRIDAY_IN_TOKYO + timedelta(hours=8)


def test_a_dm_that_was_lost_on_the_way_is_asked_again(house: Surroundings) -> None:
    number = log(house)
    plan(house)
    come(house)
    with house.services.store.begin("T1") as uow:
        uow.outbox.save(replace(dms(house)[0], status=OutboxStatus.LATE))
        uow.commit()
    come(house)
    assert [numbers(dm) for dm in dms(house)] == [[number], [number]]
    come(house)
    come(house)
    assert len(dms(house)) == 2


def test_a_risk_acceptance_comes_back_when_it_ends(house: Surroundings) -> None:
    number = log(house, due=date(2027, 1, 20), detail=Detail(risk_until=date(2026, 10, 30)))
    plan(house)
    come(house)
    (dm,) = dms(house)
    assert isinstance(dm.message, WaitingForYou)
    assert [(item.decision.number, item.due_on) for item in dm.message.items] == [(number, date(2026, 10, 30))]


# --- people move, change and leave ----------------------------------------------------------------------------------


def test_somebody_who_moves_zones_keeps_one_morning_a_day(house: Surroundings) -> None:
    log(house)
    plan(house)
    come(house)  # Friday 09:00 in Tokyo, Friday 00:00 UTC
    log(house, "No Kafka", due=date(2026, 10, 30))
    house.directory.people["U3"] = replace(KENJI, zone="Europe/Lisbon")
    assert doubt(house.services, "T1", "U3")
    person_known(house.services, "T1", "U3")
    assert planned(house).next_at == datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # not once more on Friday


def test_moving_east_does_not_bring_a_morning_that_has_passed(house: Surroundings) -> None:
    plan(house, "U1")
    assert planned(house, "U1").next_at == datetime(2026, 10, 30, 9, 0, tzinfo=UTC)
    house.clock.set(datetime(2026, 10, 30, 1, 0, tzinfo=UTC))
    house.directory.people["U1"] = replace(DANA, zone="Asia/Tokyo")
    doubt(house.services, "T1", "U1")
    person_known(house.services, "T1", "U1")
    assert planned(house, "U1").next_at == datetime(2026, 11, 2, 0, 0, tzinfo=UTC)


def test_the_ctos_days_move_their_mornings(house: Surroundings) -> None:
    plan(house, "U1")
    setup = Setup("U1", None, "U2", None, frozenset({1, 3}), 1)
    set_up(house.services, DANA, setup, key="view:V1")
    assert planned(house, "U1").slot == "2026-11-03"  # the next Tuesday


def test_a_change_that_is_not_about_time_moves_nothing(house: Surroundings) -> None:
    schedule = plan(house)
    house.directory.people["U3"] = replace(KENJI, name="Kenji M")
    doubt(house.services, "T1", "U3")
    person_known(house.services, "T1", "U3")
    assert planned(house) == schedule


def leave(house: Surroundings, person: str = "U3") -> None:
    house.directory.people[person] = replace(house.directory.people[person], is_deactivated=True)
    doubt(house.services, "T1", person)
    person_known(house.services, "T1", person)


def cover(house: Surroundings, **roles: str) -> None:
    with house.services.store.begin("T1") as uow:
        for role, person in roles.items():
            uow.workspaces.set_role(Role(role), [person])
        uow.commit()


def test_a_leavers_decisions_go_to_the_deputy(house: Surroundings) -> None:
    number = log(house)
    cover(house, cto="U1", deputy="U2")
    plan(house)
    leave(house)
    come(house)
    assert dms(house) == []
    assert planned(house, "U2").next_at == datetime(2026, 10, 30, 3, 30, tzinfo=UTC)  # 09:00 in Kolkata
    come(house, "U2")
    (dm,) = dms(house, "U2")
    assert isinstance(dm.message, WaitingForYou)
    assert [(item.decision.number, item.owner_name) for item in dm.message.items] == [(number, "Kenji")]


def test_without_a_deputy_they_go_to_the_cto_and_without_a_cto_to_the_author(house: Surroundings) -> None:
    log(house)
    plan(house)
    leave(house)
    come(house)
    assert planned(house, "U1").next_at is not None  # Dana logged it
    cover(house, cto="U2")
    plan(house, "U2")
    come(house, "U2")
    assert len(dms(house, "U2")) == 1
    come(house, "U1")
    assert dms(house, "U1") == []


def test_a_leavers_private_decision_never_goes_to_somebody_outside_its_audience(house: Surroundings) -> None:
    number = log(house, audience=Audience("G1"), source=Source("G1"))
    cover(house, deputy="U2")
    plan(house)
    leave(house)
    come(house)
    plan(house, "U2")
    come(house, "U2")
    assert dms(house, "U2") == []
    come(house, "U1")
    assert numbers(dms(house, "U1")[0]) == [number]


def test_where_nobody_covers_it_is_recorded_once(house: Surroundings) -> None:
    number = log(house, by=KENJI)
    plan(house)
    leave(house)
    come(house)
    come(house)
    assert [each["decisions"] for each in missed(house)] == [[f"D-{number}"]]


def test_a_guest_is_asked_only_where_guests_are_allowed(house: Surroundings) -> None:
    house.directory.people["U4"] = a_person("U4", name="Gwen", is_guest=True, zone="Europe/Paris")
    log(house, owner="U4", source=Source("C1"), audience=EVERYONE)
    plan(house, "U4")
    come(house, "U4")
    assert dms(house, "U4") == []
    with house.services.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), guests_allowed=True))
        uow.commit()
    come(house, "U4")
    assert len(dms(house, "U4")) == 1


def test_own_decisions_are_asked_about_while_slack_cannot_be_asked(house: Surroundings) -> None:
    number = log(house, audience=Audience("G1"), source=Source("G1"))
    plan(house)
    house.directory.down = True
    come(house)
    assert numbers(dms(house)[0]) == [number]


# --- answers --------------------------------------------------------------------------------------------------------


def test_an_answer_shows_in_the_dm(house: Surroundings) -> None:
    number, other = log(house), log(house, "No Kafka")
    plan(house)
    come(house)
    (dm,) = dms(house)
    change(
        house, number, lambda: decisions.keep(house.services, KENJI, number, date(2027, 1, 27), "It works", key="k1")
    )
    items = {item.decision.number: item.answered for item in shown_now(house, dm).items}
    assert items == {number: "Kept until 27 Jan 2027", other: None}
    change(house, other, lambda: decisions.reverse(house.services, KENJI, other, "It failed", key="k2"))
    items = {item.decision.number: item.answered for item in shown_now(house, dm).items}
    assert items == {number: "Kept until 27 Jan 2027", other: "Reversed"}


def test_every_dm_that_lists_it_is_brought_up_to_date(house: Surroundings) -> None:
    number = log(house)
    plan(house)
    come(house)
    log(house, "No Kafka", due=date(2026, 11, 1))
    come(house)
    change(house, number, lambda: decisions.postpone(house.services, KENJI, number, key="k1"))
    for dm in dms(house):
        answers = {item.decision.number: item.answered for item in shown_now(house, dm).items}
        assert answers[number] == "Put off until 9 Nov 2026"


def test_taking_an_answer_back_asks_again(house: Surroundings) -> None:
    number = log(house)
    plan(house)
    come(house)
    (dm,) = dms(house)
    draft = Draft("Move to AWS", "Heroku is full", "U3", date(2027, 1, 1))
    new = decisions.supersede(house.services, KENJI, number, draft, key="k1")
    change(house, number, lambda: None)
    assert shown_now(house, dm).items[0].answered == f"Superseded by D-{new.number}"
    house.clock.move(timedelta(minutes=2))
    decisions.withdraw(house.services, KENJI, new.number, key="k2")
    change(house, number, lambda: None)
    assert shown_now(house, dm).items[0].answered is None


def test_another_owner_and_another_day_are_answers_too(house: Surroundings) -> None:
    number, other = log(house), log(house, "No Kafka")
    plan(house)
    come(house)
    (dm,) = dms(house)
    to_priya = Draft("Stay on Heroku", "Moving costs a month", "U2", TODAY)
    change(house, number, lambda: decisions.edit(house.services, KENJI, number, to_priya, key="k1"))
    moved = Draft("No Kafka", "Moving costs a month", "U3", date(2026, 12, 24))
    change(house, other, lambda: decisions.edit(house.services, KENJI, other, moved, key="k2"))
    items = {item.decision.number: item.answered for item in shown_now(house, dm).items}
    assert items == {number: "Priya owns it now", other: "Moved to 24 Dec 2026"}


def test_what_is_given_back_to_them_waits_for_them_again(house: Surroundings) -> None:
    number = log(house)
    plan(house)
    come(house)
    (dm,) = dms(house)
    for owner, key in (("U2", "k1"), ("U3", "k2")):
        draft = Draft("Stay on Heroku", "Moving costs a month", owner, TODAY)
        change(house, number, lambda draft=draft, key=key: decisions.edit(house.services, DANA, number, draft, key=key))
    assert shown_now(house, dm).items[0].answered is None


def test_a_leavers_that_the_deputy_takes_over_still_waits_for_the_deputy(house: Surroundings) -> None:
    number = log(house)
    cover(house, deputy="U2")
    leave(house)
    plan(house, "U2")
    come(house, "U2")
    (dm,) = dms(house, "U2")
    theirs = Draft("Stay on Heroku", "Moving costs a month", "U2", TODAY)
    change(house, number, lambda: decisions.edit(house.services, DANA, number, theirs, key="k1"))
    (item,) = shown_now(house, dm).items
    assert (item.decision.owner_id, item.answered) == ("U2", None)


def test_new_words_of_a_private_decision_never_reach_the_owner_it_was_taken_from(house: Surroundings) -> None:
    number = log(house, audience=Audience("G1"))
    plan(house)
    come(house)
    (dm,) = dms(house)
    to_priya = Draft("Stay on Heroku", "Moving costs a month", "U2", date(2027, 1, 1))
    change(house, number, lambda: decisions.edit(house.services, KENJI, number, to_priya, key="k1"))
    secret = Draft("Let the Tokyo office go", "It costs too much", "U2", date(2027, 1, 1))
    change(house, number, lambda: decisions.edit(house.services, PRIYA, number, secret, key="k2"))
    (item,) = shown_now(house, dm).items
    assert (item.decision.title, item.answered) == ("Stay on Heroku", "Priya owns it now")


def test_a_decision_that_was_never_put_to_anybody_updates_nothing(house: Surroundings) -> None:
    number = log(house, due=date(2027, 1, 1))
    change(house, number, lambda: decisions.reverse(house.services, KENJI, number, "It failed", key="k1"))
    assert dms(house) == []


def test_it_comes_back_for_its_next_date(house: Surroundings) -> None:
    number = log(house)
    plan(house)
    come(house)
    decisions.keep(house.services, KENJI, number, date(2026, 11, 2), "It works", key="k1")
    come(house)
    assert [numbers(dm) for dm in dms(house)] == [[number], [number]]


def test_what_waits_is_what_home_lists(house: Surroundings) -> None:
    number = log(house)
    cover(house, deputy="U2")
    leave(house)
    with house.services.store.read("T1") as uow:
        viewer = viewer_for(house.services, PRIYA)
        assert [each.decision.number for each in waiting.due_for(uow, "U2", viewer, hours_of(PRIYA), at=THURSDAY)] == [
            number
        ]
        assert waiting.due_for(uow, "U3", viewer, hours_of(KENJI), at=THURSDAY) == []
