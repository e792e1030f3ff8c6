"""`backbeat preview`: what a recurring time comes to."""

from datetime import date

import pytest

from bot.domain.errors import InvalidInput
from bot.usecases.preview import preview


def test_each_moment_has_its_wall_time_its_instant_and_the_reason_for_a_skip():
    found = preview("every other Tuesday 10:00", zone="Europe/Lisbon", country="PT", start=date(2026, 1, 1), count=9)
    assert found[0] == {"local": "2026-01-06T10:00:00", "utc": "2026-01-06T10:00:00Z", "skipped": None}
    assert found[6] == {"local": "2026-03-31T10:00:00", "utc": "2026-03-31T09:00:00Z", "skipped": None}
    assert len(found) == 9


def test_a_holiday_is_listed_with_its_name():
    found = preview("Tuesdays 10:00", zone="Asia/Tokyo", country="JP", start=date(2026, 11, 3), count=1)
    assert found[0]["skipped"] == "Culture Day (JP)"


@pytest.mark.parametrize("count", [0, 1001])
def test_the_number_of_dates_is_bounded(count):
    with pytest.raises(InvalidInput):
        preview("Tuesdays 10:00", zone="UTC", country=None, start=date(2026, 1, 1), count=count)
