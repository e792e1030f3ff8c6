"""Who decides, as people see it: the list of areas with the approval limits, and short answers."""

from collections.abc import Mapping

from bot.blocks.help import named
from bot.blocks.kit import Drawn, Json, actions, button, context, divider, escape, modal, section
from bot.usecases.rights import Answer, AreaInWords, Overview

OPEN = "rights.open"  # the button that shows the list
EDIT = "rights.edit"
ADD = "rights.add"  # with the number of the area that it offers, or "new"
REMOVE = "rights.remove"
EDIT_LIMITS = "rights.edit_limits"
DROP_LIMITS = "rights.drop_limits"
FORM = "rights.form"  # the window of one area
LIMITS = "rights.limits"  # the window of the limits
TITLE = "Who decides"
HELP = (
    "`/backbeat who-decides`  the areas with who decides, who must agree, who is asked and told, and the approval "
    "limits\n"
    "`/backbeat who-decides vendors`  the same for one area, in a line or two\n"
    "The CTO or an admin says who decides. Where nothing is said, whoever writes a decision decides it.\n"
    "Anybody can ask: write “who decides about vendors?” to me, or mention me with it in a channel."
)
MENTION_HELP = (
    "Here I answer “who decides about vendors?”. To log a decision, use ⋯ → *Log as decision* on a message, or "
    "`/decide`; `/backbeat help` has the rest."
)
NOTHING = "Nothing is set, so whoever writes a decision decides it."
NO_AREAS = "No area is set, so whoever writes a decision decides it, within the approval limits."
NO_LIMITS = "None: whatever it costs, nobody else signs off."
ASK_THEM = "The CTO or an admin says who decides. Ask one of them to run `/backbeat who-decides`."


def build_overview(overview: Overview, commands: Mapping[str, str] | None = None, *, notice: str | None = None) -> Json:
    """All areas, and the limits; with buttons for those who may say who decides. Within Slack's hundred blocks."""
    blocks: list[Json] = [section(notice)] if notice else []
    if not overview.areas:
        blocks.append(section(f"*{NO_AREAS if overview.limits else NOTHING}*"))
    blocks += [_area(each, may_change=overview.may_change) for each in overview.areas]
    if overview.areas:
        blocks.append(context("All else: whoever writes a decision decides it."))
    if overview.may_change:
        blocks += _adding(overview)
    elif overview.is_empty:
        blocks.append(context(named(ASK_THEM, commands or {})))
    if overview.may_change or overview.limits:
        blocks += [divider(), _limits(overview)]
    if overview.note:
        blocks.append(context(overview.note))
    return modal(TITLE, blocks, callback_id="rights.list", close="Done")


def draw_answer(answer: Answer) -> Drawn:
    blocks = [section(answer.words)]
    if answer.may_say:
        blocks.append(actions(button("Say who decides", OPEN)))
    return Drawn(answer.words, blocks)


def mention_help(commands: Mapping[str, str]) -> str:
    return named(MENTION_HELP, commands)


def _area(area: AreaInWords, *, may_change: bool) -> Json:
    edit = button("Edit", EDIT, area.area) if may_change else None
    return section(f"*{escape(area.area)}*\n{area.words}", accessory=edit)


def _adding(overview: Overview) -> list[Json]:
    """A button for each usual area that nothing is said about, and one for any other."""
    buttons = [button(area, f"{ADD}.{number}", area) for number, area in enumerate(overview.unset)]
    other = button("Add area" if overview.unset else "Add an area", f"{ADD}.new")
    words = "Say who decides about:" if overview.unset else "Say who decides about something else:"
    return [context(words), actions(*buttons, other)]


def _limits(overview: Overview) -> Json:
    words = "\n".join(overview.limits) if overview.limits else NO_LIMITS
    label = "Edit limits" if overview.limits else "Set limits"
    edit = button(label, EDIT_LIMITS) if overview.may_change else None
    return section(f"*Approval limits*\n{words}", accessory=edit)
