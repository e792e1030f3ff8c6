"""The log: its window with search, filter and pages; one decision with its history; sharing it."""

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.decisions import ids
from bot.blocks.decisions.answers import build_sharing, read_number, read_sharing
from bot.blocks.decisions.detail import build_detail
from bot.blocks.decisions.log_list import Wanted, build_log, draw_log, read_wanted
from bot.blocks.kit import Json
from bot.domain.errors import NotFound
from bot.usecases import decisions
from bot.usecases.decisions import Page
from handlers.asker import Asker, at_leisure, in_time
from handlers.hurry import hurried
from handlers.kit import Asked, Body, Desk, metadata, pressed, state_of
from handlers.windows import fill_again, show, show_then_fill

TITLE = "Decisions"


def open_log(desk: Desk, request: Asked, body: Body, client: WebClient, text: str = "") -> None:
    """The latest, those that match `text`, or the one that it names. A message, where Slack opens no window."""
    number = decisions.read_ref(text)

    def build() -> Json:
        if number is None:
            return _log_view(desk, request, Wanted(text))
        try:
            return detail_view(desk, request, number)
        except NotFound:
            if not text.isdigit():
                raise
            return _log_view(desk, request, Wanted(text))  # "2027" may be a word in a decision

    def refused() -> None:
        said = draw_log(_page(at_leisure(desk, request), Wanted("" if number else text)))
        desk.tell(request, said.text, said.blocks)

    title = TITLE if number is None else f"D-{number}"[:24]
    show_then_fill(desk, client, request, title=title, build=build, refused=refused)


def list_all(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*All decisions* on Home."""
    ack()
    open_log(desk, request, body, client)


def search(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Search* was pressed: the window stays, with what was found."""
    wanted = _wanted(body).from_start()
    ack(response_action="update", view=_log_view(hurried(desk), request, wanted))


def turn(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """Another filter, another search, or another page, in the same window."""
    ack()
    wanted = _wanted(body)
    match body["actions"][0].get("action_id"):
        case ids.OLDER:
            wanted = wanted.older(number_of(body))
        case ids.NEWER:
            wanted = wanted.newer()
        case ids.CLEAR:
            wanted = wanted.cleared()
        case _:
            wanted = wanted.from_start()
    fill_again(desk, client, body, lambda: _log_view(desk, request, wanted))


def open_one(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Details* on a card, *Open* in the log, on Home or above a form."""
    number = number_of(body)
    ack()
    title = f"D-{number}"[:24]
    show_then_fill(desk, client, request, title=title, build=lambda: detail_view(desk, request, number))


def open_sharing(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    decision = in_time(desk, request).decision(number_of(body))
    show(desk, client, request, build_sharing(decision))
    ack()


def share(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The card goes into the channel that was picked."""
    asker, view = in_time(desk, request), body["view"]
    channel, number = read_sharing(state_of(view)), read_number(metadata(view))
    decisions.share(asker.services, asker.person, asker.viewer, number, channel, key=request.key)
    ack()


def detail_view(desk: Desk, request: Asked, number: int) -> Json:
    """Raises NotFound for what the asker may not see, as for what is not there."""
    asker = at_leisure(desk, request)
    story = decisions.story(asker.services, asker.viewer, number, workspace=asker.person.workspace_id)
    return build_detail(story, viewer=asker.person.id, at=asker.services.clock.now())


def number_of(body: Body) -> int:
    """Which decision a button is about. Raises NotFound where its value is none that we gave it."""
    digits = pressed(body).rpartition(":")[2]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise NotFound("I don't know that one.")
    return int(digits)


def _log_view(desk: Desk, request: Asked, wanted: Wanted) -> Json:
    return build_log(_page(at_leisure(desk, request), wanted), wanted)


def _page(asker: Asker, wanted: Wanted) -> Page:
    return decisions.page(
        asker.services,
        asker.viewer,
        workspace=asker.person.workspace_id,
        today=asker.today,
        query=wanted.query,
        which=wanted.which,
        picked=wanted.picked,
        before=wanted.before,
    )


def _wanted(body: Body) -> Wanted:
    return read_wanted(state_of(body["view"]), metadata(body["view"]))
