"""What Slack refuses about a message: its text, its blocks, its attachments, its metadata."""

import json
from collections.abc import Mapping
from typing import Any

from playground.rules.layout import block_messages, shown_characters, types_of
from playground.rules.refusals import Refusal, say

TEXT_LIMIT = 40_000
BLOCKS_LIMIT = 50
CHARACTERS_LIMIT = 13_200  # measured by others; Slack publishes no number
MARKDOWN_LIMIT = 12_000
ATTACHMENTS_LIMIT = 100


def message_problem(payload: Mapping[str, Any]) -> Refusal | None:
    """Why Slack would not take these arguments of chat.postMessage or one of its like; None where it would.

    `blocks`, `attachments` and `metadata` may be what JSON made of them, or the JSON itself, as a form carries it.
    """
    try:
        blocks = _loaded(payload.get("blocks"))
        attachments = _loaded(payload.get("attachments"))
    except ValueError:
        return Refusal("invalid_blocks_format")
    return (
        _text_problem(payload.get("text"), blocks, attachments)
        or _blocks_problem(blocks)
        or _attachments_problem(attachments)
        or _metadata_problem(payload.get("metadata"))
    )


def _loaded(value: Any) -> Any:
    return (json.loads(value) if value.strip() else None) if isinstance(value, str) else value


def _text_problem(text: Any, blocks: Any, attachments: Any) -> Refusal | None:
    if text is not None and not isinstance(text, str):
        return Refusal("invalid_arguments", (say("must be a string", "/text"),))
    if not (text or "").strip() and not blocks and not attachments:
        return Refusal("no_text")
    if len(text or "") > TEXT_LIMIT:
        return Refusal("msg_too_long")
    return None


def _blocks_problem(blocks: Any) -> Refusal | None:
    if blocks is None:
        return None
    if not isinstance(blocks, list | tuple):
        return Refusal("invalid_blocks_format", (say("must be an array", "/blocks"),))
    blocks = list(blocks)
    if len(blocks) > BLOCKS_LIMIT:
        return Refusal("invalid_blocks", (say(f"no more than {BLOCKS_LIMIT} items allowed", "/blocks"),))
    messages = block_messages(blocks, "message", "/blocks")
    if messages:
        return Refusal("invalid_blocks", messages)
    if types_of(blocks)["table"] > 1:
        return Refusal("invalid_attachments", (say("only_one_table_allowed", "/blocks"),))
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_LIMIT or shown_characters(blocks) > CHARACTERS_LIMIT:
        return Refusal("msg_blocks_too_long")
    return None


def _attachments_problem(attachments: Any) -> Refusal | None:
    if not attachments:
        return None
    if not isinstance(attachments, list) or not all(isinstance(each, Mapping) for each in attachments):
        return Refusal("invalid_attachments", (say("must be an array of objects", "/attachments"),))
    if len(attachments) > ATTACHMENTS_LIMIT:
        return Refusal("too_many_attachments")
    for index, each in enumerate(attachments):
        messages = block_messages(each.get("blocks") or [], "message", f"/attachments/{index}/blocks")
        if messages:
            return Refusal("invalid_attachments", messages)
    return None


def _metadata_problem(metadata: Any) -> Refusal | None:
    if metadata is None:
        return None
    try:
        metadata = _loaded(metadata)
    except ValueError:
        return Refusal("invalid_metadata_format")
    if not isinstance(metadata, Mapping):
        return Refusal("invalid_metadata_format")
    unknown = set(metadata) - {"event_type", "event_payload", "entities"}
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if unknown or not isinstance(kind, str) or not kind or not isinstance(payload, Mapping):
        return Refusal("invalid_metadata_format")
    return None
