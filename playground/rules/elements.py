"""What elements have in common, the buttons, the choices, and the image that stands beside text."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, model_validator

from playground.rules.objects import (
    ActionId,
    ChoiceOption,
    Confirm,
    Option,
    OverflowOption,
    PlainText,
    Shape,
    SlackFile,
    Url,
    at_most,
)
from playground.rules.refusals import wrong

Style: TypeAlias = Literal["primary", "danger"]
Label: TypeAlias = Annotated[str, Field(min_length=1, max_length=75)]


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
        among(self.initial_options, self.options, "initial_options")
        return self


class RadioButtons(Focusable):
    type: Literal["radio_buttons"]
    options: list[ChoiceOption] = Field(min_length=1, max_length=10)
    initial_option: ChoiceOption | None = None

    @model_validator(mode="after")
    def _initial_one_exists(self) -> "RadioButtons":
        among([self.initial_option] if self.initial_option else None, self.options, "initial_option")
        return self


def among(
    chosen: list[Option] | list[ChoiceOption] | None, offered: list[Option] | list[ChoiceOption], name: str
) -> None:
    for each in chosen or []:
        if each not in offered:
            raise wrong(f"`{name}` must match what is in `options`", name)
