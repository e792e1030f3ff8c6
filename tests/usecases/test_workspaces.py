"""A workspace's own affairs: kept from the first day on, set up by those who may, and shown to each as they may see."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.decisions import Draft, Source
from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.messages import Note
from bot.domain.outbox import Destination, OutboxStatus
from bot.domain.workspaces import Audience, Person, Role
from bot.usecases import decisions, workspaces
from bot.usecases.people import viewer_for
from bot.usecases.workspaces import Setup, known_from, set_up, settled
from storage.store import SqlStore
from tests.support import THURSDAY, Surroundings, a_person, services_on

DANA = a_person("U1", name="Dana", is_slack_admin=True)
PRIYA = a_person("U2", name="Priya")
SETUP = Setup("U1", None, "U2", "C1", frozenset({1, 3}), 1)


@pytest.fixture
def house(store: SqlStore) -> Surroundings:
    return services_on(store, DANA, PRIYA)


def test_a_workspace_keeps_its_setup_and_takes_a_new_name(house: Surroundings) -> None:
    set_up(house.services, DANA, SETUP, key="view:V1")
    renamed = replace(workspaces.settled(house.services, DANA).workspace, name="Tidewater Ltd", team_channel=None)
    found = known_from(house.services.store, renamed)
    assert (found.name, found.team_channel) == ("Tidewater Ltd", "C1")


def test_setup_reads_back_as_it_was_saved(house: Surroundings) -> None:
    assert settled(house.services, DANA).setup is None
    set_up(house.services, DANA, SETUP, key="view:V1")
    assert settled(house.services, PRIYA).setup == SETUP


def test_a_leaver_who_was_an_admin_may_not_set_up(house: Surroundings) -> None:
    with pytest.raises(NotAllowed):
        set_up(house.services, replace(DANA, is_deactivated=True), SETUP, key="view:V1")
    with pytest.raises(NotAllowed):
        set_up(house.services, replace(PRIYA, team_id="T2"), SETUP, key="view:V1", admins=frozenset({"U2"}))


def test_whoever_sets_up_first_is_an_admin_from_then_on(house: Surroundings) -> None:
    set_up(house.services, DANA, replace(SETUP, cto="U2", deputy=None), key="view:V1")
    with house.services.store.read("T1") as uow:
        assert uow.workspaces.roles() == {Role.ADMIN: {"U1"}, Role.CTO: {"U2"}}


def test_a_reply_is_said_once_in_its_thread(house: Surroundings) -> None:
    for _ in range(2):
        where = Destination(conversation="D1", thread_ts="1.0")
        workspaces.reply(house.services, "T1", where, "Hello", key="event:Ev1")
    with house.services.store.read("T1") as uow:
        (row,) = uow.outbox.stuck(frozenset(OutboxStatus), limit=10)
    assert row.message == Note("Hello")
    assert row.destination.thread_ts == "1.0"
    assert house.nudge.count == 2


def test_home_is_cut_down_to_what_its_reader_may_see(house: Surroundings) -> None:
    for title, channel in (("Hire", "G1"), ("Postgres", None)):
        draft = Draft(title, "Why not", "U1", date(2026, 10, 28))
        source, audience = Source(channel or "C1"), Audience(channel)
        at = THURSDAY - timedelta(days=9)
        decisions.log(house.services, DANA, draft, key=title, source=source, audience=audience, at=at)

    def titles(person: Person) -> tuple[list[str], list[str]]:
        facts = workspaces.home(house.services, person, viewer_for(house.services, person), today=date(2026, 10, 29))
        return [each.title for each in facts.waiting], [each.title for each in facts.latest]

    assert titles(DANA) == (["Hire", "Postgres"], ["Postgres", "Hire"])
    assert titles(PRIYA) == ([], ["Postgres"])


def test_cards_never_go_unasked_to_a_channel_shared_with_another_company(house: Surroundings) -> None:
    house.directory.conversations["C2"] = replace(house.directory.conversations["C2"], is_shared=True)
    with pytest.raises(InvalidInput, match="another company") as refused:
        set_up(house.services, DANA, replace(SETUP, decision_channel="C2"), key="k")
    assert refused.value.field == "decision_channel"


def test_where_backbeat_must_be_invited(house: Surroundings) -> None:
    wanted = replace(SETUP, team_channel="C2", decision_channel="GHIDDEN")
    assert workspaces.channels_without_us(house.services, DANA, wanted) == ("C2", "GHIDDEN")
    assert workspaces.channels_without_us(house.services, DANA, SETUP) == ()
    house.directory.down = True
    assert workspaces.channels_without_us(house.services, DANA, wanted) == ()
