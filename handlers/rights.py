"""Who decides, in Slack: `/backbeat who-decides`, the windows that say it, and mentions that ask."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks import rights as blocks
from bot.blocks import rights_windows as windows
from bot.blocks.help import build_help
from bot.blocks.kit import Drawn, Json
from bot.blocks.talk import is_polite
from bot.domain.areas import asked_area, asked_within
from bot.domain.errors import ExternalFailure, NotAllowed
from bot.domain.outbox import Destination
from bot.domain.phrases import readable
from bot.domain.workspaces import Person
from bot.usecases import rights, workspaces
from handlers.asker import at_leisure, in_time
from handlers.hurry import hurried
from handlers.kit import WRITTEN_BY_PEOPLE, Asked, Body, Desk, answer, bound, metadata, pressed, state_of
from handlers.windows import fill_again, put_below, show_then_fill

_ANYBODY = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


def register(app: App, desk: Desk) -> None:
    desk.verbs["who-decides"] = who_decides
    app.action(blocks.OPEN)(bound(desk, open_overview))
    app.action(blocks.EDIT)(bound(desk, open_right))
    app.action(re.compile(rf"{re.escape(blocks.ADD)}\.\w+"))(bound(desk, open_right))
    app.action(blocks.EDIT_LIMITS)(bound(desk, open_limits))
    app.action(blocks.REMOVE)(bound(desk, remove))
    app.action(blocks.DROP_LIMITS)(bound(desk, drop_limits))
    app.view_submission(blocks.FORM)(bound(desk, save_right))
    app.view_submission(blocks.LIMITS)(bound(desk, save_limits))
    app.event("app_mention")(bound(desk, mentioned))


# --- asking ---------------------------------------------------------------------------------------------------------


def who_decides(desk: Desk, request: Asked, ack: Ack, client: WebClient) -> None:
    """`/backbeat who-decides`: all of it in a window, or one area in a few words."""
    if request.text.lower() == "help":
        answer(ack, build_help(blocks.HELP, desk.commands))
    elif request.text:
        answer(ack, answered(desk, request, asked_in(request.text) or plain(request.text)))
    else:
        show_then_fill(desk, client, request, title=blocks.TITLE, build=lambda: _overview(desk, request))
        ack()


def asked_in(text: str) -> str | None:
    """The area that somebody asks about ("who decides about vendors?"); None where that is not all that they say."""
    return asked_area(plain(text))


def asked_of_us(text: str) -> str | None:
    """The same, where they may say more: what is written to Backbeat is for it to answer."""
    return asked_within(plain(text))


def plain(text: str) -> str:
    """People's words as they typed them, without the mention of Backbeat."""
    return readable(_ANYBODY.sub(" ", text))[0].strip()


def answered(desk: Desk, request: Asked, area: str) -> Drawn:
    """Who decides about `area`, for whoever asks. On the way to an acknowledgement. Raises NotAllowed."""
    asker = in_time(desk, request)
    return blocks.draw_answer(rights.about(asker.services, asker.person, area, admins=desk.admins))


def mentioned(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Answered in the thread; in a channel that another company reads, by DM. Strangers get no answer."""
    event = body["event"]
    if _is_asked_by_a_person(event) and not is_polite(plain(request.text)):
        _answer_mention(hurried(desk), request, event, is_shared=bool(body.get("is_ext_shared_channel")))
    ack()


def _is_asked_by_a_person(event: Mapping[str, Any]) -> bool:
    """No app's message, no edit."""
    return (
        event.get("subtype") in WRITTEN_BY_PEOPLE
        and not event.get("bot_id")
        and not event.get("edited")
        and all(isinstance(event.get(each), str) for each in ("user", "channel", "ts"))
    )


def _answer_mention(desk: Desk, request: Asked, event: Mapping[str, Any], *, is_shared: bool) -> None:
    try:
        person = desk.person(request)
        area = asked_of_us(request.text)
        words = blocks.mention_help(desk.commands) if area is None else _words(desk, person, area)
    except NotAllowed:
        return
    channel, thread = str(request.conversation), event.get("thread_ts")
    if is_shared or _may_be_shared(desk, request):
        to = Destination(person=person.id)
    else:
        to = Destination(conversation=channel, thread_ts=thread if isinstance(thread, str) else str(event["ts"]))
    # The message, not the delivery: Slack may tell of one message in several events.
    workspaces.reply(desk.services, request.workspace, to, words, key=f"mention:{channel}:{event['ts']}")


def _words(desk: Desk, person: Person, area: str) -> str:
    return rights.about(desk.services, person, area, admins=desk.admins).words


def _may_be_shared(desk: Desk, request: Asked) -> bool:
    """Whether another company may read it: where Slack won't tell, it may."""
    try:
        return desk.services.directory.conversation(request.workspace, str(request.conversation)).is_shared
    except ExternalFailure as failure:
        if not failure.permanent:
            raise
        return True


# --- saying ---------------------------------------------------------------------------------------------------------


def open_overview(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Who decides* on Home, *Say who decides*."""
    show_then_fill(desk, client, request, title=blocks.TITLE, build=lambda: _overview(desk, request))
    ack()


def open_right(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Edit* beside an area, the button of an area that nothing is said about, *Add area*."""
    area = pressed(body)

    def build() -> Json:
        person = _changer(desk, request)
        return windows.build_right(rights.right_as_it_stands(desk.services, person.workspace_id, area))

    show_then_fill(desk, client, request, title=blocks.TITLE, build=build)
    ack()


def open_limits(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Edit limits*, *Set limits*."""

    def build() -> Json:
        person = _changer(desk, request)
        return windows.build_limits(rights.limits_as_they_stand(desk.services, person.workspace_id))

    show_then_fill(desk, client, request, title="Approval limits", build=build)
    ack()


def save_right(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker, seen = in_time(desk, request), metadata(body["view"])
    draft = windows.read_right(state_of(body["view"]), seen)
    area, mark = windows.seen_in(seen)
    rights.set_right(asker.services, asker.person, draft, key=request.key, area=area, mark=mark, admins=desk.admins)
    _back_to_overview(desk, request, body, ack, client)


def save_limits(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    limits = windows.read_limits(state_of(body["view"]), asker.person.workspace_id)
    _, mark = windows.seen_in(metadata(body["view"]))
    rights.set_limits(asker.services, asker.person, limits, key=request.key, mark=mark, admins=desk.admins)
    _back_to_overview(desk, request, body, ack, client)


def remove(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Remove this area*."""
    asker, area = in_time(desk, request), pressed(body)
    _, mark = windows.seen_in(metadata(body["view"]))
    rights.remove_right(desk.services, asker.person, area, key=request.key, mark=mark, admins=desk.admins)
    _show_overview_here(desk, request, body, client)
    ack()


def drop_limits(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Remove the limits*."""
    asker = in_time(desk, request)
    _, mark = windows.seen_in(metadata(body["view"]))
    rights.drop_limits(desk.services, asker.person, key=request.key, mark=mark, admins=desk.admins)
    _show_overview_here(desk, request, body, client)
    ack()


def _changer(desk: Desk, request: Asked) -> Person:
    """The asker, who may say who decides. Raises NotAllowed."""
    person = at_leisure(desk, request).person
    rights.require_may_change(desk.services, person, admins=desk.admins)
    return person


def _overview(desk: Desk, request: Asked) -> Json:
    person = at_leisure(desk, request).person
    return blocks.build_overview(rights.overview(desk.services, person, admins=desk.admins), desk.commands)


def _back_to_overview(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The window closes; the list under it shows how things stand now. Where there is none, it takes its place."""
    if _below(body) is None:
        ack(response_action="update", view=_overview(hurried(desk), request))
        return
    put_below(desk, client, body, lambda: _overview(desk, request))
    ack()


def _show_overview_here(desk: Desk, request: Asked, body: Body, client: WebClient) -> None:
    """In the place of the window that was pressed in, which is over, and in the list under it."""
    fill_again(desk, client, body, lambda: _overview(desk, request))
    if _below(body) is not None:
        put_below(desk, client, body, lambda: _overview(desk, request))


def _below(body: Body) -> str | None:
    found = body["view"].get("previous_view_id")
    return found if isinstance(found, str) and found else None
