"""What becomes of a row that says `sending` and whose sender says no more: the conversation's history tells.

A row is touched only when its sender can no longer send it: the session's lock is free, or the session is this one and
the call has ended. That it is in the history is certain as soon as it is seen there, so there is one look at once. That
it is not there is believed only after the HTTP deadline plus Slack's history lag. That wait goes by the monotonic clock
from the moment of seeing the sender gone: the system's clock may have been moved since the intent was recorded.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.errors import ExternalFailure
from bot.domain.outbox import Operation, OutboxMessage, OutboxStatus
from bot.domain.workspaces import ConversationId, WorkspaceId
from bot.usecases.ports import Messenger, Posted, Senders
from bot.usecases.services import Services
from jobs.files import KEPT, where_shown
from jobs.metrics import MESSAGES
from jobs.places import thread_of
from jobs.sending import Sending, count, is_this_try, settle
from jobs.timing import Timing

log = structlog.get_logger(__name__)

ORDER_KEPT = 10.0  # seconds after the wait in which later messages still queue behind an unsettled one
FIRST_LOOK_AGAIN, LONGEST_LOOK_AGAIN = 2.0, 300.0
LOOKS = 12  # with those waits: about half an hour without an answer from Slack
NOT_THERE = ExternalFailure(
    "Slack has no trace of it.",
    permanent=False,
    code="no answer, and not in the history",
    retry_after=timedelta(),  # it has waited already, and what stands behind it must not overtake it
)


@dataclass(slots=True)
class _Sighting:
    """One try of a row, as this process has seen it. Times are monotonic seconds."""

    attempts: int
    seen: float
    free: float | None = None  # since when its sender is known to send it no more
    glanced: bool = False  # whether the look at once has been had
    looks: int = 0
    next_look: float = 0.0
    settling: bool = False


@dataclass(frozen=True, slots=True)
class Stranded:
    """Rows of one conversation (and thread) that one look into its history settles."""

    workspace: WorkspaceId
    rows: tuple[OutboxMessage, ...]


class Recovery:
    """Keeps watch over rows that say `sending` and are not under way here."""

    def __init__(
        self,
        services: Services,
        messenger: Messenger,
        senders: Senders,
        sending: Sending,
        timing: Timing,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = services.store
        self._clock = services.clock
        self._messenger = messenger
        self._senders = senders
        self._sending = sending
        self._timing = timing
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._seen: dict[str, _Sighting] = {}

    def ready(self, rows: Iterable[OutboxMessage]) -> list[Stranded]:
        """Of `rows` (all that say `sending` and are not being sent here) those to settle now, by where they went.

        Each of them must be given to `settle` or to `leave`.
        """
        rows = list(rows)
        gone = {sender: self._is_gone(sender) for sender in {row.sender for row in rows}}
        now = self._monotonic()
        groups: dict[tuple[str, ...], list[OutboxMessage]] = {}
        with self._lock:
            listed = {row.id for row in rows}
            self._seen = {name: seen for name, seen in self._seen.items() if name in listed or seen.settling}
            for row in rows:
                sighting = self._seen.get(row.id)
                if sighting is None or sighting.attempts != row.attempts:
                    sighting = self._seen[row.id] = _Sighting(row.attempts, now)
                if sighting.free is None and gone[row.sender]:
                    sighting.free = now
                if not self._is_ready(sighting, now):
                    continue
                sighting.settling = True
                to = row.destination
                key = (row.workspace_id, to.conversation or f"@{to.person}", to.thread_ts or "", row.after_id or "")
                groups.setdefault(key, []).append(row)
        return [Stranded(key[0], tuple(group)) for key, group in groups.items()]

    def blocks(self, row: OutboxMessage) -> bool:
        """Whether later messages to the same place should wait for this one, so that order is kept."""
        if row.shared_at is not None:
            return False  # Slack shows a file in its own time, whatever comes after it
        sighting = self._seen.get(row.id)
        return sighting is None or self._monotonic() - sighting.seen < self._timing.settle + ORDER_KEPT

    def leave(self, stranded: Stranded) -> None:
        """Not now: they will be ready again at once."""
        with self._lock:
            for row in stranded.rows:
                if row.id in self._seen:
                    self._seen[row.id].settling = False

    def settle(self, stranded: Stranded) -> None:
        """Ask the history and record for each row what it says. Calls Slack: never within a transaction."""
        waited = self._waited(stranded)
        try:
            posts = [row for row in stranded.rows if row.operation is Operation.POST]
            for row in stranded.rows:
                if row.operation is Operation.UPDATE and row.id in waited:  # doing it again does no harm
                    self._send_again(row)
                elif row.operation is Operation.FILE:
                    self._ask_of_file(row, is_over=row.id in waited)
            if posts:
                self._ask(stranded.workspace, posts, waited)
        finally:
            self.leave(stranded)

    def _ask_of_file(self, row: OutboxMessage, *, is_over: bool) -> None:
        """Settle a file by what Slack shows, or, once its wait `is_over`, by what it has."""
        try:
            conversation, thread_ts = self._thread_of(row)
            since = (row.shared_at or row.created_at) - self._timing.clock_skew
            ts = where_shown(
                self._messenger.files,
                row,
                conversation=conversation,
                thread_ts=thread_ts,
                since=since,
                is_over=is_over,
            )
        except ExternalFailure as failure:
            self._not_told([row] if is_over else [], failure)
            return
        if ts is not None:
            self._arrived(row, Posted(conversation, ts))
        elif is_over:
            self._send_again(row)

    def _thread_of(self, row: OutboxMessage) -> tuple[ConversationId, str | None]:
        with self._store.read(row.workspace_id) as uow:
            conversation, thread_ts = thread_of(uow, row)
        return conversation or self._sending.dm(row), thread_ts

    def _ask(self, workspace: WorkspaceId, posts: Sequence[OutboxMessage], waited: frozenset[str]) -> None:
        """Settle `posts` by their conversation's history; what it does not show, only if its wait is over."""
        try:
            conversation, thread_ts = self._thread_of(posts[0])
            since = min(row.intent_at or row.created_at for row in posts) - self._timing.clock_skew
            found = self._messenger.find(
                workspace,
                conversation=conversation,
                thread_ts=thread_ts,
                row_ids=frozenset(row.id for row in posts),
                since=since,
            )
        except ExternalFailure as failure:
            self._not_told([row for row in posts if row.id in waited], failure)
            return
        for row in posts:
            if row.id in found:
                self._arrived(row, Posted(conversation, found[row.id]))
            elif row.id in waited:
                self._send_again(row)

    def _arrived(self, row: OutboxMessage, posted: Posted) -> None:
        sent_at = datetime.fromtimestamp(float(posted.ts), UTC)
        self._record(
            row,
            replace(
                row,
                status=OutboxStatus.SENT,
                conversation=posted.conversation,
                ts=posted.ts,
                sent_at=sent_at,
                reason=None,
            ),
        )

    def _send_again(self, row: OutboxMessage) -> None:
        at = self._clock.now()
        with self._store.begin(row.workspace_id) as uow:
            held = uow.outbox.claim(row.id, at=at)
            if held is None or not is_this_try(held, row):
                return
            step = settle(uow, held, NOT_THERE, at=at)
            uow.commit()
        log.info("not_arrived", row=row.id, workspace=row.workspace_id, outcome=step.outcome)
        count(step)

    def _not_told(self, posts: Sequence[OutboxMessage], failure: ExternalFailure) -> None:
        """The history cannot be read: now, or at all. In the second case nobody knows, and an admin is shown."""
        for row in posts:
            sighting = self._seen.get(row.id)
            if not failure.permanent and sighting is not None and sighting.looks < LOOKS:
                if failure.retry_after is not None:
                    sighting.next_look = self._monotonic() + failure.retry_after.total_seconds()
                continue
            reason = (
                "Slack took the file, and doesn't show it"
                if failure is KEPT
                else f"no answer came, and the history could not be read ({failure.code})"
            )
            log.error("message_uncertain", row=row.id, workspace=row.workspace_id, reason=reason)
            self._record(row, replace(row, status=OutboxStatus.UNCERTAIN, reason=reason))

    def _record(self, row: OutboxMessage, settled: OutboxMessage) -> None:
        with self._store.begin(row.workspace_id) as uow:
            held = uow.outbox.claim(row.id, at=self._clock.now())
            if held is None or not is_this_try(held, row):
                return
            uow.outbox.save(settled)
            uow.commit()
        log.info("settled_by_history", row=row.id, workspace=row.workspace_id, status=settled.status)
        MESSAGES.labels("recovered" if settled.status is OutboxStatus.SENT else settled.status).inc()

    def _is_ready(self, sighting: _Sighting, now: float) -> bool:
        if sighting.free is None or sighting.settling or now < sighting.next_look:
            return False
        return not sighting.glanced or self._is_over(sighting, now)

    def _is_over(self, sighting: _Sighting, now: float) -> bool:
        """Whether what the history does not show by now was never posted."""
        return sighting.free is not None and now - sighting.free >= self._timing.settle

    def _waited(self, stranded: Stranded) -> frozenset[str]:
        """The rows whose wait is over. Notes for all that they are being looked at, and when to look again."""
        now = self._monotonic()
        waited = set()
        for row in stranded.rows:
            sighting = self._seen.get(row.id)
            if sighting is None:
                continue
            sighting.glanced = True
            if self._is_over(sighting, now):
                waited.add(row.id)
                sighting.next_look = now + min(FIRST_LOOK_AGAIN * 2**sighting.looks, LONGEST_LOOK_AGAIN)
                sighting.looks += 1
        return frozenset(waited)

    def _is_gone(self, sender: str | None) -> bool:
        if sender is None or sender == self._senders.id:
            return True  # it is not being sent here, or it would not be asked about
        try:
            return self._senders.is_gone(sender)
        except Exception:
            log.warning("sender_unknown", sender=sender, exc_info=True)
            return False
