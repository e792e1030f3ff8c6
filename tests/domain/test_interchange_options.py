"""Options leave as MADR's list with what is good and bad about each, and come back as they were typed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.decisions import Detail, Door
from bot.domain.interchange import madr, record, sheet
from bot.domain.interchange.entries import Entry
from bot.domain.interchange.record import Leaving
from tests.bot.interchange_kit import OPTIONS, texts
from tests.domain.test_interchange import FULL

TYPED = "Postgres\n+ we run it\n- slower\nKafka\n- needs a hire\n~ the usual choice"
FILES = {14: "0014-x.md"}


def written(options: str, **more: Any) -> str:
    return madr.write(Leaving(replace(FULL, detail=Detail(options=options, **more)), None, {}), FILES)


def read(text: str) -> Detail:
    found = madr.read_own("0014-x.md", text, lambda _: None)
    assert isinstance(found, Entry), found
    return found.detail


def headings(text: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(text.split("---\n", 2)[2])
    return [
        tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0
    ]


def test_they_are_written_as_madr_has_them() -> None:
    text = written(TYPED)
    assert "## Considered Options\n\n* Postgres\n* Kafka\n\n## Decision Outcome" in text
    assert (
        "## Pros and Cons of the Options\n\n### Postgres\n\n* Good, because we run it\n* Bad, because slower\n\n"
        "### Kafka\n\n* Bad, because needs a hire\n* Neutral, because the usual choice\n\n## More Information"
    ) in text


def test_without_pros_and_cons_they_are_a_list() -> None:
    text = written("Postgres\nKafka")
    assert "* Postgres\n* Kafka" in text
    assert "Pros and Cons" not in text
    assert read(text).options == "Postgres\nKafka"


@pytest.mark.parametrize(
    "options", [TYPED, "* Postgres\n  + we run it\n\n* Kafka", "− first", "Constraint\n+ one", "### Kafka\n\nProse."]
)
def test_they_come_back_as_they_were_typed(options: str) -> None:
    assert read(written(options)).options == options


@given(st.one_of(OPTIONS, texts))
def test_whatever_was_typed_comes_back_and_brings_no_heading_of_its_own(options: str) -> None:
    text = written(options)
    assert read(text).options == options
    said = headings(text)
    ours = [each.lstrip("# ") for each in madr.SECTIONS]
    assert [each for each in said if each in ours][:2] == ["Context and Problem Statement", "Considered Options"]
    named = said[said.index("Pros and Cons of the Options") + 1 : -1] if "Pros and Cons of the Options" in said else []
    assert set(said) <= {*ours, *named, FULL.title}
    assert len(named) <= len(options.splitlines())


def test_what_is_edited_in_the_file_is_what_comes_back() -> None:
    text = written("* Postgres\n  + we run it").replace("we run it", "we know it")
    assert read(text.replace("* Postgres", "* Postgres\n* SQLite")).options == "Postgres\n+ we know it\nSQLite"


def test_a_comparison_that_somebody_adds_to_a_file_is_kept() -> None:
    text = written("# odd").replace(
        "## More Information", "## Pros and Cons of the Options\n\n### A\n\n* Good, because b\n\n## More Information"
    )
    assert read(text).options == "# odd\n\n### A\n\n* Good, because b"


# --- earlier exports -----------------------------------------------------------------------------------------------


def test_every_field_of_the_template_leaves_and_comes_back_in_every_form() -> None:
    detail = Detail(
        options=TYPED,
        door=Door.ONE_WAY,
        outcome_metric="Orders lost",
        guardrail="Latency",
        accepted_by="U2",
        total_cost="90k",
        maintenance="Two days",
        integration="SSO",
        security="SOC 2",
    )
    leaving = Leaving(replace(FULL, detail=detail), None, {})
    assert read(madr.write(leaving, FILES)) == detail
    assert sheet.read("x.csv", sheet.write([leaving])).entries[0].detail == detail
    assert record.read_log("x.json", record.log_as_json([leaving], is_all=True)).entries[0].detail == detail


def test_earlier_exports_have_one_text_for_both_metrics() -> None:
    leaving = Leaving(replace(FULL, detail=Detail(outcome_metric="Orders lost; latency")), None, {})
    of_json = record.log_as_json([leaving], is_all=True).replace("outcome_metric", "metrics")
    of_csv = sheet.write([leaving]).replace("outcome_metric", "metrics")
    assert record.read_log("x.json", of_json).entries[0].detail == leaving.decision.detail
    assert sheet.read("x.csv", of_csv).entries[0].detail == leaving.decision.detail


def test_earlier_files_have_their_options_as_they_were_typed() -> None:
    listed = written("Postgres\nKafka")
    assert "  options_listed: true\n" in listed
    assert read(listed.replace("  options_listed: true\n", "")).options == "* Postgres\n* Kafka"


def test_a_door_that_is_none_is_refused() -> None:
    text = written("Postgres", door=Door.TWO_WAY).replace("door: two-way", "door: revolving")
    assert "door" in str(madr.read_own("0014-x.md", text, lambda _: None))
