"""The meeting itself: started, its items dealt with, closed by somebody or by itself, and what is carried over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.agendas import Topic, TopicStatus
from bot.domain.cadences import Cadence, Occurrence, OccurrenceStatus
from bot.domain.decisions import Source
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.messages import AgendaItem, AgendaPost
from bot.domain.outbox import OutboxStatus
from bot.domain.workspaces import Viewer
from bot.usecases import agendas
from storage.store import SqlStore
from tests.usecases.agendas_kit import DANA, GUEST, KENJI, SAM, STRANGER, TUESDAY, Room, a_room

HOUR = timedelta(hours=1)


@pytest.fixture
def room(store: SqlStore) -> Room:
    return a_room(store)


def held(room: Room, **extra: Any) -> tuple[Cadence, Occurrence, list[Topic]]:
    """A meeting whose agenda is out, with two items."""
    cadence = room.plan(**extra)
    topics = [room.add(cadence, "Heroku or AWS?", 20, who=DANA), room.add(cadence, "Android", 15, who=DANA)]
    room.come(cadence)
    return cadence, room.meetings(cadence)[0], topics


def test_from_start_to_recap(room: Room):
    cadence, meeting, (heroku, android) = held(room)
    room.deliver()
    room.clock.set(TUESDAY)
    assert agendas.start(room.services, SAM, meeting.id, key="s").status is OccurrenceStatus.STARTED
    agendas.finish(room.services, SAM, heroku.id, "Stay on\n Heroku", key="f")
    assert agendas.close(room.services, SAM, meeting.id, key="c").status is OccurrenceStatus.HELD
    (recap,) = room.recaps()
    assert [(topic.title, topic.outcome) for topic in recap.done] == [("Heroku or AWS?", "Stay on Heroku")]
    assert [topic.title for topic in recap.carried] == ["Android"]
    assert not recap.by_itself
    waiting = room.topic(android.id)
    assert (waiting.status, waiting.carried, waiting.occurrence_id) == (TopicStatus.OPEN, 1, None)
    (post,) = room.shown(AgendaPost)
    assert post.status == "held"
    assert [topic.status.value for topic in post.topics] == ["done", "carried"]
    assert all(item.is_over for item in room.shown(AgendaItem))
    assert room.ending(meeting) is None
    room.come(cadence)
    assert [(topic.title, topic.carried) for topic in room.agendas()[1].topics] == [("Android", 1)]


def test_an_item_that_is_never_finished_is_carried_over_twice(room: Room):
    cadence, _, (_, android) = held(room)
    for _ in range(2):
        room.end(room.meetings(cadence)[-1])
        room.come(cadence)
    assert room.topic(android.id).carried == 2
    assert [topic.carried for topic in room.agendas()[2].topics] == [2, 2]


def test_second_clicks_and_redeliveries_change_nothing(room: Room):
    _, meeting, (heroku, android) = held(room)
    for key in ("a", "a", "b"):
        agendas.start(room.services, SAM, meeting.id, key=f"s{key}")
        agendas.finish(room.services, SAM, heroku.id, f"Outcome {key}", key=f"f{key}")
        agendas.carry(room.services, SAM, android.id, key=f"c{key}")
    before = len(room.rows())
    for key in ("a", "a", "b"):
        agendas.close(room.services, SAM, meeting.id, key=f"x{key}")
    assert room.topic(heroku.id).outcome == "Outcome a"
    assert room.topic(android.id).carried == 1
    assert len(room.recaps()) == 1
    after = len(room.rows())
    agendas.carry(room.services, SAM, android.id, key="late")
    agendas.finish(room.services, SAM, heroku.id, "Too late", key="late2")
    assert len(room.rows()) == after > before


def test_a_meeting_that_nobody_closes_closes_by_itself_two_hours_after_its_end(room: Room):
    _, meeting, _ = held(room)
    ending = room.ending(meeting)
    assert ending is not None
    assert ending.next_at == TUESDAY + 3 * HOUR
    room.end(meeting)
    assert room.recaps()[0].by_itself
    agendas.end_due(room.services, ending, room.clock.now())
    assert len(room.recaps()) == 1


def test_started_late_it_ends_by_itself_later(room: Room):
    _, meeting, _ = held(room)
    room.clock.set(TUESDAY + 2 * HOUR)
    agendas.start(room.services, SAM, meeting.id, key="s")
    ending = room.ending(meeting)
    assert ending is not None
    assert ending.next_at == TUESDAY + 5 * HOUR


def test_days_late_it_is_closed_without_a_recap_and_the_reason_is_kept(room: Room):
    cadence, meeting, (_, android) = held(room)
    room.end(meeting, late=timedelta(days=3))
    (ended,) = room.meetings(cadence)
    assert ended.status is OccurrenceStatus.HELD
    assert "72 hours late" in (ended.reason or "")
    assert room.recaps() == []
    assert room.topic(android.id).carried == 1


def test_where_the_agenda_never_arrived_there_is_no_recap_and_items_carry_over(room: Room):
    _, meeting, (_, android) = held(room)
    for row in room.rows():
        with room.store.begin("T1") as uow:
            uow.outbox.save(replace(row, status=OutboxStatus.FAILED))
            uow.commit()
    room.end(meeting)
    assert room.recaps() == []
    assert room.topic(android.id).status is TopicStatus.OPEN


def test_a_decision_logged_from_an_item_finishes_it_and_is_in_the_recap(room: Room):
    cadence, meeting, (heroku, _) = held(room)
    room.deliver()
    rows = {row.subject: row for row in room.rows() if row.operation == "post"}
    thread, item = rows[f"agenda:{meeting.id}"].ts, rows[f"topic:{heroku.id}"].ts
    decision = room.log("Stay on Heroku", source=Source("C1", item, thread))
    room.log("Something else", source=Source("C1", "77.7", "77.7"))
    assert agendas.suggested_outcome(room.services, room.topic(heroku.id), cadence) == "D-1 Stay on Heroku"
    room.end(meeting)
    (recap,) = room.recaps()
    assert [(topic.title, topic.outcome) for topic in recap.done] == [("Heroku or AWS?", "D-1 Stay on Heroku")]
    assert [each.number for each in recap.decisions] == [decision.number]


def test_dropped_and_carried_items_can_be_put_back_while_the_meeting_lasts(room: Room):
    _, meeting, (heroku, android) = held(room)
    agendas.drop(room.services, KENJI, heroku.id, key="d")
    agendas.carry(room.services, KENJI, android.id, key="c")
    agendas.put_back(room.services, KENJI, heroku.id, key="p1")
    agendas.put_back(room.services, KENJI, android.id, key="p2")
    assert {room.topic(each.id).status for each in (heroku, android)} == {TopicStatus.ON_AGENDA}
    agendas.drop(room.services, KENJI, heroku.id, key="d2")
    room.end(meeting)
    assert [topic.title for topic in room.recaps()[0].dropped] == ["Heroku or AWS?"]
    with pytest.raises(Conflict):
        agendas.put_back(room.services, KENJI, heroku.id, key="p3")


def test_an_item_that_waits_can_be_taken_off_and_put_back(room: Room):
    cadence = room.plan()
    topic = room.add(cadence, "Heroku or AWS?")
    agendas.drop(room.services, SAM, topic.id, key="d")
    assert room.topic(topic.id).status is TopicStatus.DROPPED
    agendas.put_back(room.services, SAM, topic.id, key="p")
    room.come(cadence)
    assert len(room.agendas()[0].topics) == 1


def test_an_item_settled_after_the_meeting_is_done_and_does_not_come_back(room: Room):
    cadence, meeting, (heroku, _) = held(room)
    room.end(meeting)
    agendas.finish(room.services, SAM, heroku.id, "Settled in the thread", key="f")
    assert room.shown(AgendaItem)[0].topic.status is TopicStatus.DONE
    room.come(cadence)
    assert [topic.title for topic in room.agendas()[1].topics] == ["Android"]


def test_what_is_done_is_not_dropped_or_carried(room: Room):
    _, meeting, (heroku, _) = held(room)
    agendas.finish(room.services, SAM, heroku.id, "", key="f")
    for change in (agendas.drop, agendas.carry, agendas.put_back):
        with pytest.raises(Conflict):
            change(room.services, SAM, heroku.id, key=change.__name__)
    with pytest.raises(InvalidInput):
        agendas.finish(room.services, SAM, meeting_topic(room, meeting, 1).id, "x" * 501, key="long")


def test_a_meeting_that_is_over_cannot_be_started(room: Room):
    _, meeting, _ = held(room)
    room.end(meeting)
    with pytest.raises(Conflict):
        agendas.start(room.services, SAM, meeting.id, key="s")


def test_outsiders_and_guests_touch_nothing(room: Room):
    _, meeting, (heroku, _) = held(room)
    for person in (GUEST, STRANGER):
        for change in (agendas.start, agendas.close):
            with pytest.raises(NotFound):
                change(room.services, person, meeting.id, key="k")
        with pytest.raises(NotFound):
            agendas.finish(room.services, person, heroku.id, "x", key="k")
    assert room.topic(heroku.id).status is TopicStatus.ON_AGENDA


def test_a_private_meeting_is_held_by_those_in_it_alone(room: Room):
    cadence = room.plan(channel="G1")
    topic = room.add(cadence, "Runway", who=DANA, source=Source("G1"))
    room.come(cadence)
    meeting = room.meetings(cadence)[0]
    with pytest.raises(NotFound):
        agendas.close(room.services, SAM, meeting.id, key="k")
    with pytest.raises(NotFound):
        agendas.drop(room.services, SAM, topic.id, key="k")
    agendas.close(room.services, DANA, meeting.id, key="k")


def meeting_topic(room: Room, meeting: Occurrence, number: int) -> Topic:
    with room.store.read("T1") as uow:
        return uow.topics.on_agenda(meeting.id, Viewer.system())[number]
