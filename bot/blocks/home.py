"""The Home tab: what waits for you, what comes next, what was decided."""

from collections.abc import Mapping

from bot.blocks import cadences, rights
from bot.blocks.decisions import ids as decision_ids
from bot.blocks.help import named
from bot.blocks.kit import Json, actions, button, clip, context, day, divider, escape, header, moment, section
from bot.blocks.standups import ids as standup_ids
from bot.blocks.waiting import reason_words
from bot.blocks.waiting_approvals import approval_blocks
from bot.blocks.workspaces import OPEN_SETUP, SHOW_HELP
from bot.domain.decisions import STANDING, Decision, comes_back_on
from bot.usecases.workspaces import HomeFacts

ROW_LIMIT = 150
APPROVAL_ROWS = 10
WAITING_ROWS = 10
STUCK_ROWS = 5
FORUM_ROWS = 5


def build_home(facts: HomeFacts, commands: Mapping[str, str] | None = None) -> Json:
    """At most a screen or two: far below Slack's hundred blocks. `commands`: as they are named in this workspace."""
    if not facts.person.may_act:
        return _view([section("Backbeat works for members of this workspace only.")])
    commands = commands or {}
    blocks: list[Json] = []
    if facts.workspace.setup_at is None:
        blocks += _first_run(facts, commands)
    if not facts.may_see:
        blocks.append(context("Guests see no decisions here until an admin allows it in the setup."))
    blocks += [
        _buttons(is_new=facts.workspace.setup_at is None and facts.may_set_up),
        divider(),
        *_waiting(facts),
        *_coming(facts),
        *_latest(facts, commands),
    ]
    if facts.workspace.setup_at is not None and facts.may_set_up:
        blocks += [divider(), actions(button("Change setup", OPEN_SETUP))]
    return _view(blocks)


def build_home_failed(words: str) -> Json:
    """What Home says while it cannot be built."""
    return _view([section(words), context("Open this tab again in a moment.")])


def _view(blocks: list[Json]) -> Json:
    return {"type": "home", "blocks": blocks}


def _first_run(facts: HomeFacts, commands: Mapping[str, str]) -> list[Json]:
    words = (
        "*I keep your decisions and prepare your weekly tradeoff meeting.* Nothing is posted until you say so.\n"
        + named("`/decide` works already, in any channel.", commands)
    )
    if facts.may_set_up:
        return [section(words), actions(button("Set up (3 minutes)", OPEN_SETUP, style="primary"))]
    return [section(words), context("A Slack admin sets me up: who is CTO, the team channel, the weekly meeting.")]


def _buttons(*, is_new: bool) -> Json:
    """One button stands out: the setup, for whoever can do it and has not yet; else this."""
    return actions(
        button("Log a decision", decision_ids.NEW, style=None if is_new else "primary"),
        button("All decisions", decision_ids.LIST),
        button("Meetings", cadences.OPEN),
        button("Standups", standup_ids.OPEN),
        button("Who decides", rights.OPEN),
        button("Help", SHOW_HELP),
    )


def _waiting(facts: HomeFacts) -> list[Json]:
    if not facts.waiting and not facts.stuck and not facts.approvals:
        return [header("Waiting for you"), context("Nothing. I'll bring a decision back when its day comes.")]
    count = len(facts.approvals) + len(facts.waiting) + len(facts.stuck)
    blocks = [header(f"Waiting for you ({count})")]
    for approval in facts.approvals[:APPROVAL_ROWS]:
        blocks += approval_blocks(approval, quiet=True)
    for decision in facts.waiting[:WAITING_ROWS]:
        due_on = comes_back_on(decision)
        words = f"\n{reason_words(decision, due_on)}" if due_on else ""
        blocks.append(_row(f"{_name(decision)}{words}", decision))
    for concern in facts.stuck[:STUCK_ROWS]:
        days = concern.age(facts.today)
        blocks.append(section(f"Stuck: {clip(escape(concern.text), ROW_LIMIT)} · {days} day{'' if days == 1 else 's'}"))
    shown = ((facts.approvals, APPROVAL_ROWS), (facts.waiting, WAITING_ROWS), (facts.stuck, STUCK_ROWS))
    hidden = count - sum(min(len(rows), limit) for rows, limit in shown)
    if hidden > 0:
        blocks.append(context(f"And {hidden} more in *All decisions*."))
    return blocks


def _coming(facts: HomeFacts) -> list[Json]:
    if not facts.coming and not facts.standups:
        return []
    blocks = [header("Coming up")]
    lines = [
        f"*{clip(escape(each.cadence.name), 80)}* · {day(each.meeting_on)} · <#{each.cadence.channel}>"
        f" · {f'agenda {moment(each.agenda_at)}' if each.agenda_at else 'its agenda is out'}"
        for each in facts.coming[:FORUM_ROWS]
    ]
    lines += [
        f"*Standup* · <#{each.channel}> · asked at {each.at:%H:%M}, each in their own time"
        for each in facts.standups[:FORUM_ROWS]
    ]
    blocks.append(section("\n".join(lines)))
    return blocks


def _latest(facts: HomeFacts, commands: Mapping[str, str]) -> list[Json]:
    blocks = [header("Latest decisions")]
    if not facts.latest:
        words = "Nothing here yet. On any message: ⋯ → *Log as decision*, or type `/decide`."
        return [*blocks, context(named(words, commands))]
    return [*blocks, *(_row(_words(each, facts.names.get(each.owner_id)), each) for each in facts.latest)]


def _row(words: str, decision: Decision) -> Json:
    return section(words, accessory=button("Open", decision_ids.OPEN, str(decision.number)))


def _words(decision: Decision, owner: str | None) -> str:
    facts = [clip(escape(owner), 80)] if owner else []
    if decision.status in STANDING and decision.decided_on:
        facts.append(f"decided {day(decision.decided_on)}")
    else:
        facts.append(decision.status.value)
    if decision.revisit_on:
        facts.append(f"revisit {day(decision.revisit_on)}")
    return f"{_name(decision)}\n{' · '.join(facts)}"


def _name(decision: Decision) -> str:
    return f"*{decision.ref}* · {clip(escape(decision.title), ROW_LIMIT)}"
