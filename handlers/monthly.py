"""The monthly note in Slack: `/backbeat monthly`, its switch, and what the note offers to leave to the deputy."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks import monthly as blocks
from bot.blocks.help import build_help
from bot.usecases import monthly
from handlers.asker import in_time
from handlers.kit import Asked, Body, Desk, answer, bound, pressed
from handlers.windows import say_instead


def register(app: App, desk: Desk) -> None:
    desk.verbs["monthly"] = so_far
    app.action(blocks.MORE)(bound(desk, switch))
    app.action(blocks.STOP)(bound(desk, switch))
    app.action(blocks.START)(bound(desk, switch))
    app.action(blocks.DELEGATE)(bound(desk, delegate))
    app.action(blocks.DECLINE)(bound(desk, decline))


def so_far(desk: Desk, request: Asked, ack: Ack, client: WebClient) -> None:
    """`/backbeat monthly`: the present month, for whoever may see it."""
    if request.text.lower() == "help":
        answer(ack, build_help(blocks.HELP, desk.commands))
        return
    asker = in_time(desk, request)
    found = monthly.so_far(asker.services, asker.person, asker.viewer)
    answer(ack, blocks.draw_so_far(found.note, is_on=found.is_on))


def switch(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Stop the monthly note*, in its ⋯ or under `/backbeat monthly`; and *Send it to me*."""
    asker = in_time(desk, request)
    is_on = monthly.switch(asker.services, asker.person, on=pressed(body) == blocks.START, key=request.key)
    say_instead(desk, request, body, blocks.draw_switched(is_on=is_on))
    ack()


def delegate(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Let Priya decide these*"""
    asker = in_time(desk, request)
    monthly.let_deputy_decide(asker.services, asker.person, pressed(body), key=request.key)
    ack()


def decline(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Not now*"""
    asker = in_time(desk, request)
    monthly.decline_offer(asker.services, asker.person, pressed(body), key=request.key)
    ack()
