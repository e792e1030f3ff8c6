"""What people see of a decision: the card, its window, the log; within Slack's rules for every input however long."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.blocks.decisions.answers import build_keeping, build_reversing, build_sharing
from bot.blocks.decisions.card import (
    draw_card_elsewhere,
    draw_decision_card,
    revisit_buttons,
    understood,
)
from bot.blocks.decisions.detail import build_detail
from bot.blocks.decisions.form import build_form, note_of, notice
from bot.blocks.decisions.form_read import draft_of, read_form
from bot.blocks.decisions.form_state import Form, Frame, Mode, form_of, read_frame, to_metadata
from bot.blocks.decisions.log_list import Wanted, build_log, draw_log, read_wanted
from bot.blocks.decisions.template import pieces
from bot.blocks.decisions.words import covered
from bot.blocks.kit import Drawn, escape
from bot.domain.decisions import (
    COST_LIMIT,
    DETAIL_TEXTS,
    Decision,
    DecisionEvent,
    DecisionEventKind,
    DecisionStatus,
    Detail,
    Door,
    Draft,
    Source,
)
from bot.domain.errors import InvalidInput
from bot.domain.interchange.entries import Original
from bot.domain.messages import CardElsewhere, DecisionCard
from bot.domain.workspaces import EVERYONE, Audience
from bot.usecases.decisions import HOME, Page, Place, Story, Which
from playground.rules import message_problem, view_problem
from tests.handlers.decisions_kit import fill, said_in

NOW = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)
TODAY = date(2026, 10, 29)
NAMES = {"U1": "Dana", "U2": "Priya", "U3": "Kenji"}
LINK = "https://tidewater.slack.com/archives/C1/p22?thread_ts=1.1&cid=C1"
NASTY = st.one_of(
    st.text(max_size=300),
    st.sampled_from(["&", "<!channel>", "🙃", "\u202eשלום", "*_~`", "<@U1>", "|", "&amp;"]).map(
        lambda each: each * 600
    ),
)


def a_decision(**changes: Any) -> Decision:
    made = Decision(
        "T1",
        14,
        "Use Postgres for the event store",
        "we run it already; Kafka needs a hire",
        author_id="U1",
        owner_id="U2",
        status=DecisionStatus.DECIDED,
        created_at=NOW,
        updated_at=NOW,
        not_doing="Kafka this quarter",
        decided_by="U1",
        decided_on=TODAY,
        revisit_on=date(2027, 1, 27),
        source=Source("C1", "2.2", "1.1", LINK, "U3"),
    )
    return replace(made, **changes)


def taken(drawn: Drawn) -> Drawn:
    """`drawn`, which Slack would take."""
    problem = message_problem({"channel": "C1", "text": drawn.text, "blocks": drawn.blocks})
    assert problem is None, problem
    return drawn


def opened(view: dict[str, Any]) -> dict[str, Any]:
    problem = view_problem(view, kind="modal")
    assert problem is None, problem
    return view


# --- the card ------------------------------------------------------------------------------------------------------


def test_a_card_says_what_why_whose_and_until_when() -> None:
    drawn = taken(draw_decision_card(DecisionCard(a_decision(), NAMES)))
    said = said_in(drawn.blocks)
    for words in (
        "⚖️ *D-14 · Use Postgres for the event store*",
        "*Why:* we run it already; Kafka needs a hire",
        "*Not doing:* Kafka this quarter",
        "Owner <@U2> · Decided by Dana · Revisit 27 Jan 2027",
        "From Kenji's message ↗",
    ):
        assert words in said
    assert "D-14: Use Postgres" in drawn.text
    assert "Revisit 27 Jan 2027" in drawn.text


def test_only_an_owner_who_is_not_the_author_is_mentioned_and_only_while_it_stands() -> None:
    own = said_in(draw_decision_card(DecisionCard(a_decision(owner_id="U1"), NAMES)).blocks)
    assert "<@" not in own
    ended = a_decision(status=DecisionStatus.REVERSED, revisit_on=None)
    assert "<@" not in said_in(draw_decision_card(DecisionCard(ended, NAMES)).blocks)


def test_a_proposal_says_for_whom_it_waits() -> None:
    proposed = a_decision(status=DecisionStatus.PROPOSED, decided_by=None, decided_on=None)
    said = said_in(taken(draw_decision_card(DecisionCard(proposed, NAMES))).blocks)
    assert "*Proposed* by Dana <!date^" in said
    assert "{ago}|29 Oct 09:10 UTC> · waiting for Priya" in said
    assert "Mark as decided" in said


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (DecisionStatus.AMENDED, "Amended by D-15"),
        (DecisionStatus.SUPERSEDED, "Superseded by D-15"),
        (DecisionStatus.REVERSED, "Reversed on 29 Oct 2026"),
        (DecisionStatus.WITHDRAWN, "Withdrawn"),
        (DecisionStatus.REJECTED, "Rejected"),
        (DecisionStatus.IMPORTED, "Imported as it was"),
    ],
)
def test_what_no_longer_stands_says_so_and_offers_no_change(status: DecisionStatus, words: str) -> None:
    ended = a_decision(status=status, superseded_by=15, revisit_on=None)
    drawn = taken(draw_decision_card(DecisionCard(ended, NAMES, "It fell over")))
    assert words in said_in(drawn.blocks)
    assert words in drawn.text
    assert "Amend\n" not in said_in(drawn.blocks)


def test_elsewhere_it_says_why_it_came_and_how_to_invite() -> None:
    said = said_in(taken(draw_card_elsewhere(CardElsewhere(a_decision(), "C2", NAMES))).blocks)
    assert "I can't post in <#C2>" in said
    assert "`/invite @Backbeat`" in said
    assert "/invite" not in said_in(draw_card_elsewhere(CardElsewhere(a_decision(), "D2", NAMES)).blocks)


def test_a_link_cannot_break_out_of_its_mark() -> None:
    odd = a_decision(source=Source("C1", permalink="https://x.test/a|b><!channel>"))
    assert "<!channel>" not in said_in(draw_decision_card(DecisionCard(odd, NAMES)).blocks)
    assert "javascript" not in said_in(
        draw_decision_card(DecisionCard(a_decision(source=Source("C1", permalink="javascript:x")), NAMES)).blocks
    )


def test_a_revisit_offers_four_ways_on() -> None:
    assert [each["text"]["text"] for each in revisit_buttons(a_decision())] == [
        "It worked, keep", "Amend", "Supersede", "Reverse"
    ]  # fmt: skip


# --- the window ----------------------------------------------------------------------------------------------------

LINE = st.text(min_size=1, max_size=80).map(lambda text: " ".join(text.split())).filter(bool)
PROSE = st.text(min_size=1, max_size=200).map(str.strip).filter(bool)
MAYBE = st.none() | PROSE
DAY = st.none() | st.dates(TODAY + timedelta(days=1), date(2035, 1, 1))
COST = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)
DETAIL = st.builds(
    Detail,
    area=st.none() | st.sampled_from(["Vendors", "vendors", "Budget"]),
    cost=COST,
    currency=st.sampled_from(["EUR", "USD", "CHF", "SEK"]),
    goal=MAYBE,
    constraint=MAYBE,
    smallest_test=MAYBE,
    options=MAYBE,
    door=st.none() | st.sampled_from(Door),
    outcome_metric=MAYBE,
    guardrail=MAYBE,
    controls=MAYBE,
    total_cost=MAYBE,
    maintenance=MAYBE,
    integration=MAYBE,
    security=MAYBE,
) | st.just(Detail())
ACCEPTED = st.tuples(DETAIL, DAY).map(
    lambda pair: replace(pair[0], risk_until=pair[1], accepted_by="U2" if pair[1] else None)
)


@given(
    st.builds(
        Draft,
        title=LINE,
        why=PROSE,
        owner_id=st.sampled_from(["U1", "U2"]),
        revisit_on=DAY,
        not_doing=MAYBE,
        status=st.sampled_from([DecisionStatus.DECIDED, DecisionStatus.PROPOSED]),
        detail=ACCEPTED,
    )
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_filled_in_is_read_back_the_same(draft: Draft) -> None:
    said = {each.name: getattr(draft, each.name) for each in fields(Draft)}
    frame = Frame(Mode.NEW, more=True)
    view = opened(build_form(form_of(a_decision(**said)), frame))
    assert draft_of(read_form(fill(view)), frame, today=TODAY) == draft


def test_the_limits_of_the_inputs_are_those_of_the_draft() -> None:
    full = a_decision(
        title="x" * 300, why="&" * 3000, detail=Detail(goal="🙃" * 3000, cost=COST_LIMIT - 1, currency="EUR")
    )
    view = opened(build_form(form_of(full), Frame(Mode.NEW, more=True)))
    draft = draft_of(read_form(fill(view)), Frame(Mode.NEW, more=True), today=TODAY)
    assert (draft.title, draft.why, draft.detail) == (full.title, full.why, full.detail)


@pytest.mark.parametrize(
    ("typed", "currency", "expected"),
    [
        ("12000", "EUR", (Decimal(12000), "EUR")),
        ("12k", "EUR", (Decimal(12000), "EUR")),
        ("€1,200.50", None, (Decimal("1200.50"), "EUR")),
        ("$12k", "EUR", (Decimal(12000), "USD")),
        ("", "EUR", (None, "EUR")),
    ],
)
def test_sums_that_people_type(typed: str, currency: str | None, expected: tuple[Decimal | None, str | None]) -> None:
    form = Form(title="Buy", why="Yes", owner="U1", cost=typed, currency=currency)
    detail = draft_of(form, Frame(more=True), today=TODAY).detail
    assert (detail.cost, detail.currency) == expected


@given(
    st.builds(
        Frame,
        mode=st.sampled_from(Mode),
        number=st.none() | st.integers(1, 2**31 - 1),
        version=st.none() | st.integers(1, 999),
        source=st.builds(
            Source,
            conversation=st.none() | st.just("C0123456789"),
            ts=st.none() | st.just("1793710800.000100"),
            thread_ts=st.none() | st.just("1793710800.000100"),
            author_id=st.none() | st.just("U0123456789"),
        ),
        audience=st.sampled_from([EVERYONE, Audience("C0123456789")]),
        more=st.booleans(),
    )
)
def test_what_a_window_remembers_is_read_back_the_same(frame: Frame) -> None:
    assert read_frame(to_metadata(frame)) == frame


@pytest.mark.parametrize(
    "found", [{"m": "steal"}, {"n": "1"}, {"n": True}, {"c": 1}, {"w": []}, {"m": None}, {"m": {}}], ids=str
)
def test_what_a_window_cannot_remember_is_refused_in_words(found: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read_frame(found)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (HOME, "I'll DM you the card. Visible to everyone."),
        (Place("C1", EVERYONE, can_post=True, name="platform"), "Posts in #platform. Visible to everyone."),
        (
            Place("C2", EVERYONE, can_post=False, name="random"),
            "I'm not in #random. I'll DM you the card; `/invite @Backbeat` to post it here. Visible to everyone.",
        ),
        (
            Place("C3", EVERYONE, can_post=False, name="with-acme", is_shared=True),
            "People of another company are in #with-acme. I'll DM you the card. Visible to everyone.",
        ),
        (Place("G1", Audience("G1"), can_post=True, name="board"), "Visible to members of this private channel."),
        (Place("D1", Audience("D1"), can_post=True, is_dm=True), "Posts here. Visible to you only."),
        (Place("D2", Audience("D2"), can_post=False, is_dm=True), "Visible to the people in this conversation."),
        (Place("C1", Audience("C1"), can_post=None), "Posts here if I may"),
    ],
)
def test_where_it_goes_and_who_sees_it_is_said_before_anybody_types(place: Place, words: str) -> None:
    assert words in said_in(note_of(place))


def test_what_covered_it_is_said_with_its_day() -> None:
    assert covered(a_decision(decided_on=date(2026, 10, 6)), TODAY) == "*D-14 settled this on 6 Oct.* What is new?"
    assert "6 Oct 2025" in covered(a_decision(decided_on=date(2025, 10, 6)), TODAY)
    top = notice(covered(a_decision(), TODAY), number=14)
    opened(build_form(Form(), Frame(), note=note_of(HOME), notice=top))


# --- the detail and the log ----------------------------------------------------------------------------------------


def an_event(kind: DecisionEventKind, **extra: Any) -> DecisionEvent:
    return replace(DecisionEvent("T1", "e1", 14, kind, "U1", NOW), **extra)


def test_history_says_who_did_what_and_what_was_before() -> None:
    events = (
        an_event(DecisionEventKind.LOGGED),
        an_event(
            DecisionEventKind.EDITED,
            changes={"title": ["Use my_sql", "Use Postgres"], "owner_id": ["U2", "U3"], "not_doing": [None, "Kafka"]},
        ),
        an_event(DecisionEventKind.KEPT, changes={"revisit_on": ["2027-01-27", "2027-03-01"]}, why="No trouble"),
    )
    said = said_in(opened(build_detail(Story(a_decision(), events, NAMES), viewer="U1", at=NOW)))
    assert "Logged by Dana" in said
    assert "title (was “Use my_sql”), owner (was Priya), not doing" in said
    assert "Kept by Dana until 1 Mar 2027\nNo trouble" in said


def test_an_imported_one_says_where_it_came_from_and_how_that_began() -> None:
    original = Original(
        "T1",
        14,
        "shop/docs/adr",
        "0007-<x>.md",
        "d",
        NOW,
        "ADR 7",
        "# Use ```Postgres``` & co\n" * 1000,
        None,
        ("Jane",),
    )
    story = Story(a_decision(), (an_event(DecisionEventKind.IMPORTED, why="From 0007-<x>.md"),), NAMES, original)
    said = said_in(opened(build_detail(story, viewer="U1", at=NOW)))
    assert "*Original* · ADR 7 · 0007-&lt;x&gt;.md · decided by Jane" in said
    assert "```# Use '''Postgres''' &amp; co" in said
    assert "Imported by Dana\nFrom 0007-&lt;x&gt;.md" in said


def test_an_imported_one_that_gave_way_to_nobody_knows_what_says_just_that() -> None:
    ended = a_decision(status=DecisionStatus.SUPERSEDED, superseded_by=None)
    assert "*Superseded*" in said_in(draw_decision_card(DecisionCard(ended, NAMES)).blocks)


def test_a_long_history_keeps_its_first_line_and_its_last_ones() -> None:
    events = tuple(an_event(DecisionEventKind.EDITED, why=f"change {number}") for number in range(60))
    said = said_in(opened(build_detail(Story(a_decision(), events, NAMES), viewer="U1", at=NOW)))
    assert "change 0" in said
    assert "change 59" in said
    assert "45 more" in said


def test_what_one_can_do_depends_on_who_one_is_and_when() -> None:
    story = Story(a_decision(), (an_event(DecisionEventKind.LOGGED),), NAMES)
    mine = said_in(build_detail(story, viewer="U1", at=NOW))
    assert "Edit" in mine
    assert "Undo" in mine
    assert "Undo" not in said_in(build_detail(story, viewer="U1", at=NOW + timedelta(minutes=11)))
    assert "decisions.edit" not in str(build_detail(story, viewer="U9", at=NOW))


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (EVERYONE, "Visible to everyone."),
        (Audience("G1"), "Visible to members of <#G1>."),
        (Audience("D1"), "Visible to the people in the conversation it was made in."),
    ],
)
def test_the_detail_says_who_sees_it(audience: Audience, words: str) -> None:
    story = Story(a_decision(audience=audience), (an_event(DecisionEventKind.LOGGED),), NAMES)
    assert words in said_in(build_detail(story, viewer="U1", at=NOW))


@given(st.text(alphabet="ab &<>\n;", max_size=400), st.integers(20, 60))
def test_a_long_text_is_cut_into_pieces_without_losing_a_word(text: str, limit: int) -> None:
    safe = escape(text)
    cut = pieces(safe, limit)
    assert all(len(piece) <= limit for piece in cut)
    assert "".join("".join(cut).split()) == "".join(safe.split())
    for piece in cut:
        last = piece.rfind("&")
        assert last < 0 or ";" in piece[last:]


def test_the_log_remembers_only_where_its_pages_begin() -> None:
    page = Page((a_decision(),), "postgres <x>", Which.MINE, 14, NAMES)
    wanted = Wanted("postgres <x>", Which.MINE, (40, 30))
    view = opened(build_log(page, wanted))
    assert "postgres" not in view["private_metadata"]
    state = fill(view)
    assert read_wanted(state, {"p": [40, 30]}) == wanted
    assert read_wanted({}, {"p": "x"}) == Wanted()
    assert wanted.older(20).trail == (40, 30, 20)
    assert wanted.newer().before == 40
    assert wanted.from_start().before is None


def test_paging_for_ever_keeps_the_window_small() -> None:
    wanted = Wanted()
    for number in range(5000):
        wanted = wanted.older(2**31 - number)
    opened(build_log(Page((a_decision(),), "", Which.ALL, 1, NAMES), wanted))


@pytest.mark.parametrize("which", [each for each in Which if each is not Which.ALL])
def test_an_empty_filter_says_what_to_expect(which: Which) -> None:
    said = said_in(opened(build_log(Page((), "", which, None), Wanted("", which))))
    assert "Log one now" not in said


# --- whatever people write -----------------------------------------------------------------------------------------


@given(title=NASTY, why=NASTY, name=NASTY, status=st.sampled_from(DecisionStatus))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_slack_takes_everything_and_nobody_makes_the_bot_call_a_channel(
    title: str, why: str, name: str, status: DecisionStatus
) -> None:
    texts: dict[str, Any] = dict.fromkeys(DETAIL_TEXTS, why)
    detail = Detail(area=name[:75] or None, accepted_by="U3", risk_until=TODAY, door=Door.ONE_WAY, **texts)
    odd = a_decision(
        title=title[:300] or "x",
        why=why[:3000] or "x",
        not_doing=why[:3000] or None,
        status=status,
        superseded_by=15,
        detail=detail,
        source=Source("C1", permalink=f"https://x.test/{name}", author_id="U3"),
    )
    names = dict.fromkeys(("U1", "U2", "U3"), name or "x")
    events = (an_event(DecisionEventKind.EDITED, why=why, changes={"why": [why, title], "title": [title, why]}),)
    page = Page(tuple(replace(odd, number=number) for number in range(10, 0, -1)), title[:300], Which.ALL, 3, names)
    drawn = [
        draw_decision_card(DecisionCard(odd, names, why)),
        draw_card_elsewhere(CardElsewhere(odd, "C2", names)),
        understood(odd, Place("C2", EVERYONE, can_post=False, name=name)),
        draw_log(page),
    ]
    original = Original("T1", 14, "s", (name or "x") * 5, "d", NOW, name, title * 40 + why, why, (name,))
    views = [
        build_detail(Story(odd, events * 30, names, original), viewer="U1", at=NOW),
        build_log(page, Wanted(title[:300])),
        build_form(form_of(odd), Frame(Mode.AMEND, 14, 1, more=True), note=note_of(HOME)),
        build_keeping(odd, today=TODAY),
        build_reversing(odd),
        build_sharing(odd),
    ]
    for each in drawn:
        taken(each)
    for view in views:
        opened(view)
    for words in (*(said_in(each.blocks) + each.text for each in drawn), said_in(views[0]["blocks"])):
        assert "<!" not in words.replace("<!date^", "")
