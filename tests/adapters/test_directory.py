"""The directory: the fake of the tests and the real one answer the same, and the real one asks no more than it must."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.adapters.directory import SlackDirectory
from bot.domain.errors import ExternalFailure
from bot.domain.updates import ThreadMessage
from bot.usecases.ports import ConversationInfo, Directory, UserGroup
from tests.adapters.conftest import Slack
from tests.adapters.wire import answers, wire
from tests.support import FakeClock, FakeDirectory, a_person


@dataclass
class Known:
    """A directory and the thread that was written in #platform: its first message and one reply."""

    directory: Directory
    root: str


def the_fake() -> Known:
    thread = [
        ThreadMessage("1.000001", "U1", "Dana Reyes", "Kafka or Postgres?"),
        ThreadMessage("1.000002", "U2", "Kenji Mori", "Postgres"),
    ]
    return Known(
        FakeDirectory(
            people={
                "U1": a_person("U1", name="Dana Reyes", is_slack_admin=True),
                "U3": a_person("U3", name="Gwen Guest", zone="UTC", is_guest=True),
                "U4": a_person("U4", name="Otto Outside", zone="UTC", team_id="T2"),
                "U5": a_person("U5", name="Lea Left", zone="UTC", is_deactivated=True),
            },
            conversations={
                "C1": ConversationInfo("C1", "platform", is_private=False, is_dm=False, is_member=True),
                "C2": ConversationInfo("C2", "random", is_private=False, is_dm=False, is_member=False),
                "G1": ConversationInfo("G1", "board", is_private=True, is_dm=False, is_member=True),
                "C9": ConversationInfo(
                    "C9", "with-acme", is_private=False, is_dm=False, is_member=True, is_shared=True
                ),
            },
            membership={
                "C1": frozenset({"U0BOT", "U1", "U2"}),
                "C2": frozenset({"U1", "U2"}),
                "G1": frozenset({"U0BOT", "U1"}),
                "C9": frozenset({"U0BOT", "U1", "U4"}),
            },
            threads={("C1", "1.000001"): thread},
            groups=(UserGroup("S1", "finance", "Finance"), UserGroup("S2", "platform", "Platform team")),
            grouped={"S1": frozenset({"U1"}), "S2": frozenset({"U1", "U2"})},
        ),
        "1.000001",
    )


@pytest.fixture(params=["fake", "real"])
def known(request: pytest.FixtureRequest) -> Known:
    if request.param == "fake":
        return the_fake()
    slack: Slack = request.getfixturevalue("slack")
    root = slack.playground.add_message("U1", "C1", "Kafka or Postgres?")
    slack.playground.add_message("U2", "C1", "Postgres", thread_ts=root)
    return Known(SlackDirectory(slack.clients, FakeClock()), root)


# --- what both promise ---------------------------------------------------------------------------------------------


def test_a_person_is_known_with_their_zone_and_standing(known: Known) -> None:
    dana = known.directory.person("T1", "U1")

    assert (dana.id, dana.workspace_id, dana.zone, dana.is_slack_admin) == ("U1", "T1", "Europe/Lisbon", True)
    assert dana.may_act
    assert known.directory.person("T1", "U3").is_guest
    assert known.directory.person("T1", "U4").team_id == "T2"
    assert not known.directory.person("T1", "U4").may_act
    assert not known.directory.person("T1", "U5").may_act


def test_somebody_unknown_is_a_permanent_failure(known: Known) -> None:
    with pytest.raises(ExternalFailure) as caught:
        known.directory.person("T1", "U99")

    assert (caught.value.permanent, caught.value.code) == (True, "user_not_found")


def test_the_members_of_a_conversation(known: Known) -> None:
    assert known.directory.members("T1", "C1") == {"U0BOT", "U1", "U2"}


def test_the_conversations_that_somebody_is_in_without_private_ones_that_backbeat_is_not_in(known: Known) -> None:
    found = known.directory.conversations_of("T1", "U1")

    assert found >= {"C1", "C2", "G1", "C9"}
    assert "G2" not in found
    assert not known.directory.conversations_of("T1", "U3") & {"C1", "C2", "G1", "G2", "C9"}


def test_the_user_groups_in_use_by_their_handles_and_who_is_in_them(known: Known) -> None:
    found = known.directory.user_groups("T1")

    assert [(each.id, each.handle, each.name) for each in found] == [
        ("S1", "finance", "Finance"),
        ("S2", "platform", "Platform team"),
    ]
    assert known.directory.group_members("T1", "S2") == {"U1", "U2"}


def test_a_group_that_is_gone_is_a_permanent_failure(known: Known) -> None:
    with pytest.raises(ExternalFailure) as caught:
        known.directory.group_members("T1", "S3")

    assert (caught.value.permanent, caught.value.code) == (True, "no_such_subteam")


@pytest.mark.parametrize(
    ("conversation", "name", "facts"),
    [
        ("C1", "platform", (False, False, True, False)),
        ("C2", "random", (False, False, False, False)),
        ("G1", "board", (True, False, True, False)),
        ("C9", "with-acme", (False, False, True, True)),
    ],
)
def test_a_conversation(known: Known, conversation: str, name: str, facts: tuple[bool, bool, bool, bool]) -> None:
    info = known.directory.conversation("T1", conversation)

    assert (info.id, info.name) == (conversation, name)
    assert (info.is_private, info.is_dm, info.is_member, info.is_shared) == facts


@pytest.mark.parametrize("conversation", ["G2", "C404"])
def test_a_conversation_that_backbeat_may_not_know_of_does_not_exist(known: Known, conversation: str) -> None:
    with pytest.raises(ExternalFailure) as caught:
        known.directory.conversation("T1", conversation)

    assert (caught.value.permanent, caught.value.code) == (True, "channel_not_found")


def test_a_thread_oldest_first(known: Known) -> None:
    messages, total = known.directory.thread("T1", "C1", known.root, limit=100)

    assert [message.text for message in messages] == ["Kafka or Postgres?", "Postgres"]
    assert [message.author_id for message in messages] == ["U1", "U2"]
    assert (messages[0].ts, total) == (known.root, 2)


def test_a_thread_longer_than_wanted_says_how_long_it_is(known: Known) -> None:
    messages, total = known.directory.thread("T1", "C1", known.root, limit=1)

    assert ([message.text for message in messages], total) == (["Kafka or Postgres?"], 2)


def test_a_permalink(known: Known) -> None:
    link = known.directory.permalink("T1", "C1", known.root)

    assert link is not None
    assert link.endswith(f"/archives/C1/p{known.root.replace('.', '')}")


def test_one_message_is_read_with_what_its_thread_is(known: Known) -> None:
    (_, reply), _ = known.directory.thread("T1", "C1", known.root, limit=2)

    for ts, text in ((known.root, "Kafka or Postgres?"), (reply.ts, reply.text)):
        found = known.directory.message("T1", "C1", ts)
        assert found is not None
        assert (found[0].ts, found[0].text, found[1]) == (ts, text, known.root)
    assert known.directory.message("T1", "C1", "1.999999") is None


# --- the real one alone --------------------------------------------------------------------------------------------


class Ticks:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_asked_is_remembered_for_a_minute(slack: Slack) -> None:
    ticks = Ticks()
    directory = SlackDirectory(slack.clients, FakeClock(), monotonic=ticks)
    for ticks.now in (0.0, 59.9):
        directory.conversations_of("T1", "U1")
        directory.conversation("T1", "C1")
    assert (slack.asked("users.conversations"), slack.asked("conversations.info")) == (1, 1)

    ticks.now = 60.0
    directory.conversations_of("T1", "U1")
    directory.conversation("T1", "C1")

    assert (slack.asked("users.conversations"), slack.asked("conversations.info")) == (2, 2)


def test_what_changed_is_asked_again(slack: Slack) -> None:
    directory = SlackDirectory(slack.clients, FakeClock())
    assert "G1" in directory.conversations_of("T1", "U1")
    assert not directory.conversation("T1", "C2").is_member

    slack.playground.act("U1", "leave", channel="G1")
    slack.playground.act("U1", "invite", channel="C2", user="U0BOT")
    directory.forget("T1", "U1")
    directory.forget_conversation("T1", "C2")

    assert "G1" not in directory.conversations_of("T1", "U1")
    assert directory.conversation("T1", "C2").is_member


def test_user_groups_are_asked_for_once_a_minute(slack: Slack) -> None:
    time = [0.0]
    directory = SlackDirectory(slack.clients, FakeClock(), monotonic=lambda: time[0])
    for _ in range(2):
        directory.user_groups("T1")
        directory.group_members("T1", "S1")
    assert (slack.asked("usergroups.list"), slack.asked("usergroups.users.list")) == (1, 1)
    time[0] = 61.0
    directory.user_groups("T1")
    directory.group_members("T1", "S1")
    assert (slack.asked("usergroups.list"), slack.asked("usergroups.users.list")) == (2, 2)


def test_without_their_scope_user_groups_say_so(slack_that_declined: Slack) -> None:
    directory = SlackDirectory(slack_that_declined.clients, FakeClock())
    for ask in (lambda: directory.user_groups("T1"), lambda: directory.group_members("T1", "S1")):
        with pytest.raises(ExternalFailure) as caught:
            ask()
        assert (caught.value.permanent, caught.value.code) == (True, "missing_scope")


def test_declined_scopes_leave_their_conversations_out(slack_that_declined: Slack) -> None:
    directory = SlackDirectory(slack_that_declined.clients, FakeClock())

    found = directory.conversations_of("T1", "U1")

    assert found >= {"C1", "C9"}
    assert not found & {"G1", "G2"}
    before = slack_that_declined.asked("users.conversations")
    directory.conversations_of("T1", "U2")

    assert slack_that_declined.asked("users.conversations") == before + 1, "what was declined is not asked for again"


def test_a_thread_in_a_channel_without_backbeat_cannot_be_read(slack: Slack) -> None:
    root = slack.playground.add_message("U1", "C2", "hello")

    with pytest.raises(ExternalFailure) as caught:
        SlackDirectory(slack.clients, FakeClock()).thread("T1", "C2", root, limit=10)

    assert (caught.value.permanent, caught.value.code) == (True, "not_in_channel")


def test_a_long_thread_is_read_page_by_page_and_names_are_asked_once(slack: Slack) -> None:
    root = slack.playground.add_message("U1", "C1", "root")
    for number in range(450):
        slack.playground.add_message("U2", "C1", f"reply {number}", thread_ts=root)
    directory = SlackDirectory(slack.clients, FakeClock())

    messages, total = directory.thread("T1", "C1", root, limit=1000)

    assert (len(messages), total) == (451, 451)
    assert [message.text for message in messages[-2:]] == ["reply 448", "reply 449"]
    assert slack.asked("users.info") == 2
    assert slack.asked("chat.getPermalink") == 1
    assert len({message.permalink for message in messages}) == 451


def test_a_replys_link_is_the_one_that_slack_gives(slack: Slack) -> None:
    root = slack.playground.add_message("U1", "C1", "root")
    reply = slack.playground.add_message("U2", "C1", "reply", thread_ts=root)
    directory = SlackDirectory(slack.clients, FakeClock())

    messages, _ = directory.thread("T1", "C1", root, limit=10)

    assert [message.permalink for message in messages] == [
        directory.permalink("T1", "C1", root),
        directory.permalink("T1", "C1", reply),
    ]


def test_a_message_that_is_gone_has_no_link(slack: Slack) -> None:
    assert SlackDirectory(slack.clients, FakeClock()).permalink("T1", "C1", "1.000001") is None


# --- answers that are odd ------------------------------------------------------------------------------------------


def asking(body: object, question: Callable[[SlackDirectory], object]) -> object:
    with wire(answers(body=body)) as slack:

        class OneClient:
            def of(self, _: str) -> object:
                return slack.client()

        return question(SlackDirectory(OneClient(), FakeClock()))  # type: ignore[arg-type]


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../../etc/passwd", 7])
def test_an_unknown_zone_is_utc(zone: object) -> None:
    person = asking({"ok": True, "user": {"id": "U1", "tz": zone}}, lambda directory: directory.person("T1", "U1"))

    assert person.zone == "UTC"  # type: ignore[attr-defined]


def test_in_an_organisation_whoever_belongs_to_the_workspace_too_may_act() -> None:
    user = {"id": "U1", "team_id": "T9", "enterprise_user": {"teams": ["T1", "T9"]}}

    person = asking({"ok": True, "user": user}, lambda directory: directory.person("T1", "U1"))

    assert person.may_act  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", [{"ok": True}, {"ok": True, "user": None}, {"ok": True, "user": {}}])
def test_an_answer_without_a_person_is_nobody_who_may_act(body: object) -> None:
    person = asking(body, lambda directory: directory.person("T1", "U1"))

    assert not person.may_act  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", [{"ok": True}, {"ok": True, "messages": None}, {"ok": True, "messages": []}])
def test_an_empty_thread_is_empty(body: object) -> None:
    assert asking(body, lambda directory: directory.thread("T1", "C1", "1.0", limit=5)) == ([], 0)


@pytest.mark.parametrize("body", [{"ok": True}, {"ok": True, "message": None}, {"ok": True, "message": {"ts": "2.0"}}])
def test_an_answer_without_the_message_is_none(body: object) -> None:
    assert asking(body, lambda directory: directory.message("T1", "C1", "1.0")) is None
