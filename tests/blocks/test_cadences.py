"""The list of meetings and the window that plans one."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks import cadences as blocks
from bot.blocks.cadences import Form, Frame
from bot.domain.cadences import Cadence, CadenceKind, Occurrence, OccurrenceStatus
from bot.domain.errors import InvalidInput
from bot.domain.recurrence import Rule
from bot.usecases.cadences import Listing, Planned, upcoming
from playground.rules import view_problem
from tests.support import a_person

NOW = datetime(2026, 11, 25, 9, 10, tzinfo=UTC)
CADENCE = Cadence(
    "T1", "c1", CadenceKind.TRADEOFFS, "Tradeoffs", "C1",
    Rule.parse("Tuesdays at 13:00", zone="Europe/Lisbon", today=NOW.date()), "U1", place="PT",
)  # fmt: skip


def taken(view: dict[str, Any]) -> str:
    problem = view_problem(view, kind="modal")
    assert problem is None, problem
    return str(view)


def test_what_was_understood_names_the_dates_and_what_a_holiday_skips():
    said = taken(blocks.build_planned(CADENCE, upcoming(CADENCE, after=NOW)))
    assert "Every Tuesday at 13:00 (Europe/Lisbon)" in said
    assert "Tue 1 Dec: skipped, Restoration of Independence Day (PT)" in said
    assert "Tue 15 Dec 13:00" in said


@pytest.mark.parametrize("may", [True, False])
def test_the_longest_list_is_taken(may: bool):
    name = "&" * 60
    last = Occurrence("T1", "o", "c1", "2026-11-24", NOW, OccurrenceStatus.MISSED, "<" * 300)
    row = Planned(replace(CADENCE, name=name), upcoming(CADENCE, after=NOW), last, may_post=may)
    stopped = replace(row, cadence=replace(CADENCE, active=False), upcoming=(), may_post=False)
    said = taken(blocks.build_list(Listing((*[row] * 40, stopped), may_set_up=may, team_channel=None), notice="Posted"))
    assert ("Stop" in said) is may


def test_the_window_shows_the_rest_when_asked_and_reads_back_a_plan():
    form = replace(blocks.fresh_form(a_person(), "C1"), when="Tuesdays at 13:00")
    assert (form.zone, form.place, form.chair) == ("Europe/Lisbon", "PT", "U1")
    taken(blocks.build_form(form, Frame()))
    taken(blocks.build_form(form, Frame("c1", more=True)))
    state = {"when": {"when": {"value": "Fridays at 9:00"}}, "name": {"name": {"value": None}}}
    read = blocks.read_form(state, otherwise=form)
    assert (read.when, read.name, read.zone) == ("Fridays at 9:00", "", "Europe/Lisbon")
    plan = blocks.plan_of(read)
    assert (plan.minutes, plan.lead_days, plan.place) == (60, 1, "PT")


def test_an_existing_meeting_fills_the_window_with_words_that_can_be_read_again():
    form = blocks.form_of(CADENCE)
    assert Rule.parse(form.when, zone=form.zone, today=NOW.date()).rrule == CADENCE.rule.rrule
    taken(blocks.build_form(replace(form, minutes="55"), Frame("c1", more=True)))


@pytest.mark.parametrize(("extra", "field"), [({"channel": None}, "channel"), ({"minutes": "many"}, "minutes")])
def test_what_cannot_be_read_is_told_beside_its_field(extra: dict[str, Any], field: str):
    with pytest.raises(InvalidInput) as refused:
        blocks.plan_of(replace(Form(channel="C1"), **extra))
    assert refused.value.field == field
