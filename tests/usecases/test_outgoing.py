"""Saying something, and showing it again as it is now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import Note
from bot.domain.outbox import Destination, Operation, OutboxMessage, OutboxStatus
from bot.usecases.outgoing import change, say, show_again
from bot.usecases.ports import Store, UnitOfWork
from tests.support import THURSDAY, a_workspace

HERE = Destination("C1")
LATER = THURSDAY + timedelta(hours=1)


def updates(store: Store) -> list[OutboxMessage]:
    """Of what is due, the updates."""
    with store.read("T1") as uow:
        rows = [uow.outbox.get(row_id) for _, row_id in store.queue().due_outbox(at=LATER, limit=99)]
    return [row for row in rows if row.operation is Operation.UPDATE]


def settle(uow: UnitOfWork, row_id: str, status: OutboxStatus) -> None:
    uow.outbox.save(replace(uow.outbox.get(row_id), status=status, conversation="C1", ts="17.1"))


def test_what_is_said_is_queued_with_all_that_was_asked_for(store: Store) -> None:
    a_workspace(store)
    with store.begin("T1") as uow:
        first = say(uow, Note("root"), HERE, at=THURSDAY)
        row_id = say(
            uow,
            Note("reply"),
            HERE,
            at=THURSDAY,
            subject="decision:1",
            after_id=first,
            send_at=LATER,
            not_after=LATER,
            fallback="U1",
        )
        row = uow.outbox.get(row_id)
    assert (row.message, row.destination, row.status, row.operation) == (
        Note("reply"),
        HERE,
        OutboxStatus.QUEUED,
        Operation.POST,
    )
    assert (row.created_at, row.next_at, row.not_after) == (THURSDAY, LATER, LATER)
    assert (row.after_id, row.subject, row.fallback) == (first, "decision:1", "U1")


def test_things_said_in_one_moment_keep_their_order(store: Store) -> None:
    a_workspace(store)
    with store.begin("T1") as uow:
        said = [say(uow, Note(str(number)), HERE, at=THURSDAY) for number in range(50)]
        uow.commit()
    assert [row_id for _, row_id in store.queue().due_outbox(at=THURSDAY, limit=99)] == said


def test_what_is_rolled_back_was_never_said(store: Store) -> None:
    a_workspace(store)
    with store.begin("T1") as uow:
        say(uow, Note("hello"), HERE, at=THURSDAY)
    assert store.queue().due_outbox(at=THURSDAY, limit=9) == []


def test_every_post_of_a_thing_is_brought_up_to_date_once(store: Store) -> None:
    a_workspace(store)
    with store.begin("T1") as uow:
        posts = [say(uow, Note("v1"), Destination(name), at=THURSDAY, subject="decision:1") for name in ("C1", "C2")]
        say(uow, Note("other"), HERE, at=THURSDAY, subject="decision:2")
        for post in posts:
            settle(uow, post, OutboxStatus.SENT)
        for text in ("v2", "v3"):
            show_again(uow, Note(text), subject="decision:1", at=THURSDAY)
        uow.commit()
    assert [(row.after_id, row.message) for row in updates(store)] == [(post, Note("v3")) for post in posts]


@pytest.mark.parametrize("status", list(OutboxStatus))
def test_what_never_arrived_is_not_brought_up_to_date(store: Store, status: OutboxStatus) -> None:
    a_workspace(store)
    with store.begin("T1") as uow:
        post = say(uow, Note("v1"), HERE, at=THURSDAY)
        settle(uow, post, status)
        change(uow, uow.outbox.get(post), Note("v2"), at=THURSDAY)
        waiting = uow.outbox.has_newer_update(replace(uow.outbox.get(post), id="0", after_id=post))
    gone = {OutboxStatus.FAILED, OutboxStatus.LATE, OutboxStatus.UNCERTAIN}
    assert waiting is (status not in gone)
