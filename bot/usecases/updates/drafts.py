"""The draft of a summary: who may see it, what it looks like now, and what may still be done with it."""

from datetime import datetime

from bot.domain.errors import Conflict
from bot.domain.messages import SummaryDraft
from bot.domain.updates import Update, UpdateStatus
from bot.domain.workspaces import Person, Viewer
from bot.usecases.outgoing import show_again
from bot.usecases.ports import UnitOfWork
from bot.usecases.services import Services

NO_LONGER = {
    UpdateStatus.ASKED: "I'm still reading that thread. One moment.",
    UpdateStatus.POSTED: "That summary is posted already.",
    UpdateStatus.DISCARDED: "That summary is discarded. Ask for a new one: on the message, ⋯ → *Summarise thread*.",
    UpdateStatus.FAILED: "There is no summary yet. Press *Try again*.",
}


def subject_of(update_id: str) -> str:
    """What the outbox calls every draft that shows this update."""
    return f"update:{update_id}"


def get(services: Services, person: Person, update_id: str) -> Update:
    """A draft of this person's own. Raises NotFound for anybody else's."""
    with services.store.read(person.workspace_id) as uow:
        return uow.updates.get(update_id, Viewer(person.id))


def ready(services: Services, person: Person, update_id: str) -> Update:
    """As `get`, where it can be edited or logged from. Raises Conflict with words for what became of it."""
    return must_be_ready(get(services, person, update_id))


def draft_of(update: Update) -> SummaryDraft:
    """What its asker sees of it now."""
    state = "working" if update.status is UpdateStatus.ASKED else update.status.value
    return SummaryDraft(
        update_id=update.id,
        state=state,
        conversation=update.conversation,
        permalink=update.permalink,
        thread_author_id=update.thread_author_id,
        summary=update.summary,
        links=update.links,
        edited_text=update.edited_text,
        reason=update.reason,
        thread_author_name=update.thread_author_name,
    )


def save(uow: UnitOfWork, update: Update, *, at: datetime) -> None:
    """Keep it, and bring the draft that its asker sees up to date."""
    uow.updates.save(update)
    show_again(uow, draft_of(update), subject=subject_of(update.id), at=at)


def must_be_ready(update: Update) -> Update:
    if update.status is not UpdateStatus.READY:
        raise Conflict(NO_LONGER[update.status])
    return update
