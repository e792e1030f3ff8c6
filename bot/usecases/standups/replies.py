"""A reply in the thread of a prompt is an answer. Only such replies are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.errors import Conflict, InvalidInput
from bot.domain.messages import Note
from bot.domain.outbox import Destination, OutboxMessage, OutboxStatus
from bot.domain.phrases import readable
from bot.domain.standups import Prompt, read_edit, read_reply
from bot.domain.workspaces import ConversationId, Person, UserId, WorkspaceId
from bot.usecases.outgoing import say
from bot.usecases.services import Services
from bot.usecases.standups.answers import recent, take
from bot.usecases.standups.prompts import subject_of

UNRECORDED = frozenset({OutboxStatus.SENDING, OutboxStatus.UNCERTAIN})
NEAR = timedelta(minutes=1)  # how far Slack's time of a post can be from that of our intent


def prompt_of_thread(
    services: Services,
    workspace: WorkspaceId,
    person: UserId,
    conversation: ConversationId,
    thread_ts: str,
    *,
    at: datetime | None = None,
) -> Prompt | None:
    """The prompt of this person that was posted as that message.

    A reply can be quicker than the record of the post, or outlive a crash before it: then the time tells.
    """
    now = at or services.clock.now()
    with services.store.read(workspace) as uow:
        prompts = recent(uow, person, now)
        posts = [(prompt, post) for prompt in prompts for post in uow.outbox.shown(subject_of(prompt.id))]
    known = (prompt for prompt, post in posts if (post.conversation, post.ts) == (conversation, thread_ts))
    unrecorded = (prompt for prompt, post in posts if _may_be(post, thread_ts))
    return next(known, None) or next(unrecorded, None)


def _may_be(post: OutboxMessage, ts: str) -> bool:
    """Whether a post whose answer from Slack is not on record (yet, or for good) may well be the message at `ts`."""
    if post.ts is not None or post.intent_at is None or post.status not in UNRECORDED:
        return False
    try:
        return abs(float(ts) - post.intent_at.timestamp()) <= NEAR.total_seconds()
    except ValueError:
        return False


def reply(
    services: Services,
    person: Person,
    prompt_id: str,
    text: str,
    *,
    key: str,
    to: Destination,
    before: str | None = None,
    at: datetime | None = None,
) -> None:
    """A reply in the prompt's thread is an answer; with `before`, one that was edited since and read so at first.

    What cannot be taken is said there, in the thread `to`.
    """
    words, was = readable(text)[0], readable(before)[0] if before is not None else None

    def read(known: Sequence[str], count: int) -> Sequence[str]:
        return read_reply(words, count, known) if was is None or not known else read_edit(was, words, count, known)

    try:
        take(services, person, prompt_id, read, key=key, at=at)
    except (InvalidInput, Conflict) as refused:
        now = at or services.clock.now()
        with services.store.begin(person.workspace_id) as uow:
            if uow.inbox.take(key, at=now):
                say(uow, Note(refused.words), to, at=now)
                uow.commit()
        services.nudge()
