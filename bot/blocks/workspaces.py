"""The setup window, and what it says when it is done."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.blocks import cadences, rights
from bot.blocks.decisions import ids as decision_ids
from bot.blocks.kit import (
    Json,
    actions,
    button,
    channel_select,
    checkboxes,
    clip,
    context,
    escape,
    field,
    modal,
    option,
    people_select,
    person,
    section,
    select,
    text_input,
    value_of,
)
from bot.blocks.standups import ids as standup_ids
from bot.domain.errors import InvalidInput
from bot.usecases.workspaces import RESPONSE_LIMIT, URGENT_LIMIT, Settled, Setup

SETUP = "workspaces.setup"  # the modal
OPEN_SETUP = "workspaces.open_setup"  # the button that opens it
SHOW_HELP = "workspaces.help"
HELP = """*What I answer to*
`/decide`  log a decision
`/decisions`  find one, by words or as `D-14`
`/agenda`  put something on the next meeting's agenda
`/standup`  set up this channel's standup, or answer it
`/backbeat meetings`  plan the weekly tradeoff meeting, or post its agenda now
`/backbeat who-decides`  who decides about what, and whose sign-off a cost needs
`/backbeat monthly`  the month so far; the CTO gets the whole of it by DM when it is over
`/backbeat setup`  who is CTO, sponsor and deputy, the team channel, the CTO's days here
Each answers `help`, as in `/decide help`."""
SETUP_HELP = """`/backbeat setup`  who is CTO, sponsor and deputy, the team channel, the CTO's days here
A Slack admin does it first; later the CTO may change it too. Nothing is posted in a channel because
of it; the CTO gets a note by DM about each month that is over, which `/backbeat monthly` stops."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def build_setup(settled: Settled, *, asker: str, reaction: str = "scales") -> Json:
    """Filled with how things stand; at first, with the asker as CTO. `reaction`: what may propose to log a message."""
    now = settled.setup
    blocks = [
        *_who_is_who(now, asker),
        field(
            "Team channel", channel_select("team_channel", initial=_team_channel(now)), "team_channel", optional=True
        ),
        *_agreed(settled),
        *_seen_where(now),
        _suggestions(now, reaction),
        context("Nothing is posted until you set up a meeting or a standup. You can change all of this later."),
    ]
    return modal("Set up Backbeat", blocks, callback_id=SETUP, submit="Save")


def _who_is_who(now: Setup | None, asker: str) -> list[Json]:
    return [
        field("CTO", people_select("cto", initial=now.cto if now else asker), "cto"),
        field(
            "Sponsor",
            people_select("sponsor", initial=now.sponsor if now else None),
            "sponsor",
            optional=True,
            hint="Whom the CTO answers to: the CEO or founder.",
        ),
        field(
            "Deputy",
            people_select("deputy", initial=now.deputy if now else None),
            "deputy",
            optional=True,
            hint="Who covers when the CTO is off.",
        ),
    ]


def _agreed(settled: Settled) -> list[Json]:
    """What was agreed about time."""
    now = settled.setup
    days = now.cto_days if now else settled.workspace.cto_days
    return [
        field(
            "The CTO's days here",
            checkboxes(
                "cto_days",
                [option(name, str(number)) for number, name in enumerate(DAYS)],
                initial=[str(number) for number in days],
            ),
            "cto_days",
        ),
        field(
            "An answer may take",
            select(
                "response_days",
                [
                    option(f"{n} working day{'s' if n > 1 else ''} of the CTO's", str(n))
                    for n in range(1, RESPONSE_LIMIT + 1)
                ],
                initial=str(now.response_days if now else settled.workspace.response_days),
            ),
            "response_days",
            hint="What you agreed with the team. Reminders count in these days.",
        ),
        field(
            "When something can't wait",
            text_input(
                "urgent_path",
                initial=now.urgent_path if now else None,
                placeholder="Call me, then page #oncall",
                limit=URGENT_LIMIT,
            ),
            "urgent_path",
            optional=True,
        ),
    ]


def _seen_where(now: Setup | None) -> list[Json]:
    """Where decisions are shown, and to whom besides the workspace's members."""
    return [
        field(
            "Decision channel",
            channel_select("decision_channel", initial=now.decision_channel if now else None),
            "decision_channel",
            optional=True,
            hint="Cards that I can't post where they were made go here too.",
        ),
        field(
            "Guests",
            checkboxes(
                "guests",
                [option("Guests may see what was decided in channels they are in", "yes")],
                initial=["yes"] if now and now.guests_allowed else [],
            ),
            "guests",
            optional=True,
        ),
    ]


def _suggestions(now: Setup | None, reaction: str) -> Json:
    return field(
        "Suggestions",
        checkboxes(
            "suggestions",
            [option(f"Suggest logging a message that gets :{clip(reaction, 36)}:", "yes")],
            initial=["yes"] if now and now.suggests_logging else [],
        ),
        "suggestions",
        optional=True,
        hint="By DM, to whoever reacted, once a message.",
    )


def parse_setup(state: Mapping[str, Any]) -> Setup:
    """Raises InvalidInput naming the field."""
    cto = value_of(state, "cto", "cto")
    if not cto:
        raise InvalidInput("Who is the CTO? Pick one person.", field="cto")
    try:
        days = frozenset(int(each) for each in value_of(state, "cto_days", "cto_days") or [])
        response = int(value_of(state, "response_days", "response_days") or 1)
    except ValueError as error:
        raise InvalidInput("Pick the days from the list.", field="cto_days") from error
    return Setup(
        cto=cto,
        sponsor=value_of(state, "sponsor", "sponsor"),
        deputy=value_of(state, "deputy", "deputy"),
        team_channel=value_of(state, "team_channel", "team_channel"),
        cto_days=days & frozenset(range(7)),
        response_days=response,
        urgent_path=value_of(state, "urgent_path", "urgent_path"),
        decision_channel=value_of(state, "decision_channel", "decision_channel"),
        guests_allowed="yes" in (value_of(state, "guests", "guests") or []),
        suggests_logging="yes" in (value_of(state, "suggestions", "suggestions") or []),
    )


def build_set_up(setup: Setup, *, not_in: Collection[str] = ()) -> Json:
    """What stands in the window's place once setup is saved: what was understood, and what to do first.

    `not_in`: the channels among them that Backbeat is not in.
    """
    days = ", ".join(DAYS[number] for number in sorted(setup.cto_days))
    lines = [
        f"*CTO* {person(setup.cto)}, here {days}",
        f"*Sponsor* {person(setup.sponsor)}" if setup.sponsor else "",
        f"*Deputy* {person(setup.deputy)}" if setup.deputy else "",
        f"*Team channel* <#{setup.team_channel}>" if setup.team_channel else "",
        f"*Decision channel* <#{setup.decision_channel}>" if setup.decision_channel else "",
        f"*An answer may take* {setup.response_days} working day{'s' if setup.response_days > 1 else ''}",
        f"*When something can't wait* {escape(setup.urgent_path)}" if setup.urgent_path else "",
    ]
    return modal(
        "Backbeat is set up",
        [
            section("\n".join(line for line in lines if line)),
            *(
                context(f"I'm not in <#{channel}>. Type `/invite @Backbeat` there, so that I can post.")
                for channel in not_in
            ),
            section("*What next?*"),
            actions(
                button("Log the first decision", decision_ids.NEW, style="primary"),
                button("Plan the weekly meeting", cadences.OPEN),
                button("Start a standup", standup_ids.OPEN),
                button("Say who decides", rights.OPEN),
            ),
        ],
        callback_id="workspaces.set_up",
        close="Done",
    )


def _team_channel(now: Setup | None) -> str | None:
    return now.team_channel if now else None
