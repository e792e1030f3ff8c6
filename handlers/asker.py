"""Who asks, what they may see, and what day it is for them: what most of these handlers begin with."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.domain.decisions import Decision
from bot.domain.hours import today_for
from bot.domain.workspaces import ConversationId, Person, Viewer
from bot.usecases import decisions
from bot.usecases.services import Services
from handlers.hurry import hurried
from handlers.kit import Asked, Desk


@dataclass(frozen=True)
class Asker:
    """`viewer` is asked of Slack when it is looked at first: not every handler needs it."""

    desk: Desk
    request: Asked
    person: Person

    @property
    def services(self) -> Services:
        return self.desk.services

    @cached_property
    def viewer(self) -> Viewer:
        return self.desk.viewer(self.person, self.request)

    @property
    def today(self) -> date:
        """Their own date."""
        return today_for(self.person, self.services.clock.now())

    def decision(self, number: int) -> Decision:
        """Raises NotFound for what they may not see, as for what is not there."""
        return decisions.get(self.services, self.viewer, number, workspace=self.person.workspace_id)

    def logged_from(self, conversation: ConversationId, ts: str) -> Decision | None:
        """What was logged from this message before, as far as they may see it."""
        return decisions.from_message(self.services, self.viewer, conversation, ts, workspace=self.person.workspace_id)


def in_time(desk: Desk, request: Asked) -> Asker:
    """Before the acknowledgement. Raises NotAllowed."""
    return at_leisure(hurried(desk), request)


def at_leisure(desk: Desk, request: Asked) -> Asker:
    """Beside or after it."""
    return Asker(desk, request, desk.person(request))
