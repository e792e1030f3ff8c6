"""`/decide` and `/decisions`: what is typed after them is read, and answered at once."""

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.blocks.decisions.card import understood
from bot.blocks.decisions.words import HELP, LOG_HELP
from bot.blocks.help import build_help
from bot.blocks.kit import Drawn
from bot.domain.decisions import DEFAULT_REVISIT, TEXT_LIMIT, TITLE_LIMIT, Draft, Source
from bot.domain.filters import as_typed
from bot.domain.phrases import OneLine, read_one_line
from bot.usecases import decisions
from bot.usecases.decisions import Place
from handlers.asker import Asker, in_time
from handlers.decisions import exporting
from handlers.decisions.forms import covering, new_form
from handlers.decisions.log import open_log
from handlers.kit import Asked, Body, Desk, answer
from handlers.rights import answered, asked_in
from handlers.windows import show


def decide(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """One line that says what and why is logged at once, unless it goes over again what was settled.

    Anything else opens the window, filled with what was said.
    """
    if _asks_for_help(request):
        answer(ack, build_help(HELP, desk.commands))
        return
    area = asked_in(request.text)
    if area is not None:
        answer(ack, answered(desk, request, area))
        return
    asker = in_time(desk, request)
    line = read_one_line(request.text, today=asker.today)
    place = decisions.place_of(asker.services, asker.person.workspace_id, request.conversation)
    if _says_it_all(line) and covering(asker, line.title, line.why or "", key=request.key) is None:
        answer(ack, _log(asker, line, place, key=request.key))
        return
    view = new_form(asker, line, place, Source(request.conversation))
    show(desk, client, request, view, typed=request.text)
    ack()


def find(desk: Desk, request: Asked, body: Body, ack: Ack, client: WebClient) -> None:
    """The log, a search in it, one decision, or all of it as a file."""
    if _asks_for_help(request):
        answer(ack, build_help(LOG_HELP, desk.commands))
        return
    if exporting.is_asked_for(request.text):
        exporting.by_command(desk, request, ack, client)
        return
    ack()
    open_log(desk, request, body, client, as_typed(request.text))


def _asks_for_help(request: Asked) -> bool:
    return request.text.lower() == "help"


def _says_it_all(line: OneLine) -> bool:
    """What costs something is asked about first; what is too long for one of its inputs needs a second look.

    So does what only a colon or a dash parts: "Hiring: freeze until March" gives no reason.
    """
    if line.is_question or not line.title or not line.why or not line.gives_reason or line.cost is not None:
        return False
    return len(line.title) <= TITLE_LIMIT and max(len(line.why), len(line.not_doing or "")) <= TEXT_LIMIT


def _log(asker: Asker, line: OneLine, place: Place, *, key: str) -> Drawn:
    services, person, today = asker.services, asker.person, asker.today
    draft = Draft.checked(
        title=line.title,
        why=line.why or "",
        not_doing=line.not_doing,
        owner_id=person.id,
        revisit_on=line.revisit or today + DEFAULT_REVISIT,
        today=today,
    )
    source = Source(place.conversation)
    decision = decisions.log(
        services, person, draft, key=key, source=source, audience=place.audience, can_post=place.can_post
    )
    return understood(decision, place)
