"""One workspace, one Slack, one running Backbeat."""

import pytest

from storage.store import SqlStore
from tests.jobs.fakes import FakeMessenger, Process
from tests.support import Surroundings, a_person, services_on


@pytest.fixture
def surroundings(store: SqlStore) -> Surroundings:
    return services_on(store, a_person("U1"), a_person("U2", name="Priya"))


@pytest.fixture
def slack(surroundings: Surroundings) -> FakeMessenger:
    return FakeMessenger(surroundings.clock)


@pytest.fixture
def alive() -> set[str]:
    """The sessions whose locks are held."""
    return set()


@pytest.fixture
def process(surroundings: Surroundings, slack: FakeMessenger, alive: set[str]) -> Process:
    return Process(surroundings, slack, alive)
