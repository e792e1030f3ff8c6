"""*Log a decision* from anywhere: the shortcut, and the channel that its author may pick for the card."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.workspaces import EVERYONE, Audience
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, KENJI, STRANGER, Team, a_team, inputs, said_in


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


def anywhere(team: Team, who: str = DANA) -> dict[str, Any]:
    team.send(
        {
            "type": "shortcut",
            "callback_id": "decisions.log_anywhere",
            "team": {"id": "T1"},
            "user": {"id": who, "team_id": "T1"},
            "trigger_id": f"anywhere-{who}",
        }
    )
    return team.window()


def test_the_shortcut_opens_the_window_from_anywhere_and_the_card_comes_by_dm(team: Team) -> None:
    view = anywhere(team)
    assert "I'll DM you the card. Visible to everyone." in said_in(view)
    team.submit(DANA, view, title="Use Postgres", why="We run it")
    assert [row.destination.person for row in team.cards(1)] == [DANA]
    assert team.decision(1).audience == EVERYONE


def test_the_decision_channel_is_named_where_one_is_set(team: Team) -> None:
    with team.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), decision_channel="C1"))
        uow.commit()
    view = anywhere(team)
    assert "post it in <#C1>" in said_in(view)
    team.submit(DANA, view, title="Use Postgres", why="We run it")
    assert {row.destination.conversation for row in team.cards(1)} == {None, "C1"}


@pytest.mark.parametrize(
    ("channel", "audience", "words"),
    [
        ("C1", EVERYONE, "Posts in #platform. Visible to everyone."),
        ("G1", Audience("G1"), "Posts in #board. Visible to members of this private channel."),
    ],
)
def test_a_channel_may_be_picked_and_the_window_says_who_sees_it_then(
    team: Team, channel: str, audience: Audience, words: str
) -> None:
    team.press_in(DANA, anywhere(team), "decisions.place", post_in=channel, title="Use Postgres")
    view = team.window()
    assert words in said_in(view)
    assert (inputs(view)["title"], inputs(view)["post_in"]) == ("Use Postgres", channel)
    team.press_in(DANA, view, "decisions.add_detail")
    assert words in said_in(team.window())
    team.submit(DANA, team.window(), why="We run it")
    assert team.decision(1).audience == audience
    assert [row.destination.conversation for row in team.cards(1)] == [channel]


def test_what_is_picked_last_counts_even_where_the_window_could_not_say_so_yet(team: Team) -> None:
    team.press_in(DANA, anywhere(team), "decisions.place", post_in="C1")
    team.submit(DANA, team.window(), title="Hire one", why="Load", post_in="G1")
    assert team.decision(1).audience == Audience("G1")


def test_a_channel_that_was_picked_can_be_taken_back(team: Team) -> None:
    team.press_in(DANA, anywhere(team), "decisions.place", post_in="G1")
    team.press_in(DANA, team.window(), "decisions.place", post_in=None)
    assert "I'll DM you the card. Visible to everyone." in said_in(team.window())
    team.submit(DANA, team.window(), title="Use Postgres", why="We run it")
    assert (team.decision(1).audience, team.cards(1)[0].destination.person) == (EVERYONE, DANA)


@pytest.mark.parametrize(
    ("who", "channel"),
    [(KENJI, "G1"), (DANA, "C2"), (DANA, "D1"), (DANA, "C404"), (KENJI, "<!channel>"), (DANA, "S1")],
)
def test_no_card_goes_where_its_author_or_backbeat_is_not_or_another_company_is(
    team: Team, who: str, channel: str
) -> None:
    directory = team.around.directory
    directory.conversations["S1"] = replace(directory.conversations["C1"], id="S1", is_shared=True)
    directory.membership["S1"] = frozenset({DANA})
    directory.membership["D1"] = frozenset({DANA})
    view = anywhere(team, who)
    team.press_in(who, view, "decisions.place", post_in=channel)
    assert "Visible to everyone" not in said_in(team.window())
    answer = team.submit(who, view, title="Use Postgres", why="We run it", post_in=channel)
    assert list(answer["errors"]) == ["post_in"]
    assert team.decisions() == []


def test_where_slack_can_not_say_who_is_there_nothing_is_posted(team: Team) -> None:
    view = anywhere(team)
    team.around.directory.down = True
    answer = team.submit(DANA, view, title="Use Postgres", why="We run it", post_in="C1")
    assert answer["response_action"] == "errors"  # the window stays, with what was typed
    assert team.decisions() == []


def test_somebody_of_another_company_is_told_that_it_is_not_for_them(team: Team) -> None:
    view = anywhere(team, STRANGER)
    assert view.get("callback_id") != "decisions.form"
    assert "members of this workspace" in said_in(view)
