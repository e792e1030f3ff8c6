"""What every handler shares: who is asking and from where, opening a view beside the acknowledgement, and answering."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.blocks.kit import Json, error_view, loading_view
from bot.domain.workspaces import ConversationId, Person, UserId, Viewer, WorkspaceId
from bot.usecases.people import acting, viewer_for
from bot.usecases.services import Services
from handlers.errors import OUT_OF_REACH, Told, given_back, words_of

log = structlog.get_logger(__name__)
Body = dict[str, Any]
NOT_OPENED = "Slack didn't let me open the window in time. Please try again."


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
    in_modal: bool = False  # pressed in a window: another one is put on top of it


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
        in_modal=body.get("type") == "block_actions" and view.get("type") == "modal",
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

    def person(self, request: Asked) -> Person:
        """The asker, who may act here. Raises NotAllowed."""
        return acting(self.services, request.workspace, request.person_id)

    def viewer(self, person: Person, request: Asked) -> Viewer:
        return viewer_for(self.services, person, here=request.conversation)

    def open_view(self, client: WebClient, request: Asked, view: Json, *, typed: str = "") -> None:
        """Open a modal beside the ack (on top of the one pressed in). If Slack refuses, the asker gets `typed` back."""
        self.views.submit(self._open, client, request, view, typed)

    def open_then_fill(self, client: WebClient, request: Asked, title: str, build: Callable[[], Json]) -> None:
        """Open a loading view at once, then put what `build` returns in its place: for content that needs work."""
        self.views.submit(self._open_then_fill, client, request, title, build)

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

    def _open(self, client: WebClient, request: Asked, view: Json, typed: str) -> None:
        try:
            _show(client, request, view)
        except OUT_OF_REACH as error:
            log.warning("view_not_opened", error=str(error), person=request.person_id)
            self.tell(request, f"{NOT_OPENED}{given_back(typed)}")

    def _open_then_fill(self, client: WebClient, request: Asked, title: str, build: Callable[[], Json]) -> None:
        try:
            opened = _show(client, request, loading_view(title))
        except OUT_OF_REACH as error:
            log.warning("view_not_opened", error=str(error), person=request.person_id)
            self.tell(request, NOT_OPENED)
            return
        try:
            view = build()
        except Exception as error:  # noqa: BLE001 - the edge of a thread: the window says what went wrong
            view = error_view(title, Told(words_of(error, kind="view", name=title)))
        try:
            client.views_update(view_id=opened["view"]["id"], view=view)
        except OUT_OF_REACH as error:  # closed meanwhile, most likely
            log.warning("view_not_filled", error=str(error), person=request.person_id)


def _show(client: WebClient, request: Asked, view: Json) -> SlackResponse:
    """In a new window, or on top of the one that was pressed in."""
    show = client.views_push if request.in_modal else client.views_open
    return show(trigger_id=str(request.trigger_id), view=view)


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
