"""Logging: one place, and no secret in it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.set_up(level="info", form="json", secrets=["hunter22"], stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_is_json_with_its_time_and_level(out: io.StringIO) -> None:
    structlog.get_logger("some.part").info("message_sent", row="01ABC")
    line = json.loads(out.getvalue())
    assert (line["event"], line["row"], line["level"]) == ("message_sent", "01ABC", "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "secret",
    [
        "hunter22",
        "xoxb-123456789-abcdef",
        "xapp-1-A0-123456",
        "sk-abcdefghijklmnop",
        "postgresql://me:passw0rd@host/db",
        "Bearer abcdefghijkl",
    ],
)
def test_secrets_are_hidden_wherever_they_turn_up(out: io.StringIO, secret: str) -> None:
    structlog.get_logger("x").warning("odd", detail={"nested": [secret]})
    logging.getLogger("some.library").error("failed with %s", secret)
    structlog.get_logger("x").error("broke", exc_info=ValueError(secret))
    said = out.getvalue()
    for part in ("hunter22", "abcdef", "123456", "passw0rd"):
        assert part not in said
    assert said.count(logs.HIDDEN) >= 3


def test_libraries_that_talk_too_much_are_quiet(out: io.StringIO) -> None:
    logging.getLogger("slack_bolt").warning("Unhandled request: the whole body")
    logging.getLogger("httpx").info("HTTP Request")
    assert out.getvalue() == ""
