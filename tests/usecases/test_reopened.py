"""The notice before a draft is logged, over logs labelled by somebody who had not seen the code."""

from bench.reopened import Outcome, measure, score


def test_what_is_said_about_labelled_drafts_stays_as_good_as_published() -> None:
    found = score(measure())

    assert (found.drafts, found.reopening) == (200, 100)
    assert found.precision is not None
    assert found.precision >= 0.75
    assert found.recall is not None
    assert found.recall >= 0.06


def test_a_notice_that_names_another_decision_is_not_right() -> None:
    found = score([Outcome("any", 1, 1), Outcome("any", 2, 3), Outcome("any", None, 4), Outcome("any", 5, None)])

    assert (found.precision, found.recall) == (1 / 3, 1 / 3)
