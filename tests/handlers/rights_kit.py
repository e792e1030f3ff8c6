"""What the tests of who decides share: people who type, press, send and mention, and a Slack that looks on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from slack_bolt import App

from bot.domain.messages import Note
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.rights import DecisionRight, Limits, Party
from bot.domain.workspaces import Role
from bot.usecases.ports import UserGroup
from handlers import decisions, rights, workspaces
from handlers.app import Installed, build_app
from playground.rules import message_problem, view_problem
from storage.store import SqlStore
from tests.handlers.decisions_kit import fill
from tests.support import AtOnce, SlackServer, Surroundings, a_desk, a_person, dispatch, services_on, slack_server

DANA = a_person("U1", name="Dana")  # the CTO
SAM = a_person("U2", name="Sam <b>")
PRIYA = a_person("U3", name="Priya", is_slack_admin=True)
GUS = a_person("U4", name="Gus", is_guest=True)
OTTO = a_person("U5", name="Otto", team_id="T2")  # of another company
ROBOT = a_person("U6", name="Robot", is_bot=True)
LEAVER = a_person("U7", name="Lea", is_deactivated=True)
FINANCE, PLATFORM = UserGroup("S1", "finance", "Finance"), UserGroup("S2", "platform", "Platform team")
VENDORS = DecisionRight("T1", "Vendors", 1, "U2", Party(("U3",), ("S1",)), Party(("U1",)), Party((), ("S2",)))
OPENED = {"views.open", "views.push", "views.update"}


@dataclass
class House:
    around: Surroundings
    slack: SlackServer
    app: App
    store: SqlStore
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def slash(self, text: str, *, who: str = "U1", command: str = "/backbeat") -> dict[str, Any]:
        asked = {"command": command, "text": text, "team_id": "T1", "user_id": who, "channel_id": "C1"}
        return self.send(asked | {"trigger_id": self._trigger(), "response_url": self.slack.response_url})

    def press(self, view: dict[str, Any], action: str, value: str = "", *, who: str = "U1", **more: Any) -> None:
        pressed = {"type": "button", "action_id": action, "block_id": "b", "value": value}
        view = {**view, "id": "V1", "type": "modal", **more}
        body = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": who}, "trigger_id": self._trigger()}
        self.send(body | {"view": view, "container": {"type": "view"}, "actions": [pressed]})

    def submit(self, view: dict[str, Any], *, who: str = "U1", below: str | None = None, **values: Any) -> Any:
        view_id = values.pop("view_id", f"V{self._trigger()}")
        view = {**view, "id": view_id, "previous_view_id": below, "state": {"values": fill(view, **values)}}
        return self.send({"type": "view_submission", "team": {"id": "T1"}, "user": {"id": who}, "view": view})

    def mention(self, text: str, *, who: str = "U1", event_id: str = "Ev1", ts: str = "5.1", **more: Any) -> None:
        event = {"type": "app_mention", "user": who, "channel": "C1", "text": f"<@UBOT> {text}", "ts": ts, **more}
        body = {"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": event}
        shared = {"is_ext_shared_channel": more.pop("shared", False)}
        self.send(body | shared | {"authorizations": [{"team_id": "T1", "is_enterprise_install": False}]})

    def write(self, text: str, *, who: str = "U1") -> None:
        event = {"type": "message", "channel_type": "im", "channel": "D1", "user": who, "text": text, "ts": "1.1"}
        body = {"type": "event_callback", "team_id": "T1", "event_id": "EvDM", "event": event}
        self.send(body | {"authorizations": [{"team_id": "T1", "is_enterprise_install": False}]})

    def send(self, payload: dict[str, Any]) -> dict[str, Any]:
        answer = dispatch(self.app, payload)
        assert answer.status == 200, answer.body
        body: dict[str, Any] = json.loads(answer.body) if answer.body else {}
        if body.get("response_type") == "ephemeral":
            assert message_problem({"channel": "C1", **body}) is None
        if "view" in body:
            assert view_problem(body["view"], kind="modal") is None, view_problem(body["view"], kind="modal")
        return body

    def window(self) -> dict[str, Any]:
        """The window as it was shown last. Slack would have taken it."""
        shown: dict[str, Any] = [args["view"] for method, args in self.slack.calls if method in OPENED][-1]
        assert view_problem(shown, kind="modal") is None, view_problem(shown, kind="modal")
        return shown

    def form(self, area: str = "Vendors", *, who: str = "U1") -> dict[str, Any]:
        self.press({}, "rights.edit", area, who=who)
        return self.window()

    def limits_form(self, *, who: str = "U1") -> dict[str, Any]:
        self.press({}, "rights.edit_limits", who=who)
        return self.window()

    def rights(self) -> list[DecisionRight]:
        with self.store.read("T1") as uow:
            return uow.rights.all()

    def limits(self) -> Limits | None:
        with self.store.read("T1") as uow:
            return uow.rights.limits()

    def rows(self) -> list[OutboxMessage]:
        with self.store.read("T1") as uow:
            return uow.outbox.stuck(frozenset(OutboxStatus), limit=100)

    def said(self) -> list[str]:
        return [row.message.text for row in self.rows() if isinstance(row.message, Note)]

    def keep(self, *stand: DecisionRight, limits: Limits | None = None) -> None:
        with self.store.begin("T1") as uow:
            for each in stand:
                uow.rights.save(each)
            if limits is not None:
                uow.rights.save_limits(limits)
            uow.commit()

    def _trigger(self) -> str:
        return f"t.{next(self._numbers)}"


@contextmanager
def a_house(store: SqlStore) -> Iterator[House]:
    """Dana is CTO, Priya deputy; Sam is in @finance, Priya in @platform."""
    around = services_on(store, DANA, SAM, PRIYA, GUS, OTTO, ROBOT, LEAVER)
    around.directory.groups = (FINANCE, PLATFORM)
    around.directory.grouped = {"S1": frozenset({"U2"}), "S2": frozenset({"U3"})}
    with store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, ["U1"])
        uow.workspaces.set_role(Role.DEPUTY, ["U3"])
        uow.commit()
    with slack_server() as slack:
        installed = Installed()
        installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
        app = build_app(
            a_desk(around.services),
            installed=installed,
            client_of=lambda _: slack.client,
            base_client=slack.client,
            executor=AtOnce(),
            register=[decisions.register, rights.register, workspaces.register],
        )
        yield House(around, slack, app, store)
