"""Everything that answers the app and the people, put together."""

from dataclasses import dataclass, field
from typing import Any

from playground.deliveries import Deliveries
from playground.events import Events
from playground.faults import Faults
from playground.pacing import Pacing
from playground.sockets import Sockets
from playground.talk import Talk
from playground.world import World


@dataclass(frozen=True, slots=True)
class Office:
    """`calls` is every Web API call as it came: its method and arguments."""

    world: World
    events: Events
    talk: Talk
    pacing: Pacing
    faults: Faults
    sockets: Sockets
    deliveries: Deliveries
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
