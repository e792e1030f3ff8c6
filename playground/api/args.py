"""A method's arguments, as a form or as JSON carried them, each read as the type that Slack expects."""

import json
from collections.abc import Mapping
from typing import Any

from playground.channels import is_ts
from playground.errors import Refused
from playground.messages import Json


def invalid(*messages: str) -> Refused:
    return Refused("invalid_arguments", messages=[f"[ERROR] {message}" for message in messages])


class Args:
    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = {name: value for name, value in given.items() if value is not None}

    def has(self, name: str) -> bool:
        return name in self._given

    def raw(self) -> Json:
        return dict(self._given)

    def text(self, name: str) -> str | None:
        value = self._given.get(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise invalid(f"must be a string [json-pointer:/{name}]")

    def need(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        value = self._given.get(name)
        if isinstance(value, bool):
            return value
        if value is None or str(value).lower() in {"false", "0", ""}:
            return False
        if str(value).lower() in {"true", "1"}:
            return True
        raise invalid(f"must be a boolean [json-pointer:/{name}]")

    def limit(self, default: int, most: int) -> int:
        value = self._given.get("limit")
        try:
            limit = default if value in (None, "") else int(str(value))
        except ValueError:
            raise Refused("invalid_limit") from None
        if limit == 0:
            return default
        if not 1 <= limit <= most:
            raise Refused("invalid_limit")
        return limit

    def ts(self, name: str) -> str | None:
        """A moment, as `oldest` and `latest` carry it: with or without a fraction."""
        value = self.text(name)
        if value in {None, "", "0", "now"}:
            return None
        whole = f"{value}.000000" if value and "." not in value else value
        seconds, _, micros = (whole or "").partition(".")
        if not is_ts(f"{seconds}.{micros.ljust(6, '0')[:6]}"):
            raise Refused(f"invalid_ts_{name}" if name in {"oldest", "latest"} else "invalid_arguments")
        return f"{seconds}.{micros.ljust(6, '0')[:6]}"

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """What JSON a form carried in a field; a JSON body carries the thing itself."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise Refused(error) from None
