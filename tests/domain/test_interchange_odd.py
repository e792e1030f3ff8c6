"""Sources that are broken, or made to break something: what can't be used is named, and the rest comes in."""

import json
from typing import Any

import pytest

from bot.domain.adr.folder import File, read_folder
from bot.domain.adr.words import day_in
from bot.domain.decisions import DecisionStatus
from bot.domain.interchange import record, sheet
from bot.domain.interchange.entries import NAME_LIMIT, Link, Read, Relation
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


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "1.1.0001"])
def test_a_day_that_stands_for_none_is_none(day: str) -> None:
    assert day_in(day) is None


def a_record(title: str, *, status: str = "Accepted", path: str = "0007-x.md") -> Read:
    return read_folder("adr", [File(path, f"# {title}\n\n## Status\n\n{status}\n\n## Decision\n\nSo.\n")])


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("12-factor apps", "12-factor apps"),
        ("3.5 inch disks", "3.5 inch disks"),
        ("2:1 in doubt", "2:1 in doubt"),
        ("7. Use Postgres", "Use Postgres"),
        ("7.Use Postgres", "Use Postgres"),
        ("7 - Use Postgres", "Use Postgres"),
        ("7: 12-factor apps", "12-factor apps"),
        ("0007-Use Postgres", "Use Postgres"),
        ("ADR-7: Use Postgres", "Use Postgres"),
    ],
)
def test_a_title_loses_its_records_number_and_no_other(heading: str, title: str) -> None:
    assert a_record(heading).entries[0].title == title


@pytest.mark.parametrize("name", ["README.md", "index.md"])
def test_a_record_may_have_a_folder_of_its_own(name: str) -> None:
    (entry,) = a_record("Use Postgres", path=f"adr/0007-use-postgres/{name}").entries
    assert (entry.number, entry.label, entry.title) == (7, "ADR 7", "Use Postgres")
    assert a_record("All records", path=f"adr/{name}").entries == ()


@pytest.mark.parametrize(
    ("said", "status", "relation"),
    [
        ("Partially superseded by ADR 9", DecisionStatus.AMENDED, Relation.AMENDED_BY),
        ("Accepted, partly replaced by ADR 9", DecisionStatus.AMENDED, Relation.AMENDED_BY),
        ("Accepted\n\nPartially supersedes ADR 9", DecisionStatus.DECIDED, Relation.AMENDS),
        ("Superseded by ADR 9", DecisionStatus.SUPERSEDED, Relation.SUPERSEDED_BY),
    ],
)
def test_what_is_superseded_in_part_stands_amended(said: str, status: DecisionStatus, relation: Relation) -> None:
    (entry,) = a_record("X", status=said).entries
    assert (entry.status, entry.links) == (status, (Link(relation, number=9),))


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


def test_rows_are_known_by_what_they_are_called_whatever_order_they_stand_in() -> None:
    one, other = "OPS-12,Pager on call", "SHOP-12,Sell in Swiss francs"
    before, after = (sheet.read("x", "\n".join(("id,title", *rows))) for rows in ((one, other), (other, one)))
    assert [(each.path, each.number) for each in before.entries] == [("OPS-12", 12), ("SHOP-12", 12)]
    assert {(each.path, each.digest) for each in before.entries} == {(each.path, each.digest) for each in after.entries}
