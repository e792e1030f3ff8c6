"""The decision log's use cases on a real store: numbers, history, cards, what they cause elsewhere, and who may."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest

from bot.domain.decisions import Decision, DecisionEventKind, DecisionStatus, Detail, Draft, Source
from bot.domain.errors import Conflict, ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.messages import CardElsewhere, DecisionCard
from bot.domain.outbox import OutboxStatus
from bot.domain.schedules import ScheduleKind
from bot.domain.workspaces import EVERYONE, Audience, Viewer
from bot.usecases import decisions
from bot.usecases.decisions import Place, Which
from bot.usecases.people import viewer_for
from bot.usecases.ports import Job
from storage.store import SqlStore
from tests.support import Surroundings, a_person, a_workspace, services_on

DANA = a_person("U1")
KENJI = a_person("U2", name="Kenji", zone="Asia/Tokyo")
GUEST = a_person("U3", name="Gus", is_guest=True)
STRANGER = a_person("U4", name="Stella", team_id="T2")
TODAY = date(2026, 10, 29)
SYSTEM = Viewer.system()
PLATFORM = Source("C1")


@pytest.fixture
def around(any_store: SqlStore) -> Surroundings:
    return services_on(any_store, DANA, KENJI, GUEST, STRANGER)


def draft(title: str = "Use Postgres", **extra: object) -> Draft:
    said = {"why": "We run it already", "owner_id": "U1", "revisit_on": date(2027, 1, 27)}
    return Draft(title, **(said | extra))


def log(around: Surroundings, key: str = "k1", **extra: object) -> Decision:
    said: dict = {"source": PLATFORM, "draft": draft(), "person": DANA} | extra
    person, words = said.pop("person"), said.pop("draft")
    return decisions.log(around.services, person, words, key=key, **said)


def get(around: Surroundings, number: int = 1) -> Decision:
    return decisions.get(around.services, SYSTEM, number, workspace="T1")


def kinds(around: Surroundings, number: int = 1) -> list[DecisionEventKind]:
    return [each.kind for each in decisions.story(around.services, SYSTEM, number, workspace="T1").history]


def cards(around: Surroundings, number: int = 1) -> list:
    with around.services.store.read("T1") as uow:
        return uow.outbox.shown(f"decision:{number}")


# --- numbers -------------------------------------------------------------------------------------------------------


def test_numbers_count_up_without_a_gap(around: Surroundings) -> None:
    assert [log(around, f"k{each}").ref for each in range(3)] == ["D-1", "D-2", "D-3"]


def test_a_repeat_of_one_delivery_is_the_decision_of_the_first(around: Surroundings) -> None:
    first = log(around, "same")
    assert log(around, "same", draft=draft("Something else")) == first
    assert len(cards(around)) == 1
    assert kinds(around) == [DecisionEventKind.LOGGED]


def test_a_failure_on_the_way_gives_the_number_back(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(import_module("bot.usecases.decisions.log"), "announce_now_or_later", broken)
        with pytest.raises(RuntimeError):
            log(around, "k1")
    assert log(around, "k1").number == 1


def at_once(count: int, do: Callable[[int], Decision]) -> list[Decision]:
    """`do` in as many threads, let go together. A busy database is asked again, as a person would."""
    start = threading.Barrier(count)

    def one(number: int) -> Decision:
        start.wait()
        while True:
            try:
                return do(number)
            except ExternalFailure:
                continue

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_concurrent_submits_never_share_a_number(around: Surroundings) -> None:
    found = at_once(12, lambda number: log(around, f"k{number}"))
    assert sorted(each.number for each in found) == list(range(1, 13))


def test_one_message_logged_by_many_at_once_is_one_decision(around: Surroundings) -> None:
    def logged(number: int) -> Decision:
        try:
            return log(around, f"k{number}", source=Source("C1", "2.2", "1.1"))
        except decisions.LoggedMeanwhile as first:
            return get(around, first.number)

    assert {each.number for each in at_once(6, logged)} == {1}


def test_the_same_submit_twice_at_once_is_one_decision(around: Surroundings) -> None:
    found = at_once(6, lambda _: log(around, "same"))
    assert {each.number for each in found} == {1}
    assert len(cards(around)) == 1


def test_two_people_who_supersede_one_decision_at_once_do_not_both_succeed(around: Surroundings) -> None:
    log(around)
    outcomes: list[str] = []

    def replace_it(number: int) -> Decision:
        try:
            decisions.supersede(around.services, DANA, 1, draft(f"Use Kafka {number}"), key=f"s{number}", viewer=SYSTEM)
            outcomes.append("done")
        except Conflict:
            outcomes.append("refused")
        return get(around)

    at_once(4, replace_it)
    assert sorted(outcomes) == ["done", "refused", "refused", "refused"]
    assert get(around, 2).supersedes == 1
    with pytest.raises(NotFound):
        get(around, 3)


def test_each_workspace_counts_for_itself(around: Surroundings) -> None:
    a_workspace(around.services.store, workspace_id="T2")
    log(around)
    other = replace(DANA, workspace_id="T2", team_id="T2")
    assert log(around, person=other).number == 1
    with pytest.raises(NotFound):
        decisions.get(around.services, SYSTEM, 2, workspace="T2")


# --- the card ------------------------------------------------------------------------------------------------------


def test_the_card_goes_into_the_thread_it_came_from(around: Surroundings) -> None:
    log(around, source=Source("C1", "2.2", "1.1"))
    card = cards(around)[0]
    assert (card.destination.conversation, card.destination.thread_ts) == ("C1", "1.1")
    assert isinstance(card.message, DecisionCard)
    assert card.fallback == "U1"


def test_where_backbeat_cannot_post_its_author_and_the_decision_channel_are_shown_it(around: Surroundings) -> None:
    with around.services.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), decision_channel="C9"))
        uow.commit()
    log(around, source=Source("C2"), can_post=False)
    mine, everybodys = cards(around)
    assert (mine.destination.person, type(mine.message)) == ("U1", CardElsewhere)
    assert (everybodys.destination.conversation, type(everybodys.message)) == ("C9", DecisionCard)


def test_a_private_one_never_goes_to_the_decision_channel(around: Surroundings) -> None:
    with around.services.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), decision_channel="C9"))
        uow.commit()
    log(around, source=Source("G2"), audience=Audience("G2"), can_post=False)
    assert [card.destination.person for card in cards(around)] == ["U1"]


def test_every_change_is_shown_on_its_card(around: Surroundings) -> None:
    log(around)
    decisions.reverse(around.services, DANA, 1, "It fell over", key="r1")
    with around.services.store.begin("T1") as uow:
        posted = replace(cards(around)[0], status=OutboxStatus.SENT, conversation="C1", ts="9.9")
        uow.outbox.save(posted)
        uow.commit()
    with around.services.store.read("T1") as uow:
        queue = around.services.store.queue()
        due = [uow.outbox.get(row) for _, row in queue.due_outbox(at=around.clock.now(), limit=9)]
    newest = due[-1].message
    assert isinstance(newest, DecisionCard)
    assert (newest.decision.status, newest.note) == (DecisionStatus.REVERSED, "It fell over")
    assert around.nudge.count == 2


# --- the owner's mornings ------------------------------------------------------------------------------------------


def awaited(around: Surroundings, person: str) -> bool:
    with around.services.store.read("T1") as uow:
        found = uow.schedules.find(ScheduleKind.WAITING, person)
    return found is not None and found.next_at is not None


def test_an_owner_is_expected_as_soon_as_something_will_come_back_to_them(around: Surroundings) -> None:
    log(around, draft=draft(owner_id="U2"))
    assert awaited(around, "U2")
    assert not awaited(around, "U1")


def test_what_never_comes_back_plans_nothing(around: Surroundings) -> None:
    log(around, draft=draft(revisit_on=None))
    assert not awaited(around, "U1")
    log(around, "k2", draft=draft(revisit_on=None, detail=Detail(risk_until=date(2026, 11, 30))))
    assert awaited(around, "U1")


def test_a_new_owner_is_expected_too(around: Surroundings) -> None:
    log(around)
    decisions.edit(around.services, DANA, 1, draft(owner_id="U2"), key="e1")
    assert awaited(around, "U2")


# --- changes -------------------------------------------------------------------------------------------------------


def test_each_change_leaves_one_line_of_history(around: Surroundings) -> None:
    log(around, draft=draft(status=DecisionStatus.PROPOSED))
    decisions.accept(around.services, DANA, 1, key="a1")
    decisions.edit(around.services, DANA, 1, draft("Use Postgres 18"), key="e1")
    decisions.keep(around.services, DANA, 1, date(2027, 3, 1), "No trouble", key="p1")
    around.clock.set(datetime(2027, 3, 1, 9, tzinfo=UTC))
    decisions.postpone(around.services, DANA, 1, key="q1")
    decisions.reverse(around.services, DANA, 1, "It fell over", key="r1")
    kind = DecisionEventKind
    assert kinds(around) == [kind.LOGGED, kind.DECIDED, kind.EDITED, kind.KEPT, kind.POSTPONED, kind.REVERSED]
    story = decisions.story(around.services, SYSTEM, 1, workspace="T1")
    assert story.history[3].why == "No trouble"
    assert story.names["U1"] == "Dana"


CHANGES: dict[str, Callable[[Surroundings, str], Decision]] = {
    "edit": lambda around, key: decisions.edit(around.services, DANA, 1, draft("Other words"), key=key),
    "keep": lambda around, key: decisions.keep(around.services, DANA, 1, date(2027, 3, 1), "It works", key=key),
    "reverse": lambda around, key: decisions.reverse(around.services, DANA, 1, "It fell over", key=key),
    "withdraw": lambda around, key: decisions.withdraw(around.services, DANA, 1, key=key),
    "amend": lambda around, key: decisions.amend(around.services, DANA, 1, draft("Better"), key=key),
    "supersede": lambda around, key: decisions.supersede(around.services, DANA, 1, draft("Other"), key=key),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_redelivered_change_changes_nothing(
    around: Surroundings, change: Callable[[Surroundings, str], Decision]
) -> None:
    log(around)
    change(around, "same")
    before, lines = get(around), kinds(around)
    change(around, "same")
    assert (get(around), kinds(around)) == (before, lines)
    with pytest.raises(NotFound):
        get(around, 3)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_was_withdrawn_changes_no_more(
    around: Surroundings, change: Callable[[Surroundings, str], Decision]
) -> None:
    log(around)
    withdrawn = decisions.withdraw(around.services, DANA, 1, key="w1")
    with suppress(Conflict, InvalidInput):
        change(around, "k9")
    assert get(around).status is withdrawn.status
    assert kinds(around) == [DecisionEventKind.LOGGED, DecisionEventKind.WITHDRAWN]


def test_an_edit_of_words_that_changed_meanwhile_is_refused(around: Surroundings) -> None:
    before = log(around)
    decisions.edit(around.services, DANA, 1, draft("Theirs"), key="e1", version=before.version)
    with pytest.raises(Conflict):
        decisions.edit(around.services, DANA, 1, draft("Mine"), key="e2", version=before.version)


def test_what_replaces_a_private_decision_stays_private(around: Surroundings) -> None:
    log(around, source=Source("G1"), audience=Audience("G1"))
    fresh = decisions.amend(around.services, DANA, 1, draft("Better"), key="a1")
    assert (fresh.audience, fresh.source.conversation) == (Audience("G1"), "G1")


def test_an_owner_is_a_member(around: Surroundings) -> None:
    for owner in ("U4", "U404"):
        with pytest.raises(InvalidInput) as refused:
            log(around, owner, draft=draft(owner_id=owner))
        assert refused.value.field == "owner"


def test_only_those_involved_edit_and_only_its_author_undoes(around: Surroundings) -> None:
    log(around)
    with pytest.raises(NotAllowed):
        decisions.edit(around.services, KENJI, 1, draft(), key="e1")
    with pytest.raises(NotAllowed):
        decisions.withdraw(around.services, KENJI, 1, key="w1")
    around.clock.move(timedelta(minutes=11))
    with pytest.raises(Conflict):
        decisions.withdraw(around.services, DANA, 1, key="w2")


def test_the_log_shows_what_waits_to_be_decided(around: Surroundings) -> None:
    log(around)
    log(around, "k2", draft=draft("Buy Datadog", status=DecisionStatus.PROPOSED))
    viewer = viewer_for(around.services, DANA)
    page = decisions.page(around.services, viewer, workspace="T1", today=TODAY, which=Which.WAITING)
    assert [each.title for each in page.decisions] == ["Buy Datadog"]
    searched = decisions.page(
        around.services, viewer, workspace="T1", today=TODAY, which=Which.WAITING, query="postgres"
    )
    assert searched.decisions == ()


# --- who sees what -------------------------------------------------------------------------------------------------


def test_one_who_may_not_see_it_finds_it_nowhere(around: Surroundings) -> None:
    log(around, source=Source("G1"), audience=Audience("G1"), draft=draft("Hire one engineer"))
    for person in (KENJI, GUEST, STRANGER):
        viewer = viewer_for(around.services, person)
        services = around.services
        assert decisions.latest(services, viewer, workspace="T1") == []
        assert decisions.search(services, viewer, "hire", workspace="T1") == []
        assert decisions.page(services, viewer, workspace="T1", today=TODAY).decisions == ()
        assert decisions.page(services, viewer, workspace="T1", today=TODAY, which=Which.DUE).decisions == ()
        assert decisions.alike(services, viewer, "Hire one engineer", workspace="T1") is None
        for ask in (decisions.get, decisions.story):
            with pytest.raises(NotFound) as hidden:
                ask(services, viewer, 1, workspace="T1")
            with pytest.raises(NotFound) as missing:
                ask(services, viewer, 2, workspace="T1")
            assert hidden.value.words.replace("D-1", "D-2") == missing.value.words
    assert decisions.search(around.services, viewer_for(around.services, DANA), "hire", workspace="T1")


def test_a_guest_sees_what_was_decided_in_their_channels_once_an_admin_allows_it(around: Surroundings) -> None:
    log(around)
    log(around, "k2", source=Source("C7"))
    assert decisions.latest(around.services, viewer_for(around.services, GUEST), workspace="T1") == []
    with around.services.store.begin("T1") as uow:
        uow.workspaces.save(replace(uow.workspaces.get(), guests_allowed=True))
        uow.commit()
    seen = decisions.latest(around.services, viewer_for(around.services, GUEST), workspace="T1")
    assert [each.number for each in seen] == [1]


def test_an_owner_sees_it_wherever_it_was_made(around: Surroundings) -> None:
    log(around, source=Source("G1"), audience=Audience("G1"), draft=draft(owner_id="U2"))
    assert decisions.latest(around.services, viewer_for(around.services, KENJI), workspace="T1")


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30])
def test_a_number_that_was_never_given_is_unknown_not_an_error(around: Surroundings, number: int) -> None:
    with pytest.raises(NotFound):
        get(around, number)
    page = decisions.page(around.services, SYSTEM, workspace="T1", today=TODAY, before=number)
    assert page.decisions == ()


# --- places --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conversation", "expected"),
    [
        (None, decisions.HOME),
        ("C1", Place("C1", EVERYONE, can_post=True, name="platform")),
        ("C2", Place("C2", EVERYONE, can_post=False, name="random")),
        ("G1", Place("G1", Audience("G1"), can_post=True, name="board")),
        ("G404", Place("G404", Audience("G404"), can_post=False)),
        ("D404", Place("D404", Audience("D404"), can_post=False, is_dm=True)),
    ],
)
def test_a_place_says_who_sees_what_is_made_there(
    around: Surroundings, conversation: str | None, expected: Place
) -> None:
    assert decisions.place_of(around.services, "T1", conversation) == expected


def test_a_place_that_slack_cannot_tell_of_is_private(around: Surroundings) -> None:
    around.directory.down = True
    place = decisions.place_of(around.services, "T1", "C1")
    assert (place.audience, place.is_known) == (Audience("C1"), False)


def test_a_card_waits_until_slack_tells_who_reads_along(around: Surroundings) -> None:
    with_acme = replace(around.directory.conversations["C1"], is_shared=True)
    log(around, can_post=None)
    assert cards(around) == []
    job = link_job(around)
    around.directory.down = True
    with pytest.raises(ExternalFailure) as failed:
        decisions.post_card(around.services, job)
    assert not failed.value.permanent
    around.directory.down = False
    around.directory.conversations["C1"] = with_acme
    for _ in range(2):  # a crash after the commit: it is run again
        decisions.post_card(around.services, job)
    assert [(card.destination.person, type(card.message)) for card in cards(around)] == [("U1", CardElsewhere)]


def test_a_card_that_waited_goes_where_it_was_made(around: Surroundings) -> None:
    log(around, can_post=None)
    decisions.post_card(around.services, link_job(around))
    assert [card.destination.conversation for card in cards(around)] == ["C1"]


def test_where_slack_never_tells_its_author_gets_the_card(around: Surroundings) -> None:
    log(around, can_post=None)
    decisions.send_card(around.services, link_job(around), "Slack is slow.")
    assert [card.destination.person for card in cards(around)] == ["U1"]


# --- links and likeness --------------------------------------------------------------------------------------------


def link_job(around: Surroundings) -> Job:
    (_, job_id), *more = around.services.store.queue().due_jobs(at=around.clock.now(), limit=9)
    assert not more
    with around.services.store.begin("T1") as uow:
        job = uow.jobs.claim(job_id, at=around.clock.now())
    assert job is not None
    return job


def test_the_link_to_its_message_is_found_afterwards_and_shown(around: Surroundings) -> None:
    log(around, source=Source("C1", "2.2", "1.1", author_id="U5"))
    around.directory.people["U5"] = a_person("U5", name="Priya")
    decisions.find_link(around.services, link_job(around))
    assert get(around).source.permalink == "https://example.test/archives/C1/p22"
    assert decisions.story(around.services, SYSTEM, 1, workspace="T1").names["U5"] == "Priya"
    decisions.add_permalink(around.services, "T1", 1, "https://example.test/other")
    assert get(around).source.permalink == "https://example.test/archives/C1/p22"


def test_while_slack_is_out_of_reach_the_link_is_asked_for_again(around: Surroundings) -> None:
    log(around, source=Source("C1", "2.2", "1.1"))
    around.directory.down = True
    with pytest.raises(ExternalFailure) as failed:
        decisions.find_link(around.services, link_job(around))
    assert not failed.value.permanent


def test_without_a_message_there_is_no_link_to_find(around: Surroundings) -> None:
    log(around)
    log(around, "k2", source=Source("C1", "2.2", "1.1", "https://example.test/p"))
    assert around.services.store.queue().due_jobs(at=around.clock.now(), limit=9) == []


def test_what_covered_it_before_is_found_among_what_still_stands(around: Surroundings) -> None:
    log(around, draft=draft("Keep RabbitMQ for jobs", why="Kafka needs a hire"))
    found = decisions.alike(around.services, SYSTEM, "Drop RabbitMQ for jobs", "Its upkeep", workspace="T1")
    assert found is not None
    assert found.number == 1
    decisions.withdraw(around.services, DANA, 1, key="w1")
    assert decisions.alike(around.services, SYSTEM, "Drop RabbitMQ for jobs", "Its upkeep", workspace="T1") is None
    assert decisions.alike(around.services, SYSTEM, " ", workspace="T1") is None


def test_a_message_that_was_logged_is_known_again(around: Surroundings) -> None:
    log(around, source=Source("C1", "2.2", "1.1"))
    member, guest = Viewer(KENJI.id, frozenset({"C1"})), Viewer("U9", frozenset({"C1"}), may_see_anything=False)
    found = decisions.from_message(around.services, member, "C1", "2.2", workspace="T1")
    assert found is not None
    assert found.number == 1
    assert decisions.from_message(around.services, member, "C1", "2.20", workspace="T1") is None
    assert decisions.from_message(around.services, member, "C2", "2.2", workspace="T1") is None
    assert decisions.from_message(around.services, guest, "C1", "2.2", workspace="T1") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("D-14", 14),
        ("d14", 14),
        ("#14", 14),
        (" 014 ", 14),
        ("D-", None),
        ("14 days", None),
        ("D-1x", None),
        ("", None),
    ],
)
def test_a_decision_is_named_in_several_ways(text: str, number: int | None) -> None:
    assert decisions.read_ref(text) == number
