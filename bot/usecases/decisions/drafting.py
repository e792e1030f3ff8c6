"""A draft of a decision from a thread: asked for by somebody, worked on by a job, and shown to them alone.

Nothing of it is saved as a decision before they have seen it in the window and submitted that.
"""

from dataclasses import replace

from bot.domain.decisions import Source
from bot.domain.drafts import DecisionDraft, Drafted, DraftStatus
from bot.domain.errors import Conflict, ExternalFailure, InvalidInput
from bot.domain.ids import new_id
from bot.domain.messages import DraftShown
from bot.domain.outbox import Destination
from bot.domain.workspaces import Person, Viewer
from bot.usecases.outgoing import say, show_again
from bot.usecases.ports import Drafter, Job, UnitOfWork
from bot.usecases.services import Services
from bot.usecases.threads import must_reach, read_thread, why_unread

DRAFT = "decisions.draft"  # a job's kind; its subject is the draft's id
NO_MODEL = "No model is set up, so I can't draft it. The window holds the message's own words."
NO_LONGER = {
    DraftStatus.ASKED: "I'm still reading that thread. One moment.",
    DraftStatus.FAILED: "There is no draft. Press *Try again*, or log it from the message.",
    DraftStatus.DISCARDED: "That draft is discarded. Ask for a new one from *Log as decision*.",
}


def ask_draft(services: Services, person: Person, source: Source, *, key: str) -> None:
    """Begin a draft of the thread that `source` names, for `person`. Raises Conflict, InvalidInput, NotAllowed."""
    if services.drafter is None:
        raise Conflict(NO_MODEL)
    conversation, thread = source.conversation, source.thread_ts or source.ts
    if conversation is None or thread is None:
        raise InvalidInput("I can draft what was said in a thread. Use *Log as decision* on one of its messages.")
    must_reach(services, person, conversation)
    now = services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        if not uow.inbox.take(key, at=now):
            return
        asked = replace(source, thread_ts=thread)
        draft = DecisionDraft(person.workspace_id, new_id(now), person.id, asked, DraftStatus.ASKED, now)
        uow.drafts.add(draft)
        say(uow, _shown(draft), Destination(person=person.id), at=now, subject=_subject(draft.id))
        uow.jobs.add(Job(uow.workspace_id, new_id(now), DRAFT, draft.id, next_at=now))
        uow.commit()
    services.nudge()


def try_again(services: Services, person: Person, draft_id: str, *, key: str) -> None:
    """Begin a failed one anew."""
    now = services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        draft = uow.drafts.get(draft_id, Viewer(person.id))
        if draft.status is not DraftStatus.FAILED or not uow.inbox.take(key, at=now):
            return
        _save(uow, replace(draft, status=DraftStatus.ASKED, reason=None), services)
        uow.jobs.add(Job(uow.workspace_id, new_id(now), DRAFT, draft.id, next_at=now))
        uow.commit()
    services.nudge()


def discard_draft(services: Services, person: Person, draft_id: str, *, key: str) -> None:
    """Nothing is logged, and nothing of it is kept."""
    now = services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        draft = uow.drafts.get(draft_id, Viewer(person.id))
        if draft.status is DraftStatus.ASKED:
            raise Conflict(NO_LONGER[draft.status])
        if draft.status is DraftStatus.DISCARDED or not uow.inbox.take(key, at=now):
            return
        _save(uow, replace(draft, status=DraftStatus.DISCARDED, drafted=None, reason=None), services)
        uow.commit()
    services.nudge()


def drafted(services: Services, person: Person, draft_id: str) -> tuple[Source, Drafted]:
    """What was drafted for `person`, and from which message. Raises NotFound, Conflict, NotAllowed."""
    with services.store.read(person.workspace_id) as uow:
        draft = uow.drafts.get(draft_id, Viewer(person.id))
    if draft.status is not DraftStatus.READY or draft.drafted is None:
        raise Conflict(NO_LONGER.get(draft.status, NO_LONGER[DraftStatus.FAILED]))
    must_reach(services, person, draft.source.conversation or "")
    return draft.source, draft.drafted


def source_of(services: Services, person: Person, draft_id: str) -> Source:
    """From which message a draft was asked for, whatever became of it. Raises NotFound, NotAllowed."""
    with services.store.read(person.workspace_id) as uow:
        source = uow.drafts.get(draft_id, Viewer(person.id)).source
    must_reach(services, person, source.conversation or "")
    return source


# --- the job -------------------------------------------------------------------------------------------------------


def draft_job(services: Services, job: Job) -> None:
    """Read the thread, have it drafted, show the draft. May run again at any point. Raises ExternalFailure."""
    draft = _awaited(services, job)
    if draft is None:
        return
    if services.drafter is None:
        raise ExternalFailure(NO_MODEL, permanent=True, code="no_model")
    made = _asked_of(services.drafter, services, draft)
    _finish(services, job, replace(draft, status=DraftStatus.READY, drafted=made, sent_to=made.sent_to))


def leave_undrafted(services: Services, job: Job, reason: str) -> None:
    """After the last try: the asker is told why there is none, and may log the message from its own words."""
    draft = _awaited(services, job)
    if draft is not None:
        _finish(services, job, replace(draft, status=DraftStatus.FAILED, reason=reason))


def _awaited(services: Services, job: Job) -> DecisionDraft | None:
    with services.store.read(job.workspace_id) as uow:
        draft = uow.drafts.get(job.subject_id, Viewer.system())
    return draft if draft.status is DraftStatus.ASKED else None


def _asked_of(drafter: Drafter, services: Services, draft: DecisionDraft) -> Drafted:
    """Where the words go is on record before they leave, so that it can be told whatever happens then."""
    source = draft.source
    conversation, thread = source.conversation or "", source.thread_ts or ""
    try:
        messages, total = read_thread(services, draft.workspace_id, conversation, thread, asker=draft.asker_id)
    except ExternalFailure as failure:
        if not failure.permanent:
            raise
        words = why_unread(conversation, failure)
        raise ExternalFailure(words, permanent=True, code=failure.code) from failure
    _note_host(services, draft, drafter.host)
    try:
        return drafter.draft(messages, total=total)
    except ExternalFailure as failure:
        if not failure.maybe_done:
            _note_host(services, draft, draft.sent_to)
        raise


def _note_host(services: Services, draft: DecisionDraft, host: str | None) -> None:
    with services.store.begin(draft.workspace_id) as uow:
        now = uow.drafts.get(draft.id, Viewer.system())
        if now.sent_to != host:
            uow.drafts.save(replace(now, sent_to=host))
            uow.commit()


def _finish(services: Services, job: Job, draft: DecisionDraft) -> None:
    with services.store.begin(job.workspace_id) as uow:
        now = uow.drafts.get(draft.id, Viewer.system())
        if now.status is not DraftStatus.ASKED or not uow.inbox.take(f"job:{job.id}", at=services.clock.now()):
            return
        _save(uow, replace(draft, sent_to=draft.sent_to or now.sent_to), services)
        uow.commit()
    services.nudge()


# --- how it is shown -----------------------------------------------------------------------------------------------


def _save(uow: UnitOfWork, draft: DecisionDraft, services: Services) -> None:
    uow.drafts.save(draft)
    show_again(uow, _shown(draft), subject=_subject(draft.id), at=services.clock.now())


def _shown(draft: DecisionDraft) -> DraftShown:
    return DraftShown(draft.id, draft.status.value, draft.source, draft.drafted, draft.sent_to, draft.reason)


def _subject(draft_id: str) -> str:
    """What the outbox calls the message that shows a draft."""
    return f"draft:{draft_id}"
