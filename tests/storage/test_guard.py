"""No statement leaves its workspace, however it is written."""

from typing import Any

import pytest
from sqlalchemy import (
    Column,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    table,
    text,
    union,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.domain.errors import CrossTenant
from storage import tables
from storage.guard import Guard, own_workspace
from storage.store import SqlStore
from storage.tables import audit, decision_events, decisions, people, workspaces
from storage.unit import Session
from tests.support import a_workspace

OWN = own_workspace()
other = decisions.alias("other")
mine = select(decisions.c.number).where(decisions.c.workspace_id == OWN)
a_stranger = Table("decisions", MetaData(), Column("why", String))

REFUSED = {
    "nothing holds it": select(decisions),
    "somebody else's workspace": select(decisions).where(decisions.c.workspace_id == "T2"),
    "a parameter of another name": select(decisions).where(decisions.c.workspace_id == bindparam("workspace")),
    "a value of the same name": select(decisions).where(
        decisions.c.workspace_id == bindparam("own_workspace", "T2", unique=True)
    ),
    "another column": select(decisions).where(decisions.c.title == OWN),
    "not its own": select(decisions).where(decisions.c.workspace_id != OWN),
    "one of several conditions": select(decisions).where(or_(decisions.c.workspace_id == OWN, decisions.c.number > 0)),
    "turned round": select(decisions).where(~(decisions.c.workspace_id == OWN)),
    "written SQL": text("SELECT * FROM decisions"),
    "written SQL as a table": select(text("*")).select_from(text("decisions")),
    "written SQL as a condition": mine.where(text("1 = 1 OR number > 0")),
    "written SQL with columns": text("SELECT why FROM decisions").columns(column("why")),
    "written SQL as a column": mine.add_columns(literal_column("(SELECT why FROM decisions LIMIT 1)")),
    "written SQL before it": mine.prefix_with("why, "),
    "written SQL after it": mine.suffix_with("UNION SELECT why FROM decisions"),
    "written SQL as a hint": mine.with_statement_hint("UNION SELECT why FROM decisions"),
    "written SQL as an operator": mine.where(decisions.c.number.op("IS NULL OR 1 =")(1)),
    "a join to a table that is not held": mine.join_from(
        decisions, decision_events, decision_events.c.number == decisions.c.number
    ),
    "a table beside it": mine.where(decision_events.c.number == decisions.c.number),
    "an alias": mine.where(other.c.number == 1),
    "an alias alone": select(other).where(decisions.c.workspace_id == OWN),
    "a column of another table": mine.add_columns(people.c.name),
    "a subquery as a value": mine.add_columns(select(workspaces.c.name).limit(1).scalar_subquery()),
    "a subquery as a condition": mine.where(decisions.c.number.in_(select(decision_events.c.number))),
    "a subquery as a table": select(select(decisions.c.why).subquery().c.why),
    "a subquery beside its side": select(other.c.why, mine.subquery().c.number),
    "a lateral subquery": mine.add_columns(select(people.c.name).lateral().c.name),
    "exists": mine.where(exists(select(people.c.id).where(people.c.name == decisions.c.title))),
    "a correlated subquery without its outside": select(
        select(people.c.id).where(people.c.workspace_id == OWN).correlate(decisions).scalar_subquery(), decisions.c.why
    ),
    "a CTE": select(select(decisions.c.why).cte("everything").c.why),
    "a CTE beside it": mine.add_cte(select(decisions.c.why).cte("everything")),
    "a CTE that writes": mine.add_cte(update(decisions).values(title="x").returning(decisions.c.why).cte("written")),
    "a recursive CTE": select(mine.cte("all", recursive=True).union_all(select(decisions.c.number)).c.number),
    "a union": union(mine, select(decisions.c.number)),
    "a union of unions": union_all(mine, union(mine, select(decisions.c.number))),
    "a table known by name alone": select(column("why")).select_from(table("decisions", column("why"))),
    "a table of somebody's own": select(a_stranger),
    "a sample": select(decisions.tablesample(100)),
    "a function as a table": select(func.json_each("[]").table_valued("value")),
    "a function alone": func.version(),
    "UPDATE": update(decisions).values(title="x"),
    "UPDATE of another": update(decisions).where(decisions.c.workspace_id == "T2").values(title="x"),
    "UPDATE FROM": update(decisions).where(decisions.c.workspace_id == OWN).values(title=people.c.name),
    "UPDATE FROM in its condition": update(decisions)
    .where(decisions.c.workspace_id == OWN, decisions.c.owner_id == people.c.id)
    .values(title="x"),
    "UPDATE with a subquery": update(decisions)
    .where(decisions.c.workspace_id == OWN)
    .values(title=select(people.c.name).scalar_subquery()),
    "UPDATE that moves a row": update(decisions).where(decisions.c.workspace_id == OWN).values(workspace_id="T2"),
    "UPDATE that moves a row, in order": update(decisions)
    .where(decisions.c.workspace_id == OWN)
    .ordered_values((decisions.c.title, "x"), (decisions.c.workspace_id, "T2")),
    "DELETE": delete(decisions),
    "DELETE USING": delete(decisions).where(decisions.c.workspace_id == OWN, decisions.c.owner_id == people.c.id),
    "INSERT into another": insert(decisions).values(workspace_id="T2", number=1),
    "INSERT into none": insert(decisions).values(number=1),
    "INSERT without values": insert(decisions),
    "INSERT of many": insert(decisions).values(
        [{"workspace_id": OWN, "number": 1}, {"workspace_id": "T2", "number": 1}]
    ),
    "INSERT from a SELECT": insert(decisions).from_select(["workspace_id", "number"], mine.add_columns(people.c.id)),
    "INSERT that returns another's": insert(audit)
    .values(workspace_id=OWN, id="1")
    .returning(select(people.c.name).scalar_subquery()),
    "INSERT in place of another's": postgres_insert(decisions)
    .values(workspace_id=OWN, number=1)
    .on_conflict_do_update(index_elements=["number"], set_={"title": "x"}),
    "INSERT in place of a named constraint's": postgres_insert(decisions)
    .values(workspace_id=OWN, number=1)
    .on_conflict_do_update(constraint="pk_decisions", set_={"title": "x"}),
    "INSERT that moves a row": sqlite_insert(decisions)
    .values(workspace_id=OWN, number=1)
    .on_conflict_do_update(index_elements=["workspace_id", "number"], set_={"workspace_id": "T2"}),
}
ALLOWED = {
    "held": mine,
    "held among others": select(decisions).where(and_(decisions.c.number > 1, decisions.c.workspace_id == OWN)),
    "both sides of a join": mine.join_from(
        decisions, decision_events, decision_events.c.number == decisions.c.number
    ).where(decision_events.c.workspace_id == OWN),
    "a held subquery": mine.where(
        decisions.c.number.in_(select(decision_events.c.number).where(decision_events.c.workspace_id == OWN))
    ),
    "a held CTE": select(mine.cte("own").c.number),
    "a union of the held": union(mine, mine.where(decisions.c.number > 3)),
    "a held alias": select(other).where(other.c.workspace_id == OWN),
    "a count": select(func.count()).select_from(decisions).where(decisions.c.workspace_id == OWN),
    "a value without a table": select(func.coalesce(1, 2)),
    "UPDATE": update(decisions).where(decisions.c.workspace_id == OWN).values(title="x"),
    "DELETE": delete(decisions).where(decisions.c.workspace_id == OWN),
    "INSERT": insert(decisions).values(workspace_id=OWN, number=1),
    "INSERT in place of its own": postgres_insert(decisions)
    .values(workspace_id=OWN, number=1)
    .on_conflict_do_update(index_elements=["workspace_id", "number"], set_={"title": "x"}),
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_a_statement_that_could_leave_the_workspace_is_refused(statement: Any) -> None:
    guard = Guard()
    for _ in range(2):  # a refusal is not remembered as a verdict
        with pytest.raises(CrossTenant):
            guard.check(statement)


@pytest.mark.parametrize("statement", ALLOWED.values(), ids=ALLOWED)
def test_a_statement_that_stays_is_run(statement: Any) -> None:
    guard = Guard()
    guard.check(statement)
    guard.check(statement)


@pytest.mark.parametrize("each", tables.TENANT_TABLES, ids=str)
def test_every_table_is_guarded(each: Table) -> None:
    with pytest.raises(CrossTenant):
        Guard().check(select(each))
    Guard().check(select(each).where(each.c.workspace_id == OWN))


def test_a_shape_that_is_allowed_does_not_open_the_door_for_one_like_it() -> None:
    guard = Guard()
    guard.check(select(decisions.c.why).where(decisions.c.workspace_id == OWN))
    for like_it in (
        select(decisions.c.why).where(decisions.c.workspace_id == bindparam("other", "T2")),
        select(other.c.why).where(decisions.c.workspace_id == OWN),
        select(decisions.c.why).where(decisions.c.author_id == OWN),
    ):
        with pytest.raises(CrossTenant):
            guard.check(like_it)


def test_from_statement_does_not_even_exist_here() -> None:
    with pytest.raises(NotImplementedError):
        select(decisions).from_statement(text("SELECT * FROM decisions"))


@pytest.mark.parametrize("given", ["own_workspace", "workspace_id"])
def test_values_cannot_say_which_workspace(any_store: SqlStore, given: str) -> None:
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        session: Session = uow._session  # type: ignore[attr-defined]
        for statement in (
            select(workspaces.c.name).where(workspaces.c.workspace_id == OWN),
            update(workspaces).where(workspaces.c.workspace_id == OWN),
            insert(people).values(workspace_id=OWN),
        ):
            with pytest.raises(CrossTenant):
                session.run(statement, {given: "T2"})


def test_a_parameters_own_value_gives_way_to_the_unit_of_works(any_store: SqlStore) -> None:
    a_workspace(any_store)
    a_workspace(any_store, workspace_id="T2")
    sly = bindparam("own_workspace", "T2")
    with any_store.read("T1") as uow:
        session: Session = uow._session  # type: ignore[attr-defined]
        found = session.run(select(workspaces.c.workspace_id).where(workspaces.c.workspace_id == sly)).scalars().all()
    assert found == ["T1"]
