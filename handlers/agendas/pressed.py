"""What every button of an agenda carries."""

from bot.domain.errors import InvalidInput
from handlers.kit import Body


def value_of(body: Body) -> str:
    """The id that was pressed. Raises InvalidInput for what is none."""
    value = body["actions"][0].get("value") or ""
    if not isinstance(value, str) or len(value) > 64:
        raise InvalidInput("I don't know that one any more.")
    return value
