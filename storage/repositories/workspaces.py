"""Workspaces, their roles, their people, and what was done by whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import update

from bot.domain.errors import NotFound
from bot.domain.ids import new_id
from bot.domain.workspaces import Person, Role, UserId, Workspace
from storage import tables
from storage.guard import own_workspace
from storage.unit import Repository, builder, row_of

_workspace = builder(Workspace)
_person = builder(Person)

_last = tables.workspaces.c.last_decision
_count_up = (
    update(tables.workspaces)
    .where(tables.workspaces.c.workspace_id == own_workspace())
    .values(last_decision=_last + 1)
    .returning(_last)
)


class SqlWorkspaces(Repository):
    def get(self) -> Workspace:
        row = self._one(self._select(tables.workspaces))
        if row is None:
            raise NotFound("Backbeat isn't installed in this workspace.")
        return _workspace(dict(row) | {"id": row["workspace_id"]})  # type: ignore[arg-type]

    def save(self, workspace: Workspace) -> None:
        row = row_of(workspace)
        del row["id"]
        if workspace.id != self._session.workspace_id:
            raise ValueError("a unit of work saves its own workspace only")
        self._upsert(tables.workspaces, row)

    def roles(self) -> dict[Role, frozenset[UserId]]:
        held: dict[Role, set[UserId]] = {}
        for row in self._session.run(self._select(tables.roles)).mappings():
            held.setdefault(row["role"], set()).add(row["person_id"])
        return {role: frozenset(people) for role, people in held.items()}

    def roles_of(self, person: UserId) -> frozenset[Role]:
        mine = self._select(tables.roles).where(tables.roles.c.person_id == person)
        return frozenset(row["role"] for row in self._session.run(mine).mappings())

    def set_role(self, role: Role, people: Iterable[UserId]) -> None:
        self._session.run(self._delete(tables.roles).where(tables.roles.c.role == role))
        for person in sorted(set(people)):
            self._insert(tables.roles, {"role": role, "person_id": person})

    def take_decision_number(self) -> int:
        number = self._session.run(_count_up).scalar()
        if number is None:
            raise NotFound("Backbeat isn't installed in this workspace.")
        return int(number)

    def last_decision_number(self) -> int:
        row = self._one(self._select(tables.workspaces, tables.workspaces.c.last_decision))
        return int(row["last_decision"]) if row is not None else 0

    def reserve_decision_numbers(self, last: int, *, after: int) -> bool:
        table = tables.workspaces
        counted = self._update(table).where(table.c.last_decision == after).values(last_decision=max(last, after))
        return self._session.run(counted).rowcount == 1

    def hold_decision_numbers(self) -> None:
        # It lets others refer to the workspace meanwhile.
        self._session.run(self._select(tables.workspaces, tables.workspaces.c.name).with_for_update(key_share=True))


class SqlPeople(Repository):
    def find(self, person: UserId) -> Person | None:
        return self._find(tables.people, _person, id=person)

    def get_many(self, people: Iterable[UserId]) -> dict[UserId, Person]:
        wanted = sorted(set(people))
        if not wanted:
            return {}
        found = self._all(self._select(tables.people).where(tables.people.c.id.in_(wanted)), _person)
        return {person.id: person for person in found}

    def names(self) -> dict[UserId, str]:
        table = tables.people
        found = self._session.run(self._select(table, table.c.id, table.c.name))
        return {row.id: row.name for row in found}

    def save(self, person: Person) -> None:
        self._upsert(tables.people, row_of(person))


class SqlAudit(Repository):
    def add(
        self, *, by: UserId, action: str, at: datetime, subject: str | None = None, detail: dict[str, Any] | None = None
    ) -> None:
        row = {"id": new_id(at), "by": by, "action": action, "at": at, "subject": subject, "detail": detail or {}}
        self._insert(tables.audit, row)
