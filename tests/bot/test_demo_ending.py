"""The demo's end: Ctrl+C closes it whenever it comes."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import run as demo

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Swallowing:
    """A demo that is interrupted while it opens, at a point where Python drops exceptions."""

    ending = signal.SIGINT
    closed = 0
    address = "http://127.0.0.1:0/"

    def __init__(self, folder: Path, *, port: int) -> None:
        self.folder = folder

    def open(self) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(self.ending)

    def close(self) -> None:
        Swallowing.closed += 1


@pytest.mark.parametrize("ending", SIGNALS, ids=lambda each: each.name)
def test_an_interrupt_that_gets_lost_while_it_opens_still_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: signal.Signals
) -> None:
    monkeypatch.setattr(demo, "Demo", Swallowing)
    monkeypatch.setattr(Swallowing, "ending", ending)
    monkeypatch.setattr(Swallowing, "closed", 0)
    said: list[str] = []
    assert demo.run(folder=tmp_path / "demo", port=0, opens_browser=False, say=said.append, complain=said.append) == 0
    assert "Closed." in said[-1]
    assert Swallowing.closed == 1
