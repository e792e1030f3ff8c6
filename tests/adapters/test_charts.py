"""The chart: a PNG that is always the same, whatever the months hold, and drawn without a word of warning."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.adapters.charts import PAPER, STACK, draw_chart, months_png
from bot.domain.errors import InvalidInput
from bot.domain.files import LogExport, LogForm, MonthsChart
from bot.domain.messages import FilePost
from bot.domain.months import MonthBar, months_to
from storage.store import SqlStore
from tests.support import services_on

DAY = timedelta(days=1)
MONTHS = months_to(date(2027, 2, 1))
FULL = tuple(MonthBar(first, 9 - n, n % 3, n % 2, (n + 1) * DAY / 2) for n, first in enumerate(MONTHS))
GAPS = tuple(MonthBar(first, n % 2, 0, 0, DAY if n in {0, 3} else None) for n, first in enumerate(MONTHS))
NOTHING = tuple(MonthBar(first) for first in MONTHS)
ONE = (*NOTHING[:5], MonthBar(MONTHS[5], 1))
MANY = (*NOTHING[:5], MonthBar(MONTHS[5], 120_000, 3, 1, 400 * DAY))


def colours(png: bytes, *, least: int = 500) -> set[str]:
    """Those of at least so many points below the legend, which has all of them."""
    image = Image.open(io.BytesIO(png)).convert("RGB").crop((0, 180, 1600, 1000))
    counted = image.getcolors(image.width * image.height) or []
    return {"#{:02x}{:02x}{:02x}".format(*colour) for count, colour in counted if count > least}


@pytest.mark.parametrize("bars", [FULL, GAPS, NOTHING, ONE, MANY], ids=["full", "gaps", "nothing", "one", "many"])
def test_every_sort_of_six_months_is_a_picture_large_enough_to_read(bars: tuple[MonthBar, ...]) -> None:
    image = Image.open(io.BytesIO(months_png(bars)))
    assert (image.format, image.size) == ("PNG", (1600, 1000))


def test_it_is_opaque_so_that_light_and_dark_look_the_same() -> None:
    image = Image.open(io.BytesIO(months_png(FULL))).convert("RGBA")
    assert image.getextrema()[3] == (255, 255)
    assert image.getpixel((1, 1)) == (255, 255, 255, 255)


def test_each_outcome_has_its_colour_where_there_is_any_of_it() -> None:
    assert {colour for _, _, colour in STACK} | {PAPER} <= colours(months_png(FULL))
    only_standing = colours(months_png((*NOTHING[:5], MonthBar(MONTHS[5], 9))))
    assert STACK[0][2] in only_standing
    assert not {STACK[1][2], STACK[2][2]} & only_standing


@pytest.mark.parametrize("outcome", [name for name, _, _ in STACK])
def test_one_decision_beside_a_month_of_two_hundred_still_shows(outcome: str) -> None:
    other = MonthBar(MONTHS[4], replaced=200) if outcome == "standing" else MonthBar(MONTHS[4], standing=200)
    one = {name: int(name == outcome) for name, _, _ in STACK}
    bars = (*NOTHING[:4], other, MonthBar(MONTHS[5], one["standing"], one["replaced"], one["reversed"]))
    (colour,) = [colour for name, _, colour in STACK if name == outcome]
    assert colour in colours(months_png(bars), least=50)


def test_the_same_months_are_the_same_bytes() -> None:
    assert months_png(FULL) == months_png(FULL)
    assert months_png(FULL) != months_png(GAPS)


def test_it_makes_a_file_of_its_own_kind_alone(store: SqlStore) -> None:
    services = services_on(store).services
    file = FilePost("decisions.png", "Decisions", "", MonthsChart(FULL))
    assert draw_chart(services, "T1", file).content == months_png(FULL)
    with pytest.raises(InvalidInput):
        draw_chart(services, "T1", FilePost("log.csv", "Log", "", LogExport("U1", LogForm.CSV)))
