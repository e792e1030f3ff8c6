"""One outbox row on its way: claim it, post it outside any transaction, record what Slack said.

Why nothing is posted twice, whatever stops the process, and where:

- before the claim is committed: the row is still queued, and nothing was posted;
- after it, before the call, or in the call, or after it: the row says `sending`, by whom, and since when. Nobody
  touches it while that session's lock is held, and only `jobs.recovery` does afterwards, by the conversation's history;
- frozen anywhere and woken later: the lock was held all the while, so nobody took over, and the process goes on. A
  session can lose its lock while frozen only with its database connection: whoever wakes checks by the clock that runs
  on in sleep how long ago the claim was, and claims again (`_confirm`) before it posts. Between that check and the call
  itself there is no more than the time to write a request;
- the answer comes and cannot be recorded: what came is kept and recorded later; if the process dies before that, the
  history holds the row's id.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.domain.errors import ExternalFailure
from bot.domain.ids import random_id
from bot.domain.outbox import MAX_ATTEMPTS, Operation, OutboxMessage, OutboxStatus, after_failure
from bot.domain.workspaces import ConversationId, UserId, WorkspaceId
from bot.usecases.files import Makers
from bot.usecases.ports import Messenger, Posted, Senders, UnitOfWork
from bot.usecases.services import Services
from jobs.elsewhere import say_elsewhere
from jobs.files import NOT_SHOWN_YET, send_file
from jobs.metrics import MESSAGES
from jobs.places import Place, place_of

log = structlog.get_logger(__name__)

FRESH = 2.0  # seconds: a claim older than this is confirmed before the call
CONFIRMATIONS = 5
TRIED_FOR = timedelta(hours=24)  # an outage of Slack's is no fault of the message


class Outcome(StrEnum):
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    LATE = "late"
    DROPPED = "dropped"
    LOST = "lost"  # no answer: it may have been posted
    TAKEN = "taken"  # a file that Slack will show in a moment
    SKIPPED = "skipped"  # somebody else has it, or it need not go
    UNRECORDED = "unrecorded"  # Slack answered, the database did not


@dataclass(frozen=True, slots=True)
class Step:
    """What one try came to. `wait`: seconds until the row's next one. `limited`: Slack asked for that wait."""

    outcome: Outcome
    row: OutboxMessage | None = None
    result: "Posted | ExternalFailure | None" = None
    wait: float = 0.0
    limited: bool = False


class _TakenOver(Exception):
    """While this process slept, somebody else settled the row."""


def awake_clock() -> float:
    """Seconds on a clock that never goes back and runs on while the machine sleeps, where the system has one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot) if boot is not None else time.monotonic()


class Sending:
    """Sends rows one at a time; may be used from several threads, each with a row of its own."""

    def __init__(
        self,
        services: Services,
        messenger: Messenger,
        senders: Senders,
        *,
        makers: Makers | None = None,
        awake: Callable[[], float] = awake_clock,
    ) -> None:
        self._services = services
        self._makers = makers or {}
        self._store = services.store
        self._clock = services.clock
        self._messenger = messenger
        self._senders = senders
        self._awake = awake
        self._dms: dict[tuple[WorkspaceId, UserId], ConversationId] = {}

    def knows_dm(self, row: OutboxMessage) -> bool:
        """Whether it can be posted without asking Slack for the DM first."""
        person = row.destination.person
        return person is None or row.conversation is not None or (row.workspace_id, person) in self._dms

    def send(self, workspace: WorkspaceId, row_id: str) -> Step:
        """Claim the row and send it, if it may be sent now. Raises ExternalFailure only before anything was sent."""
        began = self._awake()
        claimed = self._claim(workspace, row_id)
        if isinstance(claimed, Step):
            count(claimed)
            return claimed
        row, place = claimed
        result: Posted | ExternalFailure
        try:
            result = self._call(row, place, began)
        except _TakenOver:
            return Step(Outcome.SKIPPED)
        except ExternalFailure as failure:
            result = failure
        except Exception:  # nobody knows how far it came: the history will tell
            reference = random_id()[:8]
            log.exception("send_failed", row=row.id, workspace=workspace, reference=reference)
            result = ExternalFailure(
                f"Something went wrong on my side ({reference}).",
                permanent=False,
                code=f"unexpected {reference}",
                maybe_done=True,
            )
        return self.record(row, result)

    def record(self, row: OutboxMessage, result: Posted | ExternalFailure) -> Step:
        """Write down what Slack said to this try of `row`."""
        if isinstance(result, ExternalFailure) and result.maybe_done and row.operation is not Operation.UPDATE:
            return _unsettled(row, result)
        at = self._clock.now()
        try:
            with self._store.begin(row.workspace_id) as uow:
                held = uow.outbox.claim(row.id, at=at)
                if held is None and is_this_try(uow.outbox.get(row.id), row):
                    return Step(Outcome.UNRECORDED, row, result)  # locked for a moment by somebody who looks at it
                if held is None or not is_this_try(held, row):
                    log.error("settled_by_another", row=row.id, workspace=row.workspace_id)
                    return Step(Outcome.SKIPPED)
                step = settle(uow, held, result, at=at)
                uow.commit()
        except ExternalFailure as failure:
            log.warning("not_recorded", row=row.id, workspace=row.workspace_id, code=failure.code)
            return Step(Outcome.UNRECORDED, row, result)
        count(step)
        return step

    def _claim(self, workspace: WorkspaceId, row_id: str) -> Step | tuple[OutboxMessage, Place]:
        """The first transaction: the intent is on record before anything leaves."""
        at = self._clock.now()
        sender = self._senders.id  # may ask the database: not inside a transaction
        with self._store.begin(workspace) as uow:
            row = uow.outbox.claim(row_id, at=at)
            if row is None or row.status is not OutboxStatus.QUEUED:
                return Step(Outcome.SKIPPED)
            place = place_of(uow, row, at=at)
            if place is None:
                return Step(Outcome.SKIPPED)
            if isinstance(place, OutboxMessage):
                uow.outbox.save(place)
                if place.status is OutboxStatus.FAILED:
                    say_elsewhere(uow, place, code="parent_not_sent", at=at)
                uow.commit()
                return Step(Outcome(place.status.value), place)
            claimed = replace(
                row,
                status=OutboxStatus.SENDING,
                sender=sender,
                intent_at=at,
                attempts=row.attempts + 1,
                reason=None,
                file_id=None,
                shared_at=None,
            )
            uow.outbox.save(claimed)
            uow.commit()
            return claimed, place

    def _call(self, row: OutboxMessage, place: Place, began: float) -> Posted:
        if row.operation is Operation.FILE:
            return send_file(
                self._services,
                self._messenger,
                self._makers,
                row,
                place=lambda: (place.conversation or self.dm(row), place.thread_ts),
                keep=self._keep,
            )
        conversation = place.conversation or self.dm(row)
        self._be_certain(began, lambda: self._confirm(row))
        if row.operation is Operation.UPDATE:
            ts = str(place.ts)
            self._messenger.update(
                row.workspace_id, conversation=conversation, ts=ts, message=row.message, row_id=row.id
            )
            return Posted(conversation, ts)
        return self._messenger.post(
            row.workspace_id,
            conversation=conversation,
            thread_ts=place.thread_ts,
            message=row.message,
            row_id=row.id,
        )

    def dm(self, row: OutboxMessage) -> ConversationId:
        """The DM with the row's person. Opening it twice does no harm, so a lost answer is no uncertainty."""
        if row.conversation is not None:
            return row.conversation
        if row.destination.conversation is not None:
            return row.destination.conversation
        key = (row.workspace_id, str(row.destination.person))
        if key not in self._dms:
            try:
                self._dms[key] = self._messenger.open_dm(*key)
            except ExternalFailure as failure:
                raise ExternalFailure(
                    failure.words, permanent=failure.permanent, code=failure.code, retry_after=failure.retry_after
                ) from failure
        return self._dms[key]

    def _be_certain(self, began: float, confirm: Callable[[], None]) -> None:
        """Until the claim is young enough to act on."""
        for _ in range(CONFIRMATIONS):
            if self._awake() - began <= FRESH:
                return
            began = self._awake()
            confirm()
        raise ExternalFailure("My database is too slow just now.", permanent=False, code="database_slow")

    def _keep(self, row: OutboxMessage, *, file_id: str, shared: bool) -> None:
        def confirm() -> None:
            self._confirm(row, file_id=file_id, shared_at=self._clock.now() if shared else None)

        self._be_certain(-math.inf, confirm)

    def _confirm(self, row: OutboxMessage, *, file_id: str | None = None, shared_at: datetime | None = None) -> None:
        """The claim is old (a slow call before this one, or a sleep): is it still ours? Then it begins anew."""
        at = self._clock.now()
        if self._senders.id != row.sender:
            raise _TakenOver  # our session is over, and others may know: recovery will settle it
        with self._store.begin(row.workspace_id) as uow:
            held = uow.outbox.claim(row.id, at=at)
            if held is None or not is_this_try(held, row):
                raise _TakenOver
            uow.outbox.save(replace(held, intent_at=at, file_id=file_id, shared_at=shared_at))
            uow.commit()


def _unsettled(row: OutboxMessage, result: ExternalFailure) -> Step:
    """Only Slack can tell, and recovery will ask it."""
    outcome = Outcome.TAKEN if result.code == NOT_SHOWN_YET else Outcome.LOST
    if outcome is Outcome.LOST:
        log.warning("answer_lost", row=row.id, workspace=row.workspace_id, code=result.code)
    step = Step(outcome, row, result)
    count(step)
    return step


def is_this_try(held: OutboxMessage, row: OutboxMessage) -> bool:
    return held.status is OutboxStatus.SENDING and (held.sender, held.attempts) == (row.sender, row.attempts)


def settle(uow: UnitOfWork, row: OutboxMessage, result: Posted | ExternalFailure, *, at: datetime) -> Step:
    """Save what becomes of `row`, locked by `uow`, and what is said elsewhere where it has failed for good."""
    if isinstance(result, Posted):
        sent = replace(
            row, status=OutboxStatus.SENT, conversation=result.conversation, ts=result.ts, sent_at=at, reason=None
        )
        uow.outbox.save(sent)
        return Step(Outcome.SENT, sent, result)
    tried = row if at - row.created_at > TRIED_FOR else replace(row, attempts=min(row.attempts, MAX_ATTEMPTS - 1))
    settled = replace(after_failure(tried, result, at=at), attempts=row.attempts)
    uow.outbox.save(settled)
    if settled.status is OutboxStatus.FAILED:
        log.error("message_failed", row=row.id, workspace=row.workspace_id, reason=settled.reason)
        say_elsewhere(uow, settled, code=result.code, at=at, words=result.words)
        return Step(Outcome.FAILED, settled, result)
    wait = max(0.0, (settled.next_at - at).total_seconds())
    return Step(Outcome.RETRY, settled, result, wait, limited=result.retry_after is not None)


def count(step: Step) -> None:
    """For /metrics."""
    if step.outcome is not Outcome.SKIPPED:
        MESSAGES.labels(step.outcome).inc()
