"""What the wiring itself says: the figures for /metrics."""

from dataclasses import dataclass, replace
from typing import Any, cast

from bot.bootstrap import _figures
from bot.domain.outbox import OutboxStatus
from storage.store import SqlStore, open_store
from tests.support import services_on


@dataclass
class Clockwork:
    alive: bool = True

    def is_alive(self) -> bool:
        return self.alive


def figures(services: Any) -> dict[str, float]:
    return {name: value for name, (_, value) in _figures(services, cast("Any", Clockwork()), None).items()}


def test_the_figures_say_what_is_due_and_what_went_wrong(store: SqlStore) -> None:
    assert figures(services_on(store).services) == {
        "backbeat_clock_alive": 1.0,
        "backbeat_database_answers": 1.0,
        "backbeat_outbox_due": 0.0,
        f"backbeat_outbox_{OutboxStatus.UNCERTAIN}": 0.0,
        f"backbeat_outbox_{OutboxStatus.FAILED}": 0.0,
    }


def test_there_are_figures_while_the_database_is_away(store: SqlStore) -> None:
    away = open_store("sqlite:////nowhere/at/all/backbeat.db")
    services = replace(services_on(store).services, store=away)
    assert figures(services) == {"backbeat_clock_alive": 1.0, "backbeat_database_answers": 0.0}
    away.close()
