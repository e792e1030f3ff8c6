"""The digest: one post at the deadline, answers in its thread, late ones too, and what stays stuck until cleared."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.errors import Conflict, ExternalFailure, NotFound
from bot.domain.messages import Note, StandupAnswers, StandupDigest
from bot.domain.standups import PromptStatus, RoundStatus
from bot.domain.workspaces import Viewer
from bot.usecases import standups
from tests.standups import DANA, KENJI, PRIYA, SAM, WEEKLY, an_office, utc
from tests.support import a_person

FRIDAY, TUESDAY, NEXT_FRIDAY = date(2026, 10, 23), date(2026, 10, 27), date(2026, 10, 30)


@pytest.fixture
def office(store):
    """Thursday: a standup on Tuesdays and Fridays."""
    made = an_office(store, now=utc(10, 22, 12))
    made.plan()
    return made


def concerns(office, *, owner=KENJI):
    with office.store.read("T1") as uow:
        return uow.concerns.uncleared(owner=owner.id)


def digests(office):
    return [office.shown(row) for row in office.said(StandupDigest)]


def kenji_says(office, day, stuck, *, at=10):
    office.go(utc(day.month, day.day, at))
    office.answer(KENJI, "Did", "Next", stuck, day=day)
    office.go(utc(day.month, day.day, 20))


def test_one_digest_at_the_deadline_with_the_answers_in_its_thread(office):
    office.go(utc(10, 23, 10))
    office.answer(PRIYA, "Interviews", "Checklist", "")
    office.go(utc(10, 23, 11))
    office.answer(KENJI, "Alerts", "Backups", "Staging DB is out of disk")
    office.go(utc(10, 23, 20))
    (row,) = office.said(StandupDigest)
    digest = row.message
    assert (row.created_at, row.conversation, digest.answers, digest.day) == (utc(10, 23, 15), "C1", 2, FRIDAY)
    assert [(each.text, each.owner_id) for each in digest.stuck] == [("Staging DB is out of disk", KENJI.id)]
    assert digest.names == {KENJI.id: "Kenji"}
    answers = office.said(StandupAnswers)
    assert [(each.message.person_name, each.after_id, each.message.late) for each in answers] == [
        ("Priya", row.id, False),
        ("Kenji", row.id, False),
    ]
    assert office.round(FRIDAY).status is RoundStatus.POSTED


def test_it_lists_nobody_who_did_not_answer(office):
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "Alerts")
    office.go(utc(10, 23, 20))
    said = str([row.message for row in office.said(StandupDigest) + office.said(StandupAnswers)])
    assert "Dana" not in said
    assert "Sam" not in said
    assert DANA.id not in said


def test_a_round_without_answers_posts_nothing_and_is_recorded(office):
    office.go(utc(10, 23, 20))
    assert office.said(StandupDigest) == []
    round_ = office.round(FRIDAY)
    assert (round_.status, round_.reason) == (RoundStatus.SKIPPED, "nobody answered")


def test_who_has_not_answered_finds_the_dm_closed(office):
    office.go(utc(10, 23, 20))
    message = office.shown(office.asked(DANA)[0])
    assert (message.state, message.late_until) == ("closed", utc(10, 24, 15))
    assert office.prompt(DANA, FRIDAY).status is PromptStatus.ASKED


def test_after_an_outage_it_is_posted_late_and_says_so(office):
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "Alerts")
    office.go(utc(10, 23, 14))
    office.around.clock.set(utc(10, 23, 18))
    office.answer(DANA, "Came in time, as far as I could tell")
    office.go(utc(10, 23, 18, 1))
    digest = office.said(StandupDigest)[0].message
    assert (digest.answers, digest.late_minutes) == (2, 180)


def test_after_more_than_a_day_it_is_recorded_as_missed(office):
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "Alerts")
    office.go(utc(10, 23, 14))
    office.around.clock.set(utc(10, 24, 16))
    office.go(utc(10, 24, 16, 1))
    assert office.said(StandupDigest) == []
    assert office.round(FRIDAY).status is RoundStatus.MISSED
    assert "25 hours" in office.round(FRIDAY).reason
    (told,) = office.said(Note)
    assert told.destination.person == DANA.id
    assert "digest of Fri 23 Oct in <#C1>" in told.message.text
    assert "25 hours ago. Its answer is kept" in told.message.text


def test_one_that_nobody_answered_is_missed_without_a_word(office):
    office.go(utc(10, 23, 14))
    office.around.clock.set(utc(10, 24, 16))
    office.go(utc(10, 24, 16, 1))
    assert office.round(FRIDAY).status is RoundStatus.MISSED
    assert office.said(Note) == []


def test_a_channel_that_is_shared_by_now_gets_none_and_whoever_set_it_up_is_told(office):
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "Alerts")
    rooms = office.around.directory.conversations
    rooms["C1"] = replace(rooms["C1"], is_shared=True)
    office.go(utc(10, 23, 17))
    assert office.said(StandupDigest) == []
    assert (office.round(FRIDAY).status, office.round(FRIDAY).reason) == (
        RoundStatus.MISSED,
        "people of another company are in its channel",
    )
    (told,) = office.said(Note)
    assert told.destination.person == DANA.id
    assert "people of another company are in it now. Its answer is kept" in told.message.text
    with pytest.raises(Conflict):
        office.answer(PRIYA, "Late", day=FRIDAY)


def test_while_slack_cannot_say_who_reads_along_the_digest_stays_due(office):
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "Alerts")
    office.around.directory.down = True
    with pytest.raises(ExternalFailure):
        office.go(utc(10, 23, 15))
    assert office.round(FRIDAY).is_open
    office.around.directory.down = False
    office.go(utc(10, 23, 15, 5))
    assert office.round(FRIDAY).status is RoundStatus.POSTED


def test_it_says_why_there_was_no_digest_the_last_time(office):
    standup = office.standup()
    assert standups.standing(office.services, DANA, standup).last is None
    office.go(utc(10, 23, 20))
    last = standups.standing(office.services, DANA, standup).last
    assert (last.slot, last.reason) == ("2026-10-23", "nobody answered")


# --- after the digest ----------------------------------------------------------------------------------------------


def test_a_late_answer_is_added_to_the_thread_and_counted(office):
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "Alerts")
    office.go(utc(10, 23, 17))
    office.answer(DANA, "Roadmap", "", "Budget", day=FRIDAY)
    late = office.said(StandupAnswers)[-1]
    assert (late.message.person_name, late.message.late) == ("Dana", True)
    assert late.after_id == office.said(StandupDigest)[0].id
    (digest,) = digests(office)
    assert digest.answers == 2
    assert [each.text for each in digest.stuck] == ["Budget"]


def test_a_late_edit_changes_the_answer_in_place(office):
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "Alerts", "", "Staging DB")
    office.go(utc(10, 23, 17))
    office.answer(KENJI, "Alerts and pages", "", "Staging DB is full", day=FRIDAY)
    (row,) = office.said(StandupAnswers)
    assert office.shown(row).texts[0] == "Alerts and pages"
    assert not office.shown(row).late
    assert [(each.text, each.seen) for each in concerns(office)] == [("Staging DB is full", 1)]


def test_a_late_answer_to_a_round_without_any_posts_its_digest(office):
    office.go(utc(10, 23, 17))
    office.answer(DANA, "Roadmap", day=FRIDAY)
    assert office.said(StandupDigest)[0].message.answers == 1
    assert office.said(StandupAnswers)[0].message.late
    assert office.round(FRIDAY).status is RoundStatus.POSTED


# --- what is stuck -------------------------------------------------------------------------------------------------


def test_what_is_named_again_keeps_its_first_day_and_words(office):
    for day, words in (
        (FRIDAY, "Staging DB is out of disk"),
        (TUESDAY, "staging DB still out of disk"),
        (NEXT_FRIDAY, "Staging DB out of disk, 3rd time"),
    ):
        kenji_says(office, day, words)
    (concern,) = concerns(office)
    assert (concern.text, concern.raised_on, concern.seen) == ("Staging DB is out of disk", FRIDAY, 3)
    assert concern.age(date(2026, 11, 1)) == 9
    assert [digest.stuck[0].age(digest.day) for digest in digests(office)] == [0, 4, 7]


def test_an_edit_before_the_deadline_counts_once(office):
    office.go(utc(10, 23, 10))
    for words in ("Staging DB", "Staging DB is out of disk", "nothing"):
        office.answer(KENJI, "Did", "Next", words, day=FRIDAY)
    office.go(utc(10, 23, 20))
    assert concerns(office) == []


def test_a_late_edit_takes_back_what_is_no_longer_named(office):
    kenji_says(office, FRIDAY, "Staging DB")
    kenji_says(office, TUESDAY, "Staging DB")
    assert concerns(office)[0].seen == 2
    office.answer(KENJI, "Did", "Next", "SSO review", day=TUESDAY)
    assert [(each.text, each.seen) for each in concerns(office)] == [("Staging DB", 1), ("SSO review", 1)]


def test_an_empty_answer_leaves_it_stuck_and_a_plain_nothing_ends_it(office):
    kenji_says(office, FRIDAY, "Staging DB")
    kenji_says(office, TUESDAY, "")
    assert [each.seen for each in concerns(office)] == [1]
    kenji_says(office, NEXT_FRIDAY, "nothing")
    assert concerns(office) == []
    assert [each.cleared_by for each in digests(office)[-1].cleared] == [KENJI.id]


def test_two_people_stuck_on_the_same_have_one_each(office):
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "a", "b", "Staging DB")
    office.answer(PRIYA, "a", "b", "Staging DB")
    office.go(utc(10, 23, 20))
    assert {each.owner_id for each in digests(office)[0].stuck} == {KENJI.id, PRIYA.id}


def test_the_only_question_is_not_taken_for_one_about_being_stuck(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan(replace(WEEKLY, questions=("What did you do?",)))
    office.go(utc(10, 23, 10))
    office.answer(KENJI, "Alerts")
    office.go(utc(10, 23, 20))
    assert concerns(office) == []


def test_anybody_in_the_channel_clears_it_and_the_digests_show_by_whom(office):
    kenji_says(office, FRIDAY, "Staging DB")
    kenji_says(office, TUESDAY, "Staging DB")
    (concern,) = concerns(office)
    office.go(utc(10, 28, 9))
    standups.clear(office.services, DANA, concern.id, key="k1", viewer=Viewer(DANA.id, frozenset({"C1"})))
    office.deliver()
    for digest in digests(office):
        assert digest.stuck == ()
        assert [(each.cleared_by, each.cleared_at) for each in digest.cleared] == [(DANA.id, utc(10, 28, 9))]
        assert digest.names[DANA.id] == "Dana"
    before = office.rows()
    standups.clear(office.services, SAM, concern.id, key="k2", viewer=Viewer(SAM.id, frozenset({"C1"})))
    assert office.rows() == before  # a second click, by somebody else


def test_what_was_cleared_and_is_named_again_is_new(office):
    kenji_says(office, FRIDAY, "Staging DB")
    standups.clear(office.services, KENJI, concerns(office)[0].id, key="k1")
    kenji_says(office, TUESDAY, "Staging DB")
    assert [(each.raised_on, each.seen) for each in concerns(office)] == [(TUESDAY, 1)]


def test_the_owner_is_reminded_of_it_in_the_next_dm_and_can_clear_it_there(office):
    kenji_says(office, FRIDAY, "Staging DB")
    office.go(utc(10, 27, 1))
    row = office.asked(KENJI)[-1]
    assert [each.text for each in row.message.stuck] == ["Staging DB"]
    standups.clear(office.services, KENJI, concerns(office)[0].id, key="k1", viewer=Viewer(KENJI.id))
    office.deliver()
    assert office.shown(row).stuck == ()


def test_somebody_outside_the_channel_clears_nothing(store):
    office = an_office(store, now=utc(10, 22, 12))
    office.plan(replace(WEEKLY, channel="G1"))
    office.go(utc(10, 23, 10))
    office.answer(DANA, "a", "b", "The budget")
    office.go(utc(10, 23, 20))
    (concern,) = concerns(office, owner=DANA)
    for person in (SAM, a_person("UO", name="Otto", team_id="T2")):
        with pytest.raises(NotFound):
            standups.clear(office.services, person, concern.id, key=office.key())
    with pytest.raises(NotFound):
        standups.clear(office.services, SAM, "nonsense", key=office.key())
    assert len(concerns(office, owner=DANA)) == 1
    assert [row.conversation for row in office.said(StandupDigest) + office.said(StandupAnswers)] == ["G1", "G1"]


def test_sixty_people_make_one_digest(store):
    people = [a_person(f"U{n:02}", name=f"Person {n}", zone="Europe/Lisbon") for n in range(60)]
    office = an_office(store, *people, now=utc(10, 22, 12))
    office.plan(person=people[0])
    office.go(utc(10, 23, 10))
    for person in people:
        office.answer(person, "Did", "Next", f"Trouble {person.name} {'x' * 200}")
    office.go(utc(10, 23, 10) + timedelta(hours=8))
    (digest,) = digests(office)
    assert (digest.answers, len(digest.stuck)) == (60, 60)
    assert len(office.said(StandupAnswers)) == 60
