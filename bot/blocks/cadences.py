"""Recurring meetings: their list, the window that plans one, and what was understood."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from bot.blocks.kit import (
    Json,
    actions,
    button,
    channel_select,
    clip,
    confirm,
    context,
    divider,
    escape,
    field,
    modal,
    moment,
    option,
    people_select,
    person,
    section,
    select,
    text_input,
    value_of,
)
from bot.domain import spoken
from bot.domain.cadences import MOST_LEAD_DAYS, NAME_LIMIT, Cadence, Meeting, Occurrence, OccurrenceStatus
from bot.domain.calendars import guess_place
from bot.domain.errors import InvalidInput
from bot.domain.workspaces import ConversationId, Person
from bot.usecases.cadences import CadencePlan, Listing, Planned

OPEN = "cadences.open"  # the button that shows the list, or the window where there is nothing to list
PLAN = "cadences.plan"
EDIT = "cadences.edit"
POST_NOW = "cadences.post_now"
STOP = "cadences.stop"
MORE = "cadences.more"
FORM = "cadences.form"  # the window
LIST = "cadences.list"

HELP = (
    "`/backbeat meetings`  plan a recurring meeting: “Tuesdays at 13:00”, its channel, when its agenda goes out\n"
    "*Post it now*  posts the coming meeting's agenda at once; I won't post it a second time. With no meeting within a "
    "week, it is one that begins now.\n"
    "`/agenda`  what is on it, and adding to it"
)
NOBODY_YET = (
    "No recurring meeting is planned yet. The CTO or an admin plans one: ask one of them to run `/backbeat meetings`."
)
MINUTES = (15, 25, 30, 45, 50, 60, 90, 120)
MOST_LISTED = 25


@dataclass(frozen=True, slots=True)
class Form:
    """The inputs as they stand, checked or not."""

    name: str = "Tradeoffs"
    channel: str | None = None
    when: str = ""
    zone: str = "UTC"
    minutes: str = "60"
    lead_days: str = "1"
    chair: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the window must remember: the meeting that is changed, and whether the rest of it is shown."""

    cadence_id: str | None = None
    more: bool = False


def fresh_form(asker: Person, channel: ConversationId | None) -> Form:
    """A new meeting, run by the asker in their own zone."""
    return Form(channel=channel, zone=asker.zone, chair=asker.id, place=asker.place or guess_place(asker.zone) or "")


def form_of(cadence: Cadence) -> Form:
    """The inputs filled from a meeting as it is planned."""
    return Form(
        name=cadence.name,
        channel=cadence.channel,
        when=cadence.rule.describe().removesuffix(f" ({cadence.rule.zone})"),
        zone=cadence.rule.zone,
        minutes=str(cadence.minutes),
        lead_days=str(cadence.lead_days),
        chair=cadence.chair_id,
        place=cadence.place or "",
    )


def build_form(form: Form, frame: Frame) -> Json:
    """The window: what it is, where and when; the rest behind *Change these*."""
    blocks = [
        field("Name", text_input("name", initial=form.name, limit=NAME_LIMIT), "name"),
        field(
            "Channel",
            channel_select("channel", initial=form.channel or None),
            "channel",
            hint="The agenda goes there. I have to be in it: `/invite @Backbeat`.",
        ),
        field(
            "When",
            text_input("when", initial=form.when, placeholder="Tuesdays at 13:00", limit=120, focus=not form.when),
            "when",
            hint="In words: “every other Tuesday 10:00”, “first Monday of the month 15:00”.",
        ),
        field(
            "Time zone",
            text_input("zone", initial=form.zone, placeholder="Europe/Lisbon", limit=60),
            "zone",
            hint="The meeting stays at this hour there, summer and winter.",
        ),
    ]
    if frame.more:
        blocks += _rest(form)
    else:
        blocks.append(section(_defaults(form), accessory=button("Change these", MORE), block_id="more"))
    title = "Change a meeting" if frame.cadence_id else "Plan a meeting"
    return modal(title, blocks, callback_id=FORM, submit="Save", metadata=_to_metadata(frame))


def read_form(state: Mapping[str, Any], *, otherwise: Form) -> Form:
    """What stands in the inputs; `otherwise` for those that are not shown."""
    found: dict[str, Any] = {}
    for each in fields(Form):
        value = value_of(state, each.name, each.name) if each.name in state else getattr(otherwise, each.name)
        found[each.name] = value if isinstance(value, str) else ""
    return Form(**found)


def plan_of(form: Form) -> CadencePlan:
    """Raises InvalidInput naming the input; what it holds is checked when it is saved."""
    if not form.channel:
        raise InvalidInput("Which channel does the agenda go to?", field="channel")
    return CadencePlan(
        name=form.name,
        channel=form.channel,
        when=form.when,
        zone=form.zone,
        chair_id=form.chair or "",
        minutes=_whole(form.minutes, "minutes"),
        lead_days=_whole(form.lead_days, "lead_days"),
        place=form.place or None,
    )


def read_frame(found: Mapping[str, Any]) -> Frame:
    """From the window's metadata."""
    cadence_id = found.get("i")
    return Frame(cadence_id if isinstance(cadence_id, str) else None, bool(found.get("x")))


def build_planned(cadence: Cadence, upcoming: tuple[Meeting, ...]) -> Json:
    """What was understood: the rule in words, the next dates, and those that a holiday skips."""
    blocks = [
        section(_about(cadence)),
        section(
            "\n".join(["*Next*", *(_date(cadence, each) for each in upcoming)]) if upcoming else "No dates to come."
        ),
        context("Nothing is posted before the first agenda is due. `/agenda` and what to talk about puts it on."),
        actions(button("Post it now", POST_NOW, cadence.id), button("Change", EDIT, cadence.id)),
    ]
    return modal("Meeting planned", blocks, callback_id="cadences.planned", close="Done")


def build_list(listing: Listing, *, notice: str | None = None) -> Json:
    """The meetings, with what may be done with each."""
    blocks: list[Json] = [section(notice)] if notice else []
    for each in listing.planned[:MOST_LISTED]:
        blocks += [*_row(each, may_change=listing.may_set_up), divider()]
    if listing.may_set_up:
        blocks.append(actions(button("Plan another meeting", PLAN)))
    return modal("Meetings", blocks, callback_id=LIST, close="Done")


def posted_words(cadence: Cadence, occurrence: Occurrence, *, already: bool) -> str:
    name = f"*{escape(cadence.name)}*"
    if already:
        return f"The agenda of {name} for {moment(occurrence.starts_at)} is out already, in <#{cadence.channel}>."
    return f"Posted: the agenda of {name} for {moment(occurrence.starts_at)}, in <#{cadence.channel}>."


def _row(planned: Planned, *, may_change: bool) -> list[Json]:
    cadence = planned.cadence
    lines = [_about(cadence)]
    if not cadence.active:
        lines.append("_Stopped_")
    lines += [_date(cadence, each) for each in planned.upcoming]
    if planned.last is not None:
        lines.append(_last(planned.last))
    elements = []
    if may_change:
        elements.append(button("Edit" if cadence.active else "Plan it again", EDIT, cadence.id))
    if planned.may_post:
        elements.append(button("Post it now", POST_NOW, cadence.id))
    if may_change and cadence.active:
        sure = confirm("Stop this meeting?", "I post no further agendas. Its items stay, if you plan it again.", "Stop")
        elements.append(button("Stop", STOP, cadence.id, confirm=sure))
    return [section("\n".join(lines)), *([actions(*elements)] if elements else [])]


def _about(cadence: Cadence) -> str:
    days = f"{cadence.lead_days} working day{'s' if cadence.lead_days > 1 else ''} ahead"
    skips = f" · skips public holidays ({cadence.place})" if cadence.place else ""
    return (
        f"*{escape(cadence.name)}* in <#{cadence.channel}>\n"
        f"{escape(clip(cadence.rule.describe(), 200))} · {cadence.minutes} min · {person(cadence.chair_id)} runs it"
        f" · agenda {days}{skips}"
    )


def _date(cadence: Cadence, meeting: Meeting) -> str:
    """The plain date and wall time of the meeting's own zone, and the reader's own time."""
    if meeting.skipped:
        return f"• {spoken.weekday(meeting.day)}: skipped, {escape(meeting.skipped)}"
    own = f"{spoken.weekday(meeting.day)} {cadence.rule.at:%H:%M}"
    return f"• {own} ({moment(meeting.starts_at, '{time}')} for you) · agenda {moment(meeting.agenda_at)}"


def _last(last: Occurrence) -> str:
    words = {
        OccurrenceStatus.POSTED: "its agenda is out",
        OccurrenceStatus.STARTED: "going on",
        OccurrenceStatus.HELD: "held",
        OccurrenceStatus.SKIPPED: "skipped",
        OccurrenceStatus.MISSED: "no agenda",
        OccurrenceStatus.PLANNED: "planned",
    }
    why = f": {escape(last.reason)}" if last.reason else ""
    return f"Last: {moment(last.starts_at)}, {words[last.status]}{why}"


def _rest(form: Form) -> list[Json]:
    ahead = [option(f"{n} working day{'s' if n > 1 else ''} ahead", str(n)) for n in range(1, MOST_LEAD_DAYS + 1)]
    lasting = sorted({*map(str, MINUTES), form.minutes}, key=lambda each: (len(each), each))
    return [
        field(
            "Lasts",
            select("minutes", [option(f"{each} min", each) for each in lasting], initial=form.minutes),
            "minutes",
        ),
        field("The agenda goes out", select("lead_days", ahead, initial=form.lead_days), "lead_days"),
        field("Who runs it", people_select("chair", initial=form.chair or None), "chair"),
        field(
            "Holiday calendar",
            text_input("place", initial=form.place, placeholder="PT, IN or US-NY", limit=10),
            "place",
            optional=True,
            hint="A meeting on a public holiday there is skipped, and I say so.",
        ),
    ]


def _defaults(form: Form) -> str:
    skips = f"skips public holidays ({escape(form.place)})" if form.place else "public holidays are not skipped"
    return f"{form.minutes} minutes · agenda {form.lead_days} working day ahead · you run it · {skips}"


def _whole(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise InvalidInput("Pick one from the list.", field=name)
    return int(text)


def _to_metadata(frame: Frame) -> dict[str, Any]:
    return {"i": frame.cadence_id, "x": 1 if frame.more else None}
