"""`backbeat doctor`: looks at all that Backbeat needs and says in plain words what is wrong and how to mend it."""

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import SQLAlchemyError

from bot import manifest
from bot.adapters.identity import Identity, identify
from bot.adapters.slack import is_loopback, web_client
from bot.bootstrap import socket_url, sqlite_file
from bot.domain.errors import ExternalFailure
from bot.domain.workspaces import Workspace
from bot.logs import hide
from bot.settings import Settings, missing_for_run, unknown_variables
from storage import migrate
from storage.store import open_store

SIGNATURE_WINDOW = 300.0  # seconds: Slack's requests are refused when our clock is further off
NOTICEABLE = 30.0
MODEL_TIMEOUT = 10.0
ZONES = ("Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Apia")
OPENAI = "https://api.openai.com/v1"


class Verdict(StrEnum):
    GOOD = "✓"
    BAD = "✗"
    NOTE = "–"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `words` say what was found and, where it is not good, how to mend it."""

    verdict: Verdict
    about: str
    words: str

    def __str__(self) -> str:
        return f"{self.verdict} {self.about}: {self.words}"


def good(about: str, words: str) -> Finding:
    return Finding(Verdict.GOOD, about, words)


def bad(about: str, words: str) -> Finding:
    return Finding(Verdict.BAD, about, words)


def note(about: str, words: str) -> Finding:
    return Finding(Verdict.NOTE, about, words)


def examine(
    settings: Settings, environment: dict[str, str], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Iterator[Finding]:
    """Each finding as soon as it is known. Changes nothing; asks Slack who we are and for a connection it leaves."""
    yield from _settings(settings, environment)
    identity = None
    if settings.slack_bot_token is not None:
        identity, findings = _slack(settings, now)
        yield from findings
    yield from _app_token(settings)
    yield from _database(settings, identity, now())
    yield _zones()
    yield from _model(settings)


def _settings(settings: Settings, environment: dict[str, str]) -> Iterator[Finding]:
    missing = missing_for_run(settings)
    for line in missing:
        yield bad("Settings", line)
    for line in unknown_variables(environment):
        yield note("Settings", line)
    if not missing:
        mode = "Socket Mode" if settings.uses_sockets else "HTTP"
        yield good("Settings", f"complete; Backbeat would run by {mode}")
    if settings.slack_api_url.startswith("http://") and not is_loopback(settings.slack_api_url):
        yield bad("Settings", "SLACK_API_URL is http://: the token would travel unencrypted. Use https://")


def _slack(settings: Settings, now: Callable[[], datetime]) -> tuple[Identity | None, list[Finding]]:
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    try:
        identity = identify(web_client(token, settings.slack_api_url, settings.slack_timeout))
    except ExternalFailure as failure:
        how = (
            "copy SLACK_BOT_TOKEN again from OAuth & Permissions, or install the app again"
            if failure.permanent
            else f"is {urlsplit(settings.slack_api_url).hostname} reachable from here (firewall, proxy, DNS)?"
        )
        return None, [bad("Slack", f"{failure.words} ({failure.code}). Mend it: {how}")]
    found = [good("Slack", f"signed in to {identity.workspace_name} ({identity.workspace}) as {identity.bot_user_id}")]
    return identity, [*found, *_scopes(identity), *_clock(identity, now())]


def _scopes(identity: Identity) -> Iterator[Finding]:
    required, optional = manifest.bot_scopes()
    if not identity.scopes:
        yield note("Scopes", "this server does not say which were granted")
        return
    lacking = required - identity.scopes
    declined = optional - identity.scopes
    if lacking:
        yield bad(
            "Scopes",
            f"not granted: {', '.join(sorted(lacking))}. Mend it: paste `backbeat manifest` into the app's settings "
            "and install the app again",
        )
    else:
        yield good("Scopes", "all that are needed were granted")
    if declined:
        yield note("Scopes", f"declined, so what needs them stays off: {', '.join(sorted(declined))}")


def _clock(identity: Identity, now: datetime) -> Iterator[Finding]:
    if identity.server_time is None:
        return
    skew = (now - identity.server_time).total_seconds()
    off = f"{abs(round(skew))} seconds {'ahead of' if skew > 0 else 'behind'} Slack's"
    if abs(skew) >= SIGNATURE_WINDOW:
        yield bad("Clock", f"this machine's is {off}: Slack's requests would be refused. Mend it: switch on NTP")
    elif abs(skew) >= NOTICEABLE:
        yield note("Clock", f"this machine's is {off}. Switch on NTP, so that prompts come at their minute")
    else:
        yield good("Clock", "agrees with Slack's")


def _app_token(settings: Settings) -> Iterator[Finding]:
    if settings.slack_app_token is None:
        if settings.slack_signing_secret is not None:
            where = f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/slack/events"
            yield note("HTTP", f"Slack must reach {where} from outside, as the Request URL of events and interactivity")
        return
    token = settings.slack_app_token.get_secret_value()
    try:
        socket_url(web_client(token, settings.slack_api_url, settings.slack_timeout))
    except ExternalFailure as failure:
        how = (
            "make an app-level token with connections:write (Basic Information), and switch Socket Mode on"
            if failure.permanent
            else "try again in a minute"
        )
        yield bad("Socket Mode", f"{failure.words} ({failure.code}). Mend it: {how}")
    else:
        yield good("Socket Mode", "Slack offers a connection")


def _database(settings: Settings, identity: Identity | None, at: datetime) -> Iterator[Finding]:
    url = settings.database_url.get_secret_value()
    path = sqlite_file(url)
    name = str(path) if path is not None else f"PostgreSQL at {urlsplit(url).hostname or 'this machine'}"
    if path is not None and not path.exists():
        yield _new_file(path)
        return
    try:
        waiting = migrate.pending(url)
        if waiting:
            yield bad("Database", f"{name} is {len(waiting)} step(s) behind. Mend it: `backbeat migrate`")
            return
        _try_writing(url, identity, at)
    except migrate.DatabaseNewer as error:
        yield bad("Database", f"{name}: {error}")
    except ExternalFailure as failure:
        yield bad("Database", f"{name}: {failure.words} ({failure.code})")
    except (SQLAlchemyError, OSError, ValueError) as error:
        reason = hide(str(getattr(error, "orig", None) or error), settings.secrets).strip().split("\n")[0]
        yield bad("Database", f"{name} can't be used: {reason}. Mend it: look at DATABASE_URL and the server's rights")
    else:
        yield good("Database", f"{name} answers, has every migration, and can be written")


def _new_file(path: Path) -> Finding:
    folder = path.absolute().parent
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return bad("Database", f"{path} can't be made: {there} is no folder that I may write. Mend it: DATABASE_URL")
    if there != folder:
        return note("Database", f"{path} does not exist yet, nor does its folder: `backbeat run` makes both")
    return note("Database", f"{path} does not exist yet: `backbeat run` makes it")


def _try_writing(url: str, identity: Identity | None, at: datetime) -> None:
    """Write as the program does, and take it back."""
    store = open_store(url, pool_size=1)
    workspace = identity.workspace if identity is not None else "T0"
    try:
        with store.begin(workspace) as uow:
            uow.workspaces.save(Workspace(workspace, "doctor", "U0", at))
    finally:
        store.close()


def _zones() -> Finding:
    try:
        late = [name for name in ZONES if ZoneInfo(name).utcoffset(datetime(2026, 7, 1)) is None]  # noqa: DTZ001 - a wall time
    except ZoneInfoNotFoundError as error:
        return bad("Time zones", f"{error}. Mend it: `pip install tzdata`")
    return bad("Time zones", f"no rules for {', '.join(late)}") if late else good("Time zones", "known")


def _model(settings: Settings) -> Iterator[Finding]:
    if settings.openai_model is None:
        hint = "; OPENAI_API_KEY is set, OPENAI_MODEL is not" if settings.openai_api_key else ""
        yield note("Model", f"none: summaries are key messages, picked by rule{hint}")
        return
    base = settings.openai_base_url or OPENAI
    host = urlsplit(base).hostname
    try:
        models = _models(base, settings.openai_api_key.get_secret_value() if settings.openai_api_key else None)
    except urllib.error.HTTPError as error:
        error.close()
        how = "look at OPENAI_API_KEY" if error.code in {401, 403} else "look at OPENAI_BASE_URL"
        verdict = bad if error.code in {401, 403} else note  # not every endpoint lists its models
        yield verdict("Model", f"{host} answered {error.code}. Mend it: {how}")
    except (OSError, http.client.HTTPException, ValueError):
        yield bad(
            "Model", f"{host} can't be reached. Mend it: look at OPENAI_BASE_URL. Until then summaries are key messages"
        )
    else:
        if models and settings.openai_model not in models:
            yield bad("Model", f"{host} doesn't offer {settings.openai_model}. Mend it: set OPENAI_MODEL to one it has")
        else:
            yield good("Model", f"{host} answers; threads that somebody asks to sum up are sent there")


def _models(base: str, key: str | None) -> frozenset[str]:
    """The models on offer. Nothing of the workspace is sent."""
    request = urllib.request.Request(  # noqa: S310 - the settings allow http:// and https:// alone
        f"{base}/models", headers={"authorization": f"Bearer {key}"} if key else {}
    )
    with urllib.request.urlopen(request, timeout=MODEL_TIMEOUT) as answer:  # noqa: S310 - as above
        listed = json.load(answer)
    found = listed.get("data") if isinstance(listed, dict) else None
    return frozenset(str(each["id"]) for each in found or () if isinstance(each, dict) and "id" in each)
