"""Summarising a thread: asked once, worked on safely, seen by its asker alone, posted once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.errors import BackbeatError, Conflict, ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.messages import SummaryDraft, SummaryPost
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.updates import Point, Summary, ThreadMessage, Update, UpdateStatus
from bot.domain.workspaces import Viewer
from bot.usecases import updates
from bot.usecases.ports import ConversationInfo, Job
from storage.store import SqlStore
from tests.support import Surroundings, a_person, services_on

DANA, PRIYA = a_person("U1", name="Dana"), a_person("U2", name="Priya")
GWEN, OTTO = a_person("U3", name="Gwen", is_guest=True), a_person("U4", name="Otto", team_id="T2")
ROOT = "1000.0001"


def a_message(number: int, text: str, **extra: object) -> ThreadMessage:
    return ThreadMessage(f"1000.{number:04}", "U2", "Priya", text, f"https://t.test/{number}", **extra)  # type: ignore[arg-type]


THREAD = [
    a_message(1, "Kafka or Postgres?"),
    a_message(2, "We decided on Postgres", files=2),
    a_message(3, "I'll write the plan by Friday"),
]


@dataclass
class FakeSummariser:
    """Gives `answers` in turn, raising those that are errors, and remembers what it was shown."""

    answers: list[Summary | Exception] = field(default_factory=list)
    shown: list[list[str]] = field(default_factory=list)
    host: str = "api.example.com"

    def summarise(self, messages: Sequence[ThreadMessage], *, total: int) -> Summary:
        self.shown.append([message.text for message in messages])
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def by_model(**extra: object) -> Summary:
    decided = (Point("Use Postgres", (2,)),)
    base = Summary(decided, (), (), (), 3, 3, 2, sent_to="api.example.com", model="m")
    return replace(base, **extra)  # type: ignore[arg-type]


def a_failure(*, permanent: bool = False, maybe_done: bool = True, code: str = "model_http_500") -> ExternalFailure:
    return ExternalFailure("The model can't be reached.", permanent=permanent, code=code, maybe_done=maybe_done)


@dataclass
class House:
    around: Surroundings
    model: FakeSummariser | None

    def ask(self, *, key: str = "t:1", conversation: str = "C1", person: object = DANA) -> Update | None:
        return updates.ask(
            self.around.services,
            person,  # type: ignore[arg-type]
            conversation=conversation,
            thread_ts=ROOT,
            thread_author="U2",
            key=key,
        )

    def job(self) -> Job:
        """The job that is due now."""
        store, now = self.around.services.store, self.around.clock.now()
        (_, job_id), *_rest = reversed(store.queue().due_jobs(at=now, limit=10))
        with store.read("T1") as uow:
            job = uow.jobs.claim(job_id, at=now)
        assert job is not None
        return job

    def work(self) -> Update:
        job = self.job()
        updates.summarise_job(self.around.services, job)
        return self.update(job.subject_id)

    def update(self, update_id: str) -> Update:
        with self.around.services.store.read("T1") as uow:
            return uow.updates.get(update_id, Viewer.system())

    def a_draft(self) -> Update:
        self.ask()
        return self.work()

    def rows(self) -> list[OutboxMessage]:
        with self.around.services.store.read("T1") as uow:
            return sorted(uow.outbox.stuck(frozenset(OutboxStatus), limit=100), key=lambda row: row.id)

    def posts(self) -> list[OutboxMessage]:
        return [row for row in self.rows() if isinstance(row.message, SummaryPost)]

    def shown(self) -> SummaryDraft:
        """What the asker's DM shows in the end."""
        message = [row.message for row in self.rows() if isinstance(row.message, SummaryDraft)][-1]
        assert isinstance(message, SummaryDraft)
        return message


def a_house(store: SqlStore, *answers: Summary | Exception, model: bool = True) -> House:
    fake = FakeSummariser(list(answers)) if model else None
    around = services_on(store, DANA, PRIYA, GWEN, OTTO, summariser=fake)
    around.directory.threads = {(place, ROOT): THREAD for place in ("C1", "G1", "C2", "D7")}
    return House(around, fake)


# --- asking and working --------------------------------------------------------------------------------------------


def test_the_asker_is_told_by_dm_at_once(store: SqlStore) -> None:
    house = a_house(store, by_model())

    house.ask()

    (row,) = house.rows()
    assert row.destination.person == "U1"
    assert row.message == house.shown()
    assert (house.shown().state, house.shown().thread_author_name) == ("working", "Priya")
    assert house.around.nudge.count == 1


def test_a_redelivered_request_asks_once(store: SqlStore) -> None:
    house = a_house(store, by_model())

    assert house.ask(key="t:1") is not None
    assert house.ask(key="t:1") is None

    assert len(house.rows()) == 1
    assert len(store.queue().due_jobs(at=house.around.clock.now(), limit=10)) == 1


def test_the_summary_takes_the_place_of_the_waiting_draft(store: SqlStore) -> None:
    house = a_house(store, by_model())

    update = house.a_draft()

    assert update.status is UpdateStatus.READY
    assert update.summary == by_model()
    assert update.permalink == "https://t.test/1"
    assert update.links == ("", "https://t.test/2", "")
    first, second = house.rows()
    assert (second.operation, second.after_id) == (Operation.UPDATE, first.id)
    assert house.shown().state == "ready"
    assert house.model is not None
    assert house.model.shown == [[message.text for message in THREAD]]


def test_without_a_model_there_are_key_messages(store: SqlStore) -> None:
    house = a_house(store, model=False)

    summary = house.a_draft().summary

    assert summary is not None
    assert [point.cites for point in summary.key_messages] == [(1,), (2,), (3,)]
    assert (summary.sent_to, summary.note, summary.files_not_read) == (None, None, 2)


def test_backbeats_own_card_in_the_thread_is_no_key_message(store: SqlStore) -> None:
    house = a_house(store, model=False)
    card = replace(a_message(4, "D-1 · Postgres, decided by Friday?", is_bot=True), author_id="UBOT")
    house.around.directory.threads["C1", ROOT] = [*THREAD, card]

    summary = house.a_draft().summary

    assert summary is not None
    assert [point.cites for point in summary.key_messages] == [(1,), (2,), (3,)]
    assert summary.read == 4


def test_running_the_job_again_changes_nothing(store: SqlStore) -> None:
    house = a_house(store, by_model(), by_model(decided=()))
    house.ask()
    job = house.job()
    updates.summarise_job(house.around.services, job)
    before = house.rows()

    updates.summarise_job(house.around.services, job)
    updates.give_up_job(house.around.services, job, "Too late.")

    assert house.rows() == before
    assert house.model is not None
    assert len(house.model.shown) == 1


def test_two_workers_at_once_finish_it_once(store: SqlStore) -> None:
    house = a_house(store)
    house.ask()
    job = house.job()

    class Overtaken(FakeSummariser):
        def summarise(self, messages: Sequence[ThreadMessage], *, total: int) -> Summary:
            updates.summarise_job(replace(house.around.services, summariser=FakeSummariser([by_model()])), job)
            return by_model(decided=(Point("Use Kafka", (1,)),))

    updates.summarise_job(replace(house.around.services, summariser=Overtaken()), job)

    assert house.update(job.subject_id).summary == by_model()
    assert len(house.rows()) == 2


def test_where_the_words_go_is_on_record_before_they_leave(store: SqlStore) -> None:
    house = a_house(store)
    house.ask()
    job = house.job()
    noted: list[str | None] = []

    class Watching(FakeSummariser):
        def summarise(self, messages: Sequence[ThreadMessage], *, total: int) -> Summary:
            noted.append(house.update(job.subject_id).sent_to)
            return by_model()

    updates.summarise_job(replace(house.around.services, summariser=Watching()), job)

    assert noted == ["api.example.com"]


@pytest.mark.parametrize(("maybe_done", "sent_to"), [(True, "api.example.com"), (False, None)])
def test_after_the_last_try_there_are_key_messages_that_say_why(
    store: SqlStore, *, maybe_done: bool, sent_to: str | None
) -> None:
    house = a_house(store, a_failure(maybe_done=maybe_done))
    house.ask()
    job = house.job()
    with pytest.raises(ExternalFailure):
        updates.summarise_job(house.around.services, job)

    updates.give_up_job(house.around.services, job, "The model can't be reached.")

    summary = house.update(job.subject_id).summary
    assert summary is not None
    assert summary.key_messages
    assert (summary.note, summary.sent_to) == ("The model can't be reached.", sent_to)
    assert house.shown().state == "ready"


def give_up_on(house: House, code: str, conversation: str = "C2") -> Update:
    """The job fails for good where Backbeat can't read the thread."""
    house.ask(conversation=conversation)
    job = house.job()
    refused = ExternalFailure("I couldn't read that thread.", permanent=True, code=code)

    def refuse(*_: object, **__: object) -> tuple[list[ThreadMessage], int]:
        raise refused

    house.around.directory.thread = refuse  # type: ignore[method-assign]
    with pytest.raises(ExternalFailure):
        updates.summarise_job(house.around.services, job)
    updates.give_up_job(house.around.services, job, refused.words)
    del house.around.directory.thread
    return house.update(job.subject_id)


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found"])
def test_where_backbeat_is_not_in_the_channel_it_says_how_to_invite_it(store: SqlStore, code: str) -> None:
    update = give_up_on(a_house(store, by_model()), code)

    assert update.status is UpdateStatus.FAILED
    assert "<#C2>" in str(update.reason)
    assert "/invite @Backbeat" in str(update.reason)


def test_a_dm_between_people_cannot_be_read_and_no_invitation_helps(store: SqlStore) -> None:
    update = give_up_on(a_house(store, by_model()), "channel_not_found", "D7")

    assert "/invite" not in str(update.reason)


def test_any_other_reason_is_told_as_it_is(store: SqlStore) -> None:
    house = a_house(store, by_model())

    assert give_up_on(house, "missing_scope").reason == "I couldn't read that thread."
    assert house.shown().reason == "I couldn't read that thread."


def test_a_thread_that_is_gone_is_a_failure_for_good(store: SqlStore) -> None:
    house = a_house(store, by_model())
    house.around.directory.threads = {}
    house.ask()

    with pytest.raises(ExternalFailure) as caught:
        updates.summarise_job(house.around.services, house.job())

    assert caught.value.permanent


def test_who_left_a_private_conversation_meanwhile_gets_nothing_of_it(store: SqlStore) -> None:
    house = a_house(store, by_model())
    house.ask(conversation="G1")
    job = house.job()
    house.around.directory.membership["G1"] = frozenset()

    with pytest.raises(ExternalFailure) as caught:
        updates.summarise_job(house.around.services, job)
    updates.give_up_job(house.around.services, job, caught.value.words)

    assert caught.value.permanent
    assert house.model is not None
    assert house.model.shown == []  # nothing left the house
    assert (house.shown().state, house.shown().summary) == ("failed", None)
    assert "aren't both in that conversation" in str(house.shown().reason)


def test_after_an_invitation_it_is_tried_again(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = give_up_on(house, "not_in_channel")

    again = updates.try_again(house.around.services, DANA, update.id, key="t:2")
    same = updates.try_again(house.around.services, DANA, update.id, key="t:3")

    assert (again.status, same.status) == (UpdateStatus.ASKED, UpdateStatus.ASKED)
    assert house.around.directory.forgotten == ["U1"]
    assert house.shown().state == "working"
    assert house.work().status is UpdateStatus.READY
    assert updates.try_again(house.around.services, DANA, update.id, key="t:4").status is UpdateStatus.READY


def test_who_left_a_private_conversation_cannot_have_it_tried_again(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = give_up_on(house, "not_in_channel", "G1")
    house.around.directory.membership["G1"] = frozenset()

    with pytest.raises(NotAllowed):
        updates.try_again(house.around.services, DANA, update.id, key="t:2")


def test_a_guest_asks_only_where_guests_are_allowed(store: SqlStore) -> None:
    house = a_house(store, by_model())

    with pytest.raises(NotAllowed):
        house.ask(person=GWEN)

    with store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), guests_allowed=True))
        uow.commit()
    assert house.ask(person=GWEN) is not None


# --- what the asker does with it -----------------------------------------------------------------------------------


def test_it_is_posted_in_its_thread_reviewed_by_its_asker(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()

    posted = updates.post(house.around.services, DANA, update.id, key="t:2")

    (row,) = house.posts()
    assert (row.destination.conversation, row.destination.thread_ts, row.fallback) == ("C1", ROOT, "U1")
    assert row.message == SummaryPost("U1", by_model(), update.links, posted_by_name="Dana")
    assert (posted.status, posted.posted_by) == (UpdateStatus.POSTED, "U1")
    assert house.shown().state == "posted"


def test_it_is_posted_once_however_often_it_is_pressed(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()

    for key in ("t:2", "t:2", "t:3"):
        assert updates.post(house.around.services, DANA, update.id, key=key).status is UpdateStatus.POSTED

    assert len(house.posts()) == 1


def test_once_posted_it_is_neither_edited_nor_discarded(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()
    updates.post(house.around.services, DANA, update.id, key="t:2")

    with pytest.raises(Conflict):
        updates.edit(house.around.services, DANA, update.id, "Other words", key="v:1")
    with pytest.raises(Conflict):
        updates.discard(house.around.services, DANA, update.id, key="t:3")


def test_an_edited_text_is_posted_instead(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()

    updates.edit(house.around.services, DANA, update.id, "  We use Postgres [2]  ", key="v:1")
    updates.edit(house.around.services, DANA, update.id, "A second Submit of the same window", key="v:1")
    updates.post(house.around.services, DANA, update.id, key="t:2")

    message = house.posts()[0].message
    assert isinstance(message, SummaryPost)
    assert message.edited_text == "We use Postgres [2]"


def test_a_text_that_was_not_changed_is_no_edit(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()

    assert (
        updates.edit(house.around.services, DANA, update.id, "Decided\n• Use Postgres [2]", key="v:1").edited_text
        is None
    )


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 3001])
def test_an_edit_needs_words_and_not_too_many(store: SqlStore, text: str) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()

    with pytest.raises(InvalidInput) as caught:
        updates.edit(house.around.services, DANA, update.id, text, key="v:1")

    assert caught.value.field == "text"


def test_what_is_discarded_is_not_kept(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()

    updates.discard(house.around.services, DANA, update.id, key="t:2")
    discarded = updates.discard(house.around.services, DANA, update.id, key="t:3")

    assert (discarded.status, discarded.summary, discarded.links) == (UpdateStatus.DISCARDED, None, ())
    assert house.shown().summary is None
    with pytest.raises(Conflict):
        updates.post(house.around.services, DANA, update.id, key="t:4")


def test_nothing_can_be_done_with_it_while_it_is_read(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = house.ask()
    assert update is not None
    services = house.around.services

    for change in (
        lambda: updates.post(services, DANA, update.id, key="t:2"),
        lambda: updates.edit(services, DANA, update.id, "Words", key="v:1"),
        lambda: updates.discard(services, DANA, update.id, key="t:3"),
        lambda: updates.ready(services, DANA, update.id),
    ):
        with pytest.raises(Conflict):
            change()


@pytest.mark.parametrize("person", [PRIYA, GWEN, OTTO])
def test_nobody_else_finds_a_draft(store: SqlStore, person: object) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()
    services = house.around.services

    for change in (
        lambda: updates.get(services, person, update.id),  # type: ignore[arg-type]
        lambda: updates.ready(services, person, update.id),  # type: ignore[arg-type]
        lambda: updates.post(services, person, update.id, key="t:2"),  # type: ignore[arg-type]
        lambda: updates.edit(services, person, update.id, "Mine now", key="v:1"),  # type: ignore[arg-type]
        lambda: updates.discard(services, person, update.id, key="t:3"),  # type: ignore[arg-type]
        lambda: updates.try_again(services, person, update.id, key="t:4"),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotFound):
            change()
    assert house.update(update.id) == update


@pytest.mark.parametrize("update_id", ["", "nonsense", "0" * 26])
def test_an_unknown_one_is_not_found(store: SqlStore, update_id: str) -> None:
    with pytest.raises(NotFound):
        updates.post(a_house(store).around.services, DANA, update_id, key="t:1")


def test_who_left_a_private_conversation_cannot_post_there(store: SqlStore) -> None:
    house = a_house(store, by_model())
    house.ask(conversation="G1")
    update = house.work()
    house.around.directory.membership["G1"] = frozenset()

    with pytest.raises(NotAllowed):
        updates.post(house.around.services, DANA, update.id, key="t:2")

    assert house.posts() == []


def test_a_public_channel_is_open_to_members_who_never_joined_it(store: SqlStore) -> None:
    house = a_house(store, by_model())
    house.around.directory.conversations["C3"] = ConversationInfo(
        "C3", "data", is_private=False, is_dm=False, is_member=True
    )
    house.around.directory.threads["C3", ROOT] = THREAD
    house.ask(conversation="C3")

    assert updates.post(house.around.services, DANA, house.work().id, key="t:2").status is UpdateStatus.POSTED


def test_where_slack_cannot_be_asked_the_press_can_be_repeated(store: SqlStore) -> None:
    house = a_house(store, by_model())
    update = house.a_draft()
    house.around.directory.down = True

    with pytest.raises(BackbeatError):
        updates.post(house.around.services, DANA, update.id, key="t:2")
    house.around.directory.down = False

    assert updates.post(house.around.services, DANA, update.id, key="t:2").status is UpdateStatus.POSTED
