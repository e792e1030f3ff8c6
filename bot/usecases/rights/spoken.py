"""Who decides, in plain words: safe mrkdwn that pings nobody."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from bot.domain.rights import Approver, ApproverKind, DecisionRight, Limits, Part, Party, Ruling, Tier
from bot.domain.spoken import amount, escape, listed
from bot.domain.workspaces import Role, UserId
from bot.usecases.ports import UnitOfWork

AUTHOR_DECIDES = "Whoever writes it decides it."
Called = Callable[[Approver], str]
ROLES = {Role.CTO: "the CTO", Role.SPONSOR: "the sponsor", Role.DEPUTY: "the deputy", Role.ADMIN: "an admin"}


def spoken(uow: UnitOfWork, ruling: Ruling, names: Mapping[str, str]) -> str:
    """ "Sam decides (Vendors). Priya must agree. The CFO signs off from 10,000 EUR." `names` as `names_in` gives them.

    People who are missing in `names` are looked up; a user group that is missing is "a user group".
    """
    if ruling.by_deputy and ruling.author_decides:
        return f"The deputy decides this{_about(ruling)}."
    if ruling.author_decides:
        return AUTHOR_DECIDES
    return who_rules(ruling, caller(uow, (each.approver for each in ruling.needed), names))


def who_rules(ruling: Ruling, called: Called) -> str:
    """What `ruling` needs, one sentence for each part in it."""
    words = []
    for part, how in ((Part.DECIDES, f"decides{_about(ruling)}"), (Part.AGREES, "must agree")):
        needed = [called(each.approver) for each in ruling.needed if each.part is part]
        if needed:
            words.append(sentence(f"{listed(needed)} {how}"))
    limits: dict[Decimal | None, list[str]] = {}
    for each in ruling.needed:
        if each.part is Part.LIMIT:
            limits.setdefault(each.since, []).append(called(each.approver))
    for since, needed in limits.items():
        verb = "signs off" if len(needed) == 1 else "sign off"
        words.append(sentence(f"{listed(needed)} {verb}{f' from {amount(since, ruling.currency)}' if since else ''}"))
    return " ".join(words)


def describe(right: DecisionRight, called: Called, currency: str | None) -> str:
    """ "Sam decides. Priya and @finance must agree. Kenji gives input before. @platform is told after." """
    decider = called(Approver(ApproverKind.PERSON, right.decides)) if right.decides else None
    words = [f"{decider} decides" if decider else "whoever writes a decision decides it"]
    if right.agrees:
        words.append(f"{party_called(right.agrees, called)} must agree")
    if right.input:
        words.append(f"{party_called(right.input, called)} {'gives' if _is_one(right.input) else 'give'} input before")
    if right.performs:
        words.append(f"{party_called(right.performs, called)} {'is' if _is_one(right.performs) else 'are'} told after")
    if right.deputy_up_to is not None:
        deputy = called(Approver(ApproverKind.ROLE, Role.DEPUTY.value))
        words.append(f"{deputy} may decide below {amount(right.deputy_up_to, currency)}")
    if right.risk_days is not None:
        words.append(f"a risk is accepted for {right.risk_days} day{'' if right.risk_days == 1 else 's'} at most")
    return " ".join(sentence(each) for each in words)


def describe_limits(limits: Limits, called: Called) -> list[str]:
    """ "Under 10,000 EUR: the CTO (Dana) signs off", one line for each step."""
    lines = []
    below: Decimal | None = None
    for tier in limits.tiers:
        lines.append(f"{_range(below, tier, limits.currency)}: {_signs(tier, called)}")
        below = tier.up_to
    return [f"{line[:1].upper()}{line[1:]}" for line in lines]


def in_one_line(limits: Limits, called: Called) -> str:
    """ "under 10,000 EUR: the CTO (Dana) signs off; from 10,000 EUR: …"."""
    return "; ".join(f"{line[:1].lower()}{line[1:]}" for line in describe_limits(limits, called))


def _range(below: Decimal | None, tier: Tier, currency: str) -> str:
    if tier.up_to is None:
        return f"from {amount(below, currency)}" if below is not None else "any sum"
    if below is None:
        return f"under {amount(tier.up_to, currency)}"
    return f"from {amount(below, None)} to under {amount(tier.up_to, currency)}"


def _signs(tier: Tier, called: Called) -> str:
    if not tier.approvers:
        return "nobody need sign off"
    return f"{listed([called(each) for each in tier.approvers])} {'signs' if len(tier.approvers) == 1 else 'sign'} off"


def _is_one(party: Party) -> bool:
    return len(party.approvers) == 1


def caller(uow: UnitOfWork, approvers: Iterable[Approver], names: Mapping[str, str]) -> Called:
    """What to call each approver, looked up at once: "Sam", "@finance", "the CTO (Dana)", "the board"."""
    roles = uow.workspaces.roles()
    people = {each.id for each in approvers if each.kind is ApproverKind.PERSON}
    people |= {holder for holders in roles.values() for holder in holders}
    missing = people - names.keys()
    known = dict(names) | {person.id: person.name for person in uow.people.get_many(missing).values()}
    return lambda approver: call_by_name(approver, roles, known)


def call_by_name(approver: Approver, roles: Mapping[Role, frozenset[UserId]], names: Mapping[str, str]) -> str:
    match approver.kind:
        case ApproverKind.PERSON:
            return escape(names.get(approver.id, "somebody"))
        case ApproverKind.GROUP:
            return escape(names.get(approver.id, "a user group"))
        case ApproverKind.ROLE:
            role = Role(approver.id)
            holders = sorted(escape(names.get(each, "somebody")) for each in roles.get(role, ()))
            return f"{ROLES[role]} ({listed(holders) if holders else 'nobody yet'})"
        case ApproverKind.OUTSIDE:
            return escape(approver.id)


def party_called(party: Party, called: Called) -> str:
    """ "Priya and @finance"; empty for nobody."""
    return listed([called(each) for each in party.approvers])


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _about(ruling: Ruling) -> str:
    return f" ({escape(ruling.area)})" if ruling.area else ""
