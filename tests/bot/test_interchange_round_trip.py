"""What leaves and comes in again is the same log, in every form; and coming in twice changes nothing."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bot.adapters.folders import write_files
from bot.domain.decisions import Decision
from bot.domain.files import LogForm
from bot.domain.interchange.entries import Original
from bot.domain.interchange.placing import Outcome
from bot.interchange import Source, Wanted, _read
from bot.usecases.interchange import Imported, files_of, import_entries, leaving
from storage.store import SqlStore
from tests.bot.interchange_kit import a_store, fill, logs
from tests.support import THURSDAY

WHERE = {
    LogForm.MADR: (Source.ADR, ""),
    LogForm.CSV: (Source.CSV, "decisions.csv"),
    LogForm.JSON: (Source.JSON, "decisions.json"),
}


def take_in(store: SqlStore, form: LogForm, folder: Path, *, workspace: str) -> Imported:
    source, name = WHERE[form]
    read = _read(Wanted(source, folder / name, workspace))
    return import_entries(store, read, workspace=workspace, owner="U1", at=THURSDAY)


def log_of(store: SqlStore, workspace: str) -> list[tuple[Decision, Original | None]]:
    return [(each.decision, each.original) for each in leaving(store, workspace, everything=True)]


def without_the_place(log: list[tuple[Decision, Original | None]]) -> list[object]:
    """A log but for whose it is, and but for where and when its originals came in."""
    return [
        (
            replace(decision, workspace_id=""),
            original and (original.text, original.label, original.note, original.deciders, original.consulted),
            original.informed if original else (),
        )
        for decision, original in log
    ]


def as_expected(log: list[tuple[Decision, Original | None]]) -> list[object]:
    """What came in has an original, if an empty one, where it had none."""
    empty = Original("", 1, "", "", "", THURSDAY)
    return without_the_place([(decision, original or empty) for decision, original in log])


@pytest.mark.parametrize("form", list(LogForm))
@given(log=logs())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_export_then_import_gives_the_same_log(
    form: LogForm, sqlite_template: bytes, log: list[tuple[Decision, Original | None]]
) -> None:
    with tempfile.TemporaryDirectory() as at:
        here, folder = Path(at), Path(at, "out")
        one, other = a_store(here / "1.db", sqlite_template), a_store(here / "2.db", sqlite_template, workspace="T2")
        try:
            fill(one, log)
            write_files(folder, files_of(form, leaving(one, "T1", everything=True), is_all=True))

            done = take_in(other, form, folder, workspace="T2")
            assert not [each for each in done.not_taken if each.wanted]
            assert without_the_place(log_of(other, "T2")) == as_expected(log)

            again = take_in(other, form, folder, workspace="T2")
            assert again.count(Outcome.UNCHANGED) == len(log)
            at_home = take_in(one, form, folder, workspace="T1")
            assert at_home.count(Outcome.UNCHANGED) == len(log)
            assert log_of(one, "T1") == log
        finally:
            one.close()
            other.close()
