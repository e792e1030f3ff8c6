"""What leaves the log: the decisions that everyone may see, or all of them where the operator says so."""

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.interchange.record import Leaving
from bot.domain.workspaces import Viewer, WorkspaceId
from bot.usecases.ports import Store

AT_ONCE = 200
EVERYBODY = Viewer("")  # a member who is in no private conversation, and neither author nor owner of anything


def leaving(store: Store, workspace: WorkspaceId, *, everything: bool) -> list[Leaving]:
    """Oldest first, withdrawn ones too: their numbers are part of the log. `everything`: private ones as well."""
    viewer, found, before = Viewer.system() if everything else EVERYBODY, list[Leaving](), None
    with store.read(workspace) as uow:
        uow.workspaces.get()
        while page := uow.decisions.latest(viewer, limit=AT_ONCE, before=before, statuses=frozenset(DecisionStatus)):
            originals = uow.decisions.originals([each.number for each in page], viewer)
            people = uow.people.get_many({person for each in page for person in _people_of(each)})
            names = {person.id: person.name for person in people.values()}
            found += [Leaving(each, originals.get(each.number), names) for each in page]
            before = page[-1].number
    return found[::-1]


def _people_of(decision: Decision) -> set[str]:
    return {each for each in (decision.owner_id, decision.decided_by) if each}
