"""What becomes of a message whose sending failed."""

from datetime import timedelta

import pytest

from bot.domain.errors import ExternalFailure
from bot.domain.messages import Note
from bot.domain.outbox import MAX_ATTEMPTS, Destination, OutboxMessage, OutboxStatus, after_failure, is_too_late
from tests.support import THURSDAY


def a_row(**extra: object) -> OutboxMessage:
    return OutboxMessage(
        "T1", "M1", Destination("C1"), Note("hi"), OutboxStatus.SENDING, THURSDAY, THURSDAY, **{"attempts": 1, **extra}
    )


def test_a_permanent_failure_stops_the_row_and_says_why():
    after = after_failure(a_row(), ExternalFailure("", permanent=True, code="not_in_channel"), at=THURSDAY)
    assert (after.status, after.reason) == (OutboxStatus.FAILED, "not_in_channel")


def test_slacks_own_wait_becomes_the_next_attempt():
    limited = ExternalFailure("", permanent=False, code="ratelimited", retry_after=timedelta(seconds=37))
    assert after_failure(a_row(), limited, at=THURSDAY).next_at == THURSDAY + timedelta(seconds=37)


def test_waits_double_and_end():
    broken = ExternalFailure("", permanent=False, code="internal_error")
    waits = [after_failure(a_row(attempts=n), broken, at=THURSDAY).next_at - THURSDAY for n in (1, 2, 3, 11)]
    assert waits == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8), timedelta(minutes=15)]
    assert after_failure(a_row(attempts=MAX_ATTEMPTS), broken, at=THURSDAY).status is OutboxStatus.FAILED


def test_a_message_past_its_time_is_too_late():
    row = a_row(not_after=THURSDAY)
    assert not is_too_late(row, at=THURSDAY)
    assert is_too_late(row, at=THURSDAY + timedelta(seconds=1))


def test_a_message_goes_to_one_place():
    with pytest.raises(ValueError, match="not both"):
        Destination("C1", "U1")
