"""What is put away comes back the same, on both engines: every repository by what it promises in `usecases.ports`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from bot.domain.agendas import TopicKind, TopicStatus
from bot.domain.cadences import OccurrenceStatus
from bot.domain.decisions import DecisionEventKind, DecisionStatus, Detail, Source
from bot.domain.errors import NotFound
from bot.domain.standups import Answer, Concern, PromptStatus, RoundStatus
from bot.domain.updates import Point, Summary, Update, UpdateStatus
from bot.domain.workspaces import Audience, Role, Viewer
from bot.usecases.ports import Narrow, UnitOfWork
from storage.store import SqlStore
from tests.storage.things import (
    ANYBODY,
    EVERYTHING,
    TODAY,
    a_cadence,
    a_decision,
    a_prompt,
    a_round,
    a_standup,
    a_topic,
    an_event,
    an_occurrence,
)
from tests.support import THURSDAY, a_person, a_workspace

HOUR = timedelta(hours=1)


@pytest.fixture
def uow(any_store: SqlStore) -> Iterator[UnitOfWork]:
    """One that stays open for the whole test and is rolled back at its end."""
    a_workspace(any_store)
    with any_store.begin("T1") as opened:
        yield opened


# --- workspaces, people ---------------------------------------------------------------------------------------------


def test_a_workspace_comes_back_and_keeps_its_count(uow: UnitOfWork) -> None:
    uow.workspaces.take_decision_number()
    changed = replace(
        uow.workspaces.get(),
        name="Tidewater & Sons",
        setup_at=THURSDAY,
        team_channel="C1",
        decision_channel="C2",
        cto_days=frozenset({1, 3}),
        response_days=2,
        urgent_path="call me",
        guests_allowed=True,
        suggests_logging=True,
    )
    uow.workspaces.save(changed)
    assert uow.workspaces.get() == changed
    assert uow.workspaces.take_decision_number() == 2


def test_a_workspace_that_is_not_there(any_store: SqlStore) -> None:
    with any_store.read("T9") as uow, pytest.raises(NotFound, match="isn't installed"):
        uow.workspaces.get()


def test_roles_are_replaced_by_role(uow: UnitOfWork) -> None:
    uow.workspaces.set_role(Role.CTO, ["U1", "U2"])
    uow.workspaces.set_role(Role.SPONSOR, ["U1"])
    uow.workspaces.set_role(Role.CTO, ["U2", "U3"])
    uow.workspaces.set_role(Role.DEPUTY, [])
    assert uow.workspaces.roles() == {Role.CTO: frozenset({"U2", "U3"}), Role.SPONSOR: frozenset({"U1"})}
    assert uow.workspaces.roles_of("U1") == frozenset({Role.SPONSOR})
    assert uow.workspaces.roles_of("U9") == frozenset()


def test_a_person_comes_back_and_is_replaced(uow: UnitOfWork) -> None:
    priya = a_person("U2", name="Priya", zone="Asia/Kolkata", days=frozenset(), starts=time(8, 30), place="IN-WB")
    uow.people.save(priya)
    uow.people.save(replace(priya, is_guest=True, seen_at=None))
    assert uow.people.find("U2") == replace(priya, is_guest=True, seen_at=None)
    assert uow.people.find("U9") is None


def test_several_people_at_once(uow: UnitOfWork) -> None:
    for name in ("U1", "U2", "U3"):
        uow.people.save(a_person(name))
    assert uow.people.get_many(["U3", "U1", "U1", "U9"]) == {"U1": a_person("U1"), "U3": a_person("U3")}
    assert uow.people.get_many([]) == {}


def test_the_audit_takes_notes(uow: UnitOfWork) -> None:
    uow.audit.add(by="U1", action="roles_changed", at=THURSDAY, subject="cto", detail={"to": ["U2"]})
    uow.audit.add(by="U1", action="roles_changed", at=THURSDAY)


# --- decisions ------------------------------------------------------------------------------------------------------


def test_a_decision_comes_back_with_all_that_it_says(uow: UnitOfWork) -> None:
    uow.decisions.add(a_decision(1))
    full = a_decision(
        2,
        title="Café “quotes” & <tags> 決定 🚀\nsecond line",
        status=DecisionStatus.PROPOSED,
        not_doing="Kafka",
        decided_by="U2",
        decided_on=TODAY,
        revisit_on=date(2027, 1, 27),
        audience=Audience("G1"),
        source=Source("C1", "1730000000.000100", "1730000000.000000", "https://x.test/p1", "U3"),
        detail=Detail(area="data", cost=Decimal("12500.50"), currency="EUR", risk_until=date(2026, 12, 1)),
        supersedes=1,
        superseded_by=3,
    )
    uow.decisions.add(full)
    assert uow.decisions.get(2, EVERYTHING) == full


def test_a_saved_decision_has_the_next_version(uow: UnitOfWork) -> None:
    uow.decisions.add(a_decision())
    uow.decisions.save(a_decision(title="Use Kafka"))
    assert uow.decisions.get(1, EVERYTHING) == a_decision(title="Use Kafka", version=2)


def test_the_latest_come_first_and_page_by_page(uow: UnitOfWork) -> None:
    for number in range(1, 6):
        uow.decisions.add(a_decision(number))
    uow.decisions.add(a_decision(6, status=DecisionStatus.WITHDRAWN))
    assert [each.number for each in uow.decisions.latest(ANYBODY, limit=2)] == [5, 4]
    assert [each.number for each in uow.decisions.latest(ANYBODY, limit=9, before=3)] == [2, 1]
    withdrawn = frozenset({DecisionStatus.WITHDRAWN})
    assert [each.number for each in uow.decisions.latest(ANYBODY, limit=9, statuses=withdrawn)] == [6]
    assert uow.decisions.latest(ANYBODY, limit=9, statuses=frozenset()) == []


def test_a_list_is_narrowed(uow: UnitOfWork) -> None:
    uow.decisions.add(a_decision(1, author_id="U2"))
    uow.decisions.add(a_decision(2, owner_id="U2", not_doing="Kafka"))
    uow.decisions.add(a_decision(3, revisit_on=TODAY))
    uow.decisions.add(a_decision(4, revisit_on=TODAY, status=DecisionStatus.REVERSED))

    def numbers(narrow: Narrow) -> list[int]:
        return [each.number for each in uow.decisions.latest(ANYBODY, limit=9, narrow=narrow)]

    assert numbers(Narrow(involving="U2")) == [2, 1]
    assert numbers(Narrow(not_doing=True)) == [2]
    assert numbers(Narrow(due_by=TODAY)) == [3]
    assert numbers(Narrow(involving="U2", not_doing=True, due_by=TODAY)) == []
    assert numbers(Narrow()) == [4, 3, 2, 1]


def test_what_is_due_is_listed_by_how_long_it_waits(uow: UnitOfWork) -> None:
    day = timedelta(days=1)
    uow.decisions.add(a_decision(1, revisit_on=TODAY))
    uow.decisions.add(a_decision(2, revisit_on=TODAY - 3 * day, owner_id="U2"))
    uow.decisions.add(a_decision(3, revisit_on=TODAY + day))
    uow.decisions.add(a_decision(4, revisit_on=TODAY + 9 * day, detail=Detail(risk_until=TODAY - day)))
    uow.decisions.add(a_decision(5, revisit_on=TODAY - day, status=DecisionStatus.SUPERSEDED))
    uow.decisions.add(a_decision(6, revisit_on=TODAY, audience=Audience("G1"), author_id="U3", owner_id="U3"))
    ended = Detail(risk_until=TODAY - 9 * day)
    uow.decisions.add(a_decision(7, revisit_on=TODAY, status=DecisionStatus.EXPIRED, detail=ended))
    uow.decisions.add(a_decision(8, revisit_on=TODAY + day, status=DecisionStatus.EXPIRED, detail=ended))  # put off
    uow.decisions.add(a_decision(9, revisit_on=TODAY, status=DecisionStatus.HELD))
    assert [each.number for each in uow.decisions.due(by=TODAY, viewer=ANYBODY)] == [2, 4, 1, 7, 9]
    assert [each.number for each in uow.decisions.due(by=TODAY, viewer=ANYBODY, owner="U2")] == [2]


def test_a_decision_is_found_by_the_message_it_was_logged_from(uow: UnitOfWork) -> None:
    source = Source("C1", "1730000000.000100", "1730000000.000000")
    uow.decisions.add(a_decision(1, source=source))
    uow.decisions.add(a_decision(2, source=source))
    uow.decisions.add(a_decision(3, source=source, status=DecisionStatus.WITHDRAWN))
    uow.decisions.add(a_decision(4, source=Source("C2", "1730000000.000100")))
    found = uow.decisions.from_message("C1", "1730000000.000100", ANYBODY)
    assert found is not None
    assert found.number == 2
    for conversation, ts in (
        ("C1", "1730000000.000000"),
        ("C1", "1730000000"),
        ("C1", "%"),
        ("C3", "1730000000.000100"),
    ):
        assert uow.decisions.from_message(conversation, ts, ANYBODY) is None


def test_a_message_of_a_private_channel_tells_nobody_else(uow: UnitOfWork) -> None:
    uow.decisions.add(a_decision(1, source=Source("G1", "17.1"), audience=Audience("G1"), owner_id="U2"))
    assert uow.decisions.from_message("G1", "17.1", Viewer("U9")) is None
    assert uow.decisions.from_message("G1", "17.1", Viewer("U9", frozenset({"G1"}))) is not None


def test_history_is_told_in_its_order(uow: UnitOfWork) -> None:
    uow.decisions.add(a_decision(1))
    uow.decisions.add(a_decision(2))
    first = an_event(1, at=THURSDAY - HOUR)
    last = an_event(1, kind=DecisionEventKind.EDITED, why="a typo", changes={"title": ["a", None]})
    for each in (last, an_event(2), first):
        uow.decisions.add_event(each)
    assert uow.decisions.history(1, ANYBODY) == [first, last]
    with pytest.raises(NotFound):
        uow.decisions.history(9, ANYBODY)


# --- meetings -------------------------------------------------------------------------------------------------------


def test_meetings_come_back(uow: UnitOfWork) -> None:
    uow.cadences.add(a_cadence("K1", place="PT", created_at=THURSDAY))
    uow.cadences.add(a_cadence("K2"))
    uow.cadences.save(a_cadence("K2", active=False, name="Old"))
    assert uow.cadences.get("K1") == a_cadence("K1", place="PT", created_at=THURSDAY)
    assert [each.id for each in uow.cadences.all()] == ["K1"]
    assert [each.id for each in uow.cadences.all(active=False)] == ["K1", "K2"]
    assert [each.id for each in uow.cadences.all(kind=a_cadence().kind)] == ["K1"]
    with pytest.raises(NotFound):
        uow.cadences.get("K9")


def test_a_slot_is_taken_once(uow: UnitOfWork) -> None:
    uow.cadences.add(a_cadence("K1"))
    uow.cadences.add(a_cadence("K2"))
    assert uow.cadences.add_occurrence(an_occurrence("O1"))
    assert not uow.cadences.add_occurrence(an_occurrence("O2"))
    assert uow.cadences.add_occurrence(an_occurrence("O3", cadence_id="K2"))
    assert uow.cadences.add_occurrence(an_occurrence("O4", slot="2026-11-10", starts_at=THURSDAY + HOUR))
    uow.cadences.save_occurrence(an_occurrence("O1", status=OccurrenceStatus.SKIPPED, reason="Culture Day"))
    assert uow.cadences.occurrence("O1").reason == "Culture Day"
    assert [each.id for each in uow.cadences.occurrences("K1")] == ["O4", "O1"]
    assert [each.id for each in uow.cadences.occurrences("K1", limit=1)] == ["O4"]
    with pytest.raises(NotFound):
        uow.cadences.occurrence("O2")


def test_agenda_items_come_back_by_where_they_stand(uow: UnitOfWork) -> None:
    uow.cadences.add(a_cadence("K1"))
    uow.cadences.add_occurrence(an_occurrence("O1"))
    uow.decisions.add(a_decision(1))
    late = a_topic("P1", created_at=THURSDAY + HOUR, urgent=True, bumps="SOC 2", source=Source("C1", "17.1"))
    early = a_topic("P2", kind=TopicKind.REVISIT, decision_number=1)
    for each in (late, early):
        uow.topics.add(each)
    assert uow.topics.get("P1", ANYBODY) == late
    assert uow.topics.open_for("K1", ANYBODY) == [early, late]
    on_agenda = {"occurrence_id": "O1", "status": TopicStatus.ON_AGENDA}
    uow.topics.save(replace(late, position=1, **on_agenda))  # type: ignore[arg-type]
    uow.topics.save(replace(early, position=2, carried=1, **on_agenda))  # type: ignore[arg-type]
    assert [each.id for each in uow.topics.on_agenda("O1", ANYBODY)] == ["P1", "P2"]
    assert uow.topics.open_for("K1", ANYBODY) == []
    assert [each.id for each in uow.topics.with_decision("K1", 1, {TopicStatus.ON_AGENDA})] == ["P2"]
    assert uow.topics.with_decision("K1", 1, {TopicStatus.DONE}) == []


# --- standups -------------------------------------------------------------------------------------------------------


def test_standups_come_back(uow: UnitOfWork) -> None:
    uow.standups.add(a_standup("S1"))
    uow.standups.add(a_standup("S2", channel="C2"))
    uow.standups.save(a_standup("S2", channel="C2", active=False, questions=("Only one?",)))
    assert uow.standups.get("S1") == a_standup("S1")
    assert [each.id for each in uow.standups.all()] == ["S1"]
    assert [each.id for each in uow.standups.all(channel="C2", active=False)] == ["S2"]
    with pytest.raises(NotFound):
        uow.standups.get("S9")


def test_a_round_is_opened_once_a_day(uow: UnitOfWork) -> None:
    uow.standups.add(a_standup())
    assert uow.standups.add_round(a_round("R1"))
    assert not uow.standups.add_round(a_round("R2"))
    uow.standups.save_round(a_round("R1", status=RoundStatus.POSTED))
    assert uow.standups.round("R1") == a_round("R1", status=RoundStatus.POSTED)
    assert uow.standups.round_for("S1", "2026-10-29") == uow.standups.round("R1")
    assert uow.standups.round_for("S1", "2026-10-30") is None
    with pytest.raises(NotFound):
        uow.standups.round("R2")


def test_a_person_is_asked_once_in_a_round_and_once_on_a_day_of_theirs(uow: UnitOfWork) -> None:
    uow.standups.add(a_standup())
    uow.standups.add_round(a_round("R1"))
    uow.standups.add_round(a_round("R2", slot="2026-10-30"))
    assert uow.standups.add_prompt(a_prompt("Q1"))
    assert not uow.standups.add_prompt(a_prompt("Q2", day=date(2026, 10, 30)))
    assert not uow.standups.add_prompt(a_prompt("Q3", round_id="R2"))
    assert uow.standups.add_prompt(a_prompt("Q4", person_id="U2", due_at=THURSDAY - HOUR))
    assert uow.standups.add_prompt(a_prompt("Q5", round_id="R2", day=date(2026, 10, 30)))
    uow.standups.save_prompt(a_prompt("Q1", status=PromptStatus.SKIPPED, reason="a public holiday"))
    assert uow.standups.prompt("Q1").reason == "a public holiday"
    assert [each.id for each in uow.standups.prompts("R1")] == ["Q4", "Q1"]
    last = uow.standups.last_prompt("S1", "U1")
    assert last is not None
    assert last.id == "Q5"
    assert uow.standups.last_prompt("S1", "U9") is None
    with pytest.raises(NotFound):
        uow.standups.prompt("Q2")


def test_an_answer_is_kept_and_replaced(uow: UnitOfWork) -> None:
    uow.standups.add(a_standup())
    uow.standups.add_round(a_round("R1"))
    for prompt, person in (("Q1", "U1"), ("Q2", "U2")):
        uow.standups.add_prompt(a_prompt(prompt, person_id=person))
    later = Answer("T1", "Q1", "R1", "S1", "U1", ("done", "", "staging"), THURSDAY + HOUR)
    uow.standups.save_answer(later)
    uow.standups.save_answer(replace(later, texts=("done", "next", "")))
    uow.standups.save_answer(Answer("T1", "Q2", "R1", "S1", "U2", ("x",), THURSDAY))
    assert uow.standups.answer("Q1") == replace(later, texts=("done", "next", ""))
    assert uow.standups.answer("Q9") is None
    assert [each.person_id for each in uow.standups.answers("R1")] == ["U2", "U1"]
    assert uow.standups.last_answer("S1", "U1", before=THURSDAY + HOUR) is None
    found = uow.standups.last_answer("S1", "U1", before=THURSDAY + 2 * HOUR)
    assert found is not None
    assert found.texts == ("done", "next", "")


def test_what_is_stuck_is_listed_until_it_is_cleared(uow: UnitOfWork) -> None:
    new = Concern("T1", "B1", "C1", "staging DB", "U1", TODAY)
    old = replace(new, id="B2", raised_on=TODAY - timedelta(days=9), owner_id="U2", channel="C2", seen=3)
    uow.concerns.add(new)
    uow.concerns.add(old)
    assert uow.concerns.get("B2") == old
    assert [each.id for each in uow.concerns.uncleared()] == ["B2", "B1"]
    assert [each.id for each in uow.concerns.uncleared(channel="C1")] == ["B1"]
    assert [each.id for each in uow.concerns.uncleared(owner="U2")] == ["B2"]
    uow.concerns.save(replace(old, cleared_at=THURSDAY, cleared_by="U1"))
    assert [each.id for each in uow.concerns.uncleared()] == ["B1"]
    with pytest.raises(NotFound):
        uow.concerns.get("B9")


# --- updates --------------------------------------------------------------------------------------------------------


def test_a_draft_is_its_askers_alone_and_a_posted_one_is_its_conversations(uow: UnitOfWork) -> None:
    point = Point("Use Postgres", (1, 2))
    summary = Summary((point,), (), (point,), (), 143, 143, 2, "api.example.com", "small", masked=1)
    draft = Update(
        "T1", "X1", "U1", "G1", "17.1", None, UpdateStatus.READY, THURSDAY, summary=summary, links=("a", "b")
    )
    uow.updates.add(draft)
    asker, member, outsider = Viewer("U1"), Viewer("U2", frozenset({"G1"})), Viewer("U3")
    assert uow.updates.get("X1", asker) == draft
    for viewer in (member, outsider):
        with pytest.raises(NotFound):
            uow.updates.get("X1", viewer)
    posted = replace(draft, status=UpdateStatus.POSTED, posted_by="U1", edited_text="shorter")
    uow.updates.save(posted)
    assert uow.updates.get("X1", member) == posted
    with pytest.raises(NotFound):
        uow.updates.get("X1", outsider)
    with pytest.raises(NotFound):
        uow.updates.get("X9", asker)


# --- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 10, 29, 9, 10, 11, 123456, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2099, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ],
)
def test_a_moment_keeps_its_microseconds_and_comes_back_in_utc(uow: UnitOfWork, moment: datetime) -> None:
    uow.decisions.add(a_decision(created_at=moment))
    found = uow.decisions.get(1, EVERYTHING).created_at
    assert found == moment
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(uow: UnitOfWork) -> None:
    with pytest.raises(Exception, match="must be aware"):
        uow.people.save(a_person(seen_at=datetime(2026, 10, 29)))  # noqa: DTZ001 - on purpose
