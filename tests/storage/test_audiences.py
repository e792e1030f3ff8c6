"""Who sees what: the rule in SQL is `Viewer.may_see`, for every viewer and everything, on both engines."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.agendas import Topic
from bot.domain.decisions import Decision, Source
from bot.domain.errors import NotFound
from bot.domain.workspaces import EVERYONE, Audience, Viewer
from storage.store import SqlStore
from tests.storage.things import a_cadence, a_decision, a_topic, an_event, log_decisions
from tests.support import a_workspace

PEOPLE = ["U1", "U2", "U3"]
CONVERSATIONS = ["C1", "G1", "G2"]

viewers = st.builds(
    Viewer,
    person_id=st.sampled_from(PEOPLE),
    conversations=st.frozensets(st.sampled_from(CONVERSATIONS)),
    is_guest=st.booleans(),
    may_see_anything=st.sampled_from([True, True, True, False]),
    sees_all=st.sampled_from([False, False, False, True]),
)
audiences = st.sampled_from([EVERYONE, Audience("G1"), Audience("G2"), Audience("C1")])
sources = st.sampled_from([None, *CONVERSATIONS]).map(Source)
decisions = st.builds(
    a_decision,
    author_id=st.sampled_from(PEOPLE),
    owner_id=st.sampled_from(PEOPLE),
    audience=audiences,
    source=sources,
)
topics = st.builds(a_topic, added_by=st.sampled_from(PEOPLE), audience=audiences, source=sources)


def sees(viewer: Viewer, thing: Decision | Topic) -> bool:
    return viewer.may_see(thing.audience, source=thing.source.conversation, involved=thing.involved)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(decisions, min_size=1, max_size=5), st.lists(viewers, min_size=1, max_size=4))
def test_each_way_of_reading_decisions_keeps_the_rule(
    any_store: SqlStore, made: list[Decision], readers: list[Viewer]
) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        numbers = [uow.workspaces.take_decision_number() for _ in made]
        made = [replace(each, number=number) for each, number in zip(made, numbers, strict=True)]
        for each in made:
            uow.decisions.add(each)
            uow.decisions.add_event(an_event(each.number))
        for viewer in readers:
            wanted = [each.number for each in reversed(made) if sees(viewer, each)]
            since = numbers[0]
            listed = [each.number for each in uow.decisions.latest(viewer, limit=99) if each.number >= since]
            searched = [each.number for each in uow.decisions.search("pos", viewer, limit=99) if each.number >= since]
            assert (listed, searched) == (wanted, wanted)
            for number in numbers:
                for read in (uow.decisions.get, uow.decisions.history, uow.decisions.recorded):
                    if number in wanted:
                        read(number, viewer)
                    else:
                        with pytest.raises(NotFound):
                            read(number, viewer)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(topics, min_size=1, max_size=5), st.lists(viewers, min_size=1, max_size=4))
def test_each_way_of_reading_agenda_items_keeps_the_rule(
    any_store: SqlStore, made: list[Topic], readers: list[Viewer]
) -> None:
    a_workspace(any_store)
    made = [replace(each, id=f"P{number}") for number, each in enumerate(made)]
    with any_store.begin("T1") as uow:
        uow.cadences.add(a_cadence())
        for each in made:
            uow.topics.add(each)
        for viewer in readers:
            wanted = [each.id for each in made if sees(viewer, each)]
            assert [each.id for each in uow.topics.open_for("K1", viewer)] == wanted
            for each in made:
                if each.id in wanted:
                    assert uow.topics.get(each.id, viewer) == each
                else:
                    with pytest.raises(NotFound):
                        uow.topics.get(each.id, viewer)


def test_what_is_not_there_and_what_may_not_be_seen_look_the_same(any_store: SqlStore) -> None:
    a_workspace(any_store)
    log_decisions(any_store, a_decision(1, audience=Audience("G1")))
    words = []
    for number in (1, 2):
        with any_store.read("T1") as uow, pytest.raises(NotFound) as told:
            uow.decisions.get(number, Viewer("U9"))
        words.append(told.value.words.replace(f"D-{number}", "D-n"))
    assert words[0] == words[1]


def test_the_same_number_in_another_workspace_is_another_decision(any_store: SqlStore) -> None:
    for workspace in ("T1", "T2"):
        a_workspace(any_store, workspace_id=workspace)
        log_decisions(any_store, a_decision(1, workspace_id=workspace, title=f"of {workspace}"), workspace=workspace)
    for workspace in ("T1", "T2"):
        with any_store.read(workspace) as uow:
            assert uow.decisions.get(1, Viewer.system()).title == f"of {workspace}"
            assert len(uow.decisions.latest(Viewer.system(), limit=9)) == 1
