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
MUCH_LATER = date(2027, 4, 27)


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
        ({"detail": Detail(risk_until=TODAY, accepted_by="U2")}, "risk_until"),
        ({"detail": Detail(risk_until=LATER)}, "accepted_by"),
        ({"detail": Detail(accepted_by="U2")}, "risk_until"),
        ({"detail": Detail(guardrail="x" * 3001)}, "guardrail"),
        ({"detail": Detail(security="x" * 3001)}, "security"),
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


def test_what_is_looked_at_again_and_kept_is_held() -> None:
    held = rules.keep(a_decision(), revisit_on=MUCH_LATER, by="U2", today=TODAY, at=NOW)
    assert (held.status, held.revisit_on, held.decided_by) == (DecisionStatus.HELD, MUCH_LATER, "U1")
    assert rules.keep(held, revisit_on=LATER, by="U2", today=TODAY, at=NOW).status is DecisionStatus.HELD
    with pytest.raises(InvalidInput) as refused:
        rules.keep(held, revisit_on=TODAY, by="U2", today=TODAY, at=NOW)
    assert refused.value.field == "revisit"


def test_a_proposal_did_not_work_yet() -> None:
    proposed = a_decision(status=DecisionStatus.PROPOSED, decided_by=None, decided_on=None)
    with pytest.raises(Conflict, match="not decided yet"):
        rules.keep(proposed, revisit_on=LATER, by="U1", today=TODAY, at=NOW)


def test_keeping_a_risk_acceptance_that_runs_out_is_accepting_it_anew() -> None:
    accepted = a_decision(detail=Detail(accepted_by="U9", risk_until=TODAY + timedelta(days=2)))
    kept = rules.keep(accepted, revisit_on=MUCH_LATER, by="U2", today=TODAY, at=NOW)
    assert (kept.detail.accepted_by, kept.detail.risk_until) == ("U2", MUCH_LATER)


def test_a_risk_acceptance_that_is_looked_at_before_its_end_keeps_its_end() -> None:
    running = a_decision(revisit_on=TODAY, detail=Detail(accepted_by="U9", risk_until=LATER))
    kept = rules.keep(running, revisit_on=MUCH_LATER, by="U2", today=TODAY, at=NOW)
    assert (kept.detail, kept.revisit_on) == (running.detail, MUCH_LATER)
    assert rules.comes_back_on(kept) == LATER


def test_a_risk_acceptance_expires_on_the_day_after_its_last() -> None:
    accepted = a_decision(revisit_on=LATER, detail=Detail(risk_until=TODAY))
    with pytest.raises(Conflict):
        rules.expire(accepted, today=TODAY, at=NOW)
    expired = rules.expire(accepted, today=TODAY + timedelta(days=1), at=NOW)
    assert expired.status is DecisionStatus.EXPIRED
    assert rules.comes_back_on(expired) == TODAY + timedelta(days=1)  # not as late as it was to be looked at
    with pytest.raises(Conflict):
        rules.expire(expired, today=LATER, at=NOW)


@pytest.mark.parametrize("status", sorted(set(DecisionStatus) - rules.STANDING))
def test_only_what_stands_expires(status: DecisionStatus) -> None:
    with pytest.raises(Conflict):
        rules.expire(a_decision(status=status, detail=Detail(risk_until=TODAY)), today=LATER, at=NOW)


def test_what_expired_is_accepted_anew_only_by_keeping_it() -> None:
    expired = a_decision(status=DecisionStatus.EXPIRED, revisit_on=TODAY, detail=Detail(risk_until=TODAY))
    kept = rules.keep(expired, revisit_on=LATER, by="U2", today=TODAY, at=NOW)
    assert (kept.status, kept.detail.risk_until, kept.detail.accepted_by) == (DecisionStatus.HELD, LATER, "U2")
    longer = Draft("Use Postgres", "We run it", "U1", LATER, detail=Detail(risk_until=LATER))
    with pytest.raises(InvalidInput) as refused:
        rules.edit(expired, longer, by="U1", today=TODAY, at=NOW)
    assert refused.value.field == "risk_until"
    words = replace(longer, title="Use Postgres 18", detail=expired.detail)
    assert rules.edit(expired, words, by="U1", today=TODAY, at=NOW).status is DecisionStatus.EXPIRED


def test_the_end_of_a_risk_acceptance_is_not_put_off() -> None:
    accepted = a_decision(detail=Detail(risk_until=TODAY + timedelta(days=2)))
    with pytest.raises(Conflict, match="accepts a risk until"):
        rules.postpone(accepted, revisit_on=TODAY + timedelta(days=7), today=TODAY, at=NOW)
    expired = replace(accepted, status=DecisionStatus.EXPIRED, revisit_on=TODAY)
    later = rules.postpone(expired, revisit_on=TODAY + timedelta(days=7), today=TODAY, at=NOW)
    assert rules.comes_back_on(later) == TODAY + timedelta(days=7)


def test_what_is_over_never_comes_back() -> None:
    over = a_decision(status=DecisionStatus.REVERSED, revisit_on=None, detail=Detail(risk_until=LATER))
    assert rules.comes_back_on(over) is None


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
