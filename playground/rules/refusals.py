"""A refusal in Slack's own words: the name of the error, and one message for each place that is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError


@dataclass(frozen=True, slots=True)
class Refusal:
    """`error` is the answer's `error`; `messages` are its `response_metadata.messages`."""

    error: str
    messages: tuple[str, ...] = ()


def wrong(words: str, *at: str | int) -> PydanticCustomError:
    """Something that only a rule of ours can tell. `at`: where, below the thing that is being checked."""
    return PydanticCustomError("slack", "{words}", {"words": words, "at": at})


def say(words: str, pointer: str) -> str:
    return f"[ERROR] {words} [json-pointer:{pointer}]"


def in_slacks_words(error: ValidationError, payload: Any, root: str) -> tuple[str, ...]:
    """One message for each thing that is wrong in `payload`, which stands at the JSON pointer `root`."""
    return tuple(_message(each, payload, root) for each in error.errors(include_url=False))


def _message(error: ErrorDetails, payload: Any, root: str) -> str:
    kind, context = error["type"], error.get("ctx", {})
    path = [*_path(payload, error["loc"], skip_last=kind in {"missing", "extra_forbidden"}), *context.get("at", ())]
    match kind:
        case "missing":
            return say(f"missing required field: {error['loc'][-1]}", _pointer(root, path))
        case "extra_forbidden":
            return say(f"invalid additional property: {error['loc'][-1]}", _pointer(root, path))
        case "union_tag_not_found":
            return say("missing required field: type", _pointer(root, path))
        case "union_tag_invalid":
            return say(f"unsupported type: {error['input'].get('type')}", _pointer(root, [*path, "type"]))
        case "literal_error" if path and path[-1] == "type":
            return say(f"unsupported type: {error['input']}", _pointer(root, path))
    return say(_words(kind, context), _pointer(root, path))


_PLAIN_WORDS = {
    "literal_error": "must be a valid enum value",
    "string_type": "must be a string",
    "bool_type": "must be a boolean",
    "int_type": "must be an integer",
    "float_type": "must be a number",
    "list_type": "must be an array",
    "dict_type": "must provide an object",
    "model_type": "must provide an object",
    "model_attributes_type": "must provide an object",
}


def _words(kind: str, context: dict[str, Any]) -> str:
    match kind:
        case "slack":
            return str(context["words"])
        case "string_too_long":
            return f"must be less than {context['max_length'] + 1} characters"
        case "string_too_short":
            return f"must be more than {context['min_length'] - 1} characters"
        case "too_long":
            return f"no more than {context['max_length']} items allowed"
        case "too_short":
            return f"must provide at least {context['min_length']} items"
        case "greater_than_equal":
            return f"must be greater than or equal to {context['ge']}"
        case "less_than_equal":
            return f"must be less than or equal to {context['le']}"
    return _PLAIN_WORDS.get(kind, "failed to match schema")


def _path(payload: Any, location: tuple[str | int, ...], *, skip_last: bool) -> list[str | int]:
    """pydantic's location without the names of the union's members, which the payload does not have."""
    steps: list[str | int] = []
    for step in location[:-1] if skip_last else location:
        in_object = isinstance(payload, dict) and step in payload
        in_array = isinstance(payload, list) and isinstance(step, int)
        if in_object or in_array:
            payload = payload[step]
            steps.append(step)
    return steps


def _pointer(root: str, path: Iterable[str | int]) -> str:
    return root + "".join(f"/{step}" for step in path) or "/"
