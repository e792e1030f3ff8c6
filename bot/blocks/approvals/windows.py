"""The windows of approvals: object, ask, write down what was approved outside Slack, and read what is asked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.blocks.approvals import ids
from bot.blocks.decisions.card import name_line
from bot.blocks.decisions.detail import body_of
from bot.blocks.kit import Json, context, date_input, field, modal, section, text_input, value_of
from bot.domain.approvals import WHY_LIMIT, Approval
from bot.domain.decisions import Decision
from bot.domain.errors import InvalidInput
from bot.usecases.approvals.answering import QUESTION_LIMIT

NAME_LIMIT, LINK_LIMIT = 150, 1000


def build_objecting(decision: Decision, approval: Approval) -> Json:
    """What stands against it?"""
    blocks = [
        section(name_line(decision)),
        field(
            "What stands against it?",
            text_input("why", multiline=True, limit=min(WHY_LIMIT, 3000), focus=True),
            "why",
            hint="One sentence is enough. It will be on the card, and its author is told.",
        ),
        context("It blocks until you approve, or until the proposal is changed or rejected."),
    ]
    title = f"Object to {decision.ref}"
    return modal(title, blocks, callback_id=ids.OBJECTING, submit="Object", metadata=_of(approval))


def build_asking(decision: Decision, approval: Approval) -> Json:
    """What would they like to know?"""
    blocks = [
        section(name_line(decision)),
        field(
            "Your question",
            text_input("question", multiline=True, limit=QUESTION_LIMIT, focus=True),
            "question",
            hint="It goes to the author, in the thread of the card where there is one.",
        ),
    ]
    return modal(f"Ask about {decision.ref}", blocks, callback_id=ids.ASKING, submit="Ask", metadata=_of(approval))


def build_outside(decision: Decision, approval: Approval, *, today: date) -> Json:
    """Who said yes outside Slack, when, and where that can be read."""
    blocks = [
        section(name_line(decision)),
        field("Who approved it?", text_input("said_by", initial=approval.approver.id, limit=NAME_LIMIT), "said_by"),
        field("On which day?", date_input("said_on", initial=today), "said_on"),
        field(
            "Link",
            text_input("link", limit=LINK_LIMIT, placeholder="https://…"),
            "link",
            optional=True,
            hint="To the minutes, or to the mail in which they said so.",
        ),
        context("Your name stands beside it, as whoever wrote it down."),
    ]
    return modal(
        "Approved outside Slack", blocks, callback_id=ids.WRITING_DOWN, submit="Write down", metadata=_of(approval)
    )


def build_request(decision: Decision) -> Json:
    """All the words that somebody is asked about who sees no more of the decision than these."""
    blocks = [section(name_line(decision)), *body_of(decision)]
    blocks.append(context("You see this because your word is asked for. It was made in a private conversation."))
    return modal(decision.ref, blocks, callback_id=ids.REQUEST, close="Close")


def read_approval(found: Mapping[str, Any]) -> str:
    """From a window's metadata. Raises InvalidInput where it is not what was put there."""
    approval_id = found.get("a")
    if not isinstance(approval_id, str):
        raise InvalidInput("I can't make sense of this window any more. Close it and open it again.")
    return approval_id


def read_objection(state: Mapping[str, Any]) -> str:
    return str(value_of(state, "why", "why") or "")


def read_question(state: Mapping[str, Any]) -> str:
    return str(value_of(state, "question", "question") or "")


def read_outside(state: Mapping[str, Any]) -> tuple[str, date, str | None]:
    """Who, when, and a link. Raises InvalidInput naming the input."""
    try:
        said_on = date.fromisoformat(value_of(state, "said_on", "said_on"))
    except (TypeError, ValueError) as error:
        raise InvalidInput("Pick a day from the calendar.", field="said_on") from error
    found = value_of(state, "link", "link")
    return str(value_of(state, "said_by", "said_by") or ""), said_on, str(found) if found else None


def _of(approval: Approval) -> dict[str, str]:
    return {"a": approval.id}
