"""Several at once, on both engines: two clocks, and an answer that comes in while the digest is made."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from bot.domain.errors import Conflict, ExternalFailure
from bot.domain.messages import StandupAnswers, StandupDigest
from bot.domain.schedules import Schedule, ScheduleKind
from bot.usecases import standups
from bot.usecases.standups import StandupPlan
from tests.standups import DANA, DUE, KENJI, PRIYA, SAM, TEAM, WEEKLY, Office, an_office, utc

FRIDAY = date(2026, 10, 23)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Begin all of them together. What they raise is returned; a busy database is asked again, as its users do."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        start.wait(10)
        for _ in range(5):
            try:
                return call()
            except Conflict as conflict:
                return conflict
            except ExternalFailure as failure:
                last = failure
        return last

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def due(office: Office, kind: ScheduleKind) -> Sequence[Schedule]:
    with office.store.read("T1") as uow:
        at = office.around.clock.now()
        return [each for each in uow.schedules.upcoming(limit=50) if each.kind is kind and each.next_at <= at]


def test_two_clocks_open_one_round_and_ask_once(any_store):
    office = an_office(any_store, now=utc(10, 22, 12))
    office.plan()
    at = office.around.clock.set(utc(10, 23, 1))
    for kind in (ScheduleKind.STANDUP_ROUND, ScheduleKind.STANDUP_PROMPT):
        calls = [lambda each=each: DUE[each.kind](office.services, each, at) for each in due(office, kind)]
        at_once(*calls * 3)
    with any_store.read("T1") as uow:
        assert len(uow.standups.rounds(office.standup().id, limit=9)) == 1
        assert len(uow.standups.prompts(office.round(FRIDAY).id)) == len(TEAM)
    assert len(office.asked(KENJI)) == 1


def test_two_clocks_post_one_digest(any_store):
    office = an_office(any_store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 14))
    office.answer(KENJI, "Alerts", day=FRIDAY)
    at = office.around.clock.set(utc(10, 23, 15))
    (digest,) = due(office, ScheduleKind.STANDUP_DIGEST)
    at_once(*[lambda: standups.digest_due(office.services, digest, at)] * 4)
    assert len(office.said(StandupDigest)) == len(office.said(StandupAnswers)) == 1


def test_answers_that_come_in_while_the_digest_is_made_are_all_in_its_thread(any_store):
    office = an_office(any_store, now=utc(10, 22, 12))
    office.plan()
    office.go(utc(10, 23, 14))
    office.answer(KENJI, "Alerts", day=FRIDAY)
    prompts = {person.id: office.prompt(person, FRIDAY).id for person in TEAM}
    at = office.around.clock.set(utc(10, 23, 15))
    (digest,) = due(office, ScheduleKind.STANDUP_DIGEST)
    calls = [
        lambda person=person: standups.answer(
            office.services, person, prompts[person.id], ["Just in time"], key=f"view:{person.id}"
        )
        for person in (DANA, SAM, PRIYA)
    ]
    at_once(lambda: standups.digest_due(office.services, digest, at), *calls)
    office.deliver()
    said = [row.message.person_name for row in office.said(StandupAnswers)]
    assert sorted(said) == ["Dana", "Kenji", "Priya", "Sam"]
    (row,) = office.said(StandupDigest)
    assert office.shown(row).answers == 4


def test_two_people_setting_one_up_make_one(any_store):
    office = an_office(any_store, now=utc(10, 22, 12))
    other = StandupPlan("C1", frozenset({0}), WEEKLY.at, WEEKLY.deadline, "UTC")
    made = at_once(
        lambda: standups.plan(office.services, DANA, WEEKLY, key="view:V1"),
        lambda: standups.plan(office.services, SAM, other, key="view:V2"),
    )
    assert sum(isinstance(each, Conflict) for each in made) == 1, made
    with any_store.read("T1") as uow:
        assert len(uow.standups.all(active=False)) == 1
