"""The meeting's buttons: start and close, and for each item decide, done, carry over, drop and put back."""

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.agendas import windows
from bot.blocks.decisions.words import build_logged_already, said
from bot.domain.agendas import Topic, TopicStatus
from bot.domain.cadences import Cadence
from bot.domain.decisions import Source
from bot.domain.errors import Conflict, InvalidInput
from bot.domain.phrases import OneLine
from bot.usecases import agendas, decisions
from handlers.asker import Asker, in_time
from handlers.decisions.forms import new_form
from handlers.kit import Asked, Body, Desk, metadata, pressed, state_of
from handlers.windows import fill_again, say_instead, show


def start(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    agendas.start(asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer)
    ack()


def close(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    agendas.close(asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer)
    ack()


def decide(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Decide*: a decision's window, filled with the item. Logged from the item's message, it finishes the item."""
    asker = in_time(desk, request)
    topic, _ = _item(asker, body)
    message, conversation = body.get("message") or {}, request.conversation
    ts = str(message.get("ts") or (body.get("container") or {}).get("message_ts") or "")
    if conversation is None or not ts:
        raise InvalidInput("I can't tell which item that was. Use `/decide` instead.")
    known = asker.logged_from(conversation, ts)
    if known is not None:
        view = build_logged_already(known)
    else:
        source = Source(conversation, ts, str(message.get("thread_ts") or ts))
        place = decisions.place_of(asker.services, asker.person.workspace_id, conversation)
        view = new_form(asker, OneLine(topic.title), place, source)
    show(desk, client, request, view)
    ack()


def open_finishing(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Done*: what came of it?"""
    asker = in_time(desk, request)
    topic, cadence = _item(asker, body)
    if topic.status is TopicStatus.DONE:
        raise Conflict("That item is done already.")
    outcome = agendas.suggested_outcome(asker.services, topic, cadence)
    show(desk, client, request, windows.build_finishing(topic, outcome=outcome))
    ack()


def finish(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker, view = in_time(desk, request), body["view"]
    outcome, topic_id = windows.outcome_in(state_of(view)), str(metadata(view).get("t") or "")
    agendas.finish(asker.services, asker.person, topic_id, outcome, key=request.key, viewer=asker.viewer)
    ack()


def carry(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    agendas.carry(asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer)
    ack()


def drop(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Drop* in the thread, *Take it off* after adding."""
    asker = in_time(desk, request)
    agendas.drop(asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer)
    if request.window:
        fill_again(desk, client, body, windows.build_taken_off)
    elif (body.get("container") or {}).get("is_ephemeral"):
        say_instead(desk, request, body, said(windows.TAKEN_OFF))
    ack()


def put_back(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    agendas.put_back(asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer)
    ack()


def _item(asker: Asker, body: Body) -> tuple[Topic, Cadence]:
    return agendas.item(asker.services, asker.viewer, pressed(body), workspace=asker.person.workspace_id)
