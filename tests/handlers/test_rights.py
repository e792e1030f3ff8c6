"""Who decides, as Slack asks for it: the list, the windows that say it, questions in commands, DMs and mentions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from slack_bolt import App
from sqlalchemy import select

from bot.domain.messages import Note
from bot.domain.outbox import OutboxMessage, OutboxStatus
from bot.domain.rights import DecisionRight, Limits, Party, default_limits
from bot.domain.workspaces import Role
from bot.usecases.ports import UserGroup
from handlers import decisions, rights, workspaces
from handlers.app import Installed, build_app
from playground.rules import message_problem, view_problem
from storage import tables
from storage.store import SqlStore
from tests.handlers.decisions_kit import fill, said_in
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


@pytest.fixture
def house(store: SqlStore) -> Iterator[House]:
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


# --- looking --------------------------------------------------------------------------------------------------------


def test_with_nothing_set_the_list_says_who_decides_and_how_to_change_that(house: House):
    house.slash("who-decides")
    said = said_in(house.window())
    assert "whoever writes a decision decides it" in said
    assert "Vendors" in said
    assert "Set limits" in said
    house.slash("who-decides", who="U2")
    others = said_in(house.window())
    assert "The CTO or an admin says who decides" in others
    assert "Set limits" not in others


def test_the_list_has_every_area_and_the_limits_and_buttons_only_for_those_who_may(house: House):
    house.keep(VENDORS, replace(VENDORS, area="R&D <x>", position=2), limits=default_limits("T1"))
    house.slash("who-decides", who="U2")
    view = house.window()
    said = said_in(view)
    assert "Sam &lt;b&gt; decides. Priya and @finance must agree. Dana gives input before. @platform is told" in said
    assert "R&amp;D &lt;x&gt;" in said
    assert "From 10,000 to under 50,000 EUR: the CTO (Dana) and the CFO sign off" in said
    assert "Edit" not in said
    house.slash("who-decides")
    assert "Edit limits" in said_in(house.window())


@pytest.mark.parametrize("asked", ["VENDORS", "vendor", "vendros", "who decides about the vendors?"])
def test_one_area_is_answered_in_one_short_message_that_pings_nobody(house: House, asked: str):
    house.keep(replace(VENDORS, deputy_up_to=Decimal(2000), risk_days=90), limits=default_limits("T1"))
    answer = house.slash(f"who-decides {asked}", who="U2")
    text = answer["text"]
    assert text.startswith("*Vendors:* Sam &lt;b&gt; decides. Priya and @finance must agree.")
    assert "The deputy (Priya) may decide below 2,000 EUR." in text
    assert "By cost, under 10,000 EUR: the CTO (Dana) signs off; from 10,000 to under 50,000 EUR:" in text
    assert answer["response_type"] == "ephemeral"
    assert "<@" not in text
    assert "<!" not in text


def test_an_unknown_area_lists_those_that_there_are(house: House):
    house.keep(VENDORS)
    text = house.slash("who-decides <!channel> catering")["text"]
    assert "I know no area" in text
    assert "Vendors" in text
    assert "<!channel>" not in text


def test_where_nothing_is_set_the_answer_offers_to_say_it_to_those_who_may(house: House):
    mine = house.slash("who-decides vendors")
    assert "Nothing is set, so whoever writes a decision decides it." in mine["text"]
    assert "Say who decides" in said_in(mine["blocks"])
    theirs = house.slash("who-decides vendors", who="U2")
    assert "Say who decides" not in said_in(theirs["blocks"])
    assert "The CTO or an admin can say" in theirs["text"]


def test_a_group_that_cannot_be_named_is_said_to_be_one(house: House):
    house.keep(VENDORS)
    house.around.directory.groups_declined = True
    text = house.slash("who-decides vendors")["text"]
    assert "Priya and a user group must agree" in text
    assert "I can't look up user groups just now" in text


def test_people_of_other_companies_and_guests_learn_nothing(house: House):
    house.keep(VENDORS)
    for who in ("U4", "U5"):
        assert "Sam" not in house.slash("who-decides vendors", who=who)["text"]
        house.slash("who-decides", who=who)
        assert "Sam" not in said_in(house.window())


def test_help_is_there(house: House):
    assert "/backbeat who-decides vendors" in house.slash("who-decides help")["text"]
    assert "/backbeat who-decides" in house.slash("help")["text"]


# --- saying who decides ---------------------------------------------------------------------------------------------


def test_the_cto_says_who_decides_and_the_list_below_follows(house: House):
    house.press({}, "rights.add.1", "Vendors")
    form = house.window()
    answer = house.submit(
        form,
        below="V0",
        decides="U2",
        agrees=["U3"],
        agrees_groups=["S1"],
        input=["U1"],
        performs_groups=["S2"],
        deputy_up_to="2k",
        risk_days="90",
    )
    assert answer == {}
    assert house.rights() == [replace(VENDORS, deputy_up_to=Decimal(2000), risk_days=90)]
    assert house.slack.calls_of("views.update")[-1]["view_id"] == "V0"
    assert "Sam &lt;b&gt; decides" in said_in(house.window())


def test_a_window_without_a_list_below_becomes_the_list(house: House):
    answer = house.submit(house.form("Vendors"), decides="U2")
    assert answer["response_action"] == "update"
    assert "Sam &lt;b&gt; decides" in said_in(answer["view"])


def test_the_window_shows_how_it_stands_and_saves_nothing_else(house: House):
    stands = replace(VENDORS, deputy_up_to=Decimal("2000"), risk_days=90)
    house.keep(stands, limits=default_limits("T1"))
    house.submit(house.form())
    assert house.rights() == [stands]


def test_an_area_is_renamed_in_its_place(house: House):
    house.keep(VENDORS, replace(VENDORS, area="Roadmap", position=2))
    house.submit(house.form(), area="Suppliers")
    assert [each.area for each in house.rights()] == ["Suppliers", "Roadmap"]
    assert list(house.submit(house.form("Suppliers"), area="ROADMAP")["errors"]) == ["area"]
    house.submit(house.form("Suppliers"), area="suppliers")
    assert [each.area for each in house.rights()] == ["suppliers", "Roadmap"]


@pytest.mark.parametrize(("who", "word"), [("U5", "another company"), ("U6", "app"), ("U7", "deactivated")])
@pytest.mark.parametrize("field", ["decides", "agrees", "input", "performs"])
def test_only_members_are_named(house: House, who: str, word: str, field: str):
    answer = house.submit(house.form(), **{"decides": "U2", field: who if field == "decides" else [who]})
    assert word in answer["errors"][field]
    assert house.rights() == []


def test_what_cannot_be_read_is_said_beside_its_field(house: House):
    house.keep(limits=default_limits("T1"))
    for values in ({"deputy_up_to": "a lot"}, {"deputy_up_to": "-5"}, {"deputy_up_to": "2000 USD"}, {"risk_days": "x"}):
        answer = house.submit(house.form(), decides="U2", **values)
        assert list(answer["errors"]) == list(values)
    assert house.rights() == []


def test_a_forged_group_is_refused(house: House):
    form = house.form()
    assert "agrees" in house.submit(form, decides="U2", agrees_groups=["S9"])["errors"]
    assert house.rights() == []


def test_without_the_scope_groups_are_left_out_with_a_hint_and_those_that_stand_stay(house: House):
    house.around.directory.groups_declined = True
    form = house.form("Roadmap")
    assert "usergroups:read" in said_in(form)
    assert all("user groups" not in said_in(block) for block in form["blocks"] if block["type"] == "input")
    house.keep(VENDORS)
    form = house.form("Vendors")
    house.submit(form)
    assert house.rights() == [VENDORS]


def test_a_second_save_of_one_window_changes_nothing_twice(house: House):
    form = house.form()
    house.submit(form, decides="U2", view_id="VX")
    house.submit(form, decides="U3", view_id="VX")
    assert house.rights()[0].decides == "U2"


def test_two_who_edit_at_once_do_not_lose_each_others_words(house: House):
    house.keep(VENDORS)
    mine, theirs = house.form(), house.form(who="U3")
    house.submit(mine, decides="U1", input=[])
    answer = house.submit(theirs, who="U3", decides="U3", agrees=[])
    assert "Somebody changed this" in next(iter(answer["errors"].values()))
    assert house.rights()[0].decides == "U1"
    new, other = house.form("Roadmap"), house.form("Roadmap", who="U3")
    house.submit(new, decides="U1")
    assert "errors" in house.submit(other, who="U3", decides="U3")


def test_removing_the_last_area_gives_it_back_to_the_authors(house: House):
    house.keep(VENDORS)
    form = house.form()
    house.press(form, "rights.remove", "Vendors", previous_view_id="V0")
    assert house.rights() == []
    assert {args["view_id"] for args in house.slack.calls_of("views.update")[-2:]} == {"V0", "V1"}
    assert "whoever writes a decision decides it" in said_in(house.window())


@pytest.mark.parametrize("who", ["U2", "U4", "U5"])
def test_those_who_may_not_change_nothing_even_with_a_forged_window(house: House, who: str):
    house.keep(VENDORS, limits=default_limits("T1"))
    form, limits = house.form(), house.limits_form()
    house.press({}, "rights.edit", "Vendors", who=who)
    assert said_in(house.window()) != said_in(form)
    house.submit(form, who=who, decides=who)
    house.submit(limits, who=who, currency="USD")
    house.press(form, "rights.remove", "Vendors", who=who)
    house.press(limits, "rights.drop_limits", who=who)
    assert house.rights() == [VENDORS]
    assert house.limits() == default_limits("T1")


def test_what_is_changed_is_audited(house: House):
    house.submit(house.form(), decides="U2")
    house.submit(house.limits_form())
    with house.store._reader.connect() as connection:
        kept = tables.audit.c
        rows = connection.execute(select(kept.action, kept.by, kept.subject).order_by(kept.id)).all()
    assert [tuple(row) for row in rows] == [("rights.set", "U1", "Vendors"), ("limits.set", "U1", None)]


# --- approval limits ------------------------------------------------------------------------------------------------


def test_the_limits_begin_as_many_companies_have_them(house: House):
    house.submit(house.limits_form())
    assert house.limits() == default_limits("T1")


def test_limits_take_roles_groups_people_and_names(house: House):
    form = house.limits_form()
    house.submit(
        form,
        currency="usd",
        up_to_1="$5k",
        approvers_1=["role:cto", "group:S1"],
        people_1=["U2"],
        outside_1="",
        up_to_2="",
        approvers_2=[],
        outside_2="the board",
        outside_3="",
        approvers_3=[],
    )
    limits = house.limits()
    assert limits is not None
    assert limits.currency == "USD"
    assert limits.tiers[0].up_to == Decimal(5000)
    assert [each.id for each in limits.tiers[0].approvers] == ["cto", "S1", "U2"]
    assert [each.id for each in limits.tiers[1].approvers] == ["the board"]
    house.submit(house.limits_form())
    assert house.limits() == limits


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"currency": "euro"}, "currency"),
        ({"up_to_1": "lots"}, "up_to_1"),
        ({"up_to_2": "5k"}, "up_to_2"),
        ({"people_1": ["U5"]}, "people_1"),
        ({"approvers_1": ["role:king"]}, "approvers_1"),
        ({"approvers_1": ["group:S9"]}, "approvers_1"),
    ],
)
def test_limits_that_cannot_be_are_refused_beside_their_field(house: House, values: dict[str, Any], field: str):
    form = house.limits_form()
    if field == "currency":
        values = {"currency": "eu"}
    assert list(house.submit(form, **values)["errors"]) == [field]
    assert house.limits() is None


def test_limits_are_removed_and_two_editors_do_not_lose_each_others(house: House):
    house.keep(limits=default_limits("T1"))
    mine, theirs = house.limits_form(), house.limits_form(who="U3")
    house.submit(mine, currency="USD")
    assert "errors" in house.submit(theirs, who="U3", currency="GBP")
    house.press(theirs, "rights.drop_limits", who="U3")
    assert house.limits() is not None
    house.press(house.limits_form(), "rights.drop_limits")
    assert house.limits() is None


# --- asked in words -------------------------------------------------------------------------------------------------


def test_a_question_by_dm_is_answered(house: House):
    house.keep(VENDORS)
    house.write("Who decides about vendors?", who="U2")
    assert house.said()[0].startswith("*Vendors:* Sam")


def test_decide_with_the_question_answers_it_and_logs_nothing(house: House):
    house.keep(VENDORS)
    text = house.slash("who decides about vendors?", command="/decide")["text"]
    assert text.startswith("*Vendors:* Sam")
    assert house.slack.calls_of("views.open") == []


def test_a_mention_is_answered_in_its_thread_once(house: House):
    house.keep(VENDORS)
    house.mention("who decides about vendors?")
    house.mention("who decides about vendors?", event_id="Ev2")
    (row,) = house.rows()
    assert row.destination.conversation == "C1"
    assert row.destination.thread_ts == "5.1"
    assert "Sam &lt;b&gt; decides" in house.said()[0]
    house.mention("who decides about vendors?", ts="6.2", thread_ts="5.1")
    assert house.rows()[0].destination.thread_ts == "5.1"


def test_anything_else_in_a_mention_gets_a_short_help_and_thanks_get_none(house: House):
    house.mention("make me a sandwich")
    assert "who decides about vendors" in house.said()[0]
    house.mention("thanks!", ts="7.1")
    assert len(house.rows()) == 1


@pytest.mark.parametrize("who", ["U4", "U5", "U6", "U7"])
def test_a_mention_by_an_outsider_gets_no_answer(house: House, who: str):
    house.keep(VENDORS)
    house.mention("who decides about vendors?", who=who)
    assert house.rows() == []


def test_an_edited_message_or_an_apps_own_gets_no_answer(house: House):
    house.mention("who decides?", edited={"user": "U1", "ts": "5.2"})
    house.mention("who decides?", bot_id="B2")
    house.mention("who decides?", subtype="channel_topic")
    assert house.rows() == []


def test_where_another_company_reads_along_the_answer_goes_to_the_asker_alone(house: House):
    house.keep(VENDORS)
    info = house.around.directory.conversations["C1"]
    house.around.directory.conversations["C1"] = replace(info, is_shared=True)
    house.mention("who decides about vendors?")
    (row,) = house.rows()
    assert row.destination.person == "U1"
    assert row.destination.conversation is None


def test_a_channel_that_cannot_be_looked_at_counts_as_shared(house: House):
    house.mention("who decides?", channel="C9")
    assert house.rows()[0].destination.person == "U1"
