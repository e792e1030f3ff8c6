"""The menus: of options that the app gives, of people and of conversations."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from playground.rules.elements import Focusable, among
from playground.rules.objects import ConversationFilter, Option, OptionGroup, Placeholder
from playground.rules.refusals import wrong

Count: TypeAlias = Annotated[int, Field(ge=1)]


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
        among([self.initial_option] if self.initial_option else None, self.all_options(), "initial_option")
        return self


class MultiStaticSelect(_Static):
    type: Literal["multi_static_select"]
    initial_options: list[Option] | None = Field(default=None, min_length=1)
    max_selected_items: Count | None = None

    @model_validator(mode="after")
    def _initial_ones_exist(self) -> "MultiStaticSelect":
        among(self.initial_options, self.all_options(), "initial_options")
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
