"""The DMs around a proposal: to whom it asks, to its author, and to those who give input or carry it out."""

from bot.blocks.approvals import ids
from bot.blocks.decisions import ids as decision_ids
from bot.blocks.kit import Drawn, Json, actions, button, clip, context, escape, link, moment, overflow, section
from bot.domain.decisions import Decision
from bot.domain.messages import ApprovalRequest, AskedFor, AskedLater, DecisionNotice
from bot.domain.rights import Part
from bot.domain.spoken import amount, listed

TITLE_LIMIT, WHY_LIMIT, NOT_DOING_LIMIT, NAME_LIMIT, ANSWER_LIMIT = 300, 900, 400, 80, 600
MOST = 10
PARTS = {
    Part.DECIDES.value: "You decide this",
    Part.AGREES.value: "It needs your agreement",
    Part.LIMIT.value: "What it costs needs your sign-off",
}


def answer_buttons(approval_id: str) -> list[Json]:
    """What somebody can do who is asked for their word: for any message that asks one person."""
    return [
        button("Approve", ids.APPROVE, approval_id, style="primary"),
        button("Object", ids.OBJECT, approval_id),
        button("Ask", ids.ASK, approval_id),
        overflow(ids.MORE, [("Details", f"{ids.DETAILS}:{approval_id}")]),
    ]


def draw_approval_request(message: ApprovalRequest) -> Drawn:
    """What is settled keeps its words and loses its buttons; an objection can be taken back."""
    decision = message.decision
    title = f"*{decision.ref} · {_title(decision)}*"
    if message.state in {"approved", "closed"}:
        mark = "✓ " if message.state == "approved" else ""
        answer = f"{mark}{clip(message.answer or '', ANSWER_LIMIT)}"
        return Drawn(f"{_title(decision)}\n{answer}", [section(f"{title}\n{answer}")])
    asks = f"{clip(escape(message.author_name), NAME_LIMIT)} asks for your approval"
    lines = [*([message.reason] if message.reason else []), f"{asks}:", title, *words_of(decision)]
    blocks = [section("\n".join(lines)), context(*_around(message))]
    if message.state == "objected":
        blocks.append(section(clip(message.answer or "", ANSWER_LIMIT)))
    blocks.append(actions(*_buttons(message)))
    spoken = [f"{asks}: {decision.ref} · {_title(decision)}", *lines[-len(words_of(decision)) :], *_around(message)]
    return Drawn("\n".join([*([message.reason] if message.reason else []), *spoken]), blocks)


def draw_asked_for(message: AskedFor) -> Drawn:
    """For its author: whom it waits for who can't be asked now."""
    decision = message.decision
    name = f"*{decision.ref} · {_title(decision)}*"
    if not (message.later or message.outside or message.nobody):
        words = f"{name}: everybody has been asked."
        return Drawn(words, [section(words)])
    blocks, lines = [section(f"{name} is proposed, and waits for others.")], [f"{decision.ref} waits for others."]
    for each in _one_each(message.later)[:MOST]:
        words = f"{escape(each.name)} is not at work now. I ask them {moment(each.at)}."
        now = button(f"Ask now ({each.time_there} for {each.name})", ids.ASK_NOW, each.approval_id)
        blocks.append(section(words, accessory=now))
        lines.append(words)
    for approval_id, who in message.outside[:MOST]:
        words = f"{who[:1].upper()}{who[1:]} is not in Slack. Once they approve it, write that down, and it counts."
        blocks.append(section(words, accessory=button("Approved outside Slack", ids.OUTSIDE, approval_id)))
        lines.append(words)
    if message.nobody:
        words = (
            f"I know of nobody in Slack who can speak for {listed(message.nobody)}. `/backbeat who-decides` shows who "
            "decides what; once somebody can, they will find it with `/decisions`."
        )
        blocks.append(section(words))
        lines.append(words)
    return Drawn("\n".join(lines), blocks)


def draw_decision_notice(message: DecisionNotice) -> Drawn:
    """Input before it is decided; word of it once it is."""
    decision, names = message.decision, message.names
    name = f"*{decision.ref} · {_title(decision)}*"
    if message.role == "input":
        who = _name(decision.author_id, names, "Somebody")
        top = f"{who} would like your input before this is decided:"
        thread = link(message.link, "the thread of its card") or "the thread of its card"
        end = f"Say what you think in {thread}. It does not wait for you."
    else:
        by = _name(decision.decided_by or "", names, "those whose word it needed")
        top = f"Decided by {by}, for you to carry out:"
        end = link(message.link, "The card ↗") or "Details has all of it."
    lines = [top, name, *words_of(decision)]
    blocks = [
        section("\n".join(lines)),
        context(end),
        actions(button("Details", decision_ids.OPEN, str(decision.number))),
    ]
    return Drawn("\n".join([*lines, end]), blocks)


def words_of(decision: Decision) -> list[str]:
    """Why, what it rules out, and what it costs: safe mrkdwn."""
    lines = [f"*Why:* {clip(escape(decision.why), WHY_LIMIT)}"]
    if decision.not_doing:
        lines.append(f"*Not doing:* {clip(escape(decision.not_doing), NOT_DOING_LIMIT)}")
    if decision.detail.cost is not None:
        lines.append(f"*Cost:* {escape(amount(decision.detail.cost, decision.detail.currency))}")
    if decision.supersedes is not None:
        lines.append(f"It would take the place of D-{decision.supersedes}.")
    return lines


def _around(message: ApprovalRequest) -> list[str]:
    """Why they are asked, who else is, and where it stands."""
    decision, area = message.decision, message.decision.detail.area
    part = PARTS.get(message.part, PARTS[Part.AGREES.value])
    about = f" ({clip(escape(area), NAME_LIMIT)})" if area else ""
    whose = f", for {message.speaks_for}" if message.speaks_for else ""
    facts = [f"{part}{about}{whose}"]
    if message.others:
        facts.append(f"Also asked: {listed(message.others)}")
    card = link(message.link, "The card ↗")
    if card:
        facts.append(card)
    texts = [clip(" · ".join(facts), 2000)]
    if not decision.audience.is_workspace:
        texts.append("It was made in a private conversation, so please keep it to yourself.")
    return texts


def _buttons(message: ApprovalRequest) -> list[Json]:
    buttons = answer_buttons(message.approval_id)
    return buttons if message.state == "asked" else [buttons[0], *buttons[2:]]


def _one_each(later: tuple[AskedLater, ...]) -> list[AskedLater]:
    """Of those who may speak for the same approver, whoever is asked first."""
    found: dict[str, AskedLater] = {}
    for each in sorted(later, key=lambda item: item.at):
        found.setdefault(each.approval_id, each)
    return list(found.values())


def _title(decision: Decision) -> str:
    return clip(escape(decision.title).replace("*", "∗"), TITLE_LIMIT)


def _name(person: str, names: dict[str, str], otherwise: str) -> str:
    return clip(escape(names[person]), NAME_LIMIT) if person in names else otherwise
