"""Taking decisions in: numbers, owners, history, what is there already, what changed, and what nobody is told."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.adapters.folders import read_files
from bot.domain.adr.folder import File, read_folder
from bot.domain.decisions import DecisionEventKind, DecisionStatus, Draft
from bot.domain.errors import BackbeatError, ExternalFailure, InvalidInput, NotFound
from bot.domain.interchange import sheet
from bot.domain.interchange.entries import Read
from bot.domain.interchange.placing import Outcome
from bot.domain.interchange.record import Leaving, entry_of, record_of
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Audience, Role, Viewer
from bot.usecases import decisions, waiting
from bot.usecases.interchange import Imported, import_entries, leaving, who_owns
from storage.store import SqlStore
from tests.domain.test_adr import CORPUS
from tests.storage.things import EVERYTHING, a_decision, log_decisions
from tests.support import THURSDAY, Surroundings, a_person, services_on

DANA, SAM = a_person("U1", name="Dana"), a_person("U2", name="Sam")
TODAY = THURSDAY.date()


@pytest.fixture
def here(store: SqlStore) -> Surroundings:
    return services_on(store, DANA, SAM)


def a_record(number: int, title: str = "", *, status: str = "Accepted", name: str = "") -> File:
    title = title or f"Title {number}"
    text = f"# {number}. {title}\n\nDate: 2020-01-0{number}\n\n## Status\n\n{status}\n\n## Decision\n\nWe do {title}."
    return File(name or f"{number:04}-x.md", text)


def take_in(store: SqlStore, *files: File, source: str = "adr", update: bool = False, later: int = 0) -> Imported:
    at = THURSDAY + timedelta(minutes=later)
    return import_entries(store, read_folder(source, files), workspace="T1", owner="U1", at=at, update=update)


def log_numbers(here: Surroundings, count: int) -> None:
    for number in range(count):
        draft = Draft.checked(title=f"Ours {number}", why="So", owner_id="U1", revisit_on=None, today=TODAY)
        decisions.log(here.services, DANA, draft, key=f"k{number}")


def everything(store: SqlStore) -> list[object]:
    return [(each.decision, each.original) for each in leaving(store, "T1", everything=True)]


def outbox_is_empty(store: SqlStore) -> bool:
    return store.queue().due_outbox(at=THURSDAY + timedelta(days=900), limit=10) == []


# --- numbers -------------------------------------------------------------------------------------------------------


def test_numbers_are_kept_and_the_log_counts_on_after_them(here: Surroundings, store: SqlStore) -> None:
    done = take_in(store, a_record(2), a_record(5))
    assert [row.number for row in done.rows] == [2, 5]
    draft = Draft.checked(title="Ours", why="So", owner_id="U1", revisit_on=None, today=TODAY)
    assert decisions.log(here.services, DANA, draft, key="k").number == 6


def test_a_number_that_is_taken_is_another_and_links_follow_it(here: Surroundings, store: SqlStore) -> None:
    log_numbers(here, 2)
    done = take_in(store, a_record(1, status="Superseded by [3](0003-x.md)"), a_record(3))
    assert [(row.number, row.label) for row in done.rows] == [(4, "ADR 1"), (3, "ADR 3")]
    assert done.rows[0].notes == ("D-1 is taken",)
    with store.read("T1") as uow:
        assert uow.decisions.get(4, EVERYTHING).superseded_by == 3
        assert uow.decisions.get(3, EVERYTHING).supersedes == 4


def test_what_is_undone_keeps_its_number_from_an_import(here: Surroundings, store: SqlStore) -> None:
    log_numbers(here, 1)
    decisions.withdraw(here.services, DANA, 1, key="undo")
    assert take_in(store, a_record(1)).rows[0].number == 2


def test_a_whole_corpus_comes_in_with_what_replaces_what(here: Surroundings, store: SqlStore) -> None:
    for folder in sorted(CORPUS.iterdir()):
        read = read_folder(folder.name, read_files(folder))
        done = import_entries(store, read, workspace="T1", owner="U1", at=THURSDAY)
        assert len(done.rows) == len(read.entries)
    for each in leaving(store, "T1", everything=True):
        assert each.original is not None
        if each.decision.supersedes is not None:
            with store.read("T1") as uow:
                before = uow.decisions.get(each.decision.supersedes, EVERYTHING)
            assert before.superseded_by == each.decision.number
    assert outbox_is_empty(store)


# --- history, not news ---------------------------------------------------------------------------------------------


def test_an_import_is_history_and_says_nothing_to_anybody(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1), a_record(2, status="Proposed"))
    assert outbox_is_empty(store)
    assert here.nudge.count == 0
    story = decisions.story(here.services, Viewer("U2"), 1, workspace="T1")
    assert [(each.kind, each.by, each.why) for each in story.history] == [
        (DecisionEventKind.IMPORTED, "U1", "From 0001-x.md")
    ]
    assert story.decision.decided_on == date(2020, 1, 1)
    assert story.decision.created_at.date() == date(2020, 1, 1)
    assert story.original is not None
    assert story.original.text == a_record(1).text


def test_a_day_to_look_again_is_kept_only_where_it_lies_ahead(here: Surroundings, store: SqlStore) -> None:
    read = sheet.read("x.csv", "title,revisit\nOld,2020-01-01\nNew,2027-01-04\n")
    import_entries(store, read, workspace="T1", owner="U1", at=THURSDAY)
    with store.read("T1") as uow:
        assert uow.decisions.get(1, EVERYTHING).revisit_on is None
        assert uow.decisions.get(2, EVERYTHING).revisit_on == date(2027, 1, 4)
        assert uow.schedules.find(ScheduleKind.WAITING, "U1") is not None


def test_nobody_is_asked_about_a_day_long_gone_that_another_log_had(here: Surroundings, store: SqlStore) -> None:
    old = replace(a_decision(1, revisit_on=date(2026, 1, 5)), workspace_id="T9")
    read = Read("T9", (entry_of(record_of(Leaving(old, None, {}))),))
    import_entries(store, read, workspace="T1", owner="U1", at=THURSDAY)
    with store.begin("T1") as uow:
        assert uow.decisions.get(1, EVERYTHING).revisit_on == date(2026, 1, 5)
        waiting.expect(uow, "U1", at=THURSDAY)
        uow.commit()
    with store.read("T1") as uow:
        morning = uow.schedules.find(ScheduleKind.WAITING, "U1")
    assert morning is not None
    assert morning.next_at is not None
    waiting.waiting_due(here.services, morning, morning.next_at)
    assert outbox_is_empty(store)


def test_an_imported_decision_lives_on_like_any_other(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1))
    draft = Draft.checked(title="Newer", why="Better", owner_id="U1", revisit_on=None, today=TODAY)
    newer = decisions.supersede(here.services, DANA, 1, draft, key="k")
    assert (newer.number, newer.supersedes) == (2, 1)
    decisions.withdraw(here.services, DANA, 2, key="undo")
    with store.read("T1") as uow:
        assert uow.decisions.get(1, EVERYTHING).status is DecisionStatus.DECIDED


def test_it_is_found_by_the_words_of_its_context(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1, "bananas"))
    assert [each.number for each in decisions.search(here.services, Viewer("U2"), "banan", workspace="T1")] == [1]


# --- twice ---------------------------------------------------------------------------------------------------------


def test_twice_changes_nothing(here: Surroundings, store: SqlStore) -> None:
    files = [a_record(1, status="Superseded by ADR 2"), a_record(2), a_record(3, status="Who knows")]
    first = take_in(store, *files)
    assert first.count(Outcome.NEW, Outcome.KEPT) == 3
    before = everything(store)
    again = take_in(store, *files, later=5)
    assert [row.outcome for row in again.rows] == [Outcome.UNCHANGED] * 3
    assert everything(store) == before


def test_an_export_of_a_log_that_was_lost_is_not_taken_for_its_successors_own(
    here: Surroundings, store: SqlStore
) -> None:
    before = a_decision(1, title="Before the loss", created_at=THURSDAY - timedelta(days=90))
    log_numbers(here, 1)
    read = Read("T1", (entry_of(record_of(Leaving(before, None, {}))),))
    assert import_entries(store, read, workspace="T1", owner="U1", at=THURSDAY).rows[0].number == 2
    own = Read("T1", tuple(entry_of(record_of(each)) for each in leaving(store, "T1", everything=True)))
    again = import_entries(store, own, workspace="T1", owner="U1", at=THURSDAY)
    assert again.count(Outcome.UNCHANGED) == 2


def test_a_file_that_was_moved_is_the_same_and_one_of_another_source_is_not(
    here: Surroundings, store: SqlStore
) -> None:
    take_in(store, a_record(1))
    moved = take_in(store, a_record(1, name="old/0001-x.md"), later=1)
    assert moved.rows[0].outcome is Outcome.UNCHANGED
    assert moved.rows[0].notes == ("it was 0001-x.md",)
    assert take_in(store, a_record(1), source="another", later=2).rows[0].number == 2


def test_a_changed_file_is_named_and_taken_over_when_that_is_asked_for(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1, "Before"))
    changed = a_record(1, "After", status="Deprecated")
    named = take_in(store, changed, later=1)
    assert named.rows[0].outcome is Outcome.CHANGED
    assert named.rows[0].notes == ("--update takes the change over",)
    with store.read("T1") as uow:
        assert uow.decisions.get(1, EVERYTHING).title == "Before"
    assert take_in(store, changed, update=True, later=2).rows[0].outcome is Outcome.UPDATED
    story = decisions.story(here.services, Viewer("U2"), 1, workspace="T1")
    assert (story.decision.title, story.decision.status) == ("After", DecisionStatus.REVERSED)
    assert story.history[-1].changes["title"] == ["Before", "After"]
    assert story.original is not None
    assert story.original.text == changed.text
    assert take_in(store, changed, update=True, later=3).rows[0].outcome is Outcome.UNCHANGED


def test_a_change_on_both_sides_is_left_to_people(here: Surroundings, store: SqlStore) -> None:
    take_in(store, a_record(1, "Before"))
    here.clock.move(timedelta(minutes=1))
    decisions.reverse(here.services, DANA, 1, "No longer", key="k")
    done = take_in(store, a_record(1, "After"), update=True, later=2)
    assert done.rows[0].outcome is Outcome.CHANGED
    assert done.rows[0].notes == ("it was changed here too: left as it is",)
    with store.read("T1") as uow:
        assert uow.decisions.get(1, EVERYTHING).title == "Before"


def test_a_new_record_replaces_one_that_was_imported_before_and_its_card_says_so(
    here: Surroundings, store: SqlStore
) -> None:
    take_in(store, a_record(1))
    decisions.share(here.services, DANA, Viewer("U1", frozenset({"C1"})), 1, "C1", key="s")
    before = store.queue().due_outbox(at=THURSDAY + timedelta(days=1), limit=10)
    take_in(store, a_record(1), a_record(2, status="Accepted\n\nSupersedes [1](0001-x.md)"), later=1)
    story = decisions.story(here.services, Viewer("U2"), 1, workspace="T1")
    assert (story.decision.status, story.decision.superseded_by) == (DecisionStatus.SUPERSEDED, 2)
    assert story.history[-1].kind is DecisionEventKind.SUPERSEDED
    after = store.queue().due_outbox(at=THURSDAY + timedelta(days=1), limit=10)
    assert set(before) <= set(after)
    assert (
        take_in(store, a_record(1), a_record(2, status="Accepted\n\nSupersedes [1](0001-x.md)"), later=2).count(
            Outcome.UNCHANGED
        )
        == 2
    )


def test_what_broke_off_is_taken_up_again(here: Surroundings, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [a_record(1), *[File(f"z{number}.md", a_record(2).text) for number in range(45)]]
    begun = store.begin
    count = iter(range(100))

    def breaks(workspace: str) -> object:
        if next(count) == 2:
            raise ExternalFailure("The disk is full.", permanent=True, code="full")
        return begun(workspace)

    monkeypatch.setattr(store, "begin", breaks)
    with pytest.raises(ExternalFailure):
        take_in(store, *files)
    monkeypatch.undo()
    assert len(everything(store)) == 20
    done = take_in(store, *files, later=1)
    assert done.count(Outcome.UNCHANGED) == 20
    assert len(everything(store)) == 46
    assert len({row.number for row in done.rows}) == 46


def test_people_log_decisions_while_an_import_writes(here: Surroundings, store: SqlStore) -> None:
    files = [File(f"{number:04}-x.md", a_record(3).text) for number in range(1, 120)]
    failures: list[Exception] = []

    def log() -> None:
        try:
            log_numbers(here, 10)
        except BackbeatError as error:
            failures.append(error)

    thread = threading.Thread(target=log)
    thread.start()
    done = take_in(store, *files)
    thread.join()
    assert failures == []
    assert len({row.number for row in done.rows}) == 119
    assert len(everything(store)) == 129


def test_on_both_engines(any_store: SqlStore) -> None:
    services_on(any_store, DANA, SAM)
    files = [a_record(1, status="Superseded by ADR 2"), a_record(2)]
    assert take_in(any_store, *files).count(Outcome.NEW) == 2
    assert take_in(any_store, *files, later=1).count(Outcome.UNCHANGED) == 2
    changed = take_in(any_store, a_record(1), a_record(2, "Other"), later=2, update=True)
    assert changed.count(Outcome.UPDATED) == 2


# --- whose ---------------------------------------------------------------------------------------------------------


def test_they_are_the_ctos_unless_the_operator_names_somebody(here: Surroundings, store: SqlStore) -> None:
    with pytest.raises(InvalidInput, match="--owner"):
        who_owns(store, "T1", None)
    with store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U2"])
        uow.commit()
    assert who_owns(store, "T1", None) == "U2"
    assert who_owns(store, "T1", "U1") == "U1"


@pytest.mark.parametrize("owner", ["dana", "C1", "U1; DROP TABLE", "<@U1>", "U" * 80])
def test_an_owner_has_a_members_id(here: Surroundings, store: SqlStore, owner: str) -> None:
    with pytest.raises(InvalidInput, match="member ID"):
        who_owns(store, "T1", owner)


def test_an_owner_is_no_leaver_and_no_guest_company(here: Surroundings, store: SqlStore) -> None:
    with store.begin("T1") as uow:
        uow.people.save(a_person("U7", name="Gone", is_deactivated=True))
        uow.people.save(a_person("U8", name="Other", team_id="T2"))
        uow.commit()
    for owner in ("U7", "U8"):
        with pytest.raises(InvalidInput, match="no member"):
            who_owns(store, "T1", owner)


def test_an_unknown_workspace_is_not_found(here: Surroundings, store: SqlStore) -> None:
    with pytest.raises(NotFound):
        who_owns(store, "T404", "U1")
    with pytest.raises(NotFound):
        import_entries(store, Read("x", ()), workspace="T404", owner="U1", at=THURSDAY)


# --- out -----------------------------------------------------------------------------------------------------------


def test_private_decisions_stay_in_unless_all_of_them_are_asked_for(here: Surroundings, store: SqlStore) -> None:
    log_decisions(store, a_decision(1), a_decision(2, audience=Audience("G1")))
    assert [each.decision.number for each in leaving(store, "T1", everything=False)] == [1]
    assert [each.decision.number for each in leaving(store, "T1", everything=True)] == [1, 2]


def test_a_private_decision_stays_private_in_another_log(here: Surroundings, store: SqlStore) -> None:
    secret = replace(a_decision(1, audience=Audience("G1"), author_id="U2", owner_id="U2"), workspace_id="T9")
    read = Read("T9", (entry_of(record_of(Leaving(secret, None, {}))),))
    import_entries(store, read, workspace="T1", owner="U1", at=THURSDAY)
    with pytest.raises(NotFound):
        decisions.get(here.services, Viewer("U9"), 1, workspace="T1")


def test_a_log_of_many_pages_leaves_whole_and_in_order(here: Surroundings, store: SqlStore) -> None:
    log_decisions(store, *(a_decision(number) for number in range(1, 451)))
    assert [each.decision.number for each in leaving(store, "T1", everything=False)] == list(range(1, 451))
