"""What every handler shares: who is asking and from where, what was pressed and filled in, and answering."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.blocks.kit import Drawn, Json
from bot.domain.errors import InvalidInput
from bot.domain.workspaces import ConversationId, Person, UserId, Viewer, WorkspaceId
from bot.usecases.people import acting, viewer_for
from bot.usecases.services import Services
from handlers.errors import OUT_OF_REACH

log = structlog.get_logger(__name__)
Body = dict[str, Any]
WRITTEN_BY_PEOPLE = frozenset({None, "file_share", "thread_broadcast"})  # message subtypes; others tell of changes
VALUE_LIMIT = 64  # characters: an id, or what to do with it before the id


@dataclass(frozen=True, slots=True)
class Asked:
    """A request from a person, whatever surface it came from."""

    workspace: WorkspaceId
    person_id: UserId
    conversation: ConversationId | None
    trigger_id: str | None
    response_url: str | None
    text: str = ""
    key: str = ""  # names this delivery: a redelivery or a second click has the same
    window: str | None = None  # the id of the one that was pressed in: another one is put on top of it


def asked(body: Body) -> Asked:
    """Read the parts that every Slack payload has, in whichever of its shapes it came."""
    if body.get("type") == "event_callback":
        return _asked_by_event(body)
    user = body.get("user") or {}
    channel = body.get("channel") or {}
    view = body.get("view") or {}
    person = body.get("user_id") or (user.get("id") if isinstance(user, dict) else user)
    team = (
        body.get("team_id")
        or (body.get("team") or {}).get("id")
        or (user.get("team_id") if isinstance(user, dict) else None)
    )
    conversation = body.get("channel_id") or (channel.get("id") if isinstance(channel, dict) else channel)
    urls = body.get("response_urls") or []
    key = f"view:{view['id']}" if body.get("type") == "view_submission" else f"trigger:{body.get('trigger_id')}"
    return Asked(
        workspace=str(team),
        person_id=str(person),
        conversation=conversation or None,
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url") or (urls[0].get("response_url") if urls else None),
        text=(body.get("text") or "").strip(),
        key=key,
        window=view.get("id") if body.get("type") == "block_actions" and view.get("type") == "modal" else None,
    )


def _asked_by_event(body: Body) -> Asked:
    """An event has no trigger: nothing can be opened, and the answer is a message."""
    event = body.get("event") or {}
    user, channel = event.get("user") or "", event.get("channel")
    return Asked(
        workspace=str(body.get("team_id")),
        person_id=str(user.get("id") if isinstance(user, dict) else user),
        conversation=channel if isinstance(channel, str) else None,
        trigger_id=None,
        response_url=None,
        text=str(event.get("text") or "").strip(),
        key=f"event:{body.get('event_id')}",
    )


PATIENCE = 1.0  # seconds for all questions of one request: the commit comes after them, and all within Slack's three
Verb = Callable[["Desk", Asked, Any, WebClient], None]  # (desk, asked, ack, client): answers `/backbeat <verb> …`


@dataclass(frozen=True, slots=True)
class Desk:
    """What handlers are registered with. `commands` maps our name ("/decide") to the configured one."""

    services: Services
    commands: Mapping[str, str]
    views: Executor  # bounded: calls that must leave within the 3 s of a trigger, beside the ack
    background: Executor  # bounded: answers that may come after the ack
    verbs: dict[str, Verb] = field(default_factory=dict)
    admins: frozenset[UserId] = frozenset()
    reaction: str = "scales"  # what proposes to log a message, where setup has it so
    patience: float = PATIENCE  # seconds for what is asked of Slack on the way to an acknowledgement

    def person(self, request: Asked) -> Person:
        """The asker, who may act here. Raises NotAllowed."""
        return acting(self.services, request.workspace, request.person_id)

    def viewer(self, person: Person, request: Asked) -> Viewer:
        return viewer_for(self.services, person, here=request.conversation)

    def tell(self, request: Asked, text: str, blocks: list[Json] | None = None) -> None:
        """Say something to the asker alone, after the ack (a response_url lives for 30 minutes and 5 uses)."""
        if request.response_url is None:
            return
        try:
            WebhookClient(request.response_url, timeout=5).send(
                text=text, blocks=blocks, response_type="ephemeral", replace_original=False
            )
        except OUT_OF_REACH as error:
            log.warning("answer_not_delivered", error=str(error), person=request.person_id)


Handler = Callable[[Desk, Asked, Body, Ack, WebClient], None]


def bound(desk: Desk, handler: Handler) -> Callable[..., None]:
    """`handler` as Bolt takes it: `app.command("/decide")(bound(desk, decide))`.

    The workspace is the one whose installation the request was authorized with, whatever else the payload names.
    """

    def listener(body: Body, ack: Ack, client: WebClient, context: BoltContext) -> None:
        installed = context.authorize_result
        workspace = installed.team_id if installed is not None else None
        request = asked(body)
        handler(desk, replace(request, workspace=workspace or request.workspace), body, ack, client)

    return listener


def metadata(view: Mapping[str, Any]) -> dict[str, Any]:
    """A view's private_metadata as the dict that its builder wrote."""
    text = view.get("private_metadata") or "{}"
    found = json.loads(text)
    return found if isinstance(found, dict) else {}


def state_of(view: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in the inputs of a window: {block id: {action id: …}}."""
    found: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    return found


def pressed(body: Body) -> str:
    """What a button or a choice in a menu carries. Raises InvalidInput for what is longer than any that we make."""
    action = body["actions"][0]
    value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
    if len(value) > VALUE_LIMIT:
        raise InvalidInput("I don't know that one any more.")
    return str(value)


def text_of(message: Mapping[str, Any]) -> str:
    """What a message says. Apps often say it in an attachment alone."""
    texts = [message.get("text"), *(each.get("fallback") for each in message.get("attachments") or [])]
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")


def answer(ack: Ack, drawn: Drawn) -> None:
    """Acknowledge a command with words for its author alone."""
    ack(text=drawn.text, blocks=drawn.blocks, response_type="ephemeral")
