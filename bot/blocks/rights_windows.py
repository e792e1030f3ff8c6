"""The windows in which the CTO says who decides: one for an area, one for the approval limits."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.blocks.kit import (
    Json,
    actions,
    button,
    confirm,
    context,
    field,
    modal,
    option,
    people_select,
    section,
    several,
    several_people,
    text_input,
    value_of,
)
from bot.blocks.rights import DROP_LIMITS, FORM, LIMITS, REMOVE
from bot.domain.errors import InvalidInput
from bot.domain.phrases import read_cost
from bot.domain.rights import Approver, ApproverKind, DecisionRight, GroupId, Limits, Party, Tier, default_limits
from bot.domain.rights_checked import (
    AREA_LIMIT,
    MOST_IN_PARTY,
    MOST_TIERS,
    OUTSIDE_NAMES_LIMIT,
    RightDraft,
    TierDraft,
    checked_limits,
    listed_outside,
    outside_names,
)
from bot.domain.spoken import amount
from bot.domain.workspaces import Role, WorkspaceId
from bot.usecases.ports import UserGroup
from bot.usecases.rights import LimitsAsTheyStand, RightAsItStands

SUM_LENGTH = 40
GONE = "A user group that I can't see"
PARTIES = (
    ("agrees", "Must agree", "Each of them can stop it. Of a user group, one person speaks for it."),
    ("input", "Give input", "Asked before it is decided. They can't stop it."),
    ("performs", "Are told", "Once it is decided: those who carry it out."),
)
ROLES = ((Role.CTO, "The CTO"), (Role.SPONSOR, "The sponsor"), (Role.DEPUTY, "The deputy"))


# --- one area -------------------------------------------------------------------------------------------------------


def build_right(stands: RightAsItStands) -> Json:
    """The window of one area, filled with how it stands."""
    right = stands.right or DecisionRight("", stands.area, 0)
    blocks = [
        field("Area", text_input("area", initial=right.area, limit=AREA_LIMIT, focus=not right.area), "area"),
        field(
            "Decides",
            people_select("decides", initial=right.decides),
            "decides",
            optional=True,
            hint="One person. Empty: whoever writes a decision decides it.",
        ),
    ]
    for name, label, hint in PARTIES:
        blocks += _party(name, label, hint, getattr(right, name), stands.groups)
    if stands.groups_note:
        blocks.append(context(stands.groups_note))
    blocks += _further(right, stands.limits)
    if stands.right is not None:
        sure = confirm("Remove this area?", "Then whoever writes a decision about it decides it.", "Remove")
        remove = button("Remove this area", REMOVE, stands.right.area, style="danger", confirm=sure)
        blocks.append(actions(remove, block_id="remove"))
    currency = stands.limits.currency if stands.limits else None
    seen = {"a": stands.right.area if stands.right else None, "m": stands.mark, "c": currency}
    return modal("Who decides", blocks, callback_id=FORM, submit="Save", metadata=seen)


def read_right(state: Mapping[str, Any], metadata: Mapping[str, Any]) -> RightDraft:
    """Raises InvalidInput naming the field."""
    currency = metadata.get("c")
    return RightDraft(
        area=_text(state, "area"),
        decides=value_of(state, "decides", "decides"),
        agrees=_read_party(state, "agrees"),
        input=_read_party(state, "input"),
        performs=_read_party(state, "performs"),
        deputy_up_to=read_sum(_text(state, "deputy_up_to"), "deputy_up_to", currency),
        risk_days=_days(_text(state, "risk_days")),
    )


def seen_in(metadata: Mapping[str, Any]) -> tuple[str | None, str]:
    """Which area the window showed, None for a new one; and the mark of how it stood."""
    area = metadata.get("a")
    return (area if isinstance(area, str) else None), str(metadata.get("m") or "")


def _party(name: str, label: str, hint: str, party: Party, groups: Sequence[UserGroup]) -> list[Json]:
    people = several_people(name, initial=party.people, most=MOST_IN_PARTY)
    blocks = [field(label, people, name, optional=True, hint=hint)]
    options = _group_options(groups, party.groups)
    if options:
        menu = several(f"{name}_groups", options, initial=party.groups)
        blocks.append(field(f"{label}: user groups", menu, f"{name}_groups", optional=True))
    return blocks


def _further(right: DecisionRight, limits: Limits | None) -> list[Json]:
    currency = f"In {limits.currency}" if limits else "In the currency of your approval limits"
    return [
        field(
            "Deputy may decide below",
            text_input("deputy_up_to", initial=_sum(right.deputy_up_to), placeholder="2000 or 2k", limit=SUM_LENGTH),
            "deputy_up_to",
            optional=True,
            hint=f"{currency}. What costs nothing is below it too.",
        ),
        field(
            "Longest risk acceptance (days)",
            text_input(
                "risk_days", initial=str(right.risk_days) if right.risk_days else None, placeholder="90", limit=5
            ),
            "risk_days",
            optional=True,
        ),
    ]


# --- the limits -----------------------------------------------------------------------------------------------------


def build_limits(stands: LimitsAsTheyStand) -> Json:
    """The window of the approval limits: as they stand, or as many companies have them."""
    limits = stands.limits or default_limits("")
    steps = [*limits.tiers, *[None] * (MOST_TIERS - len(limits.tiers))]
    blocks: list[Json] = [
        section(
            "Who signs off what a decision costs. A step is for all that costs less than its sum; the last has no sum "
            "and is for all that costs more. Steps that you leave empty are not used."
        ),
        field("Currency", text_input("currency", initial=limits.currency, placeholder="EUR", limit=3), "currency"),
    ]
    for number, tier in enumerate(steps, start=1):
        blocks += _step(number, tier, stands.groups)
    if stands.limits is not None:
        sure = confirm("Remove the limits?", "Then nobody signs off because of what it costs.", "Remove")
        blocks.append(actions(button("Remove the limits", DROP_LIMITS, style="danger", confirm=sure), block_id="drop"))
    return modal("Approval limits", blocks, callback_id=LIMITS, submit="Save", metadata={"m": stands.mark})


def read_limits(state: Mapping[str, Any], workspace: WorkspaceId) -> Limits:
    """Raises InvalidInput naming the field."""
    currency = _text(state, "currency").upper()
    steps = []
    for number in range(1, MOST_TIERS + 1):
        named = value_of(state, f"approvers_{number}", f"approvers_{number}") or []
        people = value_of(state, f"people_{number}", f"people_{number}") or []
        approvers = (
            *(_approver(each, f"approvers_{number}") for each in named),
            *(Approver(ApproverKind.PERSON, each) for each in people),
            *outside_names(_text(state, f"outside_{number}"), f"outside_{number}"),
        )
        steps.append(TierDraft(read_sum(_text(state, f"up_to_{number}"), f"up_to_{number}", currency), approvers))
    return checked_limits(workspace, currency, steps)


def _step(number: int, tier: Tier | None, groups: Sequence[UserGroup]) -> list[Json]:
    approvers = tier.approvers if tier else ()
    named = [each for each in approvers if each.kind in {ApproverKind.ROLE, ApproverKind.GROUP}]
    people = [each.id for each in approvers if each.kind is ApproverKind.PERSON]
    outside = listed_outside(approvers)
    up_to = tier.up_to if tier else None
    options = [option(label, f"{ApproverKind.ROLE}:{role}") for role, label in ROLES]
    chosen = [each.id for each in named if each.kind is ApproverKind.GROUP]
    options += [
        option(each["text"]["text"], f"{ApproverKind.GROUP}:{each['value']}") for each in _group_options(groups, chosen)
    ]
    menu = several(f"approvers_{number}", options, initial=[f"{each.kind}:{each.id}" for each in named])
    names = text_input(
        f"outside_{number}", initial=outside or None, placeholder="the CFO, the board", limit=OUTSIDE_NAMES_LIMIT
    )
    return [
        field(
            f"Step {number}: costs less than",
            text_input(f"up_to_{number}", initial=_sum(up_to), placeholder="10000 or 10k", limit=SUM_LENGTH),
            f"up_to_{number}",
            optional=True,
        ),
        field(f"Step {number}: sign off", menu, f"approvers_{number}", optional=True),
        field(
            f"Step {number}: people",
            several_people(f"people_{number}", initial=people, most=MOST_IN_PARTY),
            f"people_{number}",
            optional=True,
        ),
        field(f"Step {number}: not in Slack", names, f"outside_{number}", optional=True),
    ]


# --- reading and showing --------------------------------------------------------------------------------------------


def read_sum(text: str, name: str, currency: Any) -> Decimal | None:
    """10000, 10k or €10k, in `currency`; None for nothing. Raises InvalidInput naming the field `name`."""
    if not text:
        return None
    found, said = read_cost(text)
    if found is None:
        bare = re.sub(rf"\b{re.escape(currency)}\b", "", text, flags=re.IGNORECASE) if currency else text
        found, said = read_cost(f"{bare.strip()} EUR")[0], None
    if found is None or "-" in text:
        raise InvalidInput("Write the sum as a number, such as 10000 or 10k.", name)
    if said and currency and said != currency:
        raise InvalidInput(f"Your limits are in {currency}. Write this sum in {currency} too.", name)
    return found


def _read_party(state: Mapping[str, Any], name: str) -> Party:
    people = value_of(state, name, name) or []
    groups = value_of(state, f"{name}_groups", f"{name}_groups") or []
    return Party(tuple(people), tuple(groups))


def _approver(value: str, name: str) -> Approver:
    kind, _, found = value.partition(":")
    if kind == ApproverKind.ROLE and found in {role.value for role, _ in ROLES}:
        return Approver(ApproverKind.ROLE, found)
    if kind == ApproverKind.GROUP and found:
        return Approver(ApproverKind.GROUP, found)
    raise InvalidInput("Pick them from the list.", name)


def _group_options(groups: Sequence[UserGroup], chosen: Iterable[GroupId]) -> list[Json]:
    """Those of the workspace; and those that were chosen and are not among them, so that they don't get lost."""
    chosen = tuple(chosen)
    known = {group.id for group in groups}
    gone = [option(GONE, each, each) for each in chosen if each not in known]
    first = sorted(groups, key=lambda group: group.id not in chosen)  # a menu ends after a hundred
    return [*gone, *(option(f"@{group.handle}", group.id, group.name) for group in first)]


def _days(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 5:
        raise InvalidInput("Write a number of days, such as 90, or leave it empty.", "risk_days")
    return int(text)


def _text(state: Mapping[str, Any], name: str) -> str:
    value = value_of(state, name, name)
    return value.strip() if isinstance(value, str) else ""


def _sum(value: Decimal | None) -> str | None:
    return amount(value, None) if value is not None else None
