"""Agendas, items, recaps and windows: what they say, and that Slack takes them however long the words in them are."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks.agendas import draw_agenda, draw_agenda_item, draw_recap, windows
from bot.blocks.agendas.windows import Form, Frame
from bot.blocks.kit import Drawn
from bot.domain.agendas import QUESTIONS, Topic, TopicKind, TopicStatus
from bot.domain.cadences import Cadence, CadenceKind
from bot.domain.decisions import Decision, DecisionStatus, Detail, Source
from bot.domain.errors import InvalidInput
from bot.domain.messages import AgendaItem, AgendaPost, MeetingRecap
from bot.domain.recurrence import Rule
from bot.domain.workspaces import Audience
from bot.usecases.agendas import Choice
from playground.rules import message_problem, view_problem

NOW = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 3, 13, 0, tzinfo=UTC)
EVIL = "<!channel> *bold* & <@U1> ~x~ "
CADENCE = Cadence(
    "T1", "c1", CadenceKind.TRADEOFFS, "Tradeoffs", "C1",
    Rule.parse("Tuesdays at 13:00", zone="Europe/Lisbon", today=NOW.date()), "U1",
)  # fmt: skip


def topic(title: str = "SSO for Acme", **extra: Any) -> Topic:
    return Topic("T1", extra.pop("id", "t1"), "c1", title, extra.pop("added_by", "U2"), NOW, **extra)


def agenda(*topics: Topic, **extra: Any) -> AgendaPost:
    given = {
        "cadence_id": "c1", "occurrence_id": "o1", "name": "Tradeoffs", "starts_at": TUESDAY, "minutes": 60,
        "chair_id": "U1", "topics": topics, "left_over": (), "status": "posted",
        "names": {"U1": "Priya", "U2": "Sam"},
    }  # fmt: skip
    return AgendaPost(**(given | extra))


def decision(**extra: Any) -> Decision:
    base = Decision("T1", 5, "Stay on Heroku", "Moving costs a month", "U1", "U2", DecisionStatus.DECIDED, NOW, NOW)
    return replace(base, **extra)


def taken(drawn: Drawn) -> Drawn:
    """Slack would take it."""
    problem = message_problem({"channel": "C1", "text": drawn.text, "blocks": drawn.blocks})
    assert problem is None, problem
    return drawn


def pressed(drawn: Drawn) -> list[str]:
    return [e["text"]["text"] for block in drawn.blocks if block["type"] == "actions" for e in block["elements"]]


def test_the_agenda_reads_as_one_screen():
    drawn = taken(
        draw_agenda(
            agenda(
                topic(minutes=20, urgent=True, bumps="SOC 2 evidence", bumps_id="t9", position=1),
                topic("Stuck for 2 standups: staging DB", minutes=10, position=2, carried=2),
                left_over=(topic("Android", id="t8"), topic("SOC 2 evidence", id="t9")),
            )
        )
    )
    assert drawn.text.splitlines() == [
        f"*Tradeoffs* · <!date^{int(TUESDAY.timestamp())}^{{date_short_pretty}} {{time}}|03 Nov 13:00 UTC> · 60 min"
        " · Priya runs it",
        "1  🔺 *SSO for Acme*; bumps SOC 2 evidence · Sam · 20 min",
        "2  *Stuck for 2 standups: staging DB* · Sam · 10 min · carried over twice",
        "30 of 60 min. Did not fit: Android",
    ]
    assert pressed(drawn) == ["Add item", "Start meeting"]


def test_nobody_is_mentioned_and_nobodys_words_are_live():
    post = agenda(
        topic(EVIL, bumps=EVIL, urgent=True), name=EVIL, names={"U1": EVIL, "U2": EVIL}, left_over=(topic(EVIL),)
    )
    for drawn in (
        draw_agenda(post),
        draw_agenda_item(AgendaItem(topic(EVIL, outcome=EVIL, status=TopicStatus.DONE), 1, name=EVIL)),
        draw_recap(MeetingRecap(EVIL, TUESDAY, (topic(EVIL, outcome=EVIL),), (topic(EVIL),), (decision(title=EVIL),))),
        windows.added(topic(EVIL), replace(CADENCE, name=EVIL), starts_at=TUESDAY),
    ):
        taken(drawn)
        assert "<!channel>" not in str(drawn)
        assert "<@" not in str(drawn)


@pytest.mark.parametrize("status", ["posted", "started", "held"])
def test_slack_takes_the_longest_agenda(status: str):
    longest = "&" * 200
    topics = tuple(topic(longest, id=f"t{n}", position=n, bumps=longest, urgent=True, carried=9) for n in range(1, 41))
    done = tuple(replace(each, status=TopicStatus.DONE, outcome="<" * 500) for each in topics)
    names = {"U1": "&" * 100, "U2": "<" * 100}
    taken(draw_agenda(agenda(*topics, left_over=topics, status=status, names=names, name="&" * 60)))
    taken(draw_agenda(agenda(*done, left_over=topics, status=status)))
    taken(
        draw_recap(MeetingRecap("&" * 60, TUESDAY, done, topics, tuple(decision(title="&" * 300) for _ in range(50))))
    )
    for each in (topics[0], done[0]):
        taken(draw_agenda_item(AgendaItem(each, 1, decision(why="&" * 3000, not_doing="&" * 3000), "&" * 100)))


def test_an_empty_agenda_invites_the_first_item():
    assert "Add the first item" in taken(draw_agenda(agenda())).text
    assert "Nothing was on the agenda" in taken(draw_recap(MeetingRecap("Tradeoffs", TUESDAY, (), (), ()))).text


def test_buttons_follow_the_meeting():
    assert pressed(draw_agenda(agenda(status="started"))) == ["Add item", "Close meeting"]
    assert pressed(draw_agenda(agenda(status="held"))) == []


def test_late_is_said_on_the_agenda():
    assert "Sent 3 hours late" in draw_agenda(agenda(late_minutes=180)).text
    assert "late" not in draw_agenda(agenda(late_minutes=2)).text


def test_an_item_has_the_four_questions_and_its_buttons():
    item = AgendaItem(
        topic(source=Source("C1", "1.1", None, "https://t.slack.com/archives/C1/p1?a=1&b=2")), 1, name="Sam"
    )
    drawn = taken(draw_agenda_item(item))
    assert all(question in drawn.text for question in QUESTIONS)
    assert pressed(drawn) == ["Decide", "Done", "Carry over", "Drop"]
    assert "From a message" in str(drawn.blocks)


def test_an_item_links_to_its_message_on_any_server_that_speaks_slacks_api():
    item = AgendaItem(topic(source=Source("C1", "1.1", None, "http://127.0.0.1:8100/archives/C1/p11")), 1)
    assert "<http://127.0.0.1:8100/archives/C1/p11|From a message ↗>" in str(taken(draw_agenda_item(item)).blocks)


@pytest.mark.parametrize(
    ("status", "is_over", "says", "buttons"),
    [
        (TopicStatus.DONE, False, "Done", []),
        (TopicStatus.CARRIED, False, "Carried over", ["Put it back"]),
        (TopicStatus.DROPPED, False, "Dropped", ["Put it back"]),
        (TopicStatus.DROPPED, True, "Dropped", []),
        (TopicStatus.OPEN, True, "Carried over", ["Done", "Drop"]),
        (TopicStatus.CARRIED, True, "Carried over", []),
    ],
)
def test_an_item_says_what_became_of_it(status: TopicStatus, is_over: bool, says: str, buttons: list[str]):
    drawn = taken(draw_agenda_item(AgendaItem(topic(status=status), 1, is_over=is_over)))
    assert says in drawn.text
    assert pressed(drawn) == buttons


def test_a_decision_that_comes_back_is_answered_with_its_own_buttons():
    item = AgendaItem(topic("Revisit D-5", kind=TopicKind.REVISIT, decision_number=5), 3, decision(), "Sam")
    drawn = taken(draw_agenda_item(item))
    assert "Moving costs a month" in drawn.text
    assert pressed(drawn)[:4] == ["It worked, keep", "Amend", "Supersede", "Reverse"]


def test_what_it_was_to_be_measured_by_is_there_when_it_comes_back():
    detail = Detail(outcome_metric="Pages at night", guardrail="1% of revenue", controls="One VLAN")
    item = AgendaItem(topic(kind=TopicKind.REVISIT, decision_number=5), 3, decision(detail=detail), "Sam")
    lines = taken(draw_agenda_item(item)).text.splitlines()
    assert "*Outcome metric:* Pages at night" in lines
    assert "*Guardrail:* 1% of revenue" in lines
    assert "*What holds the risk down:* One VLAN" in lines
    long: dict[str, Any] = dict.fromkeys(("outcome_metric", "guardrail", "controls"), "x" * 3000)
    full = decision(detail=Detail(**long), why="x" * 3000, not_doing="x" * 3000, revisit_on=NOW.date())
    item = AgendaItem(topic(kind=TopicKind.REVISIT, decision_number=5), 3, full, "Sam")
    assert "Did it work?" in json.dumps(taken(draw_agenda_item(item)).blocks)


# --- the window -----------------------------------------------------------------------------------------------------


def a_choice(number: int = 1, *items: Topic) -> Choice:
    return Choice(replace(CADENCE, id=f"c{number}", channel=f"C{number}"), items)


def test_the_window_is_taken_and_remembers_only_ids():
    items = [topic("&" * 200, id=f"t{n}") for n in range(150)]
    source = Source("C1", "1.1", "1.1", "https://t.slack.com/archives/C1/p11", "U2")
    form = Form(title="x" * 200, urgent=True, bumps_text="y")
    frame = Frame(source, Audience("C1"), "c1")
    for choices in ([a_choice(1, *items)], [a_choice(n, *items) for n in range(1, 120)], [a_choice()]):
        view = windows.build_adding(form, frame, choices)
        problem = view_problem(view, kind="modal")
        assert problem is None, problem
        assert "xxx" not in view["private_metadata"]
        assert windows.asks_what_is_bumped(view)


def test_the_window_reads_back_what_it_wrote():
    frame = Frame(Source("C1", "1.1", "1.0", "https://x.test/p", "U2"), Audience("G1"), "c1")
    view = windows.build_adding(Form(), frame, [a_choice()])
    assert windows.read_frame(json.loads(view["private_metadata"])) == frame
    with pytest.raises(InvalidInput):
        windows.read_frame({"c": 7})


def test_only_urgent_asks_what_is_bumped():
    assert not windows.asks_what_is_bumped(windows.build_adding(Form(), Frame(), [a_choice(1, topic())]))
