"""The clock: the system's time, and the demo's offset, which real workspaces never get."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.clock import OffsetClock, SystemClock, clock_for


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


def offset_of(clock: OffsetClock | SystemClock) -> float:
    """Seconds by which it is ahead, to the nearest one."""
    return round((clock.now() - datetime.now(UTC)).total_seconds())


def test_the_systems_time_is_aware_and_in_utc() -> None:
    now = SystemClock().now()

    assert now.utcoffset() == timedelta()
    assert offset_of(SystemClock()) == 0


def test_the_offset_is_added_and_read_again_when_it_changes(file: Path) -> None:
    clock = OffsetClock(file)
    assert offset_of(clock) == 0, "there is no file yet"

    for seconds in (3600.0, 7200.5, -86400.0):
        file.write_text(json.dumps({"offset_seconds": seconds}))
        assert abs(offset_of(clock) - seconds) <= 1

    assert clock.now().utcoffset() == timedelta()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "[]",
        "{}",
        '{"offset_seconds": "soon"}',
        '{"offset_seconds": NaN}',
        '{"offset_seconds": 1e300}',
        "null",
    ],
)
def test_a_file_that_makes_no_sense_leaves_the_offset_as_it_was(file: Path, text: str) -> None:
    clock = OffsetClock(file)
    file.write_text('{"offset_seconds": 3600}')
    assert offset_of(clock) == 3600

    file.write_text(text)

    assert offset_of(clock) == 3600


def test_a_file_that_vanishes_leaves_the_offset_as_it_was(file: Path) -> None:
    clock = OffsetClock(file)
    file.write_text('{"offset_seconds": 3600}')
    assert offset_of(clock) == 3600

    file.unlink()

    assert offset_of(clock) == 3600


@pytest.mark.parametrize(
    ("url", "moves"),
    [("http://127.0.0.1:5000/api/", True), ("http://localhost:5000/api/", True), ("https://slack.com/api/", False)],
)
def test_only_beside_a_slack_on_this_machine_is_the_offset_taken(file: Path, url: str, *, moves: bool) -> None:
    file.write_text('{"offset_seconds": 3600}')

    assert offset_of(clock_for(url, file)) == (3600 if moves else 0)
    assert offset_of(clock_for(url, None)) == 0
