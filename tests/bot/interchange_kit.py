"""Logs of decisions as Hypothesis makes them up: whatever a person can have typed, and whatever became of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, Detail, Door, Source
from bot.domain.interchange.entries import Original, digest_of
from bot.domain.workspaces import EVERYONE, Audience
from storage.store import SqlStore, open_store
from tests.support import THURSDAY, a_person, a_workspace

AS_A_PERSON_TYPES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=80),
    st.lists(
        st.sampled_from(
            [
             "# Not a heading", "## Decision Outcome", "### Not Doing", "---", "===", "```", "~~~", "* a",
             "<!-- no -->",
             "<!-- not recorded -->", "\\# x", "\\\\## y", "    code", "| a | b |", "=1+1", "'=2", "-3", "@x", "plain",
             "status: accepted", "\tTab", "…", "é", "- ", "", "a\rb", "\"q\"", "1. One", "\u2028", "#", "\\"]
        ),
        min_size=1, max_size=6,
    ).map("\n".join),
)  # fmt: skip
OPTIONS = st.lists(
    st.sampled_from(
        ["Postgres", "Kafka", "* Kafka", "- Kafka", "1. SQLite", "+ we run it", "- a hire", "\u2212 a hire",
         "  ~ so so",
         "### Constraint", "### Kafka", "Constraint", "* Good, because it is", "## Decision Outcome",
         "C #", "+", "a <b>",
         ""]
    ),
    min_size=1, max_size=8,
).map("\n".join).map(str.strip).filter(bool)  # fmt: skip
texts = AS_A_PERSON_TYPES.map(str.strip).filter(bool)
titles = AS_A_PERSON_TYPES.map(lambda text: " ".join(text.split())[:300].strip()).filter(bool)
maybe = st.one_of(st.none(), texts)
days = st.dates(date(2015, 1, 1), date(2030, 12, 31))
moments = st.datetimes(datetime(2015, 1, 1), datetime(2026, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as asked
names = st.lists(
    st.text("abcdefgh Ééßø'-", min_size=1, max_size=12).map(lambda name: " ".join(name.split())).filter(bool),
    max_size=3,
).map(tuple)


@st.composite
def details(draw: st.DrawFn) -> Detail:
    cost = draw(st.one_of(st.none(), st.decimals(0, 10**9, places=2)))
    return Detail(
        area=draw(st.one_of(st.none(), titles.map(lambda text: text[:75].strip()))),
        cost=cost,
        currency="EUR" if cost is not None else None,
        goal=draw(maybe),
        constraint=draw(maybe),
        smallest_test=draw(maybe),
        options=draw(st.one_of(maybe, OPTIONS)),
        door=draw(st.sampled_from([None, *Door])),
        outcome_metric=draw(maybe),
        guardrail=draw(maybe),
        accepted_by=draw(st.sampled_from([None, "U1", "U2"])),
        risk_until=draw(st.one_of(st.none(), days)),
        controls=draw(maybe),
        total_cost=draw(maybe),
        maintenance=draw(maybe),
        integration=draw(maybe),
        security=draw(maybe),
    )


@st.composite
def decisions(draw: st.DrawFn, number: int) -> Decision:
    began = draw(moments)
    return Decision(
        workspace_id="T1",
        number=number,
        title=draw(titles),
        why=draw(texts),
        author_id=draw(st.sampled_from(["U1", "U2"])),
        owner_id=draw(st.sampled_from(["U1", "U2"])),
        status=draw(st.sampled_from([each for each in DecisionStatus if each not in GAVE_WAY])),
        created_at=began,
        updated_at=began,
        not_doing=draw(maybe),
        decided_by=draw(st.sampled_from([None, "U1"])),
        decided_on=draw(st.one_of(st.none(), days)),
        revisit_on=draw(st.one_of(st.none(), days)),
        audience=draw(st.sampled_from([EVERYONE, EVERYONE, Audience("G1")])),
        source=draw(st.sampled_from([Source(), Source("C1", "1.2", "1.1", "https://example.test/p1?a=1&b=2", "U2")])),
        detail=draw(details()),
    )


GAVE_WAY = frozenset({DecisionStatus.SUPERSEDED, DecisionStatus.AMENDED})


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[Decision, Original | None]]:
    """Up to four decisions, with gaps between their numbers; some gave way to a later one, some
    are related; some were imported."""
    numbers = sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=4)))
    found = {number: draw(decisions(number)) for number in numbers}
    for old, new in pairwise(numbers):
        if draw(st.booleans()):
            status = draw(st.sampled_from(sorted(GAVE_WAY)))
            found[old] = replace(found[old], status=status, superseded_by=new)
            found[new] = replace(found[new], supersedes=old)
    for number in numbers:
        others = draw(st.sets(st.sampled_from(numbers), max_size=2)) - {number}
        found[number] = replace(found[number], related=tuple(sorted(others)))
    return [(each, draw(st.one_of(st.none(), originals(each.number)))) for each in found.values()]


@st.composite
def originals(draw: st.DrawFn, number: int) -> Original:
    text = draw(st.one_of(st.none(), AS_A_PERSON_TYPES.filter(bool)))
    return Original(
        "T1", number, "shop/docs/adr", f"{number:04}.md", digest_of(text or ""), THURSDAY, f"ADR {number}", text,
        draw(st.sampled_from([None, "it says no status"])), draw(names), draw(names), draw(names),
    )  # fmt: skip


def a_store(path: Path, template: bytes, *, workspace: str = "T1") -> SqlStore:
    """A migrated file with a workspace and its two people."""
    path.write_bytes(template)
    store = open_store(f"sqlite:///{path}")
    a_workspace(store, workspace_id=workspace)
    with store.begin(workspace) as uow:
        for person in ("U1", "U2"):
            name = {"U1": "Dana", "U2": "Sam"}[person]
            uow.people.save(replace(a_person(person, name=name), workspace_id=workspace, team_id=workspace))
        uow.commit()
    return store


def fill(store: SqlStore, log: list[tuple[Decision, Original | None]]) -> None:
    with store.begin("T1") as uow:
        for decision, original in log:
            uow.decisions.add(decision)
            kind = DecisionEventKind.IMPORTED if original else DecisionEventKind.LOGGED
            uow.decisions.add_event(DecisionEvent("T1", f"E{decision.number}", decision.number, kind, "U1", THURSDAY))
            if original is not None:
                uow.decisions.add_original(original)
        uow.workspaces.reserve_decision_numbers(max(each.number for each, _ in log), after=0)
        uow.commit()
