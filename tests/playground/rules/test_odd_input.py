"""Whatever arrives is answered, never crashed on."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.rules import message_problem, view_problem

NAMES = st.sampled_from(["type", "text", "elements", "element", "accessory", "options", "blocks", "title", "rows", "x"])
WORDS = st.sampled_from(["section", "actions", "context", "input", "table", "button", "mrkdwn", "modal", "home", ""])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_odd_messages(blocks: Any, attachments: Any, metadata: Any) -> None:
    message_problem({"text": "x", "blocks": blocks, "attachments": attachments, "metadata": metadata})


@given(ANYTHING)
def test_odd_blocks(block: Any) -> None:
    message_problem({"text": "x", "blocks": [block]})
    view_problem({"type": "home", "blocks": [block]}, kind="home")


@given(ANYTHING)
def test_odd_views(view: Any) -> None:
    view_problem(view, kind="modal")
