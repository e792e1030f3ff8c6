"""What is asked of Slack on the way to an acknowledgement never holds it up."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.domain.errors import ExternalFailure
from bot.domain.workspaces import Audience
from bot.usecases.decisions import place_of
from bot.usecases.ports import ConversationInfo, UserGroup
from handlers.hurry import InTime, hurried
from storage.store import SqlStore
from tests.support import FakeDirectory, a_desk, a_person, services_on


class Stuck(FakeDirectory):
    """A Slack that answers only once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.asked = 0

    def _reachable(self) -> None:
        self.asked += 1
        self.let_go.wait(30)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def test_an_answer_in_time_is_the_answer(pool: ThreadPoolExecutor) -> None:
    directory = FakeDirectory(people={"U1": a_person()}, membership={"C1": frozenset({"U1"})})
    quick = InTime(directory, pool, 10)
    assert quick.person("T1", "U1").name == "Dana"
    assert quick.members("T1", "C1") == quick.members("T1", "C1") == {"U1"}
    assert quick.conversations_of("T1", "U1") == {"C1"}
    assert quick.permalink("T1", "C1", "1.1")
    directory.groups, directory.grouped = (UserGroup("S1", "finance", "Finance"),), {"S1": frozenset({"U1"})}
    assert quick.user_groups("T1") == directory.groups
    assert quick.group_members("T1", "S1") == {"U1"}
    assert quick.thread("T1", "C1", "1.1", limit=3) == ([], 0)
    quick.forget("T1", "U1")
    quick.forget_conversation("T1", "C1")
    assert directory.forgotten == ["U1", "C1"]


def test_what_is_remembered_is_not_asked_for() -> None:
    class Remembering(FakeDirectory):
        def remembered(self, workspace: str, conversation: str) -> ConversationInfo | None:
            return ConversationInfo(conversation, "platform", is_private=False, is_dm=False, is_member=True)

    with ThreadPoolExecutor(1) as closed:
        pass
    assert InTime(Remembering(), closed, 10).conversation("T1", "C1").name == "platform"


def test_a_refusal_is_passed_on(pool: ThreadPoolExecutor) -> None:
    with pytest.raises(ExternalFailure) as failed:
        InTime(FakeDirectory(), pool, 10).conversation("T1", "C404")
    assert failed.value.permanent


def test_a_late_answer_is_none_and_nothing_more_is_asked(pool: ThreadPoolExecutor) -> None:
    directory = Stuck()
    quick = InTime(directory, pool, 0.05)
    try:
        for _ in range(3):
            with pytest.raises(ExternalFailure) as failed:
                quick.person("T1", "U1")
            assert (failed.value.code, failed.value.permanent) == ("slow", False)
        assert directory.asked == 1
    finally:
        directory.let_go.set()


def test_a_decision_made_while_slack_is_slow_stays_among_those_who_are_there(
    store: SqlStore, pool: ThreadPoolExecutor
) -> None:
    directory = Stuck()
    services = replace(services_on(store, a_person()).services, directory=InTime(directory, pool, 0.05))
    try:
        place = place_of(services, "T1", "C1")
        assert (place.audience, place.can_post, place.is_known) == (Audience("C1"), None, False)
    finally:
        directory.let_go.set()


def test_the_rest_of_the_desk_stays_as_it_is(store: SqlStore) -> None:
    desk = a_desk(services_on(store, a_person()).services)
    quick = hurried(desk)
    assert isinstance(quick.services.directory, InTime)
    assert replace(quick, services=desk.services) == desk
