"""Two processes, two people, or a person and the clock at one moment: what happens, happens once, on either engine."""

import threading
from collections.abc import Callable

import pytest

from bot.domain.agendas import TopicStatus
from bot.domain.errors import BackbeatError
from bot.usecases import agendas
from storage.store import SqlStore
from tests.usecases.agendas_kit import DANA, KENJI, MONDAY, SAM, Room, a_room


@pytest.fixture
def room(any_store: SqlStore) -> Room:
    return a_room(any_store)


def at_once(*doings: Callable[[], object]) -> list[BaseException]:
    """Run them in threads that begin together; what they raised, but for words for a person."""
    together, raised = threading.Barrier(len(doings)), []

    def run(doing: Callable[[], object]) -> None:
        together.wait()
        try:
            doing()
        except BackbeatError:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)

    threads = [threading.Thread(target=run, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_two_planners_that_claim_one_slot_post_once(room: Room):
    cadence = room.plan()
    room.add(cadence, "Heroku or AWS?")
    schedule = room.schedule(cadence)
    assert schedule is not None
    room.clock.set(MONDAY)
    assert at_once(*[lambda: agendas.post_due(room.services, schedule, MONDAY)] * 3) == []
    assert len(room.agendas()) == 1
    assert room.items() == ["Heroku or AWS?"]
    assert [each.slot for each in room.meetings(cadence)] == ["2026-11-03"]


def test_by_hand_and_by_the_clock_it_is_posted_once(room: Room):
    cadence = room.plan()
    schedule = room.schedule(cadence)
    assert schedule is not None
    room.clock.set(MONDAY)
    raised = at_once(
        lambda: agendas.post_due(room.services, schedule, MONDAY),
        lambda: agendas.post_now(room.services, DANA, cadence.id, key="a"),
        lambda: agendas.post_now(room.services, DANA, cadence.id, key="b"),
    )
    assert raised == []
    assert len(room.agendas()) == 1
    after = room.schedule(cadence)
    assert after is not None
    if after.slot == "2026-11-03":  # the clock gave way; it comes again and finds the slot served
        agendas.post_due(room.services, after, MONDAY)
    assert len(room.agendas()) == 1


def test_two_who_close_a_meeting_while_the_clock_does_get_one_recap(room: Room):
    cadence = room.plan()
    topic = room.add(cadence, "Heroku or AWS?")
    room.come(cadence)
    room.deliver()
    (meeting,) = room.meetings(cadence)
    ending = room.ending(meeting)
    assert ending is not None
    assert ending.next_at is not None
    now = room.clock.set(ending.next_at)
    raised = at_once(
        lambda: agendas.close(room.services, SAM, meeting.id, key="a"),
        lambda: agendas.close(room.services, KENJI, meeting.id, key="b"),
        lambda: agendas.end_due(room.services, ending, now),
    )
    assert raised == []
    assert len(room.recaps()) == 1
    assert room.topic(topic.id).carried == 1


def test_what_is_added_while_the_agenda_goes_out_is_on_it_or_waits(room: Room):
    cadence = room.plan()
    schedule = room.schedule(cadence)
    assert schedule is not None
    room.clock.set(MONDAY)
    raised = at_once(
        lambda: agendas.post_due(room.services, schedule, MONDAY),
        lambda: room.add(cadence, "One"),
        lambda: room.add(cadence, "Two", who=KENJI),
    )
    assert raised == []
    found = agendas.coming(room.services, cadence.readers, workspace="T1", at=MONDAY)[0].agenda.topics
    assert {(topic.title, topic.status) for topic in found} == {
        ("One", TopicStatus.ON_AGENDA),
        ("Two", TopicStatus.ON_AGENDA),
    }
    assert sorted(room.items()) == ["One", "Two"]
