"""The log as a file: the window that asks for its form, and `/decisions export csv`, which asks for nothing more."""

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.decisions.exporting import ON_ITS_WAY, build_exporting, build_on_its_way, read_exporting
from bot.blocks.decisions.log_list import read_wanted
from bot.blocks.decisions.words import said
from bot.domain.files import LogForm
from bot.domain.filters import Filters, as_typed
from bot.usecases.interchange import Wish, ask_for, in_words
from handlers.asker import in_time
from handlers.kit import Asked, Body, Desk, answer, metadata, state_of
from handlers.windows import show

WORD = "export"


def is_asked_for(text: str) -> bool:
    """Whether what follows `/decisions` asks for a file."""
    return text.lower().split(maxsplit=1)[:1] == [WORD]


def by_command(desk: Desk, request: Asked, ack: Ack, client: WebClient) -> None:
    """`export`, then a form, then what to narrow it by; without a form a window asks for it."""
    rest = request.text[len(WORD) :].strip()
    first, _, after = rest.partition(" ")
    if first.lower() not in set(LogForm):
        line = in_words(desk.services, request.workspace, as_typed(rest), Filters())
        show(desk, client, request, build_exporting(line), typed=request.text)
        ack()
        return
    asker = in_time(desk, request)
    wish = Wish(LogForm(first.lower()), as_typed(after))
    ask_for(asker.services, asker.person, asker.viewer, wish, key=request.key)
    answer(ack, said(ON_ITS_WAY))


def open_exporting(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """*Export* in the log's window."""
    wanted = read_wanted(state_of(body["view"]), metadata(body["view"]))
    line = in_words(desk.services, request.workspace, wanted.query, wanted.picked)
    show(desk, client, request, build_exporting(line, wanted.which))
    ack()


def export(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The form was picked."""
    wish = read_exporting(state_of(body["view"]), metadata(body["view"]))
    asker = in_time(desk, request)
    ask_for(asker.services, asker.person, asker.viewer, wish, key=request.key)
    ack(response_action="update", view=build_on_its_way())
