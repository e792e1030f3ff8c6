"""What Slack refuses about a view: a modal, or a Home tab."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from playground.rules.layout import block_messages
from playground.rules.objects import PlainText, Shape, at_most
from playground.rules.refusals import Refusal, in_slacks_words, say

SIZE_LIMIT = 250_000  # bytes of JSON


class _View(Shape):
    blocks: list[dict[str, Any]] = Field(min_length=1, max_length=100)
    private_metadata: str | None = Field(default=None, max_length=3000)
    callback_id: str | None = Field(default=None, max_length=255)
    external_id: str | None = Field(default=None, max_length=255)


class _Modal(_View):
    type: Literal["modal"]
    title: Annotated[PlainText, at_most(24)]
    submit: Annotated[PlainText, at_most(24)] | None = None
    close: Annotated[PlainText, at_most(24)] | None = None
    clear_on_close: bool | None = None
    notify_on_close: bool | None = None
    submit_disabled: bool | None = None


class _Home(_View):
    type: Literal["home"]


_KINDS: Mapping[str, TypeAdapter[Any]] = {"modal": TypeAdapter(_Modal), "home": TypeAdapter(_Home)}


def view_problem(view: Mapping[str, Any], *, kind: Literal["modal", "home"]) -> Refusal | None:
    """Why Slack would not show this view; None where it would."""
    if not isinstance(view, Mapping):
        return Refusal("invalid_arguments", (say("must provide an object", "/view"),))
    view = dict(view)
    if len(json.dumps(view, ensure_ascii=False).encode()) > SIZE_LIMIT:
        return Refusal("view_too_large")
    try:
        _KINDS[kind].validate_python(view)
    except ValidationError as error:
        return Refusal("invalid_arguments", in_slacks_words(error, view, "/view"))
    messages = block_messages(view["blocks"], kind, "/view/blocks") or tuple(_unsent(view))
    return Refusal("invalid_arguments", messages) if messages else None


def _unsent(view: Mapping[str, Any]) -> list[str]:
    if view["type"] != "modal" or view.get("submit"):
        return []
    return [
        say("must define `submit` to use an `input` block in modals", f"/view/blocks/{index}/input")
        for index, block in enumerate(view["blocks"])
        if block["type"] == "input"
    ]
