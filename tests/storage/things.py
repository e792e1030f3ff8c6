"""Things to store: each as small as it can be, with what a test is about given by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import event

from bot.domain.agendas import Topic
from bot.domain.cadences import Cadence, CadenceKind, Occurrence, OccurrenceStatus
from bot.domain.decisions import Decision, DecisionEvent, DecisionEventKind, DecisionStatus
from bot.domain.messages import Message, Note
from bot.domain.outbox import Destination, OutboxMessage, OutboxStatus
from bot.domain.recurrence import Rule
from bot.domain.standups import Prompt, PromptStatus, Round, RoundStatus, Standup
from bot.domain.workspaces import Viewer
from bot.usecases.ports import Store
from storage.store import SqlStore
from tests.support import THURSDAY

TODAY = THURSDAY.date()
EVERYTHING = Viewer.system()
ANYBODY = Viewer("U9")
WEEKLY = Rule("FREQ=WEEKLY;BYDAY=TU", date(2026, 11, 3), time(10, 0), "Europe/Lisbon")
_numbers = count(1)


def a_decision(number: int = 1, **extra: Any) -> Decision:
    made = Decision(
        "T1", number, "Use Postgres", "We run it already", "U1", "U1", DecisionStatus.DECIDED, *[THURSDAY] * 2
    )
    return replace(made, **extra)


def an_event(number: int = 1, **extra: Any) -> DecisionEvent:
    made = DecisionEvent("T1", f"E{next(_numbers)}", number, DecisionEventKind.LOGGED, "U1", THURSDAY)
    return replace(made, **extra)


def a_row(row_id: str = "M1", **extra: Any) -> OutboxMessage:
    message: Message = Note(f"words of {row_id}")
    made = OutboxMessage("T1", row_id, Destination("C1"), message, OutboxStatus.QUEUED, THURSDAY, THURSDAY)
    return replace(made, **extra)


def a_cadence(cadence_id: str = "K1", **extra: Any) -> Cadence:
    return replace(Cadence("T1", cadence_id, CadenceKind.TRADEOFFS, "Tradeoffs", "C1", WEEKLY, "U1"), **extra)


def an_occurrence(occurrence_id: str = "O1", **extra: Any) -> Occurrence:
    made = Occurrence("T1", occurrence_id, "K1", "2026-11-03", THURSDAY, OccurrenceStatus.PLANNED)
    return replace(made, **extra)


def a_topic(topic_id: str = "P1", **extra: Any) -> Topic:
    return replace(Topic("T1", topic_id, "K1", "SSO for Acme", "U1", THURSDAY), **extra)


def a_standup(standup_id: str = "S1", **extra: Any) -> Standup:
    made = Standup("T1", standup_id, "C1", "U1", ("Done?", "Next?"), frozenset({0, 3}), time(9), time(13), "Asia/Tokyo")
    return replace(made, **extra)


def a_round(round_id: str = "R1", **extra: Any) -> Round:
    return replace(
        Round(
            "T1", round_id, "S1", "2026-10-29", THURSDAY + timedelta(hours=4), RoundStatus.OPEN, questions=("Done?",)
        ),
        **extra,
    )


def a_prompt(prompt_id: str = "Q1", **extra: Any) -> Prompt:
    return replace(Prompt("T1", prompt_id, "R1", "S1", "U1", TODAY, THURSDAY, PromptStatus.WAITING), **extra)


def log_decisions(store: Store, *decisions: Decision, workspace: str = "T1") -> None:
    with store.begin(workspace) as uow:
        for decision in decisions:
            uow.decisions.add(decision)
        uow.commit()


def queue_rows(store: Store, *rows: OutboxMessage, workspace: str = "T1") -> None:
    with store.begin(workspace) as uow:
        for row in rows:
            uow.outbox.add(row)
        uow.commit()


@contextmanager
def statements_counted(store: SqlStore) -> Iterator[list[str]]:
    """The statements that are run meanwhile, without what begins and ends transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SELECT set_config")):
            seen.append(statement)

    engines = {store._writer, store._reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
