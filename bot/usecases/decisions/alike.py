"""Whether something was decided before: asked while a person is about to log it."""

from collections.abc import Iterable

from bot.domain.decisions import ACTIVE, Decision
from bot.domain.likeness import likeness
from bot.domain.workspaces import Viewer
from bot.usecases.services import Services

LOOKED_AT = 200  # the newest that stand: a person waits for the answer


def alike(services: Services, viewer: Viewer, title: str, why: str = "", *, workspace: str) -> Decision | None:
    """The decision that is most like this one among those that stand and that `viewer` may see, if one is at all."""
    if not title.strip():
        return None
    with services.store.read(workspace) as uow:
        standing = uow.decisions.latest(viewer, limit=LOOKED_AT, statuses=ACTIVE)
    return most_alike(title, why, standing)


def most_alike(title: str, why: str, standing: Iterable[Decision]) -> Decision | None:
    """The one among `standing` that is most like it, the newest of equals; None where none is like it at all."""
    scored = [(likeness((title, why), (each.title, each.why)), each.number, each) for each in standing]
    score, _, best = max(scored, key=lambda each: each[:2], default=(0.0, 0, None))
    return best if score > 0 else None
