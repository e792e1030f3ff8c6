"""How well the notice "D-12 settled this" finds what a draft reopens, over the labelled logs of invented companies.

A notice is right where it names the very decision that the draft reopens. Precision: the share of notices that are
right. Recall: the share of drafts that reopen something which got the right notice.

The rules and the threshold (bot/domain/likeness.py) were chosen with the logs of CHOSEN_ON in view, and with no look at
the others: how good the notice is for a log that nobody tuned it to is what the others say, and of them only totals are
shown. The time for one draft is the median of many, held against invented decisions.
"""

import json
import random
import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.workspaces import UserId, WorkspaceId
from bot.usecases.decisions.alike import LOOKED_AT, reopened

LABELLED = Path(__file__).parent.parent / "tests" / "labelled" / "reopened.json"
CHOSEN_ON = frozenset({"rotaline", "fernloft"})
_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One draft: the number it reopens and the number the notice named, each None where there is none."""

    log: str
    kind: str
    reopens: int | None
    named: int | None


@dataclass(frozen=True, slots=True)
class Score:
    drafts: int
    reopening: int
    notices: int
    right: int

    @property
    def precision(self) -> float | None:
        """None where nothing was said."""
        return self.right / self.notices if self.notices else None

    @property
    def recall(self) -> float | None:
        """None where nothing is reopened."""
        return self.right / self.reopening if self.reopening else None


def measure() -> list[Outcome]:
    """What is said about each labelled draft, in the order of the file."""
    logs = json.loads(LABELLED.read_text(encoding="utf-8"))["logs"]
    return [each for log in logs for each in _of_one(log)]


def score(outcomes: Iterable[Outcome]) -> Score:
    found = list(outcomes)
    return Score(
        drafts=len(found),
        reopening=sum(each.reopens is not None for each in found),
        notices=sum(each.named is not None for each in found),
        right=sum(each.named is not None and each.named == each.reopens for each in found),
    )


def main() -> None:
    outcomes = measure()
    chosen_on = [each for each in outcomes if each.log in CHOSEN_ON]
    print("reopened: the notice before a draft is logged")
    _show("all five logs", score(outcomes))
    _show("the three it was not chosen on", score(each for each in outcomes if each.log not in CHOSEN_ON))
    _show("the two it was chosen on", score(chosen_on))
    for kind in sorted({each.kind for each in chosen_on}):
        _show(f"  {kind}", score(each for each in chosen_on if each.kind == kind))
    first, later = _timed()
    print(
        f"  one draft against {LOOKED_AT} decisions: {first:.0f} ms the first time, then {later:.0f} ms (median of 20)"
    )


def _of_one(log: Mapping[str, Any]) -> list[Outcome]:
    standing = [_decision(each) for each in reversed(log["decisions"])]
    found = [(draft, reopened(draft["title"], draft["why"] or "", standing)) for draft in log["drafts"]]
    return [
        Outcome(log["name"], draft["kind"], draft["reopens"], best.number if best else None) for draft, best in found
    ]


def _timed() -> tuple[float, float]:
    """Milliseconds for one draft against as many decisions as are looked at: the first, and the median of 20 more.

    Their words are those of the labelled ones, mixed: sentences as long as people's, and a vocabulary as large.
    """
    logs = json.loads(LABELLED.read_text(encoding="utf-8"))["logs"]
    mixed = random.Random(1)  # noqa: S311 - nothing here is secret
    words = {
        part: [word for log in logs for each in log["decisions"] for word in (each[part] or "").split()]
        for part in ("title", "why", "not_doing")
    }

    def text(part: str, length: int) -> str:
        return " ".join(mixed.choices(words[part], k=length))

    standing = [
        _decision({"number": at, "title": text("title", 9), "why": text("why", 24), "not_doing": text("not_doing", 6)})
        for at in range(LOOKED_AT, 0, -1)
    ]
    took = []
    for _ in range(21):
        draft = text("title", 9), text("why", 24)
        began = time.perf_counter()
        reopened(*draft, standing)
        took.append((time.perf_counter() - began) * 1000)
    return took[0], statistics.median(took[1:])


def _decision(given: Mapping[str, Any]) -> Decision:
    return Decision(
        workspace_id=WorkspaceId("T0BENCH"),
        number=given["number"],
        title=given["title"],
        why=given["why"] or "",
        not_doing=given["not_doing"],
        author_id=UserId("U0DANA"),
        owner_id=UserId("U0DANA"),
        status=DecisionStatus.DECIDED,
        created_at=_AT,
        updated_at=_AT,
    )


def _show(name: str, found: Score) -> None:
    print(
        f"  {name:38} {found.drafts:4} drafts, {found.reopening:3} reopen, {found.notices:3} notices, "
        f"{found.right:3} right; precision {_share(found.precision)}, recall {_share(found.recall)}"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
