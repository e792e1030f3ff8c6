"""Finding decisions again: one by its number, the latest, those that match, and the pages of the log."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.domain.approvals import Approval
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus
from bot.domain.errors import ExternalFailure, NotAllowed
from bot.domain.filters import Filters, read_filters, who_is, with_names
from bot.domain.interchange.entries import Original
from bot.domain.messages import DecisionCard
from bot.domain.outbox import Destination
from bot.domain.rights import ApproverKind
from bot.domain.workspaces import ConversationId, Person, UserId, Viewer
from bot.usecases.decisions.cards import names_in, subject_of
from bot.usecases.decisions.log import LARGEST_NUMBER, within_reach
from bot.usecases.outgoing import say
from bot.usecases.ports import Narrow, UnitOfWork
from bot.usecases.services import Services

PAGE_SIZE = 10
QUERY_LIMIT = 300
_REF = re.compile(r"(?:d[\s-]?|#)?0*(\d{1,18})", re.IGNORECASE)
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))  # what keyboards make of a straight one


class Which(StrEnum):
    """The filters of the log."""

    ALL = "all"
    MINE = "mine"
    WAITING = "waiting"  # proposed, and not decided yet
    DUE = "due"
    NOT_DOING = "not_doing"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the log, newest first. `older` is where the next page begins, None on the last one."""

    decisions: tuple[Decision, ...]
    query: str
    which: Which
    older: int | None
    names: Mapping[UserId, str] = field(default_factory=dict)  # of their owners and who is asked for, as far as known
    filters: Filters = field(default_factory=Filters)  # what of the query was understood


@dataclass(frozen=True, slots=True)
class Story:
    """A decision with its history, oldest first."""

    decision: Decision
    history: tuple[DecisionEvent, ...]
    names: Mapping[UserId, str] = field(default_factory=dict)  # of everybody in it, as far as they are known
    original: Original | None = None  # where it came from, of one that was imported
    approvals: tuple[Approval, ...] = ()  # whose word it waits for, or waited for


def read_ref(text: str) -> int | None:
    """The number that "D-14", "d14", "#14" or "14" names. None for anything else."""
    found = _REF.fullmatch(text.strip())
    return int(found[1]) if found else None


def get(services: Services, viewer: Viewer, number: int, *, workspace: str) -> Decision:
    """Raises NotFound, the same for what does not exist and for what `viewer` may not see."""
    with services.store.read(workspace) as uow:
        return uow.decisions.get(within_reach(number), viewer)


def story(services: Services, viewer: Viewer, number: int, *, workspace: str) -> Story:
    """Raises NotFound as `get` does."""
    with services.store.read(workspace) as uow:
        decision = uow.decisions.get(within_reach(number), viewer)
        events = tuple(uow.decisions.history(number, viewer))
        approvals = tuple(uow.approvals.of(number))
        involved = {*_people_in(decision), *(event.by for event in events), *_owners_in(events)}
        people = uow.people.get_many(involved | _approvers_in(approvals))
        is_imported = bool(events) and events[0].kind is DecisionEventKind.IMPORTED
        originals = uow.decisions.originals([number], viewer) if is_imported else {}
    names = {each.id: each.name for each in people.values()}
    return Story(decision, events, names, originals.get(number), approvals)


def latest(
    services: Services,
    viewer: Viewer,
    *,
    workspace: str,
    limit: int = PAGE_SIZE,
    before: int | None = None,
    statuses: frozenset[DecisionStatus] | None = None,
) -> list[Decision]:
    """Newest first."""
    with services.store.read(workspace) as uow:
        return uow.decisions.latest(viewer, limit=limit, before=before, statuses=statuses)


def search(
    services: Services, viewer: Viewer, query: str, *, workspace: str, limit: int = PAGE_SIZE, before: int | None = None
) -> list[Decision]:
    """Newest first, by words and filters. Never fails on odd input."""
    with services.store.read(workspace) as uow:
        return _found(uow, viewer, _filters(uow, _tidy(query)), limit=limit, before=before, narrow=Narrow())


def page(
    services: Services,
    viewer: Viewer,
    *,
    workspace: str,
    today: date,
    query: str = "",
    which: Which = Which.ALL,
    before: int | None = None,
) -> Page:
    """One page of the log for `viewer`. `today` is their own date."""
    query = _tidy(query)
    before = min(before, LARGEST_NUMBER) if before is not None else None
    narrow = Narrow(
        involving=viewer.person_id if which is Which.MINE else None,
        not_doing=which is Which.NOT_DOING,
        due_by=today if which is Which.DUE else None,
        proposed=which is Which.WAITING,
    )
    with services.store.read(workspace) as uow:
        filters = _filters(uow, query)
        shown_as = with_names(query, uow.people.names()) if "<@" in query else query
        found = _found(uow, viewer, filters, limit=PAGE_SIZE + 1, before=before, narrow=narrow)
        more, shown = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
        people = uow.people.get_many({*(each.owner_id for each in shown), *filters.by})
    names = {each.id: each.name for each in people.values()}
    query = shown_as if len(shown_as) <= QUERY_LIMIT else query
    return Page(tuple(shown), query, which, shown[-1].number if more else None, names, filters)


def from_message(
    services: Services, viewer: Viewer, conversation: ConversationId, ts: str, *, workspace: str
) -> Decision | None:
    """What was logged from this message before, as far as `viewer` may see it."""
    with services.store.read(workspace) as uow:
        return uow.decisions.from_message(conversation, ts, viewer)


def share(
    services: Services, person: Person, viewer: Viewer, number: int, conversation: ConversationId, *, key: str
) -> Decision:
    """Post the card in another channel, never beyond the decision's audience. Raises NotFound, NotAllowed."""
    decision = get(services, viewer, number, workspace=person.workspace_id)
    try:
        info = services.directory.conversation(person.workspace_id, conversation)
    except ExternalFailure as failure:
        if not failure.permanent:
            raise
        raise NotAllowed("I'm not in that channel. Use /invite @Backbeat there first.") from failure
    if decision.audience.conversation not in {None, conversation}:
        raise NotAllowed(
            f"{decision.ref} is for the members of the channel it was made in. Everybody there can see it already."
        )
    if not info.is_member:
        raise NotAllowed("I'm not in that channel. Use /invite @Backbeat there first.")
    if info.is_shared:
        raise NotAllowed("People of another company are in that channel. Pick one that is yours alone.")
    is_closed = info.is_private or info.is_dm or viewer.is_guest  # a guest sees only the channels that they are in
    if is_closed and conversation not in viewer.conversations:
        raise viewer.unseen(NotAllowed("Pick a channel that you are in."))
    now = services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        decision = uow.decisions.get(number, viewer)
        if uow.inbox.take(key, at=now):
            card = DecisionCard(decision, names_in(uow, decision))
            say(uow, card, Destination(conversation=conversation), at=now, subject=subject_of(number))
            uow.inbox.note(key, decision.ref)
            uow.commit()
    services.nudge()
    return decision


def _tidy(query: str) -> str:
    return query.translate(_QUOTES).strip()[:QUERY_LIMIT]


def _filters(uow: UnitOfWork, query: str) -> Filters:
    return read_filters(query, lambda name: who_is(name, uow.people.names()))


def _found(
    uow: UnitOfWork,
    viewer: Viewer,
    filters: Filters,
    *,
    limit: int,
    before: int | None,
    narrow: Narrow,
) -> list[Decision]:
    narrow = replace(
        narrow,
        involving=viewer.person_id if filters.mine else narrow.involving,
        by=filters.by,
        areas=filters.areas,
        since=filters.since,
        until=filters.until,
        statuses=filters.statuses,
    )
    if filters.words:
        return uow.decisions.search(" ".join(filters.words), viewer, limit=limit, before=before, narrow=narrow)
    return uow.decisions.latest(viewer, limit=limit, before=before, narrow=narrow)


def _people_in(decision: Decision) -> set[UserId]:
    found = {decision.author_id, decision.owner_id, decision.decided_by, decision.source.author_id}
    return {each for each in found if each}


def _owners_in(events: Iterable[DecisionEvent]) -> set[UserId]:
    """Who owned it before, and after."""
    return {each for event in events for each in event.changes.get("owner_id", ()) if each}


def _approvers_in(approvals: Iterable[Approval]) -> set[UserId]:
    """The people whose word is needed by name, and those who spoke for a role or a group."""
    asked = {each.approver.id for each in approvals if each.approver.kind is ApproverKind.PERSON}
    return asked | {each.answered_by for each in approvals if each.answered_by}
