"""The work of summarising: read the thread, have it summarised, show the draft. Never in a handler."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import key_messages
from bot.domain.errors import ExternalFailure
from bot.domain.updates import Summary, ThreadMessage, Update, UpdateStatus
from bot.domain.workspaces import Viewer
from bot.usecases.ports import Job, Summariser
from bot.usecases.services import Services
from bot.usecases.threads import read_thread, why_unread
from bot.usecases.updates.drafts import save


def summarise_job(services: Services, job: Job) -> None:
    """Read the thread, have it summarised, show the draft. May run again at any point. Raises ExternalFailure."""
    update = _awaited(services, job)
    if update is None:
        return
    messages, total = _read(services, update)
    if services.summariser is None:
        summary = key_messages.pick(messages, total=total)
    else:
        summary = _asked_of(services.summariser, services, update, messages, total)
    _show_ready(services, job, messages, summary)


def give_up_job(services: Services, job: Job, reason: str) -> None:
    """After the last try: key messages with why there is no more, or why there is nothing at all."""
    update = _awaited(services, job)
    if update is None:
        return
    try:
        messages, total = _read(services, update)
    except ExternalFailure as failure:
        _show_failed(services, job, why_unread(update.conversation, failure))
        return
    note = reason if services.summariser is not None else None
    _show_ready(services, job, messages, key_messages.pick(messages, total=total, sent_to=update.sent_to, note=note))


def _awaited(services: Services, job: Job) -> Update | None:
    with services.store.read(job.workspace_id) as uow:
        update = uow.updates.get(job.subject_id, Viewer.system())
    return update if update.status is UpdateStatus.ASKED else None


def _read(services: Services, update: Update) -> tuple[list[ThreadMessage], int]:
    where = (update.workspace_id, update.conversation, update.thread_ts)
    return read_thread(services, *where, asker=update.asker_id)


def _asked_of(
    summariser: Summariser, services: Services, update: Update, messages: Sequence[ThreadMessage], total: int
) -> Summary:
    """Where the words go is on record before they leave, so that it can be told whatever happens then."""
    _note_host(services, update, summariser.host)
    try:
        return summariser.summarise(messages, total=total)
    except ExternalFailure as failure:
        if not failure.maybe_done:
            _note_host(services, update, update.sent_to)
        raise


def _note_host(services: Services, update: Update, host: str | None) -> None:
    with services.store.begin(update.workspace_id) as uow:
        now = uow.updates.get(update.id, Viewer.system())
        if now.sent_to != host:
            uow.updates.save(replace(now, sent_to=host))
            uow.commit()


def _show_ready(services: Services, job: Job, messages: Sequence[ThreadMessage], summary: Summary) -> None:
    root = messages[0]
    cited = {number for _, points in summary.headings for point in points for number in point.cites}
    links = tuple((each.permalink or "") if number in cited else "" for number, each in enumerate(messages, 1))
    _finish(
        services,
        job,
        status=UpdateStatus.READY,
        summary=summary,
        links=links,
        permalink=root.permalink,
        thread_author_id=root.author_id or None,
        thread_author_name=root.author_name or None,
    )


def _show_failed(services: Services, job: Job, reason: str) -> None:
    _finish(services, job, status=UpdateStatus.FAILED, reason=reason)


def _finish(services: Services, job: Job, **outcome: object) -> None:
    now = services.clock.now()
    with services.store.begin(job.workspace_id) as uow:
        update = uow.updates.get(job.subject_id, Viewer.system())
        if update.status is not UpdateStatus.ASKED or not uow.inbox.take(f"job:{job.id}", at=now):
            return
        save(uow, replace(update, **outcome), at=now)  # type: ignore[arg-type] # fields of Update, as its callers name
        uow.commit()
    services.nudge()
