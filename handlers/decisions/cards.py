"""What is pressed on a card, in a decision's window, or in *Waiting for you*: accept, reject, undo, keep, reverse."""

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.decisions.answers import (
    build_keeping,
    build_rejecting,
    build_reversing,
    read_keeping,
    read_number,
    read_why,
)
from bot.blocks.decisions.card import accepted, undone
from bot.blocks.decisions.form_state import Mode
from bot.blocks.decisions.ids import Verb
from bot.blocks.decisions.words import said
from bot.domain.decisions import Decision, DecisionStatus
from bot.domain.errors import Conflict, InvalidInput
from bot.usecases import decisions
from handlers.asker import Asker, in_time
from handlers.decisions.forms import change_form, must_stand
from handlers.decisions.log import detail_view, number_of
from handlers.kit import Asked, Body, Desk, metadata, pressed, state_of
from handlers.windows import fill_again, say_instead, show


def choose(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The ⋯ menu."""
    match pressed(body).partition(":")[0]:
        case Verb.AMEND:
            _open_form(desk, request, body, client, Mode.AMEND)
        case Verb.SUPERSEDE:
            _open_form(desk, request, body, client, Mode.SUPERSEDE)
        case Verb.REVERSE:
            _open_reversing(desk, request, body, client)
        case Verb.UNDO:
            _undo(desk, request, body, client)
        case _:
            raise InvalidInput("I don't know that choice any more. Open the decision with `/decisions`.")
    ack()


def edit(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    _open_form(desk, request, body, client, Mode.EDIT)
    ack()


def change(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Amend*: a new number takes its place, filled with how it stands."""
    _open_form(desk, request, body, client, Mode.AMEND)
    ack()


def replace(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Supersede*: a new number takes its place, with another direction."""
    _open_form(desk, request, body, client, Mode.SUPERSEDE)
    ack()


def snooze(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Ask me later*. What was pressed says so itself, once it is renewed."""
    asker, number = in_time(desk, request), number_of(body)
    decisions.postpone(asker.services, asker.person, number, key=request.key, viewer=asker.viewer)
    ack()


def undo(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    _undo(desk, request, body, client)
    ack()


def accept(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Mark as decided*."""
    asker, number = in_time(desk, request), number_of(body)
    decision = decisions.accept(asker.services, asker.person, number, key=request.key, viewer=asker.viewer)
    _answer(desk, request, body, client, accepted(decision))
    ack()


def open_rejecting(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Reject*: why not?"""
    asker = in_time(desk, request)
    _show_rejecting(desk, request, client, asker, asker.decision(number_of(body)))
    ack()


def reject(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker, view = in_time(desk, request), body["view"]
    number, why = read_number(metadata(view)), read_why(state_of(view))
    decisions.reject(asker.services, asker.person, number, why, key=request.key, viewer=asker.viewer)
    ack()


def open_keeping(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*It worked, keep*: until when?"""
    asker = in_time(desk, request)
    decision = asker.decision(number_of(body))
    must_stand(decision)
    must_have_been_decided(decision)
    longest = decisions.longest_for(asker.services, decision, today=asker.today)
    show(desk, client, request, build_keeping(decision, today=asker.today, longest=longest))
    ack()


def keep(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker, view = in_time(desk, request), body["view"]
    until, why = read_keeping(state_of(view))
    number = read_number(metadata(view))
    decisions.keep(asker.services, asker.person, number, until, why, key=request.key, viewer=asker.viewer)
    ack()


def must_have_been_decided(decision: Decision) -> None:
    """From a message that came before it was known to be a proposal. Raises Conflict."""
    if decision.status is DecisionStatus.PROPOSED:
        raise Conflict(f"{decision.ref} is not decided yet. Decide or reject it first.")


def open_reversing(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    _open_reversing(desk, request, body, client)
    ack()


def reverse(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker, view = in_time(desk, request), body["view"]
    number, why = read_number(metadata(view)), read_why(state_of(view))
    decisions.reverse(asker.services, asker.person, number, why, key=request.key, viewer=asker.viewer)
    ack()


def _open_form(desk: Desk, request: Asked, body: Body, client: WebClient, mode: Mode) -> None:
    show(desk, client, request, change_form(in_time(desk, request), number_of(body), mode))


def _open_reversing(desk: Desk, request: Asked, body: Body, client: WebClient) -> None:
    asker = in_time(desk, request)
    decision = asker.decision(number_of(body))
    if decision.status is DecisionStatus.PROPOSED:  # from a message that came before it was known to be one
        _show_rejecting(desk, request, client, asker, decision)
        return
    must_stand(decision)
    show(desk, client, request, build_reversing(decision))


def _show_rejecting(desk: Desk, request: Asked, client: WebClient, asker: Asker, decision: Decision) -> None:
    if decision.status is not DecisionStatus.PROPOSED:
        raise Conflict(f"{decision.ref} is {decision.status} already.")
    decisions.require_may_decide(asker.services, asker.person, decision)
    show(desk, client, request, build_rejecting(decision))


def _undo(desk: Desk, request: Asked, body: Body, client: WebClient) -> None:
    asker, number = in_time(desk, request), number_of(body)
    decision = decisions.withdraw(asker.services, asker.person, number, key=request.key, viewer=asker.viewer)
    _answer(desk, request, body, client, undone(decision))


def _answer(desk: Desk, request: Asked, body: Body, client: WebClient, words: str) -> None:
    """In the decision's window, how it stands now; elsewhere a line for the asker's eyes."""
    if request.window:
        fill_again(desk, client, body, lambda: detail_view(desk, request, number_of(body)))
    else:
        say_instead(desk, request, body, said(words))
