"""The window in which a channel's standup is set up or changed, and what it says when it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from bot.blocks.kit import (
    Json,
    channel_select,
    checkboxes,
    clip,
    context,
    day,
    escape,
    field,
    modal,
    moment,
    option,
    section,
    text_input,
    time_input,
    value_of,
)
from bot.blocks.standups import ids
from bot.domain.errors import InvalidInput
from bot.domain.hours import DAY_NAMES
from bot.domain.standups import DEFAULT_QUESTIONS, MOST_QUESTIONS, QUESTION_LIMIT, Standup
from bot.domain.workspaces import WEEKDAYS
from bot.usecases.standups import FirstAsk, StandupPlan, not_there

TITLE = "Standup"
ASKED_AT, DEADLINE = time(9, 30), time(16, 0)
LOOKING = "One moment: I'm looking up who is in the channel…"
NO_TEAM = "Slack couldn't tell me just now who is in the channel. The standup is saved, and I ask again when it begins."
MOST_SHOWN = 25  # people in what was understood
_QUESTIONS_LIMIT = MOST_QUESTIONS * (QUESTION_LIMIT + 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the window remembers beside its inputs: the channel it was opened in, the standup that it changes."""

    channel: str | None = None
    standup_id: str | None = None


def build_form(frame: Frame, *, zone: str, standup: Standup | None = None) -> Json:
    """Filled from `standup`, at first with what most teams want. `zone` is the asker's."""
    at, deadline = (standup.at, standup.deadline) if standup else (ASKED_AT, DEADLINE)
    blocks = [] if frame.channel else [field("Channel", channel_select("channel"), "channel")]
    if frame.channel:
        blocks.append(
            context(f"Each member of <#{frame.channel}> is asked by DM; one digest is posted in the channel.")
        )
    blocks += [
        field(
            "Questions, one per line",
            text_input(
                "questions",
                initial="\n".join(standup.questions if standup else DEFAULT_QUESTIONS),
                multiline=True,
                limit=min(_QUESTIONS_LIMIT, 3000),
            ),
            "questions",
            hint="The last one asks what they are stuck on: what is named stays in the digest until it is cleared.",
        ),
        field("Days", checkboxes("days", _days(), initial=_chosen(standup)), "days"),
        field(
            "Ask everybody at",
            time_input("at", initial=f"{at:%H:%M}"),
            "at",
            hint="In each person's own time. Not on their days off or public holidays.",
        ),
        field("Post the digest at", time_input("deadline", initial=f"{deadline:%H:%M}"), "deadline"),
        field(
            "Time zone of the digest",
            text_input("zone", initial=standup.zone if standup else zone, placeholder="Europe/Lisbon", limit=60),
            "zone",
        ),
    ]
    if standup is not None and standup.active:
        blocks.append(context("Changes count from the next standup on. One that is open now stays as it is."))
    metadata = {"c": frame.channel, "s": frame.standup_id}
    return modal(
        TITLE,
        blocks,
        callback_id=ids.FORM,
        submit="Save" if frame.standup_id else "Start the standup",
        metadata={key: value for key, value in metadata.items() if value},
    )


def build_not_there(name: str | None) -> Json:
    """Said before anybody types: without being in the channel I can ask nobody and post nothing."""
    return modal(TITLE, [section(escape(not_there(name)))], callback_id=ids.PLANNED, close="Close")


def read_frame(metadata: Mapping[str, Any]) -> Frame:
    """From the window's metadata. Raises InvalidInput where it is not what was put there."""
    found = [metadata.get(name) for name in ("c", "s")]
    if any(value is not None and not isinstance(value, str) for value in found):
        raise InvalidInput("I can't make sense of this window any more. Close it and open it again.")
    return Frame(*found)


def parse_form(state: Mapping[str, Any], frame: Frame) -> StandupPlan:
    """Raises InvalidInput naming the input."""
    channel = frame.channel or value_of(state, "channel", "channel")
    if not isinstance(channel, str) or not channel:
        raise InvalidInput("Pick the channel.", field="channel")
    return StandupPlan(
        channel=channel,
        days=_read_days(value_of(state, "days", "days")),
        at=_read_time(state, "at"),
        deadline=_read_time(state, "deadline"),
        zone=str(value_of(state, "zone", "zone") or ""),
        questions=tuple(str(value_of(state, "questions", "questions") or "").splitlines()),
    )


def build_planned(standup: Standup, asks: Sequence[FirstAsk] | None, *, note: str | None = None) -> Json:
    """What was understood. `asks` is None while Slack is still asked who is in the channel."""
    numbered = (f"{n}. {escape(each)}" for n, each in enumerate(standup.questions, start=1))
    blocks = [section(understood(standup)), section("\n".join(numbered))]
    if asks:
        blocks.append(section("*Asked next*\n" + "\n".join(_ask_line(each) for each in asks[:MOST_SHOWN])))
        if len(asks) > MOST_SHOWN:
            blocks.append(context(f"And {len(asks) - MOST_SHOWN} more."))
    if asks is None:
        blocks.append(context(note or LOOKING))
    return modal(TITLE, blocks, callback_id=ids.PLANNED, close="Done")


def understood(standup: Standup) -> str:
    """The standup in two lines."""
    return (
        f"*Standup for <#{standup.channel}>* on {days_in_words(standup.days)}\n"
        f"Each person is asked by DM at {standup.at:%H:%M} their own time. "
        f"Digest in the channel at {standup.deadline:%H:%M} ({escape(standup.zone)})."
    )


def days_in_words(days: frozenset[int]) -> str:
    """weekdays, every day, or "Tuesday and Friday"."""
    if days == WEEKDAYS:
        return "weekdays"
    if len(days) == len(DAY_NAMES):
        return "every day"
    names = [DAY_NAMES[number] for number in sorted(days)]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _ask_line(ask: FirstAsk) -> str:
    name = clip(escape(ask.person.name), 60)
    if ask.at is None:
        why = ask.reasons[-1][1] if ask.reasons else "no day suits"
        return f"{name} · never: {escape(why)}"
    line = f"{name} · {moment(ask.at)} your time"
    skipped = [f"not on {day(when)} ({clip(escape(why), 80)})" for when, why in ask.reasons[:2]]
    return " · ".join([line, *skipped])


def _days() -> list[Json]:
    return [option(name, str(number)) for number, name in enumerate(DAY_NAMES)]


def _chosen(standup: Standup | None) -> list[str]:
    return [str(number) for number in (standup.days if standup else WEEKDAYS)]


def _read_days(found: Any) -> frozenset[int]:
    try:
        return frozenset(int(each) for each in found or []) & frozenset(range(len(DAY_NAMES)))
    except (TypeError, ValueError) as error:
        raise InvalidInput("Pick the days from the list.", field="days") from error


def _read_time(state: Mapping[str, Any], name: str) -> time:
    try:
        return time.fromisoformat(str(value_of(state, name, name))).replace(tzinfo=None)
    except ValueError as error:
        raise InvalidInput("Pick a time.", field=name) from error
