"""The rules of a decision: what a draft must have, what may become of it, and what its history keeps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import decisions as rules
from bot.domain.decisions import Decision, DecisionStatus, Detail, Draft
from bot.domain.errors import Conflict, InvalidInput, NotAllowed

NOW = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)
TODAY = date(2026, 10, 29)
LATER = date(2027, 1, 27)


def a_decision(**changes: object) -> Decision:
    made = Decision(
        "T1",
        14,
        "Use Postgres",
        "We run it already",
        author_id="U1",
        owner_id="U2",
        status=DecisionStatus.DECIDED,
        created_at=NOW,
        updated_at=NOW,
        decided_by="U1",
        decided_on=TODAY,
        revisit_on=LATER,
    )
    return replace(made, **changes)


def draft(**changes: object) -> Draft:
    said = {"title": "Use Postgres", "why": "We run it", "owner_id": "U1", "revisit_on": LATER, "today": TODAY}
    return Draft.checked(**(said | changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"why": "\n"}, "why"),
        ({"why": "x" * 3001}, "why"),
        ({"not_doing": "x" * 3001}, "not_doing"),
        ({"owner_id": ""}, "owner"),
        ({"status": DecisionStatus.REVERSED}, "status"),
        ({"revisit_on": TODAY}, "revisit"),
        ({"detail": Detail(goal="x" * 3001)}, "goal"),
        ({"detail": Detail(cost=Decimal(-1), currency="EUR")}, "cost"),
        ({"detail": Detail(cost=Decimal(10**12), currency="EUR")}, "cost"),
        ({"detail": Detail(cost=Decimal(5))}, "currency"),
        ({"detail": Detail(risk_until=TODAY)}, "risk_until"),
        ({"detail": Detail(area="x" * 76)}, "area"),
    ],
)
def test_what_is_wrong_names_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft(**changes)
    assert refused.value.field == field


def test_a_draft_is_trimmed() -> None:
    made = draft(title="  Use\n Postgres ", why=" We run it ", not_doing="  ", detail=Detail(goal="  "))
    assert (made.title, made.why, made.not_doing, made.detail.goal) == ("Use Postgres", "We run it", None, None)


def test_a_decision_whose_dates_have_passed_can_still_be_edited() -> None:
    past = a_decision(revisit_on=date(2026, 10, 1), detail=Detail(risk_until=date(2026, 10, 2)))
    assert draft(revisit_on=past.revisit_on, detail=past.detail, standing=past).revisit_on == past.revisit_on
    with pytest.raises(InvalidInput):
        draft(revisit_on=date(2026, 10, 3), standing=past)


def test_it_is_withdrawn_by_its_author_within_ten_minutes() -> None:
    logged = a_decision()
    assert rules.may_undo(logged, by="U1", at=NOW + timedelta(minutes=10))
    assert not rules.may_undo(logged, by="U2", at=NOW)
    withdrawn = rules.withdraw(logged, by="U1", at=NOW + timedelta(minutes=10))
    assert (withdrawn.status, withdrawn.revisit_on, withdrawn.number) == (DecisionStatus.WITHDRAWN, None, 14)
    with pytest.raises(NotAllowed):
        rules.withdraw(logged, by="U2", at=NOW)
    with pytest.raises(Conflict):
        rules.withdraw(logged, by="U1", at=NOW + timedelta(minutes=11))
    with pytest.raises(Conflict):
        rules.withdraw(withdrawn, by="U1", at=NOW)


def test_what_replaces_it_names_its_number_and_ends_its_revisit() -> None:
    old = rules.replaced_by(a_decision(), 15, amended=False, at=NOW)
    assert (old.status, old.superseded_by, old.revisit_on) == (DecisionStatus.SUPERSEDED, 15, None)
    back = rules.restored(old, rules.changes(a_decision(), old), at=NOW)
    assert (back.status, back.superseded_by, back.revisit_on) == (DecisionStatus.DECIDED, None, LATER)


@pytest.mark.parametrize("change", [rules.reverse, lambda each, at: rules.replaced_by(each, 15, amended=True, at=at)])
@pytest.mark.parametrize("status", [each for each in DecisionStatus if each not in rules.ACTIVE])
def test_what_no_longer_stands_does_not_change_again(change: object, status: DecisionStatus) -> None:
    with pytest.raises(Conflict):
        change(a_decision(status=status), at=NOW)


def test_keeping_a_risk_acceptance_that_ran_out_extends_it() -> None:
    accepted = a_decision(detail=Detail(risk_until=TODAY))
    kept = rules.keep(accepted, revisit_on=LATER, today=TODAY, at=NOW)
    assert kept.detail.risk_until == LATER
    running = a_decision(detail=Detail(risk_until=LATER))
    assert rules.keep(running, revisit_on=LATER, today=TODAY, at=NOW).detail.risk_until == LATER


def test_a_proposal_is_decided_by_whoever_accepts_it_on_their_own_day() -> None:
    proposed = a_decision(status=DecisionStatus.PROPOSED, decided_by=None, decided_on=None)
    decided = rules.accept(proposed, by="U2", today=TODAY, at=NOW)
    assert (decided.decided_by, decided.decided_on) == ("U2", TODAY)
    with pytest.raises(Conflict):
        rules.accept(decided, by="U2", today=TODAY, at=NOW)


def test_history_keeps_what_was_and_what_is() -> None:
    after = replace(a_decision(), title="Use Postgres 18", revisit_on=None, detail=Detail(goal="Sleep"))
    assert rules.changes(a_decision(), after) == {
        "title": ["Use Postgres", "Use Postgres 18"],
        "revisit_on": ["2027-01-27", None],
        "goal": [None, "Sleep"],
    }


@given(st.text(max_size=400), st.text(max_size=3200), st.dates(), st.sampled_from(DecisionStatus))
def test_a_draft_is_whole_or_refused(title: str, why: str, revisit: date, status: DecisionStatus) -> None:
    problem, made = None, None
    try:
        made = draft(title=title, why=why, revisit_on=revisit, status=status)
    except InvalidInput as refused:
        problem = refused.field
    if made is None:
        assert problem in {"title", "why", "revisit", "status"}
    else:
        assert made.title.strip() == made.title != ""
        assert made.why
        assert made.revisit_on > TODAY
