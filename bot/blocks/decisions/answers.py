"""The small windows: keep a decision, reject it, reverse it, share it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.blocks.decisions import ids
from bot.blocks.decisions.card import name_line
from bot.blocks.kit import Json, channel_select, context, date_input, field, modal, section, text_input, value_of
from bot.domain.decisions import DEFAULT_REVISIT, TEXT_LIMIT, Decision, is_about_risk
from bot.domain.errors import InvalidInput


def build_keeping(decision: Decision, *, today: date, longest: date | None = None) -> Json:
    """It worked: until when, and what was seen. `longest`: until when its risk may be accepted at most."""
    is_risk = is_about_risk(decision)
    until = min(today + DEFAULT_REVISIT, longest) if is_risk and longest is not None else today + DEFAULT_REVISIT
    example = "The new scanner covers most of it" if is_risk else "40 writes a second, no trouble"
    blocks = [
        section(name_line(decision)),
        field(
            "You accept the risk until" if is_risk else "Look at it again on",
            date_input("revisit", initial=until),
            "revisit",
        ),
        field(
            "Why is that right?" if is_risk else "Did it work?",
            text_input("why", multiline=True, limit=TEXT_LIMIT, placeholder=example, focus=True),
            "why",
            hint="One sentence is enough. It will be on the card.",
        ),
    ]
    return modal(f"Keep {decision.ref}", blocks, callback_id=ids.KEEPING, submit="Keep", metadata=_about(decision))


def read_keeping(state: Mapping[str, Any]) -> tuple[date, str]:
    """Raises InvalidInput naming the input."""
    day = value_of(state, "revisit", "revisit")
    try:
        until = date.fromisoformat(day)
    except (TypeError, ValueError) as error:
        raise InvalidInput("Pick a day from the calendar.", field="revisit") from error
    return until, read_why(state)


def build_rejecting(decision: Decision) -> Json:
    """A proposal is turned down: why."""
    blocks = [
        section(name_line(decision)),
        field(
            "Why not?",
            text_input("why", multiline=True, limit=TEXT_LIMIT, focus=True),
            "why",
            hint="One sentence is enough. It will be on the card.",
        ),
        context("Its number stays, marked rejected, so that nobody has to ask again."),
    ]
    return modal(
        f"Reject {decision.ref}", blocks, callback_id=ids.REJECTING, submit="Reject", metadata=_about(decision)
    )


def build_reversing(decision: Decision) -> Json:
    """It no longer holds: why."""
    blocks = [
        section(name_line(decision)),
        field(
            "Why does it no longer hold?",
            text_input("why", multiline=True, limit=TEXT_LIMIT, focus=True),
            "why",
            hint="One sentence is enough. It will be on the card.",
        ),
        context("Something else instead? Use *Supersede* on the card."),
    ]
    return modal(
        f"Reverse {decision.ref}", blocks, callback_id=ids.REVERSING, submit="Reverse", metadata=_about(decision)
    )


def read_why(state: Mapping[str, Any]) -> str:
    """Of keeping, rejecting and reversing."""
    return _text(state, "why") or ""


def build_sharing(decision: Decision) -> Json:
    """Where else its card should stand."""
    seen = decision.audience.conversation
    if seen is not None:
        words = "It is for the members of the conversation it was made in, so it can be shared there alone."
    else:
        words = "I post its card there, and keep it up to date. I have to be in that channel: `/invite @Backbeat`."
    blocks = [
        section(name_line(decision)),
        field("Channel", channel_select("channel"), "channel"),
        context(words),
    ]
    return modal(f"Share {decision.ref}", blocks, callback_id=ids.SHARING, submit="Share", metadata=_about(decision))


def read_sharing(state: Mapping[str, Any]) -> str:
    """Raises InvalidInput naming the input."""
    channel = value_of(state, "channel", "channel")
    if not isinstance(channel, str) or not channel:
        raise InvalidInput("Pick a channel.", field="channel")
    return channel


def read_number(found: Mapping[str, Any]) -> int:
    """From a window's metadata. Raises InvalidInput where it is not what was put there."""
    number = found.get("n")
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidInput("I can't make sense of this window any more. Close it and open it again.")
    return number


def _about(decision: Decision) -> dict[str, int]:
    return {"n": decision.number}


def _text(state: Mapping[str, Any], name: str) -> str | None:
    text = value_of(state, name, name)
    return text.strip() or None if isinstance(text, str) else None
