"""How often the clockwork ticks, how much it does at once, and when it believes that a call is over."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Timing:
    """`http_deadline` must be the messenger's own timeout. `history_lag`: how long Slack may take to show a message."""

    tick: float = 1.0  # seconds
    http_deadline: timedelta = timedelta(seconds=10)
    history_lag: timedelta = timedelta(seconds=5)
    clock_skew: timedelta = timedelta(minutes=5)  # how far our clock may be ahead of Slack's when history is read
    senders: int = 4
    planners: int = 2
    workers: int = 2

    @property
    def settle(self) -> float:
        """Seconds after which a call that can no longer be made shows in the history, if it was made at all."""
        return (self.http_deadline + self.history_lag).total_seconds()
