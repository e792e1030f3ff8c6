"""Who is asking: known from our own table where it is fresh, and never believed to be more than Slack says."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.errors import ExternalFailure, NotAllowed, NotFound
from bot.domain.workspaces import Person, Role
from bot.usecases.people import acting, doubt, person_known, require_role, viewer_for
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

DANA = a_person("U1", name="Dana")
GWEN = a_person("U3", name="Gwen", is_guest=True)


@pytest.fixture
def house(store: SqlStore) -> Surroundings:
    return services_on(store, DANA, GWEN)


def known(house: Surroundings, user: str = "U1") -> Person:
    with house.services.store.read("T1") as uow:
        found = uow.people.find(user)
    assert found is not None
    return found


def slack_says(house: Surroundings, person: Person) -> None:
    house.directory.people[person.id] = replace(person, seen_at=house.clock.now())


def test_somebody_known_is_not_asked_about_again_for_a_day(house: Surroundings) -> None:
    slack_says(house, replace(DANA, name="Dana R"))
    assert person_known(house.services, "T1", "U1").name == "Dana"
    house.clock.move(timedelta(hours=24))
    slack_says(house, replace(DANA, name="Dana R"))
    assert person_known(house.services, "T1", "U1").name == "Dana R"
    assert known(house).name == "Dana R"


def test_what_they_told_backbeat_survives_what_slack_says(house: Surroundings) -> None:
    with house.services.store.begin("T1") as uow:
        uow.people.save(replace(DANA, days=frozenset({1}), starts=time(10), ends=time(14), place="PT", seen_at=None))
        uow.commit()
    slack_says(house, replace(DANA, zone="Europe/Paris", is_slack_admin=True))
    found = person_known(house.services, "T1", "U1")
    assert (found.days, found.starts, found.ends, found.place) == ({1}, time(10), time(14), "PT")
    assert (found.zone, found.is_slack_admin) == ("Europe/Paris", True)


def test_while_slack_is_out_of_reach_what_is_known_will_do(house: Surroundings) -> None:
    house.directory.down = True
    house.clock.move(timedelta(days=3))
    assert person_known(house.services, "T1", "U1").name == "Dana"
    with pytest.raises(ExternalFailure):
        person_known(house.services, "T1", "U9")


def test_whoever_changed_is_asked_about_at_once(house: Surroundings) -> None:
    slack_says(house, replace(DANA, is_deactivated=True))
    assert doubt(house.services, "T1", "U1")
    with pytest.raises(NotAllowed):
        acting(house.services, "T1", "U1")
    assert not doubt(house.services, "T1", "U9")
    assert house.directory.forgotten == ["U1", "U9"]


@pytest.mark.parametrize("more", [{"team_id": "T2"}, {"is_bot": True}, {"is_deactivated": True}])
def test_other_companies_apps_and_leavers_may_not_act(house: Surroundings, more: dict[str, object]) -> None:
    slack_says(house, a_person("U7", **more))
    with pytest.raises(NotAllowed):
        acting(house.services, "T1", "U7")
    assert not viewer_for(house.services, known(house, "U7")).may_see_anything


def test_a_viewer_sees_the_conversations_that_they_are_in_and_the_one_they_ask_from(house: Surroundings) -> None:
    assert viewer_for(house.services, DANA).conversations == {"C1", "C2", "G1"}
    assert viewer_for(house.services, DANA, here="D9").conversations == {"C1", "C2", "G1", "D9"}
    house.directory.down = True
    assert viewer_for(house.services, DANA, here="G1").conversations == {"G1"}


def test_while_slack_cannot_say_what_they_are_in_nobody_is_told_that_a_thing_is_not_there(house: Surroundings) -> None:
    missing = NotFound("I don't know that one.")
    assert viewer_for(house.services, DANA).unseen(missing) is missing
    house.directory.down = True
    slow = viewer_for(house.services, DANA).unseen(missing)
    assert isinstance(slow, ExternalFailure)
    assert not slow.permanent
    assert "Slack is slow" in slow.words
    with house.services.store.read("T1") as uow, pytest.raises(ExternalFailure):
        uow.decisions.get(1, viewer_for(house.services, DANA))


def test_guests_see_nothing_until_they_are_allowed_or_hold_a_role(house: Surroundings) -> None:
    assert not viewer_for(house.services, GWEN).may_see_anything
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U3"])
        uow.commit()
    assert viewer_for(house.services, GWEN).may_see_anything


def test_a_role_is_held_or_refused_in_words(house: Surroundings) -> None:
    with house.services.store.read("T1") as uow:
        with pytest.raises(NotAllowed, match="That is for CTO or deputy here"):
            require_role(uow, DANA, Role.CTO, Role.DEPUTY)
        require_role(uow, replace(DANA, is_slack_admin=True), Role.ADMIN)
