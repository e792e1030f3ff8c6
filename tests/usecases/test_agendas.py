"""What is on an agenda: what was added, what the log and the standups bring, and nothing its readers may not see."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.agendas import TopicKind, TopicStatus
from bot.domain.decisions import DecisionStatus, Detail, Source
from bot.domain.errors import InvalidInput, NotAllowed, NotFound
from bot.domain.workspaces import Audience, Viewer
from bot.usecases import agendas, cadences, decisions
from storage.store import SqlStore
from tests.usecases.agendas_kit import DANA, GUEST, SAM, STRANGER, TUESDAY, Room, a_plan, a_room

HOUR = timedelta(hours=1)


@pytest.fixture
def room(store: SqlStore) -> Room:
    return a_room(store)


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
    decisions.keep(room.services, SAM, decision.number, date(2026, 11, 17), "It works", key="k")
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
    concern = room.stuck("staging DB", seen=2)
    room.stuck("a new one", seen=1)
    room.stuck("elsewhere", seen=5, channel="G1")
    room.come(cadence)
    assert [topic.title for topic in room.agendas()[0].topics] == ["Stuck for 2 standups: staging DB"]
    room.end(room.meetings(cadence)[0])
    with room.store.begin("T1") as uow:
        uow.concerns.save(replace(concern, seen=4))
        uow.commit()
    room.come(cadence)
    assert [(topic.title, topic.carried) for topic in room.agendas()[1].topics] == [
        ("Stuck for 4 standups: staging DB", 1)
    ]
    room.end(room.meetings(cadence)[1])
    with room.store.begin("T1") as uow:
        uow.concerns.save(replace(concern, cleared_at=room.clock.now(), cleared_by="U3"))
        uow.commit()
    room.come(cadence)
    assert room.agendas()[2].topics == ()


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


def test_a_risk_whose_acceptance_runs_out_does_not_fall_off_behind_a_long_item(room: Room):
    cadence = room.plan(minutes=30)
    room.add(cadence, "Android offline mode", 25)
    room.log("Stay on Heroku", revisit_on=date(2026, 11, 2))
    runs_out = Detail(risk_until=date(2026, 11, 3), controls="No customer data")
    room.log("Shared credentials", revisit_on=date(2026, 11, 3), draft={"detail": runs_out})
    seen = agendas.coming(room.services, Viewer("U2", frozenset({"C1"})), workspace="T1", at=room.clock.now())
    room.come(cadence)
    expected = [
        "Revisit D-2 Shared credentials: risk accepted until 3 Nov 2026",
        "Revisit D-1 Stay on Heroku: did it work?",
    ]
    assert [topic.title for topic in room.agendas()[0].topics] == expected
    assert [topic.title for topic in seen[0].agenda.topics] == expected


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
    chair_who_left = Viewer("U1", frozenset({"C1"}))
    assert agendas.coming(room.services, chair_who_left, workspace="T1", at=room.clock.now()) == []
    insider = Viewer("U1", frozenset({"G1"}))
    assert len(agendas.choices(room.services, insider, Audience("G1"), workspace="T1")) == 1
    assert agendas.choices(room.services, insider, Audience("G2"), workspace="T1") == []
