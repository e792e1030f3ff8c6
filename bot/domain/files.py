"""Files that Backbeat sends: what one is to hold is said first, and its bytes are made when it leaves."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.domain.workspaces import UserId

LARGEST = 20_000_000  # bytes: it is made in memory; Slack itself takes a gigabyte


class LogForm(StrEnum):
    """The forms in which the log leaves."""

    MADR = "madr"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LogExport:
    """Of the log, what `asker_id` may see when it is made; of that, what `query` asks for, in their own words."""

    asker_id: UserId
    form: LogForm
    query: str = ""
    kind: Literal["log_export"] = "log_export"


FileSource = LogExport  # a union, told apart by `kind`, once there are several


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it leaves. `comment`, in safe mrkdwn, takes the place of the message's own."""

    content: bytes
    comment: str | None = None
