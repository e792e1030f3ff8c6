"""Several questions of one database in one statement, for whoever waits for all of their answers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, cast, literal, null, union_all


def together(*parts: Select[Any]) -> CompoundSelect[Any]:
    """All rows of each of `parts`, in no order: which part a row is of, then the columns of all of them, side by side.

    In a row of one part the columns of the others are NULL.
    """
    columns = [part.selected_columns for part in parts]
    arms = []
    for number, part in enumerate(parts):
        side_by_side = [
            (column if owner == number else cast(null(), column.type)).label(f"{owner}_{column.name}")
            for owner, owned in enumerate(columns)
            for column in owned
        ]
        arms.append(part.with_only_columns(literal(number).label("part"), *side_by_side))
    return union_all(*arms)


def apart(rows: Sequence[Row[Any]], *parts: Select[Any]) -> list[list[Any]]:
    """The rows of each part as dicts by its own columns' names, as `together` put them side by side."""
    found: list[list[Any]] = [[] for _ in parts]
    names = [[column.name for column in part.selected_columns] for part in parts]
    for row in rows:
        part = row[0]
        start = 1 + sum(len(each) for each in names[:part])
        found[part].append(dict(zip(names[part], row[start:], strict=False)))
    return found
