"""The moments of a recurring meeting: when it is, when its agenda is due, what a holiday does to both."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from bot.domain.cadences import (
    Cadence,
    CadenceKind,
    ends_by_itself,
    first_held,
    meeting_after,
    meeting_on,
    meetings,
    next_agenda,
    next_meeting,
)
from bot.domain.recurrence import Rule
from bot.domain.workspaces import Audience, Viewer


def cadence(when: str = "Tuesdays at 13:00", **extra: object) -> Cadence:
    rule = Rule.parse(when, zone="Europe/Lisbon", today=date(2026, 10, 1))
    base = Cadence("T1", "c1", CadenceKind.TRADEOFFS, "Tradeoffs", "C1", rule, "U1", place="PT")
    return replace(base, **extra)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_meeting_and_its_agenda_keep_their_wall_time_through_the_change_of_the_clocks():
    found = list(islice(meetings(cadence(), start=date(2026, 10, 20)), 2))
    assert [(each.agenda_at, each.starts_at) for each in found] == [
        (at("2026-10-19T12:00"), at("2026-10-20T12:00")),
        (at("2026-10-26T13:00"), at("2026-10-27T13:00")),
    ]


def test_the_lead_counts_the_working_days_of_the_meetings_place():
    assert next_agenda(cadence("Wednesdays at 10:00"), after=at("2026-11-27T00:00")) == meeting_on(
        cadence("Wednesdays at 10:00"), "2026-12-02"
    )
    wednesday = meeting_on(cadence("Wednesdays at 10:00"), "2026-12-02")  # Tue 1 Dec is a holiday
    assert wednesday is not None
    assert wednesday.agenda_at == at("2026-11-30T10:00")


def test_a_holiday_skips_the_meeting_but_not_the_next_one():
    skipped = meeting_on(cadence(), "2026-12-08")
    assert skipped is not None
    assert skipped.skipped is not None
    held = first_held(cadence(), skipped)
    assert held is not None
    assert held.day == date(2026, 12, 15)
    assert next_meeting(cadence(), after=at("2026-12-02T00:00")) == held


def test_the_next_slot_is_the_next_day_of_the_rule_whatever_its_agendas_moment():
    both = cadence("Tuesdays and Wednesdays at 13:00")
    first = meeting_on(both, "2026-12-01")
    assert first is not None
    second = meeting_after(both, first.day)
    assert second is not None
    assert second.agenda_at == first.agenda_at


def test_a_slot_that_is_no_day_of_the_rule_has_no_meeting():
    assert meeting_on(cadence(), "2026-11-04") is None
    assert meeting_on(cadence(), "now:01abc") is None
    assert meeting_on(cadence(), "") is None


def test_a_rule_that_has_ended_has_no_next_meeting():
    ended = cadence("FREQ=WEEKLY;BYDAY=TU;COUNT=2 13:00")
    assert next_agenda(ended, after=at("2026-12-01T00:00")) is None
    assert next_meeting(ended, after=at("2026-12-01T00:00")) is None


def test_it_ends_by_itself_two_hours_after_its_end():
    assert ends_by_itself(at("2026-11-03T13:00"), 45) == at("2026-11-03T13:45") + timedelta(hours=2)


def test_who_may_know_of_it_and_what_it_may_take():
    private = cadence(channel="G1", audience=Audience("G1"))
    assert private.is_seen_by(Viewer("U2", frozenset({"G1"})))
    assert not private.is_seen_by(Viewer("U2", frozenset({"C1"})))
    assert cadence().is_seen_by(Viewer("U2"))
    assert not cadence().is_seen_by(Viewer("U2", is_guest=True))
    assert private.may_take(Audience("G1"))
    assert not cadence().may_take(Audience("G1"))
    assert private.may_take(Audience())
