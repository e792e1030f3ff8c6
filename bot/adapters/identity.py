"""Who Backbeat is in a workspace, asked of Slack once at the start."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.adapters.slack import call
from bot.domain.errors import ExternalFailure
from bot.domain.workspaces import UserId, WorkspaceId

TEAM_SCOPE = "team:read"


@dataclass(frozen=True, slots=True)
class Identity:
    """`scopes` are those granted; empty where the server does not say. `server_time` is Slack's clock, UTC."""

    workspace: WorkspaceId
    workspace_name: str
    bot_user_id: UserId
    bot_id: str | None
    url: str
    scopes: frozenset[str]
    server_time: datetime | None


def identify(client: WebClient) -> Identity:
    """Ask `auth.test`. Raises ExternalFailure, permanent ("not_a_bot") where the token is not a bot's."""
    answer = call(client, "auth.test", doing="sign in to Slack")
    workspace, user = answer.get("team_id"), answer.get("user_id")
    if not isinstance(workspace, str) or not isinstance(user, str):
        raise ExternalFailure(
            "Slack's answer does not say which workspace and user this token is for.", permanent=True, code="not_a_bot"
        )
    return Identity(
        workspace=workspace,
        workspace_name=str(answer.get("team") or workspace),
        bot_user_id=user,
        bot_id=answer.get("bot_id"),
        url=str(answer.get("url") or ""),
        scopes=_scopes(answer),
        server_time=_date(answer),
    )


def workspace_name(client: WebClient, identity: Identity) -> str:
    """The workspace's own name where the scope allows asking, else what `auth.test` called it."""
    if identity.scopes and TEAM_SCOPE not in identity.scopes:
        return identity.workspace_name
    try:
        team = call(client, "team.info", doing="read the workspace's name").get("team")
    except ExternalFailure:
        return identity.workspace_name
    name = team.get("name") if isinstance(team, dict) else None
    return name if isinstance(name, str) and name else identity.workspace_name


def header(answer: SlackResponse, name: str) -> str | None:
    """A response header, whatever its case and however the SDK holds it."""
    for key, value in answer.headers.items():
        if key.lower() == name:
            return str(value[0] if isinstance(value, list | tuple) else value)
    return None


def _scopes(answer: SlackResponse) -> frozenset[str]:
    given = header(answer, "x-oauth-scopes") or ""
    return frozenset(scope for scope in (part.strip() for part in given.split(",")) if scope)


def _date(answer: SlackResponse) -> datetime | None:
    given = header(answer, "date")
    try:
        found = parsedate_to_datetime(given) if given else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
