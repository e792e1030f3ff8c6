"""Identifiers: they sort in the order in which they were made."""

from datetime import UTC, datetime, timedelta

from bot.domain.ids import new_id

NOW = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)


def test_ids_of_one_moment_sort_in_their_order_whatever_comes_between() -> None:
    found = []
    for number in range(50):
        found.append(new_id(NOW))
        new_id(NOW - timedelta(days=number))
    assert found == sorted(found)
    assert len(set(found)) == 50


def test_ids_of_later_moments_sort_later() -> None:
    found = [new_id(NOW + timedelta(milliseconds=each)) for each in range(600)]
    assert found == sorted(found)
