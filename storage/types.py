"""Column types: instants that are never naive, and the domain's small values as text."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.workspaces import EVERYONE, Audience

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware instant, read back in UTC. `timestamptz` on PostgreSQL, whole microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware: give it a time zone")
        return (value - EPOCH) // MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        read: datetime = EPOCH + value * MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)
        return read


class EnumText(TypeDecorator[Any]):
    """One of an enum's values, as text."""

    impl = String(20)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__(20)
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> Any:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.kind(value)


class AudienceText(TypeDecorator[Audience]):
    """NULL is everyone in the workspace; otherwise the conversation whose members may see it."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Audience | None, dialect: Dialect) -> Any:
        return value.conversation if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> Audience:
        return EVERYONE if value is None else Audience(value)


class DaySet(TypeDecorator[frozenset[int]]):
    """Weekdays as digits, Monday is 0: "01234"."""

    impl = String(7)
    cache_ok = True

    def process_bind_param(self, value: frozenset[int] | None, dialect: Dialect) -> Any:
        return None if value is None else "".join(str(day) for day in sorted(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[int] | None:
        return None if value is None else frozenset(int(digit) for digit in value)


class Numbers(TypeDecorator[tuple[int, ...]]):
    """Some decisions' numbers: "3,12". NULL where there are none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> Any:
        return ",".join(map(str, value)) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[int, ...]:
        return tuple(int(each) for each in value.split(",")) if value else ()


class Typed(TypeDecorator[Any]):
    """A frozen value as JSON text, checked by pydantic when it is read: a rule, a source, a message."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else _adapter(self.kind).dump_json(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else _adapter(self.kind).validate_json(value)


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
