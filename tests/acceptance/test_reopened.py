"""A debate that was settled is not reopened unawares, through the running program."""

from typing import Any

import pytest

from tests.acceptance.harness import DANA, GENERAL, GUEST, KENJI, LEADERSHIP, PLATFORM, Rig
from tests.acceptance.steps import log_one
from tests.acceptance.windows import blank_state, words

pytestmark = pytest.mark.acceptance

SETTLED = "/decide Stay off Kubernetes rather than EKS because nobody here wants to run it"
AGAIN = "/decide Move the importer to k8s because it scales"


def reopened(rig: Rig, *, where: str = PLATFORM) -> dict[str, Any]:
    """D-1 stands, and Kenji types the opposite in one line: his window."""
    log_one(rig, SETTLED, where=where)
    rig.slash(KENJI, PLATFORM, AGAIN)
    return rig.wait_modal(KENJI, "decisions.form")


def press(rig: Rig, view: dict[str, Any], action: str, says: str) -> dict[str, Any]:
    rig.click_view(KENJI, view, action, blank_state(view))
    rig.wait_for(lambda: says in words(rig.modal(KENJI)))
    return rig.wait_modal(KENJI, "decisions.form")


def test_it_is_said_before_it_is_logged_and_can_be_superseded_from_there(any_rig: Rig) -> None:
    view = reopened(any_rig)
    assert "D-1 settled this on" in words(view)
    assert "Move the importer to k8s" in words(view)
    view = press(any_rig, view, "decisions.supersede_it", "Supersede D-1")
    assert "it scales" in words(view)
    answer = any_rig.submit(KENJI, view)
    assert answer["ok"], answer
    any_rig.wait_for(lambda: "In place of D-1" in words(any_rig.by_bot(PLATFORM)))
    any_rig.wait_for(lambda: "Superseded by D-2" in words(any_rig.by_bot(PLATFORM)))


def test_a_link_to_it_stands_on_the_card(any_rig: Rig) -> None:
    view = press(any_rig, reopened(any_rig), "decisions.relate", "Related to D-1")
    any_rig.submit(KENJI, view)
    any_rig.wait_for(lambda: "Related to D-1" in words(any_rig.by_bot(PLATFORM)))


def test_a_title_typed_in_the_window_is_looked_at_when_it_is_sent(rig: Rig) -> None:
    log_one(rig, SETTLED)
    rig.slash(KENJI, PLATFORM, "/decide")
    view = rig.wait_modal(KENJI, "decisions.form")
    rig.submit(KENJI, view, title="Run the importer on EKS", why="It scales")
    rig.wait_for(lambda: "D-1 settled this on" in words(rig.modal(KENJI)))
    again = rig.wait_modal(KENJI, "decisions.form")
    assert "Run the importer on EKS" in words(again)
    rig.submit(KENJI, again)
    rig.wait_for(lambda: "D-2" in words(rig.by_bot(PLATFORM)))


def test_a_private_decision_is_not_hinted_at(rig: Rig) -> None:
    log_one(rig, SETTLED, where=LEADERSHIP)
    card = log_one(rig, AGAIN, who=KENJI)
    assert "D-2" in card["text"]
    assert rig.modal(KENJI) is None
    assert "D-1" not in words(rig.ephemerals(KENJI, PLATFORM))
    rig.slash(DANA, PLATFORM, "/decide Run the batch jobs on EKS because it scales")
    assert "D-1 settled this on" in words(rig.wait_modal(DANA, "decisions.form"))


def test_a_guest_is_not_told_of_a_channel_that_they_are_not_in(rig: Rig) -> None:
    log_one(rig, SETTLED, where=GENERAL)
    rig.slash(GUEST, PLATFORM, AGAIN)
    rig.wait_for(lambda: rig.ephemerals(GUEST, PLATFORM) or rig.modal(GUEST))
    assert "D-1" not in words([rig.ephemerals(GUEST, PLATFORM), rig.modal(GUEST)])
