"""Each acceptance test gets a workspace with the program running in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.harness import Rig, a_rig

WAYS = [
    pytest.param(("socket", "sqlite"), id="socket-sqlite"),
    pytest.param(("http", "postgres"), id="http-postgres", marks=pytest.mark.postgres),
]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """Socket Mode on SQLite, and the bot is ready."""
    with a_rig(tmp_path) as made:
        made.start().wait_ready()
        yield made


@pytest.fixture(params=WAYS)
def any_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """Both doors and both databases: Socket Mode on SQLite, HTTP on PostgreSQL."""
    door, database = request.param
    url = request.getfixturevalue("postgres_url") if database == "postgres" else None
    with a_rig(tmp_path, http=door == "http", database_url=url) as made:
        made.start().wait_ready()
        yield made
