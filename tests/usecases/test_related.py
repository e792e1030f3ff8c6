"""Before a decision is logged: what covered it, and what it keeps a link to."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.decisions import Decision, Draft, Source
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.workspaces import EVERYONE, Audience, Viewer
from bot.usecases import decisions
from bot.usecases.people import viewer_for
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

DANA, KENJI = a_person("U1"), a_person("U2", name="Kenji")
STRANGER = a_person("U4", name="Stella", team_id="T2")
SYSTEM = Viewer.system()


@pytest.fixture
def around(any_store: SqlStore) -> Surroundings:
    return services_on(any_store, DANA, KENJI, STRANGER)


def log(around: Surroundings, key: str, title: str = "Use Postgres for events", **extra: object) -> Decision:
    said: dict = {"source": Source("C1"), "person": DANA, "why": "We run it already"} | extra
    draft = Draft(title, said.pop("why"), "U1", date(2027, 1, 27))
    return decisions.log(around.services, said.pop("person"), draft, key=key, **said)


def alike(around: Surroundings, title: str, viewer: Viewer = SYSTEM, **extra: str) -> int | None:
    found = decisions.alike(around.services, viewer, title, workspace="T1", **extra)
    return found.number if found else None


def test_of_equals_the_newest_is_named(around: Surroundings) -> None:
    log(around, "k1")
    log(around, "k2")
    assert alike(around, "Use PG for events") == 2


def test_what_a_delivery_logged_is_not_named_to_its_repeat(around: Surroundings) -> None:
    log(around, "k1")
    assert alike(around, "Use Postgres for events", key="k1") is None
    assert alike(around, "Use Postgres for events", key="k2") == 1


def test_a_link_is_kept_and_told_of_in_the_history(around: Surroundings) -> None:
    log(around, "k1")
    log(around, "k2", "Use Kafka for clicks", related=(1,), viewer=viewer_for(around.services, DANA))
    story = decisions.story(around.services, SYSTEM, 2, workspace="T1")
    assert story.decision.related == (1,)
    assert story.history[0].changes == {"related": [None, "D-1"]}
    assert decisions.get(around.services, SYSTEM, 1, workspace="T1").related == ()


def test_a_link_stays_through_an_edit(around: Surroundings) -> None:
    log(around, "k1")
    log(around, "k2", "Use Kafka for clicks", related=(1,))
    draft = Draft("Use Kafka for all clicks", "It is there", "U1", date(2027, 1, 27))
    decisions.edit(around.services, DANA, 2, draft, key="k3", version=1)
    assert decisions.get(around.services, SYSTEM, 2, workspace="T1").related == (1,)


@pytest.mark.parametrize("person", [KENJI, STRANGER])
def test_nobody_links_to_what_they_may_not_see(around: Surroundings, person: object) -> None:
    log(around, "k1", source=Source("G1"), audience=Audience("G1"))
    assert alike(around, "Use Postgres for events", viewer_for(around.services, person)) is None
    for number in (1, 7):
        with pytest.raises(NotFound):
            log(around, f"k{number}+", related=(number,), person=person)
    assert [each.number for each in decisions.latest(around.services, SYSTEM, workspace="T1")] == [1]


def test_a_link_never_tells_more_people_of_it_than_may_see_it(around: Surroundings) -> None:
    log(around, "k1", source=Source("G1"), audience=Audience("G1"))
    for wider in (EVERYONE, Audience("G2")):
        with pytest.raises(NotAllowed, match="would tell of it"):
            log(around, "k2", related=(1,), audience=wider)
    kept = log(around, "k3", related=(1,), audience=Audience("G1"), source=Source("G1"))
    assert kept.related == (1,)
    public = log(around, "k4", "Hire a designer")
    assert log(around, "k5", related=(public.number,), audience=Audience("G1"), source=Source("G1")).related


def test_numbers_go_through_the_store_as_they_were(around: Surroundings) -> None:
    log(around, "k1")
    with around.services.store.begin("T1") as uow:
        one = uow.decisions.get(1, SYSTEM)
        uow.decisions.save(replace(one, related=(3, 12)))
        uow.commit()
    assert decisions.get(around.services, SYSTEM, 1, workspace="T1").related == (3, 12)
    assert decisions.search(around.services, SYSTEM, "postgres", workspace="T1")[0].related == (3, 12)
