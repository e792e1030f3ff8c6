"""A reply in the thread of a prompt is an answer. Only such replies are."""

from datetime import datetime

from bot.domain.errors import Conflict, InvalidInput
from bot.domain.messages import Note
from bot.domain.outbox import Destination
from bot.domain.phrases import readable
from bot.domain.standups import Prompt, read_reply
from bot.domain.workspaces import ConversationId, Person, UserId, WorkspaceId
from bot.usecases.outgoing import say
from bot.usecases.services import Services
from bot.usecases.standups.answers import recent, take
from bot.usecases.standups.prompts import subject_of


def prompt_of_thread(
    services: Services,
    workspace: WorkspaceId,
    person: UserId,
    conversation: ConversationId,
    thread_ts: str,
    *,
    at: datetime | None = None,
) -> Prompt | None:
    """The prompt of this person that was posted as that message."""
    now = at or services.clock.now()
    with services.store.read(workspace) as uow:
        for prompt in recent(uow, person, now):
            posts = uow.outbox.shown(subject_of(prompt.id))
            if any((post.conversation, post.ts) == (conversation, thread_ts) for post in posts):
                return prompt
    return None


def reply(
    services: Services,
    person: Person,
    prompt_id: str,
    text: str,
    *,
    key: str,
    to: Destination,
    at: datetime | None = None,
) -> None:
    """A reply in the prompt's thread is an answer. What cannot be taken is said there, in the thread `to`."""
    words, _ = readable(text)
    try:
        take(services, person, prompt_id, lambda known, count: read_reply(words, count, known), key=key, at=at)
    except (InvalidInput, Conflict) as refused:
        now = at or services.clock.now()
        with services.store.begin(person.workspace_id) as uow:
            if uow.inbox.take(key, at=now):
                say(uow, Note(refused.words), to, at=now)
                uow.commit()
        services.nudge()
