"""Sources that are broken, or made to break something: what can't be used is named, and the rest comes in."""

import json
from typing import Any

import pytest

from bot.domain.adr.words import day_in
from bot.domain.interchange import record, sheet
from bot.domain.interchange.entries import NAME_LIMIT, Read
from bot.domain.interchange.record import Leaving
from tests.storage.things import a_decision


def a_log(*changes: dict[str, Any]) -> Read:
    """An export of two decisions that somebody changed by hand."""
    said = json.loads(record.log_as_json([Leaving(a_decision(1), None, {})], is_all=True))
    said["decisions"] = [{**said["decisions"][0], **each} for each in changes]
    return record.read_log("x.json", json.dumps(said))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created_at", "0001-01-01T00:00:00+14:00"),
        ("updated_at", "9999-12-31T23:59:59-12:00"),
        ("decided_on", "0001-01-01"),
        ("revisit_on", "9999-12-31"),
        ("risk_until", "9999-12-31"),
        ("title", "   "),
        ("number", 2**31 - 1),
        ("ts", "x" * 5000),
        ("permalink", "javascript:alert(1)"),
    ],
)
def test_what_would_break_the_log_for_good_is_left_out_and_named(name: str, value: object) -> None:
    found = a_log({"number": 7, name: value}, {"number": 8})
    assert [each.number for each in found.entries] == [8]
    assert [each.path for each in found.not_taken] == ["decision 1"]
    assert found.not_taken[0].reason.startswith(f"{name}: ")


def test_the_character_0_is_left_out_of_every_text() -> None:
    (entry,) = a_log({"title": "a\x00b", "why": "c\x00d", "deciders": ["e\x00f"]}).entries
    assert (entry.title, entry.why, entry.names.deciders) == ("ab", "cd", ("ef",))


def test_of_two_decisions_with_one_number_the_first_is_taken() -> None:
    found = a_log({"number": 7, "title": "One"}, {"number": 7, "title": "Two"}, {"number": 8})
    assert [each.title for each in found.entries] == ["One", a_decision(1).title]
    assert [(each.path, each.reason) for each in found.not_taken] == [("D-7", "it is there twice: I took the first")]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31", "31.12.9999"])
def test_a_day_that_stands_for_none_is_none(day: str) -> None:
    assert day_in(day) is None


def test_a_table_with_the_line_ends_of_an_old_mac_is_read() -> None:
    found = sheet.read("x.csv", "title,status\rA,accepted\rB,rejected\r")
    assert [each.title for each in found.entries] == ["A", "B"]


def test_no_name_in_a_table_is_longer_than_a_name() -> None:
    (entry,) = sheet.read("x.csv", f"title,owner\nA,{'x' * 3000};Dana; Dana\n").entries
    assert entry.names.deciders == ("x" * NAME_LIMIT, "Dana")


@pytest.mark.parametrize("text", [" =1+1", "\u00a0=1+1", "\u200b=1+1", "\n @x", "'  -2"])
def test_blanks_hide_no_formula(text: str) -> None:
    assert sheet.harmless(text) == f"'{text}"
    assert sheet.as_written(sheet.harmless(text)) == text


def test_a_field_of_a_later_release_that_says_nothing_changes_no_digest() -> None:
    class Later(record.Record):
        new_field: str | None = None

    now = record.record_of(Leaving(a_decision(1), None, {}))
    assert record.entry_of(Later(**now.model_dump())).digest == record.entry_of(now).digest
