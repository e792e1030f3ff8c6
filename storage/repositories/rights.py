"""Who decides, and whose word a proposal waits for."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.errors import NotFound
from bot.domain.rights import DecisionRight, Limits
from storage import tables
from storage.unit import Repository, builder, row_of

OPEN = (ApprovalStatus.OBJECTED, ApprovalStatus.WAITING)

_right = builder(DecisionRight)
_limits = builder(Limits)
_approval = builder(Approval)


class SqlRights(Repository):
    def all(self) -> list[DecisionRight]:
        table = tables.rights
        return self._all(self._select(table).order_by(table.c.position, table.c.area), _right)

    def hold(self) -> None:
        # The workspace's own row stands for them: there may be no right to lock yet.
        self._session.run(self._select(tables.workspaces, tables.workspaces.c.name).with_for_update(key_share=True))

    def save(self, right: DecisionRight) -> None:
        self._upsert(tables.rights, row_of(right))

    def remove(self, area: str) -> None:
        self._session.run(self._delete(tables.rights).where(tables.rights.c.area == area))

    def limits(self) -> Limits | None:
        row = self._one(self._select(tables.limits))
        return _limits(row) if row is not None else None

    def save_limits(self, limits: Limits) -> None:
        self._upsert(tables.limits, row_of(limits))

    def drop_limits(self) -> None:
        self._session.run(self._delete(tables.limits))


class SqlApprovals(Repository):
    def add(self, approval: Approval) -> None:
        self._insert(tables.approvals, row_of(approval))

    def save(self, approval: Approval) -> None:
        self._replace(tables.approvals, row_of(approval))

    def get(self, approval_id: str, *, lock: bool = False) -> Approval:
        one = self._select(tables.approvals).where(tables.approvals.c.id == approval_id)
        row = self._one(one.with_for_update() if lock else one)
        if row is None:
            raise NotFound("I don't know that approval any more.")
        return _approval(row)

    def of(self, number: int, *, lock: bool = False) -> list[Approval]:
        table = tables.approvals
        wanted = self._select(table).where(table.c.number == number).order_by(table.c.created_at, table.c.id)
        return self._all(wanted.with_for_update() if lock else wanted, _approval)

    def of_many(self, numbers: Iterable[int]) -> dict[int, list[Approval]]:
        table = tables.approvals
        wanted = self._select(table).where(table.c.number.in_(sorted(set(numbers))))
        found: dict[int, list[Approval]] = {}
        for approval in self._all(wanted.order_by(table.c.created_at, table.c.id), _approval):
            found.setdefault(approval.number, []).append(approval)
        return found

    def waiting(self) -> list[Approval]:
        table = tables.approvals
        wanted = self._select(table).where(table.c.status.in_(OPEN))
        return self._all(wanted.order_by(table.c.created_at, table.c.id), _approval)

    def answered_since(self, since: datetime) -> list[Approval]:
        table = tables.approvals
        wanted = self._select(table).where(table.c.status == ApprovalStatus.APPROVED, table.c.answered_at >= since)
        return self._all(wanted.order_by(table.c.answered_at, table.c.id), _approval)
