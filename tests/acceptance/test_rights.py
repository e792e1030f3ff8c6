"""Who decides, through the running program: said in a window, asked for in commands, DMs and mentions."""

from pathlib import Path

import pytest

from tests.acceptance.harness import DANA, GUEST, KENJI, PLATFORM, PRIYA, RANDOM, SAM, Rig, a_rig
from tests.acceptance.windows import words

pytestmark = pytest.mark.acceptance
SAID = "Sam decides. Priya and @finance must agree. Kenji gives input before."


def say_vendors(rig: Rig) -> None:
    """Dana, a Slack admin, says who decides about vendors; the list under the window then shows it."""
    rig.slash(DANA, PLATFORM, "/backbeat who-decides")
    rig.wait_for(lambda: "whoever writes a decision decides it" in words(rig.modal(DANA)))
    rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.add.1")
    form = rig.wait_modal(DANA, "rights.form")
    answer = rig.submit(DANA, form, decides=SAM, agrees=[PRIYA], agrees_groups=["S0FINANCE"], input=[KENJI])
    assert answer["ok"], answer
    rig.wait_for(lambda: SAID in words(rig.wait_modal(DANA, "rights.list")))


def mention(rig: Rig, person: str, text: str, where: str = PLATFORM) -> str:
    return rig.say(person, where, f"<@{rig.playground.spec.app.bot_user_id}> {text}")


def test_the_cto_says_who_decides_and_everybody_can_ask(any_rig: Rig) -> None:
    rig = any_rig
    say_vendors(rig)
    rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.edit_limits")
    assert rig.submit(DANA, rig.wait_modal(DANA, "rights.limits"))["ok"]
    rig.wait_for(lambda: "Under 10,000 EUR: the CTO" in words(rig.wait_modal(DANA, "rights.list")))
    rig.slash(KENJI, PLATFORM, "/backbeat who-decides vendor")
    rig.wait_for(lambda: SAID in words(rig.ephemerals(KENJI, PLATFORM)))
    rig.slash(KENJI, PLATFORM, "/decide who decides about vendors?")
    rig.wait_for(lambda: len(rig.ephemerals(KENJI, PLATFORM)) == 2)
    assert rig.modal(KENJI) is None
    dm = rig.act(KENJI, "open_dm", user=rig.playground.spec.app.bot_user_id)["channel"]
    rig.say(KENJI, dm, "Who decides on vendors?")
    rig.wait_for(lambda: SAID in words(rig.dms(KENJI)))
    assert rig.by_bot(PLATFORM) == []


def test_a_mention_is_answered_in_its_thread(any_rig: Rig) -> None:
    rig = any_rig
    say_vendors(rig)
    asked = mention(rig, KENJI, "who decides about vendors?")
    rig.wait_for(lambda: rig.replies(PLATFORM, asked))
    (answer,) = rig.replies(PLATFORM, asked)
    assert SAID in answer["text"]
    other = mention(rig, KENJI, "sing us a song")
    rig.wait_for(lambda: rig.replies(PLATFORM, other))
    assert "who decides about vendors" in rig.replies(PLATFORM, other)[0]["text"]


def test_guests_and_those_who_may_not_say_it_change_and_learn_nothing(rig: Rig) -> None:
    say_vendors(rig)
    rig.slash(KENJI, PLATFORM, "/backbeat who-decides")
    seen = rig.wait_for(lambda: (view := rig.modal(KENJI)) and SAID in words(view) and view)
    assert "rights.edit" not in words(seen)
    rig.slash(GUEST, PLATFORM, "/backbeat who-decides vendors")
    rig.wait_for(lambda: "Guests see nothing" in words(rig.ephemerals(GUEST, PLATFORM)))
    asked = mention(rig, GUEST, "who decides about vendors?")
    heard = mention(rig, KENJI, "who decides about vendors?")
    rig.wait_for(lambda: rig.replies(PLATFORM, heard))
    assert rig.replies(PLATFORM, asked) == []
    assert mention(rig, KENJI, "who decides?", where=RANDOM)  # Backbeat is not there, and hears nothing


def test_a_forged_button_changes_nothing(tmp_path: Path) -> None:
    with a_rig(tmp_path, http=True) as rig:
        rig.start().wait_ready()
        say_vendors(rig)
        rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.edit")
        form = rig.wait_modal(DANA, "rights.form")
        removing = {"type": "button", "action_id": "rights.remove", "block_id": "remove", "value": "Vendors"}
        for person in (KENJI, GUEST, "U0NOBODY"):
            rig.forge(rig.last_click("rights.edit"), person, view=form, actions=[removing])
        rig.slash(PRIYA, PLATFORM, "/backbeat who-decides vendors")
        rig.wait_for(lambda: SAID in words(rig.ephemerals(PRIYA, PLATFORM)))


def test_what_an_installer_declined_is_left_out_and_the_rest_works(tmp_path: Path) -> None:
    with a_rig(tmp_path, declined_scopes=frozenset({"usergroups:read", "app_mentions:read"})) as rig:
        rig.start().wait_ready()
        rig.slash(DANA, PLATFORM, "/backbeat who-decides")
        rig.click_view(DANA, rig.wait_modal(DANA, "rights.list"), "rights.add.1")
        form = rig.wait_modal(DANA, "rights.form")
        assert "usergroups:read" in words(form)
        assert rig.submit(DANA, form, decides=SAM)["ok"]
        rig.wait_for(lambda: "Sam decides." in words(rig.wait_modal(DANA, "rights.list")))
