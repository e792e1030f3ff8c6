"""The search against a reading by hand: the newest matches in order, for whoever asks, however the log is narrowed."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.workspaces import EVERYONE, Audience, Viewer
from bot.usecases.ports import Narrow
from storage.store import SqlStore
from tests.storage.things import a_decision, log_decisions
from tests.support import a_workspace

WORDS = ("alpha", "alpine", "beta", "betamax", "gamma", "delta", "deltas", "omega")  # the first are the commonest
RARE = "quokka"
MOST = 1500
STATUSES = (DecisionStatus.DECIDED, DecisionStatus.DECIDED, DecisionStatus.PROPOSED, DecisionStatus.WITHDRAWN)
viewers = st.builds(
    Viewer,
    st.sampled_from(["U1", "U2", "U9"]),
    st.frozensets(st.sampled_from(["C1", "G1", "G2"])),
    is_guest=st.booleans(),
    may_see_anything=st.sampled_from([True, True, True, False]),
)
terms = st.one_of(
    st.sampled_from([*WORDS, RARE]),
    st.sampled_from(["alp*", "bet*", "del*", "quo*"]),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(lambda two: f'"{two[0]} {two[1]}"'),
)
narrowings = st.one_of(st.none(), st.just(Narrow(proposed=True)), st.just(Narrow(involving="U2")))


def a_long_log() -> list[Decision]:
    chance = random.Random(7)  # noqa: S311 - a log, not a secret
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    log = []
    for number in range(1, MOST + 1):
        title = " ".join(chance.choices(WORDS, weights, k=4))
        log.append(
            a_decision(
                number,
                title=f"{title} {RARE}" if chance.random() < 0.004 else title,
                why="-",
                owner_id=chance.choice(["U1", "U2", "U3"]),
                author_id="U3",
                status=chance.choice(STATUSES),
                audience=chance.choice([EVERYONE, EVERYONE, Audience("G1"), Audience("G2")]),
            )
        )
    return log


LOG = a_long_log()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def found_in(request: pytest.FixtureRequest) -> SqlStore:
    store: SqlStore = request.getfixturevalue(f"{request.param}_store")
    a_workspace(store)
    a_workspace(store, workspace_id="T2")
    log_decisions(store, *LOG)
    others = [a_decision(number, workspace_id="T2", title="alpha beta quokka", why="-") for number in range(1, 60)]
    log_decisions(store, *others, workspace="T2")
    return store


def matches(title: str, term: str) -> bool:
    words = title.split()
    if term.startswith('"'):
        phrase = term.strip('"').split()
        return any(words[at : at + len(phrase)] == phrase for at in range(len(words)))
    return any(word.startswith(term[:-1]) for word in words) if term.endswith("*") else term in words


def by_hand(query: list[str], viewer: Viewer, narrow: Narrow | None) -> list[int]:
    """The numbers, newest first. The last word of a query is always the beginning of one."""
    last = query[-1] if query[-1][-1] in '*"' else f"{query[-1]}*"
    return [
        each.number
        for each in reversed(LOG)
        if all(matches(each.title, term) for term in [*query[:-1], last])
        and viewer.may_see(each.audience, source=each.source.conversation, involved=each.involved)
        and each.status is not DecisionStatus.WITHDRAWN
        and (narrow is None or narrow.involving in {None, *each.involved})
        and (narrow is None or not narrow.proposed or each.status is DecisionStatus.PROPOSED)
    ]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.lists(terms, min_size=1, max_size=2),
    viewer=viewers,
    narrow=narrowings,
    page=st.tuples(st.one_of(st.none(), st.integers(1, MOST + 5)), st.integers(1, 30)),
)
def test_a_search_finds_what_reading_the_whole_log_would(
    found_in: SqlStore, query: list[str], viewer: Viewer, narrow: Narrow | None, page: tuple[int | None, int]
) -> None:
    before, limit = page
    expected = [each for each in by_hand(query, viewer, narrow) if before is None or each < before][:limit]
    with found_in.read("T1") as uow:
        found = uow.decisions.search(" ".join(query), viewer, limit=limit, before=before, narrow=narrow)
    assert [each.number for each in found] == expected
