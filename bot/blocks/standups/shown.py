"""What /standup answers: how the channel's standup stands, and its help."""

from bot.blocks.kit import Drawn, actions, button, clip, confirm, context, escape, moment, section
from bot.blocks.standups import ids
from bot.blocks.standups.form import understood
from bot.domain import spoken
from bot.domain.standups import Standup
from bot.usecases.standups import Standing

HELP = "\n".join(
    [
        "`/standup`  in a channel: set up its standup, see it, answer it, change it or stop it",
        "Each person is asked by DM at their own time, answers there, and one digest is posted in the channel.",
        "What somebody is stuck on stays in the digest until it is *Cleared*.",
    ]
)
STOP_WORDS = "Nobody is asked any more. A standup that is open now still gets its digest. You can start it again later."


def draw_standing(standing: Standing) -> Drawn:
    """For the asker's eyes, with what they may do."""
    standup = standing.standup
    lines = [understood(standup)]
    if standing.next_day is not None:
        lines.append(f"Next: {spoken.weekday(standing.next_day)}{_yours(standing)}")
    if standing.last is not None and standing.last.reason:
        lines.append(f"Last: {spoken.weekday(standing.last.day)}, no digest: {clip(escape(standing.last.reason), 200)}")
    if standing.creator:
        lines.append(f"Set up by {clip(escape(standing.creator), 80)}")
    questions = "\n".join(f"{n}. {escape(each)}" for n, each in enumerate(standup.questions, start=1))
    blocks = [section("\n".join(lines)), section(questions)]
    buttons = [button("Answer now", ids.ANSWER_NOW, standup.id, style="primary")] if standing.can_answer else []
    if standing.may_change:
        stop = confirm("Stop this standup?", STOP_WORDS, "Stop it", "Keep it")
        buttons += [button("Edit", ids.EDIT, standup.id), button("Stop", ids.STOP, standup.id, confirm=stop)]
    if buttons:
        blocks.append(actions(*buttons))
    else:
        blocks.append(context("I'll ask you by DM when the next one is open."))
    return Drawn("\n".join([*lines, questions]), blocks)


def stopped(standup: Standup) -> str:
    return f"The standup for <#{standup.channel}> is stopped. `/standup` there starts it again."


def _yours(standing: Standing) -> str:
    return f", for you {moment(standing.next_ask)}" if standing.next_ask is not None else ""
