"""Which record takes whose place: in folders that each count from 1, in circles, and after a file changed."""

import json
from datetime import date

import pytest

from bot.domain.adr.folder import File
from bot.domain.decisions import Decision, DecisionStatus, Detail, Draft
from bot.domain.interchange.placing import Outcome
from bot.domain.interchange.record import Leaving, log_as_json, read_log
from bot.usecases import decisions
from bot.usecases.interchange import import_entries, leaving
from storage.store import SqlStore
from tests.storage.things import EVERYTHING, a_decision
from tests.support import THURSDAY, Surroundings, services_on
from tests.usecases.test_interchange import DANA, SAM, a_record, everything, take_in


@pytest.fixture
def here(store: SqlStore) -> Surroundings:
    return services_on(store, DANA, SAM)


def decision(store: SqlStore, number: int) -> Decision:
    with store.read("T1") as uow:
        return uow.decisions.get(number, EVERYTHING)


def links(store: SqlStore) -> list[tuple[int, int | None, int | None]]:
    """Number, what it supersedes, what superseded it."""
    with store.read("T1") as uow:
        found = uow.decisions.latest(EVERYTHING, limit=50, statuses=frozenset(DecisionStatus))
    return sorted((each.number, each.supersedes, each.superseded_by) for each in found)


def test_a_number_means_the_record_of_the_same_folder(here: Surroundings, store: SqlStore) -> None:
    files = [
        a_record(number, status=status, name=f"{team}/{number:04}-x.md")
        for team in ("backend", "frontend")
        for number, status in ((1, "Superseded by ADR-0002"), (2, "Accepted\n\nSupersedes ADR-0001"))
    ]
    done = take_in(store, *files)
    assert links(store) == [(1, None, 2), (2, 1, None), (3, None, 4), (4, 3, None)]
    assert [row.notes for row in done.rows[:2]] == [(), ()]


def test_a_broken_link_to_another_folder_is_looked_for_there(here: Surroundings, store: SqlStore) -> None:
    elsewhere = "Accepted\n\nSupersedes [the old one](../frontend/0001-renamed.md)"
    take_in(
        store,
        a_record(1, name="backend/0001-x.md"),
        a_record(2, status=elsewhere, name="backend/0002-x.md"),
        a_record(1, name="frontend/0001-y.md"),
    )
    assert links(store) == [(1, None, None), (2, 3, None), (3, None, 2)]


@pytest.mark.parametrize("ends", [{1: 2, 2: 1}, {1: 1}, {1: 2, 2: 3, 3: 1}])
def test_an_export_that_was_made_to_run_in_circles_comes_in_without_the_last_link(
    here: Surroundings, store: SqlStore, ends: dict[int, int]
) -> None:
    said = json.loads(log_as_json([Leaving(a_decision(number), None, {}) for number in (1, 2, 3)], is_all=True))
    for each in said["decisions"]:
        each["workspace"] = "T9"
        each["supersedes"] = each["superseded_by"] = ends.get(each["number"])
    done = import_entries(store, read_log("x", json.dumps(said)), workspace="T1", owner="U1", at=THURSDAY)
    assert done.count(Outcome.NEW) == 3
    assert sum(1 for _, supersedes, _ in links(store) if supersedes is not None) == len(ends) - 1
    last = next(row for row in done.rows if row.notes)
    assert "place" in last.notes[0] or "itself" in last.notes[0]


def test_what_is_related_stays_so_under_new_numbers_and_what_did_not_come_along_is_named(
    here: Surroundings, store: SqlStore
) -> None:
    with store.begin("T1") as uow:  # D-1 is taken, so that what comes in is moved on
        uow.decisions.add(a_decision(uow.workspaces.take_decision_number()))
        uow.commit()
    said = json.loads(log_as_json([Leaving(a_decision(number), None, {}) for number in (1, 2)], is_all=True))
    for each, related in zip(said["decisions"], ([2, 7], [1, 2]), strict=True):
        each |= {"workspace": "T9", "related": related}
    done = import_entries(store, read_log("x", json.dumps(said)), workspace="T1", owner="U1", at=THURSDAY)
    moved, kept = (row.number for row in done.rows)
    assert (decision(store, moved).related, decision(store, kept).related) == ((kept,), (moved,))
    assert "D-7 is not among them: the link to it is left out" in done.rows[0].notes


def test_a_decision_that_was_taken_up_again_is_no_longer_superseded(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1, status="Superseded by ADR 2"), a_record(2))
    take_in(store, a_record(1), a_record(2), update=True, later=1)
    assert links(store) == [(1, None, None), (2, None, None)]
    assert decision(store, 1).status is DecisionStatus.DECIDED


def test_a_record_that_takes_anothers_place_only_now_is_linked_both_ways(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1), a_record(2))
    files = (a_record(1), a_record(2, status="Accepted\n\nSupersedes ADR 1"))
    take_in(store, *files, update=True, later=1)
    assert links(store) == [(1, None, 2), (2, 1, None)]
    assert decision(store, 1).status is DecisionStatus.SUPERSEDED
    assert take_in(store, *files, update=True, later=2).count(Outcome.UNCHANGED) == 2


def test_what_else_changed_in_a_superseded_record_waits_for_update(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1, "Before"))
    files = (a_record(1, "After", status="Superseded by ADR 2"), a_record(2))
    named = take_in(store, *files, later=1)
    assert named.rows[0].notes == ("--update takes the change over",)
    assert (decision(store, 1).title, decision(store, 1).superseded_by) == ("Before", 2)
    assert take_in(store, *files, update=True, later=2).rows[0].outcome is Outcome.UPDATED
    assert (decision(store, 1).title, decision(store, 1).superseded_by) == ("After", 2)
    assert take_in(store, *files, update=True, later=3).count(Outcome.UNCHANGED) == 2


def test_of_two_moved_files_with_one_text_each_is_found_once(here: Surroundings, store: SqlStore) -> None:
    text = a_record(1).text
    take_in(store, File("a.md", text), File("b.md", text))
    done = take_in(store, File("c.md", text), File("d.md", text), later=1)
    assert sorted(row.number for row in done.rows) == [1, 2]
    assert len(everything(store)) == 2


def test_a_file_that_was_moved_and_changes_later_is_the_same(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1))
    take_in(store, a_record(1, name="old/0001-x.md"), later=1)
    done = take_in(store, a_record(1, "After", name="old/0001-x.md"), update=True, later=2)
    assert [(row.number, row.outcome) for row in done.rows] == [(1, Outcome.UPDATED)]
    assert len(everything(store)) == 1


def test_undoing_what_was_imported_a_moment_ago_lets_stand_what_had_given_way(
    here: Surroundings, store: SqlStore
) -> None:
    """Without a date it begins when it comes in, and so can be undone for ten minutes."""
    undated = "# 2. Title\n\n## Status\n\nAccepted\n\n## Decision\n\nWe do."
    take_in(store, a_record(1, status="Superseded by ADR 2"), File("0002-x.md", undated))
    decisions.withdraw(here.services, DANA, 2, key="undo")
    assert decision(store, 2).status is DecisionStatus.WITHDRAWN
    assert (decision(store, 1).status, decision(store, 1).superseded_by) == (DecisionStatus.DECIDED, None)


def test_what_is_never_to_end_is_kept_and_leaves_and_comes_back(here: Surroundings, store: SqlStore) -> None:
    """The last day of the calendar is what people pick for "for ever"."""
    detail = Detail(accepted_by="U1", risk_until=date.max, controls="A VLAN")
    draft = Draft.checked(title="X", why="Y", owner_id="U1", revisit_on=date.max, today=THURSDAY.date(), detail=detail)
    decisions.log(here.services, DANA, draft, key="k")
    (out,) = leaving(store, "T1", everything=True)
    said = json.loads(log_as_json([out], is_all=True))
    said["decisions"][0]["workspace"] = "T9"
    import_entries(store, read_log("x", json.dumps(said)), workspace="T1", owner="U1", at=THURSDAY)
    assert decision(store, 2).detail.risk_until == decision(store, 2).revisit_on == date.max
