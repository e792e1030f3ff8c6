"""What is typed or picked from a calendar: text, numbers, addresses, files, days and times."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from playground.rules.elements import Element, Focusable
from playground.rules.menus import Menu
from playground.rules.objects import DispatchConfig, Placeholder
from playground.rules.refusals import wrong
from playground.rules.richtext import RichText

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _day(value: str) -> str:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.isoformat() != value:
        raise wrong("must be in the format YYYY-MM-DD")
    return value


def _time(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        raise wrong("must be in the format HH:mm")
    return value


class DatePicker(Menu):
    type: Literal["datepicker"]
    initial_date: Annotated[str, AfterValidator(_day)] | None = None


class TimePicker(Menu):
    type: Literal["timepicker"]
    initial_time: Annotated[str, AfterValidator(_time)] | None = None
    timezone: str | None = None


class DatetimePicker(Focusable):
    type: Literal["datetimepicker"]
    initial_date_time: int | None = Field(default=None, ge=1_000_000_000, le=9_999_999_999)


class Typed(Element):
    placeholder: Placeholder | None = None
    focus_on_load: bool | None = None
    dispatch_action_config: DispatchConfig | None = None


class PlainTextInput(Typed):
    type: Literal["plain_text_input"]
    initial_value: str | None = Field(default=None, max_length=3000)
    multiline: bool | None = None
    min_length: int | None = Field(default=None, ge=0, le=3000)
    max_length: int | None = Field(default=None, ge=1, le=3000)

    @model_validator(mode="after")
    def _lengths_agree(self) -> "PlainTextInput":
        if self.max_length is not None:
            if (self.min_length or 0) > self.max_length:
                raise wrong("`min_length` must be less than or equal to `max_length`", "min_length")
            if len(self.initial_value or "") > self.max_length:
                raise wrong(f"must be less than {self.max_length + 1} characters", "initial_value")
        return self


class EmailInput(Typed):
    type: Literal["email_text_input"]
    initial_value: str | None = None


class UrlInput(Typed):
    type: Literal["url_text_input"]
    initial_value: str | None = None


class NumberInput(Typed):
    type: Literal["number_input"]
    is_decimal_allowed: bool
    initial_value: str | None = None
    min_value: str | None = None
    max_value: str | None = None

    @model_validator(mode="after")
    def _values_agree(self) -> "NumberInput":
        least, most = _number(self.min_value, "min_value"), _number(self.max_value, "max_value")
        value = _number(self.initial_value, "initial_value")
        if least is not None and most is not None and least > most:
            raise wrong("`min_value` must be less than or equal to `max_value`", "min_value")
        if value is not None and ((least is not None and value < least) or (most is not None and value > most)):
            raise wrong("must be between `min_value` and `max_value`", "initial_value")
        return self


class RichTextInput(Typed):
    type: Literal["rich_text_input"]
    initial_value: RichText | None = None
    min_lines: int | None = Field(default=None, ge=1)
    max_lines: int | None = Field(default=None, ge=1)


class FileInput(Element):
    type: Literal["file_input"]
    filetypes: list[str] | None = None
    max_files: int | None = Field(default=None, ge=1, le=10)


def _number(text: str | None, name: str) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        raise wrong("must be a number", name) from None
