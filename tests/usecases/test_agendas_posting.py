"""When an agenda goes out: once, at its hour, by the clock or by hand, or not at all and the reason is kept."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.agendas import QUESTIONS, TopicStatus
from bot.domain.cadences import OccurrenceStatus
from bot.domain.errors import NotAllowed
from bot.domain.workspaces import Viewer
from bot.usecases import agendas, workspaces
from storage.store import SqlStore
from tests.usecases.agendas_kit import DANA, KENJI, MONDAY, SAM, TUESDAY, Room, a_room, at

HOUR = timedelta(hours=1)


@pytest.fixture
def room(store: SqlStore) -> Room:
    return a_room(store)


# --- the clock ------------------------------------------------------------------------------------------------------


def test_the_agenda_is_posted_with_a_reply_for_each_item(room: Room):
    cadence = room.plan()
    room.add(cadence, "Heroku or AWS?", 20)
    room.add(cadence, "On-call handover", who=DANA)
    room.come(cadence)
    (post,) = room.agendas()
    assert [(topic.title, topic.minutes) for topic in post.topics] == [("Heroku or AWS?", 20), ("On-call handover", 15)]
    assert (post.starts_at, post.late_minutes, post.by_hand) == (TUESDAY, 0, False)
    assert post.names == {"U1": "Dana", "U2": "Sam"}
    assert room.items() == ["Heroku or AWS?", "On-call handover"]
    rows = {row.id: row for row in room.rows()}
    roots = [row for row in rows.values() if row.after_id is None]
    assert len(roots) == 1
    assert all(row.after_id == roots[0].id for row in rows.values() if row is not roots[0])
    assert roots[0].not_after == TUESDAY
    assert roots[0].fallback == "U1"
    assert len(QUESTIONS) == 4


def test_an_empty_agenda_is_posted_all_the_same(room: Room):
    room.come(room.plan())
    assert room.agendas()[0].topics == ()


def test_the_same_moment_called_twice_posts_once(room: Room):
    cadence = room.plan()
    schedule = room.schedule(cadence)
    assert schedule is not None
    for _ in range(3):
        agendas.post_due(room.services, schedule, room.clock.set(MONDAY))
    assert len(room.agendas()) == 1


def test_the_meeting_stays_at_its_own_hour_when_the_clocks_change(room: Room):
    """13:00 in Lisbon is 12:00 UTC until 25 October and 13:00 UTC after it: 08:00 in New York in the week between."""
    room.clock.set(at("2026-10-15T09:00"))
    cadence = room.plan()
    for _ in range(3):
        room.come(cadence)
    starts = [post.starts_at for post in room.agendas()]
    assert starts == [at("2026-10-20T12:00"), at("2026-10-27T13:00"), TUESDAY]
    assert [row.created_at for row in reversed(room.rows()) if row.after_id is None] == [
        at("2026-10-19T12:00"),
        at("2026-10-26T13:00"),
        MONDAY,
    ]


def test_a_meeting_on_a_public_holiday_is_skipped_recorded_and_said(room: Room):
    room.clock.set(at("2026-12-02T09:00"))
    cadence = room.plan()
    room.come(cadence)
    (meeting,) = room.meetings(cadence)
    assert (meeting.slot, meeting.status) == ("2026-12-08", OccurrenceStatus.SKIPPED)
    assert meeting.reason is not None
    assert "(PT)" in meeting.reason
    assert room.agendas() == []
    (note,) = room.notes()
    assert "No *Tradeoffs* on Tue 8 Dec" in note
    assert "Tue 15 Dec" in note
    planned = room.schedule(cadence)
    assert planned is not None
    assert planned.slot == "2026-12-15"


def test_late_within_the_limit_it_goes_out_and_says_so(room: Room):
    cadence = room.plan()
    room.come(cadence, late=timedelta(hours=3))
    assert room.agendas()[0].late_minutes == 180


@pytest.mark.parametrize("late", [timedelta(hours=21), timedelta(hours=24), timedelta(hours=30)])
def test_too_late_or_once_the_meeting_has_begun_it_is_recorded_as_missed_and_its_items_stay(
    room: Room, late: timedelta
):
    cadence = room.plan()
    topic = room.add(cadence, "Heroku or AWS?")
    room.come(cadence, late=late)
    (meeting,) = room.meetings(cadence)
    assert meeting.status is OccurrenceStatus.MISSED
    assert meeting.reason is not None
    assert room.agendas() == []
    assert room.topic(topic.id).status is TopicStatus.OPEN
    assert len(room.notes()) == (1 if room.clock.now() < TUESDAY else 0)  # whoever runs it can still post it


def test_after_weeks_without_running_at_most_one_agenda_is_posted(room: Room):
    cadence = room.plan()
    room.add(cadence, "Heroku or AWS?")
    now = room.clock.set(at("2026-11-23T14:00"))  # three weeks later, an hour after the agenda of 24 Nov was due
    for _ in range(10):
        schedule = room.schedule(cadence)
        assert schedule is not None
        assert schedule.next_at is not None
        if schedule.next_at > now:
            break
        agendas.post_due(room.services, schedule, now)
    assert len(room.agendas()) == 1
    assert [(each.slot, each.status.value) for each in room.meetings(cadence)] == [
        ("2026-11-03", "missed"),
        ("2026-11-10", "missed"),
        ("2026-11-17", "missed"),
        ("2026-11-24", "posted"),
    ]


def test_two_meetings_whose_agendas_fall_on_one_moment_both_get_theirs(room: Room):
    room.clock.set(at("2026-11-26T09:00"))  # Tue 1 Dec is a holiday: Wednesday's agenda and Tuesday's are due on Monday
    cadence = room.plan(when="Tuesdays and Wednesdays at 13:00")
    room.come(cadence)
    room.come(cadence)
    assert [(each.slot, each.status.value) for each in room.meetings(cadence)] == [
        ("2026-12-01", "skipped"),
        ("2026-12-02", "posted"),
    ]


def test_without_slack_the_agenda_still_goes_out(room: Room):
    cadence = room.plan()
    room.directory.down = True
    room.come(cadence)
    assert len(room.agendas()) == 1
    assert room.notes() == []


def test_who_is_off_that_day_is_named_last_in_the_thread(room: Room):
    cadence = room.plan()
    room.add(cadence, "Heroku or AWS?")
    sly = replace(SAM, name="Sam <!channel>", days=frozenset({0}))
    room.directory.people["U2"] = sly
    with room.store.begin("T1") as uow:
        uow.people.save(sly)
        uow.commit()
    room.come(cadence)
    assert room.notes() == ["Kenji off: Culture Day\nSam &lt;!channel&gt; off: not a working day"]
    newest = room.rows()[0]
    assert newest.after_id is not None


def test_a_channel_that_another_company_has_joined_gets_no_agenda(room: Room):
    cadence = room.plan()
    info = room.directory.conversations["C1"]
    room.directory.conversations["C1"] = replace(info, is_shared=True)
    room.come(cadence)
    (meeting,) = room.meetings(cadence)
    assert meeting.status is OccurrenceStatus.MISSED
    assert "another company" in (meeting.reason or "")
    assert room.agendas() == []


# --- by hand --------------------------------------------------------------------------------------------------------


def test_posted_by_hand_the_clock_does_not_post_it_again(room: Room):
    cadence = room.plan()
    room.add(cadence, "Heroku or AWS?")
    posted = agendas.post_now(room.services, DANA, cadence.id, key="now")
    assert (posted.occurrence.slot, posted.already) == ("2026-11-03", False)
    planned = room.schedule(cadence)
    assert planned is not None
    assert planned.slot == "2026-11-10"
    assert room.agendas()[0].by_hand
    assert room.agendas()[0].starts_at == TUESDAY


def test_a_second_click_and_a_redelivery_post_nothing(room: Room):
    cadence = room.plan()
    for key in ("now", "now", "now again"):
        posted = agendas.post_now(room.services, DANA, cadence.id, key=key)
    assert posted.already
    assert len(room.agendas()) == 1
    room.deliver()
    room.end(posted.occurrence)
    assert agendas.post_now(room.services, DANA, cadence.id, key="now").already
    assert len(room.agendas()) == 1


def test_planned_within_the_lead_time_its_first_agenda_can_be_posted_by_hand(room: Room):
    room.clock.set(MONDAY + HOUR)
    cadence = room.plan()
    planned = room.schedule(cadence)
    assert planned is not None
    assert planned.slot == "2026-11-10"
    posted = agendas.post_now(room.services, DANA, cadence.id, key="now")
    assert posted.occurrence.slot == "2026-11-03"
    room.end(posted.occurrence)
    room.come(cadence)
    assert [post.starts_at for post in room.agendas()] == [TUESDAY, TUESDAY + timedelta(days=7)]


def test_a_missed_agenda_can_still_be_posted_by_hand_before_the_meeting(room: Room):
    cadence = room.plan()
    room.come(cadence, late=timedelta(hours=21))
    posted = agendas.post_now(room.services, DANA, cadence.id, key="now")
    assert posted.occurrence.slot == "2026-11-03"
    assert not posted.already
    assert [(each.slot, each.status.value) for each in room.meetings(cadence)] == [("2026-11-03", "posted")]


def test_with_no_meeting_within_a_week_it_is_one_of_its_own(room: Room):
    cadence = room.plan(when="first Monday of the quarter 10:00")
    posted = agendas.post_now(room.services, DANA, cadence.id, key="now")
    assert posted.occurrence.slot.startswith("now:")
    assert posted.occurrence.starts_at == room.clock.now()
    planned = room.schedule(cadence)
    assert planned is not None
    assert planned.slot == "2027-01-04"


def test_only_whoever_runs_the_meeting_or_may_set_up_posts_by_hand(room: Room):
    cadence = room.plan(chair_id="U3")
    with pytest.raises(NotAllowed):
        agendas.post_now(room.services, SAM, cadence.id, key="now")
    assert not agendas.post_now(room.services, KENJI, cadence.id, key="now").already


def test_not_in_the_channel_by_hand_says_how_to_invite(room: Room):
    cadence = room.plan()
    info = room.directory.conversations["C1"]
    room.directory.conversations["C1"] = replace(info, is_member=False)
    with pytest.raises(NotAllowed, match="/invite @Backbeat"):
        agendas.post_now(room.services, DANA, cadence.id, key="now")
    assert room.agendas() == []


def test_home_tells_of_the_agenda_that_is_out_until_its_meeting_is_over(room: Room):
    cadence = room.plan()

    def coming() -> list[tuple[date, datetime | None]]:
        viewer, today = Viewer("U2", frozenset({"C1"})), room.clock.now().date()
        found = workspaces.home(room.services, SAM, viewer, today=today).coming
        return [(each.meeting_on, each.agenda_at) for each in found]

    following = (date(2026, 11, 10), at("2026-11-09 13:00"))
    assert coming() == [(TUESDAY.date(), MONDAY)]
    room.come(cadence)
    assert coming() == [(TUESDAY.date(), None)]
    room.end(room.meetings(cadence)[0])
    assert coming() == [following]


def test_home_names_no_meeting_that_a_holiday_skips(room: Room):
    room.clock.set(at("2026-11-25T09:00"))
    room.plan()
    viewer = Viewer("U2", frozenset({"C1"}))
    found = workspaces.home(room.services, SAM, viewer, today=date(2026, 11, 25)).coming
    assert [(str(each.meeting_on), each.agenda_at) for each in found] == [("2026-12-15", at("2026-12-14T13:00"))]
