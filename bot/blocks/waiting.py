"""The daily *Waiting for you*: approvals and decisions that came back, each with what to do about it."""

from datetime import date

from bot.blocks.decisions import ids
from bot.blocks.decisions.card import revisit_buttons, to_decide
from bot.blocks.kit import Drawn, Json, actions, button, clip, context, day, divider, escape, header, section
from bot.blocks.waiting_approvals import approval_blocks, approval_in_words
from bot.domain import spoken
from bot.domain.decisions import Decision, DecisionStatus, is_about_risk
from bot.domain.messages import WaitingApproval, WaitingForYou, WaitingItem

ROWS = 10  # with their buttons, well within what Slack takes in one message
TITLE_LIMIT, WHY_LIMIT, NAME_LIMIT, ANSWER_LIMIT = 200, 200, 80, 120
LATE_ENOUGH = 30  # minutes; less is nothing to speak of


def draw_waiting(message: WaitingForYou) -> Drawn:
    """For one person, by DM. What is answered keeps its line and loses its buttons. Others' proposals come first."""
    everything: tuple[WaitingApproval | WaitingItem, ...] = (*message.approvals, *message.items)
    left = sum(item.answered is None for item in everything)
    title = f"Waiting for you ({left})" if left else "Waiting for you: all answered"
    blocks, lines = [header(title)], [title]
    if message.late_minutes >= LATE_ENOUGH:
        blocks.append(context(f"This comes {spoken.span(message.late_minutes)} late. I'm sorry."))
    for item in everything[:ROWS]:
        if isinstance(item, WaitingApproval):
            blocks += approval_blocks(item)
            lines.append(approval_in_words(item))
        else:
            blocks += [section(_body(item, message.person_id)), *_buttons(item)]
            lines.append(_in_words(item))
    hidden = len(everything) - ROWS
    if hidden > 0:
        blocks += [divider(), context(f"And {hidden} more. My Home tab has all of them.")]
        lines.append(f"And {hidden} more.")
    return Drawn("\n".join(lines), blocks)


def reason_words(decision: Decision, due_on: date, accepted_by: str | None = None) -> str:
    """Why it is here: its revisit date has come, or it accepts a risk that must not run on unnoticed.

    `accepted_by`: the name of who accepted that risk, as people wrote it.
    """
    ends = decision.detail.risk_until
    if decision.status is DecisionStatus.EXPIRED and ends is not None:
        whose = f" {clip(escape(accepted_by), NAME_LIMIT)} had accepted it." if accepted_by else ""
        return f"The risk acceptance expired on {day(ends)}: nobody accepts this risk now.{whose} What now?"
    if ends is not None and is_about_risk(decision):
        who = f"{clip(escape(accepted_by), NAME_LIMIT)} accepted this risk" if accepted_by else "The risk was accepted"
        return f"{who} until {day(ends)}. Is that still right?"
    if decision.status is DecisionStatus.PROPOSED:
        return f"Proposed, and to look at again on {day(due_on)}. Is it decided?"
    risk = f" It accepts a risk until {day(ends)}." if ends is not None else ""
    return f"To look at again on {day(due_on)}.{risk} Did it work?"


def _body(item: WaitingItem, person_id: str) -> str:
    decision = item.decision
    name = f"{decision.ref} · {clip(escape(decision.title).replace('*', '∗'), TITLE_LIMIT)}"
    if item.answered is not None:
        return f"{name}\n✓ {clip(escape(item.answered), ANSWER_LIMIT)}"
    lines = [
        f"*{name}*",
        reason_words(decision, item.due_on, item.accepted_by),
        f"Why: {clip(escape(_one_line(decision.why)), WHY_LIMIT)}",
    ]
    if is_about_risk(decision) and decision.detail.controls:
        lines.append(f"What holds the risk down: {clip(escape(_one_line(decision.detail.controls)), WHY_LIMIT)}")
    if item.agenda is not None:
        lines.append(f"Left open, it is on the agenda of {clip(escape(item.agenda), NAME_LIMIT)}.")
    if item.owner_name is not None and decision.owner_id != person_id:
        lines.append(f"It was {clip(escape(item.owner_name), NAME_LIMIT)}'s, and falls to you now.")
    return "\n".join(lines)


def _buttons(item: WaitingItem) -> list[Json]:
    if item.answered is not None:
        return []
    decision, number = item.decision, str(item.decision.number)
    answers = to_decide(decision.number) if decision.status is DecisionStatus.PROPOSED else revisit_buttons(decision)
    is_running = is_about_risk(decision) and decision.status is not DecisionStatus.EXPIRED
    later = [] if is_running else [button("Ask me later", ids.SNOOZE, number)]  # the end of an acceptance stays
    return [actions(*answers, *later, button("Details", ids.OPEN, number))]


def _in_words(item: WaitingItem) -> str:
    decision = item.decision
    what = escape(item.answered) if item.answered is not None else reason_words(decision, item.due_on, item.accepted_by)
    return f"{decision.ref}: {clip(escape(decision.title), TITLE_LIMIT)}. {clip(what, ANSWER_LIMIT)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
