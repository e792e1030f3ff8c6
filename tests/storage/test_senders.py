"""Who is sending: a session is there as long as its process is, and not a moment longer."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.errors import ExternalFailure
from storage.locks import AlreadyRunning, exclusive
from storage.senders import PostgresSenders
from storage.store import SqlStore, open_store

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from storage.store import open_store
senders = open_store(sys.argv[1]).senders()
print(senders.id, flush=True)
input()
"""
RUN = """
import sys
from pathlib import Path
from storage.locks import exclusive
with exclusive(Path(sys.argv[1])):
    print("running", flush=True)
    input()
"""


@contextmanager
def another_process(url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that holds a session. Yields it and the session's id."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def cut(senders: PostgresSenders) -> None:
    """The server ends the connection, as it does when it is restarted."""
    assert senders._connection is not None
    process = senders._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with senders._connection.engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({process}, 5000)")


def test_a_session_is_there_until_it_is_closed(any_store: SqlStore) -> None:
    one, other = any_store.senders(), any_store.senders()
    assert one.id == one.id != other.id
    assert not one.is_gone(one.id)
    assert not one.is_gone(other.id)
    session = other.id
    other.close()  # type: ignore[attr-defined]
    assert one.is_gone(session)
    assert one.is_gone("never-seen")
    one.close()  # type: ignore[attr-defined]


def test_nothing_is_sent_in_the_name_of_a_session_that_is_over(any_store: SqlStore) -> None:
    """Its lock is free: somebody else may be sending already what a slow thread is still about to send."""
    mine = any_store.senders()
    mine.close()  # type: ignore[attr-defined]
    with pytest.raises(ExternalFailure) as told:
        _ = mine.id
    assert (told.value.permanent, told.value.code) == (False, "session_over")


def test_a_frozen_process_is_there_and_a_killed_one_is_gone(any_store: SqlStore) -> None:
    mine = any_store.senders()
    with another_process(any_store.url) as (process, session):
        assert not mine.is_gone(session)
        process.send_signal(signal.SIGSTOP)
        assert not mine.is_gone(session)
        process.kill()
        process.wait()
        for _ in range(500):  # PostgreSQL notices by itself that the other end of a connection is gone
            if mine.is_gone(session):
                break
        assert mine.is_gone(session)
    mine.close()  # type: ignore[attr-defined]


def test_what_a_killed_process_left_behind_is_swept_away(sqlite_store: SqlStore) -> None:
    with another_process(sqlite_store.url) as (process, session):
        process.kill()
        process.wait()
    directory = Path(f"{sqlite_store.url.removeprefix('sqlite:///')}.senders")
    assert [path.stem for path in directory.iterdir()] == [session]
    mine = sqlite_store.senders()
    assert [path.stem for path in directory.iterdir()] == [mine.id]
    mine.close()  # type: ignore[attr-defined]
    assert list(directory.iterdir()) == []


@pytest.mark.postgres
def test_a_lost_connection_ends_the_session_and_a_new_one_begins(postgres_store: SqlStore) -> None:
    mine, other = postgres_store.senders(), postgres_store.senders()
    assert isinstance(mine, PostgresSenders)
    session = mine.id
    cut(mine)
    assert mine.id != session
    assert other.is_gone(session)
    assert not other.is_gone(mine.id)
    mine.close()
    other.close()  # type: ignore[attr-defined]


@pytest.mark.postgres
def test_a_session_is_no_burden_on_the_pool(postgres_url: str) -> None:
    store = open_store(postgres_url, pool_size=1)
    sessions = [store.senders() for _ in range(4)]
    store.check()
    assert not any(sessions[0].is_gone(each.id) for each in sessions)
    for each in sessions:
        each.close()  # type: ignore[attr-defined]
    store.close()


@pytest.mark.postgres
def test_without_a_database_nobody_sends(postgres_store: SqlStore) -> None:
    away = open_store("postgresql://a@127.0.0.1:1/b")
    mine = postgres_store.senders()
    assert isinstance(mine, PostgresSenders)
    mine._engine = away._reader
    session = mine.id
    cut(mine)
    for attempt in (lambda: mine.id, lambda: mine.is_gone("somebody"), away.senders):
        with pytest.raises(ExternalFailure) as told:
            attempt()
        assert not told.value.permanent
    mine._engine = postgres_store._reader  # it is back
    assert mine.id != session
    mine.close()
    away.close()


def test_one_run_on_one_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "backbeat.db"
    with exclusive(path):
        with pytest.raises(AlreadyRunning), exclusive(path):
            pass
        with exclusive(tmp_path / "other.db"):
            pass
    with exclusive(path):
        pass


def test_the_system_frees_the_file_of_a_killed_run(tmp_path: Path) -> None:
    path = tmp_path / "backbeat.db"
    run = [sys.executable, "-c", RUN, str(path)]
    process = subprocess.Popen(run, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(AlreadyRunning), exclusive(path):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with exclusive(path):
        pass
