"""What people do again and again in these tests, and what they then find."""

from datetime import UTC, datetime
from typing import Any

from tests.acceptance.harness import DANA, PLATFORM, Rig
from tests.acceptance.windows import words

Message = dict[str, Any]
ONE_LINE = "/decide Use Postgres because we run it already, revisit in 60 days"


def october(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of October 2026, UTC; days beyond the 31st are November's."""
    month, date = (10, day) if day <= 31 else (11, day - 31)
    return datetime(2026, month, date, hour, minute, second, tzinfo=UTC)


def said_at(message: Message) -> datetime:
    """When it was posted, by the workspace's clock."""
    return datetime.fromtimestamp(float(message["ts"]), UTC)


def log_one(rig: Rig, text: str = ONE_LINE, *, who: str = DANA, where: str = PLATFORM) -> Message:
    """Log by one line and wait for the card."""
    before = len(rig.by_bot(where))
    rig.slash(who, where, text)
    rig.wait_for(lambda: len(rig.by_bot(where)) > before)
    return rig.by_bot(where)[-1]


def plan_meeting(rig: Rig, **values: str) -> Message:
    """Dana plans the weekly meeting; the window that shows what was understood."""
    rig.slash(DANA, PLATFORM, "/backbeat meetings")
    view = rig.wait_modal(DANA, "cadences.form")
    given = {"channel": PLATFORM, "when": "Tuesdays at 13:00", "zone": "Europe/Lisbon"} | values
    answer = rig.submit(DANA, view, **given)
    assert answer["ok"], answer
    return rig.wait_modal(DANA, "cadences.planned")


def agendas(rig: Rig, where: str = PLATFORM) -> list[Message]:
    """Every agenda that was posted there."""
    return [each for each in rig.by_bot(where) if " runs it" in each["text"]]


def agenda(rig: Rig, where: str = PLATFORM, *, count: int = 1) -> Message:
    """The latest agenda there, once there are so many."""
    return rig.wait_for(lambda: agendas(rig, where)[-1] if len(agendas(rig, where)) == count else None)


def start_standup(rig: Rig, where: str = PLATFORM, **values: Any) -> Message:
    """Dana sets it up, as the window proposes it; the window that shows what was understood."""
    rig.slash(DANA, where, "/standup")
    answer = rig.submit(DANA, rig.wait_modal(DANA, "standups.form"), **values)
    assert answer["ok"], answer
    rig.wait_for(lambda: "Asked next" in words(rig.modal(DANA) or {}))
    view = rig.wait_modal(DANA, "standups.planned")
    rig.close_modal(DANA)
    return view


def prompts(rig: Rig, person: str) -> list[Message]:
    """The DMs that asked somebody."""
    return [each for each in rig.dms(person) if "standup" in each["text"].lower()]


def prompt(rig: Rig, person: str, *, count: int = 1) -> Message:
    """The DM that asks somebody, once there are so many."""
    return rig.wait_for(lambda: prompts(rig, person)[-1] if len(prompts(rig, person)) == count else None)


def digests(rig: Rig, where: str = PLATFORM) -> list[Message]:
    return [each for each in rig.by_bot(where) if each["text"].startswith("Standup, ")]


def digest(rig: Rig, where: str = PLATFORM, *, count: int = 1) -> Message:
    """The latest digest there, once there are so many."""
    return rig.wait_for(lambda: digests(rig, where)[-1] if len(digests(rig, where)) == count else None)
