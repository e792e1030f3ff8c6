"""Approvals in *Waiting for you*, in the daily DM and on Home: whose word is missing, since when, and its buttons."""

from bot.blocks.approvals import ids
from bot.blocks.approvals.messages import answer_buttons
from bot.blocks.kit import Json, actions, button, clip, escape, moment, section
from bot.domain.messages import WaitingApproval

TITLE_LIMIT, NAME_LIMIT, ANSWER_LIMIT = 200, 120, 120


def approval_blocks(item: WaitingApproval, *, quiet: bool = False) -> list[Json]:
    """What is answered keeps its line and loses its buttons. `quiet`: no button stands out."""
    if item.answered is not None:
        return [section(f"{_name(item)}\n✓ {clip(escape(item.answered), ANSWER_LIMIT)}")]
    buttons = [{name: each[name] for name in each if name != "style" or not quiet} for each in _buttons(item)]
    return [section(approval_words(item)), actions(*buttons)]


def approval_words(item: WaitingApproval) -> str:
    """ "D-14 · Use Datadog · asked by Priya 2 days ago", and why it is here where that needs saying."""
    verb = "proposed" if item.outside else "asked"
    line = f"*{_name(item)}* · {verb} by {clip(escape(item.asked_by), NAME_LIMIT)} {moment(item.asked_at, '{ago}')}"
    return f"{line}\n{_why_you(item)}"


def approval_in_words(item: WaitingApproval) -> str:
    """For notifications and for those who hear it."""
    what = _why_you(item) if item.answered is None else clip(escape(item.answered), ANSWER_LIMIT)
    return f"{item.ref}: {_title(item)}. {what}"


def _why_you(item: WaitingApproval) -> str:
    whose = clip(item.stands_for or "", NAME_LIMIT)
    if item.outside:
        return f"Has {whose} approved it? Write it down, and it counts."
    if whose:
        return f"{whose[:1].upper()}{whose[1:]} has not answered. You may decide it in their place."
    return "It waits for your word."


def _buttons(item: WaitingApproval) -> list[Json]:
    if item.outside:
        return [button("Approved outside Slack", ids.OUTSIDE, item.approval_id, style="primary")]
    return answer_buttons(item.approval_id)


def _name(item: WaitingApproval) -> str:
    return f"{item.ref} · {_title(item)}"


def _title(item: WaitingApproval) -> str:
    return clip(escape(item.title).replace("*", "∗"), TITLE_LIMIT)
