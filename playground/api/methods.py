"""The methods that there are, and whose token each takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playground.api import chat, conversations, files, groups, others, people, views
from playground.api.args import Args
from playground.messages import Json
from playground.office import Office

Holder = Literal["bot", "app", "either", "nobody"]


@dataclass(frozen=True, slots=True)
class Method:
    """`run` answers without its "ok", or raises Refused."""

    run: Callable[[Office, Args], Json]
    token: Holder = "bot"  # noqa: S105 - whose token, not a token


METHODS: dict[str, Method] = {
    "apps.connections.open": Method(others.open_connection, "app"),
    "auth.test": Method(people.auth_test, "either"),
    "blocks.validate": Method(others.validate_blocks, "nobody"),
    "bots.info": Method(people.bot_info),
    "chat.delete": Method(chat.delete),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral),
    "chat.postMessage": Method(chat.post_message),
    "chat.update": Method(chat.update),
    "conversations.history": Method(conversations.history),
    "conversations.info": Method(conversations.info),
    "conversations.join": Method(conversations.join),
    "conversations.leave": Method(conversations.leave),
    "conversations.list": Method(conversations.list_all),
    "conversations.members": Method(conversations.members),
    "conversations.open": Method(conversations.open_direct),
    "conversations.replies": Method(conversations.replies),
    "dnd.info": Method(people.dnd_info),
    "files.completeUploadExternal": Method(files.complete_upload),
    "files.getUploadURLExternal": Method(files.get_upload_url),
    "files.info": Method(files.info),
    "reactions.add": Method(others.react),
    "reactions.get": Method(others.get_reactions),
    "team.info": Method(people.team_info),
    "usergroups.list": Method(groups.list_all),
    "usergroups.users.list": Method(groups.users),
    "users.conversations": Method(conversations.of_person),
    "users.info": Method(people.user_info),
    "users.list": Method(people.user_list),
    "views.open": Method(views.open_view),
    "views.publish": Method(views.publish),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
}
