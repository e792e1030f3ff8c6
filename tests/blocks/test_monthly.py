"""The monthly note as it is read: a line for each thing there is to say, nothing where there is none, safe words."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.blocks.kit import Drawn
from bot.blocks.messages import draw
from bot.blocks.monthly import DECLINE, DELEGATE, MORE, START, STOP, draw_so_far, draw_switched, length
from bot.domain.messages import MonthlyNote
from bot.domain.monthly import DeputyOffer, OfferAnswer, WaitingProposal
from bot.domain.months import Figures, Mention

DAY = timedelta(days=1)
OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)
HEROKU, KAFKA, DATADOG = Mention(5, "Stay on Heroku"), Mention(4, "No Kafka"), Mention(13, "Datadog", 8 * DAY)
FIGURES = Figures(
    OCTOBER,
    decided=9,
    by_area=(("Vendors", 5), ("Roadmap", 3), (None, 1)),
    proposed_first=4,
    median=3 * DAY,
    longest=DATADOG,
    reversed=(HEROKU,),
    replaced=(KAFKA,),
    in_time=2,
    late=1,
    unanswered=1,
    expired=(Mention(9, "No pen test"),),
)
NOTE = MonthlyNote("U1", FIGURES, Figures(SEPTEMBER, decided=6, median=5 * DAY))
QUIET = MonthlyNote("U1", Figures(OCTOBER), Figures(SEPTEMBER, decided=6))
OFFER = DeputyOffer("Vendors", 6, Decimal(2000), "EUR", {"U2": "Priya"})


def elements(drawn: Drawn) -> dict[str, dict[str, Any]]:
    """Its buttons and menus by their action ids."""
    found = [each for block in drawn.blocks for each in [*block.get("elements", ()), block.get("accessory") or {}]]
    return {each["action_id"]: each for each in found if "action_id" in each}


def test_it_is_a_minutes_read() -> None:
    assert draw(NOTE).text.splitlines() == [
        "October 2026 in a minute",
        "*9 decisions* (6 in September) · Vendors 5, Roadmap 3, no area 1",
        "*How fast:* half of the 4 proposals took 3 days or less (5 days in September); the longest, D-13 Datadog, "
        "8 days. The other 5 were decided on the spot.",
        "*Changed our mind:* 1 reversed (D-5 Stay on Heroku); 1 amended or superseded (D-4 No Kafka).",
        "*Did it work?* Asked of 4 decisions: 2 answered within a week, 1 later, 1 not yet.",
        "*Risks:* 1 acceptance ran out unanswered (D-9 No pen test).",
    ]


def test_what_there_is_nothing_to_say_of_has_no_line() -> None:
    figures = Figures(OCTOBER, decided=1, by_area=((None, 1),))
    assert draw(replace(NOTE, figures=figures)).text.splitlines() == [
        "October 2026 in a minute",
        "*1 decision* (6 in September)",
        "*How fast:* all were decided on the spot.",
    ]


@pytest.mark.parametrize(
    ("in_time", "unanswered", "said"),
    [
        (1, 0, "Asked of 1 decision: answered within a week."),
        (3, 0, "Asked of 3 decisions: all answered within a week."),
        (0, 1, "Asked of 1 decision: not answered yet."),
        (0, 3, "Asked of 3 decisions: none answered yet."),
    ],
)
def test_second_looks_that_all_went_one_way_are_said_in_a_word(in_time: int, unanswered: int, said: str) -> None:
    figures = replace(FIGURES, in_time=in_time, late=0, unanswered=unanswered)
    assert said in draw(replace(NOTE, figures=figures)).text


def test_a_single_proposal_has_no_middle() -> None:
    figures = Figures(OCTOBER, decided=2, proposed_first=1, median=8 * DAY, longest=DATADOG)
    words = draw(replace(NOTE, figures=figures)).text
    assert "one was proposed first, D-13 Datadog: 8 days (5 days in September). The other 1 was decided" in words


def test_a_quiet_month_is_one_kind_line() -> None:
    drawn = draw(QUIET)
    assert drawn.text.startswith("*A quiet October.*")
    assert len(drawn.blocks) == 1
    assert MORE in elements(drawn)


def test_what_waits_says_for_whom_and_for_how_long() -> None:
    waiting = (
        WaitingProposal(DATADOG, 6, on="Sam", reminded=True),
        WaitingProposal(HEROKU, 0, objected="@finance"),
        WaitingProposal(KAFKA, 1),
    )
    lines = draw(replace(QUIET, waiting=waiting)).text.splitlines()
    assert lines[-4:] == [
        "*Waiting now (3)*",
        "• D-13 Datadog · waits for Sam for 6 days, reminded",
        "• D-5 Stay on Heroku · waits since today, @finance objects",
        "• D-4 No Kafka · waits to be decided for 1 day",
    ]


def test_long_lists_are_cut_and_say_how_much_more_there_is() -> None:
    many = tuple(Mention(number, "x" * 300) for number in range(1, 200))
    figures = replace(FIGURES, reversed=many, replaced=many, expired=many)
    drawn = draw(replace(NOTE, figures=figures, waiting=tuple(WaitingProposal(each, 3) for each in many)))
    assert "199 reversed" in drawn.text
    assert "and 194 more" in drawn.text
    assert all(len(block["text"]["text"]) <= 3000 for block in drawn.blocks if block["type"] == "section")
    assert len(drawn.blocks) < 50


def test_peoples_words_are_made_safe() -> None:
    loud = Mention(1, "<!channel> & co")
    offer = replace(OFFER, area="<!here>", deputies={"U2": "<@U9>"})
    note = replace(NOTE, figures=replace(FIGURES, reversed=(loud,), by_area=(("<!everyone>", 9),)), offers=(offer,))
    for said in ("<!channel>", "<!here>", "<@U9>", "<!everyone>"):
        assert said not in draw(note).text
        assert all(said not in str(block) for block in draw(note).blocks if block["type"] == "section")


def test_lateness_and_the_picture_are_told() -> None:
    words = draw(replace(NOTE, late_minutes=2 * 24 * 60, charted=True)).text
    assert "This comes 2 days late. I'm sorry." in words
    assert "in the thread" in words
    assert "late. I'm sorry" not in draw(replace(NOTE, late_minutes=5)).text


def test_an_offer_is_asked_again_before_it_changes_who_decides() -> None:
    drawn = draw(replace(NOTE, offers=(replace(OFFER, area="Budget"), OFFER)))
    assert "You approved 6 decisions in *Vendors* under 2,000 EUR in 90 days: all of them, never a no." in drawn.text
    found = elements(drawn)
    assert found[DELEGATE]["value"] == found[DECLINE]["value"] == "2026-10:1"
    assert found[DELEGATE]["text"]["text"] == "Let Priya decide these"
    assert "Vendors, below 2,000 EUR: Priya then decides in your place" in found[DELEGATE]["confirm"]["text"]["text"]
    assert "confirm" not in found[DECLINE]


def test_the_longest_names_still_fit_a_button_and_its_question() -> None:
    offer = replace(OFFER, area="A" * 80, deputies={f"U{n}": f"Somebody with a long name {n}" for n in range(9)})
    button = elements(draw(replace(NOTE, offers=(offer,))))[DELEGATE]
    assert len(button["text"]["text"]) <= 75
    assert len(button["confirm"]["title"]["text"]) <= 100
    assert len(button["confirm"]["text"]["text"]) <= 300


def test_without_a_deputy_it_says_how_to_name_one() -> None:
    drawn = draw(replace(NOTE, offers=(replace(OFFER, deputies={}),)))
    assert "A deputy could decide these; `/backbeat setup` names one." in drawn.text
    assert DELEGATE not in elements(drawn)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (OfferAnswer.DELEGATED, "✓ Priya decides *Vendors* below 2,000 EUR from now on."),
        (OfferAnswer.DECLINED, "stays with you"),
    ],
)
def test_an_answered_offer_keeps_its_line_and_loses_its_buttons(answer: OfferAnswer, said: str) -> None:
    drawn = draw(replace(NOTE, offers=(replace(OFFER, answer=answer),)))
    assert said in drawn.text
    assert DELEGATE not in elements(drawn)


def test_the_month_so_far_has_the_switch_for_a_cto_alone() -> None:
    assert draw_so_far(NOTE, is_on=True).text.startswith("October so far\n*9 decisions*")
    assert elements(draw_so_far(NOTE, is_on=True)).keys() == {STOP}
    assert elements(draw_so_far(NOTE, is_on=False)).keys() == {START}
    assert not elements(draw_so_far(NOTE, is_on=None))
    assert "Nothing was decided yet in October. (6 in September)" in draw_so_far(QUIET, is_on=None).text


def test_what_the_switch_came_to_says_how_to_undo_it() -> None:
    assert "`/backbeat monthly` turns it on again" in draw_switched(is_on=False).text
    assert "by DM" in draw_switched(is_on=True).text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (timedelta(seconds=4), "1 minute"),
        (timedelta(minutes=40), "40 minutes"),
        (timedelta(hours=5), "5 hours"),
        (1.4 * DAY, "1 day"),
        (2.5 * DAY, "3 days"),
    ],
)
def test_how_long_in_words(value: timedelta, said: str) -> None:
    assert length(value) == said
