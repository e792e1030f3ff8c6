"""Recurring meetings: who may plan them, what is refused beside which field, and what the clock is told."""

from datetime import timedelta

import pytest

from bot.domain.errors import InvalidInput, NotAllowed, NotFound
from bot.domain.workspaces import Audience, Role, Viewer
from bot.usecases import agendas, cadences
from bot.usecases.people import viewer_for
from storage.store import SqlStore
from tests.usecases.agendas_kit import DANA, KENJI, MONDAY, SAM, TUESDAY, Room, a_plan, a_room, at


@pytest.fixture
def room(store: SqlStore) -> Room:
    return a_room(store)


def test_the_first_agenda_is_due_one_working_day_ahead_at_the_meetings_own_time(room: Room):
    planned = room.schedule(room.plan())
    assert planned is not None
    assert (planned.slot, planned.next_at) == ("2026-11-03", MONDAY)


def test_a_weekend_and_a_holiday_are_no_working_days(room: Room):
    planned = room.schedule(room.plan(when="Tuesdays at 13:00", lead_days=2))  # Monday, then Friday
    assert planned is not None
    assert planned.next_at == at("2026-10-30T13:00")
    room.clock.set(at("2026-11-30T20:00"))
    wednesday = room.schedule(room.plan(key="2", when="Wednesdays at 13:00"))  # Tue 1 Dec is a holiday in Portugal
    assert wednesday is not None
    assert (wednesday.slot, wednesday.next_at) == ("2026-12-09", at("2026-12-07T13:00"))


def test_saving_twice_plans_one_meeting(room: Room):
    assert room.plan().id == room.plan().id
    with room.store.read("T1") as uow:
        assert len(uow.cadences.all()) == 1


def test_only_those_who_may_set_up_plan_change_and_stop_meetings(room: Room):
    with pytest.raises(NotAllowed):
        cadences.plan(room.services, SAM, a_plan(), key="k")
    with room.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U2"])
        uow.commit()
    cadence = cadences.plan(room.services, SAM, a_plan(), key="k")
    with pytest.raises(NotAllowed):
        cadences.change(room.services, KENJI, cadence.id, a_plan(), key="c")
    with pytest.raises(NotAllowed):
        cadences.stop(room.services, KENJI, cadence.id, key="s")
    assert cadences.plan(room.services, KENJI, a_plan(), key="k2", admins=frozenset({"U3"})).name == "Tradeoffs"


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"when": "now and then"}, "when"),
        ({"when": "Tuesdays"}, "when"),
        ({"zone": "Lisbon time"}, "zone"),
        ({"when": "Tuesdays at 13:00 (Moon/Base)"}, "zone"),
        ({"minutes": 5}, "minutes"),
        ({"lead_days": 0}, "lead_days"),
        ({"place": "Narnia"}, "place"),
        ({"chair_id": "U5"}, "chair"),
        ({"chair_id": "UNOBODY"}, "chair"),
        ({"channel": "C2"}, "channel"),
        ({"channel": "CNOWHERE"}, "channel"),
        ({"channel": ""}, "channel"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field(room: Room, extra: dict[str, str], field: str):
    with pytest.raises(InvalidInput) as refused:
        room.plan(**extra)
    assert refused.value.field == field


def test_a_channel_without_backbeat_says_how_to_invite_it(room: Room):
    with pytest.raises(InvalidInput, match="/invite @Backbeat"):
        room.plan(channel="C2")


def test_a_channel_shared_with_another_company_gets_no_agenda(room: Room):
    info = room.directory.conversations["C1"]
    room.directory.conversations["C1"] = type(info)("C1", "platform", False, False, True, is_shared=True)
    with pytest.raises(InvalidInput, match="another company"):
        room.plan()


def test_a_private_channel_is_for_those_in_it(room: Room):
    with room.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U2"])
        uow.commit()
    with pytest.raises(InvalidInput, match="that you are in"):
        cadences.plan(room.services, SAM, a_plan(channel="G1"), key="k")
    cadence = room.plan(channel="G1")
    assert cadence.audience == Audience("G1")
    seen = cadences.listing(room.services, SAM, viewer_for(room.services, SAM), at=room.clock.now())
    assert seen.planned == ()
    with pytest.raises(NotFound):
        cadences.change(room.services, SAM, cadence.id, a_plan(), key="c")


def test_the_list_shows_the_next_dates_with_those_that_a_holiday_skips(room: Room):
    room.clock.set(at("2026-11-25T09:00"))
    cadence = room.plan(name="Tradeoffs", chair_id="U2")
    mine = cadences.listing(room.services, DANA, viewer_for(room.services, DANA), at=room.clock.now())
    assert [str(each.day) for each in mine.planned[0].upcoming] == ["2026-12-01", "2026-12-08", "2026-12-15"]
    assert [bool(each.skipped) for each in mine.planned[0].upcoming] == [True, True, False]
    assert mine.may_set_up
    assert mine.planned[0].may_post
    hers = cadences.listing(room.services, SAM, viewer_for(room.services, SAM), at=room.clock.now())
    assert hers.planned[0].may_post
    assert not hers.may_set_up
    nothing = cadences.listing(room.services, KENJI, Viewer("U3", may_see_anything=False), at=room.clock.now())
    assert nothing.planned == ()
    assert cadence.active


def test_every_other_week_goes_on_counting_from_where_it_began(room: Room):
    cadence = room.plan(when="every other Tuesday 13:00")
    room.come(cadence)
    room.clock.set(at("2026-11-04T09:00"))
    changed = cadences.change(room.services, DANA, cadence.id, a_plan(when="every other Tuesday 14:00"), key="c")
    assert changed.rule.anchor == cadence.rule.anchor
    planned = room.schedule(changed)
    assert planned is not None
    assert planned.slot == "2026-11-17"


def test_an_agenda_that_is_out_follows_a_change_and_is_not_posted_again(room: Room):
    cadence = room.plan()
    room.come(cadence)
    cadences.change(room.services, DANA, cadence.id, a_plan(when="Tuesdays at 15:00", name="Trade-offs"), key="c")
    (meeting,) = room.meetings(cadence)
    assert meeting.starts_at == TUESDAY + timedelta(hours=2)
    ending = room.ending(meeting)
    assert ending is not None
    assert ending.next_at == TUESDAY + timedelta(hours=5)
    planned = room.schedule(cadence)  # its agenda would now be due on Monday at 15:00, which is still to come
    assert planned is not None
    while planned.slot <= "2026-11-03":
        assert planned.next_at is not None
        agendas.post_due(room.services, planned, room.clock.set(planned.next_at))
        planned = room.schedule(cadence)
        assert planned is not None
    assert len(room.agendas()) == 1


def test_a_change_does_not_skip_an_agenda_that_was_due_a_moment_ago(room: Room):
    cadence = room.plan()
    room.clock.set(MONDAY + timedelta(seconds=1))
    cadences.change(room.services, DANA, cadence.id, a_plan(name="Other"), key="c")
    planned = room.schedule(cadence)
    assert planned is not None
    assert planned.slot == "2026-11-03"


def test_a_stopped_meeting_posts_nothing_and_may_go_on_later_with_its_items(room: Room):
    cadence = room.plan()
    due = room.schedule(cadence)
    topic = room.add(cadence, "Heroku or AWS?")
    cadences.stop(room.services, DANA, cadence.id, key="s")
    cadences.stop(room.services, DANA, cadence.id, key="s2")
    assert due is not None
    assert room.schedule(cadence) is None
    agendas.post_due(room.services, due, room.clock.set(MONDAY))
    assert room.agendas() == []
    room.clock.set(at("2026-10-30T09:00"))
    cadences.change(room.services, DANA, cadence.id, a_plan(), key="again")
    room.come(cadence)
    assert room.agendas()[0].topics[0].id == topic.id
