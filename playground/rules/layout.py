"""What must hold for all the blocks of one message or view: where each may stand, and what may not be there twice."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from playground.rules.blocks import AnyBlock
from playground.rules.refusals import in_slacks_words, say

Surface: TypeAlias = Literal["message", "modal", "home"]
_BLOCKS: TypeAdapter[list[AnyBlock]] = TypeAdapter(list[AnyBlock])

# Only where it is not everywhere. Slack itself has taken inputs in messages since April 2021, without a submit: what is
# typed there reaches nobody unless it is dispatched, so this playground refuses them, as the older Slack did.
_SURFACES: Mapping[str, frozenset[Surface]] = {
    "input": frozenset({"modal", "home"}),
    "alert": frozenset({"modal"}),
    "carousel": frozenset({"message", "home"}),
    **dict.fromkeys(
        ("file", "call", "markdown", "table", "task_card", "plan", "context_actions"), frozenset[Surface]({"message"})
    ),
    **dict.fromkeys(
        ("email_text_input", "url_text_input", "number_input", "file_input"), frozenset[Surface]({"modal"})
    ),
    "rich_text_input": frozenset({"modal", "home"}),
    "datetimepicker": frozenset({"modal", "message"}),
}


def block_messages(blocks: Any, surface: Surface, root: str) -> tuple[str, ...]:
    """What is wrong with a list of blocks that stands at `root`; nothing where Slack would take it."""
    try:
        _BLOCKS.validate_python(blocks)
    except ValidationError as error:
        return in_slacks_words(error, blocks, root)
    return (*_misplaced(blocks, surface, root), *_doubles(blocks, root), *_focus(blocks, root))


def _misplaced(blocks: Sequence[Mapping[str, Any]], surface: Surface, root: str) -> Iterator[str]:
    everywhere: frozenset[Surface] = frozenset({"message", "modal", "home"})
    for pointer, block in _all_blocks(blocks, root):
        if surface not in _SURFACES.get(block["type"], everywhere):
            yield say(f"unsupported surface for {block['type']} block", pointer)
        for place, element in _elements(block, pointer):
            if surface not in _SURFACES.get(element["type"], everywhere):
                yield say(f"unsupported surface for {element['type']} element", place)


def _doubles(blocks: Sequence[Mapping[str, Any]], root: str) -> Iterator[str]:
    seen: set[str] = set()
    for pointer, block in _all_blocks(blocks, root):
        block_id = block.get("block_id")
        if block_id in seen:
            yield say(f'`block_id` "{block_id}" already exists', f"{pointer}/block_id")
        seen |= {block_id} if block_id else set()
        actions: set[str] = set()
        for place, element in _elements(block, pointer):
            action_id = element.get("action_id")
            if action_id in actions:
                yield say(f'`action_id` "{action_id}" already exists', f"{place}/action_id")
            actions |= {action_id} if action_id else set()


def _focus(blocks: Sequence[Mapping[str, Any]], root: str) -> Iterator[str]:
    found = [
        place
        for pointer, block in _all_blocks(blocks, root)
        for place, element in _elements(block, pointer)
        if element.get("focus_on_load")
    ]
    for place in found[1:]:
        yield say("only one element may set `focus_on_load`", f"{place}/focus_on_load")


def _all_blocks(blocks: Sequence[Mapping[str, Any]], root: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every block with its pointer, also those that stand inside another."""
    for index, block in enumerate(blocks):
        pointer = f"{root}/{index}"
        yield pointer, block
        for name in {"container": ("child_blocks",), "carousel": ("elements",)}.get(block["type"], ()):
            yield from _all_blocks(block[name], f"{pointer}/{name}")


def _elements(block: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in ("accessory", "element"):
        if block.get(name):
            yield f"{pointer}/{name}", block[name]
    several = {"actions": "elements", "context_actions": "elements", "card": "actions"}.get(block["type"], "")
    for index, element in enumerate(block.get(several) or []):
        yield f"{pointer}/{several}/{index}", element


def types_of(blocks: Sequence[Mapping[str, Any]]) -> Counter[str]:
    return Counter(block["type"] for _, block in _all_blocks(blocks, ""))


def shown_characters(value: Any) -> int:
    """How many characters of text a list of blocks has in all."""
    if isinstance(value, Mapping):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(shown_characters(each) for each in value.values())
    if isinstance(value, list | tuple):
        return sum(shown_characters(each) for each in value)
    return 0
