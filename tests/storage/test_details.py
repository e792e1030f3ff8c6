"""What an earlier release kept of a decision is read by this one."""

import json

from sqlalchemy import create_engine, text

from bot.domain.decisions import Detail, Door
from bot.domain.workspaces import Viewer
from storage.store import SqlStore
from tests.storage.things import a_decision
from tests.support import a_workspace


def stored(store: SqlStore, detail: Detail) -> Detail:
    with store.begin("T1") as uow:
        uow.decisions.add(a_decision(1, detail=detail))
        uow.commit()
    return read(store)


def read(store: SqlStore) -> Detail:
    with store.read("T1") as uow:
        return uow.decisions.get(1, Viewer.system()).detail


def test_the_template_is_kept(store: SqlStore) -> None:
    a_workspace(store)
    detail = Detail(door=Door.ONE_WAY, outcome_metric="Orders lost", guardrail="Latency", security="SOC 2")
    assert stored(store, detail) == detail


def test_a_row_of_an_earlier_release_has_one_text_for_both_metrics(sqlite_store: SqlStore) -> None:
    a_workspace(sqlite_store)
    stored(sqlite_store, Detail())
    engine = create_engine(sqlite_store.url)
    with engine.begin() as connection:
        earlier = {"detail": json.dumps({"metrics": "Orders lost", "goal": "Sleep"})}
        connection.execute(text("UPDATE decisions SET detail = :detail"), earlier)
    engine.dispose()
    assert read(sqlite_store) == Detail(outcome_metric="Orders lost", goal="Sleep")
