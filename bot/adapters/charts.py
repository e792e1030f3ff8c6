"""The picture in the monthly note's thread. matplotlib takes long to import, so it is when a chart is drawn."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import InvalidInput
from bot.domain.files import Made, MonthsChart
from bot.domain.messages import FilePost
from bot.domain.months import MonthBar
from bot.domain.workspaces import WorkspaceId
from bot.usecases.services import Services

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, DPI = 8.0, 5.0, 200  # inches; 1600 by 1000 pixels
PAPER, INK, QUIET, LINES = "#ffffff", "#1d2433", "#5b6475", "#e3e6ec"  # opaque: the same in Slack's light and dark
STACK = (  # told apart also by those who see no red and green, and on grey paper
    ("standing", "Still stands", "#2f6f8f"),
    ("replaced", "Amended or superseded", "#e8b04a"),
    ("reversed", "Reversed or run out", "#b5473c"),
)
SMALL, PLAIN, LARGE = 11.5, 12.5, 17.0  # points: readable on a phone
BAR = 0.56
RIM, RIMMED = 1.2, 0.04  # points; of the highest bar
EDGE = 0.035  # of the width: where everything begins
DAY = timedelta(days=1)


def draw_chart(_services: Services, _workspace: WorkspaceId, file: FilePost) -> Made:
    """The file of a MonthsChart: what makes it, in bootstrap's FILES."""
    if not isinstance(file.source, MonthsChart):
        raise InvalidInput("That is no chart.")
    return Made(months_png(file.source.bars))


def months_png(bars: Sequence[MonthBar]) -> bytes:
    """How many decisions a month, by what became of them, and how long proposals took: a PNG, always the same."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - late: it takes half a second
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)  # a figure of its own: pyplot's are the whole process's
    figure.text(EDGE, 0.915, _title(bars), fontsize=LARGE, fontweight="bold", color=INK)
    is_timed = any(bar.median is not None for bar in bars)
    above = figure.add_axes((EDGE, 0.40 if is_timed else 0.09, 1 - 2 * EDGE, 0.40 if is_timed else 0.71))
    _stack(above, bars)
    if is_timed:
        _line(figure.add_axes((EDGE, 0.04, 1 - 2 * EDGE, 0.19), sharex=above), bars)
    handles, labels = above.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(EDGE, 0.875),
        borderaxespad=0,
        borderpad=0,
        ncols=len(STACK),
        frameon=False,
        fontsize=PLAIN,
        labelcolor=INK,
        handlelength=1.0,
        handleheight=1.0,
        columnspacing=1.6,
    )
    png = io.BytesIO()
    figure.savefig(png, format="png", facecolor=PAPER, metadata={"Software": None})
    return png.getvalue()


def _title(bars: Sequence[MonthBar]) -> str:
    decided, standing = sum(bar.decided for bar in bars), sum(bar.standing for bar in bars)
    if decided == 1:
        return f"One decision in six months; it {'still stands' if standing else 'no longer stands'}"
    still = "all of them stand" if standing == decided else f"{standing} of them stand"
    return f"{decided} decisions in six months; {still}"


def _stack(axes: Axes, bars: Sequence[MonthBar]) -> None:
    """What is too low for a rim of paper goes without, so that one decision among hundreds still shows."""
    bottoms, top = [0] * len(bars), max(4, *(bar.decided for bar in bars))
    for name, label, colour in STACK:
        heights = [getattr(bar, name) for bar in bars]
        rims = [RIM if height > top * RIMMED else 0.0 for height in heights]
        axes.bar(range(len(bars)), heights, BAR, bottoms, color=colour, label=label, edgecolor=PAPER, linewidth=rims)
        bottoms = [bottom + height for bottom, height in zip(bottoms, heights, strict=True)]
    for position, bar in enumerate(bars):
        axes.annotate(
            str(bar.decided),
            (position, bar.decided),
            (0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=PLAIN,
            fontweight="bold",
            color=INK if bar.decided else QUIET,
        )
    axes.set_ylim(0, top * 1.18)
    axes.set_xticks(range(len(bars)), [_month(bar, position == 0) for position, bar in enumerate(bars)])
    _plain(axes)
    axes.tick_params(labelbottom=True)


def _line(axes: Axes, bars: Sequence[MonthBar]) -> None:
    """Months in which nothing was proposed and decided leave a gap."""
    days = [bar.median / DAY if bar.median is not None else float("nan") for bar in bars]
    known = [day for day in days if day == day]  # noqa: PLR0124 - only NaN differs from itself
    axes.plot(range(len(bars)), days, color=INK, linewidth=2.2, marker="o", markersize=7, clip_on=False, zorder=3)
    for position, day in enumerate(days):
        if day == day:  # noqa: PLR0124
            axes.annotate(
                _days(day),
                (position, day),
                (0, 8),
                textcoords="offset points",
                ha="center",
                fontsize=SMALL,
                color=INK,
            )
    axes.set_title("Median days from proposal to decision", loc="left", fontsize=PLAIN, color=QUIET, pad=8)
    axes.set_ylim(0, max(1.0, *known) * 1.6)
    _plain(axes)
    axes.tick_params(labelbottom=False)


def _plain(axes: Axes) -> None:
    """No more ink than it takes: the figures stand at what they are about."""
    axes.set_facecolor(PAPER)
    axes.set_yticks([])
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINES)
    axes.tick_params(axis="x", length=0, labelsize=PLAIN, labelcolor=INK, pad=6)


def _month(bar: MonthBar, is_first: bool) -> str:  # noqa: FBT001 - where it stands
    """May 2026, June, …, January 2027."""
    return f"{bar.first:%b %Y}" if is_first or bar.first.month == 1 else f"{bar.first:%b}"


def _days(days: float) -> str:
    if 0 < days < 0.05:
        return "< 0.1"
    return f"{days:.0f}" if days >= 10 or days == int(days) else f"{days:.1f}"
