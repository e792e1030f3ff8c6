"""What the asker does with a draft: posts it, edits it, discards it."""

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Conflict, InvalidInput
from bot.domain.messages import SummaryPost
from bot.domain.outbox import Destination
from bot.domain.updates import EDIT_LIMIT, Update, UpdateStatus, as_text
from bot.domain.workspaces import Person, Viewer
from bot.usecases.outgoing import say
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services
from bot.usecases.threads import must_reach
from bot.usecases.updates.drafts import NO_LONGER, get, must_be_ready, save


def post(services: Services, person: Person, update_id: str, *, key: str, at: datetime | None = None) -> Update:
    """Post it in its thread, reviewed by `person`; once, however often it is pressed. Raises NotAllowed, Conflict."""
    found = get(services, person, update_id)
    if found.status is UpdateStatus.POSTED:
        return found
    must_be_ready(found)
    must_reach(services, person, found.conversation)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        update = uow.updates.get(update_id, Viewer(person.id))
        if not uow.inbox.take(key, at=now) or not _settle(uow, update, at=now):
            return update
        posted = replace(update, status=UpdateStatus.POSTED, posted_by=person.id)
        summary = must_be_ready(update).summary
        if summary is None:
            raise Conflict(NO_LONGER[UpdateStatus.FAILED])
        message = SummaryPost(person.id, summary, update.links, update.edited_text, posted_by_name=person.name)
        where = Destination(conversation=update.conversation, thread_ts=update.thread_ts)
        say(uow, message, where, at=now, subject=f"summary:{update.id}", fallback=person.id)
        save(uow, posted, at=now)
        uow.commit()
    services.nudge()
    return posted


def edit(
    services: Services, person: Person, update_id: str, text: str, *, key: str, at: datetime | None = None
) -> Update:
    """These words instead of the summary's. Raises InvalidInput, Conflict once it is posted or discarded."""
    text = text.strip()
    if not text:
        raise InvalidInput("Write at least one line, or use *Discard*.", field="text")
    if len(text) > EDIT_LIMIT:
        raise InvalidInput(f"Keep this under {EDIT_LIMIT} characters ({len(text)} now).", field="text")
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        update = uow.updates.get(update_id, Viewer(person.id))
        if not uow.inbox.take(key, at=now):
            return update
        must_be_ready(update)
        is_as_it_was = update.summary is not None and text == as_text(update.summary)
        update = replace(update, edited_text=None if is_as_it_was else text)
        save(uow, update, at=now)
        uow.commit()
    services.nudge()
    return update


def discard(services: Services, person: Person, update_id: str, *, key: str, at: datetime | None = None) -> Update:
    """Nothing is posted, and nothing of it is kept."""
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        update = uow.updates.get(update_id, Viewer(person.id))
        if update.status is UpdateStatus.DISCARDED:
            return update
        if update.status not in {UpdateStatus.READY, UpdateStatus.FAILED}:
            raise Conflict(NO_LONGER[update.status])
        if not uow.inbox.take(key, at=now) or not _settle(uow, update, at=now):
            return update
        update = replace(update, status=UpdateStatus.DISCARDED, summary=None, links=(), edited_text=None, reason=None)
        save(uow, update, at=now)
        uow.commit()
    services.nudge()
    return update


def _settle(uow: UnitOfWork, update: Update, *, at: datetime) -> bool:
    """True for one alone of all that would post or discard it, also where two do so in the same moment."""
    return uow.inbox.take(f"settled:{update.id}", at=at)
