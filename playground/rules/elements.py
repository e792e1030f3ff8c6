"""The interactive elements, and the image that stands beside text."""

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from playground.rules.objects import (
    ActionId,
    ChoiceOption,
    Confirm,
    ConversationFilter,
    DispatchConfig,
    Option,
    OptionGroup,
    OverflowOption,
    Placeholder,
    PlainText,
    Shape,
    SlackFile,
    Url,
    at_most,
)
from playground.rules.refusals import wrong
from playground.rules.richtext import RichText

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
Style: TypeAlias = Literal["primary", "danger"]
Label: TypeAlias = Annotated[str, Field(min_length=1, max_length=75)]
Count: TypeAlias = Annotated[int, Field(ge=1)]


class Element(Shape):
    action_id: ActionId | None = None


class Asking(Element):
    """An element that may ask "are you sure?" first."""

    confirm: Confirm | None = None


class Focusable(Asking):
    focus_on_load: bool | None = None


class Image(Shape):
    type: Literal["image"]
    alt_text: str = Field(min_length=1, max_length=2000)
    image_url: Url | None = None
    slack_file: SlackFile | None = None

    @model_validator(mode="after")
    def _has_a_source(self) -> "Image":
        if (self.image_url is None) == (self.slack_file is None):
            raise wrong("must define either `image_url` or `slack_file`")
        return self


class Button(Asking):
    type: Literal["button"]
    text: Annotated[PlainText, at_most(75)]
    url: Url | None = None
    value: str | None = Field(default=None, max_length=2000)
    style: Style | None = None
    accessibility_label: Label | None = None
    agent_prompt: str | None = Field(default=None, max_length=4000)
    agent_prompt_display: str | None = None
    visible_to_user_ids: list[str] | None = None


class _Trigger(Shape):
    url: Url
    customizable_input_parameters: list[dict[str, Any]] | None = None


class _Workflow(Shape):
    trigger: _Trigger


class WorkflowButton(Element):
    type: Literal["workflow_button"]
    text: Annotated[PlainText, at_most(75)]
    workflow: _Workflow
    style: Style | None = None
    accessibility_label: Label | None = None


class _Feedback(Shape):
    text: Annotated[PlainText, at_most(75)]
    value: str = Field(max_length=2000)
    accessibility_label: Label | None = None


class FeedbackButtons(Element):
    type: Literal["feedback_buttons"]
    positive_button: _Feedback
    negative_button: _Feedback


class IconButton(Asking):
    type: Literal["icon_button"]
    icon: Literal["trash"]
    text: Annotated[PlainText, at_most(75)]
    value: str | None = Field(default=None, max_length=2000)
    accessibility_label: Label | None = None
    visible_to_user_ids: list[str] | None = Field(default=None, max_length=10)


class Overflow(Asking):
    type: Literal["overflow"]
    options: list[OverflowOption] = Field(min_length=1, max_length=5)


class Checkboxes(Focusable):
    type: Literal["checkboxes"]
    options: list[ChoiceOption] = Field(min_length=1, max_length=10)
    initial_options: list[ChoiceOption] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _initial_ones_exist(self) -> "Checkboxes":
        _among(self.initial_options, self.options, "initial_options")
        return self


class RadioButtons(Focusable):
    type: Literal["radio_buttons"]
    options: list[ChoiceOption] = Field(min_length=1, max_length=10)
    initial_option: ChoiceOption | None = None

    @model_validator(mode="after")
    def _initial_one_exists(self) -> "RadioButtons":
        _among([self.initial_option] if self.initial_option else None, self.options, "initial_option")
        return self


# --- menus --------------------------------------------------------------------------------------------------------


class Menu(Focusable):
    placeholder: Placeholder | None = None


class _Static(Menu):
    options: list[Option] | None = Field(default=None, min_length=1, max_length=100)
    option_groups: list[OptionGroup] | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _offers_something(self) -> "_Static":
        if (self.options is None) == (self.option_groups is None):
            raise wrong("must define either `options` or `option_groups`")
        return self

    def all_options(self) -> list[Option]:
        return self.options or [option for group in self.option_groups or [] for option in group.options]


class StaticSelect(_Static):
    type: Literal["static_select"]
    initial_option: Option | None = None

    @model_validator(mode="after")
    def _initial_one_exists(self) -> "StaticSelect":
        _among([self.initial_option] if self.initial_option else None, self.all_options(), "initial_option")
        return self


class MultiStaticSelect(_Static):
    type: Literal["multi_static_select"]
    initial_options: list[Option] | None = Field(default=None, min_length=1)
    max_selected_items: Count | None = None

    @model_validator(mode="after")
    def _initial_ones_exist(self) -> "MultiStaticSelect":
        _among(self.initial_options, self.all_options(), "initial_options")
        return self


class ExternalSelect(Menu):
    type: Literal["external_select"]
    initial_option: Option | None = None
    min_query_length: int | None = Field(default=None, ge=0)


class MultiExternalSelect(Menu):
    type: Literal["multi_external_select"]
    initial_options: list[Option] | None = None
    min_query_length: int | None = Field(default=None, ge=0)
    max_selected_items: Count | None = None


class UsersSelect(Menu):
    type: Literal["users_select"]
    initial_user: str | None = Field(default=None, min_length=1)


class MultiUsersSelect(Menu):
    type: Literal["multi_users_select"]
    initial_users: list[str] | None = None
    max_selected_items: Count | None = None


class ConversationsSelect(Menu):
    type: Literal["conversations_select"]
    initial_conversation: str | None = Field(default=None, min_length=1)
    default_to_current_conversation: bool | None = None
    response_url_enabled: bool | None = None
    filter: ConversationFilter | None = None


class MultiConversationsSelect(Menu):
    type: Literal["multi_conversations_select"]
    initial_conversations: list[str] | None = None
    default_to_current_conversation: bool | None = None
    max_selected_items: Count | None = None
    filter: ConversationFilter | None = None


class ChannelsSelect(Menu):
    type: Literal["channels_select"]
    initial_channel: str | None = Field(default=None, min_length=1)
    response_url_enabled: bool | None = None


class MultiChannelsSelect(Menu):
    type: Literal["multi_channels_select"]
    initial_channels: list[str] | None = None
    max_selected_items: Count | None = None


# --- days and times -----------------------------------------------------------------------------------------------


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


# --- inputs -------------------------------------------------------------------------------------------------------


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


def _among(
    chosen: list[Option] | list[ChoiceOption] | None, offered: list[Option] | list[ChoiceOption], name: str
) -> None:
    for each in chosen or []:
        if each not in offered:
            raise wrong(f"`{name}` must match what is in `options`", name)
