"""What the tests of approvals share: a team with a decider, a deputy, an outsider, and what each of them is shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from bot.domain.approvals import Approval, standing
from bot.domain.decisions import Decision, DecisionEventKind, Detail, Draft, Source
from bot.domain.messages import ApprovalRequest, DecisionCard, Message
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.rights import Approver, ApproverKind, DecisionRight, Limits, default_limits
from bot.domain.workspaces import Person, Role, Viewer
from bot.usecases import decisions
from bot.usecases.approvals import answering, asking, requests
from bot.usecases.services import Services
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

DANA = a_person("U1")  # the CTO; Lisbon, Thursday 09:10
SAM = a_person("U2", name="Sam")
PRIYA = a_person("U3", name="Priya", zone="Asia/Kolkata")  # the deputy; 14:40
KENJI = a_person("U4", name="Kenji", zone="Asia/Tokyo")  # 18:10: his day is over
GUEST = a_person("U5", name="Gus", is_guest=True)
STRANGER = a_person("U6", name="Stella", team_id="T2")
PEOPLE = (DANA, SAM, PRIYA, KENJI, GUEST, STRANGER)
SYSTEM = Viewer.system()
VENDORS = Detail(area="Vendors")
M = TypeVar("M", bound=Message)


def a_draft(title: str = "Use Datadog", *, detail: Detail = VENDORS, **extra: object) -> Draft:
    said = {"why": "Our own graphs cost us a day a week", "owner_id": "U3", "revisit_on": date(2027, 1, 27)} | extra
    return Draft(title, detail=detail, **said)  # type: ignore[arg-type]


@dataclass
class House:
    """Sam decides about vendors, unless a test says otherwise."""

    around: Surroundings
    keys: int = 0

    @property
    def services(self) -> Services:
        return self.around.services

    # --- doing ---

    def right(self, area: str = "Vendors", **extra: object) -> None:
        with self.services.store.begin("T1") as uow:
            uow.rights.save(DecisionRight("T1", area, 0, **extra))  # type: ignore[arg-type]
            uow.commit()

    def limits(self, limits: Limits | None = None) -> None:
        with self.services.store.begin("T1") as uow:
            uow.rights.save_limits(limits or default_limits("T1"))
            uow.commit()

    def log(self, who: Person = PRIYA, draft: Draft | None = None, **extra: object) -> Decision:
        given = {"source": Source("C1")} | extra
        return decisions.log(self.services, who, draft or a_draft(), key=self.key(), **given)  # type: ignore[arg-type]

    def propose(self, who: Person = PRIYA, draft: Draft | None = None, **extra: object) -> Decision:
        """Logged, and put to whom it needs."""
        made = self.log(who, draft, **extra)
        self.work()
        return made

    def work(self) -> None:
        """The jobs of asking and telling, as the worker runs them."""
        run: dict[str, Callable] = {asking.ASK: requests.ask_people, asking.TELL: requests.tell_people}
        at = self.around.clock.now()
        for workspace, job_id in self.services.store.queue().due_jobs(at=at, limit=100):
            with self.services.store.begin(workspace) as uow:
                job = uow.jobs.claim(job_id, at=at)
            if job is None or job.kind not in run:
                continue
            run[job.kind](self.services, replace(job, attempts=requests.PATIENCE))
            with self.services.store.begin(workspace) as uow:
                uow.jobs.save(replace(job, next_at=None))
                uow.commit()

    def approve(self, who: Person, number: int = 1, whose: Approver | None = None) -> Decision:
        return answering.approve(self.services, who, self.waiting(number, whose).id, key=self.key())

    def object_to(self, who: Person, why: str = "No exit clause", number: int = 1) -> Decision:
        return answering.object_to(self.services, who, self.waiting(number).id, why, key=self.key())

    def edit(self, who: Person, draft: Draft, number: int = 1) -> Decision:
        return decisions.edit(self.services, who, number, draft, key=self.key(), viewer=SYSTEM)

    def accept(self, who: Person, number: int = 1) -> Decision:
        return decisions.accept(self.services, who, number, key=self.key(), viewer=SYSTEM)

    def key(self) -> str:
        self.keys += 1
        return f"key:{self.keys}"

    def deliver(self) -> None:
        """What is due is sent, and has its place in Slack."""
        at = self.around.clock.now()
        for workspace, row_id in self.services.store.queue().due_outbox(at=at, limit=500):
            with self.services.store.begin(workspace) as uow:
                row = uow.outbox.get(row_id)
                where = row.destination.conversation or f"D{row.destination.person}"
                sent = replace(row, status=OutboxStatus.SENT, conversation=where, ts=f"{row.id}.1", sent_at=at)
                uow.outbox.save(sent)
                uow.commit()

    # --- looking ---

    def get(self, number: int = 1) -> Decision:
        return decisions.get(self.services, SYSTEM, number, workspace="T1")

    def approvals(self, number: int = 1) -> list[Approval]:
        with self.services.store.read("T1") as uow:
            return standing(uow.approvals.of(number))

    def waiting(self, number: int = 1, whose: Approver | None = None) -> Approval:
        """The one that is open; that of `whose`, where there are several."""
        return next(each for each in self.approvals(number) if each.is_open and whose in {None, each.approver})

    def kinds(self, number: int = 1) -> list[DecisionEventKind]:
        return [each.kind for each in decisions.story(self.services, SYSTEM, number, workspace="T1").history]

    def whys(self, kind: DecisionEventKind, number: int = 1) -> list[str | None]:
        history = decisions.story(self.services, SYSTEM, number, workspace="T1").history
        return [each.why for each in history if each.kind is kind]

    def sent(self, kind: type[M], person: str | None = None) -> list[M]:
        """What was said, or is on its way, with each changed message as it is now; to `person` by DM."""
        return [now for row, now in self._rows() if isinstance(now, kind) and person in {None, row.destination.person}]

    def rows(self, kind: type[Message], person: str | None = None) -> list[OutboxMessage]:
        return [row for row, now in self._rows() if isinstance(now, kind) and person in {None, row.destination.person}]

    def asked(self, number: int = 1) -> list[str]:
        """Who has a request for it that can be answered."""
        found = [each for each in self.sent(ApprovalRequest) if each.decision.number == number]
        return sorted(each.person_id for each in found if each.state in {"asked", "objected"})

    def card(self, number: int = 1) -> DecisionCard:
        return [each for each in self.sent(DecisionCard) if each.decision.number == number][-1]

    def _rows(self) -> list[tuple[OutboxMessage, Message]]:
        """Every post in its order, and how it reads now."""
        with self.services.store.read("T1") as uow:
            every = [*reversed(uow.outbox.stuck(frozenset(OutboxStatus) - {OutboxStatus.DROPPED}, limit=1000))]
        changed = {each.after_id: each.message for each in every if each.operation is Operation.UPDATE}
        return [(each, changed.get(each.id, each.message)) for each in every if each.operation is Operation.POST]


def a_house(store: SqlStore) -> House:
    house = House(services_on(store, *PEOPLE))
    with house.services.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U1"])
        uow.workspaces.set_role(Role.DEPUTY, ["U3"])
        uow.commit()
    house.right(decides="U2")
    return house


def person(who: Person) -> Approver:
    return Approver(ApproverKind.PERSON, who.id)


def costing(cost: int, area: str | None = None) -> Detail:
    return Detail(area=area, cost=Decimal(cost), currency="EUR")
