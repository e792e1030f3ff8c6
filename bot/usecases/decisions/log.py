"""Logging a decision: it gets the workspace's next number, a first line of history, and a card."""

from dataclasses import replace
from datetime import datetime

from bot.domain import decisions as rules
from bot.domain.approvals import is_complete
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus, Detail, Draft, Source
from bot.domain.errors import Conflict, ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.hours import today_for
from bot.domain.ids import new_id
from bot.domain.workspaces import EVERYONE, Audience, Person, UserId, Viewer
from bot.usecases.approvals import asking
from bot.usecases.decisions.capture import answer_suggestions, must_be_first
from bot.usecases.decisions.cards import renew
from bot.usecases.decisions.link import find_link_later
from bot.usecases.decisions.posting import announce_now_or_later
from bot.usecases.decisions.risks import check_risk
from bot.usecases.people import person_known, viewer_for
from bot.usecases.ports import UnitOfWork
from bot.usecases.revisits import await_revisit
from bot.usecases.services import Services

LARGEST_NUMBER = 2**31 - 1  # what PostgreSQL's integer holds


def log(
    services: Services,
    person: Person,
    draft: Draft,
    *,
    key: str,
    source: Source = Source(),
    audience: Audience = EVERYONE,
    can_post: bool | None = True,
    related: tuple[int, ...] = (),
    viewer: Viewer | None = None,
    at: datetime | None = None,
) -> Decision:
    """A new decision by `person`, and its card where it was made (a DM to them where `can_post` is False; once Slack
    tells which of the two, where it is None).

    It is proposed, whatever the draft says, where the rights ask for anybody's word but theirs, and those are asked. A
    repeat of `key` returns the decision of the first time. Raises InvalidInput where the owner is no member or the cost
    can't be compared with the limits, LoggedMeanwhile where the message was logged before. Of `related`, the decisions
    that it stands beside, it raises NotFound for one that `viewer` may not see, as for one that is not there, and
    NotAllowed for one that fewer people may see than this one.
    """
    check_owner(services, person, draft.owner_id)
    check_acceptor(services, person, draft.detail)
    groups = asking.read_for(services, person.workspace_id, draft.detail, author=person.id)
    now = at or services.clock.now()
    means_it = draft.status is DecisionStatus.DECIDED
    if related and viewer is None:
        viewer = viewer_for(services, person)
    with services.store.begin(person.workspace_id) as uow:
        if not uow.inbox.take(key, at=now):
            return _of_first_time(uow, key)
        if viewer is not None:
            for each in related:
                must_be_open_to(uow.decisions.get(within_reach(each), viewer), audience)
        check_risk(uow, draft.detail, today_for(person, now))
        ruling = asking.ruling_on(uow, draft.detail, author=person.id)
        number = uow.workspaces.take_decision_number()
        approvals = asking.opened(uow, ruling, groups, number=number, by=person.id, means_it=means_it, at=now)
        decided = means_it and is_complete(approvals)
        decision = _new(person, draft, number, decided=decided, source=source, audience=audience, at=now)
        decision = replace(decision, related=related)
        must_be_first(uow, source)
        answer_suggestions(uow, decision, at=now)
        _enter(uow, decision, key=key)
        asking.enter(uow, decision, ruling, approvals, by=person.id, at=now)
        find_link_later(uow, decision, at=now)
        announce_now_or_later(uow, decision, can_post=can_post, at=now, known={person.id: person.name})
        uow.commit()
    services.nudge()
    return decision


def supersede(
    services: Services,
    person: Person,
    number: int,
    draft: Draft,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
    can_post: bool | None = True,
) -> Decision:
    """A new number that takes the place of `number`. Returns the new one. Raises NotFound, Conflict.

    Where it needs anybody's word but theirs it is a proposal, and the old one stands until that is decided.
    """
    return _replace(services, person, number, draft, amended=False, key=key, at=at, viewer=viewer, can_post=can_post)


def amend(
    services: Services,
    person: Person,
    number: int,
    draft: Draft,
    *,
    key: str,
    at: datetime | None = None,
    viewer: Viewer | None = None,
    can_post: bool | None = True,
) -> Decision:
    """As `supersede`, where the direction stays and a part of it changes."""
    return _replace(services, person, number, draft, amended=True, key=key, at=at, viewer=viewer, can_post=can_post)


def _replace(
    services: Services,
    person: Person,
    number: int,
    draft: Draft,
    *,
    amended: bool,
    key: str,
    at: datetime | None,
    viewer: Viewer | None,
    can_post: bool | None,
) -> Decision:
    check_owner(services, person, draft.owner_id)
    viewer = viewer or viewer_for(services, person)
    with services.store.read(person.workspace_id) as uow:
        standing = uow.decisions.get(
            within_reach(number), viewer
        )  # before a number is taken: it tells whether they may
    check_acceptor(services, person, draft.detail, before=standing.detail)
    only_area = replace(standing.detail, cost=None, currency=None)
    groups = asking.read_for(services, person.workspace_id, draft.detail, only_area, author=person.id)
    now = at or services.clock.now()
    means_it = draft.status is DecisionStatus.DECIDED
    with services.store.begin(person.workspace_id) as uow:
        if not uow.inbox.take(key, at=now):
            return _of_first_time(uow, key)
        fresh = uow.workspaces.take_decision_number()  # from here on the workspace's numbers are ours until commit
        old = uow.decisions.get(number, viewer)
        rules.replaced_by(old, fresh, amended=amended, at=now)  # raises where it does not stand any more
        check_risk(uow, draft.detail, today_for(person, now), before=old.detail)
        ruling = asking.ruling_on(uow, draft.detail, author=person.id, replacing=old.detail)
        if not means_it and not ruling.needed:
            raise InvalidInput(
                "What takes a decision's place is decided. To propose it, log it by itself.", field="status"
            )
        approvals = asking.opened(uow, ruling, groups, number=fresh, by=person.id, means_it=means_it, at=now)
        decided = means_it and is_complete(approvals)
        # The new one is shown where the old one was, to the same people: a private decision never widens by itself.
        source = Source(old.source.conversation, None, old.source.thread_ts or old.source.ts)
        decision = _new(person, draft, fresh, decided=decided, source=source, audience=old.audience, at=now)
        decision = replace(decision, supersedes=number)
        _enter(uow, decision, key=key)
        if amended and not decided:
            asking.write(uow, decision, DecisionEventKind.TO_AMEND, by=person.id, at=now)
        asking.enter(uow, decision, ruling, approvals, by=person.id, at=now)
        announce_now_or_later(uow, decision, can_post=can_post, at=now, known={person.id: person.name})
        if decided:
            _give_way(uow, old, decision, amended=amended, by=person.id, at=now)
        uow.commit()
    services.nudge()
    return decision


def take_place(uow: UnitOfWork, decision: Decision, *, by: UserId, at: datetime) -> Decision:
    """A proposal that is decided now: what it is meant to take the place of gives way.

    Returns the decision; without that link where the other one does not stand any more, so that the two never name
    each other in one direction alone.
    """
    if decision.supersedes is None:
        return decision
    old = uow.decisions.get(decision.supersedes, Viewer.system())
    if not old.is_active:
        return replace(decision, supersedes=None)
    history = uow.decisions.history(decision.number, Viewer.system())
    amended = any(each.kind is DecisionEventKind.TO_AMEND for each in history)
    _give_way(uow, old, decision, amended=amended, by=by, at=at)
    return decision


def _give_way(uow: UnitOfWork, old: Decision, decision: Decision, *, amended: bool, by: UserId, at: datetime) -> None:
    asking.close(uow, old, f"{decision.ref} took the place of {old.ref}.", at=at)
    passed = rules.replaced_by(old, decision.number, amended=amended, at=at)
    uow.decisions.save(passed)
    kind = DecisionEventKind.AMENDED if amended else DecisionEventKind.SUPERSEDED
    record(uow, old, passed, kind, by=by, at=at, why=decision.why)
    renew(uow, passed, at=at)


def must_be_open_to(decision: Decision, audience: Audience) -> None:
    """A link to it tells of it. Raises NotAllowed where `audience` is wider than its own."""
    if decision.audience not in {EVERYONE, audience}:
        raise NotAllowed(
            f"{decision.ref} is for the members of another conversation, and a link to it would tell of it. "
            "Log this one by itself."
        )


def within_reach(number: int) -> int:
    """`number`, unless it is one that was never given: the database could not even be asked. Raises NotFound."""
    if not 0 < number <= LARGEST_NUMBER:
        raise NotFound(f"D-{number}? I don't know that one.")
    return number


def record(
    uow: UnitOfWork,
    before: Decision,
    after: Decision,
    kind: DecisionEventKind,
    *,
    by: UserId,
    at: datetime,
    why: str | None = None,
) -> None:
    """One line of history: who, when, what and why. Never changed afterwards."""
    uow.decisions.add_event(
        DecisionEvent(after.workspace_id, new_id(at), after.number, kind, by, at, why, rules.changes(before, after))
    )


def check_owner(services: Services, person: Person, owner: UserId) -> None:
    """Raises InvalidInput ("owner")."""
    _check_member(services, person, owner, called="An owner", field="owner")


def check_acceptor(services: Services, person: Person, detail: Detail, *, before: Detail = Detail()) -> None:
    """Who accepts a risk. `before`: what stood, by whoever accepted it then. Raises InvalidInput ("accepted_by")."""
    who = detail.accepted_by
    if who is not None and who != before.accepted_by:
        _check_member(services, person, who, called="Who accepts a risk", field="accepted_by")


def _check_member(services: Services, person: Person, other: UserId, *, called: str, field: str) -> None:
    """Raises InvalidInput for an app, a leaver or somebody of another company. Where Slack can't say, they may."""
    if other == person.id:
        return
    try:
        found = person_known(services, person.workspace_id, other)
    except ExternalFailure as failure:
        if failure.permanent:
            raise InvalidInput("I don't know that person. Pick a member of this workspace.", field) from failure
        return
    if not found.may_act:
        raise InvalidInput(f"{called} is a member of this workspace: no app, no guest company, no leaver.", field)


def _new(
    person: Person, draft: Draft, number: int, *, decided: bool, source: Source, audience: Audience, at: datetime
) -> Decision:
    return Decision(
        workspace_id=person.workspace_id,
        number=number,
        title=draft.title,
        why=draft.why,
        author_id=person.id,
        owner_id=draft.owner_id,
        status=DecisionStatus.DECIDED if decided else DecisionStatus.PROPOSED,
        created_at=at,
        updated_at=at,
        not_doing=draft.not_doing,
        decided_by=person.id if decided else None,
        decided_on=today_for(person, at) if decided else None,
        revisit_on=draft.revisit_on,
        audience=audience,
        source=source,
        detail=draft.detail,
    )


def _enter(uow: UnitOfWork, decision: Decision, *, key: str) -> None:
    uow.decisions.add(decision)
    alone = replace(decision, related=())
    record(uow, alone, decision, DecisionEventKind.LOGGED, by=decision.author_id, at=decision.created_at)
    await_revisit(uow, decision, at=decision.created_at)
    uow.inbox.note(key, decision.ref)


def _of_first_time(uow: UnitOfWork, key: str) -> Decision:
    ref = uow.inbox.outcome(key) or ""
    if not ref.startswith("D-"):
        raise Conflict("That was done already.")
    return uow.decisions.get(int(ref[2:]), Viewer.system())
