"""Searching a long log, newest first, beside the raw full-text query in the same run, on SQLite and on PostgreSQL.

The log's words follow Zipf's law over a made-up vocabulary. The mix is published below: rare words, common words,
phrases, and three-letter prefixes, a quarter each. Our side is `uow.decisions.search` for somebody who is no admin,
with the audience rule, under the guard and (on PostgreSQL) row-level security as the plain role, and makes the
domain's objects. The raw side asks for the same columns of the same rows (the audience rule is written into it), and
is checked to return them; it connects as the owner, whom no policy holds, and makes no objects.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, TextClause, create_engine, insert, text

from bot.domain.decisions import Decision, DecisionStatus, Source
from bot.domain.workspaces import EVERYONE, Audience, Viewer, Workspace
from storage import migrate, tables
from storage.repositories import decisions as rows
from storage.search import for_postgres, for_sqlite, terms_of
from storage.store import SqlStore, normal_url, open_store
from tests.postgres import OWNER, postgres_server

COUNT = int(os.environ.get("BENCH_DECISIONS", "1000000"))
QUERIES, PAGE, CHUNK, WARM = 400, 11, 5000, 20
TEAM, NOW = "T0BENCH", datetime(2026, 10, 29, 9, 10, tzinfo=UTC)
SYLLABLES = ("ka", "re", "mi", "to", "lu", "ven", "dor", "pa", "sil", "ne", "qui", "bra", "os", "tem", "ul", "fa")
LEAST, GOAL_MS = 1.5, 50.0
VIEWER = Viewer("U7", frozenset({"C1"}))
COLUMNS = ", ".join(f"d.{column.name}" for column in tables.decisions.c)
MAY_SEE = "(d.audience IS NULL OR d.audience IN ('C1') OR d.author_id = 'U7' OR d.owner_id = 'U7')"


def vocabulary(size: int = 20_000) -> list[str]:
    chosen = random.Random(1)  # noqa: S311 - the same words each time
    words: dict[str, None] = {}
    while len(words) < size:
        words["".join(chosen.choices(SYLLABLES, k=chosen.randint(2, 5)))] = None
    return list(words)


def log_of(count: int, words: Sequence[str]) -> Iterator[Decision]:
    """Decisions 1 to `count`: title of 6 words, reason of 14; one in ten is a private channel's."""
    chosen = random.Random(2)  # noqa: S311 - as above
    weights = [1 / (rank + 2) for rank in range(len(words))]
    total, cumulative = 0.0, []
    for weight in weights:
        total += weight
        cumulative.append(total)
    for number in range(1, count + 1):
        said, is_private = chosen.choices(words, cum_weights=cumulative, k=20), number % 10 == 0
        yield Decision(
            TEAM, number, " ".join(said[:6]), " ".join(said[6:]), "U1", f"U{number % 40}", DecisionStatus.DECIDED,
            NOW, NOW, decided_by="U1", decided_on=date(2026, 10, 29), revisit_on=None,
            audience=Audience("G1") if is_private else EVERYONE, source=Source("G1" if is_private else "C1"),
        )  # fmt: skip


def mix(words: Sequence[str]) -> dict[str, list[str]]:
    """The published mix. Ranks: common 1 to 40, rare 8,000 to 20,000; a phrase is two common words."""
    chosen = random.Random(3)  # noqa: S311 - as above
    each = QUERIES // 4
    return {
        "rare words": [f"{chosen.choice(words[8000:])} " for _ in range(each)],
        "common words": [f"{chosen.choice(words[:40])} {chosen.choice(words[:40])} " for _ in range(each)],
        "phrases": [f'"{chosen.choice(words[:40])} {chosen.choice(words[:40])}"' for _ in range(each)],
        "three-letter prefixes": [f"{chosen.choice(words)[:3]}*" for _ in range(each)],
    }


@dataclass
class Side:
    name: str
    ask: Callable[[str], list[int]]  # the numbers that it found


def fill(engine: Engine, words: Sequence[str]) -> None:
    """Straight into the table, in large transactions: how rows came there is not what is measured."""
    made = log_of(COUNT, words)
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
    while chunk := list(islice(made, CHUNK * 10)):
        with engine.begin() as connection:
            for start in range(0, len(chunk), CHUNK):
                part = [rows._row(each) | {"workspace_id": TEAM} for each in chunk[start : start + CHUNK]]
                connection.execute(insert(tables.decisions), part)


def ours(store: SqlStore) -> Side:
    def ask(query: str) -> list[int]:
        with store.read(TEAM) as uow:
            return [each.number for each in uow.decisions.search(query, VIEWER, limit=PAGE)]

    return Side("Backbeat", ask)


def raw_sqlite(engine: Engine) -> Side:
    statement = text(
        f"SELECT {COLUMNS} FROM decisions_search s JOIN decisions d ON d.workspace_id = :team"  # noqa: S608 - our own
        f" AND d.number = (s.rowid & 4294967295) WHERE s.words MATCH :query AND {MAY_SEE}"
        " ORDER BY s.rowid DESC LIMIT :page"
    )
    return Side("raw FTS5", lambda query: raw(engine, statement, for_sqlite(terms_of(query))))


def raw_postgres(engine: Engine) -> Side:
    statement = text(
        f"SELECT {COLUMNS} FROM decisions d WHERE d.workspace_id = :team"  # noqa: S608 - our own
        f" AND d.search_vector @@ to_tsquery('simple', :query) AND {MAY_SEE} ORDER BY d.number DESC LIMIT :page"
    )
    return Side("raw tsvector", lambda query: raw(engine, statement, for_postgres(terms_of(query))))


def raw(engine: Engine, statement: TextClause, query: str) -> list[int]:
    with engine.connect() as connection:
        rows = connection.execute(statement, {"team": TEAM, "query": query, "page": PAGE})
        return [row.number for row in rows.all()]


def measure(title: str, sides: Sequence[Side], words: Sequence[str]) -> None:
    """Every query is asked of each side by turns, so that a busy machine slows both; each goes first as often.

    (Who goes second finds the pages in memory that the first one read.)
    """
    print(f"{title}: {COUNT:,} decisions, the newest {PAGE} matches (milliseconds)")
    took: dict[str, dict[str, list[float]]] = {}
    for side in sides:
        for word in words[:WARM]:
            side.ask(word)
    for kind, queries in mix(words).items():
        timed = took.setdefault(kind, {side.name: [] for side in sides})
        for turn, query in enumerate(queries):
            found = []
            for side in sides if turn % 2 else reversed(sides):
                began = time.perf_counter()
                found.append(side.ask(query))
                timed[side.name].append((time.perf_counter() - began) * 1e3)
            if found[0] != found[-1]:
                raise AssertionError(f"{query!r} finds {found}")
    took["all"] = {side.name: [each for timed in took.values() for each in timed[side.name]] for side in sides}
    for kind, timed in took.items():
        both = "   ".join(line(name, each) for name, each in timed.items())
        print(f"  {kind:24}{both}   {ratio(*timed.values())}")
    print(f"  goal: within {LEAST} of raw, p99 under {GOAL_MS:.0f} ms")


def ratio(mine: Sequence[float], beside: Sequence[float]) -> str:
    half, most = statistics.median(mine) / statistics.median(beside), percentile(mine) / percentile(beside)
    return f"ratio: p50 {half:5.2f}  p99 {most:5.2f}"


def line(name: str, took: Sequence[float]) -> str:
    return f"{name}: p50 {statistics.median(took):7.2f}  p99 {percentile(took):7.2f}"


def percentile(took: Sequence[float], part: float = 0.99) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * part))]


def start(url: str) -> SqlStore:
    store = open_store(url)
    with store.begin(TEAM) as uow:
        uow.workspaces.save(Workspace(TEAM, "Bench", "UBOT", NOW))
        uow.commit()
    return store


def on_sqlite(words: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'log.db'}"
        migrate.upgrade(url)
        store, engine = start(url), create_engine(url)
        fill(engine, words)
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        measure("SQLite", [ours(store), raw_sqlite(engine)], words)
        store.close()
        engine.dispose()


def on_postgres(words: Sequence[str]) -> None:
    with postgres_server() as server, server.database() as name:
        store = start(server.url(name))
        engine: Any = create_engine(normal_url(server.url(name, OWNER)))
        fill(engine, words)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE decisions"))
        measure("PostgreSQL, row-level security as the plain role", [ours(store), raw_postgres(engine)], words)
        store.close()
        engine.dispose()


def main() -> None:
    words = vocabulary()
    on_sqlite(words)
    print()
    on_postgres(words)
