"""The unit of work: all of it or nothing, numbers without gap or double, and no wait that outlasts Slack's patience."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain.errors import Conflict, ExternalFailure, NotFound
from bot.domain.workspaces import Role
from storage import store as store_module
from storage.store import SqlStore, open_store
from tests.storage.things import EVERYTHING, a_decision, an_event, log_decisions, statements_counted
from tests.support import a_person, a_workspace

WRITERS = 8


def together(work: Callable[[int], None], count: int = WRITERS) -> list[BaseException]:
    """Run `work(0)`, `work(1)`, … at once. Returns what went wrong."""
    problems: list[BaseException] = []
    ready = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            ready.wait(10)
            work(number)
        except BaseException as error:  # noqa: BLE001 - a thread's trouble is the test's
            problems.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_leaving_without_a_commit_leaves_nothing(any_store: SqlStore) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        uow.people.save(a_person())
    with contextlib.suppress(ZeroDivisionError), any_store.begin("T1") as uow:
        uow.people.save(a_person())
        raise ZeroDivisionError
    with any_store.read("T1") as uow:
        assert uow.people.find("U1") is None


def test_what_was_committed_is_seen_by_the_next_reader(any_store: SqlStore) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        uow.people.save(a_person())
        uow.commit()
    with any_store.read("T1") as uow:
        assert uow.people.find("U1") == a_person()


def test_a_reader_cannot_write(any_store: SqlStore) -> None:
    a_workspace(any_store)
    with pytest.raises(DBAPIError, match=r"read-?only"), any_store.read("T1") as uow:
        uow.people.save(a_person())
    with any_store.begin("T1") as uow:  # the connection that was refused is good for the next one
        uow.people.save(a_person())
        uow.commit()


def test_a_reader_does_not_wait_for_the_writer(any_store: SqlStore) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        uow.people.save(a_person())
        with any_store.read("T1") as reader:
            assert reader.people.find("U1") is None
        uow.commit()


def test_a_rolled_back_number_is_given_again(any_store: SqlStore) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        assert uow.workspaces.take_decision_number() == 1
    with any_store.begin("T1") as uow:
        assert uow.workspaces.take_decision_number() == 1
        uow.commit()


def test_each_workspace_counts_for_itself(any_store: SqlStore) -> None:
    for workspace in ("T1", "T2"):
        a_workspace(any_store, workspace_id=workspace)
        with any_store.begin(workspace) as uow:
            assert uow.workspaces.take_decision_number() == 1
            uow.commit()


def test_a_workspace_that_is_not_there_has_no_numbers(any_store: SqlStore) -> None:
    with any_store.begin("T9") as uow, pytest.raises(NotFound):
        uow.workspaces.take_decision_number()


def test_no_number_is_missing_and_none_is_given_twice(any_store: SqlStore) -> None:
    """Eight people at once, and every third of them changes their mind."""
    a_workspace(any_store)

    def log(person: int) -> None:
        for turn in range(6):
            with any_store.begin("T1") as uow:
                number = uow.workspaces.take_decision_number()
                uow.decisions.add(a_decision(number, author_id=f"U{person}"))
                if (person + turn) % 3:
                    uow.commit()

    assert together(log) == []
    with any_store.read("T1") as uow:
        numbers = [each.number for each in uow.decisions.latest(EVERYTHING, limit=999)]
    kept = sum(1 for person in range(WRITERS) for turn in range(6) if (person + turn) % 3)
    assert numbers == list(range(kept, 0, -1))


def test_of_two_who_change_the_same_version_one_is_told(any_store: SqlStore) -> None:
    a_workspace(any_store)
    log_decisions(any_store, a_decision())
    outcomes: list[str] = []

    def change(person: int) -> None:
        try:
            with any_store.begin("T1") as uow:
                uow.decisions.save(a_decision(title=f"by {person}"))
                uow.commit()
            outcomes.append("saved")
        except Conflict as error:
            outcomes.append(error.words)

    assert together(change, 4) == []
    assert sorted(outcomes)[-1] == "saved"
    assert outcomes.count("saved") == 1
    assert all("at the same time" in words for words in outcomes if words != "saved")
    with any_store.read("T1") as uow:
        assert uow.decisions.get(1, EVERYTHING).version == 2


def test_a_decision_that_is_not_there_cannot_be_saved(any_store: SqlStore) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow, pytest.raises(Conflict):
        uow.decisions.save(a_decision())


@pytest.mark.parametrize(
    "broken",
    [replace(a_decision(), title=""), a_decision(number=0), a_decision(supersedes=7)],
    ids=["title", "number", "D-7"],
)
def test_the_database_itself_refuses_what_cannot_be_true(any_store: SqlStore, broken: object) -> None:
    a_workspace(any_store)
    with pytest.raises(IntegrityError), any_store.begin("T1") as uow:
        uow.decisions.add(broken)  # type: ignore[arg-type]


def test_a_number_is_never_used_twice(any_store: SqlStore) -> None:
    a_workspace(any_store)
    log_decisions(any_store, a_decision())
    with pytest.raises(IntegrityError), any_store.begin("T1") as uow:
        uow.decisions.add(a_decision())


def test_nothing_belongs_to_a_workspace_that_is_not_there(any_store: SqlStore) -> None:
    with any_store.begin("T9") as uow, pytest.raises(IntegrityError):
        uow.people.save(a_person(workspace_id="T9"))


def test_another_workspaces_own_row_is_not_saved_from_here(any_store: SqlStore) -> None:
    made = a_workspace(any_store)
    with any_store.begin("T2") as uow, pytest.raises(ValueError, match="own workspace"):
        uow.workspaces.save(made)


def test_a_busy_database_says_so_within_two_seconds(sqlite_store: SqlStore) -> None:
    """Somebody else's process holds the file, as a backup might."""
    a_workspace(sqlite_store)
    other = open_store(sqlite_store.url)
    with other.begin("T1"):
        began = time.monotonic()
        with pytest.raises(ExternalFailure) as told, sqlite_store.begin("T1"):
            pass
        assert time.monotonic() - began < 2
    other.close()
    assert not told.value.permanent
    assert "again in a moment" in told.value.words
    with sqlite_store.begin("T1") as uow:  # and it goes on as soon as it can
        assert uow.workspaces.get().name == "Tidewater"


def test_a_writer_who_does_not_get_a_turn_says_so(sqlite_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "WRITER_WAIT", 0.05)
    a_workspace(sqlite_store)
    with sqlite_store.begin("T1"), pytest.raises(ExternalFailure) as told, sqlite_store.begin("T1"):
        pass
    assert told.value.code == "database_busy"
    with sqlite_store.begin("T1"):
        pass


def test_the_waits_on_the_way_to_an_ack_are_under_two_seconds() -> None:
    on_sqlite = store_module.WRITER_WAIT + store_module.POOL_WAIT + store_module.LOCK_WAIT
    on_postgres = store_module.POOL_WAIT + store_module.STATEMENT_WAIT
    assert max(on_sqlite, on_postgres) < 2
    assert store_module.LOCK_WAIT < store_module.STATEMENT_WAIT


@pytest.mark.postgres
def test_a_locked_row_says_so_within_two_seconds(postgres_store: SqlStore) -> None:
    a_workspace(postgres_store)
    with postgres_store.begin("T1") as uow:
        uow.workspaces.take_decision_number()
        began = time.monotonic()
        with pytest.raises(ExternalFailure) as told, postgres_store.begin("T1") as other:
            other.workspaces.take_decision_number()
        assert time.monotonic() - began < 2
    assert (told.value.permanent, told.value.code) == (False, "55P03")


@pytest.mark.postgres
def test_a_lost_connection_is_a_passing_trouble_and_the_next_one_is_good(postgres_store: SqlStore) -> None:
    a_workspace(postgres_store)
    with postgres_store.begin("T1") as uow:
        process = uow._session.connection.connection.driver_connection  # type: ignore[attr-defined]
        with postgres_store._reader.connect() as killer:
            killer.exec_driver_sql(f"SELECT pg_terminate_backend({process.info.backend_pid})")
        with pytest.raises(ExternalFailure) as told:
            uow.people.save(a_person())
    assert not told.value.permanent
    with postgres_store.begin("T1") as uow:
        uow.people.save(a_person())
        uow.commit()


@pytest.mark.postgres
def test_a_connection_lost_after_all_was_read_troubles_nobody(postgres_store: SqlStore) -> None:
    a_workspace(postgres_store)
    with postgres_store.read("T1") as uow:
        assert uow.workspaces.get().name == "Tidewater"
        uow._session.connection.connection.driver_connection.close()  # type: ignore[attr-defined]
    with postgres_store.read("T1") as uow:
        assert uow.workspaces.get().name == "Tidewater"
    assert postgres_store._reader.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.postgres
def test_a_restart_of_the_server_troubles_nobody_who_comes_after_it(postgres_store: SqlStore) -> None:
    a_workspace(postgres_store)
    end_connections(postgres_store)
    with postgres_store.begin("T1") as uow:
        assert uow.workspaces.get().name == "Tidewater"
    end_connections(postgres_store)
    postgres_store.check()
    assert postgres_store._reader.pool.checkedout() == 0  # type: ignore[attr-defined]


def end_connections(store: SqlStore) -> None:
    """The server ends every connection that waits in the pool."""
    with store._reader.connect() as waiting:
        process = waiting.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    killer = create_engine(store.url, poolclass=NullPool)
    with killer.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({process}, 5000)")


@pytest.mark.postgres
def test_a_process_that_stands_still_does_not_hold_its_locks_for_ever(postgres_store: SqlStore) -> None:
    with postgres_store._writer.connect() as connection:
        assert connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar() == "10s"


@pytest.mark.postgres
def test_a_machine_that_is_gone_is_noticed_from_both_sides(postgres_store: SqlStore) -> None:
    with postgres_store._writer.connect() as connection:
        told = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    assert told["tcp_user_timeout"] == "2000"
    assert told["keepalives_idle"] == "30"
    assert "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3" in told["options"]


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all/backbeat.db", pytest.param("postgresql://a@127.0.0.1:1/b", marks=pytest.mark.postgres)],
)
def test_a_database_out_of_reach_is_a_passing_trouble(url: str) -> None:
    store = open_store(url)
    for attempt in (store.check, lambda: store.queue().workspaces(), lambda: store.begin("T1").__enter__()):
        with pytest.raises(ExternalFailure) as told:
            attempt()
        assert (told.value.permanent, told.value.code) == (False, "database_unreachable")
    store.close()


def test_a_decision_is_shown_with_three_statements(any_store: SqlStore) -> None:
    a_workspace(any_store)
    log_decisions(any_store, a_decision())
    with any_store.begin("T1") as uow:
        for _ in range(20):
            uow.decisions.add_event(an_event())
        uow.commit()
    with statements_counted(any_store) as seen, any_store.read("T1") as uow:
        uow.decisions.get(1, EVERYTHING)
        assert len(uow.decisions.history(1, EVERYTHING)) == 20
    assert len(seen) == 3


def test_a_workspaces_roles_are_one_statement(any_store: SqlStore) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U1", "U2", "U1"])
        uow.workspaces.set_role(Role.ADMIN, ["U1"])
        uow.commit()
    with statements_counted(any_store) as seen, any_store.read("T1") as uow:
        assert uow.workspaces.roles() == {Role.CTO: frozenset({"U1", "U2"}), Role.ADMIN: frozenset({"U1"})}
    assert len(seen) == 1
