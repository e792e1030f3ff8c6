"""Small valid pieces of Block Kit, to be made wrong in one way."""

from typing import Any

from playground.rules import Refusal, message_problem, view_problem

Json = dict[str, Any]


def plain(text: str = "Go") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Go*") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Hello", **extra: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **extra}


def button(**extra: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "go", **extra}


def option(number: int = 0, **extra: Any) -> Json:
    return {"text": plain(f"Option {number}"), "value": str(number), **extra}


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def static_select(count: int = 2, **extra: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": options(count), **extra}


def actions(*elements: Json, **extra: Any) -> Json:
    return {"type": "actions", "elements": list(elements) or [button()], **extra}


def field(element: Json | None = None, **extra: Any) -> Json:
    return {"type": "input", "block_id": "f", "label": plain("Name"), "element": element or line(), **extra}


def line(**extra: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "line", **extra}


def confirm(**extra: Any) -> Json:
    return {
        "title": plain("Sure?"),
        "text": mrkdwn("It goes away"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
        **extra,
    }


def image(**extra: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart", **extra}


def card(**extra: Any) -> Json:
    return {"type": "card", "title": mrkdwn("D-1"), **extra}


def rich_text(*leaves: Json) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(leaves) or [{"type": "text", "text": "Hi"}]}],
    }


def modal(*blocks: Json, **extra: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Log"),
        "submit": plain("Save"),
        "blocks": list(blocks) or [section()],
        **extra,
    }


def home(*blocks: Json, **extra: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()], **extra}


def in_message(*blocks: Any) -> Refusal | None:
    return message_problem({"channel": "C1", "text": "In words", "blocks": list(blocks)})


def in_modal(*blocks: Any) -> Refusal | None:
    return view_problem(modal(*blocks), kind="modal")


def said(words: str, pointer: str) -> tuple[str, ...]:
    return (f"[ERROR] {words} [json-pointer:{pointer}]",)
