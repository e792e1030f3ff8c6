"""The notice before a draft is logged, over logs labelled by somebody who had not seen the code.

The floors are a little under what was measured, which bench/README.md publishes.
"""

from bench.reopened import CHOSEN_ON, Outcome, Score, measure, score


def floors(found: Score, *, precision: float, recall: float) -> bool:
    assert found.precision is not None
    assert found.recall is not None
    return found.precision >= precision and found.recall >= recall


def test_what_is_said_about_labelled_drafts_stays_as_good_as_published() -> None:
    outcomes = measure()
    found = score(outcomes)

    assert (found.drafts, found.reopening) == (200, 100)
    assert floors(found, precision=0.82, recall=0.62), found


def test_it_holds_for_logs_that_the_rules_were_not_chosen_on() -> None:
    found = score(each for each in measure() if each.log not in CHOSEN_ON)

    assert (found.drafts, found.reopening) == (120, 60)
    assert floors(found, precision=0.79, recall=0.55), found


def test_a_notice_that_names_another_decision_is_not_right() -> None:
    told = ((1, 1), (2, 3), (None, 4), (5, None))
    found = score(Outcome("any", "any", reopens, named) for reopens, named in told)

    assert (found.precision, found.recall) == (1 / 3, 1 / 3)
