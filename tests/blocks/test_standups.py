"""What people see of standups: within Slack's limits whatever they write, and words that cannot mention anybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.blocks import standups as blocks
from bot.blocks.messages import draw
from bot.blocks.standups import ids
from bot.blocks.standups.form import days_in_words
from bot.domain.errors import InvalidInput
from bot.domain.messages import StandupAnswers, StandupDigest, StandupPrompt
from bot.domain.standups import DEFAULT_QUESTIONS, Concern, Round, RoundStatus, Standup
from bot.usecases.standups import FirstAsk, Sheet, Standing
from playground.rules import message_problem, view_problem
from tests.support import a_person

CLOSES = datetime(2026, 10, 27, 16, tzinfo=UTC)
STANDUP = Standup(
    "T1", "S1", "C1", "U1", DEFAULT_QUESTIONS, frozenset({1, 4}), time(9, 30), time(16, 0), "Europe/Lisbon"
)
PROMPT = StandupPrompt("P1", "S1", "Priya", "C1", DEFAULT_QUESTIONS, CLOSES, late_until=CLOSES + timedelta(days=1))
HUGE = ("&<!channel>" * 300)[:3000]


def a_concern(text: str = "staging DB", **extra: Any) -> Concern:
    return replace(Concern("T1", "K1", "C1", text, "U4", date(2026, 10, 18), standup_id="S1"), **extra)


def problem(drawn) -> object:
    return message_problem({"channel": "C1", "text": drawn.text, "blocks": drawn.blocks})


def everything(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        yield found
        for each in found.values():
            yield from everything(each)
    if isinstance(found, list):
        for each in found:
            yield from everything(each)


def buttons(drawn) -> list[tuple[str, str]]:
    return [
        (str(each["action_id"]), str(each.get("value"))) for each in everything(drawn.blocks) if "action_id" in each
    ]


def test_the_dm_asks_with_all_that_can_be_done():
    drawn = draw(replace(PROMPT, last_plan="Ship <it>", stuck=(a_concern(),)))
    text = str(drawn.blocks)
    assert "Priya, your standup for <#C1>. Open until <!date^" in text
    assert "3 What are you stuck on?" in text
    assert "Last time you planned: Ship &lt;it&gt;" in text
    assert "Or reply in this thread." in text
    assert buttons(drawn) == [
        (ids.CLEAR, "K1"),
        (ids.ANSWER, "P1"),
        (ids.SKIP, "P1"),
        (ids.MORE, "None"),
    ]
    assert "What did you get done?" in drawn.text
    assert problem(drawn) is None


def test_a_late_dm_says_so():
    assert "This comes 3 hours late" in draw(replace(PROMPT, late_minutes=180)).text


@pytest.mark.parametrize(
    ("state", "words", "offered"),
    [
        ("answered", "Thanks.", ids.ANSWER),
        ("declined", "Skipped.", ids.ANSWER),
        ("later", "I'll ask you again", ids.ANSWER),
        ("closed", "has closed. Late answers go into", ids.ANSWER),
    ],
)
def test_the_dm_shows_what_became_of_it(state, words, offered):
    drawn = draw(replace(PROMPT, state=state, answers=("Did", "", "DB"), again_at=CLOSES))
    assert words in drawn.text
    assert buttons(drawn) == [(offered, "P1")]
    assert problem(drawn) is None


def test_thanks_name_the_standups_day_the_same_for_all():
    """A standup's deadline may be on the next day where its reader is."""
    drawn = draw(replace(PROMPT, state="answered", answers=("Did",), day=date(2026, 10, 27)))
    assert drawn.text.startswith(f"Thanks. For the standup of <#{PROMPT.channel}>, Tue 27 Oct:")
    assert "<!date" not in drawn.text


def test_what_has_closed_for_good_offers_nothing():
    drawn = draw(replace(PROMPT, state="closed", late_until=None))
    assert buttons(drawn) == []


def test_the_digest_reads_as_promised():
    digest = StandupDigest("R1", "C1", date(2026, 10, 27), 6, (a_concern(),), names={"U4": "Kenji"})
    drawn = draw(digest)
    assert drawn.text == "Standup, Tue 27 Oct · 6 answers\nStuck: staging DB · Kenji · 9 days"
    assert buttons(drawn) == [(ids.CLEAR, "K1")]
    assert "Answers in thread ↓" in str(drawn.blocks)
    assert "<@" not in str(drawn.blocks)
    assert problem(drawn) is None


def test_what_is_cleared_is_struck_through_with_the_name_of_who_did_it():
    cleared = a_concern("a ~ b", cleared_at=CLOSES, cleared_by="U1")
    drawn = draw(StandupDigest("R1", "C1", date(2026, 10, 27), 1, (), (cleared,), names={"U1": "Dana"}))
    assert "Cleared: ~a ∼ b~ · by Dana" in str(drawn.blocks)
    assert "1 answer" in drawn.text
    assert buttons(drawn) == []


def test_sixty_troubles_of_any_length_stay_within_slacks_limits():
    stuck = tuple(a_concern(HUGE[:300], id=f"K{n}", owner_id=f"U{n}") for n in range(60))
    names = {f"U{n}": HUGE[:300] for n in range(60)}
    cleared = tuple(replace(each, cleared_at=CLOSES, cleared_by=each.owner_id) for each in stuck)
    drawn = draw(StandupDigest("R1", "C1", date(2026, 10, 27), 60, stuck, cleared, names, late_minutes=90))
    assert problem(drawn) is None
    assert "And 48 more stuck" in str(drawn.blocks)


@pytest.mark.parametrize("count", [1, 3, 10])
def test_answers_of_any_length_stay_within_slacks_limits_and_are_heard_in_full(count):
    questions, texts = tuple(["&" * 200] * count), tuple([HUGE] * count)
    drawn = draw(StandupAnswers("U4", questions, texts, "<Kenji>", late=True))
    assert problem(drawn) is None
    assert "<!channel>" not in drawn.text + str(drawn.blocks)
    assert "after the digest" in str(drawn.blocks)
    answered = draw(replace(PROMPT, state="answered", questions=questions, answers=texts, person_name=HUGE))
    assert problem(answered) is None
    asked = draw(replace(PROMPT, questions=questions, last_plan=HUGE, stuck=(a_concern(HUGE),) * 1, person_name=HUGE))
    assert problem(asked) is None


def test_unanswered_questions_are_left_out():
    drawn = draw(StandupAnswers("U4", DEFAULT_QUESTIONS, ("Alerts", "", ""), "Kenji"))
    assert "What is next?" not in str(drawn.blocks)
    assert drawn.text == "Kenji\nWhat did you get done? Alerts"


# --- windows -------------------------------------------------------------------------------------------------------


def state_of(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack would send back of a window that nobody touched."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        found = {"type": element["type"], "value": element.get("initial_value")}
        if "initial_time" in element:
            found = {"type": element["type"], "selected_time": element["initial_time"]}
        if "options" in element:
            found = {"type": element["type"], "selected_options": element.get("initial_options", [])}
        state[block["block_id"]] = {element["action_id"]: found}
    return state


def test_the_form_reads_back_what_it_was_filled_with():
    frame = blocks.Frame("C1", "S1")
    view = blocks.build_form(frame, zone="Asia/Tokyo", standup=STANDUP)
    assert view_problem(view, kind="modal") is None
    wanted = blocks.parse_form(state_of(view), frame)
    assert (wanted.channel, wanted.questions, wanted.days) == ("C1", DEFAULT_QUESTIONS, frozenset({1, 4}))
    assert (wanted.at, wanted.deadline, wanted.zone) == (time(9, 30), time(16), "Europe/Lisbon")


def test_the_first_form_has_the_askers_zone_and_three_questions():
    view = blocks.build_form(blocks.Frame(), zone="Asia/Tokyo")
    assert view_problem(view, kind="modal") is None
    state = state_of(view)
    assert state["zone"]["zone"]["value"] == "Asia/Tokyo"
    assert state["questions"]["questions"]["value"].splitlines() == list(DEFAULT_QUESTIONS)
    with pytest.raises(InvalidInput) as refused:
        blocks.parse_form(state, blocks.Frame())
    assert refused.value.field == "channel"


def test_ten_long_questions_fit_into_the_form():
    many = replace(STANDUP, questions=tuple([("q" * 199) + str(n) for n in range(10)]))
    view = blocks.build_form(blocks.Frame("C1", "S1"), zone="UTC", standup=many)
    assert view_problem(view, kind="modal") is None
    assert blocks.parse_form(state_of(view), blocks.Frame("C1")).questions == many.questions


@pytest.mark.parametrize("odd", [{"c": 3}, {"s": ["x"]}, {"c": {"a": 1}}])
def test_a_window_with_odd_metadata_is_refused(odd):
    with pytest.raises(InvalidInput):
        blocks.read_frame(odd)


@pytest.mark.parametrize(("missing", "named"), [("at", "at"), ("deadline", "deadline")])
def test_a_time_that_is_missing_is_named(missing, named):
    state = state_of(blocks.build_form(blocks.Frame("C1"), zone="UTC"))
    del state[missing]
    with pytest.raises(InvalidInput) as refused:
        blocks.parse_form(state, blocks.Frame("C1"))
    assert refused.value.field == named


@pytest.mark.parametrize("missing", ["days", "zone", "questions"])
def test_what_else_is_missing_is_left_to_the_rules(missing):
    state = state_of(blocks.build_form(blocks.Frame("C1"), zone="UTC"))
    del state[missing]
    assert not getattr(blocks.parse_form(state, blocks.Frame("C1")), missing)


def test_the_sheet_has_an_input_for_each_question_filled_with_what_was_written():
    sheet = Sheet("P1", "C1", DEFAULT_QUESTIONS, ("Did", "", "x" * 3000), CLOSES, False, HUGE, (a_concern(HUGE),) * 3)
    view = blocks.build_sheet(sheet)
    assert view_problem(view, kind="modal") is None
    assert blocks.parse_sheet(state_of(view), 3) == ["Did", "", "x" * 3000]
    assert "answer_0" in state_of(view)


def test_what_was_understood_shows_each_persons_first_time_and_why_not_before():
    kenji, priya = a_person("U4", name="Kenji"), a_person("U3", name="<Priya>")
    asks = [
        FirstAsk(kenji, datetime(2026, 10, 2, 0, 30, tzinfo=UTC)),
        FirstAsk(
            priya,
            datetime(2026, 10, 6, 4, tzinfo=UTC),
            ((date(2026, 10, 2), "a public holiday: Gandhi Jayanti"),),
        ),
        FirstAsk(a_person("U5", name="Lena"), None, ((date(2026, 10, 2), "asked too late for the digest"),)),
    ]
    view = blocks.build_planned(STANDUP, asks)
    text = str(view["blocks"])
    assert "Tuesday and Friday" in text
    assert "&lt;Priya&gt;" in text
    assert "not on 2 Oct 2026 (a public holiday: Gandhi Jayanti)" in text
    assert "Lena · never: asked too late for the digest" in text
    assert view_problem(view, kind="modal") is None
    crowd = [FirstAsk(a_person(f"U{n}", name=HUGE), asks[1].at, asks[1].reasons * 9) for n in range(200)]
    assert view_problem(blocks.build_planned(STANDUP, crowd), kind="modal") is None
    assert view_problem(blocks.build_planned(STANDUP, None), kind="modal") is None
    assert view_problem(blocks.build_not_there(HUGE[:80]), kind="modal") is None


def test_how_it_stands_offers_only_what_this_person_may_do():
    mine = Standing(STANDUP, date(2026, 10, 30), CLOSES, may_change=True, can_answer=True, creator="Dana")
    drawn = blocks.draw_standing(mine)
    assert [action for action, _ in buttons(drawn)] == [ids.ANSWER_NOW, ids.EDIT, ids.STOP]
    assert "Next: Fri 30 Oct, for you <!date^" in drawn.text
    assert problem(drawn) is None
    theirs = blocks.draw_standing(replace(mine, may_change=False, can_answer=False))
    assert buttons(theirs) == []


def test_how_it_stands_says_why_there_was_no_digest_the_last_time():
    last = Round("T1", "R1", STANDUP.id, "2026-10-29", CLOSES, RoundStatus.MISSED, reason="too late by <44> hours")
    standing = Standing(STANDUP, date(2026, 10, 30), CLOSES, may_change=False, can_answer=False, last=last)
    assert "Last: Thu 29 Oct, no digest: too late by &lt;44&gt; hours" in blocks.draw_standing(standing).text
    posted = replace(standing, last=replace(last, status=RoundStatus.POSTED, reason=None))
    assert "Last:" not in blocks.draw_standing(posted).text


def test_days_read_as_people_say_them():
    assert days_in_words(frozenset(range(5))) == "weekdays"
    assert days_in_words(frozenset(range(7))) == "every day"
    assert days_in_words(frozenset({0, 2, 4})) == "Monday, Wednesday and Friday"
