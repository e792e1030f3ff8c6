"""The front: what has not the shape of a Slack request goes no further, and whatever fails behind it has an answer."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt import BoltRequest, BoltResponse

from handlers.front import Front, _has_nul
from handlers.shapes import is_encodable, kind_of, problem_with, without_nul

COMMAND = {"command": "/decide", "text": "x", "team_id": "T1", "user_id": "U1", "trigger_id": "t", "channel_id": "C1"}
EVENT = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "message", "user": "U1"}}
CLICK = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "trigger_id": "t",
    "actions": [{"action_id": "a", "block_id": "b", "value": "1"}],
}
SUBMISSION = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {
        "id": "V1",
        "type": "modal",
        "callback_id": "c",
        "state": {"values": {"title": {"title": {"value": "x"}}}},
    },
}
WELL_SHAPED = [COMMAND, EVENT, CLICK, SUBMISSION]


class Recording:
    """Stands where Bolt's app stands."""

    def __init__(self, error: Exception | None = None) -> None:
        self.seen: list[BoltRequest] = []
        self._error = error

    def dispatch(self, request: BoltRequest) -> BoltResponse:
        self.seen.append(request)
        if self._error is not None:
            raise self._error
        return BoltResponse(status=200, body="")


def front_of(app: Any) -> Front:
    return Front(app)


@pytest.mark.parametrize("body", WELL_SHAPED, ids=kind_of)
def test_what_slack_sends_is_dispatched(body: dict[str, Any]) -> None:
    app = Recording()
    assert front_of(app).take(body, {"x-slack-retry-num": "2"}).status == 200
    (request,) = app.seen
    assert request.body == body
    assert request.headers["x-slack-retry-num"] == ["2"]
    assert request.context.team_id == "T1"
    assert request.context.user_id == "U1"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        7,
        {**COMMAND, "text": ["x"]},
        {**COMMAND, "team_id": {"id": "T1"}},
        {**COMMAND, "channel_id": 7},
        {**EVENT, "event": None},
        {**EVENT, "event": []},
        {**EVENT, "event": {"type": ["message"]}},
        {**EVENT, "authorizations": {"team_id": "T1"}},
        {**EVENT, "authorizations": [{"team_id": 5}]},
        {**CLICK, "actions": None},
        {**CLICK, "actions": []},
        {**CLICK, "actions": ["a"]},
        {**CLICK, "actions": [{"block_id": "b"}]},
        {**CLICK, "actions": [{"action_id": None}]},
        {**CLICK, "actions": [{"action_id": 5}]},
        {**CLICK, "actions": [{"action_id": "a", "value": {"x": 1}}]},
        {**CLICK, "actions": [{"action_id": "a", "selected_option": "x"}]},
        {**CLICK, "actions": [{"action_id": "a", "selected_option": {"value": 7}}]},
        {**CLICK, "user": ["U1"]},
        {**CLICK, "team": {"id": ["T1"]}},
        {**SUBMISSION, "view": None},
        {**SUBMISSION, "view": {"id": 7, "type": "modal"}},
        {**SUBMISSION, "view": {"id": "V1", "callback_id": "log"}},
        {**SUBMISSION, "view": {"id": "V1", "type": "modal", "state": []}},
        {**SUBMISSION, "view": {"id": "V1", "type": "modal", "state": {"values": []}}},
        {**SUBMISSION, "view": {"id": "V1", "type": "modal", "state": {"values": {"title": "x"}}}},
        {**SUBMISSION, "view": {"id": "V1", "type": "modal", "state": {"values": {"title": {"title": "x"}}}}},
        {**SUBMISSION, "view": {"id": "V1", "type": "modal", "private_metadata": {}}},
    ],
)
def test_what_slack_never_sends_goes_no_further(body: Any) -> None:
    app = Recording()
    assert front_of(app).take(body).status == 400
    assert app.seen == []


def test_what_is_nested_too_deeply_goes_no_further() -> None:
    deep: dict[str, Any] = {}
    for _ in range(150):
        deep = {"a": [deep]}
    assert front_of(Recording()).take({**EVENT, "event": {"type": "message", "deep": deep}}).status == 400


def test_nul_is_taken_out_wherever_it_stands() -> None:
    app = Recording()
    front_of(app).take({**COMMAND, "text": "a\x00b", "more": {"c\x00": ["\x00d", 1, None]}})
    assert app.seen[0].body["text"] == "ab"
    assert app.seen[0].body["more"] == {"c": ["d", 1, None]}


def test_whatever_fails_behind_it_has_an_answer() -> None:
    assert front_of(Recording(RuntimeError("the boundary itself"))).take(COMMAND).status == 500


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    body=st.sampled_from(WELL_SHAPED),
    path=st.lists(st.sampled_from(["event", "user", "team", "view", "actions", "state", "values", "type"]), max_size=3),
    value=_JSON,
)
@settings(max_examples=150, deadline=None)
def test_no_shape_makes_it_fail(body: dict[str, Any], path: list[str], value: Any) -> None:
    """Any JSON in the place of any part of a request: refused, or dispatched without an exception."""
    broken: Any = copy.deepcopy(body)
    inner = broken
    for name in path[:-1]:
        if not isinstance(inner.get(name), dict):
            inner[name] = {}
        inner = inner[name]
    if path:
        inner[path[-1]] = value
    assert front_of(Recording()).take(broken).status in {200, 400}


@given(_JSON)
def test_any_json_can_be_looked_through(value: Any) -> None:
    assert not _has_nul(without_nul(value))
    if is_encodable(value):
        json.dumps(value, ensure_ascii=False).encode()
    problem_with(value)
