"""The life of decisions, walked at random through the use cases: no illegal state, and history that tells all of it."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.domain.decisions import ACTIVE, Decision, DecisionEventKind, DecisionStatus, Draft, changes
from bot.domain.errors import BackbeatError, Conflict, NotAllowed
from bot.domain.workspaces import Viewer
from bot.usecases import decisions
from storage.store import open_store
from tests.support import FakeClock, FakeDirectory, Surroundings, a_person, services_on

ALL = Viewer.system()
LEGAL = {
    DecisionStatus.PROPOSED: set(DecisionStatus) - {DecisionStatus.REVERSED},
    DecisionStatus.DECIDED: set(DecisionStatus) - {DecisionStatus.PROPOSED, DecisionStatus.REJECTED},
    # what had taken its place may be withdrawn, and then it stands again
    DecisionStatus.AMENDED: {DecisionStatus.AMENDED, *ACTIVE},
    DecisionStatus.SUPERSEDED: {DecisionStatus.SUPERSEDED, *ACTIVE},
    DecisionStatus.REVERSED: {DecisionStatus.REVERSED},
    DecisionStatus.REJECTED: {DecisionStatus.REJECTED},
    DecisionStatus.WITHDRAWN: {DecisionStatus.WITHDRAWN},
}
STEPS = 100
WALKS = int(os.environ.get("LIFECYCLE_WALKS", "20"))  # 100 walks are 10,000 steps, and take a minute


class Lifecycle(RuleBasedStateMachine):
    """Two people do whatever the log offers, in any order, as time passes."""

    template: bytes

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        path = Path(self.folder.name) / "log.db"
        path.write_bytes(self.template)
        self.store = open_store(f"sqlite:///{path}")
        self.people = [a_person("U1", name="Dana"), a_person("U2", name="Sam", zone="America/New_York")]
        self.around: Surroundings = services_on(self.store, *self.people)
        self.services = self.around.services
        self.seen: dict[int, DecisionStatus] = {}
        self.keys = 0
        self.touched = 0

    def teardown(self) -> None:
        for number in self.seen:
            self.must_replay(self.get(number))
        self.store.close()
        self.folder.cleanup()

    @property
    def clock(self) -> FakeClock:
        return self.around.clock

    @property
    def directory(self) -> FakeDirectory:
        return self.around.directory

    def a_key(self) -> str:
        self.keys += 1
        return f"key:{self.keys}"

    def later(self, days: int) -> date:
        return self.clock.now().date() + timedelta(days=days + 2)  # a day after today in every zone

    def a_draft(self, who: int, status: DecisionStatus = DecisionStatus.DECIDED, title: str = "Use Postgres") -> Draft:
        return Draft.checked(
            title=title,
            why="We run it already",
            owner_id=self.people[who].id,
            revisit_on=self.later(90),
            today=self.clock.now().date(),
            status=status,
        )

    def attempt(self, change: Callable[..., Any], who: int, number: int, *args: Any) -> None:
        """Do it, and once more under the same key: the second time changes nothing. A refusal changes nothing."""
        key, person = self.a_key(), self.people[who]
        before = self.get(number)
        try:
            change(self.services, person, number, *args, key=key, viewer=ALL)
        except (Conflict, NotAllowed):
            assert self.get(number) == before
            return
        after, count = self.get(number), len(self.log())
        with contextlib.suppress(BackbeatError):
            change(self.services, person, number, *args, key=key, viewer=ALL)
        assert self.get(number) == after
        assert len(self.log()) == count

    def get(self, number: int) -> Decision:
        return decisions.get(self.services, ALL, number, workspace="T1")

    def log(self) -> list[Decision]:
        with self.store.read("T1") as uow:
            return uow.decisions.latest(ALL, limit=1000, statuses=frozenset(DecisionStatus))

    # --- what people do ---------------------------------------------------------------------------------------------

    who = st.integers(0, 1)
    pick = st.integers(0, 10**6)
    days = st.integers(0, 200)

    def numbered(self, pick: int) -> int:
        self.touched = 1 + pick % len(self.seen)
        return self.touched

    @rule(who=who, owner=who, proposed=st.booleans())
    def log_one(self, who: int, owner: int, proposed: bool) -> None:
        status = DecisionStatus.PROPOSED if proposed else DecisionStatus.DECIDED
        made = decisions.log(self.services, self.people[who], self.a_draft(owner, status), key=self.a_key())
        assert made.number == len(self.seen) + 1
        self.seen[made.number] = made.status

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick, amends=st.booleans(), owner=who)
    def replace_one(self, who: int, pick: int, amends: bool, owner: int) -> None:
        change = decisions.amend if amends else decisions.supersede
        self.attempt(change, who, self.numbered(pick), self.a_draft(owner, title="Use Kafka"))

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick, days=days)
    def keep_one(self, who: int, pick: int, days: int) -> None:
        self.attempt(decisions.keep, who, self.numbered(pick), self.later(days), "It works")

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick, days=days)
    def postpone_one(self, who: int, pick: int, days: int) -> None:
        self.attempt(decisions.postpone, who, self.numbered(pick), self.later(days))

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick)
    def reverse_one(self, who: int, pick: int) -> None:
        self.attempt(decisions.reverse, who, self.numbered(pick), "It did not work")

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick)
    def reject_one(self, who: int, pick: int) -> None:
        self.attempt(decisions.reject, who, self.numbered(pick), "It costs too much")

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick)
    def accept_one(self, who: int, pick: int) -> None:
        self.attempt(decisions.accept, who, self.numbered(pick))

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick)
    def undo_one(self, who: int, pick: int) -> None:
        self.attempt(decisions.withdraw, who, self.numbered(pick))

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick, owner=who, title=st.sampled_from(["Use Postgres", "Use Redis"]))
    def edit_one(self, who: int, pick: int, owner: int, title: str) -> None:
        self.attempt(decisions.edit, who, self.numbered(pick), self.a_draft(owner, title=title))

    @rule(minutes=st.integers(1, 60 * 24 * 40))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(timedelta(minutes=minutes))

    # --- what holds whatever they did -------------------------------------------------------------------------------

    @invariant()
    def numbers_have_no_gap_and_no_double(self) -> None:
        numbers = [each.number for each in self.log()]
        assert numbers == list(range(len(numbers), 0, -1))

    @invariant()
    def every_state_follows_legally_from_the_last(self) -> None:
        for each in self.log():
            before = self.seen.get(each.number, each.status)
            assert each.status in LEGAL[before], f"{each.ref}: {before} to {each.status}"
            self.seen[each.number] = each.status
            assert (each.superseded_by is not None) == (
                each.status in {DecisionStatus.AMENDED, DecisionStatus.SUPERSEDED}
            )
            assert (each.decided_by is None) == (each.decided_on is None)
            if each.status is DecisionStatus.DECIDED:
                assert each.decided_by is not None
            if each.status is DecisionStatus.REJECTED:
                assert each.decided_by is None
            if each.status not in ACTIVE:
                assert each.revisit_on is None

    @invariant()
    def what_replaces_and_what_is_replaced_name_each_other(self) -> None:
        log = {each.number: each for each in self.log()}
        for each in log.values():
            if each.superseded_by is not None:
                assert log[each.superseded_by].supersedes == each.number
            if each.supersedes is not None and each.status is not DecisionStatus.WITHDRAWN:
                assert log[each.supersedes].superseded_by == each.number

    @invariant()
    def history_replays_to_the_present_state(self) -> None:
        for each in {self.touched} & self.seen.keys():
            self.must_replay(self.get(each))

    def must_replay(self, each: Decision) -> None:
        events = decisions.story(self.services, ALL, each.number, workspace="T1").history
        assert events[0].kind is DecisionEventKind.LOGGED
        assert [event.at for event in events] == sorted(event.at for event in events)
        told: dict[str, str | None] = {}
        for event in events:
            for name, (old, new) in event.changes.items():
                assert told.get(name, old) == old, f"{each.ref}.{name}: a change that no event tells of"
                told[name] = new
        present = changes(nothing_like(each), each)
        for name, value in told.items():
            assert present.get(name, [None, None])[1] == value, f"{each.ref}.{name}"


def nothing_like(decision: Decision) -> Decision:
    """A decision that differs from `decision` in every recorded field that is set, so that `changes` names them all."""
    return Decision(
        decision.workspace_id, decision.number, "-", "-", "-", "-", DecisionStatus.WITHDRAWN
        if decision.status is not DecisionStatus.WITHDRAWN else DecisionStatus.PROPOSED,
        decision.created_at, decision.updated_at,
    )  # fmt: skip


@pytest.mark.timeout(240)
def test_however_people_use_the_log_no_state_is_illegal(sqlite_template: bytes) -> None:
    Lifecycle.template = sqlite_template
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
