"""Which standing decision a draft goes over again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo import tidewater
from bot.domain.likeness import Log, Text
from bot.domain.terms import stem, terms_of

EVENTS = Text("Use Postgres for the event store", "We run it already", "Kafka, EventStoreDB")
CONTAINERS = Text("Stay off Kubernetes", "Nobody here wants to run a control plane")
STANDING = (
    EVENTS,
    CONTAINERS,
    Text("Auth0 for login", "Password resets are none of our product", "Rolling our own, Keycloak"),
    Text("No contractors on payroll code", "Knowledge stays in the building"),
    Text("Code freeze from 20 to 30 December", "Nobody is here to mend anything"),
)


def reopened(title: str, why: str = "") -> Text | None:
    place = Log(STANDING).reopened(title, why)
    return None if place is None else STANDING[place]


@pytest.mark.parametrize("title", ["Use Postgres for the event store", "Event store on PG", "Use Kafka for events"])
def test_what_was_chosen_and_what_was_ruled_out_are_both_settled(title: str) -> None:
    assert reopened(title, "Throughput") is EVENTS


@pytest.mark.parametrize("title", ["Move to Kubernetes", "Move the importer to k8s", "Run the batch jobs on EKS"])
def test_an_abbreviation_or_a_make_of_it_means_the_same_thing(title: str) -> None:
    assert reopened(title) is CONTAINERS


def test_a_slip_of_the_fingers_is_forgiven() -> None:
    assert reopened("Move to Kuberntes") is CONTAINERS


def test_a_reason_given_in_passing_counts() -> None:
    found = reopened("Notes on payroll", "Also: we bring in two contractors for the payroll code this spring.")
    assert found is STANDING[3]


@pytest.mark.parametrize(
    "title", ["Upgrade Postgres to 17", "Hire a designer in March", "Ship on Tuesdays", "Auth0 sessions end after 12 h"]
)
def test_another_question_about_a_known_name_is_not_the_same_debate(title: str) -> None:
    assert reopened(title) is None


def test_what_looks_after_a_choice_is_told_from_the_choice_said_again() -> None:
    log = Log([Text("Upgrade Postgres to 17", "Version 13 goes out of support")])
    assert log.reopened("Upgrade Postgres to 17 now") == 0
    assert log.reopened("Upgrade Elasticsearch") is None


def test_words_that_stand_everywhere_tell_little() -> None:
    often = [Text(f"Billing runs the {name} team", "The billing team asked") for name in ("blue", "red", "green")]
    assert Log([*often, *STANDING]).reopened("Billing team lunch on Fridays") is None


def test_nothing_is_like_nothing() -> None:
    assert reopened("") is None
    assert reopened("the of and") is None
    assert Log([]).reopened("Use Postgres") is None
    assert Log([Text("", "", None)]).reopened("Use Postgres") is None


def test_in_five_weeks_of_decisions_only_what_is_about_the_same_thing_is_found() -> None:
    logged = [each for each in tidewater.story() if isinstance(each, tidewater.Logs)]
    texts = [Text(each.title, each.why) for each in logged]
    found = {(Log(texts[:at]).reopened(each.title, each.why), at) for at, each in enumerate(logged)}
    assert {pair for pair in found if pair[0] is not None} == {(6, 9)}  # previews, and previews on request only


@given(st.text(max_size=700), st.text(max_size=700), st.text(max_size=700), st.text(max_size=700))
def test_whatever_the_words_it_answers(title: str, why: str, old: str, not_doing: str) -> None:
    assert Log([Text(old, "", not_doing)]).reopened(title, why) in {None, 0}


def test_endings_and_other_names_come_down_to_one_word() -> None:
    assert {stem(each) for each in ("migrate", "migrates", "migrated", "migrating", "migration")} == {"migrat"}
    assert terms_of("k8s in prod") == terms_of("Kubernetes for production")
    assert terms_of("Single sign-on") == terms_of("SSO")
    assert terms_of("the and of") == []
