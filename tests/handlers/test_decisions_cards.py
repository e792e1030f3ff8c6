"""What is pressed on a card and in the windows behind it: once, twice, too late, and by those who may not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.decisions import DecisionStatus
from bot.domain.workspaces import Role
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, GUEST, KENJI, PRESSED, STRANGER, Team, a_team, inputs, propose, said_in

HIDDEN = "Hire one engineer because of runway"


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


# --- Undo ----------------------------------------------------------------------------------------------------------


def test_undo_withdraws_it_and_its_number_stays(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.undo", "1", ephemeral=True)
    assert team.decision(1).status is DecisionStatus.WITHDRAWN
    told = team.told()[-1]
    assert "D-1 is withdrawn" in told["text"]
    assert told["replace_original"] is True
    assert team.log().number == 2


def test_a_second_click_on_undo_changes_nothing(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.more", "undo:1")
    before = team.decision(1)
    team.press(DANA, "decisions.more", "undo:1")
    assert team.decision(1) == before
    assert "withdrawn" in team.told()[-1]["text"]


def test_only_its_author_may_undo_it_and_only_for_ten_minutes(team: Team) -> None:
    team.log()
    team.press(KENJI, "decisions.more", "undo:1")
    assert "Only the person who logged D-1" in team.told()[-1]["text"]
    team.around.clock.move(timedelta(minutes=11))
    team.press(DANA, "decisions.more", "undo:1")
    assert "ten minutes" in team.told()[-1]["text"]
    assert team.decision(1).is_active


def test_undoing_what_superseded_another_restores_that_one(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.more", "amend:1")
    team.submit(DANA, team.window(), why="Better said")
    team.press(DANA, "decisions.undo", "2")
    assert team.decision(1).status is DecisionStatus.DECIDED
    assert team.decision(1).superseded_by is None


# --- Mark as decided -----------------------------------------------------------------------------------------------


def test_a_proposal_is_marked_as_decided_once(team: Team) -> None:
    propose(team)
    team.press(DANA, "decisions.accept", "1")
    team.press(DANA, "decisions.accept", "1")
    decision = team.decision(1)
    assert (decision.status, decision.decided_by) == (DecisionStatus.DECIDED, DANA)
    assert "D-1 is decided" in team.told()[-1]["text"]


def test_somebody_else_cannot_decide_it_unless_they_are_the_cto(team: Team) -> None:
    propose(team)
    team.press(KENJI, "decisions.accept", "1")
    assert team.decision(1).status is DecisionStatus.PROPOSED
    with team.store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, [KENJI])
        uow.commit()
    team.press(KENJI, "decisions.accept", "1")
    assert team.decision(1).decided_by == KENJI


def test_in_its_window_it_is_shown_as_it_stands_now(team: Team) -> None:
    propose(team)
    team.press(DANA, "decisions.open", "1")
    team.press_in(DANA, team.window(), "decisions.accept", "1")
    assert "Decided by Dana" in said_in(team.window())
    assert team.windows() == ["open", "open", "update", "update"]


# --- keep, reverse -------------------------------------------------------------------------------------------------


def test_it_worked_keep_asks_until_when_and_why(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.keep", "1")
    view = team.window()
    assert inputs(view)["revisit"] == "2027-01-27"
    team.submit(DANA, view, revisit="2027-03-01", why="No trouble")
    team.submit(DANA, view, revisit="2027-03-01", why="No trouble")
    assert team.decision(1).revisit_on == date(2027, 3, 1)
    team.press(DANA, "decisions.open", "1")
    said = said_in(team.window())
    assert said.count("Kept by Dana until 1 Mar 2027") == 1
    assert "No trouble" in said


def test_a_day_that_has_passed_is_refused_beside_its_field(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.keep", "1")
    answer = team.submit(DANA, team.window(), revisit="2026-10-01", why="No trouble")
    assert list(answer["errors"]) == ["revisit"]


def test_to_keep_it_takes_a_sentence(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.keep", "1")
    assert list(team.submit(DANA, team.window(), why=" ")["errors"]) == ["why"]
    assert team.decision(1).status is DecisionStatus.DECIDED


def test_reverse_asks_why_and_says_so_on_the_card(team: Team) -> None:
    team.log()
    team.press(DANA, "decisions.more", "reverse:1")
    view = team.window()
    assert list(team.submit(DANA, view, why=" ")["errors"]) == ["why"]
    team.submit(DANA, view, why="It fell over")
    team.submit(DANA, view, why="It fell over")
    assert team.decision(1).status is DecisionStatus.REVERSED
    assert team.decision(1).revisit_on is None


@pytest.mark.parametrize("pressed", [("decisions.keep", "1"), ("decisions.reverse", "1"), ("decisions.change", "1")])
def test_what_no_longer_stands_offers_nothing_more(team: Team, pressed: tuple[str, str]) -> None:
    team.log()
    team.press(DANA, "decisions.undo", "1")
    team.press(DANA, *pressed)
    assert team.windows() == []
    assert "D-1 is withdrawn already" in team.told()[-1]["text"]


# --- sharing -------------------------------------------------------------------------------------------------------


def share(team: Team, channel: str | None, *, who: str = DANA) -> dict:
    team.press(who, "decisions.share", "1")
    return team.submit(who, team.window(), channel=channel)


def test_its_card_is_shared_in_another_channel_once(team: Team) -> None:
    team.log(channel="C2")
    team.press(DANA, "decisions.share", "1")
    view = team.window()
    assert team.submit(DANA, view, channel="C1") == {}
    team.submit(DANA, view, channel="C1")
    assert [card.destination.conversation for card in team.cards(1)] == [None, "C1"]


@pytest.mark.parametrize(("channel", "words"), [(None, "Pick a channel"), ("C2", "invite"), ("C404", "invite")])
def test_what_it_cannot_be_shared_in_is_said_beside_the_field(team: Team, channel: str | None, words: str) -> None:
    team.log()
    answer = share(team, channel)
    assert words in answer["errors"]["channel"]
    assert len(team.cards(1)) == 1


def test_a_private_decision_is_never_shared_elsewhere(team: Team) -> None:
    team.log(HIDDEN, channel="G1")
    assert "for the members" in share(team, "C1")["errors"]["channel"]


def test_it_is_not_shared_with_another_company_nor_in_a_channel_that_one_is_not_in(team: Team) -> None:
    team.log(channel="C1")
    assert "Pick a channel that you are in" in share(team, "G1", who=KENJI)["errors"]["channel"]
    known = team.around.directory.conversations["C2"]
    team.around.directory.conversations["C2"] = type(known)("C2", "shared", False, False, True, True)
    assert "another company" in share(team, "C2")["errors"]["channel"]


def test_a_guest_shares_it_in_a_channel_of_theirs_alone(team: Team) -> None:
    with team.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), guests_allowed=True))
        uow.commit()
    membership, rooms = team.around.directory.membership, team.around.directory.conversations
    rooms["C3"], membership["C3"] = replace(rooms["C1"], id="C3", name="product"), frozenset({DANA})
    team.log()
    assert "Pick a channel that you are in" in share(team, "C3", who=GUEST)["errors"]["channel"]
    assert share(team, "C3") == {}
    assert share(team, "C1", who=GUEST) == {}


# --- the log -------------------------------------------------------------------------------------------------------


def test_the_log_pages_forth_and_back(team: Team) -> None:
    for number in range(1, 24):
        team.log(f"Choice{number} because of reasons")
    team.slash(DANA, "", command="/decisions")
    first = team.window()
    assert "D-23" in said_in(first)
    assert "Newer" not in said_in(first)
    team.press_in(DANA, first, "decisions.older", "14")
    second = team.window()
    assert ("D-13" in said_in(second), "D-14" in said_in(second)) == (True, False)
    team.press_in(DANA, second, "decisions.older", "4")
    assert "D-1*" in said_in(team.window())
    assert "Older" not in said_in(team.window())
    team.press_in(DANA, team.window(), "decisions.newer")
    assert said_in(team.window()["blocks"]) == said_in(second["blocks"])


def test_a_second_click_on_older_shows_the_same_page(team: Team) -> None:
    for number in range(1, 14):
        team.log(f"Choice{number} because of reasons")
    team.slash(DANA, "", command="/decisions")
    first = team.window()
    team.press_in(DANA, first, "decisions.older", "4")
    once = team.window()
    team.press_in(DANA, first, "decisions.older", "4")
    assert team.window()["blocks"] == once["blocks"]


def test_search_and_filter_narrow_it_together(team: Team) -> None:
    team.log("Use Postgres rather than Kafka because we run it", who=DANA)
    team.log("Upgrade to Postgres 18 because of speed", who=KENJI)
    team.log("Stay on Heroku because moving costs a month", who=DANA)
    team.slash(DANA, "", command="/decisions")
    found = team.submit(DANA, team.window(), query="postgres")
    assert found["response_action"] == "update"
    said = said_in(found["view"]["blocks"])
    assert ("D-1" in said, "D-2" in said, "D-3" in said) == (True, True, False)
    team.press_in(DANA, team.window(), "decisions.filter", "", query="postgres", filters="mine")
    said = said_in(team.window()["blocks"])
    assert ("D-1*" in said, "D-2*" in said, "D-3*" in said) == (True, False, False)
    team.press_in(DANA, team.window(), "decisions.filter", "", query="", filters="not_doing")
    assert "D-1*" in said_in(team.window()["blocks"])
    assert "D-3*" not in said_in(team.window()["blocks"])


def test_what_is_due_is_found(team: Team) -> None:
    team.log()
    team.slash(DANA, "", command="/decisions")
    team.press_in(DANA, team.window(), "decisions.filter", "", filters="due")
    assert "Nothing is due" in said_in(team.window())
    team.around.clock.move(timedelta(days=61))
    team.press_in(DANA, team.window(), "decisions.filter", "", filters="due")
    assert "D-1" in said_in(team.window())


def test_from_the_log_one_opens_on_top(team: Team) -> None:
    team.log()
    team.slash(DANA, "", command="/decisions")
    team.press_in(DANA, team.window(), "decisions.open", "1")
    assert team.windows() == ["open", "update", "push", "update"]
    assert "we run it already" in said_in(team.window())


def test_home_opens_the_log_and_a_decision(team: Team) -> None:
    team.log()
    home = {"id": "H1", "type": "home", "blocks": []}
    team.press_in(DANA, home, "decisions.list")
    assert "D-1" in said_in(team.window())
    team.press_in(DANA, home, "decisions.open", "1")
    assert "we run it already" in said_in(team.window())


# --- those who may not ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pressed", PRESSED, ids=[f"{action} {value}" for action, value in PRESSED])
@pytest.mark.parametrize("person", [KENJI, GUEST, STRANGER])
def test_an_outsider_learns_nothing_from_any_button(team: Team, pressed: tuple[str, str], person: str) -> None:
    team.log(HIDDEN, channel="G1")
    before = team.decision(1)
    team.press(person, *pressed)
    team.press_in(person, {"id": "H1", "type": "home", "blocks": []}, *pressed)
    heard = said_in([args for method, args in team.slack.calls])
    assert "Hire" not in heard
    assert "I don't know that one" in heard or "members of this workspace only" in heard
    assert team.decision(1) == before
    assert len(team.cards(1)) == 1


@pytest.mark.parametrize("value", ["", "x", "-1", "0", "99", "9" * 30, "1;", "１", "amend:", "explode:1", "undo:x"])
def test_a_forged_value_does_nothing(team: Team, value: str) -> None:
    team.log()
    before = team.decision(1)
    for action in ("decisions.undo", "decisions.more", "decisions.open", "decisions.keep", "decisions.older"):
        if ":" in value and action != "decisions.more":
            continue  # only a menu has such values
        if action == "decisions.older":
            team.slash(DANA, "", command="/decisions")
            team.press_in(DANA, team.window(), action, value)
        else:
            team.press(DANA, action, value)
    assert team.decision(1) == before
    assert "Something went wrong" not in said_in([args for _, args in team.slack.calls])


def test_a_forged_window_keeps_reverses_and_shares_nothing_that_is_hidden(team: Team) -> None:
    team.log(HIDDEN, channel="G1")
    team.log("Use Postgres because we run it")
    before = team.decision(1)
    for action in ("decisions.keep", "decisions.reverse", "decisions.share"):
        team.press(KENJI, action, "2")
        view = {**team.window(), "private_metadata": '{"n":1}'}
        values = {"channel": "C1"} if action == "decisions.share" else {"why": "Mine"}
        answer = team.submit(KENJI, view, **values)
        assert "I don't know that one" in said_in(answer["errors"])
    assert team.decision(1) == before
    assert len(team.cards(1)) == 1


def test_asked_from_its_own_private_channel_it_is_known_even_while_slack_is_out_of_reach(team: Team) -> None:
    team.log(HIDDEN, channel="G1")
    team.around.directory.down = True
    team.press(KENJI, "decisions.open", "1", channel="G1")
    assert "Hire one engineer" in said_in(team.window())
    team.press(KENJI, "decisions.open", "1", channel="C1")
    assert "Slack is slow just now" in said_in(team.window())
