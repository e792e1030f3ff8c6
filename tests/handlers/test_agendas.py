"""Agendas as Slack asks for them: `/agenda`, the shortcut, and every button of an agenda and its items."""

from collections.abc import Iterator

import pytest

from bot.blocks.messages import draw
from bot.domain.agendas import TopicStatus
from bot.domain.cadences import OccurrenceStatus
from bot.domain.workspaces import Viewer
from bot.usecases import cadences
from playground.rules import message_problem
from storage.store import SqlStore
from tests.handlers.decisions_kit import said_in
from tests.handlers.meetings_kit import Office, an_office
from tests.usecases.agendas_kit import DANA


@pytest.fixture
def office(store: SqlStore) -> Iterator[Office]:
    with an_office(store) as found:
        yield found


# --- adding ---------------------------------------------------------------------------------------------------------


def test_an_item_typed_after_the_command_is_added_at_once(office: Office):
    cadence = office.room.plan()
    answer = office.slash("Heroku or AWS? 20 min")
    (topic,) = office.topics(cadence)
    assert (topic.title, topic.minutes, topic.added_by) == ("Heroku or AWS?", 20, "U2")
    assert "Heroku or AWS?" in answer["text"]
    office.press("agendas.drop", topic.id, is_ephemeral=True)
    assert office.topics(cadence) == []
    assert "off the agenda" in office.told()


def test_without_a_meeting_the_words_are_given_back(office: Office):
    answer = office.slash("Heroku or AWS?")
    assert "/backbeat meetings" in answer["text"]
    assert "Heroku or AWS?" in answer["text"]


def test_alone_it_shows_the_coming_agenda(office: Office):
    assert "/backbeat meetings" in office.slash("")["text"]
    cadence = office.room.plan()
    office.room.add(cadence, "Heroku <or> AWS?")
    answer = office.slash("")
    assert "Heroku &lt;or&gt; AWS?" in answer["text"]
    assert office.room.agendas() == []


def test_help_explains(office: Office):
    assert "/agenda" in office.slash("help")["text"]
    assert "Post it now" in office.slash("meetings help", command="/backbeat")["text"]


def test_what_is_too_long_for_an_item_is_given_back_whole_also_where_it_would_ask_which_meeting(office: Office):
    office.room.plan(name="One", channel="C1")
    office.room.plan(key="other", name="Two", channel="C1")
    words = f"{'Heroku or AWS ' * 20}the end"
    answer = office.slash(words)
    assert words in answer["text"]


def test_with_several_meetings_it_asks_which_unless_this_channel_has_one(office: Office):
    platform = office.room.plan(name="Tradeoffs")
    board = office.room.plan(key="2", name="Board", channel="G1")
    office.slash("Heroku?", who="U1")
    assert len(office.topics(platform)) == 1
    office.slash("Runway?", who="U1", channel="D1")
    window = office.window()
    assert "Runway?" in said_in(window)
    office.submit(window, who="U1", cadence=board.id)
    assert [topic.title for topic in office.topics(board)] == ["Runway?"]
    office.slash("Only one for Sam", who="U2", channel="D1")  # she is not in #board and does not see its meeting
    assert len(office.topics(platform)) == 2


def test_words_of_a_private_channel_are_not_put_before_others(office: Office):
    cadence = office.room.plan()
    answer = office.slash("The term sheet", who="U1", channel="G1")
    assert "private" in answer["text"]
    assert "The term sheet" in answer["text"]
    office.shortcut("The term sheet", who="U1", channel="G1")
    assert "private" in said_in(office.window())
    assert office.topics(cadence) == []


def test_what_an_app_says_in_an_attachment_is_read_too(office: Office):
    office.room.plan()
    office.shortcut("", attachments=[{"fallback": "Disk of db-1 is full"}])
    assert "Disk of db-1 is full" in said_in(office.window())


def test_a_message_is_added_with_its_link(office: Office):
    cadence = office.room.plan()
    office.shortcut("SSO for Acme by Friday!! They sign if we have it.")
    window = office.window()
    assert "SSO for Acme by Friday!!" in said_in(window)
    answer = office.submit(window, minutes="20")
    (topic,) = office.topics(cadence)
    assert (topic.title, topic.minutes) == ("SSO for Acme by Friday!!", 20)
    assert topic.source.ts == "100.1"
    assert topic.source.permalink == "https://example.test/archives/C1/p1001"
    assert "Added" in said_in(answer["view"])
    office.submit(window, minutes="20")
    assert len(office.topics(cadence)) == 1


def test_something_urgent_asks_what_gets_bumped(office: Office):
    cadence = office.room.plan()
    soc = office.room.add(cadence, "SOC 2 evidence")
    office.shortcut("SSO for Acme by Friday!!")
    office.press_in(office.window(), "urgent", who="U2", title="SSO for Acme", urgent=True)
    window = office.window()
    assert "What gets bumped?" in said_in(window)
    assert "SSO for Acme" in said_in(window)
    refused = office.submit(window, urgent=True)
    assert "What gets bumped?" in refused["errors"]["bumps"]
    office.submit(window, urgent=True, bumps=soc.id)
    urgent = office.topics(cadence)[1]
    assert (urgent.urgent, urgent.bumps, urgent.bumps_id) == (True, "SOC 2 evidence", soc.id)


def test_urgent_sent_before_the_question_was_there_asks_it_then(office: Office):
    cadence = office.room.plan()
    office.shortcut("SSO for Acme")
    answer = office.submit(office.window(), urgent=True)
    assert answer["response_action"] == "update"
    asked = {**answer["view"], "id": "V77", "hash": "1.a"}
    assert "bumps_text" in office.submit(asked, urgent=True)["errors"]
    office.submit(asked, urgent=True, bumps_text="Design work")
    (topic,) = office.topics(cadence)
    assert topic.bumps == "Design work"


def test_a_message_without_a_meeting_says_how_to_plan_one(office: Office):
    office.shortcut("SSO for Acme")
    assert "/backbeat meetings" in said_in(office.window())


@pytest.mark.parametrize("text", ["", "<!channel> " * 400, "😀" * 3000, "<@U1> <#C1|platform> &amp;"])
def test_odd_messages_open_a_window_that_slack_takes(office: Office, text: str):
    office.room.plan()
    office.shortcut(text)
    assert office.window()["callback_id"] == "agendas.adding"


@pytest.mark.parametrize("text", ["x" * 4000, "😀" * 500 + " 20 min", "<!channel> now"])
def test_odd_words_are_added_or_given_back(office: Office, text: str):
    cadence = office.room.plan()
    answer = office.slash(text)
    assert "<!channel>" not in answer["text"]
    assert office.topics(cadence) or "Your text" in answer["text"]


def test_people_of_other_companies_add_nothing(office: Office):
    cadence = office.room.plan()
    assert "members of this workspace" in office.slash("Hello", who="U5")["text"]
    office.shortcut("Hello", who="U5")
    assert "members of this workspace" in said_in(office.window())
    assert office.topics(cadence) == []


# --- the meeting ----------------------------------------------------------------------------------------------------


def test_the_buttons_of_the_agenda_and_its_items(office: Office):
    room = office.room
    cadence = room.plan()
    heroku, android, soc = (room.add(cadence, title) for title in ("Heroku?", "Android", "SOC 2"))
    room.come(cadence)
    (meeting,) = room.meetings(cadence)
    office.press("agendas.start", meeting.id)
    assert room.meetings(cadence)[0].status is OccurrenceStatus.STARTED
    office.press("agendas.finish", heroku.id)
    window = office.window()
    office.submit(window, outcome="Stay on Heroku")
    office.submit(window, outcome="Twice")
    assert room.topic(heroku.id).outcome == "Stay on Heroku"
    office.press("agendas.finish", heroku.id)
    assert "done already" in office.told()
    office.press("agendas.carry", android.id)
    office.press("agendas.drop", soc.id)
    office.press("agendas.put_back", soc.id)
    assert room.topic(soc.id).status is TopicStatus.ON_AGENDA
    office.press("agendas.close", meeting.id, trigger="same")
    office.press("agendas.close", meeting.id, trigger="same")
    office.press("agendas.close", meeting.id)
    assert len(room.recaps()) == 1
    for row in room.rows():
        drawn = draw(row.message)
        assert message_problem({"channel": "C1", "text": drawn.text, "blocks": drawn.blocks}) is None


def test_add_item_on_the_agenda_joins_it(office: Office):
    cadence = office.room.plan()
    office.room.come(cadence)
    office.press("agendas.add_item", cadence.id)
    answer = office.submit(office.window(), title="One more thing", minutes="10")
    assert "It's on the agenda" in said_in(answer["view"])
    assert office.room.items() == ["One more thing"]


def test_decide_opens_a_decision_in_the_items_thread_and_it_finishes_the_item(office: Office):
    room = office.room
    cadence = room.plan()
    topic = room.add(cadence, "Heroku or AWS?")
    room.come(cadence)
    room.deliver()
    office.press("agendas.decide", topic.id)
    window = office.window()
    assert window["callback_id"] == "decisions.form"
    assert "Heroku or AWS?" in said_in(window)
    office.submit(window, why="Moving costs a month")
    with room.store.read("T1") as uow:
        (decision,) = uow.decisions.latest(Viewer.system(), limit=5)
    assert (decision.source.conversation, decision.source.ts, decision.source.thread_ts) == ("C1", "200.2", "200.1")
    office.press("agendas.decide", topic.id)
    assert "D-1" in said_in(office.window())


@pytest.mark.parametrize("action", ["start", "close", "decide", "finish", "carry", "drop", "put_back", "add_item"])
@pytest.mark.parametrize("value", ["", "no-such-thing", "x" * 500])
def test_forged_values_are_told_in_words(office: Office, action: str, value: str):
    office.room.plan()
    office.press(f"agendas.{action}", value)
    assert office.told()


def test_a_stopped_meeting_takes_no_items(office: Office):
    cadence = office.room.plan()
    cadences.stop(office.room.services, DANA, cadence.id, key="s")
    office.press("agendas.add_item", cadence.id)
    assert office.told()
