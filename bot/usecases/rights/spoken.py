"""Who decides, in plain words: safe mrkdwn that pings nobody."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from bot.domain.rights import Approver, ApproverKind, Part, Party, Ruling
from bot.domain.spoken import amount, escape, listed
from bot.domain.workspaces import Role, UserId
from bot.usecases.ports import UnitOfWork

AUTHOR_DECIDES = "Whoever writes it decides it."
Called = Callable[[Approver], str]
_ROLES = {Role.CTO: "the CTO", Role.SPONSOR: "the sponsor", Role.DEPUTY: "the deputy", Role.ADMIN: "an admin"}


def spoken(uow: UnitOfWork, ruling: Ruling, names: Mapping[str, str]) -> str:
    """ "Sam decides (Vendors). Priya must agree. The CFO signs off from 10,000 EUR." `names` as `names_in` gives them.

    People who are missing in `names` are looked up; a user group that is missing is "a user group".
    """
    if ruling.by_deputy:
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
            return f"{_ROLES[role]} ({listed(holders) if holders else 'nobody yet'})"
        case ApproverKind.OUTSIDE:
            return escape(approver.id)


def party_called(party: Party, called: Called) -> str:
    """ "Priya and @finance"; empty for nobody."""
    return listed([called(each) for each in party.approvers])


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _about(ruling: Ruling) -> str:
    return f" ({escape(ruling.area)})" if ruling.area else ""
