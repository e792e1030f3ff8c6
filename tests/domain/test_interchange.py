"""The forms of the log: tables as people keep them, files that other tools read, and a schema that holds."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.decisions import Decision, DecisionStatus, Detail, Source
from bot.domain.errors import InvalidInput
from bot.domain.interchange import madr, record, sheet
from bot.domain.interchange.entries import Entry, NotTaken, Original
from bot.domain.interchange.record import Leaving
from tests.storage.things import a_decision
from tests.support import THURSDAY

ROOT = Path(__file__).parents[2]
FULL = a_decision(
    14,
    title="Use Postgres for the event store",
    why="We run it already;\nKafka needs a hire",
    not_doing="Kafka this quarter",
    decided_by="U1",
    decided_on=date(2026, 10, 29),
    revisit_on=date(2027, 1, 27),
    source=Source("C1", "1.2", None, "https://example.test/archives/C1/p12"),
    detail=Detail(area="architecture", cost=Decimal("12000.50"), currency="EUR", goal="Sleep", options="* Postgres"),
    supersedes=4,
)


def leaving(decision: Decision = FULL, original: Original | None = None) -> Leaving:
    return Leaving(decision, original, {"U1": "Dana"})


def rows(text: str) -> tuple[list[Entry], list[NotTaken]]:
    found = sheet.read("x.csv", text)
    return list(found.entries), list(found.not_taken)


# --- tables that people keep ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "header",
    [
        ("Title", "Reason", "Status", "Date", "Owner"),
        ("DECISION", "Why", "state", "Decided on", "responsible"),
        ("Entscheidung", "Begründung", "Status", "Datum", "Verantwortlich"),
        ("Décision", "Raison", "Statut", "Date", "Responsable"),
        ("Título", "Motivo", "Estado", "Fecha", "Responsable"),
    ],
)
def test_columns_are_known_by_many_names_and_separators(header: tuple[str, ...], separator: str) -> None:
    row = ("Use Postgres", "We run it", "accepted", "2020-01-02", "Dana")
    (entry,), refused = rows("\n".join((separator.join(header), separator.join(row))))
    assert refused == []
    assert (entry.title, entry.why, entry.day) == ("Use Postgres", "We run it", date(2020, 1, 2))
    assert (entry.status, entry.names.deciders) == (DecisionStatus.DECIDED, ("Dana",))


def test_a_row_that_cannot_be_used_is_named_with_its_line_and_the_reason() -> None:
    text = (
        "title,why,status,date,cost\n"
        "Good,,,,\n"
        '"Two\nlines",ok,,,\n'
        ",no title,,,\n"
        "\n"
        "Bad day,,,3/4/2020,\n"
        "Bad status,,whatever,,\n"
        "Bad cost,,,,much\n"
        f"{'long ' * 70},,,,\n"
        f"Long why,{'x' * 3001},,,\n"
    )
    found, refused = rows(text)
    assert [each.title for each in found] == ["Good", "Two lines"]
    assert [(each.path, each.reason.split(":")[0].split("“")[0].strip()) for each in refused] == [
        ("line 5", "it has no title"),
        ("line 7", "its date"),
        ("line 8", "its status"),
        ("line 9", "its cost"),
        ("line 10", "its title is longer than 300 characters"),
        ("line 11", "its why is longer than 3000 characters"),
    ]


def test_a_table_without_decisions_is_refused() -> None:
    for text in ("", "\n", "colour,size\nred,3\n", "\x00\x00", '"unclosed'):
        with pytest.raises(InvalidInput):
            sheet.read("x.csv", text)


def test_a_table_with_a_title_and_a_decision_has_its_reason_in_the_decision() -> None:
    (entry,), _ = rows("Decision,Title,Context\nWe take Postgres,Event store,Kafka needs a hire\n")
    assert entry.title == "Event store"
    assert entry.why == "We take Postgres\n\nKafka needs a hire"


def test_numbers_areas_costs_and_links_of_a_table() -> None:
    header = "No.,Title,Tags,Cost,Supersedes,Not doing,Revisit"
    text = f"{header}\n7,New,infra,12k EUR,D-3,Kafka,2027-01-04\n7,Same number,,,,,\n"
    (first, second), _ = rows(text)
    assert (first.number, first.label, first.path) == (7, "No. 7", "7")
    assert first.detail == Detail(area="infra", cost=Decimal(12000), currency="EUR")
    assert [link.number for link in first.links] == [3]
    assert (first.not_doing, first.revisit_on) == ("Kafka", date(2027, 1, 4))
    assert (second.number, second.path) == (None, "7 (2)")


# --- CSV of our own ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "%0A", "＝1", "'=1", "''-2", '=HYPERLINK("x")']
)
def test_no_cell_is_a_formula_and_each_is_read_as_it_was(text: str) -> None:
    out = sheet.write([leaving(replace(FULL, title=text.strip() or "x", why=text.strip()))])
    for row in csv.reader(io.StringIO(out, newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "|", "%"))]
    (entry,), _ = rows(out)
    assert entry.why == text.strip()


@given(st.text())
def test_the_quote_before_a_formula_is_taken_away_again(text: str) -> None:
    assert sheet.as_written(sheet.harmless(text)) == text


def test_a_quote_that_a_person_wrote_stays() -> None:
    assert sheet.as_written("'tis") == "'tis"


# --- MADR ----------------------------------------------------------------------------------------------------------


def front(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


def headings(text: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(text.split("---\n", 2)[2])
    return [
        f"{tokens[place].markup} {tokens[place + 1].content}"
        for place in range(len(tokens))
        if tokens[place].type == "heading_open"
    ]


def test_a_file_is_madr_4_that_other_tools_read() -> None:
    text = madr.write(leaving(), {14: "0014-x.md", 4: "0004-old.md"})
    assert {key: value for key, value in front(text).items() if key != "backbeat"} == {
        "status": "accepted",
        "date": date(2026, 10, 29),
        "decision-makers": ["Dana"],
        "consulted": [],
        "informed": [],
    }
    assert headings(text) == [
        "# Use Postgres for the event store",
        "## Context and Problem Statement",
        "## Decision Drivers",
        "## Considered Options",
        "## Decision Outcome",
        "### Not Doing",
        "## More Information",
    ]
    assert 'Chosen option: "Use Postgres for the event store".' in text
    assert "* In place of [D-4](0004-old.md)" in text
    assert "* Revisit on 2027-01-27" in text


@pytest.mark.parametrize(
    ("status", "by", "said"),
    [
        (DecisionStatus.DECIDED, None, "accepted"),
        (DecisionStatus.PROPOSED, None, "proposed"),
        (DecisionStatus.SUPERSEDED, 20, "superseded by ADR-0020"),
        (DecisionStatus.AMENDED, 20, "amended by ADR-0020"),
        (DecisionStatus.SUPERSEDED, None, "superseded"),
        (DecisionStatus.REVERSED, None, "deprecated"),
        (DecisionStatus.REJECTED, None, "rejected"),
    ],
)
def test_the_status_is_in_madrs_words(status: DecisionStatus, by: int | None, said: str) -> None:
    text = madr.write(leaving(replace(FULL, status=status, superseded_by=by)), {14: "0014-x.md"})
    assert front(text)["status"] == said


def test_what_a_person_typed_never_becomes_a_heading() -> None:
    evil = "# One\n\nTwo\n===\n\nThree\n---\n\n```\n## Four\n\n<!-- \n\n~~~\n<div>\n   ### Five"
    text = madr.write(leaving(replace(FULL, why=evil, not_doing=evil, title="Five ##")), {14: "0014-x.md"})
    assert headings(text) == [
        "# Five #\\#",
        "## Context and Problem Statement",
        "## Decision Drivers",
        "## Considered Options",
        "## Decision Outcome",
        "### Not Doing",
        "## More Information",
    ]


def test_an_edited_file_says_what_was_edited() -> None:
    text = madr.write(leaving(), {14: "0014-x.md"})
    edited = text.replace("# Use Postgres for the event store", "# Use SQLite").replace("Kafka this", "No Kafka this")
    found = madr.read_own("0014-x.md", edited.replace("\n", "\r\n"), lambda _: None)
    assert isinstance(found, Entry)
    assert (found.title, found.not_doing, found.why) == ("Use SQLite", "No Kafka this quarter", FULL.why)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("number: 14", "number: fourteen", "number"),
        ("number: 14", "number: -1", "number"),
        ("author: U1", "author: '<@U1>'", "author"),
        ("status: decided", "status: maybe", "status"),
        ("# Use Postgres for the event store", "", "title"),
        ("created_at:", "made_at:", "created_at"),
    ],
)
def test_a_file_that_was_edited_beyond_reading_says_where(before: str, after: str, said: str) -> None:
    text = madr.write(leaving(), {14: "0014-x.md"})
    assert before in text
    found = madr.read_own("0014-x.md", text.replace(before, after, 1), lambda _: None)
    assert isinstance(found, NotTaken)
    assert said in found.reason


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Use Postgres for the event store", "0014-use-postgres-for-the-event-store.md"),
        ("Größe & Maß: ../../etc", "0014-groe-ma-etc.md"),
        ("監査ログ", "0014-decision.md"),
        ("x" * 300, f"0014-{'x' * 60}.md"),
    ],
)
def test_names_of_files_are_plain(title: str, name: str) -> None:
    assert madr.file_name(14, title) == name


def test_the_index_names_all_newest_first_and_no_title_breaks_its_table() -> None:
    some = [leaving(replace(FULL, number=number, title=f"A | [b](c) <d> {number}")) for number in (1, 2)]
    text = madr.index(some, {1: "0001-a.md", 2: "0002-a.md"})
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    assert sum(token.type == "td_open" for token in tokens) == 8
    assert re.findall(r"D-\d", text) == ["D-2", "D-1"]


# --- JSON ----------------------------------------------------------------------------------------------------------


def test_the_published_schema_is_the_codes() -> None:
    path = ROOT / "docs" / "schemas" / "decisions.schema.json"
    published, now = json.loads(path.read_text()), record.schema()
    assert published == now, f"write this to {path}: {json.dumps(now, indent=2, ensure_ascii=False)}"
    jsonschema.Draft202012Validator.check_schema(published)


def test_an_export_is_what_the_schema_says() -> None:
    original = Original("T1", 14, "s", "p", "d", THURSDAY, "ADR 7", "text", None, ("Jane",))
    said = json.loads(record.log_as_json([leaving(), leaving(a_decision(15), original)], is_all=True))
    jsonschema.validate(said, record.schema(), format_checker=jsonschema.FormatChecker())
    assert said["audience"] == "all"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", "[" * 100_000, '{"format": "backbeat.decisions", "version": 2, "decisions": []}',
     '{"format": "backbeat.decisions", "version": 1, "decisions": {}}'],
)  # fmt: skip
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        record.read_log("x.json", text)


def test_a_decision_that_cannot_be_used_is_named() -> None:
    said = json.loads(record.log_as_json([leaving(), leaving(a_decision(15))], is_all=True))
    said["decisions"][0]["created_at"] = "yesterday"
    said["decisions"] += [3, {}]
    found = record.read_log("x.json", json.dumps(said))
    assert [each.number for each in found.entries] == [15]
    assert [each.path for each in found.not_taken] == ["decision 1", "decision 3", "decision 4"]
