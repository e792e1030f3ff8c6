"""Approvals in Slack: the buttons of a request, and the windows behind them."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.approvals import ids
from bot.blocks.approvals.windows import (
    build_asking,
    build_objecting,
    build_outside,
    build_request,
    read_approval,
    read_objection,
    read_outside,
    read_question,
)
from bot.blocks.kit import Json
from bot.domain.errors import InvalidInput, NotFound
from bot.usecases.approvals import answering
from handlers.asker import at_leisure, in_time
from handlers.decisions.log import detail_view
from handlers.kit import Asked, Body, Desk, bound, metadata, pressed, state_of
from handlers.windows import show, show_then_fill
from handlers.workspaces import publish_home


def approve(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Approve*. What was pressed says so itself, once it is renewed; Home is made anew."""
    asker = in_time(desk, request)
    answering.approve(asker.services, asker.person, pressed(body), key=request.key)
    ack()
    if (body.get("view") or {}).get("type") == "home":
        desk.background.submit(publish_home, desk, client, request.workspace, request.person_id)


def open_objecting(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    case = answering.request(asker.services, asker.person, pressed(body))
    show(desk, client, request, build_objecting(case.decision, case.approval))
    ack()


def object_to(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker, view = in_time(desk, request), body["view"]
    approval_id, why = read_approval(metadata(view)), read_objection(state_of(view))
    answering.object_to(asker.services, asker.person, approval_id, why, key=request.key)
    ack()


def open_asking(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    case = answering.request(asker.services, asker.person, pressed(body))
    show(desk, client, request, build_asking(case.decision, case.approval))
    ack()


def ask(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker, view = in_time(desk, request), body["view"]
    approval_id, question = read_approval(metadata(view)), read_question(state_of(view))
    answering.ask(asker.services, asker.person, approval_id, question, key=request.key)
    ack()


def open_outside(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Approved outside Slack*: who, when, and where that can be read."""
    asker = in_time(desk, request)
    case = answering.request(asker.services, asker.person, pressed(body), outside=True)
    show(desk, client, request, build_outside(case.decision, case.approval, today=asker.today))
    ack()


def write_down(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker, view = in_time(desk, request), body["view"]
    said_by, said_on, link = read_outside(state_of(view))
    answering.approve_outside(
        asker.services,
        asker.person,
        read_approval(metadata(view)),
        said_by=said_by,
        said_on=said_on,
        link=link,
        key=request.key,
    )
    ack()


def ask_now(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    answering.ask_now(asker.services, asker.person, pressed(body), key=request.key)
    ack()


def choose(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The ⋯ menu: *Details*, of the log where they may see it there, else the words that they are asked about."""
    verb, _, approval_id = pressed(body).partition(":")
    if verb != ids.DETAILS:
        raise InvalidInput("I don't know that choice any more. Open the decision with `/decisions`.")
    ack()

    def build() -> Json:
        asker = at_leisure(desk, request)
        number = answering.number_of(asker.services, asker.person, approval_id)
        try:
            return detail_view(desk, request, number)
        except NotFound:
            return build_request(answering.request(asker.services, asker.person, approval_id).decision)

    show_then_fill(desk, client, request, title="Details", build=build)


ACTIONS = {
    ids.APPROVE: approve,
    ids.OBJECT: open_objecting,
    ids.ASK: open_asking,
    ids.OUTSIDE: open_outside,
    ids.ASK_NOW: ask_now,
    ids.MORE: choose,
}
WINDOWS = {ids.OBJECTING: object_to, ids.ASKING: ask, ids.WRITING_DOWN: write_down}


def register(app: App, desk: Desk) -> None:
    for action, handler in ACTIONS.items():
        app.action(action)(bound(desk, handler))
    for window, sent in WINDOWS.items():
        app.view_submission(window)(bound(desk, sent))
