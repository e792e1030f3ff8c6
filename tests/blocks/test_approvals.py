"""What people see of approvals: requests, what the author is told, the card, and Details; within Slack's rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.approvals import draw_approval_request, draw_asked_for, draw_decision_notice
from bot.blocks.approvals.windows import build_asking, build_objecting, build_outside, build_request, read_outside
from bot.blocks.decisions.card import accepted, draw_decision_card
from bot.blocks.decisions.detail import build_detail
from bot.blocks.kit import Drawn
from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, Detail
from bot.domain.errors import InvalidInput
from bot.domain.messages import ApprovalRequest, AskedFor, AskedLater, DecisionCard, DecisionNotice, Word
from bot.domain.rights import CTO, Approver, ApproverKind, Part
from bot.domain.workspaces import Audience
from bot.usecases.decisions import Story
from playground.rules import message_problem, view_problem
from tests.handlers.decisions_kit import fill, said_in

NOW = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)
SAM, BOARD = Approver(ApproverKind.PERSON, "U2"), Approver(ApproverKind.OUTSIDE, "the board")
PROPOSAL = Decision(
    "T1", 14, "Use Datadog", "Our own graphs cost us a day a week", "U3", "U3", DecisionStatus.PROPOSED, NOW, NOW,
    not_doing="Grafana", detail=Detail(area="Vendors", cost=Decimal(12_000), currency="EUR"),
)  # fmt: skip
REQUEST = ApprovalRequest("a1", "U2", PROPOSAL, "decides", "Priya", others=("the CFO",), link="https://example.test/p1")
WAITING = Approval("T1", "a1", 14, SAM, Part.DECIDES, ApprovalStatus.WAITING, NOW, asked_at=NOW)
NAMES = {"U2": "Sam", "U3": "Priya"}
NASTY = st.sampled_from(["", "&" * 600, "<!channel>" * 300, "🙃" * 3000, "*_~`|" * 500, "<@U1>", "\u202eשלום" * 400])


def words(drawn: Drawn) -> str:
    problem = message_problem({"channel": "D1", "text": drawn.text, "blocks": drawn.blocks})
    assert problem is None, problem
    return said_in(drawn.blocks)


def view_words(view: dict[str, Any]) -> str:
    assert view_problem(view, kind="modal") is None, view_problem(view, kind="modal")
    return said_in(view["blocks"])


def marked_up(blocks: list[dict[str, Any]]) -> str:
    """Every text that Slack reads marks in."""
    texts = [each.get("text") or {} for each in blocks]
    texts += [element for each in blocks if each["type"] == "context" for element in each["elements"]]
    return "\n".join(each["text"] for each in texts if each.get("type") == "mrkdwn")


# --- the request ---------------------------------------------------------------------------------------------------


def test_a_request_says_who_asks_what_why_at_what_cost_and_who_else_is_asked() -> None:
    said = words(draw_approval_request(REQUEST))
    for each in (
        "Priya asks for your approval",
        "*D-14 · Use Datadog*",
        "*Why:* Our own graphs cost us a day a week",
        "*Not doing:* Grafana",
        "*Cost:* 12,000 EUR",
        "You decide this (Vendors) · Also asked: the CFO",
        "https://example.test/p1",
    ):
        assert each in said
    assert [each for each in ("Approve", "Object", "Ask", "Details") if each not in said] == []
    assert "Our own graphs" in draw_approval_request(REQUEST).text  # for who hears it


def test_it_says_for_whom_somebody_speaks_and_why_they_are_asked() -> None:
    request = replace(REQUEST, part="limit", speaks_for="the CTO (Dana)", reason="Dana has not answered for 3 days.")
    said = words(draw_approval_request(request))
    assert said.startswith("Dana has not answered for 3 days.")
    assert "What it costs needs your sign-off (Vendors), for the CTO (Dana)" in said


def test_a_private_one_asks_to_be_kept() -> None:
    private = replace(REQUEST, decision=replace(PROPOSAL, audience=Audience("G1")))
    assert "keep it to yourself" in words(draw_approval_request(private))
    assert "keep it to yourself" not in words(draw_approval_request(REQUEST))


@pytest.mark.parametrize(("state", "buttons"), [("approved", 0), ("closed", 0), ("objected", 3), ("asked", 4)])
def test_what_is_settled_has_no_buttons_and_an_objection_can_be_taken_back(state: str, buttons: int) -> None:
    drawn = draw_approval_request(replace(REQUEST, state=state, answer="Sam spoke."))
    found = [each for block in drawn.blocks if block["type"] == "actions" for each in block["elements"]]
    assert len(found) == buttons
    assert ("Sam spoke." in words(drawn)) == (state != "asked")


# --- what its author is told ---------------------------------------------------------------------------------------


def test_the_author_is_told_who_is_asked_later_who_is_not_in_slack_and_for_whom_nobody_speaks() -> None:
    later = AskedLater("a1", "Kenji", NOW + timedelta(hours=15), "18:10")
    said = words(draw_asked_for(AskedFor(PROPOSAL, (later,), (("a2", "the board"),), ("@finance",))))
    assert "Ask now (18:10 for Kenji)" in said
    assert "The board is not in Slack" in said
    assert "nobody in Slack who can speak for @finance" in said
    assert "everybody has been asked" in words(draw_asked_for(AskedFor(PROPOSAL)))


def test_of_several_who_may_speak_for_one_approver_only_the_first_is_offered_to_be_woken() -> None:
    later = tuple(AskedLater("a1", name, NOW + timedelta(hours=hour), "03:00") for name, hour in (("B", 5), ("A", 2)))
    said = words(draw_asked_for(AskedFor(PROPOSAL, later)))
    assert said.count("Ask now") == 1
    assert "03:00 for A" in said


def test_input_is_asked_for_in_the_cards_thread_and_those_who_perform_are_told() -> None:
    asks = words(draw_decision_notice(DecisionNotice(PROPOSAL, "input", NAMES, "https://example.test/p1")))
    assert "Priya would like your input" in asks
    assert "<https://example.test/p1|the thread of its card>" in asks
    decided = replace(PROPOSAL, status=DecisionStatus.DECIDED, decided_by="U2", decided_on=date(2026, 10, 29))
    assert "Decided by Sam, for you to carry out" in words(
        draw_decision_notice(DecisionNotice(decided, "performs", NAMES))
    )


# --- the card and Details ------------------------------------------------------------------------------------------


def test_the_card_says_whom_it_waits_for_and_what_blocks_it() -> None:
    asked = (
        Word("Sam", "objected", "No exit clause"),
        Word("the CTO (Dana)", "approved"),
        Word("the board", "waiting"),
    )
    said = words(draw_decision_card(DecisionCard(PROPOSAL, NAMES, words=asked)))
    assert "{ago}|29 Oct 09:10 UTC> · waiting for Sam and the board" in said
    assert "*Sam objects:* No exit clause" in said
    decided = replace(PROPOSAL, status=DecisionStatus.DECIDED, decided_by="U2", decided_on=date(2026, 10, 29))
    assert "objects" not in words(draw_decision_card(DecisionCard(decided, NAMES, words=asked)))


def test_a_card_that_waits_for_others_does_not_invite_everybody_to_decide() -> None:
    def style(*asked: Word) -> str | None:
        drawn = draw_decision_card(DecisionCard(PROPOSAL, NAMES, words=asked))
        (decide,) = (each for each in drawn.blocks[-1]["elements"] if each["action_id"] == "decisions.accept")
        return decide.get("style")

    assert style() == "primary"
    assert style(Word("Sam", "waiting")) is None


def test_a_successor_that_is_not_decided_only_means_to_take_the_others_place() -> None:
    successor = replace(PROPOSAL, supersedes=5)
    assert "Meant to take the place of D-5" in words(draw_decision_card(DecisionCard(successor, NAMES)))
    decided = replace(successor, status=DecisionStatus.DECIDED, decided_by="U2", decided_on=date(2026, 10, 29))
    assert "In place of D-5" in words(draw_decision_card(DecisionCard(decided, NAMES)))


def test_whoever_marks_as_decided_what_waits_for_others_is_told_so() -> None:
    assert "still waits" in accepted(PROPOSAL)


def test_details_shows_each_approval_and_how_long_it_took() -> None:
    late = NOW + timedelta(days=3)
    approvals = (
        replace(WAITING, status=ApprovalStatus.APPROVED, answered_by="U2", answered_at=NOW),
        replace(
            WAITING, id="a2", approver=BOARD, part=Part.LIMIT, status=ApprovalStatus.APPROVED, answered_by="U3",
            answered_at=late, outside_by="Maria", outside_on=late.date(),
        ),
    )  # fmt: skip
    decided = replace(PROPOSAL, status=DecisionStatus.DECIDED, decided_by="U2", decided_on=late.date())
    history = (
        DecisionEvent("T1", "e1", 14, DecisionEventKind.LOGGED, "U3", NOW),
        DecisionEvent("T1", "e2", 14, DecisionEventKind.DECIDED, "U2", late),
    )
    said = view_words(build_detail(Story(decided, history, NAMES, approvals=approvals), viewer="U3", at=late))
    assert "✓ *Sam* (decides) approved on 29 Oct 2026" in said
    assert (
        "✓ *the board* (signs off what it costs) approved on 1 Nov 2026: Maria on 1 Nov 2026, written down by Priya"
        in said
    )
    assert "Proposed 29 Oct 2026, decided 1 Nov 2026: 3 days" in said


def test_details_offers_to_write_down_what_was_said_outside_slack() -> None:
    approvals = (WAITING, replace(WAITING, id="a2", approver=BOARD), replace(WAITING, id="a3", approver=CTO))
    view = build_detail(Story(PROPOSAL, (), NAMES, approvals=approvals), viewer="U3", at=NOW)
    said = view_words(view)
    assert "… waiting for *Sam* (decides), asked on 29 Oct 2026" in said
    assert "… waiting for *the CTO* (decides)" in said
    assert said.count("Approved outside Slack") == 1


@pytest.mark.parametrize("kind", list(DecisionEventKind))
def test_every_line_of_history_has_words(kind: DecisionEventKind) -> None:
    history = (DecisionEvent("T1", "e1", 14, kind, "U3", NOW, "because"),)
    view_words(build_detail(Story(PROPOSAL, history, NAMES), viewer="U3", at=NOW))


# --- windows -------------------------------------------------------------------------------------------------------


def test_the_windows_are_ones_that_slack_takes_and_what_is_filled_in_is_read() -> None:
    board = replace(WAITING, approver=BOARD)
    for view in (build_objecting(PROPOSAL, WAITING), build_asking(PROPOSAL, WAITING)):
        assert "D-14" in view_words(view)
    view = build_outside(PROPOSAL, board, today=NOW.date())
    view_words(view)
    assert read_outside(fill(view)) == ("the board", NOW.date(), None)
    assert read_outside(fill(view, said_by="Maria", link="https://x.test"))[2] == "https://x.test"
    with pytest.raises(InvalidInput) as refused:
        read_outside(fill(view, said_on=None))
    assert refused.value.field == "said_on"


def test_who_sees_no_more_of_it_reads_all_its_words() -> None:
    said = view_words(build_request(replace(PROPOSAL, detail=replace(PROPOSAL.detail, goal="Fewer pages at night"))))
    for each in ("Our own graphs cost us a day a week", "Grafana", "12,000 EUR", "Fewer pages at night"):
        assert each in said
    assert "History" not in said


# --- whatever people wrote -----------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(NASTY, NASTY, st.sampled_from(["asked", "approved", "objected", "closed"]))
def test_slack_takes_it_whatever_people_wrote(text: str, name: str, state: str) -> None:
    decision = replace(PROPOSAL, title=text[:300] or "-", why=text[:3000], not_doing=name[:3000] or None)
    request = replace(REQUEST, decision=decision, author_name=name, others=("the CFO",) * 40, state=state)
    later = tuple(AskedLater(f"a{number}", name[:80], NOW, "09:00") for number in range(30))
    for drawn in (
        draw_approval_request(replace(request, answer="x" * 5000)),
        draw_asked_for(AskedFor(decision, later)),
        draw_decision_notice(DecisionNotice(decision, "input", {"U3": name})),
        draw_decision_card(DecisionCard(decision, NAMES, words=(Word("Sam", "objected", text),) * 20)),
    ):
        words(drawn)
        assert "<!channel>" not in marked_up(drawn.blocks) + drawn.text
    for view in (build_objecting(decision, WAITING), build_asking(decision, WAITING), build_request(decision)):
        view_words(view)
    objecting = replace(WAITING, status=ApprovalStatus.OBJECTED, why=text, answered_by="U9", called=name[:80])
    story = Story(decision, (), NAMES, approvals=(objecting,) * 40)
    view = build_detail(story, viewer="U3", at=NOW)
    view_words(view)
    assert "<!channel>" not in marked_up(view["blocks"])
