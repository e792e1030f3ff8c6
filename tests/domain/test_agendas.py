"""What makes an agenda of items: the order, the time, and what gives way."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agendas import MOST_TOPICS, NewTopic, Topic, TopicKind, TopicStatus, arrange, carried_over, finished

NOW = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)


def topic(name: str, minutes: int = 10, **extra: Any) -> Topic:
    return Topic("T1", name, "c1", name, "U1", extra.pop("at", NOW), minutes=minutes, **extra)


def ids(topics: tuple[Topic, ...]) -> list[str]:
    return [each.id for each in topics]


def test_urgent_then_carried_longest_then_by_kind_then_as_they_came():
    found = arrange(
        [
            topic("stuck", kind=TopicKind.STUCK),
            topic("later", at=NOW + timedelta(hours=1)),
            topic("earlier"),
            topic("revisit", kind=TopicKind.REVISIT),
            topic("proposal", kind=TopicKind.PROPOSAL),
            topic("once", carried=1),
            topic("twice", carried=2, kind=TopicKind.STUCK),
            topic("urgent", urgent=True, bumps="x"),
        ],
        minutes=90,
    )
    assert ids(found.topics) == ["urgent", "twice", "once", "earlier", "later", "proposal", "revisit", "stuck"]
    assert (found.used, found.left_over) == (80, ())


def test_what_does_not_fit_is_left_over_and_a_shorter_one_takes_its_place():
    found = arrange([topic("a", 40), topic("b", 30), topic("c", 20)], minutes=60)
    assert ids(found.topics) == ["a", "c"]
    assert ids(found.left_over) == ["b"]


def test_what_is_pressing_comes_right_after_what_is_urgent():
    topics = [topic("carried", 25, carried=2), topic("urgent", 15, urgent=True), topic("risk", kind=TopicKind.REVISIT)]
    assert ids(arrange(topics, minutes=25, pressing={"risk"}).topics) == ["urgent", "risk"]
    assert ids(arrange(topics, minutes=40, pressing={"risk", "unknown"}).left_over) == ["carried"]


def test_one_long_item_is_still_a_meeting():
    assert ids(arrange([topic("long", 240)], minutes=30).topics) == ["long"]


def test_what_an_urgent_item_bumps_gives_way_although_there_is_room():
    found = arrange([topic("soc", carried=3), topic("sso", urgent=True, bumps_id="soc")], minutes=60)
    assert ids(found.topics) == ["sso"]
    assert ids(found.left_over) == ["soc"]


@given(st.lists(st.tuples(st.integers(1, 240), st.booleans(), st.integers(0, 5)), max_size=60), st.integers(10, 240))
def test_nothing_is_lost_and_the_time_is_kept(given_topics: list[tuple[int, bool, int]], minutes: int):
    topics = [topic(str(n), m, urgent=u, carried=c) for n, (m, u, c) in enumerate(given_topics)]
    found = arrange(topics, minutes=minutes)
    assert sorted(ids(found.topics) + ids(found.left_over)) == sorted(each.id for each in topics)
    assert found.used <= minutes or len(found.topics) == 1
    assert len(found.topics) <= MOST_TOPICS


def test_an_outcome_is_one_line_and_carrying_over_counts():
    done = finished(topic("a"), "Stay\n on  Heroku ")
    assert (done.status, done.outcome) == (TopicStatus.DONE, "Stay on Heroku")
    waiting = carried_over(topic("b", carried=1, occurrence_id="o", position=3))
    assert (waiting.status, waiting.carried, waiting.occurrence_id, waiting.position) == (
        TopicStatus.OPEN,
        2,
        None,
        None,
    )


def test_what_is_not_urgent_bumps_nothing():
    assert NewTopic.checked(title="  a  b ", bumps="x").bumps is None
    assert NewTopic.checked(title="  a  b ").title == "a b"
