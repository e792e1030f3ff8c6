"""Setting a standup up, changing and stopping it: who may, what is refused, and what was understood."""

from dataclasses import replace
from datetime import date, time

import pytest

from bot.domain.errors import Conflict, ExternalFailure, InvalidInput, NotAllowed, NotFound
from bot.domain.standups import DEFAULT_QUESTIONS, PromptStatus, RoundStatus
from bot.domain.workspaces import Role
from bot.usecases import standups
from bot.usecases.standups import StandupPlan
from tests.standups import DANA, KENJI, PRIYA, SAM, WEEKLY, an_office, utc
from tests.support import a_person

OUTSIDER = a_person("U9", name="Olga", zone="Europe/Lisbon")
THURSDAY = utc(10, 22, 12)


def the_first(office):
    return [
        (each.person.name, f"{each.at:%a %d %H:%M}" if each.at else None, each.reasons)
        for each in standups.first_asks(office.services, DANA, office.standup().id)
    ]


def test_what_was_understood_says_when_each_person_is_asked_first(store):
    lena = a_person("U5", name="Lena", zone="America/Los_Angeles")
    office = an_office(store, DANA, SAM, PRIYA, KENJI, lena, now=utc(10, 1, 12))
    office.plan()
    first = the_first(office)
    assert [each[:2] for each in first] == [
        ("Kenji", "Fri 02 00:30"),
        ("Dana", "Fri 02 08:30"),
        ("Sam", "Fri 02 13:30"),
        ("Priya", "Tue 06 04:00"),
        ("Lena", None),
    ]
    assert "Gandhi" in first[3][2][0][1]
    assert first[4][2][0][1] == "asked too late for the digest"


def test_it_says_the_same_once_the_round_has_opened(store):
    office = an_office(store, now=utc(10, 23, 8))
    office.plan()
    office.go(utc(10, 23, 8, 1))
    first = the_first(office)
    assert [each[:2] for each in first] == [
        ("Dana", "Fri 23 08:30"),
        ("Sam", "Fri 23 13:30"),
        ("Kenji", "Tue 27 00:30"),
        ("Priya", "Tue 27 04:00"),
    ]
    assert first[2][2] == ((date(2026, 10, 23), "the standup was set up after 09:30 their time"),)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"days": frozenset()}, "days"),
        ({"questions": ("", " ")}, "questions"),
        ({"questions": ("x" * 201,)}, "questions"),
        ({"zone": "Atlantis"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"deadline": time(5, 0)}, "deadline"),
        ({"channel": "C2"}, "channel"),
        ({"channel": "C404"}, "channel"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(store, changed, field):
    office = an_office(store, DANA, SAM, now=THURSDAY)
    with pytest.raises(InvalidInput) as refused:
        office.plan(replace(WEEKLY, **changed))
    assert refused.value.field == field
    with store.read("T1") as uow:
        assert uow.standups.all(active=False) == []


def test_where_the_bot_is_not_in_the_channel_it_says_how_to_invite_it(store):
    office = an_office(store, now=THURSDAY)
    with pytest.raises(InvalidInput, match=r"#random.*/invite"):
        office.plan(replace(WEEKLY, channel="C2"))


def test_a_channel_shared_with_another_company_gets_no_standup(store):
    office = an_office(store, now=THURSDAY)
    shared = office.around.directory.conversations["C1"]
    office.around.directory.conversations["C1"] = replace(shared, is_shared=True)
    with pytest.raises(InvalidInput, match="another company"):
        office.plan()


def test_a_digest_that_is_early_for_the_asker_is_fine_where_others_can_answer(store):
    office = an_office(store, SAM, KENJI, now=THURSDAY)
    office.plan(replace(WEEKLY, deadline=time(9, 0), zone="America/New_York"), person=SAM)
    assert ("Sam", None) in [each[:2] for each in the_first(office)]


def test_only_somebody_in_the_channel_can_set_it_up(store):
    office = an_office(store, now=THURSDAY)
    office.save_person(OUTSIDER)
    for channel in ("C1", "G1"):
        with pytest.raises(InvalidInput, match="not in that channel"):
            office.plan(replace(WEEKLY, channel=channel), person=OUTSIDER)
    with pytest.raises(InvalidInput, match="not in that channel"):
        office.plan(replace(WEEKLY, channel="G1"), person=SAM)


def test_an_unwelcome_guest_can_neither_set_it_up_nor_see_it(store):
    gwen = a_person("UG", name="Gwen", is_guest=True)
    office = an_office(store, DANA, gwen, now=THURSDAY)
    with pytest.raises(NotAllowed):
        office.plan(person=gwen)
    office.plan()
    with pytest.raises(NotAllowed):
        standups.find(office.services, gwen, "C1")


def test_a_channel_that_is_no_team_is_refused(store):
    office = an_office(store, now=THURSDAY)
    office.around.directory.membership["C1"] |= {f"U{n}" for n in range(100, 400)}
    with pytest.raises(InvalidInput, match="at most 200"):
        office.plan()


def test_a_second_submit_plans_nothing_twice_and_a_second_standup_is_refused(store):
    office = an_office(store, now=THURSDAY)
    first = standups.plan(office.services, DANA, WEEKLY, key="view:V1")
    assert standups.plan(office.services, DANA, replace(WEEKLY, days=frozenset({0})), key="view:V1") == first
    with pytest.raises(Conflict):
        standups.plan(office.services, SAM, WEEKLY, key="view:V2")


def test_while_slack_is_out_of_reach_nothing_is_planned(store):
    office = an_office(store, now=THURSDAY)
    office.around.directory.down = True
    with pytest.raises(ExternalFailure):
        office.plan()
    with store.read("T1") as uow:
        assert uow.standups.all(active=False) == []


# --- changing it ---------------------------------------------------------------------------------------------------


def test_outside_its_private_channel_not_even_an_admin_knows_of_it(store):
    admin = replace(KENJI, is_slack_admin=True)
    office = an_office(store, DANA, admin, now=THURSDAY)
    made = office.plan(replace(WEEKLY, channel="G1"))
    for attempt in (
        lambda: standups.get(office.services, admin, made.id),
        lambda: standups.edit(office.services, admin, made.id, replace(WEEKLY, channel="G1"), key="e"),
        lambda: standups.stop(office.services, admin, made.id, key="s"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert office.standup() == made


def test_its_creator_an_admin_and_the_cto_may_change_it_and_nobody_else(store):
    admin = replace(KENJI, is_slack_admin=True)
    office = an_office(store, DANA, SAM, PRIYA, admin, now=THURSDAY)
    made = office.plan()
    with store.begin("T1") as uow:
        uow.workspaces.set_role(Role.CTO, [SAM.id])
        uow.commit()
    later = replace(WEEKLY, at=time(10, 0))
    for person in (DANA, SAM, admin):
        assert standups.edit(office.services, person, made.id, later, key=office.key()).at == time(10, 0)
    with pytest.raises(NotAllowed, match="Dana"):
        standups.edit(office.services, PRIYA, made.id, WEEKLY, key=office.key())
    with pytest.raises(NotAllowed, match="Dana"):
        standups.stop(office.services, PRIYA, made.id, key=office.key())
    assert office.standup().active


def test_an_edit_counts_from_the_next_round_and_the_open_one_keeps_its_questions(store):
    office = an_office(store, DANA, SAM, now=THURSDAY)
    made = office.plan()
    office.go(utc(10, 23, 9))
    changed = replace(WEEKLY, questions=("Mood?", "In the way?"), at=time(11, 0), deadline=time(18, 0))
    standups.edit(office.services, DANA, made.id, changed, key=office.key())
    office.go(utc(10, 23, 20))
    assert office.round(date(2026, 10, 23)).questions == DEFAULT_QUESTIONS
    assert office.asked(SAM)[0].created_at == utc(10, 23, 13, 30)
    office.go(utc(10, 27, 20))
    assert office.round(date(2026, 10, 27)).questions == ("Mood?", "In the way?")
    assert office.asked(SAM)[1].created_at == utc(10, 27, 15)
    assert office.round(date(2026, 10, 27)).closes_at == utc(10, 27, 18)


def test_an_edit_never_opens_a_second_round_for_a_day(store):
    office = an_office(store, DANA, SAM, now=THURSDAY)
    made = office.plan()
    office.go(utc(10, 23, 8))
    standups.edit(office.services, DANA, made.id, replace(WEEKLY, at=time(9, 45)), key=office.key())
    office.go(utc(10, 23, 20))
    assert len(office.asked(DANA)) == 1


def test_after_stop_nobody_is_asked_and_the_open_round_keeps_its_answers(store):
    office = an_office(store, now=THURSDAY)
    made = office.plan()
    office.go(utc(10, 23, 5))
    office.answer(KENJI, "Did", "Next", "")
    standups.stop(office.services, DANA, made.id, key=office.key())
    standups.stop(office.services, DANA, made.id, key=office.key())  # a second click
    office.go(utc(11, 10, 0))
    assert office.asked(DANA) == office.asked(SAM) == []
    assert office.prompt(SAM, date(2026, 10, 23)).status is PromptStatus.SKIPPED
    assert office.round(date(2026, 10, 23)).status is RoundStatus.POSTED
    assert office.round(date(2026, 10, 27)) is None


def test_planning_a_stopped_one_again_takes_it_up_where_it_was(store):
    office = an_office(store, now=THURSDAY)
    made = office.plan()
    office.go(utc(10, 23, 20))
    standups.stop(office.services, DANA, made.id, key=office.key())
    again = office.plan(StandupPlan("C1", frozenset({0}), time(9), time(16), "UTC"), person=SAM)
    assert again.id == made.id
    assert again.active
    office.go(utc(10, 26, 20))
    assert len(office.asked(KENJI)) == 2


def test_how_it_stands_for_somebody(store):
    office = an_office(store, now=THURSDAY)
    made = office.plan()
    stands = standups.standing(office.services, KENJI, made)
    assert (stands.next_day, stands.next_ask) == (date(2026, 10, 23), utc(10, 23, 0, 30))
    assert (stands.may_change, stands.can_answer, stands.creator) == (False, False, "Dana")
    office.go(utc(10, 23, 10))
    stands = standups.standing(office.services, SAM, made)
    assert (stands.next_day, stands.next_ask, stands.can_answer) == (date(2026, 10, 27), utc(10, 23, 13, 30), True)
