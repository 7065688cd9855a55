"""Deeds to seal and ways to tamper with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from audit import triggers
from audit.actions import record
from audit.models import Record

Deeds = Callable[..., list[Record]]


@pytest.fixture
def deeds(at: datetime) -> Deeds:
    """Append a number of deeds, each in its own transaction: `deeds(3)`."""

    def append(number: int, **terms: Any) -> list[Record]:
        made = []
        for place in range(number):
            with transaction.atomic():
                made.append(
                    record(
                        **{
                            "actor": "person:7",
                            "verb": "alerts.threshold.set",
                            "target": ("threshold", place),
                            "at": at,
                            "unit": 4,
                            "before": {"warning": "0.10"},
                            "after": {"warning": "0.15", "note": "Größe – ok"},
                            "reason": "too many warnings",
                            **terms,
                        }
                    )
                )
        return made

    return append


@contextmanager
def tampered(*statements: str, restore: bool = True, at: datetime) -> Iterator[None]:
    """What the database's owner can do: drop the triggers, change rows, put the triggers back. Undone at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        made = triggers.wanted()
        triggers.drop()
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount, f"changed nothing: {statement}"
        if restore:
            for name, (table, sql) in made.items():
                cursor.execute(sql)
                if connection.vendor == "postgresql":
                    cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"')
        yield
        transaction.set_rollback(True)
