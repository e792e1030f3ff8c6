"""Files that Backbeat sends: what one is to hold is said first, and its bytes are made when it leaves."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.months import MonthBar
from bot.domain.workspaces import UserId

LARGEST = 20_000_000  # bytes: it is made in memory; Slack itself takes a gigabyte


class LogForm(StrEnum):
    """The forms in which the log leaves."""

    MADR = "madr"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LogExport:
    """Of the log, what `asker_id` may see when it is made; of that, what `query` and the filter `which` ask for."""

    asker_id: UserId
    form: LogForm
    query: str = ""
    which: str = "all"  # as the log's window names it
    kind: Literal["log_export"] = "log_export"


@dataclass(frozen=True, slots=True)
class MonthsChart:
    """Months of decisions as a picture, oldest first."""

    bars: tuple[MonthBar, ...]
    kind: Literal["months_chart"] = "months_chart"


FileSource = Annotated[LogExport | MonthsChart, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it leaves. `comment`, in safe mrkdwn, takes the place of the message's own."""

    content: bytes
    comment: str | None = None
