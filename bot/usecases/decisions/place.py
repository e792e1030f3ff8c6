"""Where a decision is made: whether its card can be posted there, and who may therefore see it."""

from dataclasses import dataclass

from bot.domain.errors import ExternalFailure, InvalidInput
from bot.domain.workspaces import EVERYONE, Audience, ConversationId, Person, WorkspaceId
from bot.usecases.services import Services


@dataclass(frozen=True, slots=True)
class Place:
    """`conversation` is None for Home. `can_post` is None where Slack could not say, and then it is kept private."""

    conversation: ConversationId | None
    audience: Audience
    can_post: bool | None
    name: str | None = None
    is_dm: bool = False
    is_shared: bool = False  # with another company: nothing is posted there

    @property
    def is_known(self) -> bool:
        return self.can_post is not None


HOME = Place(None, EVERYONE, can_post=False)


def place_of(services: Services, workspace: WorkspaceId, conversation: ConversationId | None) -> Place:
    """Asks Slack (or its cache), so never within a transaction. Never fails."""
    if conversation is None:
        return HOME
    try:
        info = services.directory.conversation(workspace, conversation)
    except ExternalFailure as failure:
        if failure.permanent:  # private, a DM between others, or a server that does not know the question
            is_dm = conversation.startswith("D")
            return Place(conversation, Audience(conversation), can_post=False, is_dm=is_dm)
        return _unknown(conversation)
    is_closed = info.is_private or info.is_dm
    audience = Audience(conversation) if is_closed else EVERYONE
    can_post = info.is_member and not info.is_shared
    return Place(conversation, audience, can_post, info.name, info.is_dm, is_shared=info.is_shared)


def chosen(services: Services, person: Person, conversation: ConversationId) -> Place:
    """A channel that `person` picked for the card: one that both they and Backbeat are in.

    Raises InvalidInput naming the field, ExternalFailure where Slack can't say just now.
    """
    if conversation not in services.directory.conversations_of(person.workspace_id, person.id):
        raise InvalidInput("Pick a channel that you and I are in: `/invite @Backbeat` there first.", "post_in")
    place = place_of(services, person.workspace_id, conversation)
    if not place.is_known:
        raise ExternalFailure("Slack is slow just now. Please try again in a moment.", permanent=False, code="slow")
    name = f"#{place.name}" if place.name else "that channel"
    if place.is_shared:
        raise InvalidInput(f"People of another company are in {name}. Pick one that is yours alone.", "post_in")
    if place.is_dm or not place.can_post:
        raise InvalidInput(f"I'm not in {name}. Pick another, or `/invite @Backbeat` there first.", "post_in")
    return place


def decision_channel(services: Services, workspace: WorkspaceId) -> ConversationId | None:
    """Where cards go that were made in no conversation, beside their author's DM."""
    with services.store.read(workspace) as uow:
        return uow.workspaces.get().decision_channel


def _unknown(conversation: ConversationId) -> Place:
    """Slack could not say in time. The card waits until it does: people of another company may read along there."""
    return Place(conversation, Audience(conversation), can_post=None, is_dm=conversation.startswith("D"))


def narrower(one: Audience, other: Audience) -> Audience:
    """The audience that a person was told, unless the place has become more private since."""
    return other if one.is_workspace else one
