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

from bot.domain.decisions import (
    ACTIVE,
    STANDING,
    Decision,
    DecisionEventKind,
    DecisionStatus,
    Detail,
    Draft,
    changes,
)
from bot.domain.errors import BackbeatError, Conflict, InvalidInput, NotAllowed
from bot.domain.hours import today_for
from bot.domain.revisits import MOST_SNOOZES, snoozes
from bot.domain.rights import DecisionRight
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Viewer
from bot.usecases import decisions
from bot.usecases.approvals import answering
from storage.store import open_store
from tests.support import FakeClock, FakeDirectory, Surroundings, a_person, services_on

ALL = Viewer.system()
S = DecisionStatus
ENDED = {S.AMENDED, S.SUPERSEDED, S.REVERSED}
LEGAL = {
    S.PROPOSED: {S.PROPOSED, S.DECIDED, S.AMENDED, S.SUPERSEDED, S.REJECTED, S.WITHDRAWN},
    S.DECIDED: {S.DECIDED, S.HELD, S.EXPIRED, S.WITHDRAWN} | ENDED,
    S.HELD: {S.HELD, S.EXPIRED, S.WITHDRAWN} | ENDED,
    S.EXPIRED: {S.EXPIRED, S.HELD} | ENDED,
    # what had taken its place may be withdrawn, and then it stands again
    S.AMENDED: {S.AMENDED, *ACTIVE},
    S.SUPERSEDED: {S.SUPERSEDED, *ACTIVE},
    S.REVERSED: {S.REVERSED},
    S.REJECTED: {S.REJECTED},
    S.WITHDRAWN: {S.WITHDRAWN},
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
        with self.store.begin("T1") as uow:
            uow.rights.save(DecisionRight("T1", "Architecture", 0, decides="U1"))
            uow.rights.save(DecisionRight("T1", "Vendors", 1, decides="U2"))
            uow.commit()
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

    def a_draft(
        self,
        who: int,
        status: DecisionStatus = DecisionStatus.DECIDED,
        title: str = "Use Postgres",
        *,
        risk: int | None = None,
        area: str | None = None,
    ) -> Draft:
        """`risk`: it accepts one for about so many days. `area`: one of them decides about each."""
        accepted = Detail(area=area)
        if risk is not None:
            accepted = Detail(
                area=area, accepted_by=self.people[who].id, risk_until=self.later(risk), controls="A VLAN"
            )
        return Draft.checked(
            detail=accepted,
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
        except (Conflict, NotAllowed, InvalidInput):
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
    risk = st.one_of(st.none(), st.integers(0, 30))
    area = st.sampled_from([None, None, "Architecture", "Vendors"])

    def numbered(self, pick: int) -> int:
        self.touched = 1 + pick % len(self.seen)
        return self.touched

    @rule(who=who, owner=who, proposed=st.booleans(), risk=risk, area=area)
    def log_one(self, who: int, owner: int, proposed: bool, risk: int | None, area: str | None) -> None:
        status = DecisionStatus.PROPOSED if proposed else DecisionStatus.DECIDED
        draft = self.a_draft(owner, status, risk=risk, area=area)
        made = decisions.log(self.services, self.people[who], draft, key=self.a_key())
        assert made.number == len(self.seen) + 1
        self.seen[made.number] = made.status

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick, amends=st.booleans(), owner=who, risk=risk, area=area)
    def replace_one(  # noqa: PLR0917 - what a replacement is made of
        self, who: int, pick: int, amends: bool, owner: int, risk: int | None, area: str | None
    ) -> None:
        change = decisions.amend if amends else decisions.supersede
        self.attempt(change, who, self.numbered(pick), self.a_draft(owner, title="Use Kafka", risk=risk, area=area))

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick, days=days)
    def keep_one(self, who: int, pick: int, days: int) -> None:
        self.attempt(decisions.keep, who, self.numbered(pick), self.later(days), "It works")

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick)
    def put_one_off(self, who: int, pick: int) -> None:
        self.attempt(decisions.postpone, who, self.numbered(pick))

    @precondition(lambda self: self.seen)
    @rule(who=who, pick=pick, agrees=st.booleans())
    def give_a_word(self, who: int, pick: int, agrees: bool) -> None:
        number = self.numbered(pick)
        with self.store.read("T1") as uow:
            asked = [each.id for each in uow.approvals.of(number)]
        for approval in asked[-1:]:
            with contextlib.suppress(Conflict, NotAllowed):
                if agrees:
                    answering.approve(self.services, self.people[who], approval, key=self.a_key())
                else:
                    answering.object_to(self.services, self.people[who], approval, "It is dear", key=self.a_key())

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
    @rule(who=who, pick=pick, owner=who, title=st.sampled_from(["Use Postgres", "Use Redis"]), risk=risk, area=area)
    def edit_one(  # noqa: PLR0917 - what an edit is made of
        self, who: int, pick: int, owner: int, title: str, risk: int | None, area: str | None
    ) -> None:
        self.attempt(decisions.edit, who, self.numbered(pick), self.a_draft(owner, title=title, risk=risk, area=area))

    @rule(minutes=st.integers(1, 60 * 24 * 40))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(timedelta(minutes=minutes))
        with self.store.read("T1") as uow:
            planned = uow.schedules.upcoming(limit=1000)
        for each in planned:
            if each.kind is ScheduleKind.EXPIRY and each.next_at is not None and each.next_at <= self.clock.now():
                decisions.expire_due(self.services, each, self.clock.now())
                decisions.expire_due(self.services, each, self.clock.now())  # claimed twice, done once
        for decision in self.log():
            owner = next(each for each in self.people if each.id == decision.owner_id)
            ends = decision.detail.risk_until
            if decision.status in STANDING and ends is not None:
                assert today_for(owner, self.clock.now()) <= ends, f"{decision.ref} accepts a risk beyond {ends}"

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
            if each.status in {S.DECIDED, S.HELD, S.EXPIRED}:
                assert each.decided_by is not None
            if each.status is S.EXPIRED:
                assert each.detail.risk_until is not None
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
            if each.supersedes is not None and each.decided_by is not None and each.status is not S.WITHDRAWN:
                assert log[each.supersedes].superseded_by == each.number

    @invariant()
    def history_replays_to_the_present_state(self) -> None:
        for each in {self.touched} & self.seen.keys():
            self.must_replay(self.get(each))

    def must_replay(self, each: Decision) -> None:
        events = decisions.story(self.services, ALL, each.number, workspace="T1").history
        assert events[0].kind is DecisionEventKind.LOGGED
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert snoozes(events) <= MOST_SNOOZES
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
