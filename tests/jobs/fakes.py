"""A Slack that remembers and can fail in each way, clocks moved by hand, and the clockwork put together on them.

A `Process` is one running Backbeat, with a session of its own. Several of them on one store are replicas; one that is
killed and another that begins later are a restart.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.domain.errors import ExternalFailure
from bot.domain.files import LogExport, LogForm, Made
from bot.domain.ids import new_id
from bot.domain.messages import FilePost, Message, Note
from bot.domain.outbox import Destination, Operation, OutboxMessage, OutboxStatus
from bot.domain.workspaces import ConversationId, UserId, WorkspaceId
from bot.usecases.files import Makers
from bot.usecases.ports import Kept, Posted, Queue, Store, UnitOfWork, Upload
from bot.usecases.services import Services
from jobs.dispatcher import Dispatcher
from jobs.pace import Pace
from jobs.recovery import Recovery
from jobs.sending import Sending
from jobs.timing import Timing
from tests.support import THURSDAY, FakeClock, Surroundings

TIMING = Timing(http_deadline=timedelta(seconds=10), history_lag=timedelta(seconds=5))
LONG_ENOUGH = TIMING.settle + 1  # seconds


class Killed(BaseException):
    """The process is gone, at this very place."""


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += seconds


class Inline(Executor):
    """Runs what is submitted at once, in the caller's thread. What kills it, kills the caller."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Later(Executor):
    """Keeps what is submitted until `run_all`, so that a test sees what is under way."""

    def __init__(self) -> None:
        self.waiting: deque[Callable[[], Any]] = deque()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        self.waiting.append(lambda: fn(*args, **kwargs))
        return Future()

    def run_all(self) -> None:
        while self.waiting:
            self.waiting.popleft()()


# --- Slack ----------------------------------------------------------------------------------------------------------


def refused(code: str = "not_in_channel") -> ExternalFailure:
    return ExternalFailure(f"Slack says {code}.", permanent=True, code=code)


def limited(seconds: float) -> ExternalFailure:
    return ExternalFailure("Too fast.", permanent=False, code="ratelimited", retry_after=timedelta(seconds=seconds))


def broken(code: str = "internal_error") -> ExternalFailure:
    return ExternalFailure("Slack has trouble.", permanent=False, code=code)


def no_answer() -> ExternalFailure:
    return ExternalFailure("No answer came.", permanent=False, code="timeout", maybe_done=True)


@dataclass
class Shown:
    """A message in Slack."""

    workspace: WorkspaceId
    conversation: ConversationId
    ts: str
    thread_ts: str | None
    message: Message
    row_id: str

    @property
    def text(self) -> str:
        return self.message.text if isinstance(self.message, Note) else type(self.message).__name__


@dataclass
class Trouble:
    """What happens to one call. `after`: once Slack has done it, and before anybody knows."""

    error: BaseException
    after: bool = False


@dataclass
class FakeFiles:
    """Implements ports.Files, in the Slack of `slack`: a file is seen once it is shared, which it is once."""

    slack: "FakeMessenger"
    begun: dict[str, int] = field(default_factory=dict)  # its size, by its id
    content: dict[str, bytes] = field(default_factory=dict)
    shared: list[str] = field(default_factory=list)
    says_ts: bool = False  # whether the answer names the message

    def begin(self, workspace: WorkspaceId, *, name: str, size: int, alt_text: str | None) -> Upload:
        with self.slack.call("begin", name):
            file_id = f"F{len(self.begun) + 1}"
            self.begun[file_id] = size
        return Upload(file_id, f"https://files.example/{file_id}")

    def upload(self, upload: Upload, content: bytes) -> None:
        with self.slack.call("upload", upload.file_id):
            assert len(content) == self.begun[upload.file_id]
            self.content[upload.file_id] = content

    def share(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        file_id: str,
        title: str,
        comment: str,
    ) -> str | None:
        with self.slack.call("share", conversation):
            assert file_id in self.content
            assert file_id not in self.shared
            self.shared.append(file_id)
            shown = self.slack.show(workspace, conversation, thread_ts, Note(comment), file_id)
        return shown.ts if self.says_ts else None

    def shown(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        file_id: str,
        since: datetime,
    ) -> str | None:
        with self.slack.call("shown", conversation):
            return self._ts(file_id, conversation)

    def kept(self, workspace: WorkspaceId, file_id: str, *, conversation: ConversationId) -> Kept | None:
        with self.slack.call("kept", file_id):
            return Kept(self._ts(file_id, conversation)) if file_id in self.shared else None

    def _ts(self, file_id: str, conversation: ConversationId) -> str | None:
        seen = (each for each in self.slack.shown if each.row_id not in self.slack.hidden)
        return next((each.ts for each in seen if (each.row_id, each.conversation) == (file_id, conversation)), None)


@dataclass
class FakeMessenger:
    """Implements ports.Messenger. `trouble[method]` is met by one call after the other, `always[where]` by each."""

    clock: FakeClock = field(default_factory=FakeClock)
    shown: list[Shown] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)  # (method, conversation, person or ts)
    trouble: dict[str, deque[Trouble]] = field(default_factory=dict)
    always: dict[ConversationId, ExternalFailure] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  # row ids that the history does not show yet
    during: Callable[[str], None] = lambda _: (
        None
    )  # called within each call: "post" before it is done, "post done" after
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.files = FakeFiles(self)

    def meets(self, method: str, *errors: BaseException, after: bool = False) -> None:
        self.trouble.setdefault(method, deque()).extend(Trouble(error, after) for error in errors)

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.shown]

    def in_(self, conversation: ConversationId) -> list[str]:
        return [each.text for each in self.shown if each.conversation == conversation]

    def count(self, method: str) -> int:
        return sum(1 for name, _ in self.calls if name == method)

    def post(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        message: Message,
        row_id: str,
    ) -> Posted:
        with self.call("post", conversation):
            shown = self.show(workspace, conversation, thread_ts, message, row_id)
        return Posted(conversation, shown.ts)

    def show(
        self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        thread_ts: str | None,
        message: Message,
        row_id: str,
    ) -> Shown:
        """A file's message has no row: its id is the file's."""
        ts = f"{self.clock.now().timestamp() + next(self._numbers) / 1e6:.6f}"
        self.shown.append(Shown(workspace, conversation, ts, thread_ts, message, row_id))
        return self.shown[-1]

    def update(
        self, workspace: WorkspaceId, *, conversation: ConversationId, ts: str, message: Message, row_id: str
    ) -> None:
        with self.call("update", conversation):
            for each in self.shown:
                if (each.conversation, each.ts) == (conversation, ts):
                    each.message = message

    def open_dm(self, workspace: WorkspaceId, person: UserId) -> ConversationId:
        with self.call("open_dm", person):
            return f"D-{person}"

    def find(
        self,
        workspace: WorkspaceId,
        *,
        conversation: ConversationId,
        thread_ts: str | None,
        row_ids: frozenset[str],
        since: datetime,
    ) -> dict[str, str]:
        with self.call("find", conversation):
            return {
                each.row_id: each.ts
                for each in self.shown
                if (each.workspace, each.conversation, each.thread_ts) == (workspace, conversation, thread_ts)
                and each.row_id in row_ids - self.hidden
                and float(each.ts) >= since.timestamp()
            }

    @contextmanager
    def call(self, method: str, where: str) -> Iterator[None]:
        self.calls.append((method, where))
        self.during(method)
        trouble = self.trouble[method].popleft() if self.trouble.get(method) else None
        if where in self.always:
            raise self.always[where]
        if trouble is not None and not trouble.after:
            raise trouble.error
        yield
        self.during(f"{method} done")
        if trouble is not None:
            raise trouble.error


def made_of_its_query(_: Services, __: WorkspaceId, file: FilePost) -> Made:
    """A file that holds its own query, with a comment that says so."""
    assert isinstance(file.source, LogExport)
    return Made(file.source.query.encode(), f"made {file.source.query}")


MAKERS: Makers = {"log_export": made_of_its_query}


# --- a process ------------------------------------------------------------------------------------------------------


class FakeSenders:
    """Implements ports.Senders. `alive` is shared by the processes of one test, as the system's locks are."""

    def __init__(self, alive: set[str], name: str) -> None:
        self._alive = alive
        self.name = name
        alive.add(name)

    @property
    def id(self) -> str:
        return self.name

    def is_gone(self, session: str) -> bool:
        return session not in self._alive

    def close(self) -> None:
        self._alive.discard(self.name)


class WatchedStore:
    """A store that calls `step` around everything that it writes. Implements ports.Store."""

    def __init__(self, store: Store, step: Callable[[str], None]) -> None:
        self._store = store
        self._step = step

    @contextmanager
    def begin(self, workspace: WorkspaceId) -> Iterator[UnitOfWork]:
        self._step("begin")
        with self._store.begin(workspace) as uow:
            commit = uow.commit

            def watched() -> None:
                self._step("commit")
                commit()
                self._step("committed")

            uow.commit = watched  # type: ignore[method-assign]
            yield uow

    @contextmanager
    def read(self, workspace: WorkspaceId) -> Iterator[UnitOfWork]:
        with self._store.read(workspace) as uow:
            yield uow

    def queue(self) -> Queue:
        return self._store.queue()


class Process:
    """One running Backbeat: its dispatcher, on the store and the Slack that it shares with others."""

    _names = count(1)

    def __init__(
        self,
        surroundings: Surroundings,
        messenger: FakeMessenger,
        alive: set[str],
        *,
        executor: Executor | None = None,
        size: int = 4,
        step: Callable[[str], None] | None = None,
        makers: Makers = MAKERS,
    ) -> None:
        services = surroundings.services
        if step is not None:
            services = replace(services, store=WatchedStore(services.store, step))
        self.services: Services = services
        self.clock = surroundings.clock
        self.seconds = Seconds()
        self.senders = FakeSenders(alive, f"session-{next(self._names)}")
        self.sending = Sending(services, messenger, self.senders, makers=makers, awake=self.seconds)
        self.recovery = Recovery(services, messenger, self.senders, self.sending, TIMING, monotonic=self.seconds)
        self.pace = Pace(self.seconds)
        self.dispatcher = Dispatcher(
            services,
            self.sending,
            self.recovery,
            self.pace,
            executor or Inline(),
            size=size,
            monotonic=self.seconds,
        )

    def run(self) -> float | None:
        """Rounds until nothing more can be started. Returns in how many seconds the last one wants another."""
        for _ in range(200):
            before = self._progress()
            wait = self.dispatcher.run_once()
            if self._progress() == before:
                return wait
        raise AssertionError("it goes round and round")

    def pass_time(self, seconds: float, *, every: float = 1.0) -> None:
        """Time goes by on every clock, with a round `every` so many seconds."""
        while seconds > 0:
            step = min(every, seconds)
            self.clock.move(timedelta(seconds=step))
            self.seconds.move(step)
            seconds -= step
            self.run()

    def die(self) -> None:
        self.senders.close()

    def row(self, row_id: str, workspace: WorkspaceId = "T1") -> OutboxMessage:
        with self.services.store.read(workspace) as uow:
            return uow.outbox.get(row_id)

    def status(self, row_id: str) -> OutboxStatus:
        return self.row(row_id).status

    def _progress(self) -> tuple[Any, ...]:
        ids = self.services.store.queue().due_outbox(at=self.clock.now(), limit=9999)
        return tuple(ids), tuple(self.row(row_id, workspace).status for workspace, row_id in ids)


def queue_note(services: Services, text: str, to: str = "C1", *, workspace: WorkspaceId = "T1", **extra: Any) -> str:
    """Queue a note in a conversation, or to a person ("@U1"). Returns the row's id."""
    destination = (
        Destination(person=to[1:]) if to.startswith("@") else Destination(to, thread_ts=extra.pop("thread", None))
    )
    row = OutboxMessage(workspace, new_id(THURSDAY), destination, Note(text), OutboxStatus.QUEUED, THURSDAY, THURSDAY)
    row = replace(row, **extra)
    with services.store.begin(workspace) as uow:
        uow.outbox.add(row)
        uow.commit()
    return row.id


def queue_file(services: Services, text: str, to: str = "C1", **extra: Any) -> str:
    """Queue a file that holds `text`, as `queue_note` does a note."""
    file = FilePost(f"{text}.csv", text, "a file", LogExport("U1", LogForm.CSV, text))
    return queue_note(services, text, to, message=file, operation=Operation.FILE, **extra)
