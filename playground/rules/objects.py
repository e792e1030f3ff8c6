"""The pieces that blocks and elements share: text, options, confirm dialogs, filters."""

from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from playground.rules.refusals import wrong

SCHEMES = frozenset({"http", "https", "mailto", "slack", "tel"})


class Shape(BaseModel):
    """An object of Slack's: every field is known, and nothing is taken for something else."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PlainText(Shape):
    type: Literal["plain_text"]
    text: str = Field(min_length=1)
    emoji: bool | None = None


class Mrkdwn(Shape):
    type: Literal["mrkdwn"]
    text: str = Field(min_length=1)
    verbatim: bool | None = None


Text: TypeAlias = Annotated[PlainText | Mrkdwn, Field(discriminator="type")]


def at_most(limit: int) -> AfterValidator:
    """For a text object: at most `limit` characters."""

    def check(value: Any) -> Any:
        if value is not None and len(value.text) > limit:
            raise wrong(f"must be less than {limit + 1} characters", "text")
        return value

    return AfterValidator(check)


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme.lower() not in SCHEMES or not (parts.netloc or parts.path) or any(c.isspace() for c in value):
        raise wrong("must be a valid url")
    return value


Url: TypeAlias = Annotated[str, Field(min_length=1, max_length=3000), AfterValidator(_url)]
ActionId: TypeAlias = Annotated[str, Field(min_length=1, max_length=255)]
Placeholder: TypeAlias = Annotated[PlainText, at_most(150)]


class Option(Shape):
    """In a menu: its words are plain."""

    text: Annotated[PlainText, at_most(75)]
    value: str = Field(max_length=150)
    description: Annotated[PlainText, at_most(75)] | None = None


class ChoiceOption(Shape):
    """Among checkboxes or radio buttons: its words may be formatted."""

    text: Annotated[Text, at_most(75)]
    value: str = Field(max_length=150)
    description: Annotated[Text, at_most(75)] | None = None


class OverflowOption(Option):
    url: Url | None = None


class OptionGroup(Shape):
    label: Annotated[PlainText, at_most(75)]
    options: list[Option] = Field(min_length=1, max_length=100)


class Confirm(Shape):
    title: Annotated[PlainText, at_most(100)]
    text: Annotated[Text, at_most(300)]
    confirm: Annotated[PlainText, at_most(30)]
    deny: Annotated[PlainText, at_most(30)]
    style: Literal["primary", "danger"] | None = None


class ConversationFilter(Shape):
    include: list[Literal["im", "mpim", "private", "public"]] | None = Field(default=None, min_length=1)
    exclude_external_shared_channels: bool | None = None
    exclude_bot_users: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ConversationFilter":
        if self.include is None and self.exclude_bot_users is None and self.exclude_external_shared_channels is None:
            raise wrong("must define at least one of `include`, `exclude_bot_users` or its like")
        return self


class DispatchConfig(Shape):
    trigger_actions_on: list[Literal["on_enter_pressed", "on_character_entered"]] = Field(min_length=1, max_length=2)


class SlackFile(Shape):
    id: str | None = None
    url: Url | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "SlackFile":
        if (self.id is None) == (self.url is None):
            raise wrong("must define either `id` or `url`")
        return self
