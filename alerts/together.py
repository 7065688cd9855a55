"""Rows of several tables that are read together: like-shaped, and told apart by a name."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import JSONArray

Asked = tuple[QuerySet[Any], tuple[Any, ...]]
"""Rows, and the columns that are wanted of them."""
Found = dict[str, list[list[Any]]]
"""By name the columns of each row."""


def together(**asked: Asked) -> Found:
    """By name the columns of each row asked for, in no order. One query, however many tables there are.

    For text, numbers and truth values, which JSON keeps as they are (SQLite hands truth over as 1 and 0), and days,
    which come as ISO text. A guarded queryset says `within` which scope, like any other part of a union.
    """
    first, *others = (
        rows.order_by().values_list(Value(name), JSONArray(*columns)) for name, (rows, columns) in asked.items()
    )
    found: Found = {name: [] for name in asked}
    for name, row in first.union(*others, all=True) if others else first:
        found[name].append(row)
    return found
