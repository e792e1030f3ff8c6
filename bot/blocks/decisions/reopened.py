"""What stands above a new decision that goes over again what was settled: the notice, and what to do about it."""

from datetime import date

from bot.blocks.decisions import ids
from bot.blocks.decisions.form_state import Frame, Mode
from bot.blocks.decisions.words import covered
from bot.blocks.kit import Json, actions, button, section
from bot.domain.decisions import Decision

ANSWERS_BLOCK = "reopened"


def settled(decision: Decision, today: date) -> Json:
    """*D-12 settled this on 3 May.* What is new?"""
    return section(covered(decision, today), block_id=ids.NOTICE_BLOCK)


def linked(number: int) -> Json:
    """Once *Related* was pressed."""
    return section(f"*Related to D-{number}.* The link is on the card once this is logged.", block_id=ids.NOTICE_BLOCK)


def answers(frame: Frame) -> list[Json]:
    """Under the notice, of a decision that was named in it."""
    if frame.mode is not Mode.NEW or frame.told is None:
        return []
    value = str(frame.told)
    buttons = [button(f"Open D-{value}", ids.OPEN, value)]
    if frame.told in frame.related:
        buttons.append(button("Not related", ids.UNRELATE, value))
    else:
        buttons += [button("Supersede it", ids.SUPERSEDE_IT, value), button("Related", ids.RELATE, value)]
    return [actions(*buttons, block_id=ANSWERS_BLOCK)]


def replaces(decision: Decision) -> str:
    """Where what supersedes it goes, and who sees it: it is shown where the old one was, to the same people."""
    where = decision.audience.conversation
    if where is None:
        seen = "everyone"
    elif where.startswith("D"):
        seen = "the people in the conversation it was made in"
    else:
        seen = f"members of <#{where}>"
    return f"Takes the place of {decision.ref}, and is posted where that was. Visible to {seen}."
