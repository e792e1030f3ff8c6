"""A reaction on a message proposes to log it: privately, to whoever reacted first, and once a message.

Slack is asked in a job, for that takes longer than an event's acknowledgement may.
"""

import re
from dataclasses import replace
from datetime import datetime

from bot.domain.decisions import Decision, Source
from bot.domain.errors import Conflict, ExternalFailure
from bot.domain.ids import new_id
from bot.domain.messages import LogSuggestion
from bot.domain.outbox import Destination
from bot.domain.workspaces import ConversationId, Person, UserId, Viewer, WorkspaceId
from bot.usecases.outgoing import change, say
from bot.usecases.people import person_known, viewer_for
from bot.usecases.ports import Job, UnitOfWork
from bot.usecases.services import Services

SUGGEST = "decisions.suggest"  # a job's kind; its subject is "U1:C1:1761729000.000100"
TEXT_SHOWN = 600  # characters of the message
_SUBJECT = re.compile(r"[A-Z0-9]{1,20}:[A-Z0-9]{1,20}:[0-9]{1,12}\.[0-9]{1,8}")


def react(
    services: Services,
    workspace: WorkspaceId,
    person: UserId,
    conversation: ConversationId,
    ts: str,
    *,
    author: UserId | None,
    key: str,
) -> None:
    """`person` reacted to a message of `author`. Nothing comes of it where setup does not have it so."""
    subject = f"{person}:{conversation}:{ts}"
    with services.store.read(workspace) as uow:
        here = uow.workspaces.get()
    if not here.suggests_logging or here.bot_user_id in {author, person} or not _SUBJECT.fullmatch(subject):
        return
    now = services.clock.now()
    with services.store.begin(workspace) as uow:
        if uow.inbox.take(key, at=now):
            uow.jobs.add(Job(workspace, new_id(now), SUGGEST, subject, next_at=now))
            uow.commit()
    services.nudge()


def suggest(services: Services, job: Job) -> None:
    """Propose it, or say what it was logged as, where whoever reacted is in that conversation.

    Raises ExternalFailure to be run again.
    """
    user, conversation, ts = job.subject_id.split(":")
    person = person_known(services, job.workspace_id, user)
    viewer = viewer_for(services, person)
    if not viewer.is_whole:
        raise ExternalFailure("Slack couldn't say where they are.", permanent=False, code="unreachable")
    if not viewer.may_see_anything or conversation not in viewer.conversations:
        return
    heard = services.directory.message(job.workspace_id, conversation, ts)
    if heard is None:
        return
    message = heard[0]
    said = LogSuggestion(user, conversation, ts, message.text[:TEXT_SHOWN], message.author_name, message.permalink)
    now = services.clock.now()
    with services.store.begin(job.workspace_id) as uow:
        known = uow.decisions.from_message(conversation, ts, Viewer.system())
        if uow.workspaces.get().suggests_logging and (known is None or _may_be_told(known, viewer)):
            whom = "" if known is None else f":{user}"  # proposed once, told to each
            if uow.inbox.take(f"{_subject(conversation, ts)}{whom}", at=now):
                said = said if known is None else _logged(said, known)
                say(uow, said, Destination(person=user), at=now, subject=_subject(conversation, ts))
                uow.commit()
    services.nudge()


def leave_unsuggested(_services: Services, _job: Job, _reason: str) -> None:
    """Nobody waits for it, and *Log as decision* does the same."""


def dismiss(services: Services, person: Person, conversation: ConversationId, ts: str, *, key: str) -> None:
    """*Not now*: what was proposed to `person` says so. What was logged meanwhile stays shown as that."""
    now = services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        if not uow.inbox.take(key, at=now):
            return
        if uow.decisions.from_message(conversation, ts, Viewer.system()) is None:
            for shown in uow.outbox.shown(_subject(conversation, ts)):
                if isinstance(shown.message, LogSuggestion) and shown.message.person_id == person.id:
                    change(uow, shown, replace(shown.message, state="dismissed"), at=now)
        uow.commit()
    services.nudge()


class LoggedMeanwhile(Conflict):
    """Somebody was quicker with the same message: `number` is what it was logged as."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"This message was logged meanwhile, as D-{number}. Open it and amend that one; your words are still here."
        )
        self.number = number


def must_be_first(uow: UnitOfWork, source: Source) -> None:
    """One decision a message, however many react and log at once. Raises LoggedMeanwhile.

    To be asked once a number was taken: until then somebody else may be logging it at this moment.
    """
    if source.conversation is None or source.ts is None:
        return
    known = uow.decisions.from_message(source.conversation, source.ts, Viewer.system())
    if known is not None:
        raise LoggedMeanwhile(known.number)


def answer_suggestions(uow: UnitOfWork, decision: Decision, *, at: datetime) -> None:
    """What was proposed says what it was logged as."""
    source = decision.source
    if source.conversation is None or source.ts is None:
        return
    for shown in uow.outbox.shown(_subject(source.conversation, source.ts)):
        if isinstance(shown.message, LogSuggestion):
            change(uow, shown, _logged(shown.message, decision), at=at)


def _may_be_told(known: Decision, viewer: Viewer) -> bool:
    """Whoever logged it knows; who may not see it is told nothing."""
    seen = viewer.may_see(known.audience, source=known.source.conversation, involved=known.involved)
    return seen and viewer.person_id != known.author_id


def _logged(suggestion: LogSuggestion, decision: Decision) -> LogSuggestion:
    return replace(suggestion, state="logged", number=decision.number, title=decision.title)


def _subject(conversation: ConversationId, ts: str) -> str:
    """What the outbox calls every message that proposes to log this one."""
    return f"reaction:{conversation}:{ts}"
