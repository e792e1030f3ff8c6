"""Asking for a summary: an update that waits, a job that works on it, and a draft that says so."""

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import NotAllowed
from bot.domain.ids import new_id
from bot.domain.outbox import Destination
from bot.domain.updates import Update, UpdateStatus
from bot.domain.workspaces import ConversationId, Person, UserId, Viewer
from bot.usecases.outgoing import say
from bot.usecases.people import viewer_for
from bot.usecases.ports import Job, UnitOfWork
from bot.usecases.services import Services
from bot.usecases.threads import must_reach
from bot.usecases.updates.drafts import draft_of, get, save, subject_of

WORK_KIND = "summarise"


def ask(
    services: Services,
    person: Person,
    *,
    conversation: ConversationId,
    thread_ts: str,
    thread_author: UserId | None,
    key: str,
    at: datetime | None = None,
) -> Update | None:
    """Begin a summary for `person`, who sees the thread: they pointed at it. None where `key` was taken before."""
    if person.is_guest and not viewer_for(services, person, here=conversation).may_see_anything:
        raise NotAllowed("Backbeat isn't open to guests here yet. Ask an admin of this workspace.")
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        if not uow.inbox.take(key, at=now):
            return None
        known = uow.people.get_many({thread_author}) if thread_author else {}
        update = Update(
            workspace_id=person.workspace_id,
            id=new_id(now),
            asker_id=person.id,
            conversation=conversation,
            thread_ts=thread_ts,
            permalink=None,
            status=UpdateStatus.ASKED,
            created_at=now,
            thread_author_id=thread_author,
            thread_author_name=known[thread_author].name if thread_author in known else None,
        )
        uow.updates.add(update)
        say(uow, draft_of(update), Destination(person=person.id), at=now, subject=subject_of(update.id))
        _begin_work(uow, update, at=now)
        uow.commit()
    services.nudge()
    return update


def try_again(services: Services, person: Person, update_id: str, *, key: str, at: datetime | None = None) -> Update:
    """Begin a failed one anew: Backbeat may have been invited since."""
    found = get(services, person, update_id)
    if found.status is not UpdateStatus.FAILED:
        return found
    services.directory.forget(person.workspace_id, person.id)  # they may have used /invite a moment ago
    must_reach(services, person, found.conversation)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        update = uow.updates.get(update_id, Viewer(person.id))
        if not uow.inbox.take(key, at=now) or update.status is not UpdateStatus.FAILED:
            return update
        update = replace(update, status=UpdateStatus.ASKED, reason=None)
        _begin_work(uow, update, at=now)
        save(uow, update, at=now)
        uow.commit()
    services.nudge()
    return update


def _begin_work(uow: UnitOfWork, update: Update, *, at: datetime) -> None:
    uow.jobs.add(Job(uow.workspace_id, new_id(at), WORK_KIND, update.id, next_at=at))
