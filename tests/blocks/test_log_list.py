"""The rows of the log, what its window remembers of what was picked, and what it says where there is nothing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.decisions.log_list import Wanted, build_log, read_wanted, row, understood
from bot.domain.approvals import ApprovalStatus
from bot.domain.decisions import Decision, DecisionStatus, Detail
from bot.domain.filters import Filters
from bot.domain.messages import Word
from bot.usecases.decisions import Page, Which
from playground.rules import view_problem
from tests.handlers.decisions_kit import fill, said_in
from tests.support import THURSDAY

NAMES = {"U1": "Dana", "U2": "Priya & <co>"}
DECIDED = Decision(
    "T1", 14, "Use Postgres", "We run it already", "U1", "U1", DecisionStatus.DECIDED, THURSDAY, THURSDAY,
    decided_on=date(2026, 10, 29),
)  # fmt: skip
OBJECTED, WAITING, APPROVED = (
    each.value for each in (ApprovalStatus.OBJECTED, ApprovalStatus.WAITING, ApprovalStatus.APPROVED)
)


def a_page(*decisions: Decision, **extra: Any) -> Page:
    return replace(Page(decisions, "", Which.ALL, None, NAMES), **extra)


def opened(page: Page, wanted: Wanted) -> dict[str, Any]:
    view = build_log(page, wanted)
    problem = view_problem(view, kind="modal")
    assert problem is None, problem
    return view


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Dana · decided 29 Oct 2026"),
        ({"revisit_on": date(2027, 1, 27)}, "Dana · decided 29 Oct 2026 · revisit 27 Jan 2027"),
        (
            {"revisit_on": date(2027, 1, 27), "detail": Detail(risk_until=date(2026, 12, 1))},
            "Dana · decided 29 Oct 2026 · risk accepted until 1 Dec 2026",
        ),
        (
            {"revisit_on": date(2026, 11, 9), "detail": Detail(risk_until=date(2026, 12, 1))},
            "Dana · decided 29 Oct 2026 · revisit 9 Nov 2026",
        ),
        ({"status": DecisionStatus.HELD}, "decided 29 Oct 2026 · held"),
        ({"status": DecisionStatus.HELD, "decided_on": None}, "Dana · held"),
        (
            {"status": DecisionStatus.EXPIRED, "detail": Detail(risk_until=date(2026, 11, 5))},
            "decided 29 Oct 2026 · risk acceptance expired 5 Nov 2026",
        ),
        ({"status": DecisionStatus.SUPERSEDED, "superseded_by": 15}, "superseded by D-15"),
        ({"status": DecisionStatus.REVERSED}, "Dana · reversed"),
        ({"status": DecisionStatus.IMPORTED, "decided_on": None}, "Dana · imported"),
    ],
)
def test_a_row_says_where_a_decision_stands(changes: dict[str, Any], words: str) -> None:
    decision = replace(DECIDED, **changes)
    assert words in said_in(row(decision, a_page(decision)))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((), "proposed"),
        ((Word("Sam", WAITING),), "proposed · waiting for Sam"),
        ((Word("Sam", WAITING), Word("the CTO (Dana)", WAITING)), "proposed · waiting for Sam and the CTO (Dana)"),
        ((Word("Sam", OBJECTED, "no"), Word("Priya", WAITING)), "proposed · Sam objects · waiting for Priya"),
        ((Word("Sam", OBJECTED), Word("the board", OBJECTED)), "proposed · Sam and the board object"),
        ((Word("Sam", APPROVED), Word("Priya", WAITING)), "proposed · waiting for Priya"),
    ],
)
def test_a_proposals_row_says_for_whom_it_waits(said: tuple[Word, ...], words: str) -> None:
    proposal = replace(DECIDED, status=DecisionStatus.PROPOSED, decided_on=None)
    assert row(proposal, a_page(proposal, words={14: said}))["text"]["text"].endswith(f"Dana · {words}")


@pytest.mark.parametrize(
    ("spent", "words"),
    [(timedelta(hours=23), None), (timedelta(days=1), "took 1 day"), (timedelta(days=3.5), "took 3 days")],
)
def test_how_long_it_took_is_worth_saying_from_a_day_on(spent: timedelta, words: str | None) -> None:
    said = said_in(row(DECIDED, a_page(DECIDED, took={14: spent})))
    assert (words in said) if words else ("took" not in said)


picks = st.builds(
    Wanted,
    query=st.sampled_from(["", "postgres", "by:@Dana"]),
    which=st.sampled_from(Which),
    trail=st.lists(st.integers(1, 2**31 - 1), max_size=30).map(tuple),
    by=st.none() | st.sampled_from(["U1", "W0ABC"]),
    area=st.none() | st.sampled_from(["Vendors", "Not in the list", "Бюджет"]),
    since=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    until=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    round=st.integers(0, 50),
)


@settings(max_examples=60, deadline=None)
@given(picks)
def test_what_was_picked_is_read_back_the_same(wanted: Wanted) -> None:
    page = a_page(DECIDED, query=wanted.query, which=wanted.which, areas=("Vendors", "Budget"), older=3)
    view = opened(page, wanted)
    assert read_wanted(_state(view), {"p": list(wanted.trail), "r": wanted.round}) == wanted


def _state(view: dict[str, Any]) -> dict[str, Any]:
    """As Slack has it, in which a choice comes with its words."""
    state = fill(view)
    for elements in state.values():
        for element in elements.values():
            if element.get("selected_option"):
                element["selected_option"] = {"value": element["selected_option"]["value"]}
    return state


def test_what_is_picked_stays_from_page_to_page_and_goes_when_it_is_cleared() -> None:
    wanted = Wanted("x", Which.MINE, (), "U1", "Vendors", date(2026, 1, 1), date(2026, 2, 1))
    for other in (wanted.older(9), wanted.older(9).newer(), wanted.from_start()):
        assert other.picked == wanted.picked
    assert wanted.cleared().picked == Filters()
    assert (wanted.cleared().query, wanted.cleared().which) == ("x", Which.MINE)
    assert wanted.cleared().narrow_block != wanted.narrow_block


def test_more_areas_than_a_menu_holds_leave_room_for_the_one_that_is_picked() -> None:
    areas = tuple(f"Area {number}" for number in range(300))
    view = opened(a_page(areas=areas), Wanted(area="Area 299"))
    assert read_wanted(_state(view), {}).area == "Area 299"


def test_what_was_understood_names_people_and_pings_nobody() -> None:
    filters = Filters(('"a <!here> b"',), frozenset({"U2", "U9"}), ("<!channel>",))
    said = understood(a_page(filters=filters))
    assert said == "by Priya &amp; &lt;co&gt; or <@U9> · area &lt;!channel&gt; · “a &lt;!here&gt; b”"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (a_page(), "Nothing here yet. On any message"),
        (a_page(filters=Filters(areas=("Vendors",))), "Nothing about Vendors yet."),
        (a_page(filters=Filters(by=frozenset({"U1"}))), "Nothing matches"),
        (a_page(query="x", filters=Filters(("x",))), "Nothing matches"),
        (a_page(which=Which.WAITING), "Nothing waits to be decided or approved."),
        (a_page(which=Which.WAITING, filters=Filters(by=frozenset({"U1"}))), "Nothing matches"),
    ],
)
def test_where_there_is_nothing_it_says_what_to_do(page: Page, words: str) -> None:
    assert words in said_in(opened(page, Wanted()))
