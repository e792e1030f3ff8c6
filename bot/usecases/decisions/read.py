"""Finding decisions again: one by its number, the latest, those that match, and the pages of the log."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.approvals import Approval, standing, took
from bot.domain.decisions import Decision, DecisionEvent, DecisionStatus
from bot.domain.errors import ExternalFailure, NotAllowed
from bot.domain.filters import Filters, both, read_filters, who_is, with_names
from bot.domain.interchange.entries import Original
from bot.domain.messages import Word
from bot.domain.outbox import Destination
from bot.domain.rights import ApproverKind
from bot.domain.workspaces import ConversationId, Person, UserId, Viewer
from bot.usecases.approvals.asking import called_in
from bot.usecases.decisions.cards import card_of, subject_of
from bot.usecases.decisions.log import LARGEST_NUMBER, within_reach
from bot.usecases.outgoing import say
from bot.usecases.ports import Narrow, UnitOfWork
from bot.usecases.rights import areas_of
from bot.usecases.services import Services

PAGE_SIZE = 10
QUERY_LIMIT = 300
NOTHING_PICKED = Filters()
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
    filters: Filters = field(default_factory=Filters)  # what was understood of the query, with what was picked
    words: Mapping[int, tuple[Word, ...]] = field(default_factory=dict)  # whose word its proposals wait for
    took: Mapping[int, timedelta] = field(default_factory=dict)  # how long it was from proposal to decision
    areas: tuple[str, ...] = ()  # those to pick from


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
        found = uow.decisions.recorded(within_reach(number), viewer)
        involved = {*found.decision.people, *(event.by for event in found.history), *_owners_in(found.history)}
        people = uow.people.get_many(involved | _approvers_in(found.approvals))
    names = {each.id: each.name for each in people.values()}
    return Story(found.decision, found.history, names, found.original, found.approvals)


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
        return _found(uow, viewer, _filters(uow, tidy(query)), limit=limit, before=before, narrow=Narrow())


def page(
    services: Services,
    viewer: Viewer,
    *,
    workspace: str,
    today: date,
    query: str = "",
    which: Which = Which.ALL,
    picked: Filters = NOTHING_PICKED,
    before: int | None = None,
) -> Page:
    """One page of the log for `viewer`. `today` is their own date; `picked` holds together with what `query` says."""
    query = tidy(query)
    before = min(before, LARGEST_NUMBER) if before is not None else None
    narrow = Narrow(
        involving=viewer.person_id if which is Which.MINE else None,
        not_doing=which is Which.NOT_DOING,
        due_by=today if which is Which.DUE else None,
        proposed=which is Which.WAITING,
    )
    with services.store.read(workspace) as uow:
        filters = both(_filters(uow, query), picked)
        shown_as = with_names(query, uow.people.names()) if "<@" in query else query
        found = _found(uow, viewer, filters, limit=PAGE_SIZE + 1, before=before, narrow=narrow)
        more, shown = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
        people = uow.people.get_many({*(each.owner_id for each in shown), *filters.by})
        approvals = uow.approvals.of_many(each.number for each in shown)
        words = _words(uow, [each.number for each in shown if each.status is DecisionStatus.PROPOSED], approvals)
        areas = _areas(uow, viewer)
    names = {each.id: each.name for each in people.values()}
    query = shown_as if len(shown_as) <= QUERY_LIMIT else query
    spent = {each.number: took(each, approvals.get(each.number, ())) for each in shown}
    return Page(
        tuple(shown),
        query,
        which,
        shown[-1].number if more else None,
        names,
        filters,
        words,
        {number: span for number, span in spent.items() if span is not None},
        areas,
    )


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
            say(uow, card_of(uow, decision), Destination(conversation=conversation), at=now, subject=subject_of(number))
            uow.inbox.note(key, decision.ref)
            uow.commit()
    services.nudge()
    return decision


def tidy(query: str) -> str:
    """As searches take it: with straight quotes, and no longer than any that makes sense."""
    return query.translate(_QUOTES).strip()[:QUERY_LIMIT]


def _filters(uow: UnitOfWork, query: str) -> Filters:
    return read_filters(query, lambda name: who_is(name, uow.people.names()))


def _words(
    uow: UnitOfWork, proposals: Iterable[int], approvals: Mapping[int, list[Approval]]
) -> dict[int, tuple[Word, ...]]:
    """Whose word each of `proposals` waits for, called by names that are looked up for all of them at once."""
    open_ones = {number: standing(approvals.get(number, ())) for number in proposals}
    called = called_in(uow, [each for some in open_ones.values() for each in some])
    return {
        number: tuple(Word(called[each.id], each.status.value, each.why) for each in some)
        for number, some in open_ones.items()
        if some
    }


def _areas(uow: UnitOfWork, viewer: Viewer) -> tuple[str, ...]:
    """Those that the workspace has, then whichever others its newest decisions name; each once, whatever its case."""
    found: dict[str, str] = {}
    for each in (*areas_of(uow), *sorted(uow.decisions.areas(viewer), key=str.casefold)):
        found.setdefault(each.casefold(), each)
    return tuple(found.values())


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


def _owners_in(events: Iterable[DecisionEvent]) -> set[UserId]:
    """Who owned it, or accepted its risk, before and after."""
    changes = [event.changes.get(name, []) for event in events for name in ("owner_id", "accepted_by")]
    return {each for change in changes for each in change if each}


def _approvers_in(approvals: Iterable[Approval]) -> set[UserId]:
    """The people whose word is needed by name, and those who spoke for a role or a group."""
    asked = {each.approver.id for each in approvals if each.approver.kind is ApproverKind.PERSON}
    return asked | {each.answered_by for each in approvals if each.answered_by}
