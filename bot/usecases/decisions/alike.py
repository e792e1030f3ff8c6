"""Whether something was decided before: asked while a person is about to log it."""

from collections.abc import Sequence

from bot.domain.decisions import ACTIVE, Decision
from bot.domain.likeness import Log, Text
from bot.domain.workspaces import Viewer
from bot.usecases.services import Services

LOOKED_AT = 1000  # the newest that stand: a person waits for the answer


def alike(
    services: Services, viewer: Viewer, title: str, why: str = "", *, workspace: str, key: str = ""
) -> Decision | None:
    """The decision that this one goes over again, among those that stand and that `viewer` may see, if one does.

    None too where what is done under `key` was done before: it would find itself.
    """
    if not title.strip():
        return None
    with services.store.read(workspace) as uow:
        if key and uow.inbox.outcome(key):
            return None
        standing = uow.decisions.latest(viewer, limit=LOOKED_AT, statuses=ACTIVE)
    return reopened(title, why, standing)


def reopened(title: str, why: str, standing: Sequence[Decision]) -> Decision | None:
    """The one among `standing`, newest first, that a draft of these words goes over again; None where it is none."""
    place = Log(Text(each.title, each.why, each.not_doing) for each in standing).reopened(title, why)
    return None if place is None else standing[place]
