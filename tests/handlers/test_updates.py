"""*Summarise thread* as Slack would ask for it: the shortcut, the buttons of the draft, the window."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_bolt import App, BoltResponse

from bot.blocks.updates import build_edit
from bot.domain.messages import SummaryDraft, SummaryPost
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.updates import Point, Summary, ThreadMessage, Update, UpdateStatus
from bot.domain.workspaces import Viewer
from bot.usecases.updates import summarise_job
from handlers import updates
from handlers.app import Installed, build_app
from playground.rules import view_problem
from storage.store import SqlStore
from tests.support import AtOnce, SlackServer, Surroundings, a_desk, a_person, dispatch, services_on, slack_server

DANA, PRIYA = a_person("U1", name="Dana"), a_person("U2", name="Priya")
OTTO = a_person("U4", name="Otto", team_id="T2")
ROOT = "1000.0001"
THREAD = [
    ThreadMessage(ROOT, "U2", "Priya", "Kafka or Postgres?", "https://t.test/1"),
    ThreadMessage("1000.0002", "U1", "Dana", "We decided on Postgres", "https://t.test/2"),
]


class Summarises:
    host = "api.example.com"

    def summarise(self, messages: Any, *, total: int) -> Summary:
        return Summary((Point("Use Postgres for events", (2,)),), (), (), (), 2, 2, 0, sent_to=self.host, model="m")


@dataclass
class House:
    around: Surroundings
    slack: SlackServer
    app: App

    def shortcut(self, message: Any, *, person: str = "U1", trigger: str = "t.1", channel: Any = "C1") -> BoltResponse:
        payload = {
            "type": "message_action",
            "callback_id": "updates.summarise",
            "trigger_id": trigger,
            "response_url": self.slack.response_url,
            "user": {"id": person, "team_id": "T1"},
            "team": {"id": "T1"},
            "channel": {"id": channel} if channel else None,
            "message": message,
        }
        return dispatch(self.app, {name: value for name, value in payload.items() if value is not None})

    def press(self, action: str, value: Any, *, person: str = "U1", trigger: str = "t.2") -> BoltResponse:
        payload = {
            "type": "block_actions",
            "trigger_id": trigger,
            "response_url": self.slack.response_url,
            "user": {"id": person, "team_id": "T1"},
            "team": {"id": "T1"},
            "channel": {"id": "D1"},
            "container": {"type": "message"},
            "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
        }
        return dispatch(self.app, payload)

    def submit(self, view: dict[str, Any], text: str | None, *, person: str = "U1", view_id: str = "V1") -> Any:
        state = {"values": {"text": {"text": {"type": "plain_text_input", "value": text}}}}
        sent = {**view, "id": view_id, "state": state}
        answer = dispatch(
            self.app, {"type": "view_submission", "user": {"id": person}, "team": {"id": "T1"}, "view": sent}
        )
        assert answer.status == 200
        return json.loads(answer.body) if answer.body else {}

    def a_draft(self) -> Update:
        assert self.shortcut({"ts": ROOT, "user": "U2", "text": "Kafka or Postgres?"}).status == 200
        services = self.around.services
        ((_, job_id),) = services.store.queue().due_jobs(at=self.around.clock.now(), limit=9)
        with services.store.begin("T1") as uow:
            job = uow.jobs.claim(job_id, at=self.around.clock.now())
        assert job is not None
        summarise_job(services, job)
        return self.update(job.subject_id)

    def update(self, update_id: str) -> Update:
        with self.around.services.store.read("T1") as uow:
            return uow.updates.get(update_id, Viewer.system())

    def rows(self) -> list[OutboxMessage]:
        with self.around.services.store.read("T1") as uow:
            return sorted(uow.outbox.stuck(frozenset(OutboxStatus), limit=100), key=lambda row: row.id)

    def posts(self) -> list[SummaryPost]:
        return [row.message for row in self.rows() if isinstance(row.message, SummaryPost)]

    def told(self) -> str:
        """What the asker alone was told last."""
        return str(self.slack.calls_of("response")[-1]["text"])


@pytest.fixture
def house(store: SqlStore) -> Iterator[House]:
    around = services_on(store, DANA, PRIYA, OTTO, summariser=Summarises())
    around.directory.threads = {("C1", ROOT): THREAD}
    with slack_server() as slack:
        installed = Installed()
        installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
        app = build_app(
            a_desk(around.services),
            installed=installed,
            client_of=lambda _: slack.client,
            base_client=slack.client,
            executor=AtOnce(),
            register=[updates.register],
        )
        yield House(around, slack, app)


# --- the shortcut --------------------------------------------------------------------------------------------------


def test_on_a_message_its_thread_is_asked_for_and_the_asker_told_by_dm(house: House) -> None:
    assert house.shortcut({"ts": ROOT, "user": "U2", "text": "Kafka or Postgres?"}).status == 200

    (row,) = house.rows()
    assert isinstance(row.message, SummaryDraft)
    assert (row.destination.person, row.message.state, row.message.thread_author_name) == ("U1", "working", "Priya")


def test_on_a_reply_the_whole_thread_is_asked_for(house: House) -> None:
    house.shortcut({"ts": "1000.0002", "thread_ts": ROOT, "parent_user_id": "U2", "user": "U1", "text": "Postgres"})

    (row,) = house.rows()
    assert isinstance(row.message, SummaryDraft)
    assert row.message.thread_author_name == "Priya"
    assert house.update(row.message.update_id).thread_ts == ROOT


def test_a_redelivery_asks_once(house: House) -> None:
    for _ in range(2):
        house.shortcut({"ts": ROOT, "user": "U2"}, trigger="t.9")

    assert len(house.rows()) == 1


@pytest.mark.parametrize("message", [{}, {"ts": 5}, {"ts": None, "thread_ts": ""}, {"bot_id": "B1"}])
def test_a_message_that_cannot_be_found_is_said_so(house: House, message: dict[str, Any]) -> None:
    house.shortcut(message)

    assert house.rows() == []
    assert "I can't find that message" in house.told()


def test_an_apps_message_can_be_summarised_too(house: House) -> None:
    house.shortcut({"ts": ROOT, "bot_id": "B9", "text": "Build failed", "subtype": "bot_message"})

    assert len(house.rows()) == 1


def test_somebody_of_another_company_is_refused(house: House) -> None:
    house.shortcut({"ts": ROOT, "user": "U2"}, person="U4")

    assert house.rows() == []
    assert "members of this workspace only" in house.told()


# --- the buttons ---------------------------------------------------------------------------------------------------


def test_post_in_thread_posts_once_however_often_it_is_pressed(house: House) -> None:
    update = house.a_draft()

    for trigger in ("t.2", "t.2", "t.3"):
        assert house.press("updates.post", update.id, trigger=trigger).status == 200

    (post,) = house.posts()
    assert post.posted_by_name == "Dana"


def test_edit_opens_the_text_and_what_is_saved_is_posted(house: House) -> None:
    update = house.a_draft()

    house.press("updates.edit", update.id)
    (opened,) = house.slack.calls_of("views.open")
    assert view_problem(opened["view"], kind="modal") is None
    assert house.submit(opened["view"], "We use Postgres [2]") == {}
    assert house.submit(opened["view"], "Again") == {}
    house.press("updates.post", update.id, trigger="t.3")

    assert house.posts()[0].edited_text == "We use Postgres [2]"


@pytest.mark.parametrize("text", [None, " ", "x" * 3001])
def test_an_edit_that_cannot_be_used_stays_open_with_the_reason_beside_it(house: House, text: str | None) -> None:
    update = house.a_draft()

    answer = house.submit(build_edit(update), text)

    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["text"]


def test_an_edit_after_it_was_posted_is_not_lost_silently(house: House) -> None:
    update = house.a_draft()
    view = build_edit(update)
    house.press("updates.post", update.id)

    assert "posted already" in house.submit(view, "Better words")["errors"]["text"]


def test_log_decision_opens_the_form_with_what_was_decided(house: House) -> None:
    update = house.a_draft()

    house.press("updates.log", update.id)

    (filled,) = house.slack.calls_of("views.update")
    view = filled["view"]
    assert view_problem(view, kind="modal") is None
    assert view["callback_id"] == "decisions.form"
    title = next(block for block in view["blocks"] if block.get("block_id") == "title")
    assert title["element"]["initial_value"] == "Use Postgres for events"
    frame = json.loads(view["private_metadata"])
    assert (frame["c"], frame["t"], frame["a"]) == ("C1", ROOT, "U2")


def test_who_left_the_conversation_gets_no_form(house: House) -> None:
    update = house.a_draft()
    house.around.directory.membership["C1"] = frozenset()
    house.around.directory.conversations.pop("C1")

    house.press("updates.log", update.id)

    assert "You and I aren't both in that conversation" in json.dumps(house.slack.calls_of("views.update"))


def test_discard_posts_nothing(house: House) -> None:
    update = house.a_draft()

    house.press("updates.discard", update.id)
    house.press("updates.post", update.id, trigger="t.3")

    assert house.posts() == []
    assert house.update(update.id).status is UpdateStatus.DISCARDED
    assert "That summary is discarded" in house.told()


@pytest.mark.parametrize("action", ["post", "edit", "log", "discard", "try_again"])
def test_somebody_elses_press_finds_nothing(house: House, action: str) -> None:
    update = house.a_draft()
    before = house.rows()

    house.press(f"updates.{action}", update.id, person="U2")

    assert "I don't know that" in house.told()
    assert house.rows() == before
    assert house.slack.calls_of("views.open") == []


def test_somebody_elses_window_finds_nothing(house: House) -> None:
    update = house.a_draft()

    answer = house.submit(build_edit(update), "Mine now", person="U2")

    assert "I don't know that summary any more" in answer["errors"]["text"]
    assert house.update(update.id).edited_text is None


@pytest.mark.parametrize("value", [None, "", "nonsense", "x" * 2000])
def test_an_odd_value_finds_nothing(house: House, value: str | None) -> None:
    house.press("updates.post", value)

    assert "I don't know that" in house.told()
