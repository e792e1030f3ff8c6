"""What every entry point holds: the store, the outside, and the clock. Made once, in bootstrap."""

from dataclasses import dataclass

from bot.usecases.ports import Clock, Directory, Drafter, Nudge, Store, Summariser


@dataclass(frozen=True, slots=True)
class Services:
    store: Store
    directory: Directory
    clock: Clock
    nudge: Nudge
    summariser: Summariser | None = None  # None: no model is configured, key messages are picked by rule
    drafter: Drafter | None = None  # None: a message is logged from its own words
