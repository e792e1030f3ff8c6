"""What the tests of the weekly meeting's handlers share: people who type, press and send, and a Slack that looks on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from slack_bolt import App

from bot.domain.agendas import Topic
from bot.domain.cadences import Cadence
from bot.domain.workspaces import Viewer
from handlers import agendas, decisions, workspaces
from handlers import cadences as cadences_handlers
from handlers.app import Installed, build_app
from playground.rules import message_problem, view_problem
from storage.store import SqlStore
from tests.handlers.decisions_kit import fill
from tests.support import AtOnce, SlackServer, a_desk, dispatch, slack_server
from tests.usecases.agendas_kit import Room, a_room

OPENED = {"views.open", "views.push", "views.update"}


@dataclass
class Office:
    room: Room
    slack: SlackServer
    app: App
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    # --- doing ---

    def slash(self, text: str, *, who: str = "U2", command: str = "/agenda", channel: str = "C1") -> dict[str, Any]:
        return self.send(
            {
                "command": command,
                "text": text,
                "team_id": "T1",
                "user_id": who,
                "channel_id": channel,
                "trigger_id": self._trigger(),
                "response_url": self.slack.response_url,
            }
        )

    def shortcut(self, text: str, *, who: str = "U2", channel: str = "C1", ts: str = "100.1", **message: Any) -> None:
        self.send(
            {
                "type": "message_action",
                "callback_id": "agendas.add_message",
                **self._who(who),
                "channel": {"id": channel, "name": "platform"},
                "message": {"type": "message", "ts": ts, "text": text, "user": "U3", **message},
                "message_ts": ts,
                "response_url": self.slack.response_url,
            }
        )

    def press(self, action: str, value: str, *, who: str = "U2", trigger: str | None = None, **extra: Any) -> None:
        """A button of a message in #platform."""
        message = {"ts": "200.2", "thread_ts": "200.1"}
        pressed = {
            "type": "block_actions",
            **self._who(who, trigger),
            "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
            "channel": {"id": "C1", "name": "platform"},
            "message": message,
            "container": {"type": "message", "channel_id": "C1", "message_ts": "200.2", **extra},
            "response_url": self.slack.response_url,
        }
        self.send(pressed)

    def press_in(self, view: dict[str, Any], action: str, value: str = "", *, who: str = "U1", **state: Any) -> None:
        block = action if action in {"urgent", "cadence"} else "b"
        self.send(
            {
                "type": "block_actions",
                **self._who(who),
                "actions": [{"type": "button", "action_id": action, "block_id": block, "value": value}],
                "view": self._filled(view, state),
                "container": {"type": "view"},
            }
        )

    def submit(self, view: dict[str, Any], *, who: str = "U2", **state: Any) -> dict[str, Any]:
        return self.send({"type": "view_submission", **self._who(who), "view": self._filled(view, state)})

    def send(self, payload: dict[str, Any]) -> dict[str, Any]:
        answer = dispatch(self.app, payload)
        assert answer.status == 200, answer.body
        body: dict[str, Any] = json.loads(answer.body) if answer.body else {}
        if body.get("response_type") == "ephemeral":
            assert message_problem({"channel": "C1", **body}) is None
        if "view" in body:
            problem = view_problem(body["view"], kind="modal")
            assert problem is None, problem
        return body

    # --- looking ---

    def window(self) -> dict[str, Any]:
        """The window as it stands. Slack would have taken it."""
        shown = [args["view"] for method, args in self.slack.calls if method in OPENED]
        assert shown, "no window was opened"
        problem = view_problem(shown[-1], kind="modal")
        assert problem is None, problem
        return {**shown[-1], "id": f"V{len(shown)}", "hash": "1.a"}

    def told(self) -> str:
        """What somebody was told for their eyes alone, after the acknowledgement."""
        return "\n".join(str(args.get("text")) for args in self.slack.calls_of("response"))

    def topics(self, cadence: Cadence) -> list[Topic]:
        with self.room.store.read("T1") as uow:
            return uow.topics.open_for(cadence.id, Viewer.system())

    def _filled(self, view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        ticked = values.pop("urgent", None)
        state = fill(view, **values)
        if ticked is not None:
            chosen = [{"value": "yes"}] if ticked else []
            state["urgent"] = {"urgent": {"type": "checkboxes", "selected_options": chosen}}
        return {**view, "state": {"values": state}}

    def _who(self, who: str, trigger: str | None = None) -> dict[str, Any]:
        user = {"id": who, "team_id": "T2" if who == "U5" else "T1"}
        return {"team": {"id": "T1"}, "user": user, "trigger_id": trigger or self._trigger()}

    def _trigger(self) -> str:
        return f"t.{next(self._numbers)}"


@contextmanager
def an_office(store: SqlStore) -> Iterator[Office]:
    room = a_room(store)
    info = room.directory.conversations["G1"]
    room.directory.conversations["D1"] = replace(info, id="D1", name=None, is_dm=True)
    with slack_server() as slack:
        installed = Installed()
        installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
        app = build_app(
            a_desk(room.services),
            installed=installed,
            client_of=lambda _: slack.client,
            base_client=slack.client,
            executor=AtOnce(),
            register=[
                agendas.register,
                cadences_handlers.register,
                decisions.register,
                workspaces.register,
            ],
        )
        yield Office(room, slack, app)
