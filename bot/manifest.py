"""The app manifest as Slack takes it, with the command names that are set here."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bot.settings import Settings

NAME = "manifest.yml"
GUEST_WARNING = (
    "With the agent view on, guests of the workspace cannot open Backbeat at all, and every DM with it becomes a "
    "thread. A CTO is often a guest: leave it off unless everybody is a full member."
)
AGENT_VIEW = {
    "agent_description": "Finds decisions, sums up threads, and prepares the weekly tradeoff meeting.",
    "suggested_prompts": [
        {"title": "What did we decide lately?", "message": "/decisions"},
        {"title": "What can you do?", "message": "help"},
    ],
}


def text() -> str:
    """The manifest as it was written, from the installed program or beside it in a checkout."""
    packaged = files("bot") / NAME
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parent.parent / NAME).read_text(encoding="utf-8")


def load() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text())
    return loaded


def bot_scopes() -> tuple[frozenset[str], frozenset[str]]:
    """What Backbeat cannot do without, and what an installer may decline."""
    scopes = load()["oauth_config"]["scopes"]
    optional = frozenset(scopes.get("bot_optional", ()))
    return frozenset(scopes["bot"]) - optional, optional


def for_settings(settings: Settings, *, agent: bool = False) -> str:
    """The manifest for this installation. Unchanged, comments and all, where nothing differs."""
    manifest = load()
    for command in manifest["features"]["slash_commands"]:
        command["command"] = settings.commands[command["command"]]
    if agent:
        manifest["features"]["agent_view"] = AGENT_VIEW
    if settings.public_url is not None and not settings.uses_sockets:
        _use_http(manifest, f"{settings.public_url}/slack/events")
    if manifest == load():
        return text()
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)


def _use_http(manifest: dict[str, Any], url: str) -> None:
    manifest["settings"]["socket_mode_enabled"] = False
    manifest["settings"]["event_subscriptions"] = {"request_url": url} | manifest["settings"]["event_subscriptions"]
    manifest["settings"]["interactivity"]["request_url"] = url
    for command in manifest["features"]["slash_commands"]:
        command["url"] = url
