"""Rights and limits are kept as they were given, in each workspace alone, on both engines."""

import threading
from decimal import Decimal

from bot.domain.rights import Approver, ApproverKind, DecisionRight, Limits, Party, Tier, default_limits
from storage.store import SqlStore
from tests.support import a_workspace

VENDORS = DecisionRight(
    "T1", "Vendors", 2, "U2", Party(("U3",), ("S1",)), Party(("U4",)), Party((), ("S2",)), Decimal("2000.50"), 90
)
ROADMAP = DecisionRight("T1", "Roadmap", 1)


def test_rights_come_back_whole_and_in_their_order(any_store: SqlStore):
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        uow.rights.save(VENDORS)
        uow.rights.save(ROADMAP)
        uow.commit()
    with any_store.read("T1") as uow:
        assert uow.rights.all() == [ROADMAP, VENDORS]


def test_saving_an_area_again_replaces_it_and_removing_it_leaves_the_others(any_store: SqlStore):
    a_workspace(any_store)
    with any_store.begin("T1") as uow:
        uow.rights.save(VENDORS)
        uow.rights.save(ROADMAP)
        uow.rights.save(DecisionRight("T1", "Vendors", 2, "U9"))
        uow.rights.remove("Roadmap")
        uow.rights.remove("No such area")
        uow.commit()
    with any_store.read("T1") as uow:
        assert uow.rights.all() == [DecisionRight("T1", "Vendors", 2, "U9")]


def test_limits_come_back_whole_are_replaced_and_dropped(any_store: SqlStore):
    a_workspace(any_store)
    one = Limits("T1", "USD", (Tier(Decimal("9.99"), ()), Tier(None, (Approver(ApproverKind.GROUP, "S1"),))))
    with any_store.begin("T1") as uow:
        assert uow.rights.limits() is None
        uow.rights.save_limits(default_limits("T1"))
        uow.rights.save_limits(one)
        assert uow.rights.limits() == one
        uow.commit()
    with any_store.begin("T1") as uow:
        uow.rights.drop_limits()
        uow.commit()
    with any_store.read("T1") as uow:
        assert uow.rights.limits() is None


def test_another_workspace_sees_and_changes_none_of_it(any_store: SqlStore):
    a_workspace(any_store)
    a_workspace(any_store, workspace_id="T2")
    with any_store.begin("T1") as uow:
        uow.rights.save(VENDORS)
        uow.rights.save_limits(default_limits("T1"))
        uow.commit()
    with any_store.begin("T2") as uow:
        assert uow.rights.all() == []
        assert uow.rights.limits() is None
        uow.rights.remove("Vendors")
        uow.rights.drop_limits()
        uow.commit()
    with any_store.read("T1") as uow:
        assert uow.rights.all() == [VENDORS]
        assert uow.rights.limits() == default_limits("T1")


def test_whoever_holds_them_is_alone_until_commit(any_store: SqlStore):
    a_workspace(any_store)
    order: list[str] = []
    waits = threading.Event()

    def second() -> None:
        waits.set()
        with any_store.begin("T1") as uow:
            uow.rights.hold()
            order.append(f"second sees {len(uow.rights.all())}")

    other = threading.Thread(target=second)
    with any_store.begin("T1") as uow:
        uow.rights.hold()
        other.start()
        waits.wait(30)
        uow.rights.save(VENDORS)
        order.append("first")
        uow.commit()
    other.join(60)
    assert order == ["first", "second sees 1"]
