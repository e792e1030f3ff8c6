"""How well the notice "D-12 settled this" finds what a draft reopens, over the labelled logs of invented companies.

A notice is right where it names the very decision that the draft reopens. Precision: the share of notices that are
right. Recall: the share of drafts that reopen something which got the right notice. Nothing is timed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.workspaces import UserId, WorkspaceId
from bot.usecases.decisions.alike import most_alike

LABELLED = Path(__file__).parent.parent / "tests" / "labelled" / "reopened.json"
_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One draft: the number it reopens and the number the notice named, each None where there is none."""

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
    print("reopened: the notice before a draft is logged")
    _show("all", score(outcomes))
    for kind in sorted({each.kind for each in outcomes}):
        _show(kind, score(each for each in outcomes if each.kind == kind))


def _of_one(log: Mapping[str, Any]) -> list[Outcome]:
    standing = [_decision(each) for each in log["decisions"]]
    found = [(draft, most_alike(draft["title"], draft["why"] or "", standing)) for draft in log["drafts"]]
    return [Outcome(draft["kind"], draft["reopens"], best.number if best else None) for draft, best in found]


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
