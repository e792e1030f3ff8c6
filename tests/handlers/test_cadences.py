"""Recurring meetings as Slack asks for them: `/backbeat meetings`, the window that plans one, and the list."""

from collections.abc import Iterator

import pytest

from storage.store import SqlStore
from tests.handlers.decisions_kit import said_in
from tests.handlers.meetings_kit import Office, an_office
from tests.usecases.agendas_kit import MONDAY


@pytest.fixture
def office(store: SqlStore) -> Iterator[Office]:
    with an_office(store) as found:
        yield found


def test_a_meeting_is_planned_and_what_was_understood_is_shown(office: Office):
    office.slash("meetings", who="U1", command="/backbeat")
    window = office.window()
    assert window["callback_id"] == "cadences.form"
    answer = office.submit(window, who="U1", channel="C1", when="Tuesdays at 13:00")
    assert answer["response_action"] == "update"
    said = said_in(answer["view"])
    assert "Every Tuesday at 13:00 (Europe/Lisbon)" in said
    assert "Tue 3 Nov 13:00" in said
    with office.room.store.read("T1") as uow:
        (cadence,) = uow.cadences.all()
    planned = office.room.schedule(cadence)
    assert planned is not None
    assert planned.next_at == MONDAY
    assert office.submit(window, who="U1", channel="C1", when="Tuesdays at 13:00")["response_action"] == "update"
    with office.room.store.read("T1") as uow:
        assert len(uow.cadences.all()) == 1


def test_what_cannot_be_used_stays_in_the_window_with_a_word_beside_it(office: Office):
    office.slash("meetings", who="U1", command="/backbeat")
    window = office.window()
    wrong = office.submit(window, who="U1", channel="C1", when="now and then")
    assert list(wrong["errors"]) == ["when"]
    not_in = office.submit(window, who="U1", channel="C2", when="Tuesdays at 13:00")
    assert "/invite @Backbeat" in not_in["errors"]["channel"]


def test_the_rest_of_the_window_keeps_what_was_typed(office: Office):
    office.slash("meetings", who="U1", command="/backbeat")
    office.press_in(office.window(), "cadences.more", when="Fridays at 9:00")
    window = office.window()
    assert "Fridays at 9:00" in said_in(window)
    answer = office.submit(window, who="U1", channel="C1", minutes="45", lead_days="2", place="IN-WB")
    assert "45 min" in said_in(answer["view"])
    assert "2 working days ahead" in said_in(answer["view"])


def test_those_who_may_not_plan_are_told_whom_to_ask(office: Office):
    office.slash("meetings", command="/backbeat")
    assert "The CTO or an admin plans one" in said_in(office.window())
    office.room.plan()
    office.slash("meetings", command="/backbeat")
    assert "Plan another" not in said_in(office.window())


def test_a_forged_window_plans_nothing(office: Office):
    office.slash("meetings", who="U1", command="/backbeat")
    answer = office.submit(office.window(), who="U2", channel="C1", when="Tuesdays at 13:00")
    assert "response_action" in answer
    assert answer["response_action"] == "errors"
    with office.room.store.read("T1") as uow:
        assert uow.cadences.all() == []


def test_the_list_edits_stops_and_posts_now(office: Office):
    cadence = office.room.plan()
    office.slash("meetings", who="U1", command="/backbeat")
    office.press_in(office.window(), "cadences.post_now", cadence.id)
    assert "Posted: the agenda" in said_in(office.window())
    office.press_in(office.window(), "cadences.post_now", cadence.id)
    assert "is out already" in said_in(office.window())
    assert len(office.room.agendas()) == 1
    office.press_in(office.window(), "cadences.edit", cadence.id)
    window = office.window()
    assert "Change a meeting" in said_in(window)
    office.submit(window, who="U1", name="Trade-offs")
    office.slash("meetings", who="U1", command="/backbeat")
    assert "Trade-offs" in said_in(office.window())
    office.press_in(office.window(), "cadences.stop", cadence.id)
    assert "Stopped" in said_in(office.window())
    assert office.room.schedule(cadence) is None


def test_posting_now_is_refused_to_others_in_words(office: Office):
    cadence = office.room.plan()
    office.slash("meetings", command="/backbeat")
    office.press_in(office.window(), "cadences.post_now", cadence.id, who="U2")
    assert "Whoever runs this meeting" in said_in(office.window())
    assert office.room.agendas() == []
