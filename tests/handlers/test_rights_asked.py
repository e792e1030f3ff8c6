"""Asking who decides, as Slack brings it: the list, and questions in commands, DMs and mentions."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.rights import default_limits
from storage.store import SqlStore
from tests.handlers.decisions_kit import said_in
from tests.handlers.rights_kit import VENDORS, House, a_house


@pytest.fixture
def house(store: SqlStore) -> Iterator[House]:
    with a_house(store) as found:
        yield found


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
    house.slash("Who decides on vendors is Sam, as he pays", command="/decide")
    assert len(house.slack.calls_of("views.open")) == 1


def test_a_mention_is_answered_in_its_thread_once(house: House):
    house.keep(VENDORS)
    house.mention("who decides about vendors?")
    house.mention("who decides about vendors?", event_id="Ev2")
    (row,) = house.rows()
    assert row.destination.conversation == "C1"
    assert row.destination.thread_ts == "5.1"
    assert "Sam &lt;b&gt; decides" in house.said()[0]
    house.mention("hello. Who decides about vendors? cc <@U2>", ts="6.2", thread_ts="5.1")
    assert "Sam &lt;b&gt; decides" in house.said()[0]
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
