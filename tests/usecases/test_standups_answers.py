"""Answering: in the window, in the thread, late, not at all; and what others can not do with somebody's prompt."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.messages import Note, StandupPrompt
from bot.domain.outbox import Destination, OutboxStatus
from bot.domain.schedules import ScheduleKind
from bot.domain.standups import PromptStatus, RoundStatus
from bot.domain.workspaces import Viewer
from bot.usecases import standups
from tests.standups import DANA, KENJI, PRIYA, SAM, WEEKLY, an_office, utc
from tests.support import a_person

FRIDAY = date(2026, 10, 23)
THURSDAY = utc(10, 22, 12)


@pytest.fixture
def office(store):
    """Friday, 10:00 UTC: everybody but Sam has been asked."""
    made = an_office(store, now=THURSDAY)
    made.plan()
    made.go(utc(10, 23, 10))
    return made


def texts_of(office, person, day=FRIDAY):
    with office.store.read("T1") as uow:
        found = uow.standups.answer(office.prompt(person, day).id)
    return found.texts if found else None


def reply(office, person, text, *, key=None):
    prompt = office.prompt(person, FRIDAY)
    post = office.asked(person)[-1]
    found = standups.prompt_of_thread(office.services, "T1", person.id, post.conversation, post.ts)
    assert found is not None
    assert found.id == prompt.id
    to = Destination(conversation=post.conversation, thread_ts=post.ts)
    standups.reply(office.services, person, prompt.id, text, key=key or office.key(), to=to)
    office.deliver()


def test_an_answer_is_kept_and_shown_in_the_dm(office):
    office.answer(KENJI, "Alerts down", "Backups", "Staging DB", day=FRIDAY)
    assert texts_of(office, KENJI) == ("Alerts down", "Backups", "Staging DB")
    shown = office.shown(office.asked(KENJI)[0])
    assert isinstance(shown, StandupPrompt)
    assert (shown.state, shown.answers) == ("answered", ("Alerts down", "Backups", "Staging DB"))


def test_an_edit_replaces_the_words_and_keeps_the_first_time(office):
    office.answer(KENJI, "a", "b", "c", day=FRIDAY)
    office.go(utc(10, 23, 11))
    office.answer(KENJI, "a", "other", "", day=FRIDAY)
    with office.store.read("T1") as uow:
        answers = uow.standups.answers(office.round(FRIDAY).id)
    assert [(each.texts, each.answered_at) for each in answers] == [(("a", "other", ""), utc(10, 23, 10))]


def test_a_second_submit_of_one_window_changes_nothing(office):
    prompt = office.prompt(KENJI, FRIDAY)
    standups.answer(office.services, KENJI, prompt.id, ["first"], key="view:V1")
    before = office.rows()
    standups.answer(office.services, KENJI, prompt.id, ["first again"], key="view:V1")
    standups.answer(office.services, KENJI, prompt.id, ["first"], key="view:V2")
    assert texts_of(office, KENJI) == ("first", "", "")
    assert office.rows() == before


def test_somebody_elses_prompt_can_be_neither_read_nor_answered_nor_skipped(office):
    prompt = office.prompt(KENJI, FRIDAY)
    for attempt in (
        lambda: standups.answer(office.services, SAM, prompt.id, ["x"], key="k1"),
        lambda: standups.sheet(office.services, SAM, prompt.id),
        lambda: standups.skip(office.services, SAM, prompt.id, key="k2"),
        lambda: standups.later(office.services, SAM, prompt.id, key="k3"),
        lambda: standups.answer(office.services, SAM, "nonsense", ["x"], key="k4"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert texts_of(office, KENJI) is None


def test_an_empty_answer_is_refused_beside_the_first_question(office):
    prompt = office.prompt(KENJI, FRIDAY)
    with pytest.raises(InvalidInput) as refused:
        standups.answer(office.services, KENJI, prompt.id, ["", "  ", ""], key="k")
    assert refused.value.field == "answer_0"


def test_however_much_is_written_is_kept_within_a_bound(office):
    prompt = office.prompt(KENJI, FRIDAY)
    standups.answer(office.services, KENJI, prompt.id, ["&" * 9000, *["x"] * 40], key="k")
    texts = texts_of(office, KENJI)
    assert len(texts) == 3
    assert len(texts[0]) == 3000


def test_the_sheet_is_filled_and_shows_last_times_plan(office):
    office.answer(KENJI, "Did", "Write the restore script", "", day=FRIDAY)
    assert (
        standups.sheet(office.services, KENJI, office.prompt(KENJI, FRIDAY).id).texts[1] == "Write the restore script"
    )
    office.go(utc(10, 27, 2))
    sheet = standups.sheet(office.services, KENJI, office.prompt(KENJI, date(2026, 10, 27)).id)
    assert (sheet.texts, sheet.last_plan, sheet.is_late) == ((), "Write the restore script", False)
    message = office.asked(KENJI)[-1].message
    assert isinstance(message, StandupPrompt)
    assert message.last_plan == "Write the restore script"


# --- in the thread -------------------------------------------------------------------------------------------------


def test_a_reply_in_the_prompts_thread_is_an_answer(office):
    reply(office, KENJI, "1 Alerts &amp; pages\n2 Backups for <#C1|platform>\n3 nothing")
    assert texts_of(office, KENJI) == ("Alerts & pages", "Backups for #platform", "nothing")
    assert office.shown(office.asked(KENJI)[0]).state == "answered"


def test_a_redelivered_reply_changes_nothing(office):
    reply(office, KENJI, "Alerts", key="event:Ev1")
    reply(office, KENJI, "Alerts", key="event:Ev1")
    reply(office, KENJI, "and backups", key="event:Ev2")
    assert texts_of(office, KENJI) == ("Alerts\nand backups", "", "")


def test_only_the_thread_of_ones_own_prompt_counts(office):
    post = office.asked(KENJI)[0]

    def found(person, conversation, ts):
        return standups.prompt_of_thread(office.services, "T1", person.id, conversation, ts)

    assert found(KENJI, post.conversation, post.ts) is not None
    assert found(KENJI, post.conversation, "1.0") is None
    assert found(KENJI, "DOTHER", post.ts) is None
    assert found(SAM, post.conversation, post.ts) is None


def test_a_reply_that_is_quicker_than_the_record_of_the_post_counts(office):
    post = office.asked(KENJI)[0]
    intent = utc(10, 23, 9)

    def found(ts, **changed):
        with office.store.begin("T1") as uow:
            uow.outbox.save(replace(post, ts=None, intent_at=intent, **changed))
            uow.commit()
        return standups.prompt_of_thread(office.services, "T1", KENJI.id, post.conversation, ts) is not None

    now = intent.timestamp()
    for status in (OutboxStatus.SENDING, OutboxStatus.UNCERTAIN):
        assert found(f"{now + 20:.6f}", status=status)
        assert not found(f"{now + 90:.6f}", status=status)  # a thread of something else
        assert not found("odd", status=status)
    assert not found(f"{now:.6f}", status=OutboxStatus.FAILED)


def test_a_reply_that_comes_too_late_is_told_so_in_the_thread_once(office):
    office.go(utc(10, 24, 16))
    reply(office, KENJI, "Alerts", key="event:Ev1")
    reply(office, KENJI, "Alerts", key="event:Ev1")
    notes = office.said(Note)
    assert len(notes) == 1
    assert "23 Oct has closed" in notes[0].message.text
    assert notes[0].destination.thread_ts == office.asked(KENJI)[0].ts


def test_an_empty_reply_is_told_so(office):
    reply(office, KENJI, " ")
    assert len(office.said(Note)) == 1
    assert texts_of(office, KENJI) is None


# --- not now -------------------------------------------------------------------------------------------------------


def test_skipping_is_shown_and_an_answer_is_still_welcome(office):
    prompt = office.prompt(KENJI, FRIDAY)
    standups.skip(office.services, KENJI, prompt.id, key="k1")
    office.deliver()
    assert office.shown(office.asked(KENJI)[0]).state == "declined"
    before = office.rows()
    standups.skip(office.services, KENJI, prompt.id, key="k2")  # a second click
    assert office.rows() == before
    office.answer(KENJI, "After all", day=FRIDAY)
    assert office.prompt(KENJI, FRIDAY).status is PromptStatus.ANSWERED
    standups.skip(office.services, KENJI, prompt.id, key="k3")  # a click on the old message
    assert office.prompt(KENJI, FRIDAY).status is PromptStatus.ANSWERED


def test_away_is_kept_as_the_reason(office):
    standups.skip(office.services, KENJI, office.prompt(KENJI, FRIDAY).id, key="k1", why=standups.AWAY)
    assert office.prompt(KENJI, FRIDAY).reason == "away"


def test_later_asks_again_in_two_hours_and_once(office):
    prompt = office.prompt(DANA, FRIDAY)
    standups.later(office.services, DANA, prompt.id, key="k1")
    standups.later(office.services, DANA, prompt.id, key="k2")  # a second click
    office.deliver()
    shown = office.shown(office.asked(DANA)[0])
    assert (shown.state, shown.again_at) == ("later", utc(10, 23, 12))
    office.go(utc(10, 23, 14))
    assert [row.created_at for row in office.asked(DANA)] == [utc(10, 23, 8, 30), utc(10, 23, 12)]
    office.answer(DANA, "Done", day=FRIDAY)
    assert [office.shown(row).state for row in office.asked(DANA)] == ["answered", "answered"]


def test_later_than_the_deadline_is_refused(office):
    office.go(utc(10, 23, 13, 10))
    with pytest.raises(Conflict, match="Answer now"):
        standups.later(office.services, DANA, office.prompt(DANA, FRIDAY).id, key="k1")
    assert office.prompt(DANA, FRIDAY).status is PromptStatus.ASKED


def test_who_answers_before_being_asked_again_is_not_asked_again(office):
    standups.later(office.services, DANA, office.prompt(DANA, FRIDAY).id, key="k1")
    office.answer(DANA, "Done", day=FRIDAY)
    office.go(utc(10, 23, 14))
    assert len(office.asked(DANA)) == 1


# --- unasked -------------------------------------------------------------------------------------------------------


def test_who_has_not_been_asked_yet_can_answer_now_and_is_not_asked_then(office):
    prompt = standups.take_part(office.services, SAM, office.standup().id, key="k1")
    assert prompt.id == office.prompt(SAM, FRIDAY).id
    standups.answer(office.services, SAM, prompt.id, ["Early"], key="k2")
    office.go(utc(10, 23, 20))
    assert office.asked(SAM) == []
    assert office.round(FRIDAY).status is RoundStatus.POSTED


def test_who_joined_since_gets_a_prompt_of_their_own_once(office):
    nina = a_person("U7", name="Nina")
    office.save_person(nina)
    office.around.directory.membership["C1"] |= {nina.id}
    first = standups.take_part(office.services, nina, office.standup().id, key="k1")
    assert standups.take_part(office.services, nina, office.standup().id, key="k2") == first
    assert first.person_id == nina.id


def test_somebody_outside_the_channel_finds_no_standup(office):
    olga = a_person("U9", name="Olga")
    office.save_person(olga)
    with pytest.raises(NotFound):
        standups.take_part(office.services, olga, office.standup().id, key="k1")
    with pytest.raises(NotFound):
        standups.take_part(office.services, SAM, office.standup().id, key="k2", viewer=Viewer(SAM.id))


def test_without_an_open_round_there_is_nothing_to_answer(store):
    office = an_office(store, now=THURSDAY)
    made = office.plan()
    with pytest.raises(Conflict):
        standups.take_part(office.services, DANA, made.id, key="k1")


def test_a_private_channels_standup_asks_its_members_alone(store):
    office = an_office(store, now=THURSDAY)
    office.plan(replace(WEEKLY, channel="G1"))
    office.go(utc(10, 23, 20))
    assert len(office.asked(DANA)) == 1
    assert office.asked(SAM) == office.asked(PRIYA) == office.asked(KENJI) == []
    assert office.happened[0][1] is ScheduleKind.STANDUP_ROUND
