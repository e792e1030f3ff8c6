"""Reading decision records: a corpus of the formats and oddities that are found in the wild, file by file."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.folders import read_files
from bot.domain.adr.folder import File, read_folder
from bot.domain.adr.words import day_in, part_of, status_in
from bot.domain.decisions import TEXT_LIMIT, TITLE_LIMIT, DecisionStatus
from bot.domain.interchange.entries import Entry, Read
from bot.domain.interchange.placing import Placed, place

CORPUS = Path(__file__).parents[1] / "adr_corpus"
# file: number, status, day, what it replaces, what replaced it
EXPECTED = {
    "nygard/0001-write-decisions-down.md": (1, "decided", "2018-03-05", None, None),
    "nygard/0002-keep-invoices-in-mongo.md": (2, "superseded", "2018-03-19", None, 4),
    "nygard/0003-one-currency-a-customer.md": (3, "amended", "2018-04-02", None, 5),
    "nygard/0004-keep-invoices-in-postgres.md": (4, "decided", "2019-11-11", 2, None),
    "nygard/0005-two-currencies-for-swiss-customers.md": (5, "decided", "2020-01-07", 3, None),
    "nygard/0006-no-kafka-this-year.md": (6, "rejected", "2020-02-10", None, None),
    "nygard/0007-print-server.md": (7, "reversed", "2020-02-11", None, None),
    "nygard/0008-hex-colours.md": (8, "proposed", None, None, None),
    "madr2/0000-use-markdown-records.md": (5, "decided", None, None, None),
    "madr2/0001-sign-in-with-oidc.md": (1, "decided", "2021-05-04", None, None),
    "madr2/0002-sessions-in-redis.md": (2, "superseded", "2021-05-20", None, 3),
    "madr2/0003-sessions-in-cookies.md": (3, "decided", "2022-01-13", 2, None),
    "madr2/0004-status-is-a-blank.md": (4, "imported", None, None, None),
    "madr3/0010-paginate-by-cursor.md": (10, "decided", "2023-02-01", None, None),
    "madr3/0011-old-api.md": (11, "superseded", "2023-03-01", None, 12),
    "madr3/0012-new-api.md": (12, "decided", "2024-03-01", 11, None),
    "madr4/0001-feature-flags.md": (1, "proposed", "2025-06-03", None, None),
    "madr4/0002-status-unknown.md": (2, "imported", "2025-06-04", None, None),
    "log4brains/20200106-use-log4brains.md": (1, "decided", "2020-01-06", None, None),
    "log4brains/20200210-monorepo.md": (2, "superseded", "2020-02-10", None, 3),
    "log4brains/20210515-many-repositories.md": (3, "decided", "2021-05-15", 2, None),
    "frontmatter/adr-001-queue.md": (1, "superseded", "2022-08-09", None, 2),
    "frontmatter/adr-002-outbox.md": (2, "decided", "2023-01-10", 1, None),
    "frontmatter/adr-003-broken.md": (3, "decided", None, None, None),
    "frontmatter/adr-004-impossible-day.md": (4, "decided", None, None, None),
    "statuses/01-in-a-table.md": (1, "decided", "2021-07-01", None, None),
    "statuses/02-in-a-wide-table.md": (2, "proposed", "2021-07-02", None, None),
    "statuses/03-in-bold.md": (3, "decided", "2021-07-03", None, None),
    "statuses/04-bold-alone.md": (4, "decided", None, None, None),
    "statuses/05-struck-through.md": (5, "decided", "2021-07-04", None, None),
    "statuses/06-ticked.md": (6, "decided", None, None, None),
    "statuses/07-a-history-of-them.md": (7, "decided", "2021-06-15", None, None),
    "statuses/08-bold-headings.md": (8, "decided", None, None, None),
    "languages/0001-de-datenbank.md": (1, "decided", "2020-04-03", 2, None),
    "languages/0002-de-dateien.md": (2, "superseded", "2019-03-01", None, 1),
    "languages/0003-fr-journal.md": (3, "decided", "2021-02-12", None, None),
    "languages/0004-es-colas.md": (4, "proposed", "2021-05-05", None, None),
    "languages/0005-pt-autenticacao.md": (5, "decided", "2022-09-01", None, None),
    "languages/0006-pl-kolejki.md": (6, "decided", None, None, None),
    "languages/0007-de-madr.md": (7, "decided", "2022-03-01", None, None),
    "languages/0008-ja.md": (8, "decided", None, None, None),
    "odd/0001-crlf.md": (1, "decided", "2020-01-01", None, None),
    "odd/0002-bom.md": (2, "decided", None, None, None),
    "odd/0003-tabs.md": (3, "decided", "2020-02-02", None, None),
    "odd/0004-no-title.md": (4, "decided", None, None, None),
    "odd/0005-fences.md": (5, "decided", None, None, None),
    "odd/0006-links-to-nowhere.md": (6, "decided", None, None, None),
    "odd/0007-first.md": (7, "decided", None, None, None),
    "odd/0007-second.md": (20, "decided", None, None, None),
    "odd/0008-circle.md": (8, "superseded", None, None, 9),
    "odd/0009-circle.md": (9, "superseded", None, 8, None),
    "odd/0010-prose.md": (10, "imported", None, None, 16),
    "odd/0011-latin.md": (11, "decided", None, None, None),
    "odd/0012-ambiguous-day.md": (12, "decided", None, None, None),
    "odd/0013-asciidoc.adoc": (13, "imported", None, None, None),
    "odd/0017-slack-marks.md": (17, "decided", None, None, None),
    "odd/0018-all-h1.md": (18, "decided", None, None, None),
    "odd/0019-yaml-bomb.md": (19, "decided", None, None, None),
    "odd/deep/er/0016-nested.md": (16, "decided", None, 10, None),
    "odd/notes/overview.md": (21, "imported", None, None, None),
}


def collection(name: str) -> Read:
    return read_folder(name, read_files(CORPUS / name))


def placed(read: Read) -> dict[str, Placed]:
    return {each.entry.path: each for each in place(read, workspace="T1", known={}, taken={}, last=0)}


def entry(path: str) -> Entry:
    name, _, rest = path.partition("/")
    return next(each for each in collection(name).entries if each.path == rest)


def record(text: str, name: str = "0001-x.md") -> Entry:
    (found,) = read_folder("x", [File(name, text)]).entries
    return found


@pytest.mark.parametrize("path", EXPECTED)
def test_each_record_of_the_corpus_is_read_as_it_is_meant(path: str) -> None:
    name, _, rest = path.partition("/")
    found = placed(collection(name))[rest]
    day = found.entry.day.isoformat() if found.entry.day else None
    assert (found.number, found.status.value, day, found.supersedes, found.superseded_by) == EXPECTED[path]


def test_every_file_of_the_corpus_is_a_record_or_is_named() -> None:
    for folder in CORPUS.iterdir():
        read = collection(folder.name)
        files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert files == {each.path for each in (*read.entries, *read.not_taken)}
        assert {f"{folder.name}/{each.path}" for each in read.entries} <= EXPECTED.keys()


def test_the_original_is_kept_whole() -> None:
    for folder in CORPUS.iterdir():
        for each in collection(folder.name).entries:
            raw = (folder / each.path).read_bytes()
            assert each.text in {raw.decode("utf-8-sig", "replace"), raw.decode("cp1252", "replace")}


def test_what_cannot_be_understood_says_why() -> None:
    assert entry("madr4/0002-status-unknown.md").reason == "its status is none that I know: “parked in the garage”"
    assert entry("odd/0010-prose.md").reason == "it has no section and no status that I know"
    assert entry("madr2/0004-status-is-a-blank.md").reason == "it says no status"
    assert entry("odd/0013-asciidoc.adoc").reason == "it is not Markdown"


@pytest.mark.parametrize(
    ("path", "reason", "wanted"),
    [
        ("nygard/README.md", "an index or a page about the folder", False),
        ("nygard/template.md", "a template", False),
        ("madr2/adr-template.md", "a template", False),
        ("log4brains/index.md", "an index or a page about the folder", False),
        ("odd/0014-junk.md", "it is no text", True),
        ("odd/0015-empty.md", "it is empty", True),
    ],
)
def test_what_is_no_decision_is_left_out_and_named(path: str, reason: str, *, wanted: bool) -> None:
    name, _, rest = path.partition("/")
    (found,) = [each for each in collection(name).not_taken if each.path == rest]
    assert (found.reason, found.wanted) == (reason, wanted)


def test_madr_gives_the_reason_the_options_the_drivers_and_how_it_is_confirmed() -> None:
    found = entry("madr3/0010-paginate-by-cursor.md")
    assert found.why == "The cost no longer grows with the page.\n\nPage 4,000 takes nine seconds."
    assert found.detail.options == "* cursors\n* offsets with a limit"
    assert found.detail.goal == "* no slow pages"
    assert found.detail.outcome_metric == "A test asks for the last page of a million."
    assert found.names.deciders == ("Ines", "Björn")
    assert (found.names.consulted, found.names.informed) == (("Data team",), ("everyone who builds",))


def test_the_names_of_those_who_decided_are_found_wherever_they_stand() -> None:
    assert entry("madr2/0001-sign-in-with-oidc.md").names.deciders == ("Mira", "Tom Okafor", "Lea")
    assert entry("madr2/0004-status-is-a-blank.md").names.deciders == ()
    assert entry("madr4/0001-feature-flags.md").names.deciders == ("Ana Prado", "J. Doe")
    assert entry("languages/0005-pt-autenticacao.md").names.deciders == ("João", "Marta")
    assert entry("languages/0007-de-madr.md").names.deciders == ("Jörg", "Änne")
    assert entry("statuses/01-in-a-table.md").names.deciders == ("Ola", "Ben")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("nygard/0008-hex-colours.md", "Hex colours only"),
        ("frontmatter/adr-001-queue.md", "A queue between shop and warehouse"),
        ("odd/0004-no-title.md", "No title"),
        ("odd/0005-fences.md", "Headings in code are no headings"),
        ("odd/0018-all-h1.md", "Everything is a first heading"),
        ("languages/0008-ja.md", "監査ログを残す"),
    ],
)
def test_the_title_is_without_its_number(path: str, title: str) -> None:
    assert entry(path).title == title


def test_headings_in_code_and_comments_are_none() -> None:
    assert "rejected" not in entry("madr3/0010-paginate-by-cursor.md").why
    assert entry("odd/0005-fences.md").why.endswith("Code is code.")


def test_links_that_lead_nowhere_or_in_a_circle_are_named_and_left_out() -> None:
    odd = placed(collection("odd"))
    assert odd["0006-links-to-nowhere.md"].notes == (
        "“supersedes 0099-nothing.md” leads nowhere",
        "“supersedes 0006-links-to-nowhere.md” leads nowhere",
    )
    assert odd["0009-circle.md"].notes == ("D-9 and D-8 cannot each take the other's place",)
    assert odd["0007-second.md"].notes == ("ADR 7 is 0007-first.md too",)


def test_a_link_is_followed_by_its_path_before_its_number() -> None:
    files = [
        File("a/0001-one.md", "# 1. One\n\n## Status\n\nAccepted\n\n## Decision\n\nA"),
        File("b/0001-other.md", "# 1. Other\n\n## Status\n\nAccepted\n\n## Decision\n\nB"),
        File("b/0002-new.md", "# 2. New\n\n## Status\n\nAccepted\n\nSupersedes [1](0001-other.md)\n\n## Decision\n\nC"),
    ]
    found = placed(read_folder("x", files))
    assert found["b/0001-other.md"].superseded_by == 2
    assert found["a/0001-one.md"].superseded_by is None


def test_prose_about_replacing_things_is_no_link() -> None:
    found = record("# 1. A\n\nThis replaces 3 servers with one.\n\n## Status\n\nAccepted\n\n## Decision\n\nYes")
    assert all(link.path is None for link in found.links)
    alone = place(read_folder("x", [File("0001-a.md", found.text or "")]), workspace="T1", known={}, taken={}, last=0)
    assert alone[0].supersedes is None


@pytest.mark.parametrize("name", ["20200106-use-x.md", "123456-x.md", "x.md", "0000-x.md", "99999-x.md"])
def test_a_day_or_a_ticket_is_no_number(name: str) -> None:
    assert record("# Use x\n\n## Status\n\nAccepted", name).number is None


def test_what_is_too_long_is_cut_in_the_fields_and_whole_in_the_original() -> None:
    text = f"# {'Title ' * 100}\n\n## Status\n\nAccepted\n\n## Context\n\n{'word ' * 250_000}"
    began = time.perf_counter()
    found = record(text)
    assert time.perf_counter() - began < 10
    assert len(found.title) == TITLE_LIMIT
    assert len(found.why) == TEXT_LIMIT
    assert found.text == text


def test_a_bomb_of_aliases_is_read_in_a_moment() -> None:
    began = time.perf_counter()
    found = entry("odd/0019-yaml-bomb.md")
    assert time.perf_counter() - began < 5
    assert found.names.deciders == ()


EVIL = {
    "brackets": "[" * 200_000,
    "links": "[a](" * 50_000,
    "emphasis": "**a " * 60_000,
    "comments": "<!--" * 50_000,
    "struck": "# T\n\n## Status\n\n" + "<s>" * 60_000,
    "tables": "|a" * 100_000 + "\n" + "|-" * 100_000,
    "lists": "".join(" " * depth + "- a\n" for depth in range(600)),
    "choices": "# T\n\n## Status\n\n" + "accepted | " * 20_000,
    "names": "# T\n\n## Status\n\nAccepted\n\n## Deciders\n\n" + "a and " * 30_000,
    "yaml": "---\n" + "a: [" * 5000 + "\n---\n# T",
}


@pytest.mark.parametrize("text", EVIL.values(), ids=EVIL)
def test_no_text_takes_long_however_it_is_made(text: str) -> None:
    began = time.perf_counter()
    read_folder("x", [File("0001-x.md", text)])
    assert time.perf_counter() - began < 10


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_is_ever_too_odd(text: str) -> None:
    read = read_folder("x", [File("0001-x.md", text)])
    assert len(read.entries) + len(read.not_taken) == 1
    for each in read.entries:
        assert each.title
        assert each.why


@given(
    st.lists(
        st.sampled_from(
            ["---", "# T", "## Status", "status: x", "Accepted", "| a | b |", "|---|---|", "```", "<!--", "-->",
             "* Status: [a](b.md)", "Supersedes [1](0001-x.md)", "**Status**", "> # q", "=====", "- [x] accepted", "\t"]
        ),
        max_size=12,
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_structure_is_ever_too_odd(lines: list[str]) -> None:
    read = read_folder("x", [File("0001-x.md", "\n".join(lines))])
    assert len(place(read, workspace="T1", known={}, taken={}, last=0)) == len(read.entries)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Accepted", DecisionStatus.DECIDED),
        ("ACCEPTED on 2020-01-01", DecisionStatus.DECIDED),
        ("✅ Accepted", DecisionStatus.DECIDED),
        ("Not accepted", DecisionStatus.REJECTED),
        ("not yet decided", DecisionStatus.PROPOSED),
        ("No longer accepted", DecisionStatus.REVERSED),
        ("Superceded", DecisionStatus.SUPERSEDED),
        ("Rejetée", DecisionStatus.REJECTED),
        ("Überholt", DecisionStatus.REVERSED),
        ("Expired in 2021", DecisionStatus.REVERSED),  # of a record, which accepted no risk
        ("proposed | accepted | rejected", None),
        ("unacceptable", None),
        ("", None),
    ],
)
def test_statuses(said: str, status: DecisionStatus | None) -> None:
    assert status_in(said) is status


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2020-01-02", "2020-01-02"),
        ("2020-01-02T10:00:00Z", "2020-01-02"),
        ("2.1.2020", "2020-01-02"),
        ("31/12/2020", "2020-12-31"),
        ("12/31/2020", "2020-12-31"),
        ("3/4/2020", None),
        ("2nd of January", None),
        ("2nd January 2020", "2020-01-02"),
        ("Sept 5, 2020", "2020-09-05"),
        ("5 de março de 2020", "2020-03-05"),
        ("1er août 2020", "2020-08-01"),
        ("5. Dezember 2020", "2020-12-05"),
        ("2020-02-31", None),
        ("YYYY-MM-DD", None),
    ],
)
def test_days(said: str, day: str | None) -> None:
    found = day_in(said)
    assert (found.isoformat() if found else None) == day


def test_headings_are_known_with_numbers_emoji_and_in_pairs() -> None:
    assert part_of("2. Context") is part_of("📖 Kontext") is part_of("Context / Background") is part_of("CONTEXTE")
    assert part_of("Weather") is None
