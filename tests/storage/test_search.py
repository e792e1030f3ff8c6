"""Search finds the same on both engines, whatever is typed, and stays quick however many decisions there are."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.decisions import DecisionStatus, Detail
from bot.domain.errors import NotFound
from bot.domain.workspaces import Audience, Viewer
from bot.usecases.ports import Narrow
from storage.search import for_postgres, for_sqlite, terms_of, text_of, words_of
from storage.store import SqlStore
from tests.storage.things import ANYBODY, EVERYTHING, a_decision, log_decisions, statements_counted
from tests.support import a_workspace

TITLES = (
    "Use Postgres for the event store",
    "Café, naïve & Ångström – résumé",
    "Kafka's event-store: not this quarter (v2.0)",
    "決定ログを使う",
    "Привет мир ПОСТГРЕС",
    "snake_case and camelCase and 1e5 and 0005 and 12abc",
    "AND OR NOT NEAR post*",
    "İstanbul ﬁnance ½ Ⅷ ㎏ Straße",
    "emoji 🚀 launch 2026-10-29",
    'a "quoted phrase" in it',
    "Roll back to 1e9f04c",
)


@dataclass(frozen=True)
class Pair:
    """The same decisions on both engines."""

    sqlite: SqlStore
    postgres: SqlStore

    def search(self, query: str, viewer: Viewer = ANYBODY, limit: int = 50) -> list[int]:
        found = []
        for store in (self.sqlite, self.postgres):
            with store.read("T1") as uow:
                found.append([decision.number for decision in uow.decisions.search(query, viewer, limit=limit)])
        assert found[0] == found[1], query
        return found[0]

    def log(self, *titles: str) -> None:
        for store in (self.sqlite, self.postgres):
            a_workspace(store)
            decisions = [a_decision(number, title=title, why="-") for number, title in enumerate(titles, 1)]
            log_decisions(store, *decisions)


@pytest.fixture
def empty_pair(sqlite_store: SqlStore, postgres_store: SqlStore) -> Pair:
    return Pair(sqlite_store, postgres_store)


@pytest.fixture
def pair(empty_pair: Pair) -> Pair:
    empty_pair.log(*TITLES)
    return empty_pair


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("postgres", [1]),
        ("POSTGRES", [1]),
        ("post", [7, 1]),
        ("post*", [7, 1]),
        ("post* store", [1]),
        ("event store", [3, 1]),
        ('"event store"', [3, 1]),
        ('"store event"', []),
        ('"the event sto"', []),
        ("event-store", [3, 1]),
        ("use postgres event", [1]),
        ("use kafka", []),
        ("cafe", [2]),
        ("CAFÉ", [2]),
        ("resume", [2]),
        ("angstrom", [2]),
        ("決定", [4]),
        ("決", [4]),
        ("定", []),
        ("привет", [5]),
        ("постгрес МИР", [5]),
        ("snake_case", [6]),
        ("snake", [6]),
        ("camel", [6]),
        ("1e5", [6]),
        ("0005", [6]),
        ("5", []),
        ("12abc", [6]),
        ("1e9f04c", [11]),
        ("1e9*", [11]),
        ("f04c", []),
        ("AND", [7, 6]),
        ("near", [7]),
        ("NOT post", [7]),
        ("istanbul", [8]),
        ("finance", [8]),
        ("viii", [8]),
        ("kg", [8]),
        ("strasse", [8]),
        ("🚀", []),
        ("launch 🚀", [9]),
        ("2026-10-29", [9]),
        ('"quoted phrase', [10]),
        ("v2.0", [3]),
        ("", []),
        (" ", []),
        ("*", []),
        ('"', []),
        ('""', []),
        ("'", []),
        ("post'", [7, 1]),
        ("post' OR '1'='1", []),
        ("words:post", []),
        ("{words} : post", []),
        ("^post", [7, 1]),
        ("(post", [7, 1]),
        ("post)", [7, 1]),
        ("-post", [7, 1]),
        ("post & !store", []),
        ("post:*", [7, 1]),
        ("a\x00b", []),
        ("post\x00", [7, 1]),
        ("\ud800", []),
        ("%", []),
        ("p_st", []),
        ("NEAR(use postgres)", []),
        ("\\", []),
    ],
)
def test_what_is_found(pair: Pair, query: str, numbers: list[int]) -> None:
    assert pair.search(query) == numbers


@pytest.mark.postgres
@pytest.mark.parametrize(
    "query", ["post " * 5000, '"' + "use postgres " * 2000 + '"', "x" * 100_000, "( " * 500 + "post"]
)
def test_a_query_of_any_length_is_answered(pair: Pair, query: str) -> None:
    pair.search(query)


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
TYPED = st.text(max_size=40) | st.lists(
    st.sampled_from([*" \"*'()-:&|!<>^{}", *" ".join(TITLES).split()]), max_size=12
).map(" ".join)


@pytest.mark.postgres
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED)
def test_nothing_that_can_be_typed_is_an_error_and_both_engines_agree(pair: Pair, query: str) -> None:
    pair.search(query)


def pieces(text: str) -> st.SearchStrategy[str]:
    """A word of it, a beginning of one, or two that stand together, as somebody would look for them."""
    words = words_of(text)
    return st.sampled_from([*words, *(f"{word[:3]}*" for word in words), *(f'"{a} {b}"' for a, b in pairwise(words))])


@pytest.mark.postgres
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_written_is_found_by_its_words(empty_pair: Pair, data: st.DataObject) -> None:
    text = data.draw(TEXTS.filter(lambda text: text.strip("\x00") and "\x00" not in text))
    for store in (empty_pair.sqlite, empty_pair.postgres):
        a_workspace(store)
        with store.begin("T1") as uow:
            number = uow.workspaces.take_decision_number()
            uow.decisions.add(a_decision(number, title=text, why="-"))
            uow.commit()
    if words_of(text):
        assert number in empty_pair.search(data.draw(pieces(text)), limit=500)


def test_both_query_languages_are_given_words_alone() -> None:
    terms = terms_of('Event-Store "use café" post')
    assert for_sqlite(terms) == '"event store" AND "use cafe" AND "post" *'
    assert for_postgres(terms) == "('event' <-> 'store') & ('use' <-> 'cafe') & ('post':*)"


def test_everything_that_a_decision_says_can_be_found() -> None:
    detail = Detail(
        area="area",
        goal="goal",
        constraint="limit",
        smallest_test="test",
        options="either",
        outcome_metric="metric",
        guardrail="guard",
        total_cost="total",
        maintenance="upkeep",
        integration="fits",
        security="safe",
        controls="held",
    )
    decision = a_decision(title="title", why="why", not_doing="never", detail=detail)
    assert text_of(decision) == ("title why never area goal limit test either metric guard held total upkeep fits safe")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def found_in(request: pytest.FixtureRequest) -> SqlStore:
    store: SqlStore = request.getfixturevalue(f"{request.param}_store")
    a_workspace(store)
    return store


def search(store: SqlStore, query: str, viewer: Viewer = ANYBODY, workspace: str = "T1", **how: object) -> list[int]:
    with store.read(workspace) as uow:
        found = uow.decisions.search(query, viewer, **{"limit": 50, **how})  # type: ignore[arg-type]
    return [decision.number for decision in found]


def test_an_edit_is_found_by_its_new_words_and_not_by_its_old_ones(found_in: SqlStore) -> None:
    log_decisions(found_in, a_decision(1))
    with found_in.begin("T1") as uow:
        uow.decisions.save(replace(a_decision(1), title="Use Kafka"))
        uow.commit()
    assert search(found_in, "kafka") == [1]
    assert search(found_in, "postgres") == []


def test_a_rolled_back_decision_is_not_found(found_in: SqlStore) -> None:
    with found_in.begin("T1") as uow:
        uow.decisions.add(a_decision(1))
    assert search(found_in, "postgres") == []


def test_withdrawn_ones_are_not_found(found_in: SqlStore) -> None:
    log_decisions(found_in, a_decision(1), a_decision(2, status=DecisionStatus.WITHDRAWN))
    assert search(found_in, "postgres") == [1]


def test_another_workspace_finds_its_own(found_in: SqlStore) -> None:
    a_workspace(found_in, workspace_id="T2")
    log_decisions(found_in, a_decision(1), a_decision(2))
    log_decisions(found_in, a_decision(2, workspace_id="T2"), a_decision(3, workspace_id="T2"), workspace="T2")
    assert search(found_in, "postgres") == [2, 1]
    assert search(found_in, "postgres", workspace="T2") == [3, 2]


def test_pages_go_on_where_the_last_one_ended(found_in: SqlStore) -> None:
    log_decisions(found_in, *[a_decision(number) for number in range(1, 8)])
    assert search(found_in, "postgres", limit=3) == [7, 6, 5]
    assert search(found_in, "postgres", limit=3, before=5) == [4, 3, 2]
    assert search(found_in, "postgres", limit=3, before=2) == [1]
    assert search(found_in, "postgres", limit=3, before=10**30) == [7, 6, 5]


def test_a_search_is_narrowed(found_in: SqlStore) -> None:
    log_decisions(found_in, a_decision(1, owner_id="U2"), a_decision(2, not_doing="Kafka"), a_decision(3))
    assert search(found_in, "postgres", narrow=Narrow(involving="U2")) == [1]
    assert search(found_in, "postgres", narrow=Narrow(not_doing=True)) == [2]


def test_many_that_may_not_be_seen_do_not_hide_the_one_that_may(found_in: SqlStore) -> None:
    hidden = [a_decision(number, audience=Audience("G1")) for number in range(2, 1300)]
    log_decisions(found_in, a_decision(1), *hidden)
    assert search(found_in, "postgres", limit=2) == [1]
    assert search(found_in, "postgres", Viewer("U9", frozenset({"G1"})), limit=2) == [1299, 1298]


def test_however_many_are_asked_for_they_are_counted_without_overflowing(found_in: SqlStore) -> None:
    """As when few of those that are looked through may be seen, in a log of millions."""
    log_decisions(found_in, *[a_decision(number) for number in range(1, 700)])
    assert search(found_in, "postgres", limit=10**9) == list(range(699, 0, -1))
    assert search(found_in, '"postgres use"', limit=10**9) == []


@pytest.mark.parametrize("query", ["postgres", '"use postgres"', "post* sto", "kafka"])
def test_what_is_far_down_a_long_log_is_found_by_the_index(found_in: SqlStore, query: str) -> None:
    """After a long gap of other numbers, where nobody reads decision by decision any more."""
    a_workspace(found_in, workspace_id="T2")
    log_decisions(found_in, *[a_decision(number, workspace_id="T2") for number in range(1, 5)], workspace="T2")
    old = [a_decision(number, title=f"Use {what} for the store") for number, what in enumerate(["Postgres"] * 4, 1)]
    apart = [a_decision(number, title="Postgres? No use", why="-") for number in range(1_000_000, 1_000_003)]
    log_decisions(found_in, *old, *apart, a_decision(2_000_000, title="Stay on Heroku", why="-"))
    numbers = {"postgres": [1_000_002, 1_000_001, 1_000_000, 4, 3, 2, 1], "kafka": []}.get(query, [4, 3, 2, 1])
    assert search(found_in, query) == numbers
    assert search(found_in, query, limit=2) == numbers[:2]
    assert search(found_in, query, before=3) == [number for number in numbers if number < 3]


def test_a_search_is_not_put_together_anew_for_each_viewer(found_in: SqlStore) -> None:
    log_decisions(found_in, a_decision(1, audience=Audience("G1")), a_decision(2, audience=Audience("G2")))
    for conversation, numbers in (("G1", [1]), ("G2", [2]), ("G3", [])):
        assert search(found_in, "postgres", Viewer("U9", frozenset({conversation}))) == numbers


def test_a_number_that_no_database_can_hold_is_simply_not_known(found_in: SqlStore) -> None:
    with found_in.read("T1") as uow:
        for number in (0, -1, 2**31, 2**63, 10**30):
            with pytest.raises(NotFound):
                uow.decisions.get(number, EVERYTHING)


def test_a_vacuum_does_not_mix_up_what_is_found(sqlite_store: SqlStore) -> None:
    """A VACUUM may number the rows of `decisions` anew."""
    a_workspace(sqlite_store)
    log_decisions(sqlite_store, *[a_decision(number, title=f"Use tool{number}") for number in range(1, 30)])
    path = Path(str(sqlite_store.url).removeprefix("sqlite:///"))
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("DELETE FROM decisions WHERE number % 2 = 1")
    database.execute("VACUUM")
    database.close()
    log_decisions(sqlite_store, a_decision(30, title="Use tool30"))
    for number in range(1, 31):
        assert search(sqlite_store, f'"tool{number}"') == ([] if number % 2 else [number])
    with sqlite_store.begin("T1") as uow:
        uow.decisions.save(replace(a_decision(28), title="Use hammer"))
        uow.commit()
    assert (search(sqlite_store, "hammer"), search(sqlite_store, '"tool28"')) == ([28], [])


def test_sqlite_walks_the_index_from_the_newest_end_and_sorts_nothing(sqlite_store: SqlStore) -> None:
    a_workspace(sqlite_store)
    with statements_counted(sqlite_store) as seen:
        search(sqlite_store, "use post")
    statement = next(each for each in seen if "MATCH" in each)
    with sqlite_store._reader.connect() as connection:
        values = tuple(str(number) for number in range(statement.count("?")))
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert plan[0].startswith("SCAN decisions_search VIRTUAL TABLE INDEX")
    assert any(line.startswith("SEARCH decisions USING") for line in plan)
    assert not any("TEMP B-TREE" in line for line in plan)


def test_filters_narrow_a_search_and_a_list_alike(found_in: SqlStore) -> None:
    first, last = date(2026, 1, 31), date(2026, 2, 1)
    log_decisions(
        found_in,
        a_decision(1, owner_id="U2", decided_on=first, detail=Detail(area="Security exceptions")),
        a_decision(2, author_id="U3", decided_on=last, detail=Detail(area="Búdget")),
        a_decision(3, status=DecisionStatus.WITHDRAWN, decided_on=last),
        a_decision(
            4, status=DecisionStatus.PROPOSED, decided_on=None, created_at=datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
        ),
        a_decision(5, status=DecisionStatus.REVERSED, decided_on=last, audience=Audience("G1")),
    )
    asked: dict[Narrow, list[int]] = {
        Narrow(by=frozenset({"U2"})): [1],
        Narrow(by=frozenset({"U2", "U3"})): [2, 1],
        Narrow(areas=("security",)): [1],
        Narrow(areas=("budget", "SECURITY Exceptions")): [2, 1],
        Narrow(areas=("%",)): [],
        Narrow(areas=("exceptions",)): [],
        Narrow(since=last): [2],
        Narrow(until=first): [4, 1],
        Narrow(since=first, until=first): [4, 1],
        Narrow(since=last, until=first): [],
        Narrow(statuses=frozenset({DecisionStatus.WITHDRAWN})): [3],
        Narrow(statuses=frozenset({DecisionStatus.REVERSED})): [],  # not for this viewer
        Narrow(statuses=frozenset({DecisionStatus.DECIDED}), since=last): [2],
    }
    for narrow, numbers in asked.items():
        assert search(found_in, "postgres", narrow=narrow) == numbers, narrow
        with found_in.read("T1") as uow:
            listed = uow.decisions.latest(ANYBODY, limit=9, narrow=narrow)
        assert [each.number for each in listed] == numbers, narrow
    member = Viewer("U9", frozenset({"G1"}))
    assert search(found_in, "postgres", member, narrow=Narrow(statuses=frozenset({DecisionStatus.REVERSED}))) == [5]


def test_the_areas_that_its_viewer_may_see_are_named_once_and_as_they_are_written(found_in: SqlStore) -> None:
    """Those of the newest thousand numbers."""
    log_decisions(
        found_in,
        a_decision(1, detail=Detail(area="Long ago")),
        a_decision(2000, detail=Detail(area="Vendors")),
        a_decision(2001, detail=Detail(area="Vendors")),
        a_decision(2002, detail=Detail(area="Бюджет")),
        a_decision(2003, detail=Detail(area="Hiring"), audience=Audience("G1")),
        a_decision(2004, detail=Detail(area="Oops"), status=DecisionStatus.WITHDRAWN),
        a_decision(2005),
    )
    with found_in.read("T1") as uow:
        assert sorted(uow.decisions.areas(ANYBODY)) == ["Vendors", "Бюджет"]
        assert sorted(uow.decisions.areas(Viewer("U9", frozenset({"G1"})))) == ["Hiring", "Vendors", "Бюджет"]
        assert uow.decisions.areas(Viewer("U9", may_see_anything=False)) == []
    a_workspace(found_in, workspace_id="T2")
    with found_in.read("T2") as uow:
        assert uow.decisions.areas(ANYBODY) == []
