"""`/decide` and `/decisions`, as people type them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.interchange.entries import Original
from bot.domain.rights import Approver, ApproverKind, Part
from bot.domain.workspaces import EVERYONE, Audience
from storage.store import SqlStore
from tests.handlers.decisions_kit import (
    DANA,
    GUEST,
    KENJI,
    ONE_LINE,
    STRANGER,
    Team,
    a_team,
    inputs,
    propose,
    said_in,
)
from tests.storage.things import statements_counted
from tests.support import THURSDAY

SMILEYS = "🙃" * 3000
LONG_WORDS = {
    "ampersands": "&" * 3000,
    "smileys": SMILEYS,
    "right to left": "\u202eשלום " * 400,
    "a call to the channel": "<!channel> " * 200,
}


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        yield made


def test_alone_it_opens_an_empty_window_that_says_where_the_card_goes_and_who_sees_it(team: Team) -> None:
    assert team.slash(DANA, "") == {}
    view = team.window()
    assert view["callback_id"] == "decisions.form"
    assert inputs(view)["owner"] == DANA
    assert inputs(view)["revisit"] == "2027-01-27"
    assert "Posts in #platform. Visible to everyone." in said_in(view)


def test_a_title_is_filled_in(team: Team) -> None:
    team.slash(DANA, "Use Postgres for the event store")
    assert inputs(team.window())["title"] == "Use Postgres for the event store"
    assert team.decisions() == []


def test_help_is_an_answer_not_a_decision(team: Team) -> None:
    assert "`/decide" in team.slash(DANA, "help")["text"]
    assert "`/decisions" in team.slash(DANA, "HELP", command="/decisions")["text"]
    assert team.windows() == []


def test_one_line_with_a_reason_is_logged_at_once_and_shows_what_it_understood(team: Team) -> None:
    answer = team.slash(DANA, ONE_LINE)
    decision = team.decision(1)
    assert (decision.title, decision.why) == ("Use Postgres", "we run it already")
    assert decision.revisit_on == date(2026, 12, 28)
    assert decision.audience == EVERYONE
    assert answer["response_type"] == "ephemeral"
    said = said_in(answer)
    assert all(words in said for words in ("D-1", "Use Postgres", "we run it already", "28 Dec 2026", "Edit", "Undo"))
    assert team.cards(1)[0].destination.conversation == "C1"


@pytest.mark.parametrize("text", ["Should we use Postgres because we run it already?", "Use Postgres or not?"])
def test_a_question_opens_the_window(team: Team, text: str) -> None:
    team.slash(DANA, text)
    assert team.decisions() == []
    assert inputs(team.window())["title"] == text


@pytest.mark.parametrize("text", ["Hiring: freeze until March", "Kafka - not now"])
def test_where_only_a_mark_parts_the_line_it_is_looked_at_before_it_is_logged(team: Team, text: str) -> None:
    team.slash(DANA, text)
    assert team.decisions() == []
    assert inputs(team.window())["title"] == re.split(" -|:", text)[0]


def test_a_cost_opens_the_buying_questions(team: Team) -> None:
    team.slash(DANA, "Buy Datadog for €12k because Grafana takes a day a week")
    view = team.window()
    assert team.decisions() == []
    assert (inputs(view)["cost"], inputs(view)["currency"]["value"]) == ("12000", "EUR")
    assert "maintenance" in said_in(view)


def test_a_redelivery_gives_the_same_answer_and_no_second_number(team: Team) -> None:
    first = team.slash(DANA, ONE_LINE, trigger="same")
    assert team.slash(DANA, ONE_LINE, trigger="same") == first
    assert len(team.decisions()) == 1
    assert len(team.cards(1)) == 1


def test_a_private_channel_keeps_it_among_its_members(team: Team) -> None:
    assert team.log(channel="G1").audience == Audience("G1")


def test_where_backbeat_is_not_the_card_comes_by_dm_and_says_how_to_invite_it(team: Team) -> None:
    answer = team.slash(DANA, ONE_LINE, channel="C2")
    assert "I'm not in #random" in said_in(answer)
    card = team.cards(1)[0]
    assert card.destination.person == DANA
    assert "/invite @Backbeat" in said_in(team.drawn(1)[0].blocks)


def test_where_people_of_another_company_read_along_the_card_comes_by_dm(team: Team) -> None:
    platform = team.around.directory.conversations["C1"]
    team.around.directory.conversations["C1"] = replace(platform, is_shared=True)
    answer = said_in(team.slash(DANA, ONE_LINE))
    assert "People of another company are in #platform" in answer
    assert "/invite" not in answer
    assert team.cards(1)[0].destination.person == DANA


def test_in_a_channel_that_slack_does_not_show_it_stays_among_its_members(team: Team) -> None:
    team.slash(DANA, ONE_LINE, channel="G9")
    assert team.decision(1).audience == Audience("G9")
    assert team.cards(1)[0].destination.person == DANA


def test_before_anybody_types_the_window_says_that_backbeat_is_not_there(team: Team) -> None:
    team.slash(DANA, "", channel="C2")
    assert "I'm not in #random. I'll DM you the card" in said_in(team.window())


def test_while_slack_is_out_of_reach_it_is_kept_private_and_saved_all_the_same(team: Team) -> None:
    team.around.directory.down = True
    assert team.log().audience == Audience("C1")
    assert "the card comes when it answers" in team.slash(DANA, "Ship on Fridays because we can")["text"]
    team.slash(DANA, "Use Kafka")
    assert "Posts here if I may" in said_in(team.window())


def test_somebody_of_another_company_gets_their_words_back(team: Team) -> None:
    answer = team.slash(STRANGER, ONE_LINE)
    assert "members of this workspace only" in answer["text"]
    assert ONE_LINE in answer["text"]
    assert team.decisions() == []


def test_when_something_breaks_the_words_come_back_with_a_reference(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("bot.usecases.decisions.log", broken)
    answer = team.slash(DANA, ONE_LINE)
    assert "BB-" in answer["text"]
    assert ONE_LINE in answer["text"]
    assert "boom" not in answer["text"]


def test_when_slack_opens_no_window_the_words_come_back(team: Team) -> None:
    team.slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    team.slash(DANA, "Use Postgres <!channel>")
    assert "Use Postgres &lt;!channel&gt;" in team.told()[-1]["text"]


@pytest.mark.parametrize("words", LONG_WORDS.values(), ids=LONG_WORDS.keys())
def test_slack_takes_whatever_was_typed_however_long(team: Team, words: str) -> None:
    team.slash(DANA, f"Decide on {words[:250]} because {words[:2800]}")
    team.slash(DANA, words)
    if team.decisions():
        assert team.drawn(1)
        assert "<!channel>" not in said_in(team.drawn(1)[0].blocks)
        team.slash(DANA, "D-1", command="/decisions")
        team.slash(DANA, "", command="/decisions")
    if team.windows():
        assert team.window()


def test_a_title_that_is_too_long_stands_in_full_under_why(team: Team) -> None:
    text = "Use Postgres and " + "more " * 100
    team.slash(DANA, text)
    assert inputs(team.window())["why"] == text.strip()
    assert inputs(team.window())["title"].startswith("Use Postgres and more")


def test_what_fits_nowhere_comes_back(team: Team) -> None:
    text = "word " * 700
    answer = team.slash(DANA, text)
    assert "too long" in answer["text"]
    assert text.strip() in answer["text"]


def test_the_window_says_what_covered_it_before(team: Team) -> None:
    team.log("Keep RabbitMQ for jobs because Kafka needs a hire")
    team.slash(KENJI, "Should we use Postgres for the event store?")
    assert "What is new?" not in said_in(team.window())
    team.slash(KENJI, "Should we keep RabbitMQ for jobs?")
    assert "D-1 settled this on 29 Oct." in said_in(team.window())
    assert "Open D-1" in said_in(team.window())


def test_what_somebody_may_not_see_is_not_named_as_covering_it(team: Team) -> None:
    team.log("Keep RabbitMQ for jobs because Kafka needs a hire", channel="G1")
    team.slash(KENJI, "Should we keep RabbitMQ for jobs?")
    assert "D-1" not in said_in(team.window())


# --- /decisions ----------------------------------------------------------------------------------------------------


def find(team: Team, person: str, text: str = "") -> str:
    team.slash(person, text, command="/decisions")
    return said_in(team.window())


def test_an_empty_log_teaches(team: Team) -> None:
    assert "Nothing here yet" in find(team, DANA)
    assert "Log one now" in said_in(team.window())


def test_the_latest_are_listed_newest_first(team: Team) -> None:
    team.log()
    team.log("Stay on Heroku because moving costs a month", who=KENJI)
    said = find(team, DANA)
    assert said.index("D-2") < said.index("D-1")
    assert "Kenji" in said


def test_words_beginnings_and_phrases_are_found(team: Team) -> None:
    team.log("Use Postgres for the event store because we run it already")
    team.log("Stay on Heroku because moving costs a month")
    for query in ("postg", "“event store”", "run postgres"):
        assert "D-1" in find(team, DANA, query)
        assert "D-2" not in said_in(team.window())


@pytest.mark.parametrize(
    "query", ['"', "*", "AND OR NOT", "a:b^2 (", "D-", "'; drop table", "&lt;@U1&gt;", "🙃", "9" * 40]
)
def test_odd_queries_find_nothing_and_never_fail(team: Team, query: str) -> None:
    team.log()
    said = find(team, DANA, query)
    assert "Something went wrong" not in said


def test_one_is_shown_with_its_history(team: Team) -> None:
    team.log()
    for text in ("D-1", "d1", "#1", "1"):
        said = find(team, DANA, text)
        assert "we run it already" in said
        assert "Logged by Dana" in said
        assert "Share in channel" in said


def test_one_is_shown_after_three_questions_to_the_database(team: Team) -> None:
    """Who asks; the decision with its history, approvals and origin; what its people are called.

    Each is a SELECT. What begins a transaction and what ends it is not counted.
    """
    team.log()
    propose(team)
    board = Approver(ApproverKind.OUTSIDE, "the board")
    with team.store.begin("T1") as uow:
        uow.approvals.add(Approval("T1", "A1", 2, board, Part.AGREES, ApprovalStatus.WAITING, THURSDAY))
        uow.decisions.add_original(Original("T1", 1, "adr", "0001-x.md", "d" * 64, THURSDAY, text="# Use Postgres"))
        uow.commit()
    for number, words in ((1, "Logged by Dana"), (2, "the board"), (3, "I don't know that one")):
        with statements_counted(team.store) as asked:
            assert words in find(team, KENJI, f"D-{number}")
        assert len(asked) <= 3, asked


def test_a_guest_costs_one_question_more(team: Team) -> None:
    """Whether guests may see anything here."""
    team.log()
    with team.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), guests_allowed=True))
        uow.commit()
    with statements_counted(team.store) as asked:
        find(team, GUEST, "D-1")
    assert len(asked) <= 4, asked


def test_a_bare_number_that_is_no_decisions_is_searched_for(team: Team) -> None:
    team.log("Move in 2027 because of the lease")
    assert "Move in 2027" in find(team, DANA, "2027")


def test_what_is_unknown_and_what_is_hidden_look_the_same(team: Team) -> None:
    team.log("Hire one engineer because of runway", channel="G1")
    hidden, unknown = find(team, KENJI, "D-1"), find(team, KENJI, "D-99")
    assert "D-1? I don't know that one." in hidden
    assert hidden.replace("D-1", "D-99") == unknown
    assert "Hire" not in find(team, KENJI)
    assert "Hire" not in find(team, KENJI, "engineer").replace("engineer", "")
    assert "Hire" in find(team, DANA, "engineer")


def test_a_guest_finds_nothing_until_an_admin_allows_it(team: Team) -> None:
    team.log()
    assert "Use Postgres" not in find(team, GUEST)
    assert "I don't know that one" in find(team, GUEST, "D-1")


def test_somebody_of_another_company_finds_nothing(team: Team) -> None:
    team.log()
    assert "members of this workspace only" in find(team, STRANGER)
    assert "Use Postgres" not in find(team, STRANGER, "D-1")


def test_where_no_window_opens_the_list_comes_as_a_message(team: Team) -> None:
    team.log()
    team.slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    team.slash(DANA, "", command="/decisions")
    assert "Use Postgres" in said_in(team.told()[-1])


def test_filters_and_words_narrow_the_log_and_what_was_understood_is_shown(team: Team) -> None:
    team.log("Use Postgres for the event store because we run it", who=DANA)
    team.log("Use Redis for the event store because of speed", who=KENJI)
    said = find(team, DANA, 'by:<@U2|kenji> since:2026-01 "event store"')
    assert "by Kenji · since 1 Jan 2026 · “event store”" in said
    assert ("D-1*" in said, "D-2*" in said) == (False, True)
    assert inputs(team.window())["query"] == 'by:@Kenji since:2026-01 "event store"'
    said = find(team, KENJI, "mine")
    assert ("D-1*" in said, "D-2*" in said) == (False, True)
    assert "Nothing matches" in find(team, DANA, "until:2025 status:reversed")


def test_an_unknown_filter_is_a_word(team: Team) -> None:
    team.log("Use Postgres because colour: red")
    assert "D-1*" in find(team, DANA, "colour:red")
    assert "“colour:red”" in said_in(team.window())
    find(team, DANA, "by:&lt;!channel&gt; area:`*x*")
    assert "<!" not in said_in([each for each in team.window()["blocks"] if each["type"] != "input"])


def test_filters_find_nothing_that_the_asker_may_not_see(team: Team) -> None:
    team.log("Hire one engineer because of load", channel="G1")
    for text in ("by:Dana", "by:<@U1>", "since:2026", "status:decided", "hire by:dana", "by:U1 hire"):
        assert "D-1*" in find(team, DANA, text)
        assert "D-1*" not in find(team, KENJI, text)
        assert "D-1*" not in find(team, GUEST, text)


def test_a_mention_that_would_outgrow_the_search_box_stays_as_it_is(team: Team) -> None:
    text = f"by:&lt;@U2&gt; {'x ' * 144}"
    find(team, DANA, text)
    assert len(inputs(team.window())["query"]) <= 300
