"""Approvals: who is asked, what their answers come to, and what changes where somebody's word was given."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.approvals import ApprovalStatus
from bot.domain.decisions import DecisionEventKind, DecisionStatus, Detail, Source
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.domain.messages import ApprovalRequest, AskedFor, DecisionNotice, Note
from bot.domain.rights import CTO, Approver, ApproverKind, Part, Party
from bot.domain.workspaces import Audience
from bot.usecases import decisions
from bot.usecases.approvals import answering, requests
from bot.usecases.people import viewer_for
from bot.usecases.ports import Job, UserGroup
from storage.store import SqlStore
from tests.support import THURSDAY as NOW
from tests.support import a_workspace
from tests.usecases.approvals_kit import (
    DANA,
    GUEST,
    KENJI,
    PRIYA,
    SAM,
    STRANGER,
    House,
    a_draft,
    a_house,
    costing,
    person,
)

CFO = Approver(ApproverKind.OUTSIDE, "the CFO")
FINANCE = Approver(ApproverKind.GROUP, "S1")
TODAY = date(2026, 10, 29)


@pytest.fixture
def house(store: SqlStore) -> House:
    return a_house(store)


def with_finance(house: House, *people: str) -> None:
    house.around.directory.groups = (UserGroup("S1", "finance", "Finance"),)
    house.around.directory.grouped = {"S1": frozenset(people)}


# --- logging -------------------------------------------------------------------------------------------------------


def test_without_any_rights_the_author_decides(store: SqlStore) -> None:
    house = a_house(store)
    with house.services.store.begin("T1") as uow:
        uow.rights.remove("Vendors")
        uow.commit()
    assert house.propose().status is DecisionStatus.DECIDED
    assert house.approvals() == []
    assert house.kinds() == [DecisionEventKind.LOGGED]


def test_somebody_without_the_right_proposes_whatever_the_form_said_and_the_decider_is_asked(house: House) -> None:
    made = house.propose()
    assert (made.status, made.decided_by, made.decided_on) == (DecisionStatus.PROPOSED, None, None)
    (approval,) = house.approvals()
    assert (approval.approver, approval.part, approval.status) == (person(SAM), Part.DECIDES, ApprovalStatus.WAITING)
    assert house.asked() == ["U2"]
    assert [word.name for word in house.card().words] == ["Sam"]
    assert house.kinds() == [DecisionEventKind.LOGGED, DecisionEventKind.ASKED]
    assert house.whys(DecisionEventKind.ASKED) == ["Sam"]


def test_the_decider_decides_at_once_and_may_still_propose(house: House) -> None:
    assert house.propose(SAM).status is DecisionStatus.DECIDED
    assert house.asked(1) == []
    assert house.approvals(1)[0].status is ApprovalStatus.APPROVED
    made = house.propose(SAM, a_draft("Use Grafana", status=DecisionStatus.PROPOSED))
    assert made.status is DecisionStatus.PROPOSED
    assert house.asked(2) == []  # nobody is asked for their own word
    assert house.accept(SAM, 2).status is DecisionStatus.DECIDED


def test_an_author_whose_word_is_one_of_several_gives_it_with_writing(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U3",)))
    house.propose(PRIYA)
    statuses = {each.approver: each.status for each in house.approvals()}
    assert statuses == {person(SAM): ApprovalStatus.WAITING, person(PRIYA): ApprovalStatus.APPROVED}
    assert house.asked() == ["U2"]
    assert house.approve(SAM).status is DecisionStatus.DECIDED


def test_the_sum_says_who_signs_off(house: House) -> None:
    house.limits()
    house.propose(KENJI, a_draft(detail=costing(9_999)))
    assert [each.approver for each in house.approvals(1)] == [CTO]
    house.propose(KENJI, a_draft(detail=costing(10_000)))
    assert [each.approver for each in house.approvals(2)] == [CTO, CFO]
    house.propose(DANA, a_draft(detail=costing(500)))
    assert house.get(3).status is DecisionStatus.DECIDED  # the CTO herself


def test_a_cost_in_another_currency_is_refused_before_anything_is_written(house: House) -> None:
    house.limits()
    with pytest.raises(InvalidInput) as refused:
        house.log(KENJI, a_draft(detail=Detail(cost=Decimal(5), currency="JPY")))
    assert refused.value.field == "currency"


def test_a_repeat_of_one_delivery_asks_nobody_twice(house: House) -> None:
    for _ in range(2):
        decisions.log(house.services, PRIYA, a_draft(), key="same")
    house.work()
    assert len(house.sent(ApprovalRequest)) == 1
    assert len(house.approvals()) == 1


# --- who is asked, and when ----------------------------------------------------------------------------------------


def test_anybody_of_a_group_may_speak_and_the_first_answer_settles_it_for_all(house: House) -> None:
    with_finance(house, "U1", "U2")
    house.right(agrees=Party((), ("S1",)))
    house.propose(PRIYA)
    assert house.asked() == ["U1", "U2"]
    assert house.card().words[0].name == "@finance"
    decided = house.approve(SAM)
    assert (decided.status, decided.decided_by) == (DecisionStatus.DECIDED, "U2")
    assert house.asked() == []
    assert {each.answer for each in house.sent(ApprovalRequest)} == {"Sam approved it."}
    assert house.whys(DecisionEventKind.APPROVED) == ["for @finance"]


def test_a_group_that_cannot_be_read_has_nobody_and_the_author_is_told(house: House) -> None:
    with_finance(house)
    house.right(agrees=Party((), ("S1",)))
    house.around.directory.groups_declined = True
    house.propose(PRIYA)
    assert house.asked() == []
    (told,) = house.sent(AskedFor, "U3")
    assert told.nobody == ("a user group",)


def test_where_slack_says_nothing_at_all_those_are_asked_who_are_known_without_it(house: House) -> None:
    house.right(decides="U2", agrees=Party((), ("S1",)), input=Party(("U1",)))
    house.log(PRIYA)
    house.around.directory.down = True
    (job_id,) = [job_id for _, job_id in house.services.store.queue().due_jobs(at=NOW, limit=9)]
    job = Job("T1", job_id, "approvals.ask", "1", next_at=None, attempts=5)
    for _ in range(2):
        requests.ask_without_slack(house.services, job, "unreachable")
    assert house.asked() == ["U2"]
    assert house.sent(AskedFor)[0].nobody == ("a user group",)
    assert house.sent(DecisionNotice) == []


def test_who_is_not_at_work_is_asked_in_their_morning_unless_the_author_has_them_asked_now(house: House) -> None:
    house.right(decides="U4")  # 18:10 in Tokyo
    house.propose(PRIYA)
    (row,) = house.rows(ApprovalRequest, "U4")
    assert row.next_at == datetime(2026, 10, 30, 0, 0, tzinfo=UTC)  # Friday 09:00 there
    assert house.waiting().asked_at == row.next_at
    (told,) = house.sent(AskedFor, "U3")
    assert [(each.name, each.time_there, each.at) for each in told.later] == [("Kenji", "18:10", row.next_at)]

    answering.ask_now(house.services, PRIYA, house.waiting().id, key="now")
    (row,) = house.rows(ApprovalRequest, "U4")
    assert row.next_at == house.around.clock.now() == house.waiting().asked_at
    assert house.sent(AskedFor, "U3")[0].later == ()


def test_to_press_ask_now_of_somebody_who_was_asked_gives_them_no_more_days(house: House) -> None:
    house.propose(PRIYA)
    asked_at = house.waiting().asked_at
    house.around.clock.move(timedelta(days=3))
    answering.ask_now(house.services, PRIYA, house.waiting().id, key="now")
    assert house.waiting().asked_at == asked_at


def test_only_the_author_or_owner_has_somebody_asked_now(house: House) -> None:
    house.right(decides="U4")
    house.propose(PRIYA)
    with pytest.raises(NotAllowed):
        answering.ask_now(house.services, SAM, house.waiting().id, key="now")
    assert house.rows(ApprovalRequest, "U4")[0].next_at > house.around.clock.now()


def test_who_would_be_asked_tomorrow_is_not_once_it_is_settled_today(house: House) -> None:
    with_finance(house, "U2", "U4")
    house.right(agrees=Party((), ("S1",)))
    house.propose(PRIYA)
    assert house.asked() == ["U2", "U4"]
    assert house.sent(AskedFor) == []  # Sam is asked now, so nobody has to be woken
    house.approve(SAM)
    assert [each.person_id for each in house.sent(ApprovalRequest)] == ["U2"]


def test_a_private_decision_is_shown_to_whom_it_asks_by_its_words_alone(house: House) -> None:
    house.right(decides="U2", input=Party(("U4",)), performs=Party(("U4",)))
    house.propose(DANA, source=Source("G1"), audience=Audience("G1"))  # Sam is not in #board
    (request,) = house.sent(ApprovalRequest, "U2")
    assert request.decision.why == "Our own graphs cost us a day a week"
    with pytest.raises(NotFound):
        decisions.get(house.services, viewer_for(house.services, SAM), 1, workspace="T1")
    assert answering.request(house.services, SAM, request.approval_id).decision.title == "Use Datadog"
    house.approve(SAM)
    house.work()
    assert house.sent(DecisionNotice) == []  # Kenji could not see it in Slack
    with pytest.raises(Conflict):  # nor does Sam, once his word is given
        answering.request(house.services, SAM, request.approval_id)


def test_input_is_asked_for_before_and_those_who_perform_are_told_after(house: House) -> None:
    house.right(decides="U2", input=Party(("U1", "U5", "U6")), performs=Party(("U4",)))
    house.propose(PRIYA)
    assert [each.destination.person for each in house.rows(DecisionNotice)] == ["U1"]  # no guest, nobody of elsewhere
    assert house.sent(DecisionNotice)[0].role == "input"
    house.approve(SAM)  # it does not wait for input
    house.work()
    (told,) = house.rows(DecisionNotice, "U4")
    assert told.next_at == datetime(2026, 10, 30, 0, 0, tzinfo=UTC)
    assert house.sent(DecisionNotice, "U4")[0].role == "performs"


# --- answers -------------------------------------------------------------------------------------------------------


def test_the_last_word_decides_it_by_whoever_decides(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(PRIYA)
    assert house.approve(SAM, whose=person(SAM)).status is DecisionStatus.PROPOSED
    decided = house.approve(DANA)
    assert (decided.status, decided.decided_by, decided.decided_on) == (DecisionStatus.DECIDED, "U2", TODAY)
    assert house.kinds()[-3:] == [
        DecisionEventKind.APPROVED,
        DecisionEventKind.APPROVED,
        DecisionEventKind.DECIDED,
    ]
    assert any("is decided" in note.text for note in house.sent(Note, "U3"))


def test_one_person_is_asked_once_and_gives_one_word_for_the_area_and_for_the_sum(house: House) -> None:
    house.right(decides="U1")  # Dana, who also signs off as the CTO
    house.limits()
    house.propose(PRIYA, a_draft(detail=costing(500, "Vendors")))
    assert [(each.approver, each.part) for each in house.approvals()] == [(person(DANA), Part.DECIDES)]
    assert house.asked() == ["U1"]
    assert house.approve(DANA).status is DecisionStatus.DECIDED


def test_a_yes_counts_for_every_group_that_whoever_says_it_speaks_for(house: House) -> None:
    with_finance(house, "U1", "U2")
    house.right(decides="U1", agrees=Party((), ("S1",)))
    house.propose(PRIYA)
    assert house.approve(DANA, whose=person(DANA)).status is DecisionStatus.DECIDED
    assert {each.answered_by for each in house.approvals()} == {"U1"}


def test_a_yes_does_not_count_for_a_group_that_somebody_else_objected_for(house: House) -> None:
    with_finance(house, "U1", "U2")
    house.right(decides="U1", agrees=Party((), ("S1",)))
    house.propose(PRIYA)
    finance = next(each.approver for each in house.approvals() if each.approver != person(DANA))
    answering.object_to(house.services, SAM, house.waiting(whose=finance).id, "Not in the budget", key="o")
    assert house.approve(DANA, whose=person(DANA)).status is DecisionStatus.PROPOSED


def test_an_objection_blocks_until_whoever_made_it_approves(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(PRIYA)
    answering.object_to(house.services, DANA, house.waiting(whose=person(DANA)).id, "No exit clause", key="o")
    house.approve(SAM, whose=person(SAM))
    assert house.get().status is DecisionStatus.PROPOSED
    assert [(each.name, each.status, each.why) for each in house.card().words if each.why] == [
        ("Dana", "objected", "No exit clause")
    ]
    assert "No exit clause" in house.sent(Note, "U3")[-1].text
    assert house.approve(DANA).status is DecisionStatus.DECIDED


def test_the_author_hears_of_an_objection_in_their_morning_and_not_of_one_that_is_settled_by_then(house: House) -> None:
    house.propose(KENJI)  # 18:10 in Tokyo
    house.object_to(SAM)
    (row,) = house.rows(Note, "U4")
    assert row.next_at == datetime(2026, 10, 30, 0, 0, tzinfo=UTC)
    house.approve(SAM)
    (row,) = house.rows(Note, "U4")
    assert row.next_at == datetime(2026, 10, 30, 0, 0, tzinfo=UTC)
    assert house.sent(Note, "U4")[0].text == "*D-1 · Use Datadog* is decided, by Sam."


def test_a_colleague_of_the_group_does_not_wave_an_objection_away(house: House) -> None:
    with_finance(house, "U1", "U2")
    house.right(agrees=Party((), ("S1",)))
    house.propose(PRIYA)
    house.object_to(SAM)
    with pytest.raises(NotAllowed, match="has objected"):
        house.approve(DANA)
    with_finance(house, "U1")  # Sam has left it
    assert house.approve(DANA).status is DecisionStatus.DECIDED


@pytest.mark.parametrize("why", ["", "   ", "x" * 3001])
def test_an_objection_says_why(house: House, why: str) -> None:
    house.propose()
    with pytest.raises(InvalidInput) as refused:
        house.object_to(SAM, why)
    assert refused.value.field == "why"
    assert house.waiting().status is ApprovalStatus.WAITING


def test_a_question_goes_to_the_author_in_the_thread_of_the_card(house: House) -> None:
    house.propose()
    answering.ask(house.services, SAM, house.waiting().id, "What does <!channel> cost?", key="q")
    row = next(each for each in house.rows(Note) if each.destination.conversation == "C1")
    assert row.after_id is not None
    assert isinstance(row.message, Note)
    assert "<@U3>, Sam asks" in row.message.text
    assert "<!channel>" not in row.message.text
    assert house.whys(DecisionEventKind.QUESTIONED) == ["What does <!channel> cost?"]
    assert house.waiting().status is ApprovalStatus.WAITING


def test_a_question_about_a_card_that_is_a_dm_goes_by_dm(house: House) -> None:
    house.propose(can_post=False)
    answering.ask(house.services, SAM, house.waiting().id, "What does it cost?", key="q")
    assert "What does it cost?" in house.sent(Note, "U3")[-1].text


# --- outside Slack -------------------------------------------------------------------------------------------------


def outside(house: House, who=KENJI, **extra):
    given = {"said_by": "Maria Lopez", "said_on": TODAY, "link": "https://example.test/mail"} | extra
    approval_id = house.waiting(whose=CFO).id
    return answering.approve_outside(house.services, who, approval_id, key=house.key(), **given)


def test_what_was_approved_outside_slack_is_written_down_and_counts(house: House) -> None:
    house.limits()
    house.propose(KENJI, a_draft(detail=costing(20_000)))
    assert house.sent(AskedFor, "U4")[0].outside[0][1] == "the CFO"
    house.approve(DANA, whose=CTO)
    decided = outside(house)
    assert decided.status is DecisionStatus.DECIDED
    assert "the CFO: Maria Lopez, outside Slack on 2026-10-29" in (house.whys(DecisionEventKind.APPROVED)[-1] or "")
    assert house.sent(AskedFor, "U4")[0].outside == ()


@pytest.mark.parametrize(
    ("extra", "field"),
    [({"said_by": " "}, "said_by"), ({"said_on": date(2026, 10, 30)}, "said_on"), ({"link": "ftp://x"}, "link")],
)
def test_what_is_written_down_has_a_name_a_day_and_a_link(house: House, extra: dict, field: str) -> None:
    house.limits()
    house.propose(KENJI, a_draft(detail=costing(20_000)))
    with pytest.raises(InvalidInput) as refused:
        outside(house, **extra)
    assert refused.value.field == field


def test_it_is_written_down_by_those_who_answer_for_it_alone(house: House) -> None:
    house.limits()
    house.propose(KENJI, a_draft(detail=costing(20_000), owner_id="U4"))
    with pytest.raises(NotAllowed):
        outside(house, SAM)
    with pytest.raises(NotAllowed):  # and nobody else's word is written down for them
        answering.approve_outside(
            house.services, KENJI, house.waiting(whose=CTO).id, said_by="Dana", said_on=TODAY, link=None, key="x"
        )
    outside(house, DANA)  # the CTO may
    assert house.waiting().approver == CTO


# --- forged and replayed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [KENJI, PRIYA, DANA, GUEST])
def test_nobody_gives_somebody_elses_word(house: House, who) -> None:
    house.propose(PRIYA)
    for act in (house.approve, house.object_to):
        with pytest.raises(NotAllowed):
            act(who)
    with pytest.raises(NotAllowed):
        answering.ask(house.services, who, house.waiting().id, "Why?", key="q")
    with pytest.raises(NotAllowed):
        answering.request(house.services, who, house.waiting().id)
    assert house.waiting().status is ApprovalStatus.WAITING
    assert house.kinds() == [DecisionEventKind.LOGGED, DecisionEventKind.ASKED]


def test_an_approval_of_another_workspace_or_of_nowhere_is_unknown(house: House) -> None:
    house.propose()
    a_workspace(house.services.store, workspace_id="T2")
    for who, approval_id in ((replace(STRANGER, workspace_id="T2"), house.waiting().id), (SAM, "nowhere")):
        with pytest.raises(NotFound):
            answering.approve(house.services, who, approval_id, key="a")
    assert house.get().status is DecisionStatus.PROPOSED


def test_a_second_press_and_an_answer_to_what_is_settled_change_nothing(house: House) -> None:
    house.right(decides="U2", agrees=Party(("U1",)))
    house.propose(PRIYA)
    approval_id = house.waiting(whose=person(SAM)).id
    for _ in range(2):
        answering.approve(house.services, SAM, approval_id, key="once")
    with pytest.raises(Conflict):
        answering.approve(house.services, SAM, approval_id, key="again")
    with pytest.raises(Conflict):
        answering.object_to(house.services, SAM, approval_id, "No", key="no")
    assert house.kinds().count(DecisionEventKind.APPROVED) == 1
    house.approve(DANA)
    with pytest.raises(Conflict, match="decided already"):
        answering.approve(house.services, SAM, approval_id, key="late")
