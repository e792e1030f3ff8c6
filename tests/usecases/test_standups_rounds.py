"""The clock asks: a round opens, each person is asked at their own hour, and whatever speaks against it is recorded."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.domain.errors import ExternalFailure
from bot.domain.messages import Note, StandupPrompt
from bot.domain.schedules import ScheduleKind
from bot.domain.standups import PromptStatus, RoundStatus
from bot.usecases import standups
from storage.store import SqlUnitOfWork
from tests.standups import DANA, DUE, KENJI, PRIYA, SAM, WEEKLY, an_office, utc
from tests.support import a_person

FRIDAY, TUESDAY, NEXT_FRIDAY = date(2026, 10, 23), date(2026, 10, 27), date(2026, 10, 30)


def when_asked(office, person):
    return [f"{row.created_at:%a %d %H:%M}" for row in office.asked(person)]


def test_each_person_is_asked_at_their_own_hour_across_both_changes_of_the_clocks(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(11, 4, 0))
    assert when_asked(office, KENJI) == ["Fri 23 00:30", "Tue 27 00:30", "Fri 30 00:30"]  # 3 November: Culture Day
    assert when_asked(office, PRIYA) == ["Fri 23 04:00", "Tue 27 04:00", "Fri 30 04:00", "Tue 03 04:00"]
    assert when_asked(office, DANA) == ["Fri 23 08:30", "Tue 27 09:30", "Fri 30 09:30", "Tue 03 09:30"]
    assert when_asked(office, SAM) == ["Fri 23 13:30", "Tue 27 13:30", "Fri 30 13:30", "Tue 03 14:30"]


def test_the_dm_says_where_it_is_for_until_when_and_what_is_asked(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 1))
    message = office.asked(KENJI)[0].message
    assert isinstance(message, StandupPrompt)
    assert (message.person_name, message.channel, message.state) == ("Kenji", "C1", "asked")
    assert message.closes_at == utc(10, 23, 15)
    assert message.questions[-1] == "What are you stuck on?"
    assert office.asked(KENJI)[0].not_after == utc(10, 23, 15)


def test_somebody_is_not_asked_on_their_holiday_and_the_reason_is_kept(store):
    office = an_office(store, now=utc(10, 1, 12))
    office.plan()
    office.go(utc(10, 2, 20))
    prompt = office.prompt(PRIYA, date(2026, 10, 2))
    assert prompt.status is PromptStatus.SKIPPED
    assert prompt.reason is not None
    assert "public holiday" in prompt.reason
    assert "Gandhi" in prompt.reason
    assert office.asked(PRIYA) == []


def test_nobody_is_asked_on_their_day_off(store):
    part_time = replace(DANA, days=frozenset({1, 3}))
    office = an_office(store, part_time, KENJI, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 27, 20))
    assert office.prompt(part_time, FRIDAY).reason == "not a working day (Friday)"
    assert when_asked(office, part_time) == ["Tue 27 09:30"]


def test_an_hour_after_the_deadline_is_recorded_as_too_late(store):
    lena = a_person("U5", name="Lena", zone="America/Los_Angeles")
    office = an_office(store, DANA, lena, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 24, 0))
    prompt = office.prompt(lena, FRIDAY)
    assert (prompt.status, prompt.reason) == (PromptStatus.SKIPPED, "asked too late for the digest")
    assert office.asked(lena) == []


def test_apps_leavers_other_companies_and_unwelcome_guests_are_not_asked(store):
    strangers = (
        a_person("UB", name="Build", is_bot=True),
        a_person("UL", name="Lea", is_deactivated=True),
        a_person("UO", name="Otto", team_id="T2"),
        a_person("UG", name="Gwen", is_guest=True),
    )
    office = an_office(store, DANA, *strangers, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 20))
    round_ = office.round(FRIDAY)
    with store.read("T1") as uow:
        assert [each.person_id for each in uow.standups.prompts(round_.id)] == [DANA.id]


def test_guests_are_asked_once_an_admin_allows_them(store):
    gwen = a_person("UG", name="Gwen", is_guest=True)
    office = an_office(store, DANA, gwen, now=utc(10, 22, 12))
    with store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), guests_allowed=True))
        uow.commit()
    office.plan()
    office.go(utc(10, 23, 20))
    assert len(office.asked(gwen)) == 1


# --- never twice ---------------------------------------------------------------------------------------------------


def test_running_a_due_schedule_again_changes_nothing(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    seen = []
    for moment in (utc(10, 22, 20), utc(10, 23, 1), utc(10, 23, 16)):
        with store.read("T1") as uow:
            seen += [each for each in uow.schedules.upcoming(limit=50) if each.next_at <= moment]
        office.go(moment)
    before = office.rows()
    for schedule in seen:
        try:
            DUE[schedule.kind](office.services, schedule, utc(10, 23, 17))
        except Exception as error:  # noqa: BLE001 - only to say which one
            pytest.fail(f"{schedule.kind}: {error!r}")
    assert office.rows() == before


def test_a_crash_before_the_commit_leaves_it_due_and_one_after_it_posts_once(store, monkeypatch):
    """The DM is a row of the same transaction: it is there with the prompt's new state, or neither is."""
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 0))
    with store.read("T1") as uow:
        schedule = next(s for s in uow.schedules.upcoming(limit=9) if s.kind is ScheduleKind.STANDUP_PROMPT)
    at = office.around.clock.set(utc(10, 23, 0, 30))

    def die(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(SqlUnitOfWork, "commit", die)
        with pytest.raises(ConnectionError):
            standups.prompt_due(office.services, schedule, at)
    assert office.asked(KENJI) == []
    assert office.prompt(KENJI, FRIDAY).status is PromptStatus.WAITING
    with pytest.raises(ConnectionError):
        standups.prompt_due(replace(office.services, nudge=die), schedule, at)
    standups.prompt_due(office.services, schedule, at)
    assert len(office.asked(KENJI)) == 1


# --- late ----------------------------------------------------------------------------------------------------------


def test_after_a_short_outage_the_dm_says_that_it_is_late(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 22, 23))
    office.around.clock.set(utc(10, 23, 3, 30))
    office.go(utc(10, 23, 3, 31))
    message = office.asked(KENJI)[0].message
    assert isinstance(message, StandupPrompt)
    assert message.late_minutes == 180


def test_after_a_long_outage_what_was_missed_is_recorded_and_the_next_goes_on(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.around.clock.set(utc(10, 29, 9))
    office.go(utc(10, 30, 1))
    for day in (FRIDAY, TUESDAY):
        round_ = office.round(day)
        assert round_.status is RoundStatus.MISSED
        assert round_.reason
    assert when_asked(office, KENJI) == ["Fri 30 00:30"]


def test_a_prompt_that_is_more_than_six_hours_late_is_recorded_as_missed(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 22, 23))
    office.around.clock.set(utc(10, 23, 7))
    office.go(utc(10, 23, 7, 1))
    prompt = office.prompt(KENJI, FRIDAY)
    assert (prompt.status, prompt.reason) == (PromptStatus.MISSED, "too late: 6 hours after their time")
    assert len(office.asked(PRIYA)) == 1  # three hours late


def test_nobody_is_asked_after_the_deadline(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 13))
    with store.read("T1") as uow:
        schedule = next(s for s in uow.schedules.upcoming(limit=50) if s.kind is ScheduleKind.STANDUP_PROMPT)
    office.around.clock.set(utc(10, 23, 15, 30))
    office.run(schedule)
    assert office.prompt(SAM, FRIDAY).status is PromptStatus.MISSED
    assert office.asked(SAM) == []


# --- people move, leave, and Slack cannot say -----------------------------------------------------------------------


def test_somebody_who_moved_west_is_asked_at_their_new_hour_and_once(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 0))
    office.save_person(replace(KENJI, zone="Europe/Berlin", seen_at=utc(12, 31, 0)))
    office.go(utc(10, 23, 20))
    assert when_asked(office, KENJI) == ["Fri 23 07:30"]


def test_somebody_who_moved_east_keeps_one_prompt_a_day(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 14))
    office.save_person(replace(SAM, zone="Asia/Tokyo", seen_at=utc(12, 31, 0)))
    office.go(utc(10, 27, 20))
    assert when_asked(office, SAM) == ["Fri 23 13:30", "Tue 27 00:30"]


def test_somebody_who_moved_beyond_the_deadline_is_not_asked_at_night(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 0))
    office.save_person(replace(SAM, zone="Pacific/Honolulu", seen_at=utc(12, 31, 0)))
    office.go(utc(10, 23, 20))
    assert office.prompt(SAM, FRIDAY).reason == "asked too late for the digest"
    assert office.asked(SAM) == []


def test_somebody_who_has_left_the_channel_or_the_company_since_is_not_asked(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 0))
    office.around.directory.membership["C1"] -= {PRIYA.id}
    office.save_person(replace(SAM, is_deactivated=True, seen_at=utc(12, 31, 0)))
    office.go(utc(10, 23, 20))
    assert office.prompt(PRIYA, FRIDAY).reason == "no longer in the channel"
    assert office.prompt(SAM, FRIDAY).reason == "no longer a member of the workspace"
    assert office.asked(PRIYA) == office.asked(SAM) == []


def test_while_slack_cannot_be_asked_the_round_stays_due_and_the_prompts_go_on(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.around.directory.down = True
    with pytest.raises(ExternalFailure):
        office.go(utc(10, 22, 20))
    office.around.directory.down = False
    office.go(utc(10, 22, 21))
    office.around.directory.down = True
    office.go(utc(10, 23, 1))
    assert len(office.asked(KENJI)) == 1


def test_where_the_bot_was_removed_its_planner_is_told_and_the_round_recorded(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()

    def gone(*_):
        raise ExternalFailure("gone", permanent=True, code="channel_not_found")

    office.around.directory.members = gone
    office.go(utc(10, 23, 20))
    assert office.round(FRIDAY).status is RoundStatus.SKIPPED
    notes = office.said(Note)
    assert [row.destination.person for row in notes] == [DANA.id]
    assert "/invite" in notes[0].message.text


def test_a_standup_begins_the_same_day_for_those_whose_hour_is_still_to_come(store):
    office = an_office(store, now=utc(10, 23, 8))  # Friday, 09:00 in Lisbon
    office.plan()
    office.go(utc(10, 23, 20))
    assert when_asked(office, DANA) == ["Fri 23 08:30"]
    assert when_asked(office, SAM) == ["Fri 23 13:30"]
    assert office.prompt(KENJI, FRIDAY).reason == "the standup was set up after 09:30 their time"
    assert office.asked(KENJI) == []
    office.go(utc(10, 27, 2))
    assert when_asked(office, KENJI) == ["Tue 27 00:30"]


def test_a_days_round_that_has_begun_on_the_other_side_of_the_world_is_not_swallowed(store):
    """Set up late on Monday in New York, when Tuesday has begun in Tokyo: Tuesday still takes place."""
    wanted = replace(WEEKLY, days=frozenset({0, 1}), deadline=time(17, 0), zone="America/New_York")
    office = an_office(store, SAM, KENJI, now=utc(10, 26, 13))
    office.plan(wanted, person=SAM)
    office.go(utc(10, 27, 23))
    assert when_asked(office, SAM) == ["Mon 26 13:30", "Tue 27 13:30"]
    assert when_asked(office, KENJI) == ["Tue 27 00:30"]


def test_the_clock_has_nothing_left_of_a_round_that_is_over(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 20))
    with store.read("T1") as uow:
        assert [each.kind for each in uow.schedules.upcoming(limit=50)] == [ScheduleKind.STANDUP_ROUND]
    assert office.happened[0][0] == utc(10, 22, 19, 30)
    assert office.round(FRIDAY).closes_at - office.happened[0][0] < timedelta(hours=24)
