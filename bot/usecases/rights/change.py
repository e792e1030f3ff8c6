"""Saying who decides: the CTO or an admin sets, changes and removes areas and approval limits. Each is audited."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.domain.errors import Conflict, ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.rights import Approver, ApproverKind, DecisionRight, GroupId, Limits, Party, right_for
from bot.domain.rights_checked import MOST_AREAS, RightDraft, checked_right, draft_of
from bot.domain.spoken import listed
from bot.domain.workspaces import Person, UserId
from bot.usecases.people import may_set_up, member
from bot.usecases.ports import UnitOfWork
from bot.usecases.rights.read import mark_of
from bot.usecases.rights.rule import groups_named
from bot.usecases.services import Services

NOT_YOURS = "Only the CTO or an admin can say who decides. Ask one of them."
CHANGED = (
    "Somebody changed this while you had it open. What you filled in is still here: copy what you need, close this, "
    "and open it again to see how it stands now."
)


def set_right(
    services: Services,
    person: Person,
    draft: RightDraft,
    *,
    key: str,
    area: str | None = None,
    mark: str | None = None,
    admins: frozenset[UserId] = frozenset(),
    at: datetime | None = None,
) -> DecisionRight:
    """Say who decides in an area: a new one, or `area` as its window showed it, whose `mark` (see `mark_of`) is given.

    A repeat of `key` changes nothing. Raises NotAllowed, InvalidInput naming the field, Conflict where somebody else
    changed it since.
    """
    _may(services, person, admins)
    checked = checked_right(person.workspace_id, draft, position=0)
    _check_people(services, person, checked)
    groups = _known_groups(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        _require(uow, person, admins)
        uow.rights.hold()
        stand = uow.rights.all()
        if not uow.inbox.take(key, at=now):
            return right_for(stand, checked.area) or checked
        before = right_for(stand, area) if area else None
        if mark is not None and mark_of(before) != mark:
            raise Conflict(CHANGED)
        _must_be_new(stand, checked.area, before)
        if before is None and len(stand) >= MOST_AREAS:
            raise InvalidInput(f"There are {MOST_AREAS} areas already. Remove one first.", "area")
        _check_groups(checked, groups | groups_named(stand, uow.rights.limits()))
        right = replace(checked, position=before.position if before else _after(stand))
        if before is not None and before.area != right.area:
            uow.rights.remove(before.area)
        uow.rights.save(right)
        _note(uow, "rights.set", before, right, by=person.id, at=now)
        uow.commit()
    return right


def remove_right(
    services: Services,
    person: Person,
    area: str,
    *,
    key: str,
    mark: str | None = None,
    admins: frozenset[UserId] = frozenset(),
    at: datetime | None = None,
) -> None:
    """From now on whoever writes a decision of `area` decides it. Raises NotAllowed, NotFound, Conflict."""
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        _require(uow, person, admins)
        uow.rights.hold()
        if not uow.inbox.take(key, at=now):
            return
        before = right_for(uow.rights.all(), area)
        if before is None:
            raise NotFound("Nothing is said about that area any more.")
        if mark is not None and mark_of(before) != mark:
            raise Conflict(CHANGED)
        uow.rights.remove(before.area)
        _note(uow, "rights.removed", before, None, by=person.id, at=now)
        uow.commit()


def let_deputy_decide(
    services: Services,
    person: Person,
    area: str,
    below: Decimal,
    *,
    key: str,
    admins: frozenset[UserId] = frozenset(),
    at: datetime | None = None,
) -> DecisionRight:
    """The deputy decides in `area` what costs less than `below`, in the currency of the limits; the rest stays.

    Raises NotAllowed, InvalidInput.
    """
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        _require(uow, person, admins)
        uow.rights.hold()
        stand = uow.rights.all()
        before = right_for(stand, area)
        if not uow.inbox.take(key, at=now):
            return before or _bare(person, area, _after(stand))
        right = replace(before or _bare(person, area, _after(stand)), deputy_up_to=below)
        right = checked_right(person.workspace_id, draft_of(right), position=right.position)
        uow.rights.save(right)
        _note(uow, "rights.deputy", before, right, by=person.id, at=now)
        uow.commit()
    return right


def set_limits(
    services: Services,
    person: Person,
    limits: Limits,
    *,
    key: str,
    mark: str | None = None,
    admins: frozenset[UserId] = frozenset(),
    at: datetime | None = None,
) -> Limits:
    """Put `limits`, checked by `checked_limits`, in the place of those that stand. Raises as `set_right` does."""
    _may(services, person, admins)
    for number, tier in enumerate(limits.tiers, start=1):
        for each in tier.approvers:
            if each.kind is ApproverKind.PERSON:
                member(services, person.workspace_id, each.id, f"people_{number}")
    groups = _known_groups(services, person)
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        _require(uow, person, admins)
        uow.rights.hold()
        before = uow.rights.limits()
        if not uow.inbox.take(key, at=now):
            return before or limits
        if mark is not None and mark_of(before) != mark:
            raise Conflict(CHANGED)
        stand = uow.rights.all()
        _must_leave_sums_as_they_are(stand, before, limits)
        known = groups | groups_named(stand, before)
        for number, tier in enumerate(limits.tiers, start=1):
            _known_to_us(tier.approvers, known, f"approvers_{number}")
        uow.rights.save_limits(limits)
        _note(uow, "limits.set", before, limits, by=person.id, at=now)
        uow.commit()
    return limits


def drop_limits(
    services: Services,
    person: Person,
    *,
    key: str,
    mark: str | None = None,
    admins: frozenset[UserId] = frozenset(),
    at: datetime | None = None,
) -> None:
    """What a decision costs no longer matters. Raises NotAllowed, Conflict."""
    now = at or services.clock.now()
    with services.store.begin(person.workspace_id) as uow:
        _require(uow, person, admins)
        uow.rights.hold()
        before = uow.rights.limits()
        if not uow.inbox.take(key, at=now):
            return
        if mark is not None and mark_of(before) != mark:
            raise Conflict(CHANGED)
        uow.rights.drop_limits()
        _note(uow, "limits.removed", before, None, by=person.id, at=now)
        uow.commit()


def require_may_change(services: Services, person: Person, *, admins: frozenset[UserId] = frozenset()) -> None:
    """Whether saying who decides is theirs, asked before anybody types. Raises NotAllowed."""
    _may(services, person, admins)


def _may(services: Services, person: Person, admins: frozenset[UserId]) -> None:
    with services.store.read(person.workspace_id) as uow:
        _require(uow, person, admins)


def _require(uow: UnitOfWork, person: Person, admins: frozenset[UserId]) -> None:
    if not may_set_up(uow, person, admins):
        raise NotAllowed(NOT_YOURS)


def _bare(person: Person, area: str, position: int) -> DecisionRight:
    return DecisionRight(person.workspace_id, " ".join(area.split()), position)


def _after(stand: Iterable[DecisionRight]) -> int:
    return max((each.position for each in stand), default=0) + 1


def _must_be_new(stand: Iterable[DecisionRight], area: str, before: DecisionRight | None) -> None:
    there = right_for([each for each in stand if each != before], area)
    if there is not None:
        raise InvalidInput(f"There is an area “{there.area}” already. Change that one, or take another name.", "area")


def _check_people(services: Services, person: Person, right: DecisionRight) -> None:
    named = [("decides", right.decides)] if right.decides else []
    for field, party in _parties(right):
        named += [(field, each) for each in party.people]
    for field, each in named:
        member(services, person.workspace_id, each, field)


def _known_groups(services: Services, person: Person) -> frozenset[GroupId]:
    try:
        return frozenset(each.id for each in services.directory.user_groups(person.workspace_id))
    except ExternalFailure:
        return frozenset()


def _check_groups(right: DecisionRight, known: frozenset[GroupId]) -> None:
    for field, party in _parties(right):
        _known_to_us(party.approvers, known, field)


def _known_to_us(approvers: Iterable[Approver], known: frozenset[GroupId], field: str) -> None:
    """A group of this workspace, or one that was named before: Slack may not tell of groups just now."""
    if any(each.kind is ApproverKind.GROUP and each.id not in known for each in approvers):
        raise InvalidInput("I don't know one of these user groups. Pick them again.", field)


def _must_leave_sums_as_they_are(stand: Iterable[DecisionRight], before: Limits | None, after: Limits) -> None:
    """What the deputy may decide below is in the currency of the limits: 2,000 of another is another sum."""
    left = [each.area for each in stand if each.deputy_up_to is not None]
    areas = left if len(left) <= 5 else [*left[:4], f"{len(left) - 4} more"]
    if before is not None and before.currency != after.currency and left:
        raise InvalidInput(
            f"The deputy decides below a sum in {before.currency} about {listed(areas)}. Empty it there, save these "
            f"limits, and write it there again in {after.currency}.",
            "currency",
        )


def _parties(right: DecisionRight) -> tuple[tuple[str, Party], ...]:
    return (("agrees", right.agrees), ("input", right.input), ("performs", right.performs))


def _note(
    uow: UnitOfWork,
    action: str,
    before: DecisionRight | Limits | None,
    after: DecisionRight | Limits | None,
    *,
    by: UserId,
    at: datetime,
) -> None:
    """For the audit: what stood before and what stands now."""
    stands = after or before
    detail: dict[str, Any] = {
        "before": asdict(before) if before is not None else None,
        "after": asdict(after) if after is not None else None,
    }
    area = stands.area if isinstance(stands, DecisionRight) else None
    uow.audit.add(by=by, action=action, at=at, subject=area, detail=detail)
