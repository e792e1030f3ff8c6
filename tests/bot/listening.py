"""What the handlers listen to, found by letting each of them bind to an app that only writes it down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from slack_bolt import App

from bot.bootstrap import REGISTER
from bot.usecases.services import Services
from handlers.kit import Desk
from tests.support import COMMANDS, AtOnce


@dataclass
class Listening:
    """Stands in for Bolt's App while handlers bind."""

    commands: set[str] = field(default_factory=set)
    shortcuts: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    views: set[str] = field(default_factory=set)

    def command(self, name: str, **_: Any) -> Callable[..., Any]:
        return self._note(self.commands, name)

    def shortcut(self, name: str, **_: Any) -> Callable[..., Any]:
        return self._note(self.shortcuts, name)

    message_shortcut = global_shortcut = shortcut

    def event(self, name: Any, **_: Any) -> Callable[..., Any]:
        return self._note(self.events, name["type"] if isinstance(name, dict) else name)

    def action(self, name: Any, **_: Any) -> Callable[..., Any]:
        return self._note(self.actions, str(name))

    def view(self, name: Any, **_: Any) -> Callable[..., Any]:
        return self._note(self.views, str(name))

    view_submission = view_closed = view
    options = action
    block_action = action

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"handlers bind with app.{name}: teach tests/bot/listening.py about it")

    def _note(self, where: set[str], name: str) -> Callable[..., Any]:
        where.add(name)
        return lambda *listeners: listeners[0] if listeners else None


def listened_to() -> Listening:
    heard = Listening()
    desk = Desk(services=cast("Services", None), commands=COMMANDS, views=AtOnce(), background=AtOnce())
    for register in REGISTER:
        register(cast("App", heard), desk)
    return heard
