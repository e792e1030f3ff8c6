"""Every failure that Backbeat understands. Each carries the words that a person may read."""

from datetime import timedelta


class BackbeatError(Exception):
    """Something a person can be told about. `words` are short, kind, and say what to do next."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class InvalidInput(BackbeatError):
    """What was typed cannot be used. `field` names the input to mark, where there is one."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class NotAllowed(BackbeatError):
    """The person may not do this here."""


class NotFound(BackbeatError):
    """It does not exist, or the person may not know that it does: the two are never told apart."""


class Conflict(BackbeatError):
    """Somebody or something else was first."""


class ExternalFailure(BackbeatError):
    """Something outside (Slack, a model, the network) failed.

    `permanent`: trying again cannot help. `code`: the outside's own name for it. `retry_after`: when it asked to be
    tried again. `maybe_done`: the request may have taken effect although no answer came.
    """

    def __init__(
        self,
        words: str,
        *,
        permanent: bool,
        code: str,
        retry_after: timedelta | None = None,
        maybe_done: bool = False,
    ) -> None:
        super().__init__(words)
        self.permanent = permanent
        self.code = code
        self.retry_after = retry_after
        self.maybe_done = maybe_done


class CrossTenant(Exception):
    """A statement would have left its workspace. Never shown to people: it is a bug, stopped before it ran."""
