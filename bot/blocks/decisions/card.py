"""The card of a decision, and the words around it: what was understood, where else the card went, what was undone."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.blocks.decisions import ids
from bot.blocks.kit import (
    Drawn,
    Json,
    actions,
    button,
    clip,
    context,
    day,
    escape,
    link,
    moment,
    overflow,
    person,
    section,
)
from bot.domain.approvals import ApprovalStatus
from bot.domain.decisions import Decision, DecisionStatus, is_about_risk
from bot.domain.messages import CardElsewhere, DecisionCard, Word
from bot.domain.spoken import listed
from bot.usecases.decisions import Place

WHY_LIMIT = 900  # a card is read at a glance; Details has all of it
NOT_DOING_LIMIT = 400
NOTE_LIMIT = 600
NAME_LIMIT = 80
WAITS_LIMIT, OBJECTION_LIMIT, MOST_OBJECTIONS = 300, 300, 3
NO_LONGER = frozenset(
    {DecisionStatus.SUPERSEDED, DecisionStatus.REVERSED, DecisionStatus.WITHDRAWN, DecisionStatus.REJECTED}
)


def draw_decision_card(message: DecisionCard) -> Drawn:
    """In the channel or thread where it was made."""
    decision, names = message.decision, message.names
    facts = facts_of(decision, names, message.words)
    blocks = [section(_body(message)), context(*facts), _buttons(decision, waits=bool(message.words))]
    return Drawn(_in_words(message), blocks)


def draw_card_elsewhere(message: CardElsewhere) -> Drawn:
    """For its author by DM: the card, with why it is here and how to have the next one posted there."""
    card = draw_decision_card(DecisionCard(message.decision, message.names, words=message.words))
    if message.conversation.startswith("D"):
        why = "I can't post in that conversation, so here is the card for you."
    else:
        why = (
            f"I can't post in <#{message.conversation}>, so here is the card for you. If I'm not in that channel, "
            "`/invite @Backbeat` to have the next one posted there."
        )
    return Drawn(f"{card.text}\n{why}", [*card.blocks, context(why)])


def understood(decision: Decision, place: Place) -> Drawn:
    """For the asker's eyes: what one line was taken to say, with the way back."""
    lines = [f"Logged *{decision.ref} · {_title(decision)}*", f"*Why:* {clip(escape(decision.why), WHY_LIMIT)}"]
    if decision.not_doing:
        lines.append(f"*Not doing:* {clip(escape(decision.not_doing), NOT_DOING_LIMIT)}")
    lines.append(f"Owner you · {revisit_words(decision.revisit_on)}")
    if not place.is_known:
        lines.append("Slack is slow just now: the card comes when it answers.")
    elif not place.can_post:
        where = f"#{escape(place.name)}" if place.name else "this conversation"
        trouble = f"People of another company are in {where}" if place.is_shared else f"I'm not in {where}"
        lines.append(f"{trouble}, so I'm sending you the card in a DM.")
        if not place.is_dm and not place.is_shared:
            lines[-1] += " `/invite @Backbeat` to have the next one posted here."
    text = "\n".join(lines)
    buttons = actions(
        button("Edit", ids.EDIT, str(decision.number)),
        button("Undo", ids.UNDO, str(decision.number)),
    )
    return Drawn(clip(text, 4000), [section(text), buttons])


def undone(decision: Decision) -> str:
    return f"{decision.ref} is withdrawn. Its number stays, marked so."


def accepted(decision: Decision) -> str:
    """To whoever pressed *Mark as decided*."""
    if decision.status is DecisionStatus.PROPOSED:
        return f"Thank you. {decision.ref} still waits for others: its card says for whom."
    return f"{decision.ref} is decided."


def revisit_buttons(decision: Decision) -> list[Json]:
    """What to do with a decision that has come back: for any message that shows one."""
    number, keep = str(decision.number), "Accept for longer" if is_about_risk(decision) else "It worked, keep"
    return [
        button(keep, ids.KEEP, number, style="primary"),
        button("Amend", ids.CHANGE, number),
        button("Supersede", ids.REPLACE, number),
        button("Reverse", ids.REVERSE, number),
    ]


def revisit_words(revisit_on: date | None) -> str:
    return f"Revisit {day(revisit_on)}" if revisit_on else "No revisit"


def standing(decision: Decision, since: date | None = None) -> str | None:
    """What became of it, where that is more than decided or proposed. `since`: the day of what led there."""
    match decision.status:
        case DecisionStatus.HELD:
            return f"Kept on {day(since)}" if since else "Kept"
        case DecisionStatus.EXPIRED:
            ends = decision.detail.risk_until
            return f"Risk acceptance expired on {day(ends)}" if ends else "Risk acceptance expired"
        case DecisionStatus.AMENDED:
            return _by("Amended", decision.superseded_by)
        case DecisionStatus.SUPERSEDED:
            return _by("Superseded", decision.superseded_by)
        case DecisionStatus.REVERSED:
            return f"Reversed on {day(since or decision.updated_at.date())}"
        case DecisionStatus.WITHDRAWN:
            return "Withdrawn"
        case DecisionStatus.REJECTED:
            return "Rejected"
        case DecisionStatus.IMPORTED:
            return "Imported as it was"
        case _:
            return None


def _by(what: str, number: int | None) -> str:
    """An imported decision may say that it was superseded, and not by what."""
    return f"{what} by D-{number}" if number is not None else what


def name_line(decision: Decision) -> str:
    """Its number and title; struck through once it no longer holds."""
    if decision.status in NO_LONGER:
        return f"~{decision.ref} · {_title(decision).replace('~', '∼')}~"
    return f"*{decision.ref} · {_title(decision)}*"


def _title(decision: Decision) -> str:
    return clip(escape(decision.title).replace("*", "∗"), 900)


def _body(message: DecisionCard) -> str:
    decision, note = message.decision, message.note
    lines = [f"⚖️ {name_line(decision)}"]
    now = standing(decision, message.since)
    if now:
        lines.append(f"*{now}*" + (f": {clip(escape(note), NOTE_LIMIT)}" if note else ""))
    if decision.status is not DecisionStatus.WITHDRAWN:
        lines.append(f"*Why:* {clip(escape(decision.why), WHY_LIMIT)}")
        if decision.not_doing:
            lines.append(f"*Not doing:* {clip(escape(decision.not_doing), NOT_DOING_LIMIT)}")
    return "\n".join([*lines, *objections(decision, message.words)])


def objections(decision: Decision, words: Sequence[Word]) -> list[str]:
    """What blocks a proposal, a line each."""
    if decision.status is not DecisionStatus.PROPOSED:
        return []
    said = [each for each in words if each.status == ApprovalStatus.OBJECTED.value][:MOST_OBJECTIONS]
    return [f"*{_upper(each.name)} objects:* {clip(escape(each.why or ''), OBJECTION_LIMIT)}" for each in said]


def waits_for(words: Sequence[Word]) -> str:
    """Those whose word is missing, or stands against it: safe mrkdwn, empty for nobody."""
    missing = {ApprovalStatus.WAITING.value, ApprovalStatus.OBJECTED.value}
    return clip(listed([each.name for each in words if each.status in missing] or [""]), WAITS_LIMIT)


def _upper(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"


def facts_of(decision: Decision, names: Mapping[str, str], words: Sequence[Word] = ()) -> list[str]:
    """Lines of mrkdwn: whose it is, who decided it, when it comes back, what it replaces; then where it came from."""
    facts = [_owner(decision, names)]
    if decision.status is DecisionStatus.PROPOSED:
        whom = waits_for(words) or (_name(decision.owner_id, names) if decision.owner_id in names else "")
        waits = f" · waiting for {whom}" if whom else ""
        facts.append(f"*Proposed* by {_name(decision.author_id, names)} {moment(decision.created_at, '{ago}')}{waits}")
    elif decision.decided_by:
        facts.append(f"Decided by {_name(decision.decided_by, names)}")
    if decision.is_active:
        facts.append(revisit_words(decision.revisit_on))
    facts += _accepted(decision, names)
    if decision.supersedes:
        would = decision.status in {DecisionStatus.PROPOSED, DecisionStatus.REJECTED}
        facts.append(f"{'Meant to take the' if would else 'In'} place of D-{decision.supersedes}")
    if decision.related:
        facts.append(f"Related to {listed([f'D-{each}' for each in decision.related])}")
    texts = [" · ".join(facts)]
    origin = _source_link(decision, names)
    return [*texts, origin] if origin else texts


def _accepted(decision: Decision, names: Mapping[str, str]) -> list[str]:
    """Who accepts its risk, and until when; of what expired, who did."""
    ends, who = decision.detail.risk_until, decision.detail.accepted_by
    if ends is None:
        return []
    by = f" by {_name(who, names)}" if who else ""
    if decision.status is DecisionStatus.EXPIRED:
        return [f"The risk was accepted{by}"] if by else []
    return [f"Risk accepted{by} until {day(ends)}"]


def _owner(decision: Decision, names: Mapping[str, str]) -> str:
    """Only an owner who is not the author is mentioned, and only while there is something to own."""
    if decision.owner_id != decision.author_id and decision.is_active:
        return f"Owner {person(decision.owner_id)}"
    return f"Owner {_name(decision.owner_id, names)}"


def _name(user: str, names: Mapping[str, str]) -> str:
    return clip(escape(names[user]), NAME_LIMIT) if user in names else person(user)


def _source_link(decision: Decision, names: Mapping[str, str]) -> str | None:
    source = decision.source
    whose = f"{_name(source.author_id, names)}'s" if source.author_id and source.author_id in names else "a"
    return link(source.permalink, f"From {whose} message ↗")


def _buttons(decision: Decision, *, waits: bool) -> Json:
    """`waits`: for people who were asked themselves, so that nothing here invites everybody else."""
    number = str(decision.number)
    elements = [button("Details", ids.OPEN, number)]
    if decision.status is DecisionStatus.PROPOSED:
        elements = [*to_decide(decision.number, invites=not waits), *elements]
    if decision.is_active:
        elements.append(more_menu(decision, undo=True))
    return actions(*elements)


def to_decide(number: int, *, invites: bool = True) -> list[Json]:
    """What to do with a proposal. Who may is told on the click: a card is the same for everybody."""
    return [
        button("Mark as decided", ids.ACCEPT, str(number), style="primary" if invites else None),
        button("Reject", ids.REJECT, str(number)),
    ]


def more_menu(decision: Decision, *, undo: bool) -> Json:
    """On a card it offers Undo to all. A proposal was never decided, so there is nothing to reverse."""
    reverse = [] if decision.status is DecisionStatus.PROPOSED else [ids.Verb.REVERSE]
    verbs = [ids.Verb.AMEND, ids.Verb.SUPERSEDE, *reverse, *([ids.Verb.UNDO] if undo else [])]
    return overflow(ids.MORE, [(verb.value.capitalize(), f"{verb.value}:{decision.number}") for verb in verbs])


def _in_words(message: DecisionCard) -> str:
    """All of the card for those who hear it, and for notifications."""
    decision, names, note = message.decision, message.names, message.note
    now = standing(decision, message.since) or ("Proposed" if decision.status is DecisionStatus.PROPOSED else "")
    parts = [
        f"{decision.ref}: {clip(escape(decision.title), 900)}",
        now,
        clip(escape(note), NOTE_LIMIT) if note else "",
        f"Why: {clip(escape(decision.why), WHY_LIMIT)}",
        f"Not doing: {clip(escape(decision.not_doing), NOT_DOING_LIMIT)}" if decision.not_doing else "",
        f"Owner {_name(decision.owner_id, names)}" if decision.owner_id in names else "",
        revisit_words(decision.revisit_on) if decision.is_active else "",
    ]
    return "\n".join(part for part in parts if part)
