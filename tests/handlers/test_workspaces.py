"""`/backbeat`, setup, Home, DMs, and who comes and goes: as Slack would ask."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from slack_bolt import App, BoltResponse

from bot.blocks.workspaces import OPEN_SETUP, SETUP, SHOW_HELP
from bot.domain.decisions import Draft, Source
from bot.domain.messages import Note
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import Audience, Person, Role, Workspace
from bot.usecases import decisions
from bot.usecases.waiting import expect
from handlers import workspaces
from handlers.app import Installed, build_app
from handlers.errors import UNKNOWN_WINDOW
from handlers.kit import Desk
from storage.store import SqlStore
from tests.support import (
    COMMANDS,
    THURSDAY,
    UNHURRIED,
    AtOnce,
    SlackServer,
    Surroundings,
    a_person,
    dispatch,
    services_on,
    slack_server,
)

DANA = a_person("U1", name="Dana", is_slack_admin=True)
PRIYA = a_person("U2", name="Priya", zone="Asia/Kolkata")
GWEN = a_person("U3", name="Gwen", is_guest=True)
OTTO = a_person("U4", name="Otto", team_id="T2")  # of another company
LEAVER = a_person("U5", name="Lea", is_deactivated=True)


@dataclass
class House:
    """The app with the handlers of workspaces, in front of a Slack that records its calls."""

    around: Surroundings
    slack: SlackServer
    desk: Desk
    app: App

    def command(self, text: str, person: str = "U1") -> dict[str, Any]:
        """The answer to `/backbeat <text>`."""
        asker = {"team_id": "T1", "user_id": person, "trigger_id": "t.1", "response_url": "http://127.0.0.1:1/r"}
        return said(dispatch(self.app, {**asker, "command": "/backbeat", "text": text, "channel_id": "C1"}))

    def press(self, action_id: str, person: str = "U1", *, view: dict[str, Any] | None = None) -> BoltResponse:
        view = view or {"id": "VHOME", "type": "home"}
        payload = {
            "type": "block_actions",
            "user": {"id": person, "team_id": "T1"},
            "team": {"id": "T1"},
            "trigger_id": "t.1",
            "view": view,
            "container": {"type": "view", "view_id": view["id"]},
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b"}],
        }
        return dispatch(self.app, payload)

    def submit(self, person: str = "U1", view_id: str = "V1", **changed: Any) -> dict[str, Any]:
        """The answer to the setup window's *Save*."""
        state: dict[str, Any] = {
            "cto": {"type": "users_select", "selected_user": "U1"},
            "sponsor": {"type": "users_select", "selected_user": None},
            "deputy": {"type": "users_select", "selected_user": "U2"},
            "team_channel": {"type": "conversations_select", "selected_conversation": "C1"},
            "cto_days": {"type": "checkboxes", "selected_options": [{"value": "1"}, {"value": "3"}]},
            "response_days": {"type": "static_select", "selected_option": {"value": "2"}},
            "urgent_path": {"type": "plain_text_input", "value": "Call me <!channel>"},
            "guests": {"type": "checkboxes", "selected_options": []},
        } | changed
        view = {
            "id": view_id,
            "type": "modal",
            "callback_id": SETUP,
            "state": {"values": {name: {name: value} for name, value in state.items()}},
            "blocks": [{"type": "input", "block_id": name} for name in state],
        }
        return said(
            dispatch(self.app, {"type": "view_submission", "user": {"id": person}, "team": {"id": "T1"}, "view": view})
        )

    def event(self, event: Mapping[str, Any], event_id: str = "Ev1") -> BoltResponse:
        payload = {"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": dict(event)}
        return dispatch(self.app, payload | {"authorizations": [{"team_id": "T1", "is_enterprise_install": False}]})

    def write(self, text: str, person: str = "U1", *, event_id: str = "Ev1", **more: Any) -> BoltResponse:
        """Somebody writes to Backbeat in a DM."""
        event = {"type": "message", "channel_type": "im", "channel": "D1", "user": person, "text": text, "ts": "1.1"}
        return self.event(event | more, event_id)

    def open_home(self, person: str = "U1", tab: str = "home") -> BoltResponse:
        return self.event({"type": "app_home_opened", "user": person, "channel": "D1", "tab": tab})

    def home(self) -> str:
        """The Home that was published last."""
        return json.dumps(self.slack.calls_of("views.publish")[-1], ensure_ascii=False)

    def rows(self) -> list[OutboxMessage]:
        """All that waits to be said, newest first."""
        with self.around.services.store.read("T1") as uow:
            return uow.outbox.stuck(frozenset(OutboxStatus), limit=100)

    def replies(self) -> list[str]:
        return [row.message.text for row in self.rows() if isinstance(row.message, Note)]

    def workspace(self) -> Workspace:
        with self.around.services.store.read("T1") as uow:
            return uow.workspaces.get()

    def roles(self) -> dict[Role, frozenset[str]]:
        with self.around.services.store.read("T1") as uow:
            return uow.workspaces.roles()

    def person(self, user: str) -> Person:
        with self.around.services.store.read("T1") as uow:
            found = uow.people.find(user)
        assert found is not None
        return found

    def log(self, title: str, person: Person = DANA, *, audience: str | None = None, due: date | None = None) -> None:
        draft = Draft(title, "We run it already", person.id, due or date(2027, 1, 27))
        place, at = Source(audience or "C1"), THURSDAY - timedelta(days=9)
        decisions.log(self.around.services, person, draft, key=title, source=place, audience=Audience(audience), at=at)


def said(answer: BoltResponse) -> dict[str, Any]:
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.body) if answer.body else {}
    return found


def app_of(desk: Desk, slack: SlackServer) -> App:
    installed = Installed()
    installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
    return build_app(
        desk,
        installed=installed,
        client_of=lambda _: slack.client,
        base_client=slack.client,
        executor=AtOnce(),
        register=[workspaces.register],
    )


@pytest.fixture
def house(store: SqlStore) -> Iterator[House]:
    around = services_on(store, DANA, PRIYA, GWEN, OTTO, LEAVER)
    with slack_server() as slack:
        desk = Desk(around.services, COMMANDS, AtOnce(), AtOnce(), admins=frozenset({"U9"}), patience=UNHURRIED)
        yield House(around, slack, desk, app_of(desk, slack))


# --- /backbeat ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "help", "  HELP  "])
def test_help_lists_what_there_is(house: House, text: str) -> None:
    answer = house.command(text)
    assert answer["response_type"] == "ephemeral"
    assert "`/decisions`" in answer["text"]
    assert "`/backbeat setup`" in answer["text"]


def test_help_names_the_commands_as_they_are_set_here(house: House) -> None:
    desk = replace(house.desk, commands={**COMMANDS, "/decide": "/bb-decide"})
    answer = replace(house, app=app_of(desk, house.slack)).command("help")["text"]
    assert "`/bb-decide`" in answer
    assert "`/decide`" not in answer
    assert "`/decisions`" in answer


def test_a_verb_goes_to_the_part_whose_it_is_with_the_rest_of_the_line(house: House) -> None:
    seen = []

    def meetings(desk: Desk, request: Any, ack: Any, client: Any) -> None:
        seen.append((request.text, request.workspace, request.key))
        ack()

    house.desk.verbs["meetings"] = meetings
    house.command("Meetings  every Tuesday")
    house.command("help meetings")
    assert seen == [("every Tuesday", "T1", "trigger:t.1"), ("help", "T1", "trigger:t.1")]


def test_an_unknown_verb_is_told_what_was_probably_meant(house: House) -> None:
    house.desk.verbs["meetings"] = lambda *_: None
    assert "Did you mean `/backbeat meetings`?" in house.command("metings")["text"]
    assert "Did you mean `/backbeat setup`?" in house.command("setpu")["text"]
    assert "a command of its own: `/decide`" in house.command("decide Use Postgres")["text"]


def test_words_that_mean_nothing_are_given_back_and_ping_nobody(house: House) -> None:
    answer = house.command("&lt;!channel&gt; <!channel> please do the thing <@U2>")["text"]
    assert "<!channel>" not in answer
    assert "please do the thing <@U2>" in answer


@pytest.mark.parametrize("person", ["U4", "U5"])
def test_somebody_of_another_company_and_a_leaver_are_told_no(house: House, person: str) -> None:
    for text in ("help", "setup", "whatever"):
        assert "members of this workspace only" in house.command(text, person)["text"]
    assert house.slack.calls == []


# --- setup ----------------------------------------------------------------------------------------------------------


def test_a_slack_admin_opens_setup_filled_with_themselves_as_cto(house: House) -> None:
    assert house.command("setup") == {}
    (opened,) = house.slack.calls_of("views.open")
    assert opened["view"]["callback_id"] == SETUP
    assert opened["view"]["blocks"][0]["element"]["initial_user"] == "U1"


def test_setup_explains_itself(house: House) -> None:
    assert "`/backbeat setup`" in house.command("setup help", "U2")["text"]
    assert house.slack.calls == []


@pytest.mark.parametrize("person", ["U2", "U3"])
def test_nobody_else_may_claim_setup(house: House, person: str) -> None:
    assert "Only a Slack admin" in house.command("setup", person)["text"]
    assert house.slack.calls == []


def test_somebody_named_by_the_operator_may(house: House) -> None:
    house.around.directory.people["U9"] = a_person("U9", name="Ola")
    assert house.command("setup", "U9") == {}
    assert house.slack.calls_of("views.open")


@pytest.mark.parametrize("person", ["U2", "U3", "U4", "U5"])
def test_a_forged_submission_is_refused(house: House, person: str) -> None:
    assert house.submit(person)["response_action"] == "errors"
    assert house.workspace().setup_at is None
    assert house.roles() == {}


def test_saving_claims_the_roles_and_shows_what_was_understood(house: House) -> None:
    answer = house.submit()
    assert answer["response_action"] == "update"
    shown = json.dumps(answer["view"], ensure_ascii=False)
    assert "here Tuesday, Thursday" in shown
    assert "Call me &lt;!channel&gt;" in shown
    assert house.roles() == {Role.CTO: {"U1"}, Role.DEPUTY: {"U2"}, Role.ADMIN: {"U1"}}
    workspace = house.workspace()
    assert (workspace.team_channel, workspace.response_days, workspace.cto_days) == ("C1", 2, frozenset({1, 3}))
    assert house.person("U1").days == {1, 3}


def test_saving_shows_home_anew_and_where_backbeat_must_be_invited(house: House) -> None:
    house.submit(decision_channel={"selected_conversation": "C2"})
    (updated,) = house.slack.calls_of("views.update")
    assert "I'm not in <#C2>" in json.dumps(updated)
    assert "Change setup" in house.home()


def test_a_second_save_of_one_window_changes_nothing(house: House) -> None:
    house.submit()
    house.submit(response_days={"selected_option": {"value": "9"}})
    assert house.workspace().response_days == 2
    house.submit(view_id="V2", response_days={"selected_option": {"value": "9"}})
    assert house.workspace().response_days == 9


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("cto", {"selected_user": None}, "Who is the CTO?"),
        ("cto", {"selected_user": "U4"}, "another company"),
        ("sponsor", {"selected_user": "U5"}, "deactivated"),
        ("deputy", {"selected_user": "U1"}, "somebody else"),
        ("deputy", {"selected_user": "UNOBODY"}, "try again"),
        ("cto_days", {"selected_options": []}, "at least one day"),
        ("cto_days", {"selected_options": [{"value": "x"}]}, "from the list"),
        ("response_days", {"selected_option": {"value": "99"}}, "between 1 and 10"),
        ("urgent_path", {"value": "x" * 301}, "under 300"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(house: House, field: str, value: Any, words: str) -> None:
    answer = house.submit(**{field: value})
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert words in answer["errors"][field]
    assert house.workspace().setup_at is None


def test_once_set_up_the_cto_may_change_it_and_a_member_may_not(house: House) -> None:
    house.submit(cto={"selected_user": "U2"}, deputy={"selected_user": None})
    house.press(OPEN_SETUP, "U2")
    view = house.slack.calls_of("views.open")[-1]["view"]
    assert view["blocks"][0]["element"]["initial_user"] == "U2"
    house.around.directory.people["U6"] = a_person("U6", name="Kenji")
    assert "Only the CTO or an admin" in house.command("setup", "U6")["text"]


def test_a_former_ctos_days_are_their_own_again(house: House) -> None:
    house.submit()
    house.submit(view_id="V2", cto={"selected_user": "U2"}, deputy={"selected_user": "U1"})
    assert house.person("U1").days == {0, 1, 2, 3, 4}
    assert house.person("U2").days == {1, 3}


def test_a_button_in_a_window_puts_the_next_one_on_top_of_it(house: House) -> None:
    house.press(SHOW_HELP, view={"id": "V1", "type": "modal", "callback_id": "workspaces.set_up"})
    assert house.slack.calls_of("views.push")
    assert not house.slack.calls_of("views.open")


# --- Home -----------------------------------------------------------------------------------------------------------


def test_the_first_home_offers_setup_to_an_admin_and_says_who_may_to_others(house: House) -> None:
    house.open_home()
    assert "Set up (3 minutes)" in house.home()
    house.open_home("U2")
    assert "Set up" not in house.home()
    assert "A Slack admin sets me up" in house.home()


def test_home_shows_what_waits_and_what_was_decided(house: House) -> None:
    house.log("Stay on Heroku", due=date(2026, 10, 29))
    house.log("Use Postgres", PRIYA)
    house.open_home()
    assert "Waiting for you (1)" in house.home()
    assert "To look at again on 29 Oct 2026" in house.home()
    assert "Use Postgres" in house.home()


def test_home_shows_nothing_that_its_reader_could_not_see_in_slack(house: House) -> None:
    house.log("Hire one engineer", audience="G1")
    house.log("Use Postgres")
    house.open_home("U2")
    assert "Hire one" not in house.home()
    assert "Use Postgres" in house.home()
    house.open_home("U3")
    assert "Use Postgres" not in house.home()
    assert "Guests see no decisions here" in house.home()


@pytest.mark.parametrize("person", ["U4", "U5"])
def test_home_says_so_to_somebody_of_another_company_and_to_a_leaver(house: House, person: str) -> None:
    house.log("Use Postgres")
    house.open_home(person)
    assert "members of this workspace only" in house.home()
    assert "Use Postgres" not in house.home()


def test_the_messages_tab_says_nothing_unasked(house: House) -> None:
    assert house.open_home(tab="messages").status == 200
    assert house.slack.calls == []
    assert house.rows() == []


def test_a_home_that_cannot_be_built_says_so(house: House) -> None:
    house.around.directory.down = True
    house.open_home("U9")
    assert "Open this tab again in a moment" in house.home()


def test_a_slack_that_refuses_home_is_no_failure(house: House) -> None:
    house.slack.answers["views.publish"] = {"ok": False, "error": "hash_conflict"}
    assert house.open_home().status == 200


@pytest.mark.parametrize("person", ["U2", "U4"])
def test_homes_setup_button_opens_nothing_for_those_who_may_not(house: House, person: str) -> None:
    house.press(OPEN_SETUP, person)
    (opened,) = house.slack.calls_of("views.open")
    assert opened["view"]["callback_id"] == "failed"


# --- DMs ------------------------------------------------------------------------------------------------------------


def test_help_is_answered_once_however_often_slack_delivers_it(house: House) -> None:
    assert house.write("Help!").status == 200
    assert house.write("Help!").status == 200
    (reply,) = house.replies()
    assert "`/decide`" in reply
    assert house.rows()[0].destination.conversation == "D1"


def test_decisions_are_found_by_words_and_by_number(house: House) -> None:
    house.log("Use Postgres")
    house.log("Stay on Heroku")
    house.write("decisions postg", event_id="Ev1")
    house.write("D-2", event_id="Ev2")
    house.write("decisions", event_id="Ev3")
    newest, one, found = house.replies()
    assert "Use Postgres" in found
    assert "Heroku" not in found
    assert "*Why:* We run it already" in one
    assert newest.index("D-2") < newest.index("D-1")


def test_an_outsider_finds_nothing_by_words_or_by_number(house: House) -> None:
    house.log("Hire one engineer", audience="G1")
    house.write("decisions engineer", "U2", event_id="Ev1")
    house.write("D-1", "U2", event_id="Ev2")
    house.write("D-7", "U2", event_id="Ev3")
    house.write("find engineer", "U4", event_id="Ev4")
    other, unknown, closed, found = house.replies()
    assert "I found nothing" in found
    assert (closed, unknown) == ("D-1? I don't know that one.", "D-7? I don't know that one.")
    assert "members of this workspace only" in other


def test_anything_else_is_told_what_to_do_next_in_its_own_thread(house: House) -> None:
    house.write("We should use Postgres", thread_ts="1.0")
    (row,) = house.rows()
    assert "nothing came of that" in house.replies()[0]
    assert row.destination.thread_ts == "1.0"


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B2"},
        {"subtype": "message_changed", "hidden": True},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"user": "UBOT"},
        {"user": {"id": "U1"}},
        {"channel_type": "channel", "channel": "C1"},
        {"text": "Thanks!"},
        {"text": ":+1:"},
    ],
)
def test_apps_edits_its_own_messages_and_thanks_are_not_answered(house: House, more: dict[str, Any]) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "text": "help", "ts": "1.1"}
    assert house.event(event | more).status == 200
    assert house.replies() == []


@pytest.mark.parametrize(
    "text", ["", "decisions " + "&" * 5000, "<!channel> " * 900, "decisions \"'*:()", "d-0", "d-999999999", "🦀" * 4000]
)
def test_odd_words_are_answered_and_ping_nobody(house: House, text: str) -> None:
    assert house.write(text).status == 200
    (reply,) = house.replies()
    assert len(reply) <= 3000
    assert "<!channel>" not in reply


def test_slack_is_asked_to_deliver_again_where_it_cannot_be_told_who_writes(house: House) -> None:
    house.around.directory.down = True
    assert house.write("D-1", "U9").status == 500
    house.around.directory.down = False
    house.around.directory.people["U9"] = a_person("U9", name="Ola")
    assert house.write("D-1", "U9").status == 200
    assert len(house.replies()) == 1


# --- people come, go and change -------------------------------------------------------------------------------------


def test_a_change_of_somebody_known_is_looked_up_and_moves_their_mornings(house: House) -> None:
    with house.around.services.store.begin("T1") as uow:
        expect(uow, "U2", at=house.around.clock.now())
        uow.commit()
    house.around.directory.people["U2"] = replace(PRIYA, zone="Europe/Lisbon", name="Priya R")
    assert house.event({"type": "user_change", "user": {"id": "U2", "team_id": "T1"}}).status == 200
    assert house.person("U2").name == "Priya R"
    assert "U2" in house.around.directory.forgotten
    with house.around.services.store.read("T1") as uow:
        planned = uow.schedules.find(ScheduleKind.WAITING, "U2")
    assert planned is not None
    assert planned.next_at is not None
    assert planned.next_at.hour == 9  # in Lisbon, no longer half past three


def test_a_change_that_cannot_be_looked_up_now_is_looked_up_the_next_time(house: House) -> None:
    house.around.directory.down = True
    house.around.directory.people["U2"] = replace(PRIYA, is_deactivated=True)
    assert house.event({"type": "user_change", "user": {"id": "U2"}}).status == 200
    house.around.directory.down = False
    assert "members of this workspace only" in house.command("help", "U2")["text"]


def test_a_stranger_who_changes_is_not_looked_up(house: House) -> None:
    house.around.directory.down = True
    assert house.event({"type": "user_change", "user": {"id": "U77"}}).status == 200
    with house.around.services.store.read("T1") as uow:
        assert uow.people.find("U77") is None


@pytest.mark.parametrize("kind", ["member_joined_channel", "member_left_channel"])
def test_who_is_where_is_asked_again_when_somebody_joins_or_leaves(house: House, kind: str) -> None:
    assert house.event({"type": kind, "user": "U2", "channel": "G1"}).status == 200
    assert house.around.directory.forgotten == ["U2", "G1"]


def test_backbeats_own_joining_is_noticed(house: House) -> None:
    assert house.event({"type": "member_joined_channel", "user": "UBOT", "channel": "C2"}).status == 200
    assert "C2" in house.around.directory.forgotten


def test_a_window_that_nobody_knows_any_more_stays_open(house: House) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "old", "blocks": [{"type": "input", "block_id": "title"}]}
    payload = {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": view}
    answer = said(dispatch(house.app, payload))
    assert answer == {"response_action": "errors", "errors": {"title": UNKNOWN_WINDOW}}
