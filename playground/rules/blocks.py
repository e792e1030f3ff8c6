"""The blocks, each with its fields and their limits."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, model_validator

from playground.rules import elements as el
from playground.rules import inputs, menus
from playground.rules.objects import Mrkdwn, PlainText, Shape, SlackFile, Text, Url, at_most
from playground.rules.refusals import wrong
from playground.rules.richtext import RichText

BlockId: TypeAlias = Annotated[str, Field(min_length=1, max_length=255)]

_Menu: TypeAlias = (
    menus.StaticSelect
    | menus.ExternalSelect
    | menus.UsersSelect
    | menus.ConversationsSelect
    | menus.ChannelsSelect
    | menus.MultiStaticSelect
    | menus.MultiExternalSelect
    | menus.MultiUsersSelect
    | menus.MultiConversationsSelect
    | menus.MultiChannelsSelect
)
_Choice: TypeAlias = _Menu | el.Checkboxes | el.RadioButtons | inputs.DatePicker | inputs.TimePicker
_Pressed: TypeAlias = el.Button | el.WorkflowButton | el.Overflow
Accessory: TypeAlias = Annotated[_Pressed | _Choice | el.Image, Field(discriminator="type")]
Action: TypeAlias = Annotated[_Pressed | _Choice | inputs.DatetimePicker, Field(discriminator="type")]
InputElement: TypeAlias = Annotated[
    _Choice
    | inputs.DatetimePicker
    | inputs.PlainTextInput
    | inputs.EmailInput
    | inputs.UrlInput
    | inputs.NumberInput
    | inputs.RichTextInput
    | inputs.FileInput,
    Field(discriminator="type"),
]


class Block(Shape):
    block_id: BlockId | None = None


class Section(Block):
    type: Literal["section"]
    text: Annotated[Text, at_most(3000)] | None = None
    fields: list[Annotated[Text, at_most(2000)]] | None = Field(default=None, min_length=1, max_length=10)
    accessory: Accessory | None = None
    expand: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Section":
        if self.text is None and self.fields is None:
            raise wrong("must define either `text` or `fields`", "type")
        return self


class Divider(Block):
    type: Literal["divider"]


class Header(Block):
    type: Literal["header"]
    text: Annotated[PlainText, at_most(150)]
    level: int | None = Field(default=None, ge=1, le=4)


class ImageBlock(Block):
    type: Literal["image"]
    alt_text: str = Field(min_length=1, max_length=2000)
    image_url: Url | None = None
    slack_file: SlackFile | None = None
    title: Annotated[PlainText, at_most(2000)] | None = None

    @model_validator(mode="after")
    def _has_a_source(self) -> "ImageBlock":
        if (self.image_url is None) == (self.slack_file is None):
            raise wrong("must define either `image_url` or `slack_file`")
        return self


class Actions(Block):
    type: Literal["actions"]
    elements: list[Action] = Field(min_length=1, max_length=25)


class ContextActions(Block):
    type: Literal["context_actions"]
    elements: list[Annotated[el.FeedbackButtons | el.IconButton, Field(discriminator="type")]] = Field(
        min_length=1, max_length=5
    )


class Context(Block):
    type: Literal["context"]
    elements: list[Annotated[el.Image | PlainText | Mrkdwn, Field(discriminator="type")]] = Field(
        min_length=1, max_length=10
    )


class Input(Block):
    type: Literal["input"]
    label: Annotated[PlainText, at_most(2000)]
    element: InputElement
    hint: Annotated[PlainText, at_most(2000)] | None = None
    optional: bool | None = None
    dispatch_action: bool | None = None


class File(Block):
    type: Literal["file"]
    external_id: str = Field(min_length=1)
    source: Literal["remote"]


class Call(Block):
    type: Literal["call"]
    call_id: str = Field(min_length=1)
    api_decoration_available: bool | None = None
    call: dict[str, Any] | None = None


class Markdown(Block):
    type: Literal["markdown"]
    text: str = Field(min_length=1, max_length=12_000)


class Video(Block):
    type: Literal["video"]
    alt_text: str = Field(min_length=1)
    video_url: Url
    thumbnail_url: Url
    title: Annotated[PlainText, at_most(199)]
    title_url: Url | None = None
    description: Annotated[PlainText, at_most(199)] | None = None
    provider_icon_url: Url | None = None
    provider_name: str | None = None
    author_name: str | None = Field(default=None, max_length=49)


class RichTextBlock(RichText):
    """As a block of its own."""


class _RawText(Shape):
    type: Literal["raw_text"]
    text: str = Field(min_length=1)


class _RawNumber(Shape):
    type: Literal["raw_number"]
    value: float
    text: str = Field(min_length=1)


class _Column(Shape):
    align: Literal["left", "center", "right"] | None = None
    is_wrapped: bool | None = None


_Cell: TypeAlias = Annotated[_RawText | _RawNumber | RichText, Field(discriminator="type")]


class Table(Block):
    type: Literal["table"]
    rows: list[Annotated[list[_Cell], Field(min_length=1, max_length=20)]] = Field(min_length=1, max_length=100)
    column_settings: list[_Column | None] | None = Field(default=None, max_length=20)


class _Source(Shape):
    type: Literal["url"]
    url: Url
    text: str = Field(min_length=1)


class TaskCard(Block):
    type: Literal["task_card"]
    task_id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    status: Literal["pending", "in_progress", "complete", "error"]
    details: RichText | None = None
    output: RichText | None = None
    sources: list[_Source] | None = None


class Plan(Block):
    type: Literal["plan"]
    title: str = Field(min_length=1)
    tasks: list[TaskCard] | None = None


class Alert(Block):
    type: Literal["alert"]
    text: Annotated[Text, at_most(200)]
    level: Literal["default", "info", "warning", "error", "success"] | None = None


class _Icon(Shape):
    type: Literal["icon"]
    name: str = Field(min_length=1)


class Card(Block):
    type: Literal["card"]
    hero_image: el.Image | None = None
    icon: el.Image | None = None
    slack_icon: _Icon | None = None
    title: Annotated[Text, at_most(150)] | None = None
    subtitle: Annotated[Text, at_most(150)] | None = None
    body: Annotated[Text, at_most(200)] | None = None
    subtext: Annotated[Text, at_most(200)] | None = None
    actions: list[el.Button] | None = Field(default=None, min_length=1, max_length=3)

    @model_validator(mode="after")
    def _shows_something(self) -> "Card":
        if not (self.hero_image or self.title or self.actions or self.body):
            raise wrong("must define at least one of `hero_image`, `title`, `actions` or `body`")
        return self


class Carousel(Block):
    type: Literal["carousel"]
    elements: list[Card] = Field(min_length=1, max_length=10)


class Container(Block):
    type: Literal["container"]
    child_blocks: list["AnyBlock"] = Field(min_length=1, max_length=10)
    title: Annotated[PlainText, at_most(150)] | None = None
    rich_text_title: RichText | None = None
    subtitle: Annotated[Text, at_most(150)] | None = None
    width: Literal["narrow", "standard", "wide", "full"] | None = None
    icon: el.Image | None = None
    is_collapsible: bool | None = None
    default_collapsed: bool | None = None
    has_header_divider: bool | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "Container":
        if self.title is None and self.rich_text_title is None:
            raise wrong("must define either `title` or `rich_text_title`")
        if self.default_collapsed and not self.is_collapsible:
            raise wrong("`default_collapsed` requires `is_collapsible`", "default_collapsed")
        if self.is_collapsible and self.has_header_divider:
            raise wrong("`has_header_divider` cannot be set when `is_collapsible` is true", "has_header_divider")
        return self


AnyBlock: TypeAlias = Annotated[
    Section
    | Divider
    | Header
    | ImageBlock
    | Actions
    | ContextActions
    | Context
    | Input
    | File
    | Call
    | Markdown
    | Video
    | RichTextBlock
    | Table
    | TaskCard
    | Plan
    | Alert
    | Card
    | Carousel
    | Container,
    Field(discriminator="type"),
]
Container.model_rebuild()
