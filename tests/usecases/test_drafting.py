"""A draft from a thread: asked once, worked on safely, seen by its asker alone, and no decision before they log it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.decisions import Source
from bot.domain.drafts import DecisionDraft, Drafted, DraftedField, DraftStatus
from bot.domain.errors import BackbeatError, Conflict, ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.messages import DraftShown
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.updates import ThreadMessage
from bot.domain.workspaces import Person, Viewer
from bot.usecases import decisions
from bot.usecases.ports import Job
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

DANA, PRIYA = a_person("U1", name="Dana"), a_person("U2", name="Priya")
OTTO = a_person("U4", name="Otto", team_id="T2")
ROOT, LAST = "1000.0001", "1000.0002"
THREAD = [
    ThreadMessage(ROOT, "U2", "Priya", "Kafka or Postgres?", "https://t.test/1"),
    ThreadMessage(LAST, "U1", "Dana", "Postgres, we run it already", "https://t.test/2"),
]
MADE = Drafted(
    (DraftedField("title", "Use Postgres", (2,)), DraftedField("why", "We run it already", (2,))),
    read=2,
    total=2,
    files_not_read=0,
    sent_to="api.example.com",
    model="m",
    links=("", "https://t.test/2"),
)


@dataclass
class FakeDrafter:
    """Gives `answers` in turn, raising those that are errors, and remembers what it was shown."""

    answers: list[Drafted | Exception] = field(default_factory=list)
    shown: list[list[str]] = field(default_factory=list)
    host: str = "api.example.com"

    def draft(self, messages: Sequence[ThreadMessage], *, total: int) -> Drafted:
        self.shown.append([message.text for message in messages])
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class House:
    around: Surroundings
    drafter: FakeDrafter

    def ask(self, *, key: str = "t:1", person: Person = DANA, where: str = "C1") -> None:
        source = Source(where, LAST, ROOT, author_id="U1")
        decisions.ask_draft(self.around.services, person, source, key=key)

    def job(self) -> Job:
        store, now = self.around.services.store, self.around.clock.now()
        (_, job_id), *_rest = reversed(store.queue().due_jobs(at=now, limit=10))
        with store.read("T1") as uow:
            job = uow.jobs.claim(job_id, at=now)
        assert job is not None
        return job

    def work(self) -> DecisionDraft:
        job = self.job()
        decisions.draft_job(self.around.services, job)
        return self.draft(job.subject_id)

    def draft(self, draft_id: str) -> DecisionDraft:
        with self.around.services.store.read("T1") as uow:
            return uow.drafts.get(draft_id, Viewer.system())

    def rows(self) -> list[OutboxMessage]:
        with self.around.services.store.read("T1") as uow:
            return sorted(uow.outbox.stuck(frozenset(OutboxStatus), limit=100), key=lambda row: row.id)

    def shown(self) -> DraftShown:
        """What the asker's DM shows in the end."""
        message = self.rows()[-1].message
        assert isinstance(message, DraftShown)
        return message


def a_house(store: SqlStore, *answers: Drafted | Exception) -> House:
    drafter = FakeDrafter(list(answers))
    around = services_on(store, DANA, PRIYA, OTTO)
    around.services = replace(around.services, drafter=drafter)
    around.directory.threads = {(place, ROOT): THREAD for place in ("C1", "G1")}
    return House(around, drafter)


def test_the_asker_is_told_by_dm_at_once_and_then_shown_the_draft(store: SqlStore) -> None:
    house = a_house(store, MADE)
    house.ask()
    assert (house.shown().state, house.rows()[0].destination.person) == ("asked", "U1")
    draft = house.work()
    assert (draft.status, draft.drafted, draft.sent_to) == (DraftStatus.READY, MADE, "api.example.com")
    assert (house.shown().state, house.shown().drafted) == ("ready", MADE)
    assert house.drafter.shown == [["Kafka or Postgres?", "Postgres, we run it already"]]


def test_no_decision_comes_of_it_by_itself(store: SqlStore) -> None:
    house = a_house(store, MADE)
    house.ask()
    house.work()
    assert decisions.latest(house.around.services, Viewer.system(), workspace="T1") == []


def test_a_redelivery_asks_once_and_a_second_run_of_the_job_changes_nothing(store: SqlStore) -> None:
    house = a_house(store, MADE)
    for _ in range(2):
        house.ask(key="t:1")
    job = house.job()
    decisions.draft_job(house.around.services, job)
    before = house.rows()
    decisions.draft_job(house.around.services, job)
    decisions.leave_undrafted(house.around.services, job, "Too late.")
    assert house.rows() == before
    assert len(house.drafter.shown) == 1


def test_a_draft_is_its_askers_alone(store: SqlStore) -> None:
    house = a_house(store, MADE)
    house.ask()
    draft = house.work()
    assert decisions.drafted(house.around.services, DANA, draft.id)[1] == MADE
    for attempt in (
        lambda: decisions.drafted(house.around.services, PRIYA, draft.id),
        lambda: decisions.source_of(house.around.services, PRIYA, draft.id),
        lambda: decisions.discard_draft(house.around.services, PRIYA, draft.id, key="x"),
        lambda: decisions.try_again(house.around.services, PRIYA, draft.id, key="y"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert house.draft(draft.id) == draft


def test_a_private_thread_is_drafted_for_its_members_alone(store: SqlStore) -> None:
    house = a_house(store, MADE)
    with pytest.raises(NotAllowed):
        house.ask(person=PRIYA, where="G1")
    house.ask(where="G1")
    house.around.directory.membership["G1"] = frozenset()  # Dana left before it was read
    with pytest.raises(ExternalFailure, match="aren't both in that conversation"):
        decisions.draft_job(house.around.services, house.job())
    assert house.drafter.shown == []


def test_who_left_since_opens_no_window_with_it(store: SqlStore) -> None:
    house = a_house(store, MADE)
    house.ask(where="G1")
    draft = house.work()
    house.around.directory.membership["G1"] = frozenset()
    with pytest.raises(NotAllowed):
        decisions.drafted(house.around.services, DANA, draft.id)


def test_a_failure_says_why_and_where_the_words_went_and_can_be_tried_again(store: SqlStore) -> None:
    refused = ExternalFailure("The model refused.", permanent=True, code="model_unusable", maybe_done=True)
    house = a_house(store, refused, MADE)
    house.ask()
    job = house.job()
    with pytest.raises(ExternalFailure):
        decisions.draft_job(house.around.services, job)
    decisions.leave_undrafted(house.around.services, job, "The model refused.")
    assert (house.shown().state, house.shown().reason) == ("failed", "The model refused.")
    assert house.shown().sent_to == "api.example.com"
    with pytest.raises(Conflict, match="There is no draft"):
        decisions.drafted(house.around.services, DANA, job.subject_id)
    for _ in range(2):
        decisions.try_again(house.around.services, DANA, job.subject_id, key="t:2")
    assert house.shown().state == "asked"
    assert house.work().drafted == MADE


def test_where_nothing_left_no_host_is_named(store: SqlStore) -> None:
    house = a_house(store, ExternalFailure("No.", permanent=False, code="model_unreachable", maybe_done=False))
    house.ask()
    job = house.job()
    with pytest.raises(ExternalFailure):
        decisions.draft_job(house.around.services, job)
    decisions.leave_undrafted(house.around.services, job, "The model can't be reached just now.")
    assert house.shown().sent_to is None


def test_what_is_discarded_is_gone(store: SqlStore) -> None:
    house = a_house(store, MADE)
    house.ask()
    with pytest.raises(Conflict, match="still reading"):
        decisions.discard_draft(house.around.services, DANA, house.job().subject_id, key="d:0")
    draft = house.work()
    for _ in range(2):
        decisions.discard_draft(house.around.services, DANA, draft.id, key="d:1")
    assert (house.shown().state, house.shown().drafted) == ("discarded", None)
    assert house.draft(draft.id).drafted is None


def test_a_thread_that_backbeat_cannot_read_says_how_to_invite_it(store: SqlStore) -> None:
    house = a_house(store, MADE)
    house.ask()
    not_in = ExternalFailure("not in", permanent=True, code="not_in_channel")

    def refuse(*_: object, **__: object) -> None:
        raise not_in

    house.around.directory.thread = refuse  # type: ignore[assignment,method-assign]
    with pytest.raises(ExternalFailure, match="/invite @Backbeat"):
        decisions.draft_job(house.around.services, house.job())


@pytest.mark.parametrize(
    ("source", "error"),
    [(Source("C1"), InvalidInput), (Source(None, LAST, ROOT), InvalidInput), (Source("C9", LAST), NotAllowed)],
    ids=["no message", "no place", "a place that they don't share"],
)
def test_what_is_no_thread_is_refused_with_words(store: SqlStore, source: Source, error: type[BackbeatError]) -> None:
    house = a_house(store, MADE)
    with pytest.raises(error):
        decisions.ask_draft(house.around.services, DANA, source, key="t:1")
    assert house.rows() == []


def test_without_a_model_it_is_said_so(store: SqlStore) -> None:
    around = services_on(store, DANA)
    with pytest.raises(Conflict, match="No model is set up"):
        decisions.ask_draft(around.services, DANA, Source("C1", LAST, ROOT), key="t:1")
