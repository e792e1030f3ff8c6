"""The Bolt app: only the middleware that is needed, tokens from a local cache, one error boundary."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient

from bot.domain.workspaces import WorkspaceId
from handlers.errors import Boundary
from handlers.kit import Desk

Register = Callable[[App, Desk], None]


class Installed(Authorize):
    """The workspaces that Backbeat is installed in. Filled at the start, so that no request costs an `auth.test`."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._known: dict[WorkspaceId, AuthorizeResult] = {}

    def add(self, workspace: WorkspaceId, *, token: str, bot_user_id: str, bot_id: str | None) -> None:
        self._known[workspace] = AuthorizeResult(
            enterprise_id=None, team_id=workspace, bot_token=token, bot_user_id=bot_user_id, bot_id=bot_id
        )

    def __call__(self, *, team_id: str | None, **_: Any) -> AuthorizeResult | None:
        return self._known.get(team_id) if team_id is not None else None


class OwnClient(Middleware):
    """Handlers get the workspace's own client, without retries, in place of the one that Bolt makes per request."""

    def __init__(self, client_of: Callable[[WorkspaceId], WebClient]) -> None:
        self._client_of = client_of

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002, ARG002 - Bolt names them
        installed = req.context.authorize_result
        if installed is not None and installed.team_id is not None:
            req.context["client"] = self._client_of(installed.team_id)
        return next()


def build_app(
    desk: Desk,
    *,
    installed: Installed,
    client_of: Callable[[WorkspaceId], WebClient],
    base_client: WebClient,
    executor: Executor,
    register: Iterable[Register],
) -> App:
    """The app with the handlers of `register`. Requests reach it verified: the edge has done that, or the socket.

    `base_client` has no token; Bolt copies its address and timeout. `executor` runs lazy listeners.
    """
    app = App(
        name="backbeat",
        logger=logging.getLogger("slack_bolt"),  # whose level every logger of Bolt's then has
        client=base_client,
        authorize=installed,  # type: ignore[arg-type] # Bolt takes its own Authorize too
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        listener_executor=executor,
        user_facing_authorize_error_message="Backbeat isn't installed in this workspace. Ask whoever runs it.",
    )
    app.use(OwnClient(client_of))
    boundary = Boundary(later=desk.views)

    @app.error
    def _answer(error: Exception, request: BoltRequest) -> BoltResponse:
        return boundary(error, request)

    for each in register:
        each(app, desk)
    return app
