"""Recurring meetings in Slack: `/backbeat meetings`, the list, and the window that plans one."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks import cadences as blocks
from bot.blocks.cadences import Form, Frame
from bot.blocks.help import build_help
from bot.blocks.kit import Json
from bot.domain.errors import NotAllowed
from bot.usecases import agendas, cadences
from handlers.asker import Asker, at_leisure, in_time
from handlers.kit import Asked, Body, Desk, answer, bound, metadata, pressed, state_of
from handlers.windows import fill_again, show_then_fill

TITLE = "Meetings"


def register(app: App, desk: Desk) -> None:
    desk.verbs["meetings"] = meetings
    app.action(blocks.OPEN)(bound(desk, open_list))
    app.action(blocks.PLAN)(bound(desk, open_form))
    app.action(blocks.EDIT)(bound(desk, open_form))
    app.action(blocks.MORE)(bound(desk, show_more))
    app.action(blocks.POST_NOW)(bound(desk, post_now))
    app.action(blocks.STOP)(bound(desk, stop))
    app.view_submission(blocks.FORM)(bound(desk, save))


def meetings(desk: Desk, request: Asked, ack: Ack, client: WebClient) -> None:
    """`/backbeat meetings`"""
    if request.text.lower() == "help":
        answer(ack, build_help(blocks.HELP, desk.commands))
        return
    show_then_fill(desk, client, request, title=TITLE, build=lambda: _list(desk, request))
    ack()


def open_list(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Meetings* on Home, *Plan the weekly meeting* after setup."""
    show_then_fill(desk, client, request, title=TITLE, build=lambda: _list(desk, request))
    ack()


def open_form(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Plan another meeting*, *Edit*, *Plan it again*."""
    cadence_id = pressed(body)
    show_then_fill(desk, client, request, title=TITLE, build=lambda: _form(desk, request, cadence_id))
    ack()


def show_more(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The rest of the window. What was typed so far stays."""
    ack()

    def build() -> Json:
        view = body["view"]
        frame = _frame(body)
        form = blocks.read_form(state_of(view), otherwise=_start(at_leisure(desk, request), frame))
        return blocks.build_form(form, Frame(frame.cadence_id, more=True))

    fill_again(desk, client, body, build)


def save(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Planned or changed; the window then shows what was understood."""
    asker, frame = in_time(desk, request), _frame(body)
    form = blocks.read_form(state_of(body["view"]), otherwise=_start(asker, frame))
    plan = blocks.plan_of(form)
    if frame.cadence_id is None:
        cadence = cadences.plan(
            asker.services, asker.person, plan, key=request.key, admins=desk.admins, viewer=asker.viewer
        )
    else:
        cadence = cadences.change(
            asker.services,
            asker.person,
            frame.cadence_id,
            plan,
            key=request.key,
            admins=desk.admins,
            viewer=asker.viewer,
        )
    upcoming = cadences.upcoming(cadence, after=asker.services.clock.now())
    ack(response_action="update", view=blocks.build_planned(cadence, upcoming))


def post_now(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """At once, beside the acknowledgement: who is off that day is asked of Slack first."""
    ack()

    def build() -> Json:
        asker = at_leisure(desk, request)
        posted = agendas.post_now(
            asker.services, asker.person, pressed(body), key=request.key, viewer=asker.viewer, admins=desk.admins
        )
        words = blocks.posted_words(posted.cadence, posted.occurrence, already=posted.already)
        return _list(desk, request, notice=words)

    fill_again(desk, client, body, build)


def stop(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    asker = in_time(desk, request)
    cadences.stop(asker.services, asker.person, pressed(body), key=request.key, admins=desk.admins, viewer=asker.viewer)
    fill_again(desk, client, body, lambda: _list(desk, request))
    ack()


def _list(desk: Desk, request: Asked, *, notice: str | None = None) -> Json:
    """The list; where there is nothing to list, the window, for those who may plan a meeting."""
    asker = at_leisure(desk, request)
    now = asker.services.clock.now()
    found = cadences.listing(asker.services, asker.person, asker.viewer, at=now, admins=desk.admins)
    if found.planned:
        return blocks.build_list(found, notice=notice)
    if not found.may_set_up:
        raise NotAllowed(blocks.NOBODY_YET)
    return blocks.build_form(blocks.fresh_form(asker.person, found.team_channel), Frame())


def _form(desk: Desk, request: Asked, cadence_id: str) -> Json:
    asker = at_leisure(desk, request)
    now = asker.services.clock.now()
    found = cadences.listing(asker.services, asker.person, asker.viewer, at=now, admins=desk.admins)
    if not found.may_set_up:
        raise NotAllowed(blocks.NOBODY_YET)
    if not cadence_id:
        return blocks.build_form(blocks.fresh_form(asker.person, found.team_channel), Frame())
    return blocks.build_form(_start(asker, Frame(cadence_id)), Frame(cadence_id, more=True))


def _start(asker: Asker, frame: Frame) -> Form:
    """How the window began: the meeting as it is planned, or a new one of the asker's."""
    if frame.cadence_id is None:
        return blocks.fresh_form(asker.person, None)
    workspace = asker.person.workspace_id
    return blocks.form_of(cadences.get(asker.services, asker.viewer, frame.cadence_id, workspace=workspace))


def _frame(body: Body) -> Frame:
    return blocks.read_frame(metadata(body["view"]))
