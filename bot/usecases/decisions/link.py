"""The link from a decision to the message that it was logged from: Slack has to be asked for it, so it comes later."""

from dataclasses import replace
from datetime import datetime

from bot.domain.decisions import Decision
from bot.domain.errors import Conflict, ExternalFailure
from bot.domain.ids import new_id
from bot.domain.workspaces import Viewer, WorkspaceId
from bot.usecases.decisions.cards import renew
from bot.usecases.people import person_known
from bot.usecases.ports import Job, UnitOfWork
from bot.usecases.services import Services

LINK = "decisions.link"  # a job's kind; its subject is the decision's number


def find_link_later(uow: UnitOfWork, decision: Decision, *, at: datetime) -> None:
    source = decision.source
    if source.conversation is not None and source.ts is not None and source.permalink is None:
        uow.jobs.add(Job(uow.workspace_id, new_id(at), LINK, str(decision.number), next_at=at))


def find_link(services: Services, job: Job) -> None:
    """Ask Slack for the link, and who wrote the message, and show both. Raises ExternalFailure to be run again."""
    number = int(job.subject_id)
    with services.store.read(job.workspace_id) as uow:
        source = uow.decisions.get(number, Viewer.system()).source
    if source.conversation is None or source.ts is None or source.permalink is not None:
        return
    link = services.directory.permalink(job.workspace_id, source.conversation, source.ts)
    if link is None:
        return
    if source.author_id is not None:
        _learn_name(services, job.workspace_id, source.author_id)
    try:
        add_permalink(services, job.workspace_id, number, link)
    except Conflict as conflict:
        raise ExternalFailure(conflict.words, permanent=False, code="conflict") from conflict


def leave_unlinked(_services: Services, _job: Job, _reason: str) -> None:
    """There will be no link. The decision is whole without it, so nobody needs to be told."""


def add_permalink(services: Services, workspace: WorkspaceId, number: int, permalink: str) -> None:
    """Keep the link and show it on every card. Doing so again changes nothing. Raises Conflict."""
    now = services.clock.now()
    with services.store.begin(workspace) as uow:
        decision = uow.decisions.get(number, Viewer.system())
        if decision.source.permalink is not None:
            return
        linked = replace(decision, source=replace(decision.source, permalink=permalink))
        uow.decisions.save(linked)
        renew(uow, linked, at=now)
        uow.commit()
    services.nudge()


def _learn_name(services: Services, workspace: WorkspaceId, author: str) -> None:
    try:
        person_known(services, workspace, author)
    except ExternalFailure as failure:  # an app, or somebody of another company: the link says "a message"
        if not failure.permanent:
            raise
