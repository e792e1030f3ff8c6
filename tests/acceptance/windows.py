"""What a person reads in a message or a window, what stands in its inputs, and how they are filled in."""

import json
from typing import Any


def blank_state(view: dict[str, Any]) -> dict[str, Any]:
    """What `view.state.values` is when nobody has touched the window: each input's initial value."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        elements = [block["element"]] if block["type"] == "input" else block.get("elements") or []
        elements = elements + ([block["accessory"]] if block.get("accessory") else [])
        for element in elements:
            value = initial_of(element)
            if value is not None:
                state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **value}
    return state


_INITIALS = {
    "plain_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
}


def initial_of(element: dict[str, Any]) -> dict[str, Any] | None:
    found = _INITIALS.get(element["type"])
    if found is None:
        return None
    name, initial = found
    empty: Any = [] if name.endswith("s") else None
    return {name: element.get(initial, empty)}


def fill(view: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The state of `view` with these inputs filled in, by block id. A menu's or checkbox's value is its option's."""
    state = blank_state(view)
    for block_id, value in values.items():
        block = next(each for each in view["blocks"] if each.get("block_id") == block_id)
        element = block["element"]
        name = _INITIALS[element["type"]][0]
        options = {option["value"]: option for option in element.get("options") or []}
        chosen: Any = value
        if name == "selected_option":
            chosen = options[value]
        elif name == "selected_options":
            chosen = [options[each] for each in value]
        state[block_id] = {element["action_id"]: {"type": element["type"], name: chosen}}
    return state


def words(message: Any) -> str:
    """All that a message, a view or several of them say, as one text."""
    return json.dumps(message, ensure_ascii=False)


def button_of(message: dict[str, Any], action_id: str) -> tuple[str, dict[str, Any]]:
    """(block_id, element) of the button or menu with `action_id`."""
    for block in message.get("blocks") or []:
        elements = list(block.get("elements") or []) + ([block["accessory"]] if block.get("accessory") else [])
        for element in elements:
            if element.get("action_id") == action_id:
                return block["block_id"], element
    raise AssertionError(f"no {action_id} in {words(message)}")
