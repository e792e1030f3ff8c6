"""Standups as Slack would ask: the command, its windows, the buttons, and replies in a prompt's thread."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from slack_bolt import App, BoltResponse

from bot.blocks.standups import ids
from bot.domain.errors import ExternalFailure
from bot.domain.messages import Note, StandupDigest
from bot.domain.standups import PromptStatus
from bot.domain.workspaces import Person
from bot.usecases import standups
from handlers import standups as handlers
from handlers import workspaces
from handlers.app import Installed, build_app
from handlers.kit import Desk
from playground.rules import view_problem
from tests.standups import DANA, KENJI, PRIYA, SAM, Office, an_office, utc
from tests.support import COMMANDS, UNHURRIED, AtOnce, SlackServer, a_person, dispatch, slack_server

FRIDAY = date(2026, 10, 23)
OTTO = a_person("UO", name="Otto", team_id="T2")
GWEN = a_person("UG", name="Gwen", is_guest=True)
OLGA = a_person("U9", name="Olga", zone="Europe/Lisbon")


@dataclass
class House:
    """The app with the handlers of standups and of workspaces, in front of a Slack that records its calls."""

    office: Office
    slack: SlackServer
    app: App

    def command(self, text: str = "", *, person: Person = DANA, channel: str = "C1") -> dict[str, Any]:
        payload = {
            "command": "/standup",
            "text": text,
            "channel_id": channel,
            "team_id": "T1",
            "user_id": person.id,
            "trigger_id": self.office.key(),
            "response_url": self.slack.response_url,
        }
        return said(dispatch(self.app, payload))

    def press(
        self,
        action_id: str,
        value: str = "",
        *,
        person: Person = DANA,
        channel: str | None = "C1",
        chosen: str | None = None,
        trigger: str | None = None,
    ) -> BoltResponse:
        action: dict[str, Any] = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        if chosen is not None:
            action = {
                "type": "overflow",
                "action_id": action_id,
                "block_id": "b",
                "selected_option": {"value": chosen},
            }
        payload: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": person.id, "team_id": person.team_id},
            "team": {"id": "T1"},
            "trigger_id": trigger or self.office.key(),
            "response_url": self.slack.response_url,
            "container": {"type": "message", "message_ts": "1.1"},
            "actions": [action],
        }
        if channel is not None:
            payload["channel"] = {"id": channel}
        return dispatch(self.app, payload)

    def submit(
        self,
        callback_id: str,
        values: dict[str, dict[str, Any]],
        metadata: dict[str, Any],
        *,
        person: Person = DANA,
        view_id: str | None = None,
    ) -> dict[str, Any]:
        view = {
            "id": view_id or self.office.key(),
            "type": "modal",
            "callback_id": callback_id,
            "private_metadata": json.dumps(metadata),
            "state": {"values": values},
            "blocks": [{"type": "input", "block_id": name} for name in values],
        }
        return said(
            dispatch(
                self.app, {"type": "view_submission", "user": {"id": person.id}, "team": {"id": "T1"}, "view": view}
            )
        )

    def set_up(
        self,
        *,
        person: Person = DANA,
        opened_in: str = "C1",
        standup_id: str | None = None,
        view_id: str | None = None,
        **changed: Any,
    ) -> dict[str, Any]:
        """Submit the form that was opened in a channel."""
        metadata = {"c": opened_in} | ({"s": standup_id} if standup_id else {})
        return self.submit(ids.FORM, {**form(), **changed}, metadata, person=person, view_id=view_id)

    def set_up_from_home(self, channel: str) -> dict[str, Any]:
        chosen = {"type": "conversations_select", "selected_conversation": channel}
        return self.submit(ids.FORM, {"channel": {"channel": chosen}, **form()}, {})

    def answer(self, person: Person, *texts: str, prompt: str | None = None, **more: Any) -> dict[str, Any]:
        values = {f"answer_{n}": {"text": {"type": "plain_text_input", "value": text}} for n, text in enumerate(texts)}
        prompt_id = prompt or self.office.prompt(person, FRIDAY).id
        metadata = {"p": prompt_id, "n": len(texts), "m": 1} | more.pop("metadata", {})
        return self.submit(ids.ANSWERS, values, metadata, person=person, **more)

    def write(self, person: Person, text: str, thread: str | None, *, event_id: str = "Ev1", **more: Any) -> None:
        event = {
            "type": "message",
            "channel_type": "im",
            "channel": f"D{person.id}",
            "user": person.id,
            "text": text,
            "ts": "9.9",
        }
        if thread is not None:
            event["thread_ts"] = thread
        payload = {"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": event | more}
        dispatch(self.app, payload | {"authorizations": [{"team_id": "T1", "is_enterprise_install": False}]})
        self.office.deliver()

    def view(self) -> dict[str, Any]:
        """The window as it was shown last, which Slack would take."""
        calls = [args for name, args in self.slack.calls if name in {"views.open", "views.update", "views.push"}]
        view: dict[str, Any] = calls[-1]["view"]
        assert view_problem(view, kind="modal") is None
        return view

    def told(self) -> str:
        """What was said to the asker alone, after the ack."""
        return json.dumps(self.slack.calls_of("response"), ensure_ascii=False)

    def texts(self, person: Person) -> tuple[str, ...] | None:
        with self.office.store.read("T1") as uow:
            found = uow.standups.answer(self.office.prompt(person, FRIDAY).id)
        return found.texts if found else None


def form() -> dict[str, Any]:
    return {
        "questions": {"questions": {"type": "plain_text_input", "value": "Done?\n\nNext?\nStuck?"}},
        "days": {"days": {"type": "checkboxes", "selected_options": [{"value": "1"}, {"value": "4"}]}},
        "at": {"at": {"type": "timepicker", "selected_time": "09:30"}},
        "deadline": {"deadline": {"type": "timepicker", "selected_time": "16:00"}},
        "zone": {"zone": {"type": "plain_text_input", "value": "europe/lisbon"}},
    }


def said(response: BoltResponse) -> dict[str, Any]:
    body = response.body
    found: dict[str, Any] = json.loads(body) if isinstance(body, str) and body else (body or {})
    return found


@pytest.fixture
def house(store) -> Iterator[House]:
    office = an_office(store, DANA, SAM, PRIYA, KENJI, OTTO, GWEN, now=utc(10, 22, 12))
    office.save_person(OLGA)
    desk = Desk(services=office.services, commands=COMMANDS, views=AtOnce(), background=AtOnce(), patience=UNHURRIED)
    with slack_server() as slack:
        installed = Installed()
        installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
        app = build_app(
            desk,
            installed=installed,
            client_of=lambda _: slack.client,
            base_client=slack.client,
            executor=AtOnce(),
            register=[handlers.register, workspaces.register],
        )
        yield House(office, slack, app)


@pytest.fixture
def asked(house) -> House:
    """Friday, 10:00 UTC: everybody but Sam has been asked."""
    house.set_up()
    house.office.go(utc(10, 23, 10))
    return house


# --- setting it up -------------------------------------------------------------------------------------------------


def test_the_command_helps(house):
    assert "set up its standup" in house.command("help")["text"]


def test_in_a_channel_without_one_it_opens_the_window_filled(house):
    assert house.command() == {}
    view = house.view()
    assert view["callback_id"] == ids.FORM
    assert json.loads(view["private_metadata"]) == {"c": "C1"}
    assert "Europe/Lisbon" in json.dumps(view)


@pytest.mark.parametrize(("channel", "name"), [("C2", "#random"), ("C404", "that channel")])
def test_where_the_bot_is_not_in_the_channel_that_is_said_before_anybody_types(house, channel, name):
    house.command(channel=channel)
    view = json.dumps(house.view())
    assert f"I'm not in {name}" in view
    assert "/invite @Backbeat" in view
    assert '"input"' not in view


def test_in_a_dm_and_from_home_the_channel_is_chosen_in_the_window(house):
    house.command(channel="D77")
    assert "conversations_select" in json.dumps(house.view())
    house.press(ids.OPEN, channel=None)
    assert "conversations_select" in json.dumps(house.view())


def test_while_slack_is_out_of_reach_the_window_says_so(house):
    house.office.around.directory.down = True
    house.command()
    assert "can't be reached" in json.dumps(house.view())


def test_submitting_sets_it_up_and_shows_what_was_understood(house):
    answer = house.set_up()
    assert answer["response_action"] == "update"
    shown = json.dumps(answer["view"], ensure_ascii=False)
    assert "Tuesday and Friday" in shown
    assert "Kenji · <!date^" in shown
    assert "Otto" not in shown
    made = house.office.standup()
    assert (made.questions, made.zone, made.created_by) == (("Done?", "Next?", "Stuck?"), "Europe/Lisbon", DANA.id)


def test_where_the_team_is_not_known_in_time_it_is_filled_in_afterwards(house, monkeypatch):
    real, tries = standups.first_asks, []

    def slow_once(*args: Any, **more: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise ExternalFailure("Slack is slow.", permanent=False, code="slow")
        return real(*args, **more)

    monkeypatch.setattr(standups, "first_asks", slow_once)
    assert "One moment" in json.dumps(house.set_up()["view"])
    assert "Kenji" in json.dumps(house.view())


def test_mistakes_are_shown_beside_their_fields(house):
    empty = {"days": {"days": {"type": "checkboxes", "selected_options": []}}}
    assert house.set_up(**empty)["errors"] == {"days": "Pick at least one day."}
    odd = {"zone": {"zone": {"type": "plain_text_input", "value": "Atlantis"}}}
    assert "zone" in house.set_up(**odd)["errors"]
    early = {"deadline": {"deadline": {"type": "timepicker", "selected_time": "04:00"}}}
    assert "deadline" in house.set_up(opened_in="G1", **early)["errors"]  # Dana is alone there, in Lisbon
    assert "/invite" in house.set_up_from_home("C2")["errors"]["channel"]


def test_from_home_the_chosen_channel_gets_it(house):
    assert house.set_up_from_home("C1")["response_action"] == "update"
    assert house.office.standup().channel == "C1"


@pytest.mark.parametrize("person", [OTTO, GWEN, OLGA])
def test_other_companies_unwelcome_guests_and_outsiders_set_up_nothing(house, person):
    assert "errors" in house.set_up(person=person)
    with house.office.store.read("T1") as uow:
        assert uow.standups.all(active=False) == []


def test_a_second_submit_sets_up_nothing_twice(house):
    first = house.set_up(view_id="V1")
    assert house.set_up(view_id="V1") == first
    assert "already" in json.dumps(house.set_up(view_id="V2")["errors"])


def test_a_window_with_odd_metadata_is_told_so(house):
    answer = house.submit(ids.FORM, form(), {"c": 3})
    assert "make sense of this window" in json.dumps(answer)


# --- how it stands -------------------------------------------------------------------------------------------------


def test_in_a_channel_with_one_it_shows_how_it_stands(house):
    house.set_up()
    shown = house.command()
    assert shown["response_type"] == "ephemeral"
    assert "Next: Fri 23 Oct, for you" in shown["text"]
    assert ids.EDIT in json.dumps(shown)
    assert ids.ANSWER_NOW not in json.dumps(shown)
    assert ids.EDIT not in json.dumps(house.command(person=SAM))


def test_a_guest_and_another_company_see_nothing_of_it(house):
    house.set_up()
    for person in (GWEN, OTTO):
        assert "Done?" not in json.dumps(house.command(person=person))


def test_its_creator_edits_it_and_somebody_else_is_told_who_may(house):
    house.set_up()
    made = house.office.standup()
    house.press(ids.EDIT, made.id)
    assert "Done?" in json.dumps(house.view())
    later = {"at": {"at": {"type": "timepicker", "selected_time": "10:00"}}}
    assert house.set_up(standup_id=made.id, **later)["response_action"] == "update"
    assert f"{house.office.standup().at:%H:%M}" == "10:00"
    opened = len(house.slack.calls_of("views.open"))
    house.press(ids.EDIT, made.id, person=SAM)
    assert len(house.slack.calls_of("views.open")) == opened
    assert "Dana, who set it up," in house.told()
    assert "errors" in house.set_up(person=SAM, standup_id=made.id)


def test_stopping_it_says_how_to_start_it_again_and_the_window_is_filled_with_it(house):
    house.set_up()
    house.press(ids.STOP, house.office.standup().id)
    assert not house.office.standup().active
    assert "starts it again" in house.told()
    house.command()
    assert "Done?" in json.dumps(house.view())
    assert house.set_up()["response_action"] == "update"
    assert house.office.standup().active


def test_a_forged_or_forgotten_button_is_told_so(house):
    house.set_up()
    for action_id in (ids.EDIT, ids.STOP, ids.ANSWER, ids.ANSWER_NOW, ids.SKIP, ids.CLEAR):
        house.slack.calls.clear()
        house.press(action_id, "nonsense")
        assert "I don't know that" in house.told(), action_id


# --- answering -----------------------------------------------------------------------------------------------------


def test_answer_opens_the_sheet_and_its_submit_closes_it(asked):
    prompt = asked.office.prompt(KENJI, FRIDAY)
    asked.press(ids.ANSWER, prompt.id, person=KENJI)
    view = asked.view()
    assert view["callback_id"] == ids.ANSWERS
    assert [each["label"]["text"] for each in view["blocks"] if each["type"] == "input"] == ["Done?", "Next?", "Stuck?"]
    assert asked.answer(KENJI, "Did", "Next", "DB") == {}
    assert asked.texts(KENJI) == ("Did", "Next", "DB")
    asked.press(ids.ANSWER, prompt.id, person=KENJI)
    assert "DB" in json.dumps(asked.view())


def test_a_second_submit_and_an_empty_one(asked):
    asked.answer(KENJI, "Did", "", "", view_id="V1")
    asked.answer(KENJI, "Other", "", "", view_id="V1")
    assert asked.texts(KENJI) == ("Did", "", "")
    assert list(asked.answer(PRIYA, "", " ", "")["errors"]) == ["answer_0"]


def test_an_outsider_presses_answer_of_somebody_elses_prompt(asked):
    prompt = asked.office.prompt(KENJI, FRIDAY)
    for person in (SAM, OLGA):
        asked.slack.calls.clear()
        asked.press(ids.ANSWER, prompt.id, person=person)
        assert asked.slack.calls_of("views.open") == []
        assert "I don't know that standup" in asked.told()
        assert "errors" in asked.answer(person, "x", "", "", prompt=prompt.id)
    asked.slack.calls.clear()
    asked.press(ids.ANSWER, prompt.id, person=OTTO)
    assert "members of this workspace only" in asked.told()
    assert asked.texts(KENJI) is None


@pytest.mark.parametrize("odd", [{"p": 3}, {"n": 0}, {"n": 99}, {"n": "x"}])
def test_a_sheet_with_odd_metadata_gives_the_words_back(asked, odd):
    assert "Copy your words" in json.dumps(asked.answer(KENJI, "Did", "", "", metadata=odd))


def test_skip_later_and_away(asked):
    def status(person: Person) -> PromptStatus:
        return asked.office.prompt(person, FRIDAY).status

    def prompt(person: Person) -> str:
        return asked.office.prompt(person, FRIDAY).id

    asked.press(ids.SKIP, prompt(KENJI), person=KENJI)
    asked.press(ids.MORE, person=DANA, chosen=f"later:{prompt(DANA)}")
    asked.press(ids.MORE, person=PRIYA, chosen=f"away:{prompt(PRIYA)}")
    assert status(KENJI) is PromptStatus.DECLINED
    assert status(DANA) is PromptStatus.WAITING
    assert asked.office.prompt(PRIYA, FRIDAY).reason == "away"
    asked.press(ids.MORE, person=SAM, chosen=f"away:{prompt(DANA)}")
    assert status(DANA) is PromptStatus.WAITING


def test_answer_now_without_having_been_asked(asked):
    shown = asked.command(person=SAM)
    assert ids.ANSWER_NOW in json.dumps(shown)
    asked.press(ids.ANSWER_NOW, asked.office.standup().id, person=SAM)
    metadata = json.loads(asked.view()["private_metadata"])
    answer = asked.answer(SAM, "Early", "", "", metadata=metadata)
    assert "Thanks" in json.dumps(answer["view"])
    assert asked.texts(SAM) == ("Early", "", "")


def test_cleared_in_the_digest(asked):
    asked.answer(KENJI, "Did", "Next", "Staging DB")
    asked.office.go(utc(10, 23, 20))
    (row,) = asked.office.said(StandupDigest)
    concern = row.message.stuck[0]
    asked.press(ids.CLEAR, concern.id, person=OLGA, channel="C9")
    assert asked.office.shown(row).stuck != ()
    asked.press(ids.CLEAR, concern.id, person=SAM)
    asked.office.deliver()
    asked.press(ids.CLEAR, concern.id, person=PRIYA)
    (cleared,) = asked.office.shown(row).cleared
    assert cleared.cleared_by == SAM.id


def test_whoever_reads_the_digest_of_a_public_channel_may_clear_too(asked):
    asked.answer(KENJI, "Did", "Next", "Staging DB")
    asked.office.go(utc(10, 23, 20))
    (row,) = asked.office.said(StandupDigest)
    asked.press(ids.CLEAR, row.message.stuck[0].id, person=OLGA)  # a member of the workspace who only looks in
    assert asked.office.shown(row).cleared[0].cleared_by == OLGA.id


# --- a reply in the thread -----------------------------------------------------------------------------------------


def test_a_reply_in_the_prompts_thread_is_an_answer(asked):
    thread = asked.office.asked(KENJI)[0].ts
    asked.write(KENJI, "1 Did &amp; done\n2 Next\n3 no", thread)
    asked.write(KENJI, "1 Did &amp; done\n2 Next\n3 no", thread)  # redelivered
    assert asked.texts(KENJI) == ("Did & done", "Next", "no")
    assert asked.office.shown(asked.office.asked(KENJI)[0]).state == "answered"
    assert asked.office.said(Note) == []


def test_an_edited_reply_changes_the_answer(asked):
    thread = asked.office.asked(KENJI)[0].ts
    asked.write(KENJI, "1 Did\n2 Next\n3 no", thread)

    def edit(before: str, after: str, event_id: str, **more: Any) -> None:
        message = {"type": "message", "user": KENJI.id, "thread_ts": thread, "ts": "9.9"}
        changed = {"message": message | {"text": after} | more, "previous_message": message | {"text": before}}
        asked.write(KENJI, "", None, event_id=event_id, subtype="message_changed", user=None, **changed)

    edit("1 Did\n2 Next\n3 no", "1 Did\n2 Next\n3 Staging DB", "Ev2")
    assert asked.texts(KENJI) == ("Did", "Next", "Staging DB")
    edit("x", "x", "Ev3")  # a link unfolds
    edit("3 no", "3 yes", "Ev4", bot_id="B1")
    asked.write(KENJI, "", None, event_id="Ev5", subtype="message_changed", message=[], previous_message="x")
    assert asked.texts(KENJI) == ("Did", "Next", "Staging DB")
    assert asked.office.said(Note) == []


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"bot_id": "B1"},
        {"channel_type": "channel"},
        {"channel": "DOTHER"},
        {"thread_ts": "1.0"},
    ],
)
def test_anything_else_is_no_answer(asked, more):
    asked.write(KENJI, "Did", asked.office.asked(KENJI)[0].ts, **more)
    assert asked.texts(KENJI) is None


def test_a_message_outside_the_thread_is_left_to_others(asked):
    asked.write(KENJI, "Did the thing", None)
    assert asked.texts(KENJI) is None
    assert len(asked.office.said(Note)) == 1  # from the part that answers DMs


def test_somebody_elses_thread_is_no_place_to_answer(asked):
    asked.write(SAM, "Did", asked.office.asked(KENJI)[0].ts, channel=f"D{KENJI.id}")
    assert asked.texts(KENJI) is None


def test_a_reply_a_day_too_late_is_told_so(asked):
    thread = asked.office.asked(KENJI)[0].ts
    asked.office.go(utc(10, 25, 10))
    asked.write(KENJI, "Did", thread)
    assert ["has closed" in row.message.text for row in asked.office.said(Note)] == [True]
