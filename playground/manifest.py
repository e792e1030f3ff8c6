"""What the app's manifest allows: scopes, events, commands, shortcuts."""

from collections.abc import Mapping
from typing import Any

from playground.messages import Json
from playground.spec import AppSpec


class Grants:
    """The manifest read once. An optional scope that the installer declined is not granted."""

    def __init__(self, app: AppSpec) -> None:
        manifest = app.manifest
        scopes = _dig(manifest, "oauth_config", "scopes")
        wanted = {*(scopes.get("bot") or ()), *(scopes.get("bot_optional") or ())}
        self.scopes: frozenset[str] = frozenset(wanted) - app.declined_scopes
        events = _dig(manifest, "settings", "event_subscriptions")
        self.events: frozenset[str] = frozenset(events.get("bot_events") or ())
        features = _dig(manifest, "features")
        takes_commands = "commands" in self.scopes  # the scope of commands and shortcuts alike
        commands = (features.get("slash_commands") or ()) if takes_commands else ()
        self.commands: dict[str, Json] = {each["command"]: dict(each) for each in commands}
        self.shortcuts = [dict(each) for each in features.get("shortcuts") or ()] if takes_commands else []
        home = _dig(features, "app_home")
        self.has_home = bool(home.get("home_tab_enabled"))
        self.takes_messages = bool(home.get("messages_tab_enabled")) and not home.get("messages_tab_read_only_enabled")
        self.is_interactive = bool(_dig(manifest, "settings", "interactivity").get("is_enabled"))
        self.uses_sockets = bool(_dig(manifest, "settings").get("socket_mode_enabled"))

    def shortcut(self, callback_id: str, kind: str) -> Json | None:
        """The shortcut of `kind`, "message" or "global"."""
        return next(
            (each for each in self.shortcuts if each.get("callback_id") == callback_id and each.get("type") == kind),
            None,
        )


def _dig(data: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        found = data.get(name)
        if not isinstance(found, Mapping):
            return {}
        data = found
    return data
