"""Windows beside the acknowledgement: opened, put on top of another one or in its place; and answers for one's eyes."""

from collections.abc import Callable

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.blocks.kit import Drawn, Json, error_view, loading_view
from handlers.errors import OUT_OF_REACH, Told, given_back, words_of
from handlers.kit import Asked, Body, Desk

log = structlog.get_logger(__name__)
Build = Callable[[], Json]
NOT_OPENED = "Slack didn't let me open the window in time. Please try again."


def show(desk: Desk, client: WebClient, request: Asked, view: Json, *, typed: str = "") -> None:
    """Open `view`. If Slack refuses, the asker is told, and gets `typed` back."""

    def refused() -> None:
        desk.tell(request, f"{NOT_OPENED}{given_back(typed)}")

    desk.views.submit(_open, client, request, view, refused)


def show_then_fill(
    desk: Desk,
    client: WebClient,
    request: Asked,
    *,
    title: str,
    build: Build,
    refused: Callable[[], None] | None = None,
) -> None:
    """Open a window that says "One moment…" at once, and put what `build` returns in its place.

    `refused` is what happens instead where Slack opens no window; else the asker is told so.
    """

    def open_and_fill() -> None:
        otherwise = refused or (lambda: desk.tell(request, NOT_OPENED))
        view_id = _open(client, request, loading_view(title), otherwise)
        if view_id is not None:
            _put(client, view_id, _built(title, build))

    desk.views.submit(open_and_fill)


def fill_again(desk: Desk, client: WebClient, body: Body, build: Build) -> None:
    """Put what `build` returns in the place of the window that was clicked in."""
    view = body["view"]
    title = str((view.get("title") or {}).get("text") or "Backbeat")
    desk.views.submit(lambda: _put(client, str(view["id"]), _built(title, build)))


def put_below(desk: Desk, client: WebClient, body: Body, build: Build) -> None:
    """Put what `build` returns in the place of the window under the one that was pressed in or sent."""
    view_id = str(body["view"]["previous_view_id"])
    desk.views.submit(lambda: _put(client, view_id, _built("Backbeat", build)))


def tell(desk: Desk, request: Asked, said: Drawn) -> None:
    """To the asker alone, beside the acknowledgement."""
    desk.background.submit(desk.tell, request, said.text, said.blocks)


def say_instead(desk: Desk, request: Asked, body: Body, said: Drawn) -> None:
    """In the place of the words that only the asker saw, where they clicked in those; else beside them."""
    url = request.response_url
    if url is None or not (body.get("container") or {}).get("is_ephemeral"):
        tell(desk, request, said)
        return

    def replace_it() -> None:
        try:
            WebhookClient(url, timeout=5).send(text=said.text, blocks=said.blocks, replace_original=True)
        except OUT_OF_REACH as error:
            log.warning("answer_not_delivered", error=str(error), person=request.person_id)

    desk.background.submit(replace_it)


def _open(client: WebClient, request: Asked, view: Json, refused: Callable[[], None]) -> str | None:
    """The id of the window that shows `view`; None where there is none."""
    try:
        return _on_top(client, request, request.window, view) if request.window else _new(client, request, view)
    except Exception as error:  # noqa: BLE001 - the edge of a thread: whatever it was, the asker is told
        log.warning("view_not_opened", error=str(error), person=request.person_id)
        refused()
        return None


def _new(client: WebClient, request: Asked, view: Json) -> str:
    return str(client.views_open(trigger_id=str(request.trigger_id), view=view)["view"]["id"])


def _on_top(client: WebClient, request: Asked, window: str, view: Json) -> str:
    """Of `window`, which was clicked in; in its place where three are open already."""
    try:
        return str(client.views_push(trigger_id=str(request.trigger_id), view=view)["view"]["id"])
    except SlackApiError as error:
        if error.response.get("error") != "push_limit_reached":
            raise
    return str(client.views_update(view_id=window, view=view)["view"]["id"])


def _put(client: WebClient, view_id: str, view: Json) -> None:
    try:
        client.views_update(view_id=view_id, view=view)
    except OUT_OF_REACH as error:  # closed meanwhile, most likely
        log.warning("view_not_updated", error=str(error))


def _built(title: str, build: Build) -> Json:
    try:
        return build()
    except Exception as error:  # noqa: BLE001 - the edge of a thread: the window says what went wrong
        return error_view(title, Told(words_of(error, kind="view", name=title)))
