"""Ways in which Slack says no."""

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """A Web API method answers {"ok": false, "error": …}. `messages` go into its response_metadata."""

    def __init__(self, error: str, *, messages: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = tuple(messages)
        self.extra = extra

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer


class Declined(Exception):
    """What a person tried in the page did not work; the message is what Slack's client would tell them."""

    def __init__(self, words: str, **extra: Any) -> None:
        super().__init__(words)
        self.extra: Mapping[str, Any] = extra
