"""Who answers for a decision, also once its owner has left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.decisions import Decision
from bot.domain.workspaces import Person, Role, UserId, Workspace
from bot.usecases.people import takes_part
from bot.usecases.ports import UnitOfWork

HEIRS = (Role.DEPUTY, Role.CTO, Role.ADMIN)  # who takes over from a leaver, in this order


@dataclass(frozen=True, slots=True)
class Team:
    """The people around some decisions, and who answers for one whose owner has left."""

    workspace: Workspace
    roles: Mapping[Role, frozenset[UserId]]
    people: Mapping[UserId, Person]

    @classmethod
    def around(cls, uow: UnitOfWork, decisions: Iterable[Decision], *others: UserId) -> "Team":
        roles = uow.workspaces.roles()
        involved = {person for decision in decisions for person in decision.involved}
        known = uow.people.get_many(involved.union(others, *roles.values()))
        return cls(uow.workspaces.get(), roles, known)

    def takes_part(self, user: UserId) -> bool:
        """True for somebody not known yet: nothing says that they left."""
        person = self.people.get(user)
        has_role = any(user in holders for holders in self.roles.values())
        return person is None or takes_part(person, self.workspace, has_role)

    def answers_for(self, decision: Decision) -> UserId:
        """Its owner. A leaver's falls to the deputy; a private one to its author, who may see it in any case."""
        if self.takes_part(decision.owner_id):
            return decision.owner_id
        if not decision.audience.is_workspace and self.takes_part(decision.author_id):
            return decision.author_id
        heirs = [*(user for role in HEIRS for user in sorted(self.roles.get(role, ()))), decision.author_id]
        return next((user for user in heirs if self.takes_part(user)), decision.owner_id)
