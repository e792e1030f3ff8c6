"""Approvals in Slack: buttons and windows, what is said to whoever may not, and nothing that is done twice."""

from collections.abc import Iterator

import pytest

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.decisions import DecisionStatus, Detail, Draft, Source
from bot.domain.rights import DecisionRight, default_limits
from bot.domain.workspaces import Audience
from bot.usecases import decisions
from handlers import approvals
from handlers import decisions as decision_handlers
from handlers.app import Installed, build_app
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, GUEST, KENJI, PEOPLE, STRANGER, Team, said_in
from tests.support import AtOnce, a_desk, services_on, slack_server

NOBODY_ELSES = (DANA, GUEST, STRANGER)


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    """Kenji decides about vendors, and the board signs off what is dear. Dana proposed to use Datadog."""
    around = services_on(store, *PEOPLE)
    with slack_server() as slack:
        installed = Installed()
        installed.add("T1", token="xoxb-test", bot_user_id="UBOT", bot_id="B1")
        app = build_app(
            a_desk(around.services),
            installed=installed,
            client_of=lambda _: slack.client,
            base_client=slack.client,
            executor=AtOnce(),
            register=[decision_handlers.register, approvals.register],
        )
        made = Team(around, slack, app, store)
        with store.begin("T1") as uow:
            uow.rights.save(DecisionRight("T1", "Vendors", 0, decides=KENJI))
            uow.rights.save_limits(default_limits("T1"))
            uow.commit()
        propose(made)
        yield made


def propose(team: Team, detail: Detail = Detail(area="Vendors"), *, conversation: str = "C1") -> None:
    draft = Draft("Use Datadog", "Our graphs cost us a day a week", DANA, None, detail=detail)
    audience = Audience(conversation if conversation.startswith("G") else None)
    number = len(team.decisions()) + 1
    decisions.log(
        team.around.services, PEOPLE[0], draft, key=f"k{number}", source=Source(conversation), audience=audience
    )


def of(team: Team, number: int = 1) -> Approval:
    with team.store.read("T1") as uow:
        return uow.approvals.of(number)[-1]


def told(team: Team) -> str:
    return "\n".join(str(each.get("text")) for each in team.told())


def test_approve_decides_it_once(team: Team) -> None:
    for _ in range(2):
        team.press(KENJI, "approvals.approve", of(team).id)
    decision = team.decision(1)
    assert (decision.status, decision.decided_by) == (DecisionStatus.DECIDED, KENJI)
    assert "nothing is left to be said" in told(team)  # to the second press


@pytest.mark.parametrize("person", NOBODY_ELSES)
@pytest.mark.parametrize("action", ["approve", "object", "ask", "outside"])
def test_a_button_that_is_not_theirs_does_nothing_and_says_why(team: Team, person: str, action: str) -> None:
    team.press(person, f"approvals.{action}", of(team).id)
    assert of(team).status is ApprovalStatus.WAITING
    assert team.windows() == []
    assert len(team.told()) == 1


@pytest.mark.parametrize("value", ["", "nowhere", "x" * 300, "details:"])
@pytest.mark.parametrize("action", ["approve", "object", "ask", "outside", "ask_now", "more"])
def test_an_id_of_nowhere_does_nothing(team: Team, action: str, value: str) -> None:
    team.press(KENJI, f"approvals.{action}", value)
    assert of(team).status is ApprovalStatus.WAITING
    assert team.decision(1).status is DecisionStatus.PROPOSED


def test_an_objection_wants_a_reason_and_keeps_what_was_typed(team: Team) -> None:
    team.press(KENJI, "approvals.object", of(team).id)
    view = team.window()
    assert "why" in team.submit(KENJI, view, why="  ")["errors"]
    assert team.submit(KENJI, view, why="No exit clause") == {}
    assert (of(team).status, of(team).why) == (ApprovalStatus.OBJECTED, "No exit clause")
    team.submit(KENJI, view, why="Once more")
    assert of(team).why == "No exit clause"


def test_a_window_of_somebody_elses_is_refused_with_the_words_kept(team: Team) -> None:
    team.press(KENJI, "approvals.object", of(team).id)
    view = team.window()
    for person in NOBODY_ELSES:
        assert "errors" in team.submit(person, view, why="I don't like it")
    assert of(team).status is ApprovalStatus.WAITING


def test_a_question_is_asked(team: Team) -> None:
    team.press(KENJI, "approvals.ask", of(team).id)
    assert "question" in team.submit(KENJI, team.window(), question=" ")["errors"]
    assert team.submit(KENJI, team.window(), question="For how many hosts?") == {}


def test_what_was_approved_outside_slack_is_written_down(team: Team) -> None:
    propose(team, Detail(cost=default_limits("T1").tiers[1].up_to, currency="EUR"))
    board = of(team, 2)
    team.press(KENJI, "approvals.outside", board.id)
    assert team.windows() == []  # neither its author nor its owner
    team.press(DANA, "approvals.outside", board.id)
    view = team.window()
    assert "link" in team.submit(DANA, view, link="the minutes")["errors"]
    assert team.submit(DANA, view, said_by="Maria Lopez", link="https://example.test/minutes") == {}
    assert team.decision(2).status is DecisionStatus.DECIDED
    assert of(team, 2).outside_by == "Maria Lopez"


def test_details_of_a_private_decision_are_the_words_they_are_asked_about(team: Team) -> None:
    propose(team, conversation="G1")  # Kenji is not in #board
    team.press(KENJI, "approvals.more", f"details:{of(team, 2).id}")
    assert "your word is asked for" in said_in(team.window())
    assert "History" not in said_in(team.window())
    team.press(KENJI, "approvals.more", f"details:{of(team, 1).id}")
    assert "History" in said_in(team.window())
    team.press(GUEST, "approvals.more", f"details:{of(team, 2).id}")
    assert "day a week" not in said_in(team.window())


def test_mark_as_decided_by_somebody_without_the_right_says_who_decides(team: Team) -> None:
    team.press(DANA, "decisions.accept", "1")
    assert "waits for Kenji" in told(team)
    assert team.decision(1).status is DecisionStatus.PROPOSED
    team.press(KENJI, "decisions.accept", "1")
    assert team.decision(1).status is DecisionStatus.DECIDED
    assert "D-1 is decided" in told(team)


def test_the_card_and_details_say_whom_it_waits_for(team: Team) -> None:
    assert "waiting for Kenji" in said_in(team.drawn(1)[0].blocks)
    team.press(DANA, "decisions.open", "1")
    assert "… waiting for *Kenji* (decides)" in said_in(team.window())
