"""The rich_text block: what people's own messages are made of."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from playground.rules.objects import Shape, Url


class _Style(Shape):
    bold: bool | None = None
    italic: bool | None = None
    strike: bool | None = None
    code: bool | None = None
    underline: bool | None = None
    highlight: bool | None = None
    client_highlight: bool | None = None
    unlink: bool | None = None


class _Leaf(Shape):
    style: _Style | None = None


class _Text(_Leaf):
    type: Literal["text"]
    text: str = Field(min_length=1)


class _Link(_Leaf):
    type: Literal["link"]
    url: Url
    text: str | None = None
    unsafe: bool | None = None


class _Emoji(_Leaf):
    type: Literal["emoji"]
    name: str
    unicode: str | None = None
    skin_tone: int | None = Field(default=None, ge=1, le=6)


class _User(_Leaf):
    type: Literal["user"]
    user_id: str


class _Channel(_Leaf):
    type: Literal["channel"]
    channel_id: str


class _Team(_Leaf):
    type: Literal["team"]
    team_id: str


class _Group(_Leaf):
    type: Literal["usergroup"]
    usergroup_id: str


class _Broadcast(_Leaf):
    type: Literal["broadcast"]
    range: Literal["here", "channel", "everyone"]


class _Color(_Leaf):
    type: Literal["color"]
    value: str


class _Date(_Leaf):
    type: Literal["date"]
    timestamp: int
    format: str
    url: Url | None = None
    fallback: str | None = None


_Inline: TypeAlias = Annotated[
    _Text | _Link | _Emoji | _User | _Channel | _Team | _Group | _Broadcast | _Color | _Date,
    Field(discriminator="type"),
]


class _Section(Shape):
    type: Literal["rich_text_section"]
    elements: list[_Inline]


class _Quote(Shape):
    type: Literal["rich_text_quote"]
    elements: list[_Inline]
    border: int | None = None


class _Preformatted(Shape):
    type: Literal["rich_text_preformatted"]
    elements: list[Annotated[_Text | _Link, Field(discriminator="type")]]
    border: int | None = None
    language: str | None = None


class _List(Shape):
    type: Literal["rich_text_list"]
    style: Literal["bullet", "ordered"]
    elements: list[_Section] = Field(min_length=1)
    indent: int | None = Field(default=None, ge=0, le=8)
    offset: int | None = None
    border: int | None = None


class RichText(Shape):
    type: Literal["rich_text"]
    elements: list[Annotated[_Section | _List | _Quote | _Preformatted, Field(discriminator="type")]]
    block_id: Annotated[str, Field(min_length=1, max_length=255)] | None = None
