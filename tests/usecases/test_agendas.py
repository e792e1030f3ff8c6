"""The agenda of the weekly meeting: posted once, at its hour, with what belongs on it and nothing that does not."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.agendas import QUESTIONS, TopicKind, TopicStatus
from bot.domain.cadences import OccurrenceStatus
from bot.domain.decisions import DecisionStatus, Source
from bot.domain.errors import InvalidInput, NotAllowed, NotFound
from bot.domain.workspaces import Audience, Viewer
from bot.usecases import agendas, cadences, decisions
from storage.store import SqlStore
from tests.usecases.agendas_kit import DANA, GUEST, KENJI, MONDAY, SAM, STRANGER, TUESDAY, Room, a_plan, a_room, at

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


def test_two_planners_that_claim_one_slot_at_once_post_once(room: Room):
    cadence = room.plan()
    room.add(cadence, "Heroku or AWS?")
    schedule = room.schedule(cadence)
    assert schedule is not None
    room.clock.set(MONDAY)
    together = threading.Barrier(2)

    def plan() -> None:
        together.wait()
        agendas.post_due(room.services, schedule, MONDAY)

    threads = [threading.Thread(target=plan) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(room.agendas()) == 1
    assert room.items() == ["Heroku or AWS?"]
    assert [each.slot for each in room.meetings(cadence)] == ["2026-11-03"]


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


# --- what is on it --------------------------------------------------------------------------------------------------


def test_decisions_due_by_the_day_of_the_meeting_come_for_a_second_look(room: Room):
    cadence = room.plan()
    room.log("Stay on Heroku", revisit_on=date(2026, 11, 3))
    room.log("Keep RabbitMQ", revisit_on=date(2026, 11, 4))
    room.come(cadence)
    (topic,) = room.agendas()[0].topics
    assert (topic.title, topic.kind, topic.minutes) == (
        "Revisit D-1 Stay on Heroku: did it work?",
        TopicKind.REVISIT,
        10,
    )


def test_a_proposal_is_on_the_agenda_until_it_is_decided(room: Room):
    cadence = room.plan()
    proposed = room.log("Datadog for logs", draft={"status": DecisionStatus.PROPOSED})
    room.come(cadence)
    (topic,) = room.agendas()[0].topics
    assert topic.title == "D-1 Datadog for logs, proposed on 29 Oct 2026"
    decisions.accept(room.services, SAM, proposed.number, key="a")
    meeting = room.meetings(cadence)[0]
    room.end(meeting)
    (recap,) = room.recaps()
    assert [(each.title, each.outcome) for each in recap.done] == [(topic.title, "Decided")]
    room.come(cadence)
    assert room.agendas()[1].topics == ()


def test_what_was_looked_at_is_not_asked_again_until_the_decision_changes(room: Room):
    cadence = room.plan()
    decision = room.log("Stay on Heroku", revisit_on=date(2026, 11, 3))
    room.come(cadence)
    topic = room.agendas()[0].topics[0]
    agendas.finish(room.services, SAM, topic.id, "It works", key="f", viewer=Viewer.system())
    room.end(room.meetings(cadence)[0])
    room.come(cadence)
    assert room.agendas()[1].topics == ()
    room.end(room.meetings(cadence)[1])
    decisions.keep(room.services, SAM, decision.number, date(2026, 11, 17), key="k")
    room.come(cadence)
    assert len(room.agendas()[2].topics) == 1


def test_a_carried_revisit_that_was_dealt_with_meanwhile_does_not_come_back(room: Room):
    cadence = room.plan()
    decision = room.log("Stay on Heroku", revisit_on=date(2026, 11, 3))
    room.come(cadence)
    topic = room.agendas()[0].topics[0]
    room.end(room.meetings(cadence)[0])
    assert room.topic(topic.id).carried == 1
    decisions.reverse(room.services, SAM, decision.number, "It was too slow", key="r")
    room.come(cadence)
    assert room.agendas()[1].topics == ()
    assert room.topic(topic.id).outcome == "Reversed"


def test_what_has_been_stuck_for_two_standups_is_on_the_agenda_once(room: Room):
    cadence = room.plan()
    room.stuck("staging DB", seen=2)
    room.stuck("a new one", seen=1)
    room.stuck("elsewhere", seen=5, channel="G1")
    room.come(cadence)
    assert [topic.title for topic in room.agendas()[0].topics] == ["Stuck for 2 standups: staging DB"]
    room.end(room.meetings(cadence)[0])
    room.come(cadence)
    assert [(topic.title, topic.carried) for topic in room.agendas()[1].topics] == [
        ("Stuck for 2 standups: staging DB", 1)
    ]


def test_urgent_then_carried_over_then_the_rest_within_the_time(room: Room):
    cadence = room.plan(minutes=60)
    soc = room.add(cadence, "SOC 2 evidence", 15)
    room.add(cadence, "Android offline mode", 50)
    room.add(cadence, "Short one", 10)
    room.add(cadence, "SSO for Acme", 20, urgent=True, bumps_id=soc.id)
    room.log("Stay on Heroku", revisit_on=date(2026, 11, 3))
    room.come(cadence)
    post = room.agendas()[0]
    assert [topic.title for topic in post.topics] == [
        "SSO for Acme",
        "Short one",
        "Revisit D-1 Stay on Heroku: did it work?",
    ]
    assert post.topics[0].bumps == "SOC 2 evidence"
    assert [topic.title for topic in post.left_over] == ["SOC 2 evidence", "Android offline mode"]


def test_nothing_of_a_private_channel_is_in_a_public_agenda(room: Room):
    public = room.plan()
    private = room.plan(key="p", channel="G1", name="Board")
    room.log("Buy the competitor", source=Source("G1"), audience=Audience("G1"), revisit_on=date(2026, 11, 3))
    room.log("Fire nobody", source=Source("G1"), audience=Audience("G1"), draft={"status": DecisionStatus.PROPOSED})
    room.stuck("the term sheet", channel="G1")
    with pytest.raises(NotAllowed):
        room.add(public, "The term sheet", who=DANA, source=Source("G1"), audience=Audience("G1"))
    item = room.add(private, "Runway", who=DANA, source=Source("C1"))
    assert item.audience == Audience("G1")
    room.come(public)
    room.come(private)
    board, platform = sorted(room.agendas(), key=lambda post: post.name)
    assert platform.topics == ()
    assert platform.left_over == ()
    assert len(board.topics) == 4
    with pytest.raises(NotFound):
        agendas.finish(room.services, SAM, item.id, "x", key="f")


def test_an_item_of_a_channel_that_is_left_for_a_public_one_stays_behind(room: Room):
    cadence = room.plan(channel="G1")
    room.add(cadence, "Runway", who=DANA, source=Source("G1"), audience=Audience("G1"))
    cadences.change(room.services, DANA, cadence.id, a_plan(channel="C1"), key="c")
    room.come(cadence)
    assert room.agendas()[0].topics == ()
    assert room.agendas()[0].left_over == ()


# --- adding ---------------------------------------------------------------------------------------------------------


def test_a_redelivery_adds_one_item(room: Room):
    cadence = room.plan()
    assert room.add(cadence, "Heroku?", key="k").id == room.add(cadence, "Heroku?", key="k").id


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"title": "   "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 241}, "minutes"),
        ({"urgent": True}, "bumps"),
        ({"urgent": True, "bumps": "x" * 201}, "bumps_text"),
        ({"urgent": True, "bumps_id": "no-such-item"}, "bumps"),
    ],
)
def test_what_cannot_be_added_is_told_beside_its_field(room: Room, extra: dict[str, str], field: str):
    cadence = room.plan()
    given = {"title": "Heroku?", "minutes": 10, "key": "k"} | extra
    with pytest.raises(InvalidInput) as refused:
        agendas.add(room.services, SAM, cadence.id, **given)
    assert refused.value.field == field


def test_guests_and_outsiders_add_nothing(room: Room):
    cadence = room.plan()
    for person in (GUEST, STRANGER):
        with pytest.raises(NotFound):
            agendas.add(room.services, person, cadence.id, "Hello", key="k")


def test_an_item_for_the_agenda_that_is_out_joins_it_where_it_fits(room: Room):
    cadence = room.plan(minutes=60)
    room.add(cadence, "Heroku or AWS?", 30)
    room.come(cadence)
    fits = room.add(cadence, "Quick one", 20)
    too_long = room.add(cadence, "Long one", 30)
    assert (fits.status, fits.position) == (TopicStatus.ON_AGENDA, 2)
    assert too_long.status is TopicStatus.OPEN
    assert room.items() == ["Heroku or AWS?", "Quick one"]
    (post,) = room.shown(type(room.agendas()[0]))
    assert [topic.title for topic in post.topics] == ["Heroku or AWS?", "Quick one"]
    assert [topic.title for topic in post.left_over] == ["Long one"]


def test_something_urgent_joins_in_any_case_and_what_it_bumps_waits(room: Room):
    cadence = room.plan(minutes=30)
    soc = room.add(cadence, "SOC 2 evidence", 25)
    room.come(cadence)
    urgent = room.add(cadence, "SSO for Acme", 30, urgent=True, bumps_id=soc.id)
    assert urgent.status is TopicStatus.ON_AGENDA
    assert room.topic(soc.id).status is TopicStatus.CARRIED


def test_once_the_meetings_time_is_over_an_item_waits_for_the_next_one(room: Room):
    cadence = room.plan()
    room.come(cadence)
    room.clock.set(TUESDAY + HOUR)
    assert room.add(cadence, "Afterthought").status is TopicStatus.OPEN


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


# --- looking at it --------------------------------------------------------------------------------------------------


def test_the_coming_agenda_shows_what_would_be_posted_and_stores_nothing(room: Room):
    cadence = room.plan()
    room.add(cadence, "Heroku or AWS?")
    room.log("Stay on Heroku", revisit_on=date(2026, 11, 3))
    for _ in range(2):
        (found,) = agendas.coming(room.services, Viewer("U2"), workspace="T1", at=room.clock.now())
        assert [topic.title for topic in found.agenda.topics] == [
            "Heroku or AWS?",
            "Revisit D-1 Stay on Heroku: did it work?",
        ]
    assert found.starts_at == TUESDAY
    assert found.occurrence is None
    room.come(cadence)
    (out,) = agendas.coming(room.services, Viewer("U2"), workspace="T1", at=room.clock.now())
    assert out.occurrence is not None
    assert len(out.agenda.topics) == 2


def test_a_private_meeting_is_unknown_to_those_outside(room: Room):
    room.plan(channel="G1", name="Board")
    outsider = Viewer("U2", frozenset({"C1"}))
    assert agendas.coming(room.services, outsider, workspace="T1", at=room.clock.now()) == []
    assert agendas.choices(room.services, outsider, Audience(), workspace="T1") == []
    insider = Viewer("U1", frozenset({"G1"}))
    assert len(agendas.choices(room.services, insider, Audience("G1"), workspace="T1")) == 1
    assert agendas.choices(room.services, insider, Audience("G2"), workspace="T1") == []
