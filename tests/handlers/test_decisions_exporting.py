"""Asking for the log as a file: by a command, and by the window."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.files import LogExport, LogForm
from bot.domain.messages import FilePost
from storage.store import SqlStore
from tests.handlers.decisions_kit import DANA, GUEST, STRANGER, Team, a_team, inputs, said_in
from tests.support import THURSDAY


@pytest.fixture
def team(store: SqlStore) -> Iterator[Team]:
    with a_team(store) as made:
        made.log()
        yield made


def asked_for(team: Team) -> list[LogExport]:
    """The files that are on their way."""
    due = team.store.queue().due_outbox(at=THURSDAY + timedelta(days=1), limit=99)
    with team.store.read("T1") as uow:
        messages = [uow.outbox.get(row).message for _, row in due]
    return [each.source for each in messages if isinstance(each, FilePost)]


def export(team: Team, text: str, *, who: str = DANA, **extra: str) -> str:
    return said_in(team.slash(who, text, command="/decisions", **extra))


def test_with_a_form_it_is_sent_at_once(team: Team) -> None:
    assert "comes as a message from me" in export(team, "export CSV area:vendors since:2026-01")
    assert asked_for(team) == [LogExport(DANA, LogForm.CSV, "area:vendors since:2026-01")]


def test_a_command_that_comes_twice_sends_one_file(team: Team) -> None:
    for _ in range(2):
        export(team, "export json", trigger="again")
    assert len(asked_for(team)) == 1


def test_without_a_form_a_window_asks_for_it_with_what_was_typed(team: Team) -> None:
    export(team, "export by:@Dana postgres")
    view = team.window()
    assert (view["callback_id"], inputs(view)["only"]) == ("decisions.exporting", "by:@Dana postgres")
    answer = team.submit(DANA, view, form="csv")
    assert "comes as a message from me" in said_in(answer["view"])
    assert asked_for(team) == [LogExport(DANA, LogForm.CSV, "by:@Dana postgres")]


def test_from_the_logs_window_it_takes_the_search_and_the_filter_along(team: Team) -> None:
    export(team, "postgres")
    log = team.window()
    team.press_in(DANA, log, "decisions.export", "export", query="kafka", filters="mine")
    view = team.window()
    assert inputs(view)["only"] == "kafka"
    assert "those that you wrote or own" in said_in(view)
    team.submit(DANA, view, form="madr")
    assert asked_for(team) == [LogExport(DANA, LogForm.MADR, "kafka", "mine")]


def test_the_word_alone_in_a_longer_search_is_still_a_word(team: Team) -> None:
    export(team, "how to export")
    assert team.window()["callback_id"] == "decisions.log_list"
    assert asked_for(team) == []


@pytest.mark.parametrize("text", ["smörgås " * 500, "🙃" * 3000, "<!channel> " * 200, '"' * 400])
def test_whatever_is_typed_slack_takes_the_window(team: Team, text: str) -> None:
    export(team, f"export {text}")
    assert team.window()["callback_id"] == "decisions.exporting"
    export(team, f"export csv {text}")
    assert len(asked_for(team)) == 1


@pytest.mark.parametrize("who", [GUEST, STRANGER])
def test_guests_and_people_of_another_company_get_words_and_no_file(team: Team, who: str) -> None:
    assert "members" in export(team, "export csv", who=who) or "Guests" in export(team, "export csv", who=who)
    assert asked_for(team) == []


@pytest.mark.parametrize("who", [GUEST, STRANGER])
def test_nor_do_they_by_a_window_that_somebody_forged(team: Team, who: str) -> None:
    export(team, "export")
    view = team.window()
    team.submit(who, view, form="json")
    assert asked_for(team) == []


def test_a_form_that_nobody_offered_is_marked_and_nothing_is_lost(team: Team) -> None:
    export(team, "export")
    answer = team.submit(DANA, team.window(), form="docx")
    assert answer["response_action"] == "errors"
    assert "form" in answer["errors"]
    assert asked_for(team) == []
