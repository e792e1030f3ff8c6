"""The window of a decision: filled from a message, widened, sent once and twice, with errors beside their fields."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.decisions import BUYING, DETAIL_TEXTS, DecisionStatus
from bot.domain.workspaces import EVERYONE, Audience
from bot.usecases import decisions
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, GUEST, KENJI, STRANGER, Team, a_team, inputs, said_in

CHOICE = "Use Postgres for the event store: we run it already, and Kafka needs a hire."


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


def opened(team: Team, text: str = "Use Postgres", *, who: str = DANA, channel: str = "C1") -> dict:
    team.slash(who, text, channel=channel)
    return team.window()


# --- sending -------------------------------------------------------------------------------------------------------


def test_what_is_sent_gets_a_number_and_a_card(team: Team) -> None:
    assert team.submit(DANA, opened(team), why="We run it already", not_doing="Kafka", owner=KENJI) == {}
    decision = team.decision(1)
    assert (decision.title, decision.why, decision.not_doing) == ("Use Postgres", "We run it already", "Kafka")
    assert (decision.author_id, decision.owner_id, decision.decided_by) == (DANA, KENJI, DANA)
    assert decision.revisit_on == date(2027, 1, 27)
    assert "Use Postgres" in team.drawn(1)[0].text


def test_a_proposal_is_not_decided_yet(team: Team) -> None:
    team.submit(DANA, opened(team), why="We run it", status="proposed")
    assert team.decision(1).status is DecisionStatus.PROPOSED
    assert team.decision(1).decided_by is None


def test_a_second_submit_of_one_window_changes_nothing(team: Team) -> None:
    view = opened(team)
    team.submit(DANA, view, why="We run it already")
    assert team.submit(DANA, view, why="We run it already") == {}
    assert len(team.decisions()) == 1
    assert len(team.cards(1)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("why", "   "),
        ("title", ""),
        ("revisit", "2026-10-29"),
        ("revisit", "2020-01-01"),
        ("owner", None),
        ("owner", STRANGER),
        ("owner", "U404"),
    ],
)
def test_an_error_stands_beside_its_field(team: Team, field: str, value: str | None) -> None:
    answer = team.submit(DANA, opened(team), **({"why": "We run it"} | {field: value}))
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert team.decisions() == []


def test_after_an_error_the_same_window_can_be_sent(team: Team) -> None:
    view = opened(team)
    team.submit(DANA, view, why=" ")
    team.submit(DANA, view, why="We run it")
    assert len(team.decisions()) == 1


def test_it_can_be_kept_among_the_members_of_a_public_channel(team: Team) -> None:
    view = opened(team)
    team.press_in(DANA, view, "decisions.add_detail")
    team.submit(DANA, team.window(), why="We run it", audience="members")
    assert team.decision(1).audience == Audience("C1")


def test_a_channel_that_became_private_meanwhile_keeps_what_is_made_in_it(team: Team) -> None:
    view = opened(team)
    known = team.around.directory.conversations["C1"]
    team.around.directory.conversations["C1"] = type(known)("C1", "platform", True, False, True)
    team.submit(DANA, view, why="We run it")
    assert team.decision(1).audience == Audience("C1")


def test_what_was_promised_to_be_private_never_widens_by_itself(team: Team) -> None:
    view = opened(team, channel="G1")
    known = team.around.directory.conversations["G1"]
    team.around.directory.conversations["G1"] = type(known)("G1", "board", False, False, True)
    team.submit(DANA, view, why="We run it")
    assert team.decision(1).audience == Audience("G1")


def test_slack_out_of_reach_at_the_last_moment_costs_nothing(team: Team) -> None:
    view = opened(team)
    team.around.directory.down = True
    team.submit(DANA, view, why="We run it", owner=KENJI)
    assert team.decision(1).audience == EVERYONE
    assert team.cards(1) == []  # until Slack tells whether people of another company read along there


def test_a_window_that_was_tampered_with_logs_nothing(team: Team) -> None:
    for metadata in ('{"m":"steal"}', '{"m":"edit","n":"1"}', '{"c":7}', "[]", '{"m":"amend"}', '{"m":"edit","n":99}'):
        view = {**opened(team), "private_metadata": metadata}
        team.submit(DANA, view, why="We run it")
    assert [each.number for each in team.decisions()] in ([], [1])  # "[]" is an empty frame: a plain new decision


def test_somebody_of_another_company_cannot_send_one(team: Team) -> None:
    view = opened(team)
    answer = team.submit(STRANGER, view, why="We run it")
    assert "members of this workspace only" in said_in(answer["errors"])
    assert team.decisions() == []


@pytest.mark.parametrize("words", ["&" * 3000, "🙃" * 1500, "\u202eשלום" * 500, "<!channel>" * 300])
def test_slack_takes_the_card_and_the_detail_of_whatever_was_sent(team: Team, words: str) -> None:
    team.press_in(DANA, opened(team), "decisions.add_detail")
    fields = dict.fromkeys(("why", "not_doing", *(each for each in DETAIL_TEXTS if each not in BUYING)), words)
    assert team.submit(DANA, team.window(), title=words[:300], **fields) == {}
    assert "<!channel>" not in said_in(team.drawn(1)[0].blocks)
    assert "<!channel>" not in team.drawn(1)[0].text
    team.press(DANA, "decisions.open", "1")
    detail = said_in(team.window())
    assert "<!channel>" not in detail
    assert "D-1" in detail
    team.press(DANA, "decisions.more", "amend:1")
    assert inputs(team.window())["options"] == words


# --- Add detail ----------------------------------------------------------------------------------------------------


def test_add_detail_keeps_what_was_typed_and_the_words_around_it(team: Team) -> None:
    view = opened(team)
    team.press_in(DANA, view, "decisions.add_detail", why="Half a sent", not_doing="Kafka", revisit="2026-12-24")
    wider = team.window()
    assert team.windows() == ["open", "update"]
    assert wider["id"] == view["id"]
    was, now = inputs(view), inputs(wider)
    assert (now["title"], now["why"], now["not_doing"]) == ("Use Postgres", "Half a sent", "Kafka")
    assert now["revisit"] == "2026-12-24"
    assert was.keys() < now.keys()
    assert "Posts in #platform" in said_in(wider)
    assert "decisions.add_detail" not in str(wider)


def test_the_detail_is_kept(team: Team) -> None:
    team.press_in(DANA, opened(team), "decisions.add_detail")
    values = {"area": "Vendors", "cost": "12k", "currency": "EUR", "goal": "Sleep", "risk_until": "2026-11-30"}
    values |= {"accepted_by": KENJI, "door": "one-way", "outcome_metric": "Orders lost", "guardrail": "Latency"}
    again = team.submit(DANA, team.window(), why="We run it", **values)["view"]
    assert team.submit(DANA, {**again, "id": "V1", "hash": "2.b"}) == {}
    detail = team.decision(1).detail
    assert (detail.area, detail.cost, detail.currency) == ("Vendors", Decimal(12000), "EUR")
    assert (detail.goal, detail.risk_until) == ("Sleep", date(2026, 11, 30))


def test_an_error_under_add_detail_stands_beside_its_field(team: Team) -> None:
    team.press_in(DANA, opened(team), "decisions.add_detail")
    answer = team.submit(DANA, team.window(), why="We run it", cost="a lot")
    assert list(answer["errors"]) == ["cost"]
    answer = team.submit(DANA, team.window(), why="We run it", cost="12000")
    assert list(answer["errors"]) == ["currency"]


# --- from a message ------------------------------------------------------------------------------------------------


def test_a_message_fills_the_window(team: Team) -> None:
    team.shortcut(DANA, CHOICE, ts="2.2", thread_ts="1.1")
    filled = inputs(team.window())
    assert filled["title"] == "Use Postgres for the event store"
    assert filled["why"] == "we run it already, and Kafka needs a hire."
    assert "Posts in this thread. Visible to everyone." in said_in(team.window())


def test_it_is_answered_in_its_thread_and_linked_to_it(team: Team) -> None:
    team.shortcut(DANA, CHOICE, ts="2.2", thread_ts="1.1")
    team.submit(DANA, team.window())
    card = team.cards(1)[0]
    assert (card.destination.conversation, card.destination.thread_ts) == ("C1", "1.1")
    due = team.store.queue().due_jobs(at=team.around.clock.now(), limit=10)
    assert len(due) == 1
    with team.store.begin("T1") as uow:
        job = uow.jobs.claim(due[0][1], at=team.around.clock.now())
    assert job is not None
    assert job.kind == decisions.LINK
    decisions.find_link(team.around.services, job)
    decisions.find_link(team.around.services, job)  # as after a crash
    assert team.decision(1).source.permalink == "https://example.test/archives/C1/p22"


def test_a_message_alone_starts_its_own_thread(team: Team) -> None:
    team.shortcut(DANA, CHOICE, ts="5.5")
    team.submit(DANA, team.window())
    assert team.cards(1)[0].destination.thread_ts == "5.5"


def test_a_message_that_was_logged_already_says_so(team: Team) -> None:
    team.shortcut(DANA, CHOICE, ts="2.2")
    team.submit(DANA, team.window())
    team.shortcut(KENJI, CHOICE, ts="2.2")
    view = team.window()
    assert "logged already" in said_in(view)
    assert "Open D-1" in said_in(view)
    team.press_in(KENJI, view, "decisions.open", "1")
    assert team.windows()[-2:] == ["push", "update"]
    assert "Kafka needs a hire" in said_in(team.window())


def test_who_was_slower_with_a_message_keeps_their_words_and_is_led_to_what_was_logged(team: Team) -> None:
    team.shortcut(DANA, CHOICE)
    first = team.window()
    team.shortcut(KENJI, CHOICE)
    second = {**team.window(), "id": "VK"}
    team.submit(DANA, first)
    answer = team.submit(KENJI, second, why="My own reasons")
    assert "This message was logged meanwhile, as D-1." in said_in(answer)
    assert "Open D-1" in said_in(answer)
    assert inputs(answer["view"])["why"] == "My own reasons"
    assert [each.number for each in team.decisions()] == [1]


def test_a_guest_who_may_see_nothing_is_not_told_what_a_message_was_logged_as(team: Team) -> None:
    team.shortcut(DANA, "Use Postgres, we run it already", ts="2.2")
    team.submit(DANA, team.window(), title="Drop the Acme contract", why="It does not pay")
    team.shortcut(GUEST, "Use Postgres, we run it already", ts="2.2")
    assert "Drop the Acme" not in said_in(team.window())


def test_a_message_whose_decision_was_withdrawn_can_be_logged_again(team: Team) -> None:
    team.shortcut(DANA, CHOICE, ts="2.2")
    team.submit(DANA, team.window())
    team.press(DANA, "decisions.undo", "1")
    team.shortcut(DANA, CHOICE, ts="2.2")
    assert team.window()["callback_id"] == "decisions.form"


@pytest.mark.parametrize("text", ["", " ", "&" * 4000, "🙃" * 4000, "Should we?\n\n" * 300, "<!channel> <@U2> <#C1|x>"])
def test_any_message_opens_a_window_that_slack_takes(team: Team, text: str) -> None:
    team.shortcut(DANA, text)
    assert team.window()["callback_id"] == "decisions.form"


def test_an_apps_message_is_read_from_its_attachment(team: Team) -> None:
    team.shortcut(DANA, "", attachments=[{"fallback": "Deploy on Tuesdays because Fridays hurt"}], user=None)
    assert inputs(team.window())["title"] == "Deploy on Tuesdays"


def test_a_message_of_a_private_channel_stays_among_its_members(team: Team) -> None:
    team.shortcut(DANA, CHOICE, channel="G1")
    assert "Visible to members of this private channel" in said_in(team.window())
    team.submit(DANA, team.window())
    assert team.decision(1).audience == Audience("G1")


# --- Home ----------------------------------------------------------------------------------------------------------


def test_home_opens_an_empty_window_whose_card_comes_by_dm(team: Team) -> None:
    team.press_in(DANA, {"id": "H1", "type": "home", "blocks": []}, "decisions.new", "new")
    assert team.windows() == ["open"]
    assert "I'll DM you the card. Visible to everyone." in said_in(team.window())
    team.submit(DANA, team.window(), title="Use Postgres", why="We run it")
    assert team.cards(1)[0].destination.person == DANA


def test_from_a_window_it_opens_on_top_of_it_or_in_its_place_where_slack_allows_no_more(team: Team) -> None:
    team.slash(DANA, "", command="/decisions")
    team.press_in(DANA, team.window(), "decisions.new")
    assert team.windows()[-1] == "push"
    team.slack.answers["views.push"] = {"ok": False, "error": "push_limit_reached"}
    team.press_in(DANA, team.window(), "decisions.new")
    assert team.windows()[-1] == "update"


# --- editing, amending, superseding --------------------------------------------------------------------------------


def test_edit_changes_the_words_under_the_same_number(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.edit", "1")
    assert inputs(team.window())["why"] == "we run it already"
    team.submit(DANA, team.window(), title="Use Postgres 18", owner=KENJI)
    assert (team.decision(1).title, team.decision(1).owner_id) == ("Use Postgres 18", KENJI)
    team.press(DANA, "decisions.open", "1")
    assert "title (was “Use Postgres”)" in said_in(team.window())
    assert "owner (was Dana)" in said_in(team.window())


def test_only_its_author_or_owner_may_edit_it(team: Team) -> None:
    team.log()
    team.press(KENJI, "decisions.edit", "1")
    assert team.windows() == []
    assert "Only its author or owner" in team.told()[-1]["text"]


def test_an_edit_never_overwrites_somebody_elses(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.edit", "1")
    mine = team.window()
    team.press(DANA, "decisions.edit", "1")
    team.submit(DANA, team.window(), title="Theirs")
    answer = team.submit(DANA, mine, title="Mine")
    assert "Somebody changed D-1" in said_in(answer["errors"])
    assert team.decision(1).title == "Theirs"


def test_a_revisit_date_that_has_passed_does_not_stand_in_the_way_of_an_edit(team: Team) -> None:
    team.log()
    team.around.clock.move(timedelta(days=100))
    team.press(DANA, "decisions.edit", "1")
    assert team.submit(DANA, team.window(), title="Use Postgres 18") == {}
    assert team.decision(1).title == "Use Postgres 18"


def test_amend_takes_a_new_number_and_links_the_two(team: Team) -> None:
    team.log(who=DANA)
    team.press(KENJI, "decisions.more", "amend:1")
    assert inputs(team.window())["title"] == "Use Postgres"
    view = team.window()
    team.submit(KENJI, view, why="We run it, and it is enough")
    team.submit(KENJI, view, why="We run it, and it is enough")
    assert [each.number for each in team.decisions()] == [2, 1]
    assert (team.decision(1).status, team.decision(1).superseded_by) == (DecisionStatus.AMENDED, 2)
    assert team.decision(2).supersedes == 1
    assert "Amended by D-2" in team.drawn(2)[0].text or "In place of D-1" in said_in(team.drawn(2)[0].blocks)


def test_amending_what_has_come_back_proposes_a_new_day(team: Team) -> None:
    team.log()
    team.around.clock.move(timedelta(days=100))
    team.press(DANA, "decisions.change", "1")
    assert inputs(team.window())["revisit"] > "2027-02-06"
    assert team.submit(DANA, team.window()) == {}


def test_supersede_starts_blank(team: Team) -> None:
    team.press_in(DANA, opened(team), "decisions.add_detail")
    asked = team.submit(DANA, team.window(), why="We run it", area="Vendors", cost="12k EUR")["view"]
    team.submit(DANA, {**asked, "id": "V1", "hash": "2.b"})
    team.press(DANA, "decisions.more", "supersede:1")
    assert inputs(team.window())["title"] is None
    team.submit(DANA, team.window(), title="Use Kafka", why="Replay")
    fresh = team.decision(2)
    assert (fresh.detail.area, fresh.detail.cost) == ("Vendors", None)
    assert team.decision(1).status is DecisionStatus.SUPERSEDED


def test_add_detail_of_an_edit_shows_the_detail_as_it_stands(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.edit", "1")
    team.press_in(DANA, team.window(), "decisions.add_detail", why="Half a sent")
    assert inputs(team.window())["why"] == "Half a sent"
    team.submit(DANA, team.window(), goal="Sleep")
    assert (team.decision(1).why, team.decision(1).detail.goal) == ("Half a sent", "Sleep")
    team.press(DANA, "decisions.edit", "1")
    assert inputs(team.window())["goal"] == "Sleep"


@pytest.mark.parametrize("action", ["amend:1", "supersede:1"])
def test_what_a_person_may_not_see_they_cannot_replace(team: Team, action: str) -> None:
    team.log("Hire one engineer because of runway", channel="G1")
    team.press(KENJI, "decisions.more", action)
    assert team.windows() == []
    assert "I don't know that one" in team.told()[-1]["text"]


def test_a_forged_window_cannot_replace_what_its_sender_may_not_see(team: Team) -> None:
    team.log("Hire one engineer because of runway", channel="G1")
    team.log("Use Postgres because we run it")
    team.press(KENJI, "decisions.more", "amend:2")
    for person in (KENJI, GUEST, STRANGER):
        for mode in ("amend", "supersede", "edit"):
            view = {**team.window(), "id": f"V-{person}-{mode}", "private_metadata": f'{{"m":"{mode}","n":1,"v":1}}'}
            answer = team.submit(person, view, why="Mine")
            assert "Hire" not in said_in(answer)
            assert answer["response_action"] == "errors"
    assert len(team.decisions()) == 2
