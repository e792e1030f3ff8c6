"""Who may act, and who may see what."""

from dataclasses import replace

from bot.domain.workspaces import EVERYONE, Audience, Viewer
from tests.support import a_person

NOBODY: frozenset[str] = frozenset()
BOARD = Audience("G1")


def test_a_member_may_act():
    assert a_person().may_act


def test_people_of_other_companies_bots_and_leavers_may_not_act():
    assert not a_person(team_id="T2").may_act
    assert not a_person(is_bot=True).may_act
    assert not a_person(is_deactivated=True).may_act


def test_what_everyone_may_see_is_seen_by_every_member():
    assert Viewer("U9").may_see(EVERYONE, source="C1", involved=NOBODY)


def test_a_private_conversation_is_seen_by_its_members_alone():
    assert Viewer("U1", frozenset({"G1"})).may_see(BOARD, source="G1", involved=NOBODY)
    assert not Viewer("U9", frozenset({"G2"})).may_see(BOARD, source="G1", involved=NOBODY)


def test_its_author_and_owner_always_see_it():
    assert Viewer("U1").may_see(BOARD, source="G1", involved=frozenset({"U1"}))


def test_a_guest_sees_only_what_came_from_a_conversation_they_are_in():
    guest = Viewer("U8", frozenset({"C1"}), is_guest=True)
    assert guest.may_see(EVERYONE, source="C1", involved=NOBODY)
    assert not guest.may_see(EVERYONE, source="C2", involved=NOBODY)
    assert not guest.may_see(EVERYONE, source=None, involved=NOBODY)


def test_somebody_without_access_sees_nothing_not_even_their_own():
    shut_out = replace(Viewer("U1", frozenset({"G1"})), may_see_anything=False)
    assert not shut_out.may_see(EVERYONE, source="C1", involved=frozenset({"U1"}))


def test_the_clock_sees_all_it_has_to_move():
    assert Viewer.system().may_see(BOARD, source="G1", involved=NOBODY)
