"""Posting a decision's card once Slack tells what kind of place it was made in, where it could not say so in time."""

from datetime import datetime

from bot.domain.decisions import Decision
from bot.domain.errors import ExternalFailure
from bot.domain.ids import new_id
from bot.domain.workspaces import UserId, Viewer
from bot.usecases.decisions.cards import announce
from bot.usecases.decisions.place import place_of
from bot.usecases.ports import Job, UnitOfWork
from bot.usecases.services import Services

CARD = "decisions.card"  # a job's kind; its subject is the decision's number


def announce_now_or_later(
    uow: UnitOfWork, decision: Decision, *, can_post: bool | None, at: datetime, known: dict[UserId, str]
) -> None:
    """Queue the card, or (where `can_post` is None) the question whether it can be posted where it was made."""
    if can_post is None:
        uow.jobs.add(Job(uow.workspace_id, new_id(at), CARD, str(decision.number), next_at=at))
    else:
        announce(uow, decision, can_post=can_post, at=at, known=known)


def post_card(services: Services, job: Job) -> None:
    """Ask Slack about the place, and post the card there or send it by DM. Raises ExternalFailure to be run again."""
    with services.store.read(job.workspace_id) as uow:
        decision = uow.decisions.get(int(job.subject_id), Viewer.system())
    place = place_of(services, job.workspace_id, decision.source.conversation)
    if place.can_post is None:
        raise ExternalFailure("Slack can't say where that is.", permanent=False, code="place_unknown")
    _post(services, job, can_post=place.can_post)


def send_card(services: Services, job: Job, _reason: str) -> None:
    """Slack will not tell: its author gets the card by DM."""
    _post(services, job, can_post=False)


def _post(services: Services, job: Job, *, can_post: bool) -> None:
    now = services.clock.now()
    with services.store.begin(job.workspace_id) as uow:
        if not uow.inbox.take(f"card:{job.id}", at=now):
            return
        announce(uow, uow.decisions.get(int(job.subject_id), Viewer.system()), can_post=can_post, at=now)
        uow.commit()
    services.nudge()
