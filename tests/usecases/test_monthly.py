"""The monthly note: once a month, in the CTO's own hours, of what they may see; late, missed, stopped, handed on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.approvals import ApprovalStatus
from bot.domain.decisions import DecisionEventKind, DecisionStatus, Detail, Source
from bot.domain.errors import ExternalFailure, InvalidInput, NotAllowed
from bot.domain.files import MonthsChart
from bot.domain.messages import FilePost
from bot.domain.rights import Approver, ApproverKind
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Audience, Role, Viewer
from bot.usecases import monthly
from bot.usecases.month_ends import see_to_notes
from bot.usecases.people import person_known, viewer_for
from storage.store import SqlStore
from tests.support import Surroundings, services_on
from tests.usecases.monthly_kit import (
    DANA,
    KENJI,
    PRIYA,
    THE_NOTE,
    a_house,
    approve,
    audited,
    come,
    enter,
    notes,
    october,
    pictures,
    planned,
    rows,
    settle,
)

DAY = timedelta(days=1)


@pytest.fixture
def house(store: SqlStore) -> Surroundings:
    found = a_house(store)
    come(found, datetime(2026, 10, 1, 8, tzinfo=UTC))  # September's
    return found


def october_notes(house: Surroundings) -> list[object]:
    return [each for each in notes(house) if each.figures.first == date(2026, 10, 1)]


# --- when ----------------------------------------------------------------------------------------------------------


def test_setup_plans_it_for_the_ctos_first_day_here_in_the_next_month(store: SqlStore) -> None:
    schedule = planned(a_house(store))
    assert schedule is not None
    assert schedule.slot == "2026-09"
    assert schedule.next_at == datetime(2026, 10, 1, 8, tzinfo=UTC)  # a Thursday, 09:00 in Lisbon's summer


def test_it_comes_once_and_the_next_is_planned(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    before = planned(house)
    assert before is not None
    come(house)
    monthly.monthly_due(house.services, before, THE_NOTE)  # the other process had read the schedule too
    assert len(october_notes(house)) == 1
    after = planned(house)
    assert after is not None
    assert (after.slot, after.next_at) == ("2026-11", datetime(2026, 12, 3, 9, tzinfo=UTC))  # the 1st is a holiday


def test_nothing_comes_before_setup(store: SqlStore) -> None:
    house = services_on(store, DANA)
    see_to_notes(store, "T1", at=house.clock.now())
    assert planned(house) is None


def test_a_workspace_that_was_set_up_before_there_were_notes_gets_them(house: Surroundings, store: SqlStore) -> None:
    with store.begin("T1") as uow:
        uow.schedules.remove(ScheduleKind.MONTHLY, "U1")
        uow.commit()
    for _ in range(2):
        see_to_notes(store, "T1", at=october(20))
    schedule = planned(house)
    assert schedule is not None
    assert (schedule.slot, schedule.next_at) == ("2026-10", THE_NOTE)


@pytest.mark.parametrize(
    ("at", "sent_at"),
    [
        (THE_NOTE + timedelta(hours=3), THE_NOTE + timedelta(hours=3)),
        (THE_NOTE + timedelta(hours=12), datetime(2026, 11, 5, 9, tzinfo=UTC)),  # their day was over: their next one
        (THE_NOTE + DAY, datetime(2026, 11, 5, 9, tzinfo=UTC)),  # no day of theirs
        (datetime(2026, 11, 5, 7, tzinfo=UTC), datetime(2026, 11, 5, 9, tzinfo=UTC)),  # not awake
    ],
)
def test_a_late_one_comes_in_their_working_hours_and_says_so(
    house: Surroundings, at: datetime, sent_at: datetime
) -> None:
    enter(house, 1, date(2026, 10, 6))
    come(house, at)
    if at < sent_at:
        assert october_notes(house) == []
        schedule = planned(house)
        assert schedule is not None
        assert schedule.next_at == sent_at
        come(house, sent_at)
    (note,) = notes(house)[1:]
    assert note.late_minutes == (sent_at - THE_NOTE) // timedelta(minutes=1)


def test_one_that_would_come_more_than_five_days_late_is_recorded_as_missed(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    come(house, THE_NOTE + 6 * DAY)
    assert october_notes(house) == []
    assert [each["month"] for each in audited(house, "monthly.missed")] == ["2026-10"]
    schedule = planned(house)
    assert schedule is not None
    assert schedule.slot == "2026-11"


def test_after_months_of_standing_still_only_the_last_one_comes(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    back = datetime(2027, 1, 5, 9, tzinfo=UTC)  # nothing ran since October
    for _ in range(3):
        come(house, back)
    assert [each["month"] for each in audited(house, "monthly.missed")] == ["2026-10", "2026-11"]
    assert [each.figures.first for each in notes(house)[1:]] == [date(2026, 12, 1)]


def test_it_moves_with_their_zone_and_with_their_days(house: Surroundings) -> None:
    settle(house, days=frozenset({0, 1, 2, 3, 4}))
    schedule = planned(house)
    assert schedule is not None
    assert schedule.next_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    house.directory.people["U1"] = replace(DANA, zone="America/New_York")
    house.clock.set(october(31))  # what is known of them is a day old
    person_known(house.services, "T1", "U1")
    schedule = planned(house)
    assert schedule is not None
    assert schedule.next_at == datetime(2026, 11, 2, 14, tzinfo=UTC)  # winter there, from the 1st on


# --- who -----------------------------------------------------------------------------------------------------------


def test_a_new_cto_gets_it_in_the_old_ones_place(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    house.clock.set(october(33, 8))  # Monday 2 November
    settle(house, cto="U3", days=frozenset({2}))
    come(house)  # the former CTO's moment
    come(house, datetime(2026, 11, 4, 0, tzinfo=UTC), "U3")  # Wednesday 09:00 in Tokyo
    assert october_notes(house) == []
    assert planned(house) is None
    assert [each.figures.decided for each in notes(house, "U3")] == [1]


def test_each_of_two_ctos_gets_one(house: Surroundings, store: SqlStore) -> None:
    enter(house, 1, date(2026, 10, 6))
    with store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U1", "U2"])
        uow.commit()
    see_to_notes(store, "T1", at=october(20))
    come(house)
    priyas = planned(house, "U2")
    assert priyas is not None
    assert priyas.next_at is not None
    come(house, priyas.next_at, "U2")
    assert len(october_notes(house)) == len(notes(house, "U2")) == 1


def test_without_a_cto_nobody_gets_one(house: Surroundings, store: SqlStore) -> None:
    with store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, [])
        uow.commit()
    come(house)
    assert october_notes(house) == []
    assert planned(house) is None


def test_what_the_cto_may_not_see_is_not_counted(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    enter(house, 2, date(2026, 10, 7), audience=Audience("G9"), source=Source("G9"))
    enter(house, 3, date(2026, 10, 7), audience=Audience("G1"), source=Source("G1"))  # they are in it
    enter(house, 4, None, audience=Audience("G9"), source=Source("G9"))
    come(house)
    (note,) = notes(house)[1:]
    assert note.figures.decided == 2
    assert note.waiting == ()


def test_while_slack_cannot_say_what_they_may_see_it_waits(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    house.directory.down = True
    with pytest.raises(ExternalFailure):
        come(house)
    house.directory.down = False
    come(house, THE_NOTE + timedelta(minutes=5))
    assert len(october_notes(house)) == 1


# --- what ----------------------------------------------------------------------------------------------------------


def test_it_tells_the_month_beside_the_one_before(house: Surroundings) -> None:
    kinds = DecisionEventKind
    enter(house, 1, date(2026, 9, 10), (kinds.REVERSED, october(9)), status=DecisionStatus.REVERSED)
    enter(house, 2, date(2026, 10, 6), (kinds.DECIDED, october(6)), created_at=october(2))
    enter(house, 3, date(2026, 10, 7), detail=Detail(area="Vendors"))
    with house.services.store.begin("T1") as uow:
        uow.reminders.take(person="U3", subject="decision:1", due_on=date(2026, 10, 5), at=october(5))
        uow.commit()
    come(house)
    (note,) = notes(house)[1:]
    assert (note.figures.decided, note.before.decided) == (2, 1)
    assert [each.ref for each in note.figures.reversed] == ["D-1"]
    assert (note.figures.median, note.figures.in_time) == (4 * DAY, 1)
    assert note.late_minutes == 0


def test_it_says_whose_word_a_proposal_waits_for_and_who_objects(house: Surroundings) -> None:
    enter(house, 1, None, created_at=october(28))
    enter(house, 2, None, created_at=october(34, 8))
    board = Approver(ApproverKind.OUTSIDE, "the <board>")
    approve(house, 1, october(28), status=ApprovalStatus.WAITING, approver=board, nudged_at=october(30))
    approve(house, 1, october(29), status=ApprovalStatus.OBJECTED, why="No")
    come(house)
    (note,) = notes(house)[1:]
    first, second = note.waiting
    assert (first.decision.ref, first.days, first.reminded) == ("D-1", 6, True)
    assert (first.on, first.objected) == ("the &lt;board&gt;", "the CTO (Dana)")
    assert (second.on, second.days) == ("", 0)


def test_the_picture_comes_in_the_notes_thread(house: Surroundings) -> None:
    enter(house, 1, date(2026, 9, 8))
    enter(house, 2, date(2026, 10, 6))
    come(house)
    (picture,) = pictures(house)
    (note,) = [each for each in rows(house) if each.id == picture.after_id]
    assert note.destination.person == "U1"
    assert isinstance(picture.message, FilePost)
    assert isinstance(picture.message.source, MonthsChart)
    assert [each.decided for each in picture.message.source.bars] == [0, 0, 0, 0, 1, 1]
    assert "October 1" in str(picture.message.alt_text)


def test_what_was_decided_where_the_first_month_had_begun_already_is_in_the_picture(house: Surroundings) -> None:
    """On the morning of 1 May in Tokyo, when it was still April for Dana."""
    enter(house, 1, date(2026, 5, 1), created_at=datetime(2026, 4, 30, 16, tzinfo=UTC))
    enter(house, 2, date(2026, 10, 6))
    come(house)
    (file,) = pictures(house)
    assert isinstance(file.message, FilePost)
    assert isinstance(file.message.source, MonthsChart)
    assert [bar.decided for bar in file.message.source.bars] == [1, 0, 0, 0, 0, 1]


def test_a_first_month_has_no_picture_for_there_is_nothing_to_compare_it_with(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    come(house)
    (note,) = october_notes(house)
    assert not note.charted  # type: ignore[attr-defined]
    assert pictures(house) == []


def test_a_quiet_month_has_no_picture(house: Surroundings) -> None:
    enter(house, 1, date(2026, 8, 6))
    enter(house, 2, date(2026, 9, 8))
    come(house)
    (note,) = october_notes(house)
    assert note.figures.is_empty  # type: ignore[attr-defined]
    assert pictures(house) == []


# --- the switch, and the month so far ------------------------------------------------------------------------------


def test_the_cto_stops_it_and_turns_it_on_again(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    house.clock.set(october(20))
    assert monthly.switch(house.services, DANA, on=False, key="stop") is False
    settle(house)  # setting up again does not undo it
    see_to_notes(house.services.store, "T1", at=october(21))
    schedule = planned(house)
    assert schedule is not None
    assert schedule.next_at is None
    assert monthly.switch(house.services, DANA, on=True, key="start") is True
    assert monthly.switch(house.services, DANA, on=False, key="stop") is True  # a redelivery
    come(house)
    assert len(october_notes(house)) == 1


def test_stopping_and_starting_never_brings_a_month_twice(house: Surroundings) -> None:
    come(house)
    for on in (False, True):
        monthly.switch(house.services, DANA, on=on, key=f"switch:{on}", at=THE_NOTE + timedelta(hours=1))
    schedule = planned(house)
    assert schedule is not None
    assert schedule.slot == "2026-11"


def test_only_a_cto_has_a_note_to_stop(house: Surroundings) -> None:
    with pytest.raises(NotAllowed):
        monthly.switch(house.services, PRIYA, on=False, key="stop")
    schedule = planned(house)
    assert schedule is not None
    assert schedule.next_at is not None


def test_the_month_so_far_is_for_the_cto_and_admins(house: Surroundings) -> None:
    enter(house, 1, date(2026, 10, 6))
    house.clock.set(october(20))
    found = monthly.so_far(house.services, DANA, viewer_for(house.services, DANA))
    assert (found.note.figures.decided, found.is_on) == (1, True)
    slack_admin = replace(KENJI, is_slack_admin=True)
    assert monthly.so_far(house.services, slack_admin, Viewer("U3")).is_on is None
    with pytest.raises(NotAllowed):
        monthly.so_far(house.services, PRIYA, Viewer("U2"))


def test_before_setup_there_is_no_month_to_show(store: SqlStore) -> None:
    house = services_on(store, DANA)
    with pytest.raises(InvalidInput, match="set up"):
        monthly.so_far(house.services, DANA, Viewer("U1"))
    with pytest.raises(InvalidInput, match="set up"):
        monthly.switch(house.services, DANA, on=True, key="start")
